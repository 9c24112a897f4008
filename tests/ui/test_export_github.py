"""Publishing from the Export screen, on a repository served as GitHub does: what is asked, what is seen, and what is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from llnotes_tui.widgets.dialogs.confirm import Confirm
from tests.fakes.github import GitHubFake
from tests.fakes.github_records import FakeRepository
from tests.repositories import Repo
from tests.ui.conftest import shown
from tests.ui.released import Exporting, accept, entry, opened, repository, until
from tests.ui.test_export import exporting, reviewed, seen


class Site:
    """A clone whose origin is the GitHub of the tests."""

    def __init__(self, github: GitHubFake, root: Path) -> None:
        self.github = github
        self.repo = repository(root)
        self.bare = self.repo.clone(root / "site.git", "--bare")
        self.record: FakeRepository = github.repository("acme/harbor", self.bare.root)
        self.repo.set_origin(github.clone_url("acme/harbor"))

    def writes(self) -> list[str]:
        """Return the requests that changed something."""
        return [one for one in self.github.requests if not one.startswith("GET") and "graphql" not in one]

    def mirror(self, root: Path) -> Repo:
        """Return a bare clone of it, as one that has no work tree is."""
        bare = self.repo.clone(root / "mirror.git", "--bare")
        bare.set_origin(self.github.clone_url("acme/harbor"))
        return bare


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Site]:
    (home / ".gitconfig").write_text("[user]\n\tname = Ada Lovelace\n\temail = ada@example.com\n")
    with GitHubFake() as github:
        for name, value in github.environment.items():
            monkeypatch.setenv(name, value)
        yield Site(github, tmp_path)


def asks(app: Exporting) -> bool:
    return isinstance(app.screen, Confirm)


async def test_a_release_is_proposed_after_one_question_and_enter_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []
    with opened(site.repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            monkeypatch.setattr(app, "open_url", pages.append)
            await pilot.press("6")
            screen = await seen(app, pilot, "none yet   p opens one: prepare/0.2.0, 2 files")
            assert "acme/harbor on 127.0.0.1, as GITHUB_TOKEN" in screen
            assert "d makes one of v0.2.0" in screen
            assert site.writes() == []
            await pilot.press("p")
            await until(app, pilot, lambda: asks(app))
            screen = shown(app)
            assert "Propose 0.2.0 on GitHub?" in screen
            assert "Opens a pull request in acme/harbor, branch prepare/0.2.0" in screen
            assert "src/harbor/__about__.py" in screen
            assert site.writes() == [], "nothing is written before the answer"
            await pilot.press("y")
            page = f"{site.github.url}/acme/harbor/pull/1"
            await seen(app, pilot, "Opened pull request #1 from prepare/0.2.0", page, "says all of this")
            await pilot.press("5")
            screen = await seen(app, pilot, "✓ Opened pull request #1", "git tag v0.2.0 origin/main")
            assert "git commit" not in screen
            await pilot.press("6")
            assert site.record.pulls[1].title == "Release v0.2.0"
            await pilot.press("o")
            await until(app, pilot, lambda: pages == [page])
            await pilot.press("y")
            assert app.clipboard == page
            await pilot.press("enter")
            await until(app, pilot, lambda: app.returned == ["next"])


async def test_no_is_an_answer(site: Site) -> None:
    with opened(site.repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("d")
            await until(app, pilot, lambda: asks(app))
            await pilot.press("n")
            await seen(app, pilot, "Nothing was published.")
            assert site.writes() == []
            await pilot.press("enter")
            await seen(app, pilot, "Nothing is written yet: w writes it")


async def test_what_nobody_has_read_is_counted_in_the_question(site: Site) -> None:
    with opened(site.repo.root) as bench:
        accept(bench, 2)
        async with exporting(bench) as (app, pilot):
            await pilot.press("p")
            await until(app, pilot, lambda: asks(app))
            assert "2 entries that nobody has read: as title and link only." in shown(app)
            assert "1 suspected break without an answer" in shown(app)


async def test_a_draft_release_is_made_and_made_again_where_an_entry_changed(site: Site) -> None:
    with opened(site.repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("d")
            await until(app, pilot, lambda: asks(app))
            assert "Makes a draft of v0.2.0 in acme/harbor." in shown(app)
            await pilot.press("y")
            await seen(
                app,
                pilot,
                "Made the draft release v0.2.0; publishing it is yours",
                "v0.2.0 is drafted, and says all of",
            )
            await pilot.press("d")
            await seen(app, pilot, "The draft of v0.2.0 says all of it already")
            bench.edit(entry(bench, 4).note, "Waits for 30 s.", accepted=True).result(60)
            await seen(app, pilot, "v0.2.0 is drafted   d updates it")
            await pilot.press("d")
            await until(app, pilot, lambda: asks(app))
            await pilot.press("y")
            await seen(app, pilot, "Updated the draft release v0.2.0")
    assert [one.draft for one in site.record.releases] == [True]
    assert "Waits for 30 s." in site.record.releases[0].body


async def test_what_a_person_changed_is_shown_and_decided(site: Site) -> None:
    with opened(site.repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("d")
            await until(app, pilot, lambda: asks(app))
            await pilot.press("y")
            await seen(app, pilot, "Made the draft release")
            site.record.releases[0].body += "\nWith thanks to the crew."
            theirs = site.record.releases[0].body
            await pilot.press("d")
            screen = await seen(app, pilot, "Somebody changed the draft of v0.2.0 since it was written.")
            assert "T keeps theirs (-)   O takes ours (+)" in screen
            await seen(app, pilot, "- With thanks to the crew.")
            await pilot.press("escape")
            await seen(app, pilot, "d shows the difference")
            await pilot.press("d")
            await seen(app, pilot, "- With thanks to the crew.")
            await pilot.press("T")
            await seen(app, pilot, "The draft of v0.2.0 stays as a person has it")
            assert site.record.releases[0].body == theirs
            await pilot.press("d")
            await seen(app, pilot, "- With thanks to the crew.")
            await pilot.press("O")
            await until(app, pilot, lambda: asks(app))
            await pilot.press("y")
            await seen(app, pilot, "Updated the draft release v0.2.0")
    assert "thanks to the crew" not in site.record.releases[0].body


async def test_another_release_pull_request_is_named_and_loaded_by_a_key(site: Site) -> None:
    site.repo.branch("theirs", "main")
    text = "# Version changelog\n\n## 0.2.0\n\n* Added a `--retries` option (#2). Listing survives a nap.\n* Odd (#77). Why.\n"
    site.repo.commit("Prepare", {"CHANGELOG.md": text})
    site.repo.git("push", "-q", f"file://{site.bare.root}", "HEAD:prepare/0.2.0")
    site.repo.checkout("main")
    site.record.pull(40, title="Release v0.2.0", state="open", head="prepare/0.2.0", author="bob")
    with opened(site.repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("p")
            await seen(app, pilot, "Another release pull request is open: #40", "L loads its section as edits")
            await pilot.press("L")
            await seen(app, pilot, "In no entry of this review: Odd")
            assert entry(bench, 2).text == "Listing survives a nap."
            assert entry(bench, 2).state == "edited"
            assert site.writes() == []


async def test_the_commit_key_leaves_what_is_under_way_alone(site: Site) -> None:
    site.repo.write("CHANGELOG.md", "half a thought\n# Version changelog\n")
    status = site.repo.git("status", "--porcelain")
    with opened(site.repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("c")
            await until(app, pilot, lambda: asks(app))
            assert "Makes the branch prepare/0.2.0 in this clone, on top of" in shown(app)
            assert "What is checked out and what is staged stays as it is." in shown(app)
            await pilot.press("y")
            await seen(app, pilot, "Committed", "git push -u origin prepare/0.2.0", "git tag v0.2.0 origin/main")
            await pilot.press("Y")
            assert app.clipboard.startswith("git push -u origin prepare/0.2.0\n")
    assert site.repo.git("status", "--porcelain") == status
    assert site.repo.git("log", "--format=%s", "main..prepare/0.2.0") == "Release v0.2.0"


async def test_without_a_work_tree_the_changelog_is_shown_and_p_takes_the_place_of_w(
    site: Site, tmp_path: Path
) -> None:
    with opened(site.mirror(tmp_path).root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            screen = shown(app)
            assert "+ ## 0.2.0" in screen
            assert "w write" not in screen
            assert "p propose  d draft" in screen
            await pilot.press("w")
            await seen(app, pilot, "There is no work tree to write to: p proposes it")
            await pilot.press("p")
            await until(app, pilot, lambda: asks(app))
            await pilot.press("y")
            await seen(app, pilot, "Opened pull request #1")
            await pilot.press("5")
            await seen(app, pilot, "Merging the pull request and publishing the release is yours.")
            await pilot.press("enter")
            await until(app, pilot, lambda: app.returned == ["next"])
    assert site.record.pulls[1].head == "prepare/0.2.0"


async def test_by_owner_and_name_it_is_proposed_from_the_files_that_github_has(site: Site) -> None:
    with opened(Path("acme/harbor")) as bench:
        assert bench.clone.is_on_github
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            screen = await seen(app, pilot, "+ ## 0.2.0")
            assert "w write" not in screen
            await pilot.press("3")
            await seen(app, pilot, '+ __version__ = "0.2.0"')
            await pilot.press("6")
            await seen(app, pilot, "there is no clone of yours to commit in")
            await pilot.press("p")
            await until(app, pilot, lambda: asks(app))
            await pilot.press("y")
            await seen(app, pilot, "Opened pull request #1", "says all of this")
    assert '__version__ = "0.2.0"' in site.bare.git("show", "prepare/0.2.0:src/harbor/__about__.py")


async def test_trouble_is_told_and_the_same_key_completes_it(site: Site) -> None:
    with opened(site.repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            site.github.fault("404", on="POST .*/pulls")
            await pilot.press("p")
            await until(app, pilot, lambda: asks(app))
            await pilot.press("y")
            await seen(app, pilot, "may not write to acme/harbor")
            await pilot.press("p")
            await until(app, pilot, lambda: asks(app))
            await pilot.press("y")
            await seen(app, pilot, "Opened pull request #1")


async def test_a_limit_is_said_with_its_end_while_it_is_waited_for(site: Site) -> None:
    with opened(site.repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("d")
            await until(app, pilot, lambda: asks(app))
            site.github.fault("secondary-limit", times=None, on="POST .*/releases", seconds=1)
            await pilot.press("y")
            await seen(app, pilot, "waiting for 127.0.0.1's limit until")
            await pilot.press("2", "1")
            site.github.heal()
            await seen(app, pilot, "Made the draft release v0.2.0")


async def test_what_waits_can_be_left_and_the_key_goes_on_where_it_stopped(site: Site) -> None:
    with opened(site.repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("p")
            await until(app, pilot, lambda: asks(app))
            site.github.fault("secondary-limit", times=None, on="POST .*/git/refs", seconds=1)
            await pilot.press("y")
            await seen(app, pilot, "waiting for 127.0.0.1's limit until")
            await pilot.press("q")
            await seen(app, pilot, "was stopped")
            assert app.returned == []
            await until(app, pilot, lambda: not app.export.publishing)
            site.github.heal()
            await pilot.press("p")
            await until(app, pilot, lambda: asks(app))
            await pilot.press("y")
            await seen(app, pilot, "Opened pull request #1")


async def test_offline_and_elsewhere_only_the_commit_is_offered(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLNOTES_OFFLINE", "true")
    with opened(site.repo.root) as bench:
        reviewed(bench)
        async with exporting(bench) as (app, pilot):
            await pilot.press("6")
            screen = await seen(app, pilot, "GitHub is not asked with --offline", "c makes one on prepare/0.2.0")
            assert "Pull request" not in screen.split("GitHub is not asked")[1]
            await pilot.press("p")
            await seen(app, pilot, "! GitHub is not asked with --offline")
    assert site.github.requests == []
