"""What is on disk of a review, whatever happens to the process, the disk and the file."""

import threading
import time
from pathlib import Path

import pytest

from llnotes_tui.release.ids import ReviewId, file_note
from llnotes_tui.release.model import NoteId, RepoId
from llnotes_tui.review.decisions import Accept, AddEntry, Edit, Exclude, Exported, Merge
from llnotes_tui.review.review import Review
from llnotes_tui.review.store import SCHEMA, ReviewError, directory_of
from llnotes_tui.storage.keyed import KeyedStore, read_all
from tests.unit.review_cases import REVIEW, SECONDS, child, commits_of, end, heard, note_of, opened, sha_of, wait_for

NOTE = note_of(1)


def directory(state: Path) -> Path:
    return directory_of(state, REVIEW)


def texts(review: Review) -> dict[NoteId, str]:
    return review.state.effective()


# -- where ----------------------------------------------------------------------------------------------------------


def test_a_directory_can_be_read_by_people_and_belongs_to_one_review(tmp_path: Path) -> None:
    assert directory(tmp_path).name.startswith("acme-rocket-main-bbbbbbbb-")
    others = [
        ReviewId(RepoId("github.com/other/rocket"), REVIEW.base, "main"),
        ReviewId(REVIEW.repository, "c" * 40, "main"),
        ReviewId(REVIEW.repository, REVIEW.base, "next"),
        ReviewId(REVIEW.repository, REVIEW.base, "main", "core"),
    ]
    names = {directory_of(tmp_path, review_id) for review_id in (REVIEW, *others)}
    assert len(names) == 5


def test_hostile_names_stay_inside_the_state_directory(tmp_path: Path) -> None:
    hostile = ReviewId(RepoId("local:../../../etc"), "root", "../../x\n\x1b[31m" + "y" * 500, "/..")
    found = directory_of(tmp_path, hostile)
    assert found.parent == tmp_path / "reviews"
    assert len(found.name) < 200
    assert found.name.isprintable()
    review = Review.open(tmp_path, hostile, (), "Ada")
    assert review.close() == ""


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    opened(tmp_path).close()
    assert directory(tmp_path).stat().st_mode & 0o777 == 0o700


# -- kept -----------------------------------------------------------------------------------------------------------


def test_everything_is_there_again_after_a_clean_end(tmp_path: Path) -> None:
    review = opened(tmp_path)
    review.decide(Accept(NOTE, "Drafted.", "databricks", "llama", "d1")).result(SECONDS)
    review.decide(Exclude(note_of(2), "trivial")).result(SECONDS)
    review.decide(Merge(note_of(3), (NOTE,))).result(SECONDS)
    review.undo().result(SECONDS)
    review.keep_typing(NOTE, "half", "d1")
    before = review.state
    assert review.close() == ""
    again = opened(tmp_path)
    assert again.state == before
    assert (again.can_undo, again.can_redo) == (True, True)
    assert (again.open_edits[NOTE].text, again.open_edits[NOTE].by) == ("half", "Ada")
    again.close()


def test_undo_and_redo_say_what_they_did_and_where(tmp_path: Path) -> None:
    review = opened(tmp_path)
    review.decide(Accept(NOTE, "Drafted.", "databricks", "llama", "d1"))
    review.decide(Edit(file_note(sha_of(2), b"src/a.py"), "Mine.", "d1")).result(SECONDS)
    first, second = review.undo().result(SECONDS), review.undo().result(SECONDS)
    assert (first.sentence, first.note) == ("Took back: edited 'src/a.py'", file_note(sha_of(2), b"src/a.py"))
    assert (second.sentence, second.note) == ("Took back: accepted 'Add part 1'", NOTE)
    with pytest.raises(ReviewError, match="nothing to take back"):
        review.undo().result(SECONDS)
    review.titles = lambda note: f"<{note[:8]}>"
    assert review.redo().result(SECONDS).sentence == "Again: accepted '<commit:0>'"
    review.redo().result(SECONDS)
    with pytest.raises(ReviewError, match="nothing to bring back"):
        review.redo().result(SECONDS)
    review.close()


