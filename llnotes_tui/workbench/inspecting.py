"""Checks of texts, one after the other on a thread of their own: nobody who types or decides waits for one."""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Literal, Protocol

from msgspec import Struct

from llnotes_tui.release.model import Commit, EvidenceLine, Finding, NoteId, NotesEntry

TYPING_PAUSE = 0.25
"""Seconds without a key after which what is being typed is checked."""
_TELL_EVERY = 0.1
"""Seconds between two times that results are told, while more of them follow."""


class Matter(Struct, frozen=True):
    """A text to be checked, and what it is about."""

    note: NoteId
    text: str
    role: Literal["entry", "file", "announcement"]
    commits: tuple[Commit, ...] = ()
    badges: tuple[str, ...] = ()
    title: str = ""
    entries: tuple[NotesEntry, ...] = ()
    """What an announcement was made from."""
    is_by_rule: bool = False
    """Nobody but our own rules wrote it: its numbers are counts of the diff, which stand nowhere in it."""

    def is_like(self, other: "Matter") -> bool:
        """Say whether a check of the one holds for the other."""
        mine, theirs = (tuple(commit.sha for commit in one.commits) for one in (self, other))
        facts = (self.text, self.badges, self.title, mine, self.entries, self.is_by_rule)
        return facts == (other.text, other.badges, other.title, theirs, other.entries, other.is_by_rule)


class Checked(Struct, frozen=True):
    """What a check found."""

    matter: Matter
    findings: tuple[Finding, ...]
    silenced: int = 0
    """Findings that the repository's own glossary keeps from being shown."""
    not_checked: tuple[str, ...] = ()
    """Sentences: which checks could not be made, and why."""


class Checker(Protocol):
    """Holds texts against what their commits did.  Called from several threads; what it needs it reads when asked."""

    def check(self, matter: Matter, cancel: threading.Event) -> Checked:
        """Return what is not supported; may take long the first time, and gives up (with nothing) once cancelled."""

    def evidence(self, matter: Matter, offset: int) -> tuple[EvidenceLine, ...]:
        """Return the lines of the diff that bear on the claim around an offset."""

    def forget_terms(self) -> None:
        """Read the glossaries again before the next check."""


class Inspector:
    """One daemon thread that checks what it was asked for last of each note, typed text before all else."""

    def __init__(self, checker: Checker, tell: Callable[[], None]) -> None:
        """`tell` is called from the thread when there are new results; it must not wait."""
        self.checker = checker
        self._tell = tell
        self._wanted: dict[NoteId, Matter] = {}
        self._typed: tuple[float, Matter, Callable[[Checked], None]] | None = None
        self._results: dict[NoteId, Checked] = {}
        self._changed = threading.Condition()
        self._cancel = threading.Event()
        self._busy = False
        self._told_at = 0.0
        self._untold = False
        self._thread: threading.Thread | None = None

    def known(self, note: NoteId) -> Checked | None:
        """Return the newest result for a note, which may be about another text by now."""
        return self._results.get(note)

    def want(self, matters: Iterable[Matter]) -> None:
        """Have these checked; of each note only the newest text counts."""
        with self._changed:
            before = len(self._wanted)
            self._wanted.update((matter.note, matter) for matter in matters)
            if self._wanted and len(self._wanted) >= before:
                self._start()

    def soon(self, matter: Matter, heard: Callable[[Checked], None], after: float = TYPING_PAUSE) -> None:
        """Have a text checked that is being typed, unless another one follows within `after` seconds.

        `heard` is called from the thread with the result, and must not wait.
        """
        with self._changed:
            self._typed = (time.monotonic() + after, matter, heard)
            self._start()

    def again(self) -> None:
        """Check everything anew: the glossary has changed."""
        self.checker.forget_terms()
        with self._changed:
            for note, result in self._results.items():
                self._wanted.setdefault(note, result.matter)
            self._start()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all that was asked for is checked; say whether it is.  Not for the UI thread."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._cancel.is_set() or not (self._wanted or self._typed or self._busy), timeout
            )

    def close(self, timeout: float = 0.0) -> None:
        """Check no more; wait for the check under way, which gives up now, `timeout` seconds at most."""
        self._cancel.set()
        with self._changed:
            self._wanted.clear()
            self._typed = None
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def _start(self) -> None:
        if self._cancel.is_set():
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="llnotes-checks", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            matter, heard = job
            try:
                result = self.checker.check(matter, self._cancel)
            except Exception:
                # A check that fails must not end all others; the text then stands as one that nobody checked.
                result = None
            self._done(matter, result, heard)

    def _next(self) -> "tuple[Matter, Callable[[Checked], None] | None] | None":
        with self._changed:
            while not self._cancel.is_set():
                rest = None
                if self._typed is not None:
                    due, matter, heard = self._typed
                    rest = due - time.monotonic()
                    if rest <= 0:
                        self._typed = None
                        self._busy = True
                        return matter, heard
                if self._wanted:
                    self._busy = True
                    return self._wanted.pop(next(iter(self._wanted))), None
                self._changed.wait(rest)
            return None

    def _done(self, matter: Matter, result: Checked | None, heard: Callable[[Checked], None] | None) -> None:
        if heard is not None:
            if result is not None:
                heard(result)
        elif result is not None and not self._cancel.is_set():
            self._results[matter.note] = result
            self._untold = True
        is_last = not self._wanted
        if self._untold and (is_last or time.monotonic() - self._told_at > _TELL_EVERY):
            self._untold = False
            self._told_at = time.monotonic()
            self._tell()
        with self._changed:
            self._busy = False
            self._changed.notify_all()
