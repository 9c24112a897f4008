"""Where work begins: what the words of a command mean, as clones with their settings."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.release.plan import PlanOptions
from llnotes_tui.release.text import decode, one_line
from llnotes_tui.sources.git import Clone, find_clones
from llnotes_tui.sources.options import ComponentOptions, RangeOptions, SourceError
from llnotes_tui.sources.process import GitFault


class Target(Struct, frozen=True):
    """One range of one repository, as a person named it."""

    repository: str
    since: str | None = None
    until: str | None = None
    flags: Mapping[str, Any] = {}
    """Options of the command line by name; None where not given."""


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
    settings = config.load(clone.root, _settings_among(target.flags))
    component = _component(settings, target.flags.get("component"))
    ranges = RangeOptions(
        since=target.since,
        until=target.until,
        tag_prefix=settings.tag_prefix,
        tag_pattern=settings.tag_pattern,
        prereleases=settings.prereleases,
        component=component,
        changelog=settings.changelog,
    )
    plans = PlanOptions(internal_paths=settings.internal_paths, paths=component.paths if component else ())
    return Opened(clone, settings, ranges, plans)


def stands_in_clone() -> bool:
    """Say whether the current directory is (in) a git clone."""
    try:
        Clone.open(Path.cwd())
    except SourceError:
        return False
    return True


def found_clones(named: Sequence[str], flags: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of the clones that were named, or that lie below the folders named; else those of the settings.

    Raises:
        SourceError: a name is no folder, or there is no clone at all.
        SettingsError: a setting is wrong.
    """
    names = tuple(named) or config.load(None, _settings_among(flags)).repositories or (".",)
    clones: dict[str, None] = {}
    for name in names:
        folder = Path(name).expanduser()
        if not folder.is_dir():
            raise SourceError(f"{name} is no folder; name a clone, or a folder with clones below it.")
        clones.update(dict.fromkeys(str(path) for path in find_clones(folder)))
    if not clones:
        raise SourceError(
            f"There is no git clone in {', '.join(names)}; name one, or list `repositories` in {config.user_file()}."
        )
    return tuple(clones)


def reviewer(opened: Opened) -> str:
    """Return the name that decisions carry: of the settings, else of git, else of the login."""
    return opened.settings.reviewer or _git_name(opened.clone) or os.environ.get("USER") or "somebody"


def _git_name(clone: Clone) -> str:
    try:
        return one_line(decode(clone.git(["config", "user.name"])).strip())
    except (SourceError, GitFault):
        return ""


def _settings_among(flags: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in flags.items() if name in config.Settings.__struct_fields__}


def _component(settings: config.Settings, name: str | None) -> ComponentOptions | None:
    if name is None:
        return None
    found = settings.components.get(name)
    if found is None:
        known = ", ".join(settings.components) or "none"
        raise SourceError(f"There is no component {name} in the settings (there is: {known}).")
    return ComponentOptions(name, found.tags, found.paths, found.changelog)
