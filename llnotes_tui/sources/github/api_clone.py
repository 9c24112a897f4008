"""A repository on GitHub that git may not fetch: read by the API, one commit at a time, and said so.

It stands in for a clone.  What takes git - searching tags beside the branch, and the trees that names are checked
against - cannot be had; whoever asks for that is told that the objects are not here.
"""

import tempfile
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from msgspec import structs

from llnotes_tui.release.changelog_files import DEFAULT
from llnotes_tui.release.ids import repo_id
from llnotes_tui.release.model import Commit, DiffState, Range
from llnotes_tui.release.next_version import release_dates
from llnotes_tui.release.patch import Patch
from llnotes_tui.release.text import one_line
from llnotes_tui.release.versions import Tag, Version, VersionScheme
from llnotes_tui.sources.base import Base, ChainLink, base_by_distances, newest_below
from llnotes_tui.sources.begin import Begin, Tip, begin_of, made_version, note_on, version_at
from llnotes_tui.sources.changelogs import FoundChangelog, found_among, named_changelog
from llnotes_tui.sources.commits import commit_of, inside_paths, with_noise
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.github.api_history import ApiHistory
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.diff_files import files_in
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.hosts import GitHubPlace
from llnotes_tui.sources.github.shelf import Shelf
from llnotes_tui.sources.history import patch_ids
from llnotes_tui.sources.opening import Facts
from llnotes_tui.sources.options import RangeOptions, Say, SourceError, silent
from llnotes_tui.sources.overview import Overview, suggested_after
from llnotes_tui.sources.process import GitFault, Place
from llnotes_tui.sources.range_units import RangeUnits, owner_of, units_among
from llnotes_tui.sources.refs import Refs
from llnotes_tui.sources.release_branches import Rules, SideRelease, line_of
from llnotes_tui.sources.structure import Meta
from llnotes_tui.sources.tag_series import (
    require_release,
    scheme_by_name,
    scheme_for,
    series_notes,
    series_question,
    series_to_choose,
    tag_by_version,
    tag_prefixes,
)
from llnotes_tui.sources.told import NEXT_CHANGELOG, told

if TYPE_CHECKING:
    from llnotes_tui.release.plan import PlanOptions, Told

_FILES = 256
"""Files kept in memory, those used last."""
_CANDIDATES = 20
"""Tags that are tried as the base, the newest versions first."""
_NO_COPIES = (
    "Whether commits were released in tags beside the branch was not looked at, nor what people changed by hand in merges: "
    "git may not fetch here."
)


