"""Answers that can be had again: kept so that no call is made twice, thrown away when room is needed."""

import contextlib
import fcntl
import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    import diskcache

_FOLDER = "answers"
_DATABASE = "cache.db"
_COMPANIONS = ("", "-wal", "-shm")
_ASIDE = "damaged.db"
_LOCK_TIMEOUT = 5.0
"""Seconds to wait for another process that writes."""
_PAUSE = 5.0
"""Seconds until a cache that could not be opened is tried again."""
_IN_DATABASE = 1 << 26
"""Values up to this size (bytes) live in the database: one file to be whole or damaged, none left behind."""
_LATER = 50
"""So many values wait for the next transaction at most."""

_Result = TypeVar("_Result")


class CacheInfo(Struct, frozen=True):
    """What is stored where."""

    path: Path
    entries: int
    bytes: int
    """Size on disk."""


class AnswerCache:
    """A cache of JSON values by key, shared by threads and by processes, the least recently used thrown away first.

    Nothing in it is needed: whatever goes wrong with it is a miss, and `fault` says it in one sentence.
    """

    def __init__(self, directory: Path, size_limit: int) -> None:
        self.fault = ""
        """What went wrong, for people; empty while all is well."""
        self.path = directory / _FOLDER
        """A folder of its own, so that its mode can be set whatever else lies in `directory`."""
        self._size_limit = size_limit
        self._lock = RLock()
        self._turn = Lock()
        """One thread at a time: SQLite lets the others sleep for milliseconds, and this wakes them when it is their turn."""
        self._later: dict[str, Any] = {}
        self._cache: diskcache.Cache | None = None
        self._closed_until = 0.0
        self._failing = False

    @classmethod
    def open(cls, directory: Path, size_limit: int) -> "AnswerCache":
        """Return the cache in `directory` (made at first use), which keeps to about `size_limit` bytes."""
        return cls(directory, size_limit)

    def get(self, key: str) -> Any | None:
        """Return what was put under `key`, or None."""
        return self.get_many((key,)).get(key)

    def get_many(self, keys: Iterable[str]) -> dict[str, Any]:
        """Return what is there of `keys`, in one transaction: quicker than one `get` each."""
        wanted = tuple(keys)
        self.flush(wanted)
        return self._guarded(lambda cache: self._read(cache, wanted), {}) if wanted else {}

    def put(self, key: str, value: Any) -> None:
        """Keep `value` under `key`, if it can be kept.

        Raises:
            TypeError: the value is not JSON.
        """
        self.put_many({key: value})

    def put_many(self, values: Mapping[str, Any]) -> None:
        """Keep values by key, as far as they can be kept, in one transaction: quicker than one `put` each.

        Raises:
            TypeError: a value is not JSON; none is kept.
        """
        if not self._guarded(lambda cache: self._write(cache, values), otherwise=False):
            with self._lock:
                self._later = {}

    def put_later(self, key: str, value: Any) -> None:
        """Keep `value` (which must be JSON) with what is put next, or on closing: for what is quickly had again."""
        with self._lock:
            self._later[key] = value
            is_much = len(self._later) >= _LATER
        if is_much:
            self.put_many({})

    def flush(self, keys: Iterable[str]) -> None:
        """Put what is to be put later, if any of `keys` is among it; it is on disk when this returns."""
        with self._lock:
            is_late = not self._later.keys().isdisjoint(keys)
        if is_late:
            self.put_many({})

    def info(self) -> CacheInfo:
        """Return where the cache is, how much it holds, and what it takes on disk."""
        entries = self._guarded(len, 0) if (self.path / _DATABASE).exists() else 0
        return CacheInfo(self.path, entries, sum(_size(file) for file in self._files()))

    def clear(self) -> int:
        """Throw everything away, a damaged database that was set aside included; return how many entries there were."""
        entries = 0
        if (self.path / _DATABASE).exists():
            entries = self._guarded(lambda cache: int(cache.clear()), 0)
        with contextlib.suppress(OSError):
            (self.path / _ASIDE).unlink()
        return entries

    def close(self) -> None:
        """Close this thread's connection; a later call opens it again, so an answer that comes late is still kept."""
        if self._later:
            self.put_many({})
        self._disconnect()

    def _disconnect(self) -> None:
        cache = self._cache
        if cache is not None:
            with contextlib.suppress(sqlite3.Error):
                cache.close()

    def _write(self, cache: "diskcache.Cache", values: Mapping[str, Any]) -> bool:
        """Write `values` and what was to be put later, which is forgotten once it is on disk: `flush` relies on it."""
        with self._lock:
            late = dict(self._later)
        if late or values:
            with cache.transact():
                for key, value in (late | dict(values)).items():
                    cache.set(key, value)
        with self._lock:
            for key, value in late.items():
                if self._later.get(key) is value:
                    del self._later[key]
        if self._failing:
            self._failing, self.fault = False, ""
        return True

    def _read(self, cache: "diskcache.Cache", keys: Iterable[str]) -> dict[str, Any]:
        found = {}
        with cache.transact():
            for key in keys:
                try:
                    value = cache.get(key)
                except (zlib.error, ValueError, EOFError, TypeError):
                    cache.delete(key)
                    self.fault = (
                        f"An entry of the cache in {self.path} was damaged and is dropped; it is drafted again."
                    )
                    continue
                if value is not None:
                    found[key] = value
        return found

    def _guarded(self, work: "Callable[[diskcache.Cache], _Result]", otherwise: _Result) -> _Result:
        """Do `work`, once more on a new database where this one is damaged, and return `otherwise` where nothing helps."""
        import diskcache

        for _ in range(2):
            try:
                cache = self._opened()
                if cache is None:
                    break
                with self._turn:
                    return work(cache)
            except (sqlite3.Error, OSError, diskcache.Timeout) as error:
                # A COMMIT that failed leaves its transaction open, and with it the lock on the database.
                self._disconnect()
                if not _is_damage(error):
                    self._failing = True
                    self.fault = f"The cache in {self.path} cannot be used ({_reason(error)}); answers are not kept."
                    break
                self._set_aside()
        return otherwise

    def _opened(self) -> "diskcache.Cache | None":
        """Return the open cache, or None for a while after it could not be opened."""
        with self._lock:
            if self._cache is None and time.monotonic() >= self._closed_until:
                self._closed_until = time.monotonic() + _PAUSE
                self._cache = self._open()
                self._closed_until = 0.0
            return self._cache

    def _open(self) -> "diskcache.Cache":
        import diskcache

        _make_private(self.path)
        return diskcache.Cache(
            str(self.path),
            timeout=_LOCK_TIMEOUT,
            disk=diskcache.JSONDisk,
            eviction_policy="least-recently-used",
            size_limit=self._size_limit,
            disk_min_file_size=_IN_DATABASE,
            # A mapped file that another program cuts short kills the process that reads it.
            sqlite_mmap_size=0,
        )

    def _set_aside(self) -> None:
        """Move a damaged database out of the way, unless another thread or process has done so already."""
        with self._lock:
            self._cache = None
            self._closed_until = 0.0
            try:
                with _locked(self.path / "lock"):
                    if not _is_sound(self.path / _DATABASE):
                        self._move_away()
            except OSError as error:
                self._closed_until = time.monotonic() + _PAUSE
                self.fault = (
                    f"The cache in {self.path} is damaged and cannot be replaced ({_reason(error)}); remove it."
                )

    def _move_away(self) -> None:
        (self.path / _DATABASE).replace(self.path / _ASIDE)
        for companion in _COMPANIONS[1:]:
            (self.path / f"{_DATABASE}{companion}").unlink(missing_ok=True)
        self.fault = (
            f"The cache in {self.path} was damaged; it is set aside as {_ASIDE} and begun anew, "
            "so some notes are drafted again."
        )

    def _files(self) -> list[Path]:
        return [self.path / f"{_DATABASE}{companion}" for companion in _COMPANIONS] + [self.path / _ASIDE]


