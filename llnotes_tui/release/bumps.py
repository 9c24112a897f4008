"""Which commits are dependency bumps, as dependabot, renovate and people who copy them write them."""

import re

from llnotes_tui.release.message import commit_title, merged_branch_of, title_of
from llnotes_tui.release.model import Commit, NoiseKind
from llnotes_tui.release.shipping import is_manifest, kind_of_path

_BOTS = re.compile(
    r"\b(?:dependabot(?:-preview)?|renovate|pyup|snyk|greenkeeper|depfu|scala-steward|pre-commit-ci|updatecli)\b(?:[- ]?bot)?",
    re.IGNORECASE,
)
_LEAD = r"^(?:[^\w\[`]+\s*|:\w+:\s*)?(?:\[(?:security|deps)\]\s*)?(?:\w+(?:\([^()]*\))?!?:\s*)?(?:\[(?:security|deps)\]\s*)?"
_BOT_TITLE = re.compile(
    _LEAD
    + r"(?:bump|update|upgrade|pin|unpin|replace|downgrade|roll ?back|lock file maintenance|\[pre-commit\.ci\] pre-commit autoupdate|pre-commit autoupdate)(?:d|s|ped)?\b",
    re.IGNORECASE,
)
_VERSION = r"[`\"']?(?:[~^<>=!]+\s*)?v?(?:[\w-]+/)?v?\d[\w.+*-]*(?:\s*,\s*[<>=!~^]+\s*v?\d[\w.+*-]*)*[`\"']?"
_NAME = r"[`\"']?@?[\w./\[\],:-]+[`\"']?"
_ANYONES_TITLE = re.compile(
    _LEAD
    + rf"(?:(?:bump|update|upgrade|downgrade)(?:d|s|ped)?\s+(?:the\s+)?{_NAME}(?:\s+(?:requirement|dependency|version|action))?\s+from\s+{_VERSION}\s+to\s+{_VERSION}(?:\s+in\s+\S+)?"
    rf"|bump(?:s|ed)?\s+the\s+\S+\s+group(?:\s+across\s+\d+\s+director(?:y|ies))?(?:\s+in\s+\S+)?\s+with\s+\d+\s+updates?(?:\s+in\s+\S+)?"
    rf"|update(?:d|s)?\s+(?:dependency|module|actions?)\s+{_NAME}\s+to\s+{_VERSION}"
    rf"|lock file maintenance|(?:\[pre-commit\.ci\]\s+)?pre-commit autoupdate)\s*\.?\s*$",
    re.IGNORECASE,
)
_BOT_BRANCH = re.compile(
    r"^(?P<bot>dependabot|renovate|pyup|snyk|greenkeeper|depfu|scala-steward|updatecli)[-/](?P<what>.+)$", re.IGNORECASE
)
_BRANCH_OF_ONE = re.compile(r"^(?P<name>.+?)-(?P<version>v?\d+(?:\.[\w+]+)*(?:-(?:alpha|beta|rc|dev|pre)[\w.]*)?)$")
"""`lodash-4.17.21`, `github.com/acme/assert-1.9.0`, `lodash-4.x`."""
_BRANCH_OF_GROUP = re.compile(r"^(?P<name>.+)-[0-9a-f]{10}$")
_BESIDE_THE_POINT = (NoiseKind.LOCK, NoiseKind.GENERATED, NoiseKind.CHANGELOG)


def is_dependency_bump(commit: Commit) -> bool:
    """Tell whether a commit only moves what the project depends on.

    A bot's word is taken for it, though it may have had to change sources along; a person's only where the files say so.
    The merge of a bot's branch counts as the bot's; where it has no message of its own, the files decide.
    """
    title = title_of(commit.subject, commit.body)
    branch = merged_bot_branch(commit)
    if branch is not None and title_of(commit.subject, "") == title:
        return bool(commit.files) and not sources_changed(commit)
    if branch is not None or is_update_bot(commit):
        return _BOT_TITLE.match(title) is not None
    return _ANYONES_TITLE.match(title) is not None and bool(commit.files) and not sources_changed(commit)


def merged_bot_branch(commit: Commit) -> str | None:
    """Return the branch of a dependency bot that a commit merges (`dependabot/pip/x-1.2`), None for any other commit."""
    branch = merged_branch_of(commit.subject)
    return branch if branch is not None and _BOT_BRANCH.match(branch) else None


def bump_title(commit: Commit) -> str:
    """Return what a dependency bump is called, as its author has it.

    For the merge of a bot's branch that is the title in its message, else that of what it merged, else what the name of
    the branch says.
    """
    title = commit_title(commit)
    branch = merged_bot_branch(commit)
    if branch is None or title != title_of(commit.subject, ""):
        return title
    return _title_of_branch(branch)


def _title_of_branch(branch: str) -> str:
    """Return `Bump x to 1.2` for `dependabot/pip/x-1.2`."""
    match = _BOT_BRANCH.match(branch)
    assert match is not None, "it is a bot's branch"
    is_dependabot = match["bot"].lower() == "dependabot"
    what = match["what"].partition("/")[2] or match["what"] if is_dependabot else match["what"]
    group = _BRANCH_OF_GROUP.match(what)
    if group is not None:
        return f"Bump the {group['name'].rpartition('/')[2]} group"
    one = _BRANCH_OF_ONE.match(what)
    if one is not None:
        return f"{'Bump' if is_dependabot else 'Update'} {one['name']} to {one['version']}"
    return f"{'Bump' if is_dependabot else 'Update'} {what}"


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
