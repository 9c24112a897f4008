"""What the words of a command name: clones, as paths.  Light, for the first screen waits for it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.sources.opening import facts_of, find_clones
from llnotes_tui.sources.options import SourceError


class Target(Struct, frozen=True):
    """One range of one repository, as a person named it."""

    repository: str
    since: str | None = None
    until: str | None = None
    flags: Mapping[str, Any] = {}
    """Options of the command line by name; None where not given."""
    pull_request: int = 0
    """Number of the pull request whose description is meant; 0: a release."""


def stands_in_clone() -> bool:
    """Say whether the current directory is (in) a git clone."""
    try:
        facts_of(Path.cwd())
    except SourceError:
        return False
    return True


def found_clones(named: Sequence[str], flags: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths of the clones that were named, or that lie below the folders named; else those of the settings.

    Raises:
        SourceError: a name is no folder, or there is no clone at all.
        SettingsError: a setting is wrong.
    """
    names = tuple(named) or config.load(None, settings_among(flags)).repositories or (".",)
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


def settings_among(flags: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are settings too."""
    return {name: value for name, value in flags.items() if name in config.Settings.__struct_fields__}
