"""Yes or no, before something that is hard to undo."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from llnotes_tui.widgets.dialogs.dialog import Dialog


class Confirm(Dialog[bool]):
    """Returns True for y or enter, False for n; escape returns None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "yes", id="confirm.yes", tooltip="Go ahead"),
        Binding("n", "answer(False)", "no", id="confirm.no", tooltip="Leave everything as it is"),
    ]

    def __init__(self, title: str, text: str, yes: str = "go ahead", no: str = "no") -> None:
        """`yes` and `no` say what the keys will do."""
        super().__init__(title, f"y {yes} · n {no} · esc leaves")
        self._text = text

    def inside(self) -> ComposeResult:
        """Yield the question."""
        yield self.text(self._text)

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001  (an action's argument)
        """Take the answer."""
        self.dismiss(answer)
