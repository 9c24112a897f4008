"""Findings on the Review screen: what a person sees of them, goes to, mends, dismisses and looks behind."""

import pytest
from msgspec.structs import replace

from llnotes_tui.engines.base import Message
from llnotes_tui.widgets.line_input import LineInput
from llnotes_tui.workbench.fixes import fixed
from tests.ui import sample
from tests.ui.conftest import settled, shown
from tests.ui.flagged import ENTRIES, WRONG, Flagged, findings_in
from tests.ui.stage import Reviewing
from tests.ui.test_review import cursor, pressed, reviewing

FIRST = ENTRIES[0].note


def lit(app: Reviewing) -> list[str]:
    """Return the lines of the diff that are lit up."""
    document = app.review.diff.document
    assert document is not None
    return [document.row(row).text for row in app.review.diff.lit]


async def test_header_tree_and_note_say_what_was_found() -> None:
    async with reviewing(Flagged(), size=(200, 50)) as (app, pilot):
        screen = shown(app)
        assert "6 findings" in screen
        assert "! #4432" in screen
        assert "4!" in screen
        assert "R Added a new: `list_jobs` was there before" in screen
        assert "A Central Interface (CI): nobody here" in screen
        assert "s In this release" in screen
        await pilot.press("j")
        assert "No automatic finding." in shown(app)


async def test_n_goes_from_finding_to_finding_across_notes_and_round_the_end() -> None:
    async with reviewing(Flagged()) as (app, pilot):
        for number in range(1, 6):
            await pressed(app, pilot, "n", f"{number} of 7")
            assert cursor(app) == "#4432"
        await pressed(app, pilot, "n", "6 of 7:")
        assert cursor(app) == "#4380"
        await pressed(app, pilot, "n", "7 of 7")
        assert cursor(app) == "#4377"
        await pressed(app, pilot, "n", "1 of 7")
        assert cursor(app) == "#4432"
        await pressed(app, pilot, "N", "7 of 7")
        await pressed(app, pilot, "N", "6 of 7:")
        assert cursor(app) == "#4380"


async def test_while_a_search_is_open_n_goes_through_its_hits_until_esc() -> None:
    async with reviewing(Flagged()) as (app, pilot):
        await pilot.press("slash")
        app.review.query_one("#search", LineInput).value = "timeout"
        await pressed(app, pilot, "enter", "hits: n N")
        await pressed(app, pilot, "n", "Hit 2 of")
        await pilot.press("escape")
        await pressed(app, pilot, "n", "1 of 7")


async def test_f_applies_the_fix_as_an_edit() -> None:
    async with reviewing(Flagged()) as (app, pilot):
        await pressed(app, pilot, "f", "“Added a new” is “Updated the” now; u undoes.")
        name, (note, text, accepted) = app.desk.done[-1]
        assert (name, note, accepted) == ("edit", FIRST, False)
        assert text == WRONG.replace("Added a new", "Updated the")
        await settled(pilot, lambda: "5 findings" in shown(app))
        await pressed(app, pilot, "u", "Took back")
        assert "6 findings" in shown(app)


async def test_a_finding_without_a_fix_says_what_can_be_done() -> None:
    async with reviewing(Flagged()) as (app, pilot):
        await pilot.press("n", "n", "n")
        await pressed(app, pilot, "f", "there is no fix")


async def test_d_dismisses_for_this_text() -> None:
    async with reviewing(Flagged()) as (app, pilot):
        await pilot.press("d")
        await settled(pilot, lambda: "right here: dismiss" in shown(app))
        assert "glossary" not in shown(app)
        await pressed(app, pilot, "d", "Dismissed for this text: “Added a new”; u undoes.")
        assert ("dismiss", (FIRST, "Added a new")) in app.desk.done
        assert "Added a new: `list_jobs`" not in shown(app)


async def test_d_and_g_put_the_term_that_is_shown_into_the_glossary() -> None:
    async with reviewing(Flagged()) as (app, pilot):
        await pressed(app, pilot, "n", "1 of 7")
        await pressed(app, pilot, "n", "2 of 7")
        await pilot.press("d")
        await settled(pilot, lambda: "Dismiss the finding" in shown(app))
        assert "right everywhere: “`JobsReader`” into my glossary" in shown(app)
        await pressed(app, pilot, "g", "is in your glossary: glossary.txt")
        assert ("vouch_for", "`JobsReader`") in app.desk.done


async def test_v_lights_up_the_lines_of_the_finding_and_then_those_of_each_sentence() -> None:
    async with reviewing(Flagged(), size=(80, 24)) as (app, pilot):
        diff = app.review.diff
        await pilot.press("n", "n", "n")
        await pressed(app, pilot, "v", "2 lines lit up")
        assert "timedelta(seconds=30)" in lit(app)[0]
        assert diff.lit[0] in diff.lines_seen
        await pressed(app, pilot, "v", "Line 2 of 2")
        assert diff.lit[1] in diff.lines_seen
        await pressed(app, pilot, "v", "lit up; v goes on")
        assert any("def list_jobs" in text for text in lit(app))
        await pilot.press("escape")
        assert diff.lit == ()


