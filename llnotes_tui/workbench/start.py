"""Where work begins: what the words of a command mean, as clones with their settings."""

import os
from pathlib import Path
from threading import Event

from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.release.plan import PlanOptions
from llnotes_tui.release.text import decode, one_line
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import without_tokens
from llnotes_tui.sources.github.hosts import GitHubPlace, place_named
from llnotes_tui.sources.github.opening import open_mirror
from llnotes_tui.sources.options import RangeOptions, Say, SourceError, silent
from llnotes_tui.sources.process import GitFault
from llnotes_tui.workbench.clones import Target, settings_among
from llnotes_tui.workbench.github_access import access_of, github_client, github_host
from llnotes_tui.workbench.ranging import range_options

__all__ = ["Opened", "Target", "open_target", "reviewer"]


class Opened(Struct, frozen=True):
    """A clone with the settings that hold for it, and what they say about the range."""

    clone: Clone
    settings: config.Settings
    range_options: RangeOptions
    plan_options: PlanOptions
    github: GitHub | None = None
    """Whom to ask about it on GitHub; None with `offline`, without a token, and for a repository elsewhere."""
    place: GitHubPlace | None = None
    """The repository there; None for a repository elsewhere."""


def open_target(target: Target, say: Say = silent, cancel: Event | None = None) -> Opened:
    """Open the clone that a target names, or fetch and open our clone of a repository on GitHub, with the settings for it.

    A path that exists goes before `owner/name`.  `say` is told what is going on, `cancel` stops it.

    Raises:
        SourceError: there is no such repository, it cannot be had, or there is no such component.
        SettingsError: a setting is wrong.
    """
    place = None if Path(target.repository).expanduser().exists() else _place_named(target)
    if place is not None:
        return _opened_mirror(target, place, say, cancel)
    clone = Clone.open(Path(target.repository).expanduser())
    settings = config.load(clone.root, settings_among(target.flags))
    access = access_of(settings, clone.origin)
    return _opened(target, clone, settings, access.github, access.place)


def _place_named(target: Target) -> GitHubPlace | None:
    """Return the repository on GitHub that a word names.

    Raises:
        SourceError: it is a URL of somewhere else.
    """
    host = github_host(config.load(None, settings_among(target.flags)))
    place = place_named(target.repository, host)
    if place is None and "://" in target.repository:
        shown = one_line(without_tokens(target.repository))
        raise SourceError(
            f"{shown} is no repository on {host.name}; name one as owner/name, or its GitHub by the setting `github`."
        )
    return place


def _opened_mirror(target: Target, place: GitHubPlace, say: Say, cancel: Event | None) -> Opened:
    flags = settings_among(target.flags)
    before = config.load(None, flags)
    client = github_client(before)
    mirror = open_mirror(place, client, cancel, say)
    own, project = mirror.settings_files(range_options(before, None, target.since, target.until), cancel, say)
    settings = config.load(config.RepositoryFiles(mirror.name, own, project), flags)
    may_ask = client is not None and client.login.is_somebody
    return _opened(target, mirror, settings, client if may_ask else None, mirror.github_place)


def _opened(
    target: Target, clone: Clone, settings: config.Settings, github: GitHub | None, place: GitHubPlace | None
) -> Opened:
    ranges = range_options(settings, target.flags.get("component"), target.since, target.until)
    component = ranges.component
    plans = PlanOptions(internal_paths=settings.internal_paths, paths=component.paths if component else ())
    return Opened(clone, settings, ranges, plans, github, place)


def reviewer(opened: Opened) -> str:
    """Return the name that decisions carry: of the settings, else of git, else of the login."""
    return opened.settings.reviewer or _git_name(opened.clone) or os.environ.get("USER") or "somebody"


def _git_name(clone: Clone) -> str:
    try:
        return one_line(decode(clone.git(["config", "user.name"])).strip())
    except (SourceError, GitFault):
        return ""
