"""What stands in the trees of commits, by word and by definition, read from git objects in bulk and kept by blob.

Trees are not held one by one: commits are laid out in a row, and every file knows from which place of the row to which it
stood there.  So a word is asked for in any tree by looking at the files that hold it.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from sys import intern
from threading import Event
from typing import NamedTuple, Self, TypeVar

from llnotes_tui.grounding.blobs import SCHEME, Definition, index_blob, packed, unpacked
from llnotes_tui.grounding.reading import BlobReader, Step, steps_of
from llnotes_tui.grounding.words import may_stand_for, names_in, parts, plain
from llnotes_tui.release.model import Commit, EvidenceLine
from llnotes_tui.release.symbols import language_of
from llnotes_tui.release.text import display_path
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.process import GitFault
from llnotes_tui.sources.structure import BrokenStructure
from llnotes_tui.storage.cache import AnswerCache

CHANGELOGS = ("changelog", "next_changelog", "history", "changes", "news", "release_notes", "releases")
GLOSSARY = ".llnotes-glossary.txt"
"""The terms that a repository vouches for: they silence findings where that is said, and are no evidence."""
_BATCH = 500
"""Blobs that the cache is asked for at a time."""


_NO_TEXT = tuple(
    f".{suffix}"
    for suffix in [
        "png",
        "jpg",
        "jpeg",
        "gif",
        "webp",
        "ico",
        "bmp",
        "tiff",
        "svg",
        "mp4",
        "mov",
        "webm",
        "mp3",
        "wav",
        "pdf",
        "zip",
        "gz",
        "tgz",
        "bz2",
        "xz",
        "7z",
        "tar",
        "jar",
        "war",
        "whl",
        "egg",
        "so",
        "dylib",
        "dll",
        "exe",
        "o",
        "a",
        "class",
        "pyc",
        "woff",
        "woff2",
        "ttf",
        "otf",
        "eot",
        "parquet",
        "avro",
        "orc",
        "db",
        "sqlite",
        "bin",
        "dat",
        "pkl",
        "npy",
        "npz",
        "h5",
        "onnx",
        "pt",
        "lock",
    ]
)
"""How files end that hold no names for people."""


MOST_NAMES = 300_000
"""Names kept at once, some 500 bytes each; a range whose trees hold more is not checked by name, and says so."""
Value = TypeVar("Value")


def is_changelog(path: str) -> bool:
    """Tell whether a file is one of release notes: what an old one invented must not vouch for a new one."""
    if path == GLOSSARY:
        return True
    stem, _, suffix = path.rpartition("/")[2].lower().partition(".")
    return stem in CHANGELOGS and suffix in ("", "md", "rst", "txt", "markdown", "adoc")


class _Defined(NamedTuple):
    """A definition in a file's content."""

    blob: int
    kind: str
    line: int


class _Stay(NamedTuple):
    """A file with one content, at the places `start` to before `end` of the row."""

    path: str
    blob: int
    start: int
    end: int


class Place(NamedTuple):
    """Where something is defined."""

    path: str
    kind: str
    line: int

    def shown(self, name: str, side: str = "new") -> EvidenceLine:
        """Return it as a line to jump to."""
        return EvidenceLine(self.path, self.line, "old" if side == "old" else "new", f"{self.kind} {name}")


class Tree:
    """The tree of one commit."""

    def __init__(self, index: "TreeIndex", position: int) -> None:
        self._index = index
        self._position = position

    def has(self, word: str) -> bool:
        """Tell whether a name, a version or a capitalised phrase (in lower case) stands in a file or a path."""
        return self._index.has(word, self._position)

    def like(self, word: str) -> str:
        """Return a name that differs in case and separators only; empty where there is none."""
        return next((name for name in self.alike(word) if may_stand_for(word, name)), "")

    def alike(self, word: str) -> tuple[str, ...]:
        """Return all names that differ in case and separators only, the same one included."""
        return tuple(name for name in self._index.alike(plain(word)) if self.has(name))

    def definitions(self, name: str) -> tuple[Place, ...]:
        """Return where a name is defined."""
        return self._index.definitions(name, self._position)

    def paths_named(self, name: str) -> tuple[str, ...]:
        """Return the files whose path ends in this name, whole parts only."""
        return self._index.paths_named(name, self._position)

    def names_with(self, part: str) -> Sequence[str]:
        """Return the names defined anywhere in the row of trees that have a part (no plural), such as `table` of `list_tables`."""
        return self._index.names_with(part)


