"""The rows of a diff, found when they are asked for: blocks are byte offsets, and only the pages that are seen are decoded.

A document of a hundred thousand lines opens like one of a thousand, because opening looks for hunk headings only.
Everything here is safe to call from several threads, and knows nothing of Textual.
"""

import re
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from threading import RLock
from typing import Literal

from msgspec import Struct

from llnotes_tui.release.text import decoded, revealed
from llnotes_tui.widgets.cells import columns, single_line

PAGE = 128
"""Lines that are decoded, and coloured, together."""
LINE_LIMIT = 3_000
"""Characters of a line that are shown and coloured; the rest is counted."""

_PAGES_KEPT = 96
_ROWS_AT_ONCE = 1_000
_BLOCKS_AT_ONCE = 512
_CHUNK = 1 << 18
"""Bytes of a hunk that are counted in one go."""
_END = ord("\n")
_BYTES_READ = LINE_LIMIT * 4
_LAST = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_HEADING = re.compile(rb"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)")

RowKind = Literal["added", "removed", "context", "mark", "hunk", "file", "badge"]
_KINDS: dict[int, RowKind] = {ord("+"): "added", ord("-"): "removed", ord(" "): "context", ord("\\"): "mark"}


class DiffFile(Struct, frozen=True):
    """One file's part of a diff, as git wrote it, with what is to be said about it."""

    path: str
    """Safe to show; also tells the language."""
    part: bytes
    added: int | None = None
    removed: int | None = None
    badges: tuple[str, ...] = ()
    """Lines above the hunks: `binary`, `history cut here`, `2 secrets masked`."""
    origin: str = ""
    """What tells this file from others of the same path: commit and title, where an entry has several."""


class Row(Struct, frozen=True, gc=False):
    """One line on screen.  `old` and `new` are line numbers; `text` is laid out and safe to show."""

    kind: RowKind
    text: str
    file: int
    old: int | None = None
    new: int | None = None


class Page(Struct):
    """Decoded lines of one hunk.  `colours` are filled in later, one tuple of (start, end, style) a line."""

    block: int
    number: int
    rows: tuple[Row, ...]
    colours: tuple[tuple[tuple[int, int, str], ...], ...] | None = None


class _Block(Struct, frozen=True, gc=False):
    """Rows that follow each other: a file's header, a badge, a hunk's heading, or lines of a hunk."""

    kind: Literal["file", "badge", "heading", "lines"]
    file: int
    start: int
    """Where it begins in the file's part; for a badge its index."""
    end: int
    rows: int
    old: int = 0
    new: int = 0
    """Line numbers of both sides at its start."""


