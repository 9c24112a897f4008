"""What one file of a tree is indexed by: its names, its numbers with dots, its definitions, its capitalised phrases."""

import re
from typing import Any, NamedTuple

from llnotes_tui.grounding.words import NAME
from llnotes_tui.release.symbols import CONTAINERS, language_of
from llnotes_tui.release.symbols.languages import MARKDOWN, Language
from llnotes_tui.release.text import decoded

SCHEME = "grounding-blob-2"
"""Part of the key in the cache: another scheme, another key."""
LARGEST = 2 << 20
"""Bytes; of a larger file the beginning is indexed."""
_LARGEST_CODE = 1 << 20
_LARGEST_DATA = 1 << 17
_LONGEST_LINE = 400
_VERSION = re.compile(r"(?<![\w.])\d++(?:\.\d++)++")
_PHRASE = re.compile(
    r"(?<![A-Za-z])[A-Z][A-Za-z]++(?:[ -][A-Z]?[A-Za-z]++){0,4}+(?= \([A-Z]{2,7}s?\))|(?<![A-Za-z])(?:[A-Z][a-z]++ ){1,4}+[A-Z][a-z]++"
)


class Definition(NamedTuple):
    """Where a name is defined."""

    name: str
    kind: str
    line: int


class BlobIndex(NamedTuple):
    """What is known of one file's content."""

    words: tuple[str, ...]
    definitions: tuple[Definition, ...]


def index_blob(path: str, data: bytes) -> BlobIndex:
    """Index one file by its path's language; a binary one has nothing.  Never raises."""
    if b"\0" in data[:8000]:
        return BlobIndex((), ())
    text = decoded(data[:LARGEST])
    found = set(NAME.findall(text))
    for name in [name for name in found if "-" in name]:
        found.update(name.split("-"))
    found.update(_VERSION.findall(text))
    for phrase in _PHRASE.findall(text):
        said = phrase.replace("-", " ").lower().split()
        found.update(" ".join(said[start:]) for start in range(len(said) - 1))
    found.discard("")
    language = language_of(path)
    return BlobIndex(tuple(found), tuple(_definitions(language, text)) if language is not None else ())


def _definitions(language: Language, text: str) -> list[Definition]:
    if language is MARKDOWN or len(text) > (_LARGEST_DATA if language.data else _LARGEST_CODE):
        return []
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line or len(line) > _LONGEST_LINE:
            continue
        if (definition := _defined(language, line)) is not None:
            found.append(Definition(*definition, number))
    return found


def _defined(language: Language, line: str) -> tuple[str, str] | None:
    for kind, pattern in language.rules:
        match = pattern.match(line)
        if match:
            return match["name"].strip("`\"' "), kind
    if language.methods is not None and "(" in line:
        method = language.methods(line)
        if method is not None:
            return method[1], "method"
    return None


def is_type(kind: str) -> bool:
    """Tell whether a definition of this kind can be called a class."""
    return kind in CONTAINERS or kind in ("type", "table", "view", "resource", "module")


def packed(index: BlobIndex) -> Any:
    """Return what the cache keeps."""
    return ["\n".join(index.words), [list(definition) for definition in index.definitions]]


def unpacked(value: Any) -> BlobIndex | None:
    """Return what the cache kept; None where it is something else."""
    try:
        names, definitions = value
        return BlobIndex(
            tuple(names.split("\n")) if names else (),
            tuple(Definition(str(name), str(kind), int(line)) for name, kind, line in definitions),
        )
    except (TypeError, ValueError, AttributeError):
        return None
