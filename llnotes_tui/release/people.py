"""Who took part in a release: authors and co-authors of its commits, each person once, without bots."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from llnotes_tui.release.bumps import is_update_bot
from llnotes_tui.release.message import is_of_pull_request
from llnotes_tui.release.model import Commit, Contributor
from llnotes_tui.release.squashed import listed_commits
from llnotes_tui.release.text import one_line

_CO_AUTHOR = re.compile(
    r"^\s*co-authored-by\s*:\s*(?P<name>[^<>\n]{0,200}?)\s*<(?P<email>[^<>\s]{1,200})>\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_NOREPLY = re.compile(r"^(?:\d+\+)?(?P<login>[a-z0-9][a-z0-9-]*)@users\.noreply\.", re.IGNORECASE)
"""GitHub's addresses for people who hide theirs: `ID+LOGIN@users.noreply.github.com`."""
_BOT_NAME = re.compile(r"\[bot\]|(?:^|[\s_-])(?:ro)?bots?$|^github[ -]actions?$|^github$|-ci$", re.IGNORECASE)
_BOT_ADDRESS = re.compile(r"\[bot\]|^(?:no-?reply|donotreply|github-actions?|actions?|[\w.+-]*\bbot)@", re.IGNORECASE)


class Person(Struct, frozen=True):
    """Somebody, as one commit tells."""

    name: str
    email: str = ""
    login: str = ""

    @property
    def keys(self) -> frozenset[str]:
        """What the same person is known by elsewhere: name, address, login, whatever their case."""
        return frozenset(key for key in (_plain(self.name), _plain(self.email), _plain(self.login)) if key)


def contributors_of(commits: Iterable[Commit], known: Collection[str] | None) -> tuple[Contributor, ...]:
    """Return who made the commits, in the order of their first one.

    `known` are the keys of people who have commits before; None where nobody can tell, and then nobody is new.
    """
    ordered = sorted(commits, key=lambda commit: (commit.committed_at, commit.sha))
    found: list[_Found] = []
    for commit, person in _people(ordered):
        mine = [one for one in found if one.keys & person.keys]
        # A later commit may show that two of them are one: the same address under another name.
        one = mine[0] if mine else _Found()
        for other in mine[1:]:
            one.take(other)
            found.remove(other)
        if not mine:
            found.append(one)
        one.add(person, commit.pull_request)
    return tuple(one.contributor(known) for one in found)


def keys_of(commits: Iterable[Commit]) -> frozenset[str]:
    """Return the keys of all who made the commits."""
    return frozenset(key for _, person in _people(tuple(commits)) for key in person.keys)


def keys_of_author(name: str, email: str) -> frozenset[str]:
    """Return the keys of the author of any commit."""
    return Person(name, email, _login_in(email)).keys


def co_authors(body: str) -> Iterator[tuple[str, str]]:
    """Yield name and address of those that a message names by `Co-authored-by`."""
    for match in _CO_AUTHOR.finditer(body):
        yield one_line(match["name"]), match["email"]


class _Found:
    """A person while the commits are gone through."""

    def __init__(self) -> None:
        self.keys: set[str] = set()
        self.name = ""
        self.login = ""
        self.pull_request: int | None = None

    def add(self, person: Person, pull_request: int | None) -> None:
        self.keys |= person.keys
        # A login stands for a name only until a commit has a better one.
        if not self.name or (self.name == self.login and person.name != person.login):
            self.name = person.name or self.name
        self.login = self.login or person.login
        self.pull_request = self.pull_request if self.pull_request is not None else pull_request

    def take(self, other: "_Found") -> None:
        self.add(Person(other.name, login=other.login), other.pull_request)
        self.keys |= other.keys

    def contributor(self, known: Collection[str] | None) -> Contributor:
        is_new = known is not None and self.keys.isdisjoint(known)
        return Contributor(self.name or self.login, self.login, self.pull_request, is_new)


def _people(commits: Sequence[Commit]) -> Iterator[tuple[Commit, Person]]:
    alone = _with_one_author(commits)
    for commit in commits:
        author = _author(commit, alone)
        if author is not None and author.keys:
            yield commit, author
        listed = ((one.author, one.email) for one in listed_commits(commit.subject, commit.body))
        brought = ((side.author, side.author_email) for side in commit.side if not side.is_merge)
        named = (pair for body in _bodies(commit) for pair in co_authors(body))
        for name, email in (*listed, *brought, *named):
            if not _is_bot(name, email):
                yield commit, Person(name, email, _login_in(email))


def _bodies(commit: Commit) -> tuple[str, ...]:
    return (commit.body, *(side.body for side in commit.side))


def _author(commit: Commit, alone: Collection[int]) -> Person | None:
    """Return who made a commit; of a merge that is the author of its pull request, for its own is who merged."""
    pull = commit.pull
    if len(commit.parents) > 1:
        is_known = pull is not None and pull.author and not pull.is_bot and not _is_bot(pull.author, "")
        return Person(pull.author, login=pull.author) if pull is not None and is_known else None
    of_pull = pull is not None and (is_of_pull_request(commit) or pull.number in alone)
    if (
        (pull is not None and of_pull and pull.is_bot)
        or is_update_bot(commit)
        or _is_bot(commit.author, commit.author_email)
    ):
        return None
    login = _login_in(commit.author_email) or (pull.author if pull is not None and of_pull else "")
    return Person(one_line(commit.author), commit.author_email, login)


def _with_one_author(commits: Sequence[Commit]) -> frozenset[int]:
    """Return the pull requests whose commits all have one author: who opened it, then."""
    authors: dict[int, set[str]] = {}
    for commit in commits:
        if commit.pull is not None:
            authors.setdefault(commit.pull.number, set()).add(_plain(commit.author_email))
    return frozenset(number for number, found in authors.items() if len(found) == 1)


def _is_bot(name: str, email: str) -> bool:
    return _BOT_NAME.search(name) is not None or _BOT_ADDRESS.search(email) is not None


def _login_in(email: str) -> str:
    match = _NOREPLY.match(email)
    return match["login"] if match is not None else ""


def _plain(key: str) -> str:
    return " ".join(key.casefold().split())
