"""What is sold as new and was there, and what is said to be gone and stands there still."""

import re
from collections.abc import Iterator

from llnotes_tui.grounding.everyday import LANGUAGE_NAMES
from llnotes_tui.grounding.evidence import ADDED, CONTEXT, HEADING, MESSAGE, PATH, REMOVED, Evidence
from llnotes_tui.grounding.grammar import Said, said
from llnotes_tui.grounding.names import is_known
from llnotes_tui.grounding.note import Named, Note
from llnotes_tui.release.model import EvidenceLine, Finding

LOOSE_KINDS = frozenset({"field", "key", "constant", "section", "variable", "column", "output", "stage"})
"""Kinds of definitions of which a project has many with the same name."""
_PLACED = (
    "parameter",
    "argument",
    "option",
    "flag",
    "field",
    "column",
    "attribute",
    "key",
    "setting",
    "propert",
    "variable",
)
"""Nouns for what belongs to something: another one with the same name elsewhere says nothing."""
_NEAR = 300
"""Characters of a sentence that are looked at on each side of a claim."""
_REMOVAL = re.compile(r"\b(?:remov|delet|drop|eliminat)", re.IGNORECASE)
_REPLACED = re.compile(
    r"\b(?:replac(?:e|es|ed|ing)(?: the| a| an| our)? (?:previous|existing|old|former|original|earlier)|rewrit|rewrote|rework|overhaul)",
    re.IGNORECASE,
)
COMMON_NAMES = LANGUAGE_NAMES | {"main", "run", "init", "get", "setup", "name", "id"}
"""Names that stand in too many places to say anything."""


