"""Several clones, each at another point on the way to its release, below `~/src`; and the app on them."""

import os
from pathlib import Path

from textual.pilot import Pilot

from llnotes_tui.app import LlnotesApp
from llnotes_tui.screens.repositories import RepositoriesScreen
from llnotes_tui.screens.review import ReviewScreen
from llnotes_tui.widgets.theme import DARK
from llnotes_tui.workbench.headless import draft_releases
from llnotes_tui.workbench.start import Target
from tests.repositories import FIRST_SECOND, Repo
from tests.ui.conftest import settled
from tests.ui.released import accept, opened

DAY = 86_400
NOW = FIRST_SECOND + 100 * DAY
"""When somebody looks at the list."""
FLAGS = {"engine": "extractive"}


def fleet(home: Path) -> Path:
    """Return `~/src` with seven clones: two with nothing done, one drafted, one in review, one quiet, one new, one broken."""
    source = home / "src"
    repository(source / "harbor", "v1.4.0", 9, days=70, fetched=2, adds=True)
    repository(source / "lantern", "v0.7.2", 3, days=21, fetched=0)
    repository(source / "compass", "v2.0.1", 2, days=5, fetched=1, adds=True)
    repository(source / "anchor", "v0.3.0", 5, days=40, fetched=30)
    repository(source / "quay", "v1.0.0", 0, days=12, fetched=1)
    repository(source / "tide[bold]", "", 2, days=1, fetched=None)
    (source / "wreck" / ".git").mkdir(parents=True)
    (source / "wreck" / ".git" / "HEAD").write_text("nothing\n")
    draft_releases([Target(str(source / "compass"), flags=FLAGS)], form="json", write=False, say=lambda _: None)
    with opened(source / "anchor") as bench:
        accept(bench, 1, 2)
    return source


def repository(root: Path, version: str, commits: int, *, days: int, fetched: int | None, adds: bool = False) -> Repo:
    """Return a clone released so many days ago, with `commits` since, and fetched so many days ago (None: no remote)."""
    origin = f"https://github.com/acme/{root.name}.git" if fetched is not None else ""
    repo = Repo.create(root, origin=origin)
    repo.clock = NOW - days * DAY
    repo.commit("Begin", {"README.md": f"{root.name}\n"})
    if version:
        repo.tag(version)
    for number in range(1, commits + 1):
        verb = "Add" if adds else "Fix"
        repo.commit(
            f"{verb} part {number} (#{number})",
            {f"src/part_{number}.py": f"def part_{number}():\n    return {number}\n"},
        )
    if fetched is not None:
        repo.stand_at_origin()
        when = NOW - fetched * DAY - 3 * 3600
        file = root / ".git" / "FETCH_HEAD"
        file.touch()
        os.utime(file, (when, when))
    return repo


def listing(source: Path, theme: str = DARK) -> LlnotesApp:
    """Return the app on the clones of a folder."""
    clones = sorted(str(path) for path in source.iterdir())
    return LlnotesApp(clones=clones, flags=FLAGS, theme=theme, now=lambda: NOW)


def screen_of(app: LlnotesApp) -> RepositoriesScreen:
    """Return the list of an app."""
    return next(screen for screen in app.screen_stack if isinstance(screen, RepositoriesScreen))


async def all_read(app: LlnotesApp, pilot: Pilot[int]) -> None:
    """Wait until every row is there."""
    await settled(pilot, lambda: all(row.stage != "reading" for row in screen_of(app).table.rows))


async def in_review(app: LlnotesApp, pilot: Pilot[int]) -> ReviewScreen:
    """Wait for the review of a repository, and return it."""
    await settled(pilot, lambda: isinstance(app.screen, ReviewScreen))
    assert isinstance(app.screen, ReviewScreen)
    return app.screen


async def back_in_list(app: LlnotesApp, pilot: Pilot[int]) -> None:
    """Wait until the list is the screen on top again."""
    await settled(pilot, lambda: app.screen is screen_of(app))
