"""The pull requests of a range, asked of a GitHub on loopback: in batches, by commit, in part, from the cache, not at all."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import msgspec
import pytest

from llnotes_tui.drafting.masking import MASK
from llnotes_tui.release.model import Commit
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.hosts import GitHubPlace, host_of
from llnotes_tui.sources.github.login import Login
from llnotes_tui.sources.github.pull_answers import associated
from llnotes_tui.sources.github.pulls import Pulls, PullSource, pulls_of
from llnotes_tui.storage.cache import AnswerCache
from tests.fakes.github import TOKEN, GitHubFake
from tests.fakes.github_records import FakeRepository
from tests.fakes.serving import Serving
from tests.repositories import Repo
from tests.unit.commanding import Run, entry, opened, run_here
from tests.unit.planning import a_range, commit

GRAPHQL = "POST /api/graphql"
SECRET = "dapi" + "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def server() -> Iterator[GitHubFake]:
    with GitHubFake() as github:
        yield github


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Return a repository with a squashed, a rebased (two commits) and a labelled pull request, and an issue's number."""
    repo = Repo.create(tmp_path_factory.mktemp("harbor") / "harbor")
    repo.commit("Release v0.1.0", {"src/ships.py": "def dock(): ...\n"}, author="Grace <grace@example.com>")
    repo.tag("v0.1.0")
    repo.commit("Wip (#2)", {"src/ships.py": "def dock(force=False): ...\n"})
    repo.commit("Count berths", {"src/berths.py": "def count(): ...\n"}, author="Grace <grace@example.com>")
    repo.commit(
        "List berths", {"src/berths.py": "def count(): ...\ndef listed(): ...\n"}, author="Grace <grace@example.com>"
    )
    repo.commit("Tidy quays (#4)", {"src/quays.py": "def tidy(): ...\n"})
    repo.commit("Fix the timeout (#99)", {"src/ships.py": "def dock(force=False, timeout=9): ...\n"})
    return repo


@pytest.fixture
def github(server: GitHubFake, built: Repo) -> GitHubFake:
    """Return the server with the pull requests as they are after their authors edited them."""
    server.forget()
    repository = server.repository("acme/harbor", built.root)
    shas = built.git("rev-list", "--reverse", "v0.1.0..main").split()
    repository.pull(
        2, title="Add `force` to `dock`", commits=shas[:1], author="ada-l",
        body=f"<!-- template -->\nHarbour masters may dock in storms, see wiki.\n\n- [ ] manually tested\n\nToken: {SECRET}",
    )  # fmt: skip
    repository.pull(
        3, title="List the berths of a harbor", commits=shas[1:3], author="grace-h", body="Berths are told."
    )
    repository.pull(4, title="Tidy quays", commits=shas[3:4], labels=("internal",))
    at_their_time(repository)
    return server


