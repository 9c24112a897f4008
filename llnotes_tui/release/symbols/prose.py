"""Which lines of a hunk are docstrings or fenced examples: words, not code."""

import re

from llnotes_tui.release.symbols import languages
from llnotes_tui.release.symbols.languages import Language

_ONLY_IN_PROSE = re.compile(
    r"\s*+(?:```|>>> |:param |:returns?:|(?:Keyword )?Arg(?:ument)?s:$|Returns:$|Raises:$|Yields:$|Examples?:$|[-*] `)"
)
_QUOTES = ('"""', "'''")


def prose_lines(language: Language, lines: list[str]) -> frozenset[int]:
    """Return the indexes of lines inside docstrings (Python) or code fences (Markdown).

    A hunk may begin inside a docstring: if its first delimiter plainly closes, all lines before it belong to it.
    """
    if language.docstrings:
        return _docstring_lines(lines)
    if language is languages.MARKDOWN:
        return _fenced_lines(lines)
    return frozenset()


def docstring_after(lines: list[str]) -> str:
    """Return the first paragraph of the docstring that these lines of Python begin with, empty where they do not."""
    text = next((line.strip() for line in lines if line.strip()), "")
    mark = next((mark for mark in _QUOTES if text.lstrip("rR").startswith(mark)), "")
    if not mark:
        return ""
    body = "\n".join(line.strip() for line in lines).partition(mark)[2]
    inside, closed, _ = body.partition(mark)
    return " ".join(inside.strip().partition("\n\n")[0].split()) if closed or "\n\n" in body.strip() else ""


def _docstring_lines(lines: list[str]) -> frozenset[int]:
    if not any(mark in line for line in lines for mark in _QUOTES):
        # Nothing shows where a docstring begins or ends: the hunk is all of one, or has none.
        return frozenset(range(len(lines))) if any(_ONLY_IN_PROSE.match(line) for line in lines) else frozenset()
    inside: set[int] = set()
    quote = ""
    seen = False
    for index, text in enumerate(lines):
        if quote:
            inside.add(index)
            if quote in text:
                quote = ""
            continue
        found = next((mark for mark in _QUOTES if mark in text), "")
        if not found:
            continue
        starts = text.lstrip().lstrip("rRfFbBuU").startswith(found)
        if text.count(found) >= 2:
            if starts:
                inside.add(index)
        elif not seen and _closes(lines, index, found):
            inside.update(range(_last_definition(lines, index) + 1, index + 1))
        else:
            quote = found
            if starts:
                inside.add(index)
        seen = True
    return frozenset(inside)


def _closes(lines: list[str], index: int, quote: str) -> bool:
    """Tell whether the first delimiter of a hunk ends a docstring that began above it."""
    text = lines[index].strip()
    if text != quote:
        return (
            text.endswith(quote)
            and not text.lstrip("rRfFbBuU").startswith(quote)
            and "(" not in text
            and "=" not in text
        )
    before = next((line.strip() for line in reversed(lines[:index]) if line.strip()), "")
    if not before:
        # Nothing above it: where delimiters do not pair up, the first one ends what began above the hunk.
        return sum(line.count(quote) for line in lines) % 2 == 1
    return not before.endswith((":", "(", "=", ","))


def _last_definition(lines: list[str], index: int) -> int:
    for position in range(index - 1, -1, -1):
        if lines[position].rstrip().endswith(":") and lines[position].lstrip().startswith(
            ("def ", "class ", "async def ")
        ):
            return position
    return -1


def _fenced_lines(lines: list[str]) -> frozenset[int]:
    inside: set[int] = set()
    fence = ""
    for index, text in enumerate(lines):
        stripped = text.lstrip()
        if fence:
            inside.add(index)
            if stripped.startswith(fence):
                fence = ""
        elif stripped.startswith(("```", "~~~")):
            inside.add(index)
            fence = stripped[:3]
    return frozenset(inside)
