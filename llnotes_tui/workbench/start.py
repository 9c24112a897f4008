"""Where work begins: what the words of a command mean, as clones with their settings."""

import os
from pathlib import Path
from threading import Event

from msgspec import Struct, structs

from llnotes_tui import config
from llnotes_tui.release.model import Plan
from llnotes_tui.release.plan import PlanOptions
from llnotes_tui.release.text import decode, one_line
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import without_tokens
from llnotes_tui.sources.github.hosts import GitHubPlace, place_named
from llnotes_tui.sources.github.opening import open_mirror
from llnotes_tui.sources.github.pulls import PullSource
from llnotes_tui.sources.options import RangeOptions, Say, SourceError, TagChoice, silent
from llnotes_tui.sources.process import GitFault
from llnotes_tui.sources.reading import read_plan
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.clones import Target, settings_among
from llnotes_tui.workbench.github_access import access_of, github_client, github_host
from llnotes_tui.workbench.ranging import range_options
from llnotes_tui.workbench.tag_choices import keep_tag_choice, read_tag_choice

__all__ = ["Opened", "Target", "open_on_github", "open_target", "read_opened", "reviewer"]


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


def open_on_github(target: Target, say: Say = silent, cancel: Event | None = None) -> Opened:
    """Open our clone of the repository on GitHub that a target names, or that the clone it names came from.

    Raises:
        SourceError: it is not on GitHub, or cannot be had.
        SettingsError: a setting is wrong.
    """
    path = Path(target.repository).expanduser()
    if path.exists():
        clone = Clone.open(path)
        settings = config.load(clone.root, settings_among(target.flags))
        place = access_of(settings, clone.origin).place
    else:
        place = _place_named(target)
    if place is None:
        name = one_line(target.repository)
        raise SourceError(f"{name} is no repository on GitHub, nor a clone of one; name one by --repo owner/name.")
    return _opened_mirror(target, place, say, cancel)


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
    choice = _tag_choice(target, clone)
    settings = structs.replace(settings, unreleased=settings.unreleased or choice.unreleased)
    ranges = range_options(
        settings,
        target.flags.get("component"),
        target.since if target.since is not None else choice.since or None,
        target.until,
        choice,
    )
    component = ranges.component
    plans = PlanOptions(
        internal_paths=settings.internal_paths,
        paths=component.paths if component else (),
        skip_labels=settings.skip_labels,
        skip_commits=settings.skip_commits,
        skip_authors=settings.skip_authors,
        breaking_labels=settings.breaking_labels,
        today=ranges.today,
    )
    return Opened(clone, settings, ranges, plans, github, place)


def _tag_choice(target: Target, clone: Clone) -> TagChoice:
    """Return what was chosen among the tags; what is chosen now is kept, unless it is a tag for this time only."""
    component = target.flags.get("component") or ""
    if target.tag_choice is None:
        return read_tag_choice(lambda: clone.repository, component)
    kept = read_tag_choice(lambda: clone.repository, component)
    choice = structs.replace(target.tag_choice, unreleased=target.tag_choice.unreleased or kept.unreleased)
    if choice.since:
        return structs.replace(kept, since=choice.since)
    keep_tag_choice(clone.repository, component, choice)
    return choice


def read_opened(opened: Opened, cancel: Event, progress: Say = silent) -> Plan:
    """Read the range that was opened, with its pull requests where its repository is on GitHub, and plan it.

    Raises:
        SourceError: as `read_plan`.
    """
    if opened.place is None:
        return read_plan(opened.clone, opened.range_options, opened.plan_options, cancel, progress)
    answers = AnswerCache.open(config.cache_directory(), opened.settings.cache_size)
    why_not = "offline" if opened.settings.offline else f"no token for {opened.place.host.name}"
    source = PullSource(opened.place, opened.github, "" if opened.github is not None else why_not, answers)
    try:
        plan = read_plan(opened.clone, opened.range_options, opened.plan_options, cancel, progress, source)
        # Whoever opens the cache next finds it mended, and says nothing.
        return structs.replace(plan, warnings=(*plan.warnings, answers.fault)) if answers.fault else plan
    finally:
        answers.close()


def reviewer(opened: Opened) -> str:
    """Return the name that decisions carry: of the settings, else of git, else of the login."""
    return opened.settings.reviewer or _git_name(opened.clone) or os.environ.get("USER") or "somebody"


def _git_name(clone: Clone) -> str:
    try:
        return one_line(decode(clone.git(["config", "user.name"])).strip())
    except (SourceError, GitFault):
        return ""
