"""The one place that starts git, so that a clone's settings run no program, rewrite no output and reach no network.

A clone is not trusted: its `.git/config` and `.gitattributes` may name programs for signatures, hooks, text conversion,
diffs, the file system monitor, pagers and transports.  Each is switched off, for every command (`sources.hardening`).
Only `fetch` reaches a network, and only for clones of our own.
"""

import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from types import MappingProxyType
from typing import IO
from urllib.parse import urlsplit

from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.release.text import decode, one_line
from llnotes_tui.sources.hardening import ENVIRONMENT, KEPT, NETWORK_ENVIRONMENT, NETWORK_SETTINGS, SETTINGS

DIFF_FLAGS = (
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--ignore-submodules=none",
    "--submodule=short",
    "-M",
    "-C",
    "-l600",
    "--no-rename-empty",
    "--diff-algorithm=histogram",
    "--indent-heuristic",
)
"""The same diff on every machine; structure and patch are asked for with the same flags, so that their order agrees."""

PATCH_FLAGS = (*DIFF_FLAGS, "-U3", "--inter-hunk-context=0", "--full-index", "-p")
"""`-U` and `-p` turn the patch on, so structure is asked for without them."""

_CHUNK = 1 << 18
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})
_OBJECT_FAULT = re.compile(
    r"unable to read|could not (?:fetch|read|parse)|cannot read|failed to read object|lazy fetching disabled|bad (?:object|tree|blob)"
    r"|missing (?:blob|tree|object)|not a (?:tree|valid) object|object .* is corrupt|inflate:|unable to unpack"
)


