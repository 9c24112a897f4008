"""Commits with their diffs, from few git processes for the whole range, however long it is.

One process tells what files each commit changes, one writes all patches; they are read side by side, a commit at a
time.  Where an object is missing git ends at once: that commit is told as missing, and reading goes on behind it.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from threading import Event
from typing import NamedTuple, TypeVar

from llnotes_tui.release.model import FileChange
from llnotes_tui.sources.process import DIFF_FLAGS, PATCH_FLAGS, GitFault, Place, run, stream
from llnotes_tui.sources.structure import META_FORMAT, BrokenStructure, Meta, metas, structures

_TREE_FLAGS = ("diff-tree", "--stdin", "--root", "--always", "-r")
_STRUCTURE = (*_TREE_FLAGS, *DIFF_FLAGS, "-z", "--raw", "--numstat", "--no-abbrev")
_PATCH = (*_TREE_FLAGS, *PATCH_FLAGS)
_BARE_STRUCTURE = (*_TREE_FLAGS, "--no-renames", "-z", "--raw", "--no-abbrev")

Value = TypeVar("Value")
Parser = Callable[[Iterable[bytes], Sequence[Meta]], Iterator[tuple[str, Value]]]


class Change(NamedTuple):
    """What one commit changes; `files` without numbers and no patch where objects are missing."""

    meta: Meta
    files: tuple[FileChange, ...]
    patch: bytes | None


def read_metas(place: Place, since: str | None, until: str, cancel: Event | None = None) -> list[Meta]:
    """Return every commit that git counts in `since..until`, parents after their children.

    Raises:
        GitFault: git failed, or `cancel` was set.
    """
    span = [until] if since is None else [until, f"^{since}"]
    arguments = [
        "log",
        "-z",
        "--topo-order",
        "--no-notes",
        "--encoding=UTF-8",
        f"--format={META_FORMAT}",
        *span,
        "--",
    ]
    with stream(arguments, place, cancel=cancel) as output:
        found = list(metas(output.chunks()))
        output.finish()
    return found


def read_trees(place: Place, commits: Iterable[str], cancel: Event | None = None) -> dict[str, str]:
    """Return the SHA of the tree of each of some commits; those that are not here are left out.

    Raises:
        GitFault: git failed, or `cancel` was set.
    """
    asked = "".join(f"{sha}\n" for sha in dict.fromkeys(commits))
    if not asked:
        return {}
    shape = ["rev-list", "--no-walk=unsorted", "--ignore-missing", "--format=%T", "--stdin"]
    lines = run(shape, place, stdin=asked.encode(), cancel=cancel).decode("ascii", "replace").split("\n")
    return {head.removeprefix("commit "): tree for head, tree in zip(lines[::2], lines[1::2], strict=False)}


def read_changes(
    place: Place, commits: Sequence[Meta], cancel: Event | None = None, *, partial: bool = False
) -> Iterator[Change]:
    """Yield what each commit changes against its first parent, in the given order.

    In a `partial` clone it is found out beforehand which commits lack objects, so that git need not fail at each.

    Raises:
        GitFault: git cannot be started, took too long, or `cancel` was set.
    """
    lacking = _lacking(place, commits, cancel) if partial else {}
    whole = [meta for meta in commits if meta.sha not in lacking]
    files_of = _each(place, _STRUCTURE, whole, lambda chunks, _: structures(chunks), cancel)
    patch_of = _each(place, _PATCH, whole, patches, cancel)
    with closing(files_of), closing(patch_of):
        told = zip(files_of, patch_of, strict=True)
        for meta in commits:
            if meta.sha in lacking:
                yield Change(meta, lacking[meta.sha], None)
                continue
            (_, files), (_, patch) = next(told)
            if files is None or patch is None:
                [(_, files)] = _bare(place, [meta], cancel)
                yield Change(meta, files or (), None)
            else:
                yield Change(meta, files, patch)


def read_patches(
    place: Place, commits: Sequence[Meta], cancel: Event | None = None
) -> Iterator[tuple[Meta, bytes | None]]:
    """Yield the patch of each commit, None where objects are missing.

    Raises:
        GitFault: git cannot be started, took too long, or `cancel` was set.
    """
    return _each(place, _PATCH, commits, patches, cancel)


def patch_ids(place: Place, patches: Iterable[tuple[str, bytes]], cancel: Event | None = None) -> dict[str, str]:
    """Return the stable patch-id of each patch by its commit, by one process; a patch without content has none.

    Raises:
        GitFault: git failed, or `cancel` was set.
    """
    pieces = (piece for sha, patch in patches for piece in (sha.encode() + b"\n", patch))
    with stream(["patch-id", "--stable"], place, stdin=pieces, cancel=cancel) as output:
        lines = b"".join(output.chunks()).decode("ascii").split("\n")
        output.finish()
    pairs = (line.split(" ") for line in lines if line)
    return {sha: patch_id for patch_id, sha in pairs}


# -- one process for many commits, which may end at any of them --------------------------------------------------------


def _each(
    place: Place, arguments: Sequence[str], commits: Sequence[Meta], parse: "Parser[Value]", cancel: Event | None
) -> Generator[tuple[Meta, Value | None], None, None]:
    """Yield what git tells of each commit, None of those at which it fails.

    What git wrote last before it failed may be half of a commit, so a commit counts once the next one has begun.
    """
    start = 0
    while start < len(commits):
        done = start
        try:
            for value in _told(place, arguments, commits[start:], parse, cancel):
                yield commits[done], value
                done += 1
        except GitFault as fault:
            if not fault.lacks_objects:
                raise
            yield commits[done], _alone(place, arguments, commits[done], parse, cancel)
            done += 1
        start = done


def _alone(
    place: Place, arguments: Sequence[str], commit: Meta, parse: "Parser[Value]", cancel: Event | None
) -> Value | None:
    try:
        return next(iter(list(_told(place, arguments, [commit], parse, cancel))), None)
    except GitFault as fault:
        if not fault.lacks_objects:
            raise
        return None


def _told(
    place: Place, arguments: Sequence[str], commits: Sequence[Meta], parse: "Parser[Value]", cancel: Event | None
) -> Iterator[Value]:
    """Yield what one process tells of commits, each as soon as it is sure to be whole.

    Raises:
        GitFault: the process ended before it told of all of them.
        BrokenStructure: it wrote something else.
    """
    asked = (b" ".join(sha.encode() for sha in (meta.sha, *meta.parents[:1])) + b"\n" for meta in commits)
    with stream(arguments, place, stdin=asked, cancel=cancel) as output:
        held: list[Value] = []
        count = 0
        try:
            for meta, (sha, value) in zip(commits, parse(output.chunks(), commits), strict=False):
                if sha != meta.sha:
                    raise BrokenStructure(f"told of {sha} and not of {meta.sha}")
                yield from held
                held = [value]
                count += 1
        except BrokenStructure:
            output.finish()
            raise
        output.finish()
        if count != len(commits):
            raise BrokenStructure("git told of fewer commits than it was asked for")
        yield from held


def patches(chunks: Iterable[bytes], commits: Sequence[Meta]) -> Iterator[tuple[str, bytes]]:
    """Yield SHA and patch of each commit: a patch ends where a line is the SHA of the next one.

    No line of a patch is a bare SHA, for each of them begins with a sign or one of git's words.
    """
    source = iter(chunks)
    buffer = bytearray()
    head = commits[0].sha.encode() + b"\n" if commits else b""
    while len(buffer) < len(head) and (chunk := next(source, b"")):
        buffer += chunk
    if not buffer:
        return
    if not buffer.startswith(head):
        raise BrokenStructure(f"no patch of {commits[0].sha}")
    for meta, following in pairwise((*commits, None)):
        assert meta is not None
        head = meta.sha.encode() + b"\n"
        if following is None:
            for chunk in source:
                buffer += chunk
            del buffer[: len(head)]
            yield meta.sha, bytes(buffer)
            return
        end = _next_head(buffer, following.sha.encode() + b"\n", len(head), source)
        if end < 0:
            raise BrokenStructure(f"no patch of {following.sha}")
        yield meta.sha, bytes(memoryview(buffer)[len(head) : end])
        del buffer[:end]


def _next_head(buffer: bytearray, head: bytes, start: int, source: Iterator[bytes]) -> int:
    """Return where the next commit's SHA stands as a line, reading on as needed; -1 where the output ends before."""
    line = b"\n" + head
    scanned = start - 1
    while True:
        found = buffer.find(line, scanned)
        if found >= 0:
            return found + 1
        scanned = max(start - 1, len(buffer) - len(line))
        chunk = next(source, b"")
        if not chunk:
            return -1
        buffer += chunk


