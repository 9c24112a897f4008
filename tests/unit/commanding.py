"""The commands of llnotes as a person types them, and a clone with every kind of commit to type them in."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from llnotes_tui import cli
from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.opening import open_release
from llnotes_tui.workbench.views import EntryView
from llnotes_tui.workbench.workbench import Workbench
from tests.repositories import Files, Repo

PROGRAM = str(Path(sys.executable).with_name("llnotes"))
"""The installed program."""

LABS = """# Version changelog

## 0.1.0

* Added a parser ([#1](https://github.com/acme/harbor/issues/1)). The parser reads berths from text.
"""
KEEP = """# Changelog

All notable changes to this project are documented in this file.

## [Unreleased]

## [0.1.0] - 2023-11-14

### Added

- A parser ([#1](https://github.com/acme/harbor/issues/1)).

[Unreleased]: https://github.com/acme/harbor/compare/v0.1.0...HEAD
[0.1.0]: https://github.com/acme/harbor/releases/tag/v0.1.0
"""
SHIPS = "def dock(ship):\n    return ship.moor()\n\n\ndef list_ships():\n    return fetch(timeout={})\n"
BOT = "dependabot[bot] <support@github.com>"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    status: int
    out: str
    err: str


Run = Callable[..., Done]


_built: dict[tuple[object, ...], Repo] = {}


def harbor(root: Path, changelog: str | bytes = LABS, files: Files | None = None) -> Repo:
    """Return a clone with three entries since v0.1.0, an internal commit, a bump, and a commit with its revert.

    `root` lies in a folder of the test's own.  The clone is built once and then copied: building it takes 40 git processes.
    """
    key = (changelog, *(files or {}).items())
    if key not in _built:
        _built[key] = _build(root.parent.parent / "harbors" / str(len(_built)), changelog, files)
    shutil.copytree(_built[key].root, root, symlinks=True)
    return Repo(root, _built[key].clock)


def _build(root: Path, changelog: str | bytes, files: Files | None) -> Repo:
    repo = Repo.create(root, origin="https://github.com/acme/harbor.git")
    first = {"CHANGELOG.md": changelog, "src/harbor/ships.py": SHIPS.format(5)}
    repo.commit("Release v0.1.0", {**first, **(files or {})})
    repo.tag("v0.1.0")
    retries = "def main(retries: int = 3):\n    for _ in range(retries):\n        list_ships()\n"
    repo.commit("Add a `--retries` option (#2)", {"src/harbor/cli.py": retries}, body="Listing is tried three times.")
    renamed = SHIPS.format(5).replace("dock", "berth")
    repo.commit(
        "Rename `dock` to `berth` (#3)",
        {"src/harbor/ships.py": renamed, "src/harbor/names.py": 'NAMES = ("berth",)\n'},
        body="BREAKING CHANGE: `dock` is gone; call `berth`.",
    )
    repo.commit("Fix the timeout of `list_ships` (#4)", {"src/harbor/ships.py": renamed.replace("=5", "=30")})
    repo.commit("Run the tests on Python 3.13 (#5)", {".github/workflows/test.yml": "python: 3.13\n"})
    repo.commit("Bump requests from 2.31.0 to 2.32.3 (#6)", {"pyproject.toml": "[project]\n"}, author=BOT)
    repo.revert(repo.commit("Moor ships in parallel (#7)", {"src/harbor/moor.py": "def moor_all(ships): ...\n"}))
    repo.stand_at_origin()
    return repo


def run_here(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a command in this process, from its words to its exit status."""

    def run(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["llnotes", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main()
        told = capsys.readouterr()
        return Done(int(left.value.code or 0), told.out, told.err)

    return run


def run_program(directory: Path, *words: str, env: Mapping[str, str] | None = None) -> Done:
    """Run the installed program as a process of its own, without a terminal."""
    done = subprocess.run(
        [PROGRAM, *words],
        cwd=directory,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


@contextmanager
def opened(path: Path, *, drafted: bool = True, **flags: str) -> Iterator[Workbench]:
    """Open the release of a clone as a window does, drafted without a model."""
    bench = open_release(Target(str(path), flags={"engine": "extractive", **flags}), lambda _: None, Event())
    try:
        if drafted and not bench.view().read_only:
            assert bench.drafting is not None
            bench.start_drafting()
            assert bench.drafting.wait(120)
            bench.flush()
        yield bench
    finally:
        bench.close()


def entry(bench: Workbench, number: int) -> EntryView:
    """Return the entry of a pull request."""
    return next(one for one in bench.view().entries if number in one.pull_requests)


def accept(bench: Workbench, *numbers: int) -> None:
    """Accept the texts of some pull requests, of all where none is named."""
    for one in bench.view().entries:
        if not numbers or set(numbers) & set(one.pull_requests):
            bench.accept(one.note, one.text).result(60)
