"""Which lines of a hunk are docstrings or fenced examples: words, not code."""

from llnotes_tui.release.symbols import languages
from llnotes_tui.release.symbols.languages import Language

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


def _docstring_lines(lines: list[str]) -> frozenset[int]:
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
    return bool(before) and not before.endswith((":", "(", "=", ","))


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
