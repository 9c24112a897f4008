"""The keys of the Review screen: what a person presses, and what then is on screen and decided."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from llnotes_tui.screens.review_keys import REVIEW_BINDINGS
from llnotes_tui.widgets.dialogs.dialog import Dialog
from llnotes_tui.workbench.views import ReleaseView, Variant
from tests.ui import sample
from tests.ui.conftest import settled, shown
from tests.ui.desk import Desk
from tests.ui.stage import Reviewing


@asynccontextmanager
async def reviewing(
    desk: Desk | None = None, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Reviewing, Pilot[Any]]]:
    """Open the screen, and wait until note and diff have been read for a moment."""
    app = Reviewing(desk)
    async with app.run_test(size=size) as pilot:
        await settled(pilot, lambda: app.screen_stack[1:] and app.review.is_mounted)
        await settled(pilot, lambda: not app.review.diff.is_loading)
        waits = app.desk.needs_consent or app.desk.view().read_only
        await settled(pilot, lambda: waits or ("start", None) in app.desk.done)
        yield app, pilot
    app.desk.close()


async def read(app: Reviewing, pilot: Pilot[Any]) -> None:
    """Look at the note for as long as a person has to."""
    note = app.review.panel

    def is_read() -> bool:
        shown_note = note.content
        return (
            shown_note is not None
            and shown_note.note is not None
            and note.seconds_drawn(shown_note.note, shown_note.text) > 0.3
        )

    await settled(pilot, is_read)


def said(app: Reviewing) -> str:
    return app.review.bar.notice


def cursor(app: Reviewing) -> str:
    row = app.review.row
    return row.number or row.title if row else ""


async def pressed(app: Reviewing, pilot: Pilot[Any], key: str, then: str) -> None:
    """Press a key and wait until the screen says something."""
    await pilot.press(key)
    await settled(pilot, lambda: then in said(app))


async def test_accept_takes_the_text_that_is_drawn_and_goes_to_the_next_unread_one() -> None:
    async with reviewing() as (app, pilot):
        await read(app, pilot)
        await pilot.press("a")
        await settled(pilot, lambda: cursor(app) == "#4380")
        first = sample.ENTRIES[0]
        assert ("accept", (first.note, first.text)) in app.desk.done
        assert "✓ #4432" in shown(app)
        assert "3 of 9 entries reviewed" in shown(app)


async def test_a_text_drawn_just_now_is_not_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    async with reviewing() as (app, pilot):
        await read(app, pilot)
        clock = [time.monotonic()]
        monkeypatch.setattr("llnotes_tui.widgets.note_panel.monotonic", lambda: clock[0])
        app.desk.set(sample.ENTRIES[0].note, text="Another text, written just now.")
        await settled(pilot, lambda: "written just now" in shown(app))
        clock[0] += 0.29
        await pilot.press("a")
        assert "drawn just now" in said(app)
        assert not [one for one in app.desk.done if one[0] == "accept"]
        clock[0] += 0.02
        await pilot.press("a")
        await settled(pilot, lambda: [one for one in app.desk.done if one[0] == "accept"])


async def test_what_has_no_whole_text_is_not_accepted_and_the_last_line_says_why() -> None:
    cut = replace(sample.ENTRIES[3], badges=("cut-off",))
    desk = Desk(sample.release((*sample.ENTRIES[5:7], sample.ENTRIES[8], sample.ENTRIES[9], cut)))
    async with reviewing(desk) as (app, pilot):
        for why in ("is being written", "waits for its turn", "failed", "left out", "cut off"):
            await read(app, pilot)
            await pilot.press("a")
            assert why in said(app)
            await pilot.press("j")
        assert not [one for one in desk.done if one[0] == "accept"]


async def test_only_entries_are_reviewed() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("j", "l", "j")
        assert "src/harbor/jobs.py" in shown(app)
        await pilot.press("a")
        assert "Only entries are reviewed" in said(app)
        await pilot.press("h")
        assert cursor(app) == "#4431"


async def test_the_end_of_a_review_says_how_long_it_took() -> None:
    desk = Desk(sample.release((sample.ENTRIES[0], sample.ENTRIES[1])))
    async with reviewing(desk) as (app, pilot):
        await read(app, pilot)
        await pressed(app, pilot, "a", "All 2 entries are reviewed, in 1 min.")


async def test_a_decision_that_cannot_be_written_is_told_and_the_cursor_stays() -> None:
    async with reviewing() as (app, pilot):
        app.desk.refuses = "The disk is full; free some space."
        await read(app, pilot)
        await pressed(app, pilot, "a", "The disk is full")
        assert cursor(app) == "#4432"


async def test_exclude_asks_for_the_reason_by_one_letter_and_takes_back() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("x")
        assert "internal: ships nothing to users" in shown(app)
        await pressed(app, pilot, "t", "left out (trivial)")
        assert ("exclude", (sample.ENTRIES[0].note, "trivial")) in app.desk.done
        await pilot.press("k", "k", "k")
        assert cursor(app) == "#4432"
        await pressed(app, pilot, "x", "#4432 is back.")


async def test_escape_leaves_every_dialog_and_decides_nothing() -> None:
    async with reviewing() as (app, pilot):
        for key in ("x", "t", "o", "plus", "R", "B", "question_mark", "p"):
            await pilot.press(key)
            await settled(pilot, lambda: isinstance(app.screen, Dialog))
            await pilot.press("escape")
            await settled(pilot, lambda: app.screen is app.review)
        assert [name for name, _ in app.desk.done if name not in ("start", "promote")] == []


async def test_undo_and_redo_go_to_the_note_concerned() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("u")
        assert "nothing to undo" in said(app)
        await read(app, pilot)
        await pilot.press("a")
        await settled(pilot, lambda: cursor(app) == "#4380")
        await pressed(app, pilot, "u", "Took back")
        assert cursor(app) == "#4432"
        await pilot.press("j")
        await pressed(app, pilot, "ctrl+r", "Again")
        assert cursor(app) == "#4432"
        await pressed(app, pilot, "z", "Took back")


async def test_facts_are_changed_in_one_form() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("t")
        assert "Suspected because of: def list_jobs(self, limit)" in shown(app)
        await pilot.press("!", "tab", "right", "tab", "right", "right")
        await pressed(app, pilot, "enter", "facts of #4432 are changed")
        title = "Removed the `limit` argument of `list_jobs`!"
        assert ("facts", {"title": title, "section": "fixed", "breaking": "confirmed"}) in app.desk.done
        assert "breaking" in shown(app)


async def test_marked_entries_are_merged_into_the_one_under_the_cursor() -> None:
    async with reviewing() as (app, pilot):
        await pressed(app, pilot, "m", "ctrl+space")
        await pilot.press("j", "ctrl+@", "ctrl+@")
        assert "2 marked" in said(app)
        assert "+ #4431" in shown(app)
        await pilot.press("home")
        await pressed(app, pilot, "m", "2 merged into #4432")
        assert "#4431" not in shown(app)
        assert app.review.entry is not None
        assert len(app.review.entry.commits) == 3
        await pilot.press("M")
        await settled(pilot, lambda: isinstance(app.screen, Dialog))
        await pressed(app, pilot, "b", "is an entry of its own")


async def test_an_entry_by_hand_is_asked_for_its_title_and_then_written() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("o")
        await pilot.press(*"Own", "enter")
        await settled(pilot, lambda: app.review.is_editing)
        await pilot.press("H", "i", "ctrl+s")
        await settled(pilot, lambda: any(name == "edit" for name, _ in app.desk.done))
        assert ("edit", ("entry:Own", "Hi", True)) in app.desk.done


async def test_a_commit_of_a_group_becomes_an_entry() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("end", "k", "k", "enter", "j")
        assert "#4300 Updated the workflow 0" in shown(app)
        assert "only CI files" in shown(app)
        await pressed(app, pilot, "x", "#4300 is an entry now")
        assert app.review.entry is not None
        await pilot.press("end", "k", "k")


async def test_internal_commits_are_published_by_a_key_on_their_group() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("end", "k", "k")
        await pressed(app, pilot, "x", "18 internal commits are published")
        assert "published" in shown(app)
        await pressed(app, pilot, "x", "stay out")


async def test_again_asks_the_engine_and_an_instruction_goes_with_it() -> None:
    async with reviewing() as (app, pilot):
        note = sample.ENTRIES[0].note
        await pressed(app, pilot, "r", "Another variant is being written.")
        await pilot.press("R", *"say", "enter")
        await settled(pilot, lambda: ("again", (note, "say")) in app.desk.done)
        assert ("again", (note, "")) in app.desk.done
        app.desk.refuses = "Written by rule: there is no other text."
        await pressed(app, pilot, "r", "Written by rule")


async def test_variants_are_walked_and_their_ends_told() -> None:
    async with reviewing() as (app, pilot):
        note = sample.ENTRIES[0].note
        await pressed(app, pilot, "]", "the only text there is")
        app.desk.texts[note].append(Variant("Second text.", "databricks", "llama", "d1"))
        await pressed(app, pilot, "]", "Variant 2 of 2, by llama.")
        assert "Second text." in shown(app)
        await pressed(app, pilot, "]", "no other one this way")
        await pressed(app, pilot, "[", "Variant 1 of 2")


async def test_a_new_variant_stands_beside_a_persons_text() -> None:
    async with reviewing() as (app, pilot):
        note = sample.ENTRIES[2].note
        app.desk.texts[note] = [Variant(sample.ENTRIES[2].text, "person", "", "d1")]
        await pilot.press("j", "j")
        await pressed(app, pilot, "r", "it will stand beside your text")
        app.desk.texts[note].append(Variant("A text by the engine.", "databricks", "llama", "d1"))
        app.desk.set(note, variants=2)
        await settled(pilot, lambda: "A text by the engine." in shown(app))
        assert sample.ENTRIES[2].text in shown(app)
        assert "another variant · llama" in shown(app)


async def test_prompt_shows_what_was_sent_as_text() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("p")
        await settled(pilot, lambda: "The diff is [bold]data[/bold]." in shown(app))


async def test_copy_puts_the_text_on_the_clipboard() -> None:
    async with reviewing() as (app, pilot):
        await pressed(app, pilot, "y", "Copied.")
        assert app.clipboard == sample.ENTRIES[0].text


async def test_the_diff_scrolls_from_any_pane() -> None:
    async with reviewing(size=(80, 24)) as (app, pilot):
        diff = app.review.diff
        places = []
        for key in ("J", "K", "space", "b", "ctrl+d", "ctrl+u", "}", "{"):
            await pilot.press(key)
            places.append(diff.scroll_offset.y)
        assert places[0] == 1
        assert places[1] == 0
        assert places[2] > 5
        assert places[3] == 0
        assert 0 < places[4] < places[2]
        assert places[5] == 0
        assert app.focused is app.review.entries


async def test_a_search_is_opened_walked_and_ended() -> None:
    async with reviewing() as (app, pilot):
        await pressed(app, pilot, "n", "The checks are still at work")
        await pilot.press("slash", *"timeout")
        await pressed(app, pilot, "enter", "hits: n N go through them")
        await pressed(app, pilot, "n", "Hit 2 of")
        await pressed(app, pilot, "N", "Hit 1 of")
        await pilot.press("escape")
        assert app.review.diff.needle == ""
        await pressed(app, pilot, "escape", "q goes back")


async def test_export_and_base_are_asked_of_the_app() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("w")
        await pilot.press("B", *"v1", "enter")
        await settled(pilot, lambda: ("reopen", "v1") in app.asked)
        assert app.asked[0] == ("export", app.desk)


async def test_new_commits_are_taken_in_by_a_key() -> None:
    async with reviewing() as (app, pilot):
        assert "3 new commits" in shown(app)
        await pressed(app, pilot, "F", "The new commits are in.")
        assert "new commits" not in shown(app).split("\n")[0]
        await pressed(app, pilot, "F", "no commits beyond these")


async def test_a_window_that_reads_along_says_so_and_can_take_over() -> None:
    desk = Desk(replace(sample.release(), read_only="Ada reviews this in another window."))
    async with reviewing(desk) as (app, pilot):
        assert "Reading along: Ada reviews this" in shown(app)
        await read(app, pilot)
        for key in ("a", "e", "x", "t", "r", "o"):
            await pilot.press(key)
            assert "ctrl+t takes over" in said(app), key
        assert not [name for name, _ in desk.done if name != "promote"]
        await pressed(app, pilot, "ctrl+t", "This window writes now.")
        assert "Reading along" not in shown(app)


async def test_the_first_draft_with_a_model_asks_once() -> None:
    desk = Desk()
    desk.needs_consent = True
    async with reviewing(desk) as (app, pilot):
        await settled(pilot, lambda: isinstance(app.screen, Dialog))
        assert "secrets masked" in shown(app)
        assert "41 calls" in shown(app)
        await pilot.press("w")
        await settled(pilot, lambda: ("without_model", None) in desk.done)
        assert ("start", None) not in desk.done


async def test_what_one_looks_at_is_written_first() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("j")
        assert ("promote", sample.ENTRIES[1].note) in app.desk.done


async def test_many_changes_are_one_update() -> None:
    async with reviewing() as (app, pilot):
        drawn: list[ReleaseView] = []
        app.review.header.update = drawn.append  # type: ignore[method-assign,assignment]
        for number in range(200):
            app.desk.set(sample.ENTRIES[6].note, text=f"Text {number}", state="drafted")
        await settled(pilot, lambda: app.review.view.entries[6].text == "Text 199")
        assert len(drawn) < 20


async def test_every_key_has_a_name_of_its_own_and_says_what_it_does() -> None:
    names = [binding.id for binding in REVIEW_BINDINGS]
    assert all(names)
    assert len(set(names)) == len(names)
    assert all(binding.tooltip for binding in REVIEW_BINDINGS)
    async with reviewing() as (app, pilot):
        await pilot.press("question_mark")
        text = "\n".join(str(widget.render()) for widget in app.screen.query("Static"))
        assert all(str(binding.tooltip) in text for binding in REVIEW_BINDINGS if binding.action != "undo")


async def test_the_palette_offers_every_action() -> None:
    async with reviewing() as (app, pilot):
        await pilot.press("ctrl+p")
        await pilot.press(*"engine again")
        await settled(pilot, lambda: "Try the engine again" in shown(app))
        await pilot.press("escape")
        await settled(pilot, lambda: app.screen is app.review)


async def test_a_click_on_a_key_of_the_last_line_presses_it() -> None:
    async with reviewing(size=(80, 24)) as (app, pilot):
        place = shown(app).split("\n")[-1].index("x exclude")
        await pilot.click(offset=(place, 23))
        await settled(pilot, lambda: isinstance(app.screen, Dialog))


async def test_the_panes_stack_where_there_is_little_room() -> None:
    for size, is_wide in (((80, 24), False), ((160, 48), True)):
        async with reviewing(size=size) as (app, _):
            tree, note, diff = (pane.region for pane in (app.review.entries, app.review.panel, app.review.diff))
            assert tree.height >= 9
            assert note.height >= 9
            assert (diff.y == tree.y) == is_wide
            assert diff.width >= 56
            assert note.width >= 40


async def test_hostile_titles_show_as_text_everywhere() -> None:
    title = "[bold]x[/bold] [@click=app.quit]y[/] \x1b[31mred \u202e--output=x"
    entry = replace(sample.ENTRIES[0], title=title, text=f"Text {title}", breaking="no")
    async with reviewing(Desk(sample.release((entry,)))) as (app, pilot):
        assert shown(app).count("[bold]x[/bold]") >= 3
        await pilot.press("x")
        await settled(pilot, lambda: isinstance(app.screen, Dialog))
        assert "[@click=app.quit]y[/]" in shown(app)
        assert "\x1b" not in shown(app)
