"""Drafting a release with nobody at its review: for CI, for the night before, and for the marked ones of a list."""

from collections.abc import Callable
from threading import Event
from types import TracebackType
from typing import Self

from llnotes_tui import config
from llnotes_tui.drafting.events import DraftEvent, EngineStatus, Progress
from llnotes_tui.drafting.graph import NoteGraph
from llnotes_tui.drafting.reckoning import Estimate
from llnotes_tui.engines.base import Engine
from llnotes_tui.review.entries import arrange
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.activity import Activity
from llnotes_tui.workbench.deriving import Circumstances, Deriver
from llnotes_tui.workbench.drafted import note_drafted
from llnotes_tui.workbench.grounded import GroundedChecker
from llnotes_tui.workbench.opening import Read, drafting_of, engine_of, review_id, stored_state
from llnotes_tui.workbench.overlay import checked_now
from llnotes_tui.workbench.silent import Silent, settle
from llnotes_tui.workbench.standing import digest_of
from llnotes_tui.workbench.views import ReleaseView

_LOOK = 0.2
"""Seconds between two looks at whether it is to end."""


class Unattended:
    """A release that is drafted over what was decided on it so far, without holding its review.  For one worker."""

    def __init__(
        self, read: Read, engine: Engine | None = None, progress: Callable[[Progress], None] = lambda _: None
    ) -> None:
        """`progress` is called from any thread, and must not wait."""
        settings = read.opened.settings
        self._plan = read.plan
        self._clone = read.opened.clone
        self._state = stored_state(read.plan)
        self._answers = AnswerCache.open(config.cache_directory(), settings.cache_size)
        self._graph = NoteGraph(read.plan, read.opened.clone.patch, self._answers)
        self._events: list[DraftEvent] = []
        self._status = EngineStatus("")
        self._progress = progress
        self.engine = engine or engine_of(settings)
        self._drafting = drafting_of(
            settings, self._graph, self.engine, self._answers, self._hear, self._state.effective
        )
        self._arranged = arrange(read.plan, self._state)
        self._entries = tuple(entry for entry in self._arranged.published() if entry.id not in self._state.texts)

    def estimate(self) -> Estimate:
        """Return what drafting will ask for.  Reads diffs."""
        return self._drafting.estimate(self._entries)

    def draft(self, cancel: Event | None = None) -> str:
        """Draft, until all is drafted or failed; where the engine was stopped instead, return its sentence."""
        self._drafting.draft(self._entries)
        while not self._drafting.wait(_LOOK):
            if self._status.stopped or (cancel is not None and cancel.is_set()):
                return self._status.sentence
        return self._status.sentence if self._status.stopped else ""

    @property
    def cache_fault(self) -> str:
        """What is wrong with the cache, in one sentence; empty while all is well."""
        return self._answers.fault

    @property
    def cause(self) -> str:
        """Why the engine was stopped, in one sentence; empty while it was not."""
        return self._status.cause

    def without_engine(self, reason: str) -> None:
        """Go on with what the cache holds, and let the notes that it does not hold fail for the reason given."""
        self._drafting.use(Silent(self.engine, reason))
        self._drafting.draft(self._entries)
        settle(self._drafting)

    def view(self) -> ReleaseView:
        """Return the release with what was drafted, and remember it if that is all."""
        activity = Activity()
        activity.take(tuple(self._events))
        effective = self._state.effective()
        digests = {entry.id: digest_of(self._graph, entry, effective) for entry in self._arranged.entries}
        circumstances = Circumstances(self.engine.name)
        view = Deriver(self._plan, self._graph).release(self._arranged, self._state, activity, digests, circumstances)
        if not any(entry.state in ("failed", "waiting", "writing") for entry in view.entries):
            note_drafted(self._answers, review_id(self._plan.range), self._plan.range, len(view.entries))
        return view

    def checked(self) -> ReleaseView:
        """Return `view` with the findings of its notes.  Reads the trees of the range: slow."""
        checker = GroundedChecker(self._clone, self._plan, self._answers)
        return checked_now(self.view(), checker, self._state.dismissed)

    def _hear(self, event: DraftEvent) -> None:
        self._events.append(event)
        if isinstance(event, EngineStatus):
            self._status = event
        elif isinstance(event, Progress):
            self._progress(event)

    def close(self) -> None:
        """Let go of it, at once, whatever hangs."""
        self._drafting.close()
        self._answers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
