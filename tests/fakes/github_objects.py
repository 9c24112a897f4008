"""Git's objects and refs as the GraphQL of the tests' GitHub answers them."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.fakes.github_graphql import Listing, fault
from tests.fakes.github_node import Fields, Node, utc
from tests.fakes.github_people import co_authors, login_of
from tests.fakes.github_pulls import pulls_listed
from tests.fakes.github_values import Commit, Compared, Person, Ref, TagObject

if TYPE_CHECKING:
    from tests.fakes.github_nodes import OwnerNode, RepositoryNode

_SHOWN = 512_000
"""Bytes of a blob's text that GitHub shows."""


class RefNode(Node):
    """A branch or a tag."""

    typename = "Ref"

    def __init__(self, repository: "RepositoryNode", ref: Ref, prefix: str = "") -> None:
        super().__init__(f"{repository.record.id}:{ref.name}")
        self.repository, self.ref = repository, ref
        self.prefix = prefix or "/".join(ref.name.split("/")[:2]) + "/"
        self.name = ref.name.removeprefix(self.prefix)

    @property
    def target(self) -> Any:
        if self.ref.tag is not None:
            return TagNode(self.repository, self.ref.tag)
        return self.repository.object_node(self.ref.sha, self.ref.kind)

    def compare(self, head_ref: str) -> "ComparisonNode | None":
        head = self.repository.git.tip(self.repository.record.default_branch if head_ref == "HEAD" else head_ref)
        if not head:
            raise fault("NOT_FOUND", f"Could not resolve to a head ref with the name '{head_ref}'.")
        return ComparisonNode(self.repository, self.ref.peeled, head) if self.ref.peeled else None

    def associated_pull_requests(
        self,
        states: list[str] | None = None,
        head_ref_name: str | None = None,
        base_ref_name: str | None = None,
        labels: list[str] | None = None,
        order_by: dict[str, str] | None = None,
    ) -> Listing:
        branch = self.ref.name.removeprefix("refs/heads/")
        own = [pull for pull in tuple(self.repository.record.pulls.values()) if pull.head == branch]
        return pulls_listed(self.repository, own, states, head_ref_name, base_ref_name, labels, order_by)


class ComparisonNode(Node):
    """How a head stands to a base."""

    typename = "Comparison"

    def __init__(self, repository: "RepositoryNode", base: str, head: str) -> None:
        super().__init__(f"{repository.record.id}:{base}...{head}")
        self.repository = repository
        self.compared: Compared = repository.git.compare(base, head)
        self.status = self.compared.status.upper()
        self.ahead_by, self.behind_by = len(self.compared.ahead), self.compared.behind_by
        self._base, self._head = base, head

    @property
    def base_target(self) -> Any:
        return self.repository.commit_node(self._base)

    @property
    def head_target(self) -> Any:
        return self.repository.commit_node(self._head)

    @property
    def commits(self) -> Listing:
        return Listing(self.compared.ahead, self.repository.commit_node)


class ActorNode(Node):
    """Author, committer or tagger of a git object."""

    typename = "GitActor"

    def __init__(self, repository: "RepositoryNode", person: Person) -> None:
        super().__init__(person.email)
        self.repository, self.person = repository, person
        self.name, self.email, self.date = person.name, person.email, person.date

    @property
    def user(self) -> "OwnerNode | None":
        login = login_of(self.repository.github, self.person.email)
        return self.repository.user_node(login) if login else None


class ObjectNode(Node):
    """Anything of git's."""

    def __init__(self, repository: "RepositoryNode", sha: str) -> None:
        super().__init__(f"{repository.record.id}:{sha}")
        self.repository, self.oid, self.abbreviated_oid = repository, sha, sha[:7]
        self.commit_resource_path = f"{repository.resource_path}/commit/{sha}"
        self.commit_url = repository.github.url + self.commit_resource_path


