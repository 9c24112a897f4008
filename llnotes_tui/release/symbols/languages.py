"""How the common languages spell a definition.

Every pattern looks at one line, is anchored at its start, and uses possessive repetition or single classes, so none can
backtrack without bound; lines over `lines.MAX_LINE` are never looked at.
"""

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from llnotes_tui.release.symbols.clike import go_private, keyword_private, method_of, rust_private, underscore_private
from llnotes_tui.release.symbols.model import Kind

Rule = tuple[Kind, re.Pattern[str]]
ParameterStyle = Literal["", "name-first", "type-first"]


class Language(NamedTuple):
    """The rules of one language."""

    name: str
    rules: tuple[Rule, ...]
    comments: tuple[str, ...] = ("#",)
    """What a line begins with that is only a comment."""
    parameters: ParameterStyle = ""
    calls: bool = False
    """Its lines call functions, catch and raise."""
    methods: Callable[[str], tuple[str, str] | None] | None = None
    """For languages where a method has no keyword: line -> (owner, name)."""
    private: Callable[[str, str], bool] = underscore_private
    """(name, line) -> not for others to use."""
    docstrings: bool = False
    data: bool = False
    """It has keys and values, no code."""


def _rules(*pairs: tuple[Kind, str]) -> tuple[Rule, ...]:
    return tuple((kind, re.compile(pattern)) for kind, pattern in pairs)


_MODIFIERS = (
    r"\s*+(?:(?:export|default|declare|public|protected|private|internal|fileprivate|open|static|final|abstract|sealed|"
    r"non-sealed|partial|readonly|unsafe|data|inline|value|case|implicit|override|lazy|async|suspend|companion|annotation|"
    r"strictfp|new|expect|actual|inner|enum(?=\s++class))\s++)*+"
)
_SLASHES = ("//", "/*", "*")

