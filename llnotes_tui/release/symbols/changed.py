"""From the two sides of a file's diff to the symbols that it added, removed or changed."""

import re
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from llnotes_tui.release.symbols.files import language_of
from llnotes_tui.release.symbols.imports import imported
from llnotes_tui.release.symbols.languages import SQL, Language
from llnotes_tui.release.symbols.lines import Hunk, SideLine, hunks_of
from llnotes_tui.release.symbols.model import CALLABLES, CONTAINERS, Change, Kind, Symbol
from llnotes_tui.release.symbols.names import Mention, columns_of, mentions_of, requirement_pattern, requirements
from llnotes_tui.release.symbols.scan import Found, Scan

_TRAILING_COMMA = re.compile(r",(?=[)\]}]|$)")
_WORD = re.compile(r"\w+")


def changed_symbols(path: str, part: bytes) -> tuple[Symbol, ...]:
    """Return the symbols that one file's part of a patch touches, in the order of the file; never raises.

    A definition on an added line only is `added`, on a removed line only `removed`; on both, or with changed lines
    inside it, `changed`.  A removed and an added definition whose lines differ in the name alone are one symbol that was
    renamed.  Enclosing definitions come from hunk headings and context lines.
    """
    language = language_of(path)
    pattern = requirement_pattern(path)
    if (language is None and pattern is None) or b"@@ " not in part:
        return ()
    hunks = hunks_of(part)
    is_on_changed_line = _changed_text(hunks)
    symbols: list[Symbol] = []
    required = requirements(pattern, hunks) if pattern else {}
    symbols.extend(_required(required))
    if language is None:
        return tuple(symbols)
    symbols.extend(_mentioned(hunks, columns_of if language is SQL else mentions_of) if not language.data else ())
    taken = {symbol.name for symbol in symbols}
    defined = _defined(language, hunks, is_on_changed_line)
    symbols.extend(symbol for symbol in defined if symbol.name not in taken)
    symbols.extend(_imports(language, hunks, {symbol.name for symbol in symbols}))
    return tuple(symbols)


def _changed_text(hunks: list[Hunk]) -> Callable[[str], bool]:
    """Return a test whether a name stands, as a whole word, on an added or removed line."""
    text = "\n".join(line.text for hunk in hunks for side in (hunk.old, hunk.new) for line in side if line.changed)
    words = frozenset(_WORD.findall(text))
    return lambda name: name in words if name.isidentifier() else name in text


def _required(found: dict[str, tuple[str | None, str | None, str]]) -> Iterable[Symbol]:
    for name, (before, after, line) in found.items():
        change: Change = (
            "changed" if before is not None and after is not None else "added" if before is None else "removed"
        )
        yield Symbol(name, "requirement", change, line, on_changed_line=True, before=before or "", after=after or "")


def _imports(language: Language, hunks: list[Hunk], defined: set[str]) -> Iterable[Symbol]:
    came, went = imported(language, hunks)
    sides: tuple[tuple[Change, dict[str, str]], ...] = (("added", came), ("removed", went))
    for change, names in sides:
        for name, line in names.items():
            if name not in defined:
                yield Symbol(name, "import", change, line, on_changed_line=True)


def _mentioned(hunks: list[Hunk], find: Callable[[list[SideLine]], list[tuple[Mention, SideLine]]]) -> list[Symbol]:
    """Compare the options and environment variables (or columns) of both sides."""
    sides: tuple[dict[tuple[str, Kind], list[SideLine]], ...] = ({}, {})
    for hunk in hunks:
        for lines, kept in zip((hunk.old, hunk.new), sides, strict=True):
            for mention, line in find(lines):
                kept.setdefault(mention, []).append(line)
    old, new = sides
    symbols: list[Symbol] = []
    for mention in dict.fromkeys((*old, *new)):
        lines = old.get(mention, []) + new.get(mention, [])
        if any(line.changed for line in lines):
            change: Change = (
                "changed" if mention in old and mention in new else "added" if mention in new else "removed"
            )
            if change == "changed" and mention[1] == "environment variable":
                continue
            symbols.append(Symbol(mention[0], mention[1], change, lines[-1].text.strip(), on_changed_line=True))
    return symbols