def not_new(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`not-new`: a name said to be new or added that was there before, or stands on no added line."""
    if not evidence.has_diff or not evidence.whole:
        return
    claims = tuple(said(note))
    renamed = {last_part(claim.former) for claim in claims if claim.former is not None}
    for claim in claims:
        if claim.claim not in ("new", "added") or _replaces(note, claim):
            continue
        names = [name for name in claim.names if last_part(name) not in renamed]
        old = [(name, why) for name in names if (why := _was_there(name, claim, evidence)) is not None]
        if not old:
            continue
        whole = len(old) == len(claim.names)
        for name, (reason, lines, gone) in old if not whole else old[:1]:
            if not whole:
                yield note.finding("not-new", name.start, name.end, reason, None, lines)
                continue
            end = claim.tail[1] if claim.tail else claim.cue_end
            yield note.finding("not-new", claim.cue_start, end, reason, _fix(note, claim, gone=gone), lines)


def not_removed(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`not-removed`: a name said to be removed that is still there; renamed, and it is not."""
    if not evidence.has_diff or not evidence.whole or evidence.after is None:
        return
    for claim in said(note):
        if claim.claim == "removed":
            if _from_a_file(note, claim):
                continue
            still = [(name, why) for name in claim.names if (why := _still_there(name, claim, evidence)) is not None]
            whole = len(still) == len(claim.names)
            for name, (reason, lines) in still if not whole else still[:1]:
                start, end = (claim.cue_start, claim.cue_end) if whole else (name.start, name.end)
                fix = _for_removed(note.text[start:end], name, evidence) if whole else None
                yield note.finding("not-removed", start, end, reason, fix, lines)
        elif claim.claim == "renamed" and claim.former is not None:
            wrong = _not_renamed(claim.former, claim.names[0], evidence)
            if wrong is not None:
                yield note.finding("not-removed", claim.cue_start, claim.cue_end, wrong[0], None, wrong[1])


def _from_a_file(note: Note, claim: Said) -> bool:
    """Tell whether a file is named beside: what is removed there may stand elsewhere."""
    sentence = note.sentence_at(claim.cue_start)
    return sentence is not None and any(is_file(name.text) for name in note.names_within(sentence.start, sentence.end))


def _replaces(note: Note, claim: Said) -> bool:
    """`A new X that replaces the former X` is new, though the name is old."""
    sentence = note.sentence_at(claim.cue_start)
    if sentence is None:
        return False
    start, end = max(sentence.start, claim.cue_start - _NEAR), min(sentence.end, claim.cue_end + _NEAR)
    return _REPLACED.search(note.text, start, end) is not None


# -- new ---------------------------------------------------------------------------------------------------------------

_Why = tuple[str, tuple[EvidenceLine, ...], bool]


def _was_there(named: Named, claim: Said, evidence: Evidence) -> _Why | None:
    """Return why a name is not new, with the lines that show it, and whether it was removed; None where it may be new."""
    word = last_part(named)
    if len(word) < 3 or word in COMMON_NAMES or " " in named.text or not is_known(word, evidence):
        return None
    sides = sides_of(word, named, evidence)
    if not sides & (ADDED | PATH) and not sides & MESSAGE:
        return _on_no_added_line(word, sides, evidence)
    added, removed = evidence.counts(word)
    if removed > added and not evidence.defined(word, "added") and not sides & (MESSAGE | PATH):
        gone = evidence.after is not None and not evidence.after.has(word)
        if gone:
            return f"`{word}` is removed here, not added.", evidence.lines_with([word], "-"), True
    if claim.claim == "new" and not claim.noun.startswith(_PLACED):
        return _module_before(named, claim, evidence) or _defined_before(word, evidence)
    return None


def _on_no_added_line(word: str, sides: int, evidence: Evidence) -> _Why | None:
    spelled = evidence.spelled(word) or word
    if sides & REMOVED:
        lines = evidence.lines_with([spelled], "-")
        return f"`{word}` stands only on lines that were removed.", lines, True
    before = _before(word, evidence)
    if sides & (CONTEXT | HEADING):
        lines = (*evidence.lines_with([spelled], " @", 2), *before)
        return f"`{word}` was there before: no added line has it.", lines, False
    if evidence.before is None:
        return None
    if before:
        return f"`{word}` was there before, and the diff does not touch it.", before, False
    if evidence.before.has(word):
        return f"`{word}` stood in the repository before, and is on no added line.", (), False
    return None


def _module_before(named: Named, claim: Said, evidence: Evidence) -> _Why | None:
    """Say that a module or file said to be new was there, under the same path."""
    if not claim.noun.startswith(("module", "file", "script", "package")) or evidence.before is None:
        return None
    stem = named.text.rpartition("/")[2]
    names = (
        (named.text,)
        if is_file(stem)
        else tuple(f"{stem.rpartition('.')[2]}.{end}" for end in ("py", "go", "ts", "js"))
    )
    paths = [path for name in names for path in evidence.before.paths_named(name)]
    if len(paths) != 1 or any(
        f"/{file.path}".endswith(f"/{name}") for name in names for file in evidence.files if file.status in "ARC"
    ):
        return None
    line = EvidenceLine(paths[0], 1, "old", "")
    return f"The file {paths[0]} was there before.", (line,), False


def _defined_before(word: str, evidence: Evidence) -> _Why | None:
    """Say that a name was defined before and no definition of it was added, or that it only moved."""
    if evidence.before is None:
        return None
    places = [place for place in evidence.before.definitions(word) if place.kind not in LOOSE_KINDS]
    if not places:
        return None
    added, removed = evidence.defined(word, "added"), evidence.defined(word, "removed")
    if added and len(removed) >= len(added):
        gone, come = evidence.lines_like(removed[0].line, "-"), evidence.lines_like(added[0].line, "+")
        if {symbol.line for symbol in added} & {symbol.line for symbol in removed}:
            return f"`{word}` only moved: it was in {places[0].path} before.", (*gone, *come), False
        if {line.path for line in come} & {place.path for place in places}:
            return f"`{word}` was there before, with another signature.", (*gone, *come), False
        return None
    if added or _defined_on_added_line(word, evidence):
        return None
    shown = tuple(place.shown(word, "old") for place in places[:2])
    return f"`{word}` was there before, in {places[0].path}, line {places[0].line}.", shown, False


def _defined_on_added_line(word: str, evidence: Evidence) -> bool:
    """A definition that the reader of symbols does not see: more of them after than before."""
    if evidence.after is None or evidence.before is None:
        return False
    return len(evidence.after.definitions(word)) > len(evidence.before.definitions(word))


def _before(word: str, evidence: Evidence) -> tuple[EvidenceLine, ...]:
    if evidence.before is None:
        return ()
    names = (word, *evidence.before.alike(word))
    places = [(name, place) for name in dict.fromkeys(names) for place in evidence.before.definitions(name)]
    return tuple(place.shown(name, "old") for name, place in places[:2])


def _fix(note: Note, claim: Said, *, gone: bool) -> str:
    """Return what to write for `Added a new`, `introduces`, `a new method X has been introduced`."""
    cue = note.text[claim.cue_start : claim.cue_end]
    if claim.tail is None:
        return _instead(cue, gone=gone)
    lead = cue.lower().partition(" ")[0]
    article = "the" if lead in ("a", "an", "the") else lead if " " in cue else ""
    between = note.text[claim.cue_end : claim.tail[0]]
    fixed = f"{article}{between if article else between.lstrip()}{'removed' if gone else 'updated'}"
    return fixed[:1].upper() + fixed[1:] if cue[:1].isupper() else fixed


def _instead(cue: str, *, gone: bool) -> str:
    words = cue.lower().split()
    stem = "remov" if gone else "updat"
    if len(words) == 1 and not words[0].startswith(("new", "brand")):
        other = _in_form(words[0], stem)
    elif words[0].startswith(_VERBS):
        rest = [word for word in words[1:] if word not in ("new", "newly", "brand-new", "brand")]
        other = " ".join([_in_form(words[0], stem), *("the" if word in ("a", "an") else word for word in rest)])
    elif words[0] in ("newly", "also"):
        other = f"{stem}ed" if words[0] == "newly" else f"also {stem}ed"
    else:
        lead = words[0]
        other = f"the {stem}ed" if lead in ("a", "an", "the") else f"{lead} {stem}ed" if len(words) > 1 else f"{stem}ed"
    return other[:1].upper() + other[1:] if cue[:1].isupper() else other


_VERBS = ("add", "introduc", "creat", "implement", "develop")


def _in_form(verb: str, stem: str) -> str:
    """Return another verb in the form of this one."""
    for ending in ("ing", "ed", "es"):
        if verb.endswith(ending):
            return f"{stem}{ending}"
    return f"{stem}es" if verb.endswith("s") else f"{stem}e"


# -- removed -----------------------------------------------------------------------------------------------------------


def _still_there(named: Named, claim: Said, evidence: Evidence) -> tuple[str, tuple[EvidenceLine, ...]] | None:
    word = last_part(named)
    if (
        len(word) < 3
        or word in COMMON_NAMES
        or " " in named.text
        or not is_known(word, evidence)
        or evidence.after is None
    ):
        return None
    if word.isalpha() and word.islower() and (not claim.noun or claim.noun.startswith(_PLACED)):
        return None  # `groups` and the like stand in many places that have nothing to do with each other
    spelled = evidence.spelled(word) or word
    added, removed = evidence.counts(spelled)
    sides = sides_of(word, named, evidence)
    if _file_removed(named, evidence):
        return None
    if not sides & REMOVED:
        return _never_removed(word, spelled, sides, evidence)
    if sides & MESSAGE and any(_REMOVAL.search(line.text) for line in evidence.message_lines([spelled], 20)):
        return None
    if claim.elsewhere or added < removed or not evidence.after.has(spelled):
        return None
    moved = evidence.defined(spelled, "removed") and evidence.defined(spelled, "added")
    lines = (*evidence.lines_with([spelled], "+", 2), *evidence.lines_with([spelled], "-", 1))
    if moved:
        return f"`{word}` only moved: it is defined again on an added line.", lines
    if added > removed or evidence.after.definitions(spelled):
        where = (
            f"it stands on {added} added lines"
            if added
            else f"{evidence.after.definitions(spelled)[0].path} defines it"
        )
        return f"`{word}` is still there: {where}.", lines
    return None


def _never_removed(
    word: str, spelled: str, sides: int, evidence: Evidence
) -> tuple[str, tuple[EvidenceLine, ...]] | None:
    after = evidence.after
    if after is None or not after.has(spelled):
        return None
    if sides & ADDED:
        return f"`{word}` is added here, not removed.", evidence.lines_with([spelled], "+")
    if sides & MESSAGE:
        return None
    places = tuple(place.shown(spelled) for place in after.definitions(spelled)[:2])
    return f"`{word}` is still there: no removed line has it.", places or evidence.lines_with([spelled], " @")


def _not_renamed(former: Named, name: Named, evidence: Evidence) -> tuple[str, tuple[EvidenceLine, ...]] | None:
    old, new = last_part(former), last_part(name)
    if " " in former.text or " " in name.text or not evidence.has_trees:
        return None
    old_sides, new_sides = sides_of(old, former, evidence), sides_of(new, name, evidence)
    if not new_sides & (ADDED | PATH) and not new_sides & MESSAGE and is_known(new, evidence):
        return f"`{new}` stands on no added line, so nothing was renamed to it.", evidence.lines_with([new], " @-")
    if not old_sides & (REMOVED | PATH) and not old_sides & MESSAGE and is_known(old, evidence):
        return f"`{old}` stands on no removed line, so it was not renamed.", evidence.lines_with([old], " @+")
    return None


def _for_removed(cue: str, named: Named, evidence: Evidence) -> str | None:
    word = evidence.spelled(last_part(named)) or last_part(named)
    if not evidence.sides(word) & (ADDED | REMOVED) or " " in cue:
        return None
    added, removed = evidence.counts(word)
    if evidence.defined(word, "removed") and evidence.defined(word, "added"):
        other = _in_form(cue.lower(), "mov")
    elif added and not removed:
        other = _in_form(cue.lower(), "add").removesuffix("e").replace("addes", "adds")
    else:
        other = _in_form(cue.lower(), "updat")
    return other[:1].upper() + other[1:] if cue[:1].isupper() else other


def _file_removed(named: Named, evidence: Evidence) -> bool:
    return any(
        f"/{path}".endswith(f"/{named.text}") or path.rpartition("/")[2].partition(".")[0] == named.text
        for file in evidence.files
        if file.status == "D" or file.old_path
        for path in (file.path, file.old_path)
    )


def last_part(named: Named) -> str:
    """Return what a dotted name is about: its last part."""
    text = named.text.rstrip("/")
    return text if "/" in text or is_file(text) else text.rpartition(".")[2]


def is_file(text: str) -> bool:
    """Tell whether a name is one of a file, by how it ends."""
    return "." in text and text.rpartition(".")[2] in (
        "py",
        "md",
        "yml",
        "yaml",
        "toml",
        "sql",
        "go",
        "ts",
        "js",
        "sh",
        "json",
    )


def sides_of(word: str, named: Named, evidence: Evidence) -> int:
    """Return on which sides a name stands, case, separators and a plural aside."""
    sides = evidence.sides(word) | evidence.sides_alike(word)
    if word.endswith("s"):
        sides |= evidence.sides(word[:-1])
    return sides | (evidence.sides(named.text) if named.text != word else 0)
