"""The texts of the Review screen: editing in place or outside, variants, copying, prompts."""

import os
import shlex
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from llnotes_tui.drafting.masking import MASK
from llnotes_tui.engines.base import Message
from llnotes_tui.release.model import NoteId
from llnotes_tui.screens.review_decisions import Decisions
from llnotes_tui.widgets.dialogs.ask import Ask
from llnotes_tui.widgets.dialogs.reader import Reader
from llnotes_tui.widgets.note_editor import NoteEditor
from llnotes_tui.workbench.views import Variant


class Texts(Decisions):
    """Actions on the text of the note under the cursor."""

    asked: dict[NoteId, int]
    """Notes with a person's text for which another variant was asked, and how many variants there were before."""

    # Editing in place

    @property
    def is_editing(self) -> bool:
        """Whether the editor has taken the note's place."""
        return self.has_class("-editing")

    def action_enter(self) -> None:
        """Edit the note; a group is opened or closed."""
        row = self.row
        if row is not None and row.kind == "group":
            self.action_toggle_row()
        else:
            self.action_edit()

    def action_toggle_row(self) -> None:
        """Open the row under the cursor, or close it."""
        raise NotImplementedError

    def action_edit(self) -> None:
        """Edit the note under the cursor where it stands."""
        if self.noted is None:
            self.entry_or_say()
        elif self.may_write():
            self.begin_edit()

    def begin_edit(self) -> None:
        """Put the editor in the note's place, with the text that counts or what was typed before."""
        noted = self.noted
        if noted is None:
            return
        typed = self.workbench.open_edit(noted.note)
        self.add_class("-editing")
        self.query_one("#panes").add_class("-editing")
        self.editor.begin(noted.note, noted.text if typed is None else typed, "Edit · every key is saved")
        self.mark_editor()

    def end_edit(self) -> None:
        """Show the note again in the editor's place."""
        self.editor.finish()
        self.remove_class("-editing")
        self.query_one("#panes").remove_class("-editing")
        if self.focused is self.editor or self.focused is None:
            self.entries.focus()

    def on_note_editor_typed(self, event: NoteEditor.Typed) -> None:
        """Have every keystroke kept."""
        event.stop()
        self.workbench.keep_typing(event.note, event.text)
        self.check_typed(event.note, event.text)

    def mark_editor(self) -> None:
        """Underline what is found in the text that was taken into the editor."""
        raise NotImplementedError

    def check_typed(self, note: NoteId, text: str) -> None:
        """Have what was typed checked, once the keys pause."""
        raise NotImplementedError

    def on_note_editor_left(self, event: NoteEditor.Left) -> None:
        """Keep the text as an edit that is not accepted; the same text is no decision."""
        event.stop()
        self.end_edit()
        if event.text == self._text_of(event.note):
            self.workbench.drop_edit(event.note)
            self.show_row()
            return
        self.settle(self.workbench.edit(event.note, event.text), lambda _: self._kept())

    def _kept(self) -> None:
        self.show_row()
        self.say("Your text is kept; u undoes.")

    def on_note_editor_kept(self, event: NoteEditor.Kept) -> None:
        """Keep and accept the text, and go on."""
        event.stop()
        self.end_edit()
        entry = self.entry
        is_same = event.text == self._text_of(event.note)
        if entry is None or entry.note != event.note:
            deciding = self.workbench.edit(event.note, event.text)
            self.settle(deciding, lambda _: self.say("Your text is kept; the entry can be written again from it by r."))
        elif is_same and (refusal := self.why_not(entry, is_edited=False)):
            self.workbench.drop_edit(event.note)
            self.say(refusal, "warn")
        else:
            self.save_accepted(entry, event.text, is_edit=True)

    def _text_of(self, note: NoteId) -> str | None:
        """Return the text that counts for a note, None where the note is gone."""
        for entry in self.view.entries:
            if entry.note == note:
                return entry.text
            for file in entry.files:
                if file.note == note:
                    return file.text
        return None

    # Editing outside

    def action_external(self) -> None:
        """Edit the note in $VISUAL or $EDITOR."""
        noted = self.noted
        if noted is None:
            self.entry_or_say()
            return
        if not self.may_write():
            return
        note, before = noted.note, noted.text
        typed = self.workbench.open_edit(note)
        try:
            after = self._edited_outside(before if typed is None else typed)
        except (OSError, subprocess.CalledProcessError, ValueError) as fault:
            self.say(f"$EDITOR could not be used: {fault}.  Set it to an editor's command.", "fault")
            return
        self.refresh()
        if after == before:
            self.workbench.drop_edit(note)
            self.say("Nothing was changed.")
        else:
            self.settle(self.workbench.edit(note, after), lambda _: self._kept())

    def _edited_outside(self, text: str) -> str:
        """Return what a person's editor makes of a text.

        Raises:
            OSError: the editor cannot be started.
            CalledProcessError: it ended with a fault.
        """
        command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
        with TemporaryDirectory(prefix="llnotes-") as directory:
            file = Path(directory) / "note.md"
            file.write_text(f"{text}\n", encoding="utf-8")
            with self.app.suspend():
                subprocess.run([*command, str(file)], check=True)
            return file.read_text(encoding="utf-8", errors="replace").rstrip("\n")

    # Variants

    def action_again(self) -> None:
        """Ask for another variant."""
        self._ask_again("")

    def action_again_with(self) -> None:
        """Ask for another variant, with an instruction."""
        if not self._may_ask():
            return

        def ask(instruction: str | None) -> None:
            if instruction:
                self._ask_again(instruction)

        question = Ask("Ask again", "What should the text do?", self.doubts_told(), placeholder="say what breaks")
        self.app.push_screen(question, ask)

    def doubts_told(self) -> str:
        """Return the findings of the note as an instruction to who writes it anew; empty where there are none."""
        raise NotImplementedError

    def _may_ask(self) -> bool:
        noted, entry = self.noted, self.entry
        if noted is None or entry is None:
            self.entry_or_say()
            return False
        if noted is entry and not entry.commits:
            self.say("A person wrote this entry and it has no commit: e changes it.", "warn")
            return False
        if noted is entry and entry.origin == "changelog":
            self.say("This stands in the changelog already, word for word: e changes it.", "warn")
            return False
        if noted.state in ("waiting", "writing"):
            self.say("The note is on its way already.", "warn")
            return False
        return self.may_write()

    def _ask_again(self, instruction: str) -> None:
        noted = self.noted
        if not self._may_ask() or noted is None:
            return
        is_a_persons = self._is_a_persons(noted.note)
        before = len(self.workbench.variants(noted.note))
        if why_not := self.workbench.again(noted.note, instruction):
            self.say(why_not, "warn")
        elif is_a_persons:
            self.asked[noted.note] = before
            self.say("Another variant is being written; it will stand beside your text, which stays.")
        else:
            self.say("Another variant is being written.")

    def _is_a_persons(self, note: NoteId) -> bool:
        """Tell whether the text that counts was written by a person."""
        text = self._text_of(note)
        return any(variant.engine == "person" and variant.text == text for variant in self.workbench.variants(note))

    def beside(self, note: NoteId) -> Variant | None:
        """Return the variant that was asked for beside a person's text, once it is there."""
        if note not in self.asked:
            return None
        variants = self.workbench.variants(note)
        if len(variants) <= self.asked[note]:
            return None
        return variants[-1] if variants[-1].text != self._text_of(note) else None

    def action_variant(self, step: int) -> None:
        """Take the next (1) or previous (-1) of the note's texts."""
        noted = self.noted
        if noted is None:
            self.entry_or_say()
            return
        if not self.may_write():
            return
        variants = self.workbench.variants(noted.note)
        now = next((at for at, variant in enumerate(variants) if variant.text == noted.text), -1)
        target = now + step
        if len(variants) < 2 or not 0 <= target < len(variants):
            end = "This is the only text there is" if len(variants) < 2 else "There is no other one this way"
            self.say(f"{end}: r asks for another variant.", "warn")
            return
        if noted.note in self.asked and target == len(variants) - 1:
            del self.asked[noted.note]
        words = f"Variant {target + 1} of {len(variants)}{_by(variants[target])}."
        self.settle(self.workbench.take_variant(noted.note, target), lambda _: self.say(words))

    # Copying and reading

    def action_copy(self) -> None:
        """Copy the text to the clipboard."""
        noted = self.noted
        if noted is None or not noted.text:
            self.say("There is no text to copy.", "warn")
            return
        self.app.copy_to_clipboard(noted.text)
        self.say("Copied.")

    def action_prompt(self) -> None:
        """Show the prompt as it was sent."""
        noted = self.noted
        if noted is None:
            self.entry_or_say()
            return
        note = noted.note

        def show(messages: tuple[Message, ...]) -> None:
            if messages:
                prompt = "\n\n".join(f"── {message.role} ──\n\n{message.content}" for message in messages)
                masked = prompt.count(MASK)
                title = f"The prompt as it was sent, {masked} masked" if masked else "The prompt as it was sent"
                self.app.push_screen(Reader(title, prompt, MASK))
            else:
                self.say("No prompt was sent for this note: it was written by rule.", "warn")

        self.run_off(lambda: self.workbench.prompt(note), show)


def _by(variant: Variant) -> str:
    """Say who wrote a variant."""
    if variant.engine == "person":
        return ", written by a person"
    if variant.engine == "extractive":
        return ", drafted without a model"
    return f", by {variant.model}" if variant.model else ""
