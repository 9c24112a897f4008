"""Everything a review holds, in memory: what the store reads and writes, and what the windows show of it."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from llnotes_tui.release.ids import commit_of, file_of
from llnotes_tui.release.model import Commit, NoteId
from llnotes_tui.review.carry import (
    Fingerprint,
    Moves,
    carried,
    carried_note,
    commits_mentioned,
    fingerprint_of,
    left_behind,
    moves_of,
)
from llnotes_tui.review.decisions import notes_of
from llnotes_tui.review.history import History
from llnotes_tui.review.replay import ReviewState, flattened, state_of


class OpenEdit(Struct, frozen=True):
    """A text that somebody is typing and has not decided on."""

    text: str
    input_digest: str
    at: float
    """Seconds since the epoch."""
    by: str


class Progress(Struct, frozen=True):
    """How far the review is, as the window saw it last: for lists of reviews, which open none."""

    entries: int = 0
    reviewed: int = 0
    red: int = 0
    """Findings that were open, by level."""
    amber: int = 0


class Content:
    """What is kept of a review.  A change is made on a copy, which replaces the original once it is on disk."""

    def __init__(
        self,
        history: History | None = None,
        edits: Mapping[NoteId, OpenEdit] | None = None,
        fingerprints: Mapping[str, Fingerprint] | None = None,
        moves: Moves | None = None,
        archived: str = "",
        progress: Progress | None = None,
        revision: int = 0,
    ) -> None:
        self.history = history or History()
        self.edits = dict(edits or {})
        """By note, as the commits were called when they were typed."""
        self.fingerprints = dict(fingerprints or {})
        self.moves = dict(moves or {})
        """Where decisions ever went; which of it holds today says `renamed`."""
        self.archived = archived
        """The tag that holds the head of what was reviewed; empty while there is none."""
        self.progress = progress or Progress()
        self.revision = revision
        """Goes up with every write, so that another window sees that there is something to read."""
        self.renamed: Moves = {}
        """Commits that are not in the range as it was taken in last, to those that took their place.  Not kept."""

    def copy(self) -> "Content":
        """Return a copy that can be changed without changing this one."""
        copied = Content(
            self.history.copy(),
            self.edits,
            self.fingerprints,
            self.moves,
            self.archived,
            self.progress,
            self.revision,
        )
        copied.renamed = self.renamed
        return copied

    def type(self, note: NoteId, edit: OpenEdit | None) -> None:
        """Keep what is being typed for a note; None drops it."""
        for name in [name for name in self.edits if carried_note(name, self.renamed) == note]:
            del self.edits[name]
        if edit is not None:
            self.edits[note] = edit

    def take_in(self, commits: Sequence[Commit]) -> None:
        """Take the range as it is now: remember its commits, and where the decisions on those that left it go."""
        mentioned = commits_mentioned(self.history.log, self.edits)
        self.renamed = moves_of(mentioned, commits, self.fingerprints, self.moves)
        self.moves |= self.renamed
        self.fingerprints |= {commit.sha: fingerprint_of(commit) for commit in commits}


class Shown(Struct, frozen=True):
    """A review as windows see it: with the names that commits have in the range as it is now."""

    state: ReviewState
    edits: Mapping[NoteId, OpenEdit]
    left_behind: tuple[NoteId, ...]
    archived: str


def shown(content: Content, commits: Sequence[Commit]) -> Shown:
    """Return what `content` says about a range that consists of `commits`, taken in or only looked at."""
    log = content.history.log
    mentioned = commits_mentioned(log, content.edits)
    renamed = content.renamed or moves_of(mentioned, commits, content.fingerprints, content.moves)
    history = History(carried(logged, renamed) for logged in log) if renamed else content.history
    edits = shown_edits(content, renamed)
    behind = left_behind(_notes(history, edits), commits)
    return Shown(state_of(history), edits, behind, content.archived)


def shown_edits(content: Content, renamed: Moves) -> dict[NoteId, OpenEdit]:
    """Return what is being typed, by the note that it belongs to now."""
    return {carried_note(note, renamed): edit for note, edit in content.edits.items()}


def decided_entries(state: ReviewState) -> int:
    """Count the entries whose text a person settled, or that were left out."""
    settled = {note for note, text in state.texts.items() if (text.accepted or text.human) and file_of(note) is None}
    return sum(commit_of(note) is not None or note.startswith("entry:") for note in settled | set(state.excluded))


def _notes(history: History, edits: Mapping[NoteId, OpenEdit]) -> tuple[NoteId, ...]:
    """Return every note that something in force is about, each once."""
    notes = [note for logged in flattened(history.in_force()) for note in notes_of(logged.decision)]
    return tuple(dict.fromkeys((*notes, *edits)))
