"""Many repositories on GitHub by few requests: an owner's page by page, single ones by name, and what is unreleased in each.

Fifty repositories take three requests: one page, and two of comparisons.  What is too much for GitHub at once (it answers
502, or not in time) is halved and asked again; what is wrong with one repository is told of that one alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from threading import Event
from typing import Any, TypeVar

from msgspec import Struct

from llnotes_tui.release.text import one_line
from llnotes_tui.sources.github import queries
from llnotes_tui.sources.github.client import GitHub, GraphQLAnswer
from llnotes_tui.sources.github.faults import GitHubFault, fault_of_error
from llnotes_tui.sources.github.inquiry import Inquiry
from llnotes_tui.sources.github.listed import Filters, Listed, listed_of, listed_of_rest

PAGE = 50
"""Repositories of one page."""
CHUNK = 25
"""Repositories that are compared at once."""
_SMALLEST_PAGE = 5

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class Failed(Struct, frozen=True):
    """A repository of which nothing is to be had, and why."""

    name: str
    """`owner/name`, as it was asked for."""
    fault: str


class Page(Struct, frozen=True):
    """Some of an owner's repositories."""

    repositories: tuple[Listed | Failed, ...]
    total: int
    """How many the owner has in all, before names, topics and languages are looked at."""


def owned(github: GitHub, login: str, filters: Filters, cancel: Event | None = None) -> Iterator[Page]:
    """Yield an organisation's or a user's repositories page by page; with nobody's login by REST, which tells less.

    Raises:
        GitHubFault: there is no such owner, or nothing is to be had.
    """
    somebody = github.login.is_somebody
    for page in _pages(github, login, filters, cancel) if somebody else _pages_for_nobody(github, login, cancel):
        wanted = (
            one
            for one in page.repositories
            if (filters.wants_name(one.name) if isinstance(one, Failed) else filters.wants(one))
        )
        yield Page(tuple(wanted), page.total)


def named(github: GitHub, names: Sequence[str], cancel: Event | None = None) -> Iterator[tuple[str, Listed | Failed]]:
    """Yield each repository with the name it was asked by; GitHub may call it otherwise now.

    Raises:
        GitHubFault: nothing is to be had of any.
    """
    if not github.login.is_somebody:
        yield from ((name, _alone(github, name, cancel)) for name in names)
        return
    for start in range(0, len(names), CHUNK):
        yield from _named(github, names[start : start + CHUNK], cancel)


def step(github: GitHub, inquiries: Sequence[Inquiry], cancel: Event | None = None) -> list[tuple[Inquiry, str]]:
    """Ask the next question of each of some repositories; return each with why it failed, empty where it did not.

    Raises:
        GitHubFault: GitHub is not to be had at all, or `cancel` was set.
    """

    def ask(some: Sequence[Inquiry]) -> list[tuple[Inquiry, str]]:
        query = queries.inquiries([(one.listed.name, one.selection()) for one in some])
        answer = github.graphql(query, {}, _what([one.listed.name for one in some]), cancel)
        return [(one, _taken(github, one, answer, f"r{number}")) for number, one in enumerate(some)]

    return _halving(inquiries, ask, lambda one, fault: (one, fault.sentence))


def _taken(github: GitHub, inquiry: Inquiry, answer: GraphQLAnswer, alias: str) -> str:
    name = inquiry.listed.name
    told = answer.data.get(alias)
    error = answer.error_at(alias)
    if told is None or (error is not None and not any(told.values())):
        return _fault_at(github, answer, alias, name).sentence
    try:
        inquiry.take(told)
    except (KeyError, TypeError, ValueError):
        return f"{name}: {github.host.name} answered something else than was asked; r asks again."
    return ""


# -- an owner's ----------------------------------------------------------------------------------------------------


