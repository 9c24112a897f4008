"""What git is asked to fetch into a clone of our own, how far it is, and what its complaints mean.

Commits and names come first, without any file (`--filter=tree:0`, a few bytes a commit); trees and files are then asked
for by their ids, as git's own lazy fetch does it: nothing is negotiated, so nothing is taken for there that is not.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Event

from llnotes_tui.release.text import decode, one_line
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault, fault_of_status
from llnotes_tui.sources.github.hosts import GitHubPlace
from llnotes_tui.sources.github.shelf import Shelf
from llnotes_tui.sources.options import Say
from llnotes_tui.sources.process import GitFault, Place, fetch, run
from llnotes_tui.sources.refs import resolve

_TREES = 100
"""Root trees asked for at once: an interrupted fetch goes on with the next ones."""
_FILES = 4000
"""Files asked for at once, for the same reason."""
MOST_PACKS = 50
"""Packs of a clone from which on they are made one."""
_PAUSE = 0.5
"""Seconds before a fetch that broke off is tried once more."""

_RECEIVED = re.compile(r"Receiving objects: +\d+% .*?, ([\d.]+) (bytes|KiB|MiB|GiB)")
_UNITS = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
_STATUS = re.compile(r"requested URL returned error: (\d{3})")
_BROKE_OFF = re.compile(
    r"early EOF|RPC failed|unexpected disconnect|remote end hung up|invalid index-pack output|transfer closed|curl 18|curl 56"
    r"|bad line length|protocol error|remote error: upload-pack"
)
_UNREACHED = re.compile(r"unable to access|Could not resolve|Failed to connect|Operation too slow|timed out|SSL")


class DamagedClone(Exception):  # noqa: N818 - what it is
    """Git failed for a reason of the clone's own, so that it has to be made anew."""


class Fetching:
    """Fetches into one clone.  `environment` returns what git needs to be let in; for one holder of the clone's lock."""

    def __init__(
        self,
        folder: Place,
        place: GitHubPlace,
        environment: Callable[[], Mapping[str, str]],
        *,
        is_known: bool,
        say: Say,
        cancel: Event | None,
    ) -> None:
        """`is_known` says that GitHub's API knows the repository, so that a refusal is git's alone."""
        self._folder = folder
        self._place = place
        self._environment = environment
        self._is_known = is_known
        self._say = say
        self._cancel = cancel
        self._received = 0
        self._receiving = 0

    def names(self) -> None:
        """Fetch all branches and tags with their commits, and forget those that are gone.

        Raises:
            GitHubFault: it cannot be fetched.
            DamagedClone: the clone cannot take it.
        """
        specs = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*", "^refs/heads/HEAD"]
        self._fetch(["--filter=tree:0", "--prune", "origin", *specs])

    def pull(self, number: int, name: str) -> None:
        """Fetch the commits of a pull request, those of forks too, and have a name stand for its newest one.

        Raises:
            GitHubFault: it cannot be fetched.
            DamagedClone: the clone cannot take it.
        """
        self._fetch(["--filter=tree:0", "origin", f"+refs/pull/{number}/head:{name}"])

    def default_branch(self) -> str:
        """Return what the repository's default branch is called, empty where it has none.

        Raises:
            GitHubFault: it cannot be asked.
            DamagedClone: git fails here.
        """
        out = self._asked(["ls-remote", "--symref", "origin", "HEAD"])
        first = decode(out.partition(b"\n")[0])
        return first.removeprefix("ref: refs/heads/").partition("\t")[0] if first.startswith("ref: refs/heads/") else ""

    def trees(self, ids: Sequence[str]) -> None:
        """Fetch root trees with all trees below them, without files.

        Raises:
            GitHubFault: they cannot be fetched.
            DamagedClone: the clone cannot take them.
        """
        self._objects(ids, _TREES)

    def files(self, ids: Sequence[str]) -> None:
        """Fetch files.

        Raises:
            GitHubFault: they cannot be fetched.
            DamagedClone: the clone cannot take them.
        """
        self._objects(ids, _FILES)

    def _objects(self, ids: Sequence[str], at_once: int) -> None:
        for start in range(0, len(ids), at_once):
            stdin = "".join(f"{one}\n" for one in ids[start : start + at_once]).encode()
            self._fetch(["--filter=blob:none", "--no-write-fetch-head", "origin", "--stdin"], stdin, negotiates=False)

    def _fetch(self, arguments: Sequence[str], stdin: bytes = b"", *, negotiates: bool = True) -> None:
        settings = () if negotiates else ("fetch.negotiationAlgorithm=noop",)
        self._told()
        self._asked(
            ["fetch", "--progress", "--no-tags", "--recurse-submodules=no", *arguments], stdin=stdin, settings=settings
        )
        self._received += self._receiving
        self._receiving = 0

    def _asked(self, arguments: Sequence[str], *, stdin: bytes = b"", settings: Sequence[str] = ()) -> bytes:
        is_again = False
        while True:
            try:
                return fetch(
                    arguments,
                    self._folder,
                    self._place.clone_url,
                    settings=settings,
                    environment=self._environment(),
                    stdin=stdin,
                    heard=self._hear,
                    cancel=self._cancel,
                )
            except GitFault as fault:
                told = fault_of_git(fault, self._place, is_known=self._is_known, cancel=self._cancel)
                if told.kind != "broken" or is_again or (self._cancel or Event()).wait(_PAUSE):
                    raise told from fault
                is_again = True

    def _hear(self, line: str) -> None:
        match = _RECEIVED.search(line)
        if match is not None:
            self._receiving = int(float(match[1]) * _UNITS[match[2]])
            self._told()

    def _told(self) -> None:
        size = self._received + self._receiving
        self._say(
            f"Fetching {self._place.full_name}: {size / 1e6:.1f} MB ..."
            if size
            else f"Fetching {self._place.full_name} ..."
        )