class DiffDocument:
    """The files of an entry, or one of them, as rows.

    Only the first rows are laid out at once; `finish` lays out the rest, from any thread, and rows only ever follow.
    """

    def __init__(self, files: Sequence[DiffFile], *, headers: bool | None = None) -> None:
        """Lay out the first of `files`; `headers` puts a line above each file (default: where there are several)."""
        self.files = tuple(files)
        self.row_count = 0
        """How many rows are laid out by now."""
        self.hunk_rows: list[int] = []
        """The rows of the hunk headings."""
        self.number_width = max(3, *(len(str(_last_number(file.part))) for file in self.files), 3)
        """Digits that a line number needs."""
        self._blocks: list[_Block] = []
        self._starts: list[int] = []
        self._pages: OrderedDict[tuple[int, int], Page] = OrderedDict()
        self._marks: dict[int, list[tuple[int, int, int]]] = {}
        self._lock = RLock()
        self._laying = self._lay_out(with_headers=len(self.files) > 1 if headers is None else headers)
        while self.row_count < _ROWS_AT_ONCE and next(self._laying, False):
            pass

    def finish(self, is_cancelled: Callable[[], bool] = lambda: False) -> None:
        """Lay out all rows that are not laid out yet."""
        while not is_cancelled() and next(self._laying, False):
            pass

    def _lay_out(self, *, with_headers: bool) -> Iterator[bool]:
        """Lay out block after block, and yield now and then."""
        for position, file in enumerate(self.files):
            part = file.part
            start = _next_hunk(part, 0)
            second = _second_header(part, start)
            if with_headers:
                self._add(_Block("file", position, 0, 0, 1))
            for index in range(len(badges_of(file)) if file.badges or start < 0 else 0):
                self._add(_Block("badge", position, index, 0, 1))
            while start >= 0:
                old, new, _ = _heading(part, start)
                end = _after_lines(part, start, len(part), 1)
                self._add(_Block("heading", position, start, end, 1, old, new))
                while (start := end) < (end := _chunk_end(part, start, second)):
                    rows, in_old, in_new = _counts(part, start, end)
                    self._add(_Block("lines", position, start, end, rows, old, new))
                    old, new = old + in_old, new + in_new
                    if end - start >= _CHUNK:
                        yield True
                start = _next_hunk(part, end)
                if len(self._blocks) % _BLOCKS_AT_ONCE == 0:
                    yield True
            yield True

    def _add(self, block: _Block) -> None:
        if block.kind == "heading":
            self.hunk_rows.append(self.row_count)
        self._blocks.append(block)
        self._starts.append(self.row_count)
        self.row_count += block.rows

    def row(self, index: int) -> Row:
        """Return one row; `index` is from 0 to `row_count` - 1."""
        position, block, offset = self._find(index)
        if block.kind == "file":
            return Row("file", single_line(self.files[block.file].path), block.file)
        if block.kind == "badge":
            return Row("badge", badges_of(self.files[block.file])[block.start], block.file)
        if block.kind == "heading":
            words = _heading(self.files[block.file].part, block.start)[2]
            return Row("hunk", columns(revealed(decoded(words))), block.file)
        return self.page(position, offset // PAGE).rows[offset % PAGE]

    def page_of(self, index: int) -> Page | None:
        """Return the page that a row is on, None for headings, headers and badges."""
        position, block, offset = self._find(index)
        return self.page(position, offset // PAGE) if block.kind == "lines" else None

    def pages_from(self, index: int, rows: int) -> Iterator[Page]:
        """Yield the pages that the rows from `index` on are on, each once."""
        last = min(self.row_count, index + rows)
        while index < last:
            page = self.page_of(index)
            if page is None:
                index += 1
                continue
            yield page
            index = self.first_row(page) + len(page.rows)

    def first_row(self, page: Page) -> int:
        """Return the row that a page begins at."""
        return self._starts[page.block] + page.number * PAGE

    def file_at(self, index: int) -> int:
        """Return which file a row belongs to."""
        return self._find(index)[1].file

    def top_of_hunk(self, row: int) -> int:
        """Return the row to scroll to for a hunk's heading: its file's header where that comes right before."""
        position = self._find(row)[0]
        while position and self._blocks[position - 1].kind in ("file", "badge"):
            position -= 1
        return self._starts[position]

    def path_of(self, page: Page) -> str:
        """Return the path of the file that a page belongs to."""
        return self.files[self._blocks[page.block].file].path

    def page(self, block: int, number: int) -> Page:
        """Return a page of a hunk, decoded now or kept from before."""
        with self._lock:
            page = self._pages.get((block, number))
            if page is None:
                page = self._pages[block, number] = self._read(block, number)
                while len(self._pages) > _PAGES_KEPT:
                    self._pages.popitem(last=False)
            else:
                self._pages.move_to_end((block, number))
            return page

    def _read(self, block_position: int, number: int) -> Page:
        block = self._blocks[block_position]
        part = self.files[block.file].part
        start, old, new = self._mark(block_position, number)
        lines = part[start : _after_lines(part, start, block.end, PAGE)].split(b"\n")
        if lines[-1] == b"":
            lines.pop()
        whole_crlf = all(line.endswith(b"\r") for line in lines if line[:1] != b"\\")
        rows: list[Row] = []
        for line in lines:
            # An empty line stands for empty context: some tools strip the space at its start.
            kind = _KINDS.get(line[0], "context") if line else "context"
            text = _line_text(line[1:-1] if whole_crlf and kind != "mark" else line[1:])
            counts_old, counts_new = kind in ("removed", "context"), kind in ("added", "context")
            rows.append(Row(kind, text, block.file, old if counts_old else None, new if counts_new else None))
            old += counts_old
            new += counts_new
        return Page(block_position, number, tuple(rows))

    def _mark(self, block_position: int, number: int) -> tuple[int, int, int]:
        """Return offset, old and new line number at the start of a page; pages before it are counted, not decoded."""
        block = self._blocks[block_position]
        part = self.files[block.file].part
        marks = self._marks.setdefault(block_position, [(block.start, block.old, block.new)])
        while len(marks) <= number:
            start, old, new = marks[-1]
            end = _after_lines(part, start, block.end, PAGE)
            _, in_old, in_new = _counts(part, start, end)
            marks.append((end, old + in_old, new + in_new))
        return marks[number]

    def _find(self, index: int) -> tuple[int, _Block, int]:
        position = bisect_right(self._starts, index) - 1
        return position, self._blocks[position], index - self._starts[position]

    def search(
        self, needle: str, is_cancelled: Callable[[], bool] = lambda: False, limit: int = 10_000
    ) -> list[tuple[int, int, int]]:
        """Return where `needle` stands, as (row, start, end) in the rows' texts; capitals count only if it has any."""
        self.finish(is_cancelled)
        fold = needle == needle.lower()
        hits: list[tuple[int, int, int]] = []
        for start, block in zip(self._starts, self._blocks, strict=True):
            if is_cancelled() or len(hits) >= limit:
                break
            if block.kind == "lines" and not self._may_hold(block, needle, fold=fold):
                continue
            for row in range(start, start + block.rows):
                text = self.row(row).text
                hits.extend((row, *span) for span in _spans(text.lower() if fold else text, needle))
        return hits[:limit]

    def row_of(self, path: str, number: int, side: str, text: str) -> int | None:
        """Return the row of a line of a file, by its number on a side (`old` or `new`); lays out all rows.

        Where several commits changed that file, the row that says `text` is meant.
        """
        self.finish()
        found = None
        for start, block in zip(self._starts, self._blocks, strict=True):
            first = block.old if side == "old" else block.new
            if block.kind != "lines" or self.files[block.file].path != path or not first <= number < first + block.rows:
                continue
            for index in range(start, start + block.rows):
                row = self.row(index)
                if (row.old if side == "old" else row.new) == number:
                    if row.text.strip() == columns(text).strip():
                        return index
                    found = index if found is None else found
                    break
        return found

    def _may_hold(self, block: _Block, needle: str, *, fold: bool) -> bool:
        """Tell without decoding whether a hunk can hold the needle."""
        if not needle.isascii() or "  " in needle:
            return True
        chunk = self.files[block.file].part[block.start : block.end]
        return needle.encode() in (chunk.lower() if fold else chunk)


def badges_of(file: DiffFile) -> tuple[str, ...]:
    """Return the badge lines of a file; a part with no hunks says itself why it has none."""
    if file.badges:
        return file.badges
    header = file.part[:20_000].split(b"\n@@ ", 1)[0].decode("utf-8", "replace").split("\n")
    said = [line for line in map(_header_sentence, header) if line]
    return tuple(said) or ("no lines changed",)


def _header_sentence(line: str) -> str:
    """Return a line of a part's header as a badge, empty where it says nothing."""
    if line.startswith(("Binary files", "GIT binary patch")):
        return "binary"
    for start, words in (
        ("rename from ", "renamed from "),
        ("copy from ", "copied from "),
        ("old mode ", "mode was "),
        ("new mode ", "mode is "),
    ):
        if line.startswith(start):
            return single_line(revealed(words + line.removeprefix(start)))
    if line.startswith("new file mode"):
        return "new and empty" if "100" in line else ""
    return "deleted, was empty" if line.startswith("deleted file mode") else ""


def _next_hunk(part: bytes, start: int) -> int:
    """Return where the next hunk begins, -1 where there is none.

    A line that begins with `@@ -` is a heading, for all others begin with a sign.
    """
    if part.startswith(b"@@ -", start):
        return start
    return part.find(b"\n@@ -", start) + 1 or -1


def _heading(part: bytes, start: int) -> tuple[int, int, bytes]:
    """Return first old line, first new line, and the heading as it is shown."""
    line = part[start : min(_after_lines(part, start, len(part), 1), start + 2_000)].rstrip()
    match = _HEADING.match(line)
    if match is None:
        return 1, 1, line
    return int(match[1]), int(match[2]), b"@@ " + (match[3].strip() or b"line " + match[2])


def _chunk_end(part: bytes, start: int, second: int) -> int:
    """Return where lines end that begin at `start`: before the next heading or header, or after a chunk's worth of bytes."""
    if start == second or part.startswith(b"@@ -", start):
        return start
    limit = start + _CHUNK
    end = part.find(b"\n@@ -", start, limit + 5) + 1
    if end == 0:
        end = _after_lines(part, limit, len(part), 1) if limit < len(part) else len(part)
    return second if start < second < end else end


def _counts(part: bytes, start: int, end: int) -> tuple[int, int, int]:
    """Return how many lines there are, how many of them on the old side, and on the new."""
    lines = part.count(b"\n", start, end) + (end > start and part[end - 1] != _END)
    added, removed, told = (
        part.count(b"\n" + sign, start, end) + part.startswith(sign, start) for sign in (b"+", b"-", b"\\")
    )
    return lines, lines - added - told, lines - removed - told


def _second_header(part: bytes, first_hunk: int) -> int:
    """Return where the second diff of a change of type begins, which is a deletion and an addition in one part; else -1."""
    if first_hunk < 0 or b"\ndeleted file mode" not in part[:first_hunk]:
        return -1
    found = part.find(b"\ndiff --git ", first_hunk)
    return found + 1 if found >= 0 else -1


def _last_number(part: bytes) -> int:
    """Return the largest line number of a part, near enough: that of its first heading, and of its last if that is near."""
    near = part.rfind(b"\n@@ -", max(0, len(part) - _CHUNK))
    ends = [_LAST.match(part, start) for start in (_next_hunk(part[:_CHUNK], 0), near + 1) if start >= 0]
    sides = [(int(m[first]), int(m[first + 1] or 1)) for m in ends if m for first in (1, 3)]
    return max((start + lines for start, lines in sides), default=0)


def _after_lines(part: bytes, start: int, end: int, lines: int) -> int:
    """Return the offset after so many lines from `start`, at most `end`."""
    for _ in range(lines):
        found = part.find(b"\n", start, end)
        if found < 0:
            return end
        start = found + 1
    return start


def _line_text(raw: bytes) -> str:
    """Return a line's text, cut where it is very long."""
    text = revealed(decoded(raw[:_BYTES_READ]))
    if len(raw) > LINE_LIMIT and (len(text) > LINE_LIMIT or len(raw) > _BYTES_READ):
        text = f"{text[:LINE_LIMIT]}… and {len(raw) - len(text[:LINE_LIMIT].encode()):,} more bytes"
    return columns(text)


def _spans(text: str, needle: str) -> Iterator[tuple[int, int]]:
    found = text.find(needle)
    while found >= 0 and needle:
        yield found, found + len(needle)
        found = text.find(needle, found + len(needle))
