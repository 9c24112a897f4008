"""Looking for what is new on GitHub while a release is open, on a thread of its own, now and then."""

import threading
from collections.abc import Callable
from contextlib import suppress

from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import SourceError

EVERY = 300.0
"""Seconds between two fetches that nobody asked for."""


class Lookout:
    """Fetches into a clone of ours when that is due; a person's clone is never fetched, so nothing happens there."""

    def __init__(self, clone: Clone, then: Callable[[], object]) -> None:
        """`then` is called from the thread after something was fetched."""
        self._clone = clone
        self._then = then
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Fetch if it is due and nothing is being fetched; returns at once."""
        with self._lock:
            is_busy = self._thread is not None and self._thread.is_alive()
            if is_busy or self._over.is_set() or not self._clone.is_due(EVERY):
                return
            self._thread = threading.Thread(target=self._fetch, name="llnotes-lookout", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Fetch no more, and stop what is being fetched."""
        self._over.set()

    def _fetch(self) -> None:
        # Nobody asked for it, so nobody is told that it failed; the age of the last fetch is on screen.
        with suppress(SourceError):
            self._clone.refresh(self._over)
            if not self._over.is_set():
                self._then()
