"""Two windows on one review, in two processes: one writes, the other reads along, takes over, or goes on alone."""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

import pytest

from llnotes_tui.review import lock as locking
from llnotes_tui.review.decisions import Edit
from llnotes_tui.review.lock import ReviewLock
from llnotes_tui.review.store import ReviewError, directory_of
from tests.unit.review_cases import REVIEW, SECONDS, child, end, heard, note_of, opened, tell, wait_for
from tests.waiting import Stopwatch, until

NOTE = note_of(1)

OTHER = (
    "review = opened(state, by='Grace')\n"
    "review.decide(Edit(note_of(1), 'by Grace', 'd')).result()\n"
    "review.keep_typing(note_of(2), 'half a', 'd')\n"
    "say('open')\n"
    "for line in sys.stdin:\n"
    "    exec(line)\n"
)


@contextmanager
def other_window(state: Path) -> Iterator["Popen[str]"]:
    """A process of Grace's that holds the review and does what it is told."""
    process = child(state, OTHER)
    try:
        assert heard(process) == "open"
        yield process
    finally:
        end(process)


def test_the_second_window_says_who_holds_the_review_and_only_reads(tmp_path: Path) -> None:
    hours = {time.strftime("%H:")}
    with other_window(tmp_path) as other:
        review = opened(tmp_path)
        hours.add(time.strftime("%H:"))
        assert "open in another window, by Grace" in review.read_only
        where = f"process {other.pid} on {os.uname().nodename}"
        assert any(f"{where}, since {hour}" in review.read_only for hour in hours)
        assert review.state.texts[NOTE].text == "by Grace"
        with pytest.raises(ReviewError, match="open in another window"):
            review.decide(Edit(NOTE, "by Ada", "d")).result(SECONDS)
        with pytest.raises(ReviewError, match="open in another window"):
            review.undo().result(SECONDS)
        review.keep_typing(NOTE, "by Ada", "d")
        assert NOTE not in review.open_edits
        review.close()


def test_the_second_window_reads_along(tmp_path: Path) -> None:
    with other_window(tmp_path) as other:
        review = opened(tmp_path)
        wait_for(review, lambda: note_of(2) in review.open_edits)
        tell(other, "review.decide(Edit(note_of(3), 'more', 'd')).result(); review.undo().result()")
        wait_for(review, lambda: review.can_redo)
        tell(other, "review.redo().result(); review.keep_typing(note_of(2), 'half a sentence', 'd')")
        wait_for(review, lambda: review.open_edits[note_of(2)].text == "half a sentence")
        assert review.state.texts[note_of(3)].text == "more"
        review.close()


def test_taking_over_moves_everything_that_was_typed_and_the_other_window_says_so(tmp_path: Path) -> None:
    with other_window(tmp_path) as other:
        review = opened(tmp_path)
        tell(other, "[review.keep_typing(note_of(2), f'half a sentence {n}', 'd') for n in range(500)]; say('typed')")
        assert heard(other) == "typed"
        watch = Stopwatch(other.pid)
        review.take_over().result(SECONDS)
        assert watch.look() < 2
        assert review.read_only == ""
        assert review.open_edits[note_of(2)].text == "half a sentence 499"
        review.decide(Edit(NOTE, "by Ada", "d")).result(SECONDS)
        tell(other, "wait_for(review, lambda: review.state.texts[note_of(1)].text == 'by Ada'); say(review.read_only)")
        said = heard(other)
        assert said.startswith(f"This review was taken over by Ada (process {os.getpid()} on ")
        tell(other, "say(repr(review.decide(Edit(note_of(1), 'late', 'd')).exception(SECONDS)))")
        assert heard(other).startswith("ReviewError('This review was taken over by Ada")
        tell(other, "say(repr(review.close()))")
        assert heard(other) == "''"
        assert review.state.texts[NOTE].text == "by Ada"
        review.close()
    again = opened(tmp_path)
    assert [text.text for text in again.state.variants[NOTE]] == ["by Grace", "by Ada"]
    again.close()


def test_two_windows_can_take_a_review_from_each_other_again_and_again(tmp_path: Path) -> None:
    one, two = opened(tmp_path, by="Ada"), opened(tmp_path, by="Grace")
    for turn in range(3):
        two.take_over().result(SECONDS)
        two.decide(Edit(NOTE, f"two {turn}", "d")).result(SECONDS)
        wait_for(one, lambda: bool(one.read_only))
        one.take_over().result(SECONDS)
        assert one.state.texts[NOTE].text == f"two {turn}"
        one.decide(Edit(NOTE, f"one {turn}", "d")).result(SECONDS)
        wait_for(two, lambda: bool(two.read_only))
    assert one.state.decisions == 6
    one.take_over().result(SECONDS)
    one.close()
    two.close()


