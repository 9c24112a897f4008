"""How far a review is, for lists of repositories: read quickly, without opening the review or making anything."""

from pathlib import Path

from msgspec import Struct

from llnotes_tui.release.ids import ReviewId
from llnotes_tui.review.content import Content, Progress, decided_entries
from llnotes_tui.review.decisions import Exported, Published
from llnotes_tui.review.replay import state_of
from llnotes_tui.review.store import ReviewError, ReviewStore, directory_of
from llnotes_tui.storage.keyed import StoreError


class ReviewSummary(Struct, frozen=True):
    """What a row says about a review.  Times are in seconds since the epoch; 0 where nothing happened yet."""

    decided: int
    """Entries whose text a person settled, or that were left out."""
    progress: Progress
    """How many entries there were and were reviewed when a window last looked at it; zeros if none ever did."""
    version: str
    """Confirmed for this release; empty while nobody has."""
    exported_version: str
    exported_date: str
    changed_since_export: bool
    """Something was decided after the notes were written."""
    last_at: float
    last_by: str
    archived: str
    """The tag that holds what was reviewed; empty while there is none."""
    pull_request: Published | None = None
    """The release pull request as it was written last: its number, page and version; whether it is open still, GitHub knows."""
    draft_release: Published | None = None
    """The draft release as it was written last."""
    fault: str = ""
    """Why the review cannot be read, in one sentence; then the rest says nothing."""


def review_summary(state_directory: Path, review_id: ReviewId) -> ReviewSummary | None:
    """Return how far a review is, None where none was begun.  Needs no lock, and leaves no file behind."""
    try:
        content = ReviewStore(directory_of(state_directory, review_id), review_id).load()
    except (StoreError, ReviewError) as error:
        return ReviewSummary(
            0,
            Progress(),
            "",
            "",
            "",
            changed_since_export=False,
            last_at=0.0,
            last_by="",
            archived="",
            fault=error.sentence,
        )
    if not content.revision:
        return None
    return _summary(content)


def _summary(content: Content) -> ReviewSummary:
    state = state_of(content.history)
    written = state.written()
    return ReviewSummary(
        decided=decided_entries(state),
        progress=content.progress,
        version=state.version,
        exported_version=written.version if written else "",
        exported_date=written.date if written else "",
        changed_since_export=bool(written or state.published)
        and not isinstance(content.history.log[-1].decision, Exported | Published),
        last_at=state.last_at,
        last_by=state.last_by,
        archived=content.archived,
        pull_request=state.last_published("pull-request"),
        draft_release=state.last_published("release"),
    )
