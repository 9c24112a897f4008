"""How the REST API of the tests' GitHub shows things."""

from typing import TYPE_CHECKING, Any

from tests.fakes.github_node import pushed_at, utc
from tests.fakes.github_people import login_of
from tests.fakes.github_pulls import pull_dates, release_dates
from tests.fakes.github_records import FakePull, FakeRelease, FakeRepository
from tests.fakes.github_values import Commit, Person

if TYPE_CHECKING:
    from tests.fakes.github import GitHubFake

    Json = dict[str, Any]


def user_json(github: "GitHubFake", login: str, kind: str = "User") -> "Json":
    """Return an account; `kind`: User, Organization, Bot."""
    known = github.owners.get(login.lower())
    place = "orgs" if kind == "Organization" else "users"
    return {
        "login": login,
        "id": known.id if known is not None else sum(login.encode()),
        "node_id": f"U_{login}",
        "type": kind,
        "url": f"{github.url}/api/v3/{place}/{login}",
        "html_url": f"{github.url}/{login}",
        "repos_url": f"{github.url}/api/v3/{place}/{login}/repos",
        "site_admin": False,
    }


def author_json(github: "GitHubFake", pull: FakePull) -> "Json | None":
    """Return a pull request's author; a bot has `[bot]` in its login here."""
    if pull.author is None:
        return None
    if pull.is_bot or pull.author.endswith("[bot]"):
        return user_json(github, f"{pull.author.removesuffix('[bot]')}[bot]", "Bot")
    return user_json(github, pull.author)


def repository_json(github: "GitHubFake", record: FakeRepository) -> "Json":
    """Return a repository."""
    url, web = f"{github.url}/api/v3/repos/{record.full_name}", f"{github.url}/{record.full_name}"
    pushed = None if record.blocked else pushed_at(github.git(record))
    return {
        "id": record.id,
        "node_id": f"R_{record.id}",
        "name": record.name,
        "full_name": record.full_name,
        "owner": user_json(github, record.owner.login, record.owner.kind),
        "private": record.private,
        "visibility": "private" if record.private else "public",
        "archived": record.archived,
        "disabled": record.blocked,
        "fork": record.fork,
        "description": record.description or None,
        "language": record.language,
        "topics": list(record.topics),
        "default_branch": record.default_branch,
        "url": url,
        "html_url": web,
        "clone_url": f"{web}.git",
        "created_at": record.created_at,
        "updated_at": pushed or record.created_at,
        "pushed_at": pushed,
        "size": 64 if pushed else 0,
        "permissions": {"admin": False, "push": True, "pull": True},
    }


def person_json(person: Person) -> "Json":
    return {"name": person.name, "email": person.email, "date": utc(person.date)}


def commit_json(github: "GitHubFake", record: FakeRepository, commit: Commit) -> "Json":
    """Return a commit as lists have it: without its files."""
    api, web = f"{github.url}/api/v3/repos/{record.full_name}", f"{github.url}/{record.full_name}"
    author, committer = (login_of(github, one.email) for one in (commit.author, commit.committer))
    return {
        "sha": commit.sha,
        "node_id": f"C_{commit.sha}",
        "commit": {
            "author": person_json(commit.author),
            "committer": person_json(commit.committer),
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": f"{api}/git/trees/{commit.tree}"},
            "url": f"{api}/git/commits/{commit.sha}",
            "comment_count": 0,
        },
        "url": f"{api}/commits/{commit.sha}",
        "html_url": f"{web}/commit/{commit.sha}",
        "author": user_json(github, author) if author else None,
        "committer": user_json(github, committer) if committer else None,
        "parents": [
            {"sha": sha, "url": f"{api}/commits/{sha}", "html_url": f"{web}/commit/{sha}"} for sha in commit.parents
        ],
    }


def label_json(github: "GitHubFake", record: FakeRepository, name: str) -> "Json":
    return {
        "id": sum(name.encode()),
        "name": name,
        "color": record.labels.get(name, "ededed"),
        "description": None,
        "default": False,
        "url": f"{github.url}/api/v3/repos/{record.full_name}/labels/{name}",
    }


def pull_json(github: "GitHubFake", record: FakeRepository, pull: FakePull) -> "Json":
    """Return a pull request."""
    git, repository = github.git(record), repository_json(github, record)
    api, web = f"{github.url}/api/v3/repos/{record.full_name}", f"{github.url}/{record.full_name}"
    dates = pull_dates(git, pull, record.created_at)
    base = git.refs().get(f"refs/heads/{pull.base}")
    ends = {"head": (pull.head, git.head_of(pull)), "base": (pull.base, base.sha if base is not None else "")}
    owner = record.owner.login
    return {
        "id": pull.id,
        "node_id": f"PR_{pull.id}",
        "number": pull.number,
        "title": pull.title,
        "body": pull.body or None,
        "state": "open" if pull.state == "open" else "closed",
        "draft": pull.draft,
        "locked": False,
        "merged": pull.is_merged,
        "merge_commit_sha": pull.merge_sha or None,
        "user": author_json(github, pull),
        "author_association": pull.association,
        "labels": [label_json(github, record, name) for name in pull.labels],
        "created_at": dates.created_at,
        "updated_at": dates.updated_at,
        "merged_at": dates.merged_at,
        "closed_at": dates.closed_at,
        "url": f"{api}/pulls/{pull.number}",
        "issue_url": f"{api}/issues/{pull.number}",
        "html_url": f"{web}/pull/{pull.number}",
        "diff_url": f"{web}/pull/{pull.number}.diff",
        "patch_url": f"{web}/pull/{pull.number}.patch",
        **{
            end: {"label": f"{owner}:{name}", "ref": name, "sha": sha, "user": repository["owner"], "repo": repository}
            for end, (name, sha) in ends.items()
        },
    }


def release_json(github: "GitHubFake", record: FakeRepository, release: FakeRelease) -> "Json":
    """Return a release; a draft has a page of its own without the tag."""
    api, web = f"{github.url}/api/v3/repos/{record.full_name}", f"{github.url}/{record.full_name}"
    created, published = release_dates(github.git(record), release, record.created_at)
    page = f"untagged-{release.id:020x}" if release.draft else release.tag
    return {
        "id": release.id,
        "node_id": f"RE_{release.id}",
        "tag_name": release.tag,
        "target_commitish": release.target or record.default_branch,
        "name": release.name or None,
        "body": release.body or None,
        "draft": release.draft,
        "prerelease": release.prerelease,
        "created_at": created,
        "published_at": published,
        "author": user_json(github, release.author),
        "assets": [],
        "url": f"{api}/releases/{release.id}",
        "html_url": f"{web}/releases/tag/{page}",
        "assets_url": f"{api}/releases/{release.id}/assets",
        "upload_url": f"{api}/releases/{release.id}/assets{{?name,label}}",
        "tarball_url": None if release.draft else f"{api}/tarball/{release.tag}",
        "zipball_url": None if release.draft else f"{api}/zipball/{release.tag}",
    }
