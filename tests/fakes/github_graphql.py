"""GraphQL of the GitHub of the tests: a query is checked against a subset of GitHub's own schema and answered from the nodes.

What is invalid there is invalid here: unknown fields, connections without `first` or `last`, more than 100 at once, more than
500,000 nodes (docs.github.com, "Rate limits and query limits for the GraphQL API").
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLResolveInfo,
    IntValueNode,
    OperationDefinitionNode,
    VariableNode,
    build_schema,
    execute_sync,
    get_named_type,
    parse,
    validate,
)

from tests.fakes.github_messages import Answer, Request
from tests.fakes.github_refusals import PRIMARY, SOMETHING_WRONG

if TYPE_CHECKING:
    from tests.fakes.github import GitHubFake

_MOST_NODES = 500_000
_PER_PAGE = 100
_PAGING = ("first", "last", "after", "before")
_SCHEMA = build_schema((Path(__file__).parent / "github_schema.graphql").read_text())


@dataclass
class Listing:
    """All that a connection leads to; nodes are made for the page that is asked for only."""

    items: Sequence[Any]
    make: Callable[[Any], Any] = field(default=lambda item: item)


def fault(kind: str, message: str, **extensions: Any) -> GraphQLError:
    """Return an error with GitHub's `type`."""
    return GraphQLError(message, extensions={"type": kind, **extensions})


