"""What of some commits is missing in a clone of ours, and fetching exactly that: nothing comes twice, nothing is guessed.

Trees are asked for first, for they tell which files there are; then the files that are not here.
"""

import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from threading import Event

from llnotes_tui.release.message import release_version_of
from llnotes_tui.release.text import decode
from llnotes_tui.sources.changelogs import headings_at
from llnotes_tui.sources.github.fetching import DamagedClone, Fetching
from llnotes_tui.sources.github.needs import Span
from llnotes_tui.sources.history import read_metas
from llnotes_tui.sources.merge_results import is_merged_again
from llnotes_tui.sources.process import GitFault, Place, run
from llnotes_tui.sources.range_units import plan_units
from llnotes_tui.sources.release_commits import files_beside
from llnotes_tui.sources.structure import Meta, structures

_LONG = 200
"""Commits; of a longer span only what decides about releases is fetched while the base is being looked for."""
_ROUNDS = 4
"""How often what is still missing is asked for; a second time only where a tree came without those below it."""
_PAIR = re.compile(rb":\d+ \d+ ([0-9a-f]{40}) ([0-9a-f]{40}) ")
_DIFFERENCES = ["diff-tree", "--stdin", "--root", "--always", "-r", "--no-renames", "-z", "--raw", "--no-abbrev"]


