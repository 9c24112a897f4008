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
_BYTES_READ = LINE_LIMIT * 4
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


class Row(Struct, frozen=True):
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


class _Block(Struct, frozen=True):
    """Rows that follow each other: a file's header, its badges, or a hunk with its heading."""

    kind: Literal["file", "badge", "hunk"]
    file: int
    start: int
    """For a hunk, where its heading begins in the file's part; for a badge its index."""
    end: int
    rows: int


class DiffDocument:
    """The files of an entry, or one of them, as rows."""

    def __init__(self, files: Sequence[DiffFile], *, headers: bool | None = None) -> None:
        """Find the hunks of `files`; `headers` puts a line above each file (default: where there are several)."""
        self.files = tuple(files)
        self._blocks: list[_Block] = []
        self._starts: list[int] = []
        self._pages: OrderedDict[tuple[int, int], Page] = OrderedDict()
        self._marks: dict[int, list[tuple[int, int, int]]] = {}
        self._lock = RLock()
        self.row_count = 0
        with_headers = len(self.files) > 1 if headers is None else headers
        for position, file in enumerate(self.files):
            self._lay_out(position, file, with_headers=with_headers)
        self.hunk_rows = [
            start for start, block in zip(self._starts, self._blocks, strict=True) if block.kind == "hunk"
        ]
        """The rows of the hunk headings."""
        self.number_width = max(3, len(str(self._largest_number())))
        """Digits that a line number needs."""

    def _lay_out(self, position: int, file: DiffFile, *, with_headers: bool) -> None:
        hunks = list(_hunk_offsets(file.part))
        if with_headers:
            self._add(_Block("file", position, 0, 0, 1))
        badges = len(badges_of(file)) if file.badges or not hunks else 0
        for index in range(badges):
            self._add(_Block("badge", position, index, 0, 1))
        part = file.part
        for start, end in hunks:
            lines = part.count(b"\n", start, end) + (part[end - 1 : end] != b"\n")
            self._add(_Block("hunk", position, start, end, lines))

    def _add(self, block: _Block) -> None:
        self._starts.append(self.row_count)
        self._blocks.append(block)
        self.row_count += block.rows

    def _largest_number(self) -> int:
        """Return the largest line number, near enough: the last hunk of each file ends with it."""
        largest = 0
        last: dict[int, _Block] = {block.file: block for block in self._blocks if block.kind == "hunk"}
        for block in last.values():
            old, new, _ = self._heading(block)
            largest = max(largest, old + block.rows, new + block.rows)
        return largest

    def row(self, index: int) -> Row:
        """Return one row; `index` is from 0 to `row_count` - 1."""
        position, block, offset = self._find(index)
        if block.kind == "file":
            return Row("file", single_line(self.files[block.file].path), block.file)
        if block.kind == "badge":
            return Row("badge", badges_of(self.files[block.file])[block.start], block.file)
        if offset == 0:
            return Row("hunk", columns(revealed(decoded(self._heading(block)[2]))), block.file)
        line = offset - 1
        return self.page(position, line // PAGE).rows[line % PAGE]

    def page_of(self, index: int) -> Page | None:
        """Return the page that a row is on, None for headings, headers and badges."""
        position, block, offset = self._find(index)
        if block.kind != "hunk" or offset == 0:
            return None
        return self.page(position, (offset - 1) // PAGE)

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
        return self._starts[page.block] + 1 + page.number * PAGE

    def file_at(self, index: int) -> int:
        """Return which file a row belongs to."""
        return self._find(index)[1].file

    def top_of_hunk(self, row: int) -> int:
        """Return the row to scroll to for a hunk's heading: its file's header where that comes right before."""
        position = self._find(row)[0]
        while position and self._blocks[position - 1].kind != "hunk":
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
        marks = self._marks.get(block_position)
        if marks is None:
            old, new, _ = self._heading(block)
            marks = self._marks[block_position] = [(_after_lines(part, block.start, block.end, 1), old, new)]
        while len(marks) <= number:
            start, old, new = marks[-1]
            end = _after_lines(part, start, block.end, PAGE)
            added, removed, told = (_count_starting(part, sign, start, end) for sign in (b"+", b"-", b"\\"))
            context = PAGE - added - removed - told
            marks.append((end, old + removed + context, new + added + context))
        return marks[number]

    def _heading(self, block: _Block) -> tuple[int, int, bytes]:
        """Return first old line, first new line, and the heading as it is shown."""
        part = self.files[block.file].part
        line = part[block.start : min(_after_lines(part, block.start, block.end, 1), block.start + 2_000)].rstrip()
        match = _HEADING.match(line)
        if match is None:
            return 1, 1, line
        name = match[3].strip()
        return int(match[1]), int(match[2]), b"@@ " + (name or b"line " + match[2])

    def _find(self, index: int) -> tuple[int, _Block, int]:
        position = bisect_right(self._starts, index) - 1
        return position, self._blocks[position], index - self._starts[position]

    def search(
        self, needle: str, is_cancelled: Callable[[], bool] = lambda: False, limit: int = 10_000
    ) -> list[tuple[int, int, int]]:
        """Return where `needle` stands, as (row, start, end) in the rows' texts; capitals count only if it has any."""
        fold = needle == needle.lower()
        hits: list[tuple[int, int, int]] = []
        for start, block in zip(self._starts, self._blocks, strict=True):
            if is_cancelled() or len(hits) >= limit:
                break
            if block.kind == "hunk" and not self._may_hold(block, needle, fold=fold):
                continue
            for row in range(start, start + block.rows):
                text = self.row(row).text
                hits.extend((row, *span) for span in _spans(text.lower() if fold else text, needle))
        return hits[:limit]

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


def _hunk_offsets(part: bytes) -> Iterator[tuple[int, int]]:
    """Yield start and end of each hunk: a line that begins with `@@ ` is a heading, for all others begin with a sign."""
    start = 0 if part.startswith(b"@@ ") else part.find(b"\n@@ ") + 1
    if start == 0 and not part.startswith(b"@@ "):
        return
    while True:
        found = part.find(b"\n@@ ", start)
        end = found + 1 if found >= 0 else len(part)
        # A change of type is two diffs in one part: the header of the second is no line of the first.
        second = part.find(b"\ndiff --git ", start, end)
        yield start, end if second < 0 else second + 1
        if found < 0:
            return
        start = end


def _after_lines(part: bytes, start: int, end: int, lines: int) -> int:
    """Return the offset after so many lines from `start`, at most `end`."""
    for _ in range(lines):
        found = part.find(b"\n", start, end)
        if found < 0:
            return end
        start = found + 1
    return start


def _count_starting(part: bytes, sign: bytes, start: int, end: int) -> int:
    return part.count(b"\n" + sign, start, end) + part.startswith(sign, start)


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
