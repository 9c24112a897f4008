"""The floor that first paint and keys are held against: a Textual app with one widget, and nothing else.

`python -m tests.bench.floor` shows a table, `python -m tests.bench.floor typing` an editor.
"""

import sys

from textual.app import App, ComposeResult
from textual.widgets import DataTable, TextArea


class Floor(App[None]):
    """One table of fifty rows."""

    def compose(self) -> ComposeResult:
        """Make the table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill the table."""
        table: DataTable[str] = self.query_one(DataTable)
        table.add_columns("name", "unreleased", "last", "age")
        for number in range(50):
            table.add_row(f"repository-{number}", str(number), "v1.2.3", "3 d")
        table.focus()


class TypingFloor(App[None]):
    """One editor with a line in it."""

    def compose(self) -> ComposeResult:
        """Make the editor."""
        yield TextArea("repository-3 ")


if __name__ == "__main__":
    (TypingFloor() if sys.argv[1:] == ["typing"] else Floor()).run()
