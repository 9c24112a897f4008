"""Waiting in tests: for what happens, and within limits that do not count what a process waits for a core."""

import contextlib
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until a condition holds that nobody tells of."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.001)


def waited_for_a_core(pid: int | None = None) -> float:
    """Return the seconds that the threads of a process have waited for a core; 0 where the system does not tell."""
    waited = 0
    with contextlib.suppress(OSError):
        for thread in tuple(Path(f"/proc/{pid or os.getpid()}/task").iterdir()):
            with contextlib.suppress(OSError, IndexError, ValueError):
                waited += int((thread / "schedstat").read_text().split()[1])
    return waited / 1e9


class Stopwatch:
    """Counts seconds from when it is made, without those that this process and `others` (process ids) wait for a core.

    A process that has ended tells no longer how long it waited, so who waits for an end calls `look` meanwhile.
    """

    def __init__(self, *others: int) -> None:
        self._before = {pid: waited_for_a_core(pid) for pid in (os.getpid(), *others)}
        self._waited = dict.fromkeys(self._before, 0.0)
        self._began = time.monotonic()

    def look(self) -> float:
        """Return the seconds so far."""
        spent = time.monotonic() - self._began
        for pid, before in self._before.items():
            self._waited[pid] = max(self._waited[pid], waited_for_a_core(pid) - before)
        return spent - sum(self._waited.values())


def seconds_until_end(process: "subprocess.Popen[str] | subprocess.Popen[bytes]", watch: Stopwatch) -> float:
    """Wait for the end of a process whose output fits its pipes, and return how long it took by a watch that knows it."""

    def has_ended() -> bool:
        watch.look()
        return process.poll() is not None

    until(has_ended)
    return watch.look()
