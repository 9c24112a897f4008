"""Bases of projects that release from branches which never come back, and releases that the branch took back."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from llnotes_tui.release.model import Commit, Range
from llnotes_tui.release.reverting import cancelled
from llnotes_tui.release.versions import parse
from llnotes_tui.sources.git import Clone, RangeOptions
from llnotes_tui.sources.release_branches import is_within, line_of
from tests.repositories import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.create(tmp_path / "clone")


def range_of(repo: Repo, until: str | None = None) -> Range:
    return Clone.open(repo.root).range(RangeOptions(until=until))


def subjects(repo: Repo, until: str | None = None) -> list[str]:
    clone, options = Clone.open(repo.root), RangeOptions(until=until)
    return [commit.subject for commit in clone.commits(clone.range(options), options)]


def cut_release(repo: Repo, version: str, *patches: str) -> None:
    """Release from a branch of its own, and go on with main."""
    repo.branch(f"rel-{version}")
    repo.commit(f"Prepare {version}", {"VERSION": version})
    repo.tag(f"v{version}")
    for patch in patches:
        repo.commit(f"Fix for {patch}", {"fix": patch})
        repo.tag(f"v{patch}")
    repo.checkout("main")


def test_main_counts_from_where_the_newest_release_branch_left_it(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    cut_release(repo, "1.0.0")
    repo.commit("Old work", {"a": "2"})
    cut_release(repo, "1.1.0", "1.1.1", "1.1.2")
    repo.commit("New work", {"a": "3"})
    span = range_of(repo)
    assert (span.since_name, span.last_version) == ("v1.1.2", "v1.1.2")
    assert span.base_note == "base v1.1.2 (left this branch 1 commit ago)."
    assert subjects(repo) == ["New work"]


def test_order_is_by_version_and_never_by_date(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    repo.branch("old")
    repo.commit("More", {"a": "2"})
    cut_release(repo, "2.0.0")
    repo.commit("New work", {"a": "3"})
    repo.checkout("old")
    repo.commit("Fix the old line", {"b": "1"})
    repo.tag("v1.0.1")
    repo.checkout("main")
    assert range_of(repo).since_name == "v2.0.0"


def test_a_maintenance_line_counts_from_its_own_last_release(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    repo.tag("v1.0.0")
    repo.branch("lts")
    repo.checkout("main")
    repo.commit("Feature", {"a": "2"})
    repo.tag("v1.1.0")
    repo.checkout("lts")
    repo.commit("Fix", {"b": "1"})
    assert range_of(repo, "lts").since_name == "v1.0.0"
    repo.tag("v1.0.1")
    repo.commit("Fix more", {"b": "2"})
    assert range_of(repo, "lts").since_name == "v1.0.1"


def test_the_name_of_a_branch_says_its_line(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    repo.branch("stable/1.x")
    repo.checkout("main")
    repo.commit("Feature", {"a": "2"})
    cut_release(repo, "1.4.0")
    cut_release(repo, "2.0.0")
    repo.checkout("stable/1.x")
    repo.git("merge", "-q", "--ff-only", "main")
    repo.commit("Fix", {"b": "1"})
    assert range_of(repo, "stable/1.x").since_name == "v1.4.0"
    assert range_of(repo, "main").since_name == "v2.0.0"


def test_a_tie_is_named_with_the_other_choice(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    repo.tag("v1.0.0")
    cut_release(repo, "1.1.0")
    repo.commit("New work", {"a": "2"})
    span = range_of(repo)
    assert span.since_name == "v1.1.0"
    assert "v1.0.0, which main contains, is as near: `--since v1.0.0`" in span.base_note


def test_a_release_of_another_history_is_no_base(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    repo.tag("v1.0.0")
    repo.commit("New work", {"a": "2"})
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit("Unrelated", {"z": "1"})
    repo.tag("v9.0.0")
    repo.checkout("main")
    assert range_of(repo).since_name == "v1.0.0"


def test_a_past_commit_does_not_begin_at_a_later_release(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    repo.tag("v1.0.0")
    middle = repo.commit("Middle", {"a": "2"})
    repo.commit("Late", {"a": "3"})
    repo.tag("v1.1.0")
    assert range_of(repo, middle).since_name == "v1.0.0"


def test_a_branch_that_was_released_whole_has_nothing_unreleased(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    repo.commit("Work", {"a": "2"})
    cut_release(repo, "1.1.0")
    assert range_of(repo).since_name == "v1.1.0"
    assert subjects(repo) == []


@pytest.mark.parametrize(
    ("branch", "line"),
    [
        ("12.x", (12,)),
        ("stable/5.1", (5, 1)),
        ("v2", (2,)),
        ("maint-2.43", (2, 43)),
        ("release-1.2.x", (1, 2)),
        ("6.4", (6, 4)),
        ("1.2-stable", (1, 2)),
        ("main", None),
        ("issue-12", None),
        ("2fa", None),
        ("fix/1234", None),
        ("python3", None),
    ],
)
def test_the_line_in_the_name_of_a_branch(branch: str, line: tuple[int, ...] | None) -> None:
    assert line_of(branch) == line


def test_versions_within_a_line() -> None:
    versions = {text: parse(text) for text in ("5.0.9", "5.1.7", "5.2.0", "6.0.0")}
    assert [text for text, version in versions.items() if version and is_within(version, (5, 1))] == ["5.0.9", "5.1.7"]


# -- releases by a commit or a heading -------------------------------------------------------------------------------

LABS = "# Version changelog\n\n"


def labs(*versions: str) -> str:
    return LABS + "".join(f"## {version}\n\n* Something\n\n" for version in versions)


def test_a_reverted_release_commit_is_no_release(repo: Repo) -> None:
    repo.commit("Release v0.1.0", {"CHANGELOG.md": labs("0.1.0")})
    repo.tag("v0.1.0")
    repo.commit("Add f (#2)", {"f": "1"})
    release = repo.commit("Release v0.2.0 (#5)", {"CHANGELOG.md": labs("0.2.0", "0.1.0")})
    repo.commit("Add g (#6)", {"g": "1"})
    revert = repo.revert(release)
    span = range_of(repo)
    assert span.since_name == "v0.1.0"
    assert f"0.2.0 ({release[:7]}) is no release: it was reverted by {revert[:7]}" in span.base_note
    repo.revert(revert)
    assert range_of(repo).since_name == "0.2.0 (release commit)"


def test_a_release_whose_heading_is_gone_is_no_release(repo: Repo) -> None:
    repo.commit("Start", {"CHANGELOG.md": labs("0.1.0")})
    repo.tag("v0.1.0")
    repo.commit("Write notes", {"CHANGELOG.md": labs("0.2.0", "0.1.0")})
    assert range_of(repo).since_name == "0.2.0 (release commit)"
    repo.commit("Not yet", {"CHANGELOG.md": labs("0.1.0")})
    span = range_of(repo)
    assert span.since_name == "v0.1.0"
    assert "has no heading in CHANGELOG.md" in span.base_note


def test_a_changelog_that_was_split_still_holds_its_releases(repo: Repo) -> None:
    repo.commit("Start", {"CHANGELOG.md": labs("0.1.0")})
    repo.tag("v0.1.0")
    repo.commit("Release 0.2.0", {"CHANGELOG.md": labs("0.2.0", "0.1.0")})
    repo.commit("Begin a new file", {"CHANGELOG.md": LABS, "docs/CHANGELOG-0.md": labs("0.2.0", "0.1.0")})
    assert range_of(repo).since_name == "0.2.0 (release commit)"


def test_the_next_older_release_is_tried(repo: Repo) -> None:
    repo.commit("Start", {"CHANGELOG.md": labs("0.1.0")})
    repo.tag("v0.1.0")
    repo.commit("Release 0.2.0", {"CHANGELOG.md": labs("0.2.0", "0.1.0")})
    repo.commit("Add g", {"g": "1"})
    release = repo.commit("Release 0.3.0", {"CHANGELOG.md": labs("0.3.0", "0.2.0", "0.1.0")})
    repo.revert(release)
    assert range_of(repo).since_name == "0.2.0 (release commit)"


def test_a_planned_version_is_no_release(repo: Repo) -> None:
    repo.commit("Start", {"CHANGELOG.md": "# Changelog\n\n## 1.2.0 - 2024-01-01\n\n- x\n"})
    repo.tag("v1.2.0")
    for planned in ("1.3.0 - TBD", "1.3.0 (unreleased)", "1.3.0.dev0", "1.3.0-SNAPSHOT"):
        text = f"# Changelog\n\n## {planned}\n\n- y\n\n## 1.2.0 - 2024-01-01\n\n- x\n"
        repo.commit(f"Plan {planned}", {"CHANGELOG.md": text})
        assert range_of(repo).since_name == "v1.2.0", planned


def test_a_squashed_release_that_carries_the_work_is_to_be_released(repo: Repo) -> None:
    repo.commit("Start", {"src/a.py": "a = 1\n"})
    repo.tag("v1.0.0")
    repo.commit("Release 1.1.0 (#99)", {"src/b.py": "def b():\n    return 1\n"})
    span = range_of(repo)
    assert span.since_name == "v1.0.0"
    assert "is said by a commit that changes code as well" in span.base_note


def test_a_tag_that_is_nearer_than_the_commit_that_planned_its_version_is_the_base(repo: Repo) -> None:
    repo.commit("Start", {"CHANGELOG.md": labs("0.1.0")})
    repo.tag("v0.1.0")
    repo.commit("Begin 0.2.0", {"CHANGELOG.md": labs("0.2.0", "0.1.0")})
    repo.commit("Add x", {"src/x.py": "x = 1\n"})
    cut_release(repo, "0.2.0")
    repo.commit("Add y", {"src/y.py": "y = 1\n"})
    span = range_of(repo)
    assert (span.since_name, span.base_note) == ("v0.2.0", "base v0.2.0 (left this branch 1 commit ago).")
    assert subjects(repo) == ["Add y"]


def test_work_between_a_release_branch_and_its_notes_is_unreleased(repo: Repo) -> None:
    """The branch of a release leaves, main goes on, and then the release's notes are brought back to main."""
    repo.commit("Start", {"CHANGELOG.md": labs("0.1.0")})
    repo.tag("v0.1.0")
    cut_release(repo, "0.2.0")
    repo.commit("Add x", {"src/x.py": "x = 1\n"})
    repo.commit("Release 0.2.0", {"CHANGELOG.md": labs("0.2.0", "0.1.0")})
    repo.commit("Add y", {"src/y.py": "y = 1\n"})
    assert range_of(repo).since_name == "v0.2.0"
    assert subjects(repo) == ["Add y", "Release 0.2.0", "Add x"]


