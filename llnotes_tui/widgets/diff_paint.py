"""One row of a diff as a strip: line numbers, sign, text in colours, search hits.

Another layout, such as two sides beside each other, would be another painter over the same rows.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from llnotes_tui.widgets.cells import shorten
from llnotes_tui.widgets.diff_lines import DiffDocument, DiffFile, Row

_SIGNS = {"added": "+", "removed": "-", "context": " ", "mark": " "}


class UnifiedPainter:
    """Draws rows one below the other, both line numbers at the left."""

    def __init__(self, style: Callable[..., Style]) -> None:
        """Take colours from `style`, which knows component classes by name."""
        self._style = style
        self._mixed: dict[tuple[str, str], Style] = {}

    def gutter_width(self, document: DiffDocument) -> int:
        """Return how many cells stand before the text."""
        return 2 * document.number_width + 4

    def paint(
        self,
        document: DiffDocument,
        row: Row,
        width: int,
        *,
        left: int = 0,
        colours: tuple[tuple[int, int, str], ...] = (),
        hits: Sequence[tuple[int, int, bool]] = (),
        current: bool = False,
    ) -> Strip:
        """Return a row in `width` cells, its text from cell `left` on.

        `hits` are (start, end, is the current one); `current` marks the heading that was jumped to.
        """
        if row.kind == "file":
            return self._file(document.files[row.file], row.text, width)
        if row.kind == "hunk":
            name = "diff--heading-current" if current else "diff--heading"
            blank = Segment(" ", self._style(name))
            return self._line([blank, *self._text(row.text, name, (), hits)], self._style(name), width, left)
        if row.kind == "badge":
            return self._line([Segment(f" {row.text}", self._style("diff--badge"))], self._style(), width, 0)
        if row.kind == "mark":
            gutter = " " * self.gutter_width(document)
            return self._line([Segment(gutter + row.text.strip(), self._style("diff--quiet"))], self._style(), width, 0)
        return self._code(document, row, width, left, colours, hits)

    def _code(
        self,
        document: DiffDocument,
        row: Row,
        width: int,
        left: int,
        colours: tuple[tuple[int, int, str], ...],
        hits: Sequence[tuple[int, int, bool]],
    ) -> Strip:
        base = f"diff--{row.kind}"
        digits = document.number_width
        numbers = f"{'' if row.old is None else row.old:>{digits}} {'' if row.new is None else row.new:>{digits}} "
        sign = base if row.kind == "context" else f"{base}-sign"
        gutter = Strip(
            [
                Segment(numbers, self._over(base, "diff--number")),
                Segment(f"{_SIGNS[row.kind]} ", self._style(sign)),
            ],
            len(numbers) + 2,
        )
        text = self._line(
            self._text(row.text, base, colours, hits), self._style(base), max(0, width - gutter.cell_length), left
        )
        return Strip.join([gutter, text])

    def _file(self, file: DiffFile, path: str, width: int) -> Strip:
        """Return a file's header: path at the left, counts at the right, what it belongs to between."""
        plain = self._style("diff--file")
        counts: list[Segment] = []
        if file.added is not None and file.removed is not None:
            counts = [
                Segment(f" +{file.added}", self._style("diff--file-added")),
                Segment(f" -{file.removed} ", self._style("diff--file-removed")),
            ]
        room = max(8, width - sum(len(segment.text) for segment in counts) - 1)
        name = shorten(path, room)
        origin = shorten(f"  {file.origin}", max(0, room - cell_len(name))) if file.origin else ""
        gap = " " * max(0, room - cell_len(name) - cell_len(origin))
        quiet = self._style("diff--file-counts")
        return Strip([Segment(f" {name}", plain), Segment(origin + gap, quiet), *counts]).adjust_cell_length(
            width, plain
        )

    def _text(
        self,
        text: str,
        base: str,
        colours: tuple[tuple[int, int, str], ...],
        hits: Sequence[tuple[int, int, bool]],
    ) -> list[Segment]:
        """Return text in segments: coloured by its tokens, hits on top."""
        pieces: list[tuple[int, int, str]] = []
        position = 0
        for start, end, name in colours:
            if start > position:
                pieces.append((position, start, base))
            pieces.append((start, end, name))
            position = end
        if position < len(text):
            pieces.append((position, len(text), base))
        if not hits:
            return [Segment(text[start:end], self._over(base, name)) for start, end, name in pieces]
        return [
            Segment(text[start:end], self._over(base, name) + hit)
            for start, end, name, hit in _cut_at_hits(pieces, hits, self._hit_style)
        ]

    def _hit_style(self, current: bool | None) -> Style:  # noqa: FBT001  (three states of one place)
        if current is None:
            return Style.null()
        style = self._style("diff--hit-current" if current else "diff--hit")
        return style if current else Style(bgcolor=style.bgcolor, bold=True)

    def _over(self, base: str, name: str) -> Style:
        """Return the colour of a token on the ground of its line."""
        mixed = self._mixed.get((base, name))
        if mixed is None:
            ground, front = self._style(base), self._style(name)
            mixed = ground + Style(color=front.color, bold=front.bold) if name != base else ground
            if front.color is None or front.color.is_default:
                mixed = ground
            self._mixed[base, name] = mixed
        return mixed

    def _line(self, segments: list[Segment], base: Style, width: int, left: int) -> Strip:
        """Return segments from cell `left` on in exactly `width` cells, with a mark where more follows."""
        strip = Strip(segments)
        length = strip.cell_length
        if left or length > width:
            strip = strip.crop(left, left + width)
        strip = strip.adjust_cell_length(width, base)
        if length - left > width > 1:
            mark = Segment("›", base + Style(color=self._style("diff--quiet").color))
            strip = Strip.join([strip.crop(0, width - 1), Strip([mark], 1)])
        return strip


def _cut_at_hits(
    pieces: list[tuple[int, int, str]],
    hits: Sequence[tuple[int, int, bool]],
    style: Callable[[bool | None], Style],
) -> list[tuple[int, int, str, Style]]:
    """Cut coloured pieces where hits begin and end."""
    edges = sorted({edge for start, end, _ in hits for edge in (start, end)})
    cut: list[tuple[int, int, str, Style]] = []
    for start, end, name in pieces:
        points = [start, *(edge for edge in edges if start < edge < end), end]
        for first, last in pairwise(points):
            over = next((current for a, b, current in hits if a <= first < b), None)
            cut.append((first, last, name, style(over)))
    return cut
