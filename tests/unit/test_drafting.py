"""Which texts are written, found again, and written anew."""

import threading

from llnotes_tui.drafting.events import NoteWritten, Progress
from llnotes_tui.drafting.masking import MASK
from llnotes_tui.engines.base import AnnouncementSubject, Request
from llnotes_tui.release.ids import ANNOUNCEMENT, commit_note, entry_note
from llnotes_tui.release.model import EntryPlan, Noise, NoiseKind, NotesEntry
from tests.unit.drafting_matter import (
    ALONE,
    History,
    OpenDesk,
    Scripted,
    Watched,
    entry,
    file_id,
    release,
    texts_of,
)


def test_every_note_is_written_and_kept_before_it_is_told(desk: OpenDesk) -> None:
    history = release()
    at = desk(history, Scripted())
    kept_when_told: list[bool] = []

    def look() -> None:
        told = at.heard.of(NoteWritten)[len(kept_when_told) :]
        kept_when_told.extend(at.answers.get(f"call:{event.draft.call_digest}") is not None for event in told)

    at.heard.events = Watched(look)
    at.draft()
    notes = {note for e in at.entries for note in (e.id, *at.graph.file_notes(e))}
    assert {event.draft.note for event in at.heard.of(NoteWritten)} == notes == set(at.drafting.drafts())
    assert all(kept_when_told)
    assert len(kept_when_told) == 9


def test_drafting_again_with_nothing_changed_makes_no_call_and_reads_no_diff(desk: OpenDesk) -> None:
    history = release()
    first = desk(history, Scripted()).draft()
    reads, again = history.reads, Scripted()
    second = desk(history, again).draft()
    assert again.requests == []
    assert history.reads == reads
    assert {n: d.text for n, d in second.drafting.drafts().items()} == {
        n: d.text for n, d in first.drafting.drafts().items()
    }
    progress = second.heard.of(Progress)[-1]
    assert (progress.done, progress.total, progress.calls, progress.cached) == (9, 9, 0, 9)
    assert all(event.draft.cached for event in second.heard.of(NoteWritten))


def test_drafting_twice_in_a_row_tells_nothing_twice(desk: OpenDesk) -> None:
    engine = Scripted()
    at = desk(release(), engine).draft()
    told, calls = len(at.heard.of(NoteWritten)), len(engine.requests)
    at.draft()
    assert (len(at.heard.of(NoteWritten)), len(engine.requests)) == (told, calls)


def test_after_a_rebase_nothing_is_asked_again(desk: OpenDesk) -> None:
    def history(first_line: int, sha: str) -> History:
        made = History()
        made.commit("One", {"src/a.py": ["-a", "+b"], "src/b.py": ["c"]}, first_line=first_line, sha=sha)
        return made

    desk(history(1, "a" * 40), Scripted()).draft()
    rebased = Scripted()
    desk(history(500, "b" * 40), rebased).draft()
    assert rebased.requests == []


def test_an_entry_is_written_from_the_notes_of_its_files(desk: OpenDesk) -> None:
    engine = Scripted()
    history = release(1)
    at = desk(history, engine, limits=ALONE).draft()
    last = engine.requests[-1]
    assert last.purpose == "entry"
    for note in at.graph.file_notes(at.entries[0]):
        assert at.text(note) in texts_of(last)
    assert "Change 0" in texts_of(last)
    assert "Body 0." in texts_of(last)
    assert "src/m0_0.py (modified)" in texts_of(last)


def test_an_entry_is_written_from_what_a_person_made_of_a_file_note(desk: OpenDesk) -> None:
    history = release(1)
    decided = {file_id(history.commits[0], "src/m0_0.py"): "The person's own words."}
    engine = Scripted()
    desk(history, engine, decided=decided).draft()
    assert "The person's own words." in texts_of(engine.requests[-1])


def test_a_corrected_file_note_asks_nothing_by_itself_and_r_writes_the_entry_from_it(desk: OpenDesk) -> None:
    history = release(1)
    note = commit_note(history.commits[0].sha)
    first = desk(history, Scripted()).draft()
    decided = {file_id(history.commits[0], "src/m0_0.py"): "Corrected facts."}
    engine = Scripted()
    at = desk(history, engine, decided=decided).draft()
    assert engine.requests == []
    assert at.text(note) == first.text(note)
    assert at.drafting.drafts()[note].input_digest != at.graph.input_digest(note, decided)
    assert at.drafting.again(note) == ""
    assert at.drafting.wait(60)
    assert "Corrected facts." in texts_of(engine.requests[-1])
    assert at.drafting.drafts()[note].input_digest == at.graph.input_digest(note, decided)


