"""What an engine is: one call that writes one text, or fails with a sentence a person understands."""

from threading import Event
from typing import Any, Literal, Protocol

from msgspec import Struct

from llnotes_tui.release.model import Commit, FileChange, NotesEntry

ErrorKind = Literal[
    "rate-limited",  # 429: try later, at once slower
    "unavailable",  # 503, 500, 502, 504
    "connection",  # refused, reset, unreachable, timed out
    "authentication",  # 401, 403, a login page, settings that name no credentials
    "not-found",  # the endpoint does not exist
    "rejected",  # 400 and the like: the same call will fail again
    "broken-reply",  # 200 with something that is no answer
    "cancelled",
]


class EngineError(Exception):
    """A call that failed.

    `kind` decides what the scheduler does, `retry_after` is in seconds where the other side named one, and `sentence`
    is one line for people: what is wrong, where, and what to do.
    """

    def __init__(self, kind: ErrorKind, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence
        self.retry_after = retry_after


class Message(Struct, frozen=True):
    """One turn of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


class FileSubject(Struct, frozen=True):
    """A file change to be told about, as facts."""

    change: FileChange
    diff: bytes
    """The patch of this file (or of some of its hunks), as git wrote it; secrets masked."""


class FilesSubject(Struct, frozen=True):
    """File changes of one commit: one, or several that travel together."""

    commit: Commit
    message: str
    """Cleaned: `release.message.cleaned`."""
    files: tuple[FileSubject, ...]


class EntrySubject(Struct, frozen=True):
    """An entry to be written from its commits and the notes of their files."""

    title: str
    commits: tuple[Commit, ...]
    messages: tuple[str, ...]
    """Cleaned, one a commit."""
    files: tuple[FileSubject, ...]
    """With diffs for engines that read them; the note of each file stands in `notes` at the same index."""
    notes: tuple[str, ...]


class AnnouncementSubject(Struct, frozen=True):
    """A release to be announced from its reviewed entries, the most important first."""

    repository: str
    version: str
    web_url: str | None
    entries: tuple[NotesEntry, ...]


class Request(Struct, frozen=True):
    """One call: the messages for a model, and the same matter as facts for an engine that needs no model."""

    purpose: Literal["file", "files", "entry", "announcement"]
    messages: tuple[Message, ...]
    subject: FilesSubject | EntrySubject | AnnouncementSubject
    max_tokens: int
    temperature: float = 0.0
    response_schema: dict[str, Any] | None = None
    """A JSON schema that the reply must follow; None for prose."""
    variant: int = 0


class Reply(Struct, frozen=True):
    """What an engine wrote."""

    text: str
    finish_reason: str
    """`stop`, or `length` where the reply was cut off."""
    input_tokens: int
    output_tokens: int
    model: str


class Engine(Protocol):
    """Who writes prose.  Synchronous, thread-safe, and never retries: the scheduler does."""

    name: str
    """`databricks` or `extractive`."""
    model: str
    """The endpoint's name; for `extractive` the version of its rules."""

    def complete(self, request: Request, cancel: Event) -> Reply:
        """Write the text that `request` asks for.

        Raises:
            EngineError: the call failed; `kind` says how.
        """

    def probe(self) -> None:
        """Ask whether the engine can be reached at all, cheaply.

        Raises:
            EngineError: it cannot.
        """

    def close(self) -> None:
        """Let go of connections; calls under way may fail."""
