"""Pictures of the Export screen, compared with those in `snapshots/`.  All prose in them is a person's: engines may change."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from llnotes_tui.release.ids import ANNOUNCEMENT
from llnotes_tui.screens.export_base import GITHUB
from llnotes_tui.widgets.dialogs.confirm import Confirm
from llnotes_tui.widgets.theme import DARK, LIGHT, TERMINAL
from llnotes_tui.workbench.workbench import Workbench
from tests.fakes.github import GitHubFake
from tests.ui.conftest import settled
from tests.ui.released import Exporting, busy, entry, opened, until

Compare = Callable[[App[Any], str], None]

PROSE = {
    2: "The command line has a new option `--retries`, three by default: a listing that the harbor office does not "
    "answer in time is tried again instead of ending the run.",
    4: "Listing ships waits up to 30 seconds for an answer instead of five, which large harbors need.",
    8: "Messages spell harbor the same way everywhere.",
}
TOLD = """Harbor 0.2.0 lists ships where harbors are slow to answer.

Listing ships waits up to 30 seconds for an answer ([#4](https://github.com/acme/harbor/pull/4)), and with the new \
option `--retries` it is tried again, three times by default ([#2](https://github.com/acme/harbor/pull/2)). A crowded \
harbor no longer ends the run.

Messages spell harbor the same way everywhere ([#8](https://github.com/acme/harbor/pull/8))."""
SETTINGS = {".llnotes.toml": 'announcement = "docs/announcement-$VERSION.md"\n'}


def reviewed(bench: Workbench, *more: int) -> None:
    """Write the prose of some entries by hand, and the announcement; #3 and #9 stay unread."""
    for number, prose in PROSE.items():
        bench.edit(entry(bench, number).note, prose, accepted=True).result(60)
    bench.edit(ANNOUNCEMENT, TOLD, accepted=True).result(60)


class Painter:
    """Takes pictures of one app, step by step."""

    def __init__(self, app: Exporting, pilot: Pilot[None], compare: Compare) -> None:
        self._app, self._pilot, self._compare = app, pilot, compare

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self._pilot.press(key)
            await until(self._app, self._pilot, lambda: not self._app.screen_stack[1:] or self._app.is_ready())

    def _is_looking(self) -> bool:
        return self._app.export.part == GITHUB and self._app.export.is_looking

    def compare(self, name: str) -> None:
        self._compare(self._app, name)

    async def picture(self, name: str) -> None:
        assert await asyncio.to_thread(self._app.bench.settle_checks, 60)
        self._app.export.bar.hush()
        await settled(self._pilot, lambda: self._app.is_ready() and not self._is_looking())
        self._compare(self._app, name)


async def painted(
    compare: Compare, bench: Workbench, size: tuple[int, int], theme: str, steps: list[tuple[str, str]]
) -> None:
    """Press the keys of each step, and compare the screen with the picture of its name."""
    app = Exporting(bench, theme)
    async with app.run_test(size=size) as pilot:
        painter = Painter(app, pilot, compare)
        await until(app, pilot, app.is_ready)
        for keys, name in steps:
            await painter.press(*keys.split())
            await painter.picture(name)


async def test_the_parts(picture: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700100000")
    with opened(busy(tmp_path, SETTINGS).root) as bench:
        reviewed(bench)
        dark = [
            ("1", "export-120x40-dark"),
            ("s", "export-text"),
            ("s 2", "export-announcement"),
            ("3", "export-version"),
            ("4", "export-manifest"),
            ("question_mark", "export-help"),
        ]
        await painted(picture, bench, (120, 40), DARK, dark)
        await painted(picture, bench, (120, 40), LIGHT, [("1", "export-120x40-light"), ("t", "export-breaks")])
        small = [("1", "export-80x24-dark"), ("3", "export-version-80x24"), ("w", "export-confirm-80x24")]
        await painted(picture, bench, (80, 24), DARK, small)
        await painted(picture, bench, (80, 24), LIGHT, [("2", "export-80x24-light")])
        await painted(picture, bench, (120, 40), TERMINAL, [("4", "export-120x40-terminal")])


async def test_after_writing_and_in_conflict(picture: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700100000")
    repo = busy(tmp_path, SETTINGS)
    with opened(repo.root) as bench:
        reviewed(bench)
        app = Exporting(bench)
        async with app.run_test(size=(120, 40)) as pilot:
            painter = Painter(app, pilot, picture)
            await until(app, pilot, app.is_ready)
            await painter.press("w", "w")
            await until(app, pilot, lambda: app.export.outcome is not None and app.is_ready())
            await painter.press("j")
            await painter.picture("export-written")
            text = repo.read("CHANGELOG.md").decode()
            repo.write("CHANGELOG.md", text.replace("three by default", "five by default"))
            await painter.press("1")
            await painter.picture("export-conflict")


async def test_on_github(picture: Compare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """A draft that is there, and a pull request that a person has changed."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700100000")
    (home / ".gitconfig").write_text("[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n")
    with GitHubFake() as github:
        for name, value in github.environment.items():
            monkeypatch.setenv(name, value)
        repo = busy(tmp_path, SETTINGS)
        record = github.repository("acme/harbor", repo.clone(tmp_path / "site.git", "--bare").root)
        repo.set_origin(github.clone_url("acme/harbor"))
        with opened(repo.root) as bench:
            reviewed(bench)
            app = Exporting(bench)
            async with app.run_test(size=(120, 40)) as pilot:
                painter = Painter(app, pilot, picture)
                await until(app, pilot, app.is_ready)
                for key in ("d", "p"):
                    await painter.press(key)
                    await until(app, pilot, lambda: isinstance(app.screen, Confirm))
                    if key == "p":
                        painter.compare("export-github-confirm")
                    await painter.press("y")
                    await until(app, pilot, lambda: not app.export.publishing and not app.export.is_looking)
                await painter.picture("export-github-120x40-dark")
                record.pulls[1].body = (record.pulls[1].body or "").replace("three by default", "five by default")
                await painter.press("p")
                await until(app, pilot, lambda: app.export.undecided is not None and app.is_ready())
                await painter.picture("export-github-conflict")