class GitFault(Exception):  # noqa: N818 - the house's word
    """Git is missing, failed, took too long or was told to stop; the sentence is for people."""

    def __init__(self, sentence: str, *, status: int = -1, said: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        """Git's exit status; -1 where it never came to one."""
        self.said = said
        """What git wrote to its standard error."""

    @property
    def is_ours(self) -> bool:
        """Git was ended from here, or never started; else it ended by itself, be it by a crash."""
        return self.status == -1 and not self.said

    @property
    def lacks_objects(self) -> bool:
        """Git ended at an object that is not in the clone, or is broken there; what needs others may still be read."""
        return self.status > 0 and _OBJECT_FAULT.search(self.said) is not None


class Place(Struct, frozen=True):
    """Where git works: in a folder that it looks around in itself, or on a repository that is already known."""

    folder: Path
    git_dir: Path | None = None
    work_tree: Path | None = None
    index: Path | None = None


class Stream:
    """A git process whose output is read while it writes."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        said: IO[bytes],
        place: Place,
        arguments: Sequence[str | bytes],
        cancel: Event | None,
    ) -> None:
        assert process.stdout is not None
        self._process = process
        self.arguments = arguments
        self._said = said
        self.place = place
        self._cancel = cancel
        self._out = process.stdout
        self.fault: GitFault | None = None
        """Why it was ended from here: out of time, or told to stop."""

    def chunks(self) -> Iterator[bytes]:
        """Yield output as it comes, in pieces of any size.

        Raises:
            GitFault: it was ended from here, or `cancel` was set; what git has written already is of no use to anybody then.
        """
        while True:
            chunk = self._out.read1(_CHUNK)  # type: ignore[attr-defined]
            # Looked at after the end as well: git may have been ended before it wrote anything.
            if self._cancel is not None and self._cancel.is_set():
                raise _stopped()
            if self.fault is not None:
                raise self.fault
            if not chunk:
                return
            yield chunk

    def finish(self) -> None:
        """Wait for the end.

        Raises:
            GitFault: it ended with another status than 0, or was ended from here.
        """
        for _ in self.chunks():  # what nobody read would keep git waiting for ever
            pass
        status = self._process.wait()
        if self.fault is not None:
            raise self.fault
        if status:
            self._said.seek(0)
            raise _failed(self.arguments, self.place, status, self._said.read(4096))


def run(
    arguments: Sequence[str | bytes],
    place: Place,
    *,
    stdin: bytes = b"",
    timeout: float = 60.0,
    cancel: Event | None = None,
) -> bytes:
    """Run a git command to its end and return what it wrote.

    Raises:
        GitFault: git is missing, failed, took longer than `timeout` seconds, or `cancel` was set.
    """
    deadline = monotonic() + timeout
    with _started(arguments, place, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        data: bytes | None = stdin
        while True:
            try:
                out, said = process.communicate(data, timeout=min(0.1, timeout) if cancel is not None else timeout)
                break
            except subprocess.TimeoutExpired:
                data = None
                ended = _ended_from_here(arguments, place, deadline, cancel)
                if ended is not None:
                    raise ended from None
    if process.returncode:
        raise _failed(arguments, place, process.returncode, said)
    return out


@contextmanager
def stream(
    arguments: Sequence[str | bytes],
    place: Place,
    *,
    stdin: Iterable[bytes] = (),
    timeout: float = 600.0,
    cancel: Event | None = None,
) -> Iterator[Stream]:
    """Start a git command whose output is read as it comes; leaving the block ends the process if it still runs.

    Input waits in a file, so that a long list of commits and a full pipe never wait for each other.

    Raises:
        GitFault: git is missing.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.writelines(stdin)
        given.seek(0)
        with _started(arguments, place, stdin=given, stderr=said) as process:
            output = Stream(process, said, place, arguments, cancel)
            over = Event()
            watch = Thread(target=_watch, args=(output, process, over, timeout, cancel), daemon=True)
            watch.start()
            try:
                yield output
            finally:
                over.set()


def fetch(
    arguments: Sequence[str],
    place: Place,
    url: str,
    *,
    settings: Sequence[str] = (),
    environment: Mapping[str, str] = MappingProxyType({}),
    stdin: bytes = b"",
    heard: Callable[[str], None] = lambda _: None,
    timeout: float = 7200.0,
    cancel: Event | None = None,
) -> bytes:
    """Run a git command that reaches a network (`fetch`, `ls-remote`), and return what it wrote: the only function that does.

    It works in clones of our own only, below the cache directory; a person's clone is never fetched.  Their remote
    `origin` has to be `url`, by HTTPS (HTTP on this machine).  `environment` is for `GIT_CONFIG_*` with a token.
    `heard` is told each line that git says, progress among them.

    Raises:
        GitFault: git is missing, failed, stalled or took longer than `timeout` seconds, or `cancel` was set.
    """
    parts = urlsplit(url)
    is_here = parts.hostname in _THIS_MACHINE
    if parts.scheme != "https" and not (is_here and parts.scheme == "http"):
        raise GitFault(f"{one_line(url)} is not fetched from: only https is; correct the setting `github`.")
    if not Path(os.path.realpath(place.git_dir or "/")).is_relative_to(os.path.realpath(config.cache_directory())):
        raise GitFault(f"{place.folder} is not llnotes' own clone, and is never fetched by it; run `git fetch` there.")
    deadline = monotonic() + timeout
    # The longest match wins, so this keeps the user's own abbreviations from leading elsewhere.
    more = (*NETWORK_SETTINGS, f"url.{url}.insteadOf={url}", *settings)
    allowed = {"GIT_ALLOW_PROTOCOL": parts.scheme, **NETWORK_ENVIRONMENT, **environment}
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out:
        given.write(stdin)
        given.seek(0)
        with _started(
            arguments, place, stdin=given, stdout=out, stderr=subprocess.PIPE, settings=more, environment=allowed
        ) as process:
            said = _listened(process, arguments, place, heard, deadline, cancel)
            status = process.wait()
        if status:
            raise _failed(arguments, place, status, said)
        out.seek(0)
        return out.read()


def _listened(
    process: "subprocess.Popen[bytes]",
    arguments: Sequence[str],
    place: Place,
    heard: Callable[[str], None],
    deadline: float,
    cancel: Event | None,
) -> bytes:
    """Read what git says until it ends, telling each line; return the end of it.

    Raises:
        GitFault: its time is over, or `cancel` was set.
    """
    assert process.stderr is not None
    said = bytearray()
    rest = b""
    while True:
        ready, _, _ = select.select([process.stderr], [], [], 0.1)
        ended = _ended_from_here(arguments, place, deadline, cancel)
        if ended is not None:
            raise ended
        if not ready:
            continue
        chunk = os.read(process.stderr.fileno(), _CHUNK)
        if not chunk:
            return bytes(said)
        said = (said + chunk)[-_CHUNK:]
        *lines, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
        for line in lines:
            heard(decode(line))


def git_version() -> str:
    """Return what `git --version` says.

    Raises:
        GitFault: git is missing.
    """
    return run(["--version"], Place(Path("/"))).decode("utf-8", "replace").strip()


@contextmanager
def _started(
    arguments: Sequence[str | bytes],
    place: Place,
    *,
    stdin: int | IO[bytes],
    stderr: int | IO[bytes],
    stdout: int | IO[bytes] = subprocess.PIPE,
    settings: Sequence[str] = (),
    environment: Mapping[str, str] = MappingProxyType({}),
) -> "Iterator[subprocess.Popen[bytes]]":
    """Start git in a process group of its own, so that ctrl+c is ours to answer and children end with it."""
    told = [word for setting in (*SETTINGS, *settings) for word in ("-c", setting)]
    command = [_git(), "--no-pager", *told, *arguments]
    try:
        process = subprocess.Popen(
            command,
            cwd=place.folder,
            env={**_environment(place), **environment},
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            process_group=0,
        )
    except OSError as fault:
        raise GitFault(
            f"git cannot be started in {place.folder}: {fault.strerror or fault}; check the folder."
        ) from fault
    try:
        yield process
    finally:
        _end(process)


def _environment(place: Place) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in KEPT}
    kept["PATH"] = os.pathsep.join(
        folder for folder in kept.get("PATH", os.defpath).split(os.pathsep) if folder.startswith("/")
    )
    named = {"GIT_DIR": place.git_dir, "GIT_WORK_TREE": place.work_tree, "GIT_INDEX_FILE": place.index}
    return kept | ENVIRONMENT | {key: str(value) for key, value in named.items() if value is not None}


