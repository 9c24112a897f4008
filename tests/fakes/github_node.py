"""What the nodes of the tests' GitHub have in common."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from tests.fakes.github_git import GitData


def utc(date: str) -> str:
    """Return a date of git's as GitHub's API has it: `2023-11-14T22:13:20Z`."""
    return datetime.fromisoformat(date).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Node:
    """Anything with an id."""

    typename = "Node"

    def __init__(self, key: object) -> None:
        self._key = key

    @property
    def id(self) -> str:
        return b64encode(f"{self.typename}:{self._key}".encode()).decode()


class Fields:
    """Fields of a small type."""

    def __init__(self, **fields: Any) -> None:
        vars(self).update(fields)


def named(typename: str, name: str, **fields: Any) -> Any:
    node = Node(name)
    vars(node).update(typename=typename, name=name, **fields)
    return node


def pushed_at(git: GitData) -> str | None:
    """Return when the newest commit of a branch was made."""
    tips = [git.commit(ref.sha) for name, ref in git.refs().items() if name.startswith("refs/heads/")]
    newest = max((tip for tip in tips if tip is not None), key=lambda tip: tip.second, default=None)
    return utc(newest.committer.date) if newest is not None else None
