"""The note pane: what is written about the row under the cursor, and for how long it has been on screen."""

from time import monotonic
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip

from llnotes_tui.release.model import NoteId
from llnotes_tui.widgets.line_view import LineView
from llnotes_tui.widgets.note_lines import Line, NoteContent, laid_out


class NotePanel(LineView):
    """Shows one note, wrapped.  Knows which text it has drawn, and since when: only that text can be accepted."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "note--amber",
        "note--amber-current",
        "note--claim",
        "note--done",
        "note--faint",
        "note--fault",
        "note--grey",
        "note--grey-current",
        "note--key",
        "note--letter-amber",
        "note--letter-grey",
        "note--letter-red",
        "note--quiet",
        "note--red",
        "note--red-current",
        "note--rule",
        "note--text",
        "note--title",
        "note--warn",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self.content: NoteContent | None = None
        self._lines: list[Line] = []
        self._width = 0
        self._drawn_at: float | None = None

    def show(self, content: NoteContent | None) -> None:
        """Show a note; one that looks the same is left alone."""
        before = self.content
        if content == before:
            return
        self.content = content
        same_note = before is not None and content is not None and before.note == content.note
        if not (same_note and before is not None and content is not None and before.text == content.text):
            self._drawn_at = None
        if not same_note:
            self.scroll_to(y=0, animate=False)
        self._wrap()

    def seconds_drawn(self, note: NoteId, text: str) -> float:
        """Return for how many seconds exactly this text of this note has been on screen; 0 if it is not."""
        shown = self.content
        if shown is None or shown.note != note or shown.text != text or self._drawn_at is None:
            return 0.0
        return monotonic() - self._drawn_at

    def on_resize(self) -> None:
        """Wrap to the new width."""
        if self.scrollable_content_region.width != self._width:
            self._wrap()

    def watch_show_vertical_scrollbar(self) -> None:
        """Wrap again: the scroll bar takes a column, and no resize tells of it."""
        self.on_resize()

    def _wrap(self) -> None:
        self._width = self.scrollable_content_region.width
        width = self._width - 2
        # Without a width yet there is nothing to lay out: the resize that follows does.
        self._lines = laid_out(self.content, width) if self.content and width > 0 else []
        self.lay_out(len(self._lines))
        reason = next((at for at, line in enumerate(self._lines) if line and line[0][0].startswith("▸")), None)
        if reason is not None:
            self.show_line(reason, margin=1)

    def strip_at(self, line: int, width: int) -> Strip:
        """Draw one line, a blank at each side."""
        if self._drawn_at is None:
            self._drawn_at = monotonic()
        ground = self.rich_style
        pieces = [Segment(text, self.style(name)) for text, name in self._lines[line]]
        return Strip([Segment(" ", ground), *pieces]).adjust_cell_length(width, ground)
