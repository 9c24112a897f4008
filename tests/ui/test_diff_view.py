"""The diff pane, as a person sees it."""

from collections.abc import Callable
from threading import Event

import pytest
from rich.cells import cell_len

from llnotes_tui.widgets import diff_view
from llnotes_tui.widgets.diff_lines import DiffDocument, DiffFile
from llnotes_tui.widgets.diff_view import DiffView
from tests.ui import sample
from tests.ui.conftest import settled, shown
from tests.ui.stage import Holding

HEADER = b"diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n"


def one(lines: bytes, path: str = "x.py") -> Callable[[Callable[[], bool]], DiffDocument]:
    return lambda _: DiffDocument([DiffFile(path, HEADER + lines)])


def all_files(_: object) -> DiffDocument:
    return DiffDocument([DiffFile(path, sample.PATCH.part(at), 9, 4) for at, path in enumerate(sample.FILES)])


async def test_lines_have_numbers_signs_and_colours() -> None:
    app = Holding(view := DiffView())
    async with app.run_test(size=(60, 12)) as pilot:
        view.show(
            "a", one(b"@@ -5,2 +5,2 @@ def f():\n def g():\n-    return 'old'\n+    return 'new'\n"), "x.py  +1 -1"
        )
        await settled(pilot, lambda: not view.is_loading)
        lines = shown(app).split("\n")
        assert "x.py  +1 -1" in lines[0]
        assert lines[1:5] == [
            " @@ def f():",
            "  5   5   def g():",
            "  6     -     return 'old'",
            "      6 +     return 'new'",
        ]
        words = {segment.text: segment.style for segment in view.render_line(1)}
        keyword, name = words["def"], words["g"]
        assert keyword is not None
        assert name is not None
        assert keyword.color != name.color
        removed, added = (next(iter(view.render_line(y))).style for y in (2, 3))
        assert removed is not None
        assert added is not None
        assert removed.bgcolor != added.bgcolor


async def test_every_line_is_as_wide_as_the_pane_whatever_stands_in_it() -> None:
    body = "@@ -1 +1 @@ 全角\n+全角文字 ✅ ❤\ufe0f 👩\u200d💻\n+\ttab\n-\x1b[31mred\x1b[0m\u202e\n+" + "x" * 500 + "\n"
    app = Holding(view := DiffView())
    async with app.run_test(size=(50, 10)) as pilot:
        view.show("a", one(body.encode()))
        await settled(pilot, lambda: not view.is_loading)
        assert {cell_len(view.render_line(y).text) for y in range(6)} == {50}
        assert "␛[31mred␛[0m<U+202E>" in shown(app)
        assert "\x1b" not in shown(app)
        assert view.render_line(4).text.endswith("›")


async def test_nothing_in_a_diff_or_its_path_is_markup() -> None:
    app = Holding(view := DiffView())
    async with app.run_test(size=(70, 8)) as pilot:
        view.show("a", one(b"@@ -1 +1 @@ [bold]f[/bold]\n+[@click=app.quit]x[/] [red]\n"), "[bold]--output=x[/bold]")
        await settled(pilot, lambda: not view.is_loading)
        assert "[bold]--output=x[/bold]" in shown(app)
        assert "[@click=app.quit]x[/] [red]" in shown(app)
        assert "@@ [bold]f[/bold]" in shown(app)


async def test_the_old_diff_stays_until_the_new_one_is_ready_or_100_ms_are_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go = Event()
    assert diff_view.PLACEHOLDER_AFTER == 0.1

    def slow(_: Callable[[], bool]) -> DiffDocument:
        go.wait(60)
        return DiffDocument([DiffFile("x", HEADER + b"@@ -1 +1 @@\n+second\n")])

    app = Holding(view := DiffView())
    async with app.run_test(size=(40, 6)) as pilot:
        view.show("first", one(b"@@ -1 +1 @@\n+first\n"))
        await settled(pilot, lambda: not view.is_loading)
        with monkeypatch.context() as endless:
            endless.setattr(diff_view, "PLACEHOLDER_AFTER", 3600.0)
            view.show("second", slow)
        await pilot.pause()
        assert "first" in shown(app)
        view.show("second again", slow)
        await settled(pilot, lambda: "Reading the diff" in shown(app))
        go.set()
        await settled(pilot, lambda: "second" in shown(app))


