"""The rows of a list of repositories: put in order, filtered, counted, and ages in words.  Light, as `clones`."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, get_args

from msgspec import Struct

from llnotes_tui.release.text import display_path
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


def waiting_row(clone: str) -> RepositoryRow:
    """Return the row of a clone that is not read yet."""
    name = display_path(Path(clone).name.encode("utf-8", "surrogateescape"))
    return RepositoryRow(clone, name, None, "", None, None, "", "reading", stage="reading")


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


def age(seconds_since_epoch: int | None, now: float | None = None) -> str:
    """Return how long ago something was, in one number and one unit: `3 d`, `2 mo`."""
    if seconds_since_epoch is None:
        return ""
    minutes = max(0, int(((time.time() if now is None else now) - seconds_since_epoch) // 60))
    for size, unit in _SIZES:
        if minutes >= size:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"
