"""What every test shares: nothing of the machine it runs on reaches it, and nothing of it reaches the machine."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

OUTSIDE = ("LLNOTES_", "DATABRICKS_", "GITHUB_", "GH_", "GIT_", "XDG_", "TEXTUAL", "ARM_", "GOOGLE_", "ACTIONS_ID_")
"""Prefixes of the variables that change what the program does."""
OUTSIDE_NAMES = frozenset({"NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "EDITOR", "VISUAL", "PAGER", "SSH_ASKPASS"})


def _isolate(patch: pytest.MonkeyPatch, home: Path) -> None:
    for name in tuple(os.environ):
        if name.startswith(OUTSIDE) or name in OUTSIDE_NAMES or name.lower().endswith("_proxy"):
            patch.delenv(name)
    patch.setenv("HOME", str(home))
    patch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def pytest_xdist_auto_num_workers() -> int:
    """Run two tests a core with `-n auto`: half of the time they wait for a disk, a terminal or another process."""
    return min(16, 2 * (os.cpu_count() or 1))


@pytest.fixture(scope="session", autouse=True)
def _isolated_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Isolate fixtures that live longer than one test."""
    with pytest.MonkeyPatch.context() as patch:
        _isolate(patch, tmp_path_factory.mktemp("session-home"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _interruptible() -> None:
    """Have ctrl+c end what tests start, even where they run in the background: there the shell has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what failed on the way to GitHub tried again at once: tests of faults would wait a minute in all."""
    monkeypatch.setattr("llnotes_tui.sources.github.client._PAUSES", (0.01, 0.02))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home directory of its own, empty and outside its `tmp_path`."""
    directory = tmp_path_factory.mktemp("home")
    _isolate(monkeypatch, directory)
    return directory
