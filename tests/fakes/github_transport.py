"""Clones and pushes of the GitHub of the tests: smart HTTP by `git http-backend` (gitprotocol-http(5)).

Each served repository gets a folder of its own that has nothing but a HEAD and the way to the refs and objects of the given
path, as a linked work tree has: so HEAD is the default branch whatever is checked out there, and no setting is ever written.
"""

import io
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.github_git import GitStore
from tests.fakes.github_records import FakeRepository
from tests.fakes.github_values import environment

_SETTINGS = (
    ("uploadpack.allowFilter", "true"),
    ("uploadpack.allowAnySHA1InWant", "true"),
    ("uploadpack.allowReachableSHA1InWant", "true"),
    ("http.receivepack", "true"),
    ("receive.denyCurrentBranch", "ignore"),
    ("receive.autogc", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("safe.directory", "*"),
    ("transfer.hideRefs", "refs/"),
    ("transfer.hideRefs", "!refs/heads/"),
    ("transfer.hideRefs", "!refs/tags/"),
    ("transfer.hideRefs", "!refs/pull/"),
    ("receive.hideRefs", "refs/pull/"),
)
_CHUNK = 65_536


@dataclass
class CgiAnswer:
    """What `git http-backend` says: the head at once, the body as it comes."""

    status: int
    headers: dict[str, str]
    body: Iterator[bytes]


@dataclass
class Transport:
    """The door for git."""

    store: GitStore
    _folders: dict[tuple[Path, str], Path] = field(default_factory=dict)
    _running: set[subprocess.Popen[bytes]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    _room: "tempfile.TemporaryDirectory[str] | None" = None

    def close(self) -> None:
        """End what still runs and remove the folders."""
        for process in tuple(self._running):
            process.kill()
        if self._room is not None:
            self._room.cleanup()

    def answer(
        self, repository: FakeRepository, verb: str, rest: str, query: str, headers: dict[str, str], body: bytes
    ) -> CgiAnswer:
        """Have git answer; `rest` is what follows the repository in the path, `headers` have names in lower case."""
        self._show_pulls(repository)
        variables = environment() | {
            "GIT_PROJECT_ROOT": str(self._folder(repository)),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": verb,
            "PATH_INFO": f"/{rest}",
            "QUERY_STRING": query,
            "CONTENT_TYPE": headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
            "GIT_PROTOCOL": headers.get("git-protocol", ""),
            "HTTP_GIT_PROTOCOL": headers.get("git-protocol", ""),
            "REMOTE_USER": "x-access-token",
            "REMOTE_ADDR": "127.0.0.1",
            "GIT_COMMITTER_NAME": "GitHub",
            "GIT_COMMITTER_EMAIL": "noreply@github.com",
            "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
        }
        for at, (key, value) in enumerate(_SETTINGS):
            variables |= {f"GIT_CONFIG_KEY_{at}": key, f"GIT_CONFIG_VALUE_{at}": value}
        process = subprocess.Popen(
            ["git", "http-backend"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=variables,
        )
        self._running.add(process)
        threading.Thread(target=_feed, args=(process, body), daemon=True).start()
        assert process.stdout is not None
        status, told = 200, {}
        while line := process.stdout.readline().strip().decode("latin-1"):
            name, _, value = line.partition(":")
            if name.lower() == "status":
                status = int(value.split()[0])
            else:
                told[name] = value.strip()
        said = self._body(process)
        # Begun here, so that the process is ended even where whoever asked went away before anything was sent.
        next(said)
        return CgiAnswer(status, told, said)

    def _body(self, process: subprocess.Popen[bytes]) -> Iterator[bytes]:
        # What reading the head has read too far is in the buffer, so the descriptor itself is not for reading.
        assert isinstance(process.stdout, io.BufferedReader)
        try:
            yield b""
            while chunk := process.stdout.read1(_CHUNK):
                yield chunk
        finally:
            process.kill()
            process.stdout.close()
            process.wait()
            self._running.discard(process)

    def _folder(self, repository: FakeRepository) -> Path:
        """Return the folder that serves a repository's path with its default branch as HEAD."""
        key = (repository.path, repository.default_branch)
        with self._lock:
            if key not in self._folders:
                self._room = self._room or tempfile.TemporaryDirectory(
                    prefix="github-fake-", ignore_cleanup_errors=True
                )
                folder = Path(self._room.name) / str(len(self._folders))
                folder.mkdir()
                (folder / "commondir").write_text(f"{self.store.of(repository.path).folder}\n")
                (folder / "HEAD").write_text(f"ref: refs/heads/{repository.default_branch}\n")
                self._folders[key] = folder
            return self._folders[key]

    def _show_pulls(self, repository: FakeRepository) -> None:
        """Give every pull request its `refs/pull/N/head`, as far as git has the commit."""
        git = self.store.of(repository.path)
        wanted = {f"refs/pull/{pull.number}/head": git.head_of(pull) for pull in tuple(repository.pulls.values())}
        if not wanted:
            return
        told = git.run("for-each-ref", "--format=%(refname) %(objectname)", "refs/pull").decode()
        have = dict(line.split() for line in told.splitlines())
        lines = [f"update {ref} {sha}\n" for ref, sha in wanted.items() if sha and have.get(ref) != sha]
        if lines:
            git.run("update-ref", "--stdin", stdin="".join(lines).encode(), check=False)


def _feed(process: subprocess.Popen[bytes], body: bytes) -> None:
    assert process.stdin is not None
    # Where it has heard enough, both fail; what is not closed would complain when it is collected.
    with suppress(OSError):
        process.stdin.write(body)
    with suppress(OSError):
        process.stdin.close()
