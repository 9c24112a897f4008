"""Which GitHub is asked, at what addresses, and which words and URLs name a repository on it.  Light: knows no library."""

import re
from urllib.parse import urlsplit

from msgspec import Struct

from llnotes_tui.sources.options import SourceError

_LOGIN = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})"
_NAME = r"[A-Za-z0-9._-]{1,100}"
_OWNER_AND_NAME = re.compile(rf"(?P<owner>{_LOGIN})/(?P<name>{_NAME})")
_SCP_LIKE = re.compile(r"(?:[^@/:]+@)?(?P<host>[^/:]+):(?!//)(?P<path>[^?#]+)")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class GitHubHost(Struct, frozen=True):
    """One GitHub: the public one, or an Enterprise server."""

    name: str
    """As it stands in identities: `github.com`."""
    web: str
    """Where its pages and its clones are, without a slash at the end."""
    api: str
    graphql: str


class GitHubPlace(Struct, frozen=True):
    """A repository on a GitHub, as a person wrote it: the server says how it is really spelled."""

    host: GitHubHost
    owner: str
    name: str

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    @property
    def clone_url(self) -> str:
        """Where git fetches it from."""
        return f"{self.host.web}/{self.owner}/{self.name}.git"

    @property
    def key(self) -> str:
        """What a list of repositories knows it by; `place_named` reads it back."""
        return self.full_name


def host_of(setting: str) -> GitHubHost:
    """Return the GitHub that the setting `github` names: a host, or the URL of one on this machine.

    GitHub Enterprise has its API at `/api/v3` and `/api/graphql` (GitHub's documentation, "Getting started with the
    REST API").

    Raises:
        SourceError: it is neither; a token would travel in clear.
    """
    if setting.lower() in ("github.com", "https://github.com", "https://github.com/"):
        return GitHubHost(
            "github.com", "https://github.com", "https://api.github.com", "https://api.github.com/graphql"
        )
    parts = urlsplit(setting if "://" in setting else f"https://{setting}")
    host = (parts.hostname or "").lower()
    is_here = host in _LOOPBACK
    if not _HOST.fullmatch(host) or parts.path.strip("/") or (parts.scheme != "https" and not is_here):
        raise SourceError(
            f"The setting `github` is {setting!r}; give the host name of a GitHub, such as github.com or github.example.com."
        )
    web = f"{parts.scheme}://{parts.netloc}"
    return GitHubHost(host, web, f"{web}/api/v3", f"{web}/api/graphql")


def place_named(word: str, host: GitHubHost) -> GitHubPlace | None:
    """Return the repository that `owner/name` or a URL of this host names, None where the word is no such thing."""
    return _place(word, host) or place_at(word, host)


def place_at(url: str | None, host: GitHubHost) -> GitHubPlace | None:
    """Return the repository at a URL (an origin, or a page), None where it is not on this host."""
    if not url:
        return None
    if "://" in url:
        parts = urlsplit(url)
        found, path = (parts.hostname or "").lower(), parts.path
    else:
        match = _SCP_LIKE.fullmatch(url)
        if match is None:
            return None
        found, path = match["host"].lower(), match["path"]
    pieces = [piece for piece in path.strip("/").split("/") if piece]
    if found != host.name or len(pieces) < 2:
        return None
    return _place(f"{pieces[0]}/{pieces[1]}", host)


def _place(full_name: str, host: GitHubHost) -> GitHubPlace | None:
    """Return a repository whose name is one of GitHub's; it becomes a part of paths and URLs, so none that leads upwards."""
    match = _OWNER_AND_NAME.fullmatch(full_name)
    name = match["name"].removesuffix(".git") if match is not None else ""
    return GitHubPlace(host, match["owner"], name) if match is not None and name.strip(".") else None


def is_owner(word: str) -> bool:
    """Say whether a word can be the name of an organisation or a user."""
    return re.fullmatch(_LOGIN, word) is not None
