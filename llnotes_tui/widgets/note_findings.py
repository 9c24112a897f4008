"""Findings as the note pane and the editor draw them: spans of the text, and a reason a line, with a letter for the level."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from llnotes_tui.release.model import Finding, Level
from llnotes_tui.release.text import visible
from llnotes_tui.widgets.cells import columns, shorten, single_line

LETTERS: dict[Level, str] = {"red": "R", "amber": "A", "grey": "s"}
"""The level of a finding where there is no colour: red, amber, style."""
_QUOTED = 28


class Span(Struct, frozen=True):
    """A part of a text that is drawn in a style of its own: code points, `end` exclusive."""

    start: int
    end: int
    name: str
    """`red`, `amber`, `grey`, each also with `-current`; or `claim`."""
    words: str = ""
    """What is said where the cursor is in it: the level's letter and the reason."""


class Reason(Struct, frozen=True):
    """One finding in words."""

    level: Level
    quoted: str
    words: str
    fix: str
    """What would be put in its place; empty where there is no fix."""
    current: bool = False


def spans_of(findings: Sequence[Finding], current: int | None = None) -> tuple[Span, ...]:
    """Return the spans of findings; where some overlap, the grave one is drawn over the others."""
    rank: dict[Level, int] = {"grey": 0, "amber": 1, "red": 2}
    numbered = sorted(enumerate(findings), key=lambda one: (one[0] == current, rank[one[1].level]))
    return tuple(
        Span(
            found.start,
            found.end,
            f"{found.level}-current" if at == current else found.level,
            f"{LETTERS[found.level]} {single_line(found.reason)}",
        )
        for at, found in numbered
    )


def reasons_of(findings: Sequence[Finding], current: int | None = None) -> tuple[Reason, ...]:
    """Return findings in words, in the order of the text."""
    return tuple(
        Reason(
            level=found.level,
            quoted=shorten(single_line(found.text), _QUOTED),
            words=single_line(found.reason),
            fix=_fix_words(found),
            current=at == current,
        )
        for at, found in enumerate(findings)
    )


def _fix_words(finding: Finding) -> str:
    if finding.fix is None:
        return ""
    return f"→ {shorten(single_line(finding.fix), _QUOTED)}" if finding.fix else "→ out"


def shown_spans(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans of `text` as spans of `visible(text)`."""
    if visible(text) == text:
        return tuple(spans)
    return tuple(
        replace(span, start=len(visible(text[: span.start])), end=len(visible(text[: span.end]))) for span in spans
    )


def cut(line: str, offset: int, spans: Sequence[Span], plain: str) -> list[tuple[str, str]]:
    """Return a line that begins at `offset` of its text in pieces of (text, style), `plain` where no span is.

    Of spans that overlap the later ones win.
    """
    end = offset + len(line)
    touching = [span for span in spans if span.start < end and span.end > offset]
    if not touching:
        return [(line, plain)] if line else []
    edges = sorted(
        {0, len(line), *(min(max(edge - offset, 0), len(line)) for s in touching for edge in (s.start, s.end))}
    )
    pieces: list[tuple[str, str]] = []
    for first, last in pairwise(edges):
        name = next((s.name for s in reversed(touching) if s.start <= offset + first < s.end), "")
        pieces.append((line[first:last], f"note--{name}" if name else plain))
    return pieces


def in_columns(paragraph: str, offset: int, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans of a text as spans of `columns(paragraph)`, a paragraph that begins at `offset`."""
    found = []
    for span in spans:
        start, end = max(span.start - offset, 0), min(span.end - offset, len(paragraph))
        if start < end:
            found.append(Span(len(columns(paragraph[:start])), len(columns(paragraph[:end])), span.name))
    return tuple(found)


def counted(findings: Sequence[Finding]) -> int:
    """Return how many findings are more than style."""
    return sum(finding.level != "grey" for finding in findings)


def worst(findings: Sequence[Finding]) -> Level | None:
    """Return the gravest level there is, None without findings."""
    levels = {finding.level for finding in findings}
    order: tuple[Level, ...] = ("red", "amber", "grey")
    return next((level for level in order if level in levels), None)
