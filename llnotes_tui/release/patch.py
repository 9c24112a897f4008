"""The patch of a commit, kept as bytes with the offsets of its file parts; one part is taken apart when it is asked for.

A part begins at its `diff --git` line.  Lines of content begin with a sign of their own (` `, `+`, `-`, `\\`), so a line
that begins with `diff --git` or `@@` is always git's.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from llnotes_tui.release.text import decoded, revealed

_PART = b"diff --git "
_HUNK = re.compile(rb"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?([^\n]*)", re.MULTILINE)
_PARSED_BY_UNIDIFF = 1 << 20
"""Bytes; larger parts are parsed by line here, for unidiff takes ten bytes of memory for one of diff."""
_NAMES = (b"diff --git ", b"index ", b"--- ", b"+++ ", b"similarity index ", b"rename ", b"copy ")
"""How the header's lines begin that name paths, blobs and likeness."""

_Head = tuple[str, int, int, int, int]
_Line = tuple[bytes, bytes]
"""Its sign and what follows, line end included."""


class DiffLine(Struct, frozen=True):
    """One line of a hunk."""

    kind: Literal["added", "removed", "context", "no-newline"]
    old: int | None
    """Line number before the change; None for an added line."""
    new: int | None
    """Line number after the change; None for a removed line."""
    text: str
    """Without sign and line end; every character visible."""


class Hunk(Struct, frozen=True):
    """Lines that changed together, with the lines around them."""

    heading: str
    """What encloses the hunk (a function, a class), as git found it; often empty."""
    old_start: int
    old_lines: int
    new_start: int
    new_lines: int
    lines: tuple[DiffLine, ...]


class Patch:
    """The patch of one commit: its bytes, and where the part of each file begins."""

    __slots__ = ("_offsets", "raw")

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._offsets = (*_part_offsets(raw), len(raw))

    @property
    def parts(self) -> int:
        """How many files have a part."""
        return len(self._offsets) - 1

    @property
    def size(self) -> int:
        """Bytes of the whole patch."""
        return len(self.raw)

    def part(self, position: int) -> bytes:
        """Return the part of one file, from its `diff --git` line to before the next.

        Raises:
            IndexError: there is no such part.
        """
        if not 0 <= position < self.parts:
            raise IndexError(position)
        return self.raw[self._offsets[position] : self._offsets[position + 1]]

    def part_size(self, position: int) -> int:
        """Return the bytes of one part without copying it."""
        return self._offsets[position + 1] - self._offsets[position]


def _part_offsets(raw: bytes) -> Iterator[int]:
    """Yield where each file's part begins; the two halves of a type change (same heading line twice) are one part."""
    heading = b""
    offset = 0 if raw.startswith(_PART) else _after_line_end(raw, 0)
    while offset >= 0:
        end = raw.find(b"\n", offset)
        before, heading = heading, raw[offset : end if end >= 0 else len(raw)]
        if heading != before:
            yield offset
        offset = _after_line_end(raw, offset)


def _after_line_end(raw: bytes, offset: int) -> int:
    found = raw.find(b"\n" + _PART, offset)
    return found + 1 if found >= 0 else -1


def hunks(part: bytes) -> tuple[Hunk, ...]:
    """Return the hunks of one file's part; empty for a binary file, a pure rename or a mode change.

    It never fails: a part that unidiff refuses is read line by line.
    """
    return tuple(hunk for half in _halves(part) for hunk in _hunks_of(half))


def split_hunks(part: bytes) -> tuple[bytes, ...]:
    """Return a part cut at its hunks, the file's header before each; the part itself where there is nothing to cut."""
    if sum(1 for _ in _HUNK.finditer(part)) < 2:
        return (part,)
    return tuple(piece for half in _halves(part) for piece in _split_half(half))


def body_digest_lines(part: bytes) -> bytes:
    """Return what a part says of its content: added, removed and context lines, modes and whether it is binary.

    Line numbers, hunk headings, blob names and paths are left out, so the same change further down, or read by another
    git, is the same.
    """
    kept = []
    for half in _halves(part):
        start = _first_hunk(half)
        header = half[: start if start >= 0 else len(half)]
        kept += [_digested(line) for line in header.split(b"\n") if not line.startswith(_NAMES)]
        if start >= 0:
            kept.append(_HUNK.sub(b"@@", half[start:]))
    return b"\n".join(kept)


