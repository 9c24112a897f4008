"""Pictures of the Repositories screen, compared with those in `snapshots/`; `make snapshots` takes them anew."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.app import App

from llnotes_tui.app import LlnotesApp
from llnotes_tui.widgets.theme import DARK, LIGHT, TERMINAL
from tests.fakes.github import GitHubFake
from tests.fleets import NOW, acme
from tests.ui.conftest import settled
from tests.ui.fleet import all_read, fleet, listing, screen_of

Compare = Callable[[App[Any], str], None]


@pytest.fixture(scope="module")
def settled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that the pictures share: they change nothing in it."""
    return tmp_path_factory.mktemp("home-of-pictures")


@pytest.fixture(scope="module")
def _clones(settled_home: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(settled_home))
        return fleet(settled_home)


@pytest.fixture
def source(_clones: Path, settled_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(settled_home))
    return _clones


async def _picture(compare: Compare, source: Path, name: str, size: tuple[int, int], theme: str, *keys: str) -> None:
    app = listing(source, theme)
    async with app.run_test(size=size) as pilot:
        await all_read(app, pilot)
        await pilot.press(*keys)
        for line in screen_of(app).query("LineInput"):
            line.cursor_blink = False  # type: ignore[attr-defined]
        await pilot.pause()
        compare(app, name)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 48)])
async def test_the_list(picture: Compare, source: Path, size: tuple[int, int], theme: str) -> None:
    name = f"repositories-{size[0]}x{size[1]}-{theme.removeprefix('llnotes-')}"
    await _picture(picture, source, name, size, theme, "j", "space", "space")


async def test_in_the_colours_of_the_terminal(picture: Compare, source: Path) -> None:
    await _picture(picture, source, "repositories-120x40-terminal", (120, 40), TERMINAL, "j", "space", "space")


async def test_what_cannot_be_read_while_filtering(picture: Compare, source: Path) -> None:
    await _picture(picture, source, "repositories-filter", (80, 24), DARK, "slash", "w", "down")


async def test_the_keys(picture: Compare, source: Path) -> None:
    await _picture(picture, source, "repositories-help", (120, 40), DARK, "question_mark")


@pytest.fixture(scope="module")
def github_of_pictures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubFake]:
    with GitHubFake() as github:
        acme(github, tmp_path_factory.mktemp("acme"))
        yield github


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_fleet_on_github(
    picture: Compare, github_of_pictures: GitHubFake, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in github_of_pictures.environment.items():
        monkeypatch.setenv(name, value)
    app = LlnotesApp(clones=("acme",), flags={"engine": "extractive"}, theme=DARK, now=lambda: NOW)
    async with app.run_test(size=size) as pilot:
        await settled(pilot, lambda: len(screen_of(app).table.rows) == 7)
        await all_read(app, pilot)
        screen_of(app).table.go_to_key("acme/lantern")
        await pilot.press("space")
        screen_of(app).table.go_to_key("acme/compass")
        await pilot.pause()
        picture(app, f"fleet-{size[0]}x{size[1]}-dark")
