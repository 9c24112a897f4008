"""The manifest: every commit of the range exactly once, with where it went."""

from collections.abc import Collection, Iterable, Sequence

from llnotes_tui.release.model import Commit
from llnotes_tui.screens.export_pages import counted
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.entry_rows import number_of
from llnotes_tui.widgets.note_lines import Piece
from llnotes_tui.widgets.page import BLANK, Paragraph, words
from llnotes_tui.workbench.exporting import Unreviewed, notes_entry
from llnotes_tui.workbench.views import EntryView, ReleaseView


def manifest(view: ReleaseView, unreviewed: Unreviewed, cancelled_out: Collection[str]) -> list[Paragraph]:
    """Return the counts, and below them the commits by what became of them.

    `cancelled_out` are the commits that cancel each other out.
    """
    seen: set[str] = set()
    published = [entry for entry in view.entries if entry.state != "excluded"]
    excluded = [entry for entry in view.entries if entry.state == "excluded"]
    placed = [_entry(entry, unreviewed, seen) for entry in published]
    by_person = [_rows(entry, "left out: " + (single_line(entry.why) or "excluded"), seen) for entry in excluded]
    cancelled = [entry for entry in view.left_out if entry.commits[0].sha in cancelled_out]
    left_out = [entry for entry in view.left_out if entry.commits[0].sha not in cancelled_out]
    internal = "a line without prose" if view.publish_internal else "not published"
    groups = [
        _group("In the changelog", placed),
        _group("Dependency updates, folded into one list", _members(view.dependency_updates, "", seen)),
        _group(f"Internal, {internal}", _members(view.internal, "", seen)),
        _group("Cancelled by each other", _members(cancelled, "", seen)),
        _group("Left out", [*by_person, *_members(left_out, "", seen)]),
    ]
    return [_counts(view), *(line for group in groups for line in group)]


def _counts(view: ReleaseView) -> Paragraph:
    placed = view.manifest
    told = [
        f"{placed.entries} in the changelog",
        f"{placed.folded} folded",
        f"{placed.internal} internal",
        f"{placed.cancelled} cancelled",
        f"{placed.left_out} left out",
    ]
    return Paragraph(((f"{counted(placed.commits, 'commit')}: ", "note--title"), (" · ".join(told), "note--text")))


def _group(name: str, members: Sequence[Sequence[Paragraph]]) -> list[Paragraph]:
    rows = [row for member in members for row in member]
    return [BLANK, words(name, "note--key"), *rows] if rows else []


def _entry(entry: EntryView, unreviewed: Unreviewed, seen: set[str]) -> list[Paragraph]:
    note = notes_entry(entry, unreviewed)
    if note is None:
        return _rows(entry, "left out: nobody has read it", seen)
    told = "with prose" if note.text else "title only"
    return _rows(entry, f"{told}, breaking" if note.breaking else told, seen)


def _members(entries: Iterable[EntryView], told: str, seen: set[str]) -> list[list[Paragraph]]:
    return [_rows(entry, single_line(entry.why) or told, seen) for entry in entries]


def _rows(entry: EntryView, told: str, seen: set[str]) -> list[Paragraph]:
    """Return a row a commit; an entry with none, or with commits of another entry, has one row of its own."""
    commits = [commit for commit in entry.commits if commit.sha not in seen]
    seen.update(commit.sha for commit in commits)
    name = f"{number_of(entry) if entry.pull_requests else ''} {single_line(entry.title)}".strip()
    if not commits:
        sign = "shared " if entry.commits else "no git "
        return [_row(sign, ((name, "note--text"),), told)]
    first, *others = commits
    return [_row(_short(first), ((name, "note--text"),), told), *(_further(commit) for commit in others)]


def _further(commit: Commit) -> Paragraph:
    return _row(_short(commit), (("└ ", "note--faint"), (single_line(commit.subject), "note--quiet")), "")


def _row(sign: str, pieces: tuple[Piece, ...], told: str) -> Paragraph:
    at_right = (told, "note--quiet") if told else None
    return Paragraph(((f"{sign}  ", "note--faint"), *pieces), indent=1, at_right=at_right, one_line=True)


def _short(commit: Commit) -> str:
    return commit.sha[:7]
