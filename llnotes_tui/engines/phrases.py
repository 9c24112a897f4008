"""Noun phrases and lists: how names of code are put into English."""

from collections.abc import Sequence

from llnotes_tui.release.symbols import Kind

_NOUNS: dict[str, tuple[str, str]] = {
    "option": ("command-line option", "command-line options"),
    "key": ("setting", "settings"),
    "property": ("property", "properties"),
    "class": ("class", "classes"),
    "section": ("section", "sections"),
    "target": ("make target", "make targets"),
    "stage": ("build stage", "build stages"),
    "resource": ("Terraform resource", "Terraform resources"),
    "output": ("Terraform output", "Terraform outputs"),
    "requirement": ("requirement", "requirements"),
}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def noun(kind: Kind, count: int) -> str:
    """Return what to call `count` symbols of a kind."""
    singular, plural = _NOUNS.get(kind, (kind, kind + "s"))
    return singular if count == 1 else plural


def number(count: int) -> str:
    """Return a count as one writes it: in words up to ten."""
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"


def counted(count: int, what: str, plural: str = "") -> str:
    """Return `one line`, `12 lines`."""
    return f"{number(count)} {what if count == 1 else plural or what + 's'}"


def code(name: str) -> str:
    """Return a name in backticks, fit to stand in Markdown: one line, no backtick of its own."""
    return f"`{name.replace('`', '')}`"


def listed(items: Sequence[str]) -> str:
    """Return `a`, `a and b`, or `a, b, and c`."""
    if len(items) <= 2:
        return " and ".join(items)
    return ", ".join(items[:-1]) + ", and " + items[-1]


def sentence(text: str) -> str:
    """Return text with a capital at its start and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".") if text else ""
