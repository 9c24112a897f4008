"""Values by key, kept for good: nothing is ever evicted, and a write that returns is on the disk.

Writing goes through diskcache.  Reading goes past it, on a read-only connection, because opening a diskcache writes to
it: so a store can be looked at before it is touched, while another process holds it, and without being made.
"""

import contextlib
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    import diskcache

_DATABASE = "cache.db"
_LOCK_TIMEOUT = 2.0
"""Seconds to wait for another process that writes."""
_IN_DATABASE = 1 << 29
"""Values up to this size (bytes) live in the database, whose commits are synced; files beside it are not."""


class StoreError(Exception):
    """A store that could not be read or written this time; `sentence` says why, and it can be tried again."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class DamagedStoreError(StoreError):
    """A store whose content cannot be made out: trying again does not help."""


class KeyedStore:
    """A durable store of JSON values in a directory of its own, written by one thread of one process."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._opening = threading.Lock()
        self._cache: diskcache.Cache | None = None
        self._identity: tuple[int, int] | None = None

    def is_intact(self) -> bool:
        """Say whether the database is the one that was opened (or none was yet): another program may have moved it.

        What is written to a file that was removed is lost without any error.
        """
        return self._identity in (None, self._found())

    def write(self, values: Mapping[str, Any], dropped: Iterable[str] = ()) -> None:
        """Put `values` and take away the keys `dropped`, all or nothing; on disk when this returns.

        Raises:
            StoreError: nothing was written; it may work later.
            DamagedStoreError: nothing was written, and nothing can be.
            TypeError: a value is not JSON.
        """
        import diskcache

        try:
            cache = self._opened()
            with cache.transact():
                for key, value in values.items():
                    cache.set(key, value)
                for key in dropped:
                    cache.delete(key)
        except (sqlite3.Error, OSError, diskcache.Timeout) as error:
            # A COMMIT that failed leaves its transaction open, and with it the lock on the database.
            self.close()
            raise _fault(error, self.directory) from error

    def close(self) -> None:
        """Close this thread's connection; a later write opens the store again, and makes it where it is gone."""
        cache, self._cache, self._identity = self._cache, None, None
        if cache is not None:
            with contextlib.suppress(sqlite3.Error):
                cache.close()

    def _opened(self) -> "diskcache.Cache":
        import diskcache

        with self._opening:
            if self._cache is None:
                self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._cache = diskcache.Cache(
                    str(self.directory),
                    timeout=_LOCK_TIMEOUT,
                    disk=diskcache.JSONDisk,
                    # Keys are looked up by their compressed bytes, which differ from one zlib to the next.
                    disk_compress_level=0,
                    disk_min_file_size=_IN_DATABASE,
                    eviction_policy="none",
                    size_limit=2**40,
                    cull_limit=0,
                    sqlite_synchronous=2,
                    # A mapped file that another program cuts short kills the process that reads it.
                    sqlite_mmap_size=0,
                )
                self._identity = self._found()
            return self._cache

    def _found(self) -> tuple[int, int]:
        try:
            status = (self.directory / _DATABASE).stat()
        except OSError:
            return 0, 0
        return status.st_dev, status.st_ino


def is_there(directory: Path) -> bool:
    """Say whether a store was made in `directory`."""
    return (directory / _DATABASE).exists()


def read_all(directory: Path, *, check: bool = False) -> dict[str, Any]:
    """Return everything in the store; with `check`, every page of the database is looked at first.

    Raises:
        StoreError: it cannot be read now, or there is none.
        DamagedStoreError: its content cannot be made out.
    """
    return _read(directory, None, check=check)


def read_some(directory: Path, keys: Iterable[str]) -> dict[str, Any]:
    """Return what is there of `keys`, as of one moment; nothing is created, and no lock is needed.

    Raises:
        StoreError: it cannot be read now, or there is none.
        DamagedStoreError: its content cannot be made out.
    """
    return _read(directory, tuple(keys), check=False)


def _read(directory: Path, keys: tuple[str, ...] | None, *, check: bool) -> dict[str, Any]:
    import diskcache

    disk = diskcache.JSONDisk(str(directory), compress_level=0)
    query = "SELECT key, raw, mode, filename, value FROM Cache"
    try:
        with contextlib.closing(_connect(directory)) as connection:
            if check:
                _check(connection, directory)
            if keys is None:
                rows = connection.execute(f"{query} ORDER BY rowid").fetchall()
            else:
                marks = ", ".join("?" * len(keys))
                stored = [disk.put(key)[0] for key in keys]
                rows = connection.execute(f"{query} WHERE key IN ({marks})", stored).fetchall()
        return {disk.get(key, raw): disk.fetch(mode, name, value, read=False) for key, raw, mode, name, value in rows}
    except (sqlite3.Error, OSError) as error:
        raise _fault(error, directory) from error
    except (zlib.error, ValueError, EOFError, TypeError) as error:
        raise DamagedStoreError(f"The store in {directory} is damaged (a value in it cannot be read).") from error


def _connect(directory: Path) -> sqlite3.Connection:
    """Open the database for reading only.

    Without a log beside it nobody is writing, and it can be read as it stands; asking for less would leave files behind.
    """
    database = directory / _DATABASE
    log = database.with_name(f"{_DATABASE}-wal")
    alone = not log.exists() or log.stat().st_size == 0
    mode = "mode=ro&immutable=1" if alone else "mode=ro"
    return sqlite3.connect(f"file:{quote(str(database))}?{mode}", uri=True, timeout=_LOCK_TIMEOUT)


def _check(connection: sqlite3.Connection, directory: Path) -> None:
    ((verdict,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    if verdict != "ok":
        raise DamagedStoreError(f"The store in {directory} is damaged ({verdict}).")


def _fault(error: BaseException, directory: Path) -> StoreError:
    """Return `error` as a sentence, told apart by whether trying again can help."""
    cause = _cause(error)
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or str(cause).startswith("no such table"):
        return DamagedStoreError(f"The store in {directory} is damaged ({cause}).")
    reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(cause)
    return StoreError(f"The store in {directory} cannot be used ({reason or 'another process keeps it busy'}).")


def _cause(error: BaseException) -> BaseException:
    """Return what went wrong first: diskcache hides it behind a failed ROLLBACK or its own Timeout."""
    while isinstance(error.__context__, (sqlite3.Error, OSError)):
        error = error.__context__
    return error
