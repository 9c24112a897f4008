"""What the screens draw: one release as it stands this moment, frozen, derived from plan, drafts and decisions."""

from typing import Literal

from msgspec import Struct

from llnotes_tui.release.model import (
    Breaking,
    Commit,
    FileChange,
    Finding,
    Manifest,
    NoteId,
    NoteState,
    Origin,
    PullsFrom,
    Range,
    Section,
)
from llnotes_tui.sources.tag_series import TagQuestion

Group = Literal["entry", "internal", "dependency", "left-out"]
Stage = Literal[
    "reading", "unreadable", "open", "drafting", "drafted", "reviewing", "written", "proposed", "tagged", "nothing"
]
"""How far a repository is; `open`: there is something to release, and nothing was done about it; `proposed`: its release
pull request is open."""


class FileView(Struct, frozen=True):
    """A file note under its entry."""

    note: NoteId
    commit: str
    path: str
    """Safe to show."""
    change: FileChange
    state: NoteState
    text: str
    why: str = ""
    """Why it failed or was skipped."""
    badges: tuple[str, ...] = ()
    engine: str = ""
    """Who wrote the text; empty while there is none."""
    findings: tuple[Finding, ...] = ()
    checked: bool = False
    """This very text was held against its evidence."""
    not_checked: tuple[str, ...] = ()
    """Which checks could not be made, and why, in sentences."""


class EntryView(Struct, frozen=True):
    """An entry (or a commit of one of the groups below the entries) as tree, note pane and export show it."""

    note: NoteId
    group: Group
    title: str
    text: str
    """The effective text: what a person decided, else what is drafted; empty while there is none."""
    section: Section
    breaking: Breaking
    breaking_line: str
    state: NoteState
    origin: Origin
    commits: tuple[Commit, ...]
    pull_requests: tuple[int, ...]
    files: tuple[FileView, ...]
    engine: str = ""
    model: str = ""
    input_digest: str = ""
    """Of the matter as it is now; a decision made on another one is stale."""
    why: str = ""
    """Why it failed, was skipped, left out, excluded or is stale."""
    badges: tuple[str, ...] = ()
    variant: int = 0
    variants: int = 0
    """How many texts there are for this note, and which of them (from 0) is the effective one."""
    findings: tuple[Finding, ...] = ()
    reviewed: bool = False
    """Accepted or edited, and not stale."""
    checked: bool = False
    """This very text was held against its evidence."""
    not_checked: tuple[str, ...] = ()
    """Which checks could not be made, and why, in sentences."""


class Variant(Struct, frozen=True):
    """One of a note's texts."""

    text: str
    engine: str
    """`databricks`, `extractive`, `rule` or `person`."""
    model: str
    input_digest: str
    instruction: str = ""


class Totals(Struct, frozen=True):
    """The numbers of the header."""

    entries: int
    reviewed: int
    unread_words: int
    breaking_open: int
    """Suspected breaks that nobody has answered."""
    red: int
    amber: int
    notes_done: int
    notes_total: int
    notes_failed: int
    calls: int
    cached: int
    input_tokens: int
    output_tokens: int


class ReleaseView(Struct, frozen=True):
    """One release, whole.  `entries` are in the order of the tree; groups below them are shown collapsed."""

    range: Range
    version: str
    """Confirmed, else suggested; without prefix."""
    version_reason: str
    """Why the suggested version is that one: what was answered about breaks and left out counts."""
    entries: tuple[EntryView, ...]
    internal: tuple[EntryView, ...]
    dependency_updates: tuple[EntryView, ...]
    left_out: tuple[EntryView, ...]
    publish_internal: bool
    totals: Totals
    manifest: Manifest
    engine: str
    engine_sentence: str
    """How the engine does, where it does not do well; else empty."""
    engine_stopped: bool
    read_only: str
    """Who holds the review, where this window may only read along; else empty."""
    save_fault: str
    """Why decisions cannot be written at the moment; a red bar that stays.  Else empty."""
    new_commits: int
    """Commits on the branch that this review has not taken in."""
    left_behind: tuple[NoteId, ...]
    """Decisions whose commits left the range and were found nowhere."""
    can_undo: bool
    can_redo: bool
    suggested_version: str = ""
    """By what the commits are, whatever a person has confirmed; without prefix."""
    fault: str = ""
    """Why this view may not be up to date, one sentence; else empty."""
    notices: tuple[str, ...] = ()
    """What happened to the stored review or the cache, and what is odd about the plan; a sentence each."""
    pulls_from: PullsFrom = ""
    """Where its pull requests are from."""
    known_people: frozenset[str] | None = None
    """Those keys of `release.people` that commits before the range have too; None where nobody can tell."""
    silenced: int = 0
    """Findings that the repository's own glossary keeps from being shown."""


class RepositoryRow(Struct, frozen=True):
    """One line of the Repositories screen."""

    key: str
    """What the list knows it by: the clone's path or `owner/name`, and its component; see `rows.row_key`."""
    name: str
    """`owner/name`, or the clone's folder; with its component behind it."""
    unreleased: int | None
    """None: not read yet, or it cannot be read."""
    last_version: str
    last_released_at: int | None
    fetched_at: int | None
    """When the clone last fetched, or GitHub was asked, in seconds since the epoch."""
    suggested_version: str
    state: str
    """`no draft`, `drafted, 9 entries`, `12 of 41 reviewed`, `written 0.2.0`, `tagged` …"""
    fault: str = ""
    """Why the repository could not be read, one sentence."""
    warning: str = ""
    stage: Stage = "open"
    branch: str = ""
    web_url: str = ""
    """The repository's page; empty where its origin is none on the web."""
    done: int = 0
    total: int = 0
    """Entries reviewed, or notes drafted while it is being drafted; both 0 where there is nothing to count."""
    on_github: bool = False
    """It is read from GitHub, and not from a clone of one's own."""
    private: bool = False
    pull_request: int = 0
    """Number of its open release pull request; 0: there is none, or nobody asked."""
    pull_request_url: str = ""
    tag_question: TagQuestion | None = None
    """What can be chosen among its tags; None if they are of one series.  Without options: opening it tells more."""


class RowGone(Struct, frozen=True):
    """A row that the list has no more: its repository is called otherwise now, or is no longer its owner's."""

    key: str


class ListNews(Struct, frozen=True):
    """What goes on with the list as a whole."""

    listing: tuple[str, ...] = ()
    """Owners whose repositories are being listed."""
    waiting: str = ""
    """What limit is waited for, and until when; else empty."""
    fault: str = ""
    """Why GitHub tells nothing new, one sentence; else empty."""
