"""The one place where the state of a note is derived, and what counts as reviewed."""

from llnotes_tui.release.model import NoteDraft, NoteState, Origin
from llnotes_tui.review.replay import DecidedText

WORDS_A_MINUTE = 240


def note_state(
    *,
    decided: DecidedText | None = None,
    draft: NoteDraft | None = None,
    failed: str = "",
    writing: bool = False,
    skipped: str = "",
    excluded: bool = False,
    current_digest: str = "",
    origin: Origin = "drafted",
) -> NoteState:
    """Return the state of a note.

    Args:
        decided: what the review says of its text, if anything.
        draft: the newest text that an engine or a rule wrote for it.
        failed: why an engine could not write it.
        writing: a call for it is under way.
        skipped: why it is not written at all.
        excluded: its entry is left out of what is published.
        current_digest: input digest of the matter as it is now; empty while it is not known, and then nothing is stale.
        origin: `hand-written` and `changelog` entries have their text from a person before anything is decided.
    """
    if excluded:
        return "excluded"
    if decided is not None:
        return _of_decision(decided, current_digest)
    if origin != "drafted":
        return "edited" if origin == "hand-written" else "drafted"
    if writing:
        return "writing"
    if draft is not None:
        return "stale" if is_stale(draft.input_digest, current_digest) else "drafted"
    if failed:
        return "failed"
    return "skipped" if skipped else "waiting"


def is_stale(made_on: str, current_digest: str) -> bool:
    """Say whether a text was made on other matter than there is now; unknown matter makes nothing stale."""
    return bool(made_on and current_digest) and made_on != current_digest


def is_reviewed(state: NoteState) -> bool:
    """Say whether a person has read and settled the text of an entry in this state."""
    return state in ("accepted", "edited")


def is_change(before: str, after: str) -> bool:
    """Say whether an edit is a decision: one that ends in the same text is none."""
    return before.strip() != after.strip()


def word_count(text: str) -> int:
    """Return how many words a reader reads."""
    return len(text.split())


def minutes_left(unread_words: int) -> int:
    """Return how many minutes the unread words take, rounded up."""
    return -(-unread_words // WORDS_A_MINUTE)


def _of_decision(decided: DecidedText, current_digest: str) -> NoteState:
    if is_stale(decided.input_digest, current_digest):
        return "stale"
    if decided.accepted:
        return "accepted"
    return "edited" if decided.human else "drafted"
