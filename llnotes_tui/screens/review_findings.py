"""Findings in the Review screen: going to them, fixing, dismissing, and the evidence behind a sentence."""

import re
from collections.abc import Iterator

from textual.message import Message

from llnotes_tui.release.model import EvidenceLine, Finding, NoteId
from llnotes_tui.screens.review_moves import Moves
from llnotes_tui.widgets.cells import shorten, single_line
from llnotes_tui.widgets.dialogs.choose import Choose
from llnotes_tui.widgets.evidence_diff import EvidenceDiff
from llnotes_tui.widgets.note_findings import spans_of
from llnotes_tui.widgets.note_lines import Doubts, NoteContent, with_doubts
from llnotes_tui.workbench.fixes import by_risk, fixed
from llnotes_tui.workbench.inspecting import Checked
from llnotes_tui.workbench.views import EntryView, FileView, ReleaseView

Noted = EntryView | FileView
TERMS = ("unknown-name", "no-such-class", "expansion", "style")
"""Kinds of findings that a term in the glossary may keep away for good."""
_SENTENCE = re.compile(r"\S(?:[^.!?\n]|[.!?](?=\S))*[.!?]?")
_HANDED_BACK = 4
"""Findings that are handed back to the engine at once."""


class Findings(Moves):
    """Actions on what the checks have found, and on what a sentence stands on."""

    by_risk: bool
    """Entries are sorted by their findings."""

    class TypedChecked(Message):
        """What was being typed is checked."""

        def __init__(self, result: Checked) -> None:
            super().__init__()
            self.result = result

    def begin_findings(self) -> None:
        """Look at no finding yet."""
        self.by_risk = False
        self._at: tuple[NoteId, int] | None = None
        self._claim: tuple[NoteId, str, int, int] | None = None
        self._stage = -1
        self._lit_for: tuple[NoteId, str, int] | None = None
        self._typed: dict[NoteId, Checked] = {}
        self._asked_typed: dict[NoteId, str] = {}

    def in_order(self, view: ReleaseView) -> ReleaseView:
        """Return the view with its entries in the order that is wanted."""
        return by_risk(view) if self.by_risk else view

    # What is shown

    def doubted(self, content: NoteContent, noted: Noted) -> NoteContent:
        """Return what the pane shows of a note, with its findings."""
        text, findings, checked = self._text_and_findings(noted)
        at = self._at[1] if self._at is not None and self._at[0] == noted.note else None
        current = min(at, len(findings) - 1) if at is not None and findings else None
        claim = self._claim
        sentence = claim[2:] if claim is not None and claim[:2] == (noted.note, text) else None
        return with_doubts(content, text, Doubts(findings, checked, current, noted.not_checked, sentence))

    def _text_and_findings(self, noted: Noted) -> tuple[str, tuple[Finding, ...], bool]:
        """Return the text that is shown of a note, its findings, and whether it was checked."""
        typed = self.workbench.open_edit(noted.note)
        if typed is None:
            return noted.text, noted.findings, noted.checked
        known = self._typed.get(noted.note)
        if known is not None and known.matter.text == typed:
            return typed, known.findings, True
        if self._asked_typed.get(noted.note) != typed:
            self.check_typed(noted.note, typed)
        return typed, (), False

    def _at_hand(self, noted: Noted) -> Finding | None:
        """Return the finding that keys act on: the one that was gone to, else the note's first."""
        findings = self._text_and_findings(noted)[1]
        if not findings:
            return None
        at = self._at[1] if self._at is not None and self._at[0] == noted.note else 0
        return findings[min(at, len(findings) - 1)]

    # Typing

    def check_typed(self, note: NoteId, text: str) -> None:
        """Have what was typed checked, once the keys pause; nothing here waits for it."""
        self._asked_typed[note] = text
        self.workbench.check_typing(note, text, self._hear)

    def _hear(self, result: Checked) -> None:
        """Called from the thread that checks."""
        self.post_message(self.TypedChecked(result))

    def on_findings_typed_checked(self, event: TypedChecked) -> None:
        """Underline what was found in what is being typed, if that is still the text."""
        event.stop()
        note = event.result.matter.note
        self._typed[note] = event.result
        if not self.is_editing:
            self.show_row()
        elif self.editor.note == note:
            self.editor.mark(event.result.matter.text, spans_of(event.result.findings))

    def mark_editor(self) -> None:
        """Underline what is found in the text that was taken into the editor."""
        noted = self.noted
        if noted is not None:
            text, findings, _ = self._text_and_findings(noted)
            self.editor.mark(text, spans_of(findings))

    # From finding to finding

    def action_finding(self, direction: int) -> None:
        """Go to the next or previous finding; while a search is open, to its hits."""
        if self.diff.needle:
            self.action_hit(direction)
            return
        notes = list(self._notes())
        places = [(at, index) for at, noted in enumerate(notes) for index in range(len(self._found_in(noted)))]
        if not places:
            waiting = any(e.text and e.commits and not e.checked for e in self.view.entries if e.state != "excluded")
            self.say(
                "The checks are still at work." if waiting else "No automatic finding; what they cannot see remains."
            )
            return
        here = self._position(notes)
        later = [place for place in places if place > here] if direction > 0 else []
        before = [place for place in places if place < here] if direction < 0 else []
        target = later[0] if later else before[-1] if before else places[0 if direction > 0 else -1]
        noted = notes[target[0]]
        self._at = (noted.note, target[1])
        self.forget_claim()
        self.go_to(noted.note)
        self.show_row()
        self._say_finding(self._found_in(noted)[target[1]], places.index(target) + 1, len(places))

    def _say_finding(self, finding: Finding, number: int, count: int) -> None:
        fix = "f fixes, " if finding.fix is not None else ""
        keys = f"{fix}d dismisses, v shows"
        room = max(20, self.size.width - len(keys) - 16)
        self.say(f"{number} of {count}: {shorten(single_line(finding.reason), room)}  {keys}")

    def _notes(self) -> Iterator[Noted]:
        """Yield entries, and the files of opened ones, from top to bottom."""
        for entry in self.view.entries:
            if entry.state != "excluded":
                yield entry
            if entry.note in self.entries.opened:
                yield from (file for file in entry.files if file.note != entry.note)

    def _found_in(self, noted: Noted) -> tuple[Finding, ...]:
        return self._text_and_findings(noted)[1]

    def _position(self, notes: list[Noted]) -> tuple[int, int]:
        """Return where the cursor is among the notes, and at which finding of its note; -1 for before the first."""
        noted = self.noted
        at = next((at for at, one in enumerate(notes) if noted is not None and one.note == noted.note), None)
        if noted is None or at is None:
            above = self.row.entry if self.row is not None else None
            at = next((at for at, one in enumerate(notes) if one.note == above), len(notes))
            return at, -1
        return at, self._at[1] if self._at is not None and self._at[0] == noted.note else -1

    # Fixing and dismissing

    def _finding_or_say(self) -> tuple[Noted, Finding] | None:
        noted = self.noted
        if noted is None:
            self.entry_or_say()
            return None
        finding = self._at_hand(noted)
        if finding is None:
            self.say("There is no finding in this note; n goes to the next one.", "warn")
            return None
        return (noted, finding) if self.may_write() else None

    def action_fix(self) -> None:
        """Apply the fix of the finding, as an edit that can be undone."""
        found = self._finding_or_say()
        if found is None:
            return
        noted, finding = found
        if finding.fix is None:
            self.say("For this there is no fix: e edits, R asks again with the finding, d dismisses.", "warn")
            return
        text = self._text_and_findings(noted)[0]
        quoted = shorten(single_line(finding.text), 30)
        words = f"“{quoted}” is “{shorten(single_line(finding.fix), 30)}” now" if finding.fix else f"“{quoted}” is out"
        self.settle(
            self.workbench.edit(noted.note, fixed(text, finding)), lambda _: self._decided(f"{words}; u undoes.")
        )

    def action_dismiss_finding(self) -> None:
        """Dismiss the finding for this text, or for good."""
        found = self._finding_or_say()
        if found is None:
            return
        noted, finding = found
        term = shorten(single_line(finding.text), 32)
        choices = [("d", "here", "right here: dismiss it for this text")]
        if finding.kind in TERMS and finding.text.strip():
            choices.append(("g", "good", f"right everywhere: “{term}” into my glossary"))

        def answered(answer: str | None) -> None:
            if answer == "here":
                words = f"Dismissed for this text: “{term}”; u undoes."
                self.settle(self.workbench.dismiss(noted.note, finding), lambda _: self._decided(words))
            elif answer == "good":
                self.run_off(
                    lambda: self.workbench.vouch_for(finding.text),
                    lambda path: self._decided(f"“{term}” is in your glossary: {path}"),
                )

        self.app.push_screen(
            Choose("Dismiss the finding", choices, f"“{term}”: {single_line(finding.reason)}"), answered
        )

    def _decided(self, words: str) -> None:
        # What was typed and not decided on is checked anew: the view has all else already.
        self._typed.clear()
        self._asked_typed.clear()
        self.show_row()
        self.say(words)

    def doubts_told(self) -> str:
        """Return the findings of the note as an instruction to who writes it anew; empty where there are none."""
        noted = self.noted
        found = [one for one in self._found_in(noted) if one.level != "grey"] if noted is not None else []
        told = []
        for one in found[:_HANDED_BACK]:
            quoted = f"“{shorten(single_line(one.text), 60)}”"
            absent = one.kind in ("unknown-name", "no-such-class", "unknown-number", "unsupported")
            told.append(f"the diff does not show {quoted}" if absent else f"{quoted}: {single_line(one.reason)}")
        return "Correct this: " + "; ".join(told) if told else ""

    # Evidence

    def action_evidence(self) -> None:
        """Light up the lines behind the finding; pressed again the next line, then those of sentence after sentence."""
        noted = self.noted
        if noted is None:
            self.entry_or_say()
            return
        text, _, _ = self._text_and_findings(noted)
        if not text:
            self.say("There is no text yet whose evidence could be shown.", "warn")
            return
        finding = self._at_hand(noted)
        if self._lit_for is not None and self._lit_for[:2] == (noted.note, text):
            number, count = self.diff.next_lit()
            if number > 1:
                self.say(f"Line {number} of {count}; v goes on, esc ends it.")
                return
            self._stage += 1
        else:
            self._stage = -1 if finding is not None else 0
        self._show_stage(noted.note, text, finding)

    def _show_stage(self, note: NoteId, text: str, finding: Finding | None) -> None:
        """Show what the finding (stage -1) or a sentence (from 0) stands on."""
        sentences = [(match.start(), match.end()) for match in _SENTENCE.finditer(text)] or [(0, len(text))]
        if self._stage >= len(sentences):
            self._stage = -1 if finding is not None else 0
        stage = self._stage
        self._lit_for = (note, text, stage)
        if stage < 0 and finding is not None:
            self._claim = (note, text, finding.start, finding.end)
            self._light(finding.evidence)
        else:
            start, end = sentences[stage]
            self._claim = (note, text, start, end)

            def show(lines: tuple[EvidenceLine, ...]) -> None:
                if self._lit_for == (note, text, stage):
                    self._light(lines)

            self.run_off(lambda: self.workbench.evidence(note, text, start), show)
        self.show_row()

    def _light(self, lines: tuple[EvidenceLine, ...]) -> None:
        self.diff.put_out()
        if lines:
            self.diff.light_up(lines)
        else:
            self.say("No line of the diff bears on this; v goes on to the next sentence, esc ends it.", "warn")

    def on_evidence_diff_lit_up(self, event: EvidenceDiff.LitUp) -> None:
        """Say how many lines there are; one that is not in this diff is told in words."""
        event.stop()
        if event.count:
            self.say(f"{event.count} line{'' if event.count == 1 else 's'} lit up; v goes on, esc ends it.")
        elif event.lines:
            line = event.lines[0]
            place = f"{line.path}:{line.line}" if line.line else line.path or "The message"
            self.say(f"{single_line(place)} says: {single_line(line.text)}")

    def leave_claim(self) -> None:
        """Show no evidence any more where the cursor went to another note."""
        noted = self.noted
        if self._claim is not None and (noted is None or noted.note != self._claim[0]):
            self.forget_claim()

    def forget_claim(self) -> None:
        """Show no evidence any more."""
        self._claim = self._lit_for = None
        self._stage = -1
        self.diff.put_out()

    def action_leave(self) -> None:
        """Put the evidence out first; then leave what else is open."""
        if self._claim is not None and not self.diff.needle and not self.query_one("#search").has_class("-open"):
            self.forget_claim()
            self.show_row()
            self.bar.hush()
        else:
            super().action_leave()
