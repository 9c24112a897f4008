"""A clone whose settings name programs runs none of them, and nothing that it is called or holds is taken as an option."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from llnotes_tui.release.model import Commit
from llnotes_tui.release.plan import PlanOptions
from llnotes_tui.sources.git import Clone, RangeOptions, SourceError, find_clones
from llnotes_tui.sources.process import GitFault, Place, run
from llnotes_tui.sources.reading import read_plan
from tests.repositories import Repo

HOOKS = (
    "post-index-change",
    "reference-transaction",
    "post-checkout",
    "pre-auto-gc",
    "fsmonitor-watchman",
    "post-commit",
)


class Trap:
    """A program that leaves a mark when it is run."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.mark = folder / "was-run"
        self.program = folder / "program"
        self.program.write_text(f'#!/bin/sh\necho "$0 $*" >> "{self.mark}"\ncat 2>/dev/null\nexit 0\n')
        self.program.chmod(0o755)

    def set(self, repo: Repo) -> None:
        """Name the program wherever git takes one."""
        program = str(self.program)
        for hooks in (repo.root / ".git" / "hooks", repo.root / "hooks"):
            hooks.mkdir(exist_ok=True)
            for hook in HOOKS:
                shutil.copy(self.program, hooks / hook)
        for key in PROGRAMS:
            repo.config(key, program)
        for key, value in SWITCHES.items():
            repo.config(key, value.format(program=program, root=repo.root))
        for command in (
            "log",
            "rev-list",
            "diff-tree",
            "cat-file",
            "for-each-ref",
            "check-attr",
            "rev-parse",
            "patch-id",
        ):
            repo.config(f"alias.{command}", f"!{program}")
            repo.config(f"pager.{command}", program)


PROGRAMS = (
    "gpg.program", "gpg.ssh.program", "gpg.x509.program", "core.fsmonitor", "core.pager", "core.editor", "core.askPass",
    "core.sshCommand", "core.gitProxy", "core.alternateRefsCommand", "diff.external", "diff.evil.command", "diff.evil.textconv",
    "diff.python.textconv", "filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "merge.evil.driver", "credential.helper",
    "uploadpack.packObjectsHook", "remote.origin.uploadpack", "remote.origin.receivepack", "sequence.editor", "trailer.evil.command",
    "trailer.evil.cmd", "interactive.diffFilter", "sendemail.smtpServer", "browser.evil.cmd", "man.evil.cmd",
)  # fmt: skip
SWITCHES = {
    "log.showSignature": "true",
    "core.hooksPath": "{root}/hooks",
    "core.untrackedCache": "true",
    "core.worktree": "/",
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.submodule": "diff",
    "diff.renames": "false",
    "diff.suppressBlankEmpty": "true",
    "diff.relative": "true",
    "color.ui": "always",
    "color.diff": "always",
    "log.diffMerges": "combined",
    "log.showRoot": "false",
    "log.decorate": "full",
    "log.mailmap": "true",
    "format.pretty": "fuller",
    "core.quotePath": "false",
    "core.attributesFile": "{root}/.gitattributes",
    "submodule.recurse": "true",
    "extensions.partialClone": "origin",
    "remote.origin.promisor": "true",
    "remote.origin.url": "ext::{program} %S",
    "url.ext::{program} .insteadOf": "https://",
}

SIGNATURE = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n bm9uZQ==\n -----END PGP SIGNATURE-----\n"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = Repo.create(tmp_path_factory.mktemp("template") / "clone")
    repo.commit(
        "Start",
        {
            "a.py": "x = 1\n",
            "CHANGELOG.md": "# Version changelog\n",
            ".gitattributes": "*.py diff=evil filter=evil merge=evil\n",
        },
    )
    repo.tag("v0.1.0", message="one")
    repo.commit("Change", {"a.py": "x = 2\n", "b.py": "def f():\n    return 1\n", "uv.lock": "1\n"})
    signed = repo.git("cat-file", "commit", "HEAD").replace("\n\n", f"\n{SIGNATURE}\n", 1).replace("Change", "Signed")
    signed = signed.replace(f"parent {repo.rev('HEAD^')}", f"parent {repo.head}")
    sha = repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=signed.encode() + b"\n")
    repo.git("reset", "-q", "--hard", sha)
    repo.commit("Last (#3)", {"a.py": "x = 3\n"})
    return repo


