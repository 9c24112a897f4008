"""Words of code and of prose: how a text is cut into names, numbers, code spans and sentences."""

import itertools
import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+(?:-[A-Za-z0-9_]++)*+")
"""A name, hyphens inside it included: `create-catalogs` is one, and so are its parts."""
NUMBER = re.compile(r"(?<![\w.])\d++(?:[.,_]\d++)*+")
_CODE_SPAN = re.compile(r"(`{1,3})(?!`)([^`\n]{1,400}+)\1(?!`)")
_SENTENCE_END = re.compile(r"[.!?:](?=\s)|\n")
_SEPARATORS = str.maketrans("", "", "_-. /")
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ABBREVIATIONS = ("e.g", "i.e", "etc", "vs", "cf", "resp", "approx", "incl")
LONGEST_LINE = 3_000
"""Characters; what stands further right in a line is data or minified code."""


class Code(Struct, frozen=True):
    """What stands between back-ticks."""

    start: int
    """Where the words begin, behind the back-ticks."""
    end: int
    text: str
    outer_start: int
    outer_end: int


class Sentence(Struct, frozen=True):
    """A sentence and where it stands."""

    start: int
    end: int
    text: str


def code_spans(text: str) -> tuple[Code, ...]:
    """Return what stands in back-ticks, one line each."""
    return tuple(
        Code(match.start(2), match.end(2), match[2], match.start(), match.end()) for match in _CODE_SPAN.finditer(text)
    )


def sentences(text: str, spans: tuple[Code, ...]) -> tuple[Sentence, ...]:
    """Return the sentences of a text; a full stop in back-ticks or behind an abbreviation ends none."""
    inside = {position for span in spans for position in range(span.outer_start, span.outer_end)}
    found: list[Sentence] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        before = text[max(start, match.start() - 8) : match.start()].lower()
        if match.start() in inside or before.endswith(_ABBREVIATIONS):
            continue
        found.append(Sentence(start, match.end(), text[start : match.end()]))
        start = match.end()
    if text[start:].strip():
        found.append(Sentence(start, len(text), text[start:]))
    return tuple(sentence for sentence in found if sentence.text.strip())


def names_in(line: str) -> Iterator[str]:
    """Yield the names of a line, and the parts of those with hyphens."""
    for name in NAME.findall(line[:LONGEST_LINE]):
        yield name
        if "-" in name:
            yield from name.split("-")


@lru_cache(maxsize=1 << 16)
def plain(name: str) -> str:
    """Return a name without case and separators: `list_jobs`, `ListJobs` and `list-jobs` are one."""
    return name.translate(_SEPARATORS).lower()


def may_stand_for(word: str, name: str) -> bool:
    """Tell whether prose may spell `name` as `word`; an underscore before it is left out, never made up."""
    return bool(name) and (not word.startswith("_") or name.startswith("_"))


@lru_cache(maxsize=1 << 14)
def parts(name: str) -> tuple[str, ...]:
    """Return the words that a name is made of, in lower case."""
    return tuple(part.lower() for part in _HUMPS.findall(name))


def is_code_like(word: str) -> bool:
    """Tell whether a word outside back-ticks can only be a name of code: `list_jobs`, `listJobs`, `ListJobs`, `MAX_SIZE`."""
    if "_" in word.strip("_"):
        return True
    humps = sum(1 for before, sign in itertools.pairwise(word) if sign.isupper() and before.islower())
    return humps > 0 and not word.isupper()
