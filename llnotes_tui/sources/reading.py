"""Reading a release: its range, its commits, what was told before, and the plan that these make."""

from collections.abc import Sequence
from threading import Event

from msgspec import structs

from llnotes_tui.release.model import Commit, Plan, Range
from llnotes_tui.release.people import keys_of
from llnotes_tui.release.plan import PlanOptions, Told, make_plan
from llnotes_tui.sources.earlier import earlier_people
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.github.pulls import Pulls, PullSource, pulls_of
from llnotes_tui.sources.options import RangeOptions, Say, SourceError, silent
from llnotes_tui.sources.process import GitFault

_STEP = 25
"""Commits between two words about progress."""


def read_plan(
    clone: Clone,
    range_options: RangeOptions,
    plan_options: PlanOptions,
    cancel: Event | None = None,
    progress: Say = silent,
    pulls: PullSource | None = None,
) -> Plan:
    """Read the range that the options ask for, and plan it.  `progress` is told in a few words what is going on.

    `pulls` says where pull requests are to be had; what cannot be had is a warning of the plan.  None: nowhere.

    Raises:
        SourceError: there is no such range, or git failed; also where `cancel` was set.
    """
    try:
        clone.prepare(range_options, cancel, progress)
        span = clone.range(range_options)
        commits: list[Commit] = []
        for commit in clone.commits(span, range_options, cancel):
            if cancel is not None and cancel.is_set():
                raise SourceError(f"Reading {span.name} was stopped.")
            commits.append(commit)
            if len(commits) % _STEP == 0:
                progress(f"Read {len(commits)} commits of {span.name} ...")
        if plan_options.is_one_change:
            return make_plan(span, commits, Told(), plan_options)
        told = _with_pulls(pulls, span, commits, cancel, progress)
        span = structs.replace(span, visibility=told.visibility)
        progress(f"Looking for what earlier releases of {span.name} told ...")
        known = clone.told(span, told.commits, range_options, plan_options, cancel)
        people = earlier_people(clone, span, keys_of(told.commits), cancel)
    except GitFault as fault:
        raise SourceError(fault.sentence) from fault
    known = structs.replace(
        known, known_people=people, pulls_from=told.pulls_from, warnings=(*told.warnings, *known.warnings)
    )
    return make_plan(span, told.commits, known, plan_options)


def _with_pulls(
    source: PullSource | None,
    span: Range,
    commits: Sequence[Commit],
    cancel: Event | None,
    progress: Say,
) -> Pulls:
    """Return the commits with their pull requests; while a limit of GitHub's is waited for, `progress` is told of it."""
    if source is None:
        return Pulls(tuple(commits))
    if source.github is None:
        return pulls_of(source, span, commits, cancel)
    progress(f"Asking {source.place.host.name} for the pull requests of {span.name} ...")

    def waits(sentence: str) -> None:
        if sentence:
            progress(f"{span.name}: {sentence} ...")

    source.github.subscribe(waits)
    try:
        return pulls_of(source, span, commits, cancel)
    finally:
        source.github.unsubscribe(waits)
