"""The screen that saves a pull request's description: as it is on GitHub, and as it would be, before anything is sent."""

from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from llnotes_tui.publishing.descriptions import BEGIN, END
from llnotes_tui.release.patch import Patch
from llnotes_tui.screens.palette import ScreenCommands
from llnotes_tui.screens.settling import Settling
from llnotes_tui.styles import sheet
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.dialogs.help import Help
from llnotes_tui.widgets.diff_lines import DiffFile
from llnotes_tui.widgets.key_bar import KeyBar, Tone
from llnotes_tui.widgets.page import BLANK, Page, Paragraph, words
from llnotes_tui.widgets.prose_diff import ProseDiff, ProseDocument
from llnotes_tui.widgets.release_header import ReleaseHeader
from llnotes_tui.workbench.pull_request import DescriptionChanged, Saving

if TYPE_CHECKING:
    from llnotes_tui.workbench.pull_request import PullRequestBench

_MAIN = (
    Binding("w", "save", "save", id="pull_request.save", tooltip="Save the description to GitHub as it is shown"),
    Binding("question_mark", "help", "help", id="pull_request.help", tooltip="Show this help"),
    Binding("q,escape", "back", "back", id="pull_request.back", tooltip="Go back; everything is kept"),
    Binding("r", "look", "look again", id="pull_request.look", tooltip="Read the description on GitHub again"),
    Binding("o", "open_page", "browser", id="pull_request.open", tooltip="Open the pull request in the browser"),
)
_MOVES = (
    Binding("j", "scroll_line(1)", "Down", id="pull_request.down", show=False, tooltip="A line down"),
    Binding("k", "scroll_line(-1)", "Up", id="pull_request.up", show=False, tooltip="A line up"),
    Binding("space", "scroll_page(1)", "Page down", id="pull_request.page_down", show=False, tooltip="A page down"),
    Binding("b", "scroll_page(-1)", "Page up", id="pull_request.page_up", show=False, tooltip="A page up"),
)
_CHANGED = "The description was changed on GitHub since it was shown; this is how it would be now: w saves it."


