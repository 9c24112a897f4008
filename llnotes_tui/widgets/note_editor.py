"""The editor in the note's place: every change is handed out at once, escape keeps and leaves."""

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.document._edit import Edit
from textual.markup import escape
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import EditResult

from llnotes_tui.release.model import NoteId
from llnotes_tui.widgets.moved_spans import moved
from llnotes_tui.widgets.note_findings import Span


class NoteEditor(TextArea):
    """A person writes here.  `Typed` follows each change, `Left` or `Kept` ends it.

    Findings are underlined where they stand; they move with the text, and the one that is typed in goes.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"editor--red", "editor--amber", "editor--grey"}
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
        self._title = ""
        self._spans: tuple[Span, ...] = ()
        self._spanned = ""
        """The text that the spans are of."""

    def begin(self, note: NoteId, text: str, title: str) -> None:
        """Take a note's text into the editor and put the cursor at its end."""
        self._told = text
        self.note = note
        self._spans = ()
        self.load_text(text)
        self.move_cursor(self.document.end)
        self._title = self.border_title = title
        self.focus()

    # Findings

    def mark(self, text: str, spans: tuple[Span, ...]) -> bool:
        """Underline the findings of `text`; returns whether that is still the text, else nothing happens."""
        if self.note is None or text != self.text:
            return False
        self._spans, self._spanned = spans, text
        self._line_cache.clear()
        self.refresh()
        self._tell_reason()
        return True

    @property
    def spans(self) -> tuple[Span, ...]:
        """What is underlined now."""
        return self._spans

    def get_line(self, line_index: int) -> Text:
        """Return a line with the findings in it underlined."""
        line = super().get_line(line_index)
        if self._spans:
            start = self._offset_of(line_index)
            end = start + len(line)
            for span in self._spans:
                if span.start < end and span.end > start:
                    style = self.get_component_rich_style(f"editor--{span.name}", partial=True)
                    line.stylize(style, max(0, span.start - start), min(len(line), span.end - start))
        return line

    def edit(self, edit: Edit) -> EditResult:
        """Change the text; the findings move along."""
        result = super().edit(edit)
        self._follow()
        return result

    def _follow(self) -> None:
        if self._spans and self.text != self._spanned:
            self._spans = moved(self._spans, self._spanned, self.text)
            self._spanned = self.text
            self._line_cache.clear()
            self.refresh()

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """Say why, where the cursor is in a finding."""
        event.stop()
        self._tell_reason()

    def _tell_reason(self) -> None:
        """Write the reason of the finding under the cursor above the text, else how many there are."""
        row, column = self.cursor_location
        at = self._offset_of(row) + column if self._spans else 0
        reasons = [span.words for span in reversed(self._spans) if span.start <= at <= span.end]
        count = sum(span.name in ("red", "amber") for span in self._spans)
        counted = f"{self._title} · {count} finding{'' if count == 1 else 's'}" if count else self._title
        title = escape(reasons[0] if reasons else counted)
        if title != self.border_title:
            self.border_title = title

    def _offset_of(self, line_index: int) -> int:
        """Return where a line begins, in code points."""
        newline = len(self.document.newline)
        return sum(len(self.document.get_line(index)) + newline for index in range(line_index))

    # What a person does

    def finish(self) -> None:
        """Forget the note: nothing that happens to the text from here on is a person's."""
        self.note = None

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Hand out what was typed."""
        event.stop()
        self._follow()
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
