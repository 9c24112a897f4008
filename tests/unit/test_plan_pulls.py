"""What pull requests feed a plan: titles, groups, messages, suspected breaks, sections, and what is left to itself."""

import msgspec
import pytest

from llnotes_tui.release.ids import commit_note
from llnotes_tui.release.message import commit_title, message_of, messages_of, raw_message_of
from llnotes_tui.release.model import Commit, Plan, PullRequest
from llnotes_tui.release.plan import PlanOptions, Told, make_plan
from llnotes_tui.review.decisions import Include, TakeOut
from llnotes_tui.review.desk import Desk
from tests.unit.planning import BOT, a_range, commit

OPTIONS = PlanOptions(skip_labels=("internal",), breaking_labels=("breaking", "breaking-change"))


def brought(
    one: Commit, number: int, title: str = "", body: str = "", *labels: str, author: str = "ada", is_bot: bool = False
) -> Commit:
    """Return a commit with its pull request, as its source has it."""
    pull = PullRequest(number, title or commit_title(one), body, labels, author, is_bot)
    return msgspec.structs.replace(one, pull_request=number, pull=pull)


def planned(*commits: Commit, options: PlanOptions = OPTIONS) -> Plan:
    return make_plan(a_range(), commits, Told(), options)


# -- titles and groups -------------------------------------------------------------------------------------------------


def test_an_entry_has_the_title_that_its_pull_request_has_by_now() -> None:
    plan = planned(brought(commit("WIP parser (#4)", "src/a.py"), 4, "feat: add a parser for `berths`."))
    assert [(entry.title, entry.section) for entry in plan.entries] == [("Added a parser for `berths`", "added")]


def test_the_commits_of_a_rebase_merged_pull_request_are_one_entry_named_after_it() -> None:
    newer, older = commit("Use the parser", "src/b.py"), commit("Write a parser", "src/a.py")
    plan = planned(brought(newer, 7, "Parse berths"), commit("Fix x (#8)", "x.py"), brought(older, 7, "Parse berths"))
    assert [(entry.title, entry.pull_requests) for entry in plan.entries] == [
        ("Parsed berths", (7,)),
        ("Fixed x", (8,)),
    ]
    assert plan.entries[0].commits == (plan.entries[0].commits[0], plan.entries[0].commits[1])
    assert {one.subject for one in plan.entries[0].commits} == {"Use the parser", "Write a parser"}


def test_a_commit_taken_out_of_a_rebase_merged_pull_request_has_its_own_title_again() -> None:
    newer, older = (
        brought(commit("Use the parser", "b.py"), 7, "Parse berths"),
        brought(commit("Write a parser", "a.py"), 7, "Parse berths", "", "breaking"),
    )
    desk = Desk(planned(newer, older), {})
    desk.take(TakeOut(commit_note(newer.sha), older.sha))
    assert [entry.title for entry in desk.entries] == ["Parsed berths", "Wrote a parser"]
    assert [entry.breaking_line for entry in desk.entries] == ["labelled breaking", "labelled breaking"]


def test_a_merge_commit_is_called_as_its_pull_request() -> None:
    merge = commit("Merge pull request #5 from ada/topic", "a.py", body="Old words", parents=2)
    assert [entry.title for entry in planned(brought(merge, 5, "Allow old words")).entries] == ["Allowed old words"]


def test_a_number_that_is_no_pull_request_changes_nothing() -> None:
    with_number = msgspec.structs.replace(commit("Fix x (#3)", "a.py"), pull_request=3)
    assert planned(with_number) == planned(with_number, options=PlanOptions(breaking_labels=OPTIONS.breaking_labels))
    assert planned(with_number).entries[0].pull_requests == (3,)


# -- messages ----------------------------------------------------------------------------------------------------------


def test_a_message_gains_what_the_pull_request_says_and_repeats_nothing() -> None:
    one = commit("Add a parser (#4)", "a.py", body="It reads berths.\n\n* wip on quays")
    told = brought(
        one, 4, "Add a parser", "It reads berths.\n\nQuays are next.\n\n<!-- fill in -->\n- [ ] manually tested"
    )
    assert message_of(told) == "Add a parser\n\nIt reads berths.\n\nQuays are next.\n\n* wip on quays"


def test_a_pull_request_that_says_the_same_leaves_the_message_as_it_was() -> None:
    one = commit("Add a parser (#4)", "a.py", body="It reads berths.\n\nQuays are next.")
    assert message_of(brought(one, 4, "Add a parser", "It reads berths.\n\nQuays are next.")) == message_of(one)


def test_a_fenced_block_is_taken_over_whole() -> None:
    one = commit("Add a parser (#4)", "a.py", body="```\na = 1\n\nb = 3\n```")
    assert message_of(brought(one, 4, "Add a parser", "```\na = 1\n\nb = 2\n```")).count("```") == 4


def test_the_pull_request_of_several_commits_speaks_once_and_first() -> None:
    newer, older = commit("Use the parser", "b.py", body="In the list."), commit("Write a parser", "a.py")
    both = (
        brought(newer, 7, "Parse berths", "Berths are read."),
        brought(older, 7, "Parse berths", "Berths are read."),
    )
    assert messages_of(both) == ("Parse berths\n\nBerths are read.", "Use the parser\n\nIn the list.", "Write a parser")
    assert message_of(both[1]) == "Write a parser\n\nParse berths\n\nBerths are read."


