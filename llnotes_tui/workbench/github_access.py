"""Which GitHub the settings name, who asks it, and which repository of it a clone or a word stands for."""

import os
import threading

from msgspec import Struct

from llnotes_tui.config import Settings
from llnotes_tui.sources.github.client import GitHub, shared
from llnotes_tui.sources.github.hosts import GitHubHost, GitHubPlace, host_of, place_at
from llnotes_tui.sources.github.login import Login, app_of, find_login


class Access(Struct, frozen=True):
    """What of GitHub a release can be asked with; both None where there is nothing to ask, or nobody may."""

    github: GitHub | None = None
    """The process's client; None with `offline`, without a token, and for a repository elsewhere."""
    place: GitHubPlace | None = None
    """The repository there, as far as it is known without asking; None for a repository elsewhere."""


def github_host(settings: Settings) -> GitHubHost:
    """Return the GitHub that the settings name.

    Raises:
        SourceError: the setting is neither a host nor the URL of one on this machine.
    """
    return host_of(settings.github)


def github_login(settings: Settings) -> Login:
    """Return who asks.  May start `gh`, once for the process and the environment's tokens: not for the UI thread.

    Raises:
        SourceError: the settings name a part of a GitHub App only.
    """
    host = github_host(settings)
    app = app_of(settings.github_app, settings.github_app_installation, settings.github_app_key)
    tokens = tuple(sorted((name, value) for name, value in os.environ.items() if name.endswith("_TOKEN")))
    key = (host, app, tokens)
    with _logins_lock:
        if key not in _logins:
            _logins[key] = find_login(host, app)
        return _logins[key]


def github_client(settings: Settings) -> GitHub | None:
    """Return the process's client for the settings' GitHub, with or without a login; None with `offline`.

    Raises:
        SourceError: as `github_host` and `github_login`.
    """
    if settings.offline:
        return None
    return shared(github_host(settings), github_login(settings))


def access_of(settings: Settings, origin: str | None) -> Access:
    """Return what of GitHub a clone can be asked with, by its origin's URL.

    Raises:
        SourceError: as `github_host` and `github_login`.
    """
    place = place_at(origin, github_host(settings))
    if place is None:
        return Access()
    client = github_client(settings)
    return Access(client if client is not None and client.login.is_somebody else None, place)


_logins: dict[tuple[object, ...], Login] = {}
_logins_lock = threading.Lock()
