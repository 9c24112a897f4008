"""The words of a release as data: file changes, commits, ranges, entries, plans and drafts.

Everything here is frozen and can be handed from thread to thread.  Text has been through `release.text.visible` where it
entered; paths stay bytes until they are shown.
"""

from datetime import date
from enum import StrEnum
from typing import Literal, NewType

from msgspec import Struct

from llnotes_tui.release.series import TagSeries
from llnotes_tui.release.versions import VersionScheme

RepoId = NewType("RepoId", str)
"""`host/owner/name` of the origin, in lower case without `.git`; else `local:` and the SHA of the root commit."""

NoteId = NewType("NoteId", str)
"""`commit:<sha>`, `file:<sha>:<percent-encoded path>`, `entry:<id>` or `announcement`: see `release.ids`."""

NoteState = Literal["waiting", "writing", "drafted", "accepted", "edited", "stale", "excluded", "failed", "skipped"]
Origin = Literal["drafted", "hand-written", "changelog"]
Section = Literal["added", "changed", "deprecated", "removed", "fixed", "security"]
SECTIONS: tuple[Section, ...] = ("added", "changed", "deprecated", "removed", "fixed", "security")
Breaking = Literal["no", "suspected", "confirmed", "denied"]
"""A suspected break is a question to the engineer; only `confirmed` is published as breaking."""
Level = Literal["red", "amber", "grey"]


class FileStatus(StrEnum):
    """What git says happened to a file, by the letter of `--raw`."""

    ADDED = "A"
    MODIFIED = "M"
    DELETED = "D"
    RENAMED = "R"
    COPIED = "C"
    TYPE_CHANGED = "T"


class NoiseKind(StrEnum):
    """Why no reader of release notes needs a file change."""

    LOCK = "lock file"
    GENERATED = "generated"
    VENDORED = "vendored"
    MINIFIED = "minified"
    BINARY = "binary"
    RENAME = "pure rename"
    WHITESPACE = "white space only"
    CHANGELOG = "the changelog"
    SUBMODULE = "submodule"
    MODE = "mode only"


class Noise(Struct, frozen=True):
    """A file change that is told by rule: its kind, and the one sentence that stands for its note."""

    kind: NoiseKind
    sentence: str


class FileChange(Struct, frozen=True):
    """One file's part of a commit's diff against its first parent."""

    commit: str
    path: bytes
    """As git has it, after the change; the old path for a deletion."""
    old_path: bytes | None
    """Where it was renamed or copied from."""
    status: FileStatus
    old_mode: int
    new_mode: int
    old_blob: str
    new_blob: str
    added: int | None
    """Lines; None where git calls the file binary or the diff cannot be had."""
    removed: int | None
    position: int
    """Index of this file's part in the commit's patch, which git writes in the order of `--raw`."""
    noise: Noise | None = None


DiffState = Literal["whole", "empty", "missing", "history-cut", "too-large", "partial"]
"""`missing`: objects of a partial clone are not here.  `history-cut`: the boundary of a shallow clone, where git shows
the whole tree as added.  `too-large`: GitHub does not show it.  `partial`: GitHub shows a part of it."""


class PullRequest(Struct, frozen=True):
    """A pull request as GitHub tells of it."""

    number: int
    title: str
    body: str
    """Raw but for control characters made visible; `release.message` cleans it."""
    labels: tuple[str, ...] = ()
    author: str = ""
    """Login; empty for an account that is gone."""
    is_bot: bool = False


class SideCommit(Struct, frozen=True):
    """A commit that a merge brought and that belongs to the merge's entry."""

    sha: str
    author: str
    author_email: str
    subject: str
    body: str
    is_merge: bool = False


FoldedMerge = Literal["", "walked", "in-base", "without-content"]
"""Why a merge is no change of its own; empty for every other commit.  `walked`: it only moves a branch, and its commits
are listed for themselves.  `in-base`: the base has what it brought.  `without-content`: it has its first parent's tree."""


