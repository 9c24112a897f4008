"""The list of repositories: a line each, drawn as they are read; the titles of its columns stand above it."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from msgspec.structs import replace
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from llnotes_tui.widgets.cells import fit, shorten, single_line
from llnotes_tui.widgets.line_view import LineView
from llnotes_tui.widgets.repository_columns import (
    SIGN,
    SIGNS,
    Column,
    aligned,
    bar_of,
    cell_of,
    from_home,
    is_fetch_old,
    laid_out,
)
from llnotes_tui.workbench.rows import Order
from llnotes_tui.workbench.views import RepositoryRow

_STYLES = {
    "repository--call",
    "repository--cursor",
    "repository--done",
    "repository--faint",
    "repository--fault",
    "repository--left",
    "repository--marked",
    "repository--now",
    "repository--quiet",
    "repository--text",
    "repository--title",
    "repository--title-sorted",
}


class RepositoryTable(LineView):
    """Draws only the rows in sight, and of those only what changed.  The cursor stays on its repository."""

    COMPONENT_CLASSES: ClassVar[set[str]] = _STYLES
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "page(1)", "Page down", id="table.page_down", show=False, tooltip="Go one page down"),
        Binding("pageup", "page(-1)", "Page up", id="table.page_up", show=False, tooltip="Go one page up"),
        Binding("home", "end(0)", "First", id="table.first", show=False, tooltip="Go to the first row"),
        Binding("end", "end(-1)", "Last", id="table.last", show=False, tooltip="Go to the last row"),
    ]

    class Moved(Message):
        """The cursor is on another row."""

    class Pressed(Message):
        """The row under the cursor was clicked once more."""

    class LaidOut(Message):
        """The columns have other places."""

    def __init__(self, now: Callable[[], float], *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        """`now` is the clock that ages are told by."""
        super().__init__(id=id, classes="")
        self.rows: list[RepositoryRow] = []
        self.cursor = 0
        """Index of the row that is chosen."""
        self.marked: set[str] = set()
        """Keys of the rows that are marked."""
        self.columns: tuple[Column, ...] = ()
        self.words = ""
        """What is said where there is no row."""
        self._now = now
        self._all: Sequence[RepositoryRow] = ()
        self._width = 0

    @property
    def row(self) -> RepositoryRow | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    # What is shown

    def update(self, rows: list[RepositoryRow], known: Sequence[RepositoryRow] = ()) -> None:
        """Show these rows; columns are wide enough for the `known` ones too, so that filtering moves nothing."""
        before, row = self.rows, self.row
        self.rows, self._all = rows, known or rows
        is_laid_out_anew = self._lay_out_columns()
        if not is_laid_out_anew and [old.key for old in before] == [new.key for new in rows] and rows:
            for index, (old, new) in enumerate(zip(before, rows, strict=True)):
                if old != new:
                    self.redraw(index)
            return
        keys = [new.key for new in rows]
        self.cursor = keys.index(row.key) if row is not None and row.key in keys else min(self.cursor, len(rows) - 1)
        self.cursor = max(0, self.cursor)
        self.lay_out(max(1, len(rows)))
        self.show_line(self.cursor)
        if (self.row.key if self.row else "") != (row.key if row else ""):
            self.post_message(self.Moved())

    def tick(self) -> None:
        """Draw ages anew."""
        self._lay_out_columns()
        self.forget()
        self.refresh()

    def on_resize(self) -> None:
        """Give the columns the room there is now."""
        if self._lay_out_columns():
            self.forget()
            self.refresh()

    def _lay_out_columns(self) -> bool:
        columns = laid_out(self._all, self.scrollable_content_region.width, self._now())
        if columns == self.columns:
            return False
        self.columns = columns
        self.post_message(self.LaidOut())
        return True

    # Moving and marking

    def go_to(self, index: int) -> bool:
        """Put the cursor on a row; returns whether it moved."""
        index = max(0, min(index, len(self.rows) - 1))
        if not self.rows or index == self.cursor:
            return False
        before, self.cursor = self.cursor, index
        self.redraw(before)
        self.redraw(index)
        self.show_line(index, margin=2)
        self.post_message(self.Moved())
        return True

    def go_to_key(self, key: str) -> None:
        """Put the cursor on a repository, if it is shown."""
        index = next((at for at, row in enumerate(self.rows) if row.key == key), None)
        if index is not None:
            self.go_to(index)

    def mark(self, keys: set[str]) -> None:
        """Mark these, and no others."""
        changed = self.marked ^ keys
        self.marked = keys
        for index, row in enumerate(self.rows):
            if row.key in changed:
                self.redraw(index)

    def action_page(self, direction: int) -> None:
        """Go a page down (1) or up (-1)."""
        self.go_to(self.cursor + direction * max(1, self.scrollable_content_region.height - 1))

    def action_end(self, index: int) -> None:
        """Go to the first (0) or last (-1) row."""
        self.go_to(len(self.rows) - 1 if index < 0 else 0)

    def on_click(self, event: events.Click) -> None:
        """Choose the row that was clicked; one that was chosen before is pressed."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        index = self.scroll_offset.y + offset.y
        if 0 <= index < len(self.rows) and not self.go_to(index):
            self.post_message(self.Pressed())

    # Drawing

    def strip_at(self, line: int, width: int) -> Strip:
        """Draw one row: its sign, its columns, its state; of one that cannot be read, why."""
        if line >= len(self.rows):
            return Strip([Segment(fit(f"   {self.words}", width), self.style("repository--quiet"))])
        row, now = self.rows[line], self._now()
        is_cursor, is_marked = line == self.cursor, row.key in self.marked
        ground = self.style("repository--cursor") if is_cursor else self.rich_style

        def styled(name: str) -> Style:
            if not is_cursor:
                return self.style(name)
            if ground.reverse:
                return ground  # a colour would become a ground of its own
            name = "repository--quiet" if name == "repository--faint" else name
            return ground if name == "repository--text" else ground + Style(color=self.style(name).color)

        sign, sign_style = ("+", "repository--marked") if is_marked else SIGNS[row.stage]
        segments = [Segment(" ", ground), Segment(f"{sign} ".ljust(SIGN - 1), styled(sign_style))]
        is_quiet = row.stage in ("nothing", "reading")
        text = "repository--marked" if is_marked else "repository--quiet" if is_quiet else "repository--text"
        for column in self.columns:
            if column.name == "state":
                segments += [Segment(piece, styled(name)) for piece, name in _state(row, column.width)]
            elif row.fault and column.name != "name":
                room = width - column.start - 1
                segments.append(Segment(fit(from_home(row.fault), room), styled("repository--fault")))
                break
            else:
                name = _column_style(column, row, now, text)
                before, words = aligned(cell_of(column, row, now), column)
                segments += [Segment(before, ground), Segment(words, styled(name))]
        return Strip(segments).adjust_cell_length(width, ground)


