"""Dependency updates are one line for each dependency, from the first version to the last, with every commit counted."""

import pytest
from msgspec import structs

from llnotes_tui.release.bumps import bump_title, is_dependency_bump
from llnotes_tui.release.dependencies import fold_bumps
from llnotes_tui.release.ids import commit_note
from llnotes_tui.release.model import Commit, NoiseKind, Plan
from llnotes_tui.release.plan import PlanOptions, Told, make_plan, manifest
from llnotes_tui.review.decisions import Include, SetFacts
from llnotes_tui.review.desk import Desk
from tests.unit.planning import BOT, a_range, change, commit

LOCK = change("uv.lock", noise=NoiseKind.LOCK)


def plan_of(*commits: Commit) -> Plan:
    """Plan commits that are given newest first."""
    return make_plan(a_range(), commits, Told(), PlanOptions())


def bumps(*subjects: str, path: str = "requirements.txt") -> list[Commit]:
    """Return bumps by a bot, newest first."""
    return [commit(subject, path, author=BOT, name=f"{subject} {at}") for at, subject in enumerate(subjects)]


def titles(*commits: Commit) -> list[str]:
    return [update.title for update in fold_bumps(commits).updates]


@pytest.mark.parametrize(
    ("subjects", "expected"),
    [
        (
            ("Bump x from 1.2 to 1.3 (#3)", "Bump x from 1.1 to 1.2 (#2)", "Bump x from 1.0 to 1.1 (#1)"),
            ["Bumped x from 1.0 to 1.3"],
        ),
        (
            ("chore(deps): bump x from 2 to 3 in /web (#2)", "build(deps-dev): bump x from 1 to 2 in /web (#1)"),
            ["Bumped x from 1 to 3 in /web"],
        ),
        (("Bump x from 2 to 3 in /web", "Bump x from 1 to 2"), ["Bumped x from 2 to 3 in /web", "Bumped x from 1 to 2"]),
        (
            ("Update x requirement from <27,>=26 to >=26,<28", "Update x requirement from <26,>=25 to >=26,<27"),
            ["Updated x requirement from <26,>=25 to >=26,<28"],
        ),
        (
            ("Update x requirement from <3 to <4", "Bump x from 2 to 3"),
            ["Updated x requirement from <3 to <4", "Bumped x from 2 to 3"],
        ),
        (("Update dependency x to v3", "Update dependency x to v2"), ["Updated dependency x to v3"]),
        (("Update dependency x to v3", "Bump x from 1 to 2"), ["Updated dependency x from 1 to v3"]),
        (("Update actions/checkout action to v5", "Update actions/checkout action to v4"), ["Updated actions/checkout action to v5"]),
        (("Bump X from 2 to 3", "Bump `x` from 1 to 2"), ["Bumped X from 1 to 3"]),
        (("Bump x from 2 to 3", "Bump x-y from 1 to 2"), ["Bumped x from 2 to 3", "Bumped x-y from 1 to 2"]),
        (("Bump x from 1 to 3", "Downgrade x from 2 to 1", "Bump x from 1 to 2"), ["Bumped x from 1 to 3"]),
        (("Bump x from 1 to 2", "Bump x from 2 to 3"), ["Bumped x from 1 to 3"]),
        (("Bump x from 1.0 to 1.2", "Bump x from 1.0 to 1.1"), ["Bumped x from 1.0 to 1.2"]),
        (("Bump x from 2 to 3 and y from 4 to 5", "Bump x from 1 to 2"), ["Bumped x from 2 to 3 and y from 4 to 5", "Bumped x from 1 to 2"]),
        (("Lock file maintenance", "Lock file maintenance (#4)"), ["Lock file maintenance"]),
        (("Bump x and y", "Bump x and z"), ["Bumped x and y", "Bumped x and z"]),
    ],
)  # fmt: skip
def test_a_dependency_is_one_line_from_its_first_version_to_its_last(
    subjects: tuple[str, ...], expected: list[str]
) -> None:
    assert titles(*bumps(*subjects)) == expected


def test_the_same_name_in_two_ecosystems_is_two_dependencies() -> None:
    commits = [*bumps("Bump x from 2 to 3", path="package.json"), *bumps("Bump x from 1 to 2")]
    assert titles(*commits) == ["Bumped x from 2 to 3", "Bumped x from 1 to 2"]


def test_a_group_counts_its_members_once() -> None:
    newer = commit("Bump the python group with 1 update", LOCK, author=BOT, body="Updates `a` from 2 to 3")
    older = commit(
        "Bump the python group with 2 updates",
        LOCK,
        author=BOT,
        body="Updates `a` from 1 to 2\nUpdates `b` from 1 to 2",
    )
    other = commit("Bump the rust group with 1 update", "Cargo.lock", author=BOT, body="Updates `a` from 2 to 3")
    assert titles(newer, other, older) == ["Bumped the python group with 2 updates", "Bumped the rust group with 1 update"]  # fmt: skip