class TreeIndex:
    """The trees of some commits and of their parents.  Building it is slow (a worker's work); asking is not."""

    def __init__(self) -> None:
        self.fault = ""
        """Why some trees cannot be asked, in one sentence; empty while all can."""
        self._positions: dict[str, int] = {}
        # Most names stand in one file only: those are kept as they are, without a list around them.
        self._words: dict[str, int | array[int]] = {}
        self._alike: dict[str, str | list[str]] | None = None
        self._parts: dict[str, list[str]] | None = None
        self._definitions: dict[str, _Defined | list[_Defined]] = {}
        self._stays_of: list[list[_Stay]] = []
        self._stays_named: dict[str, list[_Stay]] = {}

    @classmethod
    def build(
        cls,
        clone: Clone,
        commits: Sequence[Commit],
        cache: AnswerCache | None = None,
        *,
        cancel: Event | None = None,
    ) -> Self:
        """Index the trees of `commits` and of their first parents; what cannot be read is said, never raised."""
        index = cls()
        try:
            steps = steps_of(clone, commits, cancel)
            index._lay_out(steps)
            index._read(BlobReader(clone, cancel), cache)
        except (GitFault, BrokenStructure) as fault:
            index._forget(f"The trees cannot be read ({getattr(fault, 'sentence', fault)}); names are not checked.")
        return index

    @classmethod
    def empty(cls) -> Self:
        """Return an index without trees: the checks that need one are not made."""
        return cls()

    def tree(self, sha: str) -> Tree | None:
        """Return the tree of a commit; None where it was not asked for, or cannot be had."""
        position = self._positions.get(sha)
        return None if position is None else Tree(self, position)

    # -- asking (positions are places in the row) ---------------------------------------------------------------------

    def has(self, word: str, position: int) -> bool:
        """Tell whether a word stands in a file or path at a place of the row."""
        blobs = self._words.get(word, ())
        return any(self._stands(blob, position) for blob in ((blobs,) if isinstance(blobs, int) else blobs))

    def alike(self, key: str) -> Sequence[str]:
        """Return the names of any tree that are `key` without case and separators."""
        if self._alike is None:
            alike: dict[str, str | list[str]] = {}
            for word in self._words:
                _add(alike, plain(word), word)
            self._alike = alike
        found = self._alike.get(key, ())
        return (found,) if isinstance(found, str) else found

    def definitions(self, name: str, position: int) -> tuple[Place, ...]:
        """Return where a name is defined at a place of the row."""
        return tuple(
            Place(stay.path, kind, line)
            for blob, kind, line in self._defined(name)
            for stay in self._stays_of[blob]
            if stay.start <= position < stay.end
        )

    def _defined(self, name: str) -> Sequence["_Defined"]:
        found = self._definitions.get(name, ())
        return (found,) if isinstance(found, _Defined) else found

    def paths_named(self, name: str, position: int) -> tuple[str, ...]:
        """Return the files whose path ends in a name, at a place of the row."""
        last = name.rstrip("/").rpartition("/")[2]
        return tuple(
            stay.path
            for stay in self._stays_named.get(last, ())
            if stay.start <= position < stay.end and f"/{stay.path}".endswith(f"/{name}")
        )

    def names_with(self, part: str) -> Sequence[str]:
        """Return every name that is defined somewhere and has a part."""
        if self._parts is None:
            sharing: dict[str, list[str]] = {}
            for name in self._definitions:
                for piece in {piece.removesuffix("s") for piece in parts(name)}:
                    sharing.setdefault(piece, []).append(name)
            self._parts = sharing
        return self._parts.get(part, ())

    def _stands(self, blob: int, position: int) -> bool:
        return any(stay.start <= position < stay.end for stay in self._stays_of[blob])

    # -- building -----------------------------------------------------------------------------------------------------

    def _forget(self, fault: str) -> None:
        self.__init__()  # type: ignore[misc]
        self.fault = fault

    def _lay_out(self, steps: Sequence[Step]) -> None:
        """Find out from where to where every file stood."""
        self._positions = {step.sha: position for position, step in enumerate(steps) if step.sha}
        numbers: dict[str, int] = {}
        standing: dict[bytes, tuple[str, int]] = {}
        for position, step in enumerate(steps):
            if step.fresh:
                self._end(standing, list(standing), numbers, position)
            for path, blob in step.changes:
                self._end(standing, [path], numbers, position)
                if blob:
                    standing[path] = (blob, position)
        self._end(standing, list(standing), numbers, len(steps))
        self._blobs = numbers

    def _end(
        self, standing: dict[bytes, tuple[str, int]], paths: Iterable[bytes], numbers: dict[str, int], position: int
    ) -> None:
        for path in paths:
            blob, start = standing.pop(path, ("", 0))
            shown = display_path(path)
            if not blob or start == position or is_changelog(shown):
                continue
            # The same content under two languages has two indexes, so the language is part of the name.
            language = language_of(shown)
            key = f"{blob}:{language.name if language else ''}"
            number = numbers.setdefault(key, len(self._stays_of))
            if number == len(self._stays_of):
                self._stays_of.append([])
            stay = _Stay(shown, number, start, position)
            self._stays_of[number].append(stay)
            self._stays_named.setdefault(shown.rpartition("/")[2], []).append(stay)

    def _read(self, reader: BlobReader, cache: AnswerCache | None) -> None:
        paths = {key: self._stays_of[number][0].path for key, number in self._blobs.items()}
        wanted = {key: path for key, path in paths.items() if not path.lower().endswith(_NO_TEXT)}
        for key, path, data in _indexed(reader, wanted, cache):
            number = self._blobs[key]
            for word in data[0]:
                self._add_word(word, number)
            for definition in data[1]:
                _add(self._definitions, definition.name, _Defined(number, intern(definition.kind), definition.line))
            if len(self._words) > MOST_NAMES:
                self._forget(
                    f"The trees of this range hold more than {MOST_NAMES:,} names (at {path}), more than are kept at once: "
                    "names, classes and what is new are not checked."
                )
                return
        for stays in self._stays_of:
            for path in {stay.path for stay in stays}:
                for word in {*names_in(path), path.rpartition("/")[2].partition(".")[0]}:
                    self._add_word(word, stays[0].blob)
        # What is asked first of all is made here, in the worker, and not while somebody types.
        self.alike("")
        self.names_with("")
        if reader.missing:
            self._forget(
                f"{reader.missing} files of this clone are not here (a partial clone), so names, classes and what is new "
                "are not checked; `git fetch --refetch` brings them."
            )

    def _add_word(self, word: str, number: int) -> None:
        known = self._words.get(word)
        if known is None:
            self._words[word] = number
        elif isinstance(known, int):
            self._words[word] = array("I", (known, number))
        else:
            known.append(number)


def _add(index: "dict[str, Value | list[Value]]", key: str, value: "Value") -> None:
    """Put one more value under a key; the first one stands alone."""
    known = index.get(key)
    if known is None:
        index[key] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        index[key] = [known, value]


def _indexed(
    reader: BlobReader, wanted: dict[str, str], cache: AnswerCache | None
) -> Iterator[tuple[str, str, tuple[tuple[str, ...], tuple[Definition, ...]]]]:
    """Yield the index of each blob, from the cache where it is there."""
    keys = list(wanted)
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        kept = cache.get_many(f"{SCHEME}:{key}" for key in batch) if cache is not None else {}
        known = {key: index for key in batch if (index := unpacked(kept.get(f"{SCHEME}:{key}"))) is not None}
        for key, index in known.items():
            yield key, wanted[key], (index.words, index.definitions)
        asked = {key.partition(":")[0]: key for key in batch if key not in known}
        for blob, data in reader.read(list(asked)):
            key = asked[blob]
            index = index_blob(wanted[key], data)
            if cache is not None:
                cache.put(f"{SCHEME}:{key}", packed(index))
            yield key, wanted[key], (index.words, index.definitions)
