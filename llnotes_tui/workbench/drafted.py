"""Which ranges were drafted whole, for lists of repositories: kept beside the answers, and gone with them."""

import hashlib

from llnotes_tui.release.ids import ReviewId
from llnotes_tui.release.model import Range
from llnotes_tui.storage.cache import AnswerCache


def note_drafted(answers: AnswerCache, identity: ReviewId, place: Range, entries: int) -> None:
    """Remember that every note of a range has its draft."""
    answers.put(_key(identity), {"until": place.until, "entries": entries})


def drafted_entries(answers: AnswerCache, identity: ReviewId, until: str) -> int | None:
    """Return how many entries were drafted of exactly this range, None where it was not."""
    found = answers.get(_key(identity))
    if not isinstance(found, dict) or found.get("until") != until:
        return None
    entries = found.get("entries")
    return entries if isinstance(entries, int) else None


def _key(identity: ReviewId) -> str:
    words = (identity.repository, identity.base, identity.branch, identity.component)
    return "drafted:" + hashlib.sha256("\n".join(words).encode("utf-8", "surrogateescape")).hexdigest()
