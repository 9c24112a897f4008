"""What is sold as new and was there, and what is said to be gone and stands there still."""

from collections.abc import Iterator

from llnotes_tui.grounding.everyday import LANGUAGE_NAMES
from llnotes_tui.grounding.evidence import ADDED, CONTEXT, HEADING, MESSAGE, PATH, REMOVED, Evidence
from llnotes_tui.grounding.grammar import Said, said
from llnotes_tui.grounding.names import is_known
from llnotes_tui.grounding.note import Named, Note
from llnotes_tui.release.model import EvidenceLine, Finding

_WEAK = frozenset({"field", "key", "constant", "section", "variable", "column", "output", "stage"})
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
_COMMON = LANGUAGE_NAMES | {
    "main",
    "run",
    "init",
    "get",
    "save",
    "load",
    "setup",
    "close",
    "start",
    "stop",
    "execute",
    "name",
    "id",
}


def not_new(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`not-new`: a name said to be new or added that was there before, or stands on no added line."""
    if not evidence.has_diff or not evidence.whole:
        return
    for claim in said(note):
        if claim.claim not in ("new", "added"):
            continue
        old = [(name, why) for name in claim.names if (why := _was_there(name, claim, evidence)) is not None]
        if not old:
            continue
        whole = len(old) == len(claim.names)
        for name, (reason, lines, gone) in old if not whole else old[:1]:
            start, end = (claim.cue_start, claim.cue_end) if whole else (name.start, name.end)
            fix = _instead(note.text[start:end], gone=gone) if whole else None
            yield note.finding("not-new", start, end, reason, fix, lines)


def not_removed(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`not-removed`: a name said to be removed that is still there; renamed, and it is not."""
    if not evidence.has_diff or not evidence.whole or evidence.after is None:
        return
    for claim in said(note):
        if claim.claim == "removed":
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


# -- new ---------------------------------------------------------------------------------------------------------------

_Why = tuple[str, tuple[EvidenceLine, ...], bool]


def _was_there(named: Named, claim: Said, evidence: Evidence) -> _Why | None:
    """Return why a name is not new, with the lines that show it, and whether it was removed; None where it may be new."""
    word = _last(named)
    if len(word) < 3 or word in _COMMON or " " in named.text or not is_known(word, evidence):
        return None
    sides = _sides(word, named, evidence)
    if not sides & (ADDED | PATH):
        return _on_no_added_line(word, sides, evidence) if not sides & MESSAGE else None
    added, removed = evidence.counts(word)
    if removed > added and not evidence.defined(word, "added") and not sides & (MESSAGE | PATH):
        gone = evidence.after is not None and not evidence.after.has(word)
        if gone:
            return f"`{word}` is removed here, not added.", evidence.lines_with([word], "-"), True
    if claim.claim == "new" and not claim.noun.startswith(_PLACED):
        return _defined_before(word, evidence)
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


def _defined_before(word: str, evidence: Evidence) -> _Why | None:
    """Say that a name was defined before and no definition of it was added, or that it only moved."""
    if evidence.before is None:
        return None
    places = [place for place in evidence.before.definitions(word) if place.kind not in _WEAK]
    if not places:
        return None
    added, removed = evidence.defined(word, "added"), evidence.defined(word, "removed")
    if added and len(removed) >= len(added):
        lines = (*evidence.lines_with([word], "-", 1), *evidence.lines_with([word], "+", 1))
        return f"`{word}` only moved: it was in {places[0].path} before.", lines, False
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


_UPDATED = {
    "add": "update",
    "adds": "updates",
    "added": "updated",
    "adding": "updating",
    "introduce": "update",
    "introduces": "updates",
    "introduced": "updated",
    "introducing": "updating",
    "newly added": "updated",
    "newly introduced": "updated",
    "also added": "also updated",
    "also introduced": "also updated",
    "remove": "update",
    "removes": "updates",
    "removed": "updated",
    "removing": "updating",
    "delete": "update",
    "deletes": "updates",
    "deleted": "updated",
    "deleting": "updating",
    "drop": "update",
    "drops": "updates",
    "dropped": "updated",
    "dropping": "updating",
    "eliminate": "update",
    "eliminates": "updates",
    "eliminated": "updated",
    "eliminating": "updating",
}


def _instead(cue: str, *, gone: bool) -> str:
    """Return what to write for `Added`, `a new`, `introduces`."""
    plain = cue.lower()
    if plain in _UPDATED:
        other = _UPDATED[plain] if not gone else _UPDATED[plain].replace("updat", "remov")
    else:
        verb = "removed" if gone else "updated"
        lead = plain.partition(" ")[0]
        other = (
            f"the {verb}"
            if lead in ("a", "an", "the")
            else f"{lead} {verb}"
            if " " in plain and lead != "newly"
            else verb
        )
    return other[:1].upper() + other[1:] if cue[:1].isupper() else other


# -- removed -----------------------------------------------------------------------------------------------------------


def _still_there(named: Named, claim: Said, evidence: Evidence) -> tuple[str, tuple[EvidenceLine, ...]] | None:
    word = _last(named)
    if len(word) < 3 or word in _COMMON or " " in named.text or not is_known(word, evidence) or evidence.after is None:
        return None
    spelled = evidence.spelled(word) or word
    added, removed = evidence.counts(spelled)
    sides = _sides(word, named, evidence)
    if _file_removed(named, evidence):
        return None
    if not sides & REMOVED:
        return _never_removed(word, spelled, sides, evidence)
    if claim.elsewhere or added < removed or not evidence.after.has(spelled):
        return None
    moved = evidence.defined(spelled, "removed") and evidence.defined(spelled, "added")
    lines = (*evidence.lines_with([spelled], "+", 2), *evidence.lines_with([spelled], "-", 1))
    if moved:
        return f"`{word}` only moved: it is defined again on an added line.", lines
    if added > removed or evidence.after.definitions(spelled):
        return f"`{word}` is still there: it stands on {added} added lines.", lines
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
    old, new = _last(former), _last(name)
    if " " in former.text or " " in name.text or not evidence.has_trees:
        return None
    old_sides, new_sides = _sides(old, former, evidence), _sides(new, name, evidence)
    if not new_sides & (ADDED | PATH) and not new_sides & MESSAGE and is_known(new, evidence):
        return f"`{new}` stands on no added line, so nothing was renamed to it.", evidence.lines_with([new], " @-")
    if not old_sides & (REMOVED | PATH) and not old_sides & MESSAGE and is_known(old, evidence):
        return f"`{old}` stands on no removed line, so it was not renamed.", evidence.lines_with([old], " @+")
    return None


def _for_removed(cue: str, named: Named, evidence: Evidence) -> str | None:
    word = evidence.spelled(_last(named)) or _last(named)
    if not evidence.sides(word) & (ADDED | REMOVED):
        return None
    added, removed = evidence.counts(word)
    other = _UPDATED.get(cue.lower())
    if other is None:
        return None
    if evidence.defined(word, "removed") and evidence.defined(word, "added"):
        other = other.replace("updat", "mov")
    elif added and not removed:
        other = {"update": "add", "updates": "adds", "updated": "added", "updating": "adding"}[other]
    return other[:1].upper() + other[1:] if cue[:1].isupper() else other


def _file_removed(named: Named, evidence: Evidence) -> bool:
    return any(
        f"/{path}".endswith(f"/{named.text}") or path.rpartition("/")[2].partition(".")[0] == named.text
        for file in evidence.files
        if file.status == "D" or file.old_path
        for path in (file.path, file.old_path)
    )


def _last(named: Named) -> str:
    """Return what a dotted name is about: its last part."""
    text = named.text.rstrip("/")
    return text if "/" in text or _is_file(text) else text.rpartition(".")[2]


def _is_file(text: str) -> bool:
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


def _sides(word: str, named: Named, evidence: Evidence) -> int:
    sides = evidence.sides(word) | evidence.sides_alike(word)
    if word.endswith("s"):
        sides |= evidence.sides(word[:-1])
    return sides | (evidence.sides(named.text) if named.text != word else 0)
