"""The line above the list of repositories: how many there are, what they hold, and what goes on."""

from typing import ClassVar

from msgspec import Struct
from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from llnotes_tui.widgets.cells import shorten, single_line
from llnotes_tui.workbench.rows import Order, RowTotals

_ORDER_WORDS: dict[Order, str] = {
    "name": "by name",
    "unreleased": "most unreleased first",
    "age": "oldest release first",
    "state": "by state",
}


class ListFacts(Struct, frozen=True):
    """All that the line says."""

    totals: RowTotals
    order: Order
    marked: int = 0
    filter: str = ""
    shown: int = 0
    listing: tuple[str, ...] = ()
    """Owners whose repositories are being listed."""
    waiting: str = ""
    """What limit is waited for, and until when."""
    trouble: str = ""
    """Why GitHub tells nothing new, and how old the rows are."""


class RepositoriesHeader(Widget):
    """One line of facts; what matters least goes first where there is no room."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "header--call",
        "header--name",
        "header--now",
        "header--quiet",
        "header--text",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._facts: ListFacts | None = None

    def update(self, facts: ListFacts) -> None:
        """Show these facts."""
        if facts != self._facts:
            self._facts = facts
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002  (there is one line)
        """Draw the facts from the left, and the order at the right."""
        width, plain = self.size.width, self.get_component_rich_style("header--text")
        if self._facts is None:
            return Strip.blank(width, plain)
        pieces = pieces_of(self._facts)
        order = _ORDER_WORDS[self._facts.order]
        segments = [Segment(" ", plain)]
        used = 1
        for position, (words, name) in enumerate(pieces):
            gap = "   " if position else ""
            if used + len(gap) + cell_len(words) > width - 1:
                break
            segments += [Segment(gap, plain), Segment(words, self.get_component_rich_style(f"header--{name}"))]
            used += len(gap) + cell_len(words)
        strip = Strip(segments)
        room = width - strip.cell_length - 1
        if len(order) + 2 > room:
            return strip.adjust_cell_length(width, plain)
        quiet = self.get_component_rich_style("header--quiet")
        end = [Segment(" " * (room - len(order)), plain), Segment(order, quiet), Segment(" ", plain)]
        return Strip([*strip, *end])


def pieces_of(facts: ListFacts) -> list[tuple[str, str]]:
    """Return the facts with the names of their styles, the most important first."""
    totals = facts.totals
    count = f"{totals.repositories:,} {'repository' if totals.repositories == 1 else 'repositories'}"
    pieces = [(f"{count}, {totals.unreleased:,} unreleased", "name")]
    if facts.waiting:
        pieces.append((single_line(facts.waiting), "call"))
    elif facts.trouble:
        pieces.append((shorten(single_line(facts.trouble), 70), "call"))
    if facts.listing:
        pieces.append((f"listing {shorten(single_line(', '.join(facts.listing)), 40)}", "quiet"))
    if totals.reading:
        pieces.append((f"reading {totals.reading:,}", "quiet"))
    if facts.filter.strip():
        pieces.append((f"{facts.shown:,} with “{shorten(single_line(facts.filter), 24)}”", "now"))
    if facts.marked:
        pieces.append((f"{facts.marked:,} marked", "now"))
    if totals.drafting:
        pieces.append((f"drafting {totals.drafting:,}", "now"))
    if totals.unreadable:
        pieces.append((f"{totals.unreadable:,} cannot be read", "call"))
    return pieces
