"""The rows of repositories on GitHub, asked of the fake one by the real requests."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.fleet import owned
from llnotes_tui.sources.github.hosts import host_of
from llnotes_tui.sources.github.listed import Filters
from llnotes_tui.sources.github.login import NOBODY
from llnotes_tui.workbench.clone_rows import clone_rows
from llnotes_tui.workbench.fleet import Fleet
from llnotes_tui.workbench.rows import parts_of, row_key
from llnotes_tui.workbench.views import ListNews, RepositoryRow
from tests.fakes.github import GitHubFake
from tests.fleets import acme, components, many, released
from tests.repositories import Repo
from tests.unit.commanding import Run, accept, opened, run_here

FLAGS: dict[str, Any] = {"engine": "extractive"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubFake]:
    with GitHubFake() as github:
        acme(github, tmp_path_factory.mktemp("acme"))
        yield github


@pytest.fixture
def github(server: GitHubFake, monkeypatch: pytest.MonkeyPatch) -> GitHubFake:
    """The one GitHub of this file, which no test changes."""
    server.forget()
    return at(server, monkeypatch)


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubFake]:
    """A GitHub of the test's own."""
    with GitHubFake() as github:
        yield at(github, monkeypatch)


def at(github: GitHubFake, monkeypatch: pytest.MonkeyPatch) -> GitHubFake:
    for name, value in github.environment.items():
        monkeypatch.setenv(name, value)
    return github


def read(*words: str, **flags: Any) -> Fleet:
    """Return a fleet that has read everything."""
    fleet = Fleet(words, FLAGS | flags, lambda _: None)
    fleet.start()
    fleet.wait()
    fleet.cancel()
    return fleet


def rows(*words: str, **flags: Any) -> dict[str, RepositoryRow]:
    return {row.name: row for row in read(*words, **flags).rows.values()}


def told(row: RepositoryRow) -> tuple[object, ...]:
    return (row.unreleased, row.last_version, row.suggested_version, row.state)


def test_an_owners_repositories_say_how_far_each_is(github: GitHubFake) -> None:
    found = rows("acme")
    assert sorted(found) == [
        "acme/buoys · cli",
        "acme/buoys · core",
        "acme/compass",
        "acme/harbor",
        "acme/lantern",
        "acme/quay",
        "acme/void",
    ]
    assert told(found["acme/harbor"]) == (9, "v1.4.0", "1.5.0", "no draft")
    assert told(found["acme/lantern"]) == (2, "v0.7.2", "0.7.3", "PR #9 open")
    assert (found["acme/lantern"].stage, found["acme/lantern"].pull_request) == ("proposed", 9)
    assert found["acme/lantern"].pull_request_url.endswith("/acme/lantern/pull/9")
    assert told(found["acme/quay"]) == (0, "v1.0.0", "", "nothing unreleased")
    assert found["acme/void"].fault == "acme/void is empty: nothing was pushed to it yet."


def test_a_tag_on_another_branch_is_the_base_and_all_commits_are_counted(github: GitHubFake) -> None:
    row = rows("acme/compass")["acme/compass"]
    assert told(row) == (4, "v2.0.1", "2.1.0", "no draft")
    assert "base v2.0.1 (left this branch 4 commits ago)" in row.warning
    assert row.private


def test_each_component_has_a_row_of_its_own(github: GitHubFake, tmp_path: Path) -> None:
    found = read("acme/buoys").rows
    assert list(found) == [row_key("acme/buoys", "core"), row_key("acme/buoys", "cli")]
    core, cli = found.values()
    assert (core.unreleased, core.last_version, core.stage) == (0, "core-v1.0.0", "nothing")
    assert (cli.unreleased, cli.last_version, cli.suggested_version) == (2, "cli-v0.3.0", "0.3.1")
    here = clone_rows(str(components(tmp_path / "buoys").root), FLAGS)
    assert [parts_of(row.key)[1] for row in here] == ["core", "cli"]
    assert [row.last_version for row in here] == ["core-v1.0.0", "cli-v0.3.0"]
    assert [row.unreleased for row in here] == [0, 2], "only commits inside its paths count"


