"""A repository on GitHub to write to: its branches, and commits made by its Git data API without a clone."""

import base64
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any, TypeVar
from urllib.parse import quote

from msgspec import Struct

from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.laid_out import Change, HostedTree, understood
from llnotes_tui.release.text import one_line
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.hosts import GitHubPlace

CONTENTS = "Contents: read and write"
PULL_REQUESTS = "Pull requests: read and write"
_MOST_FILES = 300
"""Files that a comparison lists (GitHub's documentation, "Compare two commits")."""

Value = TypeVar("Value")


class Repository(Struct, frozen=True):
    """A repository as GitHub calls it."""

    github: GitHub
    name: str
    """`owner/name` as it is called now, whatever it was asked by."""
    default_branch: str
    page: str


class HostedCommit(Struct, frozen=True):
    """A commit on GitHub."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    message: str
    author: str


def repository_at(github: GitHub, place: GitHubPlace, cancel: Event | None = None) -> Repository:
    """Return a repository that we may write to, as far as GitHub says.

    Raises:
        GitHubFault: it is not to be had, or the token is of somebody who may not write to it.
    """
    told = github.get(f"/repos/{place.full_name}", place.full_name, None, cancel).data
    with understood(github, place.full_name):
        name = one_line(str(told["full_name"]))
        may, archived = told.get("permissions"), told.get("archived")
        found = Repository(
            github=github,
            name=name,
            default_branch=str(told["default_branch"]),
            page=str(told.get("html_url") or f"{github.host.web}/{name}"),
        )
    if archived:
        raise GitHubFault("forbidden", f"{name} is archived on {github.host.name}: nothing can be written to it.")
    if isinstance(may, dict) and not may.get("push"):
        raise may_not_write(github, name, CONTENTS)
    return found


def branch_head(repository: Repository, branch: str, cancel: Event | None = None) -> str | None:
    """Return the SHA that a branch stands at, None where there is none.

    Raises:
        GitHubFault: GitHub does not say.
    """
    return _ref(repository, f"heads/{branch}", branch, cancel)


def has_tag(repository: Repository, tag: str, cancel: Event | None = None) -> bool:
    """Say whether a tag is there.

    Raises:
        GitHubFault: GitHub does not say.
    """
    return _ref(repository, f"tags/{tag}", tag, cancel) is not None


def _ref(repository: Repository, name: str, what: str, cancel: Event | None) -> str | None:
    try:
        told = repository.github.get(_path(repository, f"git/ref/{quote(name)}"), what, None, cancel).data
    except GitHubFault as fault:
        if fault.kind in ("missing", "empty"):
            return None
        raise
    with understood(repository.github, what):
        return str(told["object"]["sha"])


def commit_at(repository: Repository, sha: str, cancel: Event | None = None) -> HostedCommit:
    """Return a commit.

    Raises:
        GitHubFault: GitHub does not give it.
    """
    told = repository.github.get(_path(repository, f"git/commits/{sha}"), f"{sha[:7]}", None, cancel).data
    with understood(repository.github, sha[:7]):
        return HostedCommit(
            sha=str(told["sha"]),
            tree=str(told["tree"]["sha"]),
            parents=tuple(str(parent["sha"]) for parent in told.get("parents", ())),
            message=str(told.get("message", "")),
            author=one_line(str((told.get("author") or {}).get("name", ""))),
        )


def tree_of(repository: Repository, commit: HostedCommit, cancel: Event | None = None) -> HostedTree:
    """Return the files of a commit."""
    return HostedTree(repository.github, repository.name, commit.tree, cancel)


class Comparison(Struct, frozen=True):
    """What one commit has beyond another."""

    ahead: int
    """Commits, those of merged branches too."""
    files: tuple[str, ...]
    """Paths; not all where there are 300."""

    @property
    def is_whole(self) -> bool:
        """Whether all files are listed."""
        return len(self.files) < _MOST_FILES


def compare(repository: Repository, base: str, head: str, cancel: Event | None = None) -> Comparison | None:
    """Return what `head` has beyond `base`, None where GitHub does not say: they need have nothing in common."""
    try:
        path = _path(repository, f"compare/{base}...{head}")
        told = repository.github.get(path, f"{base[:7]}...{head[:7]}", {"per_page": 1}, cancel).data
    except GitHubFault as fault:
        if fault.kind == "stopped":
            raise
        return None
    with understood(repository.github, f"{base[:7]}...{head[:7]}"):
        files = tuple(str(one.get("filename", "")) for one in told.get("files") or ())
        return Comparison(int(told.get("ahead_by", 0)), files)


def new_commit(
    repository: Repository, parent: HostedCommit, changes: Sequence[Change], message: str, cancel: Event | None = None
) -> str:
    """Make a commit on top of `parent` that no branch holds yet; return its SHA.  A file that is there keeps its mode.

    Raises:
        GitHubFault: it could not be made.
    """
    known = tree_of(repository, parent, cancel)
    entries = []
    for change in changes:
        content = base64.b64encode(change.after).decode("ascii")
        blob = _made(repository, "git/blobs", {"content": content, "encoding": "base64"}, cancel)
        entry = known.entry(change.path)
        mode = entry.mode if entry is not None else "100644"
        entries.append({"path": change.path, "mode": mode, "type": "blob", "sha": blob["sha"]})
    tree = _made(repository, "git/trees", {"base_tree": parent.tree, "tree": entries}, cancel)
    body = {"message": message, "tree": tree["sha"], "parents": [parent.sha]}
    return str(_made(repository, "git/commits", body, cancel)["sha"])


def set_branch(repository: Repository, branch: str, to: str, expected: str | None, cancel: Event | None = None) -> None:
    """Make a branch stand at a commit, if it stands at `expected` still (None: it is not there yet).

    Raises:
        ExportError: it stands elsewhere by now.
        GitHubFault: it could not be set.
    """
    # GitHub's API cannot compare and set at once; between this look and the write is one request.
    if branch_head(repository, branch, cancel) != expected:
        raise ExportError(f"The branch {branch} of {repository.name} was moved meanwhile; look again.")
    body: dict[str, Any]
    if expected is None:
        verb, path, body = "POST", "git/refs", {"ref": f"refs/heads/{branch}", "sha": to}
    else:
        verb, path, body = "PATCH", f"git/refs/heads/{quote(branch)}", {"sha": to, "force": True}

    def there() -> bool | None:
        return branch_head(repository, branch, cancel) == to or None

    written(repository, CONTENTS, lambda: bool(send(repository, verb, path, branch, body, cancel)), there)


def send(
    repository: Repository, verb: str, path: str, what: str, body: dict[str, Any], cancel: Event | None = None
) -> Any:
    """Write something below the repository, and return what GitHub answers.

    Raises:
        GitHubFault: it was not done, or nobody knows.
    """
    return repository.github.send(verb, _path(repository, path), f"{repository.name} {what}", body, cancel).data


def written(
    repository: Repository, permission: str, write: Callable[[], Value], look: Callable[[], Value | None]
) -> Value:
    """Return what `write` brings.  Where its answer got lost, return what `look` finds instead: it may be done.

    Raises:
        GitHubFault: it was not done; where the token may not do it, with the permission that it takes.
    """
    try:
        return write()
    except GitHubFault as fault:
        if fault.kind in ("forbidden", "missing"):
            raise may_not_write(repository.github, repository.name, permission) from fault
        if fault.kind in ("unreachable", "broken", "rejected"):
            found = look()
            if found is not None:
                return found
        raise


def may_not_write(github: GitHub, name: str, permission: str) -> GitHubFault:
    """Return the fault of a token that may not write, with what it takes."""
    return GitHubFault(
        "forbidden",
        f"{github.login.source} may not write to {name}: give the token the permission “{permission}” for it "
        "(a classic token needs the scope `repo`), or take another; `llnotes doctor` says whose it is.",
    )


def _made(repository: Repository, path: str, body: dict[str, Any], cancel: Event | None) -> dict[str, Any]:
    """Make an object.  It is known by what it holds and nothing points to it, so making it twice does no harm."""

    def make() -> dict[str, Any]:
        told = send(repository, "POST", path, path.rpartition("/")[2], body, cancel)
        if not isinstance(told, dict) or "sha" not in told:
            raise GitHubFault("broken", f"{repository.github.host.name} made no {path}; try again in a moment.")
        return told

    return written(repository, CONTENTS, make, make)


def _path(repository: Repository, rest: str) -> str:
    return f"/repos/{repository.name}/{rest}"
