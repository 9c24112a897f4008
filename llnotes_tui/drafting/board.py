"""What has become of each note, and the events that tell of it, in order and outside of every lock."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition

from llnotes_tui.drafting.events import (
    DraftEvent,
    EngineStatus,
    NoteFailed,
    NoteSkipped,
    NoteStarted,
    NoteWaiting,
    NoteWritten,
    Progress,
)
from llnotes_tui.release.model import NoteDraft, NoteId


class Board:
    """Keeps count.  Thread-safe.  Events leave one after another, by whichever thread is there; a listener may call back."""

    def __init__(self, on_event: Callable[[DraftEvent], None]) -> None:
        self._on_event = on_event
        self._changed = Condition()
        self._outbox: deque[DraftEvent] = deque()
        self._telling = False
        self._fault: Exception | None = None
        self._plans: set[object] = set()
        self._pending: set[NoteId] = set()
        self._done: set[NoteId] = set()
        self._drafts: dict[NoteId, NoteDraft] = {}
        self._failed: dict[NoteId, str] = {}
        self._calls = self._cached = self._input_tokens = self._output_tokens = 0

    def drafts(self) -> dict[NoteId, NoteDraft]:
        """Return the latest text of each note."""
        with self._changed:
            return dict(self._drafts)

    def draft(self, note: NoteId) -> NoteDraft | None:
        """Return the latest text of a note."""
        return self._drafts.get(note)

    def failed(self) -> dict[NoteId, str]:
        """Return the notes that have failed, and why."""
        with self._changed:
            return dict(self._failed)

    def is_pending(self, note: NoteId) -> bool:
        """Say whether a text of the note is awaited."""
        return note in self._pending

    def begin(self, plan: object) -> None:
        """Await the end of a piece of work of which the notes are not known yet."""
        with self._changed:
            self._plans.add(plan)

    def end(self, plan: object) -> None:
        """Await it no longer."""
        with self._changed:
            self._plans.discard(plan)
            self._changed.notify_all()

    def expect(self, notes: Iterable[NoteId]) -> None:
        """Await texts for notes; what failed before is forgotten."""
        with self._changed:
            for note in notes:
                self._pending.add(note)
                self._done.discard(note)
                self._failed.pop(note, None)
            self._outbox.append(self._progress())
        self._tell()

    def started(self, notes: Iterable[NoteId]) -> None:
        """A call for the notes is under way."""
        self._add(NoteStarted(note) for note in notes)

    def waiting(self, notes: Iterable[NoteId]) -> None:
        """The notes went back to the queue."""
        self._add(NoteWaiting(note) for note in notes)

    def written(self, draft: NoteDraft, *, is_counted: bool = True) -> None:
        """A note has a text, which is on disk; one by rule is not counted."""
        with self._changed:
            if is_counted:
                self._done.add(draft.note)
            self._drafts[draft.note] = draft
            self._failed.pop(draft.note, None)
            self._cached += draft.cached
            self._settled(draft.note, NoteWritten(draft))
        self._tell()

    def fail(self, note: NoteId, sentence: str) -> None:
        """A note has no text, for the reason given."""
        with self._changed:
            self._done.add(note)
            self._failed[note] = sentence
            self._settled(note, NoteFailed(note, sentence))
        self._tell()

    def skip(self, note: NoteId, sentence: str) -> None:
        """A note will have no text, for the reason given."""
        with self._changed:
            self._done.discard(note)
            self._settled(note, NoteSkipped(note, sentence))
        self._tell()

    def sent(self) -> None:
        """A call left."""
        with self._changed:
            self._calls += 1

    def received(self, input_tokens: int, output_tokens: int) -> None:
        """A call was answered."""
        with self._changed:
            self._input_tokens += input_tokens
            self._output_tokens += output_tokens

    def status(self, status: EngineStatus) -> None:
        """The engine does well or not."""
        self._add((status,))

    def give_up(self) -> None:
        """Await nothing any more; what was awaited goes back to waiting."""
        with self._changed:
            self._outbox.extend(NoteWaiting(note) for note in self._pending)
            self._pending.clear()
            self._plans.clear()
            self._outbox.append(self._progress())
            self._changed.notify_all()
        self._tell()

    def wait(self, timeout: float | None) -> bool:
        """Wait until nothing is awaited and every event was told; say whether it came to that in time.

        Raises:
            Exception: what the listener raised first, if it ever did.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while self._pending or self._plans or self._outbox or self._telling:
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    return False
                self._changed.wait(left)
            if self._fault is not None:
                raise self._fault
            return True

    def _settled(self, note: NoteId, event: DraftEvent) -> None:
        self._pending.discard(note)
        self._outbox.append(event)
        self._outbox.append(self._progress())
        self._changed.notify_all()

    def _progress(self) -> Progress:
        return Progress(
            done=len(self._done),
            total=len(self._done) + len(self._pending),
            calls=self._calls,
            cached=self._cached,
            input_tokens=self._input_tokens,
            output_tokens=self._output_tokens,
            failed=len(self._failed),
        )

    def _add(self, events: Iterable[DraftEvent]) -> None:
        with self._changed:
            self._outbox.extend(events)
        self._tell()

    def _tell(self) -> None:
        """Tell what is in the outbox, unless another thread is at it (which then tells this as well)."""
        with self._changed:
            if self._telling:
                return
            self._telling = True
        while True:
            with self._changed:
                if not self._outbox:
                    self._telling = False
                    self._changed.notify_all()
                    return
                event = self._outbox.popleft()
            try:
                self._on_event(event)
            except Exception as fault:  # what the listener cannot bear is no reason to draft no further
                self._fault = self._fault or fault
