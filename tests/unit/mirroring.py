"""A repository with every kind of history, served by the GitHub of the tests, and clones whose origin is there."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from llnotes_tui.sources.git import Clone
from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.start import Opened, open_target
from tests.fakes.github import GitHubFake
from tests.repositories import Repo
from tests.unit.commanding import LABS, SHIPS

NAME = "acme/harbor"
_MANIFEST = '[project]\nname = "harbor"\ndependencies = ["{}"]\n'

_built: dict[Path, Repo] = {}


def port(root: Path) -> Repo:
    """Return a repository with merges, tags beside the branch, picks, a release that was never tagged, and written notes.

    `root` lies in a folder of the test's own.  It is built once and then copied.
    """
    kept = root.parent.parent / "ports"
    if kept not in _built:
        _built[kept] = _build(kept / "harbor")
    shutil.copytree(_built[kept].root, root, symlinks=True)
    return Repo(root, _built[kept].clock)


def _build(root: Path) -> Repo:
    repo = Repo.create(root)
    settings = '[tool.llnotes]\ninternal_paths = ["tools/*"]\n'
    repo.commit(
        "Begin",
        {"src/harbor/ships.py": SHIPS.format(1), "docs/old.md": "Old words.\n" * 40, "pyproject.toml": settings},
    )
    repo.commit("Release v0.1.0", {"CHANGELOG.md": LABS})
    repo.tag("v0.1.0")
    repo.commit("Read berths from a file (#2)", {"src/harbor/berths.py": "def berths(path): ...\n"})
    repo.branch("fixes")
    fix = repo.commit(
        "Close the file after reading (#3)", {"src/harbor/berths.py": "def berths(path):\n    path.close()\n"}
    )
    repo.tag("v0.1.1", message="A fix")
    repo.checkout("main")
    repo.commit("Grow a quay (#4)", {"src/harbor/quay.py": "class Quay:\n    length = 12\n"})
    repo.cherry_pick(fix)
    release = repo.commit(
        "Release v0.2.0", {"CHANGELOG.md": LABS.replace("## 0.1.0", "## 0.2.0\n\n* Grew a quay ([#4](x)).\n\n## 0.1.0")}
    )
    repo.branch("cranes")
    repo.commit("Lift with cranes", {"src/harbor/cranes.py": "def lift(weight): ...\n"})
    repo.commit("Lift more", {"src/harbor/cranes.py": "def lift(weight, height=3): ...\n"})
    repo.checkout("main")
    repo.commit("Say what a quay is (#6)", {"docs/quay.md": "A quay.\n", "tools/draw.py": "print(1)\n"})
    repo.merge("cranes", "Merge pull request #5 from acme/cranes")
    repo.rename("docs/old.md", "docs/new.md")
    repo.commit("Move the old words (#7)")
    repo.commit("Need requests (#8)", {"pyproject.toml": settings + _MANIFEST.format("requests>=2")})
    repo.branch("hotfix", at=f"{release}~1")
    hot = repo.commit("Warn of storms (#9)", {"src/harbor/storm.py": "def warn(): ...\n"})
    repo.tag("v0.2.1")
    repo.checkout("main")
    repo.commit("Count ships (#10)", {"src/harbor/ships.py": SHIPS.format(2) + "def count(): ...\n"})
    repo.cherry_pick(hot, noted=True)
    unreleased = "## Unreleased\n\n* Wrote this by hand.\n\n## 0.2.0"
    repo.commit(
        "Tell it by hand (#11)", {"CHANGELOG.md": repo.read("CHANGELOG.md").decode().replace("## 0.2.0", unreleased)}
    )
    return repo


@contextmanager
def served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, repo: Repo | None, name: str = NAME
) -> Iterator[GitHubFake]:
    """Serve a private repository, and point llnotes there, with rooms of its own."""
    with GitHubFake() as github:
        if repo is not None:
            github.repository(name, repo.root, private=True)
        for variable, value in github.environment.items():
            monkeypatch.setenv(variable, value)
        monkeypatch.setenv("LLNOTES_CACHE_DIR", str(tmp_path / "cache"))
        monkeypatch.setenv("LLNOTES_STATE_DIR", str(tmp_path / "state"))
        yield github


def clone_of(repo: Repo, github: GitHubFake, root: Path, name: str = NAME) -> Path:
    """Return a clone of a repository whose origin is the server."""
    subprocess.run(["git", "clone", "-q", str(repo.root), str(root)], check=True)
    subprocess.run(["git", "-C", str(root), "remote", "set-url", "origin", github.clone_url(name)], check=True)
    return root


def fetched(word: str = NAME, cancel: Event | None = None, said: list[str] | None = None, **flags: object) -> Opened:
    """Open a repository on GitHub as every command does."""
    told = said if said is not None else []
    return open_target(Target(word, flags={"engine": "extractive", **flags}), told.append, cancel)


def everything(clone: Clone, opened: Opened) -> list[object]:
    """Return what a range's commits are."""
    clone.prepare(opened.range_options)
    span = clone.range(opened.range_options)
    return [span.since, span.until, *clone.commits(span, opened.range_options)]
