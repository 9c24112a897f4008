"""The changelog of a repository, found by name in a commit or in a work tree.

Every reader of a range takes the path from `Range.changelog`, so that it is looked for once.
"""

import os
import posixpath
import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from llnotes_tui.release.changelog import parse, version_headings
from llnotes_tui.release.changelog_files import DEFAULT, FOLDERS, candidates, choose, newest_part, unwritable
from llnotes_tui.release.changelog_files import unwritable_if_found as unwritable_found
from llnotes_tui.release.changelog_headings import ReleaseHeading
from llnotes_tui.release.text import decode
from llnotes_tui.sources.options import RangeOptions
from llnotes_tui.sources.process import GitFault, Place, run

_ANY_VERSION = "0.0"
"""Lower than any other: whoever asks knows that the version is newer than the last tag."""
_FILE, _LINK = "100", "120000"

Read = Callable[[str], bytes | None]


class FoundChangelog(Struct, frozen=True):
    """The changelog of a repository."""

    path: str
    """Relative to the root."""
    is_there: bool = True
    """False: there is none yet, and `path` is where a new one is made."""
    warnings: tuple[str, ...] = ()
    """Sentences for people: it cannot be written, or another file was not chosen."""


def named_changelog(options: RangeOptions) -> FoundChangelog | None:
    """Return the changelog that the settings name, None where they name none."""
    path = (options.component.changelog if options.component is not None else "") or options.changelog
    reason = unwritable(path)
    return FoundChangelog(path, warnings=(reason,) if reason else ()) if path else None


def changelog_at(place: Place, commit: str) -> FoundChangelog:
    """Return the changelog of a commit; where its trees are missing (a partial clone), what a new one is called.

    Raises:
        GitFault: git failed.
    """

    def read(path: str) -> bytes | None:
        try:
            return run(["cat-file", "blob", f"{commit}:".encode() + os.fsencode(path)], place)
        except GitFault:
            return None

    try:
        return found_among(files_at(place, commit), read)
    except GitFault as fault:
        if fault.lacks_objects:
            return FoundChangelog(DEFAULT, is_there=False)
        raise


def files_at(place: Place, commit: str) -> dict[str, str]:
    """Return mode by path of what a commit has in the folders where a changelog can be.

    Raises:
        GitFault: git failed.
    """
    found = _listed(run(["ls-tree", "-z", "--full-tree", commit], place))
    for folder, mode in tuple(found.items()):
        if mode == "040000" and folder.lower() in FOLDERS:
            found |= _listed(run(["ls-tree", "-z", "--full-tree", commit, "--", f"{folder}/"], place))
    return found


def files_of(place: Place, names: Sequence[bytes]) -> list[bytes | None]:
    """Return files by what git calls them (`COMMIT:path`), with one process; None for each that is not there.

    Raises:
        GitFault: git failed.
    """
    asked = [name for name in names if b"\n" not in name]
    out = run(["cat-file", "--batch"], place, stdin=b"".join(name + b"\n" for name in asked)) if asked else b""
    found: dict[bytes, bytes | None] = {}
    at = 0
    for name in asked:
        end = out.index(b"\n", at)
        fields = out[at:end].split(b" ")
        at = end + 1
        if len(fields) == 3 and fields[2].isdigit() and len(fields[0]) in (40, 64):
            size = int(fields[2])
            found[name] = out[at : at + size] if fields[1] == b"blob" else None
            at += size + 1
    return [found.get(name) for name in names]


def headings_at(place: Place, commits: Sequence[str], path: str) -> dict[str, tuple[ReleaseHeading, ...]]:
    """Return the version headings of the changelog as it is in each commit, without those where it cannot be read.

    Raises:
        GitFault: git failed.
    """
    try:
        files = files_of(place, [f"{commit}:".encode() + os.fsencode(path) for commit in commits])
    except GitFault as fault:
        if fault.lacks_objects:
            return {}
        raise
    return {commit: version_headings(data) for commit, data in zip(commits, files, strict=True) if data is not None}


def pending_versions(place: Place, commit: str, path: str) -> tuple[str, ...]:
    """Return the versions that the changelog of a commit has at the top and says are not released yet.

    The heading of such a version (`1.3.0 - TBD`, or one without a date where all others have one) releases nothing.
    """
    try:
        data = run(["cat-file", "blob", f"{commit}:".encode() + os.fsencode(path)], place)
    except GitFault:
        return ()
    return parse(data, None, _ANY_VERSION).pending_versions


def changelog_in(root: Path) -> FoundChangelog:
    """Return the changelog of a work tree; what cannot be read is not looked at."""
    found: dict[str, str] = {}
    for folder in (root, *_folders_in(root)):
        try:
            names = list(folder.iterdir())
        except OSError:
            continue
        for path in names:
            mode = _mode_of(path)
            if mode:
                found[path.relative_to(root).as_posix()] = mode

    def read(path: str) -> bytes | None:
        try:
            target = root / path
            return str(target.readlink()).encode() if target.is_symlink() else target.read_bytes()
        except OSError:
            return None

    return found_among(found, read)


def found_among(files: Mapping[str, str], read: Read) -> FoundChangelog:
    """Return the changelog among files (mode by path); `read` returns the bytes of one, or where a link leads to."""
    named = candidates(path for path, mode in files.items() if mode.startswith(_FILE) or mode == _LINK)
    paths = tuple(dict.fromkeys(_behind_link(path, files, read) for path in named))
    if not paths:
        part = newest_part(files)
        return _found(part, "") if part is not None else FoundChangelog(DEFAULT, is_there=False)
    if len(paths) == 1 and posixpath.dirname(paths[0]) == "":
        return _found(paths[0], "")
    known = [(path, parse(read(path) or b"", None)) for path in paths]
    path, sentence = choose(known)
    return _found(path, sentence) if path in paths else FoundChangelog(DEFAULT, is_there=False)


def _found(path: str, sentence: str) -> FoundChangelog:
    reason = unwritable_found(path)
    return FoundChangelog(path, warnings=tuple(filter(None, (sentence, reason))))


def _behind_link(path: str, files: Mapping[str, str], read: Read) -> str:
    """Return the file that a symbolic link in the repository leads to; the link itself if that is elsewhere."""
    if files[path] != _LINK:
        return path
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), decode(read(path) or b"")))
    return target if files.get(target, "").startswith(_FILE) else path


def _listed(out: bytes) -> dict[str, str]:
    found = {}
    for record in out.split(b"\0"):
        if record:
            about, _, path = record.partition(b"\t")
            found[os.fsdecode(path)] = about.split(b" ")[0].decode("ascii")
    return found


def _folders_in(root: Path) -> list[Path]:
    try:
        return [path for path in root.iterdir() if path.name.lower() in FOLDERS and path.is_dir()]
    except OSError:
        return []


def _mode_of(path: Path) -> str:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return ""
    return _LINK if stat.S_ISLNK(mode) else "100644" if stat.S_ISREG(mode) else ""
