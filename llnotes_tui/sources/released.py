"""What was released before the version that is being made: by tags beside the branch, and by sections of the changelog.

Only releases between the base and that version count.  So a fix that is picked to an old line appears in the old line's
notes although a newer release has it, and the same fix on two lines appears in both.
"""

from collections.abc import Iterator, Mapping, Sequence
from threading import Event
from typing import Protocol

from llnotes_tui.release.changelog import Changelog
from llnotes_tui.release.entry_plans import number_of
from llnotes_tui.release.message import pull_request_of, release_version_of, reverts
from llnotes_tui.release.model import Commit, Range
from llnotes_tui.release.plan import PlanOptions, Told, make_plan
from llnotes_tui.release.squash_parts import squash_parts
from llnotes_tui.release.text import decode
from llnotes_tui.release.versions import Tag, Version, parse, split_any_tag
from llnotes_tui.sources.copies import Copies, Git, released_copies
from llnotes_tui.sources.release_branches import is_within, line_of


class Source(Git, Protocol):
    """What is asked of a clone here."""

    def tags(self) -> tuple[Tag, ...]:
        """Return all tags of commits."""


def making_of(
    range: Range,  # noqa: A002
    commits: Sequence[Commit],
    tags: Sequence[Tag],
    options: PlanOptions,
    written: Told,
) -> Version | None:
    """Return the version that a range makes: the one that its end is released as, else the suggested one.

    It is suggested from the whole range, before anything is skipped; `written` is what the changelog has for it already.
    """
    version_of = range.scheme.version_of
    tagged = [version for tag in tags if tag.commit == range.until and (version := version_of(tag.name))]
    if tagged:
        return max(tagged, key=lambda version: version.key)
    spelled = release_version_of(commits[0].subject) if commits else None
    return parse(spelled or make_plan(range, commits, written, options).suggested_version)


def released_beside(
    clone: Source,
    range: Range,  # noqa: A002
    commits: Sequence[Commit],
    making: Version | None,
    cancel: Event | None,
) -> Copies:
    """Return the commits of a range that are in a release beside the branch, between the base and the version being made.

    The base itself is searched only where it is beside the branch, and only in the commits that the branch lacks.

    Raises:
        GitFault: git failed, or `cancel` was set.
    """
    if not commits:
        return Copies({})
    between = _between(range, clone.tags(), making, commits[0].committed_at)
    if not between:
        return Copies({})
    merged = clone.git(["for-each-ref", "--format=%(refname)", f"--merged={range.until}", "refs/tags"], cancel=cancel)
    held = {name.removeprefix("refs/tags/") for name in decode(merged).split("\n")}
    return released_copies(
        clone, commits, range.since, range.until, [tag for tag in between if tag.name not in held], cancel
    )


def released_numbers(
    clone: Source,
    range: Range,  # noqa: A002
    commits: Sequence[Commit],
    changelog: Changelog | None,
    making: Version | None,
    cancel: Event | None,
    *,
    counts: bool = True,
) -> Mapping[str, str]:
    """Return by SHA the commits (or parts of a squash) whose own request a section of a release lists, each with the oldest version that does.

    The section has to be of the base or newer, and below the version being made.  It speaks of the first commit with the
    number, never of a revert or a second commit: where the base has one already, it is that one.  `counts`: whether git
    can be asked for it.

    Raises:
        GitFault: git failed, or `cancel` was set.
    """
    listed = _listed_numbers(range, changelog, making)
    first: dict[int, Commit] = {}
    parts: list[Commit] = []
    for commit in _with_parts(commits):  # newest first, so the oldest stays
        number = number_of(commit)
        if number is None or number not in listed or reverts(commit.subject, commit.body) is not None:
            continue
        if pull_request_of(commit.subject, commit.body) is None and not commit.side:
            parts.append(commit)  # GitHub says so: one of several commits of the request
        else:
            first[number] = commit
    known = _numbers_in_base(clone, range, first, cancel) if first and counts else frozenset()
    own = [commit for number, commit in first.items() if number not in known]
    return {commit.sha: listed[number] for commit in (*own, *parts) if (number := number_of(commit)) is not None}


def _with_parts(commits: Sequence[Commit]) -> Iterator[Commit]:
    """Yield commits, and for a squash that only lists commits the parts that are entries of their own."""
    for commit in commits:
        parts = squash_parts(commit)
        yield from (part for _, part in parts) if parts else (commit,)


def release_pull_requests(commits: Sequence[Commit]) -> dict[str, int]:
    """Return by version the pull request that released it; the last one, where it was released twice."""
    found: dict[str, int] = {}
    for commit in reversed(commits):
        version, number = release_version_of(commit.subject), number_of(commit)
        if version is not None and number is not None:
            found[version.removeprefix("v")] = number
    return found


def _between(
    range: Range,  # noqa: A002
    tags: Sequence[Tag],
    making: Version | None,
    until_at: int,
) -> list[Tag]:
    """Return the tags from the base's version on that are below the version being made, and of its line.

    Of a past release those count that were there when it was made.  A version that is tagged already is not the one being
    made: it counts too where it goes on with the base's minor version, or a person chose the base.
    """
    versions = [(tag, version) for tag in tags if (version := range.scheme.version_of(tag.name)) is not None]
    own = [tag.tagged_at for tag, _ in versions if tag.commit == range.until]
    # A commit without a usable date has 0: then the version alone decides.
    latest = max(until_at, *own) if own and until_at else None
    base, line = _base_version(range), line_of(range.branch)
    is_taken = not own and (range.base_from == "option" or _is_same_minor(base, making))
    return [
        tag
        for tag, version in versions
        if (base is None or not version < base)
        and (making is None or version < making or (is_taken and version.key == making.key))
        and is_within(version, line)
        and (latest is None or tag.tagged_at <= latest)
    ]


def _is_same_minor(base: Version | None, making: Version | None) -> bool:
    return base is not None and making is not None and base.numbers[:2] == making.numbers[:2]


def _base_version(range: Range) -> Version | None:  # noqa: A002
    split = split_any_tag(range.last_version) if range.last_version else None
    return parse(split[1]) if split is not None else None


def _listed_numbers(range: Range, changelog: Changelog | None, making: Version | None) -> dict[int, str]:  # noqa: A002
    base = _base_version(range)
    found: dict[int, str] = {}
    sections = [(section, parse(section.version)) for section in (changelog.sections if changelog else ())]
    known = [(section, version) for section, version in sections if version is not None]
    for section, version in sorted(known, key=lambda pair: pair[1].key, reverse=True):
        if (base is None or not version < base) and (making is None or version < making):
            found.update((number, section.version) for item in section.items for number in item.pull_requests)
    return found


def _numbers_in_base(
    clone: Source,
    range: Range,  # noqa: A002
    numbers: Mapping[int, Commit],
    cancel: Event | None,
) -> frozenset[int]:
    """Return those of the request numbers that a commit of the base's history has as its own."""
    if range.since is None:
        return frozenset()
    asked = [f"--grep=[#!]{number}([^0-9]|$)" for number in numbers]
    out = clone.git(
        ["log", "-z", "--extended-regexp", *asked, "--no-notes", "--format=%s%n%b", range.since, "--"], cancel=cancel
    )
    messages = (decode(record).partition("\n") for record in out.split(b"\0") if record)
    own = (pull_request_of(subject, body) for subject, _, body in messages if not reverts(subject, body))
    return frozenset(number for number in own if number is not None)
