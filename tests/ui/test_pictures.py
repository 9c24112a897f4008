"""Pictures of the Review screen, compared with those in `snapshots/`; `make pictures` or `--snapshot-update` takes them anew."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from textual.app import App

from llnotes_tui.widgets.theme import DARK, LIGHT, TERMINAL
from tests.ui import sample
from tests.ui.conftest import settled
from tests.ui.desk import Desk
from tests.ui.flagged import Flagged
from tests.ui.stage import Reviewing

Compare = Callable[[App[Any], str], None]


async def _picture(
    compare: Compare,
    name: str,
    size: tuple[int, int],
    theme: str,
    keys: tuple[str, ...] = (),
    desk: Desk | None = None,
    said: str = "",
) -> None:
    app = Reviewing(desk, theme)
    async with app.run_test(size=size) as pilot:
        await settled(pilot, lambda: len(app.screen_stack) > 1 and app.review.is_mounted)
        await settled(pilot, lambda: not app.review.diff.is_loading)
        for key in keys:
            await pilot.press(key)
        await settled(pilot, lambda: not app.review.diff.is_loading and said in app.review.bar.notice)
        app.review.editor.cursor_blink = False
        for line in app.screen.query("LineInput"):
            line.cursor_blink = False  # type: ignore[attr-defined]
        await pilot.pause()
        compare(app, name)
    app.desk.close()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_the_review_screen(picture: Compare, size: tuple[int, int], theme: str) -> None:
    name = f"review-{size[0]}x{size[1]}-{theme.removeprefix('llnotes-')}"
    await _picture(picture, name, size, theme, ("j", "l"))


async def test_in_the_colours_of_the_terminal(picture: Compare) -> None:
    await _picture(picture, "review-120x40-terminal", (120, 40), TERMINAL, ("j", "l", "j"))


async def test_editing_in_place(picture: Compare) -> None:
    await _picture(picture, "review-editing", (120, 40), DARK, ("e", "!"))


async def test_the_form_of_facts(picture: Compare) -> None:
    await _picture(picture, "review-facts", (80, 24), DARK, ("t",))


async def test_the_reasons_to_leave_out(picture: Compare) -> None:
    await _picture(picture, "review-exclude", (80, 24), LIGHT, ("x",))


async def test_the_help(picture: Compare) -> None:
    await _picture(picture, "review-help", (120, 40), DARK, ("question_mark",))


async def test_what_stands_in_the_way(picture: Compare) -> None:
    view = replace(
        sample.release(),
        save_fault="the disk is full; free some space, it is tried again every second.",
        engine_sentence="The endpoint `llama` of the profile DEFAULT does not answer; it is tried every 30 s.",
        engine_stopped=True,
    )
    await _picture(picture, "review-faults", (80, 24), DARK, ("j",), Desk(view))


@pytest.mark.parametrize(
    ("size", "theme"),
    [((120, 40), DARK), ((120, 40), LIGHT), ((80, 24), DARK), ((80, 24), TERMINAL), ((200, 50), DARK)],
)
async def test_a_review_with_findings(picture: Compare, size: tuple[int, int], theme: str) -> None:
    name = f"findings-{size[0]}x{size[1]}-{theme.removeprefix('llnotes-')}"
    await _picture(picture, name, size, theme, ("n", "n", "v"), Flagged(), "lit up")


async def test_findings_in_the_editor(picture: Compare) -> None:
    await _picture(picture, "findings-editing", (120, 40), DARK, ("e", "ctrl+home"), Flagged())


async def test_dismissing_a_finding(picture: Compare) -> None:
    await _picture(picture, "findings-dismiss-80x24", (80, 24), LIGHT, ("n", "n", "d"), Flagged())
