"""Dialogs return what a person chose, and nothing where they escaped."""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from llnotes_tui.widgets.dialogs.ask import Ask
from llnotes_tui.widgets.dialogs.choose import Choose
from llnotes_tui.widgets.dialogs.confirm import Confirm
from llnotes_tui.widgets.dialogs.dialog import Dialog
from llnotes_tui.widgets.dialogs.facts import Facts, FactsForm
from llnotes_tui.widgets.dialogs.reader import Reader
from tests.ui.conftest import settled, shown
from tests.ui.stage import Stage

CHOICES = (("a", "first", "the first"), ("b", "second", "the [b]second[/b]"))


async def answer(dialog: Dialog[Any], keys: tuple[str, ...], look: Callable[[Stage], None] | None = None) -> Any:
    """Open a dialog, look at it, press keys, and return what it returns."""
    answers: list[Any] = []
    app = Stage()
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(dialog, answers.append)
        await settled(pilot, lambda: app.screen is dialog)
        if look:
            look(app)
        await pilot.press(*keys)
        await closed(pilot, app, dialog)
    return answers[0]


async def closed(pilot: Pilot[Any], app: Stage, dialog: Dialog[Any]) -> None:
    await settled(pilot, lambda: app.screen is not dialog)


@pytest.mark.parametrize(
    ("dialog", "keys", "result"),
    [
        (lambda: Choose("Title", CHOICES), ("b",), "second"),
        (lambda: Choose("Title", CHOICES), ("down", "enter"), "second"),
        (lambda: Choose("Title", CHOICES), ("escape",), None),
        (lambda: Ask("Title", value="ab"), ("c", "enter"), "abc"),
        (lambda: Ask("Title"), ("enter", "x", "enter"), "x"),
        (lambda: Ask("Title", may_be_empty=True), ("enter",), ""),
        (lambda: Ask("Title", value="ab"), ("escape",), None),
        (lambda: Confirm("Title", "Sure?"), ("y",), True),
        (lambda: Confirm("Title", "Sure?"), ("n",), False),
        (lambda: Confirm("Title", "Sure?"), ("escape",), None),
        (lambda: FactsForm("Title", "fixed", "no"), ("enter",), Facts(None, None, None)),
        (lambda: FactsForm("T", "fixed", "no"), ("x", "tab", "left", "enter"), Facts("Tx", "removed", None)),
        (lambda: FactsForm("T", "fixed", "suspected"), ("tab", "tab", "right", "enter"), Facts(None, None, "denied")),
        (lambda: FactsForm("T", "fixed", "suspected"), ("enter",), Facts(None, None, None)),
        (lambda: FactsForm("T", "fixed", "confirmed"), ("escape",), None),
    ],
)
async def test_a_dialog_returns_what_was_chosen(
    dialog: Callable[[], Dialog[Any]], keys: tuple[str, ...], result: Any
) -> None:
    assert await answer(dialog(), keys) == result


async def test_words_in_a_dialog_are_text() -> None:
    def look(app: Stage) -> None:
        assert "the [b]second[/b]" in shown(app)
        assert "[red]Title[/red]" in shown(app)
        assert "[@click=app.quit]why[/] ␛[31m" in shown(app)

    await answer(Choose("[red]Title[/red]", CHOICES, "[@click=app.quit]why[/] \x1b[31m"), ("escape",), look)


async def test_a_long_text_scrolls_and_is_copied_whole() -> None:
    app = Stage()
    text = "\n".join(f"line {number}" for number in range(200))
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Reader("Prompt", text))
        await settled(pilot, lambda: "line 5" in shown(app))
        await pilot.press("space", "space")
        await settled(pilot, lambda: "line 30" in shown(app))
        await pilot.press("y")
        assert app.clipboard == text
