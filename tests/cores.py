"""How long a process has waited for a core: where others use the machine, a time limit does not count that."""

import contextlib
import os
from pathlib import Path


def waited_for_a_core(pid: int | None = None) -> float:
    """Return the seconds that the threads of a process have waited for a core; 0 where the system does not tell."""
    waited = 0
    with contextlib.suppress(OSError):
        for thread in tuple(Path(f"/proc/{pid or os.getpid()}/task").iterdir()):
            with contextlib.suppress(OSError, IndexError, ValueError):
                waited += int((thread / "schedstat").read_text().split()[1])
    return waited / 1e9
