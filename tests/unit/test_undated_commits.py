"""Commits with a missing, malformed or out-of-range date are read like any other commit."""

from pathlib import Path

import pytest

from llnotes_tui.release.people import contributors_of
from llnotes_tui.sources.git import Clone, RangeOptions
from llnotes_tui.sources.structure import parse_time
from llnotes_tui.sources.told import told
from tests.repositories import Repo

PEOPLE = (
    "A <a@example.com> -5000 +0000",
    "A <a@example.com>",
    "A a@example.com 1700009999 +0000",
    "A <a@example.com> 1700009999",
    "A <a@example.com> soon",
    "A <a@example.com> 99999999999999999999999999 +0000",
    "A <a@example.com> 1700009999 +99999999",
    "",
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo.create(tmp_path / "clone")
    repo.commit("Start", {"a": "1"})
    repo.tag("v1.0.0")
    return repo


def commit_by(repo: Repo, person: str, message: str) -> str:
    """Make a commit whose author and committer lines are `person`, without git's own checks."""
    repo.write("a", message)
    repo.git("add", "--all")
    tree = repo.git("write-tree")
    raw = f"tree {tree}\nparent {repo.head}\nauthor {person}\ncommitter {person}\n\n{message}\n"
    sha = repo.git("hash-object", "-t", "commit", "--literally", "-w", "--stdin", stdin=raw.encode())
    repo.git("reset", "-q", "--hard", sha)
    return sha


@pytest.mark.parametrize("person", PEOPLE)
def test_a_commit_without_a_usable_date_is_read(repo: Repo, person: str) -> None:
    sha = commit_by(repo, person, "Fix it (#24)")
    clone = Clone.open(repo.root)
    span = clone.range(RangeOptions())
    [commit] = clone.commits(span, RangeOptions())
    assert (commit.sha, commit.subject, commit.pull_request) == (sha, "Fix it (#24)", 24)
    assert 0 <= commit.committed_at <= 253_402_300_799
    assert all(person.name for person in contributors_of([commit], None))


def test_an_undated_release_commit_has_no_release_date(repo: Repo) -> None:
    released = commit_by(repo, PEOPLE[0], "Release v1.1.0 (#3)")
    repo.commit("Add a (#4)", {"a": "4"})
    span = Clone.open(repo.root).range(RangeOptions())
    assert (span.since, span.last_version, span.last_released_at) == (released, "v1.1.0", None)


def test_a_released_copy_is_found_beside_an_undated_commit(repo: Repo) -> None:
    repo.branch("maintenance")
    picked = repo.commit("Fix the crash (#7)", {"b": "1\n"})
    repo.tag("v1.0.1")
    repo.checkout("main")
    repo.commit("Fix the crash (#8)", {"b": "1\n"})
    commit_by(repo, "A <a@example.com>", "Fix it (#24)")
    clone = Clone.open(repo.root)
    span = clone.range(RangeOptions(since="v1.0.0"))
    commits = list(clone.commits(span, RangeOptions()))
    found = told(clone, span, commits).copies
    assert [copy.commit for copy in found.values()] == [picked]


@pytest.mark.parametrize(
    ("printed", "seconds"),
    [("1700000000", 1700000000), (b"0", 0), ("", 0), ("-5000", 0), ("soon", 0), ("²", 0), (b"9" * 5000, 0)],
)
def test_times_that_git_prints(printed: str | bytes, seconds: int) -> None:
    assert parse_time(printed) == seconds
