"""A local clone, read by git alone: its range, its commits with their diffs, and the row that stands for it in a list.

Nothing is fetched, written or run in the clone; `sources.process` is the only place that starts git.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from msgspec import structs

from llnotes_tui.release.model import Commit, Range, RepoId
from llnotes_tui.release.patch import Patch
from llnotes_tui.release.text import display_path
from llnotes_tui.release.versions import Tag
from llnotes_tui.sources.attributes import AttributedPlace
from llnotes_tui.sources.changelogs import FoundChangelog, changelog_at, named_changelog
from llnotes_tui.sources.commits import read_commits
from llnotes_tui.sources.history import patch_ids, read_patches
from llnotes_tui.sources.merge_results import read_results
from llnotes_tui.sources.opening import Facts, facts_of, find_clones, identity_of
from llnotes_tui.sources.options import ComponentOptions, RangeOptions, Say, SourceError, silent
from llnotes_tui.sources.overview import Overview, overview_of
from llnotes_tui.sources.patches import PatchShelf
from llnotes_tui.sources.process import GitFault, Place, run
from llnotes_tui.sources.range_units import RangeUnits, owner_of, read_units
from llnotes_tui.sources.ranges import branch_tip, range_of, tip_of
from llnotes_tui.sources.refs import Refs, read_refs, resolve
from llnotes_tui.sources.release_branches import count_beyond
from llnotes_tui.sources.structure import BrokenStructure, Meta

if TYPE_CHECKING:
    from llnotes_tui.release.plan import PlanOptions, Told

__all__ = ["Clone", "ComponentOptions", "Overview", "RangeOptions", "SourceError", "find_clones"]

_UNKNOWN_BY_HAND = "What people changed by hand while merging is not known: that takes git 2.35 or newer, and all objects of the merges."
_SHELF = 64 << 20
"""Bytes of patches kept in memory."""
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_CHANGELOG_NAMES = (b"NEXT_CHANGELOG.md",)


class Clone:
    """A clone on this machine.  Its methods may be called from any thread; those that read are slow: a worker's work."""

    def __init__(self, path: Path, facts: Facts | None = None) -> None:
        """`facts` are what is known of it already.

        Raises:
            SourceError: as `open`.
        """
        self._facts = facts or facts_of(path)
        self._shelf = PatchShelf(_SHELF)
        self._places: dict[str, AttributedPlace] = {}
        self._place_lock = Lock()
        self._current = ""
        self._folded: dict[str, bool] = {}
        self._is_unknown_by_hand = False
        self._repository: RepoId | None = None
        self._changelogs: dict[str, FoundChangelog] = {}

    @classmethod
    def open(cls, path: Path) -> "Clone":
        """Open the clone that a path lies in.

        Raises:
            SourceError: there is none, or git refuses it.
        """
        return cls(path)

    @property
    def root(self) -> Path:
        """The work tree; the repository itself where it is bare."""
        return self._facts.root

    @property
    def is_on_github(self) -> bool:
        """It was named as a repository on GitHub, so there are no files of a person's here."""
        return False

    def head(self) -> str:
        """Return the SHA of the default branch's tip.

        Raises:
            SourceError: git failed, or there is no branch.
        """
        try:
            refs = self.refs()
        except GitFault as fault:
            raise SourceError(fault.sentence) from fault
        sha = refs.commits.get(refs.default_branch() or "")
        if sha is None:
            raise SourceError(f"{self.name} has no default branch; name a branch by --until.")
        return sha

    @property
    def name(self) -> str:
        """`owner/name` of its origin, else the folder's name."""
        return self._facts.name

    @property
    def bare(self) -> bool:
        """It has no work tree, so nothing can be written beside the history."""
        return self._facts.bare

    @property
    def web_url(self) -> str | None:
        """Its page on the host it came from."""
        return self._facts.web_url

    @property
    def origin(self) -> str | None:
        """The URL of the remote that counts as upstream, as it was given."""
        return self._facts.origin

    @property
    def git_place(self) -> Place:
        """Where git works on it, without its work tree: for the modules beside this one."""
        return self._facts.place

    @property
    def fetched_at(self) -> int | None:
        """When it last fetched, in seconds since the epoch."""
        return self._facts.fetched_at()

    @property
    def repository(self) -> RepoId:
        """What reviews know it by.

        Raises:
            SourceError: it has neither origin nor commit.
        """
        if self._repository is None:
            self._repository = self._identity()
        return self._repository

    def is_due(self, older_than: float) -> bool:  # noqa: ARG002  (what a copy of our own goes by)
        """Say whether something may be fetched, and that was last done `older_than` seconds ago; in a person's clone never."""
        return False

    def refresh(self, cancel: Event | None = None, say: Say = silent) -> None:
        """Do nothing: a person's clone is never fetched.  One of our own fetches what is new."""

    def prepare(self, options: RangeOptions, cancel: Event | None = None, say: Say = silent) -> None:
        """Do nothing: a person's clone holds what it holds.  One of our own fetches what reading the range needs."""

    def range(self, options: RangeOptions) -> Range:
        """Find out which commits the release is made of, both ends pinned to a SHA.

        Raises:
            SourceError: there is no commit, a name stands for nothing, the tags do not say which release
                is the base, or a shallow clone does not reach it.
        """
        try:
            refs = self.refs()
            tip = tip_of(self._facts, refs, options)
            found = self.changelog(tip.sha, options)
            options = structs.replace(options, changelog=found.path)
            span = range_of(self._facts, refs, tip, self.repository, options)
            return structs.replace(span, changelog=found.path, warnings=(*found.warnings, *span.warnings))
        except GitFault as fault:
            raise SourceError(fault.sentence) from fault

    def commits(self, range: Range, options: RangeOptions, cancel: Event | None = None) -> Iterator[Commit]:  # noqa: A002
        """Yield the commits of a range, newest first, each with its files, noise, patch-id and the state of its diff.

        Raises:
            SourceError: git failed, or `cancel` was set.
        """
        component = options.component
        names = (range.changelog or options.changelog_path, options.changelog or options.changelog_path)
        changelogs = frozenset((*(os.fsencode(name) for name in names), *_CHANGELOG_NAMES))
        try:
            units = self._units(range.since, range.until, cancel)
            yield from read_commits(
                self._attributed(range.until),
                units,
                self._shelf,
                cut=self._facts.cut(),
                partial=self._facts.partial,
                paths=component.paths if component is not None else (),
                changelogs=changelogs,
                cancel=cancel,
            )
        except (GitFault, BrokenStructure) as fault:
            raise _as_source_error(self.name, fault) from fault

    def patch(self, sha: str) -> Patch:
        """Return the patch of a commit against its first parent, from memory if it was read lately.

        Raises:
            SourceError: the clone has no such commit, or lacks objects of it.
        """
        kept = self._shelf.get(sha)
        if kept is not None:
            return kept
        meta = self._meta(sha)
        if sha in self._facts.cut():
            raise SourceError(
                f"The history of {self.name} is cut at {sha[:7]}; `git fetch --unshallow` brings its diff."
            )
        try:
            raw = self._raw_patch(meta)
        except GitFault as fault:
            raise SourceError(fault.sentence) from fault
        if raw is None:
            raise SourceError(f"Objects of {sha[:7]} are missing in {self.name}; `git fetch --refetch` brings them.")
        patch = Patch(raw)
        self._shelf.put(sha, patch)
        return patch

    def file_at(self, sha: str, path: bytes) -> bytes | None:
        """Return a file as it is in a commit; None where it is not there, is no file, or its object is missing."""
        if _SHA.fullmatch(sha) is None or not path:
            return None
        try:
            return run(["cat-file", "blob", f"{sha}:".encode() + path], self._facts.place)
        except (GitFault, ValueError):
            return None

    def commits_since(self, range: Range) -> int:  # noqa: A002
        """Return how many commits the range's branch has gained since it was pinned."""
        try:
            tip = branch_tip(self.refs(), range.branch)
            if tip is None or tip == range.until:
                return 0
        except GitFault:
            return 0
        return self.commits_beyond(range.until, tip)

    def commits_beyond(self, since: str, head: str) -> int:
        """Return how many commits a commit has beyond another, both of the clone; 0 where git does not say."""
        try:
            return count_beyond(self._facts.place, since, head)
        except GitFault:
            return 0

    def tip(self, branch: str) -> str | None:
        """Return where a branch stands as it was fetched last, else here; None where there is none of that name.

        Raises:
            SourceError: git failed.
        """
        try:
            return branch_tip(self.refs(), branch)
        except GitFault as fault:
            raise SourceError(fault.sentence) from fault

    def told(
        self,
        range: Range,  # noqa: A002
        commits: Sequence[Commit],
        options: RangeOptions,
        plan_options: "PlanOptions | None" = None,
        cancel: Event | None = None,
    ) -> "Told":
        """Return what earlier releases told of these commits, and what is written down for this one: see `sources.told`.

        Raises:
            SourceError: git failed, or `cancel` was set.
        """
        from llnotes_tui.sources.told import told

        try:
            found = told(self, range, commits, options, plan_options, cancel)
        except (GitFault, BrokenStructure) as fault:
            raise _as_source_error(self.name, fault) from fault
        return (
            structs.replace(found, warnings=(*found.warnings, _UNKNOWN_BY_HAND)) if self._is_unknown_by_hand else found
        )

    def overview(self, options: RangeOptions) -> Overview:
        """Return the row that stands for the clone in a list, by a handful of git processes.

        Raises:
            SourceError: as `range`.
        """
        try:
            refs = self.refs()
            tip = tip_of(self._facts, refs, options)
            found = self.changelog(tip.sha, options)
            row = overview_of(self._facts, refs, tip, structs.replace(options, changelog=found.path))
            return structs.replace(row, warning=row.warning or next(iter(found.warnings), ""))
        except GitFault as fault:
            raise SourceError(fault.sentence) from fault

    def close(self) -> None:
        """Remove what was laid out in temporary folders; it is removed at the end of the process anyway."""
        with self._place_lock:
            for place in self._places.values():
                place.close()
            self._places.clear()

    # -- what the rooms beside this one ask --------------------------------------------------------------------------

    def refs(self) -> Refs:
        """Return what the names of the clone stand for at this moment.

        Raises:
            GitFault: git failed.
        """
        return read_refs(self._facts.place, self._facts.git_dir, self._facts.remote)

    def changelog(self, commit: str, options: RangeOptions) -> FoundChangelog:
        """Return the changelog that the options name, else the one of a commit.

        Raises:
            GitFault: git failed.
        """
        named = named_changelog(options)
        if named is None and commit not in self._changelogs:
            self._changelogs[commit] = changelog_at(self._facts.place, commit)
        return named or self._changelogs[commit]

    def tags(self) -> tuple[Tag, ...]:
        """Return all tags of commits.

        Raises:
            GitFault: git failed.
        """
        return self.refs().tags

    def resolve(self, name: str) -> str | None:
        """Return the SHA of the commit that a name stands for, None where it stands for none."""
        return resolve(self._facts.place, name)

    def git(self, arguments: Sequence[str | bytes], *, stdin: bytes = b"", cancel: Event | None = None) -> bytes:
        """Run a git command that reads, for the modules beside this one; pass SHAs, never names.

        Raises:
            GitFault: git failed, or `cancel` was set.
        """
        return run(arguments, self._facts.place, stdin=stdin, cancel=cancel)

    def patch_ids(self, commits: Sequence[str], cancel: Event | None = None) -> dict[str, str]:
        """Return the stable patch-id of each commit against its first parent; those without a diff are left out.

        Raises:
            GitFault: git failed, or `cancel` was set.
        """
        cut = self._facts.cut()
        metas = [meta for meta in self._metas(commits) if meta.sha not in cut]
        place = self._attributed(self._current or (metas[0].sha if metas else "")).place if metas else self._facts.place
        patches = ((meta.sha, raw) for meta, raw in read_patches(place, metas, cancel) if raw)
        return patch_ids(place, patches, cancel)

    # -- within ------------------------------------------------------------------------------------------------------

    def _identity(self) -> RepoId:
        by_origin = identity_of(self._facts, "")
        if by_origin != "local:":
            return by_origin
        try:
            refs = self.refs()
            tip = tip_of(self._facts, refs, RangeOptions())
            roots = run(["rev-list", "--first-parent", "--max-parents=0", tip.sha], self._facts.place).split()
        except GitFault as fault:
            raise SourceError(fault.sentence) from fault
        return identity_of(self._facts, roots[-1].decode("ascii"))

    def _attributed(self, sha: str) -> AttributedPlace:
        """Return a place with the attributes of a commit; the one of the range that was read last serves single patches."""
        with self._place_lock:
            if sha not in self._places:
                self._places[sha] = AttributedPlace(self._facts.place, sha, partial=self._facts.partial)
            self._current = sha
            return self._places[sha]

    def _units(self, since: str | None, until: str, cancel: Event | None) -> RangeUnits:
        """Read the units of a range, and remember which merges are folded: their patch is what people changed by hand."""
        facts = self._facts
        units = read_units(facts.place, facts.common_dir, since, until, owner_of(facts.web_url), cancel)
        with self._place_lock:
            self._folded |= {sha: bool(result.change.files) for sha, result in units.folded.items()}
            self._is_unknown_by_hand = units.is_unknown_by_hand
        return units

    def _raw_patch(self, meta: Meta) -> bytes | None:
        with self._place_lock:
            by_hand = self._folded.get(meta.sha)
        if by_hand is None:
            [(_, raw)] = read_patches(self._attributed(self._current or meta.sha).place, [meta])
            return raw
        if not by_hand:
            return b""
        results = read_results(self._facts.place, self._facts.common_dir, [meta])
        return results[meta.sha].change.patch if results and meta.sha in results else None

    def _meta(self, sha: str) -> Meta:
        metas = self._metas([sha])
        if not metas:
            raise SourceError(
                f"{self.name} has no commit {display_path(sha.encode())[:40]}; it may have been rewritten."
            )
        return metas[0]

    def _metas(self, shas: Sequence[str]) -> list[Meta]:
        """Return SHA and parents of commits; those that the clone does not have are left out."""
        asked = [sha for sha in dict.fromkeys(shas) if _SHA.fullmatch(sha)]
        lines = "".join(f"{sha}\n" for sha in asked).encode()
        if not asked:
            return []
        try:
            out = run(
                ["rev-list", "--no-walk=unsorted", "--parents", "--ignore-missing", "--stdin"],
                self._facts.place,
                stdin=lines,
            )
        except GitFault:
            return []
        rows = (line.split() for line in out.decode("ascii").split("\n") if line)
        return [Meta(row[0], tuple(row[1:]), "", "", 0, 0, "", "") for row in rows]


def _as_source_error(name: str, fault: Exception) -> SourceError:
    if isinstance(fault, GitFault):
        return SourceError(fault.sentence)
    return SourceError(f"What git wrote of {name} cannot be read ({fault}); `git fsck` there may tell more.")
