"""Where git may not fetch: commits one by one from GitHub's API, with what cannot be had said."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llnotes_tui.release.model import FileStatus
from llnotes_tui.release.patch import Patch
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.github.api_clone import ApiClone
from llnotes_tui.sources.github.diff_files import files_in
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.options import ComponentOptions, RangeOptions, SourceError
from tests.fakes.github import GitHubFake
from tests.repositories import Repo
from tests.unit.commanding import Run, opened, run_here
from tests.unit.mirroring import NAME, clone_of, fetched, port, served


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return port(tmp_path / "harbor")


@pytest.fixture
def github(tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubFake]:
    with served(monkeypatch, tmp_path, repo) as github:
        github.fault("git-refused", times=None)
        yield github


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return run_here(capsys, monkeypatch)


def drafted(run: Run, *words: str) -> dict[str, Any]:
    done = run("draft", *words, "--engine", "extractive", "--format", "json")
    assert done.status == 0, done.err
    told: dict[str, Any] = json.loads(done.out)
    return told


def by_api() -> ApiClone:
    clone = fetched().clone
    assert isinstance(clone, ApiClone)
    return clone


def test_the_draft_has_the_same_entries_in_the_same_words(
    github: GitHubFake, run: Run, repo: Repo, tmp_path: Path
) -> None:
    clone = clone_of(repo, github, tmp_path / "clone")
    from_api, from_clone = drafted(run, NAME), drafted(run, str(clone))
    assert (from_api["since"], from_api["until"]) == (from_clone["since"], from_clone["until"])
    assert from_api["manifest"]["commits"] == from_clone["manifest"]["commits"]
    mine, theirs = ({one["id"]: one["text"] for one in told["entries"]} for told in (from_api, from_clone))
    assert mine.keys() >= theirs.keys()  # a tag beside the branch is not searched
    assert all(mine[note] == text for note, text in theirs.items())


def test_what_git_alone_could_tell_is_said_to_be_missing(github: GitHubFake, run: Run) -> None:
    done = run("draft", NAME, "--engine", "extractive")
    assert "127.0.0.1 does not let git fetch acme/harbor (status 403), though its API shows it" in done.err
    assert "names are not checked against its files" in done.err
    assert "released in tags beside the branch was not looked at" in done.err


def test_a_version_of_a_component_finds_its_own_tag(github: GitHubFake, repo: Repo, tmp_path: Path) -> None:
    tagged = repo.rev("v0.1.0")
    repo.tag("core-v0.1.0", repo.rev("main~2"))
    options = RangeOptions(since="0.1.0", component=ComponentOptions("core", "core-v*"))
    spans = [clone.range(options) for clone in (by_api(), Clone.open(clone_of(repo, github, tmp_path / "clone")))]
    assert [span.since for span in spans] == [repo.rev("main~2")] * 2
    assert by_api().range(RangeOptions(since="0.1.0")).since == tagged


@pytest.mark.parametrize(
    ("since", "until"),
    [(None, None), ("v0.1.0", None), (None, "v0.1.0"), ("0.1.0", "main"), (None, "cranes"), ("fixes", None)],
)
def test_a_range_is_that_of_a_clone(
    github: GitHubFake, repo: Repo, tmp_path: Path, since: str | None, until: str | None
) -> None:
    options = RangeOptions(since=since, until=until)
    mine, theirs = by_api(), Clone.open(clone_of(repo, github, tmp_path / "clone"))
    span, other = mine.range(options), theirs.range(options)
    for name in ("repository", "name", "web_url", "since", "until", "base_from", "last_version", "tag_prefix"):
        assert str(getattr(span, name)).lstrip("v") == str(getattr(other, name)).lstrip("v"), name
    ours, git = list(mine.commits(span, options)), list(theirs.commits(other, options))
    assert [(one.sha, one.subject, one.body, one.parents, one.authored_at) for one in ours] == [
        (one.sha, one.subject, one.body, one.parents, one.authored_at) for one in git
    ]
    assert [one.patch_id for one in ours] == [one.patch_id for one in git]
    shape = [
        [(file.path, file.old_path, file.status, file.added, file.removed, file.noise) for file in one.files]
        for one in ours
    ]
    assert shape == [
        [(file.path, file.old_path, file.status, file.added, file.removed, file.noise) for file in one.files]
        for one in git
    ]


def test_a_diff_that_github_does_not_show_leaves_its_message_and_a_badge(
    github: GitHubFake, run: Run, repo: Repo
) -> None:
    body = "Every lantern is drawn to scale."
    repo.commit(
        "Draw lanterns (#12)", {"src/harbor/lanterns.py": "".join(f"L{n} = {n}\n" for n in range(2000))}, body=body
    )
    github.largest_diff = 10_000
    told = drafted(run, NAME)
    entry = next(one for one in told["entries"] if "anterns" in one["title"])
    assert "no-diff" in entry["badges"]
    assert entry["text"] == body
    with pytest.raises(SourceError, match="GitHub does not show the whole diff of"):
        by_api().patch(repo.head)


def test_a_diff_of_which_a_part_is_shown_counts_as_none(
    github: GitHubFake, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = by_api()
    history = clone._history
    whole = history.diff(repo.head)
    monkeypatch.setattr(history, "diff", lambda sha, cancel=None: whole._replace(added=(whole.added or 0) + 1))
    span = clone.range(RangeOptions())
    assert {commit.diff for commit in clone.commits(span, RangeOptions())} == {"partial"}


def test_it_can_be_reviewed_and_takes_in_what_is_new(github: GitHubFake, repo: Repo) -> None:
    with opened(Path(NAME)) as bench:
        assert bench.fetches
        newer = repo.commit("Light the pier (#12)", {"src/harbor/pier.py": "def light(): ...\n"})
        bench.take_in_new_commits()
        assert bench.view().range.until == newer
        bench.look_for_commits().result(60)
        assert bench.view().new_commits == 0


def test_settings_and_files_come_from_the_default_branch(github: GitHubFake, repo: Repo) -> None:
    opened_here = fetched()
    assert opened_here.settings.internal_paths == ("tools/*",)
    assert opened_here.clone.file_at(repo.head, b"CHANGELOG.md") == repo.read("CHANGELOG.md")
    assert opened_here.clone.file_at(repo.head, b"docs") is None
    assert opened_here.clone.file_at(repo.head, b"no such file") is None


def test_a_name_that_stands_for_nothing_is_said(github: GitHubFake) -> None:
    with pytest.raises(SourceError, match=r"--since v9 stands for no commit in acme/harbor"):
        by_api().range(RangeOptions(since="v9"))


def test_limits_and_lost_connections_end_in_a_sentence(github: GitHubFake) -> None:
    clone = by_api()
    github.fault("reset", times=None, on="GET")
    with pytest.raises(GitHubFault, match="cannot be reached"):
        clone.range(RangeOptions(since="v0.1.0"))


def test_files_are_told_from_headers_alone(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "odd")
    repo.commit(
        "Begin", {"a b.txt": "1\n2\n3\n", "gone": "x\n", "run.sh": "echo\n", b"caf\xc3\xa9.txt": "x\n", "link": "to\n"}
    )
    repo.rename("a b.txt", "c\td.txt")
    repo.remove("gone")
    repo.write("run.sh", "echo\n", executable=True)
    repo.write(b"caf\xc3\xa9.txt", "x\ny\n")
    repo.write("data.bin", b"\0\1\2")
    repo.write("empty", b"")
    repo.symlink("link", "run.sh")
    repo.commit("Change")
    clone = Clone.open(repo.root)
    span = clone.range(RangeOptions(since="HEAD~1"))
    [expected] = clone.commits(span, RangeOptions(since="HEAD~1"))
    told = files_in(
        repo.head, Patch(repo.git("diff", "-M", "HEAD~1", "HEAD").encode("utf-8", "surrogateescape") + b"\n")
    )
    keep = ("path", "old_path", "status", "added", "removed", "position")
    assert [tuple(getattr(one, name) for name in keep) for one in told] == [
        tuple(getattr(one, name) for name in keep) for one in expected.files
    ]
    assert FileStatus.TYPE_CHANGED in {one.status for one in told}
