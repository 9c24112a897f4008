"""Names that stay the same from one start to the next: repositories, reviews and notes."""

import re
from urllib.parse import quote_from_bytes, unquote_to_bytes

from msgspec import Struct

from llnotes_tui.release.model import NoteId, RepoId

ANNOUNCEMENT = NoteId("announcement")

_SCP_LIKE = re.compile(r"^(?:[^@/:]+@)?(?P<host>[^/:]+):(?!//)(?P<path>.+)$")
_URL = re.compile(r"^[a-z][a-z0-9+.-]*://(?:[^@/]*@)?(?P<host>[^/:]+)(?::\d+)?/(?P<path>.+)$", re.IGNORECASE)


PULL_REQUEST_BASE = "pull-request"
"""What stands for the base of a pull request, which moves with its branch."""


class ReviewId(Struct, frozen=True):
    """What a review belongs to: one base on one branch of one repository (or component)."""

    repository: RepoId
    base: str
    """SHA, or `root` where the range begins at the first commit, or `PULL_REQUEST_BASE`."""
    branch: str
    component: str = ""


def repo_id(origin: str | None, root_commit: str) -> RepoId:
    """Return the identity of a clone from its origin's URL, or from its root commit if it has no such URL."""
    match = (_URL.match(origin) or _SCP_LIKE.match(origin)) if origin else None
    if match is None or origin is None or origin.lower().startswith("file:"):
        return RepoId(f"local:{root_commit}")
    path = match["path"].strip("/").removesuffix(".git").strip("/")
    return RepoId(f"{match['host']}/{path}".lower())


def web_url(origin: str | None) -> str | None:
    """Return the page of a repository (`https://host/owner/name`, case kept), or None for an origin that is no such URL."""
    match = (_URL.match(origin) or _SCP_LIKE.match(origin)) if origin else None
    if match is None or origin is None or origin.lower().startswith("file:"):
        return None
    path = match["path"].strip("/").removesuffix(".git").strip("/")
    return f"https://{match['host']}/{path}"


def commit_note(sha: str) -> NoteId:
    """Name the note of an entry that starts from one commit (the newest, if a pull request has several)."""
    return NoteId(f"commit:{sha}")


def file_note(sha: str, path: bytes) -> NoteId:
    """Name the note of one file change; the path is percent-encoded, so any bytes survive."""
    return NoteId(f"file:{sha}:{quote_from_bytes(path, safe='/')}")


def entry_note(token: str) -> NoteId:
    """Name the note of an entry that a person merged, split off or added."""
    return NoteId(f"entry:{token}")


def section_note(version: str) -> NoteId:
    """Name what a person types for the changelog's section of a version; it is no note of an entry."""
    return NoteId(f"section:{version}")


def file_of(note: NoteId) -> tuple[str, bytes] | None:
    """Return commit and path of a file note, None for any other note."""
    kind, _, rest = note.partition(":")
    if kind != "file":
        return None
    sha, _, path = rest.partition(":")
    return sha, unquote_to_bytes(path)


def commit_of(note: NoteId) -> str | None:
    """Return the commit that a commit's or file's note belongs to, None for any other note."""
    kind, _, rest = note.partition(":")
    return rest.partition(":")[0] if kind in ("commit", "file") else None