def test_rows_of_github_say_what_rows_of_clones_say(github: GitHubFake, tmp_path: Path) -> None:
    for name in ("harbor", "compass", "quay"):
        served = Repo(github.repositories[f"acme/{name}"].path)
        clone = served.clone(tmp_path / name)
        clone.git("remote", "set-url", "origin", github.clone_url(f"acme/{name}"))
        (here,) = clone_rows(str(clone.root), FLAGS)
        there = rows(f"acme/{name}")[f"acme/{name}"]
        for field in (
            "name",
            "unreleased",
            "last_version",
            "last_released_at",
            "suggested_version",
            "branch",
            "warning",
        ):
            assert getattr(here, field) == getattr(there, field), (name, field)


def test_a_review_is_the_same_from_a_clone_and_from_github(github: GitHubFake, tmp_path: Path) -> None:
    clone = Repo(github.repositories["acme/harbor"].path).clone(tmp_path / "harbor")
    clone.git("remote", "set-url", "origin", github.clone_url("acme/harbor"))
    with opened(clone.root) as bench:
        accept(bench, 1, 2)
    (here,) = clone_rows(str(clone.root), FLAGS)
    assert here.state == "2 of 9 reviewed"
    assert rows("acme/harbor")["acme/harbor"].state == here.state


@pytest.mark.parametrize(
    ("flags", "names"),
    [
        ({"archived": True, "names": ("w*",)}, ["acme/wreck"]),
        ({"topics": ("boats",)}, ["acme/buoys · cli", "acme/buoys · core", "acme/harbor"]),
        ({"languages": ("go",)}, ["acme/harbor"]),
        ({"names": ("!*a*", "!void")}, ["acme/buoys · cli", "acme/buoys · core"]),
    ],
)
def test_filters_choose_among_an_owners(github: GitHubFake, flags: dict[str, Any], names: list[str]) -> None:
    assert sorted(rows("acme", **flags)) == names


def test_fifty_repositories_take_at_most_five_requests(own: GitHubFake, tmp_path: Path) -> None:
    many(own, tmp_path, 50)
    found = rows("acme")
    assert len(found) == 50
    assert all(row.stage == "open" for row in found.values())
    assert len(own.requests) == 3, own.requests
    own.forget()
    again = rows("acme")
    assert {name: told(row) for name, row in again.items()} == {name: told(row) for name, row in found.items()}
    assert len(own.requests) == 1, "what has not changed is not compared again"


def test_what_is_kept_is_told_first_and_without_asking(github: GitHubFake) -> None:
    before = rows("acme")
    github.forget()
    offline = rows("acme", offline=True)
    assert not github.requests
    assert {name for name, row in before.items() if not row.fault} == set(offline)
    assert offline["acme/harbor"] == before["acme/harbor"]
    assert "Nothing is kept of other" in rows("other", offline=True)["other"].fault


def test_what_was_pushed_since_is_seen_and_what_is_gone_has_no_row(own: GitHubFake, tmp_path: Path) -> None:
    repo = released(tmp_path / "harbor")
    own.repository("acme/harbor", repo.root)
    own.repository("acme/gone", repo.root)
    assert set(rows("acme")) == {"acme/harbor", "acme/gone"}
    repo.commit("Fix another (#2)", {"other.py": "OTHER = 1\n"})
    del own.repositories["acme/gone"]
    found = rows("acme")
    assert set(found) == {"acme/harbor"}
    assert found["acme/harbor"].unreleased == 2


