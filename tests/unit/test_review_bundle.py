"""A review in one file for a colleague: texts of both are kept, and nothing of one's own is overwritten."""

import json
from pathlib import Path
from typing import Any

import pytest

from llnotes_tui.release.ids import ReviewId, entry_note
from llnotes_tui.release.model import RepoId
from llnotes_tui.review.decisions import (
    Accept,
    AddEntry,
    AnotherEntry,
    Decision,
    Edit,
    Exclude,
    Exported,
    Include,
    Merge,
    PublishInternal,
    SetFacts,
    SetVersion,
    TakeOut,
    TakeVariant,
)
from llnotes_tui.review.review import Review
from llnotes_tui.review.store import ReviewError
from tests.unit.review_cases import REVIEW, SECONDS, a_commit, commits_of, note_of, opened, sha_of, with_parts

ONE, TWO, THREE = (note_of(number) for number in (1, 2, 3))


def decide(review: Review, *decisions: Decision) -> None:
    for decision in decisions:
        review.decide(decision).result(SECONDS)


def saved(tmp_path: Path, *decisions: Decision, typed: str = "") -> Path:
    """Return the file of a review of Grace's."""
    review = opened(tmp_path / "grace", by="Grace")
    decide(review, *decisions)
    if typed:
        review.keep_typing(THREE, typed, "d")
    review.save(tmp_path / "review.json")
    review.close()
    return tmp_path / "review.json"


def loaded(tmp_path: Path, file: Path, *own: Decision) -> Review:
    """Return Ada's review with her own decisions, and Grace's taken in."""
    review = opened(tmp_path / "ada", by="Ada")
    decide(review, *own)
    review.load(file).result(SECONDS)
    return review


def variants(review: Review, note: str) -> list[tuple[str, str]]:
    return [(text.by, text.text) for name, texts in review.state.variants.items() if name == note for text in texts]


def test_what_one_has_not_decided_oneself_is_taken_with_the_colleagues_name_and_time(tmp_path: Path) -> None:
    file = saved(tmp_path, Edit(ONE, "Grace's", "d"), Accept(TWO, "Drafted.", "databricks", "llama", "d"))
    review = loaded(tmp_path, file)
    text = review.state.texts[ONE]
    made = json.loads(file.read_text())["log"][0]
    assert (text.text, text.by, text.at, text.human) == ("Grace's", "Grace", made["at"], True)
    assert review.state.texts[TWO].accepted
    review.close()


def test_texts_of_both_become_variants_and_ones_own_counts(tmp_path: Path) -> None:
    file = saved(tmp_path, Edit(ONE, "Grace's first", "d"), Edit(ONE, "Grace's", "d"), typed="Grace types")
    review = loaded(tmp_path, file, Edit(ONE, "Ada's", "d"))
    assert review.state.texts[ONE].text == "Ada's"
    assert variants(review, ONE) == [("Ada", "Ada's"), ("Grace", "Grace's first"), ("Grace", "Grace's")]
    assert variants(review, THREE) == [("Grace", "Grace types")]
    assert THREE not in review.state.texts
    review.close()
    again = opened(tmp_path / "ada")
    assert again.state.texts[ONE].text == "Ada's"
    assert len(variants(again, ONE)) == 3
    again.close()


def test_ones_own_shape_facts_and_exclusions_stand(tmp_path: Path) -> None:
    file = saved(
        tmp_path,
        Exclude(ONE, "trivial"),
        SetFacts(TWO, title="Grace's title", section="fixed"),
        Merge(THREE, (TWO,)),
        PublishInternal(publish=True),
        SetVersion("9.9.9"),
    )
    own: list[Decision] = [Edit(ONE, "Ada's", "d"), SetFacts(TWO, title="Ada's title"), SetVersion("1.0.0")]
    review = loaded(tmp_path, file, *own)
    state = review.state
    assert state.excluded == {}
    assert state.steps == (SetFacts(TWO, title="Ada's title"), SetFacts(TWO, section="fixed"))
    assert (state.version, state.publish_internal) == ("1.0.0", True)
    review.close()


