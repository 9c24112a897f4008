"""What is decided on the Export screen: version, suspected breaks, internal commits, unread entries, conflicts, undo."""

from typing import cast

from llnotes_tui.publishing.export import ExportError, Take
from llnotes_tui.publishing.own_section import with_section
from llnotes_tui.release.ids import section_note
from llnotes_tui.release.model import Breaking
from llnotes_tui.review.sentences import Undone
from llnotes_tui.screens.export_announcement import Announcing
from llnotes_tui.screens.export_base import ANNOUNCEMENT_PART, CHANGELOG, VERSION
from llnotes_tui.screens.export_pages import counted
from llnotes_tui.screens.export_state import suspected
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.dialogs.ask import Ask
from llnotes_tui.widgets.dialogs.confirm import Confirm
from llnotes_tui.widgets.entry_rows import number_of
from llnotes_tui.widgets.note_editor import NoteEditor
from llnotes_tui.workbench.exporting import unread
from llnotes_tui.workbench.views import EntryView
from llnotes_tui.workbench.writing import check_version


class Deciding(Announcing):
    """Actions that change what would be written."""

    # Version

    def action_version(self) -> None:
        """Name another version."""
        if not self.may_write():
            return

        def check(typed: str | None) -> None:
            if typed:
                self.run_off(lambda: check_version(self.workbench, typed), self._set_version)

        words = f"Suggested: {self.view.suggested_version}.  {single_line(self.view.version_reason)}"
        self.app.push_screen(Ask("Version of this release", words, value=self.view.version), check)

    def _set_version(self, version: str) -> None:
        self.settle(self.workbench.set_version(version), lambda _: self._version_is(version))

    def _version_is(self, version: str) -> None:
        self.show_part(VERSION)
        self.say(f"The version is {version}; u undoes.")

    # Suspected breaks

    def action_breaks(self) -> None:
        """Go through the suspected breaks: yes or no, each with the line that raised the suspicion."""
        questions = suspected(self.view)
        if not questions:
            self.say("No break is suspected that has no answer yet.", "warn")
        elif self.may_write():
            self._ask_break(questions, 0)

    def _ask_break(self, questions: tuple[EntryView, ...], at: int) -> None:
        if at >= len(questions):
            left = len(suspected(self.view))
            self.say(
                f"{counted(left, 'break')} still to be answered: t." if left else "All breaks are answered; u undoes."
            )
            return
        entry = questions[at]

        def answer(breaks: bool | None) -> None:  # noqa: FBT001  (what the dialog returns)
            if breaks is None:
                self._ask_break(questions, len(questions))
                return
            said: Breaking = "confirmed" if breaks else "denied"
            self.settle(
                self.workbench.set_facts(entry.note, breaking=said), lambda _: self._ask_break(questions, at + 1)
            )

        title = f"Does it break something for its users?  {at + 1} of {len(questions)}"
        text = f"{number_of(entry)} {single_line(entry.title)}".strip()
        if entry.breaking_line:
            text += f"\n\nSuspected because of:\n{single_line(entry.breaking_line)}"
        self.app.push_screen(Confirm(title, text, yes="it does", no="it does not"), answer)

    # What goes in

    def action_internal(self) -> None:
        """Publish internal commits, a line each without prose, or no more."""
        count = len(self.view.internal)
        if not count:
            self.say("There are no internal commits in this release.", "warn")
        elif self.may_write():
            publish = not self.view.publish_internal
            commits = counted(count, "internal commit")
            words = f"{commits} {'go' if count > 1 else 'goes'} in, a line each." if publish else f"{commits} left out."
            self.settle(self.workbench.publish_internal(publish), lambda _: self.say(f"{words}  u undoes."))

    def action_unread(self) -> None:
        """Leave out what nobody has read, or take its titles in."""
        count = len(unread(self.view))
        if not count:
            self.say("Every entry of this release was read.", "warn")
            return
        self.unreviewed = "skip" if self.unreviewed == "titles" else "titles"
        left_out = self.unreviewed == "skip"
        self.say(
            f"{counted(count, 'unread entry', 'unread entries')} left out; x takes the titles in."
            if left_out
            else f"{counted(count, 'unread entry', 'unread entries')} as title and link; x leaves them out."
        )
        self.prepare()

    # Conflicts

    def action_take(self, take: str) -> None:
        """Keep theirs, or take ours."""
        if self._in_conflict() and self.may_write():
            self.take = cast("Take", take)
            self.own_section = None
            self.show_part(CHANGELOG)
            self.draw()

    def action_edit(self) -> None:
        """Edit the announcement, or the section that two sides wrote."""
        if self.part == ANNOUNCEMENT_PART:
            self.begin_announcement()
        elif self.part == CHANGELOG:
            if self._in_conflict() and self.may_write():
                self._begin_section()
        else:
            self.say("e edits the announcement (2 shows it); V names another version.", "warn")

    def _in_conflict(self) -> bool:
        shown = self.prepared.preview if self.prepared is not None else None
        if self.prepared is not None and self.prepared.is_history:
            self.say(f"{self.prepared.notes.tag} is tagged already: V names another version.", "warn")
            return False
        if shown is not None and shown.conflict is not None:
            return True
        self.say(
            "Nobody else has written this section: there is nothing to choose.  Entries are edited in the review.",
            "warn",
        )
        return False

    def _begin_section(self) -> None:
        assert self.prepared is not None
        assert self.prepared.preview is not None
        conflict = self.prepared.preview.conflict
        assert conflict is not None
        note = section_note(self.view.version)
        typed = self.workbench.open_edit(note) or self.own_section
        self.bar.hush()
        self.add_class("-editing")
        self.draw()
        self.editor.begin(
            note, (typed or conflict.theirs or conflict.ours).strip("\n"), "The section · every key is saved"
        )

    def keep_section(self, text: str) -> None:
        """Take a person's text for the section, if it is one."""
        assert self.prepared is not None
        shown = self.prepared.preview
        if shown is None or shown.conflict is None:
            return
        note = section_note(self.view.version)
        if text.strip() in (shown.conflict.theirs.strip(), shown.conflict.ours.strip()):
            self.take = "theirs" if text.strip() == shown.conflict.theirs.strip() else "ours"
            self.own_section = None
            self.workbench.drop_edit(note)
        else:
            try:
                with_section(shown, self.view.version, text)
            except ExportError as fault:
                self.tell_fault(f"{fault.sentence}  Your text is kept; e goes on with it.")
                self.draw()
                return
            self.own_section, self.take = text, None
        self.draw()

    # The editor

    def end_edit(self) -> None:
        """Show the text again in the editor's place."""
        self.editor.finish()
        self.remove_class("-editing")
        self.show_part(self.part)

    def on_note_editor_typed(self, event: NoteEditor.Typed) -> None:
        """Have every keystroke kept."""
        event.stop()
        self.workbench.keep_typing(event.note, event.text)

    def on_note_editor_left(self, event: NoteEditor.Left) -> None:
        """Keep the text; it is not accepted."""
        event.stop()
        self._keep(event.text, accepted=False)

    def on_note_editor_kept(self, event: NoteEditor.Kept) -> None:
        """Keep and accept the text."""
        event.stop()
        self._keep(event.text, accepted=True)

    def _keep(self, text: str, *, accepted: bool) -> None:
        self.end_edit()
        if self.part == CHANGELOG:
            self.keep_section(text)
        else:
            self.keep_announcement(text, accepted=accepted)

    # Undo

    def action_undo(self) -> None:
        """Undo the last decision; what was written stays written."""
        if not self.view.can_undo:
            self.say("There is nothing to undo.", "warn")
        elif self.may_write():
            self.settle(self.workbench.undo(), self._undone)

    def action_redo(self) -> None:
        """Redo what was undone last."""
        if not self.view.can_redo:
            self.say("There is nothing to redo.", "warn")
        elif self.may_write():
            self.settle(self.workbench.redo(), self._undone)

    def _undone(self, undone: Undone) -> None:
        self.say(undone.sentence)

    def action_take_over(self) -> None:
        """Become the window that writes."""
        if self.view.read_only:
            self.settle(self.workbench.take_over(), lambda _: self.say("This window writes now."))
        else:
            self.say("This window is the one that writes.")