class Bringing:
    """Brings what is missing.  `begin` is called at most once, when there is something to fetch, and returns by whom."""

    def __init__(self, folder: Place, begin: Callable[[], Fetching], cancel: Event | None) -> None:
        self._folder = folder
        self._begin = begin
        self._cancel = cancel
        self._begun: Fetching | None = None

    def whole(self, span: Span) -> None:
        """Bring all trees and files of what is read of a span: its units, their first parents, and for a folded merge all
        that git needs to merge again.

        Raises:
            GitHubFault: they cannot be fetched.
            DamagedClone: the clone cannot be read.
        """
        self._whole(self._read_commits(span))

    def versions(self, span: Span, paths: Sequence[bytes]) -> None:
        """Bring every version of some files, the changelog's, in a span, and all else too unless the span is long.

        Of a long span come also the files that the changelog may have been split into and, where it has no versions, what
        release commits change: both decide whether a release commit counts.

        Raises:
            GitHubFault, DamagedClone: as `whole`.
        """
        commits = self._commits(span)
        if len(commits) <= _LONG:
            self._whole(commits)
            return
        self._trees(commits)
        ends = [span.until] if span.since is None else [span.until, f"^{span.since}"]
        shape = [
            "--first-parent",
            "--diff-merges=first-parent",
            "--no-renames",
            "--raw",
            "--no-abbrev",
            "-z",
            "--format=",
        ]
        out = self._git(["log", *shape, *ends, "--", *paths])
        self._files((blob.decode("ascii") for pair in _PAIR.findall(out) for blob in pair), commits)
        try:
            beside = {name for path in paths for name in files_beside(self._folder, span.until, path)}
            found = [headings_at(self._folder, [span.until], os.fsdecode(path)) for path in paths]
        except GitFault as fault:
            if fault.is_ours:
                raise
            raise DamagedClone(fault.sentence) from fault
        self.files_at(span.until, sorted(beside))
        if all(heading.is_date for headings in found for heading in headings.get(span.until, ())):
            self.changes(self._releases(ends))

    def trees_of(self, commit: str) -> None:
        """Bring the trees of a commit.

        Raises:
            GitHubFault, DamagedClone: as `whole`.
        """
        self._trees([commit])

    def files_at(self, commit: str, paths: Sequence[bytes]) -> None:
        """Bring some files as they are in a commit.

        Raises:
            GitHubFault, DamagedClone: as `whole`.
        """
        if not paths:
            return
        self._trees([commit])
        out = self._git(["ls-tree", "-z", "--full-tree", commit, "--", *paths])
        self._files(
            (record.partition(b"\t")[0].rpartition(b" ")[2].decode("ascii") for record in out.split(b"\0")), [commit]
        )

    def changes(self, commits: Sequence[Meta]) -> None:
        """Bring the trees of commits and of their first parents, and the files that differ between the two.

        Raises:
            GitHubFault, DamagedClone: as `whole`.
        """
        shas = list(dict.fromkeys(sha for meta in commits for sha in (meta.sha, *meta.parents[:1])))
        self._trees(shas)
        asked = "".join(f"{' '.join((meta.sha, *meta.parents[:1]))}\n" for meta in commits).encode()
        told = structures([self._git(_DIFFERENCES, stdin=asked)], numbered=False)
        self._files(
            (blob for _, files in told for change in files for blob in (change.old_blob, change.new_blob)), shas
        )

    # -- within ------------------------------------------------------------------------------------------------------

    def _whole(self, commits: Sequence[str]) -> None:
        self._trees(commits)
        for _ in range(_ROUNDS):
            missing = self._missing(commits)
            if not missing:
                return
            self._fetching().files(sorted(missing))

    def _trees(self, commits: Sequence[str]) -> None:
        missing = self._missing(commits)
        if not missing:
            return
        asked = "".join(f"{sha}\n" for sha in commits).encode()
        roots = self._git(["log", "--no-walk=unsorted", "--format=%T", "--no-notes", "--stdin"], stdin=asked)
        wanted = [tree for tree in dict.fromkeys(roots.decode("ascii").split()) if tree in missing]
        if wanted:
            self._fetching().trees(wanted)

    def _files(self, ids: Iterable[str], commits: Sequence[str]) -> None:
        """Bring those of the files of some commits that are not here."""
        asked = set(ids)
        wanted = sorted(asked & self._missing(commits)) if asked else []
        if wanted:
            self._fetching().files(wanted)

    def _missing(self, commits: Sequence[str]) -> set[str]:
        """Return the ids of trees and files of commits that are not here; below a missing tree nothing is known."""
        asked = "".join(f"{sha}\n" for sha in commits).encode()
        out = self._git(["rev-list", "--objects", "--missing=print", "--no-walk", "--stdin"], stdin=asked)
        return {line[1:].decode("ascii") for line in out.split(b"\n") if line.startswith(b"?")}

    def _releases(self, ends: Sequence[str]) -> list[Meta]:
        """Return the commits of a branch whose subjects say a release."""
        out = self._git(["log", "-z", "--first-parent", "--no-notes", "--format=%H %P%n%s", *ends, "--"])
        found = (record.partition(b"\n") for record in out.split(b"\0") if record)
        shas = (ids.decode("ascii").split() for ids, _, subject in found if release_version_of(decode(subject)))
        return [Meta(sha, tuple(parents), "", "", 0, 0, "", "") for sha, *parents in shas]

    def _commits(self, span: Span) -> list[str]:
        ends = [span.until] if span.since is None else [span.until, f"^{span.since}"]
        lines = self._git(["rev-list", "--first-parent", "--parents", *ends]).decode("ascii").split("\n")
        chain = (sha for line in lines for sha in line.split()[:2])
        return list(dict.fromkeys((span.until, *chain, *([span.since] if span.since is not None else []))))

    def _read_commits(self, span: Span) -> list[str]:
        try:
            metas = read_metas(self._folder, span.since, span.until, self._cancel)
            found = plan_units(self._folder, metas, span.until, span.owner, self._cancel)
        except GitFault as fault:
            if fault.is_ours:
                raise
            raise DamagedClone(fault.sentence) from fault
        needed = [span.until, *([span.since] if span.since is not None else [])]
        for meta in found.metas:
            is_folded = found.units[meta.sha].kind in ("walked", "in-base")
            again = is_folded and is_merged_again(meta)
            needed += (meta.sha, *(meta.parents if again else meta.parents[:1]))
            if again:
                needed += self._merge_bases(meta)
        return list(dict.fromkeys(needed))

    def _merge_bases(self, merge: Meta) -> list[str]:
        first, *others = merge.parents
        found: list[str] = []
        for other in others:
            # Histories without anything in common have no base, and git then ends with status 1.
            with suppress(DamagedClone):
                found += self._git(["merge-base", "--all", first, other]).decode("ascii").split()
        return found

    def _fetching(self) -> Fetching:
        if self._begun is None:
            self._begun = self._begin()
        return self._begun

    def _git(self, arguments: Sequence[str | bytes], stdin: bytes = b"") -> bytes:
        try:
            return run(arguments, self._folder, stdin=stdin, timeout=600.0, cancel=self._cancel)
        except GitFault as fault:
            if fault.is_ours:
                raise
            raise DamagedClone(fault.sentence) from fault
