"""Which commits an entry of written notes is about: by pull request, else by SHA, else by the likeness of titles."""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from llnotes_tui.release.message import commit_title, title_of
from llnotes_tui.release.model import Commit
from llnotes_tui.release.references import Reference, belongs, credited, references
from llnotes_tui.release.written import WrittenEntry

_CONVENTIONAL = re.compile(r"^\s*(?:[*_]*\([^()]*\)[*_]*|\w+(?:\([^()]*\))?!?:)\s*")
_WORD = re.compile(r"\w+")
_ENDING = re.compile(r"(?:ing|ed|es|s|e)$")
_LIKE = 0.6
"""Share of the words of two titles that both have, from which on they are of one change."""
_HELD = 0.9
_FEW = 4
"""Words that a title needs to be found inside a longer one."""
_CREDIT = re.compile(
    r"\s+by\s+(?:\[?@[\w-]+(?:\[bot\])?\]?(?:\([^()\s]*\))?[,\s]*(?:and\s+)?)+(?:\s*in\s+(?:https?://\S+|\[?#\d+\]?(?:\([^()\s]*\))?))?"
)
_COMMIT_LINK = re.compile(r"\[`?[0-9a-f]{7,40}`?\]\([^()\s]*\)")


class Match(Struct, frozen=True):
    """What an entry is about."""

    entry: WrittenEntry
    commits: tuple[Commit, ...]
    """Of the range, in its order; empty where none was found."""
    names_others: bool = False
    """It names pull requests or commits, and none of them is in the range."""


def matched(entries: Sequence[WrittenEntry], commits: Sequence[Commit]) -> tuple[Match, ...]:
    """Return what each entry is about, in the order of the entries."""
    by_number: dict[int, list[Commit]] = {}
    for commit in commits:
        if commit.pull_request is not None:
            by_number.setdefault(commit.pull_request, []).append(commit)
    titles = [(commit, _words(title)) for commit in commits for title in _titles(commit)]
    return tuple(_match(entry, commits, by_number, titles) for entry in entries)


def _titles(commit: Commit) -> Iterator[str]:
    """Yield what a commit is called, and what it was called before its pull request was renamed."""
    yield from dict.fromkeys((commit_title(commit), title_of(commit.subject, commit.body)))


def _match(
    entry: WrittenEntry,
    commits: Sequence[Commit],
    by_number: Mapping[int, list[Commit]],
    titles: Sequence[tuple[Commit, frozenset[str]]],
) -> Match:
    shas = {commit.sha for number in entry.pull_requests for commit in by_number.get(number, ())}
    if not shas:
        shas = {commit.sha for commit in commits if any(commit.sha.startswith(named) for named in _named(entry))}
    if not shas and not entry.paragraph:
        shas = {commit.sha for commit in _like(entry, titles)}
    about = tuple(commit for commit in commits if commit.sha in shas)
    return Match(entry, about, names_others=not about and bool(entry.pull_requests or entry.linked))


def _named(entry: WrittenEntry) -> tuple[str, ...]:
    return (*entry.shas, *entry.linked)


def _like(entry: WrittenEntry, titles: Sequence[tuple[Commit, frozenset[str]]]) -> list[Commit]:
    """Return the commits whose title is most like the entry's; several only where they are called the same."""
    words = _words(entry.title)
    scored = [(_likeness(words, others), commit) for commit, others in titles]
    best = max((score for score, _ in scored), default=0.0)
    return [commit for score, commit in scored if score == best] if best >= _LIKE else []


def _likeness(words: frozenset[str], others: frozenset[str]) -> float:
    if not words or not others:
        return 0.0
    shared = len(words & others)
    held = shared / len(others)
    if len(others) >= _FEW and held >= _HELD:
        return held
    return shared / len(words | others)


def _words(title: str) -> frozenset[str]:
    plain = _CONVENTIONAL.sub("", title).lower()
    return frozenset(_ENDING.sub("", word) if len(word) > 4 else word for word in _WORD.findall(plain))


def text_to_check(match: Match, web_url: str | None) -> str:
    """Return the entry's text with all that only says whose and which change it is blanked, at the same length."""
    text = match.entry.text
    numbers = {commit.pull_request for commit in match.commits}
    mentions = tuple(mention for mention in references(text, {}) if belongs(mention, web_url) or web_url is None)
    spans = [(mention.start, mention.end) for mention in credited(text, mentions) if _is_of(mention, numbers)]
    spans += [found.span() for found in _CREDIT.finditer(text)]
    spans += [found.span() for found in _COMMIT_LINK.finditer(text)]
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _is_of(mention: Reference, numbers: set[int | None]) -> bool:
    return mention.number in numbers
