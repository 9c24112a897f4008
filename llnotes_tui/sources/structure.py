"""Commits and the files they change, from the NUL-separated output of `git log` and `git diff-tree`."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from llnotes_tui.release.model import FileChange, FileStatus
from llnotes_tui.release.text import decode, one_line

META_FORMAT = "%H%x00%P%x00%an%x00%ae%x00%at%x00%ct%x00%s%x00%b%x00%T"
_META_FIELDS = 9
_LAST_SECOND = 253_402_300_799
"""Of the year 9999: Python has no later date."""


class Meta(NamedTuple):
    """A commit without its diff."""

    sha: str
    parents: tuple[str, ...]
    author: str
    author_email: str
    authored_at: int
    committed_at: int
    subject: str
    body: str
    tree: str = ""
    """SHA; empty where nobody asked for it."""

    @property
    def first_parent(self) -> str | None:
        """The parent that the diff is taken against; None for a root commit."""
        return self.parents[0] if self.parents else None


class BrokenStructure(ValueError):  # noqa: N818 - what it is, in the words of the caller
    """Output that is not what git writes: cut off, or another command's."""


def records(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what stands between NULs; the end needs no NUL."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole
    if rest:
        yield rest


def metas(chunks: Iterable[bytes]) -> Iterator[Meta]:
    """Yield the commits of a `git log -z --format=META_FORMAT`.

    Raises:
        BrokenStructure: the output is cut off, or no such log.
    """
    fields: list[bytes] = []
    for record in records(chunks):
        fields.append(record)
        if len(fields) == _META_FIELDS:
            yield _meta(fields)
            fields = []
    if fields:
        raise BrokenStructure("the log ends within a commit")


def _meta(fields: list[bytes]) -> Meta:
    sha, parents, author, email, authored_at, committed_at, subject, body, tree = fields
    try:
        return Meta(
            sha=sha.decode("ascii"),
            parents=tuple(parents.decode("ascii").split()),
            author=one_line(decode(author)),
            author_email=one_line(decode(email)),
            authored_at=parse_time(authored_at),
            committed_at=parse_time(committed_at),
            subject=one_line(decode(subject)),
            body=decode(body).strip("\n"),
            tree=tree.decode("ascii"),
        )
    except ValueError as fault:
        raise BrokenStructure(f"no commit: {fields[0][:60]!r}") from fault


def parse_time(field: bytes | str) -> int:
    """Return a time as git prints it, in seconds since the epoch; 0 where the commit or tag has no usable date.

    Git prints nothing for a missing, malformed or negative date, and any number of digits for a huge one.
    """
    digits = field.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(_LAST_SECOND)):
        return 0
    seconds = int(digits)
    return seconds if seconds <= _LAST_SECOND else 0


def structures(chunks: Iterable[bytes], *, numbered: bool = True) -> Iterator[tuple[str, tuple[FileChange, ...]]]:
    """Yield SHA and file changes of each commit of a `git diff-tree --stdin --always -r -z --raw --numstat`.

    Without `--numstat` they are not `numbered`, and have no counts of lines.

    Raises:
        BrokenStructure: the output is no such list, or ends within a commit.
    """
    source = records(chunks)
    record = next(source, None)
    while record is not None:
        if len(record) not in (40, 64) or record[:1] == b":":
            raise BrokenStructure(f"no commit: {record[:60]!r}")
        sha = record.decode("ascii", "replace")
        raws: list[_Raw] = []
        record = next(source, None)
        while record is not None and record[:1] == b":":
            raws.append(_raw(record, source))
            record = next(source, None)
        changes: list[FileChange] = []
        for position, raw in enumerate(raws):
            if not numbered:
                changes.append(_change(sha, raw, (None, None), position))
                continue
            if record is None:
                raise BrokenStructure(f"the numbers of {sha} are missing")
            changes.append(_change(sha, raw, _counts(record, source), position))
            record = next(source, None)
        yield sha, tuple(changes)


class _Raw(NamedTuple):
    old_mode: int
    new_mode: int
    old_blob: str
    new_blob: str
    status: FileStatus
    old_path: bytes | None
    path: bytes


def _raw(record: bytes, source: Iterator[bytes]) -> _Raw:
    try:
        old_mode, new_mode, old_blob, new_blob, letter = record[1:].decode("ascii").split(" ")
        status = FileStatus(letter[0])
        first = next(source)
        second = next(source) if status in (FileStatus.RENAMED, FileStatus.COPIED) else None
    except (ValueError, IndexError, StopIteration) as fault:
        raise BrokenStructure(f"no file: {record[:120]!r}") from fault
    old_path, path = (None, first) if second is None else (first, second)
    return _Raw(int(old_mode, 8), int(new_mode, 8), old_blob, new_blob, status, old_path, path)


def _counts(record: bytes, source: Iterator[bytes]) -> tuple[int | None, int | None]:
    """Return the numbers of added and removed lines; a rename's two paths follow in records of their own."""
    fields = record.split(b"\t", 2)
    if len(fields) != 3:
        raise BrokenStructure(f"no numbers: {record[:120]!r}")
    if not fields[2]:
        next(source, None)
        next(source, None)
    try:
        return (
            None if fields[0] == b"-" else int(fields[0]),
            None if fields[1] == b"-" else int(fields[1]),
        )
    except ValueError as fault:
        raise BrokenStructure(f"no numbers: {record[:120]!r}") from fault


def _change(sha: str, raw: _Raw, counts: tuple[int | None, int | None], position: int) -> FileChange:
    return FileChange(
        commit=sha,
        path=raw.path,
        old_path=raw.old_path,
        status=raw.status,
        old_mode=raw.old_mode,
        new_mode=raw.new_mode,
        old_blob=raw.old_blob,
        new_blob=raw.new_blob,
        added=counts[0],
        removed=counts[1],
        position=position,
    )
