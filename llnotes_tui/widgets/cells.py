"""Text measured in terminal cells: what stands here keeps columns straight, whatever the text is made of.

Terminals disagree about a character followed by a variation selector; without the selector they agree, so it is dropped.
"""

import re

from rich.cells import cell_len, get_character_cell_size

from llnotes_tui.release.text import visible

TAB_WIDTH = 4
_SELECTORS = re.compile("[\ufe00-\ufe0f\u200d]")
_LINE_ENDS = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")


def columns(text: str) -> str:
    """Return one line as it can be laid out: tabs expanded to stops of four cells, variation selectors dropped."""
    if not text.isascii():
        text = _SELECTORS.sub("", text)
    if "\t" not in text:
        return text
    if text.isascii():
        return text.expandtabs(TAB_WIDTH)
    pieces: list[str] = []
    width = 0
    for position, piece in enumerate(text.split("\t")):
        if position:
            gap = TAB_WIDTH - width % TAB_WIDTH
            pieces.append(" " * gap)
            width += gap
        pieces.append(piece)
        width += cell_len(piece)
    return "".join(pieces)


def single_line(text: str) -> str:
    """Return text on one line, ready to be laid out, with control characters made visible."""
    return columns(visible(_LINE_ENDS.sub(" ", text).strip()))


def fit(text: str, width: int) -> str:
    """Return `text` in exactly `width` cells: padded with spaces, or cut with an ellipsis."""
    return shorten(text, width, pad=True)


def shorten(text: str, width: int, *, pad: bool = False) -> str:
    """Return `text` in at most `width` cells, cut with an ellipsis where it is longer."""
    size = cell_len(text)
    if size > width:
        text = prefix(text, max(0, width - 1)) + ("…" if width > 0 else "")
        size = cell_len(text)
    return text + " " * (width - size) if pad else text


def prefix(text: str, width: int) -> str:
    """Return as many characters as fit into `width` cells."""
    if text.isascii():
        return text[:width]
    used = 0
    for position, character in enumerate(text):
        used += get_character_cell_size(character)
        if used > width:
            return text[:position]
    return text
