"""What GitHub's answers about pull requests mean: hostile text made visible, and of others' repositories nothing taken."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from llnotes_tui.release.message import title_of
from llnotes_tui.release.model import Commit, PullRequest, Visibility
from llnotes_tui.release.text import one_line, visible

_DAY = 86_400
"""Seconds between the end of a pull request and its commit, at most: a squash is made then, and a pick keeps its time."""
_WORD = re.compile(r"\w+")


def by_number(told: Any, commits: Sequence[Commit]) -> PullRequest | None:
    """Return the pull request of a number that messages of commits name; None for an issue, and for one still open.

    In a fork, and where history was brought along from elsewhere, the number is another repository's: what GitHub has by
    it here counts only where it became one of the commits, was done with when one was made, or is called alike.
    """
    if not isinstance(told, Mapping) or told.get("state") == "OPEN":
        return None
    return pull_request(told) if any(_is_about(told, commit) for commit in commits) else None


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


def _is_about(told: Mapping[str, Any], commit: Commit) -> bool:
    if (told.get("mergeCommit") or {}).get("oid") == commit.sha:
        return True
    done_at = _seconds(told.get("mergedAt") or told.get("closedAt"))
    if done_at is not None and any(abs(done_at - at) <= _DAY for at in (commit.authored_at, commit.committed_at)):
        return True
    words, others = (
        set(_WORD.findall(title.lower()))
        for title in (str(told.get("title") or ""), title_of(commit.subject, commit.body))
    )
    return 2 * len(words & others) >= max(len(words), len(others), 1)


def _seconds(moment: Any) -> float | None:
    try:
        return datetime.fromisoformat(str(moment)).timestamp()
    except ValueError:
        return None


def visibility_of(repository: Mapping[str, Any]) -> Visibility:
    """Return who may read a repository."""
    private = repository.get("isPrivate")
    return "unknown" if private is None else "private" if private else "public"
