"""The chooser for tags that do not say where a release begins: when it opens, what it lists, and what follows."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot

from llnotes_tui.app import LlnotesApp
from llnotes_tui.screens.review import ReviewScreen
from llnotes_tui.screens.tag_choosing import tag_choice_of, tag_chooser
from llnotes_tui.sources.options import TagChoice
from llnotes_tui.sources.tag_series import TagOption, TagQuestion
from llnotes_tui.widgets.dialogs.ask import Ask
from llnotes_tui.widgets.dialogs.choose import Choose
from llnotes_tui.workbench.start import Target
from tests.fakes.github import GitHubFake
from tests.repositories import Repo
from tests.ui.conftest import settled, shown
from tests.ui.fleet import FLAGS, NOW, all_read, back_in_list, in_review, screen_of

SIZE = (110, 36)
SERIES = ("kit-1.0.0", "kit-1.1.0", "kit-1.2.0", "0.1.0", "0.2.0", "0.3.0")


def tagged(root: Path, names: Sequence[str] = SERIES) -> Repo:
    """Return a clone with a commit for each tag, and one after them."""
    repo = Repo.create(root)
    for name in names:
        repo.commit(f"Add what {name} has", {"a": name})
        repo.tag(name)
    repo.commit("Add what comes next", {"a": "next"})
    return repo


@pytest.fixture
def kit(home: Path) -> Repo:
    return tagged(home / "src" / "kit")


def listing(repo: Repo) -> LlnotesApp:
    return LlnotesApp(clones=(str(repo.root),), flags=FLAGS, now=lambda: NOW)


def opening(repo: Repo) -> LlnotesApp:
    return LlnotesApp(Target(str(repo.root), flags=FLAGS))


async def chooser(app: LlnotesApp, pilot: Pilot[int]) -> str:
    """Wait for the chooser, and return what it shows."""
    await settled(pilot, lambda: isinstance(app.screen, Choose))
    return shown(app)


async def test_opening_asks_which_of_several_series_are_the_releases(kit: Repo) -> None:
    app = opening(kit)
    async with app.run_test(size=SIZE) as pilot:
        said = await chooser(app, pilot)
        assert "Which tags are the releases?" in said
        assert said.index("0.3.0  3 tags") < said.index("kit-1.2.0  3 tags"), "the plain series comes first"
        await pilot.press("2")
        review = await in_review(app, pilot)
        assert review.view.range.since_name == "kit-1.2.0"
        assert "Tag series: `kit-1.2.0`; other series: `0.3.0`." in shown(app)
    app.let_go()


async def test_the_choice_is_kept_for_the_next_time(kit: Repo) -> None:
    app = opening(kit)
    async with app.run_test(size=SIZE) as pilot:
        await chooser(app, pilot)
        await pilot.press("1")
        await in_review(app, pilot)
    app.let_go()
    again = opening(kit)
    async with again.run_test(size=SIZE) as pilot:
        review = await in_review(again, pilot)
        assert review.view.range.since_name == "0.3.0"
    again.let_go()


async def test_leaving_the_chooser_of_the_only_repository_leaves_the_app(kit: Repo) -> None:
    app = opening(kit)
    async with app.run_test(size=SIZE) as pilot:
        await chooser(app, pilot)
        await pilot.press("escape")
        await settled(pilot, lambda: not app.is_running or app.return_code == 0)
    assert app.return_code == 0


async def test_a_row_says_what_to_choose_and_opening_it_asks(kit: Repo) -> None:
    app = listing(kit)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        assert "several tag series" in shown(app)
        assert "enter or B: choose." in shown(app)
        await pilot.press("enter")
        assert "kit-1.2.0  3 tags" in await chooser(app, pilot)
        await pilot.press("escape")
        await back_in_list(app, pilot)
        await pilot.press("enter")
        await chooser(app, pilot)
        await pilot.press("down", "enter")
        assert (await in_review(app, pilot)).view.range.since_name == "kit-1.2.0"
        await pilot.press("q")
        await back_in_list(app, pilot)
        await settled(pilot, lambda: "kit-1.2.0" in shown(app).split("\n")[2])
    app.let_go()


async def test_a_key_in_the_list_chooses_the_series_and_chooses_another_one_later(kit: Repo) -> None:
    app = listing(kit)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        for key, base in (("2", "kit-1.2.0"), ("1", "0.3.0")):
            await pilot.press("B")
            await chooser(app, pilot)
            await pilot.press(key)
            await back_in_list(app, pilot)
            await settled(pilot, lambda base=base: screen_of(app).table.rows[0].last_version == base)  # type: ignore[misc]
    app.let_go()


async def test_one_series_leaves_nothing_to_choose(home: Path) -> None:
    app = listing(tagged(home / "src" / "one", ("v1.0.0", "v1.1.0")))
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        await pilot.press("B")
        await settled(pilot, lambda: "nothing to choose" in shown(app))
    app.let_go()


async def test_the_review_chooses_another_series_or_another_tag(kit: Repo) -> None:
    app = opening(kit)
    async with app.run_test(size=SIZE) as pilot:
        await chooser(app, pilot)
        await pilot.press("1")
        first = await in_review(app, pilot)
        await pilot.press("B")
        assert "Another tag or commit" in await chooser(app, pilot)
        await pilot.press("0")
        await settled(pilot, lambda: isinstance(app.screen, Ask))
        await pilot.press("escape")
        await in_review(app, pilot)
        await pilot.press("B")
        await chooser(app, pilot)
        await pilot.press("2")
        await settled(pilot, lambda: isinstance(app.screen, ReviewScreen) and app.screen is not first)
        assert (await in_review(app, pilot)).view.range.since_name == "kit-1.2.0"
    app.let_go()


@pytest.mark.parametrize(
    ("names", "key", "base"),
    [
        (("first", "nightly"), "1", "nightly"),
        (("first", "nightly"), "3", "the first commit"),
        (("v1.0.0-rc.1", "v1.0.0-rc.2"), "1", "v1.0.0-rc.2"),
        (("v1.0.0-rc.1", "v1.0.0-rc.2"), "2", "the first commit"),
    ],
)
async def test_tags_that_are_no_releases_can_be_chosen_nevertheless(
    home: Path, names: Sequence[str], key: str, base: str
) -> None:
    app = opening(tagged(home / "src" / "kit", names))
    async with app.run_test(size=SIZE) as pilot:
        assert f"(newest: `{names[-1]}`)" in " ".join((await chooser(app, pilot)).replace("│", "").split())
        await pilot.press(key)
        assert (await in_review(app, pilot)).view.range.since_name == base
    app.let_go()


async def test_a_setting_that_matches_no_tag_leads_to_the_chooser(home: Path) -> None:
    repo = tagged(home / "src" / "kit", ("1.0.0", "1.1.0"))
    (repo.root / ".llnotes.toml").write_text('tag_prefix = "relase-"\n')
    app = listing(repo)
    async with app.run_test(size=SIZE) as pilot:
        await all_read(app, pilot)
        assert 'tag_prefix = "relase-"' in shown(app)
        await pilot.press("enter")
        await chooser(app, pilot)
        await pilot.press("1")
        assert (await in_review(app, pilot)).view.range.since_name == "1.1.0"
    app.let_go()


async def test_a_row_that_cannot_tell_all_tags_opens_and_reads_them(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nightly = [f"nightly-2024-{month:02}-{day:02}" for month in (1, 2) for day in range(1, 26)]
    repo = tagged(tmp_path / "kit", ("1.0.0", *nightly))
    with GitHubFake() as github:
        for name, value in github.environment.items():
            monkeypatch.setenv(name, value)
        github.repository("acme/kit", repo.root)
        app = LlnotesApp(clones=("acme/kit",), flags=FLAGS, now=lambda: NOW)
        async with app.run_test(size=SIZE) as pilot:
            await all_read(app, pilot)
            assert "None of the 50 newest tags" in shown(app)
            await pilot.press("enter")
            assert (await in_review(app, pilot)).view.range.since_name == "1.0.0"
        app.let_go()


async def test_the_chooser_fits_a_small_terminal(home: Path) -> None:
    names = [f"part-{part:02}-1.0.{n}" for part in range(40) for n in range(3)]
    app = opening(tagged(home / "src" / "many", [name.replace("part-", "part") for name in names][:36]))
    async with app.run_test(size=(80, 24)) as pilot:
        said = await chooser(app, pilot)
        assert "part00-1.0.2" in said
        await pilot.press("end", "enter")
        assert (await in_review(app, pilot)).view.range.since_name == "part11-1.0.2"
    app.let_go()


async def test_options_behind_the_last_letter_are_chosen_with_the_cursor_only() -> None:
    options = tuple(TagOption(f"part{at}", TagChoice(since=f"part{at}")) for at in range(40))
    question = TagQuestion("Several.", options)
    chosen: list[str | None] = []
    app = App[None]()
    async with app.run_test(size=SIZE) as pilot:
        app.push_screen(tag_chooser(question), chosen.append)
        await pilot.pause()
        await pilot.press("space", "no-break_space", "A", "home")
        assert not chosen
        await pilot.press("end", "enter")
        app.push_screen(tag_chooser(question), chosen.append)
        await pilot.pause()
        await pilot.press("z")
    assert [tag_choice_of(question, result) for result in chosen] == [options[39].choice, options[34].choice]


async def test_opening_asks_which_heading_holds_the_unreleased_changes(home: Path) -> None:
    text = (
        "# Changelog\n\n## Since spring\n\n- By hand\n\n## Since autumn\n\n- Later\n\n## [0.1.0] - 2024-01-01\n\n- x\n"
    )
    repo = Repo.create(home / "src" / "robot")
    repo.commit("Start", {"CHANGELOG.md": text})
    repo.tag("v0.1.0")
    repo.commit("Add a parser", {"src/parser.py": "def parse(): ...\n"})
    app = opening(repo)
    async with app.run_test(size=SIZE) as pilot:
        said = await chooser(app, pilot)
        assert "Which heading holds the unreleased changes?" in said
        await pilot.press("1")
        review = await in_review(app, pilot)
        assert "By hand" in [entry.title for entry in review.view.entries]
    app.let_go()
    again = opening(repo)
    async with again.run_test(size=SIZE) as pilot:
        review = await in_review(again, pilot)
        assert "Later" not in [entry.title for entry in review.view.entries]
    again.let_go()
