"""The release as a commit in the clone: on a branch of its own, beside whatever a person has under way there."""

from msgspec import Struct
from msgspec.structs import replace

from llnotes_tui.publishing.export import Take
from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.laid_out import ClonedTree
from llnotes_tui.publishing.remaining import push_commands
from llnotes_tui.release.text import one_line
from llnotes_tui.sources.committing import commit_files, move_branch
from llnotes_tui.sources.process import GitFault
from llnotes_tui.workbench.exporting import Unreviewed
from llnotes_tui.workbench.proposing import (
    Composed,
    beyond_sentence,
    compose,
    confirm_version,
    may_note,
    record,
)
from llnotes_tui.workbench.workbench import Workbench


class LocalCommit(Struct, frozen=True):
    """What committing would do."""

    composed: Composed
    base: str
    """SHA of the upstream's branch as it was fetched last: the commit's parent."""
    beyond: str
    """How far the branch is beyond what was reviewed, a sentence; empty where it is not."""
    head: str | None
    """Where our branch stands; None while there is none."""


class Committed(Struct, frozen=True):
    """The commit that is there now."""

    sha: str
    branch: str
    files: tuple[str, ...]
    is_new: bool
    """False where the branch held it already."""
    commands: tuple[str, ...]
    """What remains to be done by the engineer."""


def look_at_commit(bench: Workbench, unreviewed: Unreviewed, version: str = "") -> LocalCommit:
    """Find out what committing the release would do.  Asks git: not for the UI thread.

    Raises:
        ExportError: it cannot be committed, and why.
        SourceError: the clone cannot be read.
    """
    if bench.clone.is_on_github:
        raise ExportError(
            f"{bench.range.name} was read from GitHub: there is no clone of yours to commit in; p or --pull-request proposes it."
        )
    branch = bench.range.branch
    base = bench.clone.tip(branch) or bench.range.until
    composed = compose(bench, ClonedTree(bench.clone, base), unreviewed, version)
    head = bench.clone.resolve(f"refs/heads/{composed.branch}")
    known = {one.head for one in bench.review.state.published if one.head}
    if head is not None and head not in known:
        raise ExportError(
            f"The branch {composed.branch} stands at {head[:7]}, which this review did not commit; rename or delete it first."
        )
    beyond = beyond_sentence(branch, bench.clone.commits_beyond(bench.range.until, base))
    return LocalCommit(composed, base, beyond, head)


def commit_release(bench: Workbench, shown: LocalCommit, take: Take | None = None) -> Committed:
    """Commit what was looked at, and note it in the review.

    HEAD, index and work tree stay as they are; no hook runs, nothing is signed, nothing is pushed.

    Raises:
        ExportError: a conflict is open, or there is nothing to commit.
        SourceError: git could not do it.
        ReviewError: this window may only read, or the review cannot be written.
    """
    may_note(bench)
    composed = shown.composed
    if composed.conflict is not None and take is None:
        raise ExportError(f"{composed.conflict.why}  Choose theirs or ours.")
    changes = composed.changes(take)
    if not changes:
        raise ExportError(
            f"{bench.range.branch} says all of {composed.notes.version} already; there is nothing to commit."
        )
    place = bench.clone.git_place
    sha = commit_files(place, shown.base, [(one.path, one.after) for one in changes], f"{composed.message}\n")
    is_new = shown.head is None or _shape(bench, shown.head) != _shape(bench, sha)
    if is_new:
        move_branch(place, composed.branch, sha, shown.head)
        confirm_version(bench, composed.notes.version)
        bench.published(replace(record(composed, composed.branch), head=sha)).result()
    else:
        assert shown.head is not None, "what is not there has no shape"
        sha = shown.head
    commands = push_commands(composed.notes, composed.branch, branch=bench.range.branch)
    return Committed(sha, composed.branch, tuple(one.path for one in changes), is_new, commands)


def _shape(bench: Workbench, commit: str) -> str:
    """Return what makes two commits the same but for who made them and when: parents, files and message."""
    try:
        told = bench.clone.git(["log", "-1", "--no-notes", "--format=%P %T %B", commit, "--"])
    except GitFault:
        return ""
    return one_line(told.decode("utf-8", "replace"))
