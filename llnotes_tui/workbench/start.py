"""Where work begins: what the words of a command mean, as clones with their settings."""

import os
from pathlib import Path

from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.release.plan import PlanOptions
from llnotes_tui.release.text import decode, one_line
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import RangeOptions, SourceError
from llnotes_tui.sources.process import GitFault
from llnotes_tui.workbench.clones import Target, settings_among
from llnotes_tui.workbench.ranging import range_options

__all__ = ["Opened", "Target", "open_target", "reviewer"]


class Opened(Struct, frozen=True):
    """A clone with the settings that hold for it, and what they say about the range."""

    clone: Clone
    settings: config.Settings
    range_options: RangeOptions
    plan_options: PlanOptions


def open_target(target: Target) -> Opened:
    """Open the clone that a target names, and read the settings for it.

    Raises:
        SourceError: there is no clone, or no such component.
        SettingsError: a setting is wrong.
    """
    clone = Clone.open(Path(target.repository).expanduser())
    settings = config.load(clone.root, settings_among(target.flags))
    ranges = range_options(settings, target.flags.get("component"), target.since, target.until)
    component = ranges.component
    plans = PlanOptions(internal_paths=settings.internal_paths, paths=component.paths if component else ())
    return Opened(clone, settings, ranges, plans)


def reviewer(opened: Opened) -> str:
    """Return the name that decisions carry: of the settings, else of git, else of the login."""
    return opened.settings.reviewer or _git_name(opened.clone) or os.environ.get("USER") or "somebody"


def _git_name(clone: Clone) -> str:
    try:
        return one_line(decode(clone.git(["config", "user.name"])).strip())
    except (SourceError, GitFault):
        return ""
