"""Runs the calls of drafting on plain daemon threads: in reading order, the note that is looked at first.

Two kinds of work: a *job* reads, masks and builds (no slot needed; a few ahead of the calls), a *call* goes to the engine.
Daemon threads, because nothing waits for them at exit: a call that hangs cannot hold up the shell.
"""

import heapq
import itertools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Condition, Event, Thread

from llnotes_tui.drafting.events import EngineStatus
from llnotes_tui.drafting.gate import Gate
from llnotes_tui.drafting.limiter import Slot, delay
from llnotes_tui.drafting.limits import DraftLimits
from llnotes_tui.engines.base import Engine, EngineError, Reply, Request
from llnotes_tui.release.model import NoteId

Rank = tuple[int, int, int]
"""What is lower goes first: urgency (0 asked for by hand, 1 looked at, 2 the rest), place in reading order, stage."""

_JOBS_AT_ONCE = 2
"""More would only wait for each other: they compute, and share one helper."""
_RETRIED = frozenset({"rate-limited", "unavailable", "connection", "authentication", "not-found", "broken-reply"})


@dataclass(eq=False)
class Job:
    """Work of this machine that may hand in calls; `failed` takes the sentence if it cannot be done."""

    notes: tuple[NoteId, ...]
    rank: Rank
    work: Callable[[], None]
    failed: Callable[[str], None]


@dataclass(eq=False)
class Call:
    """One call to the engine; `failed` takes the sentence of its last failure."""

    notes: tuple[NoteId, ...]
    rank: Rank
    request: Request
    digest: str
    kept: Callable[[], Reply | None]
    """Looks up the reply that was kept meanwhile."""
    written: Callable[[Reply, bool], None]
    """Keeps a reply and tells of it; the flag says whether it is new, and not one that another call brought."""
    failed: Callable[[str], None]
    attempts: int = 0
    """Failures so far."""
    followers: list["Call"] = field(default_factory=list)
    """Calls with the same digest that wait for this one's reply."""


@dataclass(eq=False)
class Hooks:
    """What the scheduler tells its owner, from any thread."""

    started: Callable[[Call], None]
    sent: Callable[[], None]
    """A call leaves, be it the first attempt or another."""
    waiting: Callable[[Call], None]
    status: Callable[[EngineStatus], None]


