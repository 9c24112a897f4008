"""The release pull request: one branch with one commit, proposed once, written again as long as it is ours.

What a person changed since we wrote it last (the branch, the title, the text) is never written over unasked.  First it is
looked at, then written; a write whose answer got lost is looked for before it counts as failed.
"""

import re
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any, Literal

from msgspec import Struct

from llnotes_tui.publishing.diff import patch_of
from llnotes_tui.publishing.export import Take
from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.github_bodies import plain_text, text_digest
from llnotes_tui.publishing.github_commits import (
    PULL_REQUESTS,
    HostedCommit,
    Repository,
    branch_head,
    commit_at,
    compare,
    new_commit,
    send,
    set_branch,
    tree_of,
    written,
)
from llnotes_tui.publishing.laid_out import Change, file_of, understood
from llnotes_tui.release.text import one_line, visible

BRANCHES = "prepare/"
"""What the branches of release pull requests begin with."""
_TITLE = re.compile(r"Release v?\d", re.IGNORECASE)

Step = Literal["create", "update", "nothing"]


class Ours(Struct, frozen=True):
    """What we wrote last, as the review remembers it."""

    number: int = 0
    """Of the pull request; 0 where we made none yet."""
    branch: str = ""
    heads: frozenset[str] = frozenset()
    """Every commit that we made for this release."""
    digest: str = ""
    """Of title and body as GitHub gave them back."""


class Wanted(Struct, frozen=True):
    """What is to be proposed."""

    branch: str
    message: str
    """Of the commit, and the pull request's title."""
    body: str
    base_branch: str
    base: HostedCommit
    changes: tuple[Change, ...]
    """The files of the commit that differ from the base."""
    component: str = ""
    """What is released, where a repository has several releases that do not concern each other."""
    tag_prefix: str = "v"


class PullRequest(Struct, frozen=True):
    """An open pull request on GitHub."""

    number: int
    title: str
    body: str
    branch: str
    head: str
    author: str
    url: str
    is_here: bool
    """Its branch is in this repository, not in a fork."""

    @property
    def digest(self) -> str:
        """By which its words are known again."""
        return text_digest(self.title, self.body)


class Difference(Struct, frozen=True):
    """What a person changed since we wrote it: they decide what stays."""

    why: str
    """A sentence or two."""
    patch: bytes
    """From theirs to ours, as git writes one."""


class Outlook(Struct, frozen=True):
    """What proposing would do."""

    repository: Repository
    branch: str
    head: str | None
    """Where the branch stands; None while there is none."""
    found: PullRequest | None
    """Our own, which is there already."""
    other: PullRequest | None
    """Another release pull request that is open: there is to be only one."""
    commits: bool
    """A commit has to be made."""
    tells: bool
    """The pull request has to be made, or its words be changed."""
    difference: Difference | None

    @property
    def step(self) -> Step:
        """What there is to do."""
        if not (self.commits or self.tells):
            return "nothing"
        return "update" if self.found is not None else "create"


class Proposed(Struct, frozen=True):
    """The pull request as it is now."""

    number: int
    url: str
    branch: str
    head: str
    digest: str


def outlook(repository: Repository, ours: Ours, wanted: Wanted, cancel: Event | None = None) -> Outlook:
    """Look at what is on GitHub, and find out what proposing would do.  Writes nothing.

    Raises:
        GitHubFault: it cannot be looked at.
    """
    is_open = [one for page in _open_pages(repository, cancel) for one in page]
    own = next((one for one in is_open if one.number == ours.number and one.is_here), None)
    branch = own.branch if own is not None else wanted.branch
    head = branch_head(repository, branch, cancel)
    is_same = head is not None and _is_same_commit(repository, head, wanted, cancel)
    if own is None:
        # Made by us, and the answer got lost: it says word for word what we say.
        same_branch = (one for one in is_open if one.is_here and one.branch == branch)
        digest = text_digest(wanted.message, wanted.body)
        own = next((one for one in same_branch if one.digest in (digest, ours.digest) and is_same), None)
    other = next((one for one in is_open if one is not own and _is_like(one, wanted)), None)
    difference = None
    if other is None:
        difference = _difference(repository, ours, wanted, own, None if is_same else head, cancel)
    return Outlook(
        repository=repository,
        branch=branch,
        head=head,
        found=own,
        other=other,
        commits=not is_same,
        tells=own is None or own.digest != text_digest(wanted.message, wanted.body),
        difference=difference,
    )


