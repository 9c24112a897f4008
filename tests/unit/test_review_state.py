"""The nine states of a note, and what counts as reviewed."""

from typing import Any

import pytest

from llnotes_tui.release.model import NoteDraft, NoteState
from llnotes_tui.review.replay import DecidedText
from llnotes_tui.review.state import is_change, is_reviewed, is_stale, minutes_left, note_state, word_count
from tests.unit.review_cases import note_of

DRAFT = NoteDraft(note_of(1), "text", "extractive", "1", "now", "call")
STALE_DRAFT = NoteDraft(note_of(1), "text", "extractive", "1", "before", "call")


def decided(*, accepted: bool = False, human: bool = False, made_on: str = "now") -> DecidedText:
    return DecidedText("text", "person" if human else "extractive", "", made_on, accepted, human, 0.0, "Ada")


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "waiting"),
        ({"writing": True}, "writing"),
        ({"failed": "why"}, "failed"),
        ({"skipped": "why"}, "skipped"),
        ({"draft": DRAFT}, "drafted"),
        ({"draft": STALE_DRAFT}, "stale"),
        ({"draft": DRAFT, "failed": "the next variant"}, "drafted"),
        ({"draft": DRAFT, "writing": True}, "writing"),
        ({"decided": decided()}, "drafted"),
        ({"decided": decided(accepted=True)}, "accepted"),
        ({"decided": decided(human=True)}, "edited"),
        ({"decided": decided(accepted=True, human=True)}, "accepted"),
        ({"decided": decided(accepted=True, made_on="before")}, "stale"),
        ({"decided": decided(human=True, made_on="before")}, "stale"),
        ({"decided": decided(human=True), "writing": True}, "edited"),
        ({"decided": decided(human=True), "draft": STALE_DRAFT}, "edited"),
        ({"decided": decided(accepted=True), "excluded": True}, "excluded"),
        ({"origin": "hand-written"}, "edited"),
        ({"origin": "changelog"}, "drafted"),
        ({"origin": "changelog", "decided": decided(accepted=True)}, "accepted"),
    ],
)
def test_state_of_a_note(facts: dict[str, Any], state: NoteState) -> None:
    assert note_state(current_digest="now", **facts) == state


def test_nothing_is_stale_while_the_matter_is_not_known() -> None:
    assert note_state(decided=decided(accepted=True, made_on="before")) == "accepted"
    assert not is_stale("before", "")
    assert not is_stale("", "now")


def test_accepted_and_edited_texts_are_reviewed_and_no_others() -> None:
    states: tuple[NoteState, ...] = (
        "waiting",
        "writing",
        "drafted",
        "accepted",
        "edited",
        "stale",
        "excluded",
        "failed",
        "skipped",
    )
    assert [state for state in states if is_reviewed(state)] == ["accepted", "edited"]


def test_an_edit_that_ends_in_the_same_text_is_no_decision() -> None:
    assert not is_change("The same.", "The same.\n")
    assert is_change("The same.", "The same")


def test_minutes_left_are_unread_words_at_240_a_minute() -> None:
    assert word_count("three short  words\n") == 3
    assert [minutes_left(words) for words in (0, 1, 240, 241, 960)] == [0, 1, 1, 2, 4]
