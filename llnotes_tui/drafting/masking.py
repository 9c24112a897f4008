"""Nothing secret leaves: texts are searched by one helper process, and what it finds is replaced by asterisks."""

import atexit
import json
import re
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import IO

from msgspec import Struct

from llnotes_tui.drafting.secret_scan import READY, read_frame, write_frame
from llnotes_tui.release.digest import digest
from llnotes_tui.storage.cache import AnswerCache

MASK = "********"
KEPT_BACK = "The content of this file is kept back, because its name says that it holds secrets."

_RULES = 2
"""Part of the key under which findings are kept: to be raised when the rules of `secret_scan` change."""
_SCAN_TIME = 60.0
"""Seconds that one search may take."""
_REMEMBERED = 4_000
"""Texts of which the findings stay in memory."""
_WORTH_KEEPING = 20_000
"""Code points of texts that travel together; fewer are searched in 2 ms, which is quicker than looking up and writing."""
_STARTER = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);from llnotes_tui.drafting.secret_scan import main; main()"
)
_SECRET_NAMES = re.compile(
    r"(?:^|/)(?:"
    r"\.env(?:\.[\w.-]+)?|[\w.-]+\.env|\.envrc"
    r"|[^/]*\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk|tfstate|tfvars|asc|gpg|ovpn)(?:\.(?:backup|json))?"
    r"|id_(?:rsa|dsa|ecdsa|ed25519)[^/]*"
    r"|\.?netrc|_netrc|\.pgpass|\.htpasswd|\.pypirc|\.npmrc|\.databrickscfg|\.git-credentials|\.dockercfg|kubeconfig"
    r"|\.aws/credentials|\.docker/config\.json|\.kube/config"
    r"|(?:client_secrets?|secrets?|credentials?|service[_-]account[\w-]*)\.(?:json|ya?ml|toml|ini|txt|properties)"
    r")$",
    re.IGNORECASE,
)
_NO_SECRETS = re.compile(r"\.(?:example|sample|template|dist|defaults?|pub)$", re.IGNORECASE)


Places = tuple[tuple[int, int], ...]
"""Where secrets stand in a text: code points, each end exclusive."""


