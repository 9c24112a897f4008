"""A repository on GitHub, read through a clone of our own in the cache directory that is exactly as deep as is needed.

It is read as any clone is.  Before a range is read, what reading it needs is fetched: all commits and names, the trees
and files of the range's commits, and of other commits what is looked at of them.
"""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from threading import Event

from msgspec import structs

from llnotes_tui.release.changelog_files import candidates
from llnotes_tui.release.model import Range
from llnotes_tui.sources.changelogs import files_at, named_changelog
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.github.bringing import Bringing
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.fetching import DamagedClone, Fetching, fetching_into, stand_at
from llnotes_tui.sources.github.hosts import GitHubPlace
from llnotes_tui.sources.github.needs import Span, spans_read
from llnotes_tui.sources.github.shelf import Shelf
from llnotes_tui.sources.options import RangeOptions, Say, SourceError, silent
from llnotes_tui.sources.overview import Overview
from llnotes_tui.sources.process import GitFault
from llnotes_tui.sources.range_units import owner_of
from llnotes_tui.sources.ranges import tip_of
from llnotes_tui.sources.structure import Meta

SETTINGS_FILES = (b".llnotes.toml", b"pyproject.toml")
"""Where a repository may have its settings, the first one that is there."""


class Mirror(Clone):
    """A clone of our own.  Made by `open_mirror`; reads as `Clone` does, and fetches what a range lacks."""

    def __init__(self, shelf: Shelf, github: GitHub | None, *, is_known: bool, notices: tuple[str, ...] = ()) -> None:
        """`github` is who asks, None to ask nobody; `notices` stand among the warnings of every range.

        Raises:
            SourceError: there is no clone, or git refuses it.
        """
        super().__init__(shelf.path)
        self._clones = shelf
        self._github = github
        self._is_known = is_known
        self._notices = notices
        self._asked_at = time.monotonic()

    @property
    def github_place(self) -> GitHubPlace:
        """Where it is on GitHub, spelled as GitHub does where it was asked."""
        return self._clones.place

    @property
    def is_on_github(self) -> bool:
        """It was named as a repository on GitHub."""
        return True

    def settings_files(
        self, options: RangeOptions, cancel: Event | None = None, say: Say = silent
    ) -> tuple[bytes | None, ...]:
        """Return the files of `SETTINGS_FILES` as they are on the default branch.

        `options` are what is known of the range without them: what finding its base needs comes along.

        Raises:
            SourceError: they cannot be fetched, or a name in the options stands for nothing.
        """
        head = self.head()

        def bring(bringing: Bringing) -> None:
            self._bring_versions(bringing, options)
            bringing.files_at(head, SETTINGS_FILES)

        self._bring(bring, cancel, say)
        return tuple(self.file_at(head, path) for path in SETTINGS_FILES)

    def is_due(self, older_than: float) -> bool:
        """Say whether somebody may be asked, and that was last done `older_than` seconds ago."""
        return self._github is not None and time.monotonic() - self._asked_at >= older_than

    def refresh(self, cancel: Event | None = None, say: Say = silent) -> None:
        """Fetch what is new on all branches; offline nothing.

        Raises:
            SourceError: it cannot be fetched.
        """
        if self._github is None:
            return
        self._asked_at = time.monotonic()
        with fetching_into(self._clones, self._github, cancel, say, is_known=self._is_known) as fetching:
            try:
                fetching.names()
            except DamagedClone:
                self._begin_anew(fetching)

    def fetch_pull(self, number: int, cancel: Event | None = None, say: Say = silent) -> str:
        """Fetch the commits of a pull request, and return the SHA of its newest one.

        Raises:
            SourceError: it cannot be fetched.
        """
        name = f"refs/llnotes/pull/{number}"
        if self._github is not None:
            with fetching_into(self._clones, self._github, cancel, say, is_known=self._is_known) as fetching:
                try:
                    fetching.pull(number, name)
                except DamagedClone as damage:
                    raise SourceError(f"git cannot fetch #{number} of {self.name}: {damage}") from damage
        sha = self.resolve(name)
        if sha is None:
            raise SourceError(f"#{number} of {self.name} was not fetched yet; leave --offline out once.")
        return sha

    def bring_change(self, sha: str, base: str, cancel: Event | None = None, say: Say = silent) -> None:
        """Fetch the trees of two commits and the files that differ between them.

        Raises:
            SourceError: they cannot be fetched.
        """
        meta = Meta(sha, (base,), "", "", 0, 0, "", "")
        self._bring(lambda bringing: bringing.changes([meta]), cancel, say)

    def prepare(self, options: RangeOptions, cancel: Event | None = None, say: Say = silent) -> None:
        """Fetch what reading a range needs and is not here.

        Raises:
            SourceError: as `range`, or it cannot be fetched.
        """

        def bring(bringing: Bringing) -> None:
            self._bring_versions(bringing, options)
            span = Clone.range(self, options)
            bringing.whole(Span(span.since, span.until, owner_of(span.web_url)))

        self._bring(bring, cancel, say)

    def range(self, options: RangeOptions) -> Range:
        """Find out which commits the release is made of, as `Clone.range` does, fetching the changelogs it looks at.

        Raises:
            SourceError: as `Clone.range`, or it cannot be fetched.
        """
        self._bring(lambda bringing: self._bring_versions(bringing, options))
        found = super().range(options)
        return structs.replace(found, warnings=(*self._notices, *found.warnings))

    def overview(self, options: RangeOptions) -> Overview:
        """Return the row that stands for it in a list.

        Raises:
            SourceError: as `range`.
        """
        self._bring(lambda bringing: self._bring_versions(bringing, options))
        return super().overview(options)

    def patch_ids(self, commits: Sequence[str], cancel: Event | None = None) -> dict[str, str]:
        """Return the stable patch-id of each commit, fetching what differs in it.

        Raises:
            GitFault: git failed, or `cancel` was set.
            SourceError: it cannot be fetched.
        """
        metas = self._metas(commits)
        if metas:
            self._bring(lambda bringing: bringing.changes(metas), cancel)
        return super().patch_ids(commits, cancel)

    # -- within ------------------------------------------------------------------------------------------------------

    def _bring_versions(self, bringing: Bringing, options: RangeOptions) -> None:
        refs = self.refs()
        tip = tip_of(self._facts, refs, options).sha
        if named_changelog(options) is None:
            bringing.files_at(tip, [os.fsencode(name) for name in self._changelog_names(bringing, tip)])
        options = structs.replace(options, changelog=self.changelog(tip, options).path)
        for span in spans_read(self._facts, refs, options):
            bringing.versions(span, [os.fsencode(options.changelog_path)])

    def _changelog_names(self, bringing: Bringing, commit: str) -> tuple[str, ...]:
        """Return the files of a commit that can be its changelog."""
        bringing.trees_of(commit)
        return candidates(files_at(self._facts.place, commit))

    def _bring(self, work: Callable[[Bringing], None], cancel: Event | None = None, say: Say = silent) -> None:
        """Have work done on what is here and what it fetches; a clone that is damaged is made anew once.

        Raises:
            SourceError: something cannot be fetched.
        """
        try:
            try:
                self._brought(work, cancel, say)
            except DamagedClone:
                self._make_anew(cancel, say)
                self._brought(work, cancel, say)
        except DamagedClone as damage:
            raise SourceError(
                f"The copy of {self.name} in {self.root} is damaged ({damage}); `llnotes cache clear` removes it."
            ) from damage
        except GitFault as fault:
            raise SourceError(fault.sentence) from fault

    def _brought(self, work: Callable[[Bringing], None], cancel: Event | None, say: Say) -> None:
        with ExitStack() as held:

            def begin() -> Fetching:
                if self._github is None:
                    raise GitHubFault(
                        "unreachable",
                        f"Not all of this range of {self.name} was fetched before, and nothing is fetched with --offline; leave that out once.",
                    )
                return held.enter_context(
                    fetching_into(self._clones, self._github, cancel, say, is_known=self._is_known)
                )

            work(Bringing(self._facts.place, begin, cancel))

    def _make_anew(self, cancel: Event | None, say: Say) -> None:
        if self._github is None:
            raise SourceError(
                f"The copy of {self.name} in {self.root} is damaged; leave --offline out once, so that it is made anew."
            )
        with fetching_into(self._clones, self._github, cancel, say, is_known=self._is_known) as fetching:
            self._begin_anew(fetching)

    def _begin_anew(self, fetching: Fetching) -> None:
        """Fetch into an empty clone; only while it is locked.

        Raises:
            SourceError: that cannot be fetched either.
        """
        self._clones.set_aside()
        self._clones.make()
        try:
            fetching.names()
            stand_at(self._facts.place, fetching.default_branch())
        except DamagedClone as damage:
            raise SourceError(f"git cannot fetch {self.name}: {damage}") from damage
