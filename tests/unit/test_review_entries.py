"""A plan and decisions about its shape make the entries, their order, and where each commit is told."""

from msgspec.structs import replace

from llnotes_tui.release.ids import ANNOUNCEMENT, commit_note, entry_note
from llnotes_tui.release.model import EntryPlan, Plan
from llnotes_tui.review.decisions import (
    AddEntry,
    AnotherEntry,
    Decision,
    Edit,
    Exclude,
    Include,
    Logged,
    Merge,
    SetFacts,
    TakeOut,
)
from llnotes_tui.review.entries import Arranged, arrange, entries
from llnotes_tui.review.replay import replay
from tests.unit.review_cases import a_commit, a_plan, an_entry, note_of, sha_of

ONE, TWO, THREE, FOUR, FIVE, SIX = (a_commit(number, pull_request=number) for number in range(1, 7))


def arranged(plan: Plan, *decisions: Decision) -> Arranged:
    return arrange(plan, replay([Logged(float(at), "Ada", decision) for at, decision in enumerate(decisions)]))


def shape(found: Arranged) -> list[tuple[str, list[int]]]:
    return [(entry.id, [int(commit.sha, 16) for commit in entry.commits]) for entry in found.entries]


THREE_ENTRIES = a_plan([an_entry(THREE), an_entry(TWO), an_entry(ONE)])


def test_nothing_decided_leaves_the_plan_as_it_is() -> None:
    found = arranged(THREE_ENTRIES)
    assert found.entries == THREE_ENTRIES.entries == entries(THREE_ENTRIES, replay([]))
    assert found.manifest.entries == found.manifest.commits == 3


def test_merged_entries_keep_name_title_and_place_of_the_one_they_go_into() -> None:
    found = arranged(THREE_ENTRIES, Merge(note_of(2), (note_of(3), note_of(2), note_of(1))))
    assert shape(found) == [(note_of(2), [2, 3, 1])]
    assert (found.entries[0].title, found.entries[0].pull_requests) == ("Added part 2", (2, 3, 1))
    assert [merged.id for merged in found.absorbed[note_of(2)]] == [note_of(3), note_of(1)]


def test_texts_of_merged_entries_are_found_as_kin() -> None:
    found = arranged(THREE_ENTRIES, Edit(note_of(1), "mine", "d"), Merge(note_of(3), (note_of(1),)))
    assert found.kin == {note_of(3): (note_of(1),)}


def test_a_suspected_break_survives_a_merge_into_an_entry_that_was_said_not_to_break() -> None:
    breaking = replace(an_entry(ONE), breaking="suspected", breaking_line="BREAKING: all")
    plan = a_plan([an_entry(TWO), breaking])
    found = arranged(plan, SetFacts(note_of(2), breaking="denied"), Merge(note_of(2), (note_of(1),)))
    assert (found.entries[0].breaking, found.entries[0].breaking_line) == ("suspected", "BREAKING: all")
    found = arranged(plan, Merge(note_of(2), (note_of(1),)), SetFacts(note_of(2), breaking="denied"))
    assert found.entries[0].breaking == "denied"


def test_a_commit_taken_out_is_an_entry_of_its_own_behind_the_one_it_left() -> None:
    plan = a_plan([an_entry(THREE), an_entry(TWO, ONE)])
    found = arranged(plan, TakeOut(note_of(2), sha_of(1)))
    assert shape(found) == [(note_of(3), [3]), (note_of(2), [2]), (note_of(1), [1])]
    assert found.entries[1].pull_requests == (2,)
    assert (found.entries[2].title, found.entries[2].pull_requests) == ("Added part 1", (1,))


def test_taking_out_the_commit_that_names_an_entry_leaves_the_name_to_the_rest() -> None:
    found = arranged(a_plan([an_entry(TWO, ONE)]), TakeOut(note_of(2), sha_of(2)))
    assert shape(found) == [(note_of(2), [1]), (entry_note(sha_of(2)), [2])]


def test_the_last_commit_of_an_entry_cannot_be_taken_out() -> None:
    assert arranged(THREE_ENTRIES, TakeOut(note_of(2), sha_of(2))).entries == THREE_ENTRIES.entries


def test_merge_and_take_out_are_opposites() -> None:
    found = arranged(THREE_ENTRIES, Merge(note_of(3), (note_of(2),)), TakeOut(note_of(3), sha_of(2)))
    assert shape(found) == [(note_of(3), [3]), (note_of(2), [2]), (note_of(1), [1])]


def test_another_entry_tells_the_same_commits_which_still_count_once() -> None:
    found = arranged(THREE_ENTRIES, AnotherEntry(note_of(2), entry_note("x"), "The other half"))
    assert shape(found)[1:3] == [(note_of(2), [2]), (entry_note("x"), [2])]
    assert (found.entries[2].title, found.entries[2].pull_requests) == ("The other half", (2,))
    assert found.manifest.commits == found.manifest.entries == 3
    found = arranged(
        THREE_ENTRIES, AnotherEntry(note_of(2), entry_note("x"), "The other half"), Exclude(note_of(2), "trivial")
    )
    assert found.places[sha_of(2)].note == entry_note("x")


