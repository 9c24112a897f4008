"""Who asks GitHub: a token of the environment, of `gh`, of a GitHub App, or nobody, in that order.

The token itself is held here and by what sends it; it never is an argument, an URL, a file, or part of an error.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Literal

from msgspec import Struct

from llnotes_tui.sources.github.hosts import GitHubHost
from llnotes_tui.sources.options import SourceError

_GH_TIMEOUT = 10.0
"""Seconds that `gh auth token` may take; it reads a file or a keyring."""


class AppLogin(Struct, frozen=True):
    """A GitHub App that is installed somewhere: its id, the installation's, and the path of its private key."""

    app: int
    installation: int
    key: str

    def private_key(self) -> str:
        """Return the key.

        Raises:
            SourceError: its file cannot be read.
        """
        path = Path(self.key).expanduser()
        try:
            return path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as fault:
            reason = getattr(fault, "strerror", None) or "it is no text"
            raise SourceError(
                f"The private key of the GitHub App cannot be read from {path} ({reason}); correct `github_app_key`."
            ) from fault


class Login(Struct, frozen=True):
    """Who asks."""

    way: Literal["environment", "gh", "app", "nobody"]
    source: str
    """Where the token is from, for people: `GITHUB_TOKEN`, `gh auth token`, `GitHub App 12`, `nobody`."""
    token: str = ""
    """Empty for an App, whose tokens are made as needed, and for nobody."""
    app: AppLogin | None = None

    @property
    def is_somebody(self) -> bool:
        """Whether there are credentials."""
        return self.way != "nobody"

    def __repr__(self) -> str:
        """Return it without the token: what is printed may be read by others."""
        return f"Login({self.way!r}, {self.source!r})"


NOBODY = Login("nobody", "nobody: no token was found")


def find_login(host: GitHubHost, app: AppLogin | None = None) -> Login:
    """Return who asks a host, the first that there is.  May start `gh`: not for the UI thread.

    Tokens for github.com are in GITHUB_TOKEN or GH_TOKEN, for Enterprise in GH_ENTERPRISE_TOKEN or
    GITHUB_ENTERPRISE_TOKEN, as the `gh` program has them; for a host on this machine GITHUB_TOKEN serves.
    """
    for name in _variables(host):
        if token := os.environ.get(name, "").strip():
            return Login("environment", name, token)
    if token := _token_of_gh(host):
        return Login("gh", "gh auth token", token)
    if app is not None:
        return Login("app", f"GitHub App {app.app}, installation {app.installation}", app=app)
    return NOBODY


def app_of(app: int, installation: int, key: str) -> AppLogin | None:
    """Return the App that the settings name, None where they name none.

    Raises:
        SourceError: they name a part of it only.
    """
    if not (app or installation or key):
        return None
    if not (app and installation and key):
        raise SourceError(
            "A GitHub App needs three settings: `github_app`, `github_app_installation` and `github_app_key`; add what is missing."
        )
    return AppLogin(app, installation, key)


def _variables(host: GitHubHost) -> tuple[str, ...]:
    is_enterprise = host.name != "github.com" and host.web.startswith("https://")
    return ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN") if is_enterprise else ("GITHUB_TOKEN", "GH_TOKEN")


def _token_of_gh(host: GitHubHost) -> str:
    """Ask the `gh` program, where it is installed (in a folder with a full path: a clone's own never runs)."""
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder.startswith("/")]
    program = shutil.which("gh", path=os.pathsep.join(folders))
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, "auth", "token", "--hostname", host.name],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_GH_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
