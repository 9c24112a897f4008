import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from llnotes_tui.drafting.events import EngineStatus, NoteFailed, NoteStarted, NoteWritten, Progress
from llnotes_tui.drafting.masking import MASK
from llnotes_tui.engines.base import AnnouncementSubject, Engine, EngineError, Reply, Request
from llnotes_tui.release.ids import ANNOUNCEMENT, commit_note, entry_note
from llnotes_tui.release.model import EntryPlan, Noise, NoiseKind, NoteId, NotesEntry
from llnotes_tui.release.patch import Patch
from llnotes_tui.storage.cache import AnswerCache
from tests.unit.drafting_matter import (
    QUICK,
    Desk,
    History,
    Scripted,
    entry,
    file_id,
    reply,
    texts_of,
    usual_answer,
)

OpenDesk = Callable[..., Desk]
ALONE = msgspec.structs.replace(QUICK, packed_budget=0)
ONE = msgspec.structs.replace(QUICK, concurrency=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OpenDesk]:
    desks: list[Desk] = []

    def open_desk(history: History, engine: Engine, **options: object) -> Desk:
        desks.append(Desk(history, engine, tmp_path / "cache", **options))  # type: ignore[arg-type]
        return desks[-1]

    yield open_desk
    for one in desks:
        one.close()


def release(commits: int = 3, files: int = 2) -> History:
    history = History()
    for number in range(commits):
        lines = {f"src/m{number}_{file}.py": [f"def f{number}_{file}(): ..."] for file in range(files)}
        history.commit(f"Change {number}", lines, body=f"Body {number}.")
    return history


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


class Watched(list):  # type: ignore[type-arg]
    """Calls a function after each event."""

    def __init__(self, look: Callable[[], None]) -> None:
        super().__init__()
        self._look = look

    def append(self, event: object) -> None:
        super().append(event)
        self._look()


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
    assert at.drafting.wait(10)
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


# -- together, in pieces, cut off ------------------------------------------------------------------------------------


def test_small_files_of_a_commit_travel_together_and_each_keeps_its_note(desk: OpenDesk) -> None:
    engine = Scripted()
    history = release(2, files=3)
    at = desk(history, engine).draft()
    assert sorted(request.purpose for request in engine.requests) == ["entry", "entry", "files", "files"]
    drafts = at.drafting.drafts()
    texts = [drafts[file_id(history.commits[0], f"src/m0_{n}.py")] for n in range(3)]
    assert [draft.text.partition(" ")[0] for draft in texts] == ["file_1", "file_2", "file_3"]
    assert len({draft.call_digest for draft in texts}) == 1
    assert at.drafting.prompt(texts[1].note) == next(
        r for r in engine.requests if r.purpose == "files"
    ).messages or any(at.drafting.prompt(texts[1].note) == request.messages for request in engine.requests)


def test_a_packed_reply_that_does_not_parse_costs_a_call_for_each_file(desk: OpenDesk) -> None:
    def answer(request: Request) -> str:
        return "Sorry, here is prose." if request.purpose == "files" else usual_answer(request)

    engine = Scripted(answer)
    at = desk(release(1, files=3), engine).draft()
    assert sorted(request.purpose for request in engine.requests) == ["entry", "file", "file", "file", "files"]
    assert not at.heard.of(NoteFailed)


def test_only_the_files_that_a_packed_reply_lacks_are_asked_for_alone(desk: OpenDesk) -> None:
    def answer(request: Request) -> str:
        if request.purpose == "files":
            return json.dumps({"file_1": "First.", "file_3": "Third."})
        return usual_answer(request)

    engine = Scripted(answer)
    history = release(1, files=3)
    at = desk(history, engine).draft()
    assert sorted(request.purpose for request in engine.requests) == ["entry", "file", "files"]
    assert at.text(file_id(history.commits[0], "src/m0_2.py")) == "Third."


def test_r_on_a_packed_note_is_a_call_of_its_own(desk: OpenDesk) -> None:
    engine = Scripted()
    history = release(1, files=3)
    at = desk(history, engine).draft()
    note = file_id(history.commits[0], "src/m0_1.py")
    at.drafting.again(note)
    assert at.drafting.wait(10)
    last = engine.requests[-1]
    assert (last.purpose, last.variant) == ("file", 1)
    assert last.temperature > 0
    assert "m0_1.py" in texts_of(last)
    assert "m0_2.py" not in texts_of(last)


