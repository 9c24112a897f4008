"""A real release for the Export screen: a repository, its workbench without a model, and an app around the screen."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from textual.pilot import Pilot

from llnotes_tui.screens.export import ExportScreen
from llnotes_tui.widgets.theme import DARK
from llnotes_tui.workbench.opening import open_release
from llnotes_tui.workbench.start import Target
from llnotes_tui.workbench.views import EntryView
from llnotes_tui.workbench.workbench import Workbench
from tests.repositories import Repo
from tests.ui.conftest import settled
from tests.ui.stage import Stage

CHANGELOG = """# Version changelog

## 0.1.0

* Added a parser ([#1](https://github.com/acme/harbor/issues/1)). The parser reads berths from text.
"""


def repository(root: Path, files: Mapping[str, str] | None = None) -> Repo:
    """Return a clone with four pull requests since v0.1.0: an option, a suspected break, a fix, and one of CI."""
    repo = Repo.create(root / "harbor", origin="https://github.com/acme/harbor.git")
    first = {
        "CHANGELOG.md": CHANGELOG,
        "src/harbor/__about__.py": '__version__ = "0.1.0"\n',
        "src/harbor/ships.py": "def dock(ship):\n    return ship.moor()\n\n\ndef list_ships():\n    return fetch(timeout=5)\n",
        ".codegen.json": '{"version": {"src/harbor/__about__.py": "__version__ = \\"$VERSION\\""}}\n',
        **(files or {}),
    }
    repo.commit("Release v0.1.0", first)
    repo.tag("v0.1.0")
    repo.commit(
        "Add a `--retries` option (#2)",
        {"src/harbor/cli.py": "def main(retries: int = 3):\n    for _ in range(retries):\n        list_ships()\n"},
        body="Listing ships is tried again up to three times, so that a slow harbor office does not end the run.",
    )
    repo.commit(
        "Rename `dock` to `berth` (#3)",
        {
            "src/harbor/ships.py": (
                "def berth(ship):\n    return ship.moor()\n\n\ndef list_ships():\n    return fetch(timeout=5)\n"
            )
        },
        body="Whoever calls `dock` has to call `berth` now.\n\nBREAKING CHANGE: `dock` is gone; call `berth`.",
    )
    repo.commit(
        "Fix the timeout of `list_ships` (#4)",
        {
            "src/harbor/ships.py": (
                "def berth(ship):\n    return ship.moor()\n\n\ndef list_ships():\n    return fetch(timeout=30)\n"
            )
        },
        body="Large harbors need more than five seconds to answer.",
    )
    repo.commit("Run the tests on Python 3.13 (#5)", {".github/workflows/test.yml": "python: 3.13\n"})
    repo.stand_at_origin()
    return repo


def busy(root: Path, files: Mapping[str, str] | None = None) -> Repo:
    """Return the same clone with more that is told otherwise than by an entry: a bump, a revert, two further fixes."""
    repo = repository(root, files)
    bot = "dependabot[bot] <support@github.com>"
    repo.commit("Bump requests from 2.31.0 to 2.32.3 (#6)", {"pyproject.toml": 'requests = "2.32.3"\n'}, author=bot)
    tried = repo.commit("Moor ships in parallel (#7)", {"src/harbor/moor.py": "def moor_all(ships): ...\n"})
    repo.revert(tried)
    repo.commit("Fix the spelling of `harbour` in messages (#8)", {"src/harbor/words.py": 'NAME = "harbor"\n'})
    repo.commit("Speed up `list_ships` (#9)", {"src/harbor/fast.py": "def list_ships_fast(): ...\n"})
    repo.stand_at_origin()
    return repo


@contextmanager
def opened(path: Path, *, drafted: bool = True) -> Iterator[Workbench]:
    """Open the release of a clone, drafted without a model."""
    bench = open_release(Target(str(path), flags={"engine": "extractive"}), lambda _: None, Event())
    try:
        if drafted and not bench.view().read_only:
            assert bench.drafting is not None
            bench.start_drafting()
            assert bench.drafting.wait(60)
            assert bench.settle_checks(60)
        yield bench
    finally:
        bench.close()


def entry(bench: Workbench, number: int) -> EntryView:
    """Return the entry of a pull request."""
    return next(one for one in bench.view().entries if number in one.pull_requests)


def accept(bench: Workbench, *numbers: int) -> None:
    """Accept the drafts of some pull requests, of all where none is named."""
    for one in bench.view().entries:
        if not numbers or set(numbers) & set(one.pull_requests):
            bench.accept(one.note, one.text).result(60)


def answer(bench: Workbench, *, breaks: bool = True) -> None:
    """Answer every suspected break."""
    for one in bench.view().entries:
        if one.breaking == "suspected":
            bench.set_facts(one.note, breaking="confirmed" if breaks else "denied").result(60)


class Exporting(Stage):
    """The Export screen over a workbench."""

    def __init__(self, bench: Workbench, theme: str = DARK) -> None:
        super().__init__(theme)
        self.bench = bench
        self.returned: list[Any] = []

    def on_mount(self) -> None:
        self.push_screen(ExportScreen(self.bench), self.returned.append)

    @property
    def export(self) -> ExportScreen:
        return next(screen for screen in self.screen_stack if isinstance(screen, ExportScreen))

    def is_ready(self) -> bool:
        """Whether the screen shows what writing would do now."""
        if len(self.screen_stack) < 2 or not self.screen_stack[1].is_mounted:
            return False
        export = self.export
        return export.prepared is not None and not export.is_preparing and not export.diff.is_loading


async def until(app: Exporting, pilot: Pilot[Any], is_so: Callable[[], object]) -> None:
    """Wait until something is so, as a person would who looks at the screen; where it does not become so, show it."""
    assert pilot.app is app
    await settled(pilot, is_so)
