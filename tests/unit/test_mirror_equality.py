"""A draft from `owner/name` is the draft from a clone of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llnotes_tui.sources.git import Clone
from tests.fakes.github import GitHubFake
from tests.repositories import Repo
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


def test_of_a_long_history_without_tags_only_the_changelog_is_looked_through(
    github: GitHubFake, run: Run, tmp_path: Path
) -> None:
    repo = Repo.create(tmp_path / "long")
    old = b"".join(b"line %d\n" % number for number in range(200))
    repo.history([(f"Grow ({number})", {"old.txt": old + b"%d\n" % number}) for number in range(260)])
    repo.commit("Say what is new", {"CHANGELOG.md": "# Version changelog\n\n## 0.3.0\n\n* Grew ([#1](x)).\n"})
    repo.commit("Add a lamp (#300)", {"lamp.py": "def light(): ...\n"})
    github.repository("acme/long", repo.root, private=True)
    clone = clone_of(repo, github, tmp_path / "long-clone", "acme/long")

    told = drafted(run, "acme/long")

    assert told == drafted(run, str(clone))
    assert (told["base_from"], told["manifest"]["commits"]) == ("release-commit", 1)
    mirror = Clone.open(tmp_path / "cache" / "clones" / "127.0.0.1" / "acme" / "long.git")
    assert mirror.file_at(repo.rev("main~2"), b"old.txt") is not None  # the base has it too
    assert mirror.file_at(repo.rev("main~9"), b"old.txt") is None
    assert drafted(run, "acme/long", "--since", repo.rev("main~9")) == drafted(
        run, str(clone), "--since", repo.rev("main~9")
    )


SOURCE = "".join(f"line_{number} = {number}\n" for number in range(20))


@pytest.mark.parametrize(
    ("released", "base_from"),
    [
        pytest.param({"src/long.py": SOURCE.replace("= 7", "= 8")}, "release-commit", id="a number of the version"),
        pytest.param({"src/long.py": SOURCE + SOURCE.replace("line", "more")}, "tag", id="work"),
        pytest.param({"src/new.py": SOURCE}, "tag", id="a new file"),
        pytest.param({"VERSION": "1.1.0\n"}, "release-commit", id="nothing but a release"),
    ],
)
def test_of_a_long_history_without_a_changelog_release_commits_are_looked_at(
    github: GitHubFake, run: Run, tmp_path: Path, released: dict[str, str], base_from: str
) -> None:
    repo = Repo.create(tmp_path / "long")
    repo.commit("Start", {"src/long.py": SOURCE})
    repo.tag("v1.0.0")
    repo.history([(f"Grow ({number})", {"old.txt": b"old %d\n" % number}) for number in range(120)])
    repo.commit("Release 1.1.0", released)
    repo.history([(f"Grow more ({number})", {"older.txt": b"%d\n" % number}) for number in range(120)])
    github.repository("acme/long", repo.root, private=True)
    clone = clone_of(repo, github, tmp_path / "long-clone", "acme/long")

    told = drafted(run, "acme/long")

    assert told == drafted(run, str(clone))
    assert told["base_from"] == base_from
    mirror = Clone.open(tmp_path / "cache" / "clones" / "127.0.0.1" / "acme" / "long.git")
    is_fetched = mirror.file_at(repo.rev("main~150"), b"old.txt") is not None
    assert is_fetched == (base_from == "tag"), "what the base has already is not fetched"


def test_of_a_long_history_the_files_that_the_changelog_was_split_into_are_looked_at(
    github: GitHubFake, run: Run, tmp_path: Path
) -> None:
    repo = Repo.create(tmp_path / "long")
    notes = "# Version changelog\n\n## 1.1.0\n\n* Grew.\n\n"
    repo.commit("Start", {"CHANGELOG.md": "# Version changelog\n\n## 1.0.0\n\n* Began.\n"})
    repo.tag("v1.0.0")
    drawn = repo.commit("Draw a lamp", {"drawing.txt": "A lamp\n"})
    repo.commit("Draw it again", {"drawing.txt": "Another lamp\n"})
    repo.commit("Release 1.1.0", {"CHANGELOG.md": notes + "## 1.0.0\n\n* Began.\n"})
    repo.commit("Split", {"CHANGELOG.md": "# Version changelog\n\n## 1.0.0\n", "docs/changes-1.1.md": notes})
    repo.history([(f"Grow ({number})", {"old.txt": b"%d\n" % number}) for number in range(220)])
    github.repository("acme/long", repo.root, private=True)
    clone = clone_of(repo, github, tmp_path / "long-clone", "acme/long")

    told = drafted(run, "acme/long")

    assert told == drafted(run, str(clone))
    assert told["base_from"] == "release-commit"
    mirror = Clone.open(tmp_path / "cache" / "clones" / "127.0.0.1" / "acme" / "long.git")
    assert mirror.file_at(drawn, b"drawing.txt") is None, "what the base has already is not fetched"


def test_check_holds_notes_against_a_repository_on_github(github: GitHubFake, run: Run, tmp_path: Path) -> None:
    clone = clone_of(port(tmp_path / "again"), github, tmp_path / "clone")
    notes = tmp_path / "notes.md"
    notes.write_text(
        "# Version changelog\n\n## 0.3.0\n\n* Added `count` and `cuont` ([#10](x)). It uses `nowhere_at_all`.\n"
    )

    from_github = run("check", str(notes), "--repo", NAME, "--format", "json")
    from_clone = run("check", str(notes), "--repo", str(clone), "--format", "json")

    assert from_github.out == from_clone.out
    assert "nowhere_at_all" in from_github.out


def test_a_template_of_the_repository_is_used_once_it_is_trusted(
    github: GitHubFake, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = Repo(tmp_path / "harbor")
    repo.commit("Shape", {".llnotes.toml": 'template = "notes.j2"\n', "notes.j2": "VERSION {{ version }}\n"})
    refused = run("draft", NAME, "--engine", "extractive")
    assert "the repository's own and not trusted" in refused.err
    monkeypatch.setenv("LLNOTES_TRUSTED_TEMPLATES", '["127.0.0.1/acme/harbor"]')
    assert run("draft", NAME, "--engine", "extractive").out.startswith("VERSION 0.")


def test_there_are_no_files_to_write_to_and_nothing_is_written(github: GitHubFake, run: Run) -> None:
    done = run("export", NAME, "--unreviewed", "titles")
    assert done.status == 1
    assert "acme/harbor was read from GitHub and has no files here to write to" in done.err
