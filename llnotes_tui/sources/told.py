"""What a clone knows beside the commits of a range: what earlier releases told, and what is written down already."""

import os
from collections.abc import Iterator, Mapping, Sequence
from threading import Event
from typing import Protocol

from llnotes_tui.release.bumps import is_dependency_bump
from llnotes_tui.release.changelog import Changelog, Item, parse
from llnotes_tui.release.changelog_files import is_markdown, reasons, unwritable
from llnotes_tui.release.model import Commit, FileChange, Range
from llnotes_tui.release.patch import Patch
from llnotes_tui.release.plan import PlanOptions, TakenOver, Told
from llnotes_tui.release.shipping import can_be_judged, internal_reason, is_manifest, kind_of_path, manifest_ships
from llnotes_tui.release.text import decode, one_line
from llnotes_tui.release.versions import Tag
from llnotes_tui.sources.copies import Copies, Git
from llnotes_tui.sources.options import RangeOptions, SourceError
from llnotes_tui.sources.released import making_of, release_pull_requests, released_beside, released_numbers
from llnotes_tui.sources.unreleased_heading import require_unreleased_heading

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
    plan_options: PlanOptions | None = None,
    cancel: Event | None = None,
    *,
    looks_beside: bool = True,
) -> Told:
    """Gather what was told of the commits of a range (newest first) before, and what is written down for this release.

    `looks_beside`: whether tags beside the branch are searched for the same commits, which takes git.

    Raises:
        GitFault: git failed, or `cancel` was set.
        SourceError: a patch that was here a moment ago cannot be had any more, or several headings of the changelog could
            hold the unreleased changes.
    """
    options, plan_options = options or RangeOptions(), plan_options or PlanOptions()
    path = os.fsencode(range.changelog or options.changelog_path)
    changelogs = {
        name: read for name in (path, _next_of(path)) if (read := _read(clone, range, name, options)) is not None
    }
    if looks_beside:
        _require_paths(clone, range, options)
    if path in changelogs and not any(tag.commit == range.until for tag in clone.tags()):
        require_unreleased_heading(range.name, os.fsdecode(path), changelogs[path], options)
    written = tuple(_taken_over(clone, changelogs, commits))
    shipping = frozenset(_shipping(clone, commits, plan_options.internal_paths))
    making = making_of(range, commits, clone.tags(), plan_options, Told(unreleased=written, shipping=shipping))
    copies = released_beside(clone, range, commits, making, cancel) if looks_beside else Copies({})
    return Told(
        listed=released_numbers(clone, range, commits, changelogs.get(path), making, cancel, counts=looks_beside),
        copies=copies.found,
        release_pull_requests=release_pull_requests(commits),
        unreleased=written,
        shipping=shipping,
        warnings=tuple(filter(None, (copies.warning, *_warnings(clone, range, path, options)))),
    )


def _require_paths(clone: Source, range: Range, options: RangeOptions) -> None:  # noqa: A002
    """Refuse to leave everything out because the paths of a component name nothing.

    Raises:
        SourceError: no file is in the paths, neither at the end of the range nor at its base.
    """
    component = options.component
    paths = [path.removeprefix("./") for path in component.paths] if component is not None else []
    if component is None or not paths or any(path.strip("/") in {"", "."} for path in paths):
        return
    for commit in (range.until, range.since):
        if commit is not None and clone.git(
            ["ls-tree", "-z", "--full-tree", commit, "--", *(p.rstrip("/") for p in paths)]
        ):
            return
    shown = ", ".join(f"`{one_line(path)}`" for path in component.paths)
    raise SourceError(
        f"No file of {range.name} is in the paths of the component {component.name} ({shown}); name folders or files below "
        "the repository's root, without patterns."
    )


def _next_of(path: bytes) -> bytes:
    """Return where a changelog's next section is prepared: beside it."""
    folder, slash, _ = path.rpartition(b"/")
    return folder + slash + NEXT_CHANGELOG


def _read(clone: Source, range: Range, path: bytes, options: RangeOptions) -> Changelog | None:  # noqa: A002
    if unwritable(os.fsdecode(path)):
        return None
    data = clone.file_at(range.until, path)
    if data is None:
        return None
    return parse(data, range.web_url, range.last_version, unreleased_heading=options.unreleased)


def _warnings(clone: Source, range: Range, path: bytes, options: RangeOptions) -> tuple[str, ...]:  # noqa: A002
    """Return why the text of the range's changelog cannot be edited; its name may be a reason of its own."""
    data = clone.file_at(range.until, path) if is_markdown(os.fsdecode(path)) else None
    if data is None:
        return ()
    return reasons(
        os.fsdecode(path),
        data,
        range.last_version,
        unreleased_heading=options.unreleased,
        is_layout_set=options.is_layout_set,
    )


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
