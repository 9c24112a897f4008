"""The row that stands for a clone in a list: how much is unreleased, since when, and what the next version may be."""

from collections.abc import Sequence

from msgspec import Struct

from llnotes_tui.release.message import breaking_line, is_release_subject, title_of
from llnotes_tui.release.next_version import ReleaseDates, release_dates, suggest
from llnotes_tui.release.text import decode, one_line
from llnotes_tui.release.titles import section_of
from llnotes_tui.sources.begin import Tip, begin_at_base
from llnotes_tui.sources.history import read_metas
from llnotes_tui.sources.opening import Facts
from llnotes_tui.sources.options import RangeOptions
from llnotes_tui.sources.process import run
from llnotes_tui.sources.range_units import owner_of, plan_units
from llnotes_tui.sources.refs import Refs, reachable_tags
from llnotes_tui.sources.tag_series import TagQuestion, series_question, series_to_choose, setting_note


class Overview(Struct, frozen=True):
    """A clone in one line."""

    name: str
    branch: str
    since: str | None
    """SHA of the base; None: the first commit."""
    until: str
    unreleased: int
    """Commits since the base, as git counts them; of a component those that change something in it."""
    last_version: str | None
    """As its tag or heading spells it."""
    last_released_at: int | None
    """Seconds since the epoch."""
    fetched_at: int | None
    """Seconds since the epoch; None without a remote."""
    suggested_version: str
    """Without prefix; empty where nothing is unreleased.  The plan of the range, which reads diffs, may say another."""
    version_reason: str
    tag_prefix: str
    warning: str = ""
    """One sentence, where there is something to know."""
    tag_question: TagQuestion | None = None
    """The choice among several series of tags; None if there is only one."""


def overview_of(facts: Facts, refs: Refs, tip: Tip, options: RangeOptions) -> Overview:
    """Read a clone's row.

    Raises:
        SourceError: the tags do not say which release is the base, or a shallow clone does not reach it.
        GitFault: git failed.
    """
    names = reachable_tags(facts.place, tip.sha)
    reachable = tuple(tag for tag in refs.tags if tag.name in names)
    begin = begin_at_base(facts, refs, options, tip, reachable)
    paths = options.component.paths if options.component is not None else ()
    count, messages = _messages(facts, begin.since, tip.sha, paths)
    dates = release_dates(begin.last_released_at, options.today)
    version, reason = suggested_after(begin.last_version, messages, dates)
    return Overview(
        name=facts.name,
        branch=tip.branch,
        since=begin.since,
        until=tip.sha,
        unreleased=count,
        last_version=begin.last_version,
        last_released_at=begin.last_released_at,
        fetched_at=facts.fetched_at(),
        suggested_version=version,
        version_reason=reason,
        tag_prefix=begin.tag_prefix,
        warning=" ".join(note for note in (begin.note, setting_note(options, refs.tags)) if note),
        tag_question=series_question(series_to_choose(options, refs.tags), facts.name),
    )


def _messages(facts: Facts, since: str | None, until: str, paths: Sequence[str]) -> tuple[int, list[tuple[str, str]]]:
    """Return how many commits a range has, and subject and body of each unit; with paths of each commit that changes them."""
    if since == until:
        return 0, []
    if not paths:
        metas = read_metas(facts.place, since, until)
        units = plan_units(facts.place, metas, until, owner_of(facts.web_url))
        kinds = units.units
        return len(metas), [
            (one.subject, one.body) for one in units.metas if kinds[one.sha].kind in ("commit", "merge")
        ]
    span = [until] if since is None else [until, f"^{since}"]
    out = run(["log", "-z", "--no-notes", "--encoding=UTF-8", "--format=%s%n%b", *span, "--", *paths], facts.place)
    records = (decode(record).partition("\n") for record in out.removesuffix(b"\0").split(b"\0"))
    found = [(one_line(subject), body) for subject, _, body in records] if out else []
    return len(found), found


def suggested_after(
    last: str | None, messages: Sequence[tuple[str, str]], dates: ReleaseDates | None = None
) -> tuple[str, str]:
    """Return what the next version may be, and why; both empty where nothing is told.  Messages are subject and body.

    `dates` are the days of the last release and of this one, where versions may be named for them.
    """
    told = [(subject, body) for subject, body in messages if not is_release_subject(subject)]
    if not told:
        return "", ""
    breaking = any(breaking_line(subject, body) is not None for subject, body in told)
    added = any(section_of(title_of(subject, body), subject) == "added" for subject, body in told)
    return suggest(last, breaking=breaking, added=added, dates=dates)
