"""What a symbol is, and how a language tells where one begins."""

from typing import Literal

from msgspec import Struct

Kind = Literal[
    "class",
    "interface",
    "trait",
    "enum",
    "struct",
    "object",
    "type",
    "module",
    "function",
    "method",
    "property",
    "fixture",
    "test",
    "command",
    "option",
    "environment variable",
    "constant",
    "field",
    "key",
    "section",
    "target",
    "table",
    "view",
    "column",
    "resource",
    "variable",
    "output",
    "stage",
    "requirement",
    "import",
]
Change = Literal["added", "removed", "changed"]

CONTAINERS: frozenset[str] = frozenset({"class", "interface", "trait", "enum", "struct", "object", "module"})
CALLABLES: frozenset[str] = frozenset({"function", "method", "fixture", "test", "command", "property"})


class Symbol(Struct, frozen=True):
    """A name that a file change added, removed or changed, with what is known about how."""

    name: str
    kind: Kind
    change: Change
    line: str
    """The line that defines it (or the hunk heading that names it), stripped."""
    on_changed_line: bool
    """Its name stands on an added or removed line; else only in a hunk heading or on a context line."""
    owner: str = ""
    """The class (or section) around it, where the diff shows one."""
    was: str = ""
    """Its former name, where the definition lines differ in nothing but the name."""
    public: bool = True
    """By the customs of its language; what stands inside something private is private too."""
    local: bool = False
    """It probably stands inside another function that the diff does not show."""
    prose_only: bool = False
    """Only comments, docstrings, formatting or its place in the file changed."""
    signature: bool = False
    """Its signature reads differently, whatever its parameters are called."""
    new_parameters: tuple[str, ...] = ()
    gone_parameters: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    """Functions and classes called on its added lines, and on no other line of it in this diff."""
    unused: tuple[str, ...] = ()
    """The same for removed lines."""
    calls: tuple[str, ...] = ()
    """Called on removed and on added lines of it: how it calls them may have changed."""
    handles: tuple[str, ...] = ()
    """Exceptions caught on added lines only."""
    raises: tuple[str, ...] = ()
    """Exceptions raised on added lines only."""
    doc: str = ""
    """Of something added: the first sentence of its docstring, as it stands on the added lines."""
    before: str = ""
    """Of a requirement or a key with a plain value: the value before."""
    after: str = ""
    """And the value after."""

    @property
    def names_on_changed_lines(self) -> tuple[str, ...]:
        """All names that this symbol brings from added and removed lines: its own, and what its changed lines use."""
        own = ((self.name,) if self.on_changed_line else ()) + ((self.was,) if self.was else ())
        parameters = self.new_parameters + self.gone_parameters
        return own + parameters + self.uses + self.unused + self.calls + self.handles + self.raises
