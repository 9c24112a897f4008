"""Asking GitHub: what it answers, what its faults become, and how its limits are waited for without holding up a stop."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.hosts import host_of
from llnotes_tui.sources.github.login import NOBODY, Login
from tests.fakes.github import TOKEN, Fault, GitHubFake
from tests.repositories import Repo
from tests.waiting import Stopwatch

NAMES = 'query($a:String!){ r0: repository(owner:$a, name:"harbor") { name } r1: repository(owner:$a, name:"gone") { name } }'


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubFake]:
    repo = Repo.create(tmp_path_factory.mktemp("served"))
    repo.commit("First", {"a.py": "A = 1\n"})
    with GitHubFake() as github:
        for number in range(3):
            github.repository(f"acme/harbor{number or ''}", repo.root)
        yield github


@pytest.fixture
def github(fake: GitHubFake) -> GitHub:
    fake.forget()
    return GitHub(host_of(fake.url), Login("environment", "GITHUB_TOKEN", TOKEN), pauses=(0.01, 0.01))


def test_what_is_there_is_answered_without_pauses(
    github: GitHub, fake: GitHubFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused: list[float] = []
    here, sleep = threading.current_thread(), time.sleep

    def pause(seconds: float) -> None:
        # Threads that other tests left behind may sleep meanwhile.
        if threading.current_thread() is here:
            paused.append(seconds)
        else:
            sleep(seconds)

    monkeypatch.setattr(time, "sleep", pause)
    watch = Stopwatch()
    for _ in range(8):
        assert github.get("/repos/acme/harbor", "acme/harbor").data["full_name"] == "acme/harbor"
    assert watch.look() < 1.5
    assert paused == [], "PyGithub would pause between requests"
    assert github.requests == len(fake.requests) == 8


def test_lists_are_read_to_their_end_page_by_page(github: GitHub) -> None:
    pages = list(github.pages("/orgs/acme/repos", "acme", {"per_page": 2}))
    assert [len(page) for page in pages] == [2, 1]
    assert {one["name"] for page in pages for one in page} == {"harbor", "harbor1", "harbor2"}


def test_a_query_that_fails_in_part_brings_the_rest_and_says_what_failed(github: GitHub) -> None:
    answer = github.graphql(NAMES, {"a": "acme"}, "acme")
    assert answer.data["r0"] == {"name": "harbor"}
    error = answer.error_at("r1")
    assert error is not None
    assert error["type"] == "NOT_FOUND"
    assert answer.error_at("r0") is None


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("401", "unauthorized", "does not accept the token"),
        ("404", "missing", "is not on 127.0.0.1, or the token may not see it"),
        ("409-empty", "empty", "is empty"),
        ("451", "blocked", "blocked on 127.0.0.1 for legal reasons"),
        ("502-html", "broken", "is in trouble"),
        ("406", "too-large", "does not show a diff of this size"),
        ("broken-json", "broken", "answered something else than GitHub does"),
        ("reset", "unreachable", "cannot be reached"),
        ("cut-body", "unreachable", "cannot be reached"),
    ],
)
def test_every_fault_is_one_sentence_for_people_and_the_next_request_works(
    fake: GitHubFake, github: GitHub, fault: Fault, kind: str, words: str
) -> None:
    fake.fault(fault, times=3 if kind in ("broken", "unreachable") else 1)
    with pytest.raises(GitHubFault, match=words) as told:
        github.get("/repos/acme/harbor", "acme/harbor")
    assert told.value.kind == kind
    assert "\n" not in told.value.sentence
    assert TOKEN not in told.value.sentence
    assert github.get("/repos/acme/harbor", "acme/harbor").data["name"] == "harbor"


def test_trouble_on_the_way_is_tried_again_where_only_something_is_read(fake: GitHubFake, github: GitHub) -> None:
    fake.fault("502-html")
    assert github.get("/repos/acme/harbor", "acme/harbor").data["name"] == "harbor"
    fake.fault("502-html")
    with pytest.raises(GitHubFault, match="in trouble"):
        github.send("POST", "/repos/acme/harbor/git/blobs", "acme/harbor", {"content": "x", "encoding": "utf-8"})


@pytest.mark.parametrize("fault", ["primary-limit", "secondary-limit", "secondary-limit-429"])
def test_a_limit_is_waited_for_and_said_meanwhile(fake: GitHubFake, github: GitHub, fault: Fault) -> None:
    said: list[str] = []
    github.subscribe(said.append)
    fake.fault(fault, seconds=1)
    began = time.monotonic()
    assert github.get("/repos/acme/harbor", "acme/harbor").data["name"] == "harbor"
    assert time.monotonic() - began > 0.5
    assert said[0].startswith("waiting for 127.0.0.1's limit until ")
    assert said[-1] == ""
    assert github.waiting == ""


def test_who_waits_for_a_limit_can_be_stopped(fake: GitHubFake, github: GitHub) -> None:
    fake.fault("primary-limit", seconds=600)
    cancel = threading.Event()
    github.subscribe(lambda _: cancel.set())
    watch = Stopwatch()
    with pytest.raises(GitHubFault, match="was stopped") as told:
        github.get("/repos/acme/harbor", "acme/harbor", cancel=cancel)
    assert watch.look() < 5
    assert told.value.kind == "stopped"


def test_patience_can_be_limited(fake: GitHubFake) -> None:
    hasty = GitHub(host_of(fake.url), Login("environment", "GITHUB_TOKEN", TOKEN), patience=5)
    fake.forget()
    fake.fault("primary-limit", seconds=600)
    with pytest.raises(GitHubFault, match=r"requests to 127\.0\.0\.1 are used up") as told:
        hasty.get("/repos/acme/harbor", "acme/harbor")
    assert told.value.kind == "limited"


def test_a_renamed_repository_is_found_under_its_old_name(fake: GitHubFake, github: GitHub, tmp_path: Path) -> None:
    repo = Repo.create(tmp_path / "old")
    repo.commit("First", {"a.py": "A = 1\n"})
    fake.repository("acme/before", repo.root)
    fake.rename("acme/before", "acme/after")
    assert github.get("/repos/acme/before", "acme/before").data["full_name"] == "acme/after"


def test_git_gets_the_token_for_this_host_only_and_by_its_environment(github: GitHub, fake: GitHubFake) -> None:
    environment = github.git_environment()
    assert environment["GIT_CONFIG_KEY_0"] == f"http.{fake.url}/.extraHeader"
    assert TOKEN not in str(environment), "it is encoded, as Basic wants it"
    assert GitHub(host_of(fake.url), NOBODY).git_environment() == {}


def test_nothing_that_can_be_printed_holds_the_token(github: GitHub) -> None:
    assert TOKEN not in repr(github.login)
    assert TOKEN not in str(github.login)
    fault = GitHubFault(
        "broken", "https://x-access-token:ghp_0123456789abcdef0123@host failed for ghp_0123456789abcdef0123"
    )
    assert "ghp_" not in fault.sentence


def test_many_threads_ask_at_once(github: GitHub) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(github.get("/repos/acme/harbor", "acme/harbor").data["name"]))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == ["harbor"] * 12
