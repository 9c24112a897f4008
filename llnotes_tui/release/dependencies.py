"""Dependency updates: one line for each dependency, from the first version of a range to the last.

A bot bumps the same dependency again and again between two releases. Readers want one line; the manifest still counts
every commit. Bumps are the same dependency if name, directory and package ecosystem agree. Different dependencies are
never merged: where a title cannot be read, only commits with the same title share a line.
"""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from llnotes_tui.release.bumps import bump_title
from llnotes_tui.release.model import Commit, DependencyUpdate
from llnotes_tui.release.titles import cut_title, published_title

_LONGEST = 500
"""Characters of a title that is looked into."""
_VERB = r"^(?:.*?[\s:\]])??(?:bump|update|upgrade|downgrade|roll ?back)(?:d|s|ped|ed)?\s+(?:the\s+)?"
_NAME = r"(?:(?:dependency|module|rust crate|image)\s+)?[`\"']?(?P<name>(?!from\b|to\b)[^\s`\"']+)[`\"']?(?:\s+(?P<kind>requirement|dependency|version|action|digest|docker tag|docker digest|orb|plugin))?"
_WHERE = r"(?P<where>\s+in\s+\S+)?\s*\.?$"
_VERSIONS = r"\S(?:(?!\s(?:and|from|to|in)\s).)*?"
_FROM_TO = re.compile(
    rf"{_VERB}{_NAME}\s+from\s+(?P<old>{_VERSIONS})\s+to\s+(?P<new>{_VERSIONS}){_WHERE}", re.IGNORECASE
)
_TO = re.compile(rf"{_VERB}{_NAME}\s+to\s+(?P<new>\S+?){_WHERE}", re.IGNORECASE)
_GROUP = re.compile(
    r"\bthe\s+(?P<name>\S+)\s+group(?P<where>\b.*?)\s+with\s+(?P<count>\d+\s+updates?)(?P<more>\s+in\s+\S+)?\s*\.?$",
    re.IGNORECASE,
)
_MEMBER = re.compile(r"^\s*(?:Updates\s+`([^`]+)`\s+from\b|\|\s*\[([^\]]+)\]\()", re.MULTILINE)
_ECOSYSTEMS = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("actions", r"(?:^|/)\.github/(?:workflows|actions)/|(?:^|/)action\.ya?ml$"),
        ("npm", r"(?:^|/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-[\w-]+\.yaml|bun\.lockb?)$"),
        (
            "python",
            r"(?:^|/)(?:pyproject\.toml|setup\.(?:py|cfg)|Pipfile(?:\.lock)?|poetry\.lock|uv\.lock|pdm\.lock|[\w.-]*requirements[^/]*\.(?:txt|in)|constraints[^/]*\.txt)$|(?:^|/)requirements/",
        ),
        ("rust", r"(?:^|/)Cargo\.(?:toml|lock)$"),
        ("go", r"(?:^|/)go\.(?:mod|sum)$"),
        ("ruby", r"(?:^|/)(?:Gemfile(?:\.lock)?|[^/]+\.gemspec)$"),
        ("java", r"(?:^|/)(?:pom\.xml|[^/]+\.gradle(?:\.kts)?|libs\.versions\.toml|build\.sbt)$"),
        ("php", r"(?:^|/)composer\.(?:json|lock)$"),
        ("dotnet", r"(?:^|/)(?:[^/]+\.(?:cs|fs|vb)proj|Directory\.Packages\.props|packages\.lock\.json)$"),
        ("docker", r"(?:^|/)(?:[\w.-]*Dockerfile[^/]*|(?:docker-)?compose[^/]*\.ya?ml)$"),
        ("pre-commit", r"(?:^|/)\.pre-commit-config\.ya?ml$"),
        ("terraform", r"\.tf$|(?:^|/)\.terraform\.lock\.hcl$"),
    )
)


class Bump(Struct, frozen=True):
    """One commit that moves a dependency to another version."""

    commit: Commit
    title: str
    """As its author has it, without number."""
    key: tuple[str, str, str]
    """Kind (`from-to`, `requirement`, `group`, `title`), name and directory of what it moves."""
    ecosystems: frozenset[str]
    """Those of the files it changes; empty where they are of none we know."""
    old: str = ""
    new: str = ""
    """Versions; empty where the title does not say."""


class FoldedBumps(Struct, frozen=True):
    """What the dependency bumps of a range come to."""

    updates: tuple[DependencyUpdate, ...]
    undone: tuple[tuple[Commit, str, str], ...]
    """Commits whose dependency is back at the version it began with: commit, published title, that version."""