def propose(
    seen: Outlook,
    wanted: Wanted,
    take: Take | None = None,
    noted: Callable[[str], None] = lambda _: None,
    cancel: Event | None = None,
) -> Proposed | None:
    """Do what was looked at.  Return the pull request, None where nothing was to be done or theirs was kept.

    `noted` is told the commit that the branch stands at as soon as it does, so that it is known again whatever comes next.

    Raises:
        ExportError: another one is open, a difference is undecided, or something changed since it was looked at.
        GitHubFault: it could not be done; what was done is found again the next time.
    """
    repository = seen.repository
    if seen.other is not None:
        raise ExportError(another_is_open(seen.other))
    if seen.difference is not None and take is None:
        raise ExportError(f"{seen.difference.why}  Choose theirs or ours.")
    if seen.step == "nothing" or (seen.difference is not None and take == "theirs"):
        return None
    head = seen.head
    if seen.commits or head is None:
        head = new_commit(repository, wanted.base, wanted.changes, wanted.message, cancel)
        set_branch(repository, seen.branch, head, seen.head, cancel)
    noted(head)
    found = seen.found
    if seen.tells:
        found = (
            _create(repository, seen.branch, wanted, cancel)
            if found is None
            else _update(repository, found, wanted, cancel)
        )
    assert found is not None, "what is not there is made"
    return Proposed(found.number, found.url, seen.branch, head, found.digest)


def another_is_open(other: PullRequest) -> str:
    """Return the sentence that refuses a second release pull request."""
    return (
        f"Another release pull request is open: #{other.number} “{one_line(other.title)}” by {other.author}, from "
        f"{other.branch}; merge or close it, or load its section into this review."
    )


def open_release(repository: Repository, number: int = 0, cancel: Event | None = None) -> PullRequest | None:
    """Return the release pull request that is open, that of a number where one is given.

    Raises:
        GitHubFault: it cannot be looked at.
    """
    for page in _open_pages(repository, cancel):
        for one in page:
            if one.number == number or (not number and _is_release(one)):
                return one
    return None


def _is_like(one: PullRequest, wanted: Wanted) -> bool:
    """Say whether a pull request releases what we are about to release; of a component only those that name it."""
    if not wanted.component:
        return _is_release(one)
    by_branch = one.is_here and one.branch.startswith(f"{BRANCHES}{wanted.component}-")
    return by_branch or one.title.startswith(f"Release {wanted.tag_prefix}")


def _is_release(one: PullRequest) -> bool:
    return (one.is_here and one.branch.startswith(BRANCHES)) or _TITLE.match(one.title) is not None


def _open_pages(repository: Repository, cancel: Event | None) -> Iterator[list[PullRequest]]:
    path = f"/repos/{repository.name}/pulls"
    pages = repository.github.pages(path, f"{repository.name} pull requests", {"state": "open"}, cancel)
    for page in pages:
        yield [_pull_request(repository, told) for told in page]


def _pull_request(repository: Repository, told: Any) -> PullRequest:
    with understood(repository.github, f"{repository.name} pull requests"):
        return _read(repository, told)


