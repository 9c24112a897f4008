"""What a workbench works with: an engine, the consent to use it, and how to read the release again."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from llnotes_tui.drafting.drafter import Drafting
from llnotes_tui.drafting.events import DraftEvent
from llnotes_tui.drafting.graph import NoteGraph
from llnotes_tui.engines.base import Engine
from llnotes_tui.release.model import Commit, NoteId, Plan, RepoId
from llnotes_tui.storage.keyed import KeyedStore, StoreError, is_there, read_some
from llnotes_tui.workbench.inspecting import Checker

Heard = Callable[[DraftEvent], None]
Effective = Callable[[], dict[NoteId, str]]


class Consent:
    """Whether a person agreed that a repository's text goes to an endpoint: asked once for each pair, and kept."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._given: set[str] = set()

    def is_missing(self, repository: RepoId, engine: Engine) -> bool:
        """Say whether somebody has to be asked; an engine that computes here needs no consent."""
        if engine.name == "extractive":
            return False
        key = _key(repository, engine)
        if key in self._given:
            return False
        try:
            return not (is_there(self._directory) and read_some(self._directory, (key,)))
        except StoreError:
            return True

    def give(self, repository: RepoId, engine: Engine) -> None:
        """Remember that a person agreed; where it cannot be kept it holds for this run."""
        if not self.is_missing(repository, engine):
            return
        key = _key(repository, engine)
        self._given.add(key)
        store = KeyedStore(self._directory)
        try:
            store.write({key: True})
        except StoreError:
            pass
        finally:
            store.close()


class Tools(Struct, frozen=True):
    """What a workbench is given when it is opened."""

    engine: Engine
    consent: Consent
    read_plan: Callable[[], Plan]
    """Reads the branch again.  Slow."""
    drafting: Callable[[NoteGraph, Engine, Heard, Effective], Drafting]
    extractive: Callable[[], Engine]
    checker: Callable[[Plan], Checker] | None = None
    """Makes what holds the texts of a plan against its commits; None: nothing is checked."""


def plan_commits(plan: Plan) -> tuple[Commit, ...]:
    """Return every commit of a range once."""
    bumps = (commit for update in plan.dependency_updates for commit in update.commits)
    placed = (item.commit for group in (plan.internal, plan.left_out) for item in group)
    all_commits = (*(commit for entry in plan.entries for commit in entry.commits), *bumps, *placed)
    return tuple({commit.sha: commit for commit in all_commits}.values())


def _key(repository: RepoId, engine: Engine) -> str:
    host = str(getattr(engine, "host", ""))
    return "consent:" + hashlib.sha256("\n".join((repository, host, engine.model)).encode()).hexdigest()
