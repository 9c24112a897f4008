"""How the trees of commits follow each other, and the contents of their files, by few git processes."""

from collections.abc import Iterator, Sequence
from threading import Event
from typing import NamedTuple

from llnotes_tui.release.model import Commit, FileStatus
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.process import DIFF_FLAGS, GitFault
from llnotes_tui.sources.structure import records, structures

_PIECE = 16 << 20
"""Bytes of content that are read at a time."""
_FILE = 4 << 20
"""Bytes; a larger file is data, and is passed over."""
_BLOB_MODES = (b"100644", b"100755", b"100664")


class Step(NamedTuple):
    """One tree of the row, as what differs from the one before it."""

    sha: str
    changes: tuple[tuple[bytes, str], ...]
    """Paths with their blob now; an empty one for a file that is gone."""
    fresh: bool
    """It has nothing to do with the tree before it: `changes` are all of its files."""


def steps_of(clone: Clone, commits: Sequence[Commit], cancel: Event | None) -> list[Step]:
    """Return the trees of commits and of their first parents, oldest first, each one told once.

    Raises:
        GitFault: git failed, or `cancel` was set.
        BrokenStructure: it wrote something else than it should.
    """
    row = _row(commits)
    if not row:
        return []
    asked = [(before, sha) for before, sha in zip(["", *row], row, strict=False) if before and sha]
    changes = _differences(clone, asked, cancel)
    steps: list[Step] = []
    for before, sha in zip(["", *row], row, strict=False):
        if not sha:
            steps.append(Step("", (), fresh=True))
        elif not before:
            steps.append(Step(sha, tuple(_tree(clone, sha, cancel)), fresh=True))
        else:
            steps.append(Step(sha, changes[before, sha], fresh=False))
    return steps


def _row(commits: Sequence[Commit]) -> list[str]:
    """Return SHAs so that neighbours are close; an empty one stands for the tree before a root commit."""
    row: list[str] = []
    seen: set[str] = set()
    for commit in reversed(commits):
        parent = commit.parents[0] if commit.parents and commit.diff != "history-cut" else ""
        for sha in (parent, commit.sha):
            if sha and sha not in seen:
                seen.add(sha)
                row.append(sha)
    return row


def _differences(
    clone: Clone, asked: Sequence[tuple[str, str]], cancel: Event | None
) -> dict[tuple[str, str], tuple[tuple[bytes, str], ...]]:
    if not asked:
        return {}
    flags = [flag for flag in DIFF_FLAGS if not flag.startswith("-M")]
    arguments = ["diff-tree", "--stdin", "--always", "-r", *flags, "--no-renames", "-z", "--raw", "--no-abbrev"]
    stdin = "".join(f"{sha} {before}\n" for before, sha in asked).encode()
    out = clone.git(arguments, stdin=stdin, cancel=cancel)
    told = structures([out], numbered=False)
    return {
        pair: tuple(
            (
                change.path,
                "" if change.status is FileStatus.DELETED or not _is_file(change.new_mode) else change.new_blob,
            )
            for change in files
        )
        for pair, (_, files) in zip(asked, told, strict=True)
    }


def _is_file(mode: int) -> bool:
    return mode & 0o170000 == 0o100000


def _tree(clone: Clone, sha: str, cancel: Event | None) -> Iterator[tuple[bytes, str]]:
    out = clone.git(["ls-tree", "-r", "-z", "--full-tree", sha], cancel=cancel)
    for record in records([out]):
        head, _, path = record.partition(b"\t")
        fields = head.split()
        if len(fields) == 3 and fields[0] in _BLOB_MODES:
            yield path, fields[2].decode("ascii")


class BlobReader:
    """Reads the contents of blobs; `missing` counts those that a partial clone does not have."""

    def __init__(self, clone: Clone, cancel: Event | None) -> None:
        self.missing = 0
        self._clone = clone
        self._cancel = cancel

    def read(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield blobs with their content; those that are too large come empty.

        Raises:
            GitFault: git failed, or `cancel` was set.
        """
        piece: list[str] = []
        size = 0
        for blob, length in self._sizes(blobs):
            if length > _FILE:
                yield blob, b""
                continue
            if size + length > _PIECE and piece:
                yield from self._contents(piece)
                piece, size = [], 0
            piece.append(blob)
            size += length
        if piece:
            yield from self._contents(piece)

    def _sizes(self, blobs: Sequence[str]) -> Iterator[tuple[str, int]]:
        if not blobs:
            return
        asked = "".join(f"{blob}\n" for blob in blobs).encode()
        out = self._clone.git(["cat-file", "--batch-check"], stdin=asked, cancel=self._cancel)
        for line in out.decode("ascii", "replace").splitlines():
            fields = line.split()
            if len(fields) == 3 and fields[1] == "blob" and fields[2].isdigit():
                yield fields[0], int(fields[2])
            else:
                self.missing += 1

    def _contents(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        asked = "".join(f"{blob}\n" for blob in blobs).encode()
        out = self._clone.git(["cat-file", "--batch"], stdin=asked, cancel=self._cancel)
        start = 0
        while start < len(out):
            if (
                self._cancel is not None and self._cancel.is_set()
            ):  # what is made of a blob takes longer than reading it
                raise GitFault("Reading was stopped.")
            end = out.find(b"\n", start)
            fields = out[start : end if end >= 0 else len(out)].split()
            if end < 0 or len(fields) != 3 or not fields[2].isdigit():
                self.missing += 1
                start = end + 1 if end >= 0 else len(out)
                continue
            size = int(fields[2])
            yield fields[0].decode("ascii"), out[end + 1 : end + 1 + size]
            start = end + 2 + size