def test_a_decided_edit_ends_what_was_typed_and_keeps_what_is_typed_after_it(tmp_path: Path) -> None:
    review = opened(tmp_path)
    review.keep_typing(NOTE, "one", "d")
    review.keep_typing(note_of(2), "other", "d")
    review.decide(Edit(NOTE, "one", "d")).result(SECONDS)
    assert set(review.open_edits) == {note_of(2)}
    review.keep_typing(NOTE, "two", "d")
    deciding = review.decide(Edit(NOTE, "two", "d"))
    review.keep_typing(NOTE, "three", "d")
    deciding.result(SECONDS)
    assert review.open_edits[NOTE].text == "three"
    review.drop_edit(note_of(2))
    assert set(review.open_edits) == {NOTE}
    review.close()
    again = opened(tmp_path)
    assert {note: edit.text for note, edit in again.open_edits.items()} == {NOTE: "three"}
    again.close()


def test_a_subscriber_hears_of_a_decision_when_it_is_in_force(tmp_path: Path) -> None:
    review = opened(tmp_path)
    review.subscribe(refuse)
    review.decide(AddEntry(note_of(9), "By hand", "Words."))
    wait_for(review, lambda: len(review.state.steps) == 1)
    review.decide(Edit(NOTE, "goes on", "d")).result(SECONDS)
    review.close()


def refuse() -> None:
    raise ValueError("a window that cannot take news")


def test_a_keystroke_never_waits_and_is_on_disk_within_50_ms(tmp_path: Path) -> None:
    review = opened(tmp_path)
    review.decide(Edit(NOTE, "first", "d")).result(SECONDS)
    slowest = 0.0
    late = []
    for number in range(40):
        before = time.perf_counter()
        review.keep_typing(NOTE, f"typed {number}", "d")
        slowest = max(slowest, time.perf_counter() - before)
        while f"typed {number}" not in str(read_all(directory(tmp_path) / "store").get(f"edit/{NOTE}")):
            pass
        late.append(time.perf_counter() - before)
    review.close()
    assert sorted(late)[20] < 0.05
    assert slowest < 0.05


def test_opening_a_review_of_two_thousand_decisions_is_quick(tmp_path: Path) -> None:
    commits = commits_of(200)
    review = opened(tmp_path, commits)
    waiting = [
        review.decide(Edit(note_of(number % 200 + 1), f"Text {number}. " + "word " * 80, "d")) for number in range(2000)
    ]
    for future in waiting:
        future.result(SECONDS)
    review.close()
    times = []
    for _ in range(3):
        before = time.perf_counter()
        review = opened(tmp_path, commits)
        times.append(time.perf_counter() - before)
        assert review.state.decisions == 2000
        review.close()
    assert min(times) < 0.3


# -- killed ---------------------------------------------------------------------------------------------------------


def test_kill_9_a_tenth_of_a_second_after_the_last_key_loses_nothing(tmp_path: Path) -> None:
    killed = child(
        tmp_path,
        "import os, signal\n"
        "review = opened(state)\n"
        "for number in range(1, 30):\n"
        "    review.keep_typing(note_of(1), 'what was typed'[:number], 'd')\n"
        "    time.sleep(0.01)\n"
        "time.sleep(0.1)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n",
    )
    try:
        assert killed.wait(SECONDS) == -9
    finally:
        end(killed)
    review = opened(tmp_path)
    assert review.read_only == ""
    assert review.notice == ""
    assert review.open_edits[NOTE].text == "what was typed"
    review.close()


