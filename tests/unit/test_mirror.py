"""Opening `owner/name`: what it is called, what is said where it cannot be had, and what serves instead."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from llnotes_tui.config import SettingsError
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.shelf import kept_clones
from llnotes_tui.sources.options import SourceError
from llnotes_tui.workbench.start import Opened
from llnotes_tui.workbench.upkeep import clear_cache, examined, storage_lines
from tests.fakes.github import GitHubFake
from tests.repositories import Repo
from tests.unit.mirroring import NAME, clone_of, everything, fetched, port, served


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return port(tmp_path / "harbor")


@pytest.fixture
def github(tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubFake]:
    with served(monkeypatch, tmp_path, repo) as github:
        yield github


def warnings(opened: Opened) -> tuple[str, ...]:
    return opened.clone.range(opened.range_options).warnings


# -- which repository ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["acme/harbor", "ACME/Harbor", "{url}/acme/harbor", "{url}/acme/harbor.git", "{url}/acme/harbor/pulls"]
)
def test_it_is_called_as_github_spells_it_however_it_was_named(github: GitHubFake, word: str) -> None:
    opened = fetched(word.format(url=github.url))
    assert opened.clone.name == "acme/harbor"
    assert opened.place is not None
    assert opened.place.full_name == "acme/harbor"
    assert opened.github is not None
    assert len(kept_clones()) == 1


def test_it_is_the_same_repository_as_a_clone_with_that_origin(github: GitHubFake, repo: Repo, tmp_path: Path) -> None:
    opened = fetched()
    clone = Clone.open(clone_of(repo, github, tmp_path / "clone"))
    assert (opened.clone.repository, opened.clone.name, opened.clone.web_url) == (
        clone.repository,
        clone.name,
        clone.web_url,
    )
    assert everything(opened.clone, opened) == everything(clone, opened)


def test_a_path_that_exists_goes_before_owner_and_name(
    github: GitHubFake, repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone_of(repo, github, tmp_path / "acme" / "harbor")
    monkeypatch.chdir(tmp_path)
    assert fetched("acme/harbor").clone.root == tmp_path / "acme" / "harbor"
    assert github.requests == []


def test_a_clone_says_with_whom_to_talk_of_it_and_is_never_fetched(
    github: GitHubFake, repo: Repo, tmp_path: Path
) -> None:
    path = clone_of(repo, github, tmp_path / "clone")
    opened = fetched(str(path))
    assert opened.github is not None
    assert opened.place is not None
    opened.clone.refresh()
    opened.clone.prepare(opened.range_options)
    assert not opened.clone.is_due(0)
    assert github.requests == []
    assert fetched(str(path), offline=True).github is None


def test_settings_are_those_of_the_default_branch(github: GitHubFake, repo: Repo) -> None:
    assert fetched().settings.internal_paths == ("tools/*",)
    repo.commit("Set", {".llnotes.toml": 'tag_prefix = "v"\n'})
    assert fetched().range_options.tag_prefix == "v"
    repo.commit("Set wrong", {".llnotes.toml": 'engine = "databricks"\n'})
    with pytest.raises(SettingsError, match=r"acme/harbor/\.llnotes\.toml: a repository may not set `engine`"):
        fetched()


# -- what cannot be had ----------------------------------------------------------------------------------------------


def test_what_is_not_there_is_said(github: GitHubFake) -> None:
    with pytest.raises(GitHubFault, match=r"acme/habor is not on 127\.0\.0\.1, or the token may not see it"):
        fetched("acme/habor")
    assert kept_clones() == ()


def test_without_a_token_private_is_missing_and_public_is_read(
    github: GitHubFake, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    with pytest.raises(GitHubFault, match=r"acme/harbor is not on 127\.0\.0\.1, or one has to log in to see it"):
        fetched()
    assert kept_clones() == ()
    github.repository("acme/quay", repo.root)
    opened = fetched("acme/quay")
    assert opened.github is None
    assert opened.clone.range(opened.range_options).branch == "main"
    assert github.authorizations == set()


def test_an_empty_repository_says_so(github: GitHubFake, tmp_path: Path) -> None:
    github.repository("acme/empty", Repo.create(tmp_path / "empty", bare=True).root)
    with pytest.raises(GitHubFault, match="acme/empty is empty: nothing was pushed to it yet"):
        fetched("acme/empty")


def test_a_blocked_repository_says_so_even_if_it_was_fetched_before(github: GitHubFake) -> None:
    fetched()
    github.block(NAME)
    with pytest.raises(GitHubFault, match=r"blocked on 127\.0\.0\.1 for legal reasons"):
        fetched()


@pytest.mark.parametrize("token", [True, False])
def test_a_renamed_repository_goes_by_its_new_name(
    github: GitHubFake, repo: Repo, monkeypatch: pytest.MonkeyPatch, token: bool
) -> None:
    if not token:
        monkeypatch.delenv("GITHUB_TOKEN")
    github.repository("acme/old", repo.root)
    github.rename("acme/old", "Acme/New")
    opened = fetched("acme/old")
    assert opened.clone.name == "acme/New"
    assert opened.clone.repository == "127.0.0.1/acme/new"
    assert warnings(opened)[0].startswith("acme/old is called acme/New on 127.0.0.1 by now")


def test_what_was_fetched_serves_while_github_cannot_be_reached(github: GitHubFake, repo: Repo) -> None:
    before = everything((opened := fetched()).clone, opened)
    repo.commit("Came later", {"later.txt": "x"})
    long_ago = time.time() - 7300
    os.utime(opened.clone.root / "FETCH_HEAD", (long_ago, long_ago))
    github.fault("reset", times=None)

    opened = fetched()

    assert everything(opened.clone, opened) == before
    assert "127.0.0.1 cannot be reached" in warnings(opened)[0]
    assert warnings(opened)[0].endswith("What is read of acme/harbor was fetched 2 hours ago.")
    with pytest.raises(GitHubFault, match=r"127\.0\.0\.1 cannot be reached .* --offline"):
        fetched("acme/other")


def test_offline_nothing_is_asked(github: GitHubFake) -> None:
    with pytest.raises(GitHubFault, match="acme/harbor was not fetched yet, and nothing is fetched with --offline"):
        fetched(offline=True)
    before = everything((opened := fetched()).clone, opened)
    github.forget()
    opened = fetched(offline=True)
    assert everything(opened.clone, opened) == before
    assert warnings(opened) == ()
    assert not opened.clone.is_due(0)
    opened.clone.refresh()
    assert github.requests == []


def test_offline_a_range_that_was_not_fetched_is_refused_and_not_told_by_halves(github: GitHubFake) -> None:
    everything((opened := fetched()).clone, opened)
    opened = fetched(offline=True)
    past = type(opened.range_options)(since="v0.1.0", until="v0.2.1")
    with pytest.raises(GitHubFault, match="Not all of this range of acme/harbor was fetched before"):
        opened.clone.prepare(past)


@pytest.mark.parametrize("word", ["https://gitlab.example.com/acme/harbor", "ssh://git@example.com/acme/harbor"])
def test_a_url_of_somewhere_else_says_so(github: GitHubFake, word: str) -> None:
    with pytest.raises(SourceError, match=r"is no repository on 127\.0\.0\.1"):
        fetched(word)


@pytest.mark.parametrize("word", ["acme/..", "acme/.", "../harbor", "acme/.git", "acme/..git", "-x/harbor", "acme/a/b"])
def test_no_name_leads_out_of_the_cache(github: GitHubFake, tmp_path: Path, word: str) -> None:
    with pytest.raises(SourceError):
        fetched(word)
    with pytest.raises(SourceError):
        fetched(f"{github.url}/{word}")
    assert not (tmp_path / "cache" / "clones").exists() or kept_clones() == ()


# -- what is kept ----------------------------------------------------------------------------------------------------


def test_what_was_fetched_counts_as_cache_and_is_for_its_owner_only(github: GitHubFake, tmp_path: Path) -> None:
    fetched()
    (path, size), *_ = kept_clones()
    assert path == tmp_path / "cache" / "clones" / "127.0.0.1" / "acme" / "harbor.git"
    assert size > 1000
    for folder in (path, *path.parents[:3]):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert any(line.startswith("fetched   1 in ") for line in storage_lines())
    assert "and 1 fetched repository" in clear_cache()
    assert kept_clones() == ()


def test_the_doctor_takes_a_repository_on_github_for_what_it_is(github: GitHubFake) -> None:
    told = {check.what: check.sentence for check in examined(NAME, {"engine": "extractive"})}
    assert told["repository"] == "acme/harbor on 127.0.0.1"
    assert "clone" not in told


def test_only_what_the_range_needs_is_fetched(github: GitHubFake) -> None:
    opened = fetched()
    everything(opened.clone, opened)
    held = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch-check", "--unordered"],
        cwd=opened.clone.root,
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert opened.clone.file_at("v0.1.0", b"src/harbor/ships.py") is None  # no SHA: never looked up
    begin = opened.clone.resolve("v0.1.0~1") or ""
    assert f"{begin} commit" in held
    tree = subprocess.run(
        ["git", "log", "-1", "--format=%T", begin], cwd=opened.clone.root, capture_output=True, check=True
    )
    assert tree.stdout.decode().strip() not in held


def test_a_branch_and_a_tag_that_are_gone_are_forgotten(github: GitHubFake, repo: Repo) -> None:
    opened = fetched()
    assert opened.clone.resolve("refs/tags/v0.2.1")
    repo.git("tag", "-d", "v0.2.1")
    repo.git("branch", "-D", "hotfix")
    opened = fetched()
    assert opened.clone.resolve("refs/tags/v0.2.1") is None
    assert opened.clone.resolve("refs/remotes/origin/hotfix") is None


def test_a_branch_called_head_moves_no_other(github: GitHubFake, repo: Repo) -> None:
    repo.git("update-ref", "refs/heads/HEAD", repo.rev("fixes"))
    opened = fetched()
    assert opened.clone.range(opened.range_options).until == repo.rev("refs/heads/main")


def test_another_default_branch_is_followed(github: GitHubFake, repo: Repo) -> None:
    fetched()
    github.repositories[NAME].default_branch = "fixes"
    opened = fetched()
    assert opened.clone.range(opened.range_options).branch == "fixes"