class CommitNode(ObjectNode):
    """A commit."""

    typename = "Commit"
    pushed_date = None

    def __init__(self, repository: "RepositoryNode", commit: Commit) -> None:
        super().__init__(repository, commit.sha)
        self.commit = commit
        self.message, self.message_headline, self.message_body = commit.message, commit.headline, commit.body
        self.resource_path, self.url = self.commit_resource_path, self.commit_url
        self.tree_url = f"{repository.github.url}{repository.resource_path}/tree/{commit.sha}"
        self.authored_by_committer = commit.author.email == commit.committer.email

    @property
    def authored_date(self) -> str:
        return utc(self.commit.author.date)

    @property
    def committed_date(self) -> str:
        return utc(self.commit.committer.date)

    @property
    def author(self) -> ActorNode:
        return ActorNode(self.repository, self.commit.author)

    @property
    def committer(self) -> ActorNode:
        return ActorNode(self.repository, self.commit.committer)

    @property
    def authors(self) -> list[ActorNode]:
        people = [self.commit.author, *co_authors(self.commit)]
        return [ActorNode(self.repository, person) for person in people]

    @property
    def parents(self) -> Listing:
        return Listing(self.commit.parents, self.repository.commit_node)

    @property
    def tree(self) -> "TreeNode":
        return TreeNode(self.repository, self.commit.tree)

    def history(self, path: str | None = None, since: str | None = None, until: str | None = None) -> Listing:
        git = self.repository.git
        if path is None and since is None and until is None:
            return Listing(git.history(self.oid), self.repository.commit_node)
        limits = [*([f"--since={since}"] if since else []), *([f"--until={until}"] if until else [])]
        told = git.cached("rev-list", *limits, self.oid, "--", *([path] if path else [])) or b""
        return Listing(told.decode().split(), self.repository.commit_node)

    def associated_pull_requests(self, order_by: dict[str, str] | None = None) -> Listing:
        return pulls_listed(self.repository, self.repository.pulls_by_commit.get(self.oid, ()), order_by=order_by)

    @cached_property
    def _files(self) -> list[tuple[int, int, str]]:
        git = self.repository.git
        return git.counts(git.parent_of(self.oid), self.oid)

    @property
    def additions(self) -> int:
        return sum(added for added, _, _ in self._files)

    @property
    def deletions(self) -> int:
        return sum(deleted for _, deleted, _ in self._files)

    @property
    def changed_files_if_available(self) -> int:
        return len(self._files)


class TagNode(ObjectNode):
    """An annotated tag."""

    typename = "Tag"

    def __init__(self, repository: "RepositoryNode", tag: TagObject) -> None:
        super().__init__(repository, tag.sha)
        self.tag, self.name, self.message = tag, tag.name, tag.message

    @property
    def tagger(self) -> ActorNode | None:
        return ActorNode(self.repository, self.tag.tagger) if self.tag.tagger is not None else None

    @property
    def target(self) -> Any:
        return self.repository.object_node(self.tag.target, self.tag.kind)


class BlobNode(ObjectNode):
    """A file's content."""

    typename = "Blob"

    @cached_property
    def _content(self) -> bytes:
        return self.repository.git.blob(self.oid)

    @property
    def byte_size(self) -> int:
        return len(self._content)

    @property
    def is_binary(self) -> bool:
        return b"\0" in self._content[:8000]

    @property
    def is_truncated(self) -> bool:
        return len(self._content) > _SHOWN and not self.is_binary

    @property
    def text(self) -> str | None:
        return None if self.is_binary else self._content[:_SHOWN].decode("utf-8", "replace")


class TreeNode(ObjectNode):
    """A folder."""

    typename = "Tree"

    @property
    def entries(self) -> list[Any]:
        return [
            Fields(
                mode=int(mode, 8),
                type=kind,
                oid=sha,
                size=size,
                name=path,
                path=path,
                extension=path[path.rindex(".") :] if "." in path else "",
                repository=self.repository,
                object=None if kind == "commit" else object_node(self.repository, sha, kind),
            )
            for mode, kind, sha, size, path in self.repository.git.tree(self.oid)
        ]


def object_node(repository: "RepositoryNode", sha: str, kind: str) -> ObjectNode | None:
    """Return the node of an object that git has, None for one that it lacks."""
    match kind:
        case "commit":
            commit = repository.git.commit(sha)
            return CommitNode(repository, commit) if commit is not None else None
        case "tag":
            known = (ref.tag for ref in repository.heads.values() if ref.sha == sha)
            return TagNode(repository, next(known, None) or repository.git.tag(sha))
        case "blob":
            return BlobNode(repository, sha)
        case "tree":
            return TreeNode(repository, sha)
        case _:
            return None
