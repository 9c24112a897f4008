"""The repositories of a list that are on GitHub: what is kept is told at once, then GitHub is asked, and each told as it comes.

A page of an owner's repositories goes to the comparisons while the next page is fetched.  What is wrong with one
repository stands in its own row; what is wrong with all of them is said once, and the kept rows stay.
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
from llnotes_tui.sources.github.client import GitHub, shared
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.fleet import CHUNK, Failed, named, owned, step
from llnotes_tui.sources.github.hosts import host_of
from llnotes_tui.sources.github.inquiry import Inquiry
from llnotes_tui.sources.github.listed import Filters, Listed
from llnotes_tui.sources.github.login import app_of, find_login
from llnotes_tui.sources.options import SourceError
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.clones import settings_among
from llnotes_tui.workbench.crew import Crew
from llnotes_tui.workbench.kept_repositories import Kept, RepositoryShelf, bare, digest_of
from llnotes_tui.workbench.ranging import components_of, range_options
from llnotes_tui.workbench.repository_rows import row_of
from llnotes_tui.workbench.rows import failed_row, parts_of, row_key, waiting_row
from llnotes_tui.workbench.views import ListNews, RepositoryRow, RowGone

_AT_ONCE = 5
"""Requests under way at most; GitHub asks for few (docs.github.com/rest, "Best practices")."""

News = RepositoryRow | RowGone | ListNews


class _Asked(Struct):
    """A repository (or component) that is being asked about."""

    inquiry: Inquiry
    digest: str
    note: str

    @property
    def key(self) -> str:
        return row_key(self.inquiry.listed.name, self.inquiry.component)


class GitHubFleet:
    """Reads rows of repositories on GitHub on daemon threads."""

    def __init__(
        self,
        words: Sequence[str],
        settings: config.Settings,
        flags: Mapping[str, Any],
        answers: AnswerCache | None,
        tell: Callable[[News], None],
    ) -> None:
        """`words` are `owner/name`s and owners; `tell` is called from any thread, and must not wait."""
        self._words = tuple(words)
        self._settings = settings
        self._flags = settings_among(flags)
        self._answers = answers
        self._tell = tell
        self._host = host_of(settings.github)
        self._filters = Filters(settings.archived, settings.forks, settings.topics, settings.names, settings.languages)
        self._shelf = RepositoryShelf(answers, self._host)
        self._crew = Crew(_AT_ONCE, "llnotes-github", answers.close if answers is not None else None)
        self._cancelled = threading.Event()
        self._lock = threading.RLock()
        self._kept: dict[str, Kept] = {}
        """By key of the row."""
        self._told: set[str] = set()
        """Keys of the rows that GitHub told anew since the start."""
        self._pending: deque[_Asked] = deque()
        self._later: list[_Asked] = []
        """Those with another step to ask, gathered to be asked at once."""
        self._under_way = 0
        """Chunks given to the crew and not done."""
        self._listing: list[str] = []
        self._news = ListNews()
        self._github: GitHub | None = None

    def start(self) -> None:
        """Begin: kept rows first."""
        self._crew.give(self._begin)

    def again(self, keys: Sequence[str]) -> None:
        """Tell rows anew as they stand here, and ask GitHub about them."""
        self._crew.give(partial(self._again, tuple(keys)))

    def wait(self) -> None:
        """Wait until everything is told."""
        self._crew.wait()

    def cancel(self) -> None:
        """Ask no more, and tell nothing more."""
        self._cancelled.set()
        self._crew.close()
        if self._github is not None:
            self._github.unsubscribe(self._waits)

    # -- kept rows -------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        unknown = [word for word in self._words if not self._tell_kept(word)]
        if self._settings.offline:
            self._news = ListNews(fault="offline")
            self._say()
            for word in unknown:
                self._row(failed_row(word, f"Nothing is kept of {word}, and GitHub is not asked (offline)."))
            return
        self._ask(self._words)

    def _tell_kept(self, word: str) -> bool:
        """Tell what is kept of a repository or an owner; False where there is nothing."""
        names = (word,) if "/" in word else self._shelf.owned(word, self._filters)
        found = self._shelf.repositories(names) if names else []
        for kept in found:
            self._kept[row_key(kept.listed.name, kept.component)] = kept
            self._row(row_of(kept, self._host, self._answers))
        return bool(found)

    def _again(self, keys: Sequence[str]) -> None:
        for key in keys:
            if key in self._kept:
                self._row(row_of(self._kept[key], self._host, self._answers))
        if not self._settings.offline:
            self._ask(dict.fromkeys(parts_of(key)[0] for key in keys))

    # -- asking ----------------------------------------------------------------------------------------------------

    def _ask(self, words: Iterable[str]) -> None:
        """Have the crew ask about repositories by name and about owners."""
        words = tuple(words)
        github = self._client(words)
        if github is None:
            return
        names = [word for word in words if "/" in word]
        owners = [word for word in words if "/" not in word]
        with self._lock:
            self._told = {key for key in self._told if parts_of(key)[0] not in names}
            self._listing += owners
            self._news = replace(self._news, fault="")
        for owner in owners:
            self._crew.give(partial(self._guarded, (owner,), partial(self._list, github, owner)))
        self._say()
        for start in range(0, len(names), CHUNK):
            some = names[start : start + CHUNK]
            self._crew.give(partial(self._guarded, some, partial(self._look_up, github, some)))

    def _client(self, words: Sequence[str]) -> GitHub | None:
        if self._github is None:
            try:
                settings = self._settings
                app = app_of(settings.github_app, settings.github_app_installation, settings.github_app_key)
                self._github = shared(self._host, find_login(self._host, app))
            except SourceError as fault:
                self._failed(words, fault.sentence)
                return None
            self._github.subscribe(self._waits)
        return self._github

    def _list(self, github: GitHub, owner: str) -> None:
        """List an owner's repositories, and drop the rows of those that are no longer among them."""
        before = self._shelf.owned(owner, self._filters) or ()
        names: dict[str, None] = {}
        try:
            for page in owned(github, owner, self._filters, self._cancelled):
                for one in page.repositories:
                    names[one.name] = None
                    self._take(one, "")
                self._compare(github)
        finally:
            with self._lock:
                self._listing.remove(owner)
            self._say()
        self._shelf.keep_owned(owner, self._filters, names)
        present = {name.lower() for name in (*names, *self._words)}
        self._drop(name for name in before if name.lower() not in present)

    def _look_up(self, github: GitHub, names: Sequence[str]) -> None:
        for name, one in named(github, names, self._cancelled):
            note = ""
            if one.name != name:
                self._drop([name])
                note = f"{name} is called {one.name} now." if one.name.lower() != name.lower() else ""
            is_typed = isinstance(one, Failed) and name in self._words
            self._take(Failed(one.name, f"It is no folder here, and {one.fault}") if is_typed else one, note)  # type: ignore[union-attr]
        self._compare(github)

    def _take(self, one: Listed | Failed, note: str) -> None:
        """Take a repository in: what is known already is told, the rest waits to be compared."""
        if isinstance(one, Failed):
            self._row(failed_row(one.name, one.fault))
            return
        if not one.is_whole:
            if row_key(one.name) not in self._kept:
                self._settle([Kept(bare(one), note=note, read_at=int(time.time()))])
            return
        if one.disabled or not one.branch:
            disabled = f"{one.name} is disabled or blocked on {self._host.name}; nothing of it can be read."
            fault = disabled if one.disabled else f"{one.name} is empty: nothing was pushed to it yet."
            self._settle([Kept(bare(one), fault=fault, note=note, read_at=int(time.time()))])
            return
        try:
            settings = config.load(None, self._flags, one.files, one.name)
        except config.SettingsError as fault:
            self._settle([Kept(bare(one), fault=fault.sentence, note=note, read_at=int(time.time()))])
            return
        parts = components_of(settings)
        if parts != ("",):
            self._gone([one.name])
        for part in parts:
            self._take_part(one, settings, part, note)

    def _take_part(self, listed: Listed, settings: config.Settings, component: str, note: str) -> None:
        key = row_key(listed.name, component)
        with self._lock:
            if key in self._told:
                return
            self._told.add(key)
        read_at = int(time.time())
        try:
            inquiry = Inquiry(listed, range_options(settings, component), component)
        except SourceError as fault:
            self._settle([Kept(bare(listed), component, None, fault.sentence, note, read_at=read_at)])
            return
        digest = digest_of(inquiry.question, listed)
        known = self._kept.get(key)
        if known is not None and known.overview is not None and known.question == digest:
            self._settle([replace(known, listed=bare(listed), note=note, read_at=read_at)])
            return
        if known is None:
            self._row(replace(waiting_row(key), private=listed.private, web_url=listed.url))
        with self._lock:
            self._pending.append(_Asked(inquiry, digest, note))

    # -- comparing -------------------------------------------------------------------------------------------------

    def _compare(self, github: GitHub) -> None:
        """Have all that waits compared, a chunk at a time."""
        with self._lock:
            while self._pending:
                chunk = [self._pending.popleft() for _ in range(min(CHUNK, len(self._pending)))]
                self._give_chunk(github, chunk)

    def _give_chunk(self, github: GitHub, chunk: list[_Asked]) -> None:
        self._under_way += 1
        keys = [asked.key for asked in chunk]
        self._crew.give(partial(self._guarded, keys, partial(self._step, github, chunk)))

    def _step(self, github: GitHub, chunk: list[_Asked]) -> None:
        try:
            by_inquiry = {id(asked.inquiry): asked for asked in chunk}
            for inquiry, why in step(github, [asked.inquiry for asked in chunk], self._cancelled):
                asked = by_inquiry[id(inquiry)]
                if why or inquiry.is_done:
                    self._answered(asked, why)
                else:
                    with self._lock:
                        self._later.append(asked)
        finally:
            self._go_on(github)

    def _go_on(self, github: GitHub) -> None:
        """Ask the next question of those that have one: of many at once, so as soon as nothing else is under way."""
        with self._lock:
            self._under_way -= 1
            while len(self._later) >= CHUNK or (self._later and not self._under_way):
                chunk, self._later = self._later[:CHUNK], self._later[CHUNK:]
                self._give_chunk(github, chunk)

    def _answered(self, asked: _Asked, why: str) -> None:
        read_at = int(time.time())
        listed, component = asked.inquiry.listed, asked.inquiry.component
        if why:
            self._settle([Kept(bare(listed), component, None, why, asked.note, read_at=read_at)])
            return
        overview = asked.inquiry.overview(read_at)
        self._settle([Kept(bare(listed), component, overview, "", asked.note, asked.digest, read_at)])

    def _settle(self, parts: Sequence[Kept]) -> None:
        """Keep what is known now, and tell it."""
        for kept in parts:
            with self._lock:
                self._kept[row_key(kept.listed.name, kept.component)] = kept
                name = kept.listed.name
                together = [one for one in self._kept.values() if one.listed.name == name and one.overview is not None]
            self._shelf.keep(name, together)
            self._row(row_of(kept, self._host, self._answers))

    # -- telling ---------------------------------------------------------------------------------------------------

    def _guarded(self, keys: Sequence[str], work: Callable[[], None]) -> None:
        """Do work about some rows; where GitHub is not to be had, those of them that nothing is known of say so."""
        try:
            work()
        except GitHubFault as fault:
            if fault.kind != "stopped":
                self._failed(keys, fault.sentence, is_missing=fault.kind == "missing")
        except Exception as fault:
            self._failed(keys, f"GitHub's answer cannot be read ({type(fault).__name__}: {fault}).")
        else:
            return
        self._say()

    def _failed(self, keys: Sequence[str], sentence: str, *, is_missing: bool = False) -> None:
        for key in keys:
            is_owner = "/" not in key
            has_rows = key in self._kept or (is_owner and self._shelf.owned(key, self._filters))
            if is_missing and is_owner:
                self._row(failed_row(key, f"{key} is no folder here, and no owner that is to be read: {sentence}"))
            elif not has_rows:
                self._row(failed_row(key, sentence))
        if not is_missing:
            self._news = replace(self._news, fault=sentence)

    def _drop(self, names: Iterable[str]) -> None:
        """Take away the rows of repositories, their components' too."""
        for name in names:
            with self._lock:
                keys = [key for key in self._kept if parts_of(key)[0] == name]
            self._gone({name, *keys})

    def _gone(self, keys: Iterable[str]) -> None:
        for key in keys:
            with self._lock:
                self._kept.pop(key, None)
            self._say_news(RowGone(key))

    def _waits(self, sentence: str) -> None:
        self._news = replace(self._news, waiting=sentence)
        self._say()

    def _say(self) -> None:
        with self._lock:
            self._news = replace(self._news, listing=tuple(self._listing))
        self._say_news(self._news)

    def _row(self, row: RepositoryRow) -> None:
        self._say_news(row)

    def _say_news(self, news: News) -> None:
        if not self._cancelled.is_set():
            self._tell(news)
