"""The floor that first paint and keys are held against: a Textual app with one DataTable, and nothing else."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable


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


if __name__ == "__main__":
    Floor().run()