async def test_a_diff_that_is_not_wanted_any_more_never_shows() -> None:
    go, gave_up = Event(), Event()

    def slow(is_cancelled: Callable[[], bool]) -> DiffDocument | None:
        go.wait(60)
        if is_cancelled():
            gave_up.set()
        return DiffDocument([DiffFile("x", HEADER + b"@@ -1 +1 @@\n+slow\n")])

    app = Holding(view := DiffView())
    async with app.run_test(size=(40, 6)) as pilot:
        view.show("slow", slow)
        view.show("quick", one(b"@@ -1 +1 @@\n+quick\n"))
        await settled(pilot, lambda: "quick" in shown(app))
        go.set()
        await settled(pilot, gave_up.is_set)
        assert "slow" not in shown(app)


async def test_a_fault_while_loading_is_told() -> None:
    def broken(_: Callable[[], bool]) -> DiffDocument:
        raise OSError("the clone is gone")

    app = Holding(view := DiffView())
    async with app.run_test(size=(60, 6)) as pilot:
        view.show("a", broken)
        await settled(pilot, lambda: not view.is_loading)
        assert "The diff cannot be shown: the clone is gone" in shown(app)


async def test_hunks_are_gone_through_and_the_end_is_told() -> None:
    app = Holding(view := DiffView())
    async with app.run_test(size=(60, 12)) as pilot:
        view.show("a", all_files)
        await settled(pilot, lambda: not view.is_loading)
        assert view.document is not None
        count = len(view.document.hunk_rows)
        assert count == 3
        steps = 0
        while view.go_to_hunk(1):
            steps += 1
            await pilot.pause()
        assert steps == count
        assert "docs/index.md" in shown(app)
        assert view.go_to_hunk(-1)
        await pilot.pause()
        assert "src/harbor/runtime.py" in shown(app)


async def test_a_search_marks_its_hits_and_goes_around() -> None:
    app = Holding(view := DiffView())
    async with app.run_test(size=(60, 10)) as pilot:
        view.show(
            "a", one(b"@@ -1,40 +1,40 @@\n" + b" same\n" * 30 + b"+the Needle\n" + b" same\n" * 5 + b"-a needle\n")
        )
        await settled(pilot, lambda: not view.is_loading)
        view.search("needle")
        await settled(pilot, lambda: "the Needle" in shown(app))
        assert view.go_to_hit(1) == (2, 2)
        assert view.go_to_hit(1) == (1, 2)
        view.end_search()
        assert view.go_to_hit(1) == (0, 0)


async def test_text_beyond_the_pane_can_be_reached() -> None:
    app = Holding(view := DiffView())
    async with app.run_test(size=(40, 6)) as pilot:
        view.show("a", one(b"@@ -1 +1 @@\n+" + b"a" * 40 + b"END\n"))
        await settled(pilot, lambda: not view.is_loading)
        view.focus()
        assert "END" not in shown(app)
        await pilot.press("right", "right", "right")
        assert "END" in shown(app)
        await pilot.press("left", "left", "left")
        assert "END" not in shown(app)


async def test_a_huge_diff_reads_only_what_is_seen() -> None:
    body = b"".join(
        b"@@ -%d,3 +%d,4 @@\n same\n-old\n+new\n+newer\n same\n" % (n * 9 + 1, n * 9 + 1) for n in range(20_000)
    )
    app = Holding(view := DiffView())
    async with app.run_test(size=(60, 20)) as pilot:
        view.show("a", one(body))
        await settled(pilot, lambda: view.virtual_size.height == 120_000)
        assert view.document is not None
        assert len(view.document._pages) < 60
        view.scroll_end(animate=False)
        await settled(pilot, lambda: "180,000" in shown(app) or "179" in shown(app))
        assert len(view.document._pages) < 97


async def test_without_colours_the_signs_still_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = Holding(view := DiffView())
    async with app.run_test(size=(40, 6)) as pilot:
        view.show("a", one(b"@@ -1 +1 @@\n-a\n+b\n"))
        await settled(pilot, lambda: not view.is_loading)
        assert "  1     - a" in shown(app)
        assert "      1 + b" in shown(app)
        assert app.no_color