class Commit(Struct, frozen=True):
    """A commit of the range that is read for itself: a merge includes its side, with the diff against its first parent.

    Of a folded merge the diff is what people changed by hand while merging.
    """

    sha: str
    parents: tuple[str, ...]
    author: str
    author_email: str
    authored_at: int
    """Seconds since the epoch."""
    committed_at: int
    subject: str
    body: str
    """The message after its subject, raw but for control characters made visible; `release.message` cleans it."""
    files: tuple[FileChange, ...]
    diff: DiffState = "whole"
    patch_id: str | None = None
    """`git patch-id --stable` of the diff; None where there is none."""
    pull_request: int | None = None
    """Number of the pull request that brought it, as its message or its source says."""
    pull: PullRequest | None = None
    """That pull request, where its source was asked for it."""
    folded: FoldedMerge = ""
    by_hand: bool = False
    """People wrote lines in this folded merge that none of its parents has, beyond the changelog and the version."""
    side: tuple[SideCommit, ...] = ()
    """What a merge brought and that is part of it, its tip first; empty for commits that are no merge."""
    given_title: str = ""
    """Title that a merge gives the commit, where its own message does not hold it."""

    @property
    def size(self) -> int:
        """How many commits of the range are counted with this one: itself and its side."""
        return 1 + len(self.side)


Visibility = Literal["public", "private", "unknown"]
"""Whether everybody may read a repository; `unknown` where nobody was asked, and then it counts as private."""


class Range(Struct, frozen=True):
    """Every commit that git counts in `since..until`, both ends pinned to a SHA."""

    repository: RepoId
    name: str
    """What to call the repository on screen: `owner/name`, else the directory's name."""
    web_url: str | None
    """`https://github.com/owner/name` for links; None without a known host."""
    branch: str
    since: str | None
    """SHA of the base, which is not part of the range; None: since the first commit."""
    since_name: str
    """The base for people: a tag, `lsql 0.14.2 (release commit)`, or `the first commit`."""
    until: str
    base_from: Literal["tag", "release-commit", "first-commit", "option"]
    base_note: str = ""
    """Where tag and release commit differ, one sentence about it for the header."""
    last_version: str | None = None
    """The last released version as its tag or heading spells it."""
    last_released_at: int | None = None
    """Seconds since the epoch."""
    made_version: str = ""
    """Of a past release: the version that is tagged at its end, without prefix."""
    scheme: VersionScheme = VersionScheme(prefix="v")
    """Which tags are versions, as the base was found by."""
    tag_prefix: str = "v"
    """What stands before the number in this repository's (or component's) tags."""
    previous_tag: str | None = None
    """The newest version tag at or below the base, for links that compare; None where there is none."""
    tag_series: tuple[TagSeries, ...] = ()
    """The series of the repository's tags that a person may choose from; empty where there is nothing to choose."""
    component: str | None = None
    changelog: str = ""
    """Path of the changelog at `until`, or of the one that is made if there is none; empty: nobody looked."""
    fetched_at: int | None = None
    """When the clone last fetched; None if it never did or has no remote."""
    shallow: bool = False
    visibility: Visibility = "unknown"
    warnings: tuple[str, ...] = ()
    """Sentences for people: missing objects, HEAD off the upstream branch, and the like."""


PullsFrom = Literal["github", "cache", ""]
"""Where the pull requests of a range are from: asked for now, kept from an earlier time, or had from nowhere."""


class EntryPlan(Struct, frozen=True):
    """An entry before anybody has written or decided anything about it, or as a person merged or split it."""

    id: NoteId
    commits: tuple[Commit, ...]
    """Newest first; empty for hand-written entries."""
    pull_requests: tuple[int, ...]
    title: str
    origin: Origin = "drafted"
    text: str = ""
    """Only for `changelog` and `hand-written`: the words a person wrote."""
    section: Section = "changed"
    breaking: Breaking = "no"
    breaking_line: str = ""
    """The line of the message or diff that raised the suspicion."""
    author_title: str = ""
    """The title as its author has it, which the published one is made from; empty where a person gave the title."""
    whole_title: str = ""
    """The published title before it was cut; empty where it was not."""
    messages: tuple[str, ...] = ()
    """What its author says, cleaned, where that is a part of what the commits say; empty where it is all of it."""


class DependencyUpdate(Struct, frozen=True):
    """A dependency that bots (or people like them) bumped, a line in one list that is never sent to a model."""

    commit: Commit
    """The newest of those that bumped it."""
    title: str
    """From the first version to the last."""
    further: tuple[Commit, ...] = ()
    """Older commits that bumped the same dependency, newest first."""

    @property
    def commits(self) -> tuple[Commit, ...]:
        """All commits that bumped it, newest first."""
        return (self.commit, *self.further)


class InternalCommit(Struct, frozen=True):
    """A commit that ships nothing (CI, lint, editor, ownership, build files), proposed as internal."""

    commit: Commit
    title: str
    reason: str


