"""Definitions on one side of a file's diff, and what its changed lines do inside each of them."""

import re
from collections import Counter
from dataclasses import dataclass, field

from llnotes_tui.release.symbols import languages
from llnotes_tui.release.symbols.languages import Language
from llnotes_tui.release.symbols.lines import SideLine, indent_of
from llnotes_tui.release.symbols.model import CALLABLES, CONTAINERS, Kind
from llnotes_tui.release.symbols.prose import docstring_after, prose_lines
from llnotes_tui.release.symbols.signature import parameters_of, signature_of
from llnotes_tui.release.symbols.uses import Use, uses_of

_HEADING_WIDTH = 78
"""Git cuts a hunk heading at 80 bytes: a name at its end may be half a name."""
_DECORATOR = re.compile(r"@([A-Za-z_]\w++)(?:\(|\s|$)")
_PARAMETER = re.compile(r"\s++(?:(?:\*{1,2}|val |var |mut )?\w++\??\s*+(?:[:=].*)?,?|[*/],)\s*+(?:#.*|//.*)?$")
_LISTED_NAME = re.compile(r"\s*+-\s++name\s*+:\s*+[\"']?(?P<name>[A-Za-z][\w-]*+)[\"']?\s*+$")
_LISTS: dict[str, Kind] = {"commands": "command", "flags": "option", "options": "option", "arguments": "option"}
_RECEIVER = re.compile(r"def\s++\w++\(\s*+(?:self|cls)\b")
_DECORATED: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"@(?:pytest\.|pytest_asyncio\.)?fixture\b"), "fixture"),
    (re.compile(r"@(?:functools\.)?(?:cached_)?property\b|@\w++\.setter\b"), "property"),
    (re.compile(r"@[\w.]*?\bcommand\b"), "command"),
)


