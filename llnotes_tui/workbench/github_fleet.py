"""The repositories of a list that are on GitHub: what is kept is told at once, then GitHub is asked behind it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

from llnotes_tui import config
from llnotes_tui.release.model import RepoId
from llnotes_tui.sources.github.hosts import host_of
from llnotes_tui.sources.github.listed import Filters
from llnotes_tui.sources.options import SourceError
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.clones import settings_among
from llnotes_tui.workbench.crew import Crew
from llnotes_tui.workbench.github_rows import GitHubRows, News
from llnotes_tui.workbench.repository_rows import repository_id
from llnotes_tui.workbench.rows import failed_row, parts_of

if TYPE_CHECKING:
    from llnotes_tui.workbench.github_asking import Asking

_AT_ONCE = 5
"""Requests under way at most; GitHub asks for few (docs.github.com/rest, "Best practices")."""

_DRAWN_FIRST = 0.2
"""Seconds in which kept rows are drawn, before loading what asks GitHub takes the machine."""


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
        """`words` are `owner/name`s and owners; `tell` is called from any thread, and must not wait.

        Raises:
            SourceError: the setting `github` is no host.
        """
        self._words = tuple(words)
        self._settings = settings
        self._flags = settings_among(flags)
        filters = Filters(settings.archived, settings.forks, settings.topics, settings.names, settings.languages)
        self._rows = GitHubRows(host_of(settings.github), filters, answers, tell)
        self._crew = Crew(_AT_ONCE, "llnotes-github", answers.close if answers is not None else None)
        self._asking: Asking | None = None
        self._cancelled = Event()

    def start(self) -> None:
        """Begin: kept rows first."""
        self._crew.give(self._begin)

    def repository_id(self, name: str) -> RepoId:
        """Return what reviews know a repository (`owner/name`) by."""
        return repository_id(self._rows.host, name)

    def again(self, keys: Sequence[str]) -> None:
        """Tell rows anew as they stand here, and ask GitHub about them."""
        self._crew.give(partial(self._again, tuple(keys)))

    def all_again(self) -> None:
        """Ask anew about all that was named: new repositories of an owner appear."""
        if not self._settings.offline:
            self._crew.give(partial(self._ask, self._words))

    def wait(self) -> None:
        """Wait until everything is told."""
        self._crew.wait()

    def cancel(self) -> None:
        """Ask no more, and tell nothing more."""
        self._cancelled.set()
        self._rows.close()
        self._crew.close()
        if self._asking is not None:
            self._asking.cancel()

    def _begin(self) -> None:
        unknown = [word for word in self._words if not self._rows.tell_kept(word)]
        if not self._settings.offline:
            has_told = len(unknown) < len(self._words)
            if not (has_told and self._cancelled.wait(_DRAWN_FIRST)):
                self._ask(self._words)
            return
        self._rows.fault("offline")
        for word in unknown:
            self._rows.row(failed_row(word, f"Nothing is kept of {word}, and GitHub is not asked (offline)."))

    def _again(self, keys: Sequence[str]) -> None:
        self._rows.tell_again(keys)
        if not self._settings.offline:
            self._ask(dict.fromkeys(parts_of(key)[0] for key in keys))

    def _ask(self, words: Iterable[str]) -> None:
        """Ask about repositories and owners.  What asks is loaded here, behind the rows that are kept."""
        from llnotes_tui.workbench.github_access import github_client
        from llnotes_tui.workbench.github_asking import Asking

        if self._asking is None:
            try:
                github = github_client(self._settings)
            except SourceError as fault:
                self._rows.failed(words, fault.sentence)
                return
            if github is None:
                return
            self._asking = Asking(github, self._rows, self._crew, self._words, self._flags)
            if self._cancelled.is_set():
                self._asking.cancel()
        self._asking.ask(words)
