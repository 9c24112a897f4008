"""The Review screen over a real release and the real checks: what they find is seen, mended and looked behind."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from llnotes_tui.screens.review import ReviewScreen
from llnotes_tui.workbench.workbench import Workbench
from tests.ui.conftest import settled, shown
from tests.ui.released import entry, opened, repository
from tests.ui.stage import Stage


class Over(Stage):
    """The Review screen over a workbench."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.bench = bench

    def on_mount(self) -> None:
        self.push_screen(ReviewScreen(self.bench))

    @property
    def review(self) -> ReviewScreen:
        return next(screen for screen in self.screen_stack if isinstance(screen, ReviewScreen))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with opened(repository(tmp_path).root) as bench:
        yield bench


@asynccontextmanager
async def reviewing(bench: Workbench, number: int) -> AsyncIterator[tuple[Over, Pilot[Any]]]:
    app = Over(bench)
    async with app.run_test(size=(160, 40)) as pilot:
        await settled(pilot, lambda: app.screen_stack[1:] and app.review.is_mounted)
        app.review.go_to(entry(bench, number).note)
        await settled(pilot, lambda: not app.review.diff.is_loading and f"#{number}" in shown(app))
        yield app, pilot


async def test_an_invented_number_and_old_code_sold_as_new_are_seen_and_mended(bench: Workbench) -> None:
    note = entry(bench, 4).note
    bench.edit(note, "Added the new `list_ships` function, which waits 77 minutes.").result(60)
    assert bench.settle_checks(60)
    kinds = {finding.kind: finding for finding in entry(bench, 4).findings}
    assert {"not-new", "unknown-number"} <= set(kinds)
    async with reviewing(bench, 4) as (app, pilot):
        await settled(pilot, lambda: "R 77" in shown(app))
        first = entry(bench, 4).findings[0]
        await pilot.press("n", "f")
        await settled(pilot, lambda: "u undoes" in app.review.bar.notice)
        assert first.fix is not None
        assert first.fix in entry(bench, 4).text
        await pilot.press("u")
        await settled(pilot, lambda: entry(bench, 4).text.startswith("Added the new"))


async def test_the_lines_behind_a_sentence_light_up_in_the_diff(bench: Workbench) -> None:
    bench.edit(entry(bench, 4).note, "The `list_ships` function calls `fetch` with a longer timeout.").result(60)
    assert bench.settle_checks(60)
    async with reviewing(bench, 4) as (app, pilot):
        await pilot.press("v")
        await settled(pilot, lambda: app.review.diff.lit)
        document = app.review.diff.document
        assert document is not None
        assert any("fetch(timeout" in document.row(row).text for row in app.review.diff.lit)


async def test_a_term_in_the_glossary_is_a_finding_no_more(bench: Workbench) -> None:
    note = entry(bench, 4).note
    bench.edit(note, "Listing uses `HarborFetcher` now.").result(60)
    assert bench.settle_checks(60)
    assert [finding.kind for finding in entry(bench, 4).findings] == ["unknown-name"]
    async with reviewing(bench, 4) as (app, pilot):
        await settled(pilot, lambda: "1 finding" in shown(app))
        await pilot.press("d")
        await settled(pilot, lambda: "into my glossary" in shown(app))
        await pilot.press("g")
        await settled(pilot, lambda: not entry(bench, 4).findings and "No automatic finding." in shown(app))


async def test_what_is_typed_is_checked_by_the_real_checks(bench: Workbench) -> None:
    bench.edit(entry(bench, 4).note, "Listing waits longer.").result(60)
    assert bench.settle_checks(60)
    async with reviewing(bench, 4) as (app, pilot):
        await pilot.press("e")
        app.review.editor.insert(" It waits 77 minutes.")
        await settled(pilot, lambda: [span.name for span in app.review.editor.spans] == ["red"])
