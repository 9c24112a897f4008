"""What changed in code, in sentences: made of symbols and counts, so nothing is said that the diff does not show."""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from llnotes_tui.engines.phrases import code, counted, listed, noun, number, sentence
from llnotes_tui.engines.tense import american
from llnotes_tui.release.symbols import CALLABLES, CONTAINERS, Area, Change, Kind, Symbol

_ORDER: tuple[Kind, ...] = (
    "command", "option", "class", "interface", "trait", "struct", "object", "enum", "type", "module", "fixture", "function", "test", "environment variable",
    "property", "method", "table", "view", "column", "target", "resource", "variable", "output", "constant", "field", "requirement", "stage", "key", "section",
)  # fmt: skip
_RANK = {kind: rank for rank, kind in enumerate(_ORDER)}
_FIRST_SENTENCE = re.compile(r"(?<=[.!?])\s")
_IN_CODE = re.compile(r"`([^`]+)`")
_NOT_PLAIN = re.compile(r"[`*<>|\[\]{}\"]|https?:|:$|:\w+:|\b(?:class|func|meth|mod|attr|ref|exc):\w|\bTODO\b")
_USELESS = frozenset(["logger", "log", "setUp", "tearDown", "main", "__all__", "T", "R", "P"])
_CODE_LIKE = re.compile(r"[a-z]\w*+[_.-][\w.-]*+$")
_USELESS_KEYS = frozenset(
    ["name", "description", "version", "type", "id", "commands", "flags", "options", "arguments", "default"]
)
_MOST_NAMED = 4
_MOST_CHANGED = 3
_MOST_DETAILS = 3


class FileFacts(Struct, frozen=True):
    """One file change, as far as notes are made of it."""

    area: Area
    language: str
    """For people: `Python`, `SQL`; empty where it is not known."""
    status: str
    """Letter of `--raw`."""
    symbols: tuple[Symbol, ...]
    added: int
    removed: int
    has_diff: bool = True
    """False for files of the commit that are known by name only."""


def code_sentences(files: Sequence[FileFacts], known: frozenset[str] = frozenset()) -> list[str]:
    """Return what the changed sources say: removed, added, renamed and changed names, requirements; most telling first.

    What was added need not be said again where its name is among the `known`.
    """
    everything = [symbol for file in files for symbol in file.symbols if not _is_noise(symbol)]
    symbols, imports = _parted(everything, "import")
    symbols, moved = _without_moves(symbols)
    shown = _without_members(symbols)
    public = [symbol for symbol in shown if symbol.public]
    # A name that only its own module uses is told where there is no other.
    told = public if any(symbol.kind != "requirement" for symbol in public) else shown
    told, variables = _parted(told, "environment variable")
    told = [symbol for symbol in told if not (symbol.change == "added" and symbol.name in known)]
    said = [
        _removed([symbol for symbol in told if symbol.change == "removed" and symbol.kind != "requirement"]),
        _added([symbol for symbol in told if symbol.change == "added" and symbol.kind != "requirement"], symbols),
        *_documented([symbol for symbol in told if symbol.change == "added" and symbol.doc]),
        _moved(moved),
        _read(variables),
        *_renamed([symbol for symbol in told if symbol.was]),
        *_parameters([symbol for symbol in shown if symbol.new_parameters or symbol.gone_parameters]),
        *_changed(shown, told),
        *_requirements([symbol for symbol in symbols if symbol.kind == "requirement"]),
    ]
    said = [text for text in said if text]
    on_changed_lines = {name for symbol in symbols for name in symbol.names_on_changed_lines}
    if not any(name in on_changed_lines for text in said for name in _IN_CODE.findall(text)):
        said.append(_used(imports))
    return [sentence(text) for text in said if text]


def _used(imports: list[Symbol]) -> str:
    """Where nothing on a changed line has been named yet, what the files began and ceased to import tells at least something."""
    said = []
    for change, verb in (("added", "began"), ("removed", "stopped")):
        names = list(dict.fromkeys(symbol.name for symbol in imports if symbol.change == change))
        others = {symbol.name for symbol in imports if symbol.change != change}
        names = [name for name in names if name not in others]
        if names:
            said.append(f"{verb} importing {_listed_names(names)}")
    return " and ".join(said)


