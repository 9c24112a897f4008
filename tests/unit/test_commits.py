"""What is read of commits: every kind of change that git knows, on real repositories."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest
from msgspec import structs

from llnotes_tui.release.model import Commit, FileStatus, NoiseKind
from llnotes_tui.release.patch import hunks
from llnotes_tui.sources.git import Clone, RangeOptions, SourceError
from tests.repositories import Repo

BIG = "".join(f"line {number}\n" for number in range(60))


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo.create(tmp_path / "clone")


def read(repo: Repo, options: RangeOptions | None = None) -> tuple[Clone, list[Commit]]:
    clone, options = Clone.open(repo.root), options or RangeOptions()
    return clone, list(clone.commits(clone.range(options), options))


def test_every_kind_of_change_is_told_and_found_in_the_patch(repo: Repo) -> None:
    repo.commit(
        "Start",
        {
            "old name": BIG, "source": BIG.upper(), "type": "text\n", "binary": b"\0\1", "mode": "#!x\n", "crlf": "a\r\nb\r\n",
            "gone": "x\n", "noeol": "a", "latin": b"caf\xe9\n", "link": "x",
        },
    )  # fmt: skip
    repo.rename("old name", "new name")
    repo.write("source", BIG.upper() + "more\n")
    repo.write("copy", BIG.upper() + "copied\n")
    repo.symlink("type", "new name")
    repo.symlink("link", "target")
    repo.write("binary", b"\0\2")
    repo.write("mode", "#!x\n", executable=True)
    repo.write("crlf", "a\nb\n")
    repo.remove("gone")
    repo.write("noeol", "b")
    repo.write("latin", b"caf\xe9 cr\xe8me\n")
    repo.write(b'\xff\n"q\t x', "odd\n")
    repo.write("--output=x", "u\n")
    repo.write("empty", "")
    repo.commit("Change")
    clone, [commit, start] = read(repo)
    changes = {change.path: change for change in commit.files}
    status = {path: change.status.value for path, change in changes.items()}
    assert status == {
        b"--output=x": "A", b"binary": "M", b"copy": "C", b"crlf": "M", b"empty": "A", b"gone": "D", b"latin": "M", b"link": "T",
        b"mode": "M", b"new name": "R", b"noeol": "M", b"source": "M", b"type": "T", b'\xff\n"q\t x': "A",
    }  # fmt: skip
    assert (changes[b"new name"].old_path, changes[b"copy"].old_path) == (b"old name", b"source")
    assert (changes[b"mode"].old_mode, changes[b"mode"].new_mode) == (0o100644, 0o100755)
    assert changes[b"type"].new_mode == 0o120000
    assert (changes[b"binary"].added, changes[b"binary"].removed) == (None, None)
    assert (changes[b"crlf"].added, changes[b"crlf"].removed) == (2, 2)
    patch = clone.patch(commit.sha)
    assert patch.parts == len(commit.files)
    for change in commit.files:
        part = patch.part(change.position)
        lines = [line for hunk in hunks(part) for line in hunk.lines]
        if change.added is not None:
            assert sum(line.kind == "added" for line in lines) == change.added
            assert sum(line.kind == "removed" for line in lines) == change.removed
    noise = {path: change.noise.kind for path, change in changes.items() if change.noise is not None}
    assert noise == {
        b"binary": NoiseKind.BINARY, b"crlf": NoiseKind.WHITESPACE, b"empty": NoiseKind.WHITESPACE, b"mode": NoiseKind.MODE,
        b"new name": NoiseKind.RENAME,
    }  # fmt: skip
    assert {line.text for hunk in hunks(patch.part(changes[b"latin"].position)) for line in hunk.lines} == {
        "café",
        "café crème",
    }
    assert start.files[0].status is FileStatus.ADDED
    assert start.parents == ()


def test_a_submodule_bump_is_told_by_its_commits(repo: Repo, tmp_path: Path) -> None:
    other = Repo.create(tmp_path / "other")
    old = other.commit("One", {"a": "1"})
    repo.submodule("lib", other)
    repo.commit("Add lib")
    new = other.commit("Two", {"a": "2"})
    repo.git("-C", "lib", "pull", "-q")
    repo.commit("Bump lib")
    clone, [bump, _] = read(repo)
    [change] = bump.files
    assert (change.old_blob, change.new_blob) == (old, new)
    assert change.noise is not None
    assert (change.noise.kind, change.noise.sentence) == (
        NoiseKind.SUBMODULE,
        f"Moved the submodule `lib` from `{old[:7]}` to `{new[:7]}`.",
    )
    assert b"+Subproject commit " + new.encode() in clone.patch(bump.sha).raw


def test_a_merge_is_a_commit_with_the_diff_against_its_first_parent(repo: Repo) -> None:
    repo.commit("Start", {"a": "1\n"})
    repo.branch("topic")
    repo.commit("Side one", {"b": "1\n"})
    repo.commit("Side two", {"b": "1\n2\n"})
    repo.checkout("main")
    repo.commit("Main", {"c": "1\n"})
    repo.merge("topic", "Merge pull request #7 from octo/topic\n\nAdd b")
    clone, commits = read(repo)
    assert [commit.subject for commit in commits] == ["Merge pull request #7 from octo/topic", "Main", "Start"]
    merge = commits[0]
    assert ([change.path for change in merge.files], merge.pull_request, len(merge.parents)) == ([b"b"], 7, 2)
    assert clone.patch(merge.sha).raw.count(b"\n+") == 3  # two lines and `+++`


def test_commits_carry_who_when_and_what_was_said(repo: Repo) -> None:
    sha = repo.commit(
        "Add a thing (#12)",
        {"a": "1\n"},
        body="First line.\n\n* second\n",
        author="Zoë Ünal <z@example.com>",
        at=1_600_000_000,
    )
    _, [commit] = read(repo)
    assert (commit.sha, commit.author, commit.author_email) == (sha, "Zoë Ünal", "z@example.com")
    assert (commit.authored_at, commit.committed_at) == (1_600_000_000, 1_600_000_000)
    assert (commit.subject, commit.body, commit.pull_request) == ("Add a thing (#12)", "First line.\n\n* second", 12)


def test_messages_in_any_encoding_are_read(repo: Repo) -> None:
    repo.commit("caf\xe9 (#1)".encode("latin-1"), {"a": "1"})
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    repo.commit("na\xefve".encode("latin-1"), {"a": "2"})
    repo.commit(b"", {"a": "3"})
    _, commits = read(repo)
    assert [commit.subject for commit in commits] == ["", "naïve", "café (#1)"]


def test_a_repository_with_long_names_is_read_like_any_other(tmp_path: Path) -> None:
    root = tmp_path / "long"
    root.mkdir()
    repo = Repo(root)
    repo.git("init", "-q", "--initial-branch=main", "--object-format=sha256")
    repo.commit("One", {"a": "1\n"})
    repo.tag("v1.0.0", message="one")
    sha = repo.commit("Two", {"a": "2\n"})
    clone, [commit] = read(repo)
    assert (commit.sha, len(sha), len(commit.files[0].new_blob)) == (sha, 64, 64)
    assert commit.diff == "whole"
    assert clone.patch(sha).parts == 1


def test_empty_commits_are_empty_and_the_others_keep_their_patches(repo: Repo) -> None:
    repo.commit("One", {"a": "1\n"})
    repo.commit("Nothing")
    repo.commit("Nothing again")
    repo.commit("Two", {"a": "2\n"})
    repo.commit("Nothing at last")
    clone, commits = read(repo)
    assert [commit.diff for commit in commits] == ["empty", "whole", "empty", "empty", "whole"]
    assert [clone.patch(commit.sha).parts for commit in commits] == [0, 1, 0, 0, 1]
    assert [commit.patch_id is None for commit in commits] == [True, False, True, True, False]


def test_the_same_change_has_the_same_patch_id(repo: Repo) -> None:
    repo.commit("Start", {"a": BIG, "b": "1\n"})
    repo.branch("side")
    picked = repo.commit("Fix", {"a": BIG.replace("line 30", "line thirty")})
    repo.checkout("main")
    repo.commit("Other", {"a": "first\n" + BIG})
    repo.cherry_pick(picked)
    clone, commits = read(repo)
    ids = clone.patch_ids([picked, commits[1].sha, "0" * 40, "--all"])
    assert commits[0].patch_id == ids[picked]
    assert ids[commits[1].sha] == commits[1].patch_id != ids[picked]
    assert set(ids) == {picked, commits[1].sha}


def test_hunks_are_headed_by_what_encloses_them(repo: Repo) -> None:
    body = "".join(f"    x{number} = {number}\n" for number in range(9))
    script = "".join(f"  f({number});\n" for number in range(9))
    before = {
        "a.py": f"class Crawler:\n    def list_jobs(self):\n{body}    y = 1\n",
        "a.go": f"func Serve(w int) {{\n{body}\ty := 1\n}}\n",
        "a.ts": f"export class Api {{\n  async list(id: string) {{\n{script}  y = 1;\n}}\n",
        "a.rs": f"impl Crawler {{\nfn list() {{\n{body}    y = 1;\n}}\n",
    }
    repo.commit("Start", before)
    repo.commit(
        "Change", {path: text.replace("y = 1", "y = 2").replace("y := 1", "y := 2") for path, text in before.items()}
    )
    clone, [commit, _] = read(repo)
    headings = {change.path: hunks(clone.patch(commit.sha).part(change.position))[0].heading for change in commit.files}
    assert headings == {
        b"a.py": "def list_jobs(self):",
        b"a.go": "func Serve(w int) {",
        b"a.ts": "async list(id: string) {",
        b"a.rs": "fn list() {",
    }


def test_attributes_of_the_commit_hold_wherever_the_clone_is_checked_out(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Start", {"a": "1"})
    repo.tag("v1.0.0")
    attributes = "schema/** linguist-generated\nthird/*.py linguist-vendored=true\nvendor/ours.py -linguist-vendored\n*.snap linguist-generated=false\nhidden.txt -diff\n"
    names = [
        "schema/a.py",
        "third/b.py",
        "vendor/ours.py",
        "vendor/theirs.py",
        "c.snap",
        "hidden.txt",
        "plain.py",
        "deep/gen.py",
    ]
    files = dict.fromkeys(names, "x\n")
    repo.commit("Add", {".gitattributes": attributes, "deep/.gitattributes": "gen.py linguist-generated\n", **files})
    expected = {
        b"schema/a.py": NoiseKind.GENERATED, b"third/b.py": NoiseKind.VENDORED, b"vendor/theirs.py": NoiseKind.VENDORED,
        b"hidden.txt": NoiseKind.BINARY, b"deep/gen.py": NoiseKind.GENERATED,
    }  # fmt: skip
    elsewhere = repo.worktree(tmp_path / "linked", at="v1.0.0")
    bare = repo.clone(tmp_path / "bare.git", "--bare")
    until = RangeOptions(until="main")
    for place in (repo, elsewhere, bare):
        _, [commit] = read(place, until)
        assert {change.path: change.noise.kind for change in commit.files if change.noise is not None} == expected
    repo.write(".gitattributes", "* linguist-generated\n")
    _, [commit] = read(repo, until)
    assert {change.path: change.noise.kind for change in commit.files if change.noise is not None} == expected


def test_the_changelog_is_noise_wherever_it_lies(repo: Repo) -> None:
    repo.commit(
        "Start", {"CHANGELOG.md": "# Changelog\n", "docs/HISTORY.md": "# History\n", "NEXT_CHANGELOG.md": "x\n"}
    )
    _, [commit] = read(repo, RangeOptions(changelog="docs/HISTORY.md"))
    noisy = {
        change.path for change in commit.files if change.noise is not None and change.noise.kind is NoiseKind.CHANGELOG
    }
    assert noisy == {b"docs/HISTORY.md", b"NEXT_CHANGELOG.md"}


def test_where_a_shallow_history_is_cut_there_is_no_diff(repo: Repo, tmp_path: Path) -> None:
    for number in range(5):
        repo.commit(f"c{number}", {"a": f"{number}\n", f"f{number}": "x\n"})
    shallow = repo.clone(tmp_path / "shallow", "--depth=3")
    clone = Clone.open(shallow.root)
    options = RangeOptions(since="HEAD~1")
    assert [commit.diff for commit in clone.commits(clone.range(options), options)] == ["whole"]
    span = clone.range(options)
    whole = list(clone.commits(structs.replace(span, since=None), options))
    assert [(commit.subject, commit.diff, len(commit.files)) for commit in whole] == [
        ("c4", "whole", 2), ("c3", "whole", 2), ("c2", "history-cut", 0),
    ]  # fmt: skip
    with pytest.raises(SourceError, match="is cut at"):
        clone.patch(whole[-1].sha)


@pytest.mark.parametrize("kept", ["blob:none", "blob:limit=40", "tree:0"])
def test_a_partial_clone_tells_which_diffs_it_lacks_and_the_rest_goes_on(repo: Repo, tmp_path: Path, kept: str) -> None:
    repo.commit("Zero", {"small": "0\n", "large": BIG, ".gitattributes": "*.x linguist-generated\n"})
    repo.tag("v1.0.0")
    repo.commit("Small", {"small": "1\n"})
    repo.commit("Large", {"large": BIG + "more\n"})
    repo.commit("Nothing")
    repo.commit("Small again", {"small": "2\n", "dir/a.x": "x\n"})
    partial = repo.clone(tmp_path / "partial", f"--filter={kept}", "--no-checkout")
    clone, commits = read(partial)
    states = {commit.subject: commit.diff for commit in commits}
    lacks_small = kept != "blob:limit=40"
    assert states["Large"] == "missing"
    assert states["Small"] == ("missing" if lacks_small else "whole")
    assert states["Small again"] == ("missing" if lacks_small else "whole")
    large = next(commit for commit in commits if commit.subject == "Large")
    assert [(change.path, change.added) for change in large.files] == ([] if kept == "tree:0" else [(b"large", None)])
    if not lacks_small:
        small = next(commit for commit in commits if commit.subject == "Small again")
        assert [(change.path, change.added) for change in small.files] == [(b"dir/a.x", 1), (b"small", 1)]
        assert clone.patch(small.sha).parts == 2
    with pytest.raises(SourceError, match="missing"):
        clone.patch(large.sha)
    assert clone.file_at(large.sha, b"large") is None


@pytest.mark.parametrize("lost", [{0}, {1}, {5}, {1, 2, 4}, {0, 2, 4}, {0, 1, 2, 3, 4, 5}])
def test_an_object_that_is_lost_costs_one_diff_wherever_it_is(repo: Repo, lost: set[int]) -> None:
    shas = [repo.commit(f"c{number}", {f"f{number}": f"{number}\n"}) for number in range(6)]
    for number in lost:
        blob = repo.rev_of_file(shas[number], f"f{number}")
        (repo.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    clone, commits = read(repo)
    assert {
        number
        for number, sha in enumerate(shas)
        for commit in commits
        if commit.sha == sha and commit.diff == "missing"
    } == lost
    assert [commit.sha for commit in reversed(commits)] == shas
    assert all(clone.patch(commit.sha).parts == 1 for commit in commits if commit.diff == "whole")


def test_files_are_read_as_they_were(repo: Repo) -> None:
    sha = repo.commit("One", {"a b": b"\xff\0\r\n", b"\xff\n": "x", "folder/f": "y"})
    repo.commit("Two", {"a b": None})
    clone = Clone.open(repo.root)
    assert clone.file_at(sha, b"a b") == b"\xff\0\r\n"
    assert clone.file_at(sha, b"\xff\n") == b"x"
    assert clone.file_at(repo.head, b"a b") is None
    for path in (b"", b"folder", b"nowhere", b"../a b", b"a\0b"):
        assert clone.file_at(sha, path) is None
    assert clone.file_at("HEAD", b"folder/f") is None


@pytest.mark.parametrize("sha", ["0" * 40, "HEAD", "--all", ""])
def test_a_patch_of_no_commit_is_an_error(repo: Repo, sha: str) -> None:
    repo.commit("One", {"a": "1"})
    with pytest.raises(SourceError, match="has no commit"):
        Clone.open(repo.root).patch(sha)


def test_patches_are_read_from_several_threads_at_once(repo: Repo) -> None:
    shas = [repo.commit(f"c{number}", {"a": f"{number}\n"}) for number in range(12)]
    clone = Clone.open(repo.root)
    found: dict[str, bytes] = {}
    threads = [Thread(target=lambda sha=sha: found.__setitem__(sha, clone.patch(sha).raw)) for sha in shas * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"+{number}\n".encode() in found[sha] for number, sha in enumerate(shas))


def test_reading_stops_when_it_is_told_to(repo: Repo) -> None:
    repo.history((f"c{number}", {"a": f"{number}\n".encode() * 40}) for number in range(300))
    clone, cancel = Clone.open(repo.root), Event()
    commits = clone.commits(clone.range(RangeOptions()), RangeOptions(), cancel)
    next(commits)
    cancel.set()
    with pytest.raises(SourceError, match="stopped"):
        list(commits)


def test_a_reader_that_walks_away_leaves_no_process(repo: Repo) -> None:
    repo.history((f"c{number}", {"a": f"{number}\n".encode() * 400}) for number in range(200))
    clone = Clone.open(repo.root)
    commits = clone.commits(clone.range(RangeOptions()), RangeOptions())
    next(commits)
    commits.close()  # type: ignore[attr-defined]
    listed = subprocess.run(["ps", "-A", "-o", "ppid=,args="], capture_output=True, text=True, check=True).stdout
    children = [line for line in listed.splitlines() if line.split()[0] == str(os.getpid())]
    assert not [line for line in children if "diff-tree" in line]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is told by /proc")
def test_a_diff_of_50_megabytes_is_read_within_the_memory_that_is_allowed(repo: Repo) -> None:
    repo.config("core.compression", "0")
    line = "some words that fill a line of the file so that it is of the usual length "
    repo.history(
        [
            ("Start", {"a": b"x\n"}),
            ("Big (#1)", {"big.txt": "".join(f"{line}{number}\n" for number in range(620_000)).encode()}),
        ]
    )
    done = subprocess.run([sys.executable, "-c", MEASURE, str(repo.root)], capture_output=True, text=True, check=True)
    size, added, peak = (int(number) for number in done.stdout.split())
    assert (size > 50_000_000, added) == (True, 620_000)
    assert peak < 300_000_000


MEASURE = """
import sys
from pathlib import Path
from llnotes_tui.sources.git import Clone, RangeOptions
clone = Clone.open(Path(sys.argv[1]))
commits = list(clone.commits(clone.range(RangeOptions()), RangeOptions()))
patch = clone.patch(commits[0].sha)
status = Path("/proc/self/status").read_text().split()
print(patch.size, commits[0].files[0].added, int(status[status.index("VmHWM:") + 1]) * 1024)
"""
