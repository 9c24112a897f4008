"""Whether a branch still holds to a release that only a commit says, by its subject or by a heading of the changelog.

Such a release counts only if no later commit reverts it and the heading of its version is still in the changelog, or in
a file that the changelog was split into.  Where there is no changelog with versions, the commit has to be nothing but a
release: one that changes sources as well ("Release 1.1.0", squashed) carries the work that is still to be released.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Protocol

from llnotes_tui.release.changelog import version_headings, version_key
from llnotes_tui.release.changelog_headings import ReleaseHeading
from llnotes_tui.release.folding import is_work_file
from llnotes_tui.release.message import reverts
from llnotes_tui.release.model import Commit
from llnotes_tui.release.reverting import cancelled
from llnotes_tui.release.text import decode
from llnotes_tui.release.versions import Version
from llnotes_tui.sources.changelogs import files_of
from llnotes_tui.sources.process import DIFF_FLAGS, GitFault, Place, run
from llnotes_tui.sources.structure import structures

_CHANGELOG_LIKE = re.compile(
    rb"(?:^|/)[^/]*(?:change|history|news|release)[^/]*(?:/[^/]+)*\.(?:md|markdown|rst|txt)$", re.IGNORECASE
)
_MOST_FILES = 40
"""Of those that a changelog may have been split into, the shortest names first."""

_CHANGES = ("diff-tree", "--stdin", "--root", "--always", "-r", "-m", "--first-parent", "-z", "--raw", "--no-abbrev")


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
        reverted = self._reverted.get(released.commit, "")
        if reverted:
            return reverted
        if released.commit in self._headings or self._has_versions(released.version):
            is_there = self._is_listed(released.version)
            return "" if is_there else f"has no heading in {decode(self._changelog)}"
        return "is said by a commit that changes code as well" if self._is_work(released.commit) else ""

    @cached_property
    def _reverted(self) -> Mapping[str, str]:
        return reverted_reasons(self._chain)

    def _has_versions(self, wanted: Version) -> bool:
        """Tell whether the changelog has versions, or may have: it cannot be read.  Days count only for a release by day."""
        known = self._versions
        return known is None or any(
            not heading.is_date or version_key(heading.version) == wanted.key for heading in known
        )

    def _is_listed(self, version: Version) -> bool:
        known = self._versions
        return known is None or version.key in _keys(known) or version.key in self._versions_beside

    @cached_property
    def _versions(self) -> tuple[ReleaseHeading, ...] | None:
        """The versions that the changelog has at the end of the branch; None where it cannot be read."""
        try:
            if not run(["ls-tree", "-z", self._until, "--", self._changelog], self._place):
                return ()
            return version_headings(run(["cat-file", "blob", self._named(self._changelog)], self._place))
        except GitFault as fault:
            if fault.lacks_objects:
                return None
            raise

    @cached_property
    def _versions_beside(self) -> frozenset[object]:
        """The versions in the files that the changelog may have been split into, as far as they can be read."""
        try:
            names = files_beside(self._place, self._until, self._changelog)
            files = files_of(self._place, [self._named(name) for name in names])
        except GitFault:
            return frozenset()
        return _keys(heading for data in files if data is not None for heading in version_headings(data))

    def _named(self, path: bytes) -> bytes:
        return self._until.encode() + b":" + path

    def _is_work(self, sha: str) -> bool:
        """Tell whether a commit changes code; where files are missing (a partial clone), by their names alone."""
        asked = self._with_parent(sha)
        try:
            out = run([*_CHANGES, *DIFF_FLAGS, "--numstat"], self._place, stdin=asked)
            is_counted = True
        except GitFault as fault:
            if not fault.lacks_objects:
                raise
            try:
                out = run([*_CHANGES, "--no-renames"], self._place, stdin=asked)
            except GitFault as deeper:
                if deeper.lacks_objects:  # not even the names are here, so the subject decides
                    return False
                raise
            is_counted = False
        changed = structures([out], numbered=is_counted)
        return any(is_work_file(change, counted=is_counted) for _, files in changed for change in files)

    def _with_parent(self, sha: str) -> bytes:
        parents = run(["rev-list", "--no-walk", "--parents", sha], self._place).split()
        return b" ".join(parents[:2]) + b"\n"


def files_beside(place: Place, until: str, changelog: bytes) -> list[bytes]:
    """Return the files of a commit that the changelog may have been split into.

    Raises:
        GitFault: git failed.
    """
    names = run(["ls-tree", "-r", "-z", "--name-only", "--full-tree", until], place).split(b"\0")
    found = [name for name in names if _CHANGELOG_LIKE.search(name) and name != changelog]
    return sorted(found, key=lambda name: (len(name), name))[:_MOST_FILES]


def reverted_reasons(chain: Sequence[Link]) -> Mapping[str, str]:
    """Return why commits of a branch (newest first) do not count, by SHA: a later one reverts them and is not reverted."""
    if not any(reverts(link.subject, link.body) for link in chain[:-1]):
        return {}
    reasons = cancelled([_commit(link) for link in chain])
    return {sha: f"was {reason}" for sha, reason in reasons.items() if reason.startswith("reverted")}


def _keys(headings: Iterable[ReleaseHeading]) -> frozenset[object]:
    return frozenset(version_key(heading.version) for heading in headings)


def _commit(link: Link) -> Commit:
    return Commit(link.sha, (), "", "", 0, 0, link.subject, link.body, ())
