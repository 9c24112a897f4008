"""The roll-up: one announcement over several reviewed repositories, read and edited by a person before it is written."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from llnotes_tui.release.model import NoteId
from llnotes_tui.screens.palette import ScreenCommands
from llnotes_tui.screens.settling import Settling
from llnotes_tui.styles import sheet
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.key_bar import KeyBar
from llnotes_tui.widgets.note_editor import NoteEditor
from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.rolling_up import RolledUp, gather, roll_up_path, write_roll_up

_NOTE = NoteId("roll-up")


class RollUpScreen(Settling[str | None]):
    """Returns a sentence about what was written, None where nothing was."""

    CSS = sheet("roll_up")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "back", "back", id="roll_up.back", tooltip="Go back; nothing is written"),
    ]
    COMMANDS: ClassVar[set[Any]] = {ScreenCommands}

    class Said(Message):
        """Something goes on."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, repositories: Sequence[str], flags: Mapping[str, Any] | None = None) -> None:
        """`repositories` are what `announce` is called with: paths, or `owner/name`."""
        super().__init__()
        self._targets = tuple(Target(name, flags=dict(flags or {})) for name in repositories)
        self._cancel = Event()
        self.rolled_up: RolledUp | None = None

    def compose(self) -> ComposeResult:
        """Lay out what is told and what is left out, above the text."""
        yield Static(id="about", markup=False)
        yield NoteEditor(id="editor")
        yield Static(id="fault", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin to gather what was read."""
        targets, cancel = self._targets, self._cancel
        self._tell("Reading the repositories …")
        self.run_off(lambda: gather(targets, self._goes_on, cancel), self._gathered)

    def on_unmount(self) -> None:
        """Whatever is still being read is of no use any more."""
        self._cancel.set()

    def on_roll_up_screen_said(self, event: Said) -> None:
        """Say what goes on."""
        event.stop()
        if self.rolled_up is None:
            self._tell(event.sentence)

    def _goes_on(self, sentence: str) -> None:
        self.post_message(self.Said(sentence))

    def _gathered(self, found: RolledUp) -> None:
        self.rolled_up = found
        names = ", ".join(f"{single_line(one.name)} {single_line(one.version)}" for one in found.told)
        lines = [f"Told: {names}"] if names else ["There is nothing to tell: no public repository was reviewed."]
        lines += [f"Left out: {single_line(one.name)}: {single_line(one.why)}" for one in found.left_out]
        self._tell("\n".join(lines))
        if found.text:
            editor = self.query_one("#editor", NoteEditor)
            editor.add_class("-shown")
            editor.border_subtitle = "ctrl+s writes it · esc goes back"
            editor.begin(_NOTE, found.text, "Roll-up · read it before it is written")
            editor.move_cursor((0, 0))  # it is read from its beginning

    def on_note_editor_kept(self, event: NoteEditor.Kept) -> None:
        """Write what a person has read."""
        event.stop()
        text, path = event.text, roll_up_path()
        if not text.strip():
            self.tell_fault("There is no text to write.")
            return
        self.run_off(lambda: write_roll_up(text, path), lambda kept: self._written(path, kept))

    def _written(self, path: Path, kept: Path | None) -> None:
        beside = f"  What stood there is in {kept}." if kept is not None else ""
        self.dismiss(f"Wrote {path}.{beside}")

    def on_note_editor_left(self, event: NoteEditor.Left) -> None:
        """Go back; a text that was changed is kept beside the roll-ups."""
        event.stop()
        found = self.rolled_up
        if found is None or event.text.strip() == found.text.strip():
            self.dismiss(None)
            return
        text, path = event.text, roll_up_path().with_suffix(".draft.md")
        self.run_off(lambda: write_roll_up(text, path), lambda _: self._kept(path))

    def _kept(self, path: Path) -> None:
        self.dismiss(f"Your text is kept in {path}.")

    def action_back(self) -> None:
        """Go back."""
        self.dismiss(None)

    def refresh_view(self) -> None:
        """Draw nothing: what is shown changes by a person's hands only."""

    def tell_fault(self, sentence: str) -> None:
        """Show what went wrong."""
        fault = self.query_one("#fault", Static)
        fault.update(Content(f"! {sentence}"))
        fault.add_class("-shown")

    def _tell(self, words: str) -> None:
        self.query_one("#about", Static).update(Content(words))