class MaskingError(Exception):
    """Texts could not be searched, so they may not leave; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Text(Struct, frozen=True):
    """A text to be masked.  `name` is the path it comes from, which tells how its lines read; diffs are told apart."""

    name: str
    text: str
    is_diff: bool = False


class Masked(Struct, frozen=True):
    """A text without its secrets, and how many there were."""

    text: str
    count: int


def is_secret_by_name(path: bytes) -> bool:
    """Say whether a file holds secrets by its very name, so that nothing of it may leave."""
    name = path.decode("utf-8", "replace")
    return _SECRET_NAMES.search(name) is not None and _NO_SECRETS.search(name) is None


class Masker:
    """Masks texts for drafting.  Thread-safe; findings are kept (as places, never as values) by the digest of the text."""

    def __init__(self, answers: AnswerCache, helper: "Helper | None" = None) -> None:
        self._answers = answers
        self._helper = helper or shared_helper()
        self._lock = Lock()
        self._known: dict[str, Places] = {}

    def mask(self, texts: Sequence[Text]) -> tuple[Masked, ...]:
        """Return the texts with each secret replaced.

        Raises:
            MaskingError: they could not be searched.
        """
        keys = [digest(["mask", _RULES, _kind(t.name), t.is_diff, t.text]) if t.text else "" for t in texts]
        # The same dictionary throughout: what another thread throws away must not look like a text without secrets.
        known = self._known
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key and key not in known}
        found = self._find(missing) if missing else {}
        return tuple(
            _masked(text.text, found[key] if key in found else known[key]) if key else Masked(text.text, 0)
            for key, text in zip(keys, texts, strict=True)
        )

    def _find(self, missing: dict[str, Text]) -> dict[str, Places]:
        """Return the places in texts: from the cache, where texts that travel together are one record, or by search."""
        is_kept = sum(len(text.text) for text in missing.values()) >= _WORTH_KEEPING
        record = f"mask:{digest(list(missing))}" if is_kept else ""
        kept = self._answers.get(record) if is_kept else None
        places = [_places(spans) for spans in kept] if isinstance(kept, list) else []
        valid = [spans for spans in places if spans is not None]
        if len(valid) != len(missing):
            valid = self._helper.search([[_kind(t.name), t.text, t.is_diff] for t in missing.values()])
            if is_kept:
                self._answers.put_later(record, [[list(span) for span in spans] for spans in valid])
        found = dict(zip(missing, valid, strict=True))
        with self._lock:
            if len(self._known) > _REMEMBERED:
                self._known = {}
            self._known.update(found)
        return found


class Helper:
    """The one process that searches; started at first use, started anew if it dies, ended with this one."""

    def __init__(self, scan_time: float = _SCAN_TIME, command: Sequence[str] = ()) -> None:
        self._lock = Lock()
        self._scan_time = scan_time
        self._command = tuple(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False

    def search(self, texts: Sequence[Sequence[str | bool]]) -> list[Places]:
        """Return the places of the secrets in each `(kind, text, is_diff)`.

        Raises:
            MaskingError: the helper does not start, does not answer in time, or answers with something else.
        """
        reason = ""
        with self._lock:
            for _ in range(2):
                try:
                    return self._ask(texts)
                except (OSError, ValueError) as fault:
                    reason = str(fault) or type(fault).__name__
                    self._end()
        raise MaskingError(
            f"The search for secrets failed ({reason}), so nothing was sent; "
            "`llnotes doctor` tries it, and `r` asks again."
        )

    def close(self) -> None:
        """End the process for good; a search under way fails."""
        self._is_closed = True
        process = self._process
        if process is not None:
            process.kill()
        if self._lock.acquire(timeout=1.0):
            try:
                self._end()
            finally:
                self._lock.release()

    def _ask(self, texts: Sequence[Sequence[str | bool]]) -> list[Places]:
        process = self._running()
        write_frame(_open(process.stdin), texts)
        reply = self._received(process)
        found = [_places(spans) for spans in reply] if isinstance(reply, list) else []
        places = [spans for spans in found if spans is not None]
        if len(places) != len(texts):
            raise ValueError("the helper gave no answer")
        return places

    def _received(self, process: "subprocess.Popen[bytes]") -> object:
        """Return what the helper says next; it is given up if that takes too long."""
        stdout = _open(process.stdout)
        poll = select.poll()
        poll.register(stdout, select.POLLIN | select.POLLHUP)
        if not poll.poll(self._scan_time * 1_000):
            raise ValueError(f"the helper did not answer within {self._scan_time:g} s")
        return read_frame(stdout)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._is_closed:
            raise ValueError("the program ends")
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                self._command or _starting_command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                # ctrl+c goes to every process of the terminal's group; this one ends when its input does.
                start_new_session=True,
            )
            # It reads from here on, so that what is written to it cannot be stuck.
            if self._received(self._process) != READY:
                raise ValueError("the helper does not start")
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            try:
                if stream is not None:
                    stream.close()
            except OSError:
                continue


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ValueError("the helper has no streams")
    return stream


def _starting_command() -> tuple[str, ...]:
    """Return what starts the helper from wherever this program was started, a zipapp included.

    Isolated, and from the root: or Python would look for modules in the current directory first, which is somebody's
    repository.
    """
    paths = [str(Path(path).absolute()) for path in sys.path]
    return sys.executable, "-I", "-c", _STARTER, json.dumps(paths)


_shared: Helper | None = None
_shared_lock = Lock()


def shared_helper() -> Helper:
    """Return the helper of this process."""
    global _shared  # noqa: PLW0603  # one helper serves every repository
    with _shared_lock:
        if _shared is None:
            _shared = Helper()
            atexit.register(_shared.close)
        return _shared


def badge(count: int) -> tuple[str, ...]:
    """Return the badge that says how many secrets were masked; none for none."""
    return (f"masked:{count}",) if count else ()


def _kind(name: str) -> str:
    """Return what matters of a path: a name with its ending."""
    return "file" + PurePosixPath(name).suffix.lower()[:12]


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> Masked:
    parts, position = [], 0
    for start, end in spans:
        parts += [text[position:start], MASK]
        position = end
    return Masked("".join((*parts, text[position:])), len(spans))


def _places(spans: object) -> Places | None:
    """Return places as read from outside, None if they are none."""
    if not isinstance(spans, (list, tuple)):
        return None
    places = []
    for span in spans:
        match span:
            case [int(start), int(end)] if 0 <= start < end:
                places.append((start, end))
            case _:
                return None
    return tuple(places)
