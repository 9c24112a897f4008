"""What a clone knows beside the commits of a range: what earlier releases told, and what is written down already."""

from collections.abc import Iterator, Mapping, Sequence
from threading import Event
from typing import Protocol

from llnotes_tui.release.bumps import is_dependency_bump
from llnotes_tui.release.changelog import Changelog, Item, parse, version_key
from llnotes_tui.release.entry_plans import number_of
from llnotes_tui.release.message import release_version_of
from llnotes_tui.release.model import Commit, FileChange, Range
from llnotes_tui.release.patch import Patch
from llnotes_tui.release.plan import TakenOver, Told
from llnotes_tui.release.shipping import can_be_judged, internal_reason, is_manifest, kind_of_path, manifest_ships
from llnotes_tui.release.text import decode
from llnotes_tui.release.versions import Tag, Version, VersionScheme
from llnotes_tui.release.versions import parse as parse_version
from llnotes_tui.sources.copies import Copies, Git, released_copies
from llnotes_tui.sources.options import RangeOptions

NEXT_CHANGELOG = b"NEXT_CHANGELOG.md"


class Source(Git, Protocol):
    """What is asked of a clone here."""

    def tags(self) -> tuple[Tag, ...]:
        """Return all tags of commits."""

    def file_at(self, sha: str, path: bytes) -> bytes | None:
        """Return a file as it is at a commit, None where it is not there or cannot be had."""

    def patch(self, sha: str) -> Patch:
        """Return the patch of a commit."""


def told(
    clone: Source,
    range: Range,  # noqa: A002
    commits: Sequence[Commit],
    options: RangeOptions | None = None,
    internal_paths: Sequence[str] = (),
    cancel: Event | None = None,
    *,
    looks_beside: bool = True,
) -> Told:
    """Gather what was told of the commits of a range (newest first) before, and what is written down for this release.

    `looks_beside`: whether tags beside the branch are searched for the same commits, which takes git.

    Raises:
        GitFault: git failed, or `cancel` was set.
        SourceError: a patch that was here a moment ago cannot be had any more.
    """
    options = options or RangeOptions()
    path = options.changelog_path.encode()
    changelogs = {name: read for name in (path, _next_of(path)) if (read := _read(clone, range, name)) is not None}
    tags, scheme = clone.tags(), _scheme(range, options)
    below = _version_of_until(commits, scheme, [tag for tag in tags if tag.commit == range.until])
    copies = _copies(clone, range, commits, tags, scheme, below, cancel) if looks_beside else Copies({})
    return Told(
        pull_requests=_told_numbers(changelogs.get(path), below),
        copies=copies.found,
        release_pull_requests=_releases(commits),
        unreleased=tuple(_taken_over(clone, changelogs, commits)),
        shipping=frozenset(_shipping(clone, commits, internal_paths)),
        warnings=(copies.warning,) if copies.warning else (),
    )


def _copies(
    clone: Source,
    range: Range,  # noqa: A002
    commits: Sequence[Commit],
    tags: Sequence[Tag],
    scheme: VersionScheme,
    below: Version | None,
    cancel: Event | None,
) -> Copies:
    """Look for the commits in version tags that the branch does not hold, and that were there when it was released."""
    if not commits:
        return Copies({})
    merged = clone.git(["for-each-ref", "--format=%(refname)", f"--merged={range.until}", "refs/tags"], cancel=cancel)
    held = {name.removeprefix("refs/tags/") for name in decode(merged).split("\n")}
    versions = [tag for tag in tags if tag.name not in held and scheme.version_of(tag.name) is not None]
    until_at = commits[0].committed_at
    beside = [tag for tag in versions if below is None or _is_before(tag, scheme, below, until_at)]
    return released_copies(clone, commits, range.since, range.until, beside, cancel)


def _scheme(range: Range, options: RangeOptions) -> VersionScheme:  # noqa: A002
    component = options.component
    pattern = (component.tags if component is not None else "") or options.tag_pattern
    return VersionScheme(
        range.tag_prefix, pattern if not pattern or "*" in pattern else f"{pattern}*", options.prereleases
    )


def _next_of(path: bytes) -> bytes:
    """Return where a changelog's next section is prepared: beside it."""
    folder, slash, _ = path.rpartition(b"/")
    return folder + slash + NEXT_CHANGELOG


