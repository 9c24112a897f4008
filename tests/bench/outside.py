"""Measuring a program as the person in front of it does: from the key to the changed screen."""

import os
import resource
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.terminal.driver import Terminal


def ready_after(command: Sequence[str], directory: Path, environment: dict[str, str], pattern: str) -> float:
    """Return the seconds from starting a program until its screen matches."""
    began = time.perf_counter()
    with Terminal(command, directory, environment, columns=160, rows=48) as terminal:
        terminal.until(pattern, timeout=60)
        return time.perf_counter() - began


def ready_twice(
    command: Sequence[str], directory: Path, environment: dict[str, str], first: str, then: str
) -> tuple[float, float]:
    """Return the seconds from starting a program until its screen matches, and until it matches what comes then."""
    began = time.perf_counter()
    with Terminal(command, directory, environment, columns=160, rows=48) as terminal:
        terminal.until(first, timeout=60)
        seen = time.perf_counter() - began
        terminal.until(then, timeout=120)
        return seen, time.perf_counter() - began


def key_times(terminal: Terminal, keys: Sequence[str]) -> list[float]:
    """Return for each key the milliseconds until the screen first changed; keys that change nothing are left out."""
    times = []
    for key in keys:
        before = terminal.picture()
        began = time.perf_counter()
        terminal.send(key)
        while time.perf_counter() - began < 2.0:
            terminal.pump(0.002)
            if terminal.picture() != before:
                times.append((time.perf_counter() - began) * 1000)
                break
        terminal.pump(0.03)
    return times


def process_time(command: Sequence[str], runs: int = 9) -> float:
    """Return the median seconds that a command takes as a whole process."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    return median(times)


def peak_memory(command: Sequence[str], directory: Path, environment: dict[str, str]) -> float:
    """Return the largest resident size, in MB, of a command and of what it starts, each taken alone."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        subprocess.run(
            command, cwd=directory, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        os.write(writer, str(peak).encode())
        os._exit(0)
    os.waitpid(child, 0)
    peak = int(os.read(reader, 64))
    os.close(reader)
    os.close(writer)
    return peak * 1024 / 1e6


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value below which `part` of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """Return the middle of the values."""
    return quantile(values, 0.5)