def test_what_was_written_on_the_colleagues_disk_was_not_written_here(tmp_path: Path) -> None:
    file = saved(tmp_path, Edit(ONE, "x", "d"), Exported("1.0.0", "digest", ("CHANGELOG.md",), "2024-01-01"))
    review = loaded(tmp_path, file)
    assert review.state.written() is None
    review.close()


def test_what_the_colleague_took_back_is_a_variant_only(tmp_path: Path) -> None:
    review = opened(tmp_path / "grace", by="Grace")
    decide(review, Edit(ONE, "kept", "d"), Edit(TWO, "taken back", "d"))
    review.undo().result(SECONDS)
    review.save(tmp_path / "review.json")
    review.close()
    ada = loaded(tmp_path, tmp_path / "review.json")
    assert ada.state.effective() == {ONE: "kept"}
    assert variants(ada, TWO) == [("Grace", "taken back")]
    ada.close()


def test_loading_is_one_decision_to_take_back(tmp_path: Path) -> None:
    file = saved(tmp_path, Edit(ONE, "one", "d"), Exclude(TWO, "trivial"), Edit(THREE, "three", "d"))
    review = loaded(tmp_path, file, Edit(THREE, "Ada's", "d"))
    undone = review.undo().result(SECONDS)
    assert undone.sentence == "Took back: took in the review of Grace"
    assert review.state.effective() == {THREE: "Ada's"}
    assert review.state.excluded == {}
    review.redo().result(SECONDS)
    assert review.state.excluded == {TWO: "trivial"}
    review.close()


def test_the_sentence_counts_and_the_same_file_brings_nothing_a_second_time(tmp_path: Path) -> None:
    every_kind: list[Decision] = [
        Edit(ONE, "Grace's", "d"),
        TakeVariant(TWO, "other", "databricks", "llama", "d"),
        Include(note_of(9)),
        Exclude(THREE, "other"),
        AddEntry(entry_note("x"), "By hand", "Words."),
        AnotherEntry(TWO, entry_note("y"), "Another"),
        TakeOut(note_of(9), sha_of(8)),
    ]
    file = saved(tmp_path, *every_kind)
    review = opened(tmp_path / "ada")
    decide(review, Edit(ONE, "Ada's", "d"))
    sentence = review.load(file).result(SECONDS)
    assert sentence == "Took in the review of Grace: 6 decisions, 1 text beside one's own."
    before = review.state
    with pytest.raises(ReviewError, match="holds nothing that is not here already"):
        review.load(file).result(SECONDS)
    assert review.state == before
    review.close()


def test_a_colleagues_decisions_on_commits_that_were_amended_here_follow_them(tmp_path: Path) -> None:
    file = saved(tmp_path, Edit(ONE, "Grace's", "d"), Edit(TWO, "Grace's second", "d"))
    amended = with_parts(a_commit(7), patch_id="patch-1")
    review = opened(tmp_path / "ada", (*commits_of(3)[:2], amended))
    decide(review, Edit(note_of(7), "Ada's", "d"))
    review.load(file).result(SECONDS)
    assert review.state.effective() == {note_of(7): "Ada's", TWO: "Grace's second"}
    assert variants(review, note_of(7)) == [("Ada", "Ada's"), ("Grace", "Grace's")]
    assert review.left_behind == ()
    review.close()


# -- files that are none --------------------------------------------------------------------------------------------


def changed(file: Path, **values: Any) -> bytes:
    return json.dumps(json.loads(file.read_text()) | values).encode()