@pytest.fixture
def repository(github: GitHubFake) -> FakeRepository:
    return github.repositories["acme/harbor"]


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[AnswerCache]:
    cache = AnswerCache.open(tmp_path / "cache", 1 << 20)
    yield cache
    cache.close()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, github: GitHubFake) -> Run:
    for name, value in github.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LLNOTES_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("LLNOTES_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("LLNOTES_CONFIG", str(tmp_path / "config.toml"))
    return run_here(capsys, monkeypatch)


@pytest.fixture
def clone(built: Repo, github: GitHubFake, tmp_path: Path) -> Path:
    """Return a clone whose origin is the server."""
    clone = built.clone(tmp_path / "clone")
    clone.set_origin(github.clone_url("acme/harbor"))
    return clone.root


def source(github: GitHubFake, answers: AnswerCache | None = None, *, silent: str = "") -> PullSource:
    host = host_of(github.url)
    client = None if silent else GitHub(host, Login("environment", "GITHUB_TOKEN", TOKEN), patience=0.0)
    return PullSource(GitHubPlace(host, "acme", "harbor"), client, silent, answers)


def numbered(*numbers: int) -> list[Commit]:
    return [
        msgspec.structs.replace(commit(f"Change {number} (#{number})", "a.py"), pull_request=number)
        for number in numbers
    ]


def at_their_time(repository: FakeRepository) -> None:
    """Let every pull request be merged when the commits of `numbered` were made."""
    for pull in repository.pulls.values():
        pull.merged_at = "1970-01-01T00:00:00Z"


def asked(one: PullSource, commits: list[Commit], cancel: Event | None = None) -> Pulls:
    return pulls_of(one, a_range(), commits, cancel)


# -- asking ------------------------------------------------------------------------------------------------------------


def test_a_hundred_and_twenty_commits_are_three_requests(github: GitHubFake, repository: FakeRepository) -> None:
    for number in range(200, 320):
        repository.pull(number, title=f"Title {number}", labels=("a", "b"))
    at_their_time(repository)
    told = asked(source(github), numbered(*range(200, 320)))
    assert github.requests == [GRAPHQL] * 3
    assert {one.pull.title for one in told.commits if one.pull} == {f"Title {number}" for number in range(200, 320)}
    assert (told.pulls_from, told.visibility, told.warnings) == ("github", "public", ())


def test_a_number_that_is_an_issue_stays_a_number_and_is_no_failure(github: GitHubFake) -> None:
    told = asked(source(github), numbered(99, 2))
    assert [(one.pull_request, one.pull is not None) for one in told.commits] == [(99, False), (2, True)]
    assert told.warnings == ()


def test_a_number_that_came_along_from_another_repository_gets_no_title_here(
    github: GitHubFake, repository: FakeRepository
) -> None:
    repository.pull(70, title="Something else altogether")
    repository.pulls[70].merged_at = "2020-05-05T00:00:00Z"
    told = asked(source(github), numbered(70))
    assert [(one.pull_request, one.pull) for one in told.commits] == [(70, None)]
    picked = msgspec.structs.replace(numbered(70)[0], authored_at=1_588_630_000)
    assert asked(source(github), [picked]).commits[0].pull is not None


def test_an_open_pull_request_is_not_what_a_commit_came_from(github: GitHubFake, repository: FakeRepository) -> None:
    repository.pull(50, title="Not yet", state="open")
    repository.pull(51, title="Change number 51", state="closed")
    told = asked(source(github), numbered(50, 51))
    assert [one.pull.title if one.pull else None for one in told.commits] == [None, "Change number 51"]


def test_what_github_refuses_in_part_is_one_sentence_and_the_rest_is_used(github: GitHubFake) -> None:
    github.fault("graphql-partial")
    told = asked(source(github), numbered(2, 4))
    lacking = [one.pull_request for one in told.commits if one.pull is None]
    assert len(lacking) == 1
    assert len(told.warnings) == 1
    assert told.warnings[0].startswith(f"without the pull requests of #{lacking[0]} (")
    assert told.pulls_from == "github"


def test_a_batch_that_fails_leaves_the_others(github: GitHubFake, repository: FakeRepository) -> None:
    for number in range(200, 280):
        repository.pull(number, title=f"Title {number}")
    at_their_time(repository)
    github.fault("no-object", times=3)
    told = asked(source(github), numbered(*range(200, 280)))
    assert sum(one.pull is not None for one in told.commits) == 30
    assert told.warnings[0].startswith("without the pull requests of #200, #201,")
    assert "and 42 more" in told.warnings[0]


@pytest.mark.parametrize(
    ("fault", "words"),
    [("401", "does not accept the token"), ("404", "is not on 127.0.0.1"), ("graphql-limit", "used up")],
)
def test_where_nothing_can_be_had_the_reason_is_said(github: GitHubFake, fault: str, words: str) -> None:
    github.fault(fault, times=None)  # type: ignore[arg-type]
    told = asked(source(github), numbered(2, 4))
    assert all(one.pull is None for one in told.commits)
    assert told.warnings[0].startswith("without pull requests (")
    assert words in told.warnings[0]
    assert told.pulls_from == ""


def test_whoever_stops_it_is_not_kept_waiting(github: GitHubFake) -> None:
    github.fault("502-html", times=None)
    stopped = Event()
    stopped.set()
    with pytest.raises(GitHubFault, match="stopped"):
        asked(source(github), numbered(2), stopped)


def test_control_characters_are_made_visible(github: GitHubFake, repository: FakeRepository) -> None:
    repository.pull(60, title="Evil\x1b[31m\ntitle", body="a\u202eb", labels=("x\x07",), author="me")
    at_their_time(repository)
    pull = asked(source(github), numbered(60)).commits[0].pull
    assert pull is not None
    assert (pull.title, pull.body, pull.labels) == ("Evil␛[31m title", "a<U+202E>b", ("x␇",))


def test_the_pull_requests_of_forks_and_of_others_are_not_taken() -> None:
    def node(number: int, repository: str | None, *, merged: bool = True, base: str = "main") -> dict[str, object]:
        named = {"nameWithOwner": repository} if repository else None
        return {"number": number, "title": "x", "merged": merged, "baseRefName": base, "baseRepository": named}

    def told(*nodes: dict[str, object]) -> int | None:
        pull = associated({"associatedPullRequests": {"nodes": list(nodes)}}, "acme/harbor", "main")
        return pull.number if pull is not None else None

    assert told(node(1, "acme/secret"), node(2, "eve/harbor"), node(3, None)) is None
    assert told(node(1, "acme/harbor", merged=False)) is None
    assert told(node(1, "acme/harbor", base="develop"), node(2, "ACME/Harbor")) == 2
    assert associated(None, "acme/harbor", "main") is None


# -- kept --------------------------------------------------------------------------------------------------------------


def test_what_was_asked_for_serves_a_start_without_github_and_says_its_age(
    github: GitHubFake, answers: AnswerCache, built: Repo
) -> None:
    sha = built.git("rev-parse", "main~2").strip()
    commits = [*numbered(2, 99), msgspec.structs.replace(commit("List berths", "a.py"), sha=sha)]
    online = asked(source(github, answers), commits)
    assert [one.pull_request for one in online.commits] == [2, 99, 3]
    github.fault("401", times=None)
    for one in (source(github, answers), source(github, answers, silent="offline")):
        told = asked(one, commits)
        assert told.commits == online.commits
        assert (told.pulls_from, told.visibility) == ("cache", "public")
        assert told.warnings[0].startswith("pull requests as they were a moment ago (")


def test_an_age_is_told_in_days(github: GitHubFake, answers: AnswerCache, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(source(github, answers), numbered(2))
    later = time.time() + 3 * 86_400 + 5
    monkeypatch.setattr("llnotes_tui.sources.github.pulls.time.time", lambda: later)
    assert asked(source(github, answers, silent="offline"), numbered(2)).warnings == (
        "pull requests as they were 3 days ago (offline)",
    )


def test_titles_and_labels_are_asked_for_again(
    github: GitHubFake, answers: AnswerCache, repository: FakeRepository
) -> None:
    asked(source(github, answers), numbered(2))
    repository.pulls[2].title, repository.pulls[2].labels = "Renamed since", ["bug"]
    pull = asked(source(github, answers), numbered(2)).commits[0].pull
    assert pull is not None
    assert (pull.title, pull.labels) == ("Renamed since", ("bug",))


def test_nothing_is_asked_where_there_is_nothing_to_ask_about(github: GitHubFake) -> None:
    assert asked(source(github), []) == Pulls(())
    assert github.requests == []


def test_a_private_repository_is_known_as_one(github: GitHubFake, repository: FakeRepository) -> None:
    repository.private = True
    assert asked(source(github), numbered(2)).visibility == "private"


# -- what a draft makes of them ----------------------------------------------------------------------------------------


def test_a_draft_has_edited_titles_one_entry_a_rebase_merge_and_leaves_labelled_ones_internal(
    run: Run, clone: Path, github: GitHubFake
) -> None:
    done = run("draft", str(clone), "--engine", "extractive", "--format", "json")
    told = json.loads(done.out)
    assert [(one["title"], one["pull_requests"], len(one["commits"])) for one in told["entries"]] == [
        ("Fixed the timeout", [99], 1),
        ("Listed the berths of a harbor", [3], 2),
        ("Added `force` to `dock`", [2], 1),
    ]
    assert [(one["title"], one["reason"]) for one in told["internal"]] == [("Tidied quays", "labelled internal")]
    assert "Harbour masters may dock in storms" in told["entries"][2]["text"]
    assert told["pull_requests_from"] == "github"
    assert "pull requests" not in done.err
    assert github.requests.count(GRAPHQL) == 1


def test_a_draft_without_a_token_or_offline_says_that_it_has_none(
    run: Run, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    assert "acme/harbor: without pull requests (no token for 127.0.0.1)" in run("draft", str(clone)).err
    monkeypatch.setenv("LLNOTES_OFFLINE", "true")
    done = run("draft", str(clone), "--format", "json")
    assert "acme/harbor: without pull requests (offline)" in done.err
    assert json.loads(done.out)["pull_requests_from"] is None


def test_a_limit_is_waited_for_and_said_with_its_end(run: Run, clone: Path, github: GitHubFake) -> None:
    github.fault("secondary-limit", on=GRAPHQL, seconds=1)
    done = run("draft", str(clone), "--format", "json")
    assert "acme/harbor: waiting for 127.0.0.1's limit until " in done.err
    assert json.loads(done.out)["pull_requests_from"] == "github"


def test_settings_of_the_repository_skip_and_break(run: Run, clone: Path, repository: FakeRepository) -> None:
    repository.pulls[3].labels = ["API change"]
    (clone / ".llnotes.toml").write_text(
        'skip_authors = ["ada-l"]\nskip_labels = []\nbreaking_labels = ["api change"]\n', encoding="utf-8"
    )
    told = json.loads(run("draft", str(clone), "--format", "json").out)
    assert [one["reason"] for one in told["left_out"]] == ["left out by `skip_authors` (ada-l)"]
    assert told["internal"] == []
    assert [one["breaking"] for one in told["entries"] if one["pull_requests"] == [3]] == ["suspected"]


def test_prompts_have_the_pull_requests_words_cleaned_and_masked(
    run: Run, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Serving() as serving:
        for name, value in serving.environment.items():
            monkeypatch.setenv(name, value)
        assert run("draft", str(clone), "--engine", "databricks").status == 0
        sent = "\n".join(json.dumps(one.body, ensure_ascii=False) for one in serving.calls)
    assert "Harbour masters may dock in storms, see wiki." in sent
    assert MASK in sent
    assert "Berths are told." in sent
    for never in (SECRET, "template", "manually tested"):
        assert never not in sent


def test_the_pull_requests_words_and_boxes_are_evidence(run: Run, clone: Path, repository: FakeRepository) -> None:
    del run  # its environment is what is wanted
    repository.pulls[2].body = "Waits 42 parsecs, see https://wiki.example/docking.\n\n- [ ] manually tested"
    with opened(clone) as bench:
        note = entry(bench, 2).note
        told = (
            "The `dock` function waits 42 parsecs and 43 knots (https://wiki.example/docking). It was manually tested."
        )
        bench.edit(note, told).result(60)
        assert bench.settle_checks(20)
        found = {(one.kind, one.text) for one in entry(bench, 2).findings}
    assert found == {("unknown-number", "43"), ("tests", "manually tested")}


def test_no_token_stands_in_the_cache(run: Run, clone: Path, tmp_path: Path) -> None:
    run("draft", str(clone))
    for folder, _, files in os.walk(tmp_path / "cache"):
        for name in files:
            assert TOKEN.encode() not in Path(folder, name).read_bytes()


def test_a_draft_of_the_repository_on_github_is_that_of_its_clone(run: Run, clone: Path) -> None:
    of_clone, of_github = (run("draft", name, "--format", "json") for name in (str(clone), "acme/harbor"))
    assert of_github.status == 0, of_github.err
    counts = {"calls": 0, "cached": 0}
    assert json.loads(of_clone.out) | counts == json.loads(of_github.out) | counts
