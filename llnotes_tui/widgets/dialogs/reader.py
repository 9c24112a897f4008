"""A long text to be read, such as a prompt as it was sent."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from llnotes_tui.release.text import visible
from llnotes_tui.widgets.dialogs.dialog import Dialog


class _Marked(TextArea):
    """A text that cannot be changed, with some words marked wherever they stand."""

    def __init__(self, text: str, marked: str) -> None:
        super().__init__(text, read_only=True, soft_wrap=True, show_cursor=False, highlight_cursor_line=False)
        self._marked = marked

    def get_line(self, line_index: int) -> Text:
        """Return a line with what is to be marked in reverse."""
        line = super().get_line(line_index)
        if self._marked:
            line.highlight_words([self._marked], "bold reverse")
        return line


class Reader(Dialog[bool]):
    """Shows a text that cannot be changed; it scrolls and can be copied."""

    WIDE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "leave", "close", id="reader.close", tooltip="Close the text"),
        Binding("j", "scroll(1)", "Down", id="reader.down", show=False, tooltip="Scroll down"),
        Binding("k", "scroll(-1)", "Up", id="reader.up", show=False, tooltip="Scroll up"),
        Binding("space", "scroll(12)", "Page down", id="reader.page_down", show=False, tooltip="Scroll a page"),
        Binding("b", "scroll(-12)", "Page up", id="reader.page_up", show=False, tooltip="Scroll a page back"),
        Binding("y", "copy", "copy", id="reader.copy", tooltip="Copy all of it"),
    ]

    def __init__(self, title: str, text: str, marked: str = "") -> None:
        """`marked` is marked wherever it stands in the text."""
        super().__init__(title, "j k scroll · y copies · esc closes")
        self._text = visible(text)
        self._marked = marked

    def inside(self) -> ComposeResult:
        """Yield the text."""
        yield _Marked(self._text, self._marked)

    def action_scroll(self, lines: int) -> None:
        """Scroll by so many lines."""
        self.query_one(TextArea).scroll_relative(y=lines, animate=False)

    def action_copy(self) -> None:
        """Copy the whole text."""
        self.app.copy_to_clipboard(self._text)
        self.app.notify("Copied.", timeout=2)
