"""Pull requests and releases as the GraphQL of the tests' GitHub answers them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.fakes.github_git import GitData
from tests.fakes.github_graphql import Listing
from tests.fakes.github_node import Node, utc
from tests.fakes.github_records import FakePull, FakeRelease

if TYPE_CHECKING:
    from tests.fakes.github_nodes import OwnerNode, RepositoryNode

_NO_SHA = "0" * 40


def pulls_listed(
    repository: "RepositoryNode",
    pulls: Iterable[FakePull],
    states: list[str] | None = None,
    head: str | None = None,
    base: str | None = None,
    labels: list[str] | None = None,
    order_by: dict[str, str] | None = None,
) -> Listing:
    """Return pull requests filtered and ordered as the arguments of such connections say; oldest first where they don't."""
    found = [
        pull
        for pull in tuple(pulls)
        if (states is None or pull.state.upper() in states)
        and (head is None or pull.head == head)
        and (base is None or pull.base == base)
        and (labels is None or set(labels) & set(pull.labels))
    ]
    by_update = order_by is not None and order_by["field"] == "UPDATED_AT"
    nodes = [repository.pull_node(pull) for pull in found]
    nodes.sort(
        key=lambda node: (node.updated_at if by_update else "", node.number),
        reverse=order_by is not None and order_by["direction"] == "DESC",
    )
    return Listing(nodes)


class ReleaseNode(Node):
    """A release or a draft of one."""

    typename = "Release"

    def __init__(self, repository: "RepositoryNode", record: FakeRelease) -> None:
        super().__init__(record.id)
        self.repository, self.record = repository, record
        self.tag_name, self.database_id = record.tag, record.id
        self.name, self.description = record.name or None, record.body or None
        self.is_draft, self.is_prerelease = record.draft, record.prerelease
        self.resource_path = f"{repository.resource_path}/releases/tag/{record.tag}"
        self.url = repository.github.url + self.resource_path

    @property
    def is_latest(self) -> bool:
        latest = self.repository.latest_release
        return latest is not None and latest.record is self.record

    @property
    def tag(self) -> Any:
        return self.repository.ref(f"refs/tags/{self.tag_name}")

    @property
    def tag_commit(self) -> Any:
        ref = self.repository.heads.get(f"refs/tags/{self.tag_name}")
        return self.repository.commit_node(ref.peeled) if ref is not None else None

    @property
    def created_at(self) -> str:
        return release_dates(self.repository.git, self.record, self.repository.created_at)[0]

    @property
    def published_at(self) -> str | None:
        return release_dates(self.repository.git, self.record, self.repository.created_at)[1]

    updated_at = created_at

    @property
    def author(self) -> "OwnerNode":
        return self.repository.user_node(self.record.author)


def release_dates(git: GitData, release: FakeRelease, otherwise: str) -> tuple[str, str | None]:
    """Return when a release was created (GitHub: the date of its commit) and published (None: a draft)."""
    ref = git.refs().get(f"refs/tags/{release.tag}")
    commit = git.commit(ref.peeled) if ref is not None else None
    created = release.created_at or (utc(commit.committer.date) if commit is not None else otherwise)
    return created, None if release.draft else (release.published_at or created)


