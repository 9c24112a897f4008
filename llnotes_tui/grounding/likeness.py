"""The real name that an invented one is most like."""

from difflib import SequenceMatcher

from llnotes_tui.grounding.blobs import is_type
from llnotes_tui.grounding.evidence import ADDED, PATH, REMOVED, Evidence
from llnotes_tui.grounding.words import is_code_like, parts, plain

_ENOUGH = 0.62
_MOST = 400
"""Candidates that are compared letter by letter."""


def nearest(word: str, evidence: Evidence, *, only_types: bool = False) -> str:
    """Return the name of the evidence, else of the tree, that is most like `word`; empty where none is."""
    near, likeness = _best(word, _changed(evidence) if not only_types else (), bonus=0.06)
    defined = _defined(word, evidence, only_types=only_types)
    far, other = _best(word, defined, bonus=0.0)
    if other > likeness:
        near, likeness = far, other
    return near if likeness >= _ENOUGH else ""


def _changed(evidence: Evidence) -> list[str]:
    return [name for name in evidence.words() if evidence.sides(name) & (ADDED | REMOVED | PATH) and len(name) > 3]


def _defined(word: str, evidence: Evidence, *, only_types: bool) -> list[str]:
    tree = evidence.after
    if tree is None:
        return []
    wanted = set(parts(word))
    names = [name for name in tree.names_defined() if wanted & set(parts(name))][: 4 * _MOST]
    return [
        name
        for name in names
        if (places := tree.definitions(name)) and (not only_types or any(is_type(p.kind) for p in places))
    ]


def _best(word: str, names: "list[str] | tuple[str, ...]", bonus: float) -> tuple[str, float]:
    own = frozenset(parts(word))
    ranked = sorted(((_shared(own, name), name) for name in names if name != word), reverse=True)[:_MOST]
    best, most = "", 0.0
    for shared, name in ranked:
        if not shared and most:
            break
        letters = SequenceMatcher(None, plain(word), plain(name), autojunk=False)
        if letters.quick_ratio() < _ENOUGH - 0.1:
            continue
        likeness = 0.5 * shared + 0.5 * letters.ratio() + bonus + (0.03 if is_code_like(name) else 0.0)
        if likeness > most:
            best, most = name, likeness
    return best, most


def _shared(own: frozenset[str], name: str) -> float:
    other = frozenset(parts(name))
    return len(own & other) / max(1, len(own | other))
