"""Writing from the Export screen: what has to be asked first, the writing itself, and what is said after it."""

from llnotes_tui.release.model import Finding
from llnotes_tui.screens.export_base import CHANGELOG, GITHUB, REMAINS, VERSION
from llnotes_tui.screens.export_deciding import Deciding
from llnotes_tui.screens.export_hosted import Made
from llnotes_tui.screens.export_pages import counted
from llnotes_tui.screens.export_state import Outcome, Prepared, suspected, write_all
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.dialogs.choose import Choose
from llnotes_tui.widgets.entry_rows import number_of
from llnotes_tui.workbench.exporting import open_findings, unread
from llnotes_tui.workbench.views import EntryView

_LISTED = 6


class Writing(Deciding):
    """Actions that write, and that copy what is left to do."""

    made: tuple[Made, ...]
    """What was published from here, elsewhere than into files."""

    @property
    def write_name(self) -> str:
        """What the key is called: it counts what nobody has looked at."""
        shown = self.prepared.preview if self.prepared is not None else None
        if self.prepared is not None and self.prepared.is_history:
            return "write (tagged)"
        counts = []
        if shown is not None and shown.conflict is not None and not self._decided:
            return "write (conflict)"
        left = len(unread(self.view))
        if left:
            counts.append(f"{left} {'left out' if self.unreviewed == 'skip' else 'as title only'}")
        if breaks := len(suspected(self.view)):
            counts.append(f"{breaks} {'break' if breaks == 1 else 'breaks'}?")
        if red := len(self._red):
            counts.append(f"{red} red open")
        return f"write ({', '.join(counts)})" if counts else "write"

    @property
    def _red(self) -> list[tuple[EntryView, Finding]]:
        """The red findings that are open in what would be written."""
        entries = open_findings(self.view, self.unreviewed)
        return [(entry, found) for entry in entries for found in entry.findings if found.level == "red"]

    @property
    def _decided(self) -> bool:
        return self.take is not None or self.own_section is not None

    def action_write(self) -> None:
        """Write, after what has to be asked."""
        prepared = self.prepared
        if self.is_writing or prepared is None:
            self.say("A moment: the files are being read." if not self.is_writing else "It is being written.", "warn")
        elif not self.may_write():
            return
        elif not prepared.has_files:
            self.say(
                "There is no work tree to write to: p proposes it, d makes the draft release, c commits it.", "warn"
            )
        elif prepared.fault or prepared.preview is None:
            self.tell_fault(prepared.fault)
        elif prepared.is_history:
            self.show_part(VERSION)
            self.say(f"{prepared.notes.tag} is tagged already: V names another version.", "warn")
        elif prepared.preview.conflict is not None and not self._decided:
            self.show_part(CHANGELOG)
            self.say("Two sides wrote this section: T keeps theirs, O takes ours, e edits.", "warn")
        elif suspected(self.view) or self._red or (unread(self.view) and self.unreviewed == "titles"):
            self._ask_first(prepared)
        else:
            self._write(prepared)

    def _ask_first(self, prepared: Prepared) -> None:
        left, breaks = unread(self.view), suspected(self.view)
        titles = len(left) if self.unreviewed == "titles" else 0
        said, choices = [], []
        if breaks:
            said.append("Not published as breaking, for nobody has answered:")
            said += [f"  {number_of(entry)} {single_line(entry.title)}" for entry in breaks[:_LISTED]]
            choices.append(("t", "breaks", "answer the breaks first"))
        if red := self._red:
            said += [""] if said else []
            said.append("Red findings, neither mended nor dismissed:")
            said += [f"  {number_of(entry)} {single_line(found.reason)}" for entry, found in red[:_LISTED]]
            if len(red) > _LISTED:
                said.append(f"  and {len(red) - _LISTED} more")
        if titles:
            said += [""] if said else []
            said.append(f"Nobody has read {counted(titles, 'entry', 'entries')}; the prose stays out:")
            said += [f"  {number_of(entry)} {single_line(entry.title)}" for entry in left[:_LISTED]]
            if titles > _LISTED:
                said.append(f"  and {titles - _LISTED} more")
            choices.append(("w", "write", f"write; {counted(titles, 'entry', 'entries')} as title and link only"))
            choices.append(("x", "skip", "leave them out, and look at that first"))
        else:
            choices.append(("w", "write", "write"))
        choices.append(("b", "back", "go back to the review"))

        def answered(answer: str | None) -> None:
            if answer == "write":
                self._write(prepared)
            elif answer == "breaks":
                self.action_breaks()
            elif answer == "skip":
                self._skip()
            elif answer == "back":
                self.dismiss(None)

        self.app.push_screen(Choose(f"Write {self.view.version}?", choices, "\n".join(said)), answered)

    def _skip(self) -> None:
        self.action_unread()
        self.show_part(CHANGELOG)
        self.say("This is it without the unread entries; w writes it, x takes the titles in.")

    def _write(self, prepared: Prepared) -> None:
        if prepared is not self.prepared or prepared.preview is None:
            self.say("What would be written has changed: look again, then press w.", "warn")
            return
        self.is_writing = True
        shown, take, own = prepared.preview, self.take, self.own_section
        self.say("Writing …")

        self.run_off(lambda: write_all(self.workbench, shown, take, own), self._written, self._has_written)

    def _has_written(self) -> None:
        self.is_writing = False

    def _written(self, outcome: Outcome) -> None:
        if outcome.written is None:
            self.show_part(CHANGELOG)
            self.prepare(because=outcome.fault)
            return
        self.outcome = outcome
        self.bar.hush()
        self.show_part(REMAINS)
        self.prepare()

    # What remains

    def action_copy(self) -> None:
        """Copy what is shown; of several commands the chosen one."""
        text, name = self._to_copy()
        if not text:
            self.say("There is nothing to copy here.", "warn")
            return
        self.app.copy_to_clipboard(text)
        self.say(f"Copied {name}.")

    def action_copy_all(self) -> None:
        """Copy all commands, one a line; in other parts all that is shown."""
        commands = self.commands
        if self.part not in (REMAINS, GITHUB):
            self.action_copy()
        elif commands:
            self.app.copy_to_clipboard("\n".join(commands) + "\n")
            self.say(f"Copied {counted(len(commands), 'command')}.")

    def _to_copy(self) -> tuple[str, str]:
        shown = self.prepared.preview if self.prepared is not None else None
        if self.part == CHANGELOG:
            own = self.own_section
            return (own or shown.section if shown is not None else "", "the section")
        if self.part == VERSION:
            return self.view.version, "the version"
        if self.part in (REMAINS, GITHUB):
            chosen = self.page.chosen
            return chosen, chosen if chosen.startswith("http") else "the command"
        return (
            (self.page.text, "the manifest") if self.page.display else (self.announcement_to_copy(), "the announcement")
        )

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that remain."""
        if self.outcome is not None and self.outcome.written is not None:
            return self.outcome.written.commands
        if self.part == GITHUB:
            return tuple(line for one in self.made for line in (*([one.url] if one.url else []), *one.commands))
        return self.prepared.commands if self.prepared is not None else ()

    def action_next(self) -> None:
        """Go on to the next repository, once this one is written."""
        shown = self.prepared.preview if self.prepared is not None else None
        if self.outcome is not None or self.made or (shown is not None and shown.unchanged):
            self.dismiss("next")
        else:
            key = "w writes it" if self.prepared is None or self.prepared.has_files else "p proposes it"
            self.say(f"Nothing is written yet: {key}, q goes back.", "warn")