def fold_bumps(commits: Sequence[Commit]) -> FoldedBumps:
    """Return one update for each dependency that the commits (newest first) move, in the order of their newest commit."""
    updates: list[DependencyUpdate] = []
    undone: list[tuple[Commit, str, str]] = []
    for bumps in _by_dependency(map(read_bump, commits)):
        first, last = _ends(bumps)
        if len(bumps) > 1 and first and first == last:
            undone += [(bump.commit, cut_title(published_title(bump.title)), first) for bump in bumps]
        else:
            title = cut_title(published_title(_title(bumps, first, last)))
            updates.append(DependencyUpdate(bumps[0].commit, title, tuple(bump.commit for bump in bumps[1:])))
    return FoldedBumps(tuple(updates), tuple(undone))


def read_bump(commit: Commit) -> Bump:
    """Return what a dependency bump moves, as far as its title says it."""
    title = bump_title(commit)
    ecosystems = frozenset(name for change in commit.files if (name := _ecosystem(change.path)))
    if len(title) > _LONGEST:
        return Bump(commit, title, ("title", title.lower(), ""), frozenset())
    group = _GROUP.search(title)
    if group is not None:
        where = f"{group['where']}{group['more'] or ''}"
        return Bump(commit, title, ("group", group["name"].lower(), where), ecosystems)
    match = _FROM_TO.match(title)
    found = match or _TO.match(title)
    if found is None:
        return Bump(commit, title, ("title", title.lower(), ""), frozenset())
    kind = "requirement" if (found["kind"] or "").lower() == "requirement" else "from-to"
    where = (found["where"] or "").strip().lower()
    old = match["old"] if match is not None else ""
    return Bump(commit, title, (kind, found["name"].lower(), where), ecosystems, old, found["new"])


def _ecosystem(path: bytes) -> str | None:
    text = path.decode("utf-8", "surrogateescape")
    return next((name for name, pattern in _ECOSYSTEMS if pattern.search(text)), None)


def _by_dependency(bumps: Iterable[Bump]) -> list[list[Bump]]:
    """Return bumps in groups of one dependency each, the newest first in each."""
    groups: list[list[Bump]] = []
    by_key: dict[tuple[str, str, str], list[list[Bump]]] = {}
    for bump in bumps:
        same = by_key.setdefault(_key(bump), [])
        group = next((group for group in same if _is_same_ecosystem(group, bump)), None)
        if group is None:
            group = []
            same.append(group)
            groups.append(group)
        group.append(bump)
    return groups


def _key(bump: Bump) -> tuple[str, str, str]:
    """Return what has to agree; a group whose members nobody names is only merged with its like."""
    if bump.key[0] == "group" and not _members(bump.commit):
        return ("title", bump.title.lower(), "")
    return bump.key


def _is_same_ecosystem(group: Sequence[Bump], bump: Bump) -> bool:
    known = frozenset().union(*(one.ecosystems for one in group))
    return not known or not bump.ecosystems or bool(known & bump.ecosystems)


def _ends(bumps: Sequence[Bump]) -> tuple[str, str]:
    """Return the first and last version of bumps of one dependency (newest first), empty where they do not say.

    The versions themselves decide: branches are not merged in the order of their bumps. Where they form no chain (the
    dependency went back and forth), the order of the commits decides.
    """
    named = [bump for bump in bumps if bump.old]
    newest = next((bump.new for bump in bumps if bump.new), "")
    if not named:
        return "", newest
    olds, news = {bump.old for bump in named}, {bump.new for bump in named}
    first, last = olds - news, news - olds
    if len(named) == len(bumps) == len(olds) == len(news) and len(first) == len(last) == 1:
        return first.pop(), last.pop()
    return named[-1].old, newest


def _title(bumps: Sequence[Bump], first: str, last: str) -> str:
    """Return the title of the newest bump, with the versions (or the number of members) of all of them."""
    title = bumps[0].title
    if len(bumps) == 1 or bumps[0].key[0] == "title":
        return title
    group = _GROUP.search(title)
    if group is not None:
        members = {name for bump in bumps for name in _members(bump.commit)}
        count = f"{len(members)} update{'' if len(members) == 1 else 's'}" if members else group["count"]
        return title[: group.start("count")] + count + title[group.end("count") :]
    match = _FROM_TO.match(title)
    if match is not None:
        return f"{title[: match.start('old')]}{first}{title[match.end('old') : match.start('new')]}{last}{title[match.end('new') :]}"
    match = _TO.match(title)
    if match is None or not first:
        return title
    begins = title[: match.start("new")].rstrip()
    return f"{begins.removesuffix('to').removesuffix('TO').rstrip()} from {first} to {last}{title[match.end('new') :]}"


def _members(commit: Commit) -> frozenset[str]:
    """Return the dependencies that the message of a group's bump lists."""
    body = commit.body if commit.pull is None else f"{commit.body}\n{commit.pull.body}"
    return frozenset((ticked or linked).lower() for ticked, linked in _MEMBER.findall(body))
