"""What the GitHub of the tests knows beside git: owners, repositories, pull requests, releases.  Mutable, as a person edits them."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

PullState = Literal["open", "closed", "merged"]
Kind = Literal["Organization", "User"]
_numbers = itertools.count(1000)


def next_id() -> int:
    """Return a number that nothing else has."""
    return next(_numbers)


@dataclass
class FakeOwner:
    """An organisation or a user."""

    login: str
    kind: Kind = "Organization"
    is_protected: bool = False
    """Whether its SAML sign-in keeps every token out."""
    id: int = field(default_factory=next_id)


@dataclass
class FakePull:
    """A pull request."""

    number: int
    title: str
    body: str | None = ""
    labels: list[str] = field(default_factory=list)
    author: str | None = "ada"
    """None: the account is gone, and GitHub shows nobody."""
    is_bot: bool = False
    state: PullState = "merged"
    commits: tuple[str, ...] = ()
    """SHAs that it brought to its base: the squashed one, the rebased ones, or the merge commit last."""
    head: str = ""
    base: str = "main"
    head_sha: str = ""
    """Empty: the tip of its branch while there is one, else the last of `commits`."""
    merge_commit: str = ""
    """Empty: the last of `commits`."""
    files: tuple[str, ...] | None = None
    """Paths; None: what git says of its commits."""
    draft: bool = False
    association: str = "CONTRIBUTOR"
    created_at: str = ""
    """ISO 8601.  Empty, as `updated_at` and `merged_at`: from the date of its last commit."""
    updated_at: str = ""
    merged_at: str = ""
    id: int = field(default_factory=next_id)

    @property
    def is_merged(self) -> bool:
        return self.state == "merged"

    @property
    def merge_sha(self) -> str:
        return (self.merge_commit or (self.commits[-1] if self.commits else "")) if self.is_merged else ""


@dataclass
class FakeRelease:
    """A release, or a draft of one."""

    tag: str
    name: str = ""
    body: str = ""
    draft: bool = False
    prerelease: bool = False
    target: str = ""
    """Branch or SHA that the tag is made at when a draft is published; empty: the default branch."""
    author: str = "ada"
    created_at: str = ""
    """ISO 8601.  Empty, as `published_at`: from the date of the tag's commit."""
    published_at: str = ""
    id: int = field(default_factory=next_id)


@dataclass
class FakeRepository:
    """A repository: what the site knows of it, and the git repository that it shows as it is."""

    owner: FakeOwner
    name: str
    path: Path
    private: bool = False
    archived: bool = False
    fork: bool = False
    topics: tuple[str, ...] = ()
    language: str | None = "Python"
    default_branch: str = "main"
    description: str = ""
    blocked: bool = False
    pulls: dict[int, FakePull] = field(default_factory=dict)
    releases: list[FakeRelease] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    """Names to colours; labels of pull requests need not stand here."""
    created_at: str = "2023-11-14T00:00:00Z"
    id: int = field(default_factory=next_id)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    def pull(
        self,
        number: int,
        *,
        title: str,
        body: str | None = "",
        labels: Iterable[str] = (),
        author: str | None = "ada",
        is_bot: bool = False,
        state: PullState = "merged",
        commits: Iterable[str] = (),
        head: str = "",
        base: str = "",
        head_sha: str = "",
        merge_commit: str = "",
        files: Iterable[str] | None = None,
        draft: bool = False,
        association: str = "CONTRIBUTOR",
    ) -> FakePull:
        """Add a pull request, or replace the one of that number."""
        made = FakePull(
            number,
            title,
            body,
            list(labels),
            author,
            is_bot,
            state,
            tuple(commits),
            head or f"topic-{number}",
            base or self.default_branch,
            head_sha,
            merge_commit,
            None if files is None else tuple(files),
            draft,
            association,
        )
        self.pulls[number] = made
        return made

    def release(
        self,
        tag: str,
        *,
        draft: bool = False,
        prerelease: bool = False,
        body: str = "",
        name: str = "",
        target: str = "",
        published_at: str = "",
    ) -> FakeRelease:
        """Add a release; git need not have its tag yet."""
        made = FakeRelease(tag, name, body, draft, prerelease, target, published_at=published_at)
        self.releases.append(made)
        return made

    def pulls_newest_first(self) -> list[FakePull]:
        return sorted(self.pulls.values(), key=lambda pull: -pull.number)

    def next_number(self) -> int:
        return max(self.pulls, default=0) + 1
