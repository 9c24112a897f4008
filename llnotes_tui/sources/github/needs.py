"""In which commits finding a release's base reads the changelog and the release commits: a clone of ours needs those first."""

from collections.abc import Iterator

from msgspec import Struct

from llnotes_tui.sources.base import find_base, newest_below
from llnotes_tui.sources.begin import named_tag, search_of, version_at
from llnotes_tui.sources.opening import Facts
from llnotes_tui.sources.options import RangeOptions, SourceError
from llnotes_tui.sources.ranges import resolve_given, tip_of
from llnotes_tui.sources.refs import Refs, reachable_tags
from llnotes_tui.sources.tag_series import scheme_by_name


class Span(Struct, frozen=True):
    """The commits of `since..until`, or all of `until`."""

    since: str | None
    until: str
    owner: str | None = None
    """Whose repository it is; None where that is unknown."""


def spans_read(facts: Facts, refs: Refs, options: RangeOptions) -> Iterator[Span]:
    """Yield what is looked at, one after another: what comes later depends on the changelogs of what came before.

    Raises:
        SourceError: a name stands for nothing, or nothing is committed yet.
        GitFault: git failed.
    """
    tip = tip_of(facts, refs, options)
    names = reachable_tags(facts.place, tip.sha)
    reachable = tuple(tag for tag in refs.tags if tag.name in names)
    if options.since is not None:
        since = resolve_given(facts, options, options.since, "--since")
        names = reachable_tags(facts.place, since)
        tags = tuple(tag for tag in refs.tags if tag.name in names)
        scheme = scheme_by_name(options, refs.tags, facts.name, named_tag(tags, since, options.since))
        newest = newest_below(tags, scheme, None)
        yield Span(newest[0].commit if newest is not None else None, since)
        return
    try:
        search = search_of(facts, refs, options, tip, reachable)
    except SourceError:  # said by whoever reads the range
        yield Span(tip.sha, tip.sha)
        return
    newest = newest_below(reachable, search.scheme, None)
    yield Span(newest[0].commit if newest is not None else None, tip.sha)
    if not tip.past:
        return
    base = find_base(facts.place, search)
    below = version_at(base, tip.sha, reachable, search.scheme)
    if below is not None:
        newest = newest_below(reachable, search.scheme, below)
        yield Span(newest[0].commit if newest is not None else None, tip.sha)
