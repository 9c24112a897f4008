"""What all dialogs have in common."""

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from llnotes_tui.release.text import visible
from llnotes_tui.widgets.cells import single_line

Result = TypeVar("Result")


class Dialog(ModalScreen[Result | None]):
    """A framed question over the screen.  Subclasses yield what is inside it from `inside`."""

    AUTO_FOCUS = "LineInput, OptionList, TextArea"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", id="dialog.leave", tooltip="Close without doing anything")
    ]
    WIDE: ClassVar[bool] = False
    """Whether it takes most of the screen."""

    def __init__(self, title: str, hint: str = "") -> None:
        """`title` stands in the frame above, `hint` below: which keys act."""
        super().__init__()
        self._title = title
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Build the frame."""
        frame = VerticalScroll(classes="dialog -wide" if self.WIDE else "dialog", can_focus=False)
        frame.border_title = Content(single_line(self._title)).markup
        frame.border_subtitle = Content(self._hint).markup
        with frame:
            yield from self.inside()

    def inside(self) -> ComposeResult:
        """Yield the widgets inside the frame."""
        raise NotImplementedError

    @staticmethod
    def text(words: str, classes: str = "dialog--text") -> Static:
        """Return words as they stand: nothing in them is markup."""
        return Static(Content(visible(words)), classes=classes, markup=False)

    def action_leave(self) -> None:
        """Close without a result."""
        self.dismiss(None)