def _is_noise(symbol: Symbol) -> bool:
    """Tell names that mean nothing to a reader: of one letter, of examples in docstrings, of the language's own."""
    if (
        len(symbol.name.strip("_")) < 2
        or (symbol.name in _USELESS and symbol.kind in ("variable", "constant", "method"))
        or symbol.prose_only
        or "`" in symbol.name
    ):
        return True
    if symbol.name.startswith("test_") and not symbol.on_changed_line:
        return True
    if symbol.name.startswith("__") and (symbol.change != "changed" or symbol.kind not in CALLABLES):
        return True
    return symbol.kind == "key" and (symbol.change == "changed" or symbol.name in _USELESS_KEYS)


def _without_moves(symbols: list[Symbol]) -> tuple[list[Symbol], list[Symbol]]:
    """Take out what left one file for another: the same name and kind removed here and added there."""
    movable = CALLABLES | CONTAINERS
    gone = {_identity(symbol) for symbol in symbols if symbol.change == "removed" and symbol.kind in movable}
    come = {_identity(symbol) for symbol in symbols if symbol.change == "added"} & gone
    moved = [symbol for symbol in symbols if symbol.change == "added" and _identity(symbol) in come]
    unclear = _methods_of_unknown_classes(symbols)
    rest = [
        symbol
        for symbol in symbols
        if symbol.change == "changed" or (_identity(symbol) not in come and symbol.name not in unclear)
    ]
    owners = {symbol.name for symbol in moved if symbol.kind in CONTAINERS}
    # A method without its class in sight has too common a name to say that it is the same one.
    return rest, _distinct(
        symbol for symbol in moved if symbol.owner not in owners and (symbol.owner or symbol.kind != "method")
    )


def _methods_of_unknown_classes(symbols: list[Symbol]) -> set[str]:
    """Return the names of methods that went here and came there: nobody can say from the diff whether they are the same."""
    methods = [symbol for symbol in symbols if symbol.kind == "method"]
    came = {symbol.name for symbol in methods if symbol.change == "added"}
    return {symbol.name for symbol in methods if symbol.change == "removed"} & came


def _identity(symbol: Symbol) -> tuple[str, str, Kind]:
    return symbol.name, symbol.owner, symbol.kind


def _without_members(symbols: list[Symbol]) -> list[Symbol]:
    """Leave out what came or went with its class or section, and details of functions."""
    owners = {(symbol.name, symbol.change) for symbol in symbols if symbol.change != "changed"}
    told_by_members = {symbol.owner for symbol in symbols if symbol.owner}
    return _distinct(
        symbol
        for symbol in symbols
        if (symbol.owner, symbol.change) not in owners
        and not (symbol.local and symbol.change != "changed")
        and not (symbol.change == "changed" and symbol.kind in CONTAINERS and symbol.name in told_by_members)
    )


def _distinct(symbols: Iterable[Symbol]) -> list[Symbol]:
    found: dict[tuple[str, Change], Symbol] = {}
    for symbol in symbols:
        # A command `run-it` and the function `run_it` behind it are one to a reader.
        found.setdefault((symbol.name.replace("-", "_"), symbol.change), symbol)
    return list(found.values())


def _removed(symbols: list[Symbol]) -> str:
    return f"removed {phrase(symbols)}" if symbols else ""


def _added(symbols: list[Symbol], everything: list[Symbol]) -> str:
    if not symbols:
        return ""
    text = f"added {phrase(symbols)}"
    classes = [symbol for symbol in symbols if symbol.kind in CONTAINERS]
    if len(classes) == 1 and len(symbols) <= 2:
        members = [
            symbol
            for symbol in everything
            if symbol.owner == classes[0].name
            and symbol.change == "added"
            and symbol.public
            and not symbol.name.startswith("__")
        ]
        if members:
            return f"{text}, with {_names(_distinct(members), 'member')}" if len(symbols) == 1 else text
    return text


