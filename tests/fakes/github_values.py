"""What is known of a git repository on the GitHub of the tests, as values; and how git is started for it."""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


class GitError(Exception):
    """Git did not do it."""


@dataclass(frozen=True)
class Person:
    """Author, committer or tagger; `date` is ISO 8601 with its zone."""

    name: str
    email: str
    date: str


@dataclass(frozen=True)
class Commit:
    """A commit."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    second: int
    """Of the committer's date, since the epoch."""
    message: str

    @property
    def headline(self) -> str:
        return self.message.partition("\n")[0]

    @property
    def body(self) -> str:
        return self.message.partition("\n")[2].strip("\n")


@dataclass(frozen=True)
class TagObject:
    """An annotated tag."""

    sha: str
    name: str
    target: str
    """SHA of what it names."""
    kind: str
    """Of that: `commit`, also `tag`, ..."""
    tagger: Person | None
    message: str


@dataclass(frozen=True)
class Ref:
    """A branch or a tag."""

    name: str
    """In full: `refs/heads/main`."""
    sha: str
    """Of the object it names: a tag object if it is annotated."""
    kind: str
    """`commit`, `tag`, ..."""
    peeled: str
    """The commit that it leads to at last; empty if to none, as a tag of a file."""
    tag: TagObject | None = None
    """Of an annotated tag."""


@dataclass(frozen=True)
class Compared:
    """How two commits stand to each other."""

    ahead: tuple[str, ...]
    """SHAs of what the head has more, oldest first."""
    behind_by: int

    @property
    def status(self) -> str:
        if self.ahead:
            return "diverged" if self.behind_by else "ahead"
        return "behind" if self.behind_by else "identical"


def environment() -> dict[str, str]:
    """Return the variables for git: nobody's settings, no questions."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return kept | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }


def files_state(folder: Path) -> object:
    """Return what changes whenever a branch or a tag does: git replaces their files, it never writes into them."""
    found: list[tuple[str, int, int]] = []
    waiting = [str(folder / "refs" / "heads"), str(folder / "refs" / "tags")]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        told = entry.stat()
                        found.append((entry.path, told.st_mtime_ns, told.st_ino))
        except FileNotFoundError:
            continue
    try:
        packed = (folder / "packed-refs").stat()
        found.append(("packed-refs", packed.st_mtime_ns, packed.st_ino))
    except FileNotFoundError:
        pass
    return sorted(found)


_TAG = re.compile(r"tagger (?P<name>[^<\n]*?) ?<(?P<email>[^>\n]*)> (?P<second>\d+) (?P<zone>[+-]\d{4})")


def tag_object(sha: str, text: str) -> TagObject:
    """Return an annotated tag from what git keeps of it (a signature is left in its message, as GitHub does)."""
    head, _, message = text.partition("\n\n")
    fields = dict(line.partition(" ")[::2] for line in head.split("\n"))
    match = _TAG.search(head)
    tagger = None
    if match is not None:
        zone = datetime.strptime(match["zone"], "%z").tzinfo
        date = datetime.fromtimestamp(int(match["second"]), zone).isoformat()
        tagger = Person(match["name"], match["email"], date)
    return TagObject(sha, fields["tag"], fields["object"], fields["type"], tagger, message.rstrip("\n"))