def test_a_release_that_is_applied_again_is_where_it_was_first(repo: Repo) -> None:
    repo.commit("Start", {"CHANGELOG.md": labs("0.1.0")})
    repo.tag("v0.1.0")
    release = repo.commit("Release 0.2.0", {"CHANGELOG.md": labs("0.2.0", "0.1.0")})
    repo.commit("Add g", {"g": "1"})
    revert = repo.revert(release)
    repo.revert(revert)
    repo.commit("Add h", {"h": "1"})
    assert range_of(repo).since == release
    assert {"Add g", "Add h"} <= set(subjects(repo))


def test_a_release_of_another_series_is_no_base(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    for name in ("kit-0.1.0", "1.0.0"):
        repo.tag(name)
    repo.commit("Add to kit", {"kit": "1"})
    repo.commit("1.1.0", {"VERSION": "1.1.0"})
    repo.tag("1.1.0")
    repo.commit("Add more to kit", {"kit": "2"})
    clone, options = Clone.open(repo.root), RangeOptions(tag_prefix="kit-")
    span = clone.range(options)
    assert (span.since_name, span.last_version) == ("kit-0.1.0", "kit-0.1.0")


def test_a_past_release_looks_only_at_tags_that_were_there(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    repo.tag("v1.0.0")
    repo.commit("Fix", {"a": "2"})
    repo.branch("rel-1.0")
    repo.checkout("main")
    repo.commit("Add", {"b": "1"})
    repo.tag("v1.1.0")
    repo.checkout("rel-1.0")
    repo.commit("Late", {"c": "1"})
    repo.tag("v1.0.1")
    assert range_of(repo, "v1.1.0").since_name == "v1.0.0"


def test_an_unrelated_release_is_no_base_where_nothing_else_is_released(repo: Repo) -> None:
    repo.commit("Start", {"a": "1"})
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit("Unrelated", {"z": "1"})
    repo.tag("v9.0.0")
    repo.checkout("main")
    span = range_of(repo)
    assert (span.since, span.base_from) == (None, "first-commit")
    assert "v9.0.0 is tagged on a commit that main does not contain" in span.base_note


# -- headings of every kind ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading", ["## kit@1.5.0", "## kit-1.5.0", "## 1-5-0", "1.5.0 / 2024-05-14\n==================", "## **1.5.0**"]
)
@pytest.mark.parametrize("subject", ["Release 1.5.0", "Write the notes"])
def test_a_release_is_found_by_any_heading_of_its_version(repo: Repo, heading: str, subject: str) -> None:
    repo.commit("Start", {"HISTORY.md": "# History\n"})
    repo.tag("v1.4.0")
    repo.commit("Add f (#1)", {"src/f.py": "f = 1\n"})
    repo.commit(subject, {"HISTORY.md": f"# History\n\n{heading}\n\n* Added f\n", "src/g.py": "g = 1\n"})
    repo.commit("Add h (#2)", {"src/h.py": "h = 1\n"})
    span = range_of(repo)
    assert span.base_from == "release-commit", span.base_note
    assert span.last_version is not None
    assert span.last_version.lstrip("v").replace("-", ".") == "1.5.0"
    assert subjects(repo) == ["Add h (#2)"]


def test_days_are_releases_where_nothing_else_is(repo: Repo) -> None:
    repo.commit("Start", {"CHANGELOG.md": "# Changelog\n\n## 2024-05-01\n\n- x\n"})
    repo.commit("Write the notes", {"CHANGELOG.md": "# Changelog\n\n## 2024-05-14\n\n- y\n\n## 2024-05-01\n\n- x\n"})
    repo.commit("Add h (#2)", {"src/h.py": "h = 1\n"})
    assert range_of(repo).since_name == "2024-05-14 (release commit)"


def test_days_are_no_releases_of_a_repository_whose_tags_are_numbered(repo: Repo) -> None:
    repo.commit("Start", {"CHANGELOG.md": "# Changelog\n\n## 2024-05-01\n\n- x\n"})
    repo.tag("v1.4.0")
    repo.commit("Write the notes", {"CHANGELOG.md": "# Changelog\n\n## 2024-05-14\n\n- y\n\n## 2024-05-01\n\n- x\n"})
    assert range_of(repo).since_name == "v1.4.0"
    repo.commit("Release 1.5.0", {"VERSION": "1.5.0\n"})
    assert range_of(repo).since_name == "1.5.0 (release commit)"


def test_headings_of_several_packages_release_no_package(repo: Repo) -> None:
    repo.commit("Start", {"CHANGELOG.md": "# Changelog\n\n## kit@1.4.0\n\n- x\n"})
    repo.tag("v1.4.0")
    repo.commit("Write the notes", {"CHANGELOG.md": "# Changelog\n\n## cli@9.0.0\n\n- y\n\n## kit@1.4.0\n\n- x\n"})
    span = range_of(repo)
    assert (span.since_name, span.base_note) == ("v1.4.0", "")


@pytest.mark.parametrize("text", ["```\n## 9.0.0\n```", "<!--\n## 9.0.0\n-->", "### python-3.12\n\n- Supported"])
def test_what_only_looks_like_a_heading_of_a_version_is_passed_over(repo: Repo, text: str) -> None:
    repo.commit("Start", {"CHANGELOG.md": "# Changelog\n\n## 1.4.0\n\n- x\n"})
    repo.tag("v1.4.0")
    repo.commit("Say how", {"CHANGELOG.md": f"# Changelog\n\n## 1.4.0\n\n- x\n\n{text}\n"})
    span = range_of(repo)
    assert (span.since_name, span.base_note) == ("v1.4.0", "")
    repo.commit("Write the notes", {"CHANGELOG.md": f"# Changelog\n\n## 1.5.0\n\n- y\n\n{text}\n\n## 1.4.0\n\n- x\n"})
    assert range_of(repo).since_name == "1.5.0 (release commit)"


def test_a_planned_version_is_released_by_the_commit_that_gives_it_a_date(repo: Repo) -> None:
    text = "# Changelog\n\n## 1.3.0 - TBD\n\n- y\n\n## 1.2.0 - 2024-01-01\n\n- x\n"
    repo.commit("Start", {"CHANGELOG.md": "# Changelog\n\n## 1.2.0 - 2024-01-01\n\n- x\n"})
    repo.tag("v1.2.0")
    repo.commit("Plan", {"CHANGELOG.md": text})
    repo.commit("Add f (#1)", {"src/f.py": "f = 1\n"})
    dated = repo.commit("Give it a date", {"CHANGELOG.md": text.replace("TBD", "2024-02-02")})
    repo.commit("Add h (#2)", {"src/h.py": "h = 1\n"})
    assert range_of(repo).since == dated


# -- clones that lack files, and long histories ----------------------------------------------------------------------


def partial_of(repo: Repo, root: Path, kept: str) -> Repo:
    repo.config("uploadpack.allowFilter", "true")
    return repo.clone(root, f"--filter={kept}", "--no-checkout")


@pytest.mark.parametrize(
    ("files", "base"),
    [
        ({"VERSION": "1.1.0\n", "docs/notes.md": "New\n"}, "1.1.0 (release commit)"),
        ({"src/b.py": "def b():\n    return 1\n"}, "v1.0.0"),
        ({"src/a.py": "def a():\n    return 1\n"}, "v1.0.0"),
    ],
)
def test_a_partial_clone_judges_a_release_commit_by_the_names_of_its_files(
    repo: Repo, tmp_path: Path, files: dict[str, str], base: str
) -> None:
    repo.commit("Start", {"src/a.py": "a = 1\n", "VERSION": "1.0.0\n"})
    repo.tag("v1.0.0")
    repo.commit("Release 1.1.0 (#99)", files)
    repo.commit("Add h (#100)", {"src/h.py": "h = 1\n"})
    assert range_of(partial_of(repo, tmp_path / "blobless", "blob:none")).since_name == base
    assert range_of(partial_of(repo, tmp_path / "treeless", "tree:0")).since_name == "1.1.0 (release commit)"


def test_a_partial_clone_believes_a_release_commit_whose_changelog_it_lacks(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Start", {"src/a.py": "a = 1\n", "CHANGELOG.md": labs("1.0.0")})
    repo.tag("v1.0.0")
    repo.commit("Release 1.1.0", {"src/b.py": "b = 1\n", "CHANGELOG.md": labs("1.1.0", "1.0.0")})
    partial = partial_of(repo, tmp_path / "partial", "blob:none")
    assert range_of(partial).since_name == range_of(repo).since_name == "1.1.0 (release commit)"


def test_reverts_are_looked_for_once_for_all_releases(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("Start", {"a": "1"})
    releases = [repo.commit(f"Release 0.{number}.0", {f"n{number}": "x"}) for number in range(1, 9)]
    for release in reversed(releases[1:]):
        repo.revert(release)
    looked: list[int] = []

    def counted(commits: Sequence[Commit]) -> Mapping[str, str]:
        looked.append(len(commits))
        return cancelled(commits)

    monkeypatch.setattr("llnotes_tui.sources.release_commits.cancelled", counted)
    assert range_of(repo).since_name == "0.1.0 (release commit)"
    assert looked == [16]


def test_files_beside_the_changelog_are_read_once_for_all_releases(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("Start", {f"docs/changes-{number}.md": labs(f"0.0.{number}") for number in range(12)})
    repo.commit("Start notes", {"CHANGELOG.md": labs("0.1.0")})
    for number in range(2, 14):
        repo.commit(f"Release 0.{number}.0", {"n": str(number)})
    started: list[Sequence[str | bytes]] = []
    start = subprocess.Popen

    def counted(command: Sequence[str | bytes], **options: Any) -> "subprocess.Popen[bytes]":
        started.append(command)
        return start(command, **options)

    monkeypatch.setattr(subprocess, "Popen", counted)
    assert range_of(repo).since_name == "0.1.0 (release commit)"
    assert sum("cat-file" in command for command in started) < 6
    assert sum("ls-tree" in command for command in started) < 6