def _pages(github: GitHub, login: str, filters: Filters, cancel: Event | None) -> Iterator[Page]:
    query = queries.owner_page(archived=filters.archived, forks=filters.forks)
    size, after = PAGE, None
    while True:
        variables = {"login": login, "first": size, "after": after}
        try:
            answer = github.graphql(query, variables, login, cancel)
        except GitHubFault as fault:
            if not _is_too_much(fault) or size <= _SMALLEST_PAGE:
                raise
            size = max(_SMALLEST_PAGE, size // 2)
            continue
        owner = answer.data.get("repositoryOwner")
        if not owner:
            raise _fault_at(github, answer, "repositoryOwner", login)
        told = owner["repositories"]
        yield Page(tuple(_page_of(github, answer, filters, variables, cancel)), told["totalCount"])
        if not told["pageInfo"]["hasNextPage"]:
            return
        after = told["pageInfo"]["endCursor"]


def _page_of(
    github: GitHub, answer: GraphQLAnswer, filters: Filters, variables: Mapping[str, Any], cancel: Event | None
) -> Iterator[Listed | Failed]:
    nodes = answer.data["repositoryOwner"]["repositories"]["nodes"] or ()
    gaps = [index for index, node in enumerate(nodes) if node is None]
    names = _names(github, filters, variables, cancel) if gaps else {}
    for index, node in enumerate(nodes):
        if node is not None:
            name = one_line(str(node.get("nameWithOwner")))
            yield _listed(github, name, node)
            continue
        name = names.get(index, f"{variables['login']}/?")
        path = ["repositoryOwner", "repositories", "nodes", index]
        error = next((one for one in answer.errors if list(one.get("path") or ())[:4] == path), {})
        yield Failed(name, fault_of_error(error or {"type": "NOT_FOUND"}, name, github.host.name).sentence)


def _names(github: GitHub, filters: Filters, variables: Mapping[str, Any], cancel: Event | None) -> dict[int, str]:
    """Return the names of a page's repositories by their place: of one that failed nothing else is known."""
    query = queries.owner_page(archived=filters.archived, forks=filters.forks, names_only=True)
    try:
        answer = github.graphql(query, variables, str(variables["login"]), cancel)
        nodes = answer.data["repositoryOwner"]["repositories"]["nodes"]
        return {index: one_line(node["nameWithOwner"]) for index, node in enumerate(nodes) if node}
    except (GitHubFault, KeyError, TypeError):
        return {}


def _pages_for_nobody(github: GitHub, login: str, cancel: Event | None) -> Iterator[Page]:
    """GraphQL answers nobody.  By this path REST knows organisations and users alike; it tells what is public."""
    count = 0
    for page in github.pages(f"/users/{login}/repos", login, {"sort": "full_name"}, cancel):
        listed = tuple(_guarded(github, str(one.get("full_name")), partial(listed_of_rest, one)) for one in page)
        count += len(listed)
        yield Page(listed, count)


# -- by name -------------------------------------------------------------------------------------------------------


def _named(github: GitHub, names: Sequence[str], cancel: Event | None) -> list[tuple[str, Listed | Failed]]:
    def ask(some: Sequence[str]) -> list[tuple[str, Listed | Failed]]:
        pairs = [(name.partition("/")[0], name.partition("/")[2]) for name in some]
        answer = github.graphql(queries.named(pairs), {}, _what(some), cancel)
        return [(name, _told(github, answer, f"r{number}", name)) for number, name in enumerate(some)]

    return _halving(names, ask, lambda name, fault: (name, Failed(name, fault.sentence)))


def _told(github: GitHub, answer: GraphQLAnswer, alias: str, name: str) -> Listed | Failed:
    node = answer.data.get(alias)
    if node is None:
        return Failed(name, _fault_at(github, answer, alias, name).sentence)
    return _listed(github, name, node)


def _alone(github: GitHub, name: str, cancel: Event | None) -> Listed | Failed:
    try:
        answer = github.get(f"/repos/{name}", name, None, cancel)
    except GitHubFault as fault:
        if fault.kind in ("stopped", "unreachable"):
            raise
        return Failed(name, fault.sentence)
    return _guarded(github, name, partial(listed_of_rest, answer.data))


# -- shared --------------------------------------------------------------------------------------------------------


def _listed(github: GitHub, name: str, node: Mapping[str, Any]) -> Listed | Failed:
    return _guarded(github, name, partial(listed_of, node))


def _guarded(github: GitHub, name: str, read: Callable[[], Listed]) -> Listed | Failed:
    try:
        return read()
    except (KeyError, TypeError, ValueError):
        name = one_line(name)
        return Failed(name, f"{name}: {github.host.name} answered something else than was asked; r asks again.")


def _fault_at(github: GitHub, answer: GraphQLAnswer, alias: str, what: str) -> GitHubFault:
    return fault_of_error(answer.error_at(alias) or {"type": "NOT_FOUND"}, what, github.host.name)


def _halving(
    items: Sequence[Item],
    ask: Callable[[Sequence[Item]], list[Outcome]],
    failed: Callable[[Item, GitHubFault], Outcome],
) -> list[Outcome]:
    """Ask about all items at once; where that is too much for GitHub about each half, down to single ones."""
    try:
        return ask(items)
    except GitHubFault as fault:
        if fault.kind in ("stopped", "unauthorized", "limited", "slowed"):
            raise
        if len(items) == 1:
            return [failed(items[0], fault)]
        if not _is_too_much(fault) and fault.kind != "missing":
            raise
    middle = len(items) // 2
    return [*_halving(items[:middle], ask, failed), *_halving(items[middle:], ask, failed)]


def _is_too_much(fault: GitHubFault) -> bool:
    """Tell whether less at once may be answered: GitHub gave up, or was not ready in time."""
    return fault.kind == "broken" or (fault.kind == "unreachable" and "time" in type(fault.__cause__).__name__.lower())


def _what(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} repositories"
