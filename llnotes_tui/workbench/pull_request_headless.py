"""The description of a pull request drafted with no screen."""

from collections.abc import Callable
from threading import Event

from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.headless import DONE, FAILED, DraftOutcome, waits_only
from llnotes_tui.workbench.pull_request import drafted_description, read_pull_request
from llnotes_tui.workbench.unattended import Unattended


def draft_description(target: Target, say: Callable[[str], None]) -> DraftOutcome:
    """Draft a description over what was decided on it so far; nothing is saved to GitHub.

    Raises:
        SourceError, SettingsError: the pull request cannot be read.
    """
    told = read_pull_request(target, waits_only(say), Event())
    with Unattended(told.read) as unattended:
        stopped = unattended.draft()
        view = unattended.view()
        fault = unattended.cache_fault
    for sentence in filter(None, (stopped, fault, *told.read.plan.range.warnings, *told.read.plan.warnings)):
        say(f"{told.asked.name}: {sentence}")
    for entry in view.entries:
        if entry.state == "failed":
            say(f"{told.asked.name}: it could not be drafted: {entry.why}")
    say(f"{told.asked.name}: nothing was saved; review it in a terminal, where w saves it.")
    text = drafted_description(view)
    return DraftOutcome(text, DONE if text and not view.totals.notes_failed else FAILED)