def _documented(symbols: list[Symbol]) -> Iterable[str]:
    """Quote what the author says a new name is for, as long as that is short and plain."""
    for symbol in [symbol for symbol in symbols if symbol.kind != "test" and symbol.public][:2]:
        doc = _FIRST_SENTENCE.split(symbol.doc, maxsplit=1)[0].strip(". ")
        if 4 <= len(doc.split()) <= 24 and not _NOT_PLAIN.search(doc):
            yield f'{code(symbol.name)} is documented as "{american(doc)}"'


def _names(symbols: Sequence[Symbol], others: str) -> str:
    names = [code(symbol.name) for symbol in symbols[:_MOST_NAMED]]
    rest = len(symbols) - len(names)
    return listed([*names, counted(rest, f"more {others}")]) if rest > 0 else listed(names)


def _parted(symbols: list[Symbol], kind: Kind) -> tuple[list[Symbol], list[Symbol]]:
    return [symbol for symbol in symbols if symbol.kind != kind], [symbol for symbol in symbols if symbol.kind == kind]


def _read(variables: list[Symbol]) -> str:
    """An environment variable is no definition: what came is that the code reads it."""
    said = []
    for change, verb in (("added", "began to read"), ("removed", "stopped reading")):
        group = [symbol for symbol in variables if symbol.change == change]
        if group:
            said.append(f"{verb} {phrase(group)}")
    return " and ".join(said)


def _moved(symbols: list[Symbol]) -> str:
    public = [symbol for symbol in symbols if symbol.public] or symbols
    return f"moved {phrase(public)} to another file" if public else ""


def _renamed(symbols: list[Symbol]) -> Iterable[str]:
    for symbol in symbols[:_MOST_CHANGED]:
        yield f"renamed the {code(symbol.was)} {noun(symbol.kind, 1)} to {code(symbol.name)}"


def _parameters(symbols: list[Symbol]) -> Iterable[str]:
    """Say which parameters came and went, functions with the same news together."""
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Symbol]] = {}
    for symbol in symbols:
        groups.setdefault((symbol.new_parameters, symbol.gone_parameters), []).append(symbol)
    ordered = sorted(groups.items(), key=lambda group: not any(symbol.public for symbol in group[1]))
    for (new, gone), group in ordered[:2]:
        said = [
            f"{verb} the {'parameter' if len(names) == 1 else 'parameters'} {_listed_names(names)}"
            for verb, names in (("gained", new), ("lost", gone))
            if names
        ]
        yield f"{phrase(group)} {' and '.join(said)}"


def _listed_names(names: Sequence[str]) -> str:
    shown = [code(name) for name in names[:_MOST_NAMED]]
    rest = len(names) - len(shown)
    return listed([*shown, f"{number(rest)} more"]) if rest > 0 else listed(shown)


def _changed(shown: list[Symbol], told: list[Symbol]) -> Iterable[str]:
    """Say what changed inside definitions: those with details first, one sentence each; the rest by name."""
    inside = [
        symbol for symbol in shown if symbol.change == "changed" and not symbol.was and symbol.kind != "requirement"
    ]
    inside = [
        symbol
        for symbol in inside
        if not (symbol.new_parameters or symbol.gone_parameters)
        and symbol.kind not in ("environment variable", "option")
    ]
    detailed = [(symbol, details) for symbol in inside if (details := _details(symbol))]
    detailed.sort(key=lambda pair: (pair[0].local, not pair[0].public, -len(pair[1])))
    room = 1 if any(symbol.change != "changed" for symbol in told) else 2
    groups: dict[str, list[Symbol]] = {}
    for symbol, details in detailed:
        groups.setdefault(details, []).append(symbol)
    named: set[str] = set()
    for details, group in list(groups.items())[:room]:
        alike = group if details.startswith("to ") else group[:1]
        yield f"changed {phrase(alike)} {details}"
        named |= {symbol.name for symbol in alike}
    rest = [
        symbol
        for symbol in inside
        if symbol.name not in named and not symbol.local and symbol.kind not in ("section", "key")
    ]
    public = [symbol for symbol in rest if symbol.public]
    rest = public or ([] if named else rest)
    if not rest and not named:
        rest = [symbol for symbol in inside if symbol.kind not in ("section", "key")]
    signatures = [symbol for symbol in rest if symbol.signature]
    bodies = [symbol for symbol in rest if not symbol.signature]
    if signatures:
        yield f"changed the {'signature' if len(signatures) == 1 else 'signatures'} of {phrase(signatures)}"
    if bodies:
        yield f"{'also ' if named or signatures else ''}changed {phrase(bodies)}"


