"""Which screen shows what a review comes to: files of a release, or the description of a pull request."""

from typing import TYPE_CHECKING

from textual.screen import Screen

from llnotes_tui.workbench.pull_request import PullRequestBench

if TYPE_CHECKING:
    from llnotes_tui.workbench.workbench import Workbench


def screen_for(workbench: "Workbench") -> Screen[str | None]:
    """Return the screen that follows the review of a workbench."""
    if isinstance(workbench, PullRequestBench):
        from llnotes_tui.screens.pull_request import PullRequestScreen

        return PullRequestScreen(workbench)
    from llnotes_tui.screens.export import ExportScreen

    return ExportScreen(workbench)
