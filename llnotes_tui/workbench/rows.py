"""The rows of a list of repositories: put in order, filtered, counted, and ages in words.  Light, as `clones`."""

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from llnotes_tui.release.text import display_path, one_line
from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.views import RepositoryRow, Stage

Order = Literal["name", "unreleased", "age", "state"]
ORDERS: tuple[Order, ...] = get_args(Order)
"""In the order in which a key walks through them."""

_STAGES: tuple[Stage, ...] = (
    "drafting",
    "reviewing",
    "drafted",
    "open",
    "written",
    "proposed",
    "tagged",
    "nothing",
    "reading",
    "unreadable",
)
"""What wants attention first."""
_SIZES = ((525_600, "y"), (43_800, "mo"), (10_080, "w"), (1_440, "d"), (60, "h"))
"""Minutes of each unit of an age."""


class RowTotals(Struct, frozen=True):
    """The numbers above the list."""

    repositories: int
    unreleased: int
    reading: int
    unreadable: int
    drafting: int


def row_key(repository: str, component: str = "") -> str:
    """Return what a list knows a row by; neither paths nor names have a NUL in them."""
    return f"{repository}\0{component}" if component else repository


def parts_of(key: str) -> tuple[str, str]:
    """Return the path or `owner/name` of a row, and its component, which may be empty."""
    repository, _, component = key.partition("\0")
    return repository, component


def is_on_github(key: str) -> bool:
    """Tell `owner/name` and owners from clones, which lists know by their full path."""
    return not key.startswith("/")


def target_of(key: str, flags: Mapping[str, Any]) -> Target:
    """Return what opens the repository of a row."""
    repository, component = parts_of(key)
    return Target(repository, flags={**flags, "component": component} if component else flags)


def key_of(target: Target) -> str:
    """Return the key of the row that a target was opened from."""
    return row_key(target.repository, target.flags.get("component") or "")


def waiting_row(key: str) -> RepositoryRow:
    """Return the row of a repository that is not read yet."""
    repository, component = parts_of(key)
    on_github = is_on_github(key)
    name = one_line(repository) if on_github else display_path(Path(repository).name.encode("utf-8", "surrogateescape"))
    return RepositoryRow(
        key,
        name_with(name, component),
        None,
        "",
        None,
        None,
        "",
        "reading",
        stage="reading",
        on_github=on_github,
    )


def failed_row(key: str, fault: str) -> RepositoryRow:
    """Return the row of a repository that cannot be read; `fault` says why."""
    return replace(waiting_row(key), state="", stage="unreadable", fault=fault)


def name_with(name: str, component: str) -> str:
    """Return what a row is called."""
    return f"{name} · {one_line(component)}" if component else name


def in_order(rows: Iterable[RepositoryRow], order: Order) -> list[RepositoryRow]:
    """Return the rows with those first that the order is about; what is not known comes last, equals by name."""
    by_name = sorted(rows, key=lambda row: (row.name.casefold(), row.key))
    if order == "unreleased":
        return sorted(by_name, key=lambda row: -1 if row.unreleased is None else row.unreleased, reverse=True)
    if order == "age":
        return sorted(by_name, key=lambda row: (row.last_released_at is None, row.last_released_at or 0))
    if order == "state":
        return sorted(by_name, key=lambda row: _STAGES.index(row.stage))
    return by_name


def matching(rows: Iterable[RepositoryRow], words: str) -> list[RepositoryRow]:
    """Return the rows that have each of the words in their name or state."""
    wanted = words.casefold().split()
    return [row for row in rows if all(word in f"{row.name} {row.state}".casefold() for word in wanted)]


def totals_of(rows: Sequence[RepositoryRow]) -> RowTotals:
    """Count rows by what is to be known of them all."""
    stages = [row.stage for row in rows]
    return RowTotals(
        repositories=len(rows),
        unreleased=sum(row.unreleased or 0 for row in rows),
        reading=stages.count("reading"),
        unreadable=stages.count("unreadable"),
        drafting=stages.count("drafting"),
    )


def trouble_of(fault: str, rows: Iterable[RepositoryRow], now: float) -> str:
    """Say why GitHub tells nothing new, and how old that makes what is shown; empty where there is no fault."""
    times = [row.fetched_at for row in rows if row.on_github and row.fetched_at]
    return f"rows of {age(min(times), now)} ago: {fault}" if fault and times else fault


def age(seconds_since_epoch: int | None, now: float | None = None) -> str:
    """Return how long ago something was, in one number and one unit: `3 d`, `2 mo`."""
    if seconds_since_epoch is None:
        return ""
    minutes = max(0, int(((time.time() if now is None else now) - seconds_since_epoch) // 60))
    for size, unit in _SIZES:
        if minutes >= size:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"
