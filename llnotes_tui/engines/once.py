"""Something slow that many threads need and one makes: a client whose library takes seconds to import."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from llnotes_tui.engines.base import EngineError
from llnotes_tui.engines.faults import cancelled

_Made = TypeVar("_Made")
_GLANCE = 0.02
"""Seconds between looks at whether the caller still wants it."""


class _Attempt(Generic[_Made]):
    """One try at making it."""

    def __init__(self) -> None:
        self.settled = threading.Event()
        self.made: _Made | None = None
        self.error: EngineError | None = None


class Once(Generic[_Made]):
    """Makes a thing in a daemon thread when it is first asked for, and hands it to everybody who waits.

    A failure goes to all who waited for it, and the next one to ask tries again.
    """

    def __init__(self, make: Callable[[], _Made], limit: float, too_late: Callable[[], EngineError]) -> None:
        self._make = make
        self._limit = limit
        """Seconds that one caller waits."""
        self._too_late = too_late
        self._lock = threading.Lock()
        self._attempt: _Attempt[_Made] | None = None

    @property
    def made(self) -> _Made | None:
        """The thing, if it is there already."""
        attempt = self._attempt
        return attempt.made if attempt is not None else None

    def get(self, cancel: threading.Event | None = None) -> _Made:
        """Return the thing, made at most once.

        Raises:
            EngineError: it could not be made, not in time, or the caller called it off.
        """
        attempt = self._begun()
        deadline = time.monotonic() + self._limit
        while not attempt.settled.wait(_GLANCE):
            if cancel is not None and cancel.is_set():
                raise cancelled()
            if time.monotonic() > deadline:
                raise self._too_late()
        if attempt.made is None:
            assert attempt.error is not None
            # One exception raised in many threads would gather all their tracebacks.
            raise EngineError(attempt.error.kind, attempt.error.sentence, attempt.error.retry_after)
        return attempt.made

    def _begun(self) -> _Attempt[_Made]:
        with self._lock:
            attempt = self._attempt
            if attempt is None or attempt.error is not None:
                attempt = self._attempt = _Attempt()
                threading.Thread(target=self._try, args=(attempt,), name="llnotes-engine", daemon=True).start()
            return attempt

    def _try(self, attempt: _Attempt[_Made]) -> None:
        try:
            attempt.made = self._make()
        except EngineError as error:
            attempt.error = error
        finally:
            if attempt.made is None and attempt.error is None:
                attempt.error = self._too_late()
            attempt.settled.set()
