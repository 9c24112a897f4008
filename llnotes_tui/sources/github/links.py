"""The commits of a range as GitHub's answers tell them, page by page: first parents, and what each merge brought."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec import Struct

from llnotes_tui.release.text import one_line, visible
from llnotes_tui.sources.base import ChainLink
from llnotes_tui.sources.github.listed import moment


class Linked(Struct, frozen=True):
    """A commit with what it follows."""

    link: ChainLink
    body: str
    parents: tuple[str, ...]
    """SHAs of the first two."""


class Links:
    """Grows with every page.  Belongs to one thread at a time."""

    def __init__(self) -> None:
        self._known: dict[str, Linked] = {}

    def __len__(self) -> int:
        return len(self._known)

    def take(self, nodes: Iterable[Mapping[str, Any] | None]) -> None:
        """Take in a page of commits.

        Raises:
            KeyError, TypeError, ValueError: it is not what was asked for.
        """
        for node in nodes:
            if node:
                subject, body = _subject_and_body(node["message"])
                parents = tuple(parent["oid"] for parent in (node.get("parents") or {}).get("nodes") or ())
                link = ChainLink(node["oid"], moment(node["committedDate"]) or 0, subject)
                self._known[link.sha] = Linked(link, body, parents)

    def chain(self, head: str, end: str | None) -> tuple[list[Linked], bool]:
        """Return the first parents from `head` as far as they are known, and whether they reach `end` (or the first commit)."""
        chain: list[Linked] = []
        sha: str | None = head
        while sha is not None and sha != end and sha in self._known:
            chain.append(self._known[sha])
            sha = next(iter(chain[-1].parents), None)
        return chain, sha is None or sha == end

    def inside(self, chain: list[Linked], shas: Collection[str]) -> list[Linked]:
        """Return those of a chain that are among some commits, or that merged one of them."""
        seen = {one.link.sha for one in chain}
        found = []
        for one in reversed(chain):
            brought = self._brought(one, seen)
            if one.link.sha in shas or any(sha in shas for sha in brought):
                found.append(one)
        return found[::-1]

    def _brought(self, merge: Linked, seen: set[str]) -> list[str]:
        """Return the commits that came with a merge, and with none before it."""
        brought: list[str] = []
        left = list(merge.parents[1:])
        while left:
            sha = left.pop()
            if sha not in seen and sha in self._known:
                seen.add(sha)
                brought.append(sha)
                left.extend(self._known[sha].parents)
        return brought


def _subject_and_body(message: str) -> tuple[str, str]:
    """Return a message's subject as git has it (its first paragraph on one line), and the rest."""
    subject, _, body = visible(message).strip("\n").partition("\n\n")
    return one_line(subject), body