@contextmanager
def fetching_into(
    shelf: Shelf, github: GitHub, cancel: Event | None, say: Say, *, is_known: bool
) -> Iterator[Fetching]:
    """Hold the lock of a clone of ours, laid out where there was none, and fetch into it.

    Raises:
        GitHubFault: `cancel` was set while another process held the lock.
        SourceError: the clone cannot be written.
    """
    name = shelf.place.full_name
    with shelf.locked(cancel, lambda: say(f"Waiting for another llnotes that fetches {name} ...")):
        shelf.make()
        folder = Place(shelf.path, shelf.path)
        yield Fetching(folder, shelf.place, github.git_environment, is_known=is_known, say=say, cancel=cancel)


def stand_at(folder: Place, branch: str) -> None:
    """Have `origin/HEAD` stand for a branch, as it does in any clone; for none where there is no such branch.

    Raises:
        GitFault: git failed.
    """
    name = f"refs/remotes/origin/{branch}"
    if branch not in ("", "HEAD") and resolve(folder, name) is not None:
        run(["symbolic-ref", "refs/remotes/origin/HEAD", name], folder)
    else:
        with suppress(GitFault):
            run(["symbolic-ref", "--delete", "refs/remotes/origin/HEAD"], folder)


def tidy(folder: Place) -> None:
    """Make one pack of many: every fetch adds a few, and git looks into each.  Only while the clone is locked.

    Raises:
        DamagedClone: the packs cannot be read.
    """
    if folder.git_dir is None or sum(1 for _ in (folder.git_dir / "objects" / "pack").glob("*.pack")) < MOST_PACKS:
        return
    try:
        run(["repack", "-a", "-d", "-q"], folder, timeout=600.0)
    except GitFault as fault:
        if not fault.is_ours:
            raise DamagedClone(fault.sentence) from fault


def fault_of_git(fault: GitFault, place: GitHubPlace, *, is_known: bool, cancel: Event | None) -> GitHubFault:
    """Return what a fetch that failed means.

    Raises:
        DamagedClone: it failed for a reason of the clone's own.
    """
    name, host, said = place.full_name, place.host.name, fault.said
    if cancel is not None and cancel.is_set():
        return GitHubFault("stopped", f"Fetching {name} was stopped; what came is kept.")
    if fault.is_ours:
        return GitHubFault("unreachable", fault.sentence)
    found = _STATUS.search(said)
    status = int(found[1]) if found is not None else 0
    if "not found" in said and "repository '" in said:
        status = 404
    if "could not read Username" in said or "Authentication failed" in said:
        status = 401
    if status in (401, 403, 404) and (is_known or status == 403):
        sentence = (
            f"{host} does not let git fetch {name} (status {status}), though its API shows it; ask who administers it."
        )
        return GitHubFault("refused", sentence, status=status)
    if status in (401, 404):
        return GitHubFault(
            "missing",
            f"{name} is not on {host}, or one has to log in to see it; check the name, or set GITHUB_TOKEN.",
            status=status,
        )
    if 300 <= status < 400:
        return GitHubFault("moved", f"{name} was renamed on {host}; name it as it is called there now.", status=status)
    if status:
        return fault_of_status(status, {}, None, name, host)
    if _BROKE_OFF.search(said):
        return GitHubFault(
            "broken", f"The connection to {host} broke while {name} was fetched; what came is kept, so try again."
        )
    if _UNREACHED.search(said):
        reason = one_line(said.rpartition(": ")[2])[:120]
        return GitHubFault(
            "unreachable", f"{host} cannot be reached ({reason}); check the network, or go on with --offline."
        )
    if "No space left on device" in said:
        return GitHubFault(
            "unreachable", f"The disk is full, so {name} cannot be fetched; free some space and try again."
        )
    raise DamagedClone(fault.sentence) from fault
