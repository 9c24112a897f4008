"""What all drafting with one engine shares in this process: the pace, and whether the engine is stopped."""

import time
from collections.abc import Callable
from threading import Event, Lock, Thread
from weakref import WeakKeyDictionary, ref

from llnotes_tui.drafting.events import EngineStatus
from llnotes_tui.drafting.limiter import Limiter, Slot
from llnotes_tui.drafting.limits import DraftLimits
from llnotes_tui.engines.base import Engine, EngineError

_STOPPING = frozenset({"connection", "authentication", "not-found"})
"""Failures that the next call will have as well; five in a row stop the engine."""
_THROTTLING = frozenset({"rate-limited", "unavailable"})

Listener = Callable[[EngineStatus | None], None]
"""Called after every change: with a status where the sentence for people changed, else with None."""


class Gate:
    """Lets calls through to one engine.  Thread-safe; listeners are called outside its lock."""

    def __init__(self, engine: Engine, limits: DraftLimits, now: Callable[[], float] = time.monotonic) -> None:
        # Only a reference that does not keep it: the gates of the process are found by their engine.
        self._engine = ref(engine)
        self._name = engine.model
        self._limits = limits
        self._now = now
        self._lock = Lock()
        self._limiter = Limiter(limits.concurrency)
        self._failures_in_row = 0
        self._status = EngineStatus("")
        self._listeners: list[Listener] = []
        self._resumed = Event()

    @property
    def status(self) -> EngineStatus:
        """How the engine does."""
        return self._status

    def subscribe(self, listener: Listener) -> None:
        """Tell `listener` of every change from now on."""
        with self._lock:
            self._listeners.append(listener)

    def unsubscribe(self, listener: Listener) -> None:
        """Tell `listener` nothing more; when nobody listens, a stopped engine is no longer probed."""
        with self._lock:
            self._listeners = [other for other in self._listeners if other != listener]
            if not self._listeners:
                self._resumed.set()
                self._resumed = Event()
                if self._status.stopped:
                    self._status, self._failures_in_row = EngineStatus(""), 0

    def acquire(self, reserved: int = 0) -> Slot | None:
        """Return a slot for one call, or None while there is none but the `reserved` ones.

        It has to come back by `answered`, `failed` or `given_up`.
        """
        with self._lock:
            if self._status.stopped or self._limiter.allowed - self._limiter.under_way <= reserved:
                return None
            return self._limiter.acquire(self._now())

    def pause(self) -> float | None:
        """Return for how many seconds no call may begin because the endpoint asked for it; None if it did not."""
        left = self._limiter.paused_until - self._now()
        return left if left > 0 else None

    def answered(self, slot: Slot) -> None:
        """Take back the slot of a call that was answered."""
        with self._lock:
            self._limiter.went_well(slot)
            self._failures_in_row = 0
            # One answer to a call from before the stop does not undo it: the probe does.
            done = self._status.sentence and not self._status.stopped and not self._limiter.is_slowed
            status = self._set(EngineStatus("")) if done else None
        self._tell(status)

    def failed(self, slot: Slot, error: EngineError) -> bool:
        """Take back the slot of a call that failed; return whether the engine is stopped, so that the call is to wait."""
        with self._lock:
            if error.kind in _THROTTLING:
                self._limiter.throttled(slot, self._now(), error.retry_after)
            else:
                self._limiter.released(slot)
            status = self._judge(error)
            stopped = self._status.stopped and error.kind in _STOPPING
        self._tell(status)
        return stopped

    def given_up(self, slot: Slot) -> None:
        """Take back the slot of a call whose answer nobody waits for any more."""
        with self._lock:
            self._limiter.released(slot)
        self._tell(None)

    def retry(self) -> None:
        """Let calls through again at once, whatever the engine did before."""
        with self._lock:
            was_stopped = self._status.stopped
            self._failures_in_row = 0
            self._resumed.set()
            self._resumed = Event()
            status = self._set(EngineStatus("")) if was_stopped else None
        self._tell(status)

    def _judge(self, error: EngineError) -> EngineStatus | None:
        """Return the new status, if a failure changes it."""
        if error.kind not in _STOPPING:
            if error.kind != "cancelled":
                self._failures_in_row = 0
            if error.kind in _THROTTLING and not self._status.stopped:
                return self._set(EngineStatus(self._slowed(error)))
            return None
        self._failures_in_row += 1
        if self._status.stopped or self._failures_in_row < self._limits.failures_to_stop:
            return None
        Thread(target=self._probe, args=(self._resumed,), name="llnotes-probe", daemon=True).start()
        every = f"{self._limits.probe_every:g} s"
        sentence = f"{error.sentence} Drafting waits, and looks again every {every}."
        return self._set(EngineStatus(sentence, stopped=True, cause=error.sentence))

    def _slowed(self, error: EngineError) -> str:
        pause, allowed = self.pause(), self._limiter.allowed
        pace = f"{allowed} call{'s' if allowed > 1 else ''} at once"
        why = "limits how fast it may be asked" if error.kind == "rate-limited" else "is overloaded"
        if pause is not None and error.retry_after is not None:
            return f"{self._name} {why}: waiting {error.retry_after:.0f} s as it asks, then {pace}."
        return f"{self._name} {why}: slowed to {pace}."

    def _probe(self, resumed: Event) -> None:
        """Ask every while whether a stopped engine answers again."""
        while not resumed.wait(self._limits.probe_every):
            engine = self._engine()
            if engine is None:
                return
            try:
                engine.probe()
            except EngineError:
                continue
            except Exception:  # noqa: S112  # a probe that breaks is one that failed
                continue
            if not resumed.is_set():
                self.retry()
            return

    def _set(self, status: EngineStatus) -> EngineStatus | None:
        changed, self._status = status != self._status, status
        return status if changed else None

    def _tell(self, status: EngineStatus | None) -> None:
        for listener in tuple(self._listeners):
            listener(status)


_gates: WeakKeyDictionary[Engine, Gate] = WeakKeyDictionary()
_gates_lock = Lock()


def gate_for(engine: Engine, limits: DraftLimits) -> Gate:
    """Return the gate of an engine: one for the process, so that several repositories share its pace and its faults."""
    with _gates_lock:
        gate = _gates.get(engine)
        if gate is None:
            gate = _gates[engine] = Gate(engine, limits)
        return gate
