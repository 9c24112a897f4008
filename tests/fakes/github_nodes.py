"""What the GraphQL of the tests' GitHub answers from: a node a type, its fields in snake case (see `github_schema.graphql`)."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.fakes.github_access import Caller
from tests.fakes.github_graphql import Listing, fault
from tests.fakes.github_node import Fields, Node, named, pushed_at, utc
from tests.fakes.github_objects import RefNode, object_node
from tests.fakes.github_people import people_of
from tests.fakes.github_pulls import PullNode, ReleaseNode, pulls_listed
from tests.fakes.github_records import FakeOwner, FakePull, FakeRepository
from tests.fakes.github_values import Ref

if TYPE_CHECKING:
    from tests.fakes.github import GitHubFake

_SAML = (
    "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization."
)


class QueryNode:
    """The root."""

    def __init__(self, github: "GitHubFake", caller: Caller, node_count: int) -> None:
        self.github, self.caller, self._node_count = github, caller, node_count

    def repository(self, owner: str, name: str, *, follow_renames: bool = True) -> "RepositoryNode":
        wanted = f"{owner}/{name}".lower()
        if follow_renames:
            wanted = self.github.renamed.get(wanted, wanted).lower()
        record = self.github.repositories.get(wanted)
        if record is None or not self.caller.may_see(record):
            raise fault("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
        if record.owner.is_protected:
            raise fault("FORBIDDEN", _SAML, saml_failure=True)
        if record.blocked:
            raise fault("FORBIDDEN", "Repository access blocked")
        return RepositoryNode(self.github, self.caller, record)

    def repository_owner(self, login: str) -> "OwnerNode | None":
        owner = self.github.owners.get(login.lower())
        return None if owner is None else self._owner(owner)

    def organization(self, login: str) -> "OwnerNode":
        return self._owner(self._known(login, "Organization", "an Organization"))

    def user(self, login: str) -> "OwnerNode":
        return self._owner(self._known(login, "User", "a User"))

    @property
    def viewer(self) -> "OwnerNode":
        login = self.caller.token.login if self.caller.token else ""
        known = self.github.owners.get(login.lower(), FakeOwner(login, "User"))
        return OwnerNode(self.github, self.caller, known)

    def rate_limit(self, *, dry_run: bool = False) -> Fields:
        told = self.github.access.limits(self.caller, self.github.limit)["graphql"]
        return Fields(
            cost=1,
            node_count=self._node_count,
            limit=told["limit"],
            used=told["used"],
            remaining=told["remaining"],
            reset_at=utc(datetime.fromtimestamp(told["reset"], UTC).isoformat()),
        )

    def _known(self, login: str, kind: str, words: str) -> FakeOwner:
        owner = self.github.owners.get(login.lower())
        if owner is None and kind == "User" and login in people_of(self.github):
            owner = FakeOwner(login, "User")
        if owner is None or owner.kind != kind:
            raise fault("NOT_FOUND", f"Could not resolve to {words} with the login of '{login}'.")
        return owner

    def _owner(self, owner: FakeOwner) -> "OwnerNode":
        if owner.is_protected:
            raise fault("FORBIDDEN", _SAML, saml_failure=True)
        return OwnerNode(self.github, self.caller, owner)


class OwnerNode(Node):
    """An organisation or a user."""

    email = ""
    description = ""
    created_at = updated_at = "2023-11-14T00:00:00Z"

    def __init__(self, github: "GitHubFake", caller: Caller, owner: FakeOwner) -> None:
        super().__init__(owner.login)
        self.github, self.caller, self.owner = github, caller, owner
        self.typename = owner.kind
        self.login = self.name = owner.login
        self.database_id = owner.id
        self.url, self.resource_path = f"{github.url}/{owner.login}", f"/{owner.login}"

    def repository(self, name: str, *, follow_renames: bool = True) -> "RepositoryNode":
        return QueryNode(self.github, self.caller, 0).repository(self.login, name, follow_renames=follow_renames)

    def repositories(
        self,
        owner_affiliations: list[str] | None = None,
        affiliations: list[str] | None = None,
        is_archived: bool | None = None,
        is_fork: bool | None = None,
        is_locked: bool | None = None,
        privacy: str | None = None,
        visibility: str | None = None,
        order_by: dict[str, str] | None = None,
    ) -> Listing:
        records = [
            one
            for one in tuple(self.github.repositories.values())
            if one.owner is self.owner and self.caller.may_see(one) and "OWNER" in (owner_affiliations or ("OWNER",))
        ]
        shown = (privacy or visibility or "").upper()
        records = [
            one
            for one in records
            if (is_archived is None or one.archived == is_archived)
            and (is_fork is None or one.fork == is_fork)
            and (not shown or shown == ("PRIVATE" if one.private else "PUBLIC"))
            and not is_locked
        ]
        if order_by is not None:
            records.sort(key=self._order(order_by["field"]), reverse=order_by["direction"] == "DESC")
        return Listing(records, lambda record: RepositoryNode(self.github, self.caller, record))

    def _order(self, field: str) -> Callable[[FakeRepository], Any]:
        """Return what repositories are ordered by; nobody has given a star to any."""
        if field == "NAME":
            return lambda one: one.name.lower()
        if field in ("PUSHED_AT", "UPDATED_AT"):
            return lambda one: pushed_at(self.github.git(one)) or ""
        return lambda one: one.id if field == "CREATED_AT" else 0


class RepositoryNode(Node):
    """A repository."""

    typename = "Repository"
    is_locked = False
    homepage_url = None
    disk_usage = 64

    def __init__(self, github: "GitHubFake", caller: Caller, record: FakeRepository) -> None:
        super().__init__(record.id)
        self.github, self.caller, self.record = github, caller, record
        self.git = github.git(record)
        self.name, self.name_with_owner = record.name, record.full_name
        self.database_id, self.created_at = record.id, record.created_at
        self.is_private, self.is_archived, self.is_fork = record.private, record.archived, record.fork
        self.is_disabled = record.blocked
        self.visibility = "PRIVATE" if record.private else "PUBLIC"
        self.description = record.description or None
        self.url, self.resource_path = f"{github.url}/{record.full_name}", f"/{record.full_name}"

    @property
    def owner(self) -> OwnerNode:
        return OwnerNode(self.github, self.caller, self.record.owner)

    def user_node(self, login: str) -> OwnerNode:
        return OwnerNode(self.github, self.caller, FakeOwner(login, "User"))

    @cached_property
    def heads(self) -> dict[str, Ref]:
        """Branches and tags, as they were when the query came here first."""
        return {} if self.record.blocked else dict(self.git.refs())

    @property
    def is_empty(self) -> bool:
        return not self.heads

    @property
    def pushed_at(self) -> str | None:
        return None if self.is_empty else pushed_at(self.git)

    @property
    def updated_at(self) -> str:
        return self.pushed_at or self.created_at

    @property
    def primary_language(self) -> Any:
        name = self.record.language
        return named("Language", name, color="#3572A5") if name else None

    @property
    def repository_topics(self) -> Listing:
        def make(name: str) -> Any:
            return named("RepositoryTopic", name, topic=named("Topic", name), url=f"{self.github.url}/topics/{name}",
                          resource_path=f"/topics/{name}")  # fmt: skip

        return Listing(self.record.topics, make)

    @property
    def default_branch_ref(self) -> "RefNode | None":
        return self.ref(f"refs/heads/{self.record.default_branch}")

    def ref(self, qualified_name: str) -> "RefNode | None":
        for full in (
            qualified_name,
            f"refs/{qualified_name}",
            f"refs/heads/{qualified_name}",
            f"refs/tags/{qualified_name}",
        ):
            if full in self.heads:
                return RefNode(self, self.heads[full])
        return None

    def refs(
        self,
        ref_prefix: str,
        query: str | None = None,
        direction: str | None = None,
        order_by: dict[str, str] | None = None,
    ) -> Listing:
        prefix = ref_prefix if ref_prefix.endswith("/") else f"{ref_prefix}/"
        found = [
            ref
            for name, ref in self.heads.items()
            if name.startswith(prefix) and (query or "").lower() in name.removeprefix(prefix).lower()
        ]
        by_date = order_by is not None and order_by["field"] == "TAG_COMMIT_DATE"
        down = (order_by["direction"] if order_by is not None else direction) == "DESC"
        found.sort(key=lambda ref: (self._second(ref) if by_date else 0, ref.name), reverse=down)
        return Listing(found, lambda ref: RefNode(self, ref, prefix))

    def _second(self, ref: Ref) -> int:
        commit = self.git.commit(ref.peeled)
        return commit.second if commit is not None else 0

    def object(self, oid: str | None = None, expression: str | None = None) -> Any:
        sha, kind = self.git.resolve(oid or expression or "", self.record.default_branch)
        return self.object_node(sha, kind)

    def object_node(self, sha: str, kind: str) -> Any:
        """Return a git object."""
        return object_node(self, sha, kind)

    def commit_node(self, sha: str) -> Any:
        return self.object_node(sha, "commit")

    # -- releases --------------------------------------------------------------------------------------------------

    def _shown_releases(self) -> list["ReleaseNode"]:
        """Drafts are for those only who may push."""
        made = [] if self.record.blocked else [ReleaseNode(self, one) for one in tuple(self.record.releases)]
        return [one for one in made if self.caller.token is not None or not one.is_draft]

    def releases(self, order_by: dict[str, str] | None = None) -> list["ReleaseNode"]:
        by_name = order_by is not None and order_by["field"] == "NAME"
        down = order_by is None or order_by["direction"] == "DESC"
        found = self._shown_releases()
        found.sort(key=lambda one: one.tag_name if by_name else one.created_at, reverse=down)
        return found

    def release(self, tag_name: str) -> "ReleaseNode | None":
        return next((one for one in self._shown_releases() if one.tag_name == tag_name), None)

    @property
    def latest_release(self) -> "ReleaseNode | None":
        full = [one for one in self._shown_releases() if not one.is_draft and not one.is_prerelease]
        return max(full, key=lambda one: (one.created_at, one.record.id), default=None)

    # -- pull requests ---------------------------------------------------------------------------------------------

    def pull_node(self, pull: FakePull) -> Any:
        return PullNode(self, pull)

    def pull_request(self, number: int) -> Any:
        pull = self.record.pulls.get(number)
        if pull is None:
            raise fault("NOT_FOUND", f"Could not resolve to a PullRequest with the number of {number}.")
        return self.pull_node(pull)

    def pull_requests(
        self,
        states: list[str] | None = None,
        head_ref_name: str | None = None,
        base_ref_name: str | None = None,
        labels: list[str] | None = None,
        order_by: dict[str, str] | None = None,
    ) -> Listing:
        return pulls_listed(self, self.record.pulls.values(), states, head_ref_name, base_ref_name, labels, order_by)

    @cached_property
    def pulls_by_commit(self) -> dict[str, list[FakePull]]:
        """Which pull requests brought a commit."""
        found: dict[str, list[FakePull]] = {}
        for pull in tuple(self.record.pulls.values()):
            for sha in dict.fromkeys([*self.git.commits_of(pull), *([pull.merge_sha] if pull.merge_sha else [])]):
                found.setdefault(sha, []).append(pull)
        return found

    def labels(self, order_by: dict[str, str] | None = None, query: str | None = None) -> Listing:
        names = dict.fromkeys(self.record.labels)
        for pull in tuple(self.record.pulls.values()):
            names |= dict.fromkeys(pull.labels)
        return Listing([name for name in names if (query or "") in name], self.label_node)

    def label_node(self, name: str) -> Any:
        path = f"{self.resource_path}/labels/{name}"
        return named("Label", name, color=self.record.labels.get(name, "ededed"), description=None, is_default=False,
                      created_at=self.created_at, repository=self, resource_path=path, url=self.github.url + path)  # fmt: skip
