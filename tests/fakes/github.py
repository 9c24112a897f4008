"""A GitHub on loopback, backed by real git repositories: what PyGithub and git ask of the real one, with every fault it has.

    with GitHubFake() as github:
        repo = github.repository("acme/harbor", path)     # served as it is: commits in `path` are there at once
        repo.pull(12, title="Mend it", commits=(sha,), labels=("internal",))
        repo.release("v0.1.0")
        github.fault("secondary-limit", on=r"POST /api/graphql")

It is an Enterprise server in its addresses: pages and clones at `/OWNER/NAME`, REST at `/api/v3`, GraphQL at `/api/graphql`.
By hand: `python -m tests.fakes.github` prints the variables that point llnotes at it.
"""

import re
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, get_args

from tests.fakes.github_access import TOKEN, Access
from tests.fakes.github_git import GitData, GitStore
from tests.fakes.github_http import Server
from tests.fakes.github_records import FakeOwner, FakeRepository, Kind
from tests.fakes.github_transport import Transport

__all__ = ["FAULTS", "TOKEN", "Fault", "GitHubFake"]

Fault = Literal[
    "primary-limit",  # 403, x-ratelimit-remaining 0, the reset in `seconds`
    "secondary-limit",  # 403 with retry-after
    "secondary-limit-429",  # 429 with retry-after
    "401",
    "404",
    "409-empty",  # as of a repository that nothing was pushed to
    "301",  # moved, to where it is not found either
    "451",  # blocked
    "502-html",
    "503-html",
    "406",  # the diff is too large
    "graphql-partial",  # one alias is null, with an error; the rest is there
    "graphql-limit",  # 200 with a RATE_LIMITED error and no data
    "graphql-timeout",  # 502 with GitHub's words
    "truncated-lists",  # a compare without patches, lists without their further pages
    "slow",  # the answer takes `seconds`
    "reset",  # the connection is reset before an answer
    "cut-body",  # the connection ends in the middle of the body
    "cut-pack",  # the connection ends in the middle of a pack
    "git-refused",  # git transport is forbidden: 403
    "broken-json",  # 200 with half a body
    "no-object",  # 200 with JSON that is not what was asked for
    "hang",  # no answer, ever
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
_WHERE: dict[Fault, str] = {
    "graphql-partial": r"^POST /api/(v3/)?graphql$",
    "graphql-limit": r"^POST /api/(v3/)?graphql$",
    "graphql-timeout": r"^POST /api/(v3/)?graphql$",
    "cut-pack": r"^POST .*/git-upload-pack$",
    "git-refused": r"/(info/refs|git-(upload|receive)-pack)$",
    "truncated-lists": r"^GET /api/v3/.*/(repos|commits(/[^/]+)?|compare/.+|files|branches|tags|releases|pulls|labels|trees/.+)$",
}
"""Where those faults strike that strike in one place only."""


@dataclass
class PlannedFault:
    """A fault that is to happen."""

    kind: Fault
    times: int | None
    """How often still; None: always."""
    on: re.Pattern[str]
    seconds: float


@dataclass
class GitHubFake:
    """The server.  Start it by `with`; its records may be changed at any time."""

    latency: float = 0.0
    """Seconds that every answer takes."""
    port: int = 0
    viewer: str = "grace"
    """Whose token TOKEN is."""
    limit: int = 5000
    """Requests an hour."""
    largest_diff: int = 3_000_000
    """Bytes from which on a diff is refused with 406."""
    shown_patches: int = 1_000_000
    """Bytes of patches that one list of files shows; the files after them have no patch and no count of changes."""
    log: bool = False
    """Whether requests are printed as they come."""
    requests: list[str] = field(default_factory=list)
    """Every request as `VERB /path`, without its query."""
    targets: list[str] = field(default_factory=list)
    """The same with their queries."""
    queries: list[str] = field(default_factory=list)
    """GraphQL documents as they came."""
    authorizations: set[str] = field(default_factory=set)
    """Every value of the header."""
    most_at_once: int = 0
    people: dict[str, str] = field(default_factory=dict)
    """Logins by email address; see `github_people`."""

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.owners: dict[str, FakeOwner] = {}
        self.repositories: dict[str, FakeRepository] = {}
        """By full name in lower case; in the order they were made."""
        self.renamed: dict[str, str] = {}
        self.store = GitStore()
        self.transport = Transport(self.store)
        self.access = Access(self.viewer)
        self.stopping = threading.Event()
        self._faults: list[PlannedFault] = []
        self._server = Server(self)

    # -- running ---------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop at once; what hangs is let go."""
        self.stopping.set()
        self._server.stop()
        self.transport.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point llnotes here."""
        return {"LLNOTES_GITHUB": self.url, "GITHUB_TOKEN": TOKEN}

    def clone_url(self, name: str) -> str:
        return f"{self.url}/{name}.git"

    # -- what there is ---------------------------------------------------------------------------------------------

    def owner(self, login: str, kind: Kind = "Organization", *, is_protected: bool = False) -> FakeOwner:
        """Return an owner, made if there is none; `is_protected`: tokens are kept out by SAML."""
        with self.lock:
            known = self.owners.setdefault(login.lower(), FakeOwner(login, kind))
            known.is_protected = known.is_protected or is_protected
            return known

    def repository(
        self,
        name: str,
        path: Path | str,
        *,
        private: bool = False,
        archived: bool = False,
        fork: bool = False,
        topics: Iterable[str] = (),
        language: str | None = "Python",
        default_branch: str = "main",
    ) -> FakeRepository:
        """Serve the git repository at a path (a work tree or bare) under `OWNER/NAME`; many may share one path."""
        login, _, short = name.partition("/")
        made = FakeRepository(
            self.owner(login), short, Path(path), private, archived, fork, tuple(topics), language, default_branch
        )
        with self.lock:
            self.repositories[name.lower()] = made
        return made

    def rename(self, old: str, new: str) -> None:
        """Rename a repository; the old name leads to the new one."""
        with self.lock:
            moved = self.repositories.pop(old.lower())
            login, _, moved.name = new.partition("/")
            moved.owner = self.owner(login)
            self.repositories[new.lower()] = moved
            self.renamed[old.lower()] = new

    def block(self, name: str) -> None:
        """Block a repository for legal reasons."""
        self.repositories[name.lower()].blocked = True

    def git(self, repository: FakeRepository) -> GitData:
        """Return what git knows of a repository."""
        return self.store.of(repository.path)

    def warm(self) -> None:
        """Read all repositories now, as a server that runs for years has: for tests that measure the asking side."""
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda repository: self.git(repository).refs(), tuple(self.repositories.values())))

    # -- faults ----------------------------------------------------------------------------------------------------

    def fault(self, kind: Fault, times: int | None = 1, on: str = "", seconds: float = 1.0) -> None:
        """Have the next requests fail whose `VERB /path` the expression `on` finds; `times=None`: always.

        `seconds` is what a limit asks to wait, or what a slow answer takes.
        """
        planned = PlannedFault(kind, times, re.compile(on or _WHERE.get(kind, "")), seconds)
        with self.lock:
            self._faults.append(planned)

    def heal(self) -> None:
        """Take back all faults that have not happened yet."""
        with self.lock:
            self._faults.clear()

    def take_fault(
        self, request: str, only: Iterable[Fault] = FAULTS, without: Iterable[Fault] = ()
    ) -> PlannedFault | None:
        """Return the fault that a request meets, and count it."""
        kinds = set(only) - set(without)
        with self.lock:
            for planned in self._faults:
                where = _WHERE.get(planned.kind, "")
                if planned.kind in kinds and planned.on.search(request) and re.search(where, request):
                    if planned.times is not None:
                        planned.times -= 1
                        if planned.times <= 0:
                            self._faults.remove(planned)
                    return planned
        return None

    # -- what came -------------------------------------------------------------------------------------------------

    def note(self, verb: str, path: str, query: str, authorization: str) -> None:
        """Keep what came."""
        self.requests.append(f"{verb} {path}")
        self.targets.append(f"{verb} {path}{'?' if query else ''}{query}")
        if authorization:
            self.authorizations.add(authorization)
        if self.log:
            print(f"# {time.strftime('%H:%M:%S')} {self.targets[-1]}", flush=True)

    def forget(self) -> None:
        """Drop what came, and the faults: for the next test on the same server."""
        self.heal()
        self.requests.clear()
        self.targets.clear()
        self.queries.clear()
        self.authorizations.clear()
        self.access.spent.clear()


if __name__ == "__main__":
    from tests.fakes.github_command import main

    main()
