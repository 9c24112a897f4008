"""Repositories on GitHub in the list, as a person meets them: rows that come while one works, limits, and keys."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from llnotes_tui.app import LlnotesApp
from llnotes_tui.screens.repositories import RepositoriesScreen
from llnotes_tui.workbench.fleet import Fleet
from llnotes_tui.workbench.rows import row_key, waiting_row
from llnotes_tui.workbench.views import ListNews, RowGone
from tests.fakes.github import GitHubFake
from tests.fleets import NOW, acme, released
from tests.repositories import Repo
from tests.ui.conftest import settled, shown
from tests.ui.fleet import FLAGS, all_read, back_in_list, in_review, screen_of

SIZE = (120, 40)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubFake]:
    with GitHubFake() as github:
        acme(github, tmp_path_factory.mktemp("acme"))
        yield github


@pytest.fixture
def github(server: GitHubFake, monkeypatch: pytest.MonkeyPatch) -> GitHubFake:
    server.forget()
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return server


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubFake]:
    """A GitHub of the test's own: what is waited for holds for all that ask the same one."""
    with GitHubFake() as github:
        for name, value in github.environment.items():
            monkeypatch.setenv(name, value)
        yield github


def listing(*words: str) -> LlnotesApp:
    return LlnotesApp(clones=words, flags=FLAGS, now=lambda: NOW)


def line_of(app: LlnotesApp, name: str) -> str:
    return next(line for line in shown(app).split("\n")[2:] if name in line)


async def all_there(app: LlnotesApp, pilot: Pilot[int], count: int) -> None:
    """Wait until an owner's repositories are all listed and read."""
    await settled(pilot, lambda: len(screen_of(app).table.rows) == count)
    await all_read(app, pilot)


async def test_an_owners_repositories_come_as_they_are_listed(
    github: GitHubFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, start = Event(), Fleet.start

    def held(fleet: Fleet) -> None:
        assert go_on.wait(60)
        start(fleet)

    monkeypatch.setattr(Fleet, "start", held)
    app = listing("acme")
    async with app.run_test(size=SIZE) as pilot:
        assert "Asking GitHub which repositories acme has" in shown(app)
        go_on.set()
        await all_there(app, pilot, 7)
        assert "7 repositories, 17 unreleased" in shown(app)
        assert "listing" not in shown(app)
        assert line_of(app, "acme/harbor").split() == [
            "acme/harbor",
            "9",
            "v1.4.0",
            "2",
            "mo",
            "1.5.0",
            "0",
            "min",
            "no",
            "draft",
        ]
        assert "PR #9 open" in line_of(app, "acme/lantern")
        assert "acme/void is empty" in line_of(app, "acme/void")
        assert "cli-v0.3.0" in line_of(app, "acme/buoys · cli")


async def test_what_is_selected_is_told_below_the_list(github: GitHubFake) -> None:
    app = listing("acme")
    async with app.run_test(size=SIZE) as pilot:
        await all_there(app, pilot, 7)
        screen_of(app).table.go_to_key("acme/compass")
        await pilot.pause()
        assert "127.0.0.1/acme/compass · private" in shown(app)
        screen_of(app).table.go_to_key("acme/lantern")
        await pilot.pause()
        assert "127.0.0.1/acme/lantern · release pull request #9" in shown(app)


async def test_the_second_time_rows_are_there_before_anything_is_asked(github: GitHubFake) -> None:
    app = listing("acme")
    async with app.run_test(size=SIZE) as pilot:
        await all_there(app, pilot, 7)
    github.fault("hang", times=None, on="POST")
    again = listing("acme")
    async with again.run_test(size=SIZE) as pilot:
        await settled(pilot, lambda: len(screen_of(again).table.rows) == 6)
        assert "listing acme" in shown(again)
        assert line_of(again, "acme/harbor").split()[1] == "9"


async def test_new_rows_move_neither_cursor_nor_marks(github: GitHubFake) -> None:
    app = listing()
    async with app.run_test(size=SIZE) as pilot:
        screen = screen_of(app)
        for name in ("acme/m", "acme/n"):
            screen.tell(replace(waiting_row(name), unreleased=1, stage="open", state="no draft"))
        await settled(pilot, lambda: len(screen.table.rows) == 2)
        await pilot.press("j", "space")
        assert screen.table.marked == {"acme/n"}
        for name in ("acme/a", "acme/z", row_key("acme/b", "core")):
            screen.tell(replace(waiting_row(name), unreleased=1, stage="open", state="no draft"))
        await settled(pilot, lambda: len(screen.table.rows) == 5)
        assert screen.row is not None
        assert (screen.row.key, screen.table.marked) == ("acme/n", {"acme/n"})
        screen.tell(RowGone("acme/n"))
        await settled(pilot, lambda: len(screen.table.rows) == 4)
        assert screen.table.marked == set()
        assert screen.row is not None


async def test_a_limit_that_is_waited_for_is_in_the_header_with_its_end(own: GitHubFake, tmp_path: Path) -> None:
    clone = Repo.create(tmp_path / "here")
    clone.commit("Begin", {"a.py": "A = 1\n"})
    own.fault("primary-limit", times=None, seconds=3600)
    app = listing(str(clone.root), "acme")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot, lambda: "waiting for 127.0.0.1's limit until" in shown(app))
        await settled(pilot, lambda: "here" in shown(app) and "no draft" in line_of(app, "here"))
        await pilot.press("q")
        await pilot.pause()
    assert app.return_code == 0


