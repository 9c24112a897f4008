"""Where work begins: what the words of a command mean, as clones with their settings."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.sources.git import Clone

_SELECTIONS = frozenset({"component"})
"""Options that choose something and set nothing."""


class Target(Struct, frozen=True):
    """One range of one repository, as a person named it."""

    repository: str
    since: str | None = None
    until: str | None = None
    flags: Mapping[str, Any] = {}
    """Options of the command line; None where not given."""


class Opened(Struct, frozen=True):
    """A clone with the settings that hold for it."""

    clone: Clone
    settings: config.Settings


def open_clone(repository: str, flags: Mapping[str, Any]) -> Opened:
    """Open the clone that `repository` names, and read the settings for it.

    Raises:
        SourceError: there is no clone.
        SettingsError: a setting is wrong.
    """
    clone = Clone.open(Path(repository).expanduser())
    return Opened(clone, config.load(clone.root, _settings_among(flags)))