@dataclass(slots=True)
class Found:
    """A definition as one side shows it."""

    name: str
    kind: Kind
    line: str
    depth: int
    owner: str = ""
    named_here: bool = False
    """Its defining line is an added (or removed) one."""
    from_heading: bool = False
    touched: bool = False
    prose_touched: bool = False
    local: bool = False
    public: bool = True
    parameters: tuple[str, ...] | None = None
    signature: str = ""
    value: str = ""
    doc: str = ""
    changed_code: list[str] = field(default_factory=list)
    """Its changed lines without white space and kinds of quotes: what formatting leaves as it was."""
    changed_uses: Counter[Use] = field(default_factory=Counter)
    """On changed lines."""
    context_uses: set[Use] = field(default_factory=set)
    """On the lines around them."""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others in the file, on both sides."""
        return self.owner, self.name


class Scan:
    """Reads one side of all hunks of a file, top-down; `found` has the definitions by owner and name."""

    def __init__(self, language: Language) -> None:
        self.found: dict[tuple[str, str], Found] = {}
        self._language = language
        self._stack: list[Found] = []
        self._pending: list[SideLine] = []

    def hunk(self, heading: str, lines: list[SideLine]) -> None:
        """Read one side of one hunk."""
        self._stack = []
        self._pending = []
        self._open_heading(heading)
        skip_until = self._rest_of_signature(lines)
        prose = prose_lines(self._language, [line.text for line in lines])
        for index, line in enumerate(lines):
            text = line.text
            stripped = text.strip()
            if not stripped or index < skip_until:
                continue
            if index in prose or stripped.startswith(self._language.comments or "\0"):
                self._touch_prose(line)
                continue
            definition = self._definition(text)
            if definition is None:
                self._body_line(line, stripped)
                continue
            self._open(definition, line)
            if line.changed:
                definition.changed_code.append(_unformatted(text))
            if self._language.parameters and definition.kind in CALLABLES:
                skip_until = self._read_signature(definition, lines, index)
            if self._language.docstrings and line.changed:
                definition.doc = self._doc(lines, max(skip_until, index + 1))

    def _open_heading(self, heading: str) -> None:
        if not heading:
            return
        definition = self._definition(heading, heading=True)
        if definition is None or (len(heading.encode()) >= _HEADING_WIDTH and heading.endswith(definition.name)):
            return
        definition.from_heading = True
        definition.public = not self._language.private(definition.name, definition.line)
        if self._is_python_method(definition):
            definition.depth = 4
            definition.kind = "method"
        self._keep(definition)

    def _rest_of_signature(self, lines: list[SideLine]) -> int:
        """Take in parameters whose function's first line is above the hunk; return the index of the first line after them."""
        definition = self._stack[-1] if self._stack else None
        if definition is None or self._language.parameters != "name-first" or not definition.line.endswith("("):
            return 0
        end = next((index for index, line in enumerate(lines) if line.text.lstrip().startswith(")")), 0)
        if not end or not all(_PARAMETER.match(line.text) for line in lines[:end]):
            return 0
        definition.signature = " ".join(line.text.strip() for line in lines[: end + 1])
        definition.parameters = parameters_of(
            " ".join(line.text.split("  #")[0] for line in lines[:end]), self._language
        )
        changed = [line for line in lines[: end + 1] if line.changed]
        definition.touched = bool(changed)
        definition.changed_code.extend(_unformatted(line.text) for line in changed)
        return end + 1

    def _definition(self, text: str, *, heading: bool = False) -> Found | None:
        language = self._language
        for kind, pattern in language.rules:
            match = pattern.match(text)
            if match and self._fits(kind, text, heading=heading):
                name = match["name"].strip("`\"' ")
                owner = match.groupdict().get("owner") or ""
                listed = _LISTED_NAME.match(text) if self._language is languages.YAML and name == "name" else None
                if listed:
                    return self._list_item(listed["name"], text)
                return Found(name, kind, text.strip(), self._depth(kind, text), owner) if name else None
        method = language.methods(text) if language.methods else None
        if method is None:
            return None
        return Found(method[1], "method" if method[0] else "function", text.strip(), indent_of(text), method[0])

    def _list_item(self, name: str, text: str) -> Found:
        """`- name: x` under `commands:` or `flags:` declares a command or an option; elsewhere it is an item's name."""
        lists = [
            frame.name
            for frame in reversed(self._stack)
            if 0 <= indent_of(text) - frame.depth <= 4 and frame.name in _LISTS
        ]
        kind = _LISTS[lists[0]] if lists else "key"
        return Found(name if lists else "name", kind, text.strip(), indent_of(text) + 2)

    def _fits(self, kind: Kind, text: str, *, heading: bool) -> bool:
        """A field stands in a class, not in a function; a heading names what can hold lines."""
        if kind == "field":
            around = self._around(indent_of(text))
            return not heading and around is not None and around.kind in CONTAINERS
        return not (heading and kind == "constant")

    def _around(self, depth: int) -> Found | None:
        """Return the innermost open definition that a line of this indentation stands in."""
        return next((frame for frame in reversed(self._stack) if frame.depth < depth), None)

    def _depth(self, kind: Kind, text: str) -> int:
        if kind == "section" and self._language is languages.MARKDOWN:
            return len(text) - len(text.lstrip("#")) - 10
        if kind == "section":
            return -1
        return indent_of(text) + (2 if self._language is languages.YAML and text.lstrip().startswith("- ") else 0)

    def _is_python_method(self, definition: Found) -> bool:
        is_dunder = definition.name.startswith("__") and definition.name.endswith("__")
        return self._language is languages.PYTHON and (is_dunder or _RECEIVER.search(definition.line) is not None)

    def _open(self, definition: Found, line: SideLine) -> None:
        self._pop(definition.depth)
        if self._is_python_method(definition):
            definition.kind = "method"
            if self._stack and self._stack[-1].from_heading and self._stack[-1].kind in CALLABLES:
                # A heading does not show its indentation; a method ends what it named.
                self._stack.pop()
        around = self._stack[-1] if self._stack else None
        if (
            around
            and around.kind in CALLABLES
            and not around.from_heading
            and definition.kind in CALLABLES | {"constant"}
        ):
            # A function inside a function is a detail of the outer one.
            self._touch(around, line)
            if line.changed:
                around.changed_code.append(_unformatted(line.text))
            definition.local = True
        elif around and around.kind in CALLABLES and definition.kind in CALLABLES:
            definition.local = True
        if definition.kind == "function" and around and around.kind in CONTAINERS:
            definition.kind = "method"
        holds = around is not None and (around.kind in CONTAINERS or (self._language.data and definition.kind == "key"))
        if not definition.owner and around and holds:
            definition.owner = around.name
        definition.public = not self._language.private(definition.name, definition.line) and (
            around is None or around.public
        )
        decorated = any(pending.changed for pending in self._pending)
        definition.named_here = line.changed
        definition.touched = line.changed or decorated
        for pending in self._pending:
            decorators = [Use("call", name) for name in _DECORATOR.findall(pending.text)]
            if pending.changed:
                definition.changed_uses.update(decorators)
                definition.changed_code.append(_unformatted(pending.text))
        self._decorate(definition)
        definition.value = self._value(line.text) if self._language.data else ""
        self._keep(definition)

    def _decorate(self, definition: Found) -> None:
        for pending in self._pending:
            for pattern, kind in _DECORATED:
                if pattern.match(pending.text.strip()) and definition.kind in CALLABLES:
                    definition.kind = kind
        self._pending = []

    def _keep(self, definition: Found) -> None:
        known = self.found.get(definition.key)
        if known is None:
            self.found[definition.key] = definition
        else:
            known.touched |= definition.touched
            known.named_here &= definition.named_here
            known.from_heading &= definition.from_heading
            known.changed_code.extend(definition.changed_code)
            known.changed_uses.update(definition.changed_uses)
            definition = known if known.depth == definition.depth else definition
        self._stack.append(definition)

    def _read_signature(self, definition: Found, lines: list[SideLine], index: int) -> int:
        """Take in the parameters; return the index of the first line after the signature."""
        text, end = signature_of([line.text for line in lines[index : index + 60]])
        if text is None:
            return index
        definition.parameters = parameters_of(text, self._language)
        definition.signature = " ".join(" ".join(line.text for line in lines[index : index + end]).split())
        if (
            definition.kind == "function"
            and self._language is languages.PYTHON
            and _RECEIVER.search(definition.signature)
        ):
            definition.kind = "method"
        if any(line.changed for line in lines[index : index + end]):
            definition.touched = True
            definition.changed_code.extend(
                _unformatted(line.text) for line in lines[index + 1 : index + end] if line.changed
            )
        return index + end

    def _doc(self, lines: list[SideLine], start: int) -> str:
        """Return what the docstring of a new definition begins with, as far as added lines say it."""
        below = [line.text for line in lines[start : start + 12] if line.changed]
        return docstring_after(below) if lines[start : start + 1] and lines[start].changed else ""

    def _body_line(self, line: SideLine, stripped: str) -> None:
        if stripped.startswith("@") and self._language.calls:
            self._pending.append(line)
            return
        if not stripped.startswith((")", "]", "{", "}")) or (indent_of(line.text) == 0 and stripped[0] == "}"):
            self._pop(indent_of(line.text))
        around = self._stack[-1] if self._stack else None
        if around is None:
            return
        uses = uses_of(line.text) if self._language.calls else ()
        if line.changed:
            self._touch(around, line)
            around.changed_code.append(_unformatted(line.text))
            around.changed_uses.update(uses)
        else:
            around.context_uses.update(uses)

    def _touch(self, definition: Found, line: SideLine) -> None:
        if line.changed:
            definition.touched = True

    def _touch_prose(self, line: SideLine) -> None:
        around = self._around(indent_of(line.text))
        if line.changed and around is not None:
            around.prose_touched = True

    def _pop(self, depth: int) -> None:
        while self._stack and self._stack[-1].depth >= depth:
            self._stack.pop()

    def _value(self, text: str) -> str:
        """Return the plain value of `key: value` or `key = value`, if it is short and no structure."""
        _, found, value = text.partition("=" if self._language is languages.TOML else ":")
        plain = value.strip().rstrip(",").strip().strip("\"'") if found else ""
        return "" if len(plain) > 40 or plain.startswith(("[", "{", "|", ">", "&", "*")) else plain


def _unformatted(text: str) -> str:
    return "".join(text.split()).replace("'", '"')
