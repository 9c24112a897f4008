"""Whom GitHub takes us for, and what is left of its limits: for `llnotes doctor`."""

import time
from collections.abc import Iterator

from llnotes_tui.config import Settings
from llnotes_tui.release.text import one_line
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault, clock
from llnotes_tui.sources.github.login import Login, app_of, find_login
from llnotes_tui.sources.options import SourceError
from llnotes_tui.workbench.github_access import github_host
from llnotes_tui.workbench.upkeep import Check

_TIMEOUT = 10
"""Seconds to wait for GitHub: somebody sits before the screen."""
_PASSES = ("unreachable", "limited", "slowed", "broken")
"""Faults that are not of our making; drafting goes on without GitHub."""


def github_checks(settings: Settings) -> Iterator[Check]:
    """Yield what is to be known of GitHub.  A wrong token is a failure; none, or no network, is only to know."""
    try:
        host = github_host(settings)
        yield Check("github", f"{host.name} (API at {host.api})", None)
        if settings.offline:
            yield Check("github user", "not asked: `offline` is set", None)
            return
        login = find_login(host, app_of(settings.github_app, settings.github_app_installation, settings.github_app_key))
    except SourceError as fault:
        yield Check("github", fault.sentence, good=False)
        return
    if not login.is_somebody:
        yield Check(
            "github user",
            f"nobody: no token in {_variables(host.name)}, of `gh auth token`, or of a GitHub App; what is public can be "
            "drafted, at 60 requests an hour and without pull requests",
            None,
        )
        return
    yield from _asked(GitHub(host, login, patience=0.0, timeout=_TIMEOUT, pauses=()), login)


def _asked(github: GitHub, login: Login) -> Iterator[Check]:
    try:
        name, scopes = github.user()
    except SourceError as fault:
        passes = isinstance(fault, GitHubFault) and fault.kind in _PASSES
        yield Check("github user", f"{_told(fault, login)} (token from {login.source})", None if passes else False)
        return
    except Exception as fault:
        yield Check(
            "github user",
            f"{login.source} cannot be used ({type(fault).__name__}: {one_line(str(fault))}).",
            good=False,
        )
        return
    who = one_line(name)
    yield Check("github user", who if login.way == "app" else f"{who} (token from {login.source})", good=True)
    yield Check("github scopes", _scopes(scopes, login), None)
    try:
        limits = github.limits()
    except SourceError as fault:
        yield Check("github limits", fault.sentence if _has_limits(fault) else "this server has none", None)
        return
    for limit in limits:
        anew = f", given anew at {clock(limit.resets_at)}" if limit.resets_at > time.time() else ""
        yield Check("github limits", f"{limit.name}: {limit.remaining:,} of {limit.limit:,} requests left{anew}", None)


def _told(fault: SourceError, login: Login) -> str:
    """Return a fault's sentence; an App has no token that one could renew."""
    if login.way == "app" and isinstance(fault, GitHubFault) and fault.kind in ("unauthorized", "missing"):
        return (
            f"{login.source} is not accepted; check the settings `github_app`, `github_app_installation` and "
            "`github_app_key`, and that the App is still installed."
        )
    return fault.sentence


def _scopes(scopes: str, login: Login) -> str:
    if scopes:
        lacks = "" if "repo" in scopes.replace(" ", "").split(",") else "; private repositories need `repo`"
        return f"{one_line(scopes)}{lacks}"
    if login.way == "app":
        return "what its installation may do"
    return "none told: a fine-grained token may do what was chosen for it, or a classic one has none"


def _has_limits(fault: SourceError) -> bool:
    """Tell whether the server has limits: an Enterprise server without them answers 404."""
    return not (isinstance(fault, GitHubFault) and fault.kind == "missing")


def _variables(host: str) -> str:
    return "GITHUB_TOKEN or GH_TOKEN" if host == "github.com" else "GH_ENTERPRISE_TOKEN or GITHUB_ENTERPRISE_TOKEN"
