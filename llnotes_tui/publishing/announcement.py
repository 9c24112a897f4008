"""An announcement that an engine wrote, cleaned for publishing."""

import re

from llnotes_tui.publishing.lines import plain
from llnotes_tui.publishing.safe_text import safe_line

_HEADING = re.compile(r"#{1,6}(?:\s+|$)(.*?)\s*#*$")
_BOLD_LINE = re.compile(r"(\*\*|__)(?P<words>(?:(?!\1).)+)\1:?$")
_UNDERLINE = re.compile(r"(?:=+|-{2,}|\*{3,}|_{3,})$")
_LIST_MARK = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s+")
_PATTER = re.compile(r"(?:sure|certainly|of course|here is|here's|below is)\b.*[:!.]$", re.IGNORECASE)
_FENCE = re.compile(r"(?:```|~~~)\w*$")
_LONGEST_HEADING = 6
"""Words; a longer line is a sentence that was marked as a heading."""


def cleaned_announcement(text: str) -> str:
    """Return an announcement that an engine wrote as paragraphs of safe prose with a title line.

    Headings, patter around the text and code fences go; lists become sentences; links stay, images and HTML do not work.
    """
    paragraphs: list[list[str]] = [[]]
    for line in _without_patter(plain(text)):
        words, alone = _unmarked(line)
        if alone or not words:
            paragraphs.append([])
        if words and (not alone or not any(paragraphs) or len(words.split()) > _LONGEST_HEADING):
            paragraphs[-1].append(words)
        if alone:
            paragraphs.append([])
    told = [safe_line(" ".join(paragraph)) for paragraph in paragraphs if paragraph]
    return "\n\n".join(told) + "\n" if told else ""


def _without_patter(text: str) -> list[str]:
    """Return the lines of a reply without code fences and without what introduces it."""
    lines = [line.strip() for line in text.split("\n") if not _FENCE.match(line.strip())]
    while len(lines) > 1 and (not lines[0] or _PATTER.match(lines[0])):
        lines.pop(0)
    return lines


def _unmarked(line: str) -> tuple[str, bool]:
    """Return the words of a line without its Markdown marks, and whether it stands for itself, as a heading does."""
    if not line or _UNDERLINE.match(line):
        return "", False
    heading, bold = _HEADING.match(line), _BOLD_LINE.match(line)
    if heading:
        inner = _BOLD_LINE.match(heading[1])
        return (inner["words"] if inner else heading[1]), True
    if bold:
        return bold["words"], True
    mark = _LIST_MARK.match(line)
    words = line[mark.end() :] if mark else line.lstrip("> ")
    return (words if not mark or words.endswith((".", "!", "?", ":")) else f"{words}."), False