def _read(repository: Repository, told: Any) -> PullRequest:
    head = told.get("head") or {}
    of = str((head.get("repo") or {}).get("full_name", ""))
    return PullRequest(
        number=int(told["number"]),
        title=visible(str(told.get("title") or "")),
        body=visible(str(told.get("body") or "")),
        branch=str(head.get("ref", "")),
        head=str(head.get("sha", "")),
        author=one_line(str((told.get("user") or {}).get("login") or "somebody")),
        url=str(told.get("html_url", "")),
        is_here=of.lower() == repository.name.lower(),
    )


def _is_same_commit(repository: Repository, head: str, wanted: Wanted, cancel: Event | None) -> bool:
    """Say whether a branch stands at what we would commit now."""
    commit = commit_at(repository, head, cancel)
    if commit.parents != (wanted.base.sha,) or commit.message.strip() != wanted.message:
        return False
    tree = tree_of(repository, commit, cancel)
    if any(file_of(tree, change.path) != change.after for change in wanted.changes):
        return False
    told = compare(repository, wanted.base.sha, head, cancel)
    return told is not None and told.is_whole and {*told.files} == {change.path for change in wanted.changes}


def _difference(
    repository: Repository,
    ours: Ours,
    wanted: Wanted,
    found: PullRequest | None,
    head: str | None,
    cancel: Event | None,
) -> Difference | None:
    """Return what a person changed; `head` is None where the branch holds what we would write anyway."""
    why: list[str] = []
    parts: list[tuple[str, bytes | None, bytes]] = []
    if head is not None and head not in ours.heads:
        commit = commit_at(repository, head, cancel)
        subject = one_line(commit.message.partition("\n")[0])
        branch = found.branch if found is not None else wanted.branch
        why.append(
            f"The branch {branch} stands at {head[:7]} “{subject}” by {commit.author}, which this review did not write."
        )
        told = compare(repository, wanted.base.sha, head, cancel)
        others = sorted({*told.files} - {change.path for change in wanted.changes}) if told is not None else []
        if others:
            named = ", ".join(map(one_line, others[:5]))
            why.append(f"It changes {named}{f' and {len(others) - 5} more' if len(others) > 5 else ''} too.")
        tree = tree_of(repository, commit, cancel)
        parts += [(change.path, file_of(tree, change.path), change.after) for change in wanted.changes]
    text = plain_text(wanted.message, wanted.body)
    if found is not None and found.digest not in (ours.digest, text_digest(wanted.message, wanted.body)):
        why.append(f"Somebody changed the words of #{found.number} since they were written.")
        parts.insert(0, (f"pull request #{found.number}", plain_text(found.title, found.body).encode(), text.encode()))
    return Difference("  ".join(why), patch_of(parts)) if why else None


def _create(repository: Repository, branch: str, wanted: Wanted, cancel: Event | None) -> PullRequest:
    body = {"title": wanted.message, "head": branch, "base": wanted.base_branch, "body": wanted.body}

    def there() -> PullRequest | None:
        pages = _open_pages(repository, cancel)
        return next((one for page in pages for one in page if one.is_here and one.branch == branch), None)

    def create() -> PullRequest:
        return _pull_request(repository, send(repository, "POST", "pulls", "a pull request", body, cancel))

    return written(repository, PULL_REQUESTS, create, there)


def _update(repository: Repository, found: PullRequest, wanted: Wanted, cancel: Event | None) -> PullRequest:
    path, what = f"pulls/{found.number}", f"#{found.number}"
    now = _pull_request(repository, repository.github.get(f"/repos/{repository.name}/{path}", what, None, cancel).data)
    if now.digest != found.digest:
        raise ExportError(f"Somebody changed the words of {what} just now; look again.")

    def update() -> PullRequest:
        body = {"title": wanted.message, "body": wanted.body}
        return _pull_request(repository, send(repository, "PATCH", path, what, body, cancel))

    def there() -> PullRequest | None:
        told = repository.github.get(f"/repos/{repository.name}/{path}", what, None, cancel).data
        again = _pull_request(repository, told)
        return again if again.digest == text_digest(wanted.message, wanted.body) else None

    return written(repository, PULL_REQUESTS, update, there)
