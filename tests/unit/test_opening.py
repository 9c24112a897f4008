"""What a clone is: where it lies, whose it is, when it last fetched, on real repositories."""

from pathlib import Path

import pytest

from llnotes_tui.sources.git import Clone, RangeOptions, SourceError
from tests.repositories import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.create(tmp_path / "clone")


def test_a_folder_that_is_no_clone_is_an_error_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is in no git clone"):
        Clone.open(tmp_path)
    with pytest.raises(SourceError, match="does not exist"):
        Clone.open(tmp_path / "nowhere")


def test_identity_is_the_origin_else_the_first_commit(repo: Repo, tmp_path: Path) -> None:
    first = repo.commit("One", {"a": "1"})
    clone = Clone.open(repo.root)
    assert (clone.repository, clone.name, clone.web_url) == (f"local:{first}", "clone", None)
    other = repo.clone(tmp_path / "other")
    assert Clone.open(other.root).repository == f"local:{first}"
    for url in (
        "https://github.com/Octo/Robot.git",
        "git@github.com:Octo/Robot.git",
        "ssh://git@github.com:22/Octo/Robot",
    ):
        other.set_origin(url)
        clone = Clone.open(other.root)
        assert clone.repository == "github.com/octo/robot"
        assert (clone.name, clone.web_url) == ("Octo/Robot", "https://github.com/Octo/Robot")


def test_an_abbreviated_origin_is_spelled_out_and_a_mirror_is_not_followed(repo: Repo, home: Path) -> None:
    repo.commit("One", {"a": "1"})
    (home / ".gitconfig").write_text(
        '[url "https://github.com/"]\n\tinsteadOf = gh:\n[url "http://mirror.test/"]\n\tinsteadOf = https://gitlab.com/\n'
    )
    repo.set_origin("gh:octo/robot")
    assert Clone.open(repo.root).repository == "github.com/octo/robot"
    repo.set_origin("https://gitlab.com/octo/robot")
    assert Clone.open(repo.root).repository == "gitlab.com/octo/robot"


def test_a_worktree_a_folder_within_and_a_bare_clone_are_the_same_repository(repo: Repo, tmp_path: Path) -> None:
    repo.commit("One", {"src/deep/a": "1"})
    repo.tag("v1.0.0")
    head = repo.commit("Two", {"src/deep/a": "2"})
    worktree = repo.worktree(tmp_path / "linked", "topic")
    bare = repo.clone(tmp_path / "bare.git", "--bare")
    for path, root, is_bare in (
        (repo.root / "src" / "deep", repo.root, False),
        (repo.root / ".git", repo.root, False),
        (worktree.root, worktree.root, False),
        (bare.root, bare.root, True),
    ):
        clone = Clone.open(path)
        assert (clone.root, clone.bare) == (root, is_bare)
        span = clone.range(RangeOptions())
        assert (span.since_name, span.until) == ("v1.0.0", head)
        assert [commit.subject for commit in clone.commits(span, RangeOptions())] == ["Two"]
    assert Clone.open(bare.root).name == "bare"


def test_a_path_with_dots_is_the_folder_it_leads_to(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("One", {"src/a": "1"})
    monkeypatch.chdir(repo.root / "src")
    assert Clone.open(Path("..")).root == repo.root
    monkeypatch.chdir(repo.root)
    with pytest.raises(SourceError, match="no git clone"):
        Clone.open(Path(".."))


def test_the_time_of_the_last_fetch_is_known(repo: Repo, tmp_path: Path) -> None:
    repo.commit("One", {"a": "1"})
    assert Clone.open(repo.root).range(RangeOptions()).fetched_at is None
    clone = repo.clone(tmp_path / "other")
    cloned = Clone.open(clone.root).range(RangeOptions()).fetched_at
    assert cloned is not None
    clone.git("fetch", "-q")
    (clone.root / ".git" / "FETCH_HEAD").touch()
    fetched = Clone.open(clone.root).range(RangeOptions()).fetched_at
    assert fetched is not None
    assert fetched >= cloned