# -- commits of which objects are missing ------------------------------------------------------------------------------


def _lacking(place: Place, commits: Sequence[Meta], cancel: Event | None) -> dict[str, tuple[FileChange, ...]]:
    """Return the commits whose diff needs objects that are not here, with the files that trees alone tell of."""
    missing = _missing_objects(place, commits)
    if not missing:
        return {}
    return {
        meta.sha: files or ()
        for meta, files in _bare(place, commits, cancel)
        if files is None or any(blob in missing for change in files for blob in (change.old_blob, change.new_blob))
    }


def _missing_objects(place: Place, commits: Sequence[Meta]) -> frozenset[str]:
    asked = "".join(f"{sha}\n" for meta in commits for sha in (meta.sha, *meta.parents[:1])).encode()
    out = run(["rev-list", "--objects", "--missing=print", "--no-walk", "--stdin"], place, stdin=asked)
    return frozenset(line[1:].decode("ascii") for line in out.split(b"\n") if line.startswith(b"?"))


def _bare(
    place: Place, commits: Sequence[Meta], cancel: Event | None
) -> Iterator[tuple[Meta, tuple[FileChange, ...] | None]]:
    """Yield files from trees alone, without renames and numbers; None where trees are missing too."""
    return _each(place, _BARE_STRUCTURE, commits, lambda chunks, _: structures(chunks, numbered=False), cancel)