def answer_query(github: "GitHubFake", request: Request, fault_kind: str) -> Answer:
    """Answer a request to the GraphQL endpoint."""
    from tests.fakes.github_nodes import QueryNode

    if request.caller.token is None:
        said = "Bad credentials" if request.caller.is_wrong else "This endpoint requires you to be authenticated."
        return Answer.error(401, said)
    told = request.json()
    query, variables = told.get("query"), told.get("variables") or {}
    if not isinstance(query, str) or not query:
        return Answer.error(400, "A query attribute must be specified and must be a string.")
    with github.lock:
        github.queries.append(query)
    limits = github.access.limits(request.caller, github.limit)["graphql"]
    if limits["remaining"] <= 0:
        limited = {"type": "RATE_LIMITED", "message": PRIMARY}
        return Answer.json({"errors": [limited]})
    github.access.spend(request.caller, "graphql")
    document, errors = _checked(query)
    if document is None:
        return Answer.json({"errors": list(errors)})
    nodes = _nodes_asked_for(document, variables)
    if nodes > _MOST_NODES:
        said = f"This query requests up to {nodes:,} possible nodes which exceeds the maximum limit of {_MOST_NODES:,}."
        return Answer.json({"errors": [{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": said}]})
    done = execute_sync(
        _SCHEMA,
        document,
        root_value=QueryNode(github, request.caller, nodes),
        variable_values=variables,
        operation_name=told.get("operationName"),
        field_resolver=_resolve,
        type_resolver=lambda value, *_: str(value.typename),
    )
    answered: dict[str, Any] = {"data": done.data}
    if done.errors:
        answered["errors"] = [_as_github_has_it(error) for error in done.errors]
    if fault_kind == "graphql-partial":
        _lose_one(answered)
    return Answer.json(answered)


@lru_cache(256)
def _checked(query: str) -> tuple[DocumentNode | None, tuple[Mapping[str, Any], ...]]:
    """Return the document, or what is wrong with it."""
    try:
        document = parse(query)
        wrong = validate(_SCHEMA, document)
    except GraphQLError as error:
        document, wrong = None, [error]
    return (None if wrong else document), tuple(_as_github_has_it(error) for error in wrong)


def _as_github_has_it(error: GraphQLError) -> dict[str, Any]:
    """Return an error with `type` at its top, where GitHub has it."""
    extensions = dict(error.extensions or {})
    told: dict[str, Any] = {}
    if kind := extensions.pop("type", ""):
        told["type"] = kind
    if error.path:
        told["path"] = list(error.path)
    if extensions:
        told["extensions"] = extensions
    if error.locations:
        told["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    return told | {"message": error.message}


def _lose_one(answered: dict[str, Any]) -> None:
    """Make the first alias that has something null, as a backend of GitHub's that did not answer in time does.

    Where a query asks for one repository only, that is the first alias within it.
    """
    data = answered.get("data") or {}
    lost = next((name for name, value in data.items() if value is not None and name not in ("rateLimit", "viewer")), "")
    inner = data.get(lost) if lost == "repository" and len(data) == 1 else None
    within = next((name for name, value in (inner or {}).items() if isinstance(value, dict)), "")
    if inner is not None and within:
        inner[within] = None
        answered.setdefault("errors", []).append({"path": [lost, within], "message": SOMETHING_WRONG})
    elif lost:
        data[lost] = None
        answered.setdefault("errors", []).append({"path": [lost], "message": SOMETHING_WRONG})


# -- fields -----------------------------------------------------------------------------------------------------------


def _resolve(source: Any, info: "GraphQLResolveInfo[Any]", **arguments: Any) -> Any:
    """Return what the node has under the field's name in snake case: a value, or a method that takes the arguments."""
    is_connection = get_named_type(info.return_type).name.endswith("Connection")
    page = {name: arguments.pop(name, None) for name in _PAGING} if is_connection else {}
    if is_connection:
        _check_page(info, page["first"], page["last"])
    value = getattr(source, snake(info.field_name))
    if callable(value):
        value = value(**{snake(name): given for name, given in arguments.items()})
    if is_connection and value is not None:
        listing = value if isinstance(value, Listing) else Listing(list(value))
        return Connection(listing, page)
    return value


def _check_page(info: "GraphQLResolveInfo[Any]", first: int | None, last: int | None) -> None:
    name = info.field_name
    if first is None and last is None and _wants_nodes(info):
        said = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
        raise fault("MISSING_PAGINATION_BOUNDARIES", said)
    for word, wanted in (("first", first), ("last", last)):
        if wanted is not None and wanted > _PER_PAGE:
            said = f"Requesting {wanted} records on the `{name}` connection exceeds the `{word}` limit of {_PER_PAGE} records."
            raise fault("EXCESSIVE_PAGINATION", said)
        if wanted is not None and wanted < 0:
            raise fault("INVALID_PAGINATION", f"`{word}` on the `{name}` connection cannot be less than zero.")


def _wants_nodes(info: "GraphQLResolveInfo[Any]") -> bool:
    """Say whether more than the number is asked for: a `totalCount` alone needs no page."""
    chosen = [one for node in info.field_nodes for one in getattr(node.selection_set, "selections", ())]
    return any(not isinstance(one, FieldNode) or one.name.value in ("nodes", "edges") for one in chosen)


@lru_cache(1024)
def snake(name: str) -> str:
    """Return `isPrivate` as `is_private`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class Connection:
    """A page of a listing."""

    def __init__(self, listing: Listing, page: Mapping[str, Any]) -> None:
        count = len(listing.items)
        start = _index(page["after"]) + 1 if page["after"] else 0
        end = _index(page["before"]) if page["before"] else count
        if page["first"] is not None:
            end = min(end, start + page["first"])
        if page["last"] is not None:
            start = max(start, end - page["last"])
        self._listing, self._start = listing, start
        self._end = max(start, min(end, count))

    @property
    def total_count(self) -> int:
        return len(self._listing.items)

    @property
    def author_count(self) -> int:
        return len({self._listing.make(item).author.email for item in self._listing.items})

    @cached_property
    def nodes(self) -> list[Any]:
        return [self._listing.make(item) for item in self._listing.items[self._start : self._end]]

    @property
    def edges(self) -> "list[Edge]":
        return [Edge(_cursor(self._start + at), node) for at, node in enumerate(self.nodes)]

    @property
    def page_info(self) -> "PageInfo":
        return PageInfo(self._start, self._end, len(self._listing.items))


@dataclass(frozen=True)
class Edge:
    """A node with its cursor."""

    cursor: str
    node: Any


@dataclass(frozen=True)
class PageInfo:
    """Where a page begins and ends."""

    start: int
    end: int
    count: int

    @property
    def has_next_page(self) -> bool:
        return self.end < self.count

    @property
    def has_previous_page(self) -> bool:
        return self.start > 0

    @property
    def start_cursor(self) -> str | None:
        return _cursor(self.start) if self.end > self.start else None

    @property
    def end_cursor(self) -> str | None:
        return _cursor(self.end - 1) if self.end > self.start else None


def _cursor(index: int) -> str:
    return b64encode(f"cursor:v2:{index}".encode()).decode()


def _index(cursor: str) -> int:
    try:
        return int(b64decode(cursor).decode().rpartition(":")[2])
    except ValueError:
        raise fault("INVALID_CURSOR_ARGUMENTS", f"`{cursor}` does not appear to be a valid cursor.") from None


def _nodes_asked_for(document: DocumentNode, variables: Mapping[str, Any]) -> int:
    """Return how many nodes a query could bring, as GitHub counts them: the sizes of nested pages multiplied."""
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}

    def below(selections: Any, times: int) -> int:
        total: int = 0
        for one in getattr(selections, "selections", None) or ():
            if isinstance(one, FieldNode):
                size = _size_of_page(one, variables)
                total += times * size + below(one.selection_set, times * max(1, size))
            elif isinstance(one, FragmentSpreadNode):
                total += below(fragments[one.name.value].selection_set, times)
            else:
                total += below(one.selection_set, times)
        return total

    return sum(below(one.selection_set, 1) for one in document.definitions if isinstance(one, OperationDefinitionNode))


def _size_of_page(node: FieldNode, variables: Mapping[str, Any]) -> int:
    for argument in node.arguments or ():
        if argument.name.value in ("first", "last"):
            if isinstance(argument.value, IntValueNode):
                return int(argument.value.value)
            if isinstance(argument.value, VariableNode):
                return int(variables.get(argument.value.name.value) or 0)
    return 0
