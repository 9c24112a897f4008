"""What people change by hand while merging: it is found, kept, and proposed as an entry only where it is code."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from llnotes_tui.release.model import Commit, Plan
from llnotes_tui.release.patch import Patch, hunks
from llnotes_tui.release.plan import PlanOptions, manifest
from llnotes_tui.sources.git import Clone, RangeOptions
from llnotes_tui.sources.reading import read_plan
from tests.repositories import Repo

BASE = "".join(f"line {number}\n" for number in range(20))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.create(tmp_path / "clone")
    made.commit("Start", {"src/kit.py": BASE, "CHANGELOG.md": "# Changelog\n\n## [0.1.0] - 2024-01-01\n"})
    made.tag("v0.1.0")
    return made


def conflicting(repo: Repo, path: str = "src/kit.py", mine: str = "mine\n", theirs: str = "theirs\n") -> None:
    """Change the same lines on main and on a branch `develop`."""
    text = repo.read(path).decode()
    repo.branch("develop")
    repo.commit("Work on develop (#2)", {path: theirs + text})
    repo.checkout("main")
    repo.commit("Work on main (#3)", {path: mine + text})


def diverging(repo: Repo) -> None:
    """Add files on main and on a branch `develop`; nothing conflicts."""
    repo.branch("develop")
    repo.commit("Work (#2)", {"src/a.py": "a = 1\n"})
    repo.commit("More work (#4)", {"src/b.py": "b = 1\n"})
    repo.checkout("main")
    repo.commit("News (#3)", {"src/c.py": "c = 1\n"})


def merge_by_hand(repo: Repo, files: Mapping[str, str | None], message: str = "Merge branch 'develop'") -> str:
    repo.git("merge", "--no-commit", "--no-ff", "develop", check=False)
    return repo.commit(message, files)


def read(repo: Repo) -> tuple[list[Commit], Plan]:
    clone, options = Clone.open(repo.root), RangeOptions()
    plan = read_plan(clone, options, PlanOptions())
    return list(clone.commits(plan.range, options)), plan


def test_choosing_a_side_is_no_entry_and_is_counted(repo: Repo) -> None:
    conflicting(repo)
    repo.checkout("develop")
    repo.commit("More on develop (#4)", {"src/more.py": "more = 1\n"})
    repo.checkout("main")
    merge_by_hand(repo, {"src/kit.py": "mine\n" + BASE})
    _, plan = read(repo)
    assert sorted(entry.title for entry in plan.entries) == ["More on develop", "Work on develop", "Work on main"]
    (out,) = plan.left_out
    assert out.reason == "merges develop, whose commits are listed one by one; resolved by hand in 1 file"
    assert manifest(plan).commits == 4


def test_code_written_while_merging_is_proposed_as_an_entry(repo: Repo) -> None:
    conflicting(repo)
    sha = merge_by_hand(repo, {"src/kit.py": "def both():\n    return mine, theirs\n" + BASE})
    commits, plan = read(repo)
    (entry,) = [entry for entry in plan.entries if entry.commits[0].sha == sha]
    assert entry.title == "Merged `develop` with changes made by hand"
    (merge,) = [commit for commit in commits if commit.sha == sha]
    assert [change.path for change in merge.files] == [b"src/kit.py"]
    assert manifest(plan).entries == 3


def test_the_diff_of_a_folded_merge_is_what_people_changed(repo: Repo) -> None:
    conflicting(repo)
    sha = merge_by_hand(repo, {"src/kit.py": "def both():\n    return mine, theirs\n" + BASE})
    clone, options = Clone.open(repo.root), RangeOptions()
    list(clone.commits(clone.range(options), options))
    clone._shelf._kept.clear()  # the patch is read again when it is no longer in memory
    patch = clone.patch(sha).raw
    assert b"+def both():" in patch
    assert b"remerge CONFLICT" not in patch
    assert b"<<<<<<<" not in patch
    (hunk,) = hunks(Patch(patch).part(0))
    assert hunk.old_lines == sum(line.old is not None for line in hunk.lines)
    assert b"line 15" not in patch


def test_a_changelog_put_together_while_merging_is_no_entry(repo: Repo) -> None:
    conflicting(repo, "CHANGELOG.md")
    merge_by_hand(repo, {"CHANGELOG.md": "# Changelog\n\n- by hand\n\n## [0.1.0] - 2024-01-01\n"})
    _, plan = read(repo)
    assert [out.reason for out in plan.left_out if out.kind == "merge"] == [
        "merges develop, whose commits are listed one by one; resolved by hand in 1 file"
    ]


def test_a_conflict_about_a_removed_file_is_read(repo: Repo) -> None:
    repo.branch("develop")
    repo.commit("Remove it (#2)", {"src/kit.py": None})
    repo.checkout("main")
    repo.commit("Change it (#3)", {"src/kit.py": "new\n" + BASE})
    merge_by_hand(repo, {"src/kit.py": None})
    _, plan = read(repo)
    assert [out.kind for out in plan.left_out] == ["merge"]


def test_a_merge_of_three_branches_is_read(repo: Repo) -> None:
    for number, name in enumerate(("one", "two", "three"), 2):
        repo.branch(name, "v0.1.0")
        repo.commit(f"Add {name} (#{number})", {f"src/{name}.py": f"{name} = 1\n"})
    repo.checkout("main")
    repo.git("merge", "-q", "--no-ff", "-m", "Merge branches 'one', 'two' and 'three'", "one", "two", "three")
    _, plan = read(repo)
    assert sorted(entry.title for entry in plan.entries) == ["Added one", "Added three", "Added two"]
    assert manifest(plan).commits == 4


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"src/kit.py": None, "src/mine.py": BASE}, {"src/kit.py": None, "src/theirs.py": BASE}),
        ({"src/kit.py": None, "src/mine.py": BASE}, {"src/kit.py": None}),
        ({"src/new.py": "mine = 1\n"}, {"src/new.py": "theirs = 1\n"}),
    ],
)
def test_conflicts_of_every_kind_are_read(
    repo: Repo, mine: Mapping[str, str | None], theirs: Mapping[str, str | None]
) -> None:
    repo.branch("develop")
    repo.commit("Theirs (#2)", theirs)
    repo.commit("More of theirs (#4)", {"src/more.py": "more = 1\n"})
    repo.checkout("main")
    repo.commit("Mine (#3)", mine)
    repo.git("merge", "--no-commit", "--no-ff", "develop", check=False)
    repo.git("checkout", "-q", "main", "--", ".", check=False)
    repo.git("add", "-A")
    repo.commit("Merge branch 'develop'", {"src/done.py": "done = 1\n"})
    _, plan = read(repo)
    assert manifest(plan).commits == 4
    assert [out.kind for out in plan.left_out if out.commit.folded] in ([], ["merge"])


def test_a_merge_that_adds_what_was_in_no_branch(repo: Repo) -> None:
    diverging(repo)
    repo.git("merge", "--no-commit", "--no-ff", "develop")
    repo.commit("Merge branch 'develop'", {"src/evil.py": "def hidden(): ...\n"})
    _, plan = read(repo)
    assert "Merged `develop` with changes made by hand" in [entry.title for entry in plan.entries]


def test_a_merge_that_removes_code_of_its_own_accord(repo: Repo) -> None:
    diverging(repo)
    repo.git("merge", "--no-commit", "--no-ff", "develop")
    repo.commit("Merge branch 'develop'", {"src/kit.py": None})
    _, plan = read(repo)
    assert "Merged `develop` with changes made by hand" in [entry.title for entry in plan.entries]


def test_a_sentence_names_a_merge_with_changes_made_by_hand(repo: Repo) -> None:
    conflicting(repo)
    merge_by_hand(
        repo, {"src/kit.py": "by hand\n" + BASE}, "Merge branch 'develop'\n\nBoth sides wrote the first line."
    )
    _, plan = read(repo)
    assert "Both sides wrote the first line" in [entry.title for entry in plan.entries]


def test_a_merge_without_its_content_releases_nothing(repo: Repo) -> None:
    diverging(repo)
    repo.git("merge", "-q", "-s", "ours", "-m", "Merge branch 'develop'", "develop")
    _, plan = read(repo)
    assert [entry.title for entry in plan.entries] == ["News"]
    assert [(out.reason, out.commit.size) for out in plan.left_out] == [("merged without its content", 3)]
    assert (manifest(plan).commits, manifest(plan).left_out) == (4, 3)


def test_merging_again_runs_no_program_of_the_clone(repo: Repo, tmp_path: Path) -> None:
    mark = tmp_path / "was-run"
    conflicting(repo)
    merge_by_hand(repo, {"src/kit.py": "by hand\n" + BASE})
    driver = f"touch {mark}; exit 0"
    for name in ("evil", "text", "union", "binary"):
        repo.config(f"merge.{name}.driver", driver)
    repo.config("merge.default", "evil")
    repo.config("core.attributesFile", str(tmp_path / "attributes"))
    (tmp_path / "attributes").write_text("* merge=evil\n")
    (repo.root / ".git" / "info").mkdir(exist_ok=True)
    (repo.root / ".git" / "info" / "attributes").write_text("* merge=evil\n")
    repo.commit("Name it in the tree (#5)", {".gitattributes": "* merge=evil\n"})
    _, plan = read(repo)
    assert any("made by hand" in entry.title for entry in plan.entries)
    assert not mark.exists()


def test_merging_again_writes_nothing_into_the_clone(repo: Repo) -> None:
    conflicting(repo)
    merge_by_hand(repo, {"src/kit.py": "by hand\n" + BASE})
    before = sorted((path, path.stat().st_mtime_ns) for path in (repo.root / ".git").rglob("*"))
    read(repo)
    assert sorted((path, path.stat().st_mtime_ns) for path in (repo.root / ".git").rglob("*")) == before


@pytest.mark.parametrize("kind", ["linked worktree", "bare clone", "shallow clone"])
def test_merges_are_read_in_clones_of_every_kind(repo: Repo, tmp_path: Path, kind: str) -> None:
    conflicting(repo)
    merge_by_hand(repo, {"src/kit.py": "by hand\n" + BASE})
    if kind == "linked worktree":
        other = repo.worktree(tmp_path / "other", "other", "main")
    else:
        other = repo.clone(tmp_path / "other", "--bare" if kind == "bare clone" else "--depth=4")
    _, plan = read(other)
    assert "Merged `develop` with changes made by hand" in [entry.title for entry in plan.entries]
