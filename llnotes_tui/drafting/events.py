"""What the scheduler tells while it drafts: frozen events, handed to one callback from any thread."""

from msgspec import Struct

from llnotes_tui.release.model import NoteDraft, NoteId


class NoteStarted(Struct, frozen=True):
    """A call for the note is under way."""

    note: NoteId


class NoteWritten(Struct, frozen=True):
    """The note has a text; it is on disk already."""

    draft: NoteDraft


class NoteFailed(Struct, frozen=True):
    """The note has no text: why, in one sentence.  Others go on."""

    note: NoteId
    sentence: str


class NoteSkipped(Struct, frozen=True):
    """The note will not be written, by choice or by rule: why, in one sentence."""

    note: NoteId
    sentence: str


class NoteWaiting(Struct, frozen=True):
    """The note went back to the queue, because its inputs changed or the engine stopped."""

    note: NoteId


class EngineStatus(Struct, frozen=True):
    """How the engine does, for the header.  An empty sentence means: all is well."""

    sentence: str
    stopped: bool = False
    """The engine was stopped once for the process after failures in a row; notes wait for a probe or for a decision."""
    cause: str = ""
    """Why it was stopped, and nothing of what happens next; one sentence."""


class Progress(Struct, frozen=True):
    """Totals since this drafting began."""

    done: int
    total: int
    calls: int
    cached: int
    input_tokens: int
    output_tokens: int
    failed: int = 0


DraftEvent = NoteStarted | NoteWritten | NoteFailed | NoteSkipped | NoteWaiting | EngineStatus | Progress
