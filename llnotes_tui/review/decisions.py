"""The decisions an engineer makes, as they stand in the log of a review.

Every decision stores the full text it was made on, so that nothing depends on a cache.  Undo is a pointer into the log.
"""

from typing import Literal

from msgspec import Struct

from llnotes_tui.release.model import Breaking, NoteId, Section

ExcludeReason = Literal["internal", "trivial", "released", "duplicate", "other"]


class Accept(Struct, frozen=True, tag="accept"):
    """The text that was on screen is taken as it stands."""

    note: NoteId
    text: str
    engine: str
    model: str
    input_digest: str


class Edit(Struct, frozen=True, tag="edit"):
    """A person's own words for a note (an entry, a file note, or the announcement)."""

    note: NoteId
    text: str
    input_digest: str
    accepted: bool = False
    """ctrl+s: kept and accepted in one."""


class TakeVariant(Struct, frozen=True, tag="variant"):
    """Another of a note's texts becomes the one that counts, without being accepted yet."""

    note: NoteId
    text: str
    engine: str
    model: str
    input_digest: str


class Exclude(Struct, frozen=True, tag="exclude"):
    """An entry is left out of what is published; it stays in the manifest with its reason."""

    note: NoteId
    reason: ExcludeReason


class Include(Struct, frozen=True, tag="include"):
    """An excluded entry, or a commit that the plan left out, folded or held for internal, is an entry after all."""

    note: NoteId


class Merge(Struct, frozen=True, tag="merge"):
    """Entries become one, `into`, which keeps its id, title and place."""

    into: NoteId
    notes: tuple[NoteId, ...]


class TakeOut(Struct, frozen=True, tag="take-out"):
    """One commit of an entry becomes an entry of its own again."""

    note: NoteId
    commit: str


class AnotherEntry(Struct, frozen=True, tag="another"):
    """A second entry from the commits of `note`, to be drafted or written by hand; its id is `entry`."""

    note: NoteId
    entry: NoteId
    title: str


class AddEntry(Struct, frozen=True, tag="add"):
    """A hand-written entry that belongs to no commit."""

    entry: NoteId
    title: str
    text: str
    section: Section = "changed"


class SetFacts(Struct, frozen=True, tag="facts"):
    """Title, section and breaking of an entry, as the engineer wants them; None leaves a fact as it is."""

    note: NoteId
    title: str | None = None
    section: Section | None = None
    breaking: Breaking | None = None


class PublishInternal(Struct, frozen=True, tag="publish-internal"):
    """Whether internal commits are published as lines without prose."""

    publish: bool


class SetVersion(Struct, frozen=True, tag="version"):
    """The version the engineer confirmed or typed, without prefix."""

    version: str


class Exported(Struct, frozen=True, tag="exported"):
    """The notes were written to disk: a section of the changelog, or the announcement."""

    version: str
    section_digest: str
    """Empty where only the announcement was written."""
    files: tuple[str, ...]
    date: str
    announcement_digest: str = ""
    """SHA-256 of the announcement's file, where that was written."""


PublishedKind = Literal["pull-request", "release", "commit"]


class Published(Struct, frozen=True, tag="published"):
    """The notes were put on GitHub for a person to merge or publish, or into a commit on a branch of the clone.

    It is what a later run knows its own work by: what differs from it by then, a person has changed.
    """

    kind: PublishedKind
    version: str
    tag: str
    """The version with the tag's prefix."""
    number: int = 0
    """Of the pull request, or the release's id; 0 for a commit."""
    url: str = ""
    branch: str = ""
    """That the commit is on; empty for a release."""
    head: str = ""
    """SHA of that commit."""
    digest: str = ""
    """Of title and body as GitHub gave them back; empty for a commit."""
    section_digest: str = ""
    """Of the changelog's section in the commit; empty for a release, and where the section was left as it was."""
    date: str = ""
    """ISO date of the section."""


class Dismiss(Struct, frozen=True, tag="dismiss"):
    """A finding is of no concern for this text."""

    note: NoteId
    kind: str
    text: str


class Offered(Struct, frozen=True, tag="offered"):
    """A colleague's text for a note that one has decided oneself: it becomes a variant."""

    note: NoteId
    text: str
    engine: str
    model: str
    input_digest: str


class Loaded(Struct, frozen=True, tag="loaded"):
    """A colleague's review was taken in: one decision to take back, each part with its own name and time."""

    by: str
    parts: tuple["Logged", ...]


Decision = (
    Accept
    | Edit
    | TakeVariant
    | Exclude
    | Include
    | Merge
    | TakeOut
    | AnotherEntry
    | AddEntry
    | SetFacts
    | PublishInternal
    | SetVersion
    | Exported
    | Published
    | Dismiss
    | Offered
    | Loaded
)


class Moved(Struct, frozen=True, tag="moved"):
    """Undo or redo: where in the log the decisions that are in force end now."""

    to: int
    """Position of the newest decision in force; -1 for none."""


class Logged(Struct, frozen=True):
    """A decision (or a step of undo and redo) as it stands in the log: when, in seconds since the epoch, and by whom."""

    at: float
    by: str
    decision: Decision | Moved


def notes_of(decision: Decision | Moved) -> tuple[NoteId, ...]:
    """Return the notes that a decision is about, the one it concerns most first."""
    match decision:
        case Merge(into, notes):
            return (into, *notes)
        case AnotherEntry(note, entry):
            return (entry, note)
        case AddEntry(entry):
            return (entry,)
        case PublishInternal() | SetVersion() | Exported() | Published() | Loaded() | Moved():
            return ()
        case _:
            return (decision.note,)