@pytest.mark.parametrize("told", [1, 4, 17])
def test_kill_9_between_decisions_loses_none_that_was_acknowledged(tmp_path: Path, told: int) -> None:
    killed = child(
        tmp_path,
        "review = opened(state)\n"
        "for number in range(1000):\n"
        "    review.decide(Edit(note_of(1), f'text {number}', 'd')).result()\n"
        "    say(number)\n",
    )
    try:
        for number in range(told):
            assert heard(killed) == str(number)
    finally:
        end(killed)
    review = opened(tmp_path)
    assert review.notice == ""
    kept = [text.text for text in review.state.variants[NOTE]]
    assert kept[:told] == [f"text {number}" for number in range(told)]
    assert review.state.decisions == len(kept)
    review.close()


# -- a disk that is full --------------------------------------------------------------------------------------------

FULL = (
    "import resource\n"
    "def room(size):\n"
    "    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))\n"
    "review = opened(state)\n"
    "review.decide(Edit(note_of(1), 'kept', 'd')).result()\n"
    "room(100_000)\n"
    "deciding = review.decide(Edit(note_of(1), 'too long ' * 90_000, 'd'))\n"
    "review.keep_typing(note_of(2), 'typed meanwhile', 'd')\n"
    "wait_for(review, lambda: review.fault)\n"
    "say(deciding.done(), review.state.texts[note_of(1)].text, review.open_edits[note_of(2)].text)\n"
    "say(review.fault)\n"
)


def test_a_full_disk_is_said_and_everything_is_written_once_there_is_room(tmp_path: Path) -> None:
    full = child(
        tmp_path,
        FULL + "room(resource.RLIM_INFINITY)\n"
        "deciding.result(10)\n"
        "say(len(review.state.texts[note_of(1)].text), repr(review.fault), repr(review.close()))\n",
    )
    try:
        assert heard(full) == "False kept typed meanwhile"
        fault = heard(full)
        assert fault.startswith("Decisions cannot be saved: ")
        assert str(directory(tmp_path)) in fault
        assert heard(full) == "810000 '' ''"
        assert full.wait(SECONDS) == 0
    finally:
        end(full)
    review = opened(tmp_path)
    assert len(texts(review)[NOTE]) == 810_000
    assert review.open_edits[note_of(2)].text == "typed meanwhile"
    review.close()


def test_closing_on_a_full_disk_takes_a_second_at_most_and_says_what_is_not_saved(tmp_path: Path) -> None:
    full = child(
        tmp_path,
        FULL + "began = time.monotonic()\n"
        "unsaved = review.close()\n"
        "say(time.monotonic() - began < 1.2, unsaved)\n"
        "say(deciding.exception(10))\n",
    )
    try:
        heard(full), heard(full)
        assert heard(full).startswith("True Decisions cannot be saved: ")
        assert heard(full).startswith("Decisions cannot be saved: ")
    finally:
        end(full)
    review = opened(tmp_path)
    assert (review.notice, texts(review)[NOTE]) == ("", "kept")
    review.close()


def test_a_store_that_was_removed_under_an_open_review_is_written_again_whole(tmp_path: Path) -> None:
    review = opened(tmp_path)
    review.decide(Edit(NOTE, "one", "d")).result(SECONDS)
    for file in (directory(tmp_path) / "store").iterdir():
        file.unlink()
    (directory(tmp_path) / "store").rmdir()
    review.decide(Edit(note_of(2), "two", "d")).result(SECONDS)
    review.close()
    again = opened(tmp_path)
    assert texts(again) == {NOTE: "one", note_of(2): "two"}
    again.close()


# -- damaged, newer, older ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rubbish", [b"", b"no database" * 1000])
def test_a_damaged_review_is_set_aside_and_said(tmp_path: Path, rubbish: bytes) -> None:
    review = opened(tmp_path)
    review.decide(Edit(NOTE, "lost?", "d")).result(SECONDS)
    review.close()
    (directory(tmp_path) / "store" / "cache.db").write_bytes(rubbish)
    review = opened(tmp_path)
    aside = next(directory(tmp_path).glob("damaged-*"))
    assert str(aside) in review.notice
    assert (aside / "cache.db").read_bytes() == rubbish
    assert review.state.texts == {}
    review.decide(Edit(NOTE, "anew", "d")).result(SECONDS)
    review.close()
    review = opened(tmp_path)
    assert (review.notice, texts(review)) == ("", {NOTE: "anew"})
    review.close()