def test_a_window_that_hangs_is_named_and_its_review_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 2.0)
    with other_window(tmp_path) as other:
        review = opened(tmp_path)
        os.kill(other.pid, signal.SIGSTOP)
        os.waitpid(other.pid, os.WUNTRACED)
        before, watch = time.monotonic(), Stopwatch()
        with pytest.raises(
            ReviewError, match=rf"did not let go.*within 2 seconds.*end process {other.pid} on"
        ) as caught:
            review.take_over().result(SECONDS)
        assert time.monotonic() - before > 1.9
        assert watch.look() < 3
        assert "Grace" in caught.value.sentence
        assert review.read_only
        os.kill(other.pid, signal.SIGCONT)
        tell(other, "review.decide(Edit(note_of(3), 'goes on', 'd')).result(); say(repr(review.read_only))")
        assert heard(other) == "''"
        review.close()


def test_when_the_other_window_is_gone_this_one_goes_on(tmp_path: Path) -> None:
    with other_window(tmp_path) as other:
        review = opened(tmp_path)
        wait_for(review, lambda: note_of(2) in review.open_edits)
        other.kill()
        wait_for(review, lambda: not review.read_only)
        assert review.open_edits[note_of(2)].text == "half a"
        review.decide(Edit(NOTE, "by Ada", "d")).result(SECONDS)
        review.close()


def test_the_lock_dies_with_its_process_even_where_a_forked_child_lives_on(tmp_path: Path) -> None:
    script = (
        "import os, signal\n"
        "review = opened(state, by='Grace')\n"
        "forked = os.fork()\n"
        "if not forked:\n"
        "    say(os.getpid())\n"
        "    time.sleep(30)\n"
        "sys.stdin.readline()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    process = child(tmp_path, script)
    forked = int(heard(process))
    tell(process)
    try:
        assert process.wait(SECONDS) == -9
        review = opened(tmp_path)
        assert review.read_only == ""
        review.close()
        os.kill(forked, 0)
    finally:
        os.kill(forked, signal.SIGKILL)
        end(process)


def test_a_request_whose_process_died_is_forgotten(tmp_path: Path) -> None:
    review = opened(tmp_path)
    wanted = directory_of(tmp_path, REVIEW) / "wanted"
    wanted.write_text("{}")
    lock = ReviewLock(directory_of(tmp_path, REVIEW), "Grace")
    # The review itself looks at it too, and for that moment it seems to be somebody's.
    until(lambda: lock.wanted_by() is None)
    assert not wanted.exists()
    review.decide(Edit(NOTE, "goes on", "d")).result(SECONDS)
    assert review.read_only == ""
    review.close()


def test_only_one_window_at_a_time_asks_for_a_review(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, third = (ReviewLock(tmp_path, name) for name in ("Ada", "Grace", "Edsger"))
    assert first.acquire()
    assert not second.acquire()
    with second._asking() as is_first:
        assert is_first
        wanted = first.wanted_by()
        assert wanted is not None
        assert wanted.name == "Grace"
        monkeypatch.setattr(locking, "_GLANCE", 0.1)
        assert "Another window" in third.take_over(0.1)
    assert first.wanted_by() is None
    assert "did not let go" in third.take_over(0.1)
    first.release()
    assert third.take_over(0.1) == ""
    holder = second.holder()
    assert holder is not None
    assert holder.name == "Edsger"
    third.release()


def test_a_window_that_asks_is_named_even_where_its_name_comes_after_its_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = b'{"pid": 71, "host": "deck", "name": "Grace", "since": 1700000000}'
    lock = ReviewLock(tmp_path, "Ada")
    with (tmp_path / "wanted").open("wb", buffering=0) as request:
        fcntl.flock(request, fcntl.LOCK_EX)
        monkeypatch.setattr(locking, "_NAMING", 0.1)
        nobody = lock.wanted_by()
        assert nobody is not None
        assert nobody.sentence() == "somebody whose name could not be written"
        monkeypatch.setattr(locking, "_NAMING", 30.0)
        late = threading.Timer(0.1, request.write, [name])
        late.start()
        somebody = lock.wanted_by()
        late.join()
    assert somebody is not None
    assert somebody.sentence().startswith("Grace (process 71 on deck")
    assert lock.wanted_by() is None
