"""The lines of a Markdown document with their byte offsets, and what each is.

Enough of CommonMark to find headings and list items, and to leave alone what only looks like them: code, comments, text
inside an item.
"""

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

LineKind = Literal["blank", "heading", "item", "inside", "text", "rule", "hidden"]
"""`inside`: continues the list item above.  `rule`: also the line under a heading that is underlined.  `hidden`: code, a
comment or front matter."""

_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_FRONT_MATTER = re.compile(rb"---[ \t]*(?:\r\n|\r|\n)(?=[^\s#])(?:.*(?:\r\n|\r|\n))*?---[ \t]*(?:\r\n|\r|\n|\Z)")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+(.*))?$")
_ITEM = re.compile(r"([*+-]|\d{1,9}[.)])([ \t]+|$)")
_RULE = re.compile(r"([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_FENCE = re.compile(r"`{3,}(?=[^`]*$)|~{3,}")
_COMMENT = re.compile(r"<!--")
_VERBATIM = re.compile(r"<(pre|script|style|textarea)(?=[\s>]|$)", re.IGNORECASE)
_DEFINITION = re.compile(
    r"\[(?P<label>[^\[\]]+)\]:[ \t]*(?P<url><[^<>]*>|\S+)(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*$"
)
_MARK = b"\xef\xbb\xbf"


class Line(Struct, frozen=True):
    """One line of a document: `text` has neither line end nor BOM, `end` lies behind the line end."""

    start: int
    end: int
    text: str
    kind: LineKind
    level: int = 0
    """Of a heading, or of the line under one: 1 to 6."""
    content: str = ""
    """The words of a heading; what follows the marker of an item."""
    column: int = 0
    """Where the content of an item begins."""


