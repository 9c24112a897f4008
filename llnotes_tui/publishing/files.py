"""Files of a repository, read and replaced: whole or not at all, inside the repository, everything about them kept."""

import errno
import fcntl
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

_TEMPORARY = ".llnotes-tmp"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


class ExportError(Exception):
    """Nothing was written; `sentence` says what is wrong, where, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def file_inside(root: Path, relative: str) -> Path:
    """Return the file that a path relative to the repository's root names, symbolic links followed.

    Raises:
        ExportError: it lies outside the repository or in git's own folder, or is no file.
    """
    inside = Path(os.path.realpath(root))
    target = Path(os.path.realpath(inside / relative))
    try:
        parts = target.relative_to(inside).parts
    except ValueError:
        parts = ()
    if not parts or Path(relative).is_absolute() or ".." in Path(relative).parts:
        raise ExportError(f"{relative} lies outside {root}; name a file inside the repository.")
    if any(part.lower() == ".git" for part in parts):
        raise ExportError(f"{relative} lies in git's own folder; name another file.")
    if target.exists() and not target.is_file():
        raise ExportError(f"{relative} is no file; name another one.")
    return target


def read_file(path: Path) -> bytes | None:
    """Return the bytes of a file, None where there is none.

    Raises:
        ExportError: it is there and cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise ExportError(f"{path} cannot be read: {_reason(fault)}; mend that and try again.") from fault


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file (or make it) so that at any moment the old or the new one is there, whole, also after a crash.

    Mode, owner and extended attributes stay; a symbolic link stays one, its target is replaced.  What an interrupted
    write left beside the file is removed.

    Raises:
        ExportError: it could not be written; the old file is untouched, nothing is left beside it.
    """
    target = Path(os.path.realpath(path))
    try:
        _check_writable(target)
        _remove_leftovers(target)
        _replace(target, data)
    except OSError as fault:
        raise ExportError(_sentence(target, fault)) from fault


def _check_writable(target: Path) -> None:
    """A file that is marked read-only is meant so, though replacing it would work."""
    if target.exists() and not target.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(errno.EACCES, "the file is marked read-only")


def _replace(target: Path, data: bytes) -> None:
    old = target.stat() if target.exists() else None
    temporary = target.parent / f".{target.name[:100]}.{secrets.token_hex(6)}{_TEMPORARY}"
    try:
        # Opened inside `try`, for ctrl+c can come between the opening and the next statement.
        # Only a new file takes its mode from the umask; until it has the old one's, a copy is nobody else's to read.
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if old is None else 0o600)
        with os.fdopen(descriptor, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(data)
            file.flush()
            if old is not None:
                _keep_attributes(file.fileno(), target, old)
            os.fsync(file.fileno())
            temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _keep_attributes(descriptor: int, target: Path, old: os.stat_result) -> None:
    """Give a new file what the old one had.  What we may not set (another owner, a label of the system) is let go."""
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        with suppress(OSError):
            os.fchown(descriptor, old.st_uid, old.st_gid)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(target):
                os.setxattr(descriptor, name, os.getxattr(target, name))
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _remove_leftovers(target: Path) -> None:
    """Remove temporary files of writers that died: a living one holds the lock on its own."""
    for path in target.parent.iterdir():
        if path.name.startswith(f".{target.name[:100]}.") and path.name.endswith(_TEMPORARY):
            with suppress(OSError), path.open("rb") as leftover:
                fcntl.flock(leftover, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the renaming last through a power cut; some file systems cannot, and the file itself is on disk already."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sentence(target: Path, fault: OSError) -> str:
    if fault.errno in _FULL:
        return f"{target} was left as it was, for there is no room to write it ({_reason(fault)}); make room and write again."
    if fault.errno in _FORBIDDEN:
        return f"{target} was left as it was, for it or its folder may not be written ({_reason(fault)}); allow it and write again."
    if isinstance(fault, FileNotFoundError):
        return f"{target} cannot be written, for the folder {target.parent} is not there; make it and write again."
    return f"{target} was left as it was, for writing it failed: {_reason(fault)}."


def _reason(fault: OSError) -> str:
    reason = fault.strerror or str(fault)
    return reason[:1].lower() + reason[1:]
