"""While a release is read: what is going on, and if it cannot be read, why."""

from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from msgspec import structs
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Static

from llnotes_tui.styles import sheet
from llnotes_tui.widgets.key_bar import KeyBar
from llnotes_tui.workbench.clones import Target

if TYPE_CHECKING:
    from llnotes_tui.sources.tag_series import TagQuestion
    from llnotes_tui.workbench.workbench import Workbench

SHOWN_AFTER = 0.15
"""Seconds for which what was there stays: a screen that comes and goes at once is only a flash."""


class OpeningScreen(ModalScreen["Workbench | None"]):
    """Opens a release off the screen's thread; its result is the workbench, or None where the person went back.

    Where the tags do not say where the release begins, it asks which of them are the releases.

    It stays unseen over the screen below until opening takes long enough to be noticed.
    """

    CSS = sheet("opening")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "back", "Back", id="opening.back", tooltip="Go back; nothing was changed"),
    ]

    class Said(Message):
        """Something goes on."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    class Opened(Message):
        """The release is open."""

        def __init__(self, workbench: "Workbench") -> None:
            super().__init__()
            self.workbench = workbench

    class Failed(Message):
        """It cannot be opened; `question` is what can be chosen so that it can, None for other faults."""

        def __init__(self, sentence: str, question: "TagQuestion | None" = None) -> None:
            super().__init__()
            self.sentence = sentence
            self.question = question

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._target = target
        self._cancel = Event()
        self._began = monotonic()
        self._sentence = f"Reading {target.repository} …"
        self._failed = False

    def compose(self) -> ComposeResult:
        """Lay out one sentence."""
        yield Static(Content(""), id="sentence")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Begin to read."""
        self._begin()
        self.set_timer(SHOWN_AFTER, self._show)
        self.set_interval(0.1, self._tick)

    def on_unmount(self) -> None:
        """Whatever is still being read is of no use any more."""
        self._cancel.set()

    def _show(self) -> None:
        self.add_class("-shown")

    def _begin(self) -> None:
        self._began, self._failed = monotonic(), False
        Thread(target=self._open, name="llnotes-opening", daemon=True).start()

    def _open(self) -> None:
        from llnotes_tui.workbench.pull_request import open_named

        try:
            workbench = open_named(self._target, self._say, self._cancel)
        except Exception as fault:
            sentence = getattr(fault, "sentence", "") or f"{type(fault).__name__}: {fault}"
            self.post_message(self.Failed(sentence, getattr(fault, "question", None)))
            return
        if self._cancel.is_set():
            workbench.close()
        else:
            self.post_message(self.Opened(workbench))

    def _say(self, sentence: str) -> None:
        self.post_message(self.Said(sentence))

    def on_opening_screen_said(self, event: Said) -> None:
        """Remember what goes on; the clock shows it."""
        event.stop()
        self._sentence = event.sentence

    def on_opening_screen_opened(self, event: Opened) -> None:
        """Go on to the release."""
        event.stop()
        if self._cancel.is_set():
            Thread(target=event.workbench.close, daemon=True).start()
        else:
            self.dismiss(event.workbench)

    def on_opening_screen_failed(self, event: Failed) -> None:
        """Say why; where a choice among the tags helps, have it made, and read again."""
        event.stop()
        self._failed = True
        if event.question is not None and event.question.options:
            self._choose(event.question)
            return
        self._sentence = event.sentence
        self.query_one("#sentence", Static).update(Content(event.sentence))
        self.add_class("-failed", "-shown")

    def _choose(self, question: "TagQuestion") -> None:
        from llnotes_tui.screens.tag_choosing import tag_choice_of, tag_chooser

        def chosen(result: str | None) -> None:
            choice = tag_choice_of(question, result)
            if choice is None:
                self.action_back()
                return
            self._target = structs.replace(self._target, tag_choice=choice)
            self._begin()

        self.app.push_screen(tag_chooser(question), chosen)

    def _tick(self) -> None:
        """Show what goes on, once it takes long enough to be noticed."""
        elapsed = monotonic() - self._began
        if not self._failed and elapsed > 0.3:
            self.query_one("#sentence", Static).update(Content(f"{self._sentence}  {elapsed:.0f} s"))

    def action_back(self) -> None:
        """Go back."""
        self._cancel.set()
        self.dismiss(None)
