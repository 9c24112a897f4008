"""The decisions of the Review screen: accept, leave out, merge, take out, write by hand, undo."""

from typing import cast

from llnotes_tui.release.model import NoteId, NoteState
from llnotes_tui.release.text import visible
from llnotes_tui.review.decisions import ExcludeReason
from llnotes_tui.review.sentences import Undone
from llnotes_tui.screens.review_base import ReviewBase, called
from llnotes_tui.screens.review_keys import EXCLUDE_REASONS
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.dialogs.ask import Ask
from llnotes_tui.widgets.dialogs.choose import Choose
from llnotes_tui.widgets.dialogs.facts import Facts, FactsForm
from llnotes_tui.workbench.views import EntryView

READ_FIRST = 0.3
"""Seconds that a text has to be on screen before it can be accepted."""

_NOT_YET: dict[NoteState, str] = {
    "waiting": "Nothing to accept yet: the note waits for its turn. e writes it by hand.",
    "writing": "Nothing to accept yet: the note is being written.",
    "failed": "Nothing to accept: the note failed. r asks again, e writes it by hand.",
    "excluded": "This entry is left out; x takes it back.",
}


class Decisions(ReviewBase):
    """Actions that change what is published."""

    saving: set[NoteId]
    """Notes whose acceptance is on its way to disk."""

    def action_accept(self) -> None:
        """Accept the text that is drawn, and go on."""
        if self.file is not None:
            self.say("Only entries are reviewed: h goes back to the entry.", "warn")
            return
        entry = self.entry_or_say()
        if entry is None or not self.may_write() or entry.note in self.saving:
            return
        open_edit = self.workbench.open_edit(entry.note)
        text = entry.text if open_edit is None else open_edit
        if refusal := self.why_not(entry, is_edited=open_edit is not None):
            self.say(refusal, "warn")
        elif self.panel.seconds_drawn(entry.note, visible(text)) < READ_FIRST:
            self.say("The text was drawn just now: read it, then press a again.", "warn")
        elif open_edit is None and entry.reviewed:
            self.go_on(entry.note)
        else:
            self.save_accepted(entry, text, is_edit=open_edit is not None)

    def why_not(self, entry: EntryView, *, is_edited: bool) -> str:
        """Return why the text of an entry cannot be accepted; empty where it can."""
        if entry.state == "excluded":
            return _NOT_YET["excluded"]
        if is_edited:
            return ""
        if "cut-off" in entry.badges and not entry.reviewed and entry.state != "edited":
            return "This text is cut off: r asks again, e completes it."
        return _NOT_YET.get(entry.state, "")

    def save_accepted(self, entry: EntryView, text: str, *, is_edit: bool) -> None:
        """Accept a text (a person's own where `is_edit`), and go on once that is on disk."""
        self.saving.add(entry.note)
        deciding = (
            self.workbench.edit(entry.note, text, accepted=True) if is_edit else self.workbench.accept(entry.note, text)
        )
        deciding.add_done_callback(lambda _: self.saving.discard(entry.note))
        self.settle(deciding, lambda _: self.go_on(entry.note))

    def go_on(self, note: NoteId) -> None:
        """Go to the next entry that nobody has reviewed, unless the cursor went elsewhere meanwhile."""
        entries = self.view.entries
        row = self.row
        if row is None or row.entry != note:
            return
        at = next((index for index, entry in enumerate(entries) if entry.note == note), 0)
        rest = [*entries[at + 1 :], *entries[:at]]
        left = [entry for entry in rest if not entry.reviewed and entry.state != "excluded"]
        if left:
            self.go_to(left[0].note)
        else:
            self.say_finished()

    def say_finished(self) -> None:
        """Say that everything is reviewed, and how long that took."""
        raise NotImplementedError

    def action_exclude(self) -> None:
        """Leave an entry out, or take it or a commit of a group in."""
        if not self.may_write():
            return
        row, member, entry = self.row, self.member, self.entry
        if member is not None:
            self.settle(self.workbench.include(member.note), lambda _: self._taken_in(member))
        elif row is not None and row.key == "group:internal":
            self.action_publish_internal()
        elif entry is None:
            self.say("Open it with l: x makes one of its commits an entry.", "warn")
        elif entry.state == "excluded":
            self.settle(self.workbench.include(entry.note), lambda _: self.say(f"{called(entry)} is back."))
        else:
            self._ask_why(entry)

    def action_publish_internal(self) -> None:
        """Publish internal commits as lines without prose, or no more."""
        publish = not self.view.publish_internal
        count = len(self.view.internal)
        words = (
            f"{count} internal commits are published, a line each." if publish else "Internal commits stay out of it."
        )
        self.settle(self.workbench.publish_internal(publish), lambda _: self.say(words))

    def _taken_in(self, member: EntryView) -> None:
        self.go_to(member.note)
        self.say(f"{called(member)} is an entry now; x leaves it out, u undoes.")

    def _ask_why(self, entry: EntryView) -> None:
        def leave_out(reason: str | None) -> None:
            if reason is not None:
                deciding = self.workbench.exclude(entry.note, cast("ExcludeReason", reason))
                self.settle(deciding, lambda _: self._left_out(entry, reason))

        self.app.push_screen(Choose(f"Leave out {called(entry)}", EXCLUDE_REASONS, entry.title), leave_out)

    def _left_out(self, entry: EntryView, reason: str) -> None:
        self.go_on(entry.note)
        self.say(f"{called(entry)} is left out ({reason}); u undoes.")

    # Facts, merging, splitting

    def action_facts(self) -> None:
        """Change title, section and breaking."""
        entry = self.entry_or_say()
        if entry is None or not self.may_write():
            return

        def take(facts: Facts | None) -> None:
            if facts is None or facts == Facts(None, None, None):
                return
            deciding = self.workbench.set_facts(
                entry.note, title=facts.title, section=facts.section, breaking=facts.breaking
            )
            self.settle(deciding, lambda _: self.say(f"The facts of {called(entry)} are changed; u undoes."))

        line = single_line(entry.breaking_line)
        self.app.push_screen(FactsForm(entry.title, entry.section, entry.breaking, line), take)

    def action_mark(self) -> None:
        """Mark the entry for merging, or take the mark away, and go one down."""
        entry = self.entry_or_say()
        if entry is None:
            return
        self.entries.marked ^= {entry.note}
        self.entries.rebuild()
        at = self.entries.index_of(entry.note)
        self.entries.go_to((at or 0) + 1)
        count = len(self.entries.marked)
        self.say(f"{count} marked: m merges them into the entry under the cursor." if count else "Nothing is marked.")

    def action_merge(self) -> None:
        """Merge the marked entries into the one under the cursor."""
        entry = self.entry_or_say()
        if entry is None or not self.may_write():
            return
        others = tuple(
            one.note for one in self.view.entries if one.note in self.entries.marked and one.note != entry.note
        )
        if not others:
            self.say("Mark the entries to be merged with ctrl+space first; m merges them into this one.", "warn")
            return

        def merged(_: None) -> None:
            self.entries.marked.clear()
            self.entries.rebuild()
            self.say(f"{len(others)} merged into {called(entry)}; u undoes.")

        self.settle(self.workbench.merge(entry.note, others), merged)

    def action_take_out(self) -> None:
        """Take one commit out of an entry of several."""
        entry = self.entry_or_say()
        if entry is None or not self.may_write():
            return
        if len(entry.commits) < 2:
            self.say("This entry has one commit: there is none to take out. + makes another entry from it.", "warn")
            return

        def take(sha: str | None) -> None:
            if sha is not None:
                deciding = self.workbench.take_out(entry.note, sha)
                self.settle(deciding, lambda _: self.say(f"{sha[:7]} is an entry of its own; u undoes."))

        letters = "abcdefghijklmnopqrstuvwxyz"
        choices = [
            (letter, commit.sha, f"{commit.sha[:7]} {single_line(commit.subject)}")
            for letter, commit in zip(letters, entry.commits, strict=False)
        ]
        self.app.push_screen(Choose(f"Take a commit out of {called(entry)}", choices), take)

    def action_another(self) -> None:
        """Make another entry from the same commits."""
        entry = self.entry_or_say()
        if entry is None or not self.may_write():
            return
        if not entry.commits:
            self.say("This entry has no commit; o writes another one by hand.", "warn")
            return

        def add(title: str | None) -> None:
            if title:
                self.settle(self.workbench.another(entry.note, title), self._added)

        self.app.push_screen(Ask("Another entry", f"Title of a second entry from {called(entry)}:"), add)

    def action_own(self) -> None:
        """Write an entry by hand."""
        if not self.may_write():
            return

        def add(title: str | None) -> None:
            if title:
                self.settle(self.workbench.add_entry(title, ""), self._written_by_hand)

        self.app.push_screen(Ask("An entry of your own", "Its title, as readers will see it:"), add)

    def _added(self, note: NoteId) -> None:
        self.go_to(note)
        self.say("It is drafted now; e writes it by hand, u undoes.")

    def _written_by_hand(self, note: NoteId) -> None:
        self.go_to(note)
        self.begin_edit()

    def begin_edit(self) -> None:
        """Edit the note under the cursor."""
        raise NotImplementedError

    # Undo

    def action_undo(self) -> None:
        """Undo the last decision, and show what it was about."""
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
        if undone.note is not None:
            self.go_to(undone.note)
        self.say(undone.sentence)
