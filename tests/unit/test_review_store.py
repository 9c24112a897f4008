"""What a review keeps on disk, where, and when."""

import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llnotes_tui.release.ids import ReviewId, file_note
from llnotes_tui.release.model import NoteId, RepoId
from llnotes_tui.review import keeper
from llnotes_tui.review.decisions import Accept, AddEntry, Edit, Exclude, Exported, Merge
from llnotes_tui.review.review import Review
from llnotes_tui.review.store import ReviewError, ReviewStore, directory_of
from llnotes_tui.storage.keyed import read_all
from tests.unit.review_cases import REVIEW, SECONDS, commits_of, note_of, opened, sha_of, wait_for
from tests.waiting import Stopwatch, until

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


def without_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the thread of a review do nothing but what it is woken for."""
    for pause in ("_BEAT", "_FOLLOW", "_RETRY"):
        monkeypatch.setattr(keeper, pause, 3600.0)


def typed_on_disk(state: Path) -> str:
    return str(read_all(directory(state) / "store").get(f"edit/{NOTE}"))


def test_a_keystroke_never_waits_and_is_on_disk_within_50_ms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_beats(monkeypatch)
    review = opened(tmp_path)
    review.decide(Edit(NOTE, "first", "d")).result(SECONDS)
    called, late = [], []
    for number in range(40):
        watch = Stopwatch()
        review.keep_typing(NOTE, f"typed {number}", "d")
        called.append(watch.look())
        until(lambda number=number: f"typed {number}" in typed_on_disk(tmp_path))  # type: ignore[misc]
        late.append(watch.look())
    assert sorted(late)[20] < 0.05
    assert sorted(called)[20] < 0.005
    disk, write = Event(), ReviewStore.write

    def slow(*arguments: Any) -> None:
        assert disk.wait(SECONDS)
        write(*arguments)

    monkeypatch.setattr(ReviewStore, "write", slow)
    for number in range(40):
        review.keep_typing(NOTE, f"held {number}", "d")
    assert "typed 39" in typed_on_disk(tmp_path), "the disk takes nothing yet"
    assert review.open_edits[NOTE].text == "held 39"
    disk.set()
    assert review.close() == ""
    assert "held 39" in typed_on_disk(tmp_path)


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
        before = time.process_time()
        review = opened(tmp_path, commits)
        times.append(time.process_time() - before)
        assert review.state.decisions == 2000
        review.close()
    assert min(times) < 0.3


# -- the end --------------------------------------------------------------------------------------------------------


def test_after_the_end_nothing_is_taken_and_no_thread_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    without_beats(monkeypatch)
    others = {*threading.enumerate()}
    review = opened(tmp_path)
    assert review.close() == ""
    assert {*threading.enumerate()} <= others
    with pytest.raises(ReviewError, match="closed"):
        review.decide(Edit(NOTE, "late", "d")).result(SECONDS)
    review.keep_typing(NOTE, "late", "d")
    assert review.close() == ""
    assert {*threading.enumerate()} <= others
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


STEPS = st.one_of(
    st.builds(Edit, st.integers(1, 3).map(note_of), st.sampled_from(["one", "two"]), st.just("d")),
    st.builds(Exclude, st.integers(1, 3).map(note_of), st.just("trivial")),
    st.sampled_from(["undo", "redo", "type", "drop", "reopen"]),
)


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(STEPS, max_size=15))
def test_whatever_is_decided_typed_and_taken_back_reads_the_same_from_disk(steps: list[Any]) -> None:
    with TemporaryDirectory() as folder:
        review = opened(Path(folder))
        for step in [*steps, "reopen"]:
            match step:
                case "undo" if review.can_undo:
                    review.undo().result(SECONDS)
                case "redo" if review.can_redo:
                    review.redo().result(SECONDS)
                case "type":
                    review.keep_typing(NOTE, f"typed {len(steps)}", "d")
                case "drop":
                    review.drop_edit(NOTE)
                case "reopen":
                    before = review.state, review.open_edits
                    assert review.close() == ""
                    review = opened(Path(folder))
                    assert (review.state, review.open_edits) == before
                case Edit() | Exclude():
                    review.decide(step).result(SECONDS)
        review.close()
