"""What all parts of the Review screen stand on: its panes, what is chosen, and how a decision comes back."""

from typing import TYPE_CHECKING, Protocol, cast

from llnotes_tui.release.model import NoteId
from llnotes_tui.screens.settling import Settling
from llnotes_tui.sources.options import TagChoice
from llnotes_tui.widgets.entry_rows import GROUP_NAMES, TreeRow, members_of
from llnotes_tui.widgets.entry_tree import EntryTree
from llnotes_tui.widgets.evidence_diff import EvidenceDiff
from llnotes_tui.widgets.key_bar import KeyBar, Tone
from llnotes_tui.widgets.note_editor import NoteEditor
from llnotes_tui.widgets.note_panel import NotePanel
from llnotes_tui.widgets.release_header import ReleaseHeader
from llnotes_tui.workbench.views import EntryView, FileView, ReleaseView

if TYPE_CHECKING:
    from llnotes_tui.workbench.workbench import Workbench


class ReviewHost(Protocol):
    """What the screen asks of the app that it runs in."""

    def open_export(self, workbench: "Workbench") -> None:
        """Show what will be written."""

    def reopen(self, since: str | None, choice: TagChoice | None = None) -> None:
        """Review the same repository from another base: after a tag or commit, or by a choice among its tags."""


class ReviewBase(Settling[None]):
    """The panes of the screen, and the row that is chosen."""

    workbench: "Workbench"
    view: ReleaseView

    @property
    def host(self) -> ReviewHost:
        """The app, as far as this screen needs it."""
        return cast("ReviewHost", self.app)

    @property
    def entries(self) -> EntryTree:
        """The pane of entries."""
        return self.query_one("#entries", EntryTree)

    @property
    def diff(self) -> EvidenceDiff:
        """The diff pane."""
        return self.query_one("#diff", EvidenceDiff)

    @property
    def panel(self) -> NotePanel:
        """The note pane."""
        return self.query_one("#note", NotePanel)

    @property
    def editor(self) -> NoteEditor:
        """The editor that takes the note's place."""
        return self.query_one("#editor", NoteEditor)

    @property
    def header(self) -> ReleaseHeader:
        """The lines above."""
        return self.query_one("#header", ReleaseHeader)

    @property
    def bar(self) -> KeyBar:
        """The line below."""
        return self.query_one("#keys", KeyBar)

    # What is chosen

    @property
    def row(self) -> TreeRow | None:
        """The row under the cursor."""
        return self.entries.row

    @property
    def entry(self) -> EntryView | None:
        """The entry that the cursor is on or in; None in the groups below the entries."""
        row = self.row
        if row is None or row.kind not in ("entry", "file"):
            return None
        return next((entry for entry in self.view.entries if entry.note == row.entry), None)

    @property
    def file(self) -> FileView | None:
        """The file under the cursor."""
        row, entry = self.row, self.entry
        if row is None or entry is None or row.kind != "file":
            return None
        return next((file for file in entry.files if file.note == row.file), None)

    @property
    def member(self) -> EntryView | None:
        """The commit of a group under the cursor."""
        row = self.row
        if row is None or row.kind != "member":
            return None
        groups = (members_of(self.view, group) for group, _ in GROUP_NAMES)
        return next((member for members in groups for member in members if member.note == row.entry), None)

    @property
    def noted(self) -> EntryView | FileView | None:
        """What has a note under the cursor: a file, or an entry."""
        return self.file or self.entry

    def entry_or_say(self) -> EntryView | None:
        """Return the entry under the cursor; where there is none, say so."""
        entry = self.entry
        if entry is None:
            self.say(
                "x makes this commit an entry first."
                if self.member
                else "This is a group: l opens it, x makes one of its commits an entry.",
                "warn",
            )
        return entry

    # What is said and waited for

    def say(self, words: str, tone: Tone = "notice") -> None:
        """Say something in the last line."""
        self.bar.say(words, tone)

    def may_write(self) -> bool:
        """Tell whether decisions can be made here; where not, say why."""
        if self.view.read_only:
            self.say(f"{self.view.read_only}  ctrl+t takes over.", "warn")
            return False
        return True

    def tell_fault(self, sentence: str) -> None:
        """Show what went wrong, in the last line."""
        self.say(sentence, "fault")

    def go_to(self, note: NoteId) -> None:
        """Put the cursor on a note."""
        self.entries.go_to_key(note)

    def show_row(self) -> None:
        """Show note and diff of the row under the cursor."""
        raise NotImplementedError


def called(entry: EntryView) -> str:
    """Return what to call an entry in a sentence."""
    if entry.pull_requests:
        return f"#{entry.pull_requests[0]}"
    title = entry.title if len(entry.title) <= 32 else f"{entry.title[:31]}…"
    return f"“{title}”"