def _git() -> str:
    return _git_on(os.environ.get("PATH", os.defpath))


@cache
def _git_on(path: str) -> str:
    """Find git in folders with a full path only: a clone's own `git` must never be the one that runs."""
    found = shutil.which(
        "git", path=os.pathsep.join(folder for folder in path.split(os.pathsep) if folder.startswith("/"))
    )
    if found is None:
        raise GitFault("git was not found on PATH; install git 2.30 or newer.")
    return found


def _watch(
    output: Stream, process: "subprocess.Popen[bytes]", over: Event, timeout: float, cancel: Event | None
) -> None:
    """End a stream's process when its time is over or it is told to stop."""
    deadline = monotonic() + timeout
    while not over.wait(0.05 if cancel is not None else min(1.0, timeout)):
        ended = _ended_from_here(output.arguments, output.place, deadline, cancel)
        if ended is not None:
            output.fault = ended
            _kill(process)
            return


def _ended_from_here(
    arguments: Sequence[str | bytes], place: Place, deadline: float, cancel: Event | None
) -> GitFault | None:
    if cancel is not None and cancel.is_set():
        return _stopped()
    if monotonic() >= deadline:
        return GitFault(
            f"git {_name(arguments)} took too long in {place.folder}; try again when the disk is less busy."
        )
    return None


def _stopped() -> GitFault:
    return GitFault("Reading was stopped.")


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        _kill(process)
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.wait()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _failed(arguments: Sequence[str | bytes], place: Place, status: int, said: bytes) -> GitFault:
    text = decode(said)
    reason = one_line(next((line for line in text.splitlines() if line.startswith(("fatal:", "error:"))), text[:300]))
    return GitFault(
        f"git {_name(arguments)} failed in {place.folder}: {reason or f'status {status}'}; `git fsck` there may tell more.",
        status=status,
        said=text,
    )


def _name(arguments: Sequence[str | bytes]) -> str:
    """Return the command's name among the arguments."""
    return os.fsdecode(arguments[0]) if arguments else ""
