"""From commits to the rows of the diff pane; runs off the screen's thread."""

from collections.abc import Callable, Sequence

from llnotes_tui.release.model import Commit, FileChange, FileStatus
from llnotes_tui.release.patch import Patch
from llnotes_tui.release.text import display_path
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.diff_lines import DiffDocument, DiffFile

_STATES = {
    "missing": "This diff is not here: objects of this partial clone are missing.  git fetch gets them.",
    "history-cut": "history cut here: at the edge of a shallow clone git has nothing to compare with",
    "too-large": "GitHub does not show a diff of this size, and git may not fetch it.",
    "partial": "GitHub shows only a part of this diff, and git may not fetch it.",
    "empty": "This commit changes no file.",
}


def prepare(
    commits: Sequence[Commit],
    path: bytes | None,
    patch: Callable[[str], Patch],
    is_cancelled: Callable[[], bool],
) -> DiffDocument | None:
    """Return the diff of commits (or of their file `path` alone); None where it is not wanted any more.

    Whatever `patch` raises goes through: the pane tells it.
    """
    files: list[DiffFile] = []
    for commit in commits:
        if is_cancelled():
            return None
        origin = f"{commit.sha[:7]} {single_line(commit.subject)}" if len(commits) > 1 else ""
        if commit.diff != "whole":
            files.append(DiffFile(path=origin or commit.sha[:7], part=b"", badges=(_STATES[commit.diff],)))
            continue
        changes = [change for change in commit.files if path is None or change.path == path]
        if changes:
            whole = patch(commit.sha)
            files += [_file(change, whole, origin) for change in changes]
    return DiffDocument(files, headers=len(files) > 1)


def title(commits: Sequence[Commit], path: bytes | None) -> str:
    """Return what the pane is called: the file with its counts, or how many files there are."""
    changes = [change for commit in commits for change in commit.files if path is None or change.path == path]
    added = sum(change.added or 0 for change in changes)
    removed = sum(change.removed or 0 for change in changes)
    if not changes:
        return "Diff"
    name = display_path(changes[0].path) if len(changes) == 1 else f"{len(changes)} files"
    return f"{name}  +{added} -{removed}"


def _file(change: FileChange, patch: Patch, origin: str) -> DiffFile:
    part = patch.part(change.position) if change.position < patch.parts else b""
    badges: list[str] = []
    if not part:
        badges.append("This diff is not here.")
    if change.noise is not None:
        badges.append(f"{change.noise.kind.value}: {single_line(change.noise.sentence)}")
    if change.status in (FileStatus.RENAMED, FileStatus.COPIED) and change.old_path is not None:
        word = "renamed" if change.status is FileStatus.RENAMED else "copied"
        badges.append(f"{word} from {display_path(change.old_path)}")
    if change.old_mode != change.new_mode and change.old_mode and change.new_mode:
        badges.append(f"mode {change.old_mode:o} → {change.new_mode:o}")
    return DiffFile(
        path=display_path(change.path),
        part=part,
        added=change.added,
        removed=change.removed,
        badges=tuple(badges),
        origin=origin,
    )