def test_rules_need_no_engine(desk: OpenDesk) -> None:
    history = History()
    lock = Noise(NoiseKind.LOCK, "The lock file was renewed.")
    history.commit("Lock", {"uv.lock": ["x"]}, noise={"uv.lock": lock})
    history.commit("Empty", {}, diff="empty")
    history.commit("Cut", {"a.py": ["x"]}, body=f"Use {'ghp_' + 'a1B2' * 9} to log in.", diff="history-cut")
    own = EntryPlan(entry_note("1"), (), (), "Mine", origin="hand-written", text="Words")
    engine = Scripted()
    at = desk(history, engine).draft((*history.plan().entries, own))
    drafts = [at.drafting.drafts()[commit_note(commit.sha)] for commit in history.commits]
    assert engine.requests == []
    assert [(draft.text, draft.engine, draft.badges) for draft in drafts] == [
        ("The lock file was renewed.", "rule", ()),
        ("", "rule", ("no-diff",)),
        (f"Use {MASK} to log in.", "rule", ("history-cut", "masked:1")),
    ]


# -- variants, announcement, other engines ----------------------------------------------------------------------------


def test_another_variant_is_kept_beside_the_first_and_found_again(desk: OpenDesk) -> None:
    history = release(1)
    note = commit_note(history.commits[0].sha)
    engine = Scripted()
    at = desk(history, engine).draft()
    first = at.text(note)
    assert at.drafting.again(note, "Say what breaks") == ""
    assert at.drafting.wait(60)
    assert "Say what breaks" in texts_of(engine.requests[-1])
    variants = at.drafting.variants(note)
    assert [(draft.variant, draft.instruction) for draft in variants] == [(0, ""), (1, "Say what breaks")]
    assert variants[0].text == first != variants[1].text
    assert at.drafting.prompt(note) == engine.requests[-1].messages
    later = desk(history, Scripted()).draft()
    assert later.text(note) == variants[1].text
    assert [draft.text for draft in later.drafting.variants(note)] == [draft.text for draft in variants]


def test_r_where_no_engine_writes_says_so(desk: OpenDesk) -> None:
    history = History()
    history.commit("Empty", {}, diff="empty")
    at = desk(history, Scripted()).draft()
    assert "nothing to ask" in at.drafting.again(commit_note(history.commits[0].sha))
    assert at.drafting.again(ANNOUNCEMENT)


def announced(text: str = "Text.") -> AnnouncementSubject:
    one = NotesEntry(commit_note("a" * 40), "Added retries", text, "added", True, (7,), ("a" * 40,))
    return AnnouncementSubject("acme/tools", "1.2.0", "https://github.com/acme/tools", (one,))


def test_the_announcement_is_written_once_and_again_when_asked_or_when_entries_change(desk: OpenDesk) -> None:
    engine = Scripted(lambda request: f"Title.\n\nParagraph {request.variant}\nof text.\n\n\nAnother.")
    at = desk(release(1), engine)
    for subject, again in ((announced(), False), (announced(), False), (announced(), True), (announced("New."), False)):
        at.drafting.announce(subject, again=again)
        assert at.drafting.wait(60)
    assert [request.variant for request in engine.requests] == [0, 1, 0]
    assert at.text(ANNOUNCEMENT) == "Title.\n\nParagraph 0 of text.\n\nAnother."
    assert "[#7](https://github.com/acme/tools/pull/7)" in texts_of(engine.requests[0])
    assert "Breaking: Added retries" in texts_of(engine.requests[0])
    assert len(at.drafting.variants(ANNOUNCEMENT)) == 1


def test_another_engine_writes_the_rest_only(desk: OpenDesk) -> None:
    history = release(3, files=1)
    stuck = threading.Event()

    def answer(request: Request) -> str:
        if "Change 0" not in texts_of(request):
            stuck.wait(60)
        return "By the model."

    slow, local = Scripted(answer), Scripted(lambda _: "By rule.", name="extractive")
    at = desk(history, slow)
    at.drafting.draft(at.entries)
    first, *rest = [commit_note(commit.sha) for commit in history.commits]
    while first not in at.drafting.drafts():
        assert not at.drafting.wait(0.01)
    at.drafting.use(local)
    assert at.drafting.wait(60)
    assert at.text(first) == "By the model."
    assert [at.text(note) for note in rest] == ["By rule."] * 2
    stuck.set()


def test_merged_entries_use_the_notes_that_are_there(desk: OpenDesk) -> None:
    history = release(2, files=1)
    engine = Scripted()
    at = desk(history, engine).draft()
    one, two = history.commits
    before = len(engine.requests)
    at.draft([entry(one, two)])
    assert [request.purpose for request in engine.requests[before:]] == ["entry"]
    assert at.text(file_id(two, "src/m1_0.py")) == at.text(commit_note(two.sha))


def test_the_estimate_counts_the_calls_that_follow(desk: OpenDesk) -> None:
    history = release(5, files=4)
    engine = Scripted()
    at = desk(history, engine)
    estimate = at.drafting.estimate(at.entries)
    at.draft()
    assert estimate.calls == len(engine.requests)
    assert estimate.input_tokens > 0
    assert at.drafting.estimate(at.entries).calls == 0
