"""Opening a repository on GitHub: what is fetched is on screen, and escape stops it."""

import re
from pathlib import Path

import pytest

from llnotes_tui.app import LlnotesApp
from llnotes_tui.screens.opening import OpeningScreen
from llnotes_tui.screens.review import ReviewScreen
from llnotes_tui.workbench.clones import Target
from tests.ui.conftest import settled, shown
from tests.unit.mirroring import NAME, port, served

FLAGS = {"engine": "extractive"}


async def test_a_fetch_is_on_screen_and_escape_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(monkeypatch, tmp_path, port(tmp_path / "harbor")) as github:
        github.fault("hang", times=None, on=r"git-upload-pack$")
        app = LlnotesApp(Target(NAME, flags=FLAGS), (), FLAGS)
        async with app.run_test(size=(80, 24)) as pilot:
            await settled(pilot, lambda: "Fetching acme/harbor ..." in shown(app))
            assert isinstance(app.screen, OpeningScreen)
            await pilot.press("escape")
            await settled(pilot, lambda: app.return_code is not None)
        assert app.return_code == 0


async def test_what_is_new_is_fetched_by_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = port(tmp_path / "harbor")
    with served(monkeypatch, tmp_path, repo):
        app = LlnotesApp(Target(NAME, flags=FLAGS), (), FLAGS)
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(pilot, lambda: isinstance(app.screen, ReviewScreen))
            await pilot.press("F")
            await settled(pilot, lambda: "Nothing is new on main." in shown(app))
            newer = repo.commit("Light the pier (#12)", {"src/harbor/pier.py": "def light(): ...\n"})
            await pilot.press("F")
            await settled(pilot, lambda: "The new commits are in." in shown(app))
            assert newer[:7] in shown(app)
            assert re.search(r"pier", shown(app))
