"""One line of text."""

from textual.app import ComposeResult
from textual.widgets import Input

from llnotes_tui.widgets.dialogs.dialog import Dialog
from llnotes_tui.widgets.line_input import LineInput


class Ask(Dialog[str]):
    """Returns the line that was typed; an empty one only where `may_be_empty`."""

    def __init__(
        self, title: str, text: str = "", value: str = "", placeholder: str = "", *, may_be_empty: bool = False
    ) -> None:
        super().__init__(title, "enter takes it · esc leaves")
        self._text = text
        self._value = value
        self._placeholder = placeholder
        self._may_be_empty = may_be_empty

    def inside(self) -> ComposeResult:
        """Yield the words and the input."""
        if self._text:
            yield self.text(self._text)
        line = LineInput(self._value, placeholder=self._placeholder)
        line.styles.margin = (1, 0, 0, 0)
        yield line

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the line."""
        event.stop()
        value = event.value.strip()
        if value or self._may_be_empty:
            self.dismiss(value)
