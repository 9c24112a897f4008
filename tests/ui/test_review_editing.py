"""Editing in place: nothing that was typed is ever lost, and leaving is always possible."""

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.ui import sample
from tests.ui.conftest import settled, shown
from tests.ui.desk import Desk
from tests.ui.test_review import cursor, pressed, read, reviewing, said

FIRST = sample.ENTRIES[0]


async def test_every_keystroke_is_handed_out_at_once() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("e", "X", "Y")
        typed = [text for name, text in app.desk.done if name == "keep_typing"]
        assert typed == [f"{FIRST.text}X", f"{FIRST.text}XY"]
        assert "Edit · every key is saved" in shown(app)
        assert "esc keep and leave" in shown(app)


async def test_escape_keeps_the_text_and_leaves() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("e", "!")
        await pressed(app, pilot, "escape", "Your text is kept; u undoes.")
        assert ("edit", (FIRST.note, f"{FIRST.text}!", False)) in app.desk.done
        assert not app.review.is_editing
        assert "* edited" in shown(app)
        assert cursor(app) == "#4432"


async def test_an_edit_that_ends_in_the_same_text_is_no_decision() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("e", "!", "backspace", "escape")
        await settled(pilot, lambda: ("drop_edit", FIRST.note) in app.desk.done)
        assert not [name for name, _ in app.desk.done if name == "edit"]


async def test_ctrl_s_keeps_accepts_and_goes_on() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("enter", "!", "ctrl+s")
        await settled(pilot, lambda: cursor(app) == "#4380")
        assert ("edit", (FIRST.note, f"{FIRST.text}!", True)) in app.desk.done


async def test_letters_are_text_while_one_edits_and_the_diff_still_scrolls() -> None:
    async with reviewing(size=(80, 24)) as (app, pilot):
        await pilot.press("e", *"aqxw", "ctrl+d")
        assert app.review.editor.text.endswith("aqxw")
        assert app.review.diff.scroll_offset.y > 0
        await pilot.press("ctrl+r")
        assert app.review.editor.text.endswith("aqxw")
        assert app.screen is app.review


async def test_going_to_another_pane_keeps_the_text() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("e", "!", "tab")
        await settled(pilot, lambda: any(name == "edit" for name, _ in app.desk.done))
        assert not app.review.is_editing


async def test_drafts_that_arrive_do_not_disturb_what_is_typed() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("e", "M", "i", "n", "e")
        app.desk.set(FIRST.note, text="Written by the engine meanwhile.")
        await settled(pilot, lambda: app.review.view.entries[0].text.startswith("Written"))
        assert app.review.editor.text == f"{FIRST.text}Mine"


async def test_what_was_typed_before_the_program_died_is_shown_and_goes_on() -> None:
    desk = Desk()
    desk.typed[sample.ENTRIES[3].note] = "Half a sen"
    async with reviewing(desk) as (app, pilot):
        assert cursor(app) == "#4380"
        assert "Half a sen" in shown(app)
        assert "not finished" in shown(app)
        assert "what you were typing" in said(app)
        await pilot.press("e", "t")
        assert app.review.editor.text == "Half a sent"


async def test_what_was_typed_before_can_be_accepted_as_it_stands() -> None:
    desk = Desk()
    desk.typed[sample.ENTRIES[3].note] = "A whole sentence."
    async with reviewing(desk) as (app, pilot):
        await read(app, pilot)
        await pilot.press("a")
        await settled(pilot, lambda: ("edit", (sample.ENTRIES[3].note, "A whole sentence.", True)) in desk.done)


async def test_a_files_note_is_edited_and_not_accepted() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("j", "l", "j", "e", "!")
        await pressed(app, pilot, "ctrl+s", "the entry can be written again")
        note = sample.ENTRIES[1].files[0].note
        assert ("edit", (note, f"{sample.ENTRIES[1].files[0].text}!", False)) in app.desk.done


async def test_a_failed_note_cannot_be_accepted_unwritten_by_ctrl_s() -> None:
    failed = replace(sample.ENTRIES[8], text="Half of it", badges=("cut-off",))
    async with reviewing(Desk(sample.release((failed,)))) as (app, pilot):
        await pilot.press("e")
        await pressed(app, pilot, "ctrl+s", "cut off")
        assert not [name for name, _ in app.desk.done if name in ("accept", "edit")]


async def test_an_editor_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EDITOR", str(tmp_path / "no-such-editor"))
    async with reviewing() as (app, pilot):
        app.suspend = _nothing  # type: ignore[method-assign,assignment]
        await pressed(app, pilot, "E", "$EDITOR could not be used")


async def test_an_editor_outside_changes_the_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nprintf 'From outside.\\n' > \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", os.fspath(editor))
    async with reviewing() as (app, pilot):
        app.suspend = _nothing  # type: ignore[method-assign,assignment]
        await pressed(app, pilot, "E", "Your text is kept; u undoes.")
        assert ("edit", (FIRST.note, "From outside.", False)) in app.desk.done


class _nothing:  # noqa: N801  (stands for App.suspend, which a test without a terminal cannot run)
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...
