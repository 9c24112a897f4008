"""Ranges, plans and child processes for the tests of reviews."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Event

import msgspec

from llnotes_tui.release.ids import ReviewId, commit_note
from llnotes_tui.release.model import (
    Commit,
    DependencyUpdate,
    EntryPlan,
    FileChange,
    FileStatus,
    InternalCommit,
    LeftOut,
    NoteId,
    Plan,
    Range,
    RepoId,
)
from llnotes_tui.review.review import Review

REVIEW = ReviewId(RepoId("github.com/acme/rocket"), "b" * 40, "main")
SECONDS = 60.0
"""Until a test gives up on something that takes milliseconds."""


def sha_of(number: int) -> str:
    return f"{number:040x}"


def note_of(number: int) -> NoteId:
    return commit_note(sha_of(number))


def a_commit(number: int, *, pull_request: int | None = None, paths: Sequence[bytes] = (b"src/a.py",)) -> Commit:
    """Return a commit of that number; the higher, the newer."""
    files = tuple(
        FileChange(sha_of(number), path, None, FileStatus.MODIFIED, 0o100644, 0o100644, "1" * 40, "2" * 40, 3, 1, at)
        for at, path in enumerate(paths)
    )
    return Commit(
        sha=sha_of(number),
        parents=(sha_of(number - 1),),
        author="Ada",
        author_email="ada@example.com",
        authored_at=1_700_000_000 + number,
        committed_at=1_700_000_000 + number,
        subject=f"Add part {number}",
        body="",
        files=files,
        patch_id=f"patch-{number}",
        pull_request=pull_request,
    )


def commits_of(count: int) -> tuple[Commit, ...]:
    """Return a range, newest first."""
    return tuple(a_commit(number) for number in range(count, 0, -1))


def an_entry(*commits: Commit) -> EntryPlan:
    numbers = dict.fromkeys(commit.pull_request for commit in commits if commit.pull_request is not None)
    return EntryPlan(commit_note(commits[0].sha), commits, tuple(numbers), f"Added part {int(commits[0].sha, 16)}")


def a_plan(
    entries: Iterable[EntryPlan] = (),
    internal: Iterable[Commit] = (),
    dependency_updates: Iterable[Commit] = (),
    left_out: Iterable[Commit] = (),
) -> Plan:
    entries = tuple(entries)
    held = tuple(InternalCommit(commit, commit.subject, "CI only") for commit in internal)
    folded = tuple(DependencyUpdate(commit, commit.subject) for commit in dependency_updates)
    out = tuple(LeftOut(commit, commit.subject, "released in 0.1.0", "released") for commit in left_out)
    count = sum(len(entry.commits) for entry in entries) + len(held) + len(folded) + len(out)
    span = Range(REVIEW.repository, "acme/rocket", None, "main", REVIEW.base, "v0.1.0", sha_of(99), "tag")
    return Plan(span, entries, folded, held, out, "0.2.0", "", count)


def opened(state: Path, commits: Sequence[Commit] | None = None, by: str = "Ada") -> Review:
    return Review.open(state, REVIEW, commits_of(3) if commits is None else commits, by)


def wait_for(review: Review, condition: Callable[[], bool]) -> None:
    """Wait until a condition holds, looking whenever the review tells something."""
    told = Event()
    review.subscribe(told.set)
    while not condition():
        told.clear()
        assert condition() or told.wait(SECONDS), "nothing was told in time"


def with_parts(commit: Commit, **changes: object) -> Commit:
    return msgspec.structs.replace(commit, **changes)


PRELUDE = """
import sys, time
from pathlib import Path
from llnotes_tui.review.decisions import *
from tests.waiting import Stopwatch, until
from tests.unit.review_cases import *
from llnotes_tui.review import lock
lock._NAMING = 30.0
state = Path(sys.argv[1])
def say(*words):
    print(*words, flush=True)
"""


def child(state: Path, script: str) -> "subprocess.Popen[str]":
    """Start another process that runs `script`; it says things with `say`, and hears lines on its standard input."""
    root = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", PRELUDE + script, str(state)],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def heard(process: "subprocess.Popen[str]") -> str:
    """Return the next line that a child says."""
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def tell(process: "subprocess.Popen[str]", line: str = "") -> None:
    """Say a line to a child."""
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def end(process: "subprocess.Popen[str]") -> None:
    """Kill a child and close its pipes."""
    process.kill()
    process.wait(SECONDS)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
