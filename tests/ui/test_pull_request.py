"""The screen that saves the description of a pull request, over the GitHub on loopback."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from llnotes_tui.publishing.descriptions import with_ours
from llnotes_tui.screens.outcome import screen_for
from llnotes_tui.screens.pull_request import PullRequestScreen
from llnotes_tui.widgets.diff_view import DiffView
from llnotes_tui.widgets.theme import DARK, LIGHT
from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.pull_request import PullRequestBench, open_pull_request
from tests.fakes.github import GitHubFake
from tests.fakes.github_records import FakePull
from tests.repositories import Repo
from tests.ui.conftest import settled, shown
from tests.ui.stage import Stage

PROSE = (
    "Listing ships is tried three times, so that a slow harbor office does not end the run; `--retries` changes that."
)
THEIRS = "Closes #3.\r\n\r\nShips are listed again when the office is slow.\r\n"
PATCH = "PATCH /api/v3/repos/acme/harbor/pulls/7"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubFake]:
    repo = Repo.create(tmp_path_factory.mktemp("harbor") / "harbor")
    repo.commit("Release v0.1.0", {"src/ships.py": "def list_ships(): ...\n"})
    repo.tag("v0.1.0")
    repo.branch("retries")
    sha = repo.commit("Retry", {"src/cli.py": "def main(retries: int = 3): ...\n"})
    repo.checkout("main")
    with GitHubFake() as github:
        repository = github.repository("acme/harbor", repo.root)
        repository.pull(7, title="Retry listing", body=THEIRS, state="open", head="retries", commits=[sha])
        yield github


@pytest.fixture
def pull(server: GitHubFake, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakePull:
    server.forget()
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LLNOTES_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("LLNOTES_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LLNOTES_CONFIG", str(tmp_path / "config.toml"))
    made = server.repositories["acme/harbor"].pulls[7]
    made.body = THEIRS
    return made


@contextmanager
def reviewed(*, read: bool = True) -> Iterator[PullRequestBench]:
    target = Target("acme/harbor", flags={"engine": "extractive"}, pull_request=7)
    bench = open_pull_request(target, lambda _: None, Event())
    try:
        assert bench.drafting is not None
        bench.start_drafting()
        assert bench.drafting.wait(60)
        bench.flush()
        if read:
            bench.edit(bench.view().entries[0].note, PROSE, accepted=True).result(60)
        assert bench.settle_checks(60)
        yield bench
    finally:
        bench.close()


class Saving(Stage):
    """The screen over a workbench."""

    def __init__(self, bench: PullRequestBench, theme: str = DARK) -> None:
        super().__init__(theme)
        self.bench = bench

    def on_mount(self) -> None:
        self.push_screen(screen_for(self.bench))

    @property
    def page(self) -> PullRequestScreen:
        return next(screen for screen in self.screen_stack if isinstance(screen, PullRequestScreen))


async def seen(app: App[Any], pilot: Pilot[Any], *words: str) -> None:
    """Wait until all of these words are on screen, however they are wrapped."""
    await settled(pilot, lambda: all(word in " ".join(shown(app).split()) for word in words))


async def test_w_saves_what_is_shown_and_says_so(pull: FakePull, server: GitHubFake) -> None:
    with reviewed() as bench:
        app = Saving(bench)
        async with app.run_test(size=(100, 30)) as pilot:
            await seen(
                app, pilot, "acme/harbor#7 Retry listing", "<!-- llnotes -->", "Listing ships is tried", "Closes #3."
            )
            assert pull.body == THEIRS
            await pilot.press("w")
            await seen(app, pilot, "Saved the description of acme/harbor#7", "✓ GitHub has this description already.")
            assert pull.body == with_ours(THEIRS, PROSE)
            await pilot.press("w")
            await seen(app, pilot, "#7 has this description already.")
            assert server.requests.count(PATCH) == 1


async def test_what_somebody_changed_meanwhile_is_shown_before_anything_is_saved(
    pull: FakePull, server: GitHubFake
) -> None:
    with reviewed() as bench:
        app = Saving(bench)
        async with app.run_test(size=(100, 30)) as pilot:
            await seen(app, pilot, "Closes #3.")
            pull.body = "Another hand was here."
            await pilot.press("w")
            await seen(app, pilot, "was changed on GitHub since it was shown", "Another hand was here.")
            assert pull.body == "Another hand was here."
            assert PATCH not in server.requests
            await pilot.press("w")
            await seen(app, pilot, "Saved the description")
            assert pull.body == with_ours("Another hand was here.", PROSE)


async def test_what_nobody_has_read_is_not_saved(pull: FakePull) -> None:
    with reviewed(read=False) as bench:
        app = Saving(bench)
        async with app.run_test(size=(80, 24)) as pilot:
            await seen(app, pilot, "Nobody has read the description yet: accept or edit it first.")
            await pilot.press("w")
            assert pull.body == THEIRS


async def test_a_github_that_cannot_save_says_why_and_w_tries_again(pull: FakePull, server: GitHubFake) -> None:
    with reviewed() as bench:
        app = Saving(bench)
        async with app.run_test(size=(80, 24)) as pilot:
            await seen(app, pilot, "Closes #3.")
            server.fault("502-html", on=PATCH)
            await pilot.press("w")
            await seen(app, pilot, "is in trouble")
            assert pull.body == THEIRS
            await pilot.press("w")
            await seen(app, pilot, "Saved the description")


@pytest.mark.parametrize(
    ("size", "theme", "name"), [((80, 24), DARK, "80x24-dark"), ((120, 40), LIGHT, "120x40-light")]
)
async def test_pictures(
    pull: FakePull, picture: Callable[[App[Any], str], None], size: tuple[int, int], theme: str, name: str
) -> None:
    assert pull.body == THEIRS
    with reviewed() as bench:
        app = Saving(bench, theme)
        async with app.run_test(size=size) as pilot:
            await seen(app, pilot, "Closes #3.")
            await settled(pilot, lambda: not app.page.query_one(DiffView).is_loading)
            picture(app, f"pull-request-{name}")
