"""The order of calls, their faults, and leaving while they hang."""

import itertools
import threading
import time
from pathlib import Path

import msgspec
import pytest

from llnotes_tui.drafting.events import EngineStatus, NoteFailed, NoteStarted, NoteWritten, Progress
from llnotes_tui.engines.base import EngineError, Request
from llnotes_tui.release.ids import commit_note
from llnotes_tui.release.model import NoteId
from llnotes_tui.release.patch import Patch
from llnotes_tui.storage.cache import AnswerCache
from tests.unit.drafting_matter import (
    ALONE,
    ONE,
    QUICK,
    History,
    OpenDesk,
    Scripted,
    Watched,
    file_id,
    release,
    texts_of,
    usual_answer,
)
from tests.waiting import Stopwatch, until

# -- order -----------------------------------------------------------------------------------------------------------


def held(history: History) -> tuple[Scripted, threading.Event]:
    """Return an engine that waits with its first answer until it is told to go on."""
    go_on = threading.Event()

    def answer(request: Request) -> str:
        go_on.wait(60)
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
    until(lambda: len(engine.requests) == 1)
    until(lambda: any(progress.total == 24 for progress in at.heard.of(Progress)[-1:]))
    at.drafting.promote(commit_note(history.commits[6].sha))
    go_on.set()
    assert at.drafting.wait(60)
    order = order_of(engine, history)
    assert order[:2] == [0, 6]
    assert order[2] == 6, "its entry follows as soon as its files are told"


def test_never_more_calls_at_once_than_allowed(desk: OpenDesk) -> None:
    together = threading.Barrier(2)
    called = itertools.count()

    def answer(request: Request) -> str:
        if next(called) < 2:
            together.wait(60)
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
    until(lambda: len(engine.requests) == 1)
    go_on.set()
    assert at.drafting.wait(60)
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
    assert at.drafting.wait(60)
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
    until(lambda: engine.probes >= 2)
    stopped = [status for status in at.heard.of(EngineStatus) if status.stopped]
    assert [status.sentence for status in stopped] == [
        "adb.example.com does not answer; check the network. Drafting waits, and looks again every 0.02 s."
    ]
    assert not at.heard.of(NoteFailed)
    assert len(engine.requests) <= 4 + QUICK.concurrency
    down[0], engine.probe_error = False, None
    assert at.drafting.wait(60)
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
    until(lambda: any(status.stopped for status in at.heard.of(EngineStatus)))
    down[0] = False
    at.drafting.retry()
    assert at.drafting.wait(60)
    assert len(at.drafting.drafts()) == 6


# -- leaving ---------------------------------------------------------------------------------------------------------


def test_closing_takes_no_time_while_32_calls_hang_and_late_answers_are_kept(desk: OpenDesk) -> None:
    history = release(40, files=1)
    engine, go_on = held(history)
    at = desk(history, engine, limits=msgspec.structs.replace(QUICK, concurrency=32))
    at.drafting.draft(at.entries)
    until(lambda: engine.at_once == 32)
    watch = Stopwatch()
    at.drafting.close()
    assert watch.look() < 0.5
    assert engine.at_once == 32, "closing waited for none of them"
    assert at.drafting.wait(0)
    go_on.set()
    until(lambda: len(at.drafting.drafts()) == 32)
    later = Scripted()
    desk(history, later).draft()
    assert len(later.requests) == 8


def test_drafting_goes_on_after_a_cancel_though_the_calls_hang(desk: OpenDesk) -> None:
    history = release(8, files=1)
    hanging, go_on = held(history)
    at = desk(history, hanging)
    at.drafting.draft(at.entries)
    until(lambda: hanging.at_once == 4)
    at.drafting.cancel()
    assert at.drafting.wait(0)
    at.drafting.draft(at.entries)
    until(lambda: hanging.at_once == 8)
    go_on.set()
    assert at.drafting.wait(60)
    assert len(at.drafting.drafts()) == 8


def test_a_note_that_is_sent_is_told_as_started(desk: OpenDesk) -> None:
    history = release(1, files=1)
    at = desk(history, Scripted()).draft()
    kinds = [type(event) for event in at.heard.events if not isinstance(event, Progress)]
    assert kinds == [NoteStarted, NoteWritten]


def test_a_thousand_notes_are_found_again_at_little_cost(desk: OpenDesk) -> None:
    history = release(250, files=3)
    desk(history, Scripted(), limits=msgspec.structs.replace(QUICK, concurrency=8)).draft(timeout=120)
    engine = Scripted()
    at = desk(history, engine)
    started = time.process_time()
    at.draft()
    took = time.process_time() - started
    assert engine.requests == []
    assert len(at.drafting.drafts()) == 1_000
    assert took < 1.0, "seconds of computing"


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
    until(lambda: any(status.stopped for status in first.heard.of(EngineStatus)))
    asked = len(engine.requests)
    second = desk(release(3, files=1), engine, limits=limits)
    second.drafting.draft(second.entries)
    assert second.heard.of(EngineStatus)[0].stopped
    assert not second.drafting.wait(0.1)
    assert len(engine.requests) <= asked + QUICK.concurrency
    second.drafting.use(Scripted(lambda _: "By rule.", name="extractive"))
    assert second.drafting.wait(60)
    assert second.heard.of(EngineStatus)[-1] == EngineStatus("")
    assert len(second.drafting.drafts()) == 3


def test_a_note_whose_diff_cannot_be_had_fails_alone(desk: OpenDesk) -> None:
    history = release(2, files=1)
    lost: NoteId = commit_note(history.commits[0].sha)
    del history.patches[history.commits[0].sha]
    at = desk(history, Scripted()).draft()
    assert [event.note for event in at.heard.of(NoteFailed)] == [lost]
    assert set(at.drafting.drafts()) == {commit_note(history.commits[1].sha)}


def test_an_entry_is_asked_for_before_the_files_of_the_next(desk: OpenDesk) -> None:
    engine = Scripted()
    desk(release(commits=4), engine, limits=ONE).draft()
    assert [request.purpose for request in engine.requests] == ["files", "entry"] * 4
