"""Reading a release: its range, its commits, what was told before, and the plan that these make."""

from threading import Event

from llnotes_tui.release.model import Commit, Plan
from llnotes_tui.release.plan import PlanOptions, make_plan
from llnotes_tui.sources.git import Clone
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
) -> Plan:
    """Read the range that the options ask for, and plan it.  `progress` is told in a few words what is going on.

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
        progress(f"Looking for what earlier releases of {span.name} told ...")
        known = clone.told(span, commits, range_options, plan_options.internal_paths, cancel)
    except GitFault as fault:
        raise SourceError(fault.sentence) from fault
    return make_plan(span, commits, known, plan_options)
