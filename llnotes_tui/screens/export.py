"""The Export screen: what will be written, the announcement, the version, the manifest, and what remains to be done."""

from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from llnotes_tui.publishing.export import Preview
from llnotes_tui.screens.export_base import ANNOUNCEMENT_PART, CHANGELOG, GITHUB, REMAINS
from llnotes_tui.screens.export_drawing import Drawing
from llnotes_tui.screens.export_keys import EXPORT_BINDINGS, HELP, SIGNS
from llnotes_tui.screens.export_state import Prepared, prepare, suspected, told
from llnotes_tui.screens.palette import ScreenCommands
from llnotes_tui.styles import sheet
from llnotes_tui.widgets.dialogs.help import Help
from llnotes_tui.widgets.diff_view import DiffView
from llnotes_tui.widgets.key_bar import KeyBar
from llnotes_tui.widgets.note_editor import NoteEditor
from llnotes_tui.widgets.note_panel import NotePanel
from llnotes_tui.widgets.page import WIDEST, Page
from llnotes_tui.widgets.parts_line import PartsLine
from llnotes_tui.widgets.prose_diff import ProseDiff
from llnotes_tui.widgets.release_header import ReleaseHeader
from llnotes_tui.workbench.exporting import unread

if TYPE_CHECKING:
    from llnotes_tui.workbench.workbench import Workbench


