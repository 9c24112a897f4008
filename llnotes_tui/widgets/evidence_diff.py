"""The diff pane with the lines lit up that speak for or against a sentence."""

from collections.abc import Sequence
from threading import Event
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip

from llnotes_tui.release.model import EvidenceLine
from llnotes_tui.widgets.background import Latest
from llnotes_tui.widgets.diff_lines import DiffDocument
from llnotes_tui.widgets.diff_view import DiffView


class EvidenceDiff(DiffView):
    """Finds lines of evidence in the diff on screen off the screen's thread, marks them, and goes from one to the next."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"diff--lit"}

    class LitUp(Message):
        """The lines that were looked for: how many of them are in this diff."""

        def __init__(self, lines: tuple[EvidenceLine, ...], count: int) -> None:
            super().__init__()
            self.lines = lines
            self.count = count

    class _Located(Message):
        def __init__(self, document: DiffDocument, lines: tuple[EvidenceLine, ...], rows: tuple[int, ...]) -> None:
            super().__init__()
            self.document = document
            self.lines = lines
            self.rows = rows

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self.lit: tuple[int, ...] = ()
        """The rows that are lit up, the most telling first."""
        self._lit_at = 0
        self._pending: tuple[EvidenceLine, ...] = ()
        """What is to be lit up once the diff is there."""
        self._locator = Latest("llnotes-evidence")

    def light_up(self, lines: Sequence[EvidenceLine]) -> None:
        """Look for lines in this diff, mark them and scroll to the first; `LitUp` tells how many there are."""
        wanted = tuple(lines)
        if self.is_loading:
            self._pending = wanted
            return
        document = self.document
        if document is None or not wanted:
            self.post_message(self.LitUp(wanted, 0))
            return

        def locate(cancel: Event) -> None:
            rows = [
                document.row_of(line.path, line.line, line.side, line.text) if line.path and line.line else None
                for line in wanted
            ]
            if not cancel.is_set():
                found = tuple(dict.fromkeys(row for row in rows if row is not None))
                self.post_message(self._Located(document, wanted, found))

        self._locator.start(locate)

    def next_lit(self) -> tuple[int, int]:
        """Go to the next lit row, around the end; returns its number from 1, and how many there are."""
        if not self.lit:
            return 0, 0
        self._lit_at = (self._lit_at + 1) % len(self.lit)
        self.show_line(self.lit[self._lit_at], margin=3)
        return self._lit_at + 1, len(self.lit)

    def put_out(self) -> None:
        """Light up nothing."""
        self._locator.cancel()
        self._pending = ()
        if self.lit:
            self.lit = ()
            self.forget()
            self.refresh()

    def on_evidence_diff__located(self, message: _Located) -> None:
        """Mark the rows that were found, if the diff is still the same."""
        message.stop()
        if message.document is not self.document:
            return
        self.lit, self._lit_at = message.rows, 0
        self.forget()
        self.refresh()
        if self.lit:
            self.show_line(self.lit[0], margin=3)
        self.post_message(self.LitUp(message.lines, len(self.lit)))

    def on_unmount(self) -> None:
        """Let go of the thread; the pane's other ones are let go of beside this."""
        self._locator.cancel()

    def _take(self, document: DiffDocument | None, words: str) -> None:
        self.lit = ()
        super()._take(document, words)
        if self._pending and not self.is_loading:
            pending, self._pending = self._pending, ()
            self.light_up(pending)

    def strip_at(self, line: int, width: int) -> Strip:
        """Draw one row, on another ground where it is lit up."""
        strip = super().strip_at(line, width)
        if line not in self.lit:
            return strip
        lit = self.style("diff--lit")
        over = Style(bgcolor=lit.bgcolor, bold=lit.bold, underline=lit.underline)
        return Strip([Segment(text, (style or Style.null()) + over) for text, style, _ in strip], strip.cell_length)
