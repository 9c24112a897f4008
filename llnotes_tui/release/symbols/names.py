"""Names that have no definition of their own: command-line options, environment variables, requirements."""

import re

from llnotes_tui.release.symbols.lines import Hunk, SideLine
from llnotes_tui.release.symbols.model import Kind

_OPTION_CALL = re.compile(
    r"(?i)(?:add_argument|add_option|option|argument|flags?\(\)|flag|arg)(?:\.|_)?\w*+\($|(?:add_argument|add_option|\.option|@[\w.]*+option|\bOption|\bArgument)\s*+\("
)
_LONG_OPTION = re.compile(r"[\"'`](?P<name>--[A-Za-z][A-Za-z0-9-]*+)")
_GO_FLAG = re.compile(r"(?:[fF]lags\(\)|\bflag)\.\w++\(\s*+(?:&[\w.]++\s*+,\s*+)?\"(?P<name>[A-Za-z][A-Za-z0-9-]*+)\"")
_ENVIRONMENT = re.compile(
    r"(?:os\.environ(?:\.(?:get|setdefault|pop)\(|\[)|getenv\(|Getenv\(|LookupEnv\(|env::var\(|ENV\[|ENV\.fetch\(|environ\.get\(|process\.env\[)\s*+[\"'](?P<name>[A-Z][A-Z0-9_]{2,})[\"']"
    r"|process\.env\.(?P<dotted>[A-Z][A-Z0-9_]{2,})"
)
_PYTHON_REQUIREMENT = re.compile(
    r"\s*+[\"']?(?P<name>[A-Za-z][\w.-]*+(?:\[[\w,.-]*+\])?)\s*+(?P<value>(?:(?:[<>=!~]=|[<>])=?\s*+[\w.*+-]++\s*+,?\s*+)++)(?:;[^\"']*+)?[\"']?\s*+,?\s*+(?:#.*)?$"
)
_NODE_REQUIREMENT = re.compile(
    r"\s*+\"(?P<name>@?[a-z][\w./-]*+)\"\s*+:\s*+\"(?P<value>[\^~>=<]*+\d[\w.\s<>=|^~-]*+)\"\s*+,?$"
)
_GO_REQUIREMENT = re.compile(r"\s*+(?:require\s++)?(?P<name>[a-z][\w-]*+\.[\w./-]++)\s++(?P<value>v\d[\w.+-]*+)")
_CARGO_REQUIREMENT = re.compile(
    r"(?P<name>[a-z][\w-]*+)\s*+=\s*+(?:\{[^}]*?version\s*+=\s*+)?\"(?P<value>[\^~>=<]*+\d[\w.,\s<>=*^~-]*+)\""
)

_COLUMN = re.compile(r"(?i)(?<![\w.])as\s++`?(?P<name>[a-z_]\w++)`?\s*+(?:,|$|--|from\b)")
_SQL_TYPES = frozenset(
    [
        "string",
        "int",
        "integer",
        "bigint",
        "double",
        "float",
        "date",
        "timestamp",
        "boolean",
        "decimal",
        "binary",
        "select",
    ]
)

Mention = tuple[str, Kind]


def mentions_of(hunk: list[SideLine]) -> list[tuple[Mention, SideLine]]:
    """Return the options and environment variables that the lines of one side define or read."""
    found: list[tuple[Mention, SideLine]] = []
    opened = False
    for line in hunk:
        text = line.text
        if opened or "--" in text:
            declares = opened or _OPTION_CALL.search(text) is not None
            match = _LONG_OPTION.search(text) if declares else None
            if match:
                found.append(((match["name"], "option"), line))
        opened = text.rstrip().endswith("(") and _OPTION_CALL.search(text.strip()) is not None
        if "lag" in text:
            found.extend(((f"--{match['name']}", "option"), line) for match in _GO_FLAG.finditer(text))
        if "nv" in text or "NV" in text:
            found.extend(
                ((match["name"] or match["dotted"], "environment variable"), line)
                for match in _ENVIRONMENT.finditer(text)
            )
    return found


def columns_of(hunk: list[SideLine]) -> list[tuple[Mention, SideLine]]:
    """Return the columns that queries name, from the lines of one side."""
    return [
        ((match["name"], "column"), line)
        for line in hunk
        for match in _COLUMN.finditer(line.text)
        if match["name"].lower() not in _SQL_TYPES
    ]


def requirement_pattern(path: str) -> re.Pattern[str] | None:
    """Return how this file names what the project depends on, None for files that do not."""
    name = path.rpartition("/")[2].lower()
    if name in ("pyproject.toml", "setup.py", "setup.cfg", "environment.yml") or (
        name.startswith("requirements") and name.endswith(".txt")
    ):
        return _PYTHON_REQUIREMENT
    if name == "package.json":
        return _NODE_REQUIREMENT
    if name == "go.mod":
        return _GO_REQUIREMENT
    return _CARGO_REQUIREMENT if name == "cargo.toml" else None


def requirements(pattern: re.Pattern[str], hunks: list[Hunk]) -> dict[str, tuple[str | None, str | None, str]]:
    """Return for each requirement on a changed line its version before and after (None where it is not there), and its line."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    lines: dict[str, str] = {}
    for hunk in hunks:
        for side, kept in ((hunk.old, before), (hunk.new, after)):
            for line in side:
                match = pattern.match(line.text) if line.changed else None
                if match:
                    name = match["name"].partition("[")[0]
                    kept[name] = match["value"].strip().rstrip(",").strip()
                    lines[name] = line.text.strip()
    return {
        name: (before.get(name), after.get(name), lines[name]) for name in lines if before.get(name) != after.get(name)
    }
