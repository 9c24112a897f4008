"""The Export screen over a real release: what is seen, what is asked, and the bytes on disk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from llnotes_tui.screens.export import ExportScreen
from llnotes_tui.widgets.dialogs.choose import Choose
from llnotes_tui.widgets.dialogs.confirm import Confirm
from llnotes_tui.workbench.workbench import Workbench
from tests.repositories import Repo
from tests.ui.conftest import settled, shown
from tests.ui.released import CHANGELOG, Exporting, accept, answer, entry, opened, repository, until


@asynccontextmanager
async def exporting(
    bench: Workbench, size: tuple[int, int] = (100, 32)
) -> AsyncIterator[tuple[Exporting, Pilot[None]]]:
    """Show the Export screen, and wait until it knows what would be written."""
    app = Exporting(bench)
    async with app.run_test(size=size) as pilot:
        await until(app, pilot, app.is_ready)
        yield app, pilot


async def seen(app: Exporting, pilot: Pilot[Any], *words: str) -> str:
    """Wait until all of the words are on screen, and return the screen."""
    await until(app, pilot, lambda: all(word in shown(app) for word in words))
    return shown(app)


def section(repo: Repo) -> str:
    """Return what the changelog says above its last release."""
    return repo.read("CHANGELOG.md").decode().partition("## 0.1.0")[0]


def reviewed(bench: Workbench) -> None:
    """Read all of a release."""
    accept(bench)
    answer(bench)


async def test_what_is_shown_is_written_and_nothing_else(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            screen = shown(app)
            assert "0.2.0 in CHANGELOG.md: 3 entries with prose." in screen
            assert "+ ## 0.2.0" in screen
            assert " w write  ? help" in screen
            await pilot.press("w")
            screen = await seen(
                app, pilot, "Wrote CHANGELOG.md", "Wrote src/harbor/__about__.py", "git tag v0.2.0 origin/main"
            )
            assert "llnotes tags nothing and publishes nothing" in screen
        retries, berth = entry(bench, 2), entry(bench, 3)
    written = repo.read("CHANGELOG.md").decode()
    assert f"* Added a `--retries` option ([#2](https://github.com/acme/harbor/issues/2)). {retries.text}\n" in written
    assert (
        f"**Breaking:** Renamed `dock` to `berth` ([#3](https://github.com/acme/harbor/issues/3)). {berth.text}"
        in written
    )
    assert written.endswith(CHANGELOG.removeprefix("# Version changelog\n"))
    assert repo.read("src/harbor/__about__.py") == b'__version__ = "0.2.0"\n'
    assert repo.git("tag") == "v0.1.0"


async def test_writing_again_changes_nothing_and_enter_goes_on(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("w")
            await seen(app, pilot, "Wrote CHANGELOG.md")
            before = repo.read("CHANGELOG.md")
            await until(app, pilot, app.is_ready)
            await pilot.press("w")
            await seen(app, pilot, "Everything was there already; nothing was changed.")
            await pilot.press("enter")
            await until(app, pilot, lambda: app.returned == ["next"])
        assert repo.read("CHANGELOG.md") == before
    with opened(repo.root) as bench:
        async with exporting(bench) as (app, pilot):
            assert "CHANGELOG.md says all of 0.2.0 already; nothing is to be written." in shown(app)


async def test_prose_that_nobody_has_read_stays_out_after_a_question(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        accept(bench, 2)
        answer(bench, breaks=False)
        async with exporting(bench) as (app, pilot):
            assert "w write (2 as title only)" in shown(app)
            assert "2 entries that nobody has read go in as title and link: #4, #3" in shown(app)
            await pilot.press("w")
            await seen(app, pilot, "Nobody has read 2 entries; the prose stays out:")
            assert section(repo) == "# Version changelog\n\n"
            await pilot.press("w")
            await seen(app, pilot, "Wrote CHANGELOG.md")
        unread = entry(bench, 4)
    assert "* Fixed the timeout of `list_ships` ([#4](https://github.com/acme/harbor/issues/4)).\n" in section(repo)
    assert unread.text[:40] not in section(repo)
    assert entry_text_of(repo, 2)


def entry_text_of(repo: Repo, number: int) -> str:
    """Return the prose of a pull request in the changelog."""
    line = next(line for line in section(repo).split("\n") if f"[#{number}]" in line)
    return line.partition(")).")[2].strip()


async def test_unread_entries_can_be_left_out_and_that_is_shown_first(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        accept(bench, 2)
        answer(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("w")
            await until(app, pilot, lambda: isinstance(app.screen, Choose))
            await pilot.press("x")
            await seen(app, pilot, "are left out: #3, #4")
            assert section(repo) == "# Version changelog\n\n"
            await pilot.press("w")
            await seen(app, pilot, "Wrote CHANGELOG.md")
    assert "[#2]" in section(repo)
    assert "[#3]" not in section(repo)
    assert "[#4]" not in section(repo)


async def test_the_question_leads_back_to_the_review(tmp_path: Path) -> None:
    with opened(repository(tmp_path).root) as bench:
        async with exporting(bench) as (app, pilot):
            await pilot.press("w")
            await until(app, pilot, lambda: isinstance(app.screen, Choose))
            await pilot.press("b")
            await until(app, pilot, lambda: app.returned == [None])


async def test_suspected_breaks_are_counted_shown_and_answered_here(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        accept(bench)
        async with exporting(bench) as (app, pilot):
            assert "w write (1 break?)" in shown(app)
            assert "BREAKING CHANGE: `dock` is gone; call `berth`." in shown(app)
            await pilot.press("t")
            await until(app, pilot, lambda: isinstance(app.screen, Confirm))
            assert "BREAKING CHANGE: `dock` is gone; call `berth`." in shown(app)
            await pilot.press("y")
            await seen(app, pilot, "All breaks are answered", "+ * **Breaking:** Renamed `dock` to `berth`")
            assert entry(bench, 3).breaking == "confirmed"


async def test_an_unanswered_break_is_published_as_none(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        accept(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("w")
            await seen(app, pilot, "Not published as breaking, for nobody has answered:")
            await pilot.press("w")
            await seen(app, pilot, "Wrote CHANGELOG.md")
    assert "Renamed `dock`" in section(repo)
    assert "Breaking:" not in section(repo)


async def test_a_version_that_has_a_tag_is_refused(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        reviewed(bench)
        repo.tag("v0.3.0", "v0.1.0")
        async with exporting(bench) as (app, pilot):
            await pilot.press("V", *["backspace"] * 5, *"0.3.0", "enter")
            await seen(app, pilot, "v0.3.0 is tagged already; choose a version that is not released.")
            assert bench.view().version == "0.2.0"
            await pilot.press("3")
            assert "v0.3.0 is tagged already" not in shown(app)
            await pilot.press("V", *["backspace"] * 5, *"v1.0.0", "enter")
            screen = await seen(app, pilot, '+ __version__ = "1.0.0"', "Chosen by a person.  Suggested was 0.2.0")
            assert "No tag v1.0.0 yet." in screen


async def test_a_version_that_was_tagged_meanwhile_is_not_written(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        reviewed(bench)
        repo.tag("v0.2.0")
        async with exporting(bench) as (app, pilot):
            assert "v0.2.0 is tagged already: what it says is history.  V names another version" in shown(app)
            assert "w write (tagged)" in shown(app)
            await pilot.press("O", "w")
            assert "v0.2.0 is tagged already: V names another version." in shown(app)
    assert section(repo) == "# Version changelog\n\n"


async def test_every_commit_is_in_the_manifest_once(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        accept(bench, 2)
        bench.exclude(entry(bench, 4).note, "trivial").result(60)
        answer(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("4", "i")
            screen = await seen(app, pilot, "Internal, a line without prose")
            commits = repo.git("log", "--format=%H", "v0.1.0..main").split()
            assert [screen.count(commit[:7]) for commit in commits if commit != repo.head] == [1, 1, 1]
            assert "4 commits: 2 in the changelog · 0 folded · 1 internal · 0 cancelled · 1 left out" in screen
            rows = {line.split()[1]: line for line in screen.split("\n") if " #" in line and line.split()[1:]}
            assert rows["#2"].endswith("with prose")
            assert rows["#3"].endswith("title only, breaking")
            assert rows["#4"].endswith("left out: excluded as trivial")
            assert rows["#5"].endswith("only CI")


async def test_commands_are_copied_one_or_all(tmp_path: Path) -> None:
    with opened(repository(tmp_path).root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("5", "j", "y")
            assert app.clipboard == "git add -- CHANGELOG.md src/harbor/__about__.py"
            await pilot.press("Y")
            assert app.clipboard.count("\n") == 7
            assert app.clipboard.endswith("git push origin refs/tags/v0.2.0\n")
            await pilot.click("#page", offset=(6, 8))
            await pilot.press("y")
            assert app.clipboard.startswith("git ")


async def test_commits_beyond_the_review_are_told(tmp_path: Path) -> None:
    repo = repository(tmp_path)
    with opened(repo.root) as bench:
        reviewed(bench)
        repo.commit("Add a lighthouse (#6)", {"src/harbor/light.py": "def shine(): ...\n"})
        repo.stand_at_origin()
        async with exporting(bench) as (app, pilot):
            await pilot.press("5")
            await seen(app, pilot, "1 commit beyond", "F on the Review")


async def test_enter_says_why_it_does_not_go_on_yet(tmp_path: Path) -> None:
    with opened(repository(tmp_path).root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("enter")
            assert "Nothing is written yet: w writes it, q goes back." in shown(app)
            await pilot.press("q")
            await until(app, pilot, lambda: app.returned == [None])


async def test_help_and_palette_know_every_key(tmp_path: Path) -> None:
    with opened(repository(tmp_path).root) as bench:
        async with exporting(bench) as (app, pilot):
            assert all(binding.id and binding.tooltip for binding in ExportScreen.BINDINGS)  # type: ignore[union-attr]
            await pilot.press("question_mark")
            assert "Write it into the clone" in shown(app)
            await pilot.press("escape", "ctrl+p")
            await pilot.press(*"every commit")
            await seen(app, pilot, "Where every commit went")


async def test_red_findings_in_what_would_be_written_are_counted_listed_and_asked_about(tmp_path: Path) -> None:
    with opened(repository(tmp_path).root) as bench:
        reviewed(bench)
        bench.edit(entry(bench, 4).note, "Listing ships waits 77 minutes.", accepted=True).result(60)
        assert bench.settle_checks(60)
        async with exporting(bench) as (app, pilot):
            await seen(app, pilot, "w write (1 red open)", "red #4 77")
            await pilot.press("w")
            await seen(app, pilot, "Red findings, neither mended nor dismissed", "go back to the review")
            await pilot.press("escape")
            bench.dismiss(entry(bench, 4).note, entry(bench, 4).findings[0]).result(60)
            await settled(pilot, lambda: "red open" not in shown(app))
