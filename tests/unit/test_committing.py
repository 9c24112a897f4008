"""`llnotes export --commit`: a release commit beside whatever a person has under way, and nothing else in the clone changes."""

import shutil
from pathlib import Path

import pytest

from llnotes_tui.publishing.files import ExportError
from llnotes_tui.sources.committing import commit_files
from llnotes_tui.sources.git import Clone
from llnotes_tui.workbench.committing import commit_release, look_at_commit
from llnotes_tui.workbench.writing import preview_release
from tests.repositories import Repo
from tests.unit.commanding import Run, accept, entry, harbor, opened, run_here

FILES = {
    "src/harbor/__about__.py": '__version__ = "0.1.0"\n',
    ".codegen.json": '{"version": {"src/harbor/__about__.py": "__version__ = \\"$VERSION\\""}}\n',
}
IDENTITY = "[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: Path) -> Run:
    monkeypatch.setenv("LLNOTES_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("LLNOTES_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LLNOTES_CONFIG", str(tmp_path / "config.toml"))
    (home / ".gitconfig").write_text(IDENTITY)
    return run_here(capsys, monkeypatch)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    made = harbor(tmp_path / "harbor", files=FILES)
    monkeypatch.chdir(made.root)
    return made


def reviewed(repo: Repo) -> None:
    with opened(repo.root) as bench:
        accept(bench)


def standing(repo: Repo) -> tuple[str, ...]:
    """Return what a person would notice: HEAD, what is staged, what is not, what lies about, and the bytes of the index."""
    index = (repo.root / ".git" / "index").read_bytes().hex()
    files = {
        path: path.read_bytes() for path in sorted(repo.root.rglob("*")) if path.is_file() and ".git" not in path.parts
    }
    return (
        (repo.root / ".git" / "HEAD").read_text(),
        repo.rev(),
        repo.git("diff"),
        repo.git("diff", "--cached"),
        repo.git("status", "--porcelain"),
        index,
        str(files),
    )


def test_a_commit_leaves_head_index_and_work_tree_as_they_are(run: Run, repo: Repo) -> None:
    reviewed(repo)
    repo.branch("work")
    repo.write("CHANGELOG.md", "half a thought\n")
    repo.write("staged.txt", "staged\n")
    repo.git("add", "staged.txt")
    repo.write("src/harbor/ships.py", "# under way\n")
    repo.write("untracked.txt", "lies about\n")
    repo.git("status")
    before = standing(repo)
    done = run("export", "--commit")
    assert done.status == 0, done.err
    assert standing(repo) == before
    sha = repo.rev("prepare/0.2.0")
    assert done.out == f"{sha}\n"
    assert repo.git("log", "-1", "--format=%an <%ae> %cn <%ce> %s %P", sha) == (
        f"Ada Lovelace <ada@example.com> Ada Lovelace <ada@example.com> Release v0.2.0 {repo.rev('origin/main')}"
    )
    assert repo.git("diff", "--name-only", "origin/main", sha).split() == ["CHANGELOG.md", "src/harbor/__about__.py"]
    assert "git push -u origin prepare/0.2.0" in done.err
    assert "git tag v0.2.0 origin/main" in done.err


def test_the_commit_has_the_bytes_that_an_export_writes(run: Run, repo: Repo) -> None:
    reviewed(repo)
    assert run("export", "--commit").status == 0
    assert run("export").status == 0
    for path in ("CHANGELOG.md", "src/harbor/__about__.py"):
        assert repo.git("show", f"prepare/0.2.0:{path}") + "\n" == repo.read(path).decode()


def test_committing_again_changes_nothing_and_after_an_edit_moves_its_own_branch(run: Run, repo: Repo) -> None:
    reviewed(repo)
    first = run("export", "--commit").out
    again = run("export", "--commit")
    assert (again.status, again.out) == (0, first)
    assert "It is committed already" in again.err
    with opened(repo.root) as bench:
        bench.edit(entry(bench, 4).note, "Waits for 30 s.", accepted=True).result(60)
    moved = run("export", "--commit")
    assert moved.status == 0
    assert moved.out != first
    assert repo.rev("prepare/0.2.0") == moved.out.strip()
    assert repo.rev("prepare/0.2.0^") == repo.rev("origin/main"), "one commit, not one on top of the other"


def test_a_branch_that_a_person_moved_stays_where_it_is(run: Run, repo: Repo) -> None:
    reviewed(repo)
    assert run("export", "--commit").status == 0
    theirs = repo.git("commit-tree", "prepare/0.2.0^{tree}", "-p", "prepare/0.2.0", "-m", "Mend a word")
    repo.git("update-ref", "refs/heads/prepare/0.2.0", theirs)
    refused = run("export", "--commit", "--take", "ours")
    assert refused.status == 1
    assert f"stands at {theirs[:7]}, which this review did not commit" in refused.err
    assert repo.rev("prepare/0.2.0") == theirs


def test_a_branch_that_is_checked_out_is_not_moved_under_a_persons_feet(run: Run, repo: Repo) -> None:
    reviewed(repo)
    assert run("export", "--commit").status == 0
    repo.git("checkout", "-q", "prepare/0.2.0")
    with opened(repo.root) as bench:
        bench.edit(entry(bench, 4).note, "Waits for 30 s.", accepted=True).result(60)
    before = repo.rev("prepare/0.2.0")
    refused = run("export", "--commit")
    assert refused.status == 1
    assert "is checked out" in refused.err
    assert repo.rev("prepare/0.2.0") == before


def test_a_bare_clone_has_its_commit_too_and_says_so_where_files_were_asked_for(
    run: Run, repo: Repo, tmp_path: Path
) -> None:
    bare = repo.clone(tmp_path / "bare.git", "--bare")
    bare.set_origin("https://github.com/acme/harbor.git")
    reviewed(bare)
    refused = run("export", str(bare.root))
    assert refused.status == 1
    assert "--pull-request" in refused.err
    assert "--commit" in refused.err
    done = run("export", str(bare.root), "--commit")
    assert done.status == 0, done.err
    assert "## 0.2.0" in bare.git("show", "prepare/0.2.0:CHANGELOG.md")


def test_the_notes_say_how_far_the_branch_is_beyond_them(run: Run, repo: Repo) -> None:
    reviewed(repo)
    with opened(repo.root) as bench:
        repo.commit("Add a lighthouse (#8)", {"src/harbor/light.py": "def shine(): ...\n"})
        repo.stand_at_origin()
        shown = look_at_commit(bench, "titles")
        assert shown.beyond == "main is 1 commit beyond that; they are not in these notes."
        commit_release(bench, shown)
    assert repo.rev("prepare/0.2.0^") == repo.rev("origin/main"), "a release goes on top of what is there"


def test_modes_and_links_stay(run: Run, tmp_path: Path, home: Path) -> None:
    repo = Repo.create(tmp_path / "links", origin="https://github.com/acme/links.git")
    repo.write("bin/version", "#!/bin/sh\nVERSION=0.1.0\n", executable=True)
    repo.write("docs/CHANGES.md", "# Version changelog\n\n## 0.1.0\n\n* Added it.\n")
    repo.symlink("CHANGELOG.md", "docs/CHANGES.md")
    repo.write(".llnotes.toml", '[version_files]\n"bin/version" = "VERSION=$VERSION"\n')
    repo.commit("Release v0.1.0")
    repo.tag("v0.1.0")
    repo.commit("Add a boat (#2)", {"boat.py": "def sail(): ...\n"})
    repo.stand_at_origin()
    reviewed(repo)
    done = run("export", str(repo.root), "--commit")
    assert done.status == 0, done.err
    told = repo.git("ls-tree", "-r", "prepare/0.2.0")
    assert "100755 blob" in next(line for line in told.split("\n") if line.endswith("bin/version"))
    assert "120000 blob" in next(line for line in told.split("\n") if line.endswith("\tCHANGELOG.md"))
    assert "VERSION=0.2.0" in repo.git("show", "prepare/0.2.0:bin/version")
    assert "## 0.2.0" in repo.git("show", "prepare/0.2.0:docs/CHANGES.md")


def test_a_link_out_of_the_repository_is_refused_as_on_disk(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("# Version changelog\n")
    repo = Repo.create(tmp_path / "odd", origin="https://github.com/acme/odd.git")
    repo.symlink("CHANGELOG.md", str(outside))
    repo.commit("Begin", {"boat.py": "def sail(): ...\n"})
    repo.stand_at_origin()
    reviewed(repo)
    refused = run("export", str(repo.root), "--commit")
    assert refused.status == 1
    assert "lies outside" in refused.err
    assert outside.read_text() == "# Version changelog\n"


def test_no_hook_runs_and_nothing_is_signed(run: Run, repo: Repo, tmp_path: Path) -> None:
    """A clone's settings may name programs: none of them is started."""
    reviewed(repo)
    mark = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    for hook in ("reference-transaction", "pre-commit", "commit-msg", "post-index-change"):
        shutil.copy(program, repo.root / ".git" / "hooks" / hook)
    for key, value in (
        ("commit.gpgSign", "true"),
        ("gpg.program", str(program)),
        ("core.fsmonitor", str(program)),
        ("core.splitIndex", "true"),
        ("filter.evil.clean", str(program)),
    ):
        repo.config(key, value)
    repo.write(".git/info/attributes", "* filter=evil\n")
    done = run("export", "--commit")
    assert done.status == 0, done.err
    assert not mark.exists()
    assert not list((repo.root / ".git").glob("sharedindex.*"))
    assert "gpgsig" not in repo.git("cat-file", "commit", "prepare/0.2.0")


def test_who_commits_has_to_be_known(run: Run, repo: Repo, home: Path) -> None:
    reviewed(repo)
    (home / ".gitconfig").write_text("[user]\n\tuseConfigOnly = true\n")
    refused = run("export", "--commit")
    assert refused.status == 1
    assert "user.name" in refused.err
    assert repo.git("branch", "--list", "prepare/*") == ""


def test_a_section_that_the_branch_has_got_meanwhile_is_a_conflict(run: Run, repo: Repo) -> None:
    theirs = "# Version changelog\n\n## 0.2.0\n\n* By hand.\n\n## 0.1.0\n\n* Old.\n"
    with opened(repo.root) as bench:
        accept(bench)
        repo.commit("Prepare by hand", {"CHANGELOG.md": theirs})
        repo.stand_at_origin()
        shown = look_at_commit(bench, "titles")
        assert shown.composed.conflict is not None
        assert b"-* By hand." in shown.composed.conflict.patch
        with pytest.raises(ExportError, match="Choose theirs or ours"):
            commit_release(bench, shown)
        assert commit_release(bench, shown, "theirs").files == ("src/harbor/__about__.py",)
        assert "By hand" in repo.git("show", "prepare/0.2.0:CHANGELOG.md")
        commit_release(bench, look_at_commit(bench, "titles"), "ours")
    assert "By hand" not in repo.git("show", "prepare/0.2.0:CHANGELOG.md")


def test_a_partial_clone_commits_without_the_blobs_it_lacks(tmp_path: Path, repo: Repo, home: Path) -> None:
    (home / ".gitconfig").write_text(IDENTITY)
    partial = repo.clone(tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    clone = Clone.open(partial.root)
    parent = partial.rev("origin/main")
    sha = commit_files(clone.git_place, parent, [("CHANGELOG.md", b"new\n"), ("a/new/file", b"x")], "Release v1\n")
    assert partial.git("show", f"{sha}:CHANGELOG.md") == "new"
    assert partial.git("diff-tree", "-r", "--name-only", parent, sha).split("\n") == ["CHANGELOG.md", "a/new/file"]


def test_what_was_committed_or_written_before_is_no_conflict_later(run: Run, repo: Repo) -> None:
    """On disk there is the first text, in the commit the second: both are ours."""
    reviewed(repo)
    assert run("export").status == 0
    with opened(repo.root) as bench:
        bench.edit(entry(bench, 4).note, "Waits for 30 s.", accepted=True).result(60)
    assert run("export", "--commit").status == 0
    with opened(repo.root) as bench:
        assert preview_release(bench, "titles").conflict is None
        with pytest.raises(ExportError, match="no version"):
            look_at_commit(bench, "titles", "yesterday")


def test_only_one_place_can_be_chosen(run: Run, repo: Repo) -> None:
    for words in (("--commit", "--release"), ("--pull-request", "--only", "changelog")):
        refused = run("export", *words)
        assert refused.status == 2
        assert "Choose one of" in refused.err
