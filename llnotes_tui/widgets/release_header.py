"""The line above everything: which release, how far the review is, and what stands in its way."""

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from llnotes_tui.widgets.cells import fit, shorten, single_line
from llnotes_tui.widgets.note_lines import wrapped
from llnotes_tui.workbench.views import ReleaseView

WORDS_A_MINUTE = 240
_BAR = 12


class ReleaseHeader(Widget):
    """One line of facts; below it a line each for what the engine, the lock or the disk has to say."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "header--call",
        "header--done",
        "header--fault",
        "header--hold",
        "header--left",
        "header--name",
        "header--quiet",
        "header--text",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._view: ReleaseView | None = None
        self._bars: list[tuple[str, str]] = []

    def update(self, view: ReleaseView) -> None:
        """Show a release as it is now."""
        if self._view is not None and _drawn(self._view) == _drawn(view):
            self._view = view
            return
        self._view = view
        self._fold()
        self.refresh()

    def on_resize(self) -> None:
        """Fold the bars to the new width."""
        self._fold()
        self.refresh()

    def _fold(self) -> None:
        """Lay the bars out in lines; none takes more than two."""
        width = self.size.width - 2
        before = len(self._bars)
        self._bars = [
            ("".join(text for text, _ in line), name)
            for words, name in (bars_of(self._view) if self._view and width > 0 else ())
            for line in wrapped([(shorten(words, 2 * width - 8), name)], width)
        ]
        if len(self._bars) != before:
            self.styles.height = 1 + len(self._bars)

    def render_line(self, y: int) -> Strip:
        """Draw the facts, or one of the bars below them."""
        width = self.size.width
        if self._view is None:
            return Strip.blank(width, self.rich_style)
        if y > 0:
            words, name = self._bars[y - 1] if y <= len(self._bars) else ("", "header--text")
            return Strip([Segment(fit(f" {words}", width), self._style(name))])
        return self._facts(self._view, width)

    def _facts(self, view: ReleaseView, width: int) -> Strip:
        """Draw as many facts as there is room for: the least important go first, and time left stands at the right."""
        pieces = facts_of(view)
        room = width - 1
        for least in sorted({rank for rank, *_ in pieces}, reverse=True):
            if _width_of(pieces) <= room:
                break
            pieces = [piece for piece in pieces if piece[0] != least or least == 0]
        segments = [Segment(" ", self._style("header--text"))]
        for position, (_, words, name) in enumerate(pieces):
            gap = "  " if position else ""
            segments.append(Segment(gap, self._style("header--text")))
            segments += self._bar(view) if name == "bar" else [Segment(words, self._style(name))]
        strip = Strip(segments)
        if strip.cell_length > width:
            strip = strip.crop(0, width)
        return strip.adjust_cell_length(width, self._style("header--text"))

    def _bar(self, view: ReleaseView) -> list[Segment]:
        totals = view.totals
        done = round(_BAR * totals.reviewed / totals.entries) if totals.entries else 0
        if totals.reviewed < totals.entries:
            done = min(done, _BAR - 1)
        return [
            Segment("━" * done, self._style("header--done")),
            Segment("─" * (_BAR - done), self._style("header--left")),
        ]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name)


def facts_of(view: ReleaseView) -> list[tuple[int, str, str]]:
    """Return the facts in their order: rank (the highest is dropped first), words, and the name of the style."""
    totals, ranged = view.totals, view.range
    base = single_line(ranged.since_name)
    facts = [
        (0, shorten(single_line(ranged.name), 32), "header--name"),
        (6, f"{shorten(base, 30)} → {shorten(single_line(ranged.branch), 24)}", "header--text"),
        (9, ranged.until[:7], "header--quiet"),
        (2, "━" * _BAR, "bar"),
        (1, f"{totals.reviewed} of {_counted(totals.entries, 'entry', 'entries')} reviewed", "header--text"),
    ]
    if totals.notes_done < totals.notes_total:
        facts.append((8, f"writing {totals.notes_done}/{totals.notes_total}", "header--quiet"))
    if totals.notes_failed:
        facts.append((4, f"{totals.notes_failed} failed", "header--call"))
    if totals.breaking_open:
        facts.append((5, f"{totals.breaking_open} breaking?", "header--call"))
    if doubts := totals.red + totals.amber:
        facts.append((3, _counted(doubts, "finding"), "header--call"))
    if view.new_commits:
        facts.append((3, _counted(view.new_commits, "new commit"), "header--call"))
    if left := minutes_left(view):
        facts.append((7, left, "header--quiet"))
    tokens = totals.input_tokens + totals.output_tokens
    if tokens or (totals.cached and view.engine != "extractive"):
        words = f"{_thousands(tokens)} tokens  {totals.calls} calls  {totals.cached} cached"
        facts.append((10, words, "header--left"))
    return facts


def bars_of(view: ReleaseView) -> list[tuple[str, str]]:
    """Return the sentences below the line, and the names of their styles; the most urgent first."""
    bars: list[tuple[str, str]] = []
    if view.save_fault:
        bars.append((f"Not saved: {single_line(view.save_fault)}", "header--fault"))
    if view.read_only:
        bars.append((f"Reading along: {single_line(view.read_only)}  ctrl+t takes over.", "header--hold"))
    if view.fault:
        bars.append((single_line(view.fault), "header--fault"))
    if view.engine_sentence:
        bars.append((single_line(view.engine_sentence), "header--hold" if view.engine_stopped else "header--call"))
    told = dict.fromkeys((view.range.base_note, *view.range.warnings, *view.notices))
    bars += [(single_line(words), "header--quiet") for words in told if words]
    if view.silenced:
        bars.append((f"{view.silenced} silenced by this repository's glossary.", "header--quiet"))
    if view.left_behind:
        count = _counted(len(view.left_behind), "decision")
        bars.append((f"{count} left behind: the commits are no longer in this range.", "header--call"))
    return bars


def minutes_left(view: ReleaseView) -> str:
    """Return the time that reading the rest takes; empty where nothing is left to read."""
    words = view.totals.unread_words
    if not words:
        return ""
    minutes = words / WORDS_A_MINUTE
    return "~1 min left" if minutes < 1.5 else f"~{round(minutes)} min left"


def _drawn(view: ReleaseView) -> tuple[object, ...]:
    """Return all that the header draws of a view."""
    return (facts_of(view), bars_of(view))


def _width_of(pieces: list[tuple[int, str, str]]) -> int:
    return sum(cell_len(words) for _, words, _ in pieces) + 2 * max(0, len(pieces) - 1)


def _counted(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


def _thousands(number: int) -> str:
    return str(number) if number < 1000 else f"{number / 1000:.1f}k" if number < 100_000 else f"{number // 1000}k"