class ApiClone(Clone):
    """Reads by GitHub's API what a clone reads by git.  Made where git is refused; thread-safe, and slow."""

    def __init__(self, place: GitHubPlace, github: GitHub, default_branch: str, why: str) -> None:
        """`why` git may not fetch stands among the warnings of every range."""
        shelf = Shelf(place)
        facts = Facts(
            root=shelf.path,
            git_dir=shelf.path,
            common_dir=shelf.path,
            bare=True,
            name=place.full_name,
            origin=place.clone_url,
            remote="origin",
            partial=True,
        )
        super().__init__(shelf.path, facts)
        self._room = Place(Path(tempfile.gettempdir()))
        self._repository = repo_id(place.clone_url, "")
        self._history = ApiHistory(place, github)
        self._branch = default_branch
        self._why = why
        self._lock = Lock()
        self._asked_at = 0.0
        self._tip: Meta | None = None
        self._all_tags: tuple[Tag, ...] = ()
        self._read: dict[tuple[str | None, str], list[Meta]] = {}
        self._files: OrderedDict[tuple[str, bytes], bytes | None] = OrderedDict()
        self.refresh()

    @property
    def is_on_github(self) -> bool:
        """It was named as a repository on GitHub."""
        return True

    @property
    def github_place(self) -> GitHubPlace:
        """Where it is on GitHub."""
        return self._history.place

    def head(self) -> str:
        """Return the SHA of the default branch's tip."""
        assert self._tip is not None
        return self._tip.sha

    # -- what is new -------------------------------------------------------------------------------------------------

    def is_due(self, older_than: float) -> bool:
        """Say whether it was asked what is new `older_than` seconds ago."""
        return time.monotonic() - self._asked_at >= older_than

    def refresh(self, cancel: Event | None = None, say: Say = silent) -> None:
        """Ask where the branch stands and which tags there are.

        Raises:
            GitHubFault: it cannot be asked, or is empty.
        """
        say(f"Asking for {self.name} ...")
        tip = self._history.commit(f"heads/{self._branch}" if self._branch else "HEAD", cancel)
        if tip is None:
            raise GitHubFault("empty", f"{self.name} is empty: nothing was pushed to it yet.")
        tags = self._history.tags(cancel)
        with self._lock:
            self._tip, self._all_tags, self._asked_at = tip, tags, time.monotonic()

    def commits_since(self, range: Range) -> int:  # noqa: A002
        """Return how many commits the branch had gained when it was asked last; asks only where it had."""
        assert self._tip is not None
        if range.branch != self._branch or self._tip.sha == range.until:
            return 0
        try:
            return len(self._commits(range.until, self._tip.sha))
        except SourceError:
            return 0

    # -- the range ---------------------------------------------------------------------------------------------------

    def range(self, options: RangeOptions) -> Range:
        """Find out which commits the release is made of, by tags and release commits.

        Raises:
            SourceError: a name stands for nothing, the tags do not say which release is the base, or it cannot be asked.
        """
        until, branch, is_past = self._until(options)
        found = named_changelog(options) or self._changelog_at(until.sha)
        if options.since is not None:
            begin = self._begin_at(options, options.since, until)
        else:
            begin = self._begin_at_base(options, until, branch, is_past=is_past)
        return Range(
            repository=self.repository,
            name=self.name,
            web_url=self.web_url,
            branch=branch,
            since=begin.since,
            since_name=begin.since_name,
            until=until.sha,
            base_from=begin.base_from,
            base_note=begin.note,
            last_version=begin.last_version,
            last_released_at=begin.last_released_at,
            made_version=made_version(self._all_tags, Tip(until.sha, branch, past=is_past), begin.scheme),
            scheme=begin.scheme,
            tag_prefix=begin.tag_prefix,
            previous_tag=begin.previous_tag,
            tag_series=series_to_choose(options, self._all_tags),
            component=options.component.name if options.component is not None else None,
            changelog=found.path,
            fetched_at=int(time.time()),
            shallow=True,
            warnings=(
                *found.warnings,
                self._why,
                "Commits are read one by one from GitHub's API, and names are not checked against its files.",
                *series_notes(options, self._all_tags, begin.tag_prefix),
            ),
        )

    def _changelog_at(self, commit: str) -> FoundChangelog:
        """Return the changelog of a commit; where GitHub does not list its files, what a new one is called."""
        if commit not in self._changelogs:
            try:
                files = self._history.files(commit)
            except GitHubFault:
                return FoundChangelog(DEFAULT, is_there=False)
            self._changelogs[commit] = found_among(files, lambda path: self.file_at(commit, path.encode()))
        return self._changelogs[commit]

    def _until(self, options: RangeOptions) -> tuple[Meta, str, bool]:
        """Return where the range ends, what that is called, and whether it is a past release."""
        if options.until is None:
            assert self._tip is not None
            return self._tip, self._branch, False
        name = options.until.removeprefix("refs/tags/")
        tagged = self._tag_named(name, options)
        until = self._named(tagged.commit if tagged is not None else name, "--until")
        is_branch = tagged is None and not until.sha.startswith(name)
        return until, one_line(options.until), not is_branch

    def _begin_at(self, options: RangeOptions, name: str, until: Meta) -> Begin:
        tagged = self._tag_named(name, options)
        since = self._named(tagged.commit if tagged is not None else name, "--since")
        scheme = scheme_by_name(options, self._all_tags, self.name, tagged)
        # What is beside a commit that a person named is not asked for.
        base = structs.replace(self._base(scheme, since, None, is_tip=False), side=None)
        last = begin_of(self._all_tags, scheme, base, "")
        is_in = self._history.beyond(until.sha, since.sha).held
        parted = (
            ""
            if is_in
            else f"{one_line(name)} is not in the history of this branch; the range begins where they parted."
        )
        called = tagged.name if tagged is not None else one_line(name) if len(name) < 40 else since.sha[:12]
        return structs.replace(last, since=since.sha, since_name=called, base_from="option", note=parted)

    def _begin_at_base(self, options: RangeOptions, until: Meta, branch: str, *, is_past: bool) -> Begin:
        scheme = scheme_for(options, self._all_tags, self.name)
        base = self._base(scheme, until, None, is_tip=not is_past)
        if is_past:
            below = version_at(base, until.sha, self._all_tags, scheme)
            base = self._base(scheme, until, below, is_tip=False) if below is not None else base
        note = "" if is_past and base.release is None else note_on(self._all_tags, scheme, base, branch)
        if base.side is None and base.release is None and base.tag is None:
            require_release(options, self._all_tags, scheme, self.name)
        begin = begin_of(self._all_tags, scheme, base, note)
        tag = base.side.tag if base.side is not None else base.tag
        if (
            base.release is None or base.side is not None
        ) and tag is not None:  # GitHub does not tell when a tag was made
            made = self._history.commit(tag.commit)
            begin = structs.replace(begin, last_released_at=(made.committed_at or None) if made is not None else None)
        return begin

    def _base(self, scheme: VersionScheme, until: Meta, below: Version | None, *, is_tip: bool) -> Base:
        """Return what was released last in the history of a commit or beside it, by tags and the subjects of its commits.

        `is_tip`: it is the end of a branch.  Else a release that contains it came later, and is no base.
        """
        held, beside = self._tags_around(scheme, until, below)
        since = held[0].commit if held is not None else None
        links = [
            ChainLink(meta.sha, meta.committed_at, meta.subject, meta.body) for meta in self._chain(since, until.sha)
        ]
        rules = Rules(
            below=below,
            line=line_of(self._branch) if below is None else None,
            is_tip=is_tip,
            is_main_line=until.sha == self.head(),
        )
        return base_by_distances(held, links, scheme, beside, lambda sha: len(self._commits(sha, until.sha)), rules)

    def _tags_around(
        self, scheme: VersionScheme, until: Meta, below: Version | None
    ) -> tuple[tuple[Tag, Version] | None, list[SideRelease]]:
        """Return the newest version that a commit's history holds, and the newer ones beside it."""
        left = self._all_tags
        beside: list[SideRelease] = []
        for _ in range(_CANDIDATES):
            newest = newest_below(left, scheme, below)
            if newest is None:
                break
            tag, version = newest
            beyond = self._history.beyond(until.sha, tag.commit)
            if beyond.held:
                return newest, beside
            if beyond.ahead is not None:
                beside.append(SideRelease(tag, version, beyond.ahead))
            left = tuple(other for other in left if other is not tag)
        return None, beside

    def _tag_named(self, name: str, options: RangeOptions) -> Tag | None:
        tags = {tag.name: tag for tag in self._all_tags}
        found = (tags.get(f"{prefix}{name}") for prefix in ("", *tag_prefixes(options)))
        return next((tag for tag in found if tag is not None), None) or tag_by_version(
            options, self._all_tags, self.name, name
        )

    def _named(self, name: str, flag: str) -> Meta:
        found = self._history.commit(name)
        if found is None:
            raise SourceError(
                f"{flag} {one_line(name)} stands for no commit in {self.name}; give a tag, a branch or a SHA of it."
            )
        return found

    def _commits(self, since: str | None, until: str, cancel: Event | None = None) -> list[Meta]:
        """Return all commits of a range, asked for once."""
        key = (since, until)
        if key not in self._read:
            self._read[key] = self._history.commits(since, until, cancel) if since != until else []
        return self._read[key]

    def _chain(self, since: str | None, until: str) -> list[Meta]:
        """Return the first parents from `until` down to what is in the history of `since`, newest first."""
        known = {meta.sha: meta for meta in self._commits(since, until)}
        chain: list[Meta] = []
        wanted: str | None = until
        while wanted in known:
            chain.append(known[wanted])
            wanted = known[wanted].first_parent
        return chain

    def _units(self, since: str | None, until: str, cancel: Event | None = None) -> RangeUnits:
        """Return the units of a range; what people changed by hand in a folded merge is not to be had from the API."""
        metas = self._commits(since, until, cancel)
        known = {meta.sha for meta in metas}
        outside = {meta.parents[0] for meta in metas if len(meta.parents) > 1} - known
        trees = {sha: base.tree for sha in outside if (base := self._history.commit(sha, cancel)) is not None}
        return units_among(metas, until, owner_of(self.web_url), trees)

    # -- its commits -------------------------------------------------------------------------------------------------

    def commits(self, range: Range, options: RangeOptions, cancel: Event | None = None) -> Iterator[Commit]:  # noqa: A002
        """Yield the commits of a range, newest first, each with the diff that GitHub shows.

        Raises:
            SourceError: it cannot be asked, or `cancel` was set.
        """
        component = options.component
        inside = inside_paths(component.paths if component is not None else ())
        names = (range.changelog or options.changelog_path, options.changelog or options.changelog_path)
        changelogs = frozenset((*(name.encode("utf-8", "surrogateescape") for name in names), NEXT_CHANGELOG))
        units = self._units(range.since, range.until, cancel)
        for meta in units.metas:
            is_folded = units.units[meta.sha].kind not in ("commit", "merge")
            patch, state = _nothing() if is_folded else self._patch(meta.sha, cancel)
            changes = files_in(meta.sha, patch) if state == "whole" else ()
            kept = (change for change in changes if inside is None or inside(change))
            files = tuple(with_noise(change, patch, {}, changelogs) for change in kept)
            own_id = patch_ids(self._room, [(meta.sha, patch.raw)]).get(meta.sha) if changes else None
            yield units.completed(commit_of(meta, files, state, own_id))

    def patch(self, sha: str) -> Patch:
        """Return the patch of a commit against its first parent.

        Raises:
            SourceError: GitHub does not show it whole, or cannot be asked.
        """
        patch, state = self._patch(sha, None)
        if state in ("too-large", "partial"):
            raise SourceError(
                f"GitHub does not show the whole diff of {sha[:7]}, and git may not fetch it from {self.name}."
            )
        return patch

    def _patch(self, sha: str, cancel: Event | None) -> tuple[Patch, DiffState]:
        kept = self._shelf.get(sha)
        if kept is not None:
            return kept, "whole" if kept.parts else "empty"
        try:
            shown = self._history.diff(sha, cancel)
        except GitHubFault as fault:
            if fault.kind == "too-large":
                return Patch(b""), "too-large"
            raise
        patch = Patch(shown.diff)
        counted = files_in(sha, patch)
        sums = (sum(change.added or 0 for change in counted), sum(change.removed or 0 for change in counted))
        if None not in (shown.added, shown.removed) and sums != (shown.added, shown.removed):
            return Patch(b""), "partial"
        self._shelf.put(sha, patch)
        return patch, "whole" if patch.parts else "empty"

    def patch_ids(self, commits: Sequence[str], cancel: Event | None = None) -> dict[str, str]:
        """Return the stable patch-id of each commit that GitHub shows whole.

        Raises:
            GitFault: git failed, or `cancel` was set.
            SourceError: it cannot be asked.
        """
        pairs = [(sha, self._patch(sha, cancel)[0].raw) for sha in commits]
        return patch_ids(self._room, [(sha, raw) for sha, raw in pairs if raw], cancel)

    def told(
        self,
        range: Range,  # noqa: A002
        commits: Sequence[Commit],
        options: RangeOptions,
        plan_options: "PlanOptions | None" = None,
        cancel: Event | None = None,
    ) -> "Told":
        """Return what earlier releases told, but for what takes git.

        Raises:
            SourceError: it cannot be asked.
        """
        known = told(self, range, commits, options, plan_options, cancel, looks_beside=False)
        return structs.replace(known, warnings=(*known.warnings, _NO_COPIES))

    def overview(self, options: RangeOptions) -> Overview:
        """Return the row that stands for it in a list.

        Raises:
            SourceError: as `range`.
        """
        span = self.range(options)
        units = self._units(span.since, span.until)
        dates = release_dates(span.last_released_at, options.today)
        version, reason = suggested_after(span.last_version, units.messages(), dates)
        return Overview(
            name=self.name,
            branch=span.branch,
            since=span.since,
            until=span.until,
            unreleased=len(self._commits(span.since, span.until)),
            last_version=span.last_version,
            last_released_at=span.last_released_at,
            fetched_at=span.fetched_at,
            suggested_version=version,
            version_reason=reason,
            tag_prefix=span.tag_prefix,
            warning=span.base_note or self._why,
            tag_question=series_question(span.tag_series, self.name),
        )

    # -- single things -----------------------------------------------------------------------------------------------

    def file_at(self, sha: str, path: bytes) -> bytes | None:
        """Return a file as it is in a commit; None where it is not there, is no file, or cannot be had."""
        key = (sha, path)
        with self._lock:
            if key in self._files:
                self._files.move_to_end(key)
                return self._files[key]
        try:
            found = self._history.file(sha, path)
        except GitHubFault:
            return None
        with self._lock:
            self._files[key] = found
            while len(self._files) > _FILES:
                self._files.popitem(last=False)
        return found

    def settings_files(
        self, options: RangeOptions, cancel: Event | None = None, say: Say = silent
    ) -> tuple[bytes | None, ...]:
        """Return the files in which a repository may have settings, as they are on the default branch."""
        from llnotes_tui.sources.github.mirror import SETTINGS_FILES

        del options, cancel, say
        return tuple(self.file_at(self.head(), path) for path in SETTINGS_FILES)

    def tags(self) -> tuple[Tag, ...]:
        """Return all tags of commits, as of when it was asked last."""
        return self._all_tags

    def refs(self) -> Refs:
        """Return what the names stand for, as of when it was asked last."""
        return self._refs()

    def resolve(self, name: str) -> str | None:
        """Return the SHA of the commit that a tag stands for, or a SHA itself, as far as it is known without asking."""
        tagged = next(
            (tag.commit for tag in self._all_tags if f"refs/tags/{tag.name}" == name or tag.name == name), None
        )
        known = (meta.sha for chain in tuple(self._read.values()) for meta in chain)
        return tagged or next((sha for sha in known if sha == name), None)

    def git(self, arguments: Sequence[str | bytes], *, stdin: bytes = b"", cancel: Event | None = None) -> bytes:
        """Have nothing to ask git about.

        Raises:
            GitFault: always; it says that objects are missing.
        """
        del arguments, stdin, cancel
        sentence = f"git may not fetch {self.name}, so its files and older commits cannot be read"
        raise GitFault(sentence, status=128, said="could not read objects: nothing was fetched")

    def _refs(self) -> Refs:
        tip = self.head()
        name = f"refs/remotes/origin/{self._branch}"
        return Refs({name: tip}, self._all_tags, "origin", name, None, None)


def _nothing() -> tuple[Patch, DiffState]:
    return Patch(b""), "empty"