@pytest.fixture
def repo(template: Repo, tmp_path: Path) -> Repo:
    shutil.copytree(template.root, tmp_path / "clone")
    return Repo(tmp_path / "clone", template.clock)


def use_everything(root: Path) -> None:
    """Call each method of a clone."""
    clone = Clone.open(root)
    options = RangeOptions()
    span = clone.range(options)
    commits = list(clone.commits(span, options))
    clone.range(RangeOptions(since="v0.1.0", until="HEAD"))
    clone.told(span, commits, options)
    for commit in commits:
        clone.patch(commit.sha)
    Clone.open(root).patch(commits[0].sha)
    clone.patch_ids([commit.sha for commit in commits])
    clone.file_at(span.until, b"a.py")
    clone.file_at(span.until, b"missing")
    clone.commits_since(span)
    clone.overview(options)
    clone.refs()
    clone.tags()
    read_plan(clone, options, PlanOptions())
    find_clones(root.parent)
    clone.close()


def test_programs_that_a_clone_names_are_not_run(repo: Repo, tmp_path: Path) -> None:
    trap = Trap(tmp_path / "trap")
    trap.set(repo)
    use_everything(repo.root)
    assert not trap.mark.exists(), trap.mark.read_text()


@pytest.mark.parametrize("command", [["log", "-p", "-1", "--ext-diff"], ["log", "--show-signature", "-2"], ["status"]])
def test_the_trap_works_where_git_is_started_bare(repo: Repo, tmp_path: Path, command: list[str]) -> None:
    trap = Trap(tmp_path / "trap")
    trap.set(repo)
    repo.config("core.worktree", str(repo.root))
    subprocess.run(["git", *command], cwd=repo.root, capture_output=True)
    assert trap.mark.exists()


def test_settings_of_a_clone_do_not_change_what_is_read(repo: Repo, tmp_path: Path) -> None:
    def read() -> object:
        clone = Clone.open(repo.root)
        span = clone.range(RangeOptions())
        commits = list(clone.commits(span, RangeOptions()))
        return span.since, span.until, commits, [clone.patch(commit.sha).raw for commit in commits]

    before = read()
    Trap(tmp_path / "trap").set(repo)
    repo.git("config", "--unset", "extensions.partialClone")
    repo.git("config", "--remove-section", "remote.origin")
    assert read() == before


def test_the_work_tree_is_where_the_clone_lies_whatever_its_settings_say(repo: Repo) -> None:
    repo.config("core.worktree", "/")
    assert Clone.open(repo.root).root == repo.root


def test_missing_objects_are_not_fetched(tmp_path: Path) -> None:
    origin = Repo.create(tmp_path / "origin")
    for number in range(3):
        origin.commit(f"c{number}", {"a.py": "x\n" * (number + 1)})
    partial = origin.clone(tmp_path / "partial", "--filter=blob:none", "--no-checkout")
    trap = Trap(tmp_path / "trap")
    partial.config("remote.origin.uploadpack", str(trap.program))
    objects = partial.git("count-objects", "-v")
    use = Clone.open(partial.root)
    commits = list(use.commits(use.range(RangeOptions()), RangeOptions()))
    assert [commit.diff for commit in commits] == ["missing"] * 3
    with pytest.raises(SourceError, match="missing"):
        use.patch(commits[0].sha)
    assert use.file_at(commits[0].sha, b"a.py") is None
    assert not trap.mark.exists()
    assert partial.git("count-objects", "-v") == objects


def test_a_git_in_the_clone_itself_is_not_the_one_that_is_started(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap, head = Trap(tmp_path / "trap"), repo.head
    shutil.copy(trap.program, repo.root / "git")
    monkeypatch.chdir(repo.root)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}{os.environ['PATH']}")
    assert Clone.open(Path()).range(RangeOptions()).until == head
    assert not trap.mark.exists()


