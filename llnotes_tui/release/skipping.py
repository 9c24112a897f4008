"""Which commits a repository's settings leave out: by SHA, or by who made them."""

from collections.abc import Collection, Iterator

from llnotes_tui.release.model import Commit

SHORTEST_SHA = 7
"""Characters of a SHA that surely names one commit."""
_BOT = "[bot]"


def skip_reason(commit: Commit, shas: Collection[str], authors: Collection[str]) -> str | None:
    """Return which setting leaves a commit out, and by what; None where none does."""
    for sha in shas:
        if len(sha) >= SHORTEST_SHA and commit.sha.startswith(sha.lower()):
            return f"left out by `skip_commits` ({sha})"
    names = frozenset(_names(commit))
    for author in authors:
        if _plain(author) in names:
            return f"left out by `skip_authors` ({author})"
    return None


def _names(commit: Commit) -> Iterator[str]:
    """Yield what the author is called: name, address, and login, which GitHub gives to bots with and without `[bot]`."""
    yield _plain(commit.author)
    yield _plain(commit.author_email)
    if commit.pull is not None and commit.pull.author:
        login = _plain(commit.pull.author)
        yield login
        if commit.pull.is_bot:
            yield login.removesuffix(_BOT)
            yield login.removesuffix(_BOT) + _BOT


def _plain(name: str) -> str:
    return name.strip().removeprefix("@").lower()