async def test_v_shows_the_evidence_of_a_claim_without_a_finding() -> None:
    async with reviewing(Flagged()) as (app, pilot):
        await pilot.press("j")
        await settled(pilot, lambda: cursor(app) == "#4431" and not app.review.diff.is_loading)
        await pressed(app, pilot, "v", "1 line lit up")
        assert ["def list_jobs" in text for text in lit(app)] == [True]


async def test_where_nothing_bears_on_a_sentence_v_says_so() -> None:
    desk = Flagged(sample.release((sample.entry(1, "Sails", "It sails."),)))
    async with reviewing(desk) as (app, pilot):
        await pressed(app, pilot, "v", "No line of the diff bears on this")


async def test_shift_s_sorts_by_risk_and_back() -> None:
    async with reviewing(Flagged()) as (app, pilot):
        await pressed(app, pilot, "S", "Sorted by risk")
        numbers = [row.number for row in app.review.entries.rows[:4]]
        assert numbers == ["#4432", "#4380", "#4377", "#4431"]
        await pressed(app, pilot, "S", "Sorted as before")
        assert app.review.entries.rows[1].number == "#4431"


async def test_asking_again_can_hand_the_findings_back() -> None:
    async with reviewing(Flagged()) as (app, pilot):
        await pilot.press("R")
        await settled(pilot, lambda: "Ask again" in shown(app))
        line = app.screen.query_one(LineInput)
        assert "the diff does not show “`JobsReader`”" in line.value
        await pressed(app, pilot, "enter", "being written")
        name, (note, instruction) = app.desk.done[-1]
        assert (name, note) == ("again", FIRST)
        assert "“Added a new”: `list_jobs` was there before" in instruction


async def test_the_editor_underlines_what_is_found_and_says_why_at_the_cursor() -> None:
    async with reviewing(Flagged()) as (app, pilot):
        await pilot.press("e")
        editor = app.review.editor
        assert [editor.text[span.start : span.end] for span in editor.spans if span.name == "red"] == [
            "Added a new",
            "`JobsReader`",
            "45",
        ]
        assert "4 findings" in shown(app)
        editor.move_cursor((0, 2))
        await pilot.pause()
        assert "R `list_jobs` was there before" in shown(app)


async def test_typing_in_a_finding_drops_it_and_moves_the_others() -> None:
    desk = Flagged()
    async with reviewing(desk) as (app, pilot):
        await pilot.press("e")
        editor = app.review.editor
        desk.check_typing = lambda *_, **__: None  # type: ignore[method-assign]
        editor.move_cursor((0, 3))
        await pilot.press("X")
        names = {editor.text[span.start : span.end] for span in editor.spans}
        assert names == {one.text for one in findings_in(WRONG)[1:]}


async def test_what_is_typed_is_checked_and_a_late_check_of_an_older_text_changes_nothing() -> None:
    desk = Flagged()
    async with reviewing(desk) as (app, pilot):
        await pilot.press("j", "e", *" 45")
        editor = app.review.editor
        await settled(pilot, lambda: [span.name for span in editor.spans] == ["red"])
        assert not editor.mark("an older text", ())
        assert editor.spans
        await pilot.press("escape")
        await settled(pilot, lambda: "R 45: 45 is nowhere in the diff" in shown(app))


async def test_an_unfinished_text_shows_its_own_findings() -> None:
    desk = Flagged()
    desk.typed[ENTRIES[1].note] = "It waits 45 years."
    async with reviewing(desk) as (app, pilot):
        await settled(pilot, lambda: "R 45: 45 is nowhere in the diff" in shown(app))
        assert cursor(app) == "#4431"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("In this release, the parser is faster.", "The parser is faster."),
        ("It is fast. In this release, the parser is.", "It is fast. The parser is."),
    ],
)
def test_taking_filler_out_leaves_a_whole_sentence(text: str, after: str) -> None:
    assert fixed(text, findings_in(text)[0]) == after


def test_a_fix_leaves_the_rest_alone() -> None:
    finding = replace(findings_in("It waits 45 seconds.")[0], fix="30")
    assert fixed("It waits 45 seconds.", finding) == "It waits 30 seconds."
    assert fixed("It waits 45 seconds.", replace(finding, fix="")) == "It waits seconds."


async def test_the_prompt_says_how_much_of_it_was_masked_and_marks_it() -> None:
    desk = Flagged()
    desk.prompt = lambda _: (Message("user", 'token = "********"'),)  # type: ignore[method-assign, assignment]
    async with reviewing(desk) as (app, pilot):
        await pilot.press("p")
        await settled(pilot, lambda: "The prompt as it was sent, 1 masked" in shown(app))
        lines = [strip for strip in app.screen._compositor.render_strips() if "token" in strip.text]
        marked = [segment.text for segment in lines[0] if segment.style is not None and segment.style.reverse]
        assert "********" in marked
