"""The tree of entries: one line each, files under an opened one, groups collapsed at its end."""

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from llnotes_tui.release.model import NoteId
from llnotes_tui.widgets.cells import fit, shorten
from llnotes_tui.widgets.entry_rows import Known, TreeRow, rows_of
from llnotes_tui.widgets.line_view import LineView
from llnotes_tui.workbench.views import ReleaseView


class EntryTree(LineView):
    """Draws only the rows in sight; an update redraws only those that changed.  The cursor stays on its note."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "entry--cursor",
        "entry--done",
        "entry--failed",
        "entry--gone",
        "entry--group",
        "entry--marked",
        "entry--quiet",
        "entry--stale",
        "entry--title",
        "entry--writing",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "Next", id="tree.down", show=False, tooltip="Go one row down"),
        Binding("up", "move(-1)", "Previous", id="tree.up", show=False, tooltip="Go one row up"),
        Binding("right", "screen.open_row", "Open", id="tree.open", show=False, tooltip="Show the files of an entry"),
        Binding("left", "screen.close_row", "Close", id="tree.close", show=False, tooltip="Hide the files again"),
        Binding("pagedown", "page(1)", "Page down", id="tree.page_down", show=False, tooltip="Go one page down"),
        Binding("pageup", "page(-1)", "Page up", id="tree.page_up", show=False, tooltip="Go one page up"),
        Binding("home", "end(0)", "First", id="tree.first", show=False, tooltip="Go to the first row"),
        Binding("end", "end(-1)", "Last", id="tree.last", show=False, tooltip="Go to the last row"),
    ]

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, row: TreeRow) -> None:
            super().__init__()
            self.row = row

    class Pressed(Message):
        """The row under the cursor was clicked once more."""

        def __init__(self, row: TreeRow) -> None:
            super().__init__()
            self.row = row

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self.rows: list[TreeRow] = []
        self.cursor = 0
        """Index of the row that is chosen."""
        self.opened: set[str] = set()
        self.marked: set[NoteId] = set()
        self._view: ReleaseView | None = None
        self._known: Known = {}

    @property
    def row(self) -> TreeRow | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    # What is shown

    def update(self, view: ReleaseView) -> None:
        """Show a release as it is now: labels that changed are drawn anew, the cursor stays on its note."""
        self._view = view
        if self.marked:
            self.marked &= {entry.note for entry in view.entries}
        self._take(rows_of(view, self.opened, self.marked, self._known))

    def _take(self, rows: list[TreeRow]) -> None:
        before, row = self.rows, self.row
        self.rows = rows
        if len(before) == len(rows):
            changed = [index for index, (old, new) in enumerate(zip(before, rows, strict=True)) if old != new]
            same_places = all(before[index].key == rows[index].key for index in changed)
        else:
            changed, same_places = [], False
        if same_places:
            seen = self.lines_seen
            self.forget()
            for index in changed:
                if index in seen:
                    self.refresh_lines(index)
            return
        self.lay_out(len(rows))
        self._keep_cursor(row, before)

    def _keep_cursor(self, row: TreeRow | None, before: list[TreeRow]) -> None:
        """Find the row that the cursor was on among the new ones, else its entry, else what came after it."""
        if row is None or not self.rows:
            self.cursor = 0
        else:
            places = {known.key: index for index, known in enumerate(self.rows)}
            later = (known.key for known in before[self.cursor :] if known.key in places)
            wanted = [row.key, *([row.entry] if row.entry else []), *later]
            found = next((places[key] for key in wanted if key in places), None)
            self.cursor = min(self.cursor, len(self.rows) - 1) if found is None else found
        now = self.row
        self.show_line(self.cursor)
        if now is not None and (row is None or now.key != row.key):
            self.post_message(self.Moved(now))

    def rebuild(self) -> None:
        """Show what was opened, closed or marked since."""
        if self._view is not None:
            self._take(rows_of(self._view, self.opened, self.marked, self._known))

    # Moving

    def go_to(self, index: int) -> bool:
        """Put the cursor on a row; returns whether it moved."""
        if not self.rows:
            return False
        index = max(0, min(index, len(self.rows) - 1))
        if index == self.cursor:
            return False
        before, self.cursor = self.cursor, index
        self.redraw(before)
        self.redraw(index)
        self.show_line(index, margin=2)
        self.post_message(self.Moved(self.rows[index]))
        return True

    def go_to_key(self, key: str) -> bool:
        """Put the cursor on the row of a note or group, opening what it lies in; returns whether it is there."""
        index = self.index_of(key)
        if index is None and self._view is not None:
            holder = _holder_of(key, self._view)
            if holder:
                self.opened.add(holder)
                self.rebuild()
                index = self.index_of(key)
        if index is None:
            return False
        self.go_to(index)
        return True

    def index_of(self, key: str) -> int | None:
        """Return the row of a note or group; a file's note is found under any opened entry."""
        return next((at for at, row in enumerate(self.rows) if key in (row.key, row.file)), None)

    def action_move(self, rows: int) -> None:
        """Go so many rows down, or up."""
        self.go_to(self.cursor + rows)

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
            self.post_message(self.Pressed(self.rows[index]))

    # Drawing

    def strip_at(self, line: int, width: int) -> Strip:
        """Draw one row: sign, number, title, and what is said at the right."""
        row = self.rows[line]
        is_cursor = line == self.cursor
        ground = self.style("entry--cursor") if is_cursor else Style.null()

        def styled(name: str) -> Style:
            style = self.style(name)
            if not is_cursor:
                return style
            keeps_colour = name not in ("entry--title", "entry--group")
            return ground + Style(color=style.color, strike=style.strike) if keeps_colour else ground

        indent = "  " * row.depth
        room = width - len(indent) - 4
        note = _note_that_fits(row.note, room)
        room -= cell_len(note) + 1 if note else 0
        number = shorten(f"{row.number} ", max(0, room)) if row.number else ""
        title = fit(row.title, max(0, room - cell_len(number)))
        segments = [
            Segment(f" {indent}", ground or self.rich_style),
            Segment(f"{row.sign} ", styled(row.sign_style)),
            Segment(number, styled("entry--quiet" if row.title_style != "entry--gone" else "entry--gone")),
            Segment(title, styled(row.title_style)),
        ]
        if note:
            segments += [Segment(" ", ground or self.rich_style), Segment(note, styled(row.note_style))]
        return Strip(segments).adjust_cell_length(width, ground or self.rich_style)


def _note_that_fits(note: str, room: int) -> str:
    """Return what is said at the right, short or not at all where titles need the room."""
    if room - cell_len(note) >= 24 or not note:
        return note
    short = note.replace("breaking", "B").replace("published", "P")
    short = short if short != note or note.endswith("!") else ""
    return short or (note if room - cell_len(note) >= 12 else "")


def _holder_of(key: str, view: ReleaseView) -> str:
    """Return the key of the row that has to be open for `key` to be seen."""
    for entry in view.entries:
        if any(file.note == key for file in entry.files):
            return entry.note
    groups = (("internal", view.internal), ("dependency", view.dependency_updates), ("left-out", view.left_out))
    return next((f"group:{name}" for name, members in groups if any(m.note == key for m in members)), "")
