"""One thread that does jobs one after the other, so that what they share needs no lock."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

Result = TypeVar("Result")


class Clerk:
    """A daemon thread with a list of jobs, each done when it is due, in the order they came.

    Being a daemon, it never holds up the end of the program.
    """

    def __init__(self, name: str) -> None:
        self._jobs: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def do(self, job: Callable[[], Result], after: float = 0.0) -> "Future[Result]":
        """Have `job` done, `after` seconds from now at the earliest; the future has what it returns or raises."""
        future: Future[Result] = Future()

        def run() -> None:
            try:
                future.set_result(job())
            except Exception as fault:
                future.set_exception(fault)

        with self._changed:
            if self._closed:
                future.cancel()
            else:
                heapq.heappush(self._jobs, (time.monotonic() + after, next(self._numbers), run))
                self._changed.notify()
        return future

    def close(self, timeout: float = 1.0) -> None:
        """Do no further jobs; wait for the one under way, `timeout` seconds at most."""
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout)

    def _work(self) -> None:
        while (job := self._next()) is not None:
            job()

    def _next(self) -> Callable[[], Any] | None:
        with self._changed:
            while not self._closed:
                if not self._jobs:
                    self._changed.wait()
                    continue
                due = self._jobs[0][0] - time.monotonic()
                if due <= 0:
                    return heapq.heappop(self._jobs)[2]
                self._changed.wait(due)
            return None
