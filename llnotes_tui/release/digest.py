"""The two digests of a note: what it is about (input), and the call that wrote it (call)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote_from_bytes

from llnotes_tui.release.model import FileChange, NotesEntry


def digest(value: Any) -> str:
    """Return the SHA-256, in hexadecimal, of a value's canonical JSON: sorted keys, no spaces, plain ASCII.

    Raises:
        TypeError: the value is not JSON.
    """
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def file_digest(message: str, change: FileChange, body: str) -> str:
    """Return the input digest of a file note.

    `message` is the cleaned one, `body` the digest of the lines of the diff without their numbers and blob ids: so the
    result stays when a commit is rebased, and moves when anything that the note is about does.
    """
    return digest(["file", message, *_file_facts(change), body])


def entry_digest(title: str, messages: Sequence[str], changes: Sequence[FileChange], notes: Sequence[str]) -> str:
    """Return the input digest of an entry.

    `notes` has for each file the text that a person decided, else the input digest of its note.
    """
    return digest(["entry", title, list(messages), [_file_facts(change) for change in changes], list(notes)])


def given_digest(title: str, text: str) -> str:
    """Return the input digest of an entry whose words a person wrote."""
    return digest(["given", title, text])


def announcement_digest(entries: Sequence[NotesEntry]) -> str:
    """Return the input digest of the announcement: the entries as they stand, in their order."""
    return digest(
        ["announcement", [[e.title, e.text, e.section, e.breaking, list(e.pull_requests)] for e in entries]],
    )


def call_digest(
    engine: str, model: str, parameters: Mapping[str, Any], messages: Sequence[tuple[str, str]], variant: int
) -> str:
    """Return the identity of one call, under which its answer is kept; `messages` are pairs of role and content."""
    return digest([engine, model, dict(parameters), [list(message) for message in messages], variant])


def _file_facts(change: FileChange) -> list[str | None]:
    old = None if change.old_path is None else quote_from_bytes(change.old_path)
    return [quote_from_bytes(change.path), old, change.status.value]