def _digested(line: bytes) -> bytes:
    return b"Binary" if line.startswith(b"Binary files ") else line


# -- the halves of a part: two for a type change, else one -------------------------------------------------------------


def _halves(part: bytes) -> tuple[bytes, ...]:
    second = _after_line_end(part, 0)
    return (part,) if second < 0 else (part[:second], part[second:])


def _split_half(half: bytes) -> tuple[bytes, ...]:
    offsets = [match.start() for match in _HUNK.finditer(half)]
    header = half[: offsets[0]] if offsets else half
    return tuple(header + half[start:end] for start, end in pairwise((*offsets, len(half))))


def _hunks_of(half: bytes) -> Iterator[Hunk]:
    start = _first_hunk(half)
    if start < 0:
        return
    shown = _shown if _mixes_line_ends(half, start) else _shown_without_cr
    for head, lines in _read(half, start):
        yield Hunk(*head, tuple(_lines(head, lines, shown)))


def _read(half: bytes, start: int) -> list[tuple[_Head, list[_Line]]]:
    """Return heads and lines by unidiff, or line by line where it is too much for unidiff, or not to its taste."""
    if len(half) <= _PARSED_BY_UNIDIFF:
        try:
            return list(_by_unidiff(half, start))
        except ValueError:
            pass
    return list(_by_line(half, start))


# -- one part, line by line ------------------------------------------------------------------------------------------


def _first_hunk(part: bytes) -> int:
    if part.startswith(b"@@ "):
        return 0
    found = part.find(b"\n@@ ")
    return found + 1 if found >= 0 else -1


def _mixes_line_ends(part: bytes, start: int) -> bool:
    """Tell whether some content lines end in CR LF and others in LF; then each CR is shown."""
    carriage_returns = part.count(b"\r\n", start)
    if not carriage_returns:
        return False
    others = part.count(b"\n", start) - carriage_returns
    return others > len(_HUNK.findall(part, start)) + part.count(b"\n\\ ", start)


def _by_unidiff(part: bytes, start: int) -> Iterator[tuple[_Head, list[_Line]]]:
    """Yield heads and lines as unidiff reads them.

    The bytes travel as Latin-1, one character each, and come out as the same bytes.

    Raises:
        ValueError: unidiff cannot read the part.
    """
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    text = part[start:].decode("latin-1")
    lines = [line + "\n" for line in text.removesuffix("\n").split("\n")]
    try:
        parsed = PatchSet(iter(["--- a\n", "+++ b\n", *lines]))
    except UnidiffParseError as fault:
        raise ValueError(str(fault)) from fault
    for hunk in parsed[0]:
        heading = revealed(decoded(hunk.section_header.encode("latin-1"))).strip()
        head = (heading, hunk.source_start, hunk.source_length, hunk.target_start, hunk.target_length)
        yield head, [(line.line_type.encode(), line.value.encode("latin-1")) for line in hunk]


def _by_line(part: bytes, start: int) -> Iterator[tuple[_Head, list[_Line]]]:
    """Yield heads and lines by their first characters alone."""
    matches = list(_HUNK.finditer(part, start))
    for match, following in zip(matches, [*matches[1:], None], strict=True):
        old_start, old_lines, new_start, new_lines = (int(group or b"1") for group in match.groups()[:4])
        body = part[match.end() + 1 : following.start() if following else len(part)]
        lines = [(line[:1] or b" ", line[1:] + b"\n") for line in body.removesuffix(b"\n").split(b"\n")] if body else []
        yield (revealed(decoded(match[5])).strip(), old_start, old_lines, new_start, new_lines), lines


def _lines(head: _Head, lines: list[_Line], shown: Callable[[bytes], str]) -> Iterator[DiffLine]:
    """Yield a hunk's lines with their numbers."""
    _, old, _, new, _ = head
    for sign, value in lines:
        if sign == b"+":
            yield DiffLine("added", None, new, shown(value))
            new += 1
        elif sign == b"-":
            yield DiffLine("removed", old, None, shown(value))
            old += 1
        elif sign == b"\\":
            yield DiffLine("no-newline", None, None, "No newline at end of file")
        else:
            yield DiffLine("context", old, new, shown(value))
            old, new = old + 1, new + 1


def _shown(value: bytes) -> str:
    return revealed(decoded(value.removesuffix(b"\n")))


def _shown_without_cr(value: bytes) -> str:
    return _shown(value.removesuffix(b"\n").removesuffix(b"\r"))
