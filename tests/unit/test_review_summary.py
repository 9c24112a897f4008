"""How far a review is, read without opening it, without its lock, and without making a file."""

import time
from pathlib import Path

from llnotes_tui.release.ids import ANNOUNCEMENT, file_note
from llnotes_tui.review.content import Progress
from llnotes_tui.review.decisions import Accept, Decision, Edit, Exclude, Exported, SetVersion, TakeVariant
from llnotes_tui.review.store import directory_of
from llnotes_tui.review.summary import review_summary
from tests.unit.review_cases import REVIEW, SECONDS, child, end, heard, note_of, opened, sha_of


def everything(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


def test_where_there_is_no_review_there_is_none_after_asking(tmp_path: Path) -> None:
    assert review_summary(tmp_path / "state", REVIEW) is None
    assert everything(tmp_path) == []


def test_a_summary_counts_entries_and_tells_what_was_written(tmp_path: Path) -> None:
    review = opened(tmp_path)
    decisions: list[Decision] = [
        Accept(note_of(1), "x", "extractive", "1", "d"),
        Edit(note_of(1), "y", "d"),
        Edit(file_note(sha_of(2), b"src/a.py"), "a file", "d"),
        Edit(ANNOUNCEMENT, "all of it", "d"),
        TakeVariant(note_of(2), "not accepted", "databricks", "llama", "d"),
        Exclude(note_of(3), "trivial"),
        SetVersion("0.2.0"),
        Exported("0.2.0", "digest", ("CHANGELOG.md",), "2024-05-06"),
    ]
    for decision in decisions:
        review.decide(decision)
    review.remember(entries=41, reviewed=21)
    review.archive("v0.2.0").result(SECONDS)
    last = review.state.last_at
    review.close()
    before = everything(tmp_path)
    summary = review_summary(tmp_path, REVIEW)
    assert summary is not None
    assert (summary.decided, summary.version, summary.exported_version) == (2, "0.2.0", "0.2.0")
    assert (summary.exported_date, summary.changed_since_export) == ("2024-05-06", False)
    assert (summary.last_at, summary.last_by, summary.archived) == (last, "Ada", "v0.2.0")
    assert summary.progress == Progress(41, 21)
    assert everything(tmp_path) == before


def test_a_decision_after_the_export_shows(tmp_path: Path) -> None:
    review = opened(tmp_path)
    review.decide(Exported("0.2.0", "digest", ("CHANGELOG.md",), "2024-05-06"))
    review.decide(Edit(note_of(1), "y", "d")).result(SECONDS)
    review.close()
    summary = review_summary(tmp_path, REVIEW)
    assert summary is not None
    assert summary.changed_since_export


def test_a_review_that_another_process_holds_or_died_with_can_be_read(tmp_path: Path) -> None:
    process = child(
        tmp_path,
        "review = opened(state)\n"
        "review.decide(Edit(note_of(1), 'x', 'd')).result()\n"
        "say('open')\n"
        "sys.stdin.readline()\n",
    )
    try:
        assert heard(process) == "open"
        summary = review_summary(tmp_path, REVIEW)
        assert summary is not None
        assert summary.decided == 1
    finally:
        end(process)
    summary = review_summary(tmp_path, REVIEW)
    assert summary is not None
    assert summary.decided == 1


def test_a_damaged_review_is_a_sentence_and_stays_where_it_is(tmp_path: Path) -> None:
    opened(tmp_path).close()
    database = directory_of(tmp_path, REVIEW) / "store" / "cache.db"
    database.write_bytes(b"rubbish" * 999)
    before = everything(tmp_path)
    summary = review_summary(tmp_path, REVIEW)
    assert summary is not None
    assert "damaged" in summary.fault
    assert everything(tmp_path) == before


def test_a_summary_is_quick(tmp_path: Path) -> None:
    review = opened(tmp_path)
    for number in range(300):
        review.decide(Edit(note_of(number), "word " * 80, "d"))
    review.decide(Edit(note_of(1), "x", "d")).result(SECONDS)
    review.close()
    times = []
    for _ in range(5):
        before = time.process_time()
        review_summary(tmp_path, REVIEW)
        times.append(time.process_time() - before)
    assert min(times) < 0.05
