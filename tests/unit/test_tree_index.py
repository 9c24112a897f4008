"""The trees of a range by word and definition: what stands where and when, from git objects alone."""

from pathlib import Path

import pytest
from msgspec import structs

from llnotes_tui.grounding.blobs import index_blob
from llnotes_tui.grounding.checks import findings
from llnotes_tui.grounding.evidence import build_evidence
from llnotes_tui.grounding.trees import TreeIndex, is_changelog
from llnotes_tui.release.patch import Patch
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import SourceError
from llnotes_tui.storage.cache import AnswerCache
from tests.repositories import Repo
from tests.unit.grounding_cases import commits_of, message_of, shop


def test_a_word_is_in_the_trees_it_stands_in_and_in_no_other(tmp_path: Path) -> None:
    repo = shop(tmp_path)
    first = repo.commit("Add (#2)", {"src/a.py": "def came_later(): ...\n"})
    second = repo.commit("Remove (#3)", {"src/a.py": None})
    clone, commits = commits_of(repo)
    index = TreeIndex.build(clone, commits)
    before, between, after = index.tree(repo.rev("v0.1.0")), index.tree(first), index.tree(second)
    assert before is not None
    assert between is not None
    assert after is not None
    assert [tree.has("came_later") for tree in (before, between, after)] == [False, True, False]
    assert [place.path for place in between.definitions("came_later")] == ["src/a.py"]
    assert between.like("CameLater") == "came_later"
    assert between.paths_named("a.py") == ("src/a.py",)
    assert index.tree("0" * 40) is None


def test_the_changelog_is_left_out(tmp_path: Path) -> None:
    repo = shop(tmp_path)
    repo.commit("Add (#2)", {"src/a.py": "x = 1\n"})
    clone, commits = commits_of(repo)
    tree = TreeIndex.build(clone, commits).tree(commits[0].sha)
    assert tree is not None
    assert not tree.has("magic_basket_helper")
    assert is_changelog("docs/CHANGELOG.md")
    assert is_changelog("NEWS.rst")
    assert not is_changelog("src/changes.py")


def test_the_first_commit_of_all_has_a_tree_and_nothing_before(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "new")
    sha = repo.commit("Begin", {"a.go": "package a\n\nfunc Start() {}\n"})
    clone, commits = commits_of(repo, since=None)
    tree = TreeIndex.build(clone, commits).tree(sha)
    assert tree is not None
    assert tree.definitions("Start")[0].line == 3


def test_a_second_index_is_built_from_the_cache(tmp_path: Path) -> None:
    repo = shop(tmp_path)
    repo.commit("Add (#2)", {"src/a.py": "def came_later(): ...\n"})
    clone, commits = commits_of(repo)
    cache = AnswerCache.open(tmp_path / "cache", 1 << 24)
    TreeIndex.build(clone, commits, cache)
    kept = cache.info().entries
    tree = TreeIndex.build(clone, commits, cache).tree(commits[0].sha)
    assert tree is not None
    assert tree.definitions("came_later")
    assert kept
    assert cache.info().entries == kept
    cache.close()


def test_a_cut_history_has_the_trees_that_are_there(tmp_path: Path) -> None:
    repo = shop(tmp_path)
    repo.commit("Add (#2)", {"src/a.py": "def came_later(): ...\n"})
    repo.clone(tmp_path / "shallow", "--depth=1")
    _, [commit] = commits_of(repo)
    cut = structs.replace(commit, diff="history-cut", files=())
    index = TreeIndex.build(Clone.open(tmp_path / "shallow"), [cut])
    tree = index.tree(cut.sha)
    assert tree is not None
    assert tree.has("came_later")
    assert index.tree(cut.parents[0]) is None


def test_a_clone_without_blobs_says_what_cannot_be_checked(tmp_path: Path) -> None:
    repo = shop(tmp_path)
    repo.commit("Add (#2)", {"src/a.py": "def came_later(): ...\n"})
    repo.clone(tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    clone, commits = commits_of(Repo(tmp_path / "partial"))
    index = TreeIndex.build(clone, commits)
    assert index.tree(commits[0].sha) is None
    assert "not checked" in index.fault


@pytest.mark.parametrize(
    ("path", "text", "name", "kind"),
    [
        ("a.py", "class Basket:\n", "Basket", "class"),
        ("a.go", "func (s *Shop) Open() error {\n", "Open", "method"),
        ("A.java", "public final class Basket {\n", "Basket", "class"),
        ("a.scala", "case class Basket(items: Int)\n", "Basket", "class"),
        ("a.ts", "export interface Basket {\n", "Basket", "interface"),
        ("a.js", "export function openShop() {\n", "openShop", "function"),
        ("a.sql", "CREATE TABLE baskets (id INT);\n", "baskets", "table"),
        ("a.yml", "baskets:\n  - 1\n", "baskets", "key"),
        ("a.toml", "[tool.shop]\nlimit = 3\n", "limit", "key"),
    ],
)
def test_definitions_of_every_language(path: str, text: str, name: str, kind: str) -> None:
    found = {definition.name: definition.kind for definition in index_blob(path, text.encode()).definitions}
    assert found.get(name) == kind


def test_binary_content_has_no_words() -> None:
    assert index_blob("a.py", b"\0def hidden(): ...") == index_blob("b.bin", b"\0")


def test_a_diff_that_cannot_be_read_is_said_and_contradicts_nothing(tmp_path: Path) -> None:
    repo = shop(tmp_path)
    repo.commit("Add (#2)", {"src/a.py": "def came_later(): ...\n"})
    clone, commits = commits_of(repo)

    def gone(sha: str) -> Patch:
        raise SourceError(f"Objects of {sha[:7]} are missing.")

    evidence = build_evidence(commits, gone, TreeIndex.build(clone, commits), message_of)
    assert "are missing" in evidence.not_checked[0]
    found = findings("Added a new `parse_order` of 17 parts.", evidence)
    assert [finding.kind for finding in found] == []


def test_trees_with_more_names_than_are_kept_are_not_asked_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = shop(tmp_path)
    repo.commit("Add (#2)", {"src/a.py": "def came_later(): ...\n"})
    clone, commits = commits_of(repo)
    monkeypatch.setattr("llnotes_tui.grounding.trees.MOST_NAMES", 3)
    index = TreeIndex.build(clone, commits)
    assert "more than 3 names" in index.fault
    assert index.tree(commits[0].sha) is None
    evidence = build_evidence(commits[:1], clone.patch, index, message_of)
    assert any("not checked" in sentence for sentence in evidence.not_checked)
    assert not [found for found in findings("Uses `never_heard_of_it`.", evidence) if found.kind == "unknown-name"]