def test_a_review_with_a_gap_in_its_log_is_damaged(tmp_path: Path) -> None:
    review = opened(tmp_path)
    for text in ("one", "two"):
        review.decide(Edit(NOTE, text, "d")).result(SECONDS)
    review.close()
    store = KeyedStore(directory(tmp_path) / "store")
    store.write({}, dropped=["log/00000000"])
    store.close()
    review = opened(tmp_path)
    assert "damaged" in review.notice
    review.close()


def test_damage_under_an_open_review_costs_nothing_for_all_of_it_is_in_memory(tmp_path: Path) -> None:
    review = opened(tmp_path)
    review.decide(Edit(NOTE, "one", "d")).result(SECONDS)
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"no database" * 1000)
    rubbish.rename(directory(tmp_path) / "store" / "cache.db")
    review.decide(Edit(note_of(2), "two", "d")).result(SECONDS)
    assert "set aside" in review.notice
    review.close()
    again = opened(tmp_path)
    assert texts(again) == {NOTE: "one", note_of(2): "two"}
    again.close()


def test_making_a_store_that_was_interrupted_is_no_damage(tmp_path: Path) -> None:
    (directory(tmp_path) / "store").mkdir(parents=True)
    (directory(tmp_path) / "store" / "cache.db").write_bytes(b"")
    review = opened(tmp_path)
    review.decide(Edit(NOTE, "one", "d")).result(SECONDS)
    assert review.notice == ""
    review.close()
    again = opened(tmp_path)
    assert texts(again) == {NOTE: "one"}
    again.close()


def test_a_newer_review_is_refused_and_left_alone(tmp_path: Path) -> None:
    review = opened(tmp_path)
    review.decide(Edit(NOTE, "one", "d")).result(SECONDS)
    review.close()
    path = directory(tmp_path) / "store"
    store = KeyedStore(path)
    store.write({"meta": read_all(path)["meta"] | {"schema": SCHEMA + 1, "unheard": "of"}})
    store.close()
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    with pytest.raises(ReviewError, match=r"newer llnotes.*left as it is"):
        opened(tmp_path)
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    with pytest.raises(ReviewError, match="newer llnotes"):
        opened(tmp_path)


def test_a_review_that_cannot_be_kept_anywhere_says_so(tmp_path: Path) -> None:
    (tmp_path / "reviews").write_text("a file where a directory should be")
    with pytest.raises(ReviewError, match="cannot be made"):
        opened(tmp_path)


# -- the end --------------------------------------------------------------------------------------------------------


def test_after_the_end_nothing_is_taken_and_no_thread_is_left(tmp_path: Path) -> None:
    others = threading.active_count()
    review = opened(tmp_path)
    before = time.monotonic()
    assert review.close() == ""
    assert time.monotonic() - before < 1
    with pytest.raises(ReviewError, match="closed"):
        review.decide(Edit(NOTE, "late", "d")).result(SECONDS)
    review.keep_typing(NOTE, "late", "d")
    assert review.close() == ""
    assert threading.active_count() == others
    again = opened(tmp_path)
    assert again.open_edits == {}
    again.close()


def test_a_review_is_archived_by_a_tag_and_stays(tmp_path: Path) -> None:
    review = opened(tmp_path)
    review.decide(Exported("0.2.0", "digest", ("CHANGELOG.md",), "2024-01-01")).result(SECONDS)
    review.archive("v0.2.0").result(SECONDS)
    assert review.archived == "v0.2.0"
    review.close()
    again = opened(tmp_path)
    assert again.archived == "v0.2.0"
    again.decide(Edit(NOTE, "reopened", "d")).result(SECONDS)
    again.close()
