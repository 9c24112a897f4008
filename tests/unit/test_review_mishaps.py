"""A review whose process is killed, whose disk is full, and whose store is damaged, removed, older or newer."""

from pathlib import Path
from typing import Any

import pytest

from llnotes_tui.release.model import NoteId
from llnotes_tui.review import store
from llnotes_tui.review.decisions import Edit
from llnotes_tui.review.review import Review
from llnotes_tui.review.store import SCHEMA, ReviewError, directory_of
from llnotes_tui.storage.keyed import KeyedStore, read_all
from tests.unit.review_cases import REVIEW, SECONDS, child, end, heard, note_of, opened

NOTE = note_of(1)


def directory(state: Path) -> Path:
    return directory_of(state, REVIEW)


def texts(review: Review) -> dict[NoteId, str]:
    return review.state.effective()


# -- killed ---------------------------------------------------------------------------------------------------------


def test_kill_9_a_tenth_of_a_second_after_the_last_key_loses_nothing(tmp_path: Path) -> None:
    killed = child(
        tmp_path,
        "import os, signal\n"
        "review = opened(state)\n"
        "for number in range(1, 30):\n"
        "    review.keep_typing(note_of(1), 'what was typed'[:number], 'd')\n"
        "    time.sleep(0.01)\n"
        "watch = Stopwatch()\n"
        "until(lambda: watch.look() >= 0.1)\n"
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
        "deciding.result(SECONDS)\n"
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
        FULL + "watch = Stopwatch()\n"
        "unsaved = review.close()\n"
        "say(watch.look() < 1.2, unsaved)\n"
        "say(deciding.exception(SECONDS))\n",
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
    keyed = KeyedStore(directory(tmp_path) / "store")
    keyed.write({}, dropped=["log/00000000"])
    keyed.close()
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
    keyed = KeyedStore(path)
    keyed.write({"meta": read_all(path)["meta"] | {"schema": SCHEMA + 1, "unheard": "of"}})
    keyed.close()
    before = {file.name: file.read_bytes() for file in path.iterdir()}
    with pytest.raises(ReviewError, match=r"newer llnotes.*left as it is"):
        opened(tmp_path)
    assert {file.name: file.read_bytes() for file in path.iterdir()} == before
    with pytest.raises(ReviewError, match="newer llnotes"):
        opened(tmp_path)


def test_an_older_review_is_brought_up_to_date_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    review = opened(tmp_path)
    for text in ("one", "two"):
        review.decide(Edit(NOTE, text, "d")).result(SECONDS)
    review.keep_typing(note_of(2), "half", "d")
    review.close()

    def louder(values: dict[str, Any]) -> dict[str, Any]:
        return {
            key: value | {"decision": value["decision"] | {"text": value["decision"]["text"].upper()}}
            if key.startswith("log/")
            else value
            for key, value in values.items()
        }

    monkeypatch.setattr(store, "SCHEMA", SCHEMA + 1)
    monkeypatch.setitem(store.MIGRATIONS, SCHEMA, louder)
    for _ in range(2):
        review = opened(tmp_path)
        assert [text.text for text in review.state.variants[NOTE]] == ["ONE", "TWO"]
        assert review.open_edits[note_of(2)].text == "half"
        review.close()
        monkeypatch.delitem(store.MIGRATIONS, SCHEMA, raising=False)


def test_a_review_that_cannot_be_kept_anywhere_says_so(tmp_path: Path) -> None:
    (tmp_path / "reviews").write_text("a file where a directory should be")
    with pytest.raises(ReviewError, match="cannot be made"):
        opened(tmp_path)
