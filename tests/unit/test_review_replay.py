"""Undo and redo over an append-only log, and what the decisions in force come to."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from llnotes_tui.release.ids import ANNOUNCEMENT, entry_note
from llnotes_tui.release.model import NoteId
from llnotes_tui.review.decisions import (
    Accept,
    AddEntry,
    AnotherEntry,
    Decision,
    Dismiss,
    Edit,
    Exclude,
    Exported,
    Include,
    Loaded,
    Logged,
    Merge,
    Moved,
    Offered,
    Published,
    PublishInternal,
    SetFacts,
    SetVersion,
    TakeOut,
    TakeVariant,
)
from llnotes_tui.review.entries import arrange
from llnotes_tui.review.history import History
from llnotes_tui.review.replay import PERSON, ReviewState, replay, state_of
from tests.unit.review_cases import a_commit, a_plan, an_entry, note_of, sha_of

NOTE = note_of(1)


def log_of(*decisions: Decision | Moved) -> list[Logged]:
    return [Logged(float(at), "Ada", decision) for at, decision in enumerate(decisions)]


def state(*decisions: Decision | Moved) -> ReviewState:
    return replay(log_of(*decisions))


def edit(text: str, note: NoteId = NOTE, *, accepted: bool = False) -> Edit:
    return Edit(note, text, "digest", accepted=accepted)


def accept(text: str, note: NoteId = NOTE) -> Accept:
    return Accept(note, text, "extractive", "1", "digest")


def test_the_last_decision_on_a_note_counts() -> None:
    said = state(accept("drafted"), edit("mine"))
    assert said.texts[NOTE].text == "mine"
    assert said.effective() == {NOTE: "mine"}
    assert [text.text for text in said.variants[NOTE]] == ["drafted", "mine"]


def test_a_persons_words_stay_a_persons_when_they_are_accepted() -> None:
    said = state(edit("mine"), accept("mine")).texts[NOTE]
    assert (said.human, said.accepted, said.engine, said.model) == (True, True, PERSON, "")
    said = state(accept("theirs")).texts[NOTE]
    assert (said.human, said.accepted, said.engine, said.model) == (False, True, "extractive", "1")


def test_a_variant_counts_and_is_not_accepted() -> None:
    said = state(TakeVariant(NOTE, "other", "databricks", "llama", "digest")).texts[NOTE]
    assert (said.text, said.accepted, said.human) == ("other", False, False)


def test_undo_goes_back_over_every_kind_of_decision_and_redo_brings_each_again() -> None:
    decisions: list[Decision] = [
        accept("a"),
        edit("b"),
        TakeVariant(NOTE, "c", "databricks", "llama", "digest"),
        Exclude(NOTE, "trivial"),
        Include(NOTE),
        Merge(NOTE, (note_of(2),)),
        TakeOut(NOTE, sha_of(2)),
        AnotherEntry(NOTE, entry_note("x"), "Another"),
        AddEntry(entry_note("y"), "By hand", "Words."),
        SetFacts(NOTE, title="T"),
        PublishInternal(publish=True),
        SetVersion("1.0.0"),
        Dismiss(NOTE, "style", "In this release"),
        Loaded("Bob", (Logged(0.0, "Bob", edit("bob's", note_of(3))),)),
    ]
    history, states = History(), [state_of(History())]
    for logged in log_of(*decisions):
        history.append(logged)
        states.append(state_of(history))
    for before in reversed(states[:-1]):
        assert step(history, history.to_undo()) == said_of(before)
    assert history.to_undo() is None
    for after in states[1:]:
        assert step(history, history.to_redo()) == said_of(after)
    assert history.to_redo() is None


def test_a_decision_after_an_undo_leaves_the_undone_one_in_the_log_and_out_of_reach() -> None:
    said = state(edit("first"), edit("second"), Moved(0), edit("third"))
    assert said.texts[NOTE].text == "third"
    assert not said.can_redo
    assert [text.text for text in said.variants[NOTE]] == ["first", "second", "third"]
    assert state(edit("first"), edit("second"), Moved(0), edit("third"), Moved(0)).texts[NOTE].text == "first"


def test_what_was_written_to_disk_is_not_undone() -> None:
    written = Exported("1.0.0", "digest", ("CHANGELOG.md",), "2024-01-01")
    said = state(edit("first"), written, Moved(-1))
    assert said.texts == {}
    assert said.written() == written
    assert said.can_redo
    assert not state(written).can_undo


def test_a_step_to_nowhere_changes_nothing() -> None:
    assert said_of(state(edit("first"), Moved(7), Moved(-1), Moved(-5))) == said_of(state(edit("first"), Moved(-1)))


def test_a_colleagues_decisions_count_by_their_name_and_offers_are_variants_only() -> None:
    parts = (
        Logged(5.0, "Bob", edit("bob's", note_of(2))),
        Logged(6.0, "Bob", Offered(NOTE, "bob's too", PERSON, "", "digest")),
    )
    said = state(edit("mine"), Loaded("Bob", parts))
    assert (said.texts[note_of(2)].by, said.texts[note_of(2)].at) == ("Bob", 5.0)
    assert said.texts[NOTE].text == "mine"
    assert [(text.text, text.human) for text in said.variants[NOTE]] == [("mine", True), ("bob's too", True)]


def said_of(state: ReviewState) -> tuple[Any, ...]:
    """Return what a state says of the release; variants and the clock go on whatever is undone."""
    return (
        state.texts,
        state.excluded,
        state.steps,
        state.publish_internal,
        state.version,
        state.dismissed,
        state.decisions,
    )


def step(history: History, found: tuple[Logged, Moved] | None) -> tuple[Any, ...]:
    assert found is not None
    history.append(Logged(0.0, "Ada", found[1]))
    return said_of(state_of(history))


COMMITS = [a_commit(number, pull_request=number // 2) for number in range(12, 0, -1)]
PLAN = a_plan(
    entries=[an_entry(*COMMITS[0:1]), an_entry(*COMMITS[1:3]), an_entry(*COMMITS[3:6]), an_entry(COMMITS[6])],
    internal=COMMITS[7:9],
    dependency_updates=COMMITS[9:10],
    left_out=COMMITS[10:],
)
NOTES = st.sampled_from([*(note_of(number) for number in range(1, 14)), entry_note("x"), entry_note("y"), ANNOUNCEMENT])
TEXTS = st.sampled_from(["one", "two", "three"])
DECISIONS: st.SearchStrategy[Decision] = st.one_of(
    st.builds(accept, TEXTS, NOTES),
    st.builds(edit, TEXTS, NOTES),
    st.builds(Exclude, NOTES, st.sampled_from(["internal", "trivial", "duplicate"])),
    st.builds(Include, NOTES),
    st.builds(Merge, NOTES, st.lists(NOTES, max_size=3).map(tuple)),
    st.builds(TakeOut, NOTES, st.integers(1, 13).map(sha_of)),
    st.builds(AnotherEntry, NOTES, NOTES, TEXTS),
    st.builds(AddEntry, NOTES, TEXTS, TEXTS),
    st.builds(SetFacts, NOTES, st.none() | TEXTS, st.sampled_from([None, "security", "removed"])),
    st.builds(PublishInternal, st.booleans()),
    st.builds(Exported, TEXTS, TEXTS, st.just(()), TEXTS),
    st.builds(Published, st.sampled_from(["pull-request", "release", "commit"]), TEXTS, TEXTS),
)


class AnySequence(RuleBasedStateMachine):
    """Whatever is decided, taken back and brought again: no commit is lost or told twice, and redo is undo's opposite."""

    def __init__(self) -> None:
        super().__init__()
        self.history = History()

    @rule(decision=DECISIONS)
    def decide(self, decision: Decision) -> None:
        self.history.append(Logged(1.0, "Ada", decision))

    @precondition(lambda self: self.history.to_undo() is not None)
    @rule()
    def undo(self) -> None:
        before = said_of(state_of(self.history))
        trial = self.history.copy()
        step(trial, trial.to_undo())
        assert step(trial, trial.to_redo()) == before
        step(self.history, self.history.to_undo())

    @precondition(lambda self: self.history.to_redo() is not None)
    @rule()
    def redo(self) -> None:
        step(self.history, self.history.to_redo())

    @invariant()
    def every_commit_is_placed_once(self) -> None:
        arranged = arrange(PLAN, state_of(self.history))
        lists = [
            {commit.sha for entry in arranged.entries for commit in entry.commits},
            {item.commit.sha for item in arranged.internal},
            {commit.sha for item in arranged.dependency_updates for commit in item.commits},
            {item.commit.sha for item in arranged.left_out},
        ]
        assert sum(map(len, lists)) == len(COMMITS)
        assert set().union(*lists) == {commit.sha for commit in COMMITS} == set(arranged.places)
        names = [entry.id for entry in arranged.entries]
        assert len(names) == len(set(names))
        counts = arranged.manifest
        parts = (counts.entries, counts.folded, counts.internal, counts.cancelled, counts.left_out)
        assert sum(parts) == counts.commits == len(COMMITS)
        for kind in ("entry", "folded", "internal", "cancelled", "left-out"):
            placed = sum(place.kind == kind for place in arranged.places.values())
            assert placed == parts[("entry", "folded", "internal", "cancelled", "left-out").index(kind)]

    @invariant()
    def the_log_says_the_same_when_it_is_read_again(self) -> None:
        assert state_of(History(self.history.log)) == state_of(self.history)


AnySequence.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestAnySequence = AnySequence.TestCase
