"""Many repositories at a glance: a row for each, clones and GitHub side by side, read in the background and told as they come."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from llnotes_tui import config
from llnotes_tui.sources.options import SourceError, TagChoice
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.clones import settings_among
from llnotes_tui.workbench.crew import Crew
from llnotes_tui.workbench.github_fleet import GitHubFleet
from llnotes_tui.workbench.github_rows import News
from llnotes_tui.workbench.rows import age, failed_row, is_on_github, parts_of, waiting_row
from llnotes_tui.workbench.views import ListNews, RepositoryRow, RowGone

_READERS = 4
"""Clones read at once: git waits for the disk more than for a core."""


class Fleet:
    """Reads the rows of what was named on daemon threads, in that order, and tells each as soon as it is there."""

    def __init__(self, words: Sequence[str], flags: Mapping[str, Any], tell: Callable[[News], None]) -> None:
        """`words` are paths of clones, `owner/name`s and owners; `tell` is called from any thread, and must not wait.

        Raises:
            SettingsError: a setting is wrong.
        """
        self._flags = flags
        self._tell = tell
        self._is_cancelled = False
        self._clones = tuple(word for word in words if not is_on_github(word))
        elsewhere = tuple(word for word in words if is_on_github(word))
        self._answers = _answers(flags)
        self._crew = Crew(_READERS, "llnotes-fleet", self._answers.close if self._answers is not None else None)
        self._github = (
            GitHubFleet(elsewhere, config.load(None, settings_among(flags)), flags, self._answers, self._take)
            if elsewhere
            else None
        )
        self.rows: dict[str, RepositoryRow] = {word: waiting_row(word) for word in words if "/" in word}
        """The newest rows by their keys; those of an owner come with time."""
        self.news = ListNews()

    def start(self) -> None:
        """Begin to read."""
        if self._github is not None:
            self._github.start()
        self._read(self._clones)

    def again(self, keys: Sequence[str]) -> None:
        """Read repositories anew: they were reviewed, fetched or written."""
        self._read(dict.fromkeys(parts_of(key)[0] for key in keys if not is_on_github(key)))
        elsewhere = [key for key in keys if is_on_github(key)]
        if self._github is not None and elsewhere:
            self._github.again(elsewhere)

    def choose_tags(self, key: str, choice: TagChoice) -> None:
        """Keep what was chosen among the tags of a row's repository, and read it again."""
        self._crew.give(partial(self._keep_choice, key, choice))

    def _keep_choice(self, key: str, choice: TagChoice) -> None:
        from llnotes_tui.sources.git import Clone
        from llnotes_tui.workbench.tag_choices import keep_tag_choice

        name, component = parts_of(key)
        try:
            if self._github is not None and is_on_github(key):
                repository = self._github.repository_id(name)
            else:
                repository = Clone.open(Path(name)).repository
        except SourceError as fault:
            self._take(failed_row(key, fault.sentence))
            return
        keep_tag_choice(repository, component, choice)
        self.again((key,))

    def all_again(self) -> None:
        """Read everything that was named anew."""
        self._read(self._clones)
        if self._github is not None:
            self._github.all_again()

    def wait(self) -> None:
        """Wait until every row is told."""
        self._crew.wait()
        if self._github is not None:
            self._github.wait()

    def cancel(self) -> None:
        """Read no more."""
        self._is_cancelled = True
        self._crew.close()
        if self._github is not None:
            self._github.cancel()

    def _read(self, clones: Sequence[str] | dict[str, None]) -> None:
        for clone in clones:
            self._crew.give(partial(self._read_clone, clone))

    def _read_clone(self, clone: str) -> None:
        from llnotes_tui.workbench.clone_rows import clone_rows

        rows = clone_rows(clone, self._flags, self._answers)
        present = {row.key for row in rows}
        for key in [key for key in tuple(self.rows) if parts_of(key)[0] == clone and key not in present]:
            self._take(RowGone(key))
        for row in rows:
            self._take(row)

    def _take(self, news: News) -> None:
        if isinstance(news, RepositoryRow):
            self.rows[news.key] = news
        elif isinstance(news, RowGone):
            self.rows.pop(news.key, None)
        else:
            self.news = news
        if not self._is_cancelled:
            self._tell(news)


def rows_as_text(words: Sequence[str], flags: Mapping[str, Any]) -> tuple[list[str], bool]:
    """Return the rows as lines of text, for where there is no screen, and whether anything could be read."""
    fleet = Fleet(words, flags, lambda _: None)
    fleet.start()
    fleet.wait()
    rows = list(fleet.rows.values())
    width = max((len(row.name) for row in rows), default=0)
    told = [fleet.news.fault] if fleet.news.fault else []
    return [*(_line(row, width) for row in rows), *told], not rows or not all(row.fault for row in rows)


def _line(row: RepositoryRow, width: int) -> str:
    if row.fault:
        return f"{row.name:<{width}}  {row.fault}"
    if row.unreleased is None:
        return f"{row.name:<{width}}  {row.state}"
    last = f"{row.last_version or 'no release'} {age(row.last_released_at)}".strip()
    return f"{row.name:<{width}}  {row.unreleased or 0:>4} unreleased since {last}  {row.state}".rstrip()


def _answers(flags: Mapping[str, Any]) -> AnswerCache | None:
    """Return the cache with the size that the user chose: opening it with another one would change it."""
    try:
        return AnswerCache.open(config.cache_directory(), config.load(None, settings_among(flags)).cache_size)
    except config.SettingsError:
        return None
