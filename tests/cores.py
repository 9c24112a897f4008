"""Time limits in tests: where others use the machine, what a process waits for a core does not count."""

import contextlib
import os
import subprocess
import time
from pathlib import Path


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
    deadline = time.monotonic() + 60.0
    while process.poll() is None:
        assert time.monotonic() < deadline, "it did not end"
        watch.look()
        time.sleep(0.005)
    return watch.look()
