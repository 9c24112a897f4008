"""What drafting has told so far: the texts, who is being written, what failed and why."""

from collections.abc import Iterable

from llnotes_tui.drafting.events import (
    DraftEvent,
    EngineStatus,
    NoteFailed,
    NoteSkipped,
    NoteStarted,
    NoteWaiting,
    NoteWritten,
    Progress,
)
from llnotes_tui.release.model import NoteDraft, NoteId


class Activity:
    """The sum of the events of a drafting.  Belongs to one thread."""

    def __init__(self) -> None:
        self.drafts: dict[NoteId, NoteDraft] = {}
        """The newest text of each note that was not asked for as another variant."""
        self.variants: dict[NoteId, list[NoteDraft]] = {}
        """Every text of each note, oldest first."""
        self.writing: set[NoteId] = set()
        self.failed: dict[NoteId, str] = {}
        self.skipped: dict[NoteId, str] = {}
        self.status = EngineStatus("")
        self.progress = Progress(0, 0, 0, 0, 0, 0)

    def take(self, events: Iterable[DraftEvent]) -> None:
        """Add events, in the order they came in."""
        for event in events:
            self._take(event)

    def reason(self, note: NoteId) -> str:
        """Return why a note has no text, or an empty string."""
        return self.failed.get(note) or self.skipped.get(note, "")

    def _take(self, event: DraftEvent) -> None:
        match event:
            case NoteStarted(note):
                self.writing.add(note)
                self.failed.pop(note, None)
            case NoteWritten(draft):
                self._written(draft)
            case NoteFailed(note, sentence):
                self.writing.discard(note)
                self.failed[note] = sentence
            case NoteSkipped(note, sentence):
                self.writing.discard(note)
                self.skipped[note] = sentence
            case NoteWaiting(note):
                self.writing.discard(note)
                self.failed.pop(note, None)
            case EngineStatus():
                self.status = event
            case Progress():
                self.progress = event

    def _written(self, draft: NoteDraft) -> None:
        note = draft.note
        self.writing.discard(note)
        self.failed.pop(note, None)
        self.drafts[note] = draft
        known = self.variants.setdefault(note, [])
        if all(other.text != draft.text for other in known):
            known.append(draft)
