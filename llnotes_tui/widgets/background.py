"""Work off the screen's thread, on daemon threads: quitting waits for none of them."""

from collections.abc import Callable
from queue import LifoQueue
from threading import Event, Thread


class Latest:
    """Runs one job at a time for the same purpose: starting another tells the one before to give up.

    A job is given an event that is set once it matters no more; it looks before each slow step.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._current = Event()

    def start(self, job: Callable[[Event], None]) -> None:
        """Run `job` now, in a thread of its own; the job before it is out of date."""
        self.cancel()
        mine = self._current = Event()
        Thread(target=job, args=(mine,), name=self._name, daemon=True).start()

    def cancel(self) -> None:
        """Tell the running job that its result matters no more."""
        self._current.set()


class Stack:
    """One thread that works off what was asked for last first, and nothing twice."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: LifoQueue[Callable[[], None] | None] = LifoQueue()
        self._thread: Thread | None = None

    def push(self, job: Callable[[], None]) -> None:
        """Run `job` before all that waits."""
        if self._thread is None:
            self._thread = Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def close(self) -> None:
        """Let the thread end after the job it is at."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread = None

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