def test_drafts_are_not_released_and_prereleases_only_where_one_chose_so(own: GitHubFake, tmp_path: Path) -> None:
    repo = released(tmp_path / "harbor", "v1.0.0", ["Fix a (#1)"])
    repo.tag("v1.1.0")
    repo.commit("Fix b (#2)")
    repo.tag("v1.2.0")
    repo.commit("Fix c (#3)")
    served = own.repository("acme/harbor", repo.root)
    served.release("v1.0.0")
    served.release("v1.1.0", prerelease=True)
    served.release("v1.2.0", draft=True)
    assert told(rows("acme/harbor")["acme/harbor"])[:2] == (3, "v1.0.0")
    assert told(rows("acme/harbor", prereleases=True)["acme/harbor"])[:2] == (2, "v1.1.0")
    served.releases.clear()
    assert told(rows("acme/harbor")["acme/harbor"])[:2] == (1, "v1.2.0")


def test_a_release_commit_without_a_tag_is_the_base(own: GitHubFake, tmp_path: Path) -> None:
    repo = released(tmp_path / "harbor", "v1.0.0", ["Fix a (#1)", "Release v1.1.0 (#2)", "Add b (#3)"])
    own.repository("acme/harbor", repo.root)
    row = rows("acme/harbor")["acme/harbor"]
    assert told(row)[:3] == (1, "v1.1.0", "1.2.0")
    assert "never tagged" in row.warning


def test_a_long_range_is_read_to_its_end(own: GitHubFake, tmp_path: Path) -> None:
    repo = released(tmp_path / "harbor", "v1.0.0", [])
    repo.history((f"Fix {n} (#{n})", {f"src/{n}.py": b"1\n"}) for n in range(250))
    own.repository("acme/harbor", repo.root)
    untagged = released(tmp_path / "lantern", "", [])
    untagged.history((f"Fix {n} (#{n})", {f"src/{n}.py": b"1\n"}) for n in range(130))
    own.repository("acme/lantern", untagged.root)
    found = rows("acme")
    assert found["acme/harbor"].unreleased == 250
    assert (found["acme/lantern"].unreleased, found["acme/lantern"].suggested_version) == (131, "0.1.0")


def released_beside(root: Path) -> Repo:
    repo = released(root, "v1.0.0", ["Fix a (#1)"])
    repo.branch("rel-1.1")
    repo.commit("Prepare 1.1.0", {"VERSION": "1.1.0"})
    repo.tag("v1.1.0")
    repo.checkout("main")
    return repo


def with_work(root: Path) -> Repo:
    repo = released_beside(root)
    repo.commit("Add b (#2)", {"src/b.py": "b = 1\n"})
    return repo


def with_merges(root: Path) -> Repo:
    repo = with_work(root)
    repo.branch("develop")
    repo.commit("Add c (#3)", {"src/c.py": "c = 1\n"})
    repo.commit("feat!: drop a (#4)", {"README.md": None, "src/d.py": "d = 1\n"})
    repo.checkout("main")
    repo.merge("develop")
    return repo


def with_reverted_release(root: Path) -> Repo:
    repo = released(root, "v1.0.0", ["Fix a (#1)"])
    release = repo.commit("Release v1.1.0 (#2)", {"VERSION": "1.1.0"})
    repo.commit("Add b (#3)", {"src/b.py": "b = 1\n"})
    repo.revert(release)
    return repo


@pytest.mark.parametrize("build", [released_beside, with_work, with_merges, with_reverted_release])
def test_rows_of_hard_histories_say_what_rows_of_clones_say(
    own: GitHubFake, tmp_path: Path, build: Callable[[Path], Repo]
) -> None:
    repo = build(tmp_path / "harbor")
    own.repository("acme/harbor", repo.root)
    clone = repo.clone(tmp_path / "clone")
    clone.git("remote", "set-url", "origin", own.clone_url("acme/harbor"))
    (here,) = clone_rows(str(clone.root), FLAGS)
    there = rows("acme/harbor")["acme/harbor"]
    fields = ("unreleased", "last_version", "suggested_version", "warning")
    assert {name: getattr(here, name) for name in fields} == {name: getattr(there, name) for name in fields}