class ExportScreen(Drawing):
    """What a release under review comes to on disk.  Returns `next` where the next repository is to be opened."""

    CSS = sheet("export")
    BINDINGS: ClassVar[list[BindingType]] = [*EXPORT_BINDINGS]
    COMMANDS: ClassVar[set[Any]] = {ScreenCommands}
    AUTO_FOCUS = ""

    class ViewChanged(Message):
        """The workbench has something new."""

    def __init__(self, workbench: "Workbench") -> None:
        """`workbench` stays the caller's to close."""
        super().__init__()
        self.workbench = workbench
        self.view = workbench.view()
        self.part = CHANGELOG
        self.unreviewed = "titles"
        self.prepared = None
        self.take = None
        self.own_section = None
        self.outcome = None
        self.is_writing = False
        self.announcement_asked = False
        self.beside_others = None
        self.as_text = False
        self.around = None
        self.made = ()
        self.undecided = None
        self.letting_go = Event()
        self.publishing = ""
        self.is_stopping = False
        self._looked_for = None
        self._found_for = None
        self._told = False
        self._number = 0
        self._found = 0
        self._asked_for: object = None

    def compose(self) -> ComposeResult:
        """Lay out the panes; one part is shown at a time."""
        yield ReleaseHeader(id="header")
        yield PartsLine(id="parts")
        with Container(id="body"):
            yield Page(id="page")
            yield ProseDiff(id="diff")
            yield NotePanel(id="note")
            yield NoteEditor(id="editor")
        yield Static(id="fault", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show what would be written, and find out how far the branch has come since."""
        self.bar.names = self._name_of
        self.panel.border_title = "Announcement"
        self.editor.border_subtitle = "esc keeps it · ctrl+s keeps and accepts"
        self.workbench.subscribe(self._on_change)
        self.show_part(CHANGELOG)
        self.prepare()
        self.workbench.look_for_commits()

    def on_unmount(self) -> None:
        """Listen no more, and wait for nothing."""
        self.letting_go.set()
        self.workbench.unsubscribe(self._on_change)

    def on_resize(self) -> None:
        """Keep lines of prose at a width that can be read."""
        margin = max(0, self.size.width - WIDEST - 2)
        self.panel.styles.padding = (0, margin, 0, 0)
        self.editor.styles.padding = (0, max(1, margin), 0, 1)

    # Updates

    def _on_change(self) -> None:
        """Called from any thread: have the screen updated soon, once for all that happens until then."""
        if not self._told:
            self._told = True
            self.post_message(self.ViewChanged())

    def on_export_screen_view_changed(self, event: ViewChanged) -> None:
        """Update."""
        event.stop()
        self.refresh_view()

    def refresh_view(self) -> None:
        """Take the newest view; where it changes what would be written, find that out anew."""
        self._told = False
        self.view = self.workbench.view()
        if self._asked_for != told(self.view, self.unreviewed):
            self.prepare()
        self.draw()

    @property
    def is_preparing(self) -> bool:
        """Whether what is shown is older than what was asked for last."""
        return self._found != self._number

    def prepare(self, because: str = "") -> None:
        """Find out what writing would do now, off this thread; the newest question counts."""
        self._number += 1
        number, unreviewed = self._number, self.unreviewed
        self._asked_for = told(self.view, unreviewed)
        self.run_off(lambda: prepare(self.workbench, unreviewed), lambda found: self._prepared(number, found, because))

    def _prepared(self, number: int, found: Prepared, because: str) -> None:
        if number != self._number:
            return
        self._found = number
        before = self.prepared.preview if self.prepared is not None else None
        after = found.preview
        if before is None or after is None or before.conflict != after.conflict:
            self.own_section = None
            self.take = "theirs" if self._is_own(after) else None
        if because:
            is_other = before is not None and after is not None and before.before != after.before
            again = (
                f"{after.path} changed since it was shown; this is how it would be written now."
                if is_other and after
                else ""
            )
            self.tell_fault(again or because)
        self.prepared = found
        self.draw()
        if self.part == GITHUB:
            self.look()

    def _is_own(self, shown: Preview | None) -> bool:
        """Say whether what the file has is what a person edited and wrote here: that stays."""
        own = self.outcome.own if self.outcome is not None else None
        conflict = shown.conflict if shown is not None else None
        return own is not None and conflict is not None and conflict.theirs.strip() == own.strip()

    # Drawing

    def show_part(self, part: int) -> None:
        """Show another part, and put the focus where the arrow keys are wanted."""
        if part != self.part:
            self.bar.hush()
        self.part = part
        if part == ANNOUNCEMENT_PART:
            self.first_visit()
        if part == GITHUB:
            self.look()
        self.draw()
        self._focus_pane()

    def _focus_pane(self) -> None:
        pane: Widget = self.page
        if self.part == ANNOUNCEMENT_PART:
            pane = self.panel
        elif self.diff.has_class("-shown"):
            pane = self.diff
        if not self.is_editing and self.focused is not pane:
            pane.focus()

    # Keys

    def _name_of(self, binding: Binding) -> str | None:
        """Say what a key is called in the last line here and now; None where it has no place there."""
        action = binding.action.partition("(")[0]
        if action in _EDITING_KEYS or not hasattr(self, f"action_{action}"):
            return binding.description
        prepared = self.prepared
        in_conflict = prepared is not None and prepared.preview is not None and prepared.preview.conflict is not None
        in_conflict = in_conflict and prepared is not None and not prepared.is_history
        in_conflict = in_conflict if self.part != GITHUB else self.undecided is not None
        on_changelog, on_announcement = self.part == CHANGELOG, self.part == ANNOUNCEMENT_PART
        wanted = {
            "write": prepared is None or prepared.has_files,
            "propose": self.part == GITHUB or (prepared is not None and not prepared.has_files),
            "draft_release": self.part == GITHUB or (prepared is not None and not prepared.has_files),
            "commit": self.part == GITHUB,
            "load_section": self.part == GITHUB and self.has_other,
            "open_page": self.part == GITHUB,
            "next": (self.outcome is not None and self.part == REMAINS) or (bool(self.made) and self.part == GITHUB),
            "edit": on_announcement or (on_changelog and in_conflict),
            "accept": on_announcement,
            "again": on_announcement,
            "again_with": on_announcement,
            "take": (on_changelog or self.part == GITHUB) and in_conflict,
            "breaks": bool(suspected(self.view)),
            "copy_all": self.part in (REMAINS, GITHUB),
            "as_text": on_changelog,
            "unread": bool(unread(self.view)) and not on_announcement,
            "internal": bool(self.view.internal) and not on_announcement,
        }
        if not wanted.get(action, True):
            return None
        names = {"write": self.write_name, "as_text": "as diff" if self.as_text else "as text"}
        return names.get(action, binding.description)

    def on_key(self) -> None:
        """A message about a fault stays until the next key."""
        self.hush_fault()

    def on_parts_line_pressed(self, event: PartsLine.Pressed) -> None:
        """Show the part that was clicked."""
        event.stop()
        self.action_part(event.number)

    def action_part(self, part: int) -> None:
        """Show a part; the files are looked at again, for others may have written to them."""
        if not self.is_editing:
            self.show_part(part)
            if part == CHANGELOG:
                self.prepare()

    def action_step(self, step: int) -> None:
        """Show the next part, or the one before."""
        self.action_part((self.part - 1 + step) % GITHUB + 1)

    def action_as_text(self) -> None:
        """Show the section as text, or as a diff again."""
        self.as_text = not self.as_text
        self.show_part(CHANGELOG)

    def action_scroll_line(self, lines: int) -> None:
        """Go a line down or up."""
        pane = self._scrolled
        if isinstance(pane, Page):
            pane.move(lines)
        else:
            pane.scroll_lines(lines)

    def action_scroll_words(self, lines: int) -> None:
        """Scroll the words above a diff."""
        self.page.scroll_lines(lines)

    def action_scroll_page(self, direction: int) -> None:
        """Scroll a page."""
        self._scrolled.scroll_lines(direction * max(1, self._scrolled.scrollable_content_region.height - 1))

    def action_scroll_half(self, direction: int) -> None:
        """Scroll half a page."""
        self._scrolled.scroll_lines(direction * max(1, self._scrolled.scrollable_content_region.height // 2))

    @property
    def _scrolled(self) -> Page | DiffView | NotePanel:
        if self.part == ANNOUNCEMENT_PART:
            return self.panel
        return self.diff if self.diff.has_class("-shown") else self.page

    def action_leave(self) -> None:
        """Let go of what is said; else say which key goes back."""
        if self.leave_undecided():
            return
        if self.bar.notice:
            self.bar.hush()
        else:
            self.say("q goes back; everything is kept.")

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(Help("Keys of the export", HELP, SIGNS))

    def action_back(self) -> None:
        """Go back; everything is kept."""
        if self.is_writing:
            self.say("It is being written; a moment.", "warn")
        elif self.publishing and not self.is_stopping:
            self.stop_publishing()
            self.say("GitHub is being asked: q again leaves; the key goes on where it stopped.", "warn")
        else:
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """While a person writes, only the editor's keys act; the diff can still be scrolled."""
        if not self.is_mounted or not self.is_editing:
            return True
        return not hasattr(self, f"action_{action}") or action.startswith("scroll_")


_EDITING_KEYS = ("leave", "keep")
