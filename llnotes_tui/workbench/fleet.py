"""Many clones at a glance: a row for each, read in the background and told as it comes."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from llnotes_tui import config
from llnotes_tui.release.ids import ReviewId
from llnotes_tui.review.summary import ReviewSummary, review_summary
from llnotes_tui.sources.overview import Overview
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.clones import settings_among
from llnotes_tui.workbench.drafted import drafted_entries
from llnotes_tui.workbench.rows import age, waiting_row
from llnotes_tui.workbench.start import Target, open_target
from llnotes_tui.workbench.views import RepositoryRow, Stage

_READERS = 4
"""Clones read at once: git waits for the disk more than for a core."""


class Fleet:
    """Reads a row for each clone on daemon threads, in the order given, and tells each as soon as it is there."""

    def __init__(self, clones: Sequence[str], flags: Mapping[str, Any], tell: Callable[[RepositoryRow], None]) -> None:
        """`tell` is called from any thread, and must not wait."""
        self._flags = flags
        self._tell = tell
        self._left = deque(clones)
        self._cancelled = threading.Event()
        self._answers = _answers(flags)
        self.rows = {clone: waiting_row(clone) for clone in clones}
        """The newest row of each clone, by its path."""

    def start(self) -> None:
        """Begin to read."""
        self._read_on(len(self._left))

    def again(self, clones: Sequence[str]) -> None:
        """Read clones anew: they were reviewed, fetched or written."""
        self._left.extend(clones)
        self._read_on(len(clones))

    def _read_on(self, count: int) -> None:
        for number in range(min(_READERS, count)):
            threading.Thread(target=self._read, name=f"llnotes-fleet-{number}", daemon=True).start()

    def cancel(self) -> None:
        """Read no more."""
        self._cancelled.set()

    def _read(self) -> None:
        while not self._cancelled.is_set() and (clone := self._next()) is not None:
            row = read_row(clone, self._flags, self._answers)
            self.rows[clone] = row
            if not self._cancelled.is_set():
                self._tell(row)
        if self._answers is not None:
            self._answers.close()

    def _next(self) -> str | None:
        try:
            return self._left.popleft()
        except IndexError:
            return None


def read_row(clone: str, flags: Mapping[str, Any], answers: AnswerCache | None = None) -> RepositoryRow:
    """Return the row of a clone; what is wrong with it stands in its own row.  `answers` tell what was drafted."""
    try:
        opened = open_target(Target(clone, flags=flags))
        overview = opened.clone.overview(opened.range_options)
        identity = ReviewId(opened.clone.repository, overview.since or "root", overview.branch)
        summary = review_summary(config.state_directory(), identity)
        drafted = drafted_entries(answers, identity, overview.until) if answers is not None else None
    except Exception as fault:
        sentence = getattr(fault, "sentence", None) or f"This clone cannot be read ({type(fault).__name__}: {fault})."
        return msgspec.structs.replace(waiting_row(clone), state="", stage="unreadable", fault=sentence)
    stage, words = standing(overview, summary, drafted)
    return RepositoryRow(
        key=clone,
        name=opened.clone.name,
        unreleased=overview.unreleased,
        last_version=overview.last_version or "",
        last_released_at=overview.last_released_at,
        fetched_at=overview.fetched_at,
        suggested_version=overview.suggested_version,
        state=words,
        warning=(summary.fault if summary else "") or overview.warning,
        stage=stage,
        branch=overview.branch,
        web_url=opened.clone.web_url or "",
        done=summary.progress.reviewed if summary else 0,
        total=summary.progress.entries if summary else 0,
    )


def standing(overview: Overview, summary: ReviewSummary | None, drafted: int | None) -> tuple[Stage, str]:
    """Return how far a repository is, and that in few words."""
    if summary is not None and summary.archived:
        return "tagged", f"tagged {summary.archived}"
    if summary is not None and summary.exported_version:
        changed = ", changed since" if summary.changed_since_export else ""
        return "written", f"written {summary.exported_version}{changed}"
    if summary is not None and (summary.progress.reviewed or summary.decided):
        progress = summary.progress
        red = f", {progress.red} red" if progress.red else ""
        return "reviewing", f"{progress.reviewed} of {progress.entries} reviewed{red}"
    if drafted is not None:
        return "drafted", f"drafted, {drafted} {'entry' if drafted == 1 else 'entries'}"
    if summary is not None and summary.progress.entries:
        return "drafted", f"0 of {summary.progress.entries} reviewed"
    return ("open", "no draft") if overview.unreleased else ("nothing", "nothing unreleased")


def rows_as_text(clones: Sequence[str], flags: Mapping[str, Any]) -> list[str]:
    """Return the rows as lines of text, for where there is no screen."""
    done = threading.Event()
    left = threading.Semaphore(0)
    fleet = Fleet(clones, flags, lambda _: left.release())
    fleet.start()
    for _ in clones:
        left.acquire()
    done.set()
    rows = [fleet.rows[clone] for clone in clones]
    width = max((len(row.name) for row in rows), default=0)
    return [_line(row, width) for row in rows]


def _line(row: RepositoryRow, width: int) -> str:
    if row.fault:
        return f"{row.name:<{width}}  {row.fault}"
    last = f"{row.last_version or 'no release'} {age(row.last_released_at)}".strip()
    return f"{row.name:<{width}}  {row.unreleased or 0:>4} unreleased since {last}  {row.state}".rstrip()


def _answers(flags: Mapping[str, Any]) -> AnswerCache | None:
    """Return the cache with the size that the user chose: opening it with another one would change it."""
    try:
        return AnswerCache.open(config.cache_directory(), config.load(None, settings_among(flags)).cache_size)
    except config.SettingsError:
        return None
