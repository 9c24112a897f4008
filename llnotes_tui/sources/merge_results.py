"""What people changed by hand while merging: the difference between a merge and what git makes of it by itself.

Git merges the parents again to find this (`--diff-merges=remerge`, git 2.35 and newer).  Merging runs the merge drivers
that a clone's settings and attributes name, and it writes objects.  So it happens in a temporary repository of our own
that borrows the clone's objects and has none of its settings.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from msgspec import Struct

from llnotes_tui.release.patch import Patch
from llnotes_tui.sources.history import Change, patches
from llnotes_tui.sources.process import DIFF_FLAGS, PATCH_FLAGS, GitFault, Place, run, stream
from llnotes_tui.sources.structure import BrokenStructure, Meta, structures

_SETTINGS = (
    "-c",
    "merge.conflictStyle=merge",
    "-c",
    "merge.renames=true",
    "-c",
    "merge.directoryRenames=conflict",
    "-c",
    "merge.renormalize=false",
    "-c",
    "merge.default=text",
)
_MERGES = ("log", "--no-walk=unsorted", "--stdin", "--diff-merges=remerge", "--no-notes", "--format=%H")
_LONE_NEWLINE = re.compile(rb"\0\n(?=:\d{6} |[0-9a-f]{40}|\Z)")
"""Between a commit and its files; it is there too where all that git has to say are remarks about conflicts."""
_CONFLICT_LINE = re.compile(rb"^remerge [^\n]*\n", re.MULTILINE)
_WORD = re.compile(rb"\w+")
_CONFLICT_MARK = re.compile(rb"^-(?:<{7} |={7}$|>{7} |\|{7} )")
_OLD_COUNT = re.compile(rb"^(@@ -\d+,)(\d+)")


class MergeResult(Struct, frozen=True):
    """What people changed in a merge, against what git makes of it by itself."""

    change: Change
    conflicts: frozenset[int] = frozenset()
    """Positions of the files in which the sides conflict."""


def read_results(
    place: Place, common_dir: Path, merges: Sequence[Meta], cancel: Event | None = None
) -> dict[str, MergeResult] | None:
    """Return by SHA what was changed by hand in each of some merges; one that git makes the same way has no files.

    A merge of more than two parents is left out, for git does not merge those again.  None where git is too old to tell,
    or cannot: objects are missing.

    Raises:
        GitFault: git cannot be started, took too long, or `cancel` was set.
    """
    asked = [meta for meta in merges if is_merged_again(meta)]
    if not asked:
        return {}
    with _borrowing(place, common_dir) as own:
        try:
            return {result.change.meta.sha: result for result in _read(own, asked, cancel)}
        except BrokenStructure:
            return None
        except GitFault as fault:
            if fault.is_ours:
                raise
            return None


def is_merged_again(meta: Meta) -> bool:
    """Tell whether git can merge the parents of a commit again."""
    return len(meta.parents) == 2


def written_by_hand(result: MergeResult, position: int) -> bool:
    """Tell whether people changed a file beyond choosing or joining what the sides have.

    Where the sides conflict, that takes a word that neither has.  Where they do not, any change is of their own.
    """
    if position not in result.conflicts:
        return True
    known: set[bytes] = set()
    added: set[bytes] = set()
    for line in Patch(result.change.patch or b"").part(position).split(b"\n"):
        if not line.startswith((b"---", b"+++")):
            words = added if line[:1] == b"+" else known
            words.update(_WORD.findall(line[1:]))
    return bool(added - known)


def _read(place: Place, merges: Sequence[Meta], cancel: Event | None) -> Iterator[MergeResult]:
    asked = "".join(f"{meta.sha}\n" for meta in merges).encode()
    shape = [*_SETTINGS, *_MERGES, *DIFF_FLAGS]
    out = run([*shape, "-z", "--raw", "--numstat", "--no-abbrev"], place, stdin=asked, timeout=600.0, cancel=cancel)
    files_of = dict(structures([_LONE_NEWLINE.sub(b"\0", out)]))
    changed = [meta for meta in merges if files_of.get(meta.sha)]
    yield from (MergeResult(Change(meta, (), b"")) for meta in merges if not files_of.get(meta.sha))
    if not changed:
        return
    lines = [f"{meta.sha}\n".encode() for meta in changed]
    with stream([*_SETTINGS, *_MERGES, *PATCH_FLAGS], place, stdin=lines, cancel=cancel) as output:
        for meta, (sha, raw) in zip(changed, patches(output.chunks(), changed), strict=True):
            files, parts = files_of[meta.sha], list(_parts(raw))
            if sha != meta.sha or len(parts) != len(files):
                raise BrokenStructure(f"the files of the merge {meta.sha[:7]} do not fit its patch")
            conflicts = frozenset(position for position, (_, is_conflict) in enumerate(parts) if is_conflict)
            yield MergeResult(Change(meta, files, b"".join(part for part, _ in parts)), conflicts)
        output.finish()


def _parts(raw: bytes) -> Iterator[tuple[bytes, bool]]:
    """Yield the part of each file, and whether the sides conflict in it, without what git adds to mark conflicts.

    Parts that consist of nothing else are left out.
    """
    patch = Patch(raw.lstrip(b"\n"))
    for position in range(patch.parts):
        part = patch.part(position)
        plain = _CONFLICT_LINE.sub(b"", part)
        if plain.rstrip(b"\n").count(b"\n"):
            yield _without_marks(plain), plain != part


def _without_marks(part: bytes) -> bytes:
    """Return a part without the lines that mark the two sides of a conflict; the counts of its hunks follow."""
    lines = part.split(b"\n")
    kept: list[bytes] = []
    hunk, dropped = -1, 0
    for line in [*lines, b"@@"]:
        match = _OLD_COUNT.match(kept[hunk]) if line.startswith(b"@@") and dropped else None
        if match is not None:
            kept[hunk] = match[1] + b"%d" % (int(match[2]) - dropped) + kept[hunk][match.end() :]
        if line.startswith(b"@@"):
            hunk, dropped = len(kept), 0
        if hunk >= 0 and _CONFLICT_MARK.match(line):
            dropped += 1
        else:
            kept.append(line)
    return b"\n".join(kept[:-1])


@contextmanager
def _borrowing(place: Place, common_dir: Path) -> Iterator[Place]:
    """Make a repository in a temporary folder that reads the objects of a clone."""
    with tempfile.TemporaryDirectory(prefix="llnotes-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        git_dir, tree = folder / "git", folder / "tree"
        for made in (tree, git_dir / "objects" / "info", git_dir / "refs"):
            made.mkdir(parents=True)
        (git_dir / "HEAD").write_text("ref: refs/heads/none\n", "ascii")
        (git_dir / "config").write_text(_settings_of(place), "utf-8")
        (git_dir / "objects" / "info" / "alternates").write_bytes(bytes(common_dir / "objects") + b"\n")
        for kept in ("shallow",):
            if (common_dir / kept).is_file():
                (git_dir / kept).write_bytes((common_dir / kept).read_bytes())
        yield Place(tree, git_dir, tree, folder / "index")


def _settings_of(place: Place) -> str:
    """Return what a repository of the same kind of objects needs to say of itself."""
    kind = run(["rev-parse", "--show-object-format"], place).decode("ascii", "replace").strip()
    if kind == "sha256":
        return "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n"
    return "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
