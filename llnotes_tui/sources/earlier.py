"""Who has commits in the history before a range: for telling who contributes for the first time."""

from collections.abc import Collection
from threading import Event

from llnotes_tui.release.model import Range
from llnotes_tui.release.people import co_authors, keys_of_author
from llnotes_tui.release.text import decoded, visible
from llnotes_tui.sources.copies import Git

_FORMAT = "%an%x00%ae%x00%(trailers:key=Co-authored-by,unfold)%x01"
"""Names as the commits have them: a mailmap may join people that our keys keep apart, and is not read."""


def earlier_people(
    clone: Git,
    range: Range,  # noqa: A002
    wanted: Collection[str],
    cancel: Event | None = None,
) -> frozenset[str] | None:
    """Return those of the wanted keys that authors or co-authors of the base's history have, by one git process.

    None where that history is not here: in a shallow clone, and where the range begins at the first commit.

    Raises:
        GitFault: git failed, or `cancel` was set.
    """
    if range.shallow or range.since is None:
        return None
    if not wanted:
        return frozenset()
    log = decoded(clone.git(["log", "--no-notes", f"--format={_FORMAT}", range.since, "--"], cancel=cancel))
    found: set[str] = set()
    for record in set(log.split("\x01\n")):
        name, _, rest = record.partition("\x00")
        email, _, trailers = rest.partition("\x00")
        for author in ((visible(name), email), *co_authors(visible(trailers))):
            found |= keys_of_author(*author)
    return frozenset(found.intersection(wanted))
