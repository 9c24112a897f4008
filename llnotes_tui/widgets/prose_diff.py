"""A diff of prose: an entry of a changelog is one long line, so lines are wrapped, and the words that differ are marked."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from msgspec.structs import replace
from rich.cells import cell_len
from textual.strip import Strip

from llnotes_tui.widgets.cells import shorten
from llnotes_tui.widgets.diff_lines import DiffDocument, DiffFile
from llnotes_tui.widgets.diff_view import DiffView
from llnotes_tui.widgets.page import WIDEST

_WORD = re.compile(r"\w+|[^\w\s]|\s+")
_ALIKE = 0.5
"""From which ratio on two lines are one line that was changed."""
_WORDS_COMPARED = 1_000

Span = tuple[int, int]


class ProseDocument(DiffDocument):
    """A diff that knows which words of a changed line differ.  Made off the screen's thread, as it compares lines."""

    def __init__(self, files: Sequence[DiffFile]) -> None:
        super().__init__(files)
        self.finish()
        self.changed: dict[int, list[Span]] = {}
        """By row, the spans of its text that its counterpart does not have."""
        self._compare()

    def _compare(self) -> None:
        removed: list[tuple[int, str]] = []
        added: list[tuple[int, str]] = []
        for index in range(self.row_count):
            row = self.row(index)
            if row.kind == "removed":
                if added:
                    self._pair(removed, added)
                    removed, added = [], []
                removed.append((index, row.text))
            elif row.kind == "added":
                added.append((index, row.text))
            elif removed or added:
                self._pair(removed, added)
                removed, added = [], []
        self._pair(removed, added)

    def _pair(self, removed: Sequence[tuple[int, str]], added: Sequence[tuple[int, str]]) -> None:
        """Compare lines that took each other's place, in their order."""
        for (old_row, old), (new_row, new) in zip(removed, added, strict=False):
            old_words, new_words = _WORD.findall(old), _WORD.findall(new)
            if max(len(old_words), len(new_words)) > _WORDS_COMPARED:
                continue
            matcher = SequenceMatcher(None, old_words, new_words, autojunk=False)
            if matcher.ratio() < _ALIKE:
                continue
            for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
                if tag != "equal":
                    self._remember(old_row, old_words, old_start, old_end)
                    self._remember(new_row, new_words, new_start, new_end)

    def _remember(self, row: int, words: Sequence[str], start: int, end: int) -> None:
        if end > start:
            begin = sum(map(len, words[:start]))
            self.changed.setdefault(row, []).append((begin, begin + sum(map(len, words[start:end]))))


class ProseDiff(DiffView):
    """A DiffView whose long lines go on below."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._lines: list[tuple[int, int, int]] = []
        """For every line on screen: its row, and from where to where it shows the row's text."""
        self._wrapped_to = 0

    def lay_out(self, lines: int) -> None:
        """Wrap the rows of the document to the width there is."""
        document = self.document
        self._lines = []
        self._wrapped_to = self.scrollable_content_region.width
        if document is not None:
            scrollbar = 0 if self.show_vertical_scrollbar else 1
            room = self._wrapped_to - scrollbar - self._painter.gutter_width(document)
            room = min(max(8, room), WIDEST)
            for index in range(document.row_count):
                row = document.row(index)
                is_text = row.kind in ("added", "removed", "context")
                spans = _wrapped(row.text, room) if is_text else [(0, len(row.text))]
                self._lines += [(index, start, end) for start, end in spans]
        super().lay_out(len(self._lines) if document is not None else lines)

    def on_resize(self) -> None:
        """Wrap to the new width, and cut the title to it."""
        if self.document is not None:
            self.border_title = self._title_of(self._title)
            if self.scrollable_content_region.width != self._wrapped_to:
                self.lay_out(0)

    def redraw(self, first: int, count: int = 1) -> None:  # noqa: ARG002  (rows are not lines here)
        """Draw everything anew: there is little of it."""
        self.forget()
        self.refresh()

    def strip_at(self, line: int, width: int) -> Strip:
        """Draw one line: a row, or what of it has its place here."""
        document = self.document
        if document is None:
            return super().strip_at(line, width)
        index, start, end = self._lines[line]
        row = document.row(index)
        page = document.page_of(index)
        if page is not None and page.colours is None:
            self._ask_for_colours(document, index)
        colours = page.colours[index - document.first_row(page)] if page is not None and page.colours else ()
        changed = document.changed.get(index, ()) if isinstance(document, ProseDocument) else ()
        piece = replace(row, text=row.text[start:end], old=None if start else row.old, new=None if start else row.new)
        return self._painter.paint(
            document,
            piece,
            width,
            colours=tuple((a, b, name) for (a, b), name in _clipped([((a, b), n) for a, b, n in colours], start, end)),
            hits=[(a, b, False) for (a, b), _ in _clipped([(span, "") for span in changed], start, end)],
        )


def _clipped(spans: Sequence[tuple[Span, str]], start: int, end: int) -> list[tuple[Span, str]]:
    """Return what of some spans lies in a piece of the text, counted from the piece's beginning."""
    return [((max(a, start) - start, min(b, end) - start), name) for (a, b), name in spans if a < end and b > start]


def _wrapped(text: str, width: int) -> list[Span]:
    """Return where to break a line so that no piece is wider than `width` cells: between words where that can be."""
    spans: list[Span] = []
    start = 0
    while cell_len(text[start:]) > width:
        fits = len(shorten(text[start:], width + 1)) - 1
        blank = text.rfind(" ", start + 1, start + fits + 1)
        end = blank if blank > start else start + max(1, fits)
        spans.append((start, end))
        start = end + (end == blank)
    return [*spans, (start, len(text))]