CALLER = {
    "GIT_DIR": "/nowhere",
    "GIT_WORK_TREE": "/nowhere",
    "GIT_INDEX_FILE": "/nowhere",
    "GIT_EXTERNAL_DIFF": "false",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_PARAMETERS": "'diff.external=false'",
    "GIT_NAMESPACE": "other",
    "GIT_OBJECT_DIRECTORY": "/nowhere",
    "GIT_DIFF_OPTS": "-u0",
    "GIT_TRACE": "1",
    "GIT_PAGER": "false",
    "GIT_ATTR_SOURCE": "x",
}


def test_what_the_caller_set_for_git_has_no_effect(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> list[Commit]:
        clone = Clone.open(repo.root)
        return list(clone.commits(clone.range(RangeOptions()), RangeOptions()))

    before = read()
    for name, value in CALLER.items():
        monkeypatch.setenv(name, value)
    assert read() == before


def test_every_command_gets_the_environment_that_keeps_a_clone_still(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = tmp_path / "bin" / "git"
    spy.parent.mkdir()
    spy.write_text('#!/bin/sh\nenv\nfor word; do echo "word=$word"; done\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{spy.parent}{os.pathsep}{os.environ['PATH']}")
    lines = run(["log"], Place(repo.root)).decode().splitlines()
    for setting in (
        "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C",
        "word=log.showSignature=false", "word=core.fsmonitor=false", "word=core.hooksPath=/dev/null", "word=color.ui=never",
        "word=diff.noprefix=false", "word=diff.mnemonicPrefix=false", "word=diff.submodule=short",
    ):  # fmt: skip
        assert setting in lines


def test_a_tag_that_looks_like_an_option_is_a_name(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone")
    first = repo.commit("one", {"a": "1\n"})
    repo.tag("-x")
    repo.tag("--output=x")
    repo.commit("two", {"--output=x": "2\n", "-n": "3\n"})
    clone = Clone.open(repo.root)
    for name in ("-x", "--output=x"):
        span = clone.range(RangeOptions(since=name))
        assert (span.since, span.since_name) == (first, name)
    [commit] = clone.commits(span, RangeOptions())
    assert [change.path for change in commit.files] == [b"--output=x", b"-n"]
    assert clone.file_at(commit.sha, b"--output=x") == b"2\n"
    assert not (repo.root / "x").exists()


def test_a_name_that_stands_for_no_commit_is_an_error_in_one_sentence(repo: Repo) -> None:
    clone = Clone.open(repo.root)
    for name in (
        "--all",
        "-n1",
        "HEAD..",
        "^HEAD",
        "x y",
        "a\nb",
        "a\0b",
        "@{-1}",
        ":/two",
        "refs/heads/*",
        "",
        "\x1b[2J",
    ):
        with pytest.raises(SourceError) as caught:
            clone.range(RangeOptions(since=name))
        assert not set(caught.value.sentence) & {"\n", "\0", "\x1b"}


def test_control_characters_are_made_visible_where_text_enters(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "clone")
    repo.commit(
        "Add \x1b[31mred\x1b[0m [bold]x[/] \u202eevil",
        {"a\x1b[2J.py": "x\n"},
        body="b\x07ell\u200b\r\nnext",
        author="A\x1b[1m <a\x1b@b>",
    )
    [commit] = Clone.open(repo.root).commits(Clone.open(repo.root).range(RangeOptions()), RangeOptions())
    assert commit.subject == "Add ␛[31mred␛[0m [bold]x[/] <U+202E>evil"
    assert commit.body == "b␇ell\nnext"
    assert "\x1b" not in commit.author + commit.author_email


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a clone away")
def test_a_clone_of_another_user_is_refused_as_git_refuses_it(repo: Repo) -> None:
    for folder, _, files in os.walk(repo.root):
        for name in (folder, *(f"{folder}/{file}" for file in files)):
            os.chown(name, 12345, 12345)
    with pytest.raises(SourceError, match=r"belongs to another user.*safe\.directory"):
        Clone.open(repo.root)


def test_a_command_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = tmp_path / "bin" / "git"
    sleeper.parent.mkdir()
    sleeper.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    sleeper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{sleeper.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(GitFault, match="took too long"):
        run(["version"], Place(tmp_path), timeout=0.2)
