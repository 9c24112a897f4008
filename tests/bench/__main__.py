"""`make bench`: the bounds of the design, measured against a floor in the same run; a table, and build/bench.json.

Single seconds say little on a busy machine; ratios of one run hold.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from tests.bench import diffs, drafting, github, outside
from tests.bench import grounding as checking
from tests.bench.clones import build
from tests.fakes.serving import Serving
from tests.terminal.driver import Terminal

LLNOTES = str(Path(sys.executable).with_name("llnotes"))
FLOOR = [sys.executable, "-m", "tests.bench.floor"]
CHECKOUT = Path(__file__).resolve().parents[2]
KEYS = ["j", "k"] * 40


class Row(msgspec.Struct, frozen=True):
    """One line of the table."""

    what: str
    value: float
    unit: str
    bound: float

    @property
    def holds(self) -> bool:
        return self.value <= self.bound


def main() -> None:
    """Measure what was named on the command line, or everything."""
    wanted = sys.argv[1:]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="llnotes-bench-") as name:
        folder = Path(name)
        os.environ |= {"HOME": name, "LLNOTES_STATE_DIR": f"{name}/state", "LLNOTES_CACHE_DIR": f"{name}/cache"}
        for measure in MEASURES:
            if not wanted or measure.__name__ in wanted:
                for row in measure(folder):
                    rows.append(row)
                    mark = "" if row.holds else "   over its bound"
                    print(f"{row.what:<58} {row.value:>9.2f} {row.unit:<5} (bound {row.bound:g}){mark}", flush=True)
    target = CHECKOUT / "build" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps([msgspec.structs.asdict(row) for row in rows], indent=2) + "\n")


def start(folder: Path) -> Iterator[Row]:
    """`--help` and `--version` against the import of click alone."""
    floor = outside.process_time([sys.executable, "-c", "import click"])
    for option in ("--help", "--version"):
        yield Row(
            f"llnotes {option}, against importing click", outside.process_time([LLNOTES, option]) / floor, "x", 1.5
        )


def fleet(folder: Path) -> Iterator[Row]:
    """First paint of the list, and fifty clones listed."""
    for number in range(50):
        build(folder / "fleet" / f"clone-{number:02}", 8, 2, 20)
    command = [LLNOTES, "repos", str(folder / "fleet")]
    ours, floors = [], []
    for _ in range(7):
        floors.append(outside.ready_after(FLOOR, CHECKOUT, {}, "repository-3"))
        ours.append(outside.ready_after(command, folder, {}, "clone-0"))
    yield Row(
        "first paint of `llnotes repos`, against one DataTable", outside.median(ours) / outside.median(floors), "x", 1.4
    )
    listed = outside.median(
        [outside.ready_after(command, folder, {}, r"50 repositories\b(?!.*reading)") for _ in range(3)]
    )
    yield Row("50 clones listed", listed, "s", 3.0)


def github_fleet(folder: Path) -> Iterator[Row]:
    """Fifty repositories on GitHub, never seen before and seen before."""
    command = [LLNOTES, "repos", "acme"]
    all_there = r"50 repositories\b(?!.*(reading|listing))"
    with github.serving(folder / "fifty", 50) as environment:
        cold = [
            outside.ready_after(command, folder, environment | {"LLNOTES_CACHE_DIR": f"{folder}/cold-{run}"}, all_there)
            for run in range(3)
        ]
        yield Row("50 repositories on GitHub, 50 ms an answer, cold", outside.median(cold), "s", 2.0)
        warm = environment | {"LLNOTES_CACHE_DIR": f"{folder}/cold-0"}
        pairs = [outside.ready_twice(command, folder, warm, "Asking|repositories", "50 repositories") for _ in range(5)]
        yield Row("the same seen before, after first paint", outside.median([b - a for a, b in pairs]), "s", 0.3)


def github_thousand(folder: Path) -> Iterator[Row]:
    """A thousand repositories on GitHub: the first rows, all of them, and keys while they come."""
    arrows = ["down", "down", "up"] * 20
    with Terminal(FLOOR, CHECKOUT, {}, columns=160, rows=48) as terminal:
        terminal.until("repository-3")
        floor = outside.key_times(terminal, arrows)
    with github.serving(folder / "thousand", 1_000) as environment:
        command = [LLNOTES, "repos", "acme"]
        first, everything = outside.ready_twice(
            command, folder, environment, "acme/repo-0", r"1,000 repositories\b(?!.*(reading|listing))"
        )
        yield Row("1,000 repositories on GitHub, the first rows", first, "s", 2.0)
        yield Row("1,000 repositories on GitHub, all of them", everything, "s", 30.0)
        anew = environment | {"LLNOTES_CACHE_DIR": f"{folder}/anew"}
        with Terminal(command, folder, anew, columns=160, rows=48) as terminal:
            terminal.until("acme/repo-0030", timeout=60)
            ours = outside.key_times(terminal, arrows)
            assert "listing" in terminal.text or "reading" in terminal.text, "all was read before the keys were pressed"
    for part, name, bound in ((0.5, "p50", 2.0), (0.99, "p99", 4.0)):
        ratio = outside.quantile(ours, part) / outside.quantile(floor, part)
        yield Row(f"a key while 1,000 repositories come, {name}, against one widget", ratio, "x", bound)


def keys(folder: Path) -> Iterator[Row]:
    """A key in review while 500 notes stream in, against the same key in a one-widget app."""
    clone = build(folder / "stream", 60, 8, 30)
    with Terminal(FLOOR, CHECKOUT, {}, columns=160, rows=48) as terminal:
        terminal.until("repository-3")
        floor = outside.key_times(terminal, KEYS)
    with Serving(latency=0.4) as serving:
        environment = serving.environment | {"LLNOTES_PACKED_BUDGET": "0", "LLNOTES_CONCURRENCY": "24"}
        with Terminal([LLNOTES, "review"], clone, environment, columns=160, rows=48) as terminal:
            terminal.until("Draft with a model", timeout=60)
            terminal.press("y")
            terminal.until("writing [1-9]", timeout=60)
            ours = outside.key_times(terminal, KEYS)
            assert "writing" in terminal.text, "the notes were written before the keys were pressed"
    for part, name, bound in ((0.5, "p50", 2.0), (0.99, "p99", 4.0)):
        ratio = outside.quantile(ours, part) / outside.quantile(floor, part)
        yield Row(f"a key while 540 notes stream in, {name}, against one widget", ratio, "x", bound)


def typing(folder: Path) -> Iterator[Row]:
    """A letter typed into a note with findings, against the same letter in an app with one editor."""
    clone = build(folder / "typing", 3, 2, 20)
    letters = [*"and more of it ", *"then some words"] * 2
    with Terminal([*FLOOR, "typing"], CHECKOUT, {}, columns=160, rows=48) as terminal:
        terminal.until("repository-3")
        floor = outside.key_times(terminal, letters)
    with Terminal([LLNOTES, "review", "--engine", "extractive"], clone, {}, columns=160, rows=48) as terminal:
        terminal.until("drafted without a model", timeout=60)
        terminal.press("e")
        terminal.until("every key is saved")
        terminal.write("Added a new `NoSuchThing` class for 4711 users. ")
        terminal.until("[1-9] findings", timeout=30)
        ours = outside.key_times(terminal, letters)
    for part, name, bound in ((0.5, "p50", 2.0), (0.99, "p99", 4.0)):
        ratio = outside.quantile(ours, part) / outside.quantile(floor, part)
        yield Row(f"a letter typed into a note with findings, {name}, against one editor", ratio, "x", bound)


def diff(folder: Path) -> Iterator[Row]:
    """A diff of 100,000 lines against one of 1,000: open, and one scroll step."""
    opened, scrolled = diffs.compare(1_000, 100_000)
    yield Row("opening a diff of 100,000 lines, against 1,000", opened, "x", 1.5)
    yield Row("one scroll step in it", scrolled, "x", 1.2)


def schedule(folder: Path) -> Iterator[Row]:
    """Drafting against the ideal schedule, and drafting again."""
    for packed, name in ((True, "packed"), (False, "each file alone")):
        ratio = outside.median([drafting.measure(packed=packed).ratio for _ in range(3)])
        yield Row(f"drafting 60 commits, 240 files ({name}), against ideal", ratio, "x", 1.10)
    took, calls = drafting.measure_again()
    yield Row("drafting 1,000 notes again", took, "s", 1.0)
    yield Row("calls made by drafting again", calls, "", 0)


def memory(folder: Path) -> Iterator[Row]:
    """500 commits with 5,000 files and 50 MB of diff."""
    clone = build(folder / "large", 500, 10, 250)
    command = [LLNOTES, "draft", "--engine", "extractive", "--format", "json"]
    yield Row("memory of 500 commits, 5,000 files, 50 MB of diff", outside.peak_memory(command, clone, {}), "MB", 300)


def grounding(folder: Path) -> Iterator[Row]:
    """The trees of 300 commits indexed from nothing, and an entry checked with the index warm."""
    times = checking.measure(build(folder / "grounded", checking.COMMITS, 5, 60))
    yield Row("300 commits indexed cold, 1,500 files", times.cold, "s", 20.0)
    yield Row("the same from the cache", times.again, "s", 20.0)
    yield Row("an entry checked, median, index warm", times.entry * 1_000, "ms", 10.0)


MEASURES: tuple[Callable[[Path], Iterator[Row]], ...] = (
    start,
    fleet,
    github_fleet,
    github_thousand,
    keys,
    typing,
    diff,
    schedule,
    memory,
    grounding,
)

if __name__ == "__main__":
    main()