def test_groups_whose_members_are_unknown_stay_apart() -> None:
    assert titles(*bumps("Bump the python group with 3 updates", "Bump the python group with 2 updates")) == [
        "Bumped the python group with 3 updates",
        "Bumped the python group with 2 updates",
    ]


def test_every_commit_behind_a_line_is_counted() -> None:
    commits = bumps("Bump x from 2 to 3 (#3)", "Bump y from 1 to 2 (#2)", "Bump x from 1 to 2 (#1)")
    plan = plan_of(*commits)
    assert [(update.title, update.commits) for update in plan.dependency_updates] == [
        ("Bumped x from 1 to 3", (commits[0], commits[2])),
        ("Bumped y from 1 to 2", (commits[1],)),
    ]
    assert (manifest(plan).commits, manifest(plan).folded) == (3, 3)


def test_a_dependency_that_is_back_at_its_first_version_is_left_out() -> None:
    plan = plan_of(*bumps("Bump x from 2 to 1", "Bump x from 1 to 2"))
    assert plan.dependency_updates == ()
    assert {(out.reason, out.kind) for out in plan.left_out} == {("back at 1 in the end", "reverted")}
    assert (manifest(plan).folded, manifest(plan).cancelled) == (0, 2)


@pytest.mark.parametrize("at", [0, 1])
def test_including_a_line_places_all_its_commits(at: int) -> None:
    commits = bumps("Bump x from 2 to 3 (#3)", "Bump x from 1 to 2 (#1)")
    desk = Desk(plan_of(*commits), {})
    desk.take(Include(commit_note(commits[at].sha)))
    [entry] = desk.entries
    assert (entry.title, entry.commits, entry.pull_requests) == ("Bumped x from 1 to 3", tuple(commits), (3, 1))
    assert not desk.groups


def test_a_title_that_a_person_gave_a_line_stays_when_another_bump_joins_it() -> None:
    commits = bumps("Bump x from 2 to 3 (#3)", "Bump x from 1 to 2 (#1)")
    desk = Desk(plan_of(*commits), {})
    desk.take(SetFacts(commit_note(commits[1].sha), title="Moved to the new x"))
    assert [item.title for item in desk.groups.values()] == ["Moved to the new x"]


BRANCHES = [
    ("dependabot/go_modules/github.com/acme/assert-1.9.0", "Bump github.com/acme/assert to 1.9.0"),
    ("dependabot/pip/pytest-cov-6.0.0", "Bump pytest-cov to 6.0.0"),
    ("dependabot/npm_and_yarn/web/vite-5.0.0-rc.1", "Bump web/vite to 5.0.0-rc.1"),
    ("dependabot/pip/python-0a1b2c3d4e", "Bump the python group"),
    ("renovate/lodash-4.x", "Update lodash to 4.x"),
    ("renovate/all-minor", "Update all-minor"),
]


@pytest.mark.parametrize(("branch", "title"), BRANCHES)
@pytest.mark.parametrize("merge", ["Merge pull request #33 from acme/{}", "Merge branch '{}'"])
def test_a_merged_bot_branch_without_a_message_is_a_bump(branch: str, title: str, merge: str) -> None:
    merged = commit(merge.format(branch), "go.mod", parents=2)
    assert is_dependency_bump(merged)
    assert bump_title(merged) == title


def test_a_merged_bot_branch_is_called_what_its_bump_is_called() -> None:
    merged = commit("Merge pull request #33 from acme/dependabot/pip/x-1.9.0", "go.mod", parents=2)
    given = structs.replace(merged, given_title="Bump x from 1.8.0 to 1.9.0")
    assert is_dependency_bump(given)
    assert bump_title(given) == "Bump x from 1.8.0 to 1.9.0"
    with_title = commit(merged.subject, "go.mod", parents=2, body="Bump x from 1.7.0 to 1.9.0")
    assert is_dependency_bump(with_title)
    assert bump_title(with_title) == "Bump x from 1.7.0 to 1.9.0"


@pytest.mark.parametrize(
    ("subject", "path"),
    [
        ("Merge pull request #33 from acme/dependabot/pip/x-1.9.0", "src/x.py"),
        ("Merge pull request #33 from acme/dependency-graph", "go.mod"),
        ("Merge branch 'fix/renovate-settings'", "requirements.txt"),
    ],
)
def test_other_merges_are_no_bumps(subject: str, path: str) -> None:
    assert not is_dependency_bump(commit(subject, path, parents=2))