class Scheduler:
    """Fills the gate of one engine.  Thread-safe; no method waits for a call."""

    def __init__(
        self,
        engine: Engine,
        gate: Gate,
        limits: DraftLimits,
        hooks: Hooks,
        now: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] | None = None,
    ) -> None:
        self._engine = engine
        self._gate = gate
        self._limits = limits
        self._hooks = hooks
        self._now = now
        # An own source: threads that go on would change what others draw from `random` itself.
        self._chance = chance or random.SystemRandom().random
        self._changed = Condition()
        self._jobs: list[tuple[Rank, int, Job]] = []
        self._calls: list[tuple[Rank, int, Call]] = []
        self._later: list[tuple[float, int, Call]] = []
        self._by_digest: dict[str, Call] = {}
        self._preparing: set[Job] = set()
        self._under_way: dict[Call, Slot] = {}
        self._count = itertools.count()
        self._workers = self._idle = 0
        self._generation = 0
        self._cancel = Event()
        self._closed = False
        gate.subscribe(self._gate_changed)

    @property
    def status(self) -> EngineStatus:
        """How the engine does, for everyone who uses it."""
        return self._gate.status

    def submit(self, job: Job) -> None:
        """Queue a job."""
        with self._changed:
            heapq.heappush(self._jobs, (job.rank, next(self._count), job))
            self._see_to_it()

    def call(self, call: Call) -> None:
        """Queue a call; one that is queued or under way already answers this one too."""
        with self._changed:
            leader = self._by_digest.get(call.digest)
            if leader is not None:
                leader.followers.append(call)
                self._rerank(lambda item: item is leader and call.rank < leader.rank, lambda _: call.rank)
                return
            self._by_digest[call.digest] = call
            self._queue(call)

    def promote(self, concerns: Callable[[tuple[NoteId, ...]], bool], rank: Callable[[Rank], Rank]) -> None:
        """Give everything queued whose notes `concerns` says yes to a new rank."""
        with self._changed:
            self._rerank(lambda item: concerns(item.notes), rank)
            self._see_to_it()

    def retry(self) -> None:
        """Let a stopped engine try again at once."""
        self._gate.retry()

    def cancel(self) -> tuple[NoteId, ...]:
        """Drop what is queued and give up what is under way; return the notes concerned.  A late answer is still kept."""
        with self._changed:
            notes = [note for item in self._items() for note in item.notes]
            given_up = list(self._under_way.values())
            notes += [note for call in self._under_way for note in call.notes]
            self._jobs, self._calls, self._later = [], [], []
            self._by_digest, self._under_way, self._preparing = {}, {}, set()
            self._generation += 1
            self._workers = self._idle = 0
            self._cancel.set()
            self._cancel = Event()
            self._changed.notify_all()
        for slot in given_up:
            self._gate.given_up(slot)
        return tuple(dict.fromkeys(notes))

    def close(self) -> tuple[NoteId, ...]:
        """Cancel, and take no more work."""
        with self._changed:
            self._closed = True
        self._gate.unsubscribe(self._gate_changed)
        return self.cancel()

    # -- the workers ------------------------------------------------------------------------------------------------

    def _see_to_it(self) -> None:
        """Wake a worker, or start one if all are busy and there may be more."""
        if self._closed:
            return
        if self._idle:
            self._changed.notify()
        elif self._workers < self._limits.concurrency + 2:
            self._workers += 1
            name = f"llnotes-draft-{self._workers}"
            Thread(target=self._work, args=(self._generation, self._cancel), name=name, daemon=True).start()

    def _work(self, generation: int, cancel: Event) -> None:
        prepares = False
        while True:
            with self._changed:
                taken = self._take(generation, prepares=prepares)
            if taken is None:
                return
            # Who has built a call leaves it to another thread and builds the next.
            prepares = isinstance(taken, Job)
            if isinstance(taken, Job):
                self._do(taken)
            else:
                self._send(*taken, generation, cancel)

    def _take(self, generation: int, *, prepares: bool) -> Job | tuple[Call, Slot] | None:
        """Wait for the best thing to do; None when this worker is not needed any more."""
        while not self._closed and generation == self._generation:
            taken = self._best(prepares=prepares)
            if taken is not None:
                if self._jobs or self._calls:
                    self._see_to_it()
                return taken
            prepares = False
            self._idle += 1
            self._changed.wait(self._next_time())
            if generation == self._generation:
                self._idle -= 1
        return None

    def _best(self, *, prepares: bool) -> Job | tuple[Call, Slot] | None:
        while self._later and self._later[0][0] <= self._now():
            self._queue(heapq.heappop(self._later)[2])
        job_is_next = self._jobs and (not self._calls or self._jobs[0][0] < self._calls[0][0])
        is_free = len(self._preparing) < _JOBS_AT_ONCE
        may_prepare = self._jobs and is_free and (job_is_next or len(self._calls) < self._limits.concurrency)
        if self._calls and not (may_prepare and (job_is_next or prepares)):
            slot = self._gate.acquire(reserved=self._preferred(self._calls[0][0]))
            if slot is not None:
                call = heapq.heappop(self._calls)[2]
                self._under_way[call] = slot
                return call, slot
        if may_prepare:
            job = heapq.heappop(self._jobs)[2]
            self._preparing.add(job)
            return job
        return None

    def _preferred(self, rank: Rank) -> int:
        """Return how many calls that are to leave before one of this rank are being built, or wait to be."""
        built = sum(1 for job in self._preparing if job.notes and job.rank < rank)
        waiting, places = 0, [0]
        while places and waiting < self._limits.concurrency:
            place = places.pop()
            # What lies below a place in a heap is of no better rank.
            if place < len(self._jobs) and self._jobs[place][0] < rank:
                waiting += bool(self._jobs[place][2].notes)
                places += (2 * place + 1, 2 * place + 2)
        return built + waiting

    def _next_time(self) -> float | None:
        """Return for how long there is nothing to do unless something changes."""
        times = [self._later[0][0] - self._now()] if self._later else []
        pause = self._gate.pause()
        times += [pause] if pause is not None else []
        return max(0.001, min(times)) if times else None

    def _do(self, job: Job) -> None:
        try:
            job.work()
        except Exception as fault:  # a note fails alone, whatever went wrong with it
            job.failed(sentence_of(fault))
        with self._changed:
            self._preparing.discard(job)
            if self._calls:
                self._see_to_it()

    def _send(self, call: Call, slot: Slot, generation: int, cancel: Event) -> None:
        kept = call.kept()
        if kept is not None:
            # The same call was answered while this one was built or waited.
            if self._landed(call):
                self._gate.given_up(slot)
            self._finish(call, kept, is_new=False)
            return
        if not call.attempts:
            self._hooks.started(call)
        self._hooks.sent()
        try:
            reply = _checked(self._engine.complete(call.request, cancel))
        except EngineError as error:
            self._went_wrong(call, slot, generation, error)
        except Exception as fault:  # an engine may raise what its contract does not know
            self._went_wrong(call, slot, generation, EngineError("rejected", sentence_of(fault)))
        else:
            landed = self._landed(call)
            # It keeps its place until what follows from it is queued: an entry before the files of the next.
            self._finish(call, reply, is_new=True)
            if landed:
                self._gate.answered(slot)

    def _went_wrong(self, call: Call, slot: Slot, generation: int, error: EngineError) -> None:
        if not self._landed(call):
            return
        call.attempts += 1
        has_to_wait = self._gate.failed(slot, error)
        if has_to_wait:
            call.attempts = 0
            if self._again(call, 0.0, generation):
                self._hooks.waiting(call)
        elif error.kind in _RETRIED and call.attempts < self._limits.attempts:
            spread = delay(call.attempts, self._limits.backoff, self._limits.longest_wait, self._chance())
            self._again(call, max(spread, error.retry_after or 0.0), generation)
        else:
            tried = f" (tried {call.attempts} times)" if call.attempts > 1 else ""
            call.failed(f"{error.sentence}{tried}")
            for follower in self._followers(call):
                follower.failed(f"{error.sentence}{tried}")

    def _landed(self, call: Call) -> bool:
        """Note that a call is no longer under way; say whether it was still waited for."""
        with self._changed:
            return self._under_way.pop(call, None) is not None

    def _again(self, call: Call, seconds: float, generation: int) -> bool:
        """Queue a call for later, unless everything was cancelled meanwhile."""
        with self._changed:
            if generation != self._generation:
                return False
            heapq.heappush(self._later, (self._now() + seconds, next(self._count), call))
            self._changed.notify()
            return True

    def _finish(self, call: Call, reply: Reply, *, is_new: bool) -> None:
        """Have a reply kept by its call, and then by those that wait for the same one: in between it is found on disk."""
        _keep(call, reply, is_new=is_new)
        for follower in self._followers(call):
            _keep(follower, reply, is_new=False)

    def _followers(self, call: Call) -> list[Call]:
        """Return the calls that wait for the same reply, and let no other join them."""
        with self._changed:
            if self._by_digest.get(call.digest) is call:
                del self._by_digest[call.digest]
            followers, call.followers = call.followers, []
            return followers

    # -- the queue --------------------------------------------------------------------------------------------------

    def _queue(self, call: Call) -> None:
        heapq.heappush(self._calls, (call.rank, next(self._count), call))
        self._see_to_it()

    def _items(self) -> list[Job | Call]:
        calls = [item for _, _, item in self._calls] + [item for _, _, item in self._later]
        followers = [follower for call in (*calls, *self._under_way) for follower in call.followers]
        return [*(item for _, _, item in self._jobs), *calls, *followers]

    def _rerank(self, concerns: Callable[[Job | Call], bool], rank: Callable[[Rank], Rank]) -> None:
        for item in (*self._items(), *self._preparing):
            if concerns(item):
                item.rank = rank(item.rank)
        self._jobs = [(job.rank, order, job) for _, order, job in self._jobs]
        self._calls = [(call.rank, order, call) for _, order, call in self._calls]
        heapq.heapify(self._jobs)
        heapq.heapify(self._calls)

    def _gate_changed(self, status: EngineStatus | None) -> None:
        if status is not None:
            self._hooks.status(status)
        with self._changed:
            if status is not None:
                self._changed.notify_all()
            elif self._jobs or self._calls:
                self._changed.notify()


def sentence_of(fault: BaseException) -> str:
    """Return a fault as one sentence for people."""
    sentence = getattr(fault, "sentence", "")
    return sentence if isinstance(sentence, str) and sentence else f"Drafting failed: {type(fault).__name__}: {fault}."


def _checked(reply: Reply) -> Reply:
    """Return a reply that says something.

    Raises:
        EngineError: it is empty, and not because it was cut off.
    """
    if not reply.text.strip() and reply.finish_reason != "length":
        raise EngineError("broken-reply", f"{reply.model} sent an empty reply; `r` asks again.")
    return reply


def _keep(call: Call, reply: Reply, *, is_new: bool) -> None:
    try:
        call.written(reply, is_new)
    except Exception as fault:  # a note fails alone
        call.failed(sentence_of(fault))
