"""What is said to have changed, and was not touched, is gone, or was not there before."""

import re
from collections.abc import Iterator

from llnotes_tui.grounding.changes import COMMON_NAMES, LOOSE_KINDS, is_file, last_part, sides_of
from llnotes_tui.grounding.evidence import ADDED, MESSAGE, Evidence
from llnotes_tui.grounding.grammar import BETWEEN, DEFINED, NAMES, negated, said
from llnotes_tui.grounding.note import Named, Note
from llnotes_tui.grounding.words import parts
from llnotes_tui.release.model import EvidenceLine, Finding

_CHANGED = r"(?:updated|modified|changed|refactored|enhanced|improved|extended|adjusted|rewritten|revised|altered|optimi[sz]ed)"
_INTO_ANOTHER = r"(?! (?:in)?to (?:the )?(?:two |three |a )?(?:new |separate )?\x01| and renamed| into (?:two|three|several|separate))"
_PASSIVE = re.compile(
    rf"{NAMES}(?: {DEFINED})?(?: has| have| was| were| is| are| been| being| also| now| both| all| further){{1,5}}+ (?P<cue>{_CHANGED})\b{_INTO_ANOTHER}"
)
_ACTIVE = re.compile(
    rf"\b(?P<cue>(?:[Uu]pdat|[Rr]efactor|[Ee]nhanc|[Ee]xtend|[Cc]hang|[Aa]djust|[Ii]mprov)(?:es|ed|ing|s)|[Mm]odif(?:ies|ied|ying)) (?:the )?(?:existing |current )?{BETWEEN}{NAMES} {DEFINED}\b{_INTO_ANOTHER}"
)
_NOW = re.compile(rf"{NAMES}(?: {DEFINED})?(?: is| are)?(?: also)? (?P<cue>now)\b")
_SPLIT = re.compile(r"\b(?:renam|split|replac|remov|delet|refactored (?:in)?to)", re.IGNORECASE)
_MADE = frozenset({"function", "method", "class", "fixture", "test", "command", "interface", "trait", "struct", "enum"})
_SHORTEST = 4
_NEAR = 300
"""Characters of a sentence that are looked at on each side of a claim."""
_LIKE = 0.5
"""Of the words of two names, so many in both."""

_Why = tuple[str, tuple[EvidenceLine, ...], str | None]


def not_changed(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`not-changed`: a name said to be updated that the diff leaves alone, takes away, or brings for the first time."""
    if not evidence.has_diff or not evidence.whole or not evidence.has_trees:
        return
    seen: set[int] = set()
    for match, names in _claims(note):
        for name in names:
            word = last_part(name)
            if name.start in seen or len(word) < _SHORTEST or word in COMMON_NAMES or " " in name.text:
                continue
            why = _untouched(word, name, evidence)
            if why is None and not _is_split(note, match.start()):
                why = _gone(word, name, evidence)
            if why is None and match["cue"] != "now":
                why = _first_seen(word, name, match["cue"], note, evidence)
            if why is None:
                continue
            seen.add(name.start)
            reason, lines, fix = why
            if len(names) > 1:
                fix = None  # it would say the same of the others
            start, end = match.span("cue") if fix is not None else (name.start, name.end)
            yield note.finding("not-changed", start, end, reason, fix, lines)


def _claims(note: Note) -> Iterator[tuple[re.Match[str], list[Named]]]:
    """Yield what is said to be changed, and the names that it is said of."""
    for pattern in (_PASSIVE, _ACTIVE, _NOW):
        for match in pattern.finditer(note.grammar):
            if not negated(note.grammar, match.start()):
                yield match, note.names_within(match.start("list"), match.end("list"))


def _is_split(note: Note, start: int) -> bool:
    """Tell whether the sentence says that something was renamed, split or replaced: the old name is in its place then."""
    sentence = note.sentence_at(start)
    if sentence is None:
        return False
    return _SPLIT.search(note.text, max(sentence.start, start - _NEAR), min(sentence.end, start + _NEAR)) is not None


def _is_told_new(word: str, note: Note) -> bool:
    """Tell whether the note calls a name new in another place."""
    return any(
        last_part(name) == word for claim in said(note) if claim.claim in ("new", "added") for name in claim.names
    )


def _untouched(word: str, name: Named, evidence: Evidence) -> _Why | None:
    """Say that neither a line nor the file that defines it is in the diff."""
    if sides_of(word, name, evidence) or evidence.before is None or evidence.after is None:
        return None
    touched = {path for file in evidence.files for path in (file.path, file.old_path)}
    if is_file(word):
        paths = evidence.after.paths_named(name.text)
        if not paths or any(path.endswith(f"/{word.rpartition('/')[2]}") or path == word for path in touched):
            return None
        return f"The diff does not touch {paths[0]}.", (EvidenceLine(paths[0], 1, "new", ""),), None
    places = evidence.before.definitions(word)
    if not places or any(place.kind in LOOSE_KINDS or place.path in touched for place in places):
        return None
    shown = tuple(place.shown(word) for place in places[:2])
    return f"`{word}` is not changed here: it is in {places[0].path}, which the diff does not touch.", shown, None


def _gone(word: str, name: Named, evidence: Evidence) -> _Why | None:
    """Say that it is taken away."""
    added, removed = evidence.counts(word)
    if added or not removed or is_file(word) or evidence.after is None or evidence.after.has(word):
        return None
    if sides_of(word, name, evidence) & (ADDED | MESSAGE):
        return None
    return f"`{word}` is removed here, not changed.", evidence.lines_with([word], "-"), None


def _first_seen(word: str, name: Named, cue: str, note: Note, evidence: Evidence) -> _Why | None:
    """Say that there was no such thing before."""
    come = [symbol for symbol in evidence.defined(word, "added") if symbol.kind in _MADE]
    if not come or evidence.before is None or evidence.before.has(word) or evidence.before.alike(word):
        return None
    if sides_of(word, name, evidence) & MESSAGE or any(symbol.was for symbol in come) or _takes_a_place(word, evidence):
        return None
    if _is_told_new(word, note):
        return None
    lines = evidence.lines_like(come[0].line, "+") or evidence.lines_with([word], "+")
    return f"`{word}` is new: it was nowhere before this change.", lines, _added(cue)


def _takes_a_place(word: str, evidence: Evidence) -> bool:
    """Tell whether something with a name like this one is removed: it was renamed then, and updated."""
    own = frozenset(parts(word))
    others = (frozenset(parts(symbol.name)) for symbol in evidence.symbols if symbol.change == "removed")
    return any(len(own & other) >= _LIKE * len(own | other) for other in others)


def _added(cue: str) -> str:
    """Return the form of `add` that takes the place of a word for a change."""
    lower = cue.lower()
    other = "adding" if lower.endswith("ing") else "added" if lower.endswith(("ed", "ten")) else "adds"
    return other.capitalize() if cue[:1].isupper() else other
