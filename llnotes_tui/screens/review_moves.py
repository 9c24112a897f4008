"""Moving about in the Review screen: rows, diff, search."""

from textual.widgets import Input

from llnotes_tui.screens.review_texts import Texts
from llnotes_tui.widgets.diff_view import DiffView
from llnotes_tui.widgets.line_input import LineInput


class Moves(Texts):
    """Actions that change what is seen, and nothing else."""

    # Rows

    def action_go(self, rows: int) -> None:
        """Go so many rows down, or up."""
        if not self.entries.go_to(self.entries.cursor + rows):
            self.say("This is the last row." if rows > 0 else "This is the first row.")

    def action_open_row(self) -> None:
        """Open an entry or a group; where it is open, go inside."""
        row, entry = self.row, self.entry
        if row is None or row.kind in ("file", "member"):
            return
        if row.key in self.entries.opened:
            self.entries.go_to(self.entries.cursor + 1)
        elif row.kind == "entry" and entry is not None and not entry.files:
            self.say("This entry has no files of its own to open: its note tells all.")
        else:
            self.entries.opened.add(row.key)
            self.entries.rebuild()

    def action_close_row(self) -> None:
        """Close what the cursor is on or in."""
        row = self.row
        if row is None:
            return
        holder = row.key
        if row.kind == "file" and row.entry is not None:
            holder = row.entry
        elif row.kind == "member":
            above = (one.key for one in reversed(self.entries.rows[: self.entries.cursor]) if one.kind == "group")
            holder = next(above, row.key)
        if holder in self.entries.opened:
            self.entries.go_to_key(holder)
            self.entries.opened.discard(holder)
            self.entries.rebuild()

    def action_toggle_row(self) -> None:
        """Open the row under the cursor, or close it."""
        row = self.row
        if row is not None and row.key in self.entries.opened:
            self.action_close_row()
        else:
            self.action_open_row()

    # Diff

    def action_scroll_diff(self, lines: int) -> None:
        """Scroll the diff by lines."""
        self.diff.scroll_lines(lines)

    def action_scroll_page(self, direction: int) -> None:
        """Scroll the diff by a page."""
        self.diff.scroll_page(direction)

    def action_scroll_half(self, direction: int) -> None:
        """Scroll the diff by half a page."""
        self.diff.scroll_half(direction)

    def action_hunk(self, direction: int) -> None:
        """Go to the next or previous hunk."""
        if not self.diff.go_to_hunk(direction):
            self.say("This is the last hunk." if direction > 0 else "This is the first hunk.")

    # Search

    def action_search(self) -> None:
        """Open the search line."""
        line = self.query_one("#search", LineInput)
        line.add_class("-open")
        line.value = self.diff.needle
        line.cursor_position = len(line.value)
        line.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Search for what was typed; nothing ends the search."""
        event.stop()
        self._close_search_line()
        if event.value:
            self.diff.search(event.value)
        else:
            self.diff.end_search()

    def on_diff_view_searched(self, event: DiffView.Searched) -> None:
        """Say what was found."""
        event.stop()
        if not event.needle:
            return
        if event.count:
            self.say(f"{event.count} hit{'' if event.count == 1 else 's'}: n N go through them, esc ends the search.")
        else:
            self.say(f"“{event.needle}” is nowhere in this diff; esc ends the search.", "warn")

    def action_hit(self, direction: int) -> None:
        """Go to the next or previous hit."""
        if not self.diff.needle:
            self.say("n goes through the hits of a search: / opens one.", "warn")
            return
        number, count = self.diff.go_to_hit(direction)
        self.say(f"Hit {number} of {count}." if count else "Nothing was found in this diff.")

    def _close_search_line(self) -> None:
        self.query_one("#search", LineInput).remove_class("-open")
        self.entries.focus()

    def action_leave(self) -> None:
        """Leave what is open: the search line, the search, the marks, another pane; else say which key goes back."""
        if self.query_one("#search").has_class("-open"):
            self._close_search_line()
        elif self.diff.needle:
            self.diff.end_search()
            self.bar.hush()
        elif self.focused is not self.entries:
            self.entries.focus()
        elif self.entries.marked:
            self.entries.marked.clear()
            self.entries.rebuild()
            self.say("Nothing is marked.")
        elif self.bar.notice:
            self.bar.hush()
        else:
            self.say("q goes back; everything is kept.")
