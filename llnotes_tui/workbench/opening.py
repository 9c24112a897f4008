"""Opening a release: read the clone, plan, find the review, and get ready to draft."""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock
from typing import TypeVar

import msgspec
from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.config import Settings
from llnotes_tui.drafting.drafter import Drafting
from llnotes_tui.drafting.events import DraftEvent
from llnotes_tui.drafting.graph import NoteGraph
from llnotes_tui.drafting.limits import DraftLimits
from llnotes_tui.engines.base import Engine
from llnotes_tui.engines.choice import choose
from llnotes_tui.release.ids import PULL_REQUEST_BASE, ReviewId
from llnotes_tui.release.model import NoteId, Plan, Range
from llnotes_tui.review.content import shown
from llnotes_tui.review.replay import ReviewState
from llnotes_tui.review.review import Review
from llnotes_tui.review.store import ReviewStore, directory_of
from llnotes_tui.sources.github.proposed import is_pull_request
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.grounded import GroundedChecker
from llnotes_tui.workbench.start import Opened, Target, open_target, read_opened, reviewer
from llnotes_tui.workbench.tools import Consent, Tools, plan_commits
from llnotes_tui.workbench.workbench import Workbench


class NothingUnreleasedError(Exception):
    """The range holds no commit and no item."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Read(Struct, frozen=True):
    """A release as it was read, before anybody drafts or decides."""

    opened: Opened
    plan: Plan


Say = Callable[[str], None]
Bench = TypeVar("Bench", bound=Workbench)


def read_release(target: Target, say: Say, cancel: Event) -> Read:
    """Read the range that a target names, and plan it.  `say` is told what is going on.

    Raises:
        SourceError, SettingsError: it cannot be read.
        NothingUnreleasedError: there is nothing in it.
    """
    opened = open_target(target, say, cancel)
    say(f"Reading {opened.clone.name} ...")
    plan = read_opened(opened, cancel, say)
    if not plan.commit_count and not plan.entries:
        place = plan.range
        raise NothingUnreleasedError(f"{place.name}: nothing is unreleased on {place.branch} since {place.since_name}.")
    return Read(opened, plan)


def open_release(
    target: Target, say: Say, cancel: Event, wrap: Callable[[Engine], Engine] = lambda engine: engine
) -> Workbench:
    """Open the release that a target names, with its review, ready to be drafted.  Slow: not for the UI thread.

    `wrap` may put something in front of the engine of the settings.

    Raises:
        SourceError, SettingsError, ReviewError: it cannot be opened.
        NothingUnreleasedError: there is nothing in it.
    """
    read = read_release(target, say, cancel)
    return open_read(read, wrap, lambda: _read_again(read.opened), Workbench)


def open_read(read: Read, wrap: Callable[[Engine], Engine], read_again: Callable[[], Plan], kind: type[Bench]) -> Bench:
    """Open the review of what was read, ready to be drafted, as a workbench of a kind.

    Raises:
        ReviewError: it cannot be opened.
    """
    opened, plan = read.opened, read.plan
    settings = opened.settings
    review = Review.open(config.state_directory(), review_id(plan.range), plan_commits(plan), reviewer(opened))
    answers = AnswerCache.open(config.cache_directory(), settings.cache_size)
    graph = NoteGraph(plan, opened.clone.patch, answers)
    bench = kind(opened.clone, settings, plan, review, graph, answers)
    bench.attach(
        Tools(
            engine=wrap(engine_of(settings)),
            consent=Consent(config.state_directory() / "consents"),
            read_plan=read_again,
            drafting=lambda notes, engine, heard, effective: drafting_of(
                settings, notes, engine, answers, heard, effective
            ),
            extractive=lambda: engine_of(msgspec.structs.replace(settings, engine="extractive")),
            checker=lambda now: GroundedChecker(opened.clone, now, answers),
        )
    )
    return bench


def review_id(place: Range) -> ReviewId:
    """Return the identity of the review of a range.

    A pull request has one review, wherever its branch leaves the base: taking in what is new there moves that place.
    """
    base = PULL_REQUEST_BASE if is_pull_request(place) else place.since or "root"
    return ReviewId(place.repository, base, place.branch, place.component or "")


def stored_state(plan: Plan) -> ReviewState:
    """Return what was decided on a range so far, without opening its review: no lock is taken, no file made.

    Raises:
        StoreError, ReviewError: it cannot be read.
    """
    identity = review_id(plan.range)
    content = ReviewStore(directory_of(config.state_directory(), identity), identity).load()
    return shown(content, plan_commits(plan)).state


_engines: dict[tuple[object, ...], Engine] = {}
_engines_lock = Lock()


def engine_of(settings: Settings) -> Engine:
    """Return who writes, as the settings say: one for the process, so that all releases share its pace and its faults."""
    told = tuple(sorted((name, value) for name, value in os.environ.items() if name.startswith("DATABRICKS_")))
    key = (settings.engine, settings.profile, settings.endpoint, settings.call_timeout, Path.home(), told)
    with _engines_lock:
        if key not in _engines:
            _engines[key] = new_engine(settings)
        return _engines[key]


def new_engine(settings: Settings) -> Engine:
    """Return who writes, as the settings say, shared with nobody."""
    return choose(
        settings.engine,
        profile=settings.profile,
        endpoint=settings.endpoint,
        call_timeout=settings.call_timeout,
        log=config.cache_directory() / "databricks.log",
    )


def drafting_of(
    settings: Settings,
    graph: NoteGraph,
    engine: Engine,
    answers: AnswerCache,
    heard: Callable[[DraftEvent], None],
    effective: Callable[[], dict[NoteId, str]],
) -> Drafting:
    """Return a drafting with the limits of the settings."""
    limits = DraftLimits(
        concurrency=settings.concurrency,
        input_budget=settings.input_budget,
        packed_budget=settings.packed_budget,
        max_tokens=settings.max_tokens,
    )
    return Drafting(graph, engine, answers, limits, heard, effective)


def _read_again(opened: Opened) -> Plan:
    """Read the range as the branch holds it now; of a repository on GitHub what is new is fetched first.

    Raises:
        SourceError: it cannot be read, or fetched.
    """
    opened.clone.refresh()
    return read_opened(opened, Event())