PYTHON = Language(
    "Python",
    _rules(
        ("function", r"\s*+(?:async\s++)?def\s++(?P<name>\w++)"),
        ("class", r"\s*+class\s++(?P<name>\w++)"),
        ("constant", r"(?P<name>[A-Za-z_]\w*+)\s*+(?::[^=]*+)?=(?!=)"),
        ("field", r"\s++(?P<name>[A-Za-z_]\w*+)\s*+:\s*+[A-Za-z_\"'][^()]*+(?:=|$)"),
        ("field", r"\s++(?P<name>[A-Z][A-Z0-9_]++)\s*+=(?!=)"),
    ),
    parameters="name-first",
    calls=True,
    docstrings=True,
)
GO = Language(
    "Go",
    _rules(
        ("method", r"func\s++\(\s*+(?:\w++\s++)?\*?(?P<owner>\w++)(?:\[[^]]*+\])?\s*+\)\s*+(?P<name>\w++)"),
        ("function", r"func\s++(?P<name>\w++)"),
        ("interface", r"type\s++(?P<name>\w++)(?:\[[^]]*+\])?\s++interface\b"),
        ("struct", r"type\s++(?P<name>\w++)(?:\[[^]]*+\])?\s++struct\b"),
        ("type", r"type\s++(?P<name>\w++)\s"),
        ("constant", r"(?:const|var)\s++(?P<name>\w++)"),
    ),
    _SLASHES,
    "name-first",
    calls=True,
    private=go_private,
)
JAVA = Language(
    "Java",
    _rules(
        ("class", _MODIFIERS + r"(?:class|record)\s++(?P<name>\w++)"),
        ("interface", _MODIFIERS + r"@?interface\s++(?P<name>\w++)"),
        ("enum", _MODIFIERS + r"enum\s++(?P<name>\w++)"),
        (
            "constant",
            r"\s*+(?:(?:public|private|protected)\s++)?static\s++final\s++[\w<>\[\],.]++\s++(?P<name>\w++)\s*+=",
        ),
    ),
    _SLASHES,
    "type-first",
    calls=True,
    methods=method_of,
    private=keyword_private,
)
CSHARP = Language(
    "C#",
    _rules(
        ("class", _MODIFIERS + r"(?:class|record(?:\s++(?:struct|class))?+)\s++(?P<name>\w++)"),
        ("struct", _MODIFIERS + r"struct\s++(?P<name>\w++)"),
        ("interface", _MODIFIERS + r"interface\s++(?P<name>\w++)"),
        ("enum", _MODIFIERS + r"enum\s++(?P<name>\w++)"),
        (
            "property",
            r"\s*+(?:public|protected|internal)\s++(?:static\s++|required\s++|virtual\s++)*+[\w<>\[\],.?]++\s++(?P<name>\w++)\s*+\{\s*+get\b",
        ),
        (
            "constant",
            r"\s*+(?:(?:public|private|protected|internal)\s++)?const\s++[\w<>\[\],.?]++\s++(?P<name>\w++)\s*+=",
        ),
    ),
    _SLASHES,
    "type-first",
    calls=True,
    methods=method_of,
    private=keyword_private,
)
SCALA = Language(
    "Scala",
    _rules(
        ("object", _MODIFIERS + r"object\s++(?P<name>\w++)"),
        ("class", _MODIFIERS + r"class\s++(?P<name>\w++)"),
        ("trait", _MODIFIERS + r"trait\s++(?P<name>\w++)"),
        ("enum", _MODIFIERS + r"enum\s++(?P<name>\w++)"),
        ("function", _MODIFIERS + r"(?:private\[\w++\]\s++)?def\s++(?P<name>\w++)"),
        ("type", _MODIFIERS + r"type\s++(?P<name>\w++)"),
    ),
    _SLASHES,
    "name-first",
    calls=True,
    private=keyword_private,
)
KOTLIN = Language(
    "Kotlin",
    _rules(
        ("interface", _MODIFIERS + r"(?:fun\s++)?interface\s++(?P<name>\w++)"),
        ("class", _MODIFIERS + r"(?:enum\s++)?class\s++(?P<name>\w++)"),
        ("object", _MODIFIERS + r"object\s++(?P<name>\w++)"),
        (
            "function",
            _MODIFIERS
            + r"(?:operator\s++|infix\s++|tailrec\s++)?fun\s++(?:<[^>]*+>\s*+)?(?:(?P<owner>\w++)(?:<[^>]*+>)?\.)?(?P<name>\w++)",
        ),
        ("constant", _MODIFIERS + r"const\s++val\s++(?P<name>\w++)"),
        ("type", _MODIFIERS + r"typealias\s++(?P<name>\w++)"),
    ),
    _SLASHES,
    "name-first",
    calls=True,
    private=keyword_private,
)
SCRIPT = Language(
    "TypeScript",
    _rules(
        ("class", _MODIFIERS + r"class\s++(?P<name>[\w$]++)"),
        ("interface", _MODIFIERS + r"interface\s++(?P<name>[\w$]++)"),
        ("enum", _MODIFIERS + r"(?:const\s++)?enum\s++(?P<name>[\w$]++)"),
        ("type", _MODIFIERS + r"type\s++(?P<name>[\w$]++)\s*+(?:<[^=]*+>)?\s*+="),
        ("function", _MODIFIERS + r"function\s*+\*?\s*+(?P<name>[\w$]++)"),
        (
            "function",
            r"(?:export\s++)?(?:const|let|var)\s++(?P<name>[\w$]++)[^=]*+=\s*+(?:async\s*+)?(?:function\b|\([^()]*+\)[^=]*+=>|\w++\s*+=>|\($)",
        ),
        ("constant", r"(?:export\s++)?(?:const|let|var)\s++(?P<name>[\w$]++)"),
    ),
    _SLASHES,
    "name-first",
    calls=True,
    methods=method_of,
    private=keyword_private,
)
RUST = Language(
    "Rust",
    _rules(
        (
            "function",
            r"\s*+(?:pub(?:\([^)]*+\))?\s++)?(?:(?:const|async|unsafe|default)\s++|extern\s++\"[^\"]*+\"\s++)*+fn\s++(?P<name>\w++)",
        ),
        ("struct", r"\s*+(?:pub(?:\([^)]*+\))?\s++)?(?:struct|union)\s++(?P<name>\w++)"),
        ("enum", r"\s*+(?:pub(?:\([^)]*+\))?\s++)?enum\s++(?P<name>\w++)"),
        ("trait", r"\s*+(?:pub(?:\([^)]*+\))?\s++)?(?:unsafe\s++)?trait\s++(?P<name>\w++)"),
        ("module", r"\s*+impl(?:<[^{]{0,99}?>)?\s++(?:[^{]{1,199}?\sfor\s++)?(?P<name>\w++)"),
        ("type", r"\s*+(?:pub(?:\([^)]*+\))?\s++)?type\s++(?P<name>\w++)"),
        ("constant", r"\s*+(?:pub(?:\([^)]*+\))?\s++)?(?:const|static)\s++(?:mut\s++)?(?P<name>\w++)\s*+:"),
        ("function", r"\s*+macro_rules!\s++(?P<name>\w++)"),
    ),
    _SLASHES,
    "name-first",
    calls=True,
    private=rust_private,
)
C = Language(
    "C++",
    _rules(
        ("class", r"\s*+(?:template\s*+<[^>]*+>\s*+)?class\s++(?P<name>\w++)(?!\w)[^;]*+$"),
        ("struct", r"\s*+(?:typedef\s++)?(?:struct|union)\s++(?P<name>\w++)\s*+(?:[:{]|$)"),
        ("enum", r"\s*+(?:typedef\s++)?enum\s++(?:class\s++)?(?P<name>\w++)\s*+(?:[:{]|$)"),
        ("constant", r"#\s*+define\s++(?P<name>\w++)"),
    ),
    ("//", "/*", "*"),
    "type-first",
    calls=True,
    methods=method_of,
)
RUBY = Language(
    "Ruby",
    _rules(
        ("class", r"\s*+class\s++(?P<name>[A-Z][\w:]*+)"),
        ("module", r"\s*+module\s++(?P<name>[A-Z][\w:]*+)"),
        ("function", r"\s*+def\s++(?:self\.)?(?P<name>\w++[?!]?)"),
        ("constant", r"\s*+(?P<name>[A-Z][A-Z0-9_]++)\s*+=(?!=)"),
    ),
    parameters="name-first",
    calls=True,
)
PHP = Language(
    "PHP",
    _rules(
        ("class", _MODIFIERS + r"class\s++(?P<name>\w++)"),
        ("interface", _MODIFIERS + r"interface\s++(?P<name>\w++)"),
        ("trait", _MODIFIERS + r"trait\s++(?P<name>\w++)"),
        ("enum", _MODIFIERS + r"enum\s++(?P<name>\w++)"),
        ("function", _MODIFIERS + r"function\s++&?(?P<name>\w++)"),
        ("constant", _MODIFIERS + r"const\s++(?P<name>[A-Z_]\w*+)\s*+="),
    ),
    ("//", "#", "/*", "*"),
    "type-first",
    calls=True,
    private=keyword_private,
)
SHELL = Language(
    "shell",
    _rules(
        ("function", r"\s*+function\s++(?P<name>[\w:.-]++)"),
        ("function", r"\s*+(?P<name>[\w:.-]++)\s*+\(\)"),
        ("environment variable", r"\s*+export\s++(?P<name>[A-Z_][A-Z0-9_]++)="),
    ),
)
_SQL_NAME = r"(?:if\s++(?:not\s++)?exists\s++)?(?P<name>[\w.`\"\[\]${}]++)"
SQL = Language(
    "SQL",
    _rules(
        (
            "table",
            r"(?i:\s*+(?:create|alter|drop)\s++(?:or\s++replace\s++|temp(?:orary)?+\s++|external\s++)*+table\s++"
            + _SQL_NAME
            + ")",
        ),
        (
            "view",
            r"(?i:\s*+(?:create|alter|drop)\s++(?:or\s++replace\s++|temp(?:orary)?+\s++|materialized\s++)*+view\s++"
            + _SQL_NAME
            + ")",
        ),
        (
            "function",
            r"(?i:\s*+(?:create|alter|drop)\s++(?:or\s++replace\s++|temp(?:orary)?+\s++)*+(?:function|procedure)\s++"
            + _SQL_NAME
            + ")",
        ),
    ),
    ("--", "/*", "*"),
)
TERRAFORM = Language(
    "Terraform",
    _rules(
        ("resource", r"(?:resource|data)\s++\"[^\"]++\"\s++\"(?P<name>[^\"]++)\""),
        ("module", r"module\s++\"(?P<name>[^\"]++)\""),
        ("variable", r"variable\s++\"(?P<name>[^\"]++)\""),
        ("output", r"output\s++\"(?P<name>[^\"]++)\""),
    ),
    ("#", "//", "/*", "*"),
)
PROTO = Language(
    "Protocol Buffers",
    _rules(
        ("class", r"\s*+message\s++(?P<name>\w++)"),
        ("interface", r"\s*+service\s++(?P<name>\w++)"),
        ("enum", r"\s*+enum\s++(?P<name>\w++)"),
        ("method", r"\s*+rpc\s++(?P<name>\w++)"),
    ),
    _SLASHES,
)
YAML = Language(
    "YAML", _rules(("key", r"\s*+(?:-\s++)*+[\"']?(?P<name>[A-Za-z_][\w.-]*+)[\"']?\s*+:(?:\s|$)")), data=True
)
JSON = Language("JSON", _rules(("key", r"\s*+[{,]?\s*+\"(?P<name>[A-Za-z_@$][\w.@/-]*+)\"\s*+:")), ("//",), data=True)
TOML = Language(
    "TOML",
    _rules(
        ("section", r"\s*+\[{1,2}(?P<name>[^\[\]]++)\]"), ("key", r"\s*+[\"']?(?P<name>[A-Za-z_][\w.-]*+)[\"']?\s*+=")
    ),
    ("#", ";"),
    data=True,
)
DOCKERFILE = Language(
    "Dockerfile",
    _rules(
        ("stage", r"(?i:from\s++\S++\s++as)\s++(?P<name>[\w.-]++)"),
        ("environment variable", r"(?i:env)\s++(?P<name>[A-Z_]\w*+)"),
        ("variable", r"(?i:arg)\s++(?P<name>[A-Z_]\w*+)"),
    ),
)
MAKEFILE = Language(
    "Makefile",
    _rules(
        ("target", r"(?P<name>[A-Za-z][\w./-]*+)\s*+:(?!=)"),
        ("variable", r"(?:export\s++)?(?P<name>[A-Z_][A-Z0-9_]++)\s*+[:?+]?="),
    ),
)
MARKDOWN = Language("Markdown", _rules(("section", r"#{1,6}\s++(?P<name>[^#\n]++)")), (), data=True)
