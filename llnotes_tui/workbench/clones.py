"""What the words of a command name: clones as paths, repositories and owners on GitHub.  Light, for the first screen waits for it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.sources.github.hosts import host_of, is_owner, place_named
from llnotes_tui.sources.opening import facts_of, find_clones
from llnotes_tui.sources.options import SourceError, TagChoice


class Target(Struct, frozen=True):
    """One range of one repository, as a person named it."""

    repository: str
    since: str | None = None
    until: str | None = None
    flags: Mapping[str, Any] = {}
    """Options of the command line by name; None where not given."""
    pull_request: int = 0
    """Number of the pull request whose description is meant; 0: a release."""
    tag_choice: TagChoice | None = None
    """What a person chose among the tags just now: kept when it is opened."""


def stands_in_clone() -> bool:
    """Say whether the current directory is (in) a git clone."""
    try:
        facts_of(Path.cwd())
    except SourceError:
        return False
    return True


def found_repositories(named: Sequence[str], flags: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what was named, else what the settings name: full paths of clones, and as they are `owner/name`s and owners.

    A folder that is there wins, and stands for the clones below it; then `owner/name` or the URL of a repository; then the
    login of an organisation or a user.  Whether GitHub knows the last two is found out later.

    Raises:
        SourceError: a word is none of these, or there is no clone at all.
        SettingsError: a setting is wrong.
    """
    settings = config.load(None, settings_among(flags))
    host = host_of(settings.github)
    names = tuple(named) or settings.repositories or (".",)
    found: dict[str, None] = {}
    for name in names:
        folder = Path(name).expanduser()
        if folder.is_dir():
            found.update(dict.fromkeys(str(path) for path in find_clones(folder)))
            continue
        place = place_named(name, host)
        if place is None and not is_owner(name):
            raise SourceError(
                f"{name} is no folder here, and no `owner/name`, URL or owner on {host.name}; name one of these."
            )
        found[place.key if place is not None else name] = None
    if not found:
        raise SourceError(
            f"There is no git clone in {', '.join(names)}; name one, or list `repositories` in {config.user_file()}."
        )
    return tuple(found)


def settings_among(flags: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are settings too."""
    return {name: value for name, value in flags.items() if name in config.Settings.__struct_fields__}