def _details(symbol: Symbol) -> str:
    """Return what the added lines inside a definition do."""
    parts: list[str] = []
    uses, unused = _plain(symbol.uses), _plain(symbol.unused)
    if len(uses) == 1 and len(unused) == 1:
        parts.append(f"use {code(uses[0])} instead of {code(unused[0])}")
    elif uses:
        parts.append(f"use {listed([code(name) for name in uses[:_MOST_DETAILS]])}")
    if symbol.handles:
        parts.append(f"handle {listed([code(name) for name in symbol.handles[:_MOST_DETAILS]])}")
    if symbol.raises:
        parts.append(f"raise {listed([code(name) for name in symbol.raises[:_MOST_DETAILS]])}")
    if parts:
        return "to " + listed(parts)
    if unused:
        return f"where it used {listed([code(name) for name in unused[:_MOST_DETAILS]])}"
    calls = _plain(symbol.calls)
    return f"where it calls {listed([code(name) for name in calls[:2]])}" if calls else ""


def _plain(names: Sequence[str]) -> list[str]:
    return [name for name in names if not name.startswith("_")] or list(names)


def _requirements(symbols: list[Symbol]) -> Iterable[str]:
    changed = [symbol for symbol in symbols if symbol.change == "changed"]
    for symbol in changed[:2]:
        yield f"changed the requirement on {code(symbol.name)} from {code(symbol.before)} to {code(symbol.after)}"
    rest = changed[2:]
    if rest:
        yield f"changed the requirements on {_listed_names([symbol.name for symbol in rest])}"
    for change in ("added", "removed"):
        names = [symbol.name for symbol in symbols if symbol.change == change]
        if names:
            yield f"{change} {'a requirement' if len(names) == 1 else 'requirements'} on {_listed_names(names)}"


def phrase(symbols: Sequence[Symbol]) -> str:
    """Return symbols as a noun phrase: `the `A` class, the functions `b` and `c`, and five more methods`."""
    kinds: dict[Kind, list[Symbol]] = {}
    for symbol in sorted(symbols, key=lambda symbol: _RANK.get(symbol.kind, len(_ORDER))):
        kinds.setdefault(symbol.kind, []).append(symbol)
    if len(symbols) > 1 and not any(symbol.public for symbol in symbols):
        return phrase([replace(symbol, public=True) for symbol in symbols]).replace("the ", "the internal ", 1)
    parts: list[str] = []
    room = _MOST_NAMED + 2
    left_over = 0
    for kind, group in kinds.items():
        names = [_shown(symbol) for symbol in group[: min(room, _MOST_NAMED)]]
        room -= len(names)
        rest = len(group) - len(names)
        if not names:
            left_over += rest
        elif len(group) == 1:
            parts.append(_one(group[0], names[0]))
        elif rest:
            parts.append(f"the {noun(kind, 2)} {listed([*names, f'{number(rest)} more'])}")
        else:
            parts.append(f"the {noun(kind, 2)} {listed(names)}{_common_owner(group)}")
    if left_over:
        parts.append(f"{number(left_over)} more {'definition' if left_over == 1 else 'definitions'}")
    return listed(parts)


def _shown(symbol: Symbol) -> str:
    """Return a name as code, a heading of a document as a quotation."""
    if symbol.kind == "section" and not _CODE_LIKE.match(symbol.name):
        return f'"{symbol.name.rstrip(": ")}"'
    return code(symbol.name)


def _one(symbol: Symbol, name: str) -> str:
    internal = "" if symbol.public else "internal "
    return f"the {internal}{name} {noun(symbol.kind, 1)}{_common_owner([symbol])}"


def _common_owner(symbols: Sequence[Symbol]) -> str:
    owners = {symbol.owner for symbol in symbols}
    owner = owners.pop()
    if owners or not owner or symbols[0].kind not in CALLABLES | {"field", "constant"} or owner == symbols[0].name:
        return ""
    return f" of {code(owner)}"
