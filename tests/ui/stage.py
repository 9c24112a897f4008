"""The smallest app that the screens can stand in."""

from typing import Any

from textual.app import App, ComposeResult
from textual.widget import Widget

from llnotes_tui.screens.review import ReviewScreen
from llnotes_tui.styles import sheet
from llnotes_tui.widgets.theme import DARK, register_themes, variable_defaults
from tests.ui.desk import Desk


class Stage(App[None]):
    """Holds one screen, and notes down what the screen asks of its app."""

    CSS = sheet("shared")

    def __init__(self, theme: str = DARK) -> None:
        super().__init__()
        register_themes(self, theme)
        self.asked: list[tuple[str, Any]] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(dark=self.current_theme.dark)

    def open_export(self, workbench: Any) -> None:
        self.asked.append(("export", workbench))

    def reopen(self, since: str) -> None:
        self.asked.append(("reopen", since))


class Reviewing(Stage):
    """The Review screen over a desk."""

    def __init__(self, desk: Desk | None = None, theme: str = DARK) -> None:
        super().__init__(theme)
        self.desk = desk or Desk()

    def on_mount(self) -> None:
        self.push_screen(ReviewScreen(self.desk.as_workbench()))

    @property
    def review(self) -> ReviewScreen:
        return next(screen for screen in self.screen_stack if isinstance(screen, ReviewScreen))


class Holding(Stage):
    """One widget, and nothing else."""

    def __init__(self, widget: Widget, theme: str = DARK) -> None:
        super().__init__(theme)
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget
