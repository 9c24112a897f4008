"""The Textual app: opens screens, owns no logic."""

import gc
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen

from llnotes_tui import config
from llnotes_tui.styles import SHARED, sheet
from llnotes_tui.widgets.theme import register_themes, variable_defaults
from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.rows import key_of, target_of

if TYPE_CHECKING:
    from llnotes_tui.screens.repositories import RepositoriesScreen
    from llnotes_tui.sources.options import TagChoice
    from llnotes_tui.workbench.workbench import Workbench

_LOOK_FOR_COMMITS = 30.0
"""Seconds between two looks at whether the branch has moved."""
_LET_GO = 1.0
"""Seconds that closing may take in all, before the process ends."""


def run(target: Target | None = None, clones: Sequence[str] = (), flags: Mapping[str, Any] | None = None) -> int:
    """Run the app on one range, or on several repositories to choose from; return the exit status."""
    app = LlnotesApp(target, clones, flags, config.load().theme)
    app.run()
    app.let_go()
    return app.return_code or 0


class LlnotesApp(App[int]):
    """The app on one range (`target`), or on several repositories to choose from."""

    TITLE = "llnotes"
    CSS = sheet(SHARED)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+q",
            "leave",
            "Quit",
            id="app.quit",
            show=False,
            priority=True,
            tooltip="Leave llnotes; nothing is lost",
        ),
        Binding("ctrl+c", "leave", "Quit", id="app.interrupt", show=False, system=True, priority=True),
    ]

    def __init__(
        self,
        target: Target | None = None,
        clones: Sequence[str] = (),
        flags: Mapping[str, Any] | None = None,
        theme: str = "",
        now: Callable[[], float] = time.time,
    ) -> None:
        """`now` is the clock that ages are told by."""
        super().__init__()
        register_themes(self, theme)
        self._target = target
        self._clones = tuple(clones)
        self._flags = dict(flags or {})
        self._now = now
        self._list: RepositoriesScreen | None = None
        self._waiting: deque[str] = deque()
        self._goes_on = False
        self._workbench: Workbench | None = None
        self._letting_go: list[Thread] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return our own colours for themes that are not ours."""
        return variable_defaults(dark=self.current_theme.dark)

    def get_default_screen(self) -> Screen[Any]:
        """Return the screen that lies below all others: the list, where there is one."""
        if self._target is not None:
            return super().get_default_screen()
        from llnotes_tui.screens.repositories import RepositoriesScreen

        self._list = RepositoriesScreen(self._clones, self._flags, self._now)
        # Textual reads the sheet of a screen when it is pushed, which this one never is.
        self.stylesheet.add_source(self._list.CSS, read_from=("repositories", "CSS"), is_default_css=False)
        return self._list

    def on_mount(self) -> None:
        """Show the first screen."""
        self.set_interval(_LOOK_FOR_COMMITS, self._look_for_commits)
        if self._target is not None:
            self.open_review(self._target)
        self.call_after_refresh(_collect_from_now_on)

    # -- what screens ask for --------------------------------------------------------------------------------------

    def open_reviews(self, clones: Sequence[str]) -> None:
        """Review the first of these rows; the others follow, each after the one before was written."""
        self._waiting = deque(clones)
        self._open_next()

    def open_review(self, target: Target) -> None:
        """Read the release that a target names, then review it."""
        from llnotes_tui.screens.opening import OpeningScreen

        self._target = target
        self.push_screen(OpeningScreen(target), self._opened)

    def open_export(self, workbench: "Workbench") -> None:
        """Show what would be written."""
        from llnotes_tui.screens.outcome import screen_for

        self.push_screen(screen_for(workbench), self._exported)

    def open_with_choice(self, row: str, choice: "TagChoice | None") -> None:
        """Review the repository of a row alone, by what was chosen among its tags."""
        self._waiting.clear()
        self._goes_on = False
        self.open_review(msgspec.structs.replace(target_of(row, self._flags), tag_choice=choice))

    def reopen(self, since: str | None, choice: "TagChoice | None" = None) -> None:
        """Review the same repository from another base: after a tag or commit, or by a choice among its tags."""
        assert self._target is not None
        target = msgspec.structs.replace(self._target, since=since, tag_choice=choice)
        self.pop_screen()
        self._close_workbench()
        self.open_review(target)

    def leave(self) -> None:
        """End the app, whatever is open: every decision and every keystroke is on disk, or is written by `let_go`."""
        self.exit(0)

    def action_leave(self) -> None:
        """End the app at once."""
        self.leave()

    # -- from screen to screen -------------------------------------------------------------------------------------

    def _open_next(self) -> None:
        self._goes_on = False
        self.open_review(target_of(self._waiting.popleft(), self._flags))

    def _opened(self, workbench: "Workbench | None") -> None:
        from llnotes_tui.screens.review import ReviewScreen

        if workbench is None:
            self._reviewed(None)
            return
        self._workbench = workbench
        self.push_screen(ReviewScreen(workbench), self._reviewed)

    def _exported(self, outcome: str | None) -> None:
        """After `next` the review is done with, and the next marked repository is up."""
        if outcome == "next":
            self._goes_on = True
            self.screen.dismiss(None)

    def _reviewed(self, _: None) -> None:
        """Go on to the next marked repository, else back to the list; leave where there is none."""
        self._close_workbench()
        if self._list is None:
            self.leave()
            return
        if self._goes_on and self._target is not None:
            self._list.went_through(key_of(self._target))
            if self._waiting:
                self._open_next()

    def _look_for_commits(self) -> None:
        if self._workbench is not None:
            self._workbench.look_for_commits()

    def _close_workbench(self) -> None:
        """Close the release in a thread of its own, nothing of it is needed on screen; then have its row read anew."""
        workbench, target, shown = self._workbench, self._target, self._list
        self._workbench = None

        def close() -> None:
            if workbench is not None:
                workbench.close()
            if shown is not None and target is not None:
                shown.read_again((key_of(target),))

        thread = Thread(target=close, name="llnotes-closing", daemon=True)
        self._letting_go = [*(other for other in self._letting_go if other.is_alive()), thread]
        thread.start()

    def let_go(self) -> None:
        """Close what is open, before the process ends; takes a second at most."""
        end = time.monotonic() + _LET_GO
        self._list = None
        self._close_workbench()
        for thread in self._letting_go:
            thread.join(max(0.0, end - time.monotonic()))


def _collect_from_now_on() -> None:
    """Have garbage collected, but for what was there when the first screen was drawn: that stays to the end."""
    gc.freeze()
    gc.enable()
