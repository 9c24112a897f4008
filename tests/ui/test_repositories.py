"""The Repositories screen as a person meets it: rows, keys, and the way through the marked ones."""

import shutil
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual._compositor import LayoutUpdate
from textual.pilot import Pilot

from llnotes_tui.app import LlnotesApp
from llnotes_tui.screens.opening import OpeningScreen
from llnotes_tui.screens.review import ReviewScreen
from llnotes_tui.widgets.line_input import LineInput
from llnotes_tui.workbench.opening import open_release
from llnotes_tui.workbench.workbench import Workbench
from tests.repositories import Repo
from tests.ui.conftest import settled, shown
from tests.ui.fleet import FLAGS, NOW, all_read, back_in_list, fleet, in_review, listing, repository, screen_of

SIZE = (120, 40)


@pytest.fixture
def source(home: Path) -> Path:
    return fleet(home)


@pytest.fixture
def two(home: Path) -> Path:
    """Two clones with something to release."""
    source = home / "src"
    repository(source / "harbor", "v1.4.0", 2, days=70, fetched=2)
    repository(source / "lantern", "v0.7.2", 1, days=21, fetched=0)
    return source


def line_of(app: LlnotesApp, name: str) -> str:
    """Return the row of a repository as it is drawn."""
    table = screen_of(app).table
    return next(line for line in shown(app).split("\n")[2 : 2 + len(table.rows)] if name in line)


def names(app: LlnotesApp) -> list[str]:
    return [row.name.removeprefix("acme/") for row in screen_of(app).table.rows]


async def test_names_are_there_before_anything_is_read(source: Path) -> None:
    app = listing(source)
    async with app.run_test(size=SIZE):
        first = shown(app)
        assert "7 repositories" in first
        assert "harbor" in first
        assert "wreck" in first


async def test_every_row_says_how_far_its_release_is(source: Path) -> None:
    app = listing(source)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        assert "7 repositories, 22 unreleased" in shown(app)
        assert "reading" not in shown(app).split("\n")[0]
        assert line_of(app, "harbor").split() == [
            "acme/harbor",
            "9",
            "v1.4.0",
            "2",
            "mo",
            "1.5.0",
            "2",
            "d",
            "no",
            "draft",
        ]
        assert line_of(app, "compass").split()[-3:] == ["drafted,", "2", "entries"]
        assert "2 of 5 reviewed" in line_of(app, "anchor")
        assert "4 w" in line_of(app, "anchor")
        assert "nothing unreleased" in line_of(app, "quay")
        assert "0.1.0" in line_of(app, "tide[bold]")


async def test_a_clone_that_cannot_be_read_says_why_in_its_row(source: Path) -> None:
    app = listing(source)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        assert "not a git repository" in line_of(app, "wreck")
        assert "1 cannot be read" in shown(app)
        await pilot.press("end", "enter")
        assert app.screen is screen_of(app)
        assert "not a git repository" in shown(app).split("\n")[-1]


async def test_what_is_selected_is_told_below_the_list(source: Path) -> None:
    app = listing(source)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press("j", "j")
        assert "~/src/harbor · github.com/acme/harbor" in shown(app)
        assert "9 commits on main since v1.4.0, released 2 mo ago.  The next version may be 1.5.0." in shown(app)


async def test_the_filter_acts_with_every_letter_and_escape_ends_it(source: Path) -> None:
    app = listing(source)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press("slash", "a")
        assert names(app) == ["anchor", "compass", "harbor", "lantern", "quay", "tide[bold]"]
        await pilot.press("n", "c")
        assert names(app) == ["anchor"]
        assert "1 with “anc”" in shown(app)
        await pilot.press("z")
        assert "No repository has “ancz”" in shown(app)
        await pilot.press("escape")
        assert len(names(app)) == 7
        await pilot.press("slash", *"no draft", "enter")
        assert names(app) == ["harbor", "lantern", "tide[bold]"]
        await pilot.press("j")
        assert screen_of(app).row is not None
        assert screen_of(app).row.name == "acme/lantern"  # type: ignore[union-attr]


