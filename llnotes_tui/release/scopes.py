"""Scopes of conventional commits, kept in those titles of a plan that would be the same without them."""

from collections import defaultdict
from collections.abc import Sequence

from msgspec import structs

from llnotes_tui.release.message import commit_title
from llnotes_tui.release.model import EntryPlan, InternalCommit
from llnotes_tui.release.titles import cut_title, scope_of, scoped_title


def distinguish_entries(entries: Sequence[EntryPlan]) -> tuple[EntryPlan, ...]:
    """Return entries with the scope in front of titles that would be the same otherwise; words of a person stay."""
    scoped = _scoped_titles([(entry.title, entry.author_title) for entry in entries])
    return tuple(
        structs.replace(entry, title=cut_title(title), whole_title=title if cut_title(title) != title else "")
        if title
        else entry
        for entry, title in zip(entries, scoped, strict=True)
    )


def distinguish_internal(commits: Sequence[InternalCommit]) -> tuple[InternalCommit, ...]:
    """Return internal commits with the scope in front of titles that would be the same otherwise."""
    scoped = _scoped_titles([(internal.title, commit_title(internal.commit)) for internal in commits])
    return tuple(
        structs.replace(internal, title=cut_title(title)) if title else internal
        for internal, title in zip(commits, scoped, strict=True)
    )


def _scoped_titles(titles: Sequence[tuple[str, str]]) -> list[str]:
    """Return the title with its scope for each published and author's title, empty where the published one stays.

    It stays where no other is the same, where there is no scope, and where all the same titles have the same scope.
    """
    scopes: defaultdict[str, set[str]] = defaultdict(set)
    for published, written in titles:
        scopes[_plain(published)].add(scope_of(written))
    return [
        scoped_title(written) if len(scopes[_plain(published)]) > 1 and scope_of(written) else ""
        for published, written in titles
    ]


def _plain(title: str) -> str:
    return " ".join(title.casefold().split())
