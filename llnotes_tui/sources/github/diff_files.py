"""Which files a diff changes, from the headers of its parts alone: for diffs that come without git's own list of them."""

import re
from collections.abc import Sequence

from llnotes_tui.release.model import FileChange, FileStatus
from llnotes_tui.release.patch import Patch

_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_INDEX = re.compile(rb"index ([0-9a-f]+)\.\.([0-9a-f]+)(?: ([0-7]+))?")


def files_in(sha: str, patch: Patch) -> tuple[FileChange, ...]:
    """Return the file changes of a commit's patch, in its order; blobs are as the patch has them, mostly abbreviated."""
    return tuple(_change(sha, patch.part(position), position) for position in range(patch.parts))


def _change(sha: str, part: bytes, position: int) -> FileChange:
    # A type change has two halves with the same heading: the old file goes, the new one comes.
    halves = [_cut(half) for half in part.split(b"\ndiff --git ")]
    header = halves[0][0]
    told = {word: rest for half, _ in reversed(halves) for word, rest in _told(half).items()}
    old, new = told.get(b"rename from", told.get(b"copy from")), told.get(b"rename to", told.get(b"copy to"))
    path = _unquoted(new) if new is not None else _path_in(header, told)
    old_mode, new_mode = _modes(told)
    index = _INDEX.search(header)
    blobs = (index[1].decode(), index[2].decode()) if index is not None else ("", "")
    is_binary = b"\nBinary files " in header or b"\nGIT binary patch" in header
    counts = (None, None) if is_binary else _counts([hunks for _, hunks in halves])
    return FileChange(
        commit=sha,
        path=path,
        old_path=_unquoted(old) if old is not None else None,
        status=_status(told),
        old_mode=old_mode,
        new_mode=new_mode,
        old_blob=blobs[0],
        new_blob=blobs[1],
        added=counts[0],
        removed=counts[1],
        position=position,
    )


def _cut(part: bytes) -> tuple[bytes, bytes]:
    start = part.find(b"\n@@ ")
    return (part, b"") if start < 0 else (part[: start + 1], part[start + 1 :])


def _told(header: bytes) -> dict[bytes, bytes]:
    """Return what the lines of a header say, by the words they begin with."""
    found: dict[bytes, bytes] = {}
    words = (b"rename from", b"rename to", b"copy from", b"copy to", b"old mode", b"new mode", b"new file mode")
    for line in header.split(b"\n"):
        for word in (*words, b"deleted file mode", b"---", b"+++"):
            if line.startswith(word + b" "):
                found.setdefault(word, line[len(word) + 1 :])
    return found


def _status(told: dict[bytes, bytes]) -> FileStatus:
    if b"new file mode" in told and b"deleted file mode" in told:  # of a type change
        return FileStatus.TYPE_CHANGED
    for word, status in (
        (b"new file mode", FileStatus.ADDED),
        (b"deleted file mode", FileStatus.DELETED),
        (b"rename to", FileStatus.RENAMED),
        (b"copy to", FileStatus.COPIED),
    ):
        if word in told:
            return status
    return FileStatus.MODIFIED


def _modes(told: dict[bytes, bytes]) -> tuple[int, int]:
    old = told.get(b"old mode", told.get(b"deleted file mode"))
    new = told.get(b"new mode", told.get(b"new file mode"))
    if old is None and new is None:
        return 0o100644, 0o100644
    return int(old or b"0", 8), int(new or b"0", 8)


def _path_in(header: bytes, told: dict[bytes, bytes]) -> bytes:
    """Return the path of a file that keeps its name."""
    for word, prefix in ((b"+++", b"b/"), (b"---", b"a/")):
        named = _unquoted(told[word].removesuffix(b"\t")) if word in told else b""
        if named.startswith(prefix):
            return named[2:]
    both = header.partition(b"\n")[0].removeprefix(b"diff --git ")
    if both.startswith(b'"'):
        return _unquoted(both[: both.find(b'" ') + 1])[2:]
    return both[: (len(both) - 1) // 2][2:]


def _unquoted(path: bytes) -> bytes:
    """Return a path as bytes where git wrote it in quotes (git-config(1), core.quotePath)."""
    if not (path.startswith(b'"') and path.endswith(b'"') and len(path) > 1):
        return path
    return _ESCAPE.sub(_byte, path[1:-1])


def _byte(match: re.Match[bytes]) -> bytes:
    escaped = match[1]
    return bytes([int(escaped, 8) & 0xFF]) if len(escaped) == 3 else _LETTERS.get(escaped, escaped)


def _counts(hunks: Sequence[bytes]) -> tuple[int, int]:
    lines = [line for one in hunks for line in one.split(b"\n")]
    return sum(line.startswith(b"+") for line in lines), sum(line.startswith(b"-") for line in lines)
