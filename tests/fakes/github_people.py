"""Whose account an email address belongs to, on the GitHub of the tests."""

import re
from typing import TYPE_CHECKING

from tests.fakes.github_values import Commit, Person

if TYPE_CHECKING:
    from tests.fakes.github import GitHubFake

_NO_REPLY = re.compile(r"(?:\d+\+)?(?P<login>[\w-]+(?:\[bot\])?)@users\.noreply\.github\.com")
_CO_AUTHOR = re.compile(
    r"^co-authored-by:\s*(?P<name>[^<\n]*?)\s*<(?P<email>[^>\n]+)>\s*$", re.IGNORECASE | re.MULTILINE
)


def login_of(github: "GitHubFake", email: str) -> str:
    """Return the login that an address belongs to, empty if to none.

    Those named by `GitHubFake.people`, GitHub's own no-reply addresses, and at example.com the part before the @.
    """
    if email in github.people:
        return github.people[email]
    if match := _NO_REPLY.fullmatch(email):
        return match["login"]
    name, _, domain = email.partition("@")
    return name if domain == "example.com" else ""


def people_of(github: "GitHubFake") -> set[str]:
    """Return the logins that are known without being owners."""
    authors = {pull.author for one in github.repositories.values() for pull in one.pulls.values() if pull.author}
    return authors | set(github.people.values()) | {token.login for token in github.access.tokens.values()}


def co_authors(commit: Commit) -> list[Person]:
    """Return those that a commit's message names beside its author."""
    return [Person(match["name"], match["email"], commit.author.date) for match in _CO_AUTHOR.finditer(commit.message)]