def _read(clone: Source, range: Range, path: bytes) -> Changelog | None:  # noqa: A002
    data = clone.file_at(range.until, path)
    return parse(data, range.web_url) if data is not None else None


# -- what was told before ----------------------------------------------------------------------------------------------


def _version_of_until(commits: Sequence[Commit], scheme: VersionScheme, at_until: Sequence[Tag]) -> Version | None:
    """Return the version that the range ends with, None where its end is no release: then all releases are earlier."""
    tagged = [version for tag in at_until if (version := scheme.version_of(tag.name)) is not None]
    if tagged:
        return max(tagged, key=lambda version: version.key)
    spelled = release_version_of(commits[0].subject) if commits else None
    return parse_version(spelled) if spelled is not None else None


def _is_before(tag: Tag, scheme: VersionScheme, below: Version, until_at: int) -> bool:
    """Tell whether a tag was there when a past range was released: a later fix of an older line was not."""
    version = scheme.version_of(tag.name)
    return version is not None and version < below and tag.tagged_at <= until_at


def _told_numbers(changelog: Changelog | None, below: Version | None) -> Mapping[int, str]:
    """Return the pull requests that sections below a version list, each with the oldest version that does."""
    found: dict[int, str] = {}
    sections = changelog.sections if changelog is not None else ()
    limit = version_key(below.spelled) if below is not None else None
    for section in sorted(sections, key=lambda section: version_key(section.version), reverse=True):
        if limit is None or version_key(section.version) < limit:
            found.update((number, section.version) for item in section.items for number in item.pull_requests)
    return found


def _releases(commits: Sequence[Commit]) -> dict[str, int]:
    """Return by version the pull request that released it; the last one, where it was released twice."""
    found: dict[str, int] = {}
    for commit in reversed(commits):
        version, number = release_version_of(commit.subject), number_of(commit)
        if version is not None and number is not None:
            found[version.removeprefix("v")] = number
    return found


# -- what is written down already --------------------------------------------------------------------------------------


def _taken_over(clone: Source, changelogs: Mapping[bytes, Changelog], commits: Sequence[Commit]) -> Iterator[TakenOver]:
    """Yield what a person wrote for the next release, with the commits of the range that wrote it."""
    for path, changelog in changelogs.items():
        if not changelog.unreleased:
            continue
        written = [(commit.sha, lines) for commit in commits if (lines := _lines_added(clone, commit, path))]
        for item in changelog.unreleased:
            yield TakenOver(item, tuple(sha for sha, lines in written if _first_line(item) in lines))


def _lines_added(clone: Source, commit: Commit, path: bytes) -> frozenset[str]:
    """Return the lines that a commit added to a file, without white space and list marker."""
    change = next((change for change in commit.files if change.path == path), None)
    if change is None or commit.diff != "whole":
        return frozenset()
    part = _part(clone, change)
    lines = (line[1:] for line in part.split(b"\n") if line.startswith(b"+") and not line.startswith(b"+++ "))
    return frozenset(decode(line).strip().lstrip("*+- ").strip() for line in lines) - {""}


def _part(clone: Source, change: FileChange) -> bytes:
    patch = clone.patch(change.commit)
    return patch.part(change.position) if change.position < patch.parts else b""


def _first_line(item: Item) -> str:
    return item.text.partition("\n")[0].strip().lstrip("*+- ").strip()


# -- what reaches users ------------------------------------------------------------------------------------------------


def _shipping(clone: Source, commits: Sequence[Commit], internal_paths: Sequence[str]) -> Iterator[str]:
    """Yield the commits whose changes to manifests reach users, of those for which that decides."""
    for commit in commits:
        manifests = [
            change for change in commit.files if is_manifest(change.path) and kind_of_path(change.path) is None
        ]
        if not manifests or is_dependency_bump(commit):
            continue
        undecided = internal_reason(commit, internal_paths, manifests_ship=False) is not None
        if undecided and any(_ships(clone, commit, change) for change in manifests):
            yield commit.sha


def _ships(clone: Source, commit: Commit, change: FileChange) -> bool:
    if not can_be_judged(change.path):
        return True
    parent = commit.parents[0] if commit.parents else None
    before = clone.file_at(parent, change.old_path or change.path) if parent is not None else None
    return manifest_ships(change.path, before, clone.file_at(commit.sha, change.path))
