"""Commits with patches, and engines that do as they are told: what the tests of drafting are made of."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import TypeVar
from urllib.parse import quote_from_bytes

import msgspec

from llnotes_tui.drafting.drafter import Drafting
from llnotes_tui.drafting.events import DraftEvent
from llnotes_tui.drafting.graph import NoteGraph
from llnotes_tui.drafting.limits import DraftLimits
from llnotes_tui.engines.base import Engine, EngineError, Reply, Request
from llnotes_tui.release.ids import commit_note
from llnotes_tui.release.model import (
    Commit,
    DiffState,
    EntryPlan,
    FileChange,
    FileStatus,
    Noise,
    NoteId,
    Plan,
    Range,
    RepoId,
)
from llnotes_tui.release.patch import Patch
from llnotes_tui.storage.cache import AnswerCache

Kind = TypeVar("Kind")
QUICK = DraftLimits(concurrency=4, backoff=0.001, longest_wait=0.01, probe_every=0.02)


class History:
    """Commits and their patches, made up line by line."""

    def __init__(self) -> None:
        self.commits: list[Commit] = []
        self.patches: dict[str, Patch] = {}
        self.reads = 0

    def commit(
        self,
        subject: str,
        files: Mapping[str, Sequence[str]],
        *,
        body: str = "",
        noise: Mapping[str, Noise] | None = None,
        diff: DiffState = "whole",
        first_line: int = 1,
        sha: str = "",
    ) -> Commit:
        """Add a commit; `files` maps paths to the lines that it adds (or with their own sign, `-old`, ` same`)."""
        sha = sha or hashlib.sha1(f"{len(self.commits)}{subject}".encode()).hexdigest()
        parts, changes = [], []
        for position, (path, lines) in enumerate(files.items()):
            parts.append(part(path, lines, first_line))
            changes.append(change(sha, path, lines, position, (noise or {}).get(path)))
        self.patches[sha] = Patch("".join(parts).encode())
        commit = Commit(
            sha=sha,
            parents=("0" * 40,),
            author="Ada",
            author_email="ada@example.com",
            authored_at=1,
            committed_at=1,
            subject=subject,
            body=body,
            files=tuple(changes),
            diff=diff,
        )
        self.commits.append(commit)
        return commit

    def patch(self, sha: str) -> Patch:
        self.reads += 1
        return self.patches[sha]

    def plan(self) -> Plan:
        return plan([entry(commit) for commit in self.commits])

    def graph(self, answers: AnswerCache | None = None) -> NoteGraph:
        return NoteGraph(self.plan(), self.patch, answers)


def part(path: str, lines: Sequence[str], first_line: int = 1) -> str:
    signed = [line if line[:1] in "+- @" and line else f"+{line}" for line in lines]
    blob = hashlib.sha1("\n".join(signed).encode() + str(first_line).encode()).hexdigest()
    old = sum(1 for line in signed if line[0] in " -")
    new = sum(1 for line in signed if line[0] in " +")
    head = [
        f"diff --git a/{path} b/{path}",
        f"index {blob}..{blob[::-1]} 100644",
        f"--- a/{path}",
        f"+++ b/{path}",
    ]
    if not any(line.startswith("@@") for line in signed):
        head.append(f"@@ -{first_line},{old} +{first_line},{new} @@ class Thing:")
    return "\n".join([*head, *signed]) + "\n"


def change(sha: str, path: str, lines: Sequence[str], position: int, noise: Noise | None = None) -> FileChange:
    return FileChange(
        commit=sha,
        path=path.encode(),
        old_path=None,
        status=FileStatus.MODIFIED,
        old_mode=0o100644,
        new_mode=0o100644,
        old_blob="1" * 40,
        new_blob="2" * 40,
        added=sum(1 for line in lines if line[:1] not in "- @"),
        removed=sum(1 for line in lines if line[:1] == "-"),
        position=position,
        noise=noise,
    )


def entry(*commits: Commit, note: NoteId | None = None, title: str = "") -> EntryPlan:
    return EntryPlan(
        id=note or commit_note(commits[0].sha),
        commits=commits,
        pull_requests=(),
        title=title or commits[0].subject,
    )


def plan(entries: Sequence[EntryPlan]) -> Plan:
    where = Range(
        repository=RepoId("github.com/acme/tools"),
        name="acme/tools",
        web_url="https://github.com/acme/tools",
        branch="main",
        since=None,
        since_name="the first commit",
        until="f" * 40,
        base_from="first-commit",
    )
    return Plan(where, tuple(entries), (), (), (), "1.0.0", "first", len(entries))


def texts_of(request: Request) -> str:
    """Return all that would leave the house."""
    return "\n".join(message.content for message in request.messages)


class Scripted:
    """An engine that answers by a function of the request; it counts, and knows how many calls are under way."""

    name = "databricks"

    def __init__(
        self,
        answer: Callable[[Request], Reply | str] | None = None,
        model: str = "test-model",
        name: str = "databricks",
    ) -> None:
        self.name = name
        self.model = model
        self._answer = answer or usual_answer
        self.requests: list[Request] = []
        self.at_once = self.most_at_once = self.probes = 0
        self.probe_error: EngineError | None = None
        self._lock = threading.Lock()

    def complete(self, request: Request, cancel: Event) -> Reply:
        with self._lock:
            self.requests.append(request)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            answer = self._answer(request)
        finally:
            with self._lock:
                self.at_once -= 1
        return answer if isinstance(answer, Reply) else reply(answer)

    def probe(self) -> None:
        self.probes += 1
        if self.probe_error is not None:
            raise self.probe_error

    def close(self) -> None:
        pass


def reply(text: str, finish_reason: str = "stop") -> Reply:
    return Reply(text=text, finish_reason=finish_reason, input_tokens=10, output_tokens=5, model="test-model")


def usual_answer(request: Request) -> str:
    """Answer as a model would that follows its prompt: JSON where that is asked for."""
    told = hashlib.sha256(texts_of(request).encode()).hexdigest()[:12]
    if request.response_schema is None:
        return f"{request.purpose} text {told} v{request.variant}"
    return json.dumps({key: f"{key} text {told}" for key in request.response_schema["properties"]})


class Listener:
    """Keeps every event in the order in which it was told."""

    def __init__(self) -> None:
        self.events: list[DraftEvent] = []

    def __call__(self, event: DraftEvent) -> None:
        self.events.append(event)

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]


class Desk:
    """A drafting with its cache, listener and what a person decided."""

    def __init__(
        self,
        history: History,
        engine: Engine,
        cache: Path,
        limits: DraftLimits = QUICK,
        decided: dict[NoteId, str] | None = None,
    ) -> None:
        self.answers = AnswerCache.open(cache, 1 << 26)
        self.graph = history.graph(self.answers)
        self.heard = Listener()
        self.decided = decided if decided is not None else {}
        self.drafting = Drafting(self.graph, engine, self.answers, limits, self.heard, lambda: self.decided)
        self.entries = self.graph.plan.entries

    def draft(self, entries: Iterable[EntryPlan] | None = None, timeout: float = 60.0) -> "Desk":
        self.drafting.draft(tuple(entries) if entries is not None else self.entries)
        assert self.drafting.wait(timeout), "drafting did not settle"
        return self

    def text(self, note: NoteId) -> str:
        return self.drafting.drafts()[note].text

    def close(self) -> None:
        self.drafting.close()
        self.answers.close()


def file_id(commit: Commit, path: str) -> NoteId:
    return NoteId(f"file:{commit.sha}:{quote_from_bytes(path.encode(), safe='/')}")


OpenDesk = Callable[..., Desk]
"""Opens a desk on a cache that all desks of one test share."""
ALONE = msgspec.structs.replace(QUICK, packed_budget=0)
ONE = msgspec.structs.replace(QUICK, concurrency=1)


def release(commits: int = 3, files: int = 2) -> History:
    history = History()
    for number in range(commits):
        lines = {f"src/m{number}_{file}.py": [f"def f{number}_{file}(): ..."] for file in range(files)}
        history.commit(f"Change {number}", lines, body=f"Body {number}.")
    return history


class Watched(list):  # type: ignore[type-arg]
    """Calls a function after each event."""

    def __init__(self, look: Callable[[], None]) -> None:
        super().__init__()
        self._look = look

    def append(self, event: object) -> None:
        super().append(event)
        self._look()
