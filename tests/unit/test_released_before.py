"""What was released before: only releases between the base and the version being made, and only if it is still in them."""

from pathlib import Path

import pytest

from llnotes_tui.release.model import Plan
from llnotes_tui.release.plan import PlanOptions
from llnotes_tui.sources.git import Clone, RangeOptions
from llnotes_tui.sources.reading import read_plan
from tests.repositories import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.create(tmp_path / "clone")
    made.commit("Start", {"src/kit.py": "kit = 1\n"})
    made.tag("v1.0.0")
    return made


def plan_of(repo: Repo, until: str | None = None, since: str | None = None) -> Plan:
    return read_plan(Clone.open(repo.root), RangeOptions(since=since, until=until), PlanOptions())


def titles(plan: Plan) -> list[str]:
    return [entry.title for entry in plan.entries]


def skipped(plan: Plan) -> dict[str, str]:
    return {out.title: out.reason for out in plan.left_out if out.kind == "released"}


def test_a_fix_picked_to_an_old_line_is_in_the_old_lines_notes(repo: Repo) -> None:
    fix = repo.commit("Fix the leak (#7)", {"src/fix.py": "fix = 1\n"})
    repo.commit("Add a (#5)", {"src/a.py": "a = 1\n"})
    repo.tag("v1.1.0")
    repo.branch("1.0.x", "v1.0.0")
    repo.cherry_pick(fix, noted=True)
    assert titles(plan_of(repo, "1.0.x")) == ["Fixed the leak"]


def test_the_same_fix_on_two_lines_is_in_both(repo: Repo) -> None:
    repo.branch("1.x")
    repo.checkout("main")
    repo.commit("Add b (#3)", {"src/b.py": "b = 1\n"})
    repo.tag("v2.0.0")
    fix = repo.commit("Fix the overflow (#9)", {"src/cve.py": "cve = 1\n"})
    repo.checkout("1.x")
    repo.cherry_pick(fix)
    repo.tag("v1.0.1")
    repo.checkout("main")
    assert titles(plan_of(repo)) == ["Fixed the overflow"]


def test_what_a_patch_release_of_this_line_has_is_skipped(repo: Repo) -> None:
    fix = repo.commit("Fix the leak (#7)", {"src/fix.py": "fix = 1\n"})
    repo.commit("Add a (#5)", {"src/a.py": "a = 1\n"})
    repo.branch("1.0.x", "v1.0.0")
    picked = repo.cherry_pick(fix)
    repo.tag("v1.0.1")
    repo.checkout("main")
    plan = plan_of(repo)
    assert plan.range.since_name == "v1.0.1"
    assert titles(plan) == ["Added a"]
    assert skipped(plan) == {"Fixed the leak": f"released in v1.0.1 as {picked[:7]}"}


def test_what_the_release_branch_reverted_is_still_to_be_released(repo: Repo) -> None:
    fix = repo.commit("Fix the leak (#7)", {"src/fix.py": "fix = 1\n"})
    repo.commit("Add a (#5)", {"src/a.py": "a = 1\n"})
    repo.branch("1.0.x", "v1.0.0")
    picked = repo.cherry_pick(fix)
    repo.revert(picked)
    repo.tag("v1.0.1")
    repo.checkout("main")
    assert titles(plan_of(repo)) == ["Added a", "Fixed the leak"]


def test_a_commit_that_a_release_branch_holds_itself_and_reverted(repo: Repo) -> None:
    fix = repo.commit("Fix the leak (#7)", {"src/fix.py": "fix = 1\n"})
    repo.branch("rel-1.1")
    repo.revert(fix)
    repo.tag("v1.1.0")
    repo.checkout("main")
    repo.commit("Add a (#5)", {"src/a.py": "a = 1\n"})
    assert titles(plan_of(repo, since="v1.0.0")) == ["Added a", "Fixed the leak"]


def test_a_merge_is_released_only_if_all_that_it_brought_is(repo: Repo) -> None:
    repo.branch("topic")
    one = repo.commit("One half", {"src/one.py": "one = 1\n"})
    two = repo.commit("Other half", {"src/two.py": "two = 1\n"})
    repo.checkout("main")
    repo.merge("topic", "Merge pull request #8 from ada/topic\n\nAdd both halves")
    repo.branch("1.0.x", "v1.0.0")
    repo.cherry_pick(one)
    repo.tag("v1.0.1")
    repo.checkout("main")
    assert titles(plan_of(repo)) == ["Added both halves"]
    repo.checkout("1.0.x")
    repo.cherry_pick(two)
    repo.tag("v1.0.2")
    repo.checkout("main")
    plan = plan_of(repo)
    assert titles(plan) == []
    assert list(skipped(plan)) == ["Added both halves"]


def test_a_change_that_was_reverted_before_the_release_and_applied_again(repo: Repo) -> None:
    added = repo.commit("Add wheels (#4)", {"src/wheels.py": "wheels = 4\n"})
    repo.revert(added)
    repo.tag("v1.1.0")
    repo.commit("Add wheels (#6)", {"src/wheels.py": "wheels = 4\n"})
    assert titles(plan_of(repo)) == ["Added wheels"]


def changelog(*sections: str) -> str:
    return "# Changelog\n\n" + "".join(f"## {section}\n\n" for section in sections)


def listing(version: str, *numbers: int) -> str:
    return f"[{version}] - 2024-01-01\n\n### Added\n\n" + "".join(f"- Change {n} (#{n})\n" for n in numbers)


def test_what_the_section_of_the_last_release_lists_is_skipped(repo: Repo) -> None:
    repo.commit("Release 1.1.0", {"CHANGELOG.md": changelog(listing("1.1.0", 7))})
    repo.tag("v1.1.0")
    repo.commit("Add a (#7)", {"src/a.py": "a = 1\n"})
    repo.commit("Add b (#8)", {"src/b.py": "b = 1\n"})
    plan = plan_of(repo)
    assert titles(plan) == ["Added b"]
    assert skipped(plan) == {"Added a": "released in 1.1.0"}


def test_a_section_speaks_of_the_first_commit_with_its_number(repo: Repo) -> None:
    repo.commit("Add a (#7)", {"src/a.py": "a = 1\n"})
    repo.commit("Release 1.1.0", {"CHANGELOG.md": changelog(listing("1.1.0", 7))})
    repo.tag("v1.1.0")
    repo.commit("Add a for Windows too (#7)", {"src/a.py": "a = 2\n"})
    assert titles(plan_of(repo)) == ["Added a for Windows too"]


def test_the_revert_of_a_released_request_is_news(repo: Repo) -> None:
    added = repo.commit("Add a (#7)", {"src/a.py": "a = 1\n"})
    repo.commit("Release 1.1.0", {"CHANGELOG.md": changelog(listing("1.1.0", 7))})
    repo.tag("v1.1.0")
    repo.revert(added)
    assert len(titles(plan_of(repo))) == 1


def test_sections_of_another_line_do_not_count(repo: Repo) -> None:
    repo.commit("Add b (#3)", {"src/b.py": "b = 1\n"})
    repo.commit("Release 2.0.0", {"CHANGELOG.md": changelog(listing("2.0.0", 3), listing("1.0.0", 1))})
    repo.tag("v2.0.0")
    repo.commit("Fix the overflow (#9)", {"src/cve.py": "cve = 1\n"})
    repo.commit(
        "Merge the notes of 1.0.1",
        {"CHANGELOG.md": changelog(listing("2.0.0", 3), listing("1.0.1", 9), listing("1.0.0", 1))},
    )
    assert "Fixed the overflow" in titles(plan_of(repo))
