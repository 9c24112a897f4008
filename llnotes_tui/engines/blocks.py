"""A commit message as paragraphs and list items: code, tables, quotes and headings put aside."""

import re
from typing import NamedTuple

_FENCE = re.compile(r"\s{0,8}(?:```|~~~)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?P<name>.*)$")
_UNDERLINE = re.compile(r"\s{0,3}(?:={3,}|-{3,})\s*$")
_ITEM = re.compile(r"(?P<indent>\s*)(?:[-*+•]|\d{1,2}[.)])\s+(?:\[[xX ]\]\s*)?(?P<text>\S.*)$")
_UNTICKED = re.compile(r"\s*[-*+]\s+\[ ?\]")
_TABLE = re.compile(r"\s*\|.*\|\s*$")
_IDLE_SECTION = re.compile(
    r"^(?:[^\w\s]+\s*)?(?:linked issues?|related|tests?\b|testing|test plan|how (?:to|has|was)|screenshots?|check-?list|notes?\b|reviewers?|credits?|to-?dos?|examples?|usage|sample|logs?\b|output|before\b|after\b|references?|follow.?ups?"
    r"|future|next steps|out of scope|known issues|alternatives|open questions|issues?\b|depends|dependencies$|acknowledg|breaking changes?\b.*none|release checklist)",
    re.IGNORECASE,
)
_TEMPLATE_LINE = re.compile(
    r"^\s*(?:changes?|summary|description|motivation|context|background|overview|linked issues?|related issues?|tests?|testing|functionality|what|why|details|what does this pr do\??|notes?)\s*:?\s*$",
    re.IGNORECASE,
)
_EXAMPLE_LINE = re.compile(
    r"^\s*(?:(?:for )?examples?|usage|before|after|outputs?|samples?|(?:[\w-]+ )?logs?(?: (?:from|of|for) [\w -]{1,40})?)\s*:?\s*$",
    re.IGNORECASE,
)


class Block(NamedTuple):
    """One paragraph or one list item, its lines joined."""

    text: str
    is_item: bool
    before_list: bool = False
    before_code: bool = False


def blocks_of(message: str, title: str) -> list[Block]:
    """Return paragraphs and top-level items of a cleaned message, without its title and without idle sections."""
    lines = _without_title(message.replace("\r\n", "\n").split("\n"), title)
    reader = _Reader()
    for position, line in enumerate(lines):
        following = lines[position + 1] if position + 1 < len(lines) else ""
        reader.read(line, following)
    reader.close()
    return reader.blocks


def _without_title(lines: list[str], title: str) -> list[str]:
    """Drop the first line: a cleaned message begins with its subject, which the title tells."""
    while lines and not lines[0].strip():
        lines = lines[1:]
    if lines and (len(lines) == 1 or not lines[1].strip()):
        return lines[1:]
    return lines[1:] if lines and lines[0].strip() == title.strip() else lines


class _Reader:
    """The walk down a message."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._open: list[str] = []
        self._is_item = False
        self._item_indent = 0
        self._in_fence = False
        self._idle = False
        self._nested = False
        self._blank_above = True

    def read(self, line: str, following: str) -> None:
        """Take in one line."""
        if _FENCE.match(line):
            self._in_fence = not self._in_fence
            self.close(before_code=self._in_fence)
            return
        if self._in_fence:
            return
        if not line.strip():
            self.close()
            self._blank_above = True
            return
        heading = _HEADING.match(line)
        is_underlined = not self._open and bool(_UNDERLINE.match(following)) and not _ITEM.match(line)
        if heading or is_underlined:
            self.close()
            self._idle = bool(_IDLE_SECTION.match((heading["name"] if heading else line).strip("*_ ")))
        elif _UNDERLINE.match(line):
            self.close()
        elif not self._idle:
            self._content(line)
        self._blank_above = False

    def _content(self, line: str) -> None:
        if line.startswith(("    ", "\t")) and not self._open and not self._is_item:
            self._mark_before_code()
            return
        if _TABLE.match(line) or line.lstrip().startswith((">", "![", "<")) or _UNTICKED.match(line):
            self.close(before_code=True)
            return
        if not self._open and _EXAMPLE_LINE.match(line):
            self._idle = True
            return
        if not self._open and _TEMPLATE_LINE.match(line):
            return
        item = _ITEM.match(line)
        if item:
            self._item(item)
        elif self._is_item and self._blank_above and not line.startswith(" "):
            self._is_item = self._nested = False
            self._open = [line.strip()]
        elif not self._nested:
            self._open.append(line.strip())

    def _item(self, item: re.Match[str]) -> None:
        indent = len(item["indent"].expandtabs(4))
        self.close(before_list=True)
        if self._is_item and indent >= self._item_indent + 2:
            self._nested = True
            return
        self._nested = False
        self._is_item = True
        self._item_indent = indent
        self._open = [item["text"]]

    def close(self, *, before_list: bool = False, before_code: bool = False) -> None:
        """End the open paragraph or item."""
        if self._open:
            text = " ".join(" ".join(self._open).split())
            self.blocks.append(Block(text, self._is_item, before_list, before_code))
            self._open = []
        elif before_code:
            self._mark_before_code()
        elif before_list and self.blocks and self.blocks[-1].text.endswith(":"):
            self.blocks[-1] = self.blocks[-1]._replace(before_list=True)

    def _mark_before_code(self) -> None:
        if self.blocks and self.blocks[-1].text.endswith(":"):
            self.blocks[-1] = self.blocks[-1]._replace(before_code=True)
