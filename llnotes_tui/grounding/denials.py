"""What a note says was not added, and how many there are of what was."""

import re
from collections.abc import Iterator

from llnotes_tui.grounding.evidence import Evidence
from llnotes_tui.grounding.note import Note
from llnotes_tui.release.model import Finding
from llnotes_tui.release.symbols import Symbol

_DENIED = re.compile(
    r"\b(?:no (?:new|additional) (?P<passive>methods?|functions?|class(?:es)?)\b(?=[^.;\n]{0,60}\b(?:added|introduced|created|implemented)\b)|"
    r"(?:without|(?:does|do|did) not|doesn't|didn't) (?:add|introduc|creat|includ)\w{0,4}+ (?:any )?(?:new|additional) (?P<active>methods?|functions?|class(?:es)?)\b)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?P<count>[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight) (?:new|additional) (?:[a-z-]{2,20}+ ){0,2}?(?P<what>methods|functions|classes|tests)\b"
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_WORDS = ("no", "one", *_NUMBERS)
_CALLED = ("function", "method", "test", "fixture", "property", "command")
_CLASSES = ("class", "interface", "trait", "struct", "enum", "object", "type")


def denied(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`denied`: "no new methods were added", and the diff adds one outside of tests."""
    if not evidence.whole or not evidence.has_diff:
        return
    for match in _DENIED.finditer(note.text):
        what = match["passive"] or match["active"]
        added = [symbol for symbol in _added(what, evidence) if _in_sources(symbol, evidence)]
        if added:
            first = added[0]
            reason = f"The diff adds the {first.kind} `{first.name}`{_more(len(added) - 1)}."
            yield note.finding("denied", match.start(), match.end(), reason, None, evidence.lines_like(first.line, "+"))


def miscounted(note: Note, evidence: Evidence) -> Iterator[Finding]:
    """`unknown-number`: "three new methods" where the diff adds fewer in all."""
    if not evidence.whole or not evidence.has_diff:
        return
    for match in _COUNTED.finditer(note.text):
        stated = _NUMBERS[match["count"].lower()]
        names = list(dict.fromkeys(symbol.name for symbol in _added(match["what"], evidence)))
        if 0 < len(names) < stated and _reads_definitions(evidence):
            shown = " and ".join(f"`{name}`" for name in names[:3])
            one = match["what"].removesuffix("es") if match["what"] == "classes" else match["what"].removesuffix("s")
            reason = f"The diff adds {_WORDS[len(names)]} {one if len(names) == 1 else match['what']} in all: {shown}."
            lines = tuple(
                line for symbol in _added(match["what"], evidence) for line in evidence.lines_like(symbol.line, "+")
            )
            yield note.finding("unknown-number", match.start("count"), match.end("count"), reason, None, lines[:3])


def _added(what: str, evidence: Evidence) -> list[Symbol]:
    """Return the definitions that are new in the diff, and no other ones that only moved."""
    kinds = _CLASSES if what.lower().startswith("class") else _CALLED
    gone = {symbol.name for symbol in evidence.symbols if symbol.change == "removed"}
    return [
        symbol
        for symbol in evidence.symbols
        if symbol.change == "added" and symbol.kind in kinds and symbol.name not in gone and not symbol.was
    ]


def _in_sources(symbol: Symbol, evidence: Evidence) -> bool:
    sources = {file.path for file in evidence.files if file.area == "source"}
    return not symbol.local and any(line.path in sources for line in evidence.lines_like(symbol.line, "+"))


def _reads_definitions(evidence: Evidence) -> bool:
    """Tell whether all that could define something is in a language whose definitions are read."""
    return all(file.path.endswith((".py", ".md", ".toml", ".yml", ".yaml", ".txt")) for file in evidence.files)


def _more(count: int) -> str:
    return f" and {count} more" if count > 0 else ""
