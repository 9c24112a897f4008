"""The parts of a screen on one line, each with the key that shows it."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from llnotes_tui.widgets.cells import single_line


class Part(Struct, frozen=True):
    """A part's name, and in a sign or a word how it stands."""

    name: str
    sign: str = ""
    style: str = "parts--quiet"


class PartsLine(Widget):
    """Draws `1 Name  2 Name`, the one that is shown underlined; a click shows another one."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "parts--call",
        "parts--done",
        "parts--fault",
        "parts--key",
        "parts--name",
        "parts--quiet",
        "parts--shown",
    }

    class Pressed(Message):
        """A part was clicked; its number from 1."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._parts: tuple[Part, ...] = ()
        self._shown = 0
        self._places: list[tuple[int, int]] = []

    def update(self, parts: Sequence[Part], shown: int) -> None:
        """Show parts as they stand; `shown` is the number of the one on screen, from 1."""
        if (tuple(parts), shown) != (self._parts, self._shown):
            self._parts, self._shown = tuple(parts), shown
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the line; where it gets narrow, signs of more than a letter go first."""
        width = self.size.width
        if y > 0:
            return Strip.blank(width, self.rich_style)
        widest = 3 if width >= 100 else 2
        for gap, longest in ((widest, 12), (2, 1), (1, 1)):
            segments, places = self._laid_out(gap, longest)
            if places and places[-1][1] <= width:
                break
        self._places = places
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _laid_out(self, gap: int, longest: int) -> tuple[list[Segment], list[tuple[int, int]]]:
        segments = [Segment(" ", self.rich_style)]
        places: list[tuple[int, int]] = []
        used = 1
        for number, part in enumerate(self._parts, 1):
            sign = single_line(part.sign)
            pieces = [(f"{number} ", "parts--key"), (part.name, "parts--name")]
            if number == self._shown:
                pieces = [(f"{number} {part.name}", "parts--shown")]
            if sign and cell_len(sign) <= longest:
                pieces += [(" ", ""), (sign, part.style)]
            size = sum(cell_len(text) for text, _ in pieces)
            places.append((used, used + size))
            segments += [Segment(text, self._style(name)) for text, name in pieces]
            segments.append(Segment(" " * gap, self.rich_style))
            used += size + gap
        return segments, places

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name) if name else self.rich_style

    def on_click(self, event: events.Click) -> None:
        """Show the part that was clicked."""
        for number, (start, end) in enumerate(self._places, 1):
            if start <= event.x < end:
                self.post_message(self.Pressed(number))