def test_without_pull_requests_messages_are_what_they_were() -> None:
    same = (commit("Fix x (#3)", "a.py", name="1"), commit("Fix x (#3)", "a.py", name="2"))
    assert messages_of(same) == ("Fix x", "Fix x")


def test_what_the_author_ticked_on_github_stands_in_the_raw_message() -> None:
    told = brought(commit("Add a parser (#4)", "a.py"), 4, "Add a parser", "- [x] manually tested, see acme/private#3")
    assert "- [x] manually tested, see acme/private#3" in raw_message_of(told)


# -- breaks, sections, skipping ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "body", "line"),
    [
        (("Breaking-Change",), "", "labelled Breaking-Change"),
        ((), "BREAKING CHANGE: `dock` is gone", "BREAKING CHANGE: `dock` is gone"),
        (("breaking",), "BREAKING CHANGE: none", "labelled breaking"),
        (("bug",), "", ""),
    ],
)
def test_a_label_or_a_line_of_the_pull_request_raises_the_suspicion_of_a_break(
    labels: tuple[str, ...], body: str, line: str
) -> None:
    (entry,) = planned(brought(commit("Rename dock (#4)", "a.py"), 4, "", body, *labels)).entries
    assert (entry.breaking, entry.breaking_line) == ("suspected" if line else "no", line)


@pytest.mark.parametrize(
    ("title", "labels", "section"),
    [
        ("Timeouts of the crawler", ("bug",), "fixed"),
        ("Timeouts of the crawler", ("kind/bug",), "fixed"),
        ("Update the crawler", ("type: bug",), "fixed"),
        ("Retries for listings", ("feature",), "added"),
        ("Retries for listings", (":sparkles: feature request",), "changed"),
        ("Improve listings", ("feature",), "changed"),
        ("Retries for listings", ("enhancement",), "changed"),
        ("Add retries", ("bug",), "added"),
        ("Remove retries", ("bug", "feature"), "removed"),
        ("Retries for listings", ("bug", "feature"), "changed"),
        ("Retries for listings", ("debugging",), "changed"),
    ],
)
def test_a_clear_label_gives_the_section_only_where_the_title_does_not(
    title: str, labels: tuple[str, ...], section: str
) -> None:
    (entry,) = planned(brought(commit(f"{title} (#4)", "a.py"), 4, "", "", *labels)).entries
    assert entry.section == section


def test_skip_labels_propose_a_commit_as_internal_and_say_so() -> None:
    plan = planned(brought(commit("Add a parser (#4)", "a.py"), 4, "", "", "Internal"))
    assert [(one.title, one.reason) for one in plan.internal] == [("Added a parser", "labelled Internal")]


def test_what_is_taken_back_from_the_skipped_is_asked_for_its_break() -> None:
    one = brought(commit("Add a parser (#4)", "a.py"), 4, "", "", "internal", "breaking")
    desk = Desk(planned(one), {})
    desk.take(Include(commit_note(one.sha)))
    assert [(entry.title, entry.breaking) for entry in desk.entries] == [("Added a parser", "suspected")]


@pytest.mark.parametrize("who", ["Ada", "ADA@example.com", "@ada-l", "ada-l"])
def test_skip_authors_leave_out_by_name_address_or_login(who: str) -> None:
    one = brought(commit("Add a parser (#4)", "a.py", author=("Ada", "ada@example.com")), 4, author="Ada-L")
    plan = planned(one, options=PlanOptions(skip_authors=("somebody", who)))
    assert [(out.kind, out.reason) for out in plan.left_out] == [("skipped", f"left out by `skip_authors` ({who})")]
    assert not plan.entries


@pytest.mark.parametrize("who", ["renovate", "renovate[bot]"])
def test_a_bot_is_skipped_with_and_without_its_mark(who: str) -> None:
    one = brought(commit("Tidy up (#4)", "a.py"), 4, author="renovate", is_bot=True)
    assert len(planned(one, options=PlanOptions(skip_authors=(who,))).left_out) == 1


def test_skip_commits_leave_out_by_the_beginning_of_a_sha() -> None:
    one, other = commit("Add a parser (#4)", "a.py"), commit("Add a crane (#5)", "b.py")
    plan = planned(one, other, options=PlanOptions(skip_commits=(one.sha[:7].upper(), other.sha[:6])))
    assert [(out.commit.sha, out.reason) for out in plan.left_out] == [
        (one.sha, f"left out by `skip_commits` ({one.sha[:7].upper()})")
    ]
    assert len(plan.entries) == 1


def test_an_update_of_a_bot_stays_in_the_list_of_updates_unless_a_label_says_otherwise() -> None:
    bump = brought(commit("Bump x from 1 to 2 (#4)", "pyproject.toml", author=BOT), 4, author="dependabot", is_bot=True)
    assert len(planned(bump).dependency_updates) == 1
    labelled = brought(commit("Bump x from 1 to 2 (#4)", "pyproject.toml", author=BOT), 4, "", "", "internal")
    assert len(planned(labelled).internal) == 1
