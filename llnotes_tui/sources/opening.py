"""Finding clones in a folder, and what is to be known of one before anything of it is read."""

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from llnotes_tui.release.ids import repo_id, web_url
from llnotes_tui.release.model import RepoId
from llnotes_tui.release.text import decode, one_line
from llnotes_tui.sources.options import SourceError
from llnotes_tui.sources.process import GitFault, Place, run

_DEPTH = 3
"""How many folders deep clones are looked for: `~/src/host/owner/name` seen from `~/src`."""
_NOT_ENTERED = frozenset({"node_modules", "__pycache__", "site-packages", "venv"})


class Facts(Struct, frozen=True):
    """What a clone is: where it lies, whose it is, and how much of it is there."""

    root: Path
    """The work tree; the repository itself where it is bare."""
    git_dir: Path
    common_dir: Path
    bare: bool
    name: str
    origin: str | None
    remote: str | None
    """The remote that counts as upstream: `origin`, or the only one."""
    partial: bool
    """Cloned with a filter: objects may be missing."""

    @property
    def place(self) -> Place:
        """Where git works on it, without its work tree."""
        return Place(self.git_dir, self.git_dir)

    @property
    def web_url(self) -> str | None:
        """Its page, None without a known host."""
        return web_url(self.origin)

    def cut(self) -> frozenset[str]:
        """Return the commits at which a shallow clone ends; none where it is whole."""
        try:
            return frozenset((self.common_dir / "shallow").read_text("ascii").split())
        except (OSError, UnicodeDecodeError):
            return frozenset()

    def fetched_at(self) -> int | None:
        """Return when the clone last fetched (or was cloned), in seconds since the epoch."""
        if self.remote is None:
            return None
        fetches = (self.git_dir / "FETCH_HEAD", self.common_dir / "FETCH_HEAD")
        cloned = (self.common_dir / "refs" / "remotes" / self.remote / "HEAD",)
        for places in (fetches, cloned):
            times = [int(place.stat().st_mtime) for place in places if place.exists()]
            if times:
                return max(times)
        return None


def facts_of(path: Path) -> Facts:
    """Find out what the clone is that a path lies in.

    Raises:
        SourceError: there is none, or git refuses it.
    """
    # A word that is mistyped inside a clone names no folder of it.
    root = _root_of(path) if path.exists() else None
    if root is None:
        what = "does not exist" if not path.exists() else "is in no git clone"
        raise SourceError(f"{path} {what}; give the path of a clone, or change into one.")
    try:
        told = run(["rev-parse", "--path-format=absolute", "--is-bare-repository", "--git-dir"], Place(root))
        is_bare, _, directory = told.partition(b"\n")
        git_dir = Path(os.fsdecode(directory.removesuffix(b"\n")))
        settings = _settings(Place(git_dir, git_dir))
    except GitFault as fault:
        raise _refused(root, fault) from fault
    remote = _upstream(settings)
    origin = _origin(Place(git_dir, git_dir), settings, remote)
    bare = is_bare == b"true" and not (root / ".git").exists()
    return Facts(
        root=root,
        git_dir=git_dir,
        common_dir=_common_dir(git_dir),
        bare=bare,
        name=_name(origin, root),
        origin=origin,
        remote=remote,
        partial=any(key == "extensions.partialclone" or key.endswith(".promisor") for key in settings),
    )


def identity_of(facts: Facts, first_commit: str) -> RepoId:
    """Return what a clone is called in reviews: by its origin, else by its first commit."""
    return repo_id(facts.origin, first_commit)


def find_clones(folder: Path) -> list[Path]:
    """Return the clones in a folder and up to three folders below it, by name; the folder itself if it is one."""
    return sorted(_clones_in(folder.absolute(), _DEPTH))


def _clones_in(folder: Path, depth: int) -> Iterator[Path]:
    if _is_clone(folder):
        yield folder
        return
    if not depth:
        return
    try:
        entries = [entry for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for entry in entries:
        if not entry.name.startswith(".") and entry.name not in _NOT_ENTERED:
            yield from _clones_in(Path(entry.path), depth - 1)


def _is_clone(folder: Path) -> bool:
    return (folder / ".git").exists() or _is_bare(folder)


def _is_bare(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def _root_of(path: Path) -> Path | None:
    """Return the folder that holds the clone.

    It is found by where `.git` lies and never by `core.worktree`, which is the clone's own word and may name any folder.
    """
    start = path.expanduser().resolve()
    for folder in (start, *start.parents):
        if folder.name == ".git" and _is_bare(folder):
            return folder.parent
        if _is_clone(folder):
            return folder
    return None


def _settings(place: Place) -> dict[str, str]:
    """Return git's settings as they hold in a clone, names of sections and keys in lower case; the last value counts."""
    found = {}
    for record in run(["config", "-z", "--list"], place).split(b"\0"):
        key, _, value = record.partition(b"\n")
        found[decode(key)] = decode(value)
    return found


def _upstream(settings: dict[str, str]) -> str | None:
    remotes = [
        key[len("remote.") : -len(".url")] for key in settings if key.startswith("remote.") and key.endswith(".url")
    ]
    if "origin" in remotes:
        return "origin"
    return remotes[0] if len(remotes) == 1 else None


def _origin(place: Place, settings: dict[str, str], remote: str | None) -> str | None:
    """Return the upstream's URL as it was given; one that is an abbreviation of the user's own is spelled out by git."""
    if remote is None:
        return None
    given = settings[f"remote.{remote}.url"]
    host = repo_id(given, "").partition("/")[0]
    abbreviated = any(key.startswith("url.") and key.endswith(".insteadof") for key in settings)
    if abbreviated and "." not in host:
        try:
            return decode(run(["remote", "get-url", "--", remote], place)).strip() or given
        except GitFault:
            return given
    return given


def _common_dir(git_dir: Path) -> Path:
    """Return where a linked work tree shares its objects and branches."""
    try:
        text = (git_dir / "commondir").read_bytes().rstrip(b"\n")
    except OSError:
        return git_dir
    return (git_dir / os.fsdecode(text)).resolve()


def _name(origin: str | None, root: Path) -> str:
    page = web_url(origin)
    named = page.partition("://")[2].partition("/")[2] if page is not None else ""
    return one_line(named or root.name.removesuffix(".git") or str(root))


def _refused(root: Path, fault: GitFault) -> SourceError:
    if "dubious ownership" in fault.said:
        return SourceError(
            f"{root} belongs to another user, and git does not read it; "
            f"`git config --global --add safe.directory {root}` says that you trust it."
        )
    return SourceError(fault.sentence)