def large(lines: int) -> History:
    history = History()
    hunks = [
        line for n in range(lines // 20) for line in (f"@@ -{n},0 +{n},20 @@ x", *[f"+line {n} {i}" for i in range(20)])
    ]
    history.commit("Large", {"src/large.py": hunks})
    return history


def test_a_large_diff_is_told_piece_by_piece_and_joined(desk: OpenDesk) -> None:
    engine = Scripted()
    history = large(1_000)
    at = desk(history, engine, limits=msgspec.structs.replace(QUICK, input_budget=1_000)).draft()
    draft = at.drafting.drafts()[commit_note(history.commits[0].sha)]
    parts = len(engine.requests) - 1
    assert parts > 2
    assert draft.badges == (f"parts:{parts}",)
    sent = "\n".join(texts_of(request) for request in engine.requests)
    assert all(f"line {n} {i}\n" in sent for n in range(50) for i in range(20))
    assert all(f"Note on part {n}:" in texts_of(engine.requests[-1]) for n in range(1, parts + 1))


def test_what_is_not_sent_is_said(desk: OpenDesk) -> None:
    history = large(2_000)
    limits = msgspec.structs.replace(QUICK, input_budget=1_000, max_parts=3)
    at = desk(history, Scripted(), limits=limits).draft()
    assert at.drafting.drafts()[commit_note(history.commits[0].sha)].badges == ("parts:3", "partial")


def test_an_engine_of_this_machine_gets_whole_files_one_by_one(desk: OpenDesk) -> None:
    engine = Scripted(lambda request: f"{request.purpose} by rule", name="extractive")
    history = large(2_000)
    history.commit("Small", {"src/a.py": ["x"], "src/b.py": ["y"]})
    desk(history, engine, limits=msgspec.structs.replace(QUICK, input_budget=100)).draft()
    assert sorted(request.purpose for request in engine.requests) == ["entry", "file", "file", "file"]
    assert all(request.messages == () for request in engine.requests)


def test_a_cut_off_reply_is_asked_for_again_with_more_room(desk: OpenDesk) -> None:
    def answer(request: Request) -> Reply:
        return reply("Whole.") if request.max_tokens > 500 else reply("Who", "length")

    engine = Scripted(answer)
    history = release(1, files=1)
    at = desk(history, engine).draft()
    draft = at.drafting.drafts()[commit_note(history.commits[0].sha)]
    assert [request.max_tokens for request in engine.requests] == [500, 1000]
    assert (draft.text, draft.badges) == ("Whole.", ())


def test_a_reply_that_stays_cut_off_says_so(desk: OpenDesk) -> None:
    engine = Scripted(lambda _: reply("Half a", "length"))
    history = release(1, files=1)
    at = desk(history, engine).draft()
    draft = at.drafting.drafts()[commit_note(history.commits[0].sha)]
    assert (draft.text, draft.badges, len(engine.requests)) == ("Half a", ("cut-off",), 2)
    assert desk(history, engine).draft().drafting.drafts()[draft.note].badges == ("cut-off",)
    assert len(engine.requests) == 2


# -- secrets and hostile text ----------------------------------------------------------------------------------------


def test_no_secret_leaves_in_any_prompt_or_subject(desk: OpenDesk) -> None:
    token, key = "ghp_" + "a1B2" * 9, "ghp_" + "z9Y8" * 9
    history = History()
    history.commit(
        f"Use {token}",
        {
            "src/a.py": [f'TOKEN = "{token}"', f'-OLD = "{key}"', " harmless"],
            "deploy/id_rsa": ["very-secret-key-material"],
            "src/b.py": ["x"],
        },
        body=f"The token is {token}.",
    )
    engine = Scripted()
    local = Scripted(name="extractive", answer=lambda request: "By rule.")
    at = desk(history, engine).draft()
    desk(history, local).draft()
    for request in engine.requests + local.requests:
        subject = request.subject
        assert not isinstance(subject, AnnouncementSubject)
        said = texts_of(request) + "".join(file.diff.decode() for file in subject.files)
        said += (
            getattr(subject, "message", "") + "".join(getattr(subject, "messages", ())) + getattr(subject, "title", "")
        )
        assert token not in said
        assert key not in said
        assert "very-secret" not in said
    masked = at.drafting.drafts()[file_id(history.commits[0], "src/a.py")]
    assert masked.badges == ("masked:4",)
    assert at.drafting.drafts()[file_id(history.commits[0], "deploy/id_rsa")].badges == ("masked:1",)
    assert token not in "".join(message.content for message in at.drafting.prompt(masked.note))


def test_where_masking_fails_nothing_is_sent_and_the_note_says_why(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/does/not/exist")
    monkeypatch.setattr("llnotes_tui.drafting.masking._shared", None)
    engine = Scripted()
    at = desk(release(1, files=1), engine).draft()
    assert engine.requests == []
    assert "nothing was sent" in at.heard.of(NoteFailed)[0].sentence


def test_control_characters_of_a_model_do_not_come_through(desk: OpenDesk) -> None:
    engine = Scripted(lambda _: "Adds\x1b[31m red\u202e text.\n\nSecond\tparagraph.")
    history = release(1, files=1)
    text = desk(history, engine).draft().text(commit_note(history.commits[0].sha))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\n" not in text


# -- variants, announcement, other engines ----------------------------------------------------------------------------


def test_another_variant_is_kept_beside_the_first_and_found_again(desk: OpenDesk) -> None:
    history = release(1)
    note = commit_note(history.commits[0].sha)
    engine = Scripted()
    at = desk(history, engine).draft()
    first = at.text(note)
    assert at.drafting.again(note, "Say what breaks") == ""
    assert at.drafting.wait(10)
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
        assert at.drafting.wait(10)
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
            stuck.wait(10)
        return "By the model."

    slow, local = Scripted(answer), Scripted(lambda _: "By rule.", name="extractive")
    at = desk(history, slow)
    at.drafting.draft(at.entries)
    first, *rest = [commit_note(commit.sha) for commit in history.commits]
    while first not in at.drafting.drafts():
        assert not at.drafting.wait(0.01)
    at.drafting.use(local)
    assert at.drafting.wait(10)
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


# -- order -----------------------------------------------------------------------------------------------------------


def held(history: History) -> tuple[Scripted, threading.Event]:
    """Return an engine that waits with its first answer until it is told to go on."""
    go_on = threading.Event()

    def answer(request: Request) -> str:
        go_on.wait(10)
        return usual_answer(request)

    return Scripted(answer), go_on


def order_of(engine: Scripted, history: History) -> list[int]:
    said = [texts_of(request) for request in engine.requests]
    return [next(n for n in range(len(history.commits)) if f"Change {n}" in text) for text in said]


def test_calls_leave_in_reading_order(desk: OpenDesk) -> None:
    history = release(8, files=1)
    engine = Scripted()
    desk(history, engine, limits=ONE).draft()
    assert order_of(engine, history) == list(range(8))


def test_the_note_that_is_looked_at_goes_first_with_those_of_its_files(desk: OpenDesk) -> None:
    history = release(8, files=2)
    engine, go_on = held(history)
    at = desk(history, engine, limits=ONE)
    at.drafting.draft(at.entries)
    wait_for(lambda: len(engine.requests) == 1)
    wait_for(lambda: at.heard.of(Progress)[-1].total == 24)
    at.drafting.promote(commit_note(history.commits[6].sha))
    go_on.set()
    assert at.drafting.wait(10)
    order = order_of(engine, history)
    assert order[:2] == [0, 6]
    assert 6 in order[2:4], "its entry follows as soon as its files are told"


def test_never_more_calls_at_once_than_allowed(desk: OpenDesk) -> None:
    def answer(request: Request) -> str:
        time.sleep(0.002)
        return usual_answer(request)

    engine = Scripted(answer)
    desk(release(12, files=3), engine, limits=ALONE).draft()
    assert 1 < engine.most_at_once <= QUICK.concurrency


def test_what_is_under_way_already_is_not_asked_twice(desk: OpenDesk) -> None:
    history = History()
    for sha in "abc":
        history.commit("Same", {"src/a.py": ["x"]}, sha=sha * 40)
    engine, go_on = held(history)
    at = desk(history, engine)
    at.drafting.draft(at.entries)
    wait_for(lambda: len(engine.requests) == 1)
    go_on.set()
    assert at.drafting.wait(10)
    assert len(engine.requests) == 1
    assert at.heard.of(Progress)[-1].input_tokens == 10
    assert len({at.text(commit_note(commit.sha)) for commit in history.commits}) == 1


# -- faults ----------------------------------------------------------------------------------------------------------


def failing(times: int, error: EngineError) -> Scripted:
    """Return an engine of which every call fails so many times."""
    failures: dict[str, int] = {}

    def answer(request: Request) -> str:
        text = texts_of(request)
        failures[text] = failures.get(text, 0) + 1
        if failures[text] <= times:
            raise error
        return usual_answer(request)

    return Scripted(answer)


@pytest.mark.parametrize("kind", ["rate-limited", "unavailable", "broken-reply"])
def test_a_call_is_tried_six_times(desk: OpenDesk, kind: str) -> None:
    error = EngineError(kind, "It does not work.")  # type: ignore[arg-type]
    history = release(2, files=1)
    assert not desk(history, failing(5, error)).draft().heard.of(NoteFailed)
    history = History()
    history.commit("Other", {"src/a.py": ["x"]})
    engine = failing(6, error)
    at = desk(history, engine).draft()
    assert at.heard.of(NoteFailed)[0].sentence == "It does not work. (tried 6 times)"
    assert len(engine.requests) == 6


def test_a_note_that_is_refused_fails_alone_at_once(desk: OpenDesk) -> None:
    def answer(request: Request) -> str:
        if "Change 1" in texts_of(request):
            raise EngineError("rejected", "The endpoint refuses this text.")
        return usual_answer(request)

    history = release(3, files=1)
    engine = Scripted(answer)
    at = desk(history, engine).draft()
    assert at.heard.of(NoteFailed) == [
        NoteFailed(commit_note(history.commits[1].sha), "The endpoint refuses this text.")
    ]
    assert len(engine.requests) == 3
    assert at.heard.of(Progress)[-1].failed == 1


def test_an_engine_that_breaks_its_word_fails_the_note_alone(desk: OpenDesk) -> None:
    def answer(request: Request) -> str:
        raise RuntimeError("surprise")

    at = desk(release(1, files=1), Scripted(answer)).draft()
    assert "surprise" in at.heard.of(NoteFailed)[0].sentence


def test_an_entry_is_written_without_a_file_that_failed_says_so_and_is_made_whole_by_retry(desk: OpenDesk) -> None:
    broken = [True]

    def answer(request: Request) -> str:
        if broken[0] and request.purpose == "file" and "m0_1.py" in texts_of(request):
            raise EngineError("rejected", "Refused.")
        return usual_answer(request)

    history = release(1)
    note = commit_note(history.commits[0].sha)
    at = desk(history, Scripted(answer), limits=ALONE).draft()
    assert at.drafting.drafts()[note].badges == ("partial",)
    broken[0] = False
    at.drafting.retry()
    assert at.drafting.wait(10)
    assert at.drafting.drafts()[note].badges == ()
    assert at.text(file_id(history.commits[0], "src/m0_1.py"))
    later = Scripted()
    assert desk(history, later).draft().text(note) == at.text(note)
    assert later.requests == []


def test_an_endpoint_that_is_down_is_told_once_and_the_notes_wait_for_it(desk: OpenDesk) -> None:
    down = [True]

    def answer(request: Request) -> str:
        if down[0]:
            raise EngineError("connection", "adb.example.com does not answer; check the network.")
        return usual_answer(request)

    engine = Scripted(answer)
    engine.probe_error = EngineError("connection", "Still down.")
    at = desk(release(20, files=1), engine)
    at.drafting.draft(at.entries)
    wait_for(lambda: engine.probes >= 2)
    stopped = [status for status in at.heard.of(EngineStatus) if status.stopped]
    assert [status.sentence for status in stopped] == [
        "adb.example.com does not answer; check the network. Drafting waits, and looks again every 0.02 s."
    ]
    assert not at.heard.of(NoteFailed)
    assert len(engine.requests) <= 4 + QUICK.concurrency
    down[0], engine.probe_error = False, None
    assert at.drafting.wait(10)
    assert len(at.drafting.drafts()) == 20
    assert at.heard.of(EngineStatus)[-1] == EngineStatus("")


def test_retry_lets_a_stopped_engine_go_on_at_once(desk: OpenDesk) -> None:
    down = [True]

    def answer(request: Request) -> str:
        if down[0]:
            raise EngineError("authentication", "The token is not accepted.")
        return usual_answer(request)

    limits = msgspec.structs.replace(QUICK, probe_every=600)
    at = desk(release(6, files=1), Scripted(answer), limits=limits)
    at.drafting.draft(at.entries)
    wait_for(lambda: any(status.stopped for status in at.heard.of(EngineStatus)))
    down[0] = False
    at.drafting.retry()
    assert at.drafting.wait(10)
    assert len(at.drafting.drafts()) == 6


# -- leaving ---------------------------------------------------------------------------------------------------------


def test_closing_takes_no_time_while_32_calls_hang_and_late_answers_are_kept(desk: OpenDesk) -> None:
    history = release(40, files=1)
    engine, go_on = held(history)
    at = desk(history, engine, limits=msgspec.structs.replace(QUICK, concurrency=32))
    at.drafting.draft(at.entries)
    wait_for(lambda: engine.at_once == 32)
    started = time.monotonic()
    at.drafting.close()
    assert time.monotonic() - started < 0.5
    assert at.drafting.wait(0)
    go_on.set()
    wait_for(lambda: len(at.drafting.drafts()) == 32)
    later = Scripted()
    desk(history, later).draft()
    assert len(later.requests) == 8


def test_drafting_goes_on_after_a_cancel_though_the_calls_hang(desk: OpenDesk) -> None:
    history = release(8, files=1)
    hanging, go_on = held(history)
    at = desk(history, hanging)
    at.drafting.draft(at.entries)
    wait_for(lambda: hanging.at_once == 4)
    at.drafting.cancel()
    assert at.drafting.wait(0)
    at.drafting.draft(at.entries)
    wait_for(lambda: hanging.at_once == 8)
    go_on.set()
    assert at.drafting.wait(10)
    assert len(at.drafting.drafts()) == 8


def test_a_note_that_is_sent_is_told_as_started(desk: OpenDesk) -> None:
    history = release(1, files=1)
    at = desk(history, Scripted()).draft()
    kinds = [type(event) for event in at.heard.events if not isinstance(event, Progress)]
    assert kinds == [NoteStarted, NoteWritten]


def test_a_thousand_notes_are_found_again_within_a_second(desk: OpenDesk) -> None:
    history = release(250, files=3)
    desk(history, Scripted(), limits=msgspec.structs.replace(QUICK, concurrency=8)).draft(timeout=60)
    engine = Scripted()
    at = desk(history, engine)
    started = time.monotonic()
    at.draft()
    took = time.monotonic() - started
    assert engine.requests == []
    assert len(at.drafting.drafts()) == 1_000
    assert took < 1.0


def test_what_the_cache_holds_in_another_form_counts_as_missing(desk: OpenDesk, tmp_path: Path) -> None:
    history = release(1, files=1)
    at = desk(history, Scripted()).draft()
    note = at.entries[0].id
    digest = at.graph.file_digest(history.commits[0], history.commits[0].files[0])
    answers = AnswerCache.open(tmp_path / "cache", 1 << 20)
    answers.put(f"note:1:{digest}", {"text": 3})
    answers.put(f"call:{at.drafting.drafts()[note].call_digest}", ["nonsense"])
    answers.close()
    engine = Scripted()
    assert desk(history, engine).draft().text(note)
    assert len(engine.requests) == 1


def wait_for(condition: Callable[[], bool], timeout: float = 10.0) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.002)


def test_a_patch_that_lacks_the_files_is_not_sent_either(desk: OpenDesk) -> None:
    history = release(1, files=1)
    history.patches[history.commits[0].sha] = Patch(b"")
    engine = Scripted()
    draft = desk(history, engine).draft().drafting.drafts()[commit_note(history.commits[0].sha)]
    assert (draft.text, draft.badges, engine.requests) == ("Body 0.", ("no-diff",), [])


def test_a_listener_that_breaks_keeps_nobody_from_hearing_the_rest(desk: OpenDesk) -> None:
    at = desk(release(2, files=1), Scripted())
    broken = [True]

    def look() -> None:
        if broken.pop() if broken else False:
            raise RuntimeError("listener")

    at.heard.events = Watched(look)
    with pytest.raises(RuntimeError, match="listener"):
        at.draft()
    assert len(at.heard.of(NoteWritten)) == 2


def test_a_stopped_engine_is_told_to_those_who_come_later_and_forgotten_with_another_engine(desk: OpenDesk) -> None:
    def down(request: Request) -> str:
        raise EngineError("connection", "Nobody answers.")

    limits = msgspec.structs.replace(QUICK, probe_every=600)
    engine = Scripted(down)
    first = desk(release(6, files=1), engine, limits=limits)
    first.drafting.draft(first.entries)
    wait_for(lambda: any(status.stopped for status in first.heard.of(EngineStatus)))
    asked = len(engine.requests)
    second = desk(release(3, files=1), engine, limits=limits)
    second.drafting.draft(second.entries)
    assert second.heard.of(EngineStatus)[0].stopped
    assert not second.drafting.wait(0.1)
    assert len(engine.requests) <= asked + QUICK.concurrency
    second.drafting.use(Scripted(lambda _: "By rule.", name="extractive"))
    assert second.drafting.wait(10)
    assert second.heard.of(EngineStatus)[-1] == EngineStatus("")
    assert len(second.drafting.drafts()) == 3


def test_a_note_whose_diff_cannot_be_had_fails_alone(desk: OpenDesk) -> None:
    history = release(2, files=1)
    lost: NoteId = commit_note(history.commits[0].sha)
    del history.patches[history.commits[0].sha]
    at = desk(history, Scripted()).draft()
    assert [event.note for event in at.heard.of(NoteFailed)] == [lost]
    assert set(at.drafting.drafts()) == {commit_note(history.commits[1].sha)}
