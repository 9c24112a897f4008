"""The GitHub of the tests answers the real PyGithub and the real git as GitHub does, and fails as GitHub does."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from github import Auth, Github, GithubException, InputGitAuthor, InputGitTreeElement

from tests.fakes.github import TOKEN, GitHubFake
from tests.fakes.github_records import FakeRepository
from tests.repositories import Repo
from tests.unit.github_asking import Harbor, client, git, harbor_served

QUERY = """query($owner: String!) { rateLimit { cost remaining }
  organization(login: $owner) { repositories(first: 100, orderBy: {field: NAME, direction: ASC}) { totalCount nodes {
    nameWithOwner isPrivate isArchived isEmpty defaultBranchRef { name target { oid } } latestRelease { tagName }
    refs(refPrefix: "refs/tags/", first: 100, orderBy: {field: TAG_COMMIT_DATE, direction: DESC}) { nodes { name target { oid __typename } } }
  } } } }"""

MANY = """{ organization(login: "acme") { repositories(first: 100) { nodes {
  releases(first: 100) { nodes { tagCommit { parents(first: 100) { totalCount } } } } } } } }"""


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> tuple[Harbor, Path]:
    root = tmp_path_factory.mktemp("harbor") / "origin"
    return Harbor(root), root


@pytest.fixture
def github(harbor: tuple[Harbor, Path], tmp_path: Path) -> Iterator[GitHubFake]:
    with harbor_served(*harbor, tmp_path / "origin") as github:
        yield github


def record(github: GitHubFake) -> FakeRepository:
    return github.repositories["acme/harbor"]


# -- git --------------------------------------------------------------------------------------------------------------


def test_a_clone_and_a_partial_clone_have_what_the_repository_has(
    github: GitHubFake, harbor: tuple[Harbor, Path], tmp_path: Path
) -> None:
    url = github.clone_url("acme/harbor")
    git(tmp_path, "clone", "-q", url, "full")
    assert git(tmp_path / "full", "rev-parse", "HEAD").stdout.strip() == harbor[0].rebased
    git(tmp_path, "init", "-q", "--bare", "part")
    git(tmp_path / "part", "fetch", "-q", "--filter=tree:0", url, "+refs/heads/*:refs/heads/*")
    tree = git(tmp_path / "part", "show", "-s", "--format=%T", "main").stdout.strip()
    git(tmp_path / "part", "fetch", "-q", url, tree)
    assert "guide.md" in git(tmp_path / "part", "ls-tree", tree).stdout
    listed = git(tmp_path, "ls-remote", "--symref", url).stdout
    assert "ref: refs/heads/main\tHEAD" in listed
    assert f"{harbor[0].open}\trefs/pull/4/head" in listed
    assert not git(tmp_path / "origin", "config", "--get-regexp", "^(http|uploadpack)", check=False).stdout


def test_a_push_is_in_the_repository_and_in_the_next_answer(github: GitHubFake, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", github.clone_url("acme/harbor"), "full")
    Repo(tmp_path / "full").commit("Push this", {"pushed.py": "p = 1\n"})
    refused = git(tmp_path / "full", "push", "-q", "origin", "main", check=False)
    assert refused.returncode != 0, "nobody pushes without a token"
    git(tmp_path / "full", "push", "-q", "origin", "main", token=TOKEN)
    assert client(github).get_repo("acme/harbor").get_branch("main").commit.commit.message == "Push this"
    assert Repo(tmp_path / "origin").rev("main") == Repo(tmp_path / "full").head


def test_git_is_told_who_may_read_what(github: GitHubFake, tmp_path: Path) -> None:
    github.access.grant("ghp_outsider", "eve", owners=())
    url = github.clone_url("acme/vault")
    git(tmp_path, "ls-remote", url, token=TOKEN)
    assert "could not read Username" in git(tmp_path, "ls-remote", url, check=False).stderr
    assert "not found" in git(tmp_path, "ls-remote", url, token="ghp_outsider", check=False).stderr
    assert "could not read Username" in git(tmp_path, "ls-remote", url, token="wrong", check=False).stderr
    github.rename("acme/vault", "acme/safe")
    git(tmp_path, "ls-remote", url, token=TOKEN)
    github.block("acme/safe")
    assert "451" in git(tmp_path, "ls-remote", url, token=TOKEN, check=False).stderr


# -- GraphQL ----------------------------------------------------------------------------------------------------------


def test_a_query_is_answered_from_git_at_once_after_each_commit(
    github: GitHubFake, harbor: tuple[Harbor, Path], tmp_path: Path
) -> None:
    def nodes() -> list[dict[str, Any]]:
        found = client(github).requester.graphql_query(QUERY, {"owner": "acme"})[1]["data"]
        listed: list[dict[str, Any]] = found["organization"]["repositories"]["nodes"]
        return listed

    first, second = nodes()
    assert (first["nameWithOwner"], second["nameWithOwner"]) == ("acme/harbor", "acme/vault")
    assert (first["isPrivate"], second["isPrivate"]) == (False, True)
    assert first["latestRelease"] == {"tagName": "v0.1.0"}
    assert [(one["name"], one["target"]["__typename"]) for one in first["refs"]["nodes"]] == [
        ("v0.2.0", "Tag"),
        ("v0.1.0", "Commit"),
    ]
    repo = Repo(tmp_path / "origin", clock=1_700_010_000)
    new = repo.commit("One more", {"b.py": "b\n"})
    assert nodes()[0]["defaultBranchRef"]["target"]["oid"] == new


def test_a_comparison_and_its_pull_requests_are_there(github: GitHubFake, harbor: tuple[Harbor, Path]) -> None:
    query = """{ repository(owner: "acme", name: "harbor") {
      ref(qualifiedName: "refs/tags/v0.1.0") { compare(headRef: "main") { status aheadBy behindBy
        commits(first: 100) { totalCount nodes { oid messageHeadline author { user { login } }
          associatedPullRequests(first: 5) { nodes { number author { __typename login } labels(first: 9) { nodes { name } } } } } } } }
      pullRequests(states: [OPEN], first: 5, headRefName: "next") { nodes { number mergedAt headRefOid changedFiles } } } }"""
    told = client(github).requester.graphql_query(query, {})[1]["data"]["repository"]
    compared, built = told["ref"]["compare"], harbor[0]
    assert (compared["status"], compared["aheadBy"], compared["behindBy"]) == ("AHEAD", 4, 0)
    numbers = {
        one["oid"]: [pull["number"] for pull in one["associatedPullRequests"]["nodes"]]
        for one in compared["commits"]["nodes"]
    }
    assert numbers == {built.squashed: [1], built.side: [2], built.merged: [2], built.rebased: [3]}
    assert list(numbers)[-1] == built.rebased
    (merged,) = compared["commits"]["nodes"][2]["associatedPullRequests"]["nodes"]
    assert merged["author"] == {"__typename": "Bot", "login": "dependabot"}
    expected = {"number": 4, "mergedAt": None, "headRefOid": built.open, "changedFiles": 1}
    assert told["pullRequests"]["nodes"] == [expected]


def test_tags_of_tags_and_of_files_are_told_as_git_has_them(github: GitHubFake, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "origin")
    repo.git("tag", "-a", "-m", "Twice", "signed", "v0.2.0")
    repo.git("update-ref", "refs/tags/a-file", repo.rev_of_file("main", "README.md"))
    query = """{ repository(owner: "acme", name: "harbor") { refs(refPrefix: "refs/tags/", first: 9) { nodes { name
      compare(headRef: "main") { aheadBy }
      target { __typename ... on Tag { message tagger { date } target { __typename ... on Tag { name target { oid } } } } } } } } }"""
    told = client(github).requester.graphql_query(query, {})[1]["data"]["repository"]["refs"]["nodes"]
    by_name = {one["name"]: one for one in told}
    assert by_name["a-file"] == {"name": "a-file", "compare": None, "target": {"__typename": "Blob"}}
    outer = by_name["signed"]
    assert (outer["compare"], outer["target"]["message"]) == ({"aheadBy": 0}, "Twice")
    assert outer["target"]["target"]["name"] == "v0.2.0"
    assert outer["target"]["target"]["target"] == {"oid": repo.rev("v0.2.0")}


def test_a_branch_below_a_prefix_knows_its_pull_request(github: GitHubFake, tmp_path: Path) -> None:
    Repo(tmp_path / "origin").git("branch", "prepare/0.3.0", "next")
    record(github).pull(9, title="Release v0.3.0", state="open", head="prepare/0.3.0")
    query = """{ repository(owner: "acme", name: "harbor") { refs(refPrefix: "refs/heads/prepare/", first: 5) { nodes {
      name prefix associatedPullRequests(states: OPEN, first: 1) { nodes { number } } } } } }"""
    told = client(github).requester.graphql_query(query, {})[1]["data"]["repository"]["refs"]["nodes"]
    pulls = {"nodes": [{"number": 9}]}
    assert told == [{"name": "0.3.0", "prefix": "refs/heads/prepare/", "associatedPullRequests": pulls}]


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ('{ repository(owner: "acme", name: "no") { name } }', "NOT_FOUND"),
        ('{ organization(login: "no") { name } }', "NOT_FOUND"),
        (
            '{ repository(owner: "acme", name: "harbor") { refs(refPrefix: "refs/tags/") { nodes { name } } } }',
            "MISSING",
        ),
        ('{ repository(owner: "acme", name: "harbor") { releases(first: 101) { nodes { name } } } }', "EXCESSIVE"),
        ('{ repository(owner: "shut", name: "house") { name } }', "FORBIDDEN"),
        (MANY, "MAX_NODE_LIMIT_EXCEEDED"),
    ],
)
def test_a_query_that_github_refuses_is_refused(github: GitHubFake, tmp_path: Path, query: str, kind: str) -> None:
    github.owner("shut", is_protected=True)
    github.repository("shut/house", tmp_path / "origin")
    with pytest.raises(GithubException) as raised:
        client(github).requester.graphql_query(query, {})
    assert raised.value.data["errors"][0]["type"].startswith(kind)


def test_unknown_fields_and_nobody_are_refused(github: GitHubFake) -> None:
    with pytest.raises(GithubException, match="nameOfOwner"):
        client(github).requester.graphql_query("{ viewer { nameOfOwner } }", {})
    with pytest.raises(GithubException) as raised:
        client(github, "").requester.graphql_query("{ viewer { login } }", {})
    assert raised.value.status == 401


# -- REST -------------------------------------------------------------------------------------------------------------


def test_people_limits_and_lists(github: GitHubFake, tmp_path: Path) -> None:
    asked = client(github, per_page=1)
    assert asked.get_user().login == "grace"
    assert asked.oauth_scopes == ["repo", "read:org"]
    assert asked.get_rate_limit().resources.graphql.limit == 5000
    assert [repo.full_name for repo in asked.get_organization("acme").get_repos()] == ["acme/harbor", "acme/vault"]
    assert [repo.full_name for repo in client(github, "").get_organization("acme").get_repos()] == ["acme/harbor"]
    assert client(github, "").rate_limiting[1] == 60
    with pytest.raises(GithubException) as raised:
        client(github, "").get_repo("acme/vault")
    assert raised.value.status == 404
    with pytest.raises(GithubException) as raised:
        client(github, "ghp_wrong").get_repo("acme/harbor")
    assert (raised.value.status, raised.value.data["message"]) == (401, "Bad credentials")
    github.rename("acme/harbor", "acme/port")
    assert asked.get_repo("acme/harbor").full_name == "acme/port"


def test_commits_and_comparisons_are_shown_as_github_shows_them(
    github: GitHubFake, harbor: tuple[Harbor, Path]
) -> None:
    repo, built = client(github).get_repo("acme/harbor"), harbor[0]
    commit = repo.get_commit(built.squashed)
    (changed,) = commit.files
    assert (changed.filename, changed.status, changed.changes) == ("a.py", "modified", 2)
    assert changed.patch == "@@ -1 +1 @@\n-x = 1\n+x = 2"
    assert commit.author.login == "ada"
    assert [pull.number for pull in commit.get_pulls()] == [1]
    compared = repo.compare("v0.1.0", "main")
    assert (compared.status, compared.ahead_by, compared.total_commits) == ("ahead", 4, 4)
    assert [one.filename for one in compared.files] == ["a.py", "guide.md", "tabs.py"]
    assert repo.get_contents("README.md", ref="v0.1.0").decoded_content == b"# Harbor\n"  # type: ignore[union-attr]
    github.shown_patches = 10
    hidden = repo.compare("v0.1.0", "main").files[0].raw_data
    assert hidden["changes"] == 0
    assert "patch" not in hidden
    _, text = repo.requester.requestJsonAndCheck(
        "GET", f"{repo.url}/commits/{built.squashed}", headers={"Accept": "application/vnd.github.diff"}
    )
    assert text["data"].startswith("diff --git a/a.py b/a.py\n")


def test_what_is_large_is_shown_in_part_or_refused(github: GitHubFake, tmp_path: Path) -> None:
    many = Repo(tmp_path / "origin").commit("Add many", {f"many/{number}.txt": f"{number}\n" for number in range(305)})
    repo = client(github).get_repo("acme/harbor")
    assert len(list(repo.get_commit(many).files)) == 305, "PyGithub follows the pages"
    assert len(repo.get_commit(many).raw_data["files"]) == 300
    assert len(repo.compare("v0.2.0", "main").raw_data["files"]) == 300
    github.largest_diff = 1000
    with pytest.raises(GithubException) as raised:
        repo.requester.requestJsonAndCheck(
            "GET", f"{repo.url}/commits/{many}", headers={"Accept": "application/vnd.github.diff"}
        )
    assert raised.value.status == 406


def test_an_archived_repository_is_only_read(github: GitHubFake, tmp_path: Path) -> None:
    record(github).archived = True
    repo = client(github).get_repo("acme/harbor")
    with pytest.raises(GithubException, match="archived") as raised:
        repo.create_git_ref("refs/heads/new", repo.get_branch("main").commit.sha)
    assert raised.value.status == 403
    git(tmp_path, "clone", "-q", github.clone_url("acme/harbor"), "full")
    pushed = git(tmp_path / "full", "push", "-q", "origin", "HEAD:refs/heads/new", token=TOKEN, check=False)
    assert "403" in pushed.stderr


def test_a_commit_is_written_by_its_parts_and_fetched_by_git(github: GitHubFake, tmp_path: Path) -> None:
    repo = client(github).get_repo("acme/harbor")
    head = repo.get_git_commit(repo.get_branch("main").commit.sha)
    tree = repo.create_git_tree(
        [
            InputGitTreeElement("CHANGELOG.md", "100644", "blob", content="# Changes\n"),
            InputGitTreeElement("tabs.py", "100644", "blob", sha=None),
        ],
        base_tree=head.tree,
    )
    author = InputGitAuthor("Ada", "ada@example.com", "2024-01-02T03:04:05Z")
    commit = repo.create_git_commit("Release v0.3.0", tree, [head], author=author)
    repo.create_git_ref("refs/heads/prepare/0.3.0", commit.sha)
    git(tmp_path, "clone", "-q", "-b", "prepare/0.3.0", github.clone_url("acme/harbor"), "full")
    assert (tmp_path / "full" / "CHANGELOG.md").read_text() == "# Changes\n"
    assert not (tmp_path / "full" / "tabs.py").exists()
    assert (tmp_path / "full" / "guide.md").exists()
    with pytest.raises(GithubException, match="Reference already exists"):
        repo.create_git_ref("refs/heads/prepare/0.3.0", head.sha)
    ref = repo.get_git_ref("heads/prepare/0.3.0")
    with pytest.raises(GithubException, match="not a fast forward"):
        ref.edit(head.sha)
    ref.edit(head.sha, force=True)
    ref.edit(commit.sha)
    pull = repo.create_pull(base="main", head="prepare/0.3.0", title="Release v0.3.0", body="Notes")
    assert (pull.number, pull.user.login, pull.changed_files) == (5, "grace", 2)
    with pytest.raises(GithubException, match=r"already exists for acme:prepare/0\.3\.0"):
        repo.create_pull(base="main", head="prepare/0.3.0", title="Again")
    pull.edit(title="Release v0.3.1")
    pull.add_to_labels("release")
    assert [one.title for one in repo.get_pulls(head="acme:prepare/0.3.0")] == ["Release v0.3.1"]
    assert record(github).pulls[5].labels == ["release"]
    ref.delete()
    assert record(github).pulls[5].state == "closed"


def test_releases_are_drafted_and_published(github: GitHubFake, tmp_path: Path) -> None:
    repo = client(github).get_repo("acme/harbor")
    draft = repo.create_git_release("v0.3.0", "Third", "Body", draft=True)
    assert (draft.raw_data["draft"], draft.raw_data["published_at"]) == (True, None)
    with pytest.raises(GithubException) as raised:
        repo.get_release("v0.3.0")
    assert raised.value.status == 404, "a draft is not found by its tag"
    assert "v0.3.0" in [release.tag_name for release in repo.get_releases()]
    assert "v0.3.0" not in [one.tag_name for one in client(github, "").get_repo("acme/harbor").get_releases()]
    with pytest.raises(GithubException, match="too long"):
        draft.update_release("Third", "x" * 125_001, draft=True)
    assert repo.get_latest_release().tag_name == "v0.1.0"
    draft.update_release("Third", "Body", draft=False)
    assert repo.get_release("v0.3.0").body == "Body"
    assert Repo(tmp_path / "origin").rev("v0.3.0") == Repo(tmp_path / "origin").rev("main")
    with pytest.raises(GithubException, match="already_exists"):
        repo.create_git_release("v0.3.0", "Third", "Body")


def test_an_empty_and_a_blocked_repository_say_so(github: GitHubFake, tmp_path: Path) -> None:
    Repo.create(tmp_path / "empty")
    github.repository("acme/empty", tmp_path / "empty")
    repo = client(github).get_repo("acme/empty")
    with pytest.raises(GithubException, match="Git Repository is empty") as raised:
        list(repo.get_commits())
    assert raised.value.status == 409
    github.block("acme/empty")
    with pytest.raises(GithubException, match="Repository access blocked") as raised:
        client(github).get_repo("acme/empty")
    assert raised.value.status == 451


def test_an_app_gets_a_token_for_its_owner(github: GitHubFake, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from github import GithubIntegration

    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    github.access.install(7, 42, public.decode(), "acme")
    integration = GithubIntegration(auth=Auth.AppAuth(7, private), base_url=f"{github.url}/api/v3", retry=None)
    token = integration.get_access_token(42).token
    _, told = client(github, token).requester.requestJsonAndCheck("GET", "/installation/repositories")
    assert [one["full_name"] for one in told["repositories"]] == ["acme/harbor", "acme/vault"]
    with pytest.raises(GithubException):
        GithubIntegration(auth=Auth.AppAuth(8, private), base_url=f"{github.url}/api/v3", retry=None).get_access_token(
            42
        )


def test_the_samples_are_served_by_one_command_until_ctrl_c() -> None:
    command = [sys.executable, "-m", "tests.fakes.github", "--latency", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(3)]
        url, token = (line.partition("=")[2] for line in lines[:2])
        github = Github(auth=Auth.Token(token), base_url=f"{url}/api/v3", retry=None, seconds_between_requests=None)
        names = [repo.full_name for repo in github.get_organization("acme").get_repos()]
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert lines[2] == f"# {len(names)} repositories: {' '.join(names)}"
    assert {"acme/harbor", "acme/vault", "acme/jetty"} <= set(names)
    assert rest.endswith("# stopped\n")
