"""Which merges are no change of their own, and why; and which releases are work as well."""

from llnotes_tui.release.merges import moved_head
from llnotes_tui.release.model import Commit, FileChange, FileStatus
from llnotes_tui.release.shipping import is_manifest, is_version_file, kind_of_path
from llnotes_tui.release.symbols import area_of, language_of
from llnotes_tui.release.text import display_path

_VERSION_LINES = 12
"""Lines of a source file that a change of the version may touch, removed and added: the number, its parts, and dates."""


def folded_reason(commit: Commit) -> str | None:
    """Return why a merge becomes no entry; None for other commits, and for a merge in which people wrote code by hand."""
    if not commit.folded or commit.by_hand:
        return None
    head = moved_head(commit.subject)
    named = f"merges {head}" if head else "a merge"
    reason = {
        "walked": f"{named}, whose commits are listed one by one",
        "in-base": f"{named}, which the base has already",
        "without-content": "merged without its content",
    }[commit.folded]
    resolved = len(commit.files)
    if not resolved:
        return reason
    return f"{reason}; resolved by hand in {resolved} {'file' if resolved == 1 else 'files'}"


def changes_work(commit: Commit) -> bool:
    """Tell whether a release commit changes sources beyond the number of the version: then it is work as well."""
    return any(is_work_file(change) for change in commit.files)


def is_work_file(change: FileChange, *, counted: bool = True) -> bool:
    """Tell whether a file of a release commit is work: code that ships, changed beyond the number of the version.

    Where lines were not `counted`, a source that was changed is work whatever its size.
    """
    lines = (change.added or 0) + (change.removed or 0)
    is_large = not counted or change.status is not FileStatus.MODIFIED or lines > _VERSION_LINES
    return is_large and is_shipped_code(change)


def is_shipped_code(change: FileChange) -> bool:
    """Tell whether a file change is code that ships: no changelog, document, test, build file, or version file."""
    shown = display_path(change.path)
    beside = is_version_file(change.path) or is_manifest(change.path) or kind_of_path(change.path) is not None
    return change.noise is None and not beside and language_of(shown) is not None and area_of(shown) == "source"
