"""Many clones at a glance: a row for each, read in the background and told as it comes."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from llnotes_tui import config
from llnotes_tui.release.ids import ReviewId
from llnotes_tui.review.summary import ReviewSummary, review_summary
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.overview import Overview
from llnotes_tui.workbench.start import Target, open_target
from llnotes_tui.workbench.views import RepositoryRow

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
        self.rows = {clone: waiting_row(clone) for clone in clones}
        """The newest row of each clone, by its path."""

    def start(self) -> None:
        """Begin to read."""
        for number in range(min(_READERS, len(self._left))):
            threading.Thread(target=self._read, name=f"llnotes-fleet-{number}", daemon=True).start()

    def again(self, clone: str) -> None:
        """Read one clone anew: it was reviewed, fetched or written."""
        self._left.append(clone)
        threading.Thread(target=self._read, name="llnotes-fleet-again", daemon=True).start()

    def cancel(self) -> None:
        """Read no more."""
        self._cancelled.set()

    def _read(self) -> None:
        while not self._cancelled.is_set():
            try:
                clone = self._left.popleft()
            except IndexError:
                return
            row = read_row(clone, self._flags)
            self.rows[clone] = row
            if not self._cancelled.is_set():
                self._tell(row)


def waiting_row(clone: str) -> RepositoryRow:
    """Return the row of a clone that is not read yet."""
    return RepositoryRow(clone, Path(clone).name, None, "", None, None, "", "reading")


def read_row(clone: str, flags: Mapping[str, Any]) -> RepositoryRow:
    """Return the row of a clone; what is wrong with it stands in its own row."""
    try:
        opened = open_target(Target(clone, flags=flags))
        overview = opened.clone.overview(opened.range_options)
        summary = _summary(opened.clone, overview)
    except Exception as fault:
        sentence = getattr(fault, "sentence", None) or f"This clone cannot be read ({type(fault).__name__}: {fault})."
        return msgspec.structs.replace(waiting_row(clone), state="", fault=sentence)
    return RepositoryRow(
        key=clone,
        name=opened.clone.name,
        unreleased=overview.unreleased,
        last_version=overview.last_version or "",
        last_released_at=overview.last_released_at,
        fetched_at=overview.fetched_at,
        suggested_version=overview.suggested_version,
        state=state_words(overview, summary),
        warning=overview.warning,
        fault=summary.fault if summary else "",
    )


def state_words(overview: Overview, summary: ReviewSummary | None) -> str:
    """Return in few words how far a repository is: drafted, reviewed, written, tagged."""
    if summary is None or summary.fault:
        return "" if overview.unreleased else "nothing unreleased"
    if summary.archived:
        return "tagged"
    if summary.exported_version:
        return f"written {summary.exported_version}" + (", changed since" if summary.changed_since_export else "")
    if summary.progress.reviewed or summary.decided:
        red = f", {summary.progress.red} red" if summary.progress.red else ""
        return f"{summary.progress.reviewed} of {summary.progress.entries} reviewed{red}"
    return "drafted" if summary.progress.entries else ""


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


def age(seconds_since_epoch: int | None, now: float | None = None) -> str:
    """Return how long ago something was, in one number and one letter: `3 d`, `2 mo`."""
    if seconds_since_epoch is None:
        return ""
    minutes = max(0, int(((time.time() if now is None else now) - seconds_since_epoch) // 60))
    for size, unit in ((525_600, "y"), (43_800, "mo"), (10_080, "w"), (1_440, "d"), (60, "h")):
        if minutes >= size:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"


def _line(row: RepositoryRow, width: int) -> str:
    if row.fault:
        return f"{row.name:<{width}}  {row.fault}"
    last = f"{row.last_version or 'no release'} {age(row.last_released_at)}".strip()
    return f"{row.name:<{width}}  {row.unreleased or 0:>4} unreleased since {last}  {row.state}".rstrip()


def _summary(clone: Clone, overview: Overview) -> ReviewSummary | None:
    identity = ReviewId(clone.repository, overview.since or "root", overview.branch)
    return review_summary(config.state_directory(), identity)
