"""The units of a range: what counts as one change where histories have merges.

First parents alone hide the work behind a merge that only moves a branch ("Merge branch 'develop'"), and all commits
alone take every draft of a pull request for a change of its own.  So the range is read along the first parents, a merge
is one change together with the commits that it brought, and a merge that only moves a branch is read like the main line.
Every commit of the range belongs to exactly one unit.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from llnotes_tui.release.merges import (
    MergedRequest,
    is_long_lived,
    is_long_lived_head,
    is_transport_title,
    merged_requests,
    moved_head,
    only_moves,
    sentence_of,
)
from llnotes_tui.release.message import pull_request_of, title_of

UnitKind = Literal["commit", "merge", "walked", "in-base", "without-content"]
"""`merge`: one change with its side.  `walked`: a merge that only moves a branch; its side is units of their own.
`in-base`: what it brought is in the base.  `without-content`: it has the tree of its first parent, so its side is not
in the release."""


class Node(Protocol):
    """A commit of the range, as far as finding units needs it."""

    @property
    def sha(self) -> str:
        """Its id."""

    @property
    def parents(self) -> tuple[str, ...]:
        """SHAs, the first parent first."""

    @property
    def subject(self) -> str:
        """First paragraph of its message."""

    @property
    def body(self) -> str:
        """The rest of its message."""

    @property
    def tree(self) -> str:
        """SHA of its tree."""


class Unit(Struct, frozen=True):
    """A commit of the range that is read for itself, with the commits that count as part of it."""

    sha: str
    kind: UnitKind = "commit"
    side: tuple[str, ...] = ()
    """SHAs of what a merge brought and that belongs to it."""
    request: MergedRequest | None = None
    """The request that a merge gives it: of a queue, or where its own message lacks the title."""
    title: str = ""
    """What a merge without a request is called, where its own message does not say."""


def units_of(nodes: Sequence[Node], head: str, owner: str | None, base_trees: Mapping[str, str]) -> list[Unit]:
    """Return the units of a range, newest first; each commit is in exactly one of them.

    `nodes` are all commits of the range.  `owner` is whose repository it is, None where that is unknown.  `base_trees`
    are the trees of first parents outside the range.
    """
    return _Reading({node.sha: node for node in nodes}, owner, base_trees).units(head)


class _Line(Struct):
    """Commits to be read along their first parents."""

    head: str
    inside: Iterable[str]
    request: MergedRequest | None = None


class _Reading:
    """The state of reading one range."""

    def __init__(self, nodes: Mapping[str, Node], owner: str | None, base_trees: Mapping[str, str]) -> None:
        self._nodes = nodes
        self._owner = owner
        self._base_trees = base_trees
        self._placed: set[str] = set()
        self._numbers: dict[str, int | None] = {}

    def units(self, head: str) -> list[Unit]:
        """Return the units of the line from `head`, newest first."""
        # Lines within lines are kept on a list of our own: a history may nest deeper than Python's stack.
        found: list[Unit] = []
        waiting: list[Unit | _Line] = [_Line(head, self._nodes)]
        while waiting:
            last = waiting.pop()
            if isinstance(last, Unit):
                found.append(last)
            else:
                waiting.extend(reversed(list(self._read(last))))
        return found

    def _read(self, line: _Line) -> Iterator[Unit | _Line]:
        """Yield what a line consists of, newest first, with further lines where a merge is walked."""
        inside = {sha for sha in line.inside if sha not in self._placed}
        chain: list[str] = []
        sha = line.head
        while sha in inside:
            chain.append(sha)
            sha = next(iter(self._nodes[sha].parents), "")
        below: set[str] = set()
        sides = {}
        for sha in reversed(chain):
            below.add(sha)
            sides[sha] = self._side(self._nodes[sha], inside, below)
        self._placed.update(chain)
        for sha in chain:
            yield from self._read_commit(self._nodes[sha], sides[sha], line.request)

    def _side(self, node: Node, inside: set[str], below: set[str]) -> tuple[str, ...]:
        """Return what a merge brought and nothing below it holds; from then on it is below."""
        found: list[str] = []
        left = list(node.parents[:0:-1])
        while left:
            sha = left.pop()
            if sha in inside and sha not in below:
                below.add(sha)
                found.append(sha)
                left.extend(reversed(self._nodes[sha].parents))
        return tuple(found)

    def _read_commit(self, node: Node, side: tuple[str, ...], request: MergedRequest | None) -> Iterator[Unit | _Line]:
        if len(node.parents) < 2:
            yield Unit(node.sha, request=request)
            return
        if not side:
            yield Unit(node.sha, "in-base")
            return
        if node.tree and node.tree == self._tree(node.parents[0]):
            self._placed.update(side)
            yield Unit(node.sha, "without-content", side)
            return
        requests = merged_requests(node.subject, node.body)
        others = node.parents[1:]
        if len(requests) > 1 and len(requests) == len(others):
            yield Unit(node.sha, "walked")
            for parent, merged in zip(others, requests, strict=True):
                yield _Line(parent, side, merged)
            return
        if self._is_walked(node, side, requests):
            yield Unit(node.sha, "walked")
            for parent in others:
                yield _Line(parent, side, request)
            return
        self._placed.update(side)
        title = "" if self._number(node.sha) is not None else self._title_of(node)
        yield Unit(node.sha, "merge", side, request or self._request_of(side, requests), title)

    def _title_of(self, node: Node) -> str:
        """Return the sentence in the body of a merge whose subject only names branches; empty for other merges."""
        return sentence_of(node.body) if only_moves(node.subject) else ""

    def _is_walked(self, node: Node, side: tuple[str, ...], requests: tuple[MergedRequest, ...]) -> bool:
        head = moved_head(node.subject)
        number = self._number(node.sha)
        if number is None:
            if not only_moves(node.subject) and not is_transport_title(node.subject, head):
                return False
            # A sentence about a release ("Release 1.1.0") is no title of the work: only a topic branch has one.
            return len(side) == 1 or not head or is_long_lived(head) or not sentence_of(node.body)
        title = requests[0].title if requests else title_of(node.subject, node.body)
        if not title:  # a request that only its branch names
            return is_long_lived_head(head, self._owner)
        if not is_transport_title(title, head):
            return False
        merged = {request.number for request in requests} | {number}
        has_others = any((inner := self._number(sha)) is not None and inner not in merged for sha in side)
        return has_others or is_long_lived_head(head, self._owner)

    def _request_of(self, side: tuple[str, ...], requests: tuple[MergedRequest, ...]) -> MergedRequest | None:
        """Return the request of a merge whose message lacks its title, titled by the oldest commit of its side."""
        if len(requests) != 1 or requests[0].title:
            return None
        oldest = next((self._nodes[sha] for sha in reversed(side) if len(self._nodes[sha].parents) < 2), None)
        title = title_of(oldest.subject, oldest.body) if oldest is not None else ""
        return MergedRequest(requests[0].number, title)

    def _number(self, sha: str) -> int | None:
        if sha not in self._numbers:
            node = self._nodes[sha]
            self._numbers[sha] = pull_request_of(node.subject, node.body)
        return self._numbers[sha]

    def _tree(self, sha: str) -> str:
        node = self._nodes.get(sha)
        return node.tree if node is not None else self._base_trees.get(sha, "")
