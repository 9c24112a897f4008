"""A desk whose texts are checked: a small checker that knows a handful of wrong words, and the lines that decide them."""

import re
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from llnotes_tui.release.model import EvidenceLine, Finding, Level, NoteId
from llnotes_tui.workbench.inspecting import Checked, Matter
from llnotes_tui.workbench.views import EntryView, ReleaseView
from tests.ui import sample
from tests.ui.desk import Desk

JOBS = "src/harbor/jobs.py"
WRONG = (
    "Added a new `list_jobs` method to the `JobsReader` class, which tries again after a timeout of 45 seconds. In this "
    "release, the Central Interface (CI) shows jobs with no name as `unnamed job`."
)


def line(text: str, side: str = "new") -> EvidenceLine:
    """Return the first line of the sample's diff that has a text."""
    lines = (sample.AFTER if side == "new" else sample.BEFORE).splitlines()
    number = next(number for number, one in enumerate(lines, 1) if text in one)
    return EvidenceLine(JOBS, number, side, lines[number - 1])  # type: ignore[arg-type]


RULES: tuple[tuple[str, str, Level, str, str | None, tuple[EvidenceLine, ...]], ...] = (
    ("Added a new", "not-new", "red", "`list_jobs` was there before", "Updated the", (line("def list_jobs", "old"),)),
    ("`JobsReader`", "no-such-class", "red", "no such class; `JobsCrawler` is one", "`JobsCrawler`", (line("class"),)),
    ("45", "unknown-number", "red", "45 is nowhere in the diff", None, (line("seconds=30"), line("timeout=self"))),
    ("In this release, ", "style", "grey", "filler", "", ()),
    ("Central Interface (CI)", "expansion", "amber", "nobody here spells CI out like this", "CI", ()),
)


def findings_in(text: str) -> tuple[Finding, ...]:
    """Return the wrong words of a text, where they stand."""
    found = []
    for words, kind, level, reason, fix, lines in RULES:
        at = text.find(words)
        if at >= 0:
            found.append(Finding(kind, level, at, at + len(words), words, reason, fix, lines))
    return tuple(sorted(found, key=lambda one: one.start))


def flagged(number: int, title: str, text: str = WRONG, **more: Any) -> EntryView:
    """Return an entry of the sample with a text that may be wrong."""
    return sample.entry(number, title, text, **more)


ENTRIES = (
    flagged(4432, "Retries listing of jobs"),
    flagged(4431, "Told with care", "The `list_jobs` method now tries again."),
    flagged(4380, "Names jobs without a name", "Jobs wait 45 seconds.", files=tuple(sample.FILES)),
    flagged(4377, "Accepted as it was", "The Central Interface (CI) is in.", state="accepted"),
    *sample.ENTRIES[5:],
)


class Flagged(Desk):
    """Every text of the view is checked whenever the view changes; what is typed, at once."""

    def __init__(self, view: ReleaseView | None = None) -> None:
        super().__init__(view or sample.release(ENTRIES))
        self.dismissed: set[tuple[NoteId, str]] = set()
        self.terms: set[str] = set()
        self.change()

    def change(self, **fields: Any) -> None:
        entries = fields.pop("entries", self._view.entries)
        super().change(entries=tuple(self._checked(entry) for entry in entries), **fields)

    def found(self, note: NoteId, text: str) -> tuple[Finding, ...]:
        return tuple(
            one for one in findings_in(text) if (note, one.text) not in self.dismissed and one.text not in self.terms
        )

    def _checked(self, entry: EntryView) -> EntryView:
        files = tuple(replace(file, findings=self.found(file.note, file.text), checked=True) for file in entry.files)
        return replace(entry, findings=self.found(entry.note, entry.text), checked=bool(entry.text), files=files)

    def check_typing(self, note: NoteId, text: str, heard: Callable[[Checked], None], after: float = 0.0) -> None:
        super().check_typing(note, text, heard, after)
        self._clerk.do(lambda: heard(Checked(Matter(note, text, "entry"), self.found(note, text))))

    def evidence(self, note: NoteId, text: str, offset: int) -> tuple[EvidenceLine, ...]:
        names = re.findall(r"`([^`]+)`", text[offset:])
        return tuple(line(name) for name in names if name in sample.AFTER)

    def dismiss(self, note: NoteId, finding: Finding) -> "Future[None]":
        return self._decide("dismiss", note, lambda: self.dismissed.add((note, finding.text)), (note, finding.text))

    def vouch_for(self, term: str) -> Path:
        self.done.append(("vouch_for", term))
        self.terms.add(term)
        self.change()
        return Path("glossary.txt")
