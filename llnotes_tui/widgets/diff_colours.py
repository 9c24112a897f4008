"""Syntax colours for the lines of a diff: names of styles by the kind of token, found with pygments, off the screen's thread."""

from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from llnotes_tui.widgets.diff_lines import Page, Row

if TYPE_CHECKING:
    from pygments.lexer import Lexer

Spans = tuple[tuple[int, int, str], ...]
"""Start and end in the row's text, and the style's name."""

_STYLES = (
    ("Token.Keyword", "code--keyword"),
    ("Token.Operator.Word", "code--keyword"),
    ("Token.Name.Tag", "code--keyword"),
    ("Token.Name.Function", "code--name"),
    ("Token.Name.Class", "code--name"),
    ("Token.Name.Attribute", "code--name"),
    ("Token.Name.Builtin", "code--builtin"),
    ("Token.Name.Exception", "code--builtin"),
    ("Token.Name.Constant", "code--builtin"),
    ("Token.Name.Decorator", "code--decorator"),
    ("Token.Literal.String.Doc", "code--comment"),
    ("Token.Literal.String", "code--string"),
    ("Token.Literal.Number", "code--number"),
    ("Token.Literal.Date", "code--number"),
    ("Token.Comment", "code--comment"),
    ("Token.Generic.Heading", "code--strong"),
    ("Token.Generic.Subheading", "code--strong"),
    ("Token.Generic.Strong", "code--strong"),
)


def colour(page: Page, path: str) -> None:
    """Fill in the colours of a page, by the language that its path tells.

    Lines of the new side are read together, and so are those of the old, for a string may go over several lines.
    """
    lexer = lexer_for(path)
    nothing: Spans = ()
    found: list[Spans] = [nothing] * len(page.rows)
    if lexer is not None:
        removed = [index for index, row in enumerate(page.rows) if row.kind == "removed"]
        if removed:
            old = [index for index, row in enumerate(page.rows) if row.kind in ("removed", "context")]
            for index, spans in zip(old, _lexed(lexer, page.rows, old), strict=True):
                found[index] = spans
        new = [index for index, row in enumerate(page.rows) if row.kind in ("added", "context")]
        for index, spans in zip(new, _lexed(lexer, page.rows, new), strict=True):
            found[index] = spans
    page.colours = tuple(found)


def lexer_for(path: str) -> "Lexer | None":
    """Return the lexer for a path, None where the language is unknown or plain text."""
    name = PurePosixPath(path).name
    return _lexer(name if "." not in name.strip(".") else f"name{PurePosixPath(name).suffix}")


@lru_cache(maxsize=64)
def _lexer(name: str) -> "Lexer | None":
    from pygments.lexers import get_lexer_for_filename
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_for_filename(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return None if lexer.name == "Text only" else lexer


def _lexed(lexer: "Lexer", rows: tuple[Row, ...], wanted: list[int]) -> list[Spans]:
    """Return the spans of the wanted rows, read as one text."""
    lines: list[Spans] = []
    line: list[tuple[int, int, str]] = []
    column = 0
    for kind, value in lexer.get_tokens("\n".join(rows[index].text for index in wanted)):
        style = _style_of(str(kind))
        for position, piece in enumerate(value.split("\n")):
            if position:
                lines.append(tuple(line))
                line = []
                column = 0
            if piece and style:
                line.append((column, column + len(piece), style))
            column += len(piece)
    lines.append(tuple(line))
    # A lexer that drops or adds a line end must not shift the colours of all that follows: better none.
    return lines if len(lines) == len(wanted) else [()] * len(wanted)


@lru_cache(maxsize=512)
def _style_of(token: str) -> str:
    """Return the style's name for a kind of token, empty for plain text."""
    return next((style for start, style in _STYLES if token == start or token.startswith(f"{start}.")), "")
