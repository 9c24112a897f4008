"""The commits of a range as GitHub's answers list them, page by page, with what each of them follows."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from llnotes_tui.release.text import one_line, visible
from llnotes_tui.sources.base import ChainLink
from llnotes_tui.sources.github.listed import moment
from llnotes_tui.sources.structure import Meta


class Linked(Struct, frozen=True):
    """A commit with what it follows."""

    link: ChainLink
    body: str
    parents: tuple[str, ...]
    """SHAs."""


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

    def beyond(self, head: str, since: str | None) -> list[Meta]:
        """Return the commits of `head` that are known and not in the history of `since`, as far as that is known."""
        below = self._history_of(since) if since is not None else {}
        return [self._meta(sha) for sha in self._history_of(head) if sha not in below]

    def _history_of(self, head: str) -> dict[str, None]:
        """Return the known commits of a history, in the order in which they are met."""
        found: dict[str, None] = {}
        left = [head]
        while left:
            sha = left.pop()
            if sha in self._known and sha not in found:
                found[sha] = None
                left.extend(reversed(self._known[sha].parents))
        return found

    def _meta(self, sha: str) -> Meta:
        one = self._known[sha]
        return Meta(sha, one.parents, "", "", 0, one.link.committed_at, one.link.subject, one.body)


def _subject_and_body(message: str) -> tuple[str, str]:
    """Return a message's subject as git has it (its first paragraph on one line), and the rest."""
    subject, _, body = visible(message).strip("\n").partition("\n\n")
    return one_line(subject), body
