"""Whether a branch still holds to a release that only a commit says, by its subject or by a heading of the changelog.

Such a release counts only if no later commit reverts it and the heading of its version is still in the changelog, or in
a file that the changelog was split into.  Where there is no changelog with versions, the commit has to be nothing but a
release: one that changes sources as well ("Release 1.1.0", squashed) carries the work that is still to be released.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Protocol

from llnotes_tui.release.folding import is_work_file
from llnotes_tui.release.message import reverts
from llnotes_tui.release.model import Commit
from llnotes_tui.release.reverting import cancelled
from llnotes_tui.release.text import decode
from llnotes_tui.release.versions import Version, heading_version, parse
from llnotes_tui.sources.process import DIFF_FLAGS, GitFault, Place, run
from llnotes_tui.sources.structure import structures

_CHANGELOG_LIKE = re.compile(
    rb"(?:^|/)[^/]*(?:change|history|news|release)[^/]*(?:/[^/]+)*\.(?:md|markdown|rst|txt)$", re.IGNORECASE
)
_MOST_FILES = 40
"""Of those that a changelog may have been split into, the shortest names first."""


class Release(Protocol):
    """A release that a commit says."""

    @property
    def commit(self) -> str:
        """SHA."""

    @property
    def version(self) -> Version:
        """What it releases."""


class Link(Protocol):
    """A commit of the branch."""

    @property
    def sha(self) -> str:
        """Its id."""

    @property
    def subject(self) -> str:
        """First line of its message."""

    @property
    def body(self) -> str:
        """The rest of its message."""


class Holding:
    """Asks the clone about the release commits of one branch."""

    def __init__(
        self, place: Place, until: str, changelog: str, headings: Mapping[str, str], chain: Sequence[Link]
    ) -> None:
        """`headings` say which commit added which version to the changelog; `chain` is the branch, newest first."""
        self._place = place
        self._until = until
        self._changelog = changelog.encode()
        self._headings = headings
        self._chain = chain

    def why_not(self, released: Release) -> str:
        """Return why a release commit does not count, to follow on its version; empty where it does.

        Raises:
            GitFault: git failed.
        """
        reverted = reverted_reason(self._chain, released.commit)
        if reverted:
            return reverted
        if released.commit in self._headings or self._versions:
            is_there = self._is_listed(released.version)
            return "" if is_there else f"has no heading in {decode(self._changelog)}"
        return "is said by a commit that changes code as well" if self._is_work(released.commit) else ""

    def _is_listed(self, version: Version) -> bool:
        if self._versions is None or version.key in self._versions:
            return True
        return any(version.key in _versions_in(data) for data in self._siblings())

    @cached_property
    def _versions(self) -> frozenset[object] | None:
        """The versions that the changelog has at the end of the branch; None where it cannot be read."""
        try:
            listed = run(["ls-tree", "-z", self._until, "--", self._changelog], self._place)
            return _versions_in(self._file(self._changelog)) if listed else frozenset()
        except GitFault as fault:
            if fault.lacks_objects:
                return None
            raise

    def _siblings(self) -> Iterator[bytes]:
        try:
            names = run(["ls-tree", "-r", "-z", "--name-only", self._until], self._place).split(b"\0")
        except GitFault:
            return
        found = [name for name in names if _CHANGELOG_LIKE.search(name) and name != self._changelog]
        for name in sorted(found, key=lambda name: (len(name), name))[:_MOST_FILES]:
            try:
                yield self._file(name)
            except GitFault:
                continue

    def _file(self, path: bytes) -> bytes:
        return run(["cat-file", "blob", self._until.encode() + b":" + path], self._place)

    def _is_work(self, sha: str) -> bool:
        shape = ["diff-tree", "--stdin", "--root", "--always", "-r", "-m", "--first-parent", *DIFF_FLAGS]
        out = run([*shape, "-z", "--raw", "--numstat", "--no-abbrev"], self._place, stdin=self._with_parent(sha))
        return any(is_work_file(change) for _, files in structures([out]) for change in files)

    def _with_parent(self, sha: str) -> bytes:
        parents = run(["rev-list", "--no-walk", "--parents", sha], self._place).split()
        return b" ".join(parents[:2]) + b"\n"


def reverted_reason(chain: Sequence[Link], sha: str) -> str:
    """Return which later commit of a branch (newest first) reverts a commit and is not reverted itself; empty if none."""
    position = next((at for at, link in enumerate(chain) if link.sha == sha), None)
    later = chain[: position + 1] if position is not None else ()
    if not any(reverts(link.subject, link.body) for link in later[:-1]):
        return ""
    reasons = cancelled([_commit(link) for link in later])
    reason = reasons.get(sha, "")
    return f"was {reason}" if reason.startswith("reverted") else ""


def _versions_in(data: bytes) -> frozenset[object]:
    lines = decode(data).split("\n")
    found = (heading_version(line) for line in lines if line.startswith(("#", "*")))
    return frozenset(version.key for spelled in found if spelled and (version := parse(spelled)) is not None)


def _commit(link: Link) -> Commit:
    return Commit(link.sha, (), "", "", 0, 0, link.subject, link.body, ())