class LeftOut(Struct, frozen=True):
    """A commit that becomes no entry, with the reason that is shown and that `x` takes back."""

    commit: Commit
    title: str
    reason: str
    """For people: `released in 0.6.0 (#96)`, `reverted by abc1234`, `release commit`."""
    kind: Literal["released", "reverted", "release-commit", "outside-component", "merge", "skipped"]


class Plan(Struct, frozen=True):
    """Every commit of a range exactly once: in an entry, folded, internal or left out.  In reading order (newest first)."""

    range: Range
    entries: tuple[EntryPlan, ...]
    dependency_updates: tuple[DependencyUpdate, ...]
    internal: tuple[InternalCommit, ...]
    left_out: tuple[LeftOut, ...]
    suggested_version: str
    """Without the tag's prefix."""
    version_reason: str
    """One sentence: why this number."""
    commit_count: int
    """All commits of the range, those that belong to a merge's entry too."""
    warnings: tuple[str, ...] = ()
    breaking_labels: tuple[str, ...] = ()
    """Pull requests with one of these labels are suspected to break their users."""
    pulls_from: PullsFrom = ""
    known_people: frozenset[str] | None = None
    """Those keys of `release.people` that commits before the range have too; None where that history is not here."""
    today: date | None = None
    """The day of the release, for versions that are dates."""


class Manifest(Struct, frozen=True):
    """How the commits of a range were placed; the counts of the five lists sum up to `commits`."""

    commits: int
    entries: int
    folded: int
    internal: int
    cancelled: int
    left_out: int


class EvidenceLine(Struct, frozen=True):
    """A line of a diff, a file or a message that decides whether something is true."""

    path: str
    """As it is shown; empty for the commit message."""
    line: int
    """Its number on that side, from 1; 0 where it has none."""
    side: Literal["old", "new", ""]
    """Before or after the change; empty for the message."""
    text: str


class Finding(Struct, frozen=True):
    """A place in a note that its evidence does not support."""

    kind: str
    level: Level
    start: int
    """Code points into the text; `end` is exclusive."""
    end: int
    text: str
    reason: str
    fix: str | None = None
    """What to put in place of the span; empty deletes it, None where there is no fix."""
    evidence: tuple[EvidenceLine, ...] = ()
    """Where to look, the line that decides it first."""


class NoteDraft(Struct, frozen=True):
    """One text that an engine (or a rule) wrote for a note."""

    note: NoteId
    text: str
    engine: str
    """`databricks`, `extractive`, or `rule` for noise and lines that need no engine."""
    model: str
    input_digest: str
    call_digest: str
    badges: tuple[str, ...] = ()
    """`parts:N`, `cut-off`, `partial`, `no-diff`, `history-cut`, `masked:N`."""
    instruction: str = ""
    variant: int = 0
    drafted_at: float = 0.0
    cached: bool = False


class NotesEntry(Struct, frozen=True):
    """An entry as it goes into a changelog: what publishing renders."""

    id: NoteId
    title: str
    text: str
    """Prose; empty publishes title and link only."""
    section: Section
    breaking: bool
    pull_requests: tuple[int, ...]
    commits: tuple[str, ...]
    origin: Origin = "drafted"
    human: bool = False
    """A person wrote or edited the text: HTML in it is flagged, not escaped."""


class Contributor(Struct, frozen=True):
    """A person who took part in what is released."""

    name: str
    """As their commits have it, else their login."""
    login: str = ""
    """On GitHub; empty where nothing tells it."""
    pull_request: int | None = None
    """The first of theirs in this range."""
    is_new: bool = False
    """Nothing before this range is theirs."""


class ReleaseNotes(Struct, frozen=True):
    """All that one changelog section is made of."""

    version: str
    """Without prefix."""
    date: str
    """ISO date of the section."""
    tag: str
    """The version with the tag's prefix."""
    previous_tag: str | None
    web_url: str | None
    entries: tuple[NotesEntry, ...]
    dependency_updates: tuple[tuple[str, int | None], ...] = ()
    """Title and the last pull request that moved it."""
    update_pull_requests: tuple[int, ...] = ()
    """All pull requests behind the dependency updates."""
    internal: tuple[NotesEntry, ...] = ()
    """Internal commits that the engineer chose to publish, as lines without prose."""
    contributors: tuple[Contributor, ...] = ()
    """Who took part in the entries, in the order of their first commit."""
    always_names_contributors: bool = False
    """They are named in every layout, in `labs` too."""