def test_a_file_that_is_no_saved_review_changes_nothing(tmp_path: Path) -> None:
    file = saved(tmp_path, Edit(ONE, "Grace's", "d"))
    whole = file.read_bytes()
    log = json.loads(whole)["log"]
    contents = {
        "": b"",
        "cut": whole[: len(whole) // 2],
        "binary": b"\x00\xff" * 99,
        "deep": b"[" * 200_000,
        "list": b"[]",
        "other": b'{"schema": 1}',
        "newer": changed(file, schema=2),
        "no log": changed(file, log=None),
        "bad line": changed(file, log=[*log, {"at": 1, "by": "x", "decision": {"type": "shell", "run": "rm"}}]),
        "bad reason": changed(
            file, log=[{"at": 1, "by": "x", "decision": {"type": "exclude", "note": ONE, "reason": "no"}}]
        ),
        "no time": changed(file, log=[log[0] | {"at": -1}]),
        "no number": whole.replace(b'"at": ', b'"at": NaN, "x": ', 1),
        "endless": whole.replace(b'"at": ', b'"at": 1e999, "x": ', 1),
    }
    review = opened(tmp_path / "ada")
    decide(review, Edit(TWO, "Ada's", "d"))
    before = review.state
    for name, content in contents.items():
        file.write_bytes(content)
        with pytest.raises(ReviewError, match=r"review\.json.*\.$") as caught:
            review.load(file).result(SECONDS)
        assert "\n" not in caught.value.sentence, name
    with pytest.raises(ReviewError, match="cannot be read"):
        review.load(tmp_path / "missing.json").result(SECONDS)
    assert review.state == before
    review.close()


@pytest.mark.parametrize(
    "other",
    [
        ReviewId(RepoId("github.com/other/rocket"), REVIEW.base, "main"),
        ReviewId(REVIEW.repository, "c" * 40, "main"),
        ReviewId(REVIEW.repository, REVIEW.base, "main", "core"),
    ],
)
def test_a_review_of_another_range_is_refused(tmp_path: Path, other: ReviewId) -> None:
    foreign = Review.open(tmp_path / "grace", other, commits_of(3), "Grace")
    decide(foreign, Edit(ONE, "x", "d"))
    foreign.save(tmp_path / "review.json")
    foreign.close()
    review = opened(tmp_path / "ada")
    with pytest.raises(ReviewError, match=r"review\.json is a review of"):
        review.load(tmp_path / "review.json").result(SECONDS)
    assert review.state.texts == {}
    review.close()


def test_hostile_text_in_a_file_is_made_visible(tmp_path: Path) -> None:
    file = saved(tmp_path, Edit(ONE, "red \x1b[31m\u202e and\nlines", "d"), SetFacts(TWO, title="a\x1b]0;x\x07\nb"))
    content = json.loads(file.read_text())
    content["log"][0]["by"] = "Eve\x1b[2J\n"
    file.write_text(json.dumps(content))
    review = loaded(tmp_path, file)
    text = review.state.texts[ONE]
    assert "\x1b" not in text.text + text.by
    assert "\u202e" not in text.text
    assert "\nlines" in text.text
    (facts,) = review.state.steps
    assert isinstance(facts, SetFacts)
    assert facts.title is not None
    assert facts.title.isprintable()
    review.close()


def test_saving_where_nothing_can_be_written_says_so(tmp_path: Path) -> None:
    review = opened(tmp_path / "ada")
    with pytest.raises(ReviewError, match="cannot be saved to"):
        review.save(tmp_path / "no such directory" / "review.json")
    (tmp_path / "taken").mkdir()
    with pytest.raises(ReviewError, match="cannot be saved to"):
        review.save(tmp_path / "taken")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ada", "taken"]
    review.close()


def test_a_window_that_only_reads_can_save_and_not_load(tmp_path: Path) -> None:
    file = saved(tmp_path, Edit(ONE, "Grace's", "d"))
    holder = opened(tmp_path / "ada")
    reader = opened(tmp_path / "ada")
    reader.save(tmp_path / "copy.json")
    assert json.loads((tmp_path / "copy.json").read_text())["schema"] == 1
    with pytest.raises(ReviewError, match="another window"):
        reader.load(file).result(SECONDS)
    reader.close()
    holder.close()
