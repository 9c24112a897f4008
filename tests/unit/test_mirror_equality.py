"""A draft from `owner/name` is the draft from a clone of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.github import GitHubFake
from tests.unit.commanding import Run, run_here
from tests.unit.mirroring import NAME, clone_of, port, served

RANGES = [
    pytest.param((), id="unreleased"),
    pytest.param(("--until", "v0.1.0"), id="the first release"),
    pytest.param(("--since", "v0.1.0", "--until", "main"), id="since a tag"),
    pytest.param(("--until", "v0.2.1"), id="a tag beside the branch"),
    pytest.param(("--until", "cranes"), id="another branch"),
    pytest.param(("--since", "fixes"), id="since another branch"),
]


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubFake]:
    with served(monkeypatch, tmp_path, port(tmp_path / "harbor")) as github:
        yield github


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return run_here(capsys, monkeypatch)


def drafted(run: Run, *words: str) -> dict[str, Any]:
    done = run("draft", *words, "--engine", "extractive", "--format", "json")
    assert done.status == 0, done.err
    told: dict[str, Any] = json.loads(done.out)
    for counted in ("repository", "calls", "cached"):  # what the cache held is no part of a draft
        told.pop(counted)
    return told


@pytest.mark.parametrize("words", RANGES)
def test_a_draft_from_github_equals_the_one_from_a_clone(
    github: GitHubFake, run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    clone = clone_of(port(tmp_path / "again"), github, tmp_path / "clone")

    from_github = drafted(run, NAME, *words)
    from_clone = drafted(run, str(clone), *words)

    assert from_github == from_clone
    assert from_github["manifest"]["commits"]


def test_offline_the_same_is_drafted_from_what_was_fetched(github: GitHubFake, run: Run, tmp_path: Path) -> None:
    clone = clone_of(port(tmp_path / "again"), github, tmp_path / "clone")
    drafted(run, NAME)
    github.forget()

    from_github, from_clone = drafted(run, NAME, "--offline"), drafted(run, str(clone), "--offline")

    assert from_github == from_clone
    assert github.requests == []


def test_a_release_that_was_never_tagged_ends_the_range_in_both(github: GitHubFake, run: Run) -> None:
    told = drafted(run, NAME)
    assert told["base_from"] == "release-commit"
    assert "0.2.1" in json.dumps(told["left_out"])  # the picked one was released beside the branch
