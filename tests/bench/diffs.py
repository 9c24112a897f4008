"""A diff on screen: how long until it is drawn, and how long one step of scrolling takes, by its number of lines."""

import asyncio
import time

from textual.app import App, ComposeResult

from llnotes_tui.styles import SHARED, sheet
from llnotes_tui.widgets.diff_lines import DiffDocument, DiffFile
from llnotes_tui.widgets.diff_view import DiffView
from llnotes_tui.widgets.theme import register_themes, variable_defaults

RUNS = 7
STEPS = 60


class _Showing(App[None]):
    CSS = sheet(SHARED)

    def compose(self) -> ComposeResult:
        yield DiffView(id="diff")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(dark=True)

    def on_mount(self) -> None:
        register_themes(self)


def compare(small: int, large: int) -> tuple[float, float]:
    """Return how many times longer opening, and one step, take for `large` lines than for `small`."""
    return asyncio.run(_compare(small, large))


async def _compare(small: int, large: int) -> tuple[float, float]:
    found: dict[int, list[tuple[float, float]]] = {small: [], large: []}
    for _ in range(RUNS):
        for lines in (small, large):
            found[lines].append(await _measure(lines))
    medians = {
        lines: [sorted(values)[RUNS // 2] for values in zip(*times, strict=True)] for lines, times in found.items()
    }
    opened, scrolled = (big / little for little, big in zip(medians[small], medians[large], strict=True))
    return opened, scrolled


async def _measure(lines: int) -> tuple[float, float]:
    """Return the seconds until a diff is drawn, and those of one scroll step."""
    head = b"diff --git a/src/table.py b/src/table.py\nnew file mode 100644\n--- /dev/null\n+++ b/src/table.py\n"
    body = b"".join(b"+ROW_%d = %d\n" % (number, number) for number in range(lines))
    part = head + b"@@ -0,0 +1,%d @@\n" % lines + body
    app = _Showing()
    async with app.run_test(size=(160, 48)) as pilot:
        view = app.query_one(DiffView)
        begun = time.perf_counter()
        view.show("file", lambda _: DiffDocument([DiffFile("src/table.py", part, lines, 0)]))
        while view.is_loading:
            await asyncio.sleep(0.001)
        await pilot.pause()
        opened = time.perf_counter() - begun
        while view.virtual_size.height < lines:
            await asyncio.sleep(0.005)
        begun = time.perf_counter()
        for _ in range(STEPS):
            view.scroll_lines(1)
            await pilot.pause()
        return opened, (time.perf_counter() - begun) / STEPS
