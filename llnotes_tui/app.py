"""The Textual app: opens screens, owns no logic."""

import gc
from collections.abc import Mapping, Sequence
from threading import Thread
from typing import Any, ClassVar

import msgspec
from textual.app import App
from textual.binding import Binding, BindingType

from llnotes_tui import config
from llnotes_tui.screens.opening import OpeningScreen
from llnotes_tui.screens.review import ReviewScreen
from llnotes_tui.styles import SHARED, sheet
from llnotes_tui.widgets.theme import register_themes, variable_defaults
from llnotes_tui.workbench.start import Target
from llnotes_tui.workbench.workbench import Workbench

_LOOK_FOR_COMMITS = 30.0
"""Seconds between two looks at whether the branch has moved."""


def run(target: Target | None = None, clones: Sequence[str] = (), flags: Mapping[str, Any] | None = None) -> int:
    """Run the app on one range, or on several clones to choose from; return the exit status."""
    app = LlnotesApp(target, clones, flags, config.load().theme)
    app.run()
    app.let_go()
    return app.return_code or 0


class LlnotesApp(App[int]):
    """The app on one range (`target`), or on several clones to choose from."""

    TITLE = "llnotes"
    CSS = sheet(SHARED)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", id="app.quit", show=False, tooltip="Leave llnotes; nothing is lost"),
        Binding("ctrl+c", "quit", "Quit", id="app.interrupt", show=False, system=True, priority=True),
    ]

    def __init__(
        self,
        target: Target | None = None,
        clones: Sequence[str] = (),
        flags: Mapping[str, Any] | None = None,
        theme: str = "",
    ) -> None:
        super().__init__()
        self._target = target
        self._clones = tuple(clones)
        self._flags = dict(flags or {})
        self._chosen_theme = theme
        self._workbench: Workbench | None = None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return our own colours for themes that are not ours."""
        return variable_defaults(dark=self.current_theme.dark)

    def on_mount(self) -> None:
        """Show the first screen."""
        register_themes(self, self._chosen_theme)
        self.set_interval(_LOOK_FOR_COMMITS, self._look_for_commits)
        if self._target is not None:
            self.open_review(self._target)
        self.call_after_refresh(gc.freeze)

    # -- what screens ask for --------------------------------------------------------------------------------------

    def open_review(self, target: Target) -> None:
        """Read the release that a target names, then review it."""
        self._target = target
        self.push_screen(OpeningScreen(target), self._opened)

    def open_export(self, workbench: Workbench) -> None:
        """Show what would be written."""
        from llnotes_tui.screens.export import ExportScreen

        self.push_screen(ExportScreen(workbench), self._exported)

    def reopen(self, since: str) -> None:
        """Review the same repository from another base."""
        assert self._target is not None
        target = msgspec.structs.replace(self._target, since=since)
        self.pop_screen()
        self._close_workbench()
        self.open_review(target)

    # -- from screen to screen -------------------------------------------------------------------------------------

    def _opened(self, workbench: Workbench | None) -> None:
        if workbench is None:
            self._reviewed(None)
            return
        self._workbench = workbench
        self.push_screen(ReviewScreen(workbench), self._reviewed)

    def _reviewed(self, _: None) -> None:
        """Go back to the list, or leave where there is none."""
        self._close_workbench()
        if not self._clones:
            self.exit(0)

    def _exported(self, outcome: str | None) -> None:
        if outcome == "next" and isinstance(self.screen, ReviewScreen):
            self.screen.dismiss(None)

    def _look_for_commits(self) -> None:
        if self._workbench is not None:
            self._workbench.look_for_commits()

    def _close_workbench(self) -> None:
        """Close the release in a thread of its own: nothing of it is needed on screen."""
        if self._workbench is not None:
            Thread(target=self._workbench.close, name="llnotes-closing", daemon=True).start()
            self._workbench = None

    def let_go(self) -> None:
        """Close what is open, before the process ends; takes a second at most."""
        if self._workbench is not None:
            self._workbench.close()
            self._workbench = None
