"""The diff pane: draws the rows that are seen, loads and colours them off the screen's thread."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable
from threading import Event
from time import monotonic
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from llnotes_tui.widgets.background import Latest, Stack
from llnotes_tui.widgets.cells import shorten, single_line
from llnotes_tui.widgets.diff_colours import colour
from llnotes_tui.widgets.diff_lines import LINE_LIMIT, PAGE, DiffDocument, Page
from llnotes_tui.widgets.diff_paint import UnifiedPainter
from llnotes_tui.widgets.line_view import LineView

PLACEHOLDER_AFTER = 0.1
"""Seconds that the diff before stays, until a placeholder tells that the new one takes longer."""

PASSING = 0.15
"""Seconds between two diffs asked for, below which a person is on the way to another one: it is given a moment to pass."""

Prepare = Callable[[Callable[[], bool]], DiffDocument | None]
"""Called off the screen's thread with `is_cancelled`; returns None where it gave up."""

_STEP = 8


class DiffView(LineView):
    """A diff of any size, with line numbers, colours, hunk navigation and search."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "code--builtin",
        "code--comment",
        "code--decorator",
        "code--keyword",
        "code--name",
        "code--number",
        "code--plain",
        "code--string",
        "code--strong",
        "diff--added",
        "diff--added-sign",
        "diff--badge",
        "diff--context",
        "diff--file",
        "diff--file-added",
        "diff--file-counts",
        "diff--file-removed",
        "diff--heading",
        "diff--heading-current",
        "diff--hit",
        "diff--hit-current",
        "diff--number",
        "diff--quiet",
        "diff--removed",
        "diff--removed-sign",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "shift(-1)", "Text to the left", id="diff.left", show=False, tooltip="Show what lies left"),
        Binding("right", "shift(1)", "Text to the right", id="diff.right", show=False, tooltip="Show what lies right"),
    ]

    class Loaded(Message):
        """The diff that was asked for is on screen."""

        def __init__(self, key: Hashable) -> None:
            super().__init__()
            self.key = key

    class Searched(Message):
        """A search is through: how often `needle` was found."""

        def __init__(self, needle: str, count: int) -> None:
            super().__init__()
            self.needle = needle
            self.count = count

    class _Ready(Message):
        def __init__(self, key: Hashable, document: DiffDocument | None, fault: str) -> None:
            super().__init__()
            self.key = key
            self.document = document
            self.fault = fault

    class _Grown(Message):
        def __init__(self, document: DiffDocument) -> None:
            super().__init__()
            self.document = document

    class _Coloured(Message):
        def __init__(self, document: DiffDocument, page: Page) -> None:
            super().__init__()
            self.document = document
            self.page = page

    class _Found(Message):
        def __init__(self, document: DiffDocument, needle: str, hits: list[tuple[int, int, int]]) -> None:
            super().__init__()
            self.document = document
            self.needle = needle
            self.hits = hits

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self.document: DiffDocument | None = None
        """What is drawn; None while there is nothing, or a placeholder."""
        self.needle = ""
        """What is searched for; empty: no search is open."""
        self._painter = UnifiedPainter(self.style)
        self._key: Hashable = None
        self._loader = Latest("llnotes-diff")
        self._searcher = Latest("llnotes-search")
        self._colourer = Stack("llnotes-colours")
        self._placeholder: Timer | None = None
        self._asked_at = 0.0
        self._title = ""
        self._words = ""
        self._left = 0
        self._hunk: int | None = None
        self._hits: list[tuple[int, int, int]] = []
        self._hits_by_row: dict[int, list[int]] = {}
        self._hit = 0
        self._asked: set[tuple[int, int]] = set()

    def on_unmount(self) -> None:
        """Let go of the threads."""
        self._loader.cancel()
        self._searcher.cancel()
        self._colourer.close()

    # What is shown

    def show(self, key: Hashable, prepare: Prepare, title: str = "") -> None:
        """Show another diff: `prepare` makes it, off the screen's thread.  The same key again does nothing."""
        if key == self._key:
            return
        self._key = key
        self._stop_placeholder()
        self._placeholder = self.set_timer(PLACEHOLDER_AFTER, self._show_placeholder)

        is_passing = monotonic() - self._asked_at < PASSING
        self._asked_at = monotonic()

        def load(cancel: Event) -> None:
            is_cancelled = cancel.is_set
            if is_passing and cancel.wait(PASSING / 3):
                return
            fault = ""
            document = None
            try:
                document = prepare(is_cancelled)
            except Exception as error:
                fault = f"The diff cannot be shown: {error}"
            if document is not None and not is_cancelled():
                for page in document.pages_from(0, PAGE):
                    colour(page, document.path_of(page))
            if not is_cancelled():
                self.post_message(self._Ready(key, document, fault))
            if document is not None:
                first = document.row_count
                document.finish(is_cancelled)
                if document.row_count != first and not is_cancelled():
                    self.post_message(self._Grown(document))

        self._title = title
        self._loader.start(load)

    def show_words(self, key: Hashable, words: str, title: str = "") -> None:
        """Show one sentence instead of a diff."""
        self._key = key
        self._loader.cancel()
        self._stop_placeholder()
        self._title = title
        self._take(None, words)

    @property
    def is_loading(self) -> bool:
        """Whether the diff that was asked for last is not on screen yet."""
        return self._placeholder is not None

    def on_diff_view__ready(self, message: _Ready) -> None:
        """Take the diff that is ready, if it is still the one wanted."""
        message.stop()
        if message.key != self._key:
            return
        self._stop_placeholder()
        self._take(message.document, message.fault or "No lines changed.")
        self.post_message(self.Loaded(message.key))

    def on_diff_view__grown(self, message: _Grown) -> None:
        """Let the rest of a large diff be scrolled to."""
        message.stop()
        if message.document is self.document:
            self.virtual_size = Size(0, message.document.row_count)

    def _show_placeholder(self) -> None:
        if self._placeholder is not None:
            self._take(None, "Reading the diff …")

    def _stop_placeholder(self) -> None:
        if self._placeholder is not None:
            self._placeholder.stop()
            self._placeholder = None

    def _take(self, document: DiffDocument | None, words: str) -> None:
        self.document = document if document is not None and document.row_count else None
        self._words = words
        self._left = 0
        self._hunk = None
        self._asked.clear()
        self._forget_hits()
        self.border_title = self._title_of(self._title)
        self.scroll_to(y=0, animate=False)
        self.lay_out(self.document.row_count if self.document else 1)
        if self.needle:
            self.search(self.needle)

    def on_resize(self) -> None:
        """Let the title take the room that there is now."""
        self.border_title = self._title_of(self._title)

    def _title_of(self, title: str) -> str:
        from textual.markup import escape

        return escape(shorten(single_line(title), max(10, self.size.width - 6)))

    # Drawing

    def strip_at(self, line: int, width: int) -> Strip:
        """Draw one row, and have its page coloured if that is still to do."""
        document = self.document
        if document is None:
            return Strip([Segment(f" {self._words}", self.style("diff--quiet"))]).adjust_cell_length(
                width, self.rich_style
            )
        row = document.row(line)
        page = document.page_of(line)
        colours: tuple[tuple[int, int, str], ...] = ()
        if page is not None:
            if page.colours is None:
                self._ask_for_colours(document, line)
            else:
                colours = page.colours[line - document.first_row(page)]
        hits = [
            (start, end, at == self._hit)
            for at in self._hits_by_row.get(line, ())
            for _, start, end in [self._hits[at]]
        ]
        current = self._hunk is not None and document.hunk_rows[self._hunk] == line
        return self._painter.paint(document, row, width, left=self._left, colours=colours, hits=hits, current=current)

    def _ask_for_colours(self, document: DiffDocument, line: int) -> None:
        """Have the page of a row coloured, and the one after it."""
        for page in document.pages_from(line, PAGE + 1):
            name = (page.block, page.number)
            if page.colours is None and name not in self._asked:
                self._asked.add(name)
                self._colourer.push(lambda page=page: self._colour(document, page))  # type: ignore[misc]

    def _colour(self, document: DiffDocument, page: Page) -> None:
        """Colour a page (in the colouring thread), unless another diff is on screen by now."""
        if document is self.document:
            colour(page, document.path_of(page))
            self.post_message(self._Coloured(document, page))

    def on_diff_view__coloured(self, message: _Coloured) -> None:
        """Draw the rows of a page with their colours."""
        message.stop()
        if message.document is self.document:
            self._asked.discard((message.page.block, message.page.number))
            self.redraw(message.document.first_row(message.page), len(message.page.rows))

    def notify_style_update(self) -> None:
        """Mix the colours anew."""
        super().notify_style_update()
        self._painter = UnifiedPainter(self.style)

    # Moving

    def action_shift(self, direction: int) -> None:
        """Show what lies further right (1) or left (-1)."""
        left = min(max(0, self._left + direction * _STEP), LINE_LIMIT)
        if left != self._left:
            self._left = left
            self.forget()
            self.refresh()

    def go_to_hunk(self, direction: int) -> bool:
        """Go to the next (1) or previous (-1) hunk; returns whether there is one."""
        rows = self.document.hunk_rows if self.document else []
        top = self.scroll_offset.y
        if self._hunk is not None and rows[self._hunk] in self.lines_seen:
            target = self._hunk + direction
        elif direction > 0:
            target = bisect_right(rows, top)
        else:
            target = bisect_left(rows, top) - 1
        if not 0 <= target < len(rows) or self.document is None:
            return False
        before, self._hunk = self._hunk, target
        for hunk in {before, target} - {None}:
            self.redraw(rows[hunk])  # type: ignore[index]
        self.scroll_to(y=self.document.top_of_hunk(rows[target]), animate=False)
        return True

    def scroll_half(self, direction: int) -> None:
        """Scroll half a page down (1) or up (-1)."""
        self.scroll_lines(direction * max(1, self.scrollable_content_region.height // 2))

    def scroll_page(self, direction: int) -> None:
        """Scroll a page down (1) or up (-1), one line of it staying in sight."""
        self.scroll_lines(direction * max(1, self.scrollable_content_region.height - 1))

    # Searching

    def search(self, needle: str) -> None:
        """Look for `needle` in the whole diff, off the screen's thread; `Searched` tells when it is through."""
        self.needle = needle
        self._forget_hits()
        document = self.document
        if document is None or not needle:
            self.post_message(self.Searched(needle, 0))
            return

        def look(cancel: Event) -> None:
            hits = document.search(needle, cancel.is_set)
            if not cancel.is_set():
                self.post_message(self._Found(document, needle, hits))

        self._searcher.start(look)

    def end_search(self) -> None:
        """Close the search: no hit is marked any more."""
        self.needle = ""
        self._searcher.cancel()
        self._forget_hits()

    def go_to_hit(self, direction: int) -> tuple[int, int]:
        """Go to the next (1) or previous (-1) hit, around the ends; returns its number from 1, and how many there are."""
        if not self._hits:
            return 0, 0
        before = self._hits[self._hit][0]
        self._hit = (self._hit + direction) % len(self._hits)
        self._show_hit(before)
        return self._hit + 1, len(self._hits)

    def on_diff_view__found(self, message: _Found) -> None:
        """Mark the hits and go to the first one in sight or below."""
        message.stop()
        if message.document is not self.document or message.needle != self.needle:
            return
        self._hits = message.hits
        by_row: defaultdict[int, list[int]] = defaultdict(list)
        for position, (row, _, _) in enumerate(self._hits):
            by_row[row].append(position)
        self._hits_by_row = dict(by_row)
        top = self.scroll_offset.y
        self._hit = next((at for at, (row, _, _) in enumerate(self._hits) if row >= top), 0)
        self.forget()
        self.refresh()
        if self._hits:
            self._show_hit(self._hits[self._hit][0])
        self.post_message(self.Searched(message.needle, len(self._hits)))

    def _show_hit(self, before: int) -> None:
        row, start, end = self._hits[self._hit]
        room = self.scrollable_content_region.width
        if self.document is not None:
            room -= self._painter.gutter_width(self.document)
        left = 0 if end <= room else max(0, start - room // 3)
        if left != self._left:
            self._left = left
            self.forget()
            self.refresh()
        self.redraw(before)
        self.redraw(row)
        self.show_line(row, margin=3)

    def _forget_hits(self) -> None:
        if self._hits:
            self._hits = []
            self._hits_by_row = {}
            self._hit = 0
            self.forget()
            self.refresh()
