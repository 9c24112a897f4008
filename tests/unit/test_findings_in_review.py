"""Findings in a release at work: laid over the view, for the very text they were found in, and gone when dismissed."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from msgspec.structs import replace

from llnotes_tui.release.model import EvidenceLine, Finding, NoteId
from llnotes_tui.workbench.clone_rows import clone_rows
from llnotes_tui.workbench.headless import draft_releases
from llnotes_tui.workbench.inspecting import Checked, Inspector, Matter
from llnotes_tui.workbench.opening import open_release
from llnotes_tui.workbench.overlay import checked_now
from llnotes_tui.workbench.report import draft_object
from llnotes_tui.workbench.start import Target
from llnotes_tui.workbench.terms import user_glossary_file
from llnotes_tui.workbench.views import EntryView
from llnotes_tui.workbench.workbench import Workbench
from tests.ui.released import repository
from tests.waiting import Stopwatch, until

SOON = 60.0
"""Seconds within which anything here is done, even on a busy machine."""
LINE = EvidenceLine("src/harbor/cli.py", 2, "new", "    for _ in range(retries):")


class Numbers:
    """Finds every number, as red; counts its checks, and remembers the threads that made them."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.threads: set[str] = set()
        self.forgot = 0
        self.known: set[str] = set()
        self.begun = 0
        self.gate = Event()
        self.gate.set()

    def check(self, matter: Matter, cancel: Event) -> Checked:
        self.begun += 1
        self.gate.wait(SOON)
        self.threads.add(threading.current_thread().name)
        self.texts.append(matter.text)
        words = [word for word in matter.text.split() if word.isdigit() and word not in self.known]
        return Checked(matter, tuple(number(matter.text, word) for word in dict.fromkeys(words)))

    def evidence(self, matter: Matter, offset: int) -> tuple[EvidenceLine, ...]:
        return (LINE,) if "tries" in matter.text[offset:] else ()

    def forget_terms(self) -> None:
        self.forgot += 1
        self.known = set(user_glossary_file().read_text().split())


def number(text: str, word: str) -> Finding:
    at = text.index(word)
    return Finding("unknown-number", "red", at, at + len(word), word, f"{word} is nowhere", "3", (LINE,))


@pytest.fixture
def checker() -> Numbers:
    return Numbers()


@pytest.fixture
def bench(tmp_path: Path, checker: Numbers) -> Iterator[Workbench]:
    opened = open_release(
        Target(str(repository(tmp_path).root), flags={"engine": "extractive"}), lambda _: None, Event()
    )
    opened._clerk.do(lambda: opened.begin_checks(checker)).result(SOON)
    yield opened
    opened.close()


def titled(bench: Workbench, word: str) -> NoteId:
    return next(entry.note for entry in bench.view().entries if word in entry.title)


def write(bench: Workbench, note: NoteId, text: str) -> None:
    bench.edit(note, text).result(SOON)
    assert bench.settle_checks(SOON)


def findings(bench: Workbench, note: NoteId) -> list[str]:
    entry = bench.entry(note)
    assert entry is not None
    return [finding.text for finding in entry.findings]


def test_a_persons_words_are_checked_as_drafts_are_and_counted_in_the_header(bench: Workbench) -> None:
    note = titled(bench, "retries")
    write(bench, note, "It tries 7 times, then waits 12 seconds.")
    assert findings(bench, note) == ["7", "12"]
    assert bench.view().totals.red == 2
    found = next(one for one in draft_object(bench.view())["entries"] if one["id"] == note)["findings"][0]
    assert found["evidence"] == [{"path": LINE.path, "line": 2, "side": "new", "text": LINE.text}]


def test_drafts_are_checked_off_the_clerks_thread(bench: Workbench, checker: Numbers) -> None:
    bench.start_drafting()
    assert bench.drafting is not None
    assert bench.drafting.wait(SOON)
    assert bench.settle_checks(SOON)
    assert all(entry.checked for entry in bench.view().entries if entry.text)
    assert checker.threads == {"llnotes-checks"}


def test_a_text_that_changed_has_no_findings_of_the_text_before_it(bench: Workbench, checker: Numbers) -> None:
    note = titled(bench, "retries")
    write(bench, note, "It tries 7 times.")
    checker.gate.clear()
    bench.edit(note, "It tries often.").result(SOON)
    entry = bench.entry(note)
    assert entry is not None
    assert (entry.findings, entry.checked) == ((), False)
    checker.gate.set()
    assert bench.settle_checks(SOON)
    assert findings(bench, note) == []


def test_a_dismissed_finding_is_gone_and_undo_brings_it_back(bench: Workbench) -> None:
    note = titled(bench, "retries")
    write(bench, note, "It tries 7 times, then waits 12 seconds.")
    entry = bench.entry(note)
    assert entry is not None
    bench.dismiss(note, entry.findings[0]).result(SOON)
    assert findings(bench, note) == ["12"]
    assert bench.view().totals.red == 1
    bench.undo().result(SOON)
    assert findings(bench, note) == ["7", "12"]


