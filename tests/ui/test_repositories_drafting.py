"""Drafting marked repositories from the list with a model: asked once, told in the rows, and left at once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from llnotes_tui.app import LlnotesApp
from tests.fakes.serving import Serving
from tests.ui.conftest import settled, shown
from tests.ui.fleet import NOW, all_read, repository
from tests.ui.test_repositories import SIZE, line_of
from tests.waiting import Stopwatch


@pytest.fixture
def source(home: Path) -> Path:
    source = home / "src"
    repository(source / "harbor", "v1.4.0", 2, days=70, fetched=2)
    repository(source / "lantern", "v0.7.2", 1, days=21, fetched=0)
    return source


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    with Serving() as serving:
        use(serving, monkeypatch)
        yield serving


def use(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in serving.environment.items():
        monkeypatch.setenv(name, value)


def listing(source: Path) -> LlnotesApp:
    return LlnotesApp(clones=sorted(str(path) for path in source.iterdir()), now=lambda: NOW)


async def test_nothing_is_sent_before_somebody_agreed(source: Path, serving: Serving) -> None:
    app = listing(source)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press("A", "D")
        await settled(pilot, lambda: "Draft with a model?" in shown(app))
        assert "acme/harbor, acme/lantern" in shown(app)
        assert "these 2 releases" in shown(app)
        await pilot.press("n")
        await settled(pilot, lambda: "no draft" in line_of(app, "harbor") and "no draft" in line_of(app, "lantern"))
        assert "Nothing was sent" in shown(app)
        assert not serving.requests


async def test_agreed_to_once_they_are_drafted_and_not_asked_about_again(source: Path, serving: Serving) -> None:
    app = listing(source)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press("A", "D")
        await settled(pilot, lambda: "Draft with a model?" in shown(app))
        await pilot.press("y")
        await settled(pilot, lambda: "drafted, 1 entry" in line_of(app, "lantern"))
        await settled(pilot, lambda: "drafted, 2 entries" in line_of(app, "harbor"))
        calls = len(serving.requests)
        assert calls
        await pilot.press("D")
        await settled(
            pilot,
            lambda: "drafted, 1 entry" in line_of(app, "lantern") and "drafted, 2 entries" in line_of(app, "harbor"),
            20,
        )
        assert len(serving.requests) == calls


async def test_leaving_while_calls_hang_takes_no_time(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Serving(script=["hang"] * 40) as serving:
        use(serving, monkeypatch)
        app = listing(source)
        async with app.run_test(size=SIZE) as pilot:
            await all_read(app, pilot)
            await pilot.press("A", "D")
            await settled(pilot, lambda: "Draft with a model?" in shown(app))
            await pilot.press("y")
            await settled(pilot, lambda: serving.most_at_once)
            await settled(pilot, lambda: "drafting 0 of" in line_of(app, "harbor"))
            await settled(pilot, lambda: "waits to be drafted" in line_of(app, "lantern"))
            watch = Stopwatch()
            app.simulate_key("q")
            while app.return_code is None:
                await asyncio.sleep(0.01)
        app.let_go()
        assert watch.look() < 1.5
        assert app.return_code == 0


async def test_an_endpoint_that_is_not_there_is_said_in_the_row(
    source: Path, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLNOTES_ENDPOINT", "no-such-endpoint")
    app = listing(source)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press("D")
        await settled(pilot, lambda: "Draft with a model?" in shown(app))
        await pilot.press("y")
        await settled(pilot, lambda: "Draft with" not in shown(app) and "no-such-endpoint" in shown(app))
        assert "no draft" in line_of(app, "harbor")
        assert "Not drafted: http" in shown(app)