async def test_sorting_walks_through_its_orders_and_keeps_the_cursor(source: Path) -> None:
    app = listing(source)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        assert names(app)[0] == "anchor"
        await pilot.press("s")
        assert names(app)[:2] == ["harbor", "anchor"]
        assert names(app)[-1] == "wreck"
        assert "most unreleased first" in shown(app)
        await pilot.press("s")
        assert names(app)[:2] == ["harbor", "anchor"]
        assert names(app)[2] == "lantern"
        await pilot.press("s")
        assert names(app) == ["anchor", "compass", "harbor", "lantern", "tide[bold]", "quay", "wreck"]
        assert screen_of(app).row.name == "acme/anchor"  # type: ignore[union-attr]
        await pilot.click("#titles", offset=(5, 0))
        assert "by name" in shown(app)


async def test_two_marked_are_gone_through_one_after_the_other(two: Path) -> None:
    app = listing(two)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press("space", "ctrl+@")
        assert "2 marked" in shown(app)
        await pilot.press("enter")
        for name in ("harbor", "lantern"):
            review = await in_review(app, pilot)
            assert review.view.range.name == f"acme/{name}"
            await written(app, pilot, review)
            await pilot.press("enter")
            await gone(app, pilot, review)
        await back_in_list(app, pilot)
        await settled(pilot, lambda: "written" in line_of(app, "harbor") and "written" in line_of(app, "lantern"))
        assert "marked" not in shown(app).split("\n")[0]
    assert "## 1.4.1" in (two / "harbor" / "CHANGELOG.md").read_text()
    assert "## 0.7.3" in (two / "lantern" / "CHANGELOG.md").read_text()


async def gone(app: LlnotesApp, pilot: Pilot[int], screen: ReviewScreen) -> None:
    await settled(pilot, lambda: screen not in app.screen_stack)


async def written(app: LlnotesApp, pilot: Pilot[int], review: ReviewScreen) -> None:
    """Accept everything and write it, as a person does who trusts the drafts."""
    bench = review.workbench
    await settled(pilot, lambda: all(entry.state == "drafted" for entry in bench.view().entries))
    for entry in bench.view().entries:
        bench.accept(entry.note, entry.text).result(60)
    await pilot.press("w")
    await settled(pilot, lambda: getattr(app.screen, "prepared", None) and not app.screen.is_preparing)  # type: ignore[attr-defined]
    export = app.screen
    await pilot.press("w")
    for _ in range(3):
        if app.screen is not export:
            await pilot.press("y")
    await settled(pilot, lambda: export.outcome is not None)  # type: ignore[attr-defined]


async def test_coming_back_from_a_review_reads_the_row_anew(two: Path) -> None:
    app = listing(two)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press("enter")
        review = await in_review(app, pilot)
        await settled(pilot, lambda: all(entry.state == "drafted" for entry in review.view.entries))
        entry = review.view.entries[0]
        review.workbench.accept(entry.note, entry.text).result(60)
        await pilot.press("q")
        await back_in_list(app, pilot)
        await settled(pilot, lambda: "1 of 2 reviewed" in line_of(app, "harbor"))


async def test_q_while_a_release_is_being_opened_goes_back_to_the_list(two: Path) -> None:
    app = listing(two)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        shutil.rmtree(two / "harbor")
        await pilot.press("enter")
        await settled(pilot, lambda: isinstance(app.screen, OpeningScreen) and app.screen.has_class("-failed"))
        assert "does not exist" in shown(app)
        await pilot.press("q")
        await back_in_list(app, pilot)
        await settled(pilot, lambda: "does not exist" in line_of(app, "harbor"))


async def test_the_marked_are_drafted_in_the_background(two: Path) -> None:
    app = listing(two)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press("A", "D")
        await settled(pilot, lambda: "drafted, 1 entry" in line_of(app, "lantern"))
        await settled(pilot, lambda: "drafted, 2 entries" in line_of(app, "harbor"))


async def test_fetch_copies_the_command_and_runs_nothing(two: Path) -> None:
    Repo(two / "harbor").config("remote.origin.uploadpack", f"touch {two}/ran")
    app = listing(two)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press("F")
        assert app.clipboard == f"git -C {two}/harbor fetch --tags"
        assert "Copied for your shell" in shown(app)
    assert not (two / "ran").exists()


