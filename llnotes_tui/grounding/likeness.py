"""The real name that an invented one is most like."""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from llnotes_tui.grounding.blobs import is_type
from llnotes_tui.grounding.evidence import ADDED, PATH, REMOVED, Evidence
from llnotes_tui.grounding.words import is_code_like, parts, plain

_ENOUGH = 0.62
_MOST = 40
"""Candidates that are compared letter by letter."""
_COMMON = 2_000
"""Names of a repository that share a part; one that more of them share says little."""
_LONGEST = 120


def nearest(word: str, evidence: Evidence, *, only_types: bool = False) -> str:
    """Return the name of the evidence, else of the tree, that is most like `word`; empty where none is."""
    if len(word) > _LONGEST:
        return ""
    near, likeness = _best(word, _changed(word, evidence) if not only_types else (), bonus=0.06)
    far, other = _best(word, _defined(word, evidence, only_types=only_types), bonus=0.0)
    if other > likeness:
        near, likeness = far, other
    return near if likeness >= _ENOUGH else ""


def _changed(word: str, evidence: Evidence) -> list[str]:
    """Return the names on changed lines that share a part with a word."""
    wanted = _parts(word)
    sharing = (name for name in evidence.words() if len(name) > 3 and not wanted.isdisjoint(_parts(name)))
    return [name for name in sharing if evidence.sides(name) & (ADDED | REMOVED | PATH)]


def _defined(word: str, evidence: Evidence, *, only_types: bool) -> Iterator[str]:
    """Yield the names that the tree defines and that share the most parts with a word."""
    tree = evidence.after
    if tree is None:
        return
    sharing = [names for part in _parts(word) if (names := tree.names_with(part))]
    sharing.sort(key=len)
    counts = Counter(name for names in sharing for name in names[:_COMMON])
    found = 0
    for name, _ in counts.most_common(4 * _MOST):
        places = tree.definitions(name)
        if places and (not only_types or any(is_type(place.kind) for place in places)):
            yield name
            found += 1
            if found == _MOST:
                return


def _best(word: str, names: Iterable[str], bonus: float) -> tuple[str, float]:
    own, letters = _parts(word), SequenceMatcher(None, "", plain(word), autojunk=False)
    ranked = sorted(((_shared(own, name), name) for name in names if name != word), reverse=True)[:_MOST]
    best, most = "", 0.0
    for shared, name in ranked:
        letters.set_seq1(plain(name))
        if letters.real_quick_ratio() < _ENOUGH - 0.1 or letters.quick_ratio() < _ENOUGH - 0.1:
            continue
        likeness = 0.5 * shared + 0.5 * letters.ratio() + bonus + (0.03 if is_code_like(name) else 0.0)
        if likeness > most:
            best, most = name, likeness
    return best, most


@lru_cache(maxsize=1 << 16)
def _parts(name: str) -> frozenset[str]:
    """Return the words of a name, without the `s` of a plural."""
    return frozenset(part.removesuffix("s") for part in parts(name[:_LONGEST]))


def _shared(own: frozenset[str], name: str) -> float:
    other = _parts(name)
    return len(own & other) / max(1, len(own | other))