async def test_f_and_r_ask_again_and_y_copies_the_name(github: GitHubFake) -> None:
    app = listing("acme/harbor")
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        harbor = Repo(github.repositories["acme/harbor"].path, int(NOW))
        harbor.branch("aside")
        harbor.commit("Fix another part (#10)", {"src/other.py": "OTHER = 1\n"})
        harbor.git("update-ref", "refs/heads/main", "HEAD")
        try:
            await pilot.press("F")
            assert "Reading acme/harbor again." in shown(app)
            await settled(pilot, lambda: line_of(app, "acme/harbor").split()[1] == "10")
        finally:
            harbor.checkout("main")
            harbor.git("reset", "-q", "--hard", "HEAD~1")
        await pilot.press("r")
        await settled(pilot, lambda: line_of(app, "acme/harbor").split()[1] == "9")
        await pilot.press("y")
        assert app.clipboard == "acme/harbor"


async def test_reading_all_again_finds_what_is_new(own: GitHubFake, tmp_path: Path) -> None:
    repo = released(tmp_path / "harbor")
    own.repository("acme/harbor", repo.root)
    app = listing("acme")
    async with app.run_test(size=SIZE) as pilot:
        await all_there(app, pilot, 1)
        own.repository("acme/anchor", repo.root)
        repo.commit("Fix more (#2)", {"more.py": "MORE = 1\n"})
        await pilot.press("R")
        await all_there(app, pilot, 2)
        await settled(pilot, lambda: line_of(app, "acme/harbor").split()[1] == "2")
        assert screen_of(app).row is not None
        assert screen_of(app).row.key == "acme/harbor"  # type: ignore[union-attr]


async def test_a_marked_mixture_copies_for_clones_and_asks_for_the_others(github: GitHubFake, tmp_path: Path) -> None:
    clone = released(tmp_path / "here")
    app = listing(str(clone.root), "acme/quay")
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press("space", "space")
        github.forget()
        await pilot.press("F")
        assert app.clipboard == f"git -C {clone.root} fetch --tags"
        await settled(pilot, lambda: github.requests)


async def test_what_nobody_knows_of_github_is_said_with_what_to_do(
    github: GitHubFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "wrong")
    app = listing("acme")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot, lambda: "does not accept the token" in shown(app))
        assert "`llnotes doctor` says where it is from" in shown(app)


async def test_offline_shows_how_old_the_rows_are(github: GitHubFake) -> None:
    app = listing("acme")
    async with app.run_test(size=SIZE) as pilot:
        await all_there(app, pilot, 7)
    github.forget()
    again = LlnotesApp(clones=("acme",), flags={**FLAGS, "offline": True}, now=lambda: NOW)
    async with again.run_test(size=SIZE) as pilot:
        await settled(pilot, lambda: len(screen_of(again).table.rows) == 6)
        await settled(pilot, lambda: "rows of 0 min ago: offline" in shown(again))
    assert not github.requests


async def test_news_of_a_list_is_drawn_once_for_many(github: GitHubFake) -> None:
    app = listing()
    async with app.run_test(size=SIZE) as pilot:
        screen: RepositoriesScreen = screen_of(app)
        for number in range(1000):
            screen.tell(waiting_row(f"acme/repo-{number:04}"))
        screen.tell(ListNews(listing=("acme",)))
        await settled(pilot, lambda: "1,000 repositories" in shown(app))
        assert "listing acme" in shown(app)
        await pilot.press("end")
        assert screen.row is not None
        assert screen.row.key == "acme/repo-0999"


async def test_a_repository_with_no_clone_is_drafted_and_reviewed_from_the_list(github: GitHubFake) -> None:
    app = listing("acme/harbor", "acme/buoys")
    async with app.run_test(size=SIZE) as pilot:
        await all_there(app, pilot, 3)
        await pilot.press("end", "D")
        await settled(pilot, lambda: "drafted, 9 entries" in line_of(app, "acme/harbor"), 40)
        await pilot.press("enter")
        review = await in_review(app, pilot)
        assert review.view.range.name == "acme/harbor"
        await settled(pilot, lambda: all(entry.state == "drafted" for entry in review.view.entries))
        entry = review.view.entries[0]
        review.workbench.accept(entry.note, entry.text).result(60)
        await pilot.press("q")
        await back_in_list(app, pilot)
        await settled(pilot, lambda: "1 of 9 reviewed" in line_of(app, "acme/harbor"))
    app.let_go()


async def test_a_component_is_reviewed_as_such(github: GitHubFake) -> None:
    app = listing("acme/buoys")
    async with app.run_test(size=SIZE) as pilot:
        await all_there(app, pilot, 2)
        assert screen_of(app).row is not None
        assert screen_of(app).row.key == row_key("acme/buoys", "cli")  # type: ignore[union-attr]
        await pilot.press("enter")
        review = await in_review(app, pilot)
        assert (review.view.range.component, review.view.range.last_version) == ("cli", "cli-v0.3.0")
        await pilot.press("q")
        await back_in_list(app, pilot)
    app.let_go()
