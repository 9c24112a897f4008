"""Each fault of the tests' GitHub strikes once, as the real PyGithub and git meet it, and then all is well again."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from github import BadCredentialsException, GithubException, RateLimitExceededException, UnknownObjectException

from tests.fakes.github import FAULTS, TOKEN, Fault, GitHubFake
from tests.repositories import Repo
from tests.unit.github_asking import Harbor, client, git, harbor_served

PAIR = '{ rateLimit { cost } a: repository(owner: "acme", name: "harbor") { name } b: repository(owner: "acme", name: "vault") { name } }'
STATUSES: dict[Fault, int] = {
    "primary-limit": 403,
    "secondary-limit": 403,
    "secondary-limit-429": 429,
    "401": 401,
    "404": 404,
    "409-empty": 409,
    "301": 404,
    "451": 451,
    "502-html": 502,
    "503-html": 503,
    "406": 406,
}
GRAPHQL: tuple[Fault, ...] = ("graphql-partial", "graphql-limit", "graphql-timeout")
BROKEN: tuple[Fault, ...] = ("reset", "cut-body", "broken-json")
ELSEWHERE: tuple[Fault, ...] = ("truncated-lists", "slow", "hang", "cut-pack", "git-refused", "no-object")


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHubFake]:
    root = tmp_path_factory.mktemp("harbor")
    with harbor_served(Harbor(root / "origin"), root / "origin", root / "copy") as github:
        yield github


@pytest.fixture(autouse=True)
def forgetful(github: GitHubFake) -> None:
    github.forget()


def test_every_fault_is_tried_here() -> None:
    assert {*STATUSES, *GRAPHQL, *BROKEN, *ELSEWHERE} == set(FAULTS)


@pytest.mark.parametrize("kind", STATUSES)
def test_a_refusal_has_its_status_and_is_gone_the_next_time(github: GitHubFake, kind: Fault) -> None:
    github.fault(kind, on="GET /api/v3/repos/acme/harbor$", seconds=7)
    now = time.time()
    with pytest.raises(GithubException) as raised:
        client(github).get_repo("acme/harbor")
    told = raised.value
    assert told.status == STATUSES[kind]
    headers = told.headers or {}
    if kind == "primary-limit":
        assert isinstance(told, RateLimitExceededException)
        assert headers["x-ratelimit-remaining"] == "0"
        assert now + 6 < int(headers["x-ratelimit-reset"]) < now + 12
    elif "limit" in kind:
        # PyGithub knows a secondary limit by 403 only: with 429 it is an exception like any other.
        assert isinstance(told, RateLimitExceededException) == (kind == "secondary-limit")
        assert headers["retry-after"] == "7"
    elif "html" in kind:
        assert "text/html" in headers["content-type"]
    kinds = {"401": BadCredentialsException, "404": UnknownObjectException}
    assert isinstance(told, kinds.get(kind, GithubException))
    assert client(github).get_repo("acme/harbor").name == "harbor"


@pytest.mark.parametrize("kind", GRAPHQL)
def test_graphql_fails_in_its_own_ways(github: GitHubFake, kind: Fault) -> None:
    github.fault(kind)
    client(github).get_repo("acme/harbor")
    with pytest.raises(GithubException) as raised:
        client(github).requester.graphql_query(PAIR, {})
    data = raised.value.data
    if kind == "graphql-partial":
        assert data["data"] == {"rateLimit": {"cost": 1}, "a": None, "b": {"name": "vault"}}
        assert data["errors"][0]["path"] == ["a"]
    elif kind == "graphql-limit":
        assert data["errors"][0]["type"] == "RATE_LIMITED"
        assert (raised.value.headers or {})["x-ratelimit-remaining"] == "0"
    else:
        assert raised.value.status == 502
        assert data["message"].startswith("Something went wrong while executing your query")
    assert client(github).requester.graphql_query(PAIR, {})[1]["data"]["a"] == {"name": "harbor"}


@pytest.mark.parametrize("kind", BROKEN)
def test_an_answer_breaks_off(github: GitHubFake, kind: Fault) -> None:
    github.fault(kind)
    with pytest.raises((requests.RequestException, ValueError, GithubException)):
        client(github).requester.graphql_query(PAIR, {})
    assert client(github).get_repo("acme/harbor").name == "harbor"


def test_an_answer_can_be_something_else(github: GitHubFake) -> None:
    github.fault("no-object")
    assert client(github).requester.requestJsonAndCheck("GET", "/user")[1] == "no object"


def test_an_answer_can_take_its_time_or_never_come(github: GitHubFake) -> None:
    github.fault("slow", on="GET /api/v3/user$", seconds=0.2)
    begun = time.monotonic()
    assert client(github).get_user().login == "grace"
    assert time.monotonic() - begun >= 0.2
    github.fault("hang")
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{github.url}/api/v3/rate_limit", timeout=0.2)


def test_lists_can_be_cut_short(github: GitHubFake) -> None:
    github.fault("truncated-lists")
    assert len(list(client(github, per_page=1).get_organization("acme").get_repos())) == 1
    github.fault("truncated-lists", on="/compare/")
    repo = client(github).get_repo("acme/harbor")
    assert {one.raw_data["changes"] for one in repo.compare("v0.1.0", "main").files} == {0}
    assert repo.compare("v0.1.0", "main").files[0].changes == 2


def test_a_pack_is_cut_in_its_middle(github: GitHubFake, tmp_path: Path) -> None:
    url = github.clone_url("acme/harbor")
    github.fault("cut-pack")
    assert git(tmp_path, "clone", "-q", url, "cut", check=False).returncode != 0
    git(tmp_path, "clone", "-q", url, "whole")
    assert Repo(tmp_path / "whole").git("fsck") == ""


def test_git_transport_can_be_refused_while_the_api_answers(github: GitHubFake, tmp_path: Path) -> None:
    github.fault("git-refused", times=None)
    assert client(github).get_repo("acme/harbor").name == "harbor"
    for _ in range(2):
        told = git(tmp_path, "ls-remote", github.clone_url("acme/vault"), token=TOKEN, check=False)
        assert "403" in told.stderr
    github.heal()
    git(tmp_path, "ls-remote", github.clone_url("acme/vault"), token=TOKEN)


def test_what_came_is_kept_for_tests_to_look_at(github: GitHubFake) -> None:
    client(github).requester.graphql_query(PAIR, {})
    list(client(github).get_organization("acme").get_repos(type="public"))
    assert github.requests == ["POST /api/graphql", "GET /api/v3/orgs/acme", "GET /api/v3/orgs/acme/repos"]
    assert github.targets[-1].endswith("type=public")
    assert github.queries == [PAIR]
    assert github.authorizations == {f"token {TOKEN}"}
