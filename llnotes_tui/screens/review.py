"""The Review screen: entries, the diff, and the note beside it; a key for every decision."""

from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.message import Message

from llnotes_tui.release.model import Commit, NoteId
from llnotes_tui.screens import review_consent, review_diff
from llnotes_tui.screens.palette import Command, ScreenCommands
from llnotes_tui.screens.review_findings import Findings
from llnotes_tui.screens.review_keys import HELP, REVIEW_BINDINGS, SIGNS
from llnotes_tui.screens.tag_choosing import OTHER_BASE, tag_choice_of, tag_chooser
from llnotes_tui.sources.tag_series import series_question
from llnotes_tui.styles import sheet
from llnotes_tui.widgets.dialogs.ask import Ask
from llnotes_tui.widgets.dialogs.choose import Choose
from llnotes_tui.widgets.dialogs.help import Help
from llnotes_tui.widgets.entry_tree import EntryTree
from llnotes_tui.widgets.evidence_diff import EvidenceDiff
from llnotes_tui.widgets.key_bar import KeyBar
from llnotes_tui.widgets.line_input import LineInput
from llnotes_tui.widgets.note_editor import NoteEditor
from llnotes_tui.widgets.note_lines import entry_content, file_content, group_content, member_content
from llnotes_tui.widgets.note_panel import NotePanel
from llnotes_tui.widgets.release_header import ReleaseHeader

if TYPE_CHECKING:
    from llnotes_tui.workbench.workbench import Workbench

UPDATE_EVERY = 0.05
"""Seconds between two updates of the screen, however much is being written."""

_GROUPS = {
    "group:internal": "These commits ship nothing to users: CI, lint, editor and build files.",
    "group:dependency": "Dependency updates that a bot proposed; published as one list.",
    "group:left-out": "These commits are told elsewhere, or need no telling.",
}


