"""The editor in the note's place: every change is handed out at once, escape keeps and leaves."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from llnotes_tui.release.model import NoteId


class NoteEditor(TextArea):
    """A person writes here.  `Typed` follows each change, `Left` or `Kept` ends it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "keep and leave", id="editor.leave", tooltip="Keep the text as it is and go back"),
        Binding(
            "ctrl+s", "keep", "keep, accept, go on", id="editor.keep", tooltip="Keep the text, accept it and go on"
        ),
        Binding(
            "ctrl+d", "screen.scroll_half(1)", "diff down", id="editor.down", show=False, tooltip="Scroll the diff down"
        ),
        Binding(
            "ctrl+u", "screen.scroll_half(-1)", "diff up", id="editor.up", show=False, tooltip="Scroll the diff up"
        ),
        Binding("pagedown", "screen.scroll_page(1)", "Diff a page down", id="editor.page_down", show=False),
        Binding("pageup", "screen.scroll_page(-1)", "Diff a page up", id="editor.page_up", show=False),
    ]

    class Typed(Message):
        """The text changed under the person's hands."""

        def __init__(self, note: NoteId, text: str) -> None:
            super().__init__()
            self.note = note
            self.text = text

    class Left(Message):
        """Escape: the text is kept, and not accepted."""

        def __init__(self, note: NoteId, text: str) -> None:
            super().__init__()
            self.note = note
            self.text = text

    class Kept(Message):
        """ctrl+s: the text is kept, accepted, and the review goes on."""

        def __init__(self, note: NoteId, text: str) -> None:
            super().__init__()
            self.note = note
            self.text = text

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(
            "", id=id, soft_wrap=True, show_line_numbers=False, tab_behavior="focus", highlight_cursor_line=False
        )
        self.note: NoteId | None = None
        """Whose text is edited; None while nobody edits."""
        self._told = ""

    def begin(self, note: NoteId, text: str, title: str) -> None:
        """Take a note's text into the editor and put the cursor at its end."""
        self._told = text
        self.note = note
        self.load_text(text)
        self.move_cursor(self.document.end)
        self.border_title = title
        self.focus()

    def finish(self) -> None:
        """Forget the note: nothing that happens to the text from here on is a person's."""
        self.note = None

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Hand out what was typed."""
        event.stop()
        if self.note is not None and self.text != self._told:
            self._told = self.text
            self.post_message(self.Typed(self.note, self.text))

    def on_blur(self) -> None:
        """Going to another pane keeps and leaves, as escape does."""
        if self.note is not None and self.screen.is_current and self.app.app_focus:
            self.action_leave()

    def action_leave(self) -> None:
        """Keep the text and leave."""
        if self.note is not None:
            note, self.note = self.note, None
            self.post_message(self.Left(note, self.text))

    def action_keep(self) -> None:
        """Keep the text, accept it and go on."""
        if self.note is not None:
            note, self.note = self.note, None
            self.post_message(self.Kept(note, self.text))
