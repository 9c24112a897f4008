"""Who may write a review: one window at a time, by a lock that dies with its process and can be handed over.

The holder keeps an exclusive `flock` on the file `lock`.  Who wants to take over keeps one on the file `wanted` until the
holder has written everything down and let go; a `wanted` that nobody locks was left by a process that died.
"""

import contextlib
import fcntl
import os
import socket
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

PATIENCE = 2.0
"""Seconds until a holder that does not let go counts as hanging."""
_BEAT = 0.02
"""Seconds between two attempts to get the lock."""
_GLANCE = 0.3
"""Seconds for which the holder may keep a request to itself while it looks whether anybody waits."""
_NAMING = 0.3
"""Seconds that a window may take from getting a lock to having its name in it."""


class Holder(Struct, frozen=True):
    """Who holds a review, or wants to."""

    pid: int
    host: str
    name: str
    since: float
    """Seconds since the epoch."""

    def sentence(self) -> str:
        """Say who it is, where and since when."""
        if not self.pid:
            return "somebody whose name could not be written"
        since = time.strftime("%H:%M on %d %B", time.localtime(self.since))
        return f"{self.name or 'somebody'} (process {self.pid} on {self.host}, since {since})"


class ReviewLock:
    """The lock of one review's directory.  `acquire`, `release`, `is_wanted` and `wanted_by` are called by one thread at a time."""

    def __init__(self, directory: Path, name: str) -> None:
        self._lock = directory / "lock"
        self._wanted = directory / "wanted"
        self._name = name
        self._held: int | None = None
        _locks.add(self)

    def acquire(self) -> bool:
        """Take the lock if nobody holds it; never waits.

        Raises:
            OSError: the directory cannot be used.
        """
        if self._held is None:
            self._held = _locked(self._lock)
            if self._held is not None:
                _write(self._held, self._me())
        return self._held is not None

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._held is not None

    def release(self) -> None:
        """Let go; nothing happens where the lock is not held.  In a forked process this leaves the lock to its parent."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def holder(self) -> Holder | None:
        """Return who took the lock last, None if that cannot be read.  Waits for a name that is just being written."""
        return _named(self._lock)

    def is_wanted(self) -> bool:
        """Say whether anybody waits for the lock; a request whose process died is removed."""
        if not self._wanted.exists():
            return False
        with contextlib.suppress(OSError):
            abandoned = _locked(self._wanted)
            if abandoned is None:
                return True
            self._wanted.unlink(missing_ok=True)
            os.close(abandoned)
        return False

    def wanted_by(self) -> Holder | None:
        """Return who waits for the lock, None if nobody does.

        A name that is just being written is waited for.  Where it cannot be (a full disk), the holder has no `pid`.
        """
        return (_named(self._wanted) or Holder(0, "", "", 0)) if self.is_wanted() else None

    def take_over(self, patience: float | None = None) -> str:
        """Ask the holder to let go and take the lock; return why not, or an empty string where it worked.

        `patience` is in seconds; None stands for `PATIENCE`.

        Raises:
            OSError: the directory cannot be used.
        """
        with self._asking() as is_first:
            if not is_first:
                return "Another window is taking over this review just now; try again in a moment."
            patience = PATIENCE if patience is None else patience
            deadline = time.monotonic() + patience
            while not self.acquire():
                if time.monotonic() > deadline:
                    return self._no_answer(patience)
                time.sleep(_BEAT)
        return ""

    @contextlib.contextmanager
    def _asking(self) -> Iterator[bool]:
        request = _locked(self._wanted)
        giving_up = time.monotonic() + _GLANCE
        while request is None and time.monotonic() < giving_up:
            time.sleep(_BEAT)
            request = _locked(self._wanted)
        if request is None:
            yield False
            return
        _write(request, self._me())
        try:
            yield True
        finally:
            self._wanted.unlink(missing_ok=True)
            os.close(request)

    def _no_answer(self, patience: float) -> str:
        holder = self.holder()
        if holder is None:
            return f"The window that holds this review did not let go within {patience:g} seconds; look for it and close it."
        return (
            f"{holder.sentence()} did not let go of this review within {patience:g} seconds: the window hangs or cannot "
            f"save; close it, or end process {holder.pid} on {holder.host}, and try again."
        )

    def _me(self) -> Holder:
        return Holder(os.getpid(), socket.gethostname(), self._name, time.time())


_locks: "weakref.WeakSet[ReviewLock]" = weakref.WeakSet()


def _release_all() -> None:
    for lock in list(_locks):
        lock.release()


# A child that was forked without exec would keep the lock alive after its parent was killed.
os.register_at_fork(after_in_child=_release_all)


def _locked(path: Path) -> int | None:
    """Return an open file with the exclusive lock on `path`, None while somebody else holds it."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(path, file):
                return file
        except BlockingIOError:
            os.close(file)
            return None
        except OSError:
            os.close(file)
            raise
        os.close(file)


def _is_still(path: Path, file: int) -> bool:
    """Say whether the open file is what the path names: another process may have removed it in between."""
    try:
        return path.stat().st_ino == os.fstat(file).st_ino
    except FileNotFoundError:
        return False


def _write(file: int, holder: Holder) -> None:
    """Write who it is, if there is room on the disk: the lock holds without it."""
    with contextlib.suppress(OSError):
        os.ftruncate(file, 0)
        os.pwrite(file, msgspec.json.encode(holder), 0)


def _named(path: Path) -> Holder | None:
    """Read whose lock it is: the name comes a moment after the lock, by a process that may have to wait for its turn."""
    deadline = time.monotonic() + _NAMING
    while (holder := _read(path)) is None and path.exists() and time.monotonic() < deadline:
        time.sleep(_BEAT)
    return holder


def _read(path: Path) -> Holder | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Holder)
    except (OSError, msgspec.DecodeError):
        return None
