"""Which commits are dependency bumps, as dependabot, renovate and people who copy them write them."""

import re

from llnotes_tui.release.message import title_of
from llnotes_tui.release.model import Commit, NoiseKind
from llnotes_tui.release.shipping import is_manifest, kind_of_path

_BOTS = re.compile(
    r"\b(?:dependabot(?:-preview)?|renovate|pyup|snyk|greenkeeper|depfu|scala-steward|pre-commit-ci|updatecli)\b(?:[- ]?bot)?",
    re.IGNORECASE,
)
_LEAD = r"^(?:[^\w\[`]+\s*|:\w+:\s*)?(?:\[(?:security|deps)\]\s*)?(?:\w+(?:\([^()]*\))?!?:\s*)?(?:\[(?:security|deps)\]\s*)?"
_BOT_TITLE = re.compile(
    _LEAD
    + r"(?:bump|update|upgrade|pin|unpin|replace|roll ?back|lock file maintenance|\[pre-commit\.ci\] pre-commit autoupdate|pre-commit autoupdate)(?:d|s|ped)?\b",
    re.IGNORECASE,
)
_VERSION = r"[`\"']?(?:[~^<>=!]+\s*)?v?(?:[\w-]+/)?v?\d[\w.+*-]*(?:\s*,\s*[<>=!~^]+\s*v?\d[\w.+*-]*)*[`\"']?"
_NAME = r"[`\"']?@?[\w./\[\],:-]+[`\"']?"
_ANYONES_TITLE = re.compile(
    _LEAD
    + rf"(?:(?:bump|update|upgrade)(?:d|s|ped)?\s+(?:the\s+)?{_NAME}(?:\s+(?:requirement|dependency|version|action))?\s+from\s+{_VERSION}\s+to\s+{_VERSION}(?:\s+in\s+\S+)?"
    rf"|bump(?:s|ed)?\s+the\s+\S+\s+group(?:\s+across\s+\d+\s+director(?:y|ies))?(?:\s+in\s+\S+)?\s+with\s+\d+\s+updates?(?:\s+in\s+\S+)?"
    rf"|update(?:d|s)?\s+(?:dependency|module|actions?)\s+{_NAME}\s+to\s+{_VERSION}"
    rf"|lock file maintenance|(?:\[pre-commit\.ci\]\s+)?pre-commit autoupdate)\s*\.?\s*$",
    re.IGNORECASE,
)
_BESIDE_THE_POINT = (NoiseKind.LOCK, NoiseKind.GENERATED, NoiseKind.CHANGELOG)


def is_dependency_bump(commit: Commit) -> bool:
    """Tell whether a commit only moves what the project depends on.

    A bot's word is taken for it, though it may have had to change sources along; a person's only where the files say so.
    """
    title = title_of(commit.subject, commit.body)
    if is_update_bot(commit):
        return _BOT_TITLE.match(title) is not None
    return _ANYONES_TITLE.match(title) is not None and bool(commit.files) and not sources_changed(commit)


def is_update_bot(commit: Commit) -> bool:
    """Tell whether a bot that looks after dependencies is the author."""
    address = commit.author_email.partition("@")[0]
    marked = "[bot]" in commit.author or "[bot]" in address or re.search(r"bot\b|-ci\b", commit.author, re.IGNORECASE)
    return bool(marked) and (_BOTS.search(commit.author) or _BOTS.search(address)) is not None


def sources_changed(commit: Commit) -> bool:
    """Tell whether a commit changes files beyond manifests, lock files, settings and tests."""
    return any(
        kind_of_path(change.path) is None
        and not is_manifest(change.path)
        and not (change.noise is not None and change.noise.kind in _BESIDE_THE_POINT)
        for change in commit.files
    )