class PullNode(Node):
    """A pull request."""

    typename = "PullRequest"
    is_cross_repository = False

    def __init__(self, repository: "RepositoryNode", record: FakePull) -> None:
        super().__init__(record.id)
        self.repository, self.record = repository, record
        self.base_repository = self.head_repository = repository
        self.number, self.title, self.body = record.number, record.title, record.body or ""
        self.body_text, self.database_id = self.body, record.id
        self.state, self.is_draft, self.merged = record.state.upper(), record.draft, record.is_merged
        self.closed = record.state != "open"
        self.base_ref_name, self.head_ref_name = record.base, record.head
        self.author_association = record.association
        self.resource_path = f"{repository.resource_path}/pull/{record.number}"
        self.url = self.permalink = repository.github.url + self.resource_path

    @property
    def author(self) -> Any:
        return actor(self.repository, self.record)

    @property
    def merged_by(self) -> Any:
        return self.repository.user_node(self.repository.github.viewer) if self.merged else None

    @property
    def head_repository_owner(self) -> Any:
        return self.repository.owner

    @property
    def labels(self) -> Any:
        def listed(order_by: dict[str, str] | None = None) -> Listing:
            return Listing(list(self.record.labels), self.repository.label_node)

        return listed

    @property
    def head_ref_oid(self) -> str:
        return self.repository.git.head_of(self.record) or _NO_SHA

    @property
    def base_ref_oid(self) -> str:
        base = self.base_ref
        return base.target.oid if base is not None else _NO_SHA

    @property
    def head_ref(self) -> Any:
        return self.repository.ref(f"refs/heads/{self.record.head}")

    @property
    def base_ref(self) -> Any:
        return self.repository.ref(f"refs/heads/{self.record.base}")

    @property
    def merge_commit(self) -> Any:
        sha = self.record.merge_sha
        return self.repository.commit_node(sha) if sha else None

    @property
    def commits(self) -> Listing:
        return Listing(self.repository.git.commits_of(self.record), self._commit)

    def _commit(self, sha: str) -> Any:
        node = Node(f"{self.record.id}:{sha}")
        path = f"{self.resource_path}/commits/{sha}"
        commit = self.repository.commit_node(sha)
        fields = {
            "commit": commit,
            "pull_request": self,
            "resource_path": path,
            "url": self.repository.github.url + path,
        }
        vars(node).update(typename="PullRequestCommit", **fields)
        return node

    @cached_property
    def _dates(self) -> "PullDates":
        return pull_dates(self.repository.git, self.record, self.repository.created_at)

    @property
    def created_at(self) -> str:
        return self._dates.created_at

    @property
    def updated_at(self) -> str:
        return self._dates.updated_at

    @property
    def merged_at(self) -> str | None:
        return self._dates.merged_at

    @property
    def closed_at(self) -> str | None:
        return self._dates.closed_at

    @cached_property
    def _files(self) -> list[tuple[int, int, str]]:
        return self.repository.git.counts(*self.repository.git.range_of(self.record))

    @property
    def additions(self) -> int:
        return sum(added for added, _, _ in self._files)

    @property
    def deletions(self) -> int:
        return sum(deleted for _, deleted, _ in self._files)

    @property
    def changed_files(self) -> int:
        return len(self._files)


def actor(repository: "RepositoryNode", pull: FakePull) -> Any:
    """Return a pull request's author: a user, a bot (whose login has no `[bot]` in GraphQL), or nobody."""
    if pull.author is None:
        return None
    node = repository.user_node(pull.author.removesuffix("[bot]"))
    if pull.is_bot or pull.author.endswith("[bot]"):
        node.typename = "Bot"
        node.resource_path = f"/apps/{node.login}"
        node.url = repository.github.url + node.resource_path
    return node


class PullDates:
    """When a pull request was made, changed and ended; in UTC."""

    def __init__(self, created_at: str, updated_at: str, merged_at: str | None, closed_at: str | None) -> None:
        self.created_at, self.updated_at = created_at, updated_at
        self.merged_at, self.closed_at = merged_at, closed_at


def pull_dates(git: GitData, pull: FakePull, otherwise: str) -> PullDates:
    """Return a record's dates; those it leaves open follow from its last commit: merged then, made an hour before."""
    sha = pull.merge_sha or git.head_of(pull)
    commit = git.commit(sha) if sha else None
    last = utc(commit.committer.date) if commit is not None else otherwise
    created = pull.created_at or utc((datetime.fromisoformat(last) - timedelta(hours=1)).isoformat())
    updated = pull.updated_at or last
    merged = (pull.merged_at or updated) if pull.is_merged else None
    return PullDates(created, updated, merged, merged or (updated if pull.state == "closed" else None))
