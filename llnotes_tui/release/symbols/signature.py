"""Names of parameters, from the text between a definition's brackets."""

import re

from llnotes_tui.release.symbols.languages import Language

_FIRST_NAME = re.compile(
    r"(?:[*&.]|\b(?:mut|val|var|implicit|final|private|public|readonly|override|const)\s)*+\s*+(?P<name>[A-Za-z_$]\w*+)"
)
_LAST_NAME = re.compile(r"(?P<name>\$?[A-Za-z_]\w*+)\s*+(?:\[\])?$")
_RECEIVERS = frozenset({"self", "cls", "this", "void"})
_OPEN, _CLOSE = "([{<", ")]}>"


def signature_of(lines: list[str]) -> tuple[str | None, int]:
    """Return the text between the first brackets and how many lines it takes; None where they do not close."""
    depth = 0
    taken: list[str] = []
    for number, line in enumerate(lines):
        start = line.find("(") if number == 0 else 0
        if start < 0:
            return None, 0
        for position in range(start, len(line)):
            sign = line[position]
            if sign == "(":
                depth += 1
            elif sign == ")":
                depth -= 1
                if depth == 0:
                    taken.append(line[start:position])
                    return " ".join(taken)[1:], number + 1
        taken.append(line[start:].split("  #")[0])
    return None, 0


def parameters_of(text: str, language: Language) -> tuple[str, ...]:
    """Return the names of the parameters in order, without receivers."""
    names: list[str] = []
    for part in _split(text):
        declared = part.split("=")[0].strip()
        if language.parameters == "type-first":
            match = _LAST_NAME.search(declared) if " " in declared or "$" in declared else None
        else:
            match = _FIRST_NAME.match(declared.split(":")[0].strip())
        if match and match["name"] not in _RECEIVERS:
            names.append(match["name"])
    return tuple(names)


def _split(text: str) -> list[str]:
    """Split at the commas that are in no bracket and no string."""
    parts: list[str] = []
    depth = 0
    start = 0
    quote = ""
    for position, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in _OPEN:
            depth += 1
        elif sign in _CLOSE and not (sign == ">" and text[position - 1 : position] in ("-", "=")):
            depth -= 1
        elif sign == "," and depth <= 0:
            parts.append(text[start:position].strip())
            start = position + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]
