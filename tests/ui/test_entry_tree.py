"""The tree of entries, as a person sees it."""

from msgspec.structs import replace
from textual.strip import Strip

from llnotes_tui.widgets.entry_tree import EntryTree
from tests.ui import sample
from tests.ui.conftest import shown
from tests.ui.stage import Holding


async def test_states_are_told_by_signs_and_groups_are_collapsed() -> None:
    app = Holding(tree := EntryTree())
    async with app.run_test(size=(60, 16)) as pilot:
        tree.update(sample.release())
        await pilot.pause()
        lines = [line.strip() for line in shown(app).split("\n")[1:]]
        assert lines[0].startswith("#4432 Removed the `limit`")
        assert lines[0].endswith("breaking?")
        assert [line[0] for line in lines[1:3]] == ["✓", "*"]
        assert [line[0] for line in lines[5:10]] == ["…", "·", "·", "!", "x"]
        assert lines[10:13] == ["▸ Internal (18)", "▸ Dependency updates (7)", "▸ Left out (9)"]


async def test_titles_are_text_and_never_markup() -> None:
    title = "[bold]x[/bold] [@click=app.quit]y[/] \x1b[31m\nsecond line"
    app = Holding(tree := EntryTree())
    async with app.run_test(size=(80, 10)) as pilot:
        tree.update(sample.release((replace(sample.ENTRIES[0], title=title, breaking="no"),)))
        await pilot.pause()
        assert "[bold]x[/bold] [@click=app.quit]y[/]" in shown(app)
        assert "second line" in shown(app).split("\n")[1]


async def test_wide_titles_are_cut_to_the_pane() -> None:
    app = Holding(tree := EntryTree())
    async with app.run_test(size=(30, 6)) as pilot:
        tree.update(sample.release((replace(sample.ENTRIES[1], title="全角文字の長い題名がここにある 全角文字"),)))
        await pilot.pause()
        assert tree.render_line(0).cell_length == 30
        assert "…" in tree.render_line(0).text


async def test_the_cursor_stays_on_its_note_when_rows_come_and_go() -> None:
    app = Holding(tree := EntryTree())
    async with app.run_test(size=(60, 20)) as pilot:
        view = sample.release()
        tree.update(view)
        tree.go_to_key(view.entries[4].note)
        tree.update(replace(view, entries=(*view.entries[6:8], *view.entries[2:6])))
        await pilot.pause()
        assert tree.row is not None
        assert tree.row.key == view.entries[4].note
        tree.update(replace(view, entries=view.entries[5:]))
        assert tree.row is not None
        assert tree.row.key == view.entries[5].note


async def test_a_file_is_found_in_its_closed_entry() -> None:
    app = Holding(tree := EntryTree())
    async with app.run_test(size=(60, 20)):
        view = sample.release()
        tree.update(view)
        wanted = view.entries[3].files[1]
        assert tree.go_to_key(wanted.note)
        assert tree.row is not None
        assert tree.row.file == wanted.note
        assert "src/harbor/runtime.py" in shown(app)
        assert not tree.go_to_key("commit:nowhere")


async def test_an_update_draws_only_the_rows_that_changed() -> None:
    many = tuple(sample.entry(5000 + n, f"Added thing {n}", state="waiting") for n in range(500))
    app = Holding(tree := EntryTree())
    async with app.run_test(size=(60, 20)) as pilot:
        tree.update(sample.release(many))
        await pilot.pause()
        drawn: list[int] = []
        draw = tree.strip_at

        def noting(line: int, width: int) -> Strip:
            drawn.append(line)
            return draw(line, width)

        tree.strip_at = noting  # type: ignore[method-assign]
        changed = replace(many[3], state="drafted", text="Text.")
        tree.update(
            sample.release((*many[:3], changed, *many[4:400], replace(many[400], state="writing"), *many[401:]))
        )
        await pilot.pause()
        assert drawn == [3]


async def test_a_click_chooses_and_a_second_one_presses() -> None:
    app = Holding(tree := EntryTree())
    async with app.run_test(size=(60, 20)) as pilot:
        tree.update(sample.release())
        await pilot.pause()
        await pilot.click(EntryTree, offset=(5, 3))
        assert tree.cursor == 2
