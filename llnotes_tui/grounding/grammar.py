"""What a note says was added, removed or renamed: found in a copy of it in which every name is a block."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from llnotes_tui.grounding.note import BLOCK, Named, Note

Claim = Literal["new", "added", "removed", "renamed"]

DEFINED = (
    r"(?:functions?|methods?|class(?:es)?|dataclass(?:es)?|commands?|options?|flags?|parameters?|arguments?|propert(?:y|ies)|attributes?|"
    r"decorators?|modules?|files?|scripts?|workflows?|tasks?|jobs?|fixtures?|exceptions?|errors?|enums?|types?|fields?|columns?|"
    r"tables?|views?|variables?|constants?|settings?|helpers?|utilit(?:y|ies)|protocols?|interfaces?|traits?|structs?|keys?|"
    r"endpoints?|subcommands?|subclass(?:es)?|mixins?|factor(?:y|ies)|plugins?|rules?|dependenc(?:y|ies)|library|package|section|"
    r"notebooks?|dashboards?|widgets?|switch|targets?)"
)
_NAME = f"(?<!{BLOCK}){BLOCK}++"
NAMES = rf"(?P<list>{_NAME}(?:(?:, and |, or |, | and | or | as well as )(?:the |a |an )?{_NAME}){{0,12}}+)"
_STOP = (
    r"(?:to|for|of|in|on|from|with|by|using|via|into|at|as|that|which|who|whose|where|when|while|and|or|but|is|are|was|were|has|have|had|be|"
    r"been|being|will|can|may|if|than|then|support|handling|checks?|logging|logic|tests?|ability|use|usage|call|calls|version|versions|"
    r"value|values|instance|instances|calling|based|between|within|through|during|under|over|per|not|now|also|up|out)\b"
)
BETWEEN = rf"(?:(?!{_STOP})[A-Za-z][A-Za-z-]*+,? ){{0,3}}+(?:called |named |namely |such as |like |, |: |- )?"
_VERB = r"(?:[Aa]dd|[Ii]ntroduc|[Cc]reat|[Ii]mplement|[Dd]evelop)(?:ed|es|e|s|ing)?"
_NEW = re.compile(
    rf"\b(?P<cue>(?:{_VERB} )?(?:(?:[Aa]n?|[Tt]he|[Tt]wo|[Tt]hree|[Ss]everal|[Ss]ome) )?"
    rf"(?:(?:brand[- ])?[Nn]ew|[Nn]ewly (?:added|introduced|created|implemented))) {BETWEEN}{NAMES}"
)
_ADDED = re.compile(
    rf"\b(?P<cue>[Aa]dd(?:s|ed|ing)?|[Ii]ntroduc(?:e|es|ed|ing)) (?:(?:a|an|the|two|three|several|both) )?{BETWEEN}{NAMES}"
)
_REMOVED = re.compile(
    rf"\b(?P<cue>[Rr]emov(?:e|es|ed|ing)|[Dd]elet(?:e|es|ed|ing)|[Dd]rop(?:s|ped|ping)?|[Ee]liminat(?:e|es|ed|ing)) (?:(?:a|an|the|two|three|several|both|now|old|unused|deprecated|redundant|obsolete) ){{0,3}}+{BETWEEN}{NAMES}"
)
_MIDDLE = rf"(?: {DEFINED})?(?:, which [^.,\x01]{{1,80}}+,)?(?: has| have| was| were| is| are| been| being| also| now| both| all){{1,4}}+"
_PASSIVE_ADDED = re.compile(
    rf"{NAMES}{_MIDDLE} (?P<cue>(?:newly |also )?(?:added|introduced))\b(?! (?:or|and/or) (?:modified|updated|changed|refactored|improved))"
)
_PASSIVE_REMOVED = re.compile(
    rf"(?<!\x01)(?<! in )(?<! of )(?<! by )(?<! from )(?<! with ){NAMES}{_MIDDLE} (?P<cue>(?:removed|deleted|dropped|eliminated))\b"
)
_RENAMED = re.compile(
    rf"\b(?P<cue>[Rr]enam(?:e|es|ed|ing)) (?:the )?{BETWEEN}(?P<from>{_NAME})(?: {DEFINED})? (?:to|into|as) (?P<list>{_NAME})"
)
_PASSIVE_RENAMED = re.compile(
    rf"(?P<from>{_NAME})(?: {DEFINED})?(?: has| have| was| were| is| been| being| now| also){{1,3}}+ (?P<cue>renamed) (?:to|as|into) (?:the )?(?P<list>{_NAME})"
)
_TAIL = re.compile(
    rf"{_MIDDLE} (?P<cue>(?:newly |also )?(?:added|introduced|created|implemented|incorporated|developed|included))\b(?! (?:to|in|into) the (?:documentation|docs|readme))",
    re.IGNORECASE,
)
_PURPOSE = re.compile(r"\b(?:allow|enabl|let|help|used?)\w*+(?: [a-z]++){0,3} to $")
"""`allows users to remove X`: what something is for, not what was done."""
_INDIRECT = re.compile(
    r"(?:'s|s')? ?(?:instances?|objects?|support|handling|values?|calls?|usage|checks?|dependenc(?:y|ies)|versions?|requirement|references?|"
    r"annotations?|imports?|statements?|conditions?|blocks?|prefix|suffix|logic|entr(?:y|ies)|label|job in|step in|tests?|warnings?|messages?|"
    r"exceptions? (?:is|are|was|being)|comments?|directives?|lines?|tags?|types? hints?|functionality|features?|integration|properties of|"
    r"methods|functions|attributes|parameters|arguments|options|fields|(?:is|are|was|were|being|gets) (?:raised|thrown|returned|yielded|logged|caught|emitted|reported)|"
    r"retries|implementation|links?|badge|documentation|behaviou?r|mode|format|file type)\b"
)
_TO_SOMETHING = re.compile(rf"(?: {DEFINED})? (?:from|in) ")
_DEFINED_NEAR = re.compile(rf"\b{DEFINED}\b")


class Said(NamedTuple):
    """That some names are said to be new, added, removed or renamed."""

    claim: Claim
    cue_start: int
    cue_end: int
    names: tuple[Named, ...]
    former: Named | None
    """What was renamed."""
    noun: str
    """What the names are called (`method`, `class`), where that is said."""
    elsewhere: bool
    """It goes on with `from ...` or `in ...`: the names may exist, and only be used there no longer."""
    tail: tuple[int, int] | None
    """`... has been introduced` behind the names that were called new already."""


def said(note: Note) -> Iterator[Said]:
    """Yield what a note says of names, each way of saying it once a place."""
    patterns: tuple[tuple[Claim, re.Pattern[str]], ...] = (
        ("new", _NEW),
        ("added", _ADDED),
        ("added", _PASSIVE_ADDED),
        ("removed", _REMOVED),
        ("removed", _PASSIVE_REMOVED),
        ("renamed", _RENAMED),
        ("renamed", _PASSIVE_RENAMED),
    )
    taken: set[int] = set()
    for claim, pattern in patterns:
        for match in pattern.finditer(note.grammar):
            names = tuple(note.names_within(match.start("list"), match.end("list")))
            if not names or match.start("list") in taken or negated(note.grammar, match.start()):
                continue
            passive = match.start("cue") > match.start("list")
            if claim != "renamed" and not passive and _INDIRECT.match(note.grammar, match.end("list")):
                continue
            if (
                claim == "removed"
                and not passive
                and _PURPOSE.search(note.grammar, max(0, match.start() - 60), match.start()) is not None
            ):
                continue
            taken.add(match.start("list"))
            former = None
            if claim == "renamed":
                former = next(iter(note.names_within(match.start("from"), match.end("from"))), None)
            yield _said(note, claim, match, names, former, passive=passive)


def _said(
    note: Note, claim: Claim, match: re.Match[str], names: tuple[Named, ...], former: Named | None, *, passive: bool
) -> Said:
    after = match.end() if passive else match.end("list")
    around = note.grammar[match.end("list") if passive else match.end("cue") : after + 24]
    noun = _DEFINED_NEAR.search(around)
    tail = _TAIL.match(note.grammar, after) if claim == "new" else None
    return Said(
        claim,
        match.start("cue"),
        match.end("cue"),
        names,
        former,
        noun[0] if noun else "",
        _TO_SOMETHING.match(note.grammar, after) is not None,
        tail.span("cue") if tail else None,
    )


def negated(grammar: str, start: int) -> bool:
    """Tell whether what begins here is said not to be so, or to have been."""
    before = grammar[max(0, start - 24) : start].lower()
    return any(
        word in before
        for word in ("n't ", " not ", " no ", "without ", "instead of ", "rather than ", "used to ", "before ")
    )
