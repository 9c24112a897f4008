import threading
from dataclasses import dataclass
from threading import Event

import pytest

from llnotes_tui.drafting.events import EngineStatus
from llnotes_tui.drafting.gate import Gate, gate_for
from llnotes_tui.drafting.limiter import Limiter, Slot, delay
from llnotes_tui.drafting.limits import DraftLimits
from llnotes_tui.engines.base import EngineError
from tests.unit.drafting_matter import Scripted


def taken(limiter: Limiter, now: float = 0.0) -> list[Slot]:
    slots = []
    while (slot := limiter.acquire(now)) is not None:
        slots.append(slot)
    return slots


def test_it_starts_at_the_maximum() -> None:
    assert len(taken(Limiter(16))) == 16


def test_it_halves_once_for_all_calls_of_a_round() -> None:
    limiter = Limiter(16)
    for slot in taken(limiter):
        limiter.throttled(slot, 0.0, None)
    assert limiter.allowed == 8
    for slot in taken(limiter):
        limiter.throttled(slot, 0.0, None)
    assert limiter.allowed == 4


def test_it_never_stops_altogether() -> None:
    limiter = Limiter(4)
    for _ in range(10):
        for slot in taken(limiter):
            limiter.throttled(slot, 0.0, None)
    assert limiter.allowed == 1


def test_it_grows_by_one_a_round_up_to_the_maximum() -> None:
    limiter = Limiter(8)
    limiter.throttled(taken(limiter)[0], 0.0, None)
    limiter.under_way = 0
    grown = []
    for _ in range(6):
        for slot in taken(limiter):
            limiter.went_well(slot)
        grown.append(limiter.allowed)
    assert grown == [5, 6, 7, 8, 8, 8]


def test_answers_to_calls_from_before_the_halving_do_not_count_as_a_good_round() -> None:
    limiter = Limiter(8)
    first, *others = taken(limiter)
    limiter.throttled(first, 0.0, None)
    for slot in others:
        limiter.went_well(slot)
    assert (limiter.allowed, limiter.under_way, limiter.is_slowed) == (4, 0, True)


def test_it_honours_retry_after_up_to_a_quarter_of_an_hour() -> None:
    limiter = Limiter(2)
    first, second = taken(limiter)
    limiter.throttled(first, 100.0, 15.0)
    limiter.went_well(second)
    assert limiter.acquire(114.9) is None
    slot = limiter.acquire(115.0)
    assert slot is not None
    limiter.throttled(slot, 115.0, 1e9)
    assert limiter.paused_until == 115.0 + 900.0


def test_waits_double_up_to_a_limit_and_are_spread() -> None:
    assert [delay(n, 1.0, 30.0, 1.0) for n in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]
    assert delay(3, 1.0, 30.0, 0.0) == 2.0


@dataclass
class Clock:
    at: float = 0.0

    def __call__(self) -> float:
        return self.at


def gate_of(engine: Scripted, limits: DraftLimits, clock: Clock) -> tuple[Gate, list[EngineStatus]]:
    gate = Gate(engine, limits, clock)
    heard: list[EngineStatus] = []
    gate.subscribe(lambda status: heard.append(status) if status is not None else None)
    return gate, heard


def fail(gate: Gate, error: EngineError) -> bool:
    slot = gate.acquire()
    assert slot is not None
    return gate.failed(slot, error)


def succeed(gate: Gate) -> None:
    slot = gate.acquire()
    assert slot is not None
    gate.answered(slot)


REFUSED = EngineError("connection", "adb.example.com refused the connection; check the network.")
BUSY = EngineError("rate-limited", "Too many requests.", 15.0)


def test_it_says_that_it_waits_and_why_and_when_all_is_well_again() -> None:
    engine, clock = Scripted(), Clock()
    gate, heard = gate_of(engine, DraftLimits(concurrency=4), clock)
    fail(gate, BUSY)
    assert (
        heard[-1].sentence
        == "test-model limits how fast it may be asked: waiting 15 s as it asks, then 2 calls at once."
    )
    assert gate.acquire() is None
    assert gate.pause() == 15.0
    clock.at = 15.0
    for _ in range(2):
        succeed(gate)
    assert [status.sentence for status in heard[1:]] == [""]


@pytest.mark.parametrize("kind", ["connection", "authentication", "not-found"])
def test_five_failures_in_a_row_stop_the_engine_once(kind: str) -> None:
    engine = Scripted()
    gate, heard = gate_of(engine, DraftLimits(probe_every=60), Clock())
    slots = [gate.acquire() for _ in range(8)]
    stops = [gate.failed(slot, EngineError(kind, "No way in.")) for slot in slots if slot is not None]  # type: ignore[arg-type]
    assert stops == [False] * 4 + [True] * 4
    assert heard == [
        EngineStatus("No way in. Drafting waits, and looks again every 60 s.", stopped=True, cause="No way in.")
    ]
    assert gate.acquire() is None
    gate.retry()
    assert heard[-1] == EngineStatus("")
    assert gate.acquire() is not None


def test_an_answer_between_them_means_that_they_are_not_in_a_row() -> None:
    engine = Scripted()
    gate, heard = gate_of(engine, DraftLimits(), Clock())
    for _ in range(3):
        for _ in range(4):
            assert not fail(gate, REFUSED)
        succeed(gate)
    for _ in range(4):
        assert not fail(gate, REFUSED)
    fail(gate, EngineError("unavailable", "Overloaded."))
    assert not any(status.stopped for status in heard)


def test_a_stopped_engine_is_probed_until_it_answers() -> None:
    engine = Scripted()
    engine.probe_error = REFUSED
    gate, heard = gate_of(engine, DraftLimits(probe_every=0.01), Clock())
    resumed = Event()
    gate.subscribe(lambda status: resumed.set() if status == EngineStatus("") else None)
    for _ in range(5):
        fail(gate, REFUSED)
    while engine.probes < 3:
        assert not resumed.wait(0.005)
    assert gate.status.stopped
    engine.probe_error = None
    assert resumed.wait(60)
    assert gate.acquire() is not None
    assert [status.stopped for status in heard] == [True, False]


def test_nobody_probes_for_nobody() -> None:
    engine = Scripted()
    gate, _ = gate_of(engine, DraftLimits(probe_every=0.01), Clock())
    for listener in tuple(gate._listeners):
        gate.unsubscribe(listener)
    for _ in range(5):
        fail(gate, REFUSED)
    gate.subscribe(lambda _: None)
    gate.unsubscribe(gate._listeners[0])
    for thread in threading.enumerate():
        if thread.name == "llnotes-probe":
            thread.join(60)
            assert not thread.is_alive() or gate.status == EngineStatus("")


def test_one_engine_has_one_gate() -> None:
    engine, other = Scripted(), Scripted()
    assert gate_for(engine, DraftLimits()) is gate_for(engine, DraftLimits())
    assert gate_for(engine, DraftLimits()) is not gate_for(other, DraftLimits())