def encoding_of(data: bytes) -> str:
    """Return how a text file is encoded: `utf-8` where it decodes so, else `latin-1`, which every byte survives."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def newline_of(data: bytes) -> bytes:
    r"""Return the line end that a file uses most; `\n` where it has none."""
    windows = data.count(b"\r\n")
    unix, mac = data.count(b"\n") - windows, data.count(b"\r") - windows
    if windows > unix and windows >= mac:
        return b"\r\n"
    return b"\r" if mac > unix else b"\n"


def byte_order_mark(data: bytes) -> bytes:
    """Return the UTF-8 byte order mark at the start of a file, or nothing."""
    return _MARK if data.startswith(_MARK) else b""


def definition(text: str) -> tuple[str, str] | None:
    """Return label and URL of a link reference definition (`[label]: url`), None for any other line."""
    match = _DEFINITION.match(text.strip())
    return (match["label"], match["url"].strip("<>")) if match else None


def heading_words(text: str, below: str) -> str | None:
    """Return the words of a line that is a heading, by its own marks or by the line below; None for other lines.

    For pieces of a document, such as the lines of a diff: whether they lie in code or in an item is not known.
    """
    stripped = text.strip(" \t")
    if not stripped or columns(text) >= 4:
        return None
    heading = _HEADING.match(stripped)
    if heading is not None:
        return _without_closing_marks(heading[2] or "")
    return stripped if columns(below) < 4 and _UNDERLINE.match(below.strip(" \t")) else None


def _without_closing_marks(words: str) -> str:
    return re.sub(r"(?:^|[ \t]+)#+$", "", words.strip())


def columns(text: str) -> int:
    """Return the columns of white space before a text; a tab goes to the next fourth."""
    width = 0
    for character in text:
        if character not in " \t":
            break
        width += 4 - width % 4 if character == "\t" else 1
    return width


def scan(data: bytes) -> tuple[Line, ...]:
    """Return every line of a document; their spans follow each other without a gap (a BOM belongs to none)."""
    return tuple(_Scanner(data, encoding_of(data)).lines())


class _Scanner:
    """The walk down a document: which block the next line may continue."""

    def __init__(self, data: bytes, encoding: str) -> None:
        self._data = data
        self._encoding = encoding
        self._item: int | None = None
        """Column where the content of the open list item begins."""
        self._paragraph = 0
        """Lines of the open paragraph."""
        self._hidden_until: re.Pattern[str] | None = None
        """What ends the block of code or HTML that is open."""
        self._hidden_in_item = False

    def lines(self) -> Iterator[Line]:
        pending: Line | None = None
        for start, end, in_front_matter in self._spans():
            text = self._data[start:end].rstrip(b"\r\n").decode(self._encoding)
            line = Line(start, end, text, "hidden") if in_front_matter else self._line(start, end, text)
            if pending is not None:
                yield _underlined(pending, line.level) if line.kind == "rule" and line.level else pending
            pending = line
        if pending is not None:
            yield pending

    def _spans(self) -> Iterator[tuple[int, int, bool]]:
        begin = len(byte_order_mark(self._data))
        front_matter = _FRONT_MATTER.match(self._data, begin)
        body = front_matter.end() if front_matter else begin
        for match in _LINES.finditer(self._data, begin):
            yield match.start(), match.end(), match.start() < body

    def _line(self, start: int, end: int, text: str) -> Line:
        stripped, indent = text.strip(" \t"), columns(text)
        self._leave_item_of_hidden(stripped, indent)
        if self._hidden_until is not None:
            if self._hidden_until.search(stripped):
                self._hidden_until = None
            return Line(start, end, text, "hidden")
        if not stripped:
            self._paragraph = 0
            return Line(start, end, text, "blank")
        if self._item is not None and indent >= self._item:
            self._open_hidden(stripped, in_item=True)
            self._paragraph += 1
            return Line(start, end, text, "inside")
        return self._block(start, end, text, stripped, indent)

    def _leave_item_of_hidden(self, stripped: str, indent: int) -> None:
        """Close code inside an item where the item itself ends."""
        if self._hidden_until is not None and self._hidden_in_item and stripped and indent < (self._item or 0):
            self._hidden_until = None

    def _block(self, start: int, end: int, text: str, stripped: str, indent: int) -> Line:
        """Tell what a line is that lies outside the open item, or continues its paragraph without indentation."""
        heading = _HEADING.match(stripped) if indent < 4 else None
        if heading:
            self._close()
            words = _without_closing_marks(heading[2] or "")
            return Line(start, end, text, "heading", level=len(heading[1]), content=words)
        underline = _UNDERLINE.match(stripped) if indent < 4 and self._paragraph == 1 and self._item is None else None
        if underline:
            self._close()
            return Line(start, end, text, "rule", level=1 if stripped[0] == "=" else 2)
        if indent < 4 and _RULE.match(stripped):
            self._close()
            return Line(start, end, text, "rule")
        item = _ITEM.match(text.lstrip(" \t")) if indent < 4 or self._item is not None else None
        if item:
            return self._new_item(start, end, text, indent, item)
        return self._text(start, end, text, stripped, indent)

    def _new_item(self, start: int, end: int, text: str, indent: int, item: re.Match[str]) -> Line:
        space = columns(item[2])
        self._item = indent + len(item[1]) + (space if 1 <= space <= 4 else 1)
        content = item.string[item.end() :]
        self._paragraph = 1
        self._open_hidden(content, in_item=True)
        return Line(start, end, text, "item", content=content, column=self._item)

    def _text(self, start: int, end: int, text: str, stripped: str, indent: int) -> Line:
        if indent >= 4 and not self._paragraph:
            self._item = None
            return Line(start, end, text, "hidden")
        if indent < 4 and self._open_hidden(stripped, in_item=False):
            self._item, self._paragraph = None, 0
            return Line(start, end, text, "hidden")
        self._paragraph += 1
        if self._item is not None and self._paragraph > 1:
            return Line(start, end, text, "inside")
        self._item = None
        return Line(start, end, text, "text")

    def _open_hidden(self, stripped: str, *, in_item: bool) -> bool:
        """Begin a block of code or HTML if the line opens one; True where the line itself belongs to it."""
        fence, verbatim = _FENCE.match(stripped), _VERBATIM.match(stripped)
        if fence:
            self._hidden_until = re.compile(rf"^{re.escape(fence[0][0])}{{{len(fence[0])},}}$")
        elif _COMMENT.match(stripped):
            self._hidden_until = None if "-->" in stripped else re.compile("-->")
        elif verbatim:
            closing = re.compile(rf"</{verbatim[1]}>", re.IGNORECASE)
            self._hidden_until = None if closing.search(stripped) else closing
        else:
            return False
        self._hidden_in_item = in_item
        return True

    def _close(self) -> None:
        self._item, self._paragraph = None, 0


def _underlined(line: Line, level: int) -> Line:
    return Line(line.start, line.end, line.text, "heading", level=level, content=line.text.strip())
