"""Where our own clones of GitHub's repositories lie: below the cache directory, each with a lock, and gone with the cache."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

from llnotes_tui import config
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.hosts import GitHubPlace
from llnotes_tui.sources.options import SourceError

_BEAT = 0.1
"""Seconds between two attempts to get a lock that another process holds."""
_DAMAGED = ".damaged"
_LEFT_BEHIND = ("*.lock", "refs/**/*.lock", "objects/pack/tmp_*", "objects/tmp_*", "objects/??/tmp_obj_*")
"""What a git that was killed may leave in a repository; a lock among it would stop every later one."""

_CONFIG = """[core]
\trepositoryformatversion = 1
\tfilemode = true
\tbare = true
[extensions]
\tpartialClone = origin
[remote "origin"]
\turl = {url}
\tfetch = +refs/heads/*:refs/remotes/origin/*
\tpromisor = true
\tpartialclonefilter = tree:0
"""


class Shelf:
    """The folder of one repository's clone, and the lock beside it."""

    def __init__(self, place: GitHubPlace) -> None:
        self.place = place
        folder = shelves() / place.host.name.lower() / place.owner.lower()
        self.path = folder / f"{place.name.lower()}.git"
        self._lock = folder / f"{place.name.lower()}.lock"

    @property
    def is_there(self) -> bool:
        """Whether something was fetched already."""
        return (self.path / "HEAD").is_file()

    @contextmanager
    def locked(self, cancel: Event | None, waits: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Keep other processes and threads from fetching meanwhile; `waits` is called once where one does.

        Raises:
            GitHubFault: `cancel` was set while another one fetched.
            SourceError: the folder cannot be made.
        """
        try:
            _private(self.path.parent)
            handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise _unusable(self.path.parent, fault) from fault
        try:
            is_told = False
            while not _taken(handle):
                if not is_told:
                    waits()
                is_told = True
                if (cancel or Event()).wait(_BEAT):
                    raise GitHubFault("stopped", f"Fetching {self.place.full_name} was stopped.")
            yield
        finally:
            os.close(handle)

    def make(self) -> None:
        """Lay an empty clone out where there is none; tidy up after a git that was killed.  Only while locked.

        Raises:
            SourceError: it cannot be written.
        """
        try:
            if not self.is_there:
                for folder in ("objects/pack", "objects/info", "refs/heads", "refs/tags"):
                    (self.path / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
                self.path.chmod(0o700)
                (self.path / "HEAD").write_text("ref: refs/heads/llnotes-has-no-branch-of-its-own\n", encoding="ascii")
            for pattern in _LEFT_BEHIND:
                for path in self.path.glob(pattern):
                    path.unlink(missing_ok=True)
            text = _CONFIG.format(url=self.place.clone_url)
            written = self.path / "config"
            if not written.is_file() or written.read_text(encoding="utf-8", errors="replace") != text:
                written.write_text(text, encoding="ascii")
        except OSError as fault:
            raise _unusable(self.path, fault) from fault

    def remove(self) -> None:
        """Delete the clone.  Only while locked."""
        shutil.rmtree(self.path, ignore_errors=True)

    def set_aside(self) -> Path:
        """Move a clone that is damaged out of the way, in place of the one that was moved before; return where it is now."""
        aside = self.path.with_name(self.path.name + _DAMAGED)
        shutil.rmtree(aside, ignore_errors=True)
        with suppress(OSError):
            self.path.rename(aside)
        return aside


def shelves() -> Path:
    """Return the folder of all clones of ours."""
    return config.cache_directory().absolute() / "clones"


def kept_clones() -> tuple[tuple[Path, int], ...]:
    """Return every clone of ours with its size in bytes, the damaged ones that were set aside among them."""
    found = sorted(path for path in shelves().glob("*/*/*") if path.is_dir())
    return tuple((path, _size(path)) for path in found)


def clear_clones() -> int:
    """Delete every clone of ours, and return how many there were; one that is being fetched at this moment stays."""
    count = 0
    for path, _ in kept_clones():
        lock = path.with_name(path.name.removesuffix(_DAMAGED).removesuffix(".git") + ".lock")
        with suppress(OSError):
            handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                if _taken(handle):
                    shutil.rmtree(path)
                    count += path.suffix == ".git"
            finally:
                os.close(handle)
    return count


def _private(folder: Path) -> None:
    """Make a folder and those above it up to the cache directory, for their owner only."""
    for above in (shelves().parent, shelves(), folder.parent, folder):
        above.mkdir(mode=0o700, parents=True, exist_ok=True)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.lstat().st_size
    return total


def _unusable(path: Path, fault: OSError) -> SourceError:
    reason = fault.strerror or str(fault)
    return SourceError(
        f"{path} cannot be written ({reason}); free it, or move it by LLNOTES_CACHE_DIR, for fetched repositories lie there."
    )
