"""A pane of words: paragraphs wrapped to its width, tables of one line a row, and lines that can be chosen."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct
from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from llnotes_tui.widgets.cells import columns, shorten
from llnotes_tui.widgets.line_view import LineView
from llnotes_tui.widgets.note_lines import Line, Piece, wrapped

WIDEST = 108
"""Cells of a line: longer ones are hard to read, and what stands at the right end gets lost."""


class Paragraph(Struct, frozen=True):
    """Some words with the names of their styles; text from outside has been made visible before."""

    pieces: tuple[Piece, ...] = ()
    indent: int = 0
    at_right: Piece | None = None
    """Said at the right end; the words are then cut to one line."""
    one_line: bool = False
    key: str = ""
    """What it stands for where it can be chosen; empty where it cannot."""


def words(text: str, style: str = "note--text", *, indent: int = 0) -> Paragraph:
    """Return a paragraph in one style."""
    return Paragraph(((columns(text), style),), indent=indent)


BLANK = Paragraph()


class _Drawn(Struct, frozen=True):
    """One line on screen, and the paragraph that it belongs to."""

    line: Line
    paragraph: int


class Page(LineView):
    """Shows paragraphs.  With `fits` it is only as high as they are, half of what is around it at most."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Down", id="page.down", show=False, tooltip="Go a line down"),
        Binding("up", "move(-1)", "Up", id="page.up", show=False, tooltip="Go a line up"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "note--done",
        "note--faint",
        "note--fault",
        "note--key",
        "note--quiet",
        "note--rule",
        "note--text",
        "note--title",
        "note--warn",
        "page--cursor",
    }

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self.fits = False
        self._name: str = ""
        self._paragraphs: tuple[Paragraph, ...] = ()
        self._drawn: list[_Drawn] = []
        self._chosen = 0
        self._width = 0

    def show(self, name: str, paragraphs: Sequence[Paragraph], *, fits: bool = False) -> None:
        """Show paragraphs; `name` says of what, and another name starts at the top."""
        if name == self._name and tuple(paragraphs) == self._paragraphs and fits == self.fits:
            return
        if name != self._name:
            self._chosen = 0
            self.scroll_to(y=0, animate=False)
        self._name, self._paragraphs, self.fits = name, tuple(paragraphs), fits
        self._chosen = min(self._chosen, max(0, len(self._choosable) - 1))
        self._lay_out()

    @property
    def chosen(self) -> str:
        """The key of the line that is chosen; empty where none can be."""
        keys = self._choosable
        return self._paragraphs[keys[self._chosen]].key if keys else ""

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return "\n".join(
            " " * paragraph.indent
            + "".join(piece for piece, _ in paragraph.pieces)
            + (f"  {paragraph.at_right[0]}" if paragraph.at_right else "")
            for paragraph in self._paragraphs
        )

    def move(self, lines: int) -> None:
        """Choose another line, where lines can be chosen; else scroll."""
        keys = self._choosable
        if not keys:
            self.scroll_lines(lines)
            return
        self._choose(min(max(0, self._chosen + lines), len(keys) - 1))

    def action_move(self, lines: int) -> None:
        """Move by so many lines."""
        self.move(lines)

    def on_click(self, event: events.Click) -> None:
        """Choose the line that was clicked."""
        at = self.scroll_offset.y + event.y - (1 if self.styles.border_top[0] else 0)
        if 0 <= at < len(self._drawn) and self._drawn[at].paragraph in self._choosable:
            self._choose(self._choosable.index(self._drawn[at].paragraph))

    def on_resize(self) -> None:
        """Wrap to the new width."""
        if self.scrollable_content_region.width != self._width or self.fits:
            self._lay_out()

    @property
    def _choosable(self) -> list[int]:
        return [at for at, paragraph in enumerate(self._paragraphs) if paragraph.key]

    def _choose(self, chosen: int) -> None:
        self._chosen = chosen
        self.forget()
        self.refresh()
        paragraph = self._choosable[chosen]
        lines = [at for at, drawn in enumerate(self._drawn) if drawn.paragraph == paragraph]
        self.show_line(lines[-1])
        self.show_line(lines[0])

    def _lay_out(self) -> None:
        self._width = self.scrollable_content_region.width
        width = min(max(1, self._width - 2), WIDEST)
        self._drawn = [
            _Drawn(line, number)
            for number, paragraph in enumerate(self._paragraphs)
            for line in _laid_out(paragraph, width)
        ]
        if self.fits:
            room = self.parent.size.height if self.parent is not None else 0  # type: ignore[attr-defined]
            height: int | str = min(len(self._drawn) + 1, max(4, room // 2))
        else:
            height = "1fr"
        self.styles.height = height
        self.lay_out(len(self._drawn))

    def strip_at(self, line: int, width: int) -> Strip:
        """Draw one line, a blank at each side."""
        drawn = self._drawn[line]
        keys = self._choosable
        is_chosen = bool(keys) and drawn.paragraph == keys[self._chosen]
        ground = self.rich_style
        cursor = self.style("page--cursor") if is_chosen else None
        segments = [Segment(" ", ground)]
        segments += [Segment(text, self.style(name) if name else ground) for text, name in drawn.line]
        strip = Strip(segments).adjust_cell_length(width, ground)
        return strip if cursor is None else Strip([Segment(s.text, (s.style or ground) + cursor) for s in strip])


def _laid_out(paragraph: Paragraph, width: int) -> list[Line]:
    room = max(1, width - paragraph.indent)
    margin: Line = [(" " * paragraph.indent, "")] if paragraph.indent else []
    if paragraph.at_right is None and not paragraph.one_line:
        return [margin + line for line in wrapped(list(paragraph.pieces), room)]
    right, style = paragraph.at_right or ("", "")
    right = shorten(right, max(8, room // 2))
    left = _cut(paragraph.pieces, room - cell_len(right) - (2 if right else 0))
    gap = room - sum(cell_len(text) for text, _ in left) - cell_len(right)
    return [[*margin, *left, (" " * max(0, gap), ""), (right, style)] if right else [*margin, *left]]


def _cut(pieces: Sequence[Piece], width: int) -> Line:
    """Return as much of the pieces as fits, the last one cut with an ellipsis."""
    line: Line = []
    for text, style in pieces:
        if width <= 0:
            break
        line.append((shorten(text, width), style))
        width -= cell_len(line[-1][0])
    return line
