"""The manifest: every commit of the range exactly once, with where it went.  What the screen draws and GitHub is told."""

from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from llnotes_tui.release.text import one_line
from llnotes_tui.workbench.exporting import Unreviewed, notes_entry
from llnotes_tui.workbench.views import EntryView, ReleaseView


class ManifestRow(Struct, frozen=True):
    """A commit, or an entry that has none of its own."""

    sha: str
    """Empty where there is no commit of its own."""
    title: str
    told: str
    """What became of it; empty where its group says that."""
    further: bool = False
    """It is a further commit of the entry above."""
    shared: bool = False
    """All commits of this entry stand with another one already."""


class ManifestGroup(Struct, frozen=True):
    """Commits of which the same became."""

    name: str
    rows: tuple[ManifestRow, ...]


def manifest_groups(
    view: ReleaseView, unreviewed: Unreviewed, cancelled_out: Collection[str]
) -> tuple[ManifestGroup, ...]:
    """Return the commits by what became of them; groups without any are left out.

    `cancelled_out` are the commits that cancel each other out.
    """
    seen: set[str] = set()
    published = [entry for entry in view.entries if entry.state != "excluded"]
    excluded = [entry for entry in view.entries if entry.state == "excluded"]
    placed = [_entry(entry, unreviewed, seen) for entry in published]
    by_person = [_rows(entry, "left out: " + (one_line(entry.why) or "excluded"), seen) for entry in excluded]
    cancelled = [entry for entry in view.left_out if entry.commits[0].sha in cancelled_out]
    left_out = [entry for entry in view.left_out if entry.commits[0].sha not in cancelled_out]
    internal = "a line without prose" if view.publish_internal else "not published"
    groups = (
        _group("In the changelog", placed),
        _group("Dependency updates, folded into one list", _members(view.dependency_updates, seen)),
        _group(f"Internal, {internal}", _members(view.internal, seen)),
        _group("Cancelled by each other", _members(cancelled, seen)),
        _group("Left out", [*by_person, *_members(left_out, seen)]),
    )
    return tuple(group for group in groups if group.rows)


def manifest_counts(view: ReleaseView) -> tuple[str, str]:
    """Return how many commits there are, and how many of them went where."""
    placed = view.manifest
    told = (
        f"{placed.entries} in the changelog",
        f"{placed.folded} folded",
        f"{placed.internal} internal",
        f"{placed.cancelled} cancelled",
        f"{placed.left_out} left out",
    )
    return f"{placed.commits} {'commit' if placed.commits == 1 else 'commits'}", " · ".join(told)


def _group(name: str, members: Sequence[Sequence[ManifestRow]]) -> ManifestGroup:
    return ManifestGroup(name, tuple(row for member in members for row in member))


def _entry(entry: EntryView, unreviewed: Unreviewed, seen: set[str]) -> list[ManifestRow]:
    note = notes_entry(entry, unreviewed)
    if note is None:
        return _rows(entry, "left out: nobody has read it", seen)
    told = "with prose" if note.text else "title only"
    return _rows(entry, f"{told}, breaking" if note.breaking else told, seen)


def _members(entries: Iterable[EntryView], seen: set[str]) -> list[list[ManifestRow]]:
    return [_rows(entry, one_line(entry.why), seen) for entry in entries]


def _rows(entry: EntryView, told: str, seen: set[str]) -> list[ManifestRow]:
    """Return a row a commit, those that a merge brought too; an entry with none, or with commits of another entry, has one row of its own."""
    commits = [commit for commit in entry.commits if commit.sha not in seen]
    seen.update(commit.sha for commit in commits)
    number = f"#{entry.pull_requests[0]}" if entry.pull_requests else ""
    name = f"{number} {one_line(entry.title)}".strip()
    if not commits:
        return [ManifestRow("", name, told, shared=bool(entry.commits))]
    first, *others = commits
    merged = ((side.sha, side.subject) for commit in commits for side in commit.side)
    further = (*((commit.sha, commit.subject) for commit in others), *merged)
    return [
        ManifestRow(first.sha, name, told),
        *(ManifestRow(sha, one_line(subject), "", further=True) for sha, subject in further),
    ]