# -- what goes wrong -------------------------------------------------------------------------------------------------


def test_a_repository_that_is_not_there_says_so_and_holds_up_no_other(github: GitHubFake) -> None:
    found = rows("acme/harbor", "acme/nothing", "nobody-at-all")
    assert found["acme/harbor"].unreleased == 9
    assert "It is no folder here, and acme/nothing is not on 127.0.0.1" in found["acme/nothing"].fault
    assert found["nobody-at-all"].fault.startswith("nobody-at-all is no folder here, and no owner")


def test_a_renamed_one_goes_on_under_its_new_name(own: GitHubFake, tmp_path: Path) -> None:
    own.repository("acme/old", released(tmp_path / "old").root)
    own.rename("acme/old", "acme/new")
    found = rows("acme/old")
    assert list(found) == ["acme/new"]
    assert "acme/old is called acme/new now." in found["acme/new"].warning


def test_a_blocked_one_says_so(own: GitHubFake, tmp_path: Path) -> None:
    own.repository("acme/old", released(tmp_path / "old").root)
    own.repository("acme/new", released(tmp_path / "new").root)
    own.block("acme/old")
    found = rows("acme")
    assert "blocked" in found["acme/old"].fault
    assert found["acme/new"].unreleased == 1
    assert "blocked" in rows("acme/old")["acme/old"].fault


def test_no_access_by_single_sign_on_is_said_in_the_row(own: GitHubFake, tmp_path: Path) -> None:
    own.repository("acme/old", released(tmp_path / "old").root)
    own.owner("acme", is_protected=True)
    assert "SAML" in rows("acme/old")["acme/old"].fault


def test_wrong_settings_of_a_repository_are_said_in_its_row(own: GitHubFake, tmp_path: Path) -> None:
    repo = released(tmp_path / "old")
    repo.commit("Set", {".llnotes.toml": 'github = "evil.example.com"\n'})
    own.repository("acme/old", repo.root)
    assert "a repository may not set `github`" in rows("acme/old")["acme/old"].fault


def test_one_that_fails_alone_is_one_failed_row(own: GitHubFake, tmp_path: Path) -> None:
    many(own, tmp_path, 4, alike=2)
    own.fault("graphql-partial", times=1)
    found = rows(*(f"acme/repo-{n:04}" for n in range(4)))
    assert sorted(row.stage for row in found.values()) == ["open", "open", "open", "unreadable"]


