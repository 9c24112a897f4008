"""The announcement: written from what was read, edited in place, accepted, and only then written."""

import time
from pathlib import Path

import pytest

from llnotes_tui.release.ids import ANNOUNCEMENT
from tests.ui.conftest import shown
from tests.ui.released import accept, opened, repository, until
from tests.ui.test_export import exporting, reviewed, seen

TOLD = "[#2](https://github.com/acme/harbor/pull/2)"
SETTINGS = {".llnotes.toml": 'announcement = "docs/announcement-$VERSION.md"\n'}


async def test_it_is_written_on_the_first_visit_and_goes_to_disk_once_accepted(tmp_path: Path) -> None:
    repo = repository(tmp_path, SETTINGS)
    target = repo.path("docs/announcement-0.2.0.md")
    with opened(repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("w")
            await seen(app, pilot, "No announcement: there is none.")
            assert not target.exists()
            await until(app, pilot, app.is_ready)
            await pilot.press("2")
            await seen(app, pilot, TOLD, "drafted without a model")
            await until(
                app, pilot, lambda: app.export.panel.seconds_drawn(ANNOUNCEMENT, bench.announcement().text) > 0.3
            )
            await pilot.press("a")
            await seen(app, pilot, "The announcement is accepted; w writes it with the changelog.")
            await pilot.press("w")
            await seen(app, pilot, "Announcement in docs/announcement-0.2.0.md")
        assert target.read_text().startswith("harbor 0.2.0 ")


async def test_a_text_that_was_drawn_just_now_is_not_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    monkeypatch.setattr("llnotes_tui.widgets.note_panel.monotonic", lambda: now)
    with opened(repository(tmp_path).root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("2")
            await seen(app, pilot, TOLD)
            await pilot.press("a")
            assert "drawn just now" in app.export.bar.notice
            assert bench.announcement().state == "drafted"


async def test_it_says_why_there_is_none_while_nothing_was_read(tmp_path: Path) -> None:
    with opened(repository(tmp_path).root) as bench:
        async with exporting(bench) as (app, pilot):
            await pilot.press("2")
            await seen(
                app, pilot, "There is nothing to announce yet: it is written from entries that somebody has read."
            )
            await pilot.press("r")
            assert "There is nothing to announce yet" in app.export.bar.notice


async def test_every_keystroke_is_kept_and_an_edit_is_written_as_it_stands(tmp_path: Path) -> None:
    repo = repository(tmp_path, SETTINGS)
    with opened(repo.root) as bench:
        reviewed(bench)
        async with exporting(bench, (80, 24)) as (app, pilot):
            await pilot.press("2")
            await seen(app, pilot, TOLD)
            await pilot.press("e", "!", "w")
            assert bench.open_edit(ANNOUNCEMENT) == f"{bench.announcement().text}!w"
            await pilot.press("backspace", "ctrl+s")
            await seen(app, pilot, "The announcement is accepted")
            text = bench.announcement().text
            assert text.endswith("!")
            await pilot.press("w")
            await seen(app, pilot, "Announcement in docs/announcement-0.2.0.md")
        assert repo.read("docs/announcement-0.2.0.md").decode() == f"{text}\n"
    with opened(repo.root) as bench:
        assert bench.announcement().text == text


async def test_another_text_stands_beside_a_persons_own(tmp_path: Path) -> None:
    with opened(repository(tmp_path).root) as bench:
        reviewed(bench)
        bench.edit(ANNOUNCEMENT, "Mine.").result(60)
        async with exporting(bench) as (app, pilot):
            await pilot.press("2")
            await seen(app, pilot, "Mine.")
            await pilot.press("r")
            await seen(app, pilot, "another variant", TOLD)
            assert bench.announcement().text == "Mine."
            await pilot.press("y")
            assert app.clipboard == "Mine."


async def test_it_becomes_stale_when_an_entry_changes(tmp_path: Path) -> None:
    with opened(repository(tmp_path).root) as bench:
        accept(bench, 2)
        bench.edit(ANNOUNCEMENT, "Mine.", accepted=True).result(60)
        accept(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("2")
            await seen(app, pilot, "stale: what it tells about has changed since")
            assert "2 Announcement ~" in shown(app)
