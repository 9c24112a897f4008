"""A few daemon threads that work off what they are given, in its order; each ends when nothing is left."""

import threading
from collections import deque
from collections.abc import Callable

Work = Callable[[], None]


class Crew:
    """At most `size` threads.  Work never raises: whoever gives it sees to that."""

    def __init__(self, size: int, name: str, leave: Work | None = None) -> None:
        """`leave` is called by each thread that finds nothing to do, before it counts as done."""
        self._size = size
        self._leave = leave
        self._name = name
        self._left: deque[Work] = deque()
        self._working = 0
        self._changed = threading.Condition()
        self._is_closed = False

    def give(self, work: Work) -> None:
        """Have something done when there is a hand free; after `close` it is dropped."""
        with self._changed:
            if self._is_closed:
                return
            self._left.append(work)
            if self._working < self._size:
                self._working += 1
                threading.Thread(target=self._work, name=self._name, daemon=True).start()

    def wait(self) -> None:
        """Wait until all that was given is done."""
        with self._changed:
            self._changed.wait_for(lambda: not self._working)

    def close(self) -> None:
        """Begin nothing more."""
        with self._changed:
            self._is_closed = True
            self._left.clear()

    def _work(self) -> None:
        while True:
            while (work := self._next()) is not None:
                work()
            if self._leave is not None:
                self._leave()
            if self._is_done():
                return

    def _next(self) -> Work | None:
        with self._changed:
            return self._left.popleft() if self._left else None

    def _is_done(self) -> bool:
        """Count this thread out, unless more was given while it left."""
        with self._changed:
            if self._left:
                return False
            self._working -= 1
            self._changed.notify_all()
            return True
