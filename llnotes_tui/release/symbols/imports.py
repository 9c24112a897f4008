"""Names that a file takes from elsewhere: what it began or stopped to use, seen from its import lines."""

import re

from llnotes_tui.release.symbols import languages
from llnotes_tui.release.symbols.languages import Language
from llnotes_tui.release.symbols.lines import Hunk, SideLine

_PYTHON = re.compile(r"from\s++(?P<module>[\w.]++)\s++import\s++(?P<names>[^#]*+)")
_PYTHON_PART = re.compile(r"\s++(?P<name>\w++)(?:\s++as\s++\w++)?,\s*+(?:#.*)?$")
_SCRIPT = re.compile(r"(?:import|export)\s++(?:type\s++)?(?:\w++\s*+,\s*+)?\{(?P<names>[^{}]*+)\}\s*+from\b")
_JVM = re.compile(r"import\s++(?:static\s++)?[\w.]++\.(?P<names>[A-Z]\w*+);?\s*+$")
_RUST = re.compile(r"(?:pub\s++)?use\s++[\w:]++::(?:\{(?P<many>[\w\s,]++)\}|(?P<names>\w++));")
_PATTERNS: dict[str, re.Pattern[str]] = {
    languages.PYTHON.name: _PYTHON,
    languages.SCRIPT.name: _SCRIPT,
    languages.JAVA.name: _JVM,
    languages.KOTLIN.name: _JVM,
    languages.SCALA.name: _JVM,
    languages.RUST.name: _RUST,
}
_OF_THE_LANGUAGE = (
    "typing",
    "typing_extensions",
    "collections",
    "dataclasses",
    "__future__",
    "abc",
    "functools",
    "contextlib",
    "pathlib",
    "datetime",
)


def imported(language: Language, hunks: list[Hunk]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names that changed lines began, and ceased, to import, each with its line; moves between modules are neither."""
    pattern = _PATTERNS.get(language.name)
    if pattern is None:
        return {}, {}
    before: dict[str, SideLine] = {}
    after: dict[str, SideLine] = {}
    for hunk in hunks:
        for lines, kept in ((hunk.old, before), (hunk.new, after)):
            for name, line in _names(language, pattern, lines):
                kept.setdefault(name, line)
    came = {name: line.text.strip() for name, line in after.items() if line.changed and name not in before}
    went = {name: line.text.strip() for name, line in before.items() if line.changed and name not in after}
    return came, went


def _names(language: Language, pattern: re.Pattern[str], lines: list[SideLine]) -> list[tuple[str, SideLine]]:
    found: list[tuple[str, SideLine]] = []
    is_open = language is languages.PYTHON and _begins_inside(lines)
    for line in lines:
        if is_open:
            part = _PYTHON_PART.match(line.text)
            is_open = part is not None
            if part:
                found.append((part["name"], line))
            continue
        match = pattern.match(line.text)
        if match is None or match.groupdict().get("module", "").partition(".")[0] in _OF_THE_LANGUAGE:
            continue
        names = match["names"] or match.groupdict().get("many") or ""
        is_open = language is languages.PYTHON and names.strip() == "("
        found.extend((name, line) for name in _split(names))
    return found


def _begins_inside(lines: list[SideLine]) -> bool:
    """Tell whether a hunk begins among the names of an import whose first line is above it."""
    for line in lines:
        if line.text.startswith(")"):
            return True
        if not _PYTHON_PART.match(line.text):
            return False
    return False


def _split(names: str) -> list[str]:
    parts = (part.split(" as ")[0].removeprefix("type ").strip() for part in names.strip("() \n").split(","))
    return [part for part in parts if part.isidentifier()]