class ReviewScreen(Findings):
    """One release under review, driven by a workbench that is open already."""

    CSS = sheet("review")
    BINDINGS: ClassVar[list[BindingType]] = [*REVIEW_BINDINGS]
    COMMANDS: ClassVar[set[Any]] = {ScreenCommands}
    AUTO_FOCUS = "#entries"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-middle"), (150, "-wide")]  # noqa: RUF012  (as Textual declares it)
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012

    class ViewChanged(Message):
        """The workbench has a new view."""

    def __init__(self, workbench: "Workbench") -> None:
        """`workbench` stays the caller's to close."""
        super().__init__()
        self.workbench = workbench
        self.begin_findings()
        self.view = self._taken = workbench.view()
        self.saving = set()
        self.asked = {}
        self._told = False
        self._updated_at = 0.0
        self._began = monotonic()
        self._shown_entry: NoteId | None = None

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        yield ReleaseHeader(id="header")
        with Container(id="panes"):
            yield EntryTree(id="entries")
            yield NotePanel(id="note")
            yield NoteEditor(id="editor")
            yield EvidenceDiff(id="diff")
        yield LineInput(placeholder="search this diff", id="search")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show the release, go on where work was left, and begin to draft."""
        self.entries.border_title = "Entries"
        self.panel.border_title = "Note"
        self.workbench.subscribe(self._on_change)
        self._draw()
        self._go_to_unfinished()
        self._start_drafting()

    def on_unmount(self) -> None:
        """Listen no more."""
        self.workbench.unsubscribe(self._on_change)

    # Updates

    def _on_change(self) -> None:
        """Called from any thread: have the screen updated soon, once for all that happens until then."""
        if not self._told:
            self._told = True
            self.post_message(self.ViewChanged())

    def on_review_screen_view_changed(self, event: ViewChanged) -> None:
        """Update now, or when the time since the last update is over."""
        event.stop()
        rest = self._updated_at + UPDATE_EVERY - monotonic()
        if rest <= 0:
            self.refresh_view()
        else:
            self.set_timer(rest, self.refresh_view)

    def refresh_view(self) -> None:
        """Take the newest view and draw what changed."""
        self._told = False
        self._updated_at = monotonic()
        view = self.workbench.view()
        if view is not self._taken:
            self._taken = view
            self.view = self.in_order(view)
            self._draw()

    def action_risk(self) -> None:
        """Sort the entries by how likely they are wrong, or as they were."""
        self.by_risk = not self.by_risk
        self.view = self.in_order(self._taken)
        self._draw()
        self.say("Sorted by risk: red findings first; S sorts as before." if self.by_risk else "Sorted as before.")

    def _draw(self) -> None:
        self.header.update(self.view)
        self.entries.update(self.view)
        self.show_row()

    # The row under the cursor

    def on_entry_tree_moved(self, event: EntryTree.Moved) -> None:
        """Show the row that the cursor is on now; its note is written before others."""
        event.stop()
        if self.bar.said_at < event.time:
            self.bar.hush()
        self.leave_claim()
        self.show_row()
        if self.noted is not None:
            self.workbench.promote(self.noted.note)

    def on_entry_tree_pressed(self, event: EntryTree.Pressed) -> None:
        """A second click on a row opens it, or closes it."""
        event.stop()
        if event.row.kind in ("entry", "group"):
            self.action_toggle_row()

    def show_row(self) -> None:
        """Show note and diff of the row under the cursor."""
        row, entry, file, member = self.row, self.entry, self.file, self.member
        if row is None:
            self.panel.show(group_content("Nothing to review", "No commit of this range becomes an entry.", ()))
            self.diff.show_words("nothing", "No commits.", "Diff")
        elif entry is not None and file is not None:
            self.panel.show(self.doubted(file_content(entry, file, self.workbench.open_edit(file.note)), file))
            commits = tuple(commit for commit in entry.commits if commit.sha == file.commit)
            self._show_diff(commits, file.change.path)
        elif entry is not None:
            content = entry_content(entry, self.workbench.open_edit(entry.note), self.beside(entry.note))
            self.panel.show(self.doubted(content, entry))
            self._show_diff(entry.commits, None)
        elif member is not None:
            self.panel.show(member_content(member))
            self._show_diff(member.commits, None)
        else:
            hint = "l opens the group, x makes one of its commits an entry."
            hints = [hint]
            if row.key == "group:internal":
                verb = "takes them out again" if self.view.publish_internal else "publishes them, a line each"
                hints.append(f"x on this row {verb}.")
            self.panel.show(group_content(row.title, _GROUPS.get(row.key, ""), hints))
            self.diff.show_words(row.key, "A group has no diff of its own; l opens it.", "Diff")

    def _show_diff(self, commits: tuple[Commit, ...], path: bytes | None) -> None:
        key = (tuple(commit.sha for commit in commits), path)
        if not commits:
            self.diff.show_words(key, "Written by hand: there is no diff.", "Diff")
            return
        patch = self.workbench.patch
        self.diff.show(
            key,
            lambda is_cancelled: review_diff.prepare(commits, path, patch, is_cancelled),
            review_diff.title(commits, path),
        )

    def _go_to_unfinished(self) -> None:
        """Put the cursor on a text that was being typed when the program ended, if there is one."""
        for entry in self.view.entries:
            for note in (entry.note, *(file.note for file in entry.files)):
                if self.workbench.open_edit(note) is not None:
                    self.go_to(note)
                    self.show_row()
                    self.say("This is what you were typing; e goes on with it, a accepts it.")
                    return

    # Drafting

    def _start_drafting(self) -> None:
        """Begin to draft; the first draft with a model asks before anything is sent."""
        if self.view.read_only:
            return
        if not self.workbench.needs_consent:
            self.run_off(self.workbench.start_drafting, lambda _: None)
            return
        self.run_off(lambda: review_consent.question(self.workbench), self._ask_consent)

    def _ask_consent(self, question: str) -> None:
        def answered(answer: str | None) -> None:
            if answer == "model":
                self.run_off(self.workbench.start_drafting, lambda _: self.say("Drafting; what is finished shows."))
            elif answer == "rules":
                self.run_off(self.workbench.without_model, lambda _: self.say("Drafting without a model."))
            else:
                self.say("Nothing was sent, nothing is drafted; ctrl+p starts it later.")

        choices = (
            ("y", "model", "send it, and draft with the model"),
            ("w", "rules", "draft without a model: nothing leaves this machine"),
            ("n", "later", "draft nothing now"),
        )
        self.app.push_screen(Choose("Draft with a model?", choices, question), answered)

    def action_start_drafting(self) -> None:
        """Begin to draft after all, asking first where a model is used."""
        self._start_drafting()

    def action_take_in(self) -> None:
        """Take in the commits that came after this review began."""
        fetches = self.workbench.fetches
        if not self.view.new_commits and not fetches:
            self.say("The branch has no commits beyond these; fetch in the clone first.", "warn")
        elif self.may_write():
            self.say("Fetching what is new …" if fetches else "Taking in the new commits …")
            before = self.workbench.view().range.until

            def taken_in(_: None) -> None:
                span = self.workbench.view().range
                is_new = span.until != before or not fetches
                self.say("The new commits are in." if is_new else f"Nothing is new on {span.branch}.")

            self.run_off(self.workbench.take_in_new_commits, taken_in)

    def action_take_over(self) -> None:
        """Become the window that writes."""
        if self.view.read_only:
            self.settle(self.workbench.take_over(), lambda _: self.say("This window writes now."))
        else:
            self.say("This window is the one that writes.")

    def palette_commands(self) -> Iterable[Command]:
        """Return what the palette offers beyond the keys."""
        off = self.run_off
        work = self.workbench
        yield (
            "Try the engine again",
            "After it was stopped by failures in a row",
            lambda: off(work.retry_engine, lambda _: self.say("The engine is tried again.")),
        )
        yield (
            "Draft the rest without a model",
            "By rule, from messages and changed names",
            lambda: off(work.without_model, lambda _: self.say("The rest is drafted without a model.")),
        )
        yield "Start drafting", "Asks first where a model is used", self.action_start_drafting
        yield "Publish internal commits, or no more", "A line each, without prose", self.action_publish_internal

    # Elsewhere

    def say_finished(self) -> None:
        """Say that everything is reviewed, and how long that took."""
        minutes = max(1, round((monotonic() - self._began) / 60))
        reviewed = self.view.totals.reviewed
        self.say(f"All {reviewed} entries are reviewed, in {minutes} min.  w shows what will be written.")

    def action_export(self) -> None:
        """Show what will be written."""
        self.host.open_export(self.workbench)

    def action_base(self) -> None:
        """Choose where the release begins: if there are several series of tags, by one of these."""
        question = series_question(self.view.range.tag_series, self.view.range.name)
        if question is None:
            self._ask_base()
            return

        def chosen(result: str | None) -> None:
            choice = tag_choice_of(question, result)
            if choice is not None:
                self.host.reopen(None, choice)
            elif result == OTHER_BASE:
                self._ask_base()

        self.app.push_screen(tag_chooser(question, other_base=True), chosen)

    def _ask_base(self) -> None:
        """Ask for the tag or commit that the release begins after."""

        def chosen(since: str | None) -> None:
            if since:
                self.host.reopen(since)

        now = self.view.range.since_name
        self.app.push_screen(Ask("Where does this release begin?", f"After which tag or commit?  Now: {now}"), chosen)

    def action_help(self) -> None:
        """Show all keys."""
        self.app.push_screen(Help("Keys of the review", HELP, SIGNS))

    def action_back(self) -> None:
        """Go back; everything is kept."""
        self.dismiss(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """While a person writes, only the editor's keys act; the diff can still be scrolled."""
        if not self.is_mounted or not self.is_editing:
            return True
        return not hasattr(self, f"action_{action}") or action.startswith("scroll_")
