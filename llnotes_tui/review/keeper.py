"""The one thread of a review: it writes while this window holds the lock, and reads along while another one does."""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

import msgspec

from llnotes_tui.release.model import Commit, NoteId
from llnotes_tui.review.content import Content, OpenEdit, Progress, Shown, shown, shown_edits
from llnotes_tui.review.jobs import Act, Job
from llnotes_tui.review.lock import Holder, ReviewLock
from llnotes_tui.review.store import ReviewError, ReviewStore
from llnotes_tui.storage.keyed import DamagedStoreError, StoreError

_log = logging.getLogger(__name__)

_BEAT = 0.1
"""Seconds between two looks at whether another window wants the review."""
_FOLLOW = 0.5
"""Seconds between two looks at what another window wrote."""
_RETRY = 0.5
"""Seconds until a failed write is tried again."""
_CLOSING = 1.0
"""Seconds that closing waits at most for what is to be written."""


class Keeper:
    """Holds the content of one review, and keeps memory, disk and other windows in step.

    Everything public is thread-safe and does not wait for the disk, but for `close`.
    """

    def __init__(self, store: ReviewStore, lock: ReviewLock, commits: Sequence[Commit]) -> None:
        self.fault = ""
        """Why nothing can be written at the moment; empty where all is well."""
        self.notice = ""
        """What happened to the store that a person should know; stays."""
        self.commits = tuple(commits)
        self.callbacks: list[Callable[[], None]] = []
        self._store = store
        self._lock = lock
        self._content = Content()
        self._on_disk: Content | None = None
        self.shown: Shown = shown(self._content, self.commits)
        self._wake = threading.Condition()
        self._jobs: deque[Job] = deque()
        self._typed: dict[NoteId, OpenEdit | None] = {}
        self._progress: Progress | None = None
        self._asked: deque[Future[None]] = deque()
        self._holds = False
        self._holder: Holder | None = None
        self._taken_by: Holder | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="review-keeper", daemon=True)

    # -- from any thread ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Read what there is, and begin to keep it.

        Raises:
            ReviewError: it was written by a newer version, or cannot be read.
        """
        try:
            self._holds = self._lock.acquire()
            self._holder = self._lock.holder()
            self._read()
        except (OSError, StoreError) as error:
            self._lock.release()
            raise ReviewError(f"The review cannot be opened: {_sentence(error)}") from error
        except ReviewError:
            self._lock.release()
            raise
        if self._holds:
            self.submit(lambda _: None)  # the range that was taken in goes to disk
        self._thread.start()

    @property
    def read_only(self) -> str:
        """Who holds the review, where this window may only read along; else empty."""
        if self._holds:
            return ""
        if self._taken_by is not None:
            return f"This review was taken over by {self._taken_by.sentence()}; here it can only be read."
        holder = self._holder.sentence() if self._holder else "somebody"
        return f"This review is open in another window, by {holder}; here it can only be read."

    def submit(self, act: Act, settles: NoteId | None = None) -> "Future[Any]":
        """Have a change made and written; the Future resolves when it is on disk.

        `settles` names a note for which the change takes the place of what was being typed so far.
        """
        future: Future[Any] = Future()
        with self._wake:
            if self._closing or not self._holds:
                future.set_exception(ReviewError(self.read_only or "This review is closed."))
                return future
            if settles is not None:
                self._typed.pop(settles, None)
            self._jobs.append(Job(act, future))
            self._wake.notify_all()
        return future

    def type(self, note: NoteId, edit: OpenEdit | None) -> None:
        """Keep what is being typed (None drops it), the last one wins; does nothing where this window may not write."""
        with self._wake:
            if self._holds and not self._closing:
                self._typed[note] = edit
                self._wake.notify_all()

    def remember(self, progress: Progress) -> None:
        """Note down how far the review is; does nothing where this window may not write."""
        with self._wake:
            if self._holds and not self._closing and progress != self._content.progress:
                self._progress = progress
                self._wake.notify_all()

    def take_in(self, commits: Sequence[Commit]) -> None:
        """Go on with the range as it is now."""
        with self._wake:
            self.commits = tuple(commits)
            if self._holds:
                self.submit(lambda content: content.take_in(self.commits))
            else:
                self._show(self._content)

    def content(self) -> Content:
        """Return a copy of everything there is, what is being typed included."""
        with self._wake:
            content = self._content.copy()
            for note, edit in self._typed.items():
                content.type(note, edit)
        return content

    def typed(self) -> dict[NoteId, OpenEdit]:
        """Return what is being typed, what is not on disk yet included."""
        with self._wake:
            merged: dict[NoteId, OpenEdit | None] = {**self.shown.edits, **self._typed}
        return {note: edit for note, edit in merged.items() if edit is not None}

    def take_over(self) -> "Future[None]":
        """Ask the window that holds the review to let go of it."""
        future: Future[None] = Future()
        future.set_running_or_notify_cancel()
        with self._wake:
            if self._holds:
                future.set_result(None)
            elif self._closing:
                future.set_exception(ReviewError("This review is closed."))
            else:
                self._asked.append(future)
                self._wake.notify_all()
        return future

    def close(self) -> str:
        """Write what waits and let go; return a sentence about what could not be written, else an empty string."""
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(_CLOSING)
        unsaved = bool(self._jobs or self._typed)
        return (
            (self.fault or "The disk did not answer in time: the last decisions may not be saved.") if unsaved else ""
        )

    # -- the thread -----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while not self._closing:
                self._live_along()
            if self._holds:
                self._write()
        finally:
            self._leave()

    def _live_along(self) -> None:
        try:
            if self._holds:
                self._write_along()
            else:
                self._read_along()
        except Exception:
            # A review that is not kept any more would be worse than whatever this is.
            _log.exception("A review could not be kept in step")
            with self._wake:
                self._wake.wait_for(lambda: self._closing, _RETRY)

    def _leave(self) -> None:
        self._store.close()
        self._lock.release()
        with self._wake:
            waiting = [*(job.future for job in self._jobs), *self._asked]
        for future in waiting:
            future.set_exception(ReviewError(self.fault or "This review is closed."))

    def _write_along(self) -> None:
        with self._wake:
            if not (self._is_waited_for() or self._closing):
                self._wake.wait(_BEAT)
        if not self._write():
            with self._wake:
                self._wake.wait_for(lambda: self._closing, _RETRY)
        wanted = self._lock.wanted_by()
        if wanted is not None:
            self._hand_over(wanted)

    def _write(self) -> bool:
        """Write everything that waits in one step; say whether it is on disk."""
        with self._wake:
            if not self._is_waited_for():
                return True
            jobs, typed, progress = list(self._jobs), self._typed.copy(), self._progress
        content = self._content.copy()
        content.progress = progress or content.progress
        for job in jobs:
            job.run(content)
        for note, edit in typed.items():
            content.type(note, edit)
        try:
            self._put(content)
        except Exception as error:
            # Whatever it is, nothing is given up: it is said, and tried again.
            self._say(f"Decisions cannot be saved: {_sentence(error)} They are kept in this window and tried again.")
            return False
        with self._wake:
            for _ in jobs:
                self._jobs.popleft()
            self._typed = {note: edit for note, edit in self._typed.items() if typed.get(note, _NOTHING) is not edit}
            self._progress = self._progress if self._progress != progress else None
            recovered, self.fault = bool(self.fault), ""
            self._content = content
            if jobs:
                self.shown = shown(content, self.commits)
            else:
                self.shown = msgspec.structs.replace(self.shown, edits=shown_edits(content, content.renamed))
        for job in jobs:
            job.settle()
        if jobs or recovered:
            self._tell()
        return True

    def _is_waited_for(self) -> bool:
        return bool(self._jobs or self._typed or self._progress)

    def _put(self, content: Content) -> None:
        try:
            self._store.write(self._on_disk, content)
        except DamagedStoreError:
            # All of it is in memory still: a new store loses nothing.
            self._begin_anew()
            self._store.write(None, content)
        self._on_disk = content

    def _hand_over(self, wanted: Holder) -> None:
        """Let go of the review once everything typed and decided here is on disk; not before."""
        while self._write():
            with self._wake:
                if self._jobs or self._typed:
                    continue
                if not self._lock.is_wanted():
                    return  # who asked has given up meanwhile
                self._holds = False
                self._taken_by = wanted
            self._store.close()
            self._lock.release()
            self._tell()
            return

    def _read_along(self) -> None:
        with self._wake:
            if not (self._asked or self._closing):
                self._wake.wait(_FOLLOW)
            asked = list(self._asked)
            self._asked.clear()
        if self._closing:
            return
        if asked:
            self._take_over(asked)
            return
        try:
            if not self._lock.is_wanted() and self._lock.acquire():
                self._become_holder()
            else:
                self._look()
        except (StoreError, OSError, ReviewError):
            return  # the other window is busy with it, or wrote something newer: it is looked at again

    def _look(self) -> None:
        holder = self._lock.holder()
        meta = self._store.meta()
        is_new = meta is not None and meta.revision != self._content.revision
        if is_new:
            self._show(self._store.load())
        if is_new or holder != self._holder:
            self._holder = holder
            self._tell()

    def _take_over(self, asked: "list[Future[None]]") -> None:
        try:
            refusal = self._lock.take_over()
            if not refusal:
                self._become_holder()
        except (StoreError, OSError, ReviewError) as error:
            refusal = _sentence(error)
        for future in asked:
            if refusal:
                future.set_exception(ReviewError(refusal))
            else:
                future.set_result(None)

    def _become_holder(self) -> None:
        """Go on from what is on disk, now that the lock is here."""
        try:
            self._read()
        except BaseException:
            self._lock.release()
            raise
        with self._wake:
            self._holds = True
            self._taken_by = None
            self.submit(lambda _: None)
        self._tell()

    def _read(self) -> None:
        """Read the store; the window that holds a damaged one sets it aside and says so."""
        content = Content()
        self._on_disk = None
        try:
            content = self._store.load()
            self._on_disk = None if self._store.is_older else content.copy()
        except DamagedStoreError:
            if self._lock.is_held:
                self._begin_anew()
        except StoreError:
            if self._lock.is_held:
                raise
        self._show(content)

    def _show(self, content: Content) -> None:
        """Take `content` for what there is, as the range is now."""
        with self._wake:
            content.take_in(self.commits)
            self._content = content
            self.shown = shown(content, self.commits)

    def _begin_anew(self) -> None:
        aside = self._store.set_aside()
        self._on_disk = None
        self.notice = f"The stored review was damaged; it was set aside as {aside}, and a new one was begun."

    def _say(self, fault: str) -> None:
        if fault != self.fault:
            self.fault = fault
            self._tell()

    def _tell(self) -> None:
        for callback in list(self.callbacks):
            try:
                callback()
            except Exception:
                # What a window does with the news must not keep the next decision from the disk.
                _log.exception("A window could not take news of the review")


_NOTHING: Any = object()


def _sentence(error: BaseException) -> str:
    if isinstance(error, StoreError | ReviewError):
        return error.sentence
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'its directory'} cannot be used ({error.strerror})."
    return f"{type(error).__name__}: {error}."
