"""What the Export screen knows of a release elsewhere than on disk: on GitHub, and in a commit.  No Textual in here."""

from collections.abc import Callable
from threading import Event
from typing import Literal, TypeVar

from msgspec import Struct

from llnotes_tui.publishing.export import ExportError, Take
from llnotes_tui.publishing.github import Difference
from llnotes_tui.sources.options import SourceError
from llnotes_tui.workbench.committing import LocalCommit, commit_release, look_at_commit
from llnotes_tui.workbench.exporting import Unreviewed
from llnotes_tui.workbench.proposing import Proposal, hosted, look_at_proposal, write_proposal
from llnotes_tui.workbench.releasing import ReleaseDraft, look_at_draft, write_draft
from llnotes_tui.workbench.workbench import Workbench

Kind = Literal["pull-request", "release", "commit"]
Looked = Proposal | ReleaseDraft | LocalCommit
Value = TypeVar("Value")


class Around(Struct, frozen=True):
    """What there is already, and what the keys would do; a fault where that cannot be said."""

    place: str
    """`owner/name on github.com, as GITHUB_TOKEN`; empty where it is on no GitHub."""
    fault: str
    """Why GitHub is not asked at all; else empty."""
    proposal: Proposal | str
    draft: ReleaseDraft | str
    commit: LocalCommit | str


class Made(Struct, frozen=True):
    """What was published from here."""

    kind: Kind
    sentence: str
    url: str = ""
    commands: tuple[str, ...] = ()
    """What remains to be done by the engineer."""


def look_around(bench: Workbench, unreviewed: Unreviewed, cancel: Event) -> Around:
    """Return what there is.  Asks GitHub and git: not for the screen's thread."""
    place = fault = ""
    try:
        github, where = hosted(bench)
        place = f"{where.full_name} on {github.host.name}, as {github.login.source}"
    except (ExportError, SourceError) as refused:
        fault = refused.sentence
    return Around(
        place=place,
        fault=fault,
        proposal=fault or _or_fault(lambda: look_at_proposal(bench, unreviewed, cancel=cancel)),
        draft=fault or _or_fault(lambda: look_at_draft(bench, unreviewed, cancel=cancel)),
        commit=_or_fault(lambda: look_at_commit(bench, unreviewed)),
    )


def look_at(bench: Workbench, kind: Kind, unreviewed: Unreviewed, cancel: Event) -> Looked:
    """Return what one key would do.  Asks GitHub or git: not for the screen's thread.

    Raises:
        ExportError, SourceError: it cannot be done, or not be looked at.
    """
    if kind == "pull-request":
        return look_at_proposal(bench, unreviewed, cancel=cancel)
    if kind == "release":
        return look_at_draft(bench, unreviewed, cancel=cancel)
    return look_at_commit(bench, unreviewed)


def difference_of(looked: Looked) -> Difference | None:
    """Return what a person has to decide first."""
    match looked:
        case Proposal():
            return looked.difference
        case ReleaseDraft():
            return looked.seen.difference
        case LocalCommit():
            return looked.composed.conflict


def publish(bench: Workbench, looked: Looked, take: Take | None, cancel: Event) -> Made:
    """Do what was looked at.  Not for the screen's thread.

    Raises:
        ExportError, SourceError, ReviewError: it was not done.
    """
    match looked:
        case Proposal():
            return _proposed(bench, looked, take, cancel)
        case ReleaseDraft():
            return _drafted(bench, looked, take, cancel)
        case LocalCommit():
            done = commit_release(bench, looked, take)
            what = "Committed" if done.is_new else "It is committed already as"
            return Made("commit", f"{what} {done.sha[:7]} on {done.branch}", commands=done.commands)


def _proposed(bench: Workbench, looked: Proposal, take: Take | None, cancel: Event) -> Made:
    found = looked.seen.found
    done = write_proposal(bench, looked, take, cancel)
    if done is None:
        number = f"Pull request #{found.number}" if found is not None else f"The branch {looked.seen.branch}"
        kept = "stays as a person has it" if take == "theirs" else "says all of it already"
        return Made("pull-request", f"{number} {kept}", found.url if found is not None else "")
    verb = "Opened" if found is None else "Updated"
    return Made("pull-request", f"{verb} pull request #{done.number} from {done.branch}", done.url)


def _drafted(bench: Workbench, looked: ReleaseDraft, take: Take | None, cancel: Event) -> Made:
    found = looked.seen.found
    done = write_draft(bench, looked, take, cancel)
    if done is None:
        kept = "stays as a person has it" if take == "theirs" else "says all of it already"
        return Made("release", f"The draft of {looked.wanted.tag} {kept}", found.url if found is not None else "")
    verb = "Made" if found is None else "Updated"
    return Made("release", f"{verb} the draft release {done.tag}; publishing it is yours", done.url)


def _or_fault(look: Callable[[], Value]) -> Value | str:
    try:
        return look()
    except (ExportError, SourceError) as fault:
        return fault.sentence
