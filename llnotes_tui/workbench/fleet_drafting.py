"""Drafting repositories that were marked in a list, one after another in the background, each as `llnotes draft` does."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, TypeVar

from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.drafting.events import Progress
from llnotes_tui.workbench.opening import engine_of, read_release
from llnotes_tui.workbench.rows import target_of
from llnotes_tui.workbench.start import open_target
from llnotes_tui.workbench.tools import Consent
from llnotes_tui.workbench.unattended import Unattended

Value = TypeVar("Value")
Answer = Literal["model", "rules", "later"]
"""Send it to the model; draft without one; draft nothing now."""
Step = Literal["waiting", "drafting", "done", "failed", "dropped"]


class Doing(Struct, frozen=True):
    """What goes on with one repository."""

    clone: str
    step: Step
    done: int = 0
    total: int = 0
    """Notes."""
    sentence: str = ""
    """Why it failed."""


class Question(Struct, frozen=True):
    """What a person has to agree to before anything is sent: which repositories, where to, and how much."""

    clones: tuple[str, ...]
    names: tuple[str, ...]
    host: str
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    price: float
    """US dollars, as far as the settings name prices; else 0."""


class FleetDrafting:
    """Works off what is marked on one daemon thread: each release has the engine's whole concurrency to itself."""

    def __init__(self, flags: Mapping[str, Any], tell: Callable[[Doing | Question], None]) -> None:
        """`tell` is called from any thread, and must not wait."""
        self._flags = flags
        self._tell = tell
        self._lock = threading.Lock()
        self._left: deque[str] = deque()
        self._known: set[str] = set()
        self._thread: threading.Thread | None = None
        self._cancelled = threading.Event()
        self._answered = threading.Event()
        self._answer: Answer = "later"
        self._current: Unattended | None = None

    def draft(self, clones: Sequence[str]) -> None:
        """Draft these too, after what waits already."""
        with self._lock:
            new = [clone for clone in clones if clone not in self._known]
            self._known.update(new)
            self._left.extend(new)
            if self._thread is None and self._left:
                self._thread = threading.Thread(target=self._work, name="llnotes-fleet-drafting", daemon=True)
                self._thread.start()
        for clone in new:
            self._tell(Doing(clone, "waiting"))

    def answer(self, answer: Answer) -> None:
        """Answer the question that was told last."""
        self._answer = answer
        self._answered.set()

    def close(self) -> None:
        """Draft no more, at once, whatever hangs; what was written is kept."""
        self._cancelled.set()
        self._answered.set()
        current = self._current
        if current is not None:
            current.close()

    # -- on the thread ---------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while (batch := self._next_batch()) and not self._cancelled.is_set():
            engines = self._allowed(batch)
            for clone in batch:
                if clone in engines and not self._cancelled.is_set():
                    self._guarded(clone, partial(self._draft, clone, engines[clone]))

    def _next_batch(self) -> tuple[str, ...]:
        """Take all that waits; what is marked from now on is asked about on its own."""
        with self._lock:
            batch = tuple(self._left)
            self._left.clear()
            if not batch:
                self._thread = None
            return batch

    def _allowed(self, batch: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Return the clones that may be drafted with the options to draft each with, having asked where that is needed."""
        allowed: dict[str, Mapping[str, Any]] = {}
        parts: list[Question] = []
        for clone in batch:
            question = self._guarded(clone, partial(self._question, clone))
            if question is None:
                continue
            if question.clones:
                parts.append(question)
            else:
                allowed[clone] = self._flags
        if not parts or self._cancelled.is_set():
            return allowed
        self._answered.clear()
        self._tell(_joined(parts))
        self._answered.wait()
        for part in parts:
            (clone,) = part.clones
            if self._answer == "later" or self._cancelled.is_set():
                self._end(Doing(clone, "dropped"))
            else:
                allowed[clone] = self._flags if self._answer == "model" else {**self._flags, "engine": "extractive"}
        return allowed

    def _question(self, clone: str) -> Question:
        """Return what has to be agreed to; of no clones where there is nothing to ask."""
        target = target_of(clone, self._flags)
        opened = open_target(target, cancel=self._cancelled)
        settings = opened.settings
        engine = engine_of(settings)
        if not Consent(config.state_directory() / "consents").is_missing(opened.clone.repository, engine):
            return Question((), (), "", "", 0, 0, 0, 0)
        with Unattended(read_release(target, _quiet, self._cancelled), engine) as unattended:
            estimate = unattended.estimate()
        price = (estimate.input_tokens * settings.price_input + estimate.output_tokens * settings.price_output) / 1e6
        host = str(getattr(engine, "host", "") or "the serving endpoint")
        counts = (estimate.calls, estimate.input_tokens, estimate.output_tokens)
        return Question((clone,), (opened.clone.name,), host, engine.model, *counts, price)

    def _draft(self, clone: str, flags: Mapping[str, Any]) -> None:
        self._tell(Doing(clone, "drafting"))

        def progress(progress: Progress) -> None:
            self._tell(Doing(clone, "drafting", progress.done, progress.total))

        read = read_release(target_of(clone, flags), _quiet, self._cancelled)
        with Unattended(read, progress=progress) as unattended:
            self._current = unattended
            Consent(config.state_directory() / "consents").give(read.plan.range.repository, unattended.engine)
            stopped = unattended.draft(self._cancelled)
            self._current = None
            if self._cancelled.is_set():
                return
            failed = 0 if stopped else unattended.view().totals.notes_failed
        if stopped:
            self._end(Doing(clone, "failed", sentence=stopped))
        elif failed:
            notes = "1 note" if failed == 1 else f"{failed} notes"
            self._end(
                Doing(clone, "failed", sentence=f"{notes} could not be drafted; the review says why, D tries again.")
            )
        else:
            self._end(Doing(clone, "done"))

    def _guarded(self, clone: str, work: Callable[[], Value]) -> Value | None:
        """Do work for one clone; what goes wrong is told in its row, and holds up no other."""
        try:
            return work()
        except Exception as fault:
            sentence = getattr(fault, "sentence", "") or f"It cannot be drafted ({type(fault).__name__}: {fault})."
            if not self._cancelled.is_set():
                self._end(Doing(clone, "failed", sentence=sentence))
            return None

    def _end(self, doing: Doing) -> None:
        with self._lock:
            self._known.discard(doing.clone)
        self._tell(doing)


def _joined(parts: Sequence[Question]) -> Question:
    """Make one question of several: it is asked once."""
    return Question(
        clones=tuple(clone for part in parts for clone in part.clones),
        names=tuple(name for part in parts for name in part.names),
        host=", ".join(dict.fromkeys(part.host for part in parts)),
        model=", ".join(dict.fromkeys(part.model for part in parts)),
        calls=sum(part.calls for part in parts),
        input_tokens=sum(part.input_tokens for part in parts),
        output_tokens=sum(part.output_tokens for part in parts),
        price=sum(part.price for part in parts),
    )


def _quiet(_: str) -> None:
    """Say nothing: the row shows what goes on."""
