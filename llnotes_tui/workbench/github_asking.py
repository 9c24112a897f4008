"""Asking GitHub about the rows of a list: what is listed goes to the comparisons while the next page is fetched.

What is wrong with one repository stands in its own row; what is wrong with all of them is said once.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from llnotes_tui import config
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.fleet import CHUNK, Failed, named, owned, step
from llnotes_tui.sources.github.inquiry import Inquiry
from llnotes_tui.sources.github.listed import SETTINGS_FILES, Listed
from llnotes_tui.sources.options import SourceError
from llnotes_tui.sources.tag_series import TagSeriesError
from llnotes_tui.workbench.crew import Crew
from llnotes_tui.workbench.github_rows import GitHubRows
from llnotes_tui.workbench.kept_repositories import Kept, bare, digest_of
from llnotes_tui.workbench.ranging import components_of, range_options
from llnotes_tui.workbench.repository_rows import repository_id
from llnotes_tui.workbench.rows import failed_row, parts_of, row_key, waiting_row
from llnotes_tui.workbench.tag_choices import read_tag_choice


class _Asked(Struct):
    """A repository (or component) that is being asked about."""

    inquiry: Inquiry
    digest: str
    note: str

    @property
    def key(self) -> str:
        return row_key(self.inquiry.listed.name, self.inquiry.component)


class Asking:
    """Gives the crew what there is to ask; each answer goes to the rows."""

    def __init__(
        self, github: GitHub, rows: GitHubRows, crew: Crew, words: Sequence[str], flags: Mapping[str, Any]
    ) -> None:
        """`words` are what a person typed, `flags` the settings among the options of the command."""
        self._github = github
        self._rows = rows
        self._crew = crew
        self._words = frozenset(words)
        self._flags = flags
        self._cancelled = threading.Event()
        self._lock = threading.RLock()
        self._told: set[str] = set()
        """Keys of the rows that were told since they were last asked about."""
        self._pending: deque[_Asked] = deque()
        self._later: list[_Asked] = []
        """Those with another step to ask, gathered to be asked at once."""
        self._under_way = 0
        """Chunks given to the crew and not done."""
        github.subscribe(rows.waits)

    def ask(self, words: Iterable[str]) -> None:
        """Have the crew ask about repositories by name, and about owners."""
        words = tuple(words)
        names = [word for word in words if "/" in word]
        owners = [word for word in words if "/" not in word]
        with self._lock:
            asked = {word.lower() for word in words}
            self._told = {key for key in self._told if not asked & _words_for(key)}
        self._rows.lists(owners)
        for owner in owners:
            self._crew.give(partial(self._guarded, (owner,), partial(self._list, owner)))
        for start in range(0, len(names), CHUNK):
            some = names[start : start + CHUNK]
            self._crew.give(partial(self._guarded, some, partial(self._look_up, some)))

    def cancel(self) -> None:
        """Ask no more, at once."""
        self._cancelled.set()
        self._github.unsubscribe(self._rows.waits)

    # -- listing ---------------------------------------------------------------------------------------------------

    def _list(self, owner: str) -> None:
        """List an owner's repositories, and drop the rows of those that are no longer among them."""
        rows = self._rows
        before = rows.shelf.owned(owner, rows.filters) or ()
        names: dict[str, None] = {}
        try:
            for page in owned(self._github, owner, rows.filters, self._cancelled):
                for one in page.repositories:
                    names[one.name] = None
                    self._take(one, "")
                self._compare()
        finally:
            rows.has_listed(owner)
        rows.gone([owner])
        rows.shelf.keep_owned(owner, rows.filters, names)
        present = {name.lower() for name in (*names, *self._words)}
        rows.drop(name for name in before if name.lower() not in present)

    def _look_up(self, names: Sequence[str]) -> None:
        for name, one in named(self._github, names, self._cancelled):
            note = ""
            if one.name != name:
                self._rows.drop([name])
                note = f"{name} is called {one.name} now." if one.name.lower() != name.lower() else ""
            if isinstance(one, Failed) and name in self._words:
                self._take(Failed(one.name, f"It is no folder here, and {one.fault}"), note)
            else:
                self._take(one, note)
        self._compare()

    def _take(self, one: Listed | Failed, note: str) -> None:
        """Take a repository in: what is known already is told, the rest waits to be compared."""
        rows = self._rows
        if isinstance(one, Failed):
            rows.row(failed_row(one.name, one.fault))
        elif not one.is_whole:
            if rows.known(row_key(one.name)) is None:
                rows.settle(Kept(bare(one), note=note, read_at=int(time.time())))
        elif one.disabled:
            fault = f"{one.name} is disabled or blocked on {rows.host.name}; nothing of it can be read."
            rows.settle_fault(one, fault, note)
        elif not one.branch:
            rows.settle_fault(one, f"{one.name} is empty: nothing was pushed to it yet.", note)
        else:
            self._take_parts(one, note)

    def _take_parts(self, one: Listed, note: str) -> None:
        try:
            settings = config.load(_files_of(one), self._flags)
        except config.SettingsError as fault:
            self._rows.settle_fault(one, fault.sentence, note)
            return
        parts = components_of(settings)
        if parts != ("",):
            self._rows.gone([one.name])
        for part in parts:
            self._take_part(one, settings, part, note)

    def _take_part(self, listed: Listed, settings: config.Settings, component: str, note: str) -> None:
        key = row_key(listed.name, component)
        with self._lock:
            if key in self._told:
                return
            self._told.add(key)
        try:
            repository = repository_id(self._rows.host, listed.name)
            choice = read_tag_choice(lambda: repository, component)
            inquiry = Inquiry(listed, range_options(settings, component, choice=choice), component)
        except TagSeriesError as fault:
            self._rows.settle_fault(listed, fault.sentence, note, component, fault.question)
            return
        except SourceError as fault:
            self._rows.settle_fault(listed, fault.sentence, note, component)
            return
        digest = digest_of(inquiry.question, listed)
        known = self._rows.known(key)
        if known is not None and known.overview is not None and known.question == digest:
            self._rows.settle(replace(known, listed=bare(listed), note=note, read_at=int(time.time())))
            return
        if known is None:
            self._rows.row(replace(waiting_row(key), private=listed.private, web_url=listed.url))
        with self._lock:
            self._pending.append(_Asked(inquiry, digest, note))

    # -- comparing -------------------------------------------------------------------------------------------------

    def _compare(self) -> None:
        """Have all that waits compared, a chunk at a time."""
        with self._lock:
            while self._pending:
                self._give_chunk([self._pending.popleft() for _ in range(min(CHUNK, len(self._pending)))])

    def _give_chunk(self, chunk: list[_Asked]) -> None:
        self._under_way += 1
        keys = [asked.key for asked in chunk]
        self._crew.give(partial(self._guarded, keys, partial(self._step, chunk)))

    def _step(self, chunk: list[_Asked]) -> None:
        by_inquiry = {id(asked.inquiry): asked for asked in chunk}
        try:
            for inquiry, why in step(self._github, [asked.inquiry for asked in chunk], self._cancelled):
                asked = by_inquiry[id(inquiry)]
                if why or inquiry.is_done:
                    self._answered(asked, why)
                else:
                    with self._lock:
                        self._later.append(asked)
        finally:
            self._go_on()

    def _go_on(self) -> None:
        """Ask the next question of those that have one: of many at once, so as soon as nothing else is under way."""
        with self._lock:
            self._under_way -= 1
            while len(self._later) >= CHUNK or (self._later and not self._under_way):
                chunk, self._later = self._later[:CHUNK], self._later[CHUNK:]
                self._give_chunk(chunk)

    def _answered(self, asked: _Asked, why: str) -> None:
        listed, component = asked.inquiry.listed, asked.inquiry.component
        if why:
            self._rows.settle_fault(listed, why, asked.note, component)
            return
        read_at = int(time.time())
        try:
            overview = asked.inquiry.overview(read_at)
        except TagSeriesError as fault:
            self._rows.settle_fault(listed, fault.sentence, asked.note, component, fault.question)
            return
        self._rows.settle(Kept(bare(listed), component, overview, "", asked.note, asked.digest, read_at=read_at))

    # -- what goes wrong -------------------------------------------------------------------------------------------

    def _guarded(self, keys: Sequence[str], work: Callable[[], None]) -> None:
        """Do work about some rows; where GitHub is not to be had, those of them that nothing is known of say so."""
        try:
            work()
        except GitHubFault as fault:
            if fault.kind != "stopped":
                self._rows.failed(keys, fault.sentence, is_missing=fault.kind == "missing")
        except Exception as fault:
            self._rows.failed(keys, f"GitHub's answer cannot be read ({type(fault).__name__}: {fault}).")


def _words_for(key: str) -> set[str]:
    """Return the words that a row is asked about by: its repository's name, and its owner's."""
    name = parts_of(key)[0].lower()
    return {name, name.partition("/")[0]}


def _files_of(listed: Listed) -> config.RepositoryFiles:
    own, project = (listed.files.get(name) for name in SETTINGS_FILES)
    return config.RepositoryFiles(
        listed.name,
        own.encode("utf-8", "replace") if own is not None else None,
        project.encode("utf-8", "replace") if project is not None else None,
    )
