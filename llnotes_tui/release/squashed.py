"""The list of commits in a message that `git merge --squash` proposes, which many people commit as it is.

The message begins with `Squashed commit of the following:`, then come the commits as `git log` shows them: SHA, author,
date, and the message indented by four spaces. People put a title of their own above it, and tools put trailers below.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

HEADER = "Squashed commit of the following:"
"""The subject that git proposes."""
_HEADER = re.compile(rf"^{re.escape(HEADER.removesuffix(':'))}\s*:?\s*(?:\(#\d+\))?\s*$", re.IGNORECASE)
_COMMIT = re.compile(r"^commit ([0-9a-f]{7,64})(?:\s+\(.*\))?\s*$")
_FIELD = re.compile(r"^(?P<name>[A-Z][A-Za-z]*):\s*(?P<value>.*)$")
_PERSON = re.compile(r"^(?P<name>.*?)\s*<(?P<email>[^<>]*)>\s*$")


class ListedCommit(Struct, frozen=True):
    """One commit as a squash message lists it."""

    sha: str
    author: str
    email: str
    subject: str
    body: str
    is_merge: bool = False


def is_squash_subject(subject: str) -> bool:
    """Tell whether a subject is the one that git proposes for a squash, so that the list is all the author says."""
    return _HEADER.match(subject.strip()) is not None


def listed_commits(subject: str, body: str) -> tuple[ListedCommit, ...]:
    """Return the commits that a squash message lists, in its order (newest first); nothing for any other message.

    A listed commit that is a squash itself is replaced by the commits that it lists.
    """
    lines = body.split("\n")
    if not is_squash_subject(subject):
        start = next((at for at, line in enumerate(lines) if is_squash_subject(line) and not line[:1].isspace()), None)
        if start is None:
            return ()
        lines = lines[start + 1 :]
    return tuple(_flat(_parsed(lines[: _end(lines)])))


def with_listed_subjects(body: str) -> str:
    """Return a body in which list items with their subjects stand for the commits that it lists."""
    lines = body.split("\n")
    start = next((at for at, line in enumerate(lines) if is_squash_subject(line) and not line[:1].isspace()), None)
    listed = listed_commits("", body)
    if start is None or not listed:
        return body
    end = start + 1 + _end(lines[start + 1 :])
    items = [f"* {commit.subject}" for commit in listed if not commit.is_merge and commit.subject]
    return "\n".join([*lines[:start], *items, "", *lines[end:]]).strip("\n")


def _end(lines: Sequence[str]) -> int:
    """Return where the list ends: at a line that is neither a commit's nor one of its fields or of its message."""
    in_fields = False
    for at, line in enumerate(lines):
        if _COMMIT.match(line):
            in_fields = True
        elif not line.strip():
            in_fields = False
        elif not (line.startswith(("    ", "\t")) or (in_fields and _FIELD.match(line))):
            return at
    return len(lines)


def _parsed(lines: Sequence[str]) -> Iterator[ListedCommit]:
    starts = [at for at, line in enumerate(lines) if _COMMIT.match(line)]
    for start, end in zip(starts, [*starts, len(lines)][1:], strict=True):
        match = _COMMIT.match(lines[start])
        assert match is not None, "it begins a commit"
        blank = next((at for at in range(start + 1, end) if not lines[at].strip()), end)
        fields = {found["name"]: found["value"] for line in lines[start + 1 : blank] if (found := _FIELD.match(line))}
        message = "\n".join(line.removeprefix("\t").removeprefix("    ") for line in lines[blank:end]).strip("\n")
        paragraph, _, body = message.partition("\n\n")
        person = _PERSON.match(fields.get("Author", ""))
        yield ListedCommit(
            sha=match[1],
            author=person["name"] if person is not None else fields.get("Author", ""),
            email=person["email"] if person is not None else "",
            subject=" ".join(paragraph.split()),
            body=body.strip("\n"),
            is_merge="Merge" in fields,
        )


def _flat(commits: Iterator[ListedCommit]) -> Iterator[ListedCommit]:
    for commit in commits:
        inner = listed_commits(commit.subject, commit.body) if is_squash_subject(commit.subject) else ()
        yield from inner or (commit,)
