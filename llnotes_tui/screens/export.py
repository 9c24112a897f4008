"""The Export screen: what will be written, the announcement, the version, the manifest, and what remains to be done."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from llnotes_tui.publishing.own_section import with_section
from llnotes_tui.release.patch import Patch
from llnotes_tui.screens import export_pages
from llnotes_tui.screens.export_base import ANNOUNCEMENT_PART, CHANGELOG, MANIFEST, REMAINS, VERSION
from llnotes_tui.screens.export_keys import EXPORT_BINDINGS, HELP, SIGNS
from llnotes_tui.screens.export_manifest import manifest
from llnotes_tui.screens.export_state import Prepared, prepare, suspected, told
from llnotes_tui.screens.export_writing import Writing
from llnotes_tui.screens.palette import ScreenCommands
from llnotes_tui.styles import sheet
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.dialogs.help import Help
from llnotes_tui.widgets.diff_lines import DiffDocument, DiffFile
from llnotes_tui.widgets.diff_view import DiffView
from llnotes_tui.widgets.entry_rows import MARKS
from llnotes_tui.widgets.key_bar import KeyBar
from llnotes_tui.widgets.note_editor import NoteEditor
from llnotes_tui.widgets.note_panel import NotePanel
from llnotes_tui.widgets.page import BLANK, Page, words
from llnotes_tui.widgets.parts_line import Part, PartsLine
from llnotes_tui.widgets.release_header import ReleaseHeader
from llnotes_tui.workbench.exporting import unread

if TYPE_CHECKING:
    from llnotes_tui.workbench.workbench import Workbench

_PART_STYLES = {"entry--done": "parts--done", "entry--stale": "parts--call", "entry--failed": "parts--fault"}


class ExportScreen(Writing):
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
        self._as_text = False
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
            yield DiffView(id="diff")
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
        """Listen no more."""
        self.workbench.unsubscribe(self._on_change)

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
            self.take = self.own_section = None
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

    # Drawing

    def show_part(self, part: int) -> None:
        """Show another part, and put the focus where the arrow keys are wanted."""
        if part != self.part:
            self.bar.hush()
        self.part = part
        if part == ANNOUNCEMENT_PART:
            self.first_visit()
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

    def draw(self) -> None:
        """Draw what is known now."""
        self.header.update(self.view)
        self.parts.update(self._parts(), self.part)
        with self.app.batch_update():
            if self.part == ANNOUNCEMENT_PART:
                self.show_announcement()
                self._show_panes(self.editor if self.is_editing else self.panel)
            elif self.prepared is None:
                self.page.show("wait", [words("Reading the files …", "note--quiet")])
                self._show_panes(self.page)
            else:
                self._draw_part(self.prepared)
        self.bar.follow()

    def _draw_part(self, prepared: Prepared) -> None:
        if self.part == CHANGELOG:
            self._draw_changelog(prepared)
            return
        if self.part == VERSION:
            plan = self.workbench.plan
            said = export_pages.version(self.view, prepared, plan.suggested_version, plan.version_reason)
            files = prepared.preview.version_files if prepared.preview is not None else ()
            names = [edit.path for edit in files if edit.before != edit.after]
            self._show_page("version", "Version", said, with_diff=bool(names))
            if names:
                self._show_diff("version", prepared, names)
            return
        if self.part == MANIFEST:
            cancelled = {out.commit.sha for out in self.workbench.plan.left_out if out.kind == "reverted"}
            self._show_page("manifest", "Manifest", manifest(self.view, self.unreviewed, cancelled))
            return
        said = export_pages.remains(self.view, prepared, self.outcome, self.workbench.announcement())
        self._show_page("remains", "What remains", said)

    def _draw_changelog(self, prepared: Prepared) -> None:
        shown, own = prepared.preview, self.own_section
        said = export_pages.changelog(
            self.view, prepared, skips=self.unreviewed == "skip", choice="own" if own is not None else self.take or ""
        )
        title = f"Changelog · {shown.path}" if shown is not None else "Changelog"
        with_diff = shown is not None and not self._as_text and (shown.after != shown.before)
        if shown is not None and not with_diff:
            said = [*said, BLANK, *export_pages.section_text(shown, own)]
        self._show_page("changelog", title, said, with_diff=with_diff or self.is_editing)
        if shown is not None and (with_diff or self.is_editing):
            self._show_diff("changelog", prepared, [shown.path])
        if self.is_editing:
            self._show_panes(self.diff, self.editor)

    def _show_page(self, name: str, title: str, said: list[Any], *, with_diff: bool = False) -> None:
        self.page.border_title = _escaped(single_line(title))
        self.page.show(name, said, fits=with_diff)
        self._show_panes(self.page, *([self.diff] if with_diff else []))

    def _show_diff(self, name: str, prepared: Prepared, names: list[str]) -> None:
        """Show the parts of the preview's patch that are of these files; it has a part a file that changes, in order."""
        shown = prepared.preview
        assert shown is not None
        own = self.own_section if name == "changelog" else None
        version = self.view.version

        def make(_: Callable[[], bool]) -> DiffDocument:
            chosen = shown if own is None else with_section(shown, version, own)
            files = [(chosen.path, chosen.before, chosen.after)]
            files += [(edit.path, edit.before, edit.after) for edit in chosen.version_files]
            paths = [path for path, before, after in files if before != after]
            patch = Patch(chosen.diff)
            return DiffDocument([_file(p, patch.part(at)) for at, p in enumerate(paths) if p in names])

        title = single_line(", ".join(names))
        self.diff.show((name, shown.diff, own), make, title if name == "version" else "")

    def _show_panes(self, *panes: Widget) -> None:
        for pane in (self.page, self.diff, self.panel, self.editor):
            pane.set_class(pane in panes, "-shown")

    def _parts(self) -> tuple[Part, ...]:
        prepared, view = self.prepared, self.view
        shown = prepared.preview if prepared is not None else None
        wanted = prepared is not None and (prepared.fault or (shown and shown.conflict and not self.take))
        is_open = wanted and self.own_section is None
        is_done = shown is not None and shown.unchanged
        sign, style = MARKS[self.workbench.announcement().state]
        tagged = prepared is not None and prepared.is_history
        return (
            Part("Changelog", "!" if is_open else "✓" if is_done else "", "parts--fault" if is_open else "parts--done"),
            Part("Announcement", sign.strip("· -"), _PART_STYLES.get(style, "parts--quiet")),
            Part(
                "Version", f"{view.version}!" if tagged else view.version, "parts--fault" if tagged else "parts--quiet"
            ),
            Part("Manifest", str(view.manifest.commits)),
            Part("What remains", "✓" if self.outcome is not None else "", "parts--done"),
        )

    # Keys

    def _name_of(self, binding: Binding) -> str | None:
        """Say what a key is called in the last line here and now; None where it has no place there."""
        action = binding.action.partition("(")[0]
        if action in _EDITING_KEYS or not hasattr(self, f"action_{action}"):
            return binding.description
        in_conflict = (
            self.prepared is not None and self.prepared.preview is not None and bool(self.prepared.preview.conflict)
        )
        on_changelog, on_announcement = self.part == CHANGELOG, self.part == ANNOUNCEMENT_PART
        wanted = {
            "next": self.outcome is not None,
            "edit": on_announcement or (on_changelog and in_conflict),
            "accept": on_announcement,
            "again": on_announcement,
            "again_with": on_announcement,
            "take": on_changelog and in_conflict,
            "breaks": bool(suspected(self.view)),
            "copy_all": self.part == REMAINS,
            "as_text": on_changelog,
            "unread": bool(unread(self.view)) and not on_announcement,
            "internal": bool(self.view.internal) and not on_announcement,
        }
        if not wanted.get(action, True):
            return None
        names = {"write": self.write_name, "as_text": "as diff" if self._as_text else "as text"}
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
        self.action_part((self.part - 1 + step) % REMAINS + 1)

    def action_as_text(self) -> None:
        """Show the section as text, or as a diff again."""
        self._as_text = not self._as_text
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
        else:
            self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """While a person writes, only the editor's keys act; the diff can still be scrolled."""
        if not self.is_mounted or not self.is_editing:
            return True
        return not hasattr(self, f"action_{action}") or action.startswith("scroll_")


_EDITING_KEYS = ("leave", "keep")


def _file(path: str, part: bytes) -> DiffFile:
    lines = part.split(b"\n")
    added = sum(line.startswith(b"+") and not line.startswith(b"+++ b/") for line in lines)
    removed = sum(line.startswith(b"-") and not line.startswith(b"--- ") for line in lines)
    return DiffFile(path=single_line(path), part=part, added=added, removed=removed)


def _escaped(title: str) -> str:
    from textual.markup import escape

    return escape(title)
