"""Features that nothing of the change speaks of: "a new sorting algorithm" where a list of names grew."""

import re
from collections.abc import Iterator

from llnotes_tui.grounding.evidence import Evidence
from llnotes_tui.grounding.grammar import negated
from llnotes_tui.grounding.note import Note
from llnotes_tui.grounding.whole import evidence_stems, specific_words
from llnotes_tui.release.model import Finding
from llnotes_tui.release.symbols.words import words

_WORD = r"(?!(?:to|for|of|in|on|from|with|by|using|via|into|at|as|that|which|and|or|but|is|are|was|were|has|have|will|can|may|if|when|while|than|the|an?|this|its|their)\b)[A-Za-z][a-z-]++"
_FEATURE = re.compile(
    rf"\b(?:[Nn]ew|(?:[Ii]ntroduc|[Ii]mplement|[Aa]dd|[Dd]evelop)(?:ed|es|s|ing) (?:an?|the|several)(?: new)?|[Aa]ddition of (?:an?|the|several)(?: new)?) "
    rf"(?P<phrase>(?:{_WORD} ){{0,4}}?(?:algorithms?|features?|mechanisms?|measures?|engines?|systems?|frameworks?|interfaces?|optimizations?|protocols?|schedulers?|endpoints?|tutorials?))\b"
)
_SUPPORT = re.compile(
    rf"\b(?:[Aa]dd(?:ed|s|ing)|[Ii]ntroduc(?:ed|es|ing)|[Ii]mplement(?:ed|s|ing)|[Ii]nclud(?:ed|es|ing)) (?:new )?support for (?:an? |the )?(?:new )?(?P<phrase>{_WORD}(?: {_WORD}){{0,3}})(?=[ ,.;])"
)
_FLUFF = words(
    "advanced better deeper enhanced facing fine fresh graceful gracefully granular highly innovative intelligent intuitive modern "
    "package packages library libraries powerful requested rich richer rigorous smart smarter sophisticated tailored unified unique user versatile wide wider"
)
"""Praise, manner and packing: nobody writes them into code."""
_STEM = 4
"""Letters: `caching` and `cache` begin alike."""


def invented(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`unsupported`: a feature said to be new of which not one specific word stands in the diff or the message."""
    if not evidence.has_diff or not evidence.whole:
        return
    known: set[str] | None = None
    told: set[str] = set()
    for pattern in (_FEATURE, _SUPPORT):
        for match in pattern.finditer(note.grammar, note.prose_start):
            said = [word for word in specific_words(match["phrase"]) if word not in _FLUFF]
            if not said or negated(note.grammar, match.start()):
                continue
            if known is None:
                known = {stem[:_STEM] for stem in evidence_stems(evidence)}
            if any(word[:_STEM] in known for word in said) or told >= set(said):
                continue
            told.update(said)
            quoted = " or ".join(f"“{word}”" for word in said[:3])
            reason = f"Nothing in the diff or the message speaks of {quoted}."
            yield note.finding("unsupported", match.start("phrase"), match.end("phrase"), reason)
