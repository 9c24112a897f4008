"""What all of the Export screen stands on: its panes, the part that is shown, and what would be written."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from llnotes_tui.publishing.export import Take
from llnotes_tui.screens.export_state import Outcome, Prepared
from llnotes_tui.screens.settling import Settling
from llnotes_tui.widgets.diff_view import DiffView
from llnotes_tui.widgets.key_bar import KeyBar, Tone
from llnotes_tui.widgets.note_editor import NoteEditor
from llnotes_tui.widgets.note_panel import NotePanel
from llnotes_tui.widgets.page import Page
from llnotes_tui.widgets.parts_line import PartsLine
from llnotes_tui.widgets.release_header import ReleaseHeader
from llnotes_tui.workbench.exporting import Unreviewed
from llnotes_tui.workbench.views import ReleaseView

if TYPE_CHECKING:
    from llnotes_tui.workbench.workbench import Workbench

CHANGELOG, ANNOUNCEMENT_PART, VERSION, MANIFEST, REMAINS, GITHUB = range(1, 7)
"""The parts by their keys."""


class ExportBase(Settling[str | None]):
    """The panes, and what is known at the moment."""

    workbench: "Workbench"
    view: ReleaseView
    part: int
    unreviewed: Unreviewed
    """What becomes of entries that nobody has read; never their drafts."""
    prepared: Prepared | None
    """None until it was read for the first time."""
    take: Take | None
    """How a conflict was decided."""
    own_section: str | None
    """What a person made of a section that two sides wrote."""
    outcome: Outcome | None
    is_writing: bool

    @property
    def header(self) -> ReleaseHeader:
        """The lines above."""
        return self.query_one("#header", ReleaseHeader)

    @property
    def parts(self) -> PartsLine:
        """The line of parts."""
        return self.query_one("#parts", PartsLine)

    @property
    def page(self) -> Page:
        """The pane of words."""
        return self.query_one("#page", Page)

    @property
    def diff(self) -> DiffView:
        """The diff pane."""
        return self.query_one("#diff", DiffView)

    @property
    def panel(self) -> NotePanel:
        """The announcement as it is read."""
        return self.query_one("#note", NotePanel)

    @property
    def editor(self) -> NoteEditor:
        """Where announcement and section are edited."""
        return self.query_one("#editor", NoteEditor)

    @property
    def bar(self) -> KeyBar:
        """The line below."""
        return self.query_one("#keys", KeyBar)

    @property
    def is_editing(self) -> bool:
        """Whether a person is writing."""
        return self.has_class("-editing")

    # What is said

    def say(self, words: str, tone: Tone = "notice") -> None:
        """Say something in the last line."""
        self.bar.say(words, tone)

    def tell_fault(self, sentence: str) -> None:
        """Show what went wrong, whole, until the next key."""
        fault = self.query_one("#fault", Static)
        fault.update(Content(f"! {sentence}"))
        fault.add_class("-shown")

    def hush_fault(self) -> None:
        """Take away what went wrong: it has been seen."""
        self.query_one("#fault", Static).remove_class("-shown")

    def may_write(self) -> bool:
        """Tell whether decisions can be made here; where not, say why."""
        if self.view.read_only:
            self.say(f"{self.view.read_only}  ctrl+t takes over.", "warn")
            return False
        return True

    # What the parts do for each other

    def show_part(self, part: int) -> None:
        """Show another part."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw what is known now."""
        raise NotImplementedError

    def prepare(self, because: str = "") -> None:
        """Find out anew what writing would do; `because` tells why that has become necessary."""
        raise NotImplementedError