def _make_private(path: Path) -> None:
    """Make sure that `path` is a directory which belongs to this user and which nobody else can read or write.

    Raises:
        OSError: it is somebody else's, or cannot be made.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    if path.stat().st_uid != os.geteuid():
        raise PermissionError("it belongs to another user")
    path.chmod(0o700)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other processes out."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _is_sound(database: Path) -> bool:
    """Say whether `database` can be read from end to end and has the tables it should have."""
    connection = sqlite3.connect(database, timeout=_LOCK_TIMEOUT)
    try:
        connection.execute("SELECT count(*) FROM Settings")
        connection.execute("SELECT max(rowid), key, raw, mode, filename, value FROM Cache")
        ((verdict,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.Error as error:
        return not _is_damage(error)
    finally:
        connection.close()
    return bool(verdict == "ok")


def _is_damage(error: BaseException) -> bool:
    """Tell a damaged database, which a new one cures, from a disk that is full or a database that is busy."""
    cause = _cause(error)
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or (
        code == sqlite3.SQLITE_ERROR and str(cause).startswith("no such")
    )


def _cause(error: BaseException) -> BaseException:
    """Return what went wrong first: diskcache hides it behind a failed ROLLBACK or its own Timeout."""
    while isinstance(error.__context__, (sqlite3.Error, OSError)):
        error = error.__context__
    return error


def _reason(error: BaseException) -> str:
    cause = _cause(error)
    return (cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)) or type(cause).__name__


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