class PullRequestScreen(Settling[str | None]):
    """Shows what saving would change, and saves it."""

    CSS = sheet("pull_request")
    BINDINGS: ClassVar[list[BindingType]] = [*_MAIN, *_MOVES]
    COMMANDS: ClassVar[set[Any]] = {ScreenCommands}
    AUTO_FOCUS = "#diff"

    class ViewChanged(Message):
        """The workbench has something new."""

    class Waiting(Message):
        """GitHub is waited for, or no more."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, workbench: "PullRequestBench") -> None:
        """`workbench` stays the caller's to close."""
        super().__init__()
        self.workbench = workbench
        self.shown: Saving | None = None
        """What saving would do; None until GitHub was read."""
        self.busy = ""
        """What goes on, in words; empty where nothing does."""
        self._cancel = Event()
        self._fault = ""

    def compose(self) -> ComposeResult:
        """Lay out words above a diff."""
        yield ReleaseHeader(id="header")
        yield Page(id="page")
        yield ProseDiff(id="diff")
        yield Static(id="fault", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Read the description as it is on GitHub."""
        self.workbench.subscribe(self._on_change)
        self.workbench.asked.github.subscribe(self._on_waiting)
        self.query_one("#page", Page).border_title = f"Description of #{self.workbench.asked.number}"
        self.action_look()

    def on_unmount(self) -> None:
        """Listen no more, and wait for nothing."""
        self._cancel.set()
        self.workbench.unsubscribe(self._on_change)
        self.workbench.asked.github.unsubscribe(self._on_waiting)

    # Updates

    def _on_change(self) -> None:
        self.post_message(self.ViewChanged())

    def _on_waiting(self, sentence: str) -> None:
        self.post_message(self.Waiting(sentence))

    def on_pull_request_screen_view_changed(self, event: ViewChanged) -> None:
        """Show how the review stands."""
        event.stop()
        self.refresh_view()

    def on_pull_request_screen_waiting(self, event: Waiting) -> None:
        """Say what is waited for."""
        event.stop()
        if event.sentence:
            self.say(f"{self.busy} {event.sentence}.", "warn")

    def refresh_view(self) -> None:
        """Draw what is known now."""
        self.query_one("#header", ReleaseHeader).update(self.workbench.view())
        self.query_one("#page", Page).show("description", self._words(), fits=True)
        shown = self.shown
        if shown is not None:
            diff = shown.diff if not shown.is_done else b""
            self.query_one("#diff", ProseDiff).show((diff,), lambda _: _document(diff))

    def _words(self) -> list[Paragraph]:
        said = [words(single_line(f"{self.workbench.asked.name}  {self.workbench.pull.title}"), "note--title"), BLANK]
        if self._fault and self.shown is None:
            return [*said, words(self._fault, "note--warn")]
        if self.shown is None:
            return [*said, words("Reading the description on GitHub …", "note--quiet")]
        if self.shown.is_done:
            return [*said, words("✓ GitHub has this description already.", "note--done")]
        where = f"What you have read stands between {BEGIN} and {END}; all other words stay as their author left them."
        return [*said, words(where, "note--quiet"), words("Nothing is saved yet: w saves it.", "note--text")]

    def say(self, sentence: str, tone: Tone = "notice") -> None:
        """Say something in the last line."""
        self.query_one("#keys", KeyBar).say(sentence, tone)

    def tell_fault(self, sentence: str) -> None:
        """Show what went wrong, whole, until the next key."""
        self.busy = ""
        self._fault = sentence
        fault = self.query_one("#fault", Static)
        fault.update(Content(f"! {sentence}"))
        fault.add_class("-shown")
        self.refresh_view()

    # Keys

    def on_key(self) -> None:
        """A message about a fault stays until the next key."""
        self.query_one("#fault", Static).remove_class("-shown")

    def action_look(self) -> None:
        """Read the description on GitHub, and find out what saving would change."""
        bench, cancel = self.workbench, self._cancel
        self._off("Reading GitHub:", lambda: bench.saving(cancel), self._looked)

    def _looked(self, found: Saving) -> None:
        self.shown, self._fault = found, ""
        self.refresh_view()

    def action_save(self) -> None:
        """Save what is shown; where somebody changed it meanwhile, show that first."""
        shown = self.shown
        if shown is None:
            self.say(self._fault or "The description is still being read from GitHub.", "warn")
        elif shown.is_done:
            self.say(f"#{self.workbench.asked.number} has this description already.")
        elif self.workbench.view().read_only:
            self.say(self.workbench.view().read_only, "warn")
        else:
            bench, cancel = self.workbench, self._cancel
            self._off("Saving:", lambda: _saved(bench, shown, cancel), self._saved)

    def _saved(self, found: Saving) -> None:
        self._looked(found)
        if found.is_done:
            self.say(f"Saved the description of {self.workbench.asked.name}; o opens it.")
        else:
            self.tell_fault(_CHANGED)

    def _off(self, busy: str, work: Callable[[], Saving], then: Callable[[Saving], None]) -> None:
        """Do one thing after the other, off this thread."""
        if self.busy:
            self.say(f"{self.busy} a moment …", "warn")
            return
        self.busy = busy

        def done(found: Saving) -> None:
            self.busy = ""
            then(found)

        self.run_off(work, done)

    def action_open_page(self) -> None:
        """Open the pull request in the browser."""
        url = self.workbench.asked.url
        self.say(f"Opening {url}")
        Thread(target=self.app.open_url, args=(url,), name="llnotes-browser", daemon=True).start()

    def action_scroll_line(self, lines: int) -> None:
        """Scroll the diff by lines."""
        self.query_one("#diff", ProseDiff).scroll_lines(lines)

    def action_scroll_page(self, direction: int) -> None:
        """Scroll the diff by a page."""
        diff = self.query_one("#diff", ProseDiff)
        diff.scroll_lines(direction * max(1, diff.scrollable_content_region.height - 1))

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(Help("Keys of the pull request", (("Here", _MAIN), ("Moving", _MOVES)), ()))

    def action_back(self) -> None:
        """Go back to the review; everything is kept."""
        if self.busy == "Saving:":
            self.say("It is being saved; a moment.", "warn")
        else:
            self.dismiss(None)


def _saved(bench: "PullRequestBench", shown: Saving, cancel: Event) -> Saving:
    """Save, and return what saving would change now: nothing, unless somebody was quicker.  Slow."""
    try:
        bench.save(shown, cancel)
    except DescriptionChanged:
        return bench.saving(cancel)
    return Saving(shown.after, shown.after)


def _document(diff: bytes) -> ProseDocument:
    patch = Patch(diff)
    parts = [patch.part(at) for at in range(patch.parts)]
    return ProseDocument([DiffFile(path="description.md", part=part, added=0, removed=0) for part in parts])
