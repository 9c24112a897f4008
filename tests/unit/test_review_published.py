"""What was published stands in the log of a review: not undone, known again, and no trouble for what was kept before."""

from pathlib import Path

from llnotes_tui.review.decisions import Edit, Exported, Published
from llnotes_tui.review.store import SCHEMA, directory_of
from llnotes_tui.review.summary import review_summary
from llnotes_tui.storage.keyed import KeyedStore, read_all
from llnotes_tui.workbench.repository_rows import exported_to
from tests.unit.review_cases import REVIEW, SECONDS, note_of, opened

NOTE = note_of(1)
WRITTEN = Exported("0.2.0", "on disk", ("CHANGELOG.md",), "2024-05-06")
COMMIT = Published("commit", "0.2.0", "v0.2.0", branch="prepare/0.2.0", head="a" * 40, section_digest="proposed")
PULL = Published(
    "pull-request",
    "0.2.0",
    "v0.2.0",
    number=12,
    url="https://github.com/acme/harbor/pull/12",
    branch="prepare/0.2.0",
    head="a" * 40,
    digest="words",
    section_digest="proposed",
)
DRAFT = Published(
    "release", "0.2.0", "v0.2.0", number=7, url="https://github.com/acme/harbor/releases/7", digest="body"
)


def test_what_was_published_is_read_again_and_never_taken_back(tmp_path: Path) -> None:
    review = opened(tmp_path)
    for decision in (Edit(NOTE, "one", "d"), WRITTEN, COMMIT, PULL, DRAFT):
        review.decide(decision).result(SECONDS)
    assert review.undo().result(SECONDS).decision == Edit(NOTE, "one", "d")
    review.close()
    again = opened(tmp_path)
    state = again.state
    assert state.published == (COMMIT, PULL, DRAFT)
    assert state.sections == (WRITTEN, COMMIT, PULL)
    assert (state.written(), state.last_published("release"), state.can_undo) == (PULL, DRAFT, False)
    again.close()


def test_a_row_says_where_the_notes_went(tmp_path: Path) -> None:
    review = opened(tmp_path)
    told = []
    for decision in (Edit(NOTE, "one", "d"), WRITTEN, COMMIT, PULL, DRAFT, Edit(NOTE, "two", "d")):
        review.decide(decision).result(SECONDS)
        summary = review_summary(tmp_path, REVIEW)
        assert summary is not None
        told.append((exported_to(summary), summary.changed_since_export))
    review.close()
    assert told == [
        ("", False),
        ("written 0.2.0", False),
        ("written 0.2.0", False),
        ("proposed 0.2.0 (#12)", False),
        ("draft release 0.2.0", False),
        ("draft release 0.2.0", True),
    ]
    assert summary is not None
    assert (summary.pull_request, summary.draft_release) == (PULL, DRAFT)


def test_a_review_of_before_is_opened_and_brought_up_to_date(tmp_path: Path) -> None:
    review = opened(tmp_path)
    for decision in (Edit(NOTE, "one", "d"), WRITTEN):
        review.decide(decision).result(SECONDS)
    review.close()
    path = directory_of(tmp_path, REVIEW) / "store"
    keyed = KeyedStore(path)
    keyed.write({"meta": read_all(path)["meta"] | {"schema": 1}})
    keyed.close()
    again = opened(tmp_path)
    assert again.state.exported == (WRITTEN,)
    again.decide(PULL).result(SECONDS)
    again.close()
    assert read_all(path)["meta"]["schema"] == SCHEMA == 2


def test_a_colleague_gets_the_texts_and_not_whose_pull_request_it_was(tmp_path: Path) -> None:
    review = opened(tmp_path / "grace", by="Grace")
    for decision in (Edit(NOTE, "one", "d"), PULL, Edit(NOTE, "two", "d")):
        review.decide(decision).result(SECONDS)
    review.undo().result(SECONDS)
    review.save(tmp_path / "review.json")
    review.close()
    assert "pull/12" not in (tmp_path / "review.json").read_text()
    assert '"published"' not in (tmp_path / "review.json").read_text(), "who reads the file may be older"
    ada = opened(tmp_path / "ada")
    ada.load(tmp_path / "review.json").result(SECONDS)
    assert (ada.state.effective(), ada.state.published) == ({NOTE: "one"}, ())
    ada.close()