def test_a_term_of_the_users_glossary_is_a_finding_nowhere(bench: Workbench, checker: Numbers) -> None:
    note = titled(bench, "retries")
    write(bench, note, "It tries 7 times, then waits 12 seconds.")
    path = bench.vouch_for("12")
    bench.vouch_for("12")
    assert bench.settle_checks(SOON)
    assert findings(bench, note) == ["7"]
    assert path.read_text().splitlines()[1:] == ["12"]


def test_an_excluded_entry_counts_for_nothing(bench: Workbench) -> None:
    note = titled(bench, "retries")
    write(bench, note, "It tries 7 times.")
    bench.exclude(note, "trivial").result(SOON)
    assert bench.settle_checks(SOON)
    assert bench.view().totals.red == 0


def test_an_entry_of_which_nothing_changed_is_the_same_object_again(bench: Workbench) -> None:
    note, other = titled(bench, "retries"), titled(bench, "timeout")
    write(bench, note, "It tries 7 times.")
    before = bench.entry(note)
    write(bench, other, "It waits 30 seconds.")
    assert bench.entry(note) is before


def test_what_is_typed_is_checked_once_for_the_last_of_many_keys(bench: Workbench, checker: Numbers) -> None:
    note = titled(bench, "retries")
    heard: list[Checked] = []
    for text, after in (("It tries 7", SOON), ("It tries 77", SOON), ("It tries 777 times", 0.05)):
        bench.check_typing(note, text, heard.append, after=after)
    until(lambda: heard)
    assert bench.settle_checks(SOON)
    assert [one.matter.text for one in heard] == ["It tries 777 times"]
    assert [finding.text for finding in heard[0].findings] == ["777"]
    assert checker.texts.count("It tries 777 times") == 1
    assert not {"It tries 7", "It tries 77"} & {*checker.texts}


def test_the_lines_behind_a_claim_can_be_asked_for(bench: Workbench) -> None:
    note = titled(bench, "retries")
    assert bench.evidence(note, "It tries again.", 3) == (LINE,)
    assert bench.evidence(note, "It sails.", 3) == ()


def test_typing_waits_for_no_check(bench: Workbench, checker: Numbers) -> None:
    note = titled(bench, "retries")
    checker.gate.clear()
    bench.check_typing(note, "It tries 7", lambda _: None, after=0)
    until(lambda: checker.begun)
    watch = Stopwatch()
    for number in range(200):
        bench.check_typing(note, f"It tries {number}", lambda _: None)
        bench.keep_typing(note, f"It tries {number}")
    assert watch.look() < 0.5
    assert checker.texts == [], "the first check still stands at the gate"
    checker.gate.set()


def test_a_draft_for_machines_has_its_findings(tmp_path: Path) -> None:
    target = Target(str(repository(tmp_path).root), flags={"engine": "extractive"})
    told = json.loads(draft_releases((target,), form="json", write=False, say=lambda _: None).output)
    assert all(isinstance(entry["findings"], list) for entry in told["entries"])
    bench = open_release(target, lambda _: None, Event())
    try:
        view = checked_now(replace(bench.view(), entries=tuple(map(_wrong, bench.view().entries))), Numbers())
        assert [found.text for found in view.entries[0].findings] == ["77"]
        assert view.totals.red == len(view.entries)
        dismissed = frozenset((entry.note, "unknown-number", "77") for entry in view.entries)
        assert checked_now(view, Numbers(), dismissed).totals.red == 0
    finally:
        bench.close()


def _wrong(entry: EntryView) -> EntryView:
    return replace(entry, text="It tries 77 times.")


def test_a_row_of_repositories_counts_what_is_open(bench: Workbench, tmp_path: Path) -> None:
    note = titled(bench, "retries")
    bench.edit(note, "It tries 77 times.", accepted=True).result(SOON)
    assert bench.settle_checks(SOON)
    bench.close()
    (row,) = clone_rows(str(tmp_path / "harbor"), {})
    assert row.state == "1 of 3 reviewed, 1 red"


def test_a_check_that_breaks_ends_no_other() -> None:
    class Breaking(Numbers):
        def check(self, matter: Matter, cancel: Event) -> Checked:
            if matter.text == "breaks":
                raise ValueError(matter.text)
            return super().check(matter, cancel)

    told: list[bool] = []
    inspector = Inspector(Breaking(), lambda: told.append(True))
    first = Matter(NoteId("a"), "breaks", "entry")
    inspector.want([first, replace(first, note=NoteId("b"), text="9 lives")])
    assert inspector.wait(SOON)
    assert inspector.known(NoteId("a")) is None
    assert inspector.known(NoteId("b")) is not None
    assert told
    inspector.close()
