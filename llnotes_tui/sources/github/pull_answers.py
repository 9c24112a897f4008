"""What GitHub's answers about pull requests mean: hostile text made visible, and of others' repositories nothing taken."""

from collections.abc import Mapping
from typing import Any

from llnotes_tui.release.model import PullRequest, Visibility
from llnotes_tui.release.text import one_line, visible


def by_number(told: Any) -> PullRequest | None:
    """Return the pull request of a number that a commit's message names; None for an issue, and for one still open."""
    if not isinstance(told, Mapping) or told.get("state") == "OPEN":
        return None
    return pull_request(told)


def associated(told: Any, repository: str, branch: str) -> PullRequest | None:
    """Return the pull request that brought a commit: a merged one into this very repository, best into this branch.

    GitHub names those of forks as well, which are other repositories and perhaps private ones.
    """
    nodes = ((told or {}).get("associatedPullRequests") or {}).get("nodes") or []
    mine = [
        node
        for node in nodes
        if isinstance(node, Mapping)
        and node.get("merged")
        and str((node.get("baseRepository") or {}).get("nameWithOwner", "")).lower() == repository.lower()
    ]
    mine.sort(key=lambda node: (node.get("baseRefName") != branch, node.get("number", 0)))
    return pull_request(mine[0]) if mine else None


def pull_request(told: Mapping[str, Any]) -> PullRequest:
    """Return a pull request as an answer has it, its text safe to show."""
    author = told.get("author") or {}
    labels = (told.get("labels") or {}).get("nodes") or []
    return PullRequest(
        number=int(told["number"]),
        title=one_line(str(told.get("title") or "")),
        body=visible(str(told.get("body") or "")),
        labels=tuple(one_line(str(label["name"])) for label in labels if isinstance(label, Mapping)),
        author=one_line(str(author.get("login") or "")),
        is_bot=author.get("__typename") == "Bot",
    )


def visibility_of(repository: Mapping[str, Any]) -> Visibility:
    """Return who may read a repository."""
    private = repository.get("isPrivate")
    return "unknown" if private is None else "private" if private else "public"
