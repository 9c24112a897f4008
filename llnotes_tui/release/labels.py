"""What the labels of a pull request say about it."""

import re
from collections.abc import Collection, Iterable

from llnotes_tui.release.model import PullRequest, Section
from llnotes_tui.release.titles import begins_with_verb

_KIND = r"(?:(?:kind|type|category|area|c|t)\s*[:/-]\s*)?"
_FIXED = re.compile(
    rf"^[^\w]*{_KIND}(?:bug|bug ?fix(?:es)?|bug-fix|hot ?fix|fix|defect|regression)[^\w]*$", re.IGNORECASE
)
_ADDED = re.compile(
    rf"^[^\w]*{_KIND}(?:new[ -])?feature(?:[ -]request)?[^\w]*$|^[^\w]*{_KIND}feat[^\w]*$", re.IGNORECASE
)


def label_among(pull: PullRequest | None, names: Collection[str]) -> str | None:
    """Return the first label of a pull request that is one of the names, whatever its case; None where none is."""
    wanted = {name.strip().lower() for name in names}
    labels = pull.labels if pull is not None else ()
    return next((label for label in labels if label.strip().lower() in wanted), None)


def section_of_labels(labels: Iterable[str], title: str) -> Section | None:
    """Return the section that labels name, for a title that names none itself; None where they are not clear.

    `enhancement` says nothing here: it is on new features and on improvements alike.  A feature counts only where the
    title does not begin with a verb: `Improved ...` and `Made ...` change what was there.
    """
    named = tuple(labels)
    fixed, added = (any(pattern.match(label) for label in named) for pattern in (_FIXED, _ADDED))
    if fixed == added:
        return None
    if fixed:
        return "fixed"
    return None if begins_with_verb(title) else "added"
