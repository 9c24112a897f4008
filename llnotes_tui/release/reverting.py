"""Which commits of a range cancel each other out: one and its revert; a revert of a revert brings the first back in."""

import re
from collections.abc import Mapping, Sequence

from llnotes_tui.release.message import Reverts, pull_request_of, reverts, title_of
from llnotes_tui.release.model import Commit


def cancelled(commits: Sequence[Commit]) -> Mapping[str, str]:
    """Return the commits that leave the notes, by SHA, each with the reason for people.

    `commits` are newest first.  A revert of something outside the range is no part of this: it is news.
    """
    history = _History()
    for commit in reversed(commits):
        history.take_in(commit)
    return {commit.sha: reason for commit in commits if (reason := history.reason(commit)) is not None}


class _History:
    """The commits of a range as they came, oldest first, and which of them still have an effect."""

    def __init__(self) -> None:
        self._commits: list[Commit] = []
        self._target: dict[str, Commit] = {}
        self._undone_by: dict[str, Commit] = {}

    def take_in(self, commit: Commit) -> None:
        told = reverts(commit.subject, commit.body)
        target = self._find(told, commit) if told is not None else None
        if target is not None:
            self._target[commit.sha] = target
            self._undo(target, commit)
        self._commits.append(commit)

    def reason(self, commit: Commit) -> str | None:
        """Return why a commit leaves the notes, None where it stays."""
        target = self._target.get(commit.sha)
        if target is not None and target.sha in self._target:
            return f"brings back {_name(self._target[target.sha])}, which {_name(target)} had reverted"
        if target is not None:
            return f"reverts {_name(target)}"
        by = self._undone_by.get(commit.sha)
        return f"reverted by {_name(by)}" if by is not None else None

    def _undo(self, commit: Commit, by: Commit) -> None:
        """Take back the effect of a commit; taking back a revert gives its target its effect again."""
        self._undone_by[commit.sha] = by
        target = self._target.get(commit.sha)
        if target is not None:
            self._redo(target, by)

    def _redo(self, commit: Commit, by: Commit) -> None:
        self._undone_by.pop(commit.sha, None)
        target = self._target.get(commit.sha)
        if target is not None:
            self._undo(target, by)

    def _find(self, told: Reverts, by: Commit) -> Commit | None:
        """Return the earlier commit that is meant: by SHA, by pull request, else by title; the latest that has an effect."""
        live = [commit for commit in reversed(self._commits) if commit.sha not in self._undone_by]
        for sha in told.commits:
            found = next((commit for commit in self._commits if commit.sha.startswith(sha)), None)
            if found is not None:
                return found
        for number in told.pull_requests:
            found = next((commit for commit in live if _pull_request(commit) == number), None)
            if found is not None:
                return found
        return next((commit for commit in live if told.title and _is_called(commit, told.title, by)), None)


def _is_called(commit: Commit, title: str, by: Commit) -> bool:
    """Tell whether a quoted title is a commit's; with a pull request number in it, that one has to be the commit's."""
    number = re.search(r"\(#(\d+)\)\s*$", title)
    if number is not None and _pull_request(commit) is not None:
        return _pull_request(commit) == int(number[1])
    return commit.sha != by.sha and _key(title_of(commit.subject, commit.body)) == _key(title_of(title, ""))


def _key(title: str) -> str:
    return " ".join(title.lower().split()).rstrip(".…")


def _pull_request(commit: Commit) -> int | None:
    return commit.pull_request if commit.pull_request is not None else pull_request_of(commit.subject, commit.body)


def _name(commit: Commit) -> str:
    """Return what to call a commit in a reason: its abbreviated SHA, with its pull request where it has one."""
    number = _pull_request(commit)
    return f"{commit.sha[:7]} (#{number})" if number is not None else commit.sha[:7]