def _defined(language: Language, hunks: list[Hunk], is_on_changed_line: Callable[[str], bool]) -> list[Symbol]:
    before, after = Scan(language), Scan(language)
    for hunk in hunks:
        before.hunk(hunk.heading, hunk.old)
        after.hunk(hunk.heading, hunk.new)
    symbols: list[Symbol] = []
    for key in dict.fromkeys((*after.found, *before.found)):
        symbol = _compared(before.found.get(key), after.found.get(key), is_on_changed_line)
        if symbol is not None:
            symbols.append(symbol)
    return _joined(symbols)


def _compared(old: Found | None, new: Found | None, is_on_changed_line: Callable[[str], bool]) -> Symbol | None:
    """Hold what stood there against what stands there."""
    shown = new or old
    if shown is None:
        return None
    if old is None or new is None:
        change: Change = "added" if old is None else "removed"
        if not shown.named_here:
            return None
    elif old.touched or new.touched or old.prose_touched or new.prose_touched:
        change = "changed"
    else:
        return None
    symbol = Symbol(
        shown.name,
        _kind_of(shown),
        change,
        shown.line,
        on_changed_line=is_on_changed_line(shown.name),
        owner=shown.owner,
        public=shown.public,
        doc=shown.doc if change == "added" else "",
        local=shown.local or (shown.from_heading and shown.kind == "function" and shown.line[:1].isspace()),
    )
    return _with_details(symbol, old, new) if old is not None and new is not None else symbol


def _differ(old: Found, new: Found) -> bool:
    """Tell whether more than the formatting of a definition changed."""
    if not (old.touched or new.touched):
        return False
    before, after = (_TRAILING_COMMA.sub("", "".join(side.changed_code)) for side in (old, new))
    return before != after


def _kind_of(found: Found) -> Kind:
    return (
        "variable" if found.kind == "constant" and not found.name.isupper() and found.line[:1].islower() else found.kind
    )


def _with_details(symbol: Symbol, old: Found, new: Found) -> Symbol:
    """Say what changed inside a symbol that is on both sides."""
    context = old.context_uses | new.context_uses
    gained = [use for use in new.changed_uses if use not in old.changed_uses and use not in context]
    lost = [use for use in old.changed_uses if use not in new.changed_uses and use not in context]
    kept = [use for use in new.changed_uses if use in old.changed_uses]
    both_known = old.parameters is not None and new.parameters is not None
    new_names, old_names = new.parameters or (), old.parameters or ()
    return replace(
        symbol,
        prose_only=not _differ(old, new),
        signature=bool(old.signature and new.signature and old.signature != new.signature),
        new_parameters=tuple(name for name in new_names if name not in old_names) if both_known else (),
        gone_parameters=tuple(name for name in old_names if name not in new_names) if both_known else (),
        uses=tuple(use.name for use in gained if use.verb == "call"),
        unused=tuple(use.name for use in lost if use.verb == "call"),
        calls=tuple(use.name for use in kept if use.verb == "call"),
        handles=tuple(use.name for use in gained if use.verb == "catch"),
        raises=tuple(use.name for use in gained if use.verb == "raise"),
        before=old.value if old.value != new.value else "",
        after=new.value if old.value != new.value else "",
    )


def _joined(symbols: list[Symbol]) -> list[Symbol]:
    """Make one of a removed and an added symbol where they are the same one, moved inside the file or renamed."""
    gone = {symbol: None for symbol in symbols if symbol.change == "removed"}
    result: list[Symbol] = []
    for symbol in symbols:
        if symbol.change == "added":
            former = _former(symbol, list(gone))
            if former is not None:
                del gone[former]
                was = former.name if former.name != symbol.name else ""
                symbol = replace(symbol, change="changed", was=was)  # noqa: PLW2901
        result.append(symbol)
    return [symbol for symbol in result if symbol.change != "removed" or symbol in gone]


def _former(symbol: Symbol, gone: list[Symbol]) -> Symbol | None:
    same_name = [other for other in gone if other.name == symbol.name and _alike(other.kind, symbol.kind)]
    if same_name:
        return same_name[0]
    if symbol.kind not in CALLABLES | CONTAINERS:
        return None
    pattern = symbol.line.replace(symbol.name, "\0")
    renamed = [other for other in gone if other.kind == symbol.kind and other.line.replace(other.name, "\0") == pattern]
    # `def run(self):` looks like any other method without arguments: a rename needs something to go by.
    telling = symbol.kind in CONTAINERS or len(pattern) > 24
    return renamed[0] if len(renamed) == 1 and telling else None


def _alike(first: str, second: str) -> bool:
    return first == second or {first, second} <= CALLABLES or {first, second} <= CONTAINERS