class ColumnTitles(Widget):
    """The titles of the columns; a click on one sorts by it."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = _STYLES

    class Pressed(Message):
        """A title was clicked."""

        def __init__(self, order: Order) -> None:
            super().__init__()
            self.order = order

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._columns: tuple[Column, ...] = ()
        self._order: Order = "name"

    def update(self, columns: tuple[Column, ...], order: Order) -> None:
        """Show the titles of these columns, and by which of them the rows are sorted."""
        if (columns, order) != (self._columns, self._order):
            self._columns, self._order = columns, order
            self.refresh()

    def render_line(self, y: int) -> Strip:  # noqa: ARG002  (there is one line)
        """Draw the titles."""
        plain, chosen = self._style("repository--title"), self._style("repository--title-sorted")
        segments = [Segment(" " * SIGN, plain)]
        for column in self._columns:
            style = chosen if column.order == self._order else plain
            before, words = aligned(column.title, column)
            segments += [Segment(before, plain), Segment(words, style)]
        return Strip(segments).adjust_cell_length(self.size.width, plain)

    def on_click(self, event: events.Click) -> None:
        """Sort by the column that was clicked."""
        for column in self._columns:
            if column.order is not None and column.start <= event.x < column.start + column.width + column.gap:
                self.post_message(self.Pressed(column.order))
                return

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name)


def with_progress(row: RepositoryRow, words: str, done: int, total: int) -> RepositoryRow:
    """Return a row that is being drafted."""
    return replace(row, stage="drafting", state=words, done=done, total=total)


def _column_style(column: Column, row: RepositoryRow, now: float, text: str) -> str:
    if column.name == "fetched":
        return "repository--call" if is_fetch_old(row, now) else "repository--quiet"
    if column.name in ("age", "last"):
        return "repository--quiet"
    if column.name == "unreleased" and not row.unreleased:
        return "repository--faint"
    return text


def _state(row: RepositoryRow, width: int) -> list[tuple[str, str]]:
    """Return the pieces of the state with the names of their styles: a bar where there is room, then words."""
    style = SIGNS[row.stage][1]
    done, left = bar_of(row, width)
    words = shorten(single_line(row.state), max(0, width - (done + left + 2 if done + left else 0)))
    if not done + left:
        return [(words, style)]
    return [
        ("━" * done, "repository--done"),
        ("─" * left, "repository--left"),
        ("  ", "repository--text"),
        (words, style),
    ]