async def test_only_pages_of_https_are_opened(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Repo(two / "lantern").set_origin("https://github.com/acme/lantern;touch x.git")
    opened: list[str] = []
    app = listing(two)
    monkeypatch.setattr(app, "open_url", opened.append)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press("o")
        await settled(pilot, lambda: opened)
        await pilot.press("j", "o")
        assert "names no page on the web" in shown(app)
    assert opened == ["https://github.com/acme/harbor"]


async def test_r_reads_a_row_again(two: Path) -> None:
    app = listing(two)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        harbor = Repo(two / "harbor", int(NOW))
        harbor.commit("Fix another part (#9)", {"src/other.py": "OTHER = 1\n"})
        harbor.stand_at_origin()
        await pilot.press("r")
        await settled(pilot, lambda: line_of(app, "harbor").split()[1] == "3")


async def test_columns_give_way_on_a_narrow_screen(source: Path) -> None:
    app = listing(source)
    async with app.run_test(size=(60, 20)) as pilot:
        await all_read(app, pilot)
        titles = shown(app).split("\n")[1].split()
        assert titles == ["repository", "unreleased", "released", "state"]
        await pilot.resize_terminal(140, 30)
        await settled(pilot, lambda: "fetched" in shown(app).split("\n")[1])


async def test_the_mouse_chooses_and_opens(two: Path) -> None:
    app = listing(two)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.click("#table", offset=(6, 1))
        assert screen_of(app).row.name == "acme/lantern"  # type: ignore[union-attr]
        await pilot.click("#table", offset=(6, 1))
        review = await in_review(app, pilot)
        assert review.view.range.name == "acme/lantern"


async def test_every_key_has_an_id_and_a_sentence_and_the_palette_offers_it(two: Path) -> None:
    app = listing(two)
    async with app.run_test(size=(120, 60)) as pilot:
        await all_read(app, pilot)
        for binding in screen_of(app).BINDINGS:
            assert binding.id  # type: ignore[union-attr]
            assert binding.tooltip  # type: ignore[union-attr]
        await pilot.press("question_mark")
        assert "Copies git fetch" in shown(app)
        await pilot.press("escape", "ctrl+p")
        await settled(pilot, lambda: "Copies git fetch" in shown(app))
        await pilot.press(*"sort by st")
        await settled(pilot, lambda: "Sort by state" in shown(app))
        await pilot.press("escape")


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_leaving_ends_the_app_with_status_0(two: Path, key: str) -> None:
    app = listing(two)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press(key)
        await pilot.pause()
    assert app.return_code == 0


@pytest.mark.parametrize("where", ["editor", "dialog", "filter"])
async def test_ctrl_c_leaves_at_once_from_where_one_types(two: Path, where: str) -> None:
    app = listing(two)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        if where == "filter":
            await pilot.press("slash", "a")
            assert isinstance(app.focused, LineInput)
        else:
            await pilot.press("enter")
            review = await in_review(app, pilot)
            await settled(pilot, lambda: all(entry.state == "drafted" for entry in review.view.entries))
            await pilot.press(*(("e", "Z") if where == "editor" else ("question_mark",)))
        await pilot.press("ctrl+c")
        await pilot.pause()
    app.let_go()
    assert app.return_code == 0
    if where == "editor":
        again = listing(two)
        async with again.run_test(size=SIZE) as pilot:
            await all_read(again, pilot)
            await pilot.press("enter")
            await in_review(again, pilot)
            await settled(pilot, lambda: "what you were typing" in shown(again))
            assert "Z" in shown(again)
        again.let_go()


async def test_without_any_repository_it_says_what_to_name() -> None:
    app = LlnotesApp(clones=(), flags=FLAGS)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("enter", "space", "D", "F", "o", "r", "j", "y", "A")
        assert "llnotes repos ~/src" in shown(app)


async def test_the_list_stays_in_sight_until_opening_takes_long_enough_to_be_noticed(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()

    def held(*arguments: Any) -> Workbench:
        assert go_on.wait(60)
        return open_release(*arguments)

    monkeypatch.setattr("llnotes_tui.workbench.pull_request.open_release", held)
    monkeypatch.setattr("llnotes_tui.screens.opening.SHOWN_AFTER", 3600.0)
    app = listing(two)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        before = shown(app)
        await pilot.press("enter")
        await settled(pilot, lambda: isinstance(app.screen, OpeningScreen))
        assert seen(app) == before
        app.screen._show()  # type: ignore[attr-defined]
        await settled(pilot, lambda: f"Reading {two}/harbor" in seen(app))
        assert "2 repositories" not in seen(app)
        go_on.set()
        await in_review(app, pilot)
    app.let_go()


def seen(app: LlnotesApp) -> str:
    """Return what a person sees, the screens below a transparent one included."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate)
    return "\n".join("".join(strip.text for strip in line).rstrip() for line in update.strips)