def test_a_hand_written_entry_belongs_to_no_commit_and_comes_last() -> None:
    found = arranged(THREE_ENTRIES, AddEntry(entry_note("x"), "By hand", "Words.", "fixed"))
    added = found.entries[-1]
    assert (added.origin, added.text, added.section, added.commits) == ("hand-written", "Words.", "fixed", ())


GROUPS = a_plan([an_entry(SIX), an_entry(TWO)], internal=[FIVE, FOUR], dependency_updates=[THREE], left_out=[ONE])


def test_a_commit_of_any_group_becomes_an_entry_where_it_belongs_in_reading_order() -> None:
    found = arranged(GROUPS, Include(note_of(4)), Include(note_of(3)), Include(note_of(1)))
    assert [note for note, _ in shape(found)] == [note_of(number) for number in (6, 4, 3, 2, 1)]
    assert [item.commit for item in found.internal] == [FIVE]
    assert (found.dependency_updates, found.left_out) == ((), ())
    assert (found.manifest.entries, found.manifest.internal) == (5, 1)


def test_an_included_commit_keeps_the_title_that_the_list_showed_and_is_drafted() -> None:
    entry = arranged(GROUPS, Include(note_of(4))).entries[1]
    assert (entry.origin, entry.title, entry.text, entry.pull_requests) == ("drafted", "Add part 4", "", (4,))


def test_a_commit_of_a_group_can_be_merged_straight_into_an_entry() -> None:
    found = arranged(GROUPS, Merge(note_of(6), (note_of(5), note_of(1))))
    assert shape(found)[0] == (note_of(6), [6, 5, 1])
    assert found.left_out == ()


def test_an_excluded_entry_stays_with_its_reason_and_is_not_published() -> None:
    found = arranged(GROUPS, Exclude(note_of(2), "trivial"))
    assert found.excluded == {note_of(2): "trivial"}
    assert note_of(2) in [entry.id for entry in found.entries]
    assert note_of(2) not in [entry.id for entry in found.published()]
    assert (found.places[sha_of(2)].kind, found.places[sha_of(2)].reason) == ("left-out", "excluded as trivial")
    assert arranged(GROUPS, Exclude(note_of(2), "trivial"), Include(note_of(2))).excluded == {}


def test_facts_change_entries_and_titles_of_groups() -> None:
    found = arranged(
        GROUPS,
        SetFacts(note_of(2), title="Better", section="fixed"),
        SetFacts(note_of(2), breaking="confirmed"),
        SetFacts(note_of(5), title="Quicker CI"),
    )
    first = found.entries[0]
    assert (first.title, first.section, first.breaking) == ("Better", "fixed", "confirmed")
    assert found.internal[0].title == "Quicker CI"


def test_breaks_security_and_removals_come_first_and_the_rest_stays_in_reading_order() -> None:
    entry = an_entry(ONE)
    plan = a_plan(
        [
            replace(an_entry(SIX)),
            replace(an_entry(FIVE), section="removed"),
            replace(an_entry(FOUR), section="security"),
            replace(an_entry(THREE), breaking="suspected"),
            replace(an_entry(TWO), breaking="denied"),
            replace(entry, breaking="confirmed"),
        ]
    )
    assert [note for note, _ in shape(arranged(plan))] == [note_of(number) for number in (3, 1, 4, 5, 6, 2)]


def test_a_pull_request_that_gets_a_further_commit_keeps_its_name_and_its_decisions() -> None:
    older = an_entry(TWO, ONE)
    newer = EntryPlan(commit_note(SIX.sha), (SIX, TWO, ONE), (2,), older.title)
    edit = Edit(note_of(2), "mine", "d")
    assert arranged(a_plan([newer]), edit).entries[0].id == note_of(2)
    assert arranged(a_plan([newer])).entries[0].id == note_of(6)
    assert arranged(a_plan([newer]), Edit(note_of(6), "new", "d"), edit).entries[0].id == note_of(6)
    assert arranged(a_plan([newer]), edit, TakeOut(note_of(2), sha_of(1))).entries[0].commits == (SIX, TWO)


def test_a_decision_about_what_is_not_there_does_nothing() -> None:
    gone = note_of(77)
    decisions = (
        Merge(gone, (note_of(1),)),
        Merge(note_of(1), (gone,)),
        TakeOut(gone, sha_of(1)),
        TakeOut(note_of(1), sha_of(77)),
        AnotherEntry(gone, entry_note("x"), "x"),
        Include(gone),
        Exclude(gone, "other"),
        SetFacts(gone, title="x"),
        Edit(ANNOUNCEMENT, "x", "d"),
    )
    assert arranged(THREE_ENTRIES, *decisions).entries == THREE_ENTRIES.entries