@pytest.mark.parametrize("kind", ["502-html", "graphql-timeout"])
def test_what_is_too_much_at_once_is_halved(
    own: GitHubFake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    monkeypatch.setitem(GitHub.__init__.__kwdefaults__ or {}, "pauses", (0.0, 0.0))
    many(own, tmp_path, 8, alike=2)
    own.fault(kind, times=3)
    assert all(row.stage == "open" for row in rows("acme").values())
    own.fault(kind, times=3)
    assert all(row.stage == "open" for row in rows(*(f"acme/repo-{n:04}" for n in range(8))).values())


def test_a_wrong_token_is_said_and_kept_rows_stay(github: GitHubFake, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows("acme")
    monkeypatch.setenv("GITHUB_TOKEN", "wrong")
    fleet = read("acme", "acme/unknown")
    assert "does not accept the token" in fleet.news.fault
    assert fleet.rows["acme/harbor"] == before["acme/harbor"]
    assert "does not accept the token" in fleet.rows["acme/unknown"].fault


@pytest.mark.parametrize(
    "kind",
    ["401", "404", "301", "409-empty", "451", "502-html", "503-html", "reset", "cut-body", "broken-json", "no-object"],
)
@pytest.mark.parametrize("word", ["acme", "acme/harbor"])
def test_every_fault_is_a_sentence_and_asking_again_works(
    server: GitHubFake, github: GitHubFake, monkeypatch: pytest.MonkeyPatch, kind: Any, word: str
) -> None:
    monkeypatch.setitem(GitHub.__init__.__kwdefaults__ or {}, "pauses", (0.0, 0.0))
    monkeypatch.setenv("LLNOTES_NAMES", '["harbor"]')
    github.fault(kind, times=None, on="POST")
    fleet = Fleet([word], FLAGS, lambda _: None)
    fleet.start()
    fleet.wait()
    (row,) = fleet.rows.values()
    assert (row.key, row.stage) == (word, "unreadable")
    assert row.fault.endswith((".", ";"))
    assert "Error" not in row.fault
    assert "answer cannot be read" not in row.fault, "that is for what nobody thought of"
    github.heal()
    fleet.again([row.key])
    fleet.wait()
    fleet.cancel()
    assert [(key, row.unreleased) for key, row in fleet.rows.items()] == [("acme/harbor", 9)]
    assert not fleet.news.fault


def test_a_limit_is_waited_for_and_said(own: GitHubFake, tmp_path: Path) -> None:
    own.repository("acme/harbor", released(tmp_path / "harbor").root)
    own.fault("secondary-limit", times=1, on="POST", seconds=1)
    heard: list[str] = []
    fleet = Fleet(["acme"], FLAGS, lambda news: heard.append(news.waiting) if isinstance(news, ListNews) else None)
    fleet.start()
    fleet.wait()
    fleet.cancel()
    assert any(words.startswith("waiting for 127.0.0.1's limit until ") for words in heard)
    assert heard[-1] == ""
    assert fleet.rows["acme/harbor"].unreleased == 1


def test_a_limit_holds_up_no_clone_and_leaving_takes_no_time(own: GitHubFake, tmp_path: Path) -> None:
    clone = released(tmp_path / "here")
    own.fault("primary-limit", times=None, seconds=3600)
    fleet = Fleet([str(clone.root), "acme"], FLAGS, lambda _: None)
    fleet.start()
    fleet._crew.wait()
    assert fleet.rows[str(clone.root)].unreleased == 1
    fleet.cancel()
    fleet.wait()


def test_nobody_gets_the_names_and_is_told_what_a_token_brings(
    github: GitHubFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.setenv("PATH", os.defpath)
    found = rows("acme", "acme/lantern")
    assert set(found) >= {"acme/harbor", "acme/lantern", "acme/buoys"}
    assert "acme/compass" not in found, "it is private"
    row = found["acme/harbor"]
    assert (row.unreleased, row.state, row.fault) == (None, "no token", "")
    assert "GITHUB_TOKEN" in row.warning
    client = GitHub(host_of(github.url), NOBODY)
    assert sum(len(page.repositories) for page in owned(client, "acme", Filters())) >= 4


# -- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    return run_here(capsys, monkeypatch)


def test_without_a_terminal_the_list_is_printed(github: GitHubFake, run: Run, tmp_path: Path) -> None:
    clone = released(tmp_path / "here")
    done = run("repos", str(clone.root), "acme/quay", "acme", "--topic", "boats", "--language", "go")
    assert done.status == 0
    assert [line.split()[0] for line in done.out.splitlines()] == ["here", "acme/quay", "acme/harbor"]
    assert "9 unreleased since v1.4.0" in done.out
    github.forget()
    again = run("repos", "acme", "--offline", "--topic", "boats", "--language", "go")
    assert "9 unreleased since v1.4.0" in again.out
    assert not github.requests


def test_what_is_a_folder_here_wins_over_a_name_there(
    github: GitHubFake, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(tmp_path / "acme" / "harbor", since=["Fix only here (#1)"])
    monkeypatch.chdir(tmp_path)
    done = run("repos", "acme")
    assert done.out.split()[:2] == ["harbor", "1"]
    assert run("repos", "acme/quay", "acme/harbor").out.count("unreleased since") == 2
    assert run("repos", f"{github.url}/acme/quay").out.startswith("acme/quay ")


def test_the_settings_name_repositories_and_filters(
    github: GitHubFake, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLNOTES_REPOSITORIES", '["acme"]')
    monkeypatch.setenv("LLNOTES_NAMES", '["q*"]')
    assert run("repos").out.startswith("acme/quay ")


def test_when_nothing_can_be_read_the_status_says_so(github: GitHubFake, run: Run) -> None:
    done = run("repos", "acme/nothing")
    assert done.status == 1
    assert "acme/nothing is not on 127.0.0.1" in done.out


def tagged_row(own: GitHubFake, folder: Path, *names: str, settings: str = "") -> RepositoryRow:
    """Return the row of a repository on GitHub with a commit for each tag, and one after them."""
    repo = Repo.create(folder / "kit")
    for name in names:
        repo.commit(f"Add what {name} has", {"a": name})
        repo.tag(name)
    repo.commit("Add what comes next", {"a": "next", ".llnotes.toml": settings})
    own.repository("acme/kit", repo.root)
    return rows("acme/kit")["acme/kit"]


def test_several_tag_series_are_a_choice_in_the_row_that_is_kept(own: GitHubFake, tmp_path: Path) -> None:
    row = tagged_row(own, tmp_path, "1.0.0", "1.1.0", "1.2.0", "kit-0.1.0", "kit-0.2.0", "kit-0.3.0")
    assert "several tag series (`1.2.0`, `kit-0.3.0`)" in row.fault
    assert row.tag_question is not None
    assert [option.words for option in row.tag_question.options] == ["1.2.0  3 tags", "kit-0.3.0  3 tags"]
    fleet = Fleet(("acme/kit",), FLAGS, lambda _: None)
    fleet.start()
    fleet.choose_tags("acme/kit", row.tag_question.options[1].choice)
    fleet.wait()
    fleet.wait()
    fleet.cancel()
    row = rows("acme/kit")["acme/kit"]
    assert (row.fault, row.last_version, row.unreleased) == ("", "kit-0.3.0", 1)
    assert row.tag_question is not None


@pytest.mark.parametrize(
    ("names", "settings", "said"),
    [
        (("1.0.0", "1.1.0"), 'tag_prefix = "relase-"\n', '`tag_prefix = "relase-"` does not match any of the 2 tags'),
        (("nightly",), "", "1 tag, but it is not read as a version (newest: `nightly`)"),
        (("v1.0.0-rc.1",), "", "only pre-releases (newest: `v1.0.0-rc.1`)"),
    ],
)
def test_tags_that_name_no_release_are_said_in_the_row(
    own: GitHubFake, tmp_path: Path, names: tuple[str, ...], settings: str, said: str
) -> None:
    row = tagged_row(own, tmp_path, *names, settings=settings)
    assert said in row.fault
    assert row.unreleased is None
    assert row.tag_question is not None
    assert row.tag_question.options[-1].words == "Begin at the first commit"


def test_releases_that_github_calls_pre_releases_are_said_in_the_row(own: GitHubFake, tmp_path: Path) -> None:
    served = own.repository("acme/kit", released(tmp_path / "kit", "v1.0.0").root)
    served.release("v1.0.0", prerelease=True)
    row = rows("acme/kit")["acme/kit"]
    assert "only pre-releases (newest: `v1.0.0`)" in row.fault


def test_what_only_all_tags_can_tell_is_left_to_opening_the_repository(own: GitHubFake, tmp_path: Path) -> None:
    names = [f"nightly-2024-{1 + at // 28:02}-{1 + at % 28:02}" for at in range(50)]
    row = tagged_row(own, tmp_path, "1.0.0", *names)
    assert "None of the 50 newest tags of acme/kit is a release; open it" in row.fault
    assert row.tag_question is not None
    assert row.tag_question.options == ()
