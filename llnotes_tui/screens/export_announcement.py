"""The announcement on the Export screen: written on the first visit, then read, edited, asked for again, accepted."""

from msgspec.structs import replace

from llnotes_tui.publishing.announcement import cleaned_announcement
from llnotes_tui.release.ids import ANNOUNCEMENT
from llnotes_tui.release.text import visible
from llnotes_tui.screens.export_base import ANNOUNCEMENT_PART, ExportBase
from llnotes_tui.screens.review_decisions import READ_FIRST
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.dialogs.ask import Ask
from llnotes_tui.widgets.note_lines import Doubts, NoteContent, entry_content, with_doubts
from llnotes_tui.workbench.views import EntryView, Variant

_NO_ENTRY = "There is nothing to announce yet: it is written from entries that somebody has read.  q goes back to them."
_NO_CONSENT = (
    "The model writes it once you have agreed on the Review screen that text is sent to it.  e writes it by hand."
)


class Announcing(ExportBase):
    """Actions on the announcement."""

    announcement_asked: bool
    """Whether it was asked for since the screen opened."""
    beside_others: frozenset[str] | None
    """The texts there were when another one was asked for beside a person's own."""

    def show_announcement(self) -> None:
        """Draw the announcement as it stands."""
        note = self.workbench.announcement()
        self.panel.show(self._content(note))

    def first_visit(self) -> None:
        """Have the announcement written where there is none, and it can be."""
        note = self.workbench.announcement()
        if self.announcement_asked or note.text or note.state == "writing":
            return
        if self.workbench.announced() and not self.workbench.needs_consent:
            self.announcement_asked = True
            self.run_off(self.workbench.announce, lambda _: None)

    def _content(self, note: EntryView) -> NoteContent:
        typed = self.workbench.open_edit(ANNOUNCEMENT)
        shown = entry_content(note, typed, self._beside(note))
        if typed is None:
            shown = with_doubts(shown, note.text, Doubts(note.findings, note.checked))
        status = tuple(piece for piece in shown.status if piece[0] != note.section)
        title = f"Announcement of {single_line(self.view.range.name)} {self.view.version}"
        hints = shown.hints
        if not shown.text:
            hints = (self._why_none(note),)
            status = ()
        return replace(shown, heading="", title=title, status=status, hints=hints)

    def _why_none(self, note: EntryView) -> str:
        if not self.workbench.announced():
            return _NO_ENTRY
        if self.workbench.needs_consent:
            return _NO_CONSENT
        if note.state == "failed":
            return "r asks again, e writes it by hand."
        return "It is being written from the entries that were read …"

    # Deciding

    def action_accept(self) -> None:
        """Accept the announcement that is drawn."""
        if not self._stands_on_it("a accepts the announcement") or not self.may_write():
            return
        note = self.workbench.announcement()
        typed = self.workbench.open_edit(ANNOUNCEMENT)
        text = note.text if typed is None else typed
        if not text.strip():
            self.say(f"Nothing to accept: {self._why_none(note)}", "warn")
        elif typed is None and "cut-off" in note.badges:
            self.say("This text is cut off: r asks again, e completes it.", "warn")
        elif self.panel.seconds_drawn(ANNOUNCEMENT, visible(text)) < READ_FIRST:
            self.say("The text was drawn just now: read it, then press a again.", "warn")
        elif typed is not None:
            self.settle(self.workbench.edit(ANNOUNCEMENT, typed, accepted=True), self._accepted)
        elif note.state == "accepted":
            self.say("It is accepted already; w writes it.")
        else:
            self.settle(self.workbench.accept(ANNOUNCEMENT, text), self._accepted)

    def _accepted(self, _: object) -> None:
        self.say("The announcement is accepted; w writes it with the changelog.")

    def begin_announcement(self) -> None:
        """Edit the announcement where it stands."""
        if not self.may_write():
            return
        typed = self.workbench.open_edit(ANNOUNCEMENT)
        text = self.workbench.announcement().text if typed is None else typed
        self.bar.hush()
        self.add_class("-editing")
        self.draw()
        self.editor.begin(ANNOUNCEMENT, text, "Announcement · every key is saved")

    def keep_announcement(self, text: str, *, accepted: bool) -> None:
        """Keep what a person wrote; the same text is no decision, unless it is accepted."""
        same = text.strip() == self.workbench.announcement().text.strip()
        if same and (not accepted or not text.strip()):
            self.workbench.drop_edit(ANNOUNCEMENT)
            self.draw()
            return
        deciding = self.workbench.edit(ANNOUNCEMENT, text, accepted=accepted)
        self.settle(deciding, self._accepted if accepted else self._kept)

    def _kept(self, _: object) -> None:
        self.say("Your text is kept. a accepts it, u undoes.")

    # Other texts

    def action_again(self) -> None:
        """Have it written again."""
        if self._may_ask():
            self._ask("")

    def action_again_with(self) -> None:
        """Have it written again, with an instruction."""
        if not self._may_ask():
            return

        def ask(instruction: str | None) -> None:
            if instruction:
                self._ask(instruction)

        self.app.push_screen(Ask("Write it again", "What should it do?", placeholder="begin with what breaks"), ask)

    def _may_ask(self) -> bool:
        if not self._stands_on_it("r writes the announcement again") or not self.may_write():
            return False
        note = self.workbench.announcement()
        if note.state == "writing":
            self.say("It is being written already.", "warn")
        elif not self.workbench.announced():
            self.say(_NO_ENTRY, "warn")
        elif self.workbench.needs_consent:
            self.say(_NO_CONSENT, "warn")
        else:
            return True
        return False

    def _ask(self, instruction: str) -> None:
        if self.workbench.announcement().engine == "person":
            self.beside_others = frozenset(one.text for one in self.workbench.variants(ANNOUNCEMENT))
            self.say("Another text is being written; it will stand beside yours, which stays.")
        else:
            self.say("Another text is being written.")
        self.announcement_asked = True
        self.run_off(lambda: self.workbench.again(ANNOUNCEMENT, instruction), self._asked)

    def _asked(self, refusal: str) -> None:
        if refusal:
            self.say(refusal, "warn")

    def _beside(self, note: EntryView) -> Variant | None:
        """Return the text that was asked for beside a person's own, once it is there."""
        if self.beside_others is None:
            return None
        others = {*self.beside_others, note.text}
        return next((one for one in self.workbench.variants(ANNOUNCEMENT) if one.text not in others), None)

    def action_variant(self, step: int) -> None:
        """Take the next (1) or previous (-1) of its texts."""
        if not self._stands_on_it("[ ] walk the texts of the announcement") or not self.may_write():
            return
        variants = self.workbench.variants(ANNOUNCEMENT)
        text = self.workbench.announcement().text
        target = next((at for at, variant in enumerate(variants) if variant.text == text), -1) + step
        if len(variants) < 2 or not 0 <= target < len(variants):
            end = "This is the only text there is" if len(variants) < 2 else "There is no other one this way"
            self.say(f"{end}: r asks for another one.", "warn")
            return
        self.beside_others = None
        words = f"Text {target + 1} of {len(variants)}."
        self.settle(self.workbench.take_variant(ANNOUNCEMENT, target), lambda _: self.say(words))

    def announcement_to_copy(self) -> str:
        """Return the text as it would be published."""
        note = self.workbench.announcement()
        if not note.text or note.engine == "person":
            return note.text
        return cleaned_announcement(note.text)

    def _stands_on_it(self, what: str) -> bool:
        if self.part != ANNOUNCEMENT_PART:
            self.say(f"{what}: 2 shows it.", "warn")
            return False
        return True
