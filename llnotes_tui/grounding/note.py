"""A note taken apart: its names, its sentences, and a copy in which names are blocks, so that grammar can be looked at."""

import re
from bisect import bisect_left
from typing import NamedTuple

from llnotes_tui.grounding.everyday import EVERYDAY_NAMES
from llnotes_tui.grounding.words import Code, Sentence, code_spans, is_code_like, sentences
from llnotes_tui.release.model import EvidenceLine, Finding, Level

BLOCK = "\x01"
"""Stands for each character of a name in the copy."""
LINK_BLOCK = "\x02"
"""Stands for each character of a link or an address."""
LARGEST = 200_000
"""Characters of a note that are looked at."""
_LINK = re.compile(r"!?\[[^\[\]\n]{0,300}+\]\([^()\s]{0,600}+\)|<?\bhttps?://[^\s)>\]`]{1,600}+>?")
_TITLE = re.compile(
    r"[^\n(\[]{1,300}+(?:\([^\n()]{0,80}\)[^\n(\[]{0,200})?\((?:\[#?\d{1,9}\]\([^()\s]{1,300}\)[, ]{0,3}|\s{8,200}){1,8}\)\.? ?"
)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+(?:\(\))?")
_CALL = re.compile(r"^(?P<name>[A-Za-z_][\w.]*+)\(")
LEVELS: dict[str, Level] = {
    "unknown-name": "red",
    "no-such-class": "red",
    "not-new": "red",
    "not-removed": "red",
    "not-changed": "red",
    "no-such-method": "red",
    "denied": "red",
    "unknown-number": "red",
    "empty": "red",
    "expansion": "amber",
    "tests": "amber",
    "scope": "amber",
    "unsupported": "amber",
    "partial": "amber",
    "unsafe": "amber",
    "unmentioned": "amber",
    "style": "grey",
}


class Named(NamedTuple):
    """A name of code in a note."""

    text: str
    """Without back-ticks, brackets and leading dashes."""
    start: int
    end: int
    """Of `text`."""
    outer_start: int
    outer_end: int
    ticked: bool
    raw: str
    """All between the back-ticks."""


class Note:
    """A text that is checked."""

    def __init__(self, text: str) -> None:
        self.text = text
        body = text[:LARGEST]
        self.codes: tuple[Code, ...] = code_spans(body)
        self.links: tuple[tuple[int, int], ...] = tuple((match.start(), match.end()) for match in _LINK.finditer(body))
        self.names: tuple[Named, ...] = _names(body, self.codes, self.links)
        self.grammar = _masked(body, self.names, self.codes, self.links)
        """As long as the text."""
        self.sentences: tuple[Sentence, ...] = sentences(body, self.codes)
        self._sentence_ends = [sentence.end for sentence in self.sentences]
        self._name_starts = [name.outer_start for name in self.names]

    def sentence_at(self, offset: int) -> Sentence | None:
        """Return the sentence that an offset stands in."""
        at = bisect_left(self._sentence_ends, offset)
        if at < len(self.sentences) and self.sentences[at].start <= offset:
            return self.sentences[at]
        return None

    def names_within(self, start: int, end: int) -> list[Named]:
        """Return the names between two offsets."""
        found = []
        for position in range(bisect_left(self._name_starts, start), len(self.names)):
            name = self.names[position]
            if name.outer_end > end:
                break
            found.append(name)
        return found

    @property
    def prose_start(self) -> int:
        """Where the prose begins, behind a title with its link (or the blanks that are left of one)."""
        title = _TITLE.match(self.text)
        start = title.end() if title is not None else 0
        return start + len(self.text[start:]) - len(self.text[start:].lstrip())

    def finding(
        self,
        kind: str,
        start: int,
        end: int,
        reason: str,
        fix: str | None = None,
        evidence: tuple[EvidenceLine, ...] = (),
    ) -> Finding:
        """Return a finding on a span of this note."""
        return Finding(kind, LEVELS[kind], start, end, self.text[start:end], reason, fix, evidence)


def _names(text: str, codes: tuple[Code, ...], links: tuple[tuple[int, int], ...]) -> tuple[Named, ...]:
    found = [named for code in codes if (named := _ticked(code)) is not None]
    taken = [(code.outer_start, code.outer_end) for code in codes] + list(links)
    plain = _blanked(text, taken)
    for match in _WORD.finditer(plain):
        word = match[0].removesuffix("()")
        if (is_code_like(word) or match[0].endswith("()")) and word not in EVERYDAY_NAMES and len(word) <= 120:
            start = match.start()
            found.append(Named(word, start, start + len(word), start, match.end(), ticked=False, raw=word))
    return tuple(sorted(found, key=lambda named: named.outer_start))


def _ticked(code: Code) -> Named | None:
    """Return the name between back-ticks; what a call is given, and leading dashes and dots, are no part of it."""
    lead = len(code.text) - len(code.text.lstrip(" .-\"'@&*$"))
    text = code.text[lead:]
    call = _CALL.match(text)
    text = call["name"] if call else text.rstrip(" .,;:\"'&*=()")
    if not text:
        return None
    start = code.start + lead
    return Named(text, start, start + len(text), code.outer_start, code.outer_end, ticked=True, raw=code.text)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    signs = list(text)
    for start, end in spans:
        signs[start:end] = " " * (end - start)
    return "".join(signs)


def _masked(text: str, names: tuple[Named, ...], codes: tuple[Code, ...], links: tuple[tuple[int, int], ...]) -> str:
    signs = list(text.replace(BLOCK, " ").replace(LINK_BLOCK, " "))
    for start, end in links:
        signs[start:end] = LINK_BLOCK * (end - start)
    for code in codes:
        signs[code.outer_start : code.outer_end] = BLOCK * (code.outer_end - code.outer_start)
    for name in names:
        signs[name.outer_start : name.outer_end] = BLOCK * (name.outer_end - name.outer_start)
    return "".join(signs)
