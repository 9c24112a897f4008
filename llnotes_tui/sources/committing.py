"""A commit made beside everything a person has under way: neither HEAD nor index nor work tree is touched.

It is plumbing with an index of its own in a temporary folder; no hook runs and nothing is signed, whatever the clone's
settings say, for `sources.process` starts git.
"""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from llnotes_tui.release.text import decode, one_line
from llnotes_tui.sources.options import SourceError
from llnotes_tui.sources.process import GitFault, Place, run

_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NONE = "0" * 40
_FILE = "100644"


class TreeEntry(Struct, frozen=True):
    """What a commit has at a path."""

    mode: str
    """As git writes it: `100644`, `100755`, `120000` for a symbolic link, `160000` for a submodule, `040000` for a folder."""
    sha: str


def entry_at(place: Place, commit: str, path: str) -> TreeEntry | None:
    """Return what a commit has at a path, None where it has nothing there.

    Raises:
        GitFault: git failed.
    """
    out = run(["ls-tree", "-z", commit, "--", path.encode()], place)
    if not out:
        return None
    mode, _, sha = decode(out.partition(b"\t")[0]).split(" ")
    return TreeEntry(mode, sha)


def blob(place: Place, sha: str) -> bytes:
    """Return the bytes of a blob.

    Raises:
        GitFault: the clone lacks it.
    """
    return run(["cat-file", "blob", sha], place)


def commit_files(place: Place, parent: str, files: Sequence[tuple[str, bytes]], message: str) -> str:
    """Write a commit on top of `parent` in which these files (path and bytes) are as given; return its SHA.

    Author and committer are who git takes the person for.  A file that is there keeps its mode.

    Raises:
        SourceError: git does not know who the person is, or cannot write.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="llnotes-index-") as folder:
            here = Place(place.folder, place.git_dir, None, Path(folder) / "index")
            run(["read-tree", f"{parent}^{{tree}}"], here)
            lines = [_line(here, parent, path, data) for path, data in files]
            run(["update-index", "-z", "--index-info"], here, stdin=b"".join(lines))
            # A partial clone lacks blobs that this commit only hands on.
            tree = decode(run(["write-tree", "--missing-ok"], here)).strip()
        made = run(["commit-tree", tree, "-p", parent, "-F", "-"], place, stdin=message.encode())
        return decode(made).strip()
    except GitFault as fault:
        raise _told(fault) from fault


def move_branch(place: Place, branch: str, to: str, expected: str | None) -> None:
    """Make a branch stand at a commit, if it stands at `expected` still (None: it is not there yet).

    Raises:
        SourceError: it stands elsewhere, is checked out somewhere, or its name does not fit beside others.
    """
    name = f"refs/heads/{branch}"
    if _is_checked_out(place, name):
        raise SourceError(f"The branch {one_line(branch)} is checked out; switch to another one, then commit again.")
    try:
        run(["update-ref", "-m", "llnotes: release commit", name, to, expected or _NONE], place)
    except GitFault as fault:
        raise SourceError(
            f"The branch {one_line(branch)} could not be set ({one_line(fault.said)[:200]}); look at it, then commit again."
        ) from fault


def is_sha(word: str) -> bool:
    """Say whether a word is a full SHA."""
    return _SHA.fullmatch(word) is not None


def _line(place: Place, parent: str, path: str, data: bytes) -> bytes:
    made = run(["hash-object", "-w", "--no-filters", "--stdin"], place, stdin=data).strip()
    known = entry_at(place, parent, path)
    mode = known.mode if known is not None else _FILE
    return b"%s %s\t%s\0" % (mode.encode(), made, path.encode())


def _is_checked_out(place: Place, name: str) -> bool:
    """Say whether a branch is checked out in any of the clone's work trees."""
    try:
        out = run(["worktree", "list", "--porcelain"], place)
    except GitFault:
        out = b""
    return b"branch " + name.encode() in out.split(b"\n")


def _told(fault: GitFault) -> SourceError:
    if "tell me who you are" in fault.said or "ident name" in fault.said or "auto-detect email" in fault.said:
        return SourceError(
            "git does not know who commits; set `git config --global user.name` and `user.email`, then commit again."
        )
    return SourceError(fault.sentence)
