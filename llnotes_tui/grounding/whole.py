"""What is wrong with a note as a whole: nothing behind it, little behind it, a part behind it, or something left unsaid."""

import re
from collections.abc import Iterator, Sequence

from llnotes_tui.grounding.evidence import Evidence, tokens_of
from llnotes_tui.grounding.note import Note
from llnotes_tui.grounding.vocabulary import GENERAL
from llnotes_tui.grounding.words import parts, plain
from llnotes_tui.release.model import Finding
from llnotes_tui.release.symbols import Symbol, area_of

_WORD = re.compile(r"[A-Za-z][A-Za-z]{2,40}+")
_ENOUGH_WORDS = 10
_SUPPORTED = 0.12
_FEW_WORDS = 4
_OWN_SHARE = 0.5
"""Of the words of prose about an empty diff, so many must be the message's."""
_STEM = 5
_MOST_NAMES = 3
_PUBLIC_KINDS = frozenset(
    {
        "class",
        "function",
        "command",
        "option",
        "environment variable",
        "interface",
        "trait",
        "struct",
        "enum",
        "object",
        "type",
    }
)


def empty(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`empty`: prose about a commit with no diff.  What repeats the message is not prose."""
    if not evidence.commits or evidence.has_diff or not evidence.whole:
        return
    if any(commit.files for commit in evidence.commits):
        return
    start, end = _prose(note)
    words = specific_words(note.text[start:end])
    if len(words) < _FEW_WORDS or _share(words, _stems(tokens_of(evidence.message))) >= _OWN_SHARE:
        return
    yield note.finding("empty", start, end, "The commit has no diff: there is nothing to tell beyond its title.", "")


def unsupported(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`unsupported`: an entry hardly a specific word of which stands in the evidence."""
    if not evidence.has_diff or not evidence.whole:
        return
    start, end = _prose(note)
    words = specific_words(note.text[start:end])
    if len(words) < _ENOUGH_WORDS:
        return
    share = _share(words, evidence_stems(evidence))
    if share < _SUPPORTED:
        found = round(share * len(words))
        reason = f"Of {len(words)} specific words {found} stand in the diff or the message: most of this is made up."
        yield note.finding("unsupported", start, end, reason)


def partial(note: Note, evidence: Evidence, badges: Sequence[str]) -> Iterator[Finding]:
    """`partial`: a text written from part of its diff, or one that was cut off."""
    del evidence
    if "cut-off" in badges and note.text.strip():
        end = len(note.text.rstrip())
        start = max(note.text.rfind(" ", 0, end) + 1, 0)
        yield note.finding("partial", start, end, "The model stopped at its limit: the text is cut off here.")
    reasons = {
        "partial": "This was written from a part of its diff.",
        "history-cut": "This was written without a diff: the clone's history is cut here.",
        "no-diff": "This was written without a diff.",
    }
    for badge, reason in reasons.items():
        if badge in badges and note.text.strip():
            start, end = _prose(note)
            yield note.finding("partial", start, end, reason)
            return


_TELLS_REMOVAL = re.compile(r"\b(?:remov|delet|drop|replac|redundan|obsolet|renam|moved?\b)", re.IGNORECASE)
"""In a title: it says that things go, though it does not name each."""
_TITLE_LENGTH = 100


def unmentioned(note: Note, evidence: Evidence, title: str) -> Iterator[Finding]:
    """`unmentioned`: a command, option, setting or public name that was deleted, and the text is silent."""
    if not evidence.has_diff or evidence.after is None or not evidence.whole:
        return
    if note.prose_start >= len(note.text.rstrip()):
        return
    told = f"{title}\n{note.text}"
    if _TELLS_REMOVAL.search(title or told[: note.prose_start] or told[:_TITLE_LENGTH]):
        return
    words = tokens_of(told)
    keys = {plain(word) for word in words}
    gone = [symbol for symbol in _deleted(evidence) if plain(symbol.name.lstrip("-")) not in keys]
    if not gone:
        return
    names = list(dict.fromkeys(symbol.name for symbol in gone))
    shown = ", ".join(f"`{name}`" for name in names[:_MOST_NAMES]) + (
        f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    )
    kinds = {symbol.kind for symbol in gone}
    what = next(iter(kinds)) if len(kinds) == 1 and len(names) == 1 else "public names"
    end = len(note.text.rstrip())
    defining = tuple(line for symbol in gone[:_MOST_NAMES] for line in evidence.lines_like(symbol.line, "-"))
    lines = defining or evidence.lines_with([name.lstrip("-") for name in names], "-")
    subject = f"The {what} {shown} is" if len(names) == 1 else f"{shown} are"
    yield note.finding("unmentioned", end, end, f"{subject} deleted, and the text does not say so.", None, lines)


def _deleted(evidence: Evidence) -> Iterator[Symbol]:
    """Yield what users could name and is gone from the tree altogether."""
    after = evidence.after
    assert after is not None
    added = {symbol.name for symbol in evidence.symbols if symbol.change == "added"} | {
        symbol.name for symbol in evidence.symbols if symbol.was
    }
    renamed = {symbol.was for symbol in evidence.symbols if symbol.was}
    shipped = {file.path for file in evidence.files if area_of(file.path) == "source"}
    lines = {line.text.strip() for line in evidence.lines if line.sign == "-" and line.path in shipped}
    for symbol in evidence.symbols:
        if symbol.change != "removed" or symbol.kind not in _PUBLIC_KINDS or not symbol.public or symbol.local:
            continue
        if symbol.name in added or symbol.name in renamed or symbol.line.strip() not in lines:
            continue
        name = symbol.name.lstrip("-")
        if name.startswith("_") or after.has(name):
            continue
        yield symbol


def _prose(note: Note) -> tuple[int, int]:
    """Return the span without blanks around it, and without a title with its link before it."""
    end = len(note.text.rstrip())
    return min(note.prose_start, end), end


def specific_words(text: str) -> list[str]:
    """Return the words of a text that say something of this change, each once."""
    found = dict.fromkeys(
        part for word in _WORD.findall(text) for part in (parts(word) or (word.lower(),)) if len(part) > 2
    )
    return [word for word in found if word not in GENERAL and word.removesuffix("s") not in GENERAL]


def _share(words: Sequence[str], stems: frozenset[str]) -> float:
    return sum(1 for word in words if word[:_STEM] in stems) / max(1, len(words))


def _stems(words: "set[str] | frozenset[str]") -> frozenset[str]:
    return frozenset(part[:_STEM] for word in words for part in parts(word))


def evidence_stems(evidence: Evidence) -> frozenset[str]:
    """Return how the words of the evidence begin."""
    return _stems(frozenset(evidence.words()))
