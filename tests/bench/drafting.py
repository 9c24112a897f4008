"""Drafting against the ideal schedule of the same calls: calls of fixed latency, so many at once.

`python -m tests.bench.drafting` prints the ratio, with small files packed and each alone.
"""

import heapq
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event

import msgspec

from llnotes_tui.drafting.limits import DraftLimits
from llnotes_tui.engines.base import EntrySubject, FilesSubject, Reply, Request
from tests.unit.drafting_matter import Desk, History, reply, usual_answer

LATENCY = 0.2
AT_ONCE = 32
COMMITS = 60
FILES = 4
LINES = 30


class Steady:
    """An engine of which every call takes the same time; it knows when the first one came."""

    name = "databricks"
    model = "steady"

    def __init__(self, latency: float = LATENCY) -> None:
        self._latency = latency
        self._lock = threading.Lock()
        self.first_sent = 0.0
        self.calls: list[tuple[str, str]] = []
        """Purpose and commit of each call."""

    def complete(self, request: Request, cancel: Event) -> Reply:
        with self._lock:
            self.first_sent = self.first_sent or time.perf_counter()
            self.calls.append((request.purpose, _commit_of(request)))
        cancel.wait(self._latency)
        return reply(usual_answer(request))

    def probe(self) -> None:
        pass

    def close(self) -> None:
        pass


class Result(msgspec.Struct, frozen=True):
    """What one run took, in seconds from the first call sent to the last note stored."""

    calls: int
    took: float
    ideal: float
    stored: int

    @property
    def ratio(self) -> float:
        return self.took / self.ideal


def measure(*, packed: bool = True, commits: int = COMMITS, files: int = FILES, latency: float = LATENCY) -> Result:
    """Draft a release of `commits` with `files` each from an empty cache, and return what it took."""
    history = _history(commits, files)
    engine = Steady(latency)
    limits = DraftLimits(concurrency=AT_ONCE) if packed else DraftLimits(concurrency=AT_ONCE, packed_budget=0)
    with tempfile.TemporaryDirectory() as cache:
        desk = Desk(history, engine, Path(cache), limits)
        try:
            desk.draft(timeout=120)
            took = time.perf_counter() - engine.first_sent
            stored = len(desk.drafting.drafts())
        finally:
            desk.close()
    return Result(len(engine.calls), took, ideal(engine.calls, AT_ONCE, latency), stored)


def measure_again(notes: int = 1_000) -> tuple[float, int]:
    """Draft twice with nothing changed; return the seconds that so many notes took the second time, and its calls."""
    history = _history(notes // (FILES + 1), FILES)
    with tempfile.TemporaryDirectory() as cache:
        first = Desk(history, Steady(0.0), Path(cache), DraftLimits(concurrency=AT_ONCE))
        first.draft(timeout=120)
        first.close()
        engine = Steady(0.0)
        second = Desk(history, engine, Path(cache), DraftLimits(concurrency=AT_ONCE))
        begun = time.perf_counter()
        second.draft(timeout=120)
        took = time.perf_counter() - begun
        second.close()
    return took, len(engine.calls)


def ideal(calls: Sequence[tuple[str, str]], at_once: int, latency: float) -> float:
    """Return how long the same calls take if one begins in the moment a place is free and its inputs are there."""
    pending = {commit: sum(1 for purpose, c in calls if c == commit and purpose != "entry") for _, commit in calls}
    entries = {commit for purpose, commit in calls if purpose == "entry"}
    ready = [commit for purpose, commit in calls if purpose != "entry"]
    waiting: list[str] = []
    running: list[tuple[float, str, bool]] = []
    now = 0.0
    while ready or waiting or running:
        while (ready or waiting) and len(running) < at_once:
            is_entry = bool(waiting)
            commit = waiting.pop(0) if is_entry else ready.pop(0)
            heapq.heappush(running, (now + latency, commit, is_entry))
        now, commit, is_entry = heapq.heappop(running)
        if not is_entry:
            pending[commit] -= 1
            if not pending[commit] and commit in entries:
                waiting.append(commit)
    return now


def _history(commits: int, files: int) -> History:
    history = History()
    for number in range(commits):
        paths = {
            f"src/part{number}/module{file}.py": [
                f"def work_{number}_{file}_{line}(value): return value + {line}" for line in range(LINES)
            ]
            for file in range(files)
        }
        history.commit(f"Change {number}", paths, body=f"It works better now, in {number} ways.")
    return history


def _commit_of(request: Request) -> str:
    if isinstance(request.subject, EntrySubject):
        return request.subject.commits[0].sha
    assert isinstance(request.subject, FilesSubject)
    return request.subject.commit.sha


def main() -> None:
    """Print what was measured."""
    for packed in (True, False):
        result = measure(packed=packed)
        print(
            f"{'packed' if packed else 'each alone'}: {result.calls} calls for {result.stored} notes, "
            f"{result.took:.3f} s, ideal {result.ideal:.3f} s, ratio {result.ratio:.3f}"
        )
    took, calls = measure_again()
    print(f"again, nothing changed: 1,000 notes in {took:.3f} s with {calls} calls")


if __name__ == "__main__":
    main()
