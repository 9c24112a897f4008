"""What is told without an engine: noise, tests beside sources, files that hold secrets, commits that have no diff."""

from collections.abc import Sequence

from llnotes_tui.release.message import message_of
from llnotes_tui.release.model import Commit, EntryPlan, FileChange, FileStatus
from llnotes_tui.release.symbols import area_of
from llnotes_tui.release.text import display_path

_LONGEST_FALLBACK = 1_500
"""Characters of a message that stands for a diff which cannot be had."""
_SENTENCES = 3


def is_test(path: bytes) -> bool:
    """Say whether a path is a test's, by its folders or its name."""
    return area_of(display_path(path)) == "test"


def is_document(path: bytes) -> bool:
    """Say whether a path is documentation."""
    return area_of(display_path(path)) == "documentation"


def test_sentence(changes: Sequence[FileChange]) -> str:
    """Return the one line about test files whose sources changed too."""
    if len(changes) == 1:
        kinds = {FileStatus.ADDED: "A test file was added", FileStatus.DELETED: "A test file was removed"}
        subject = kinds.get(changes[0].status, "Tests changed along with the sources")
    else:
        subject = f"Tests in {len(changes)} files changed along with the sources"
    added, removed = (sum(getattr(change, side) or 0 for change in changes) for side in ("added", "removed"))
    counts = [f"{_lines(count)} {what}" for count, what in ((added, "added"), (removed, "removed")) if count]
    return f"{subject}: {', '.join(counts)}." if counts else f"{subject}."


def joined_sentences(sentences: Sequence[str]) -> str:
    """Return the text of an entry of which every file is told by rule: each sentence once, the first few."""
    distinct = list(dict.fromkeys(sentences))
    rest = len(distinct) - _SENTENCES
    more = [f"{rest} more file{'s' if rest > 1 else ''} changed in the same way."] if rest > 0 else []
    return " ".join(distinct[:_SENTENCES] + more)


def message_instead(commit: Commit) -> str:
    """Return what the message says, for a commit whose diff cannot be had; empty where it is a title only."""
    return _body_of(message_of(commit))


def messages_instead(entry: EntryPlan) -> list[str]:
    """Return what the messages of an entry say, as `message_instead` does."""
    return list(map(_body_of, entry.messages)) if entry.messages else list(map(message_instead, entry.commits))


def _body_of(message: str) -> str:
    _, _, body = message.partition("\n\n")
    text = " ".join(body.split())
    if len(text) <= _LONGEST_FALLBACK:
        return text
    return text[:_LONGEST_FALLBACK].rsplit(" ", 1)[0] + " …"


def status_word(change: FileChange) -> str:
    """Return what happened to a file, in a word or with where it came from."""
    words = {"A": "added", "M": "modified", "D": "deleted", "R": "renamed", "C": "copied", "T": "type changed"}
    word = words[change.status.value]
    if change.old_path is None or change.status not in (FileStatus.RENAMED, FileStatus.COPIED):
        return word
    return f"{word} from {display_path(change.old_path)}"


def _lines(count: int) -> str:
    return f"{count} line{'' if count == 1 else 's'}"
