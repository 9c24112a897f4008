"""The columns of the list of repositories: how wide each is, and which ones give way where there is little room."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct
from rich.cells import cell_len

from llnotes_tui.widgets.cells import fit, shorten, single_line
from llnotes_tui.workbench.rows import Order, age
from llnotes_tui.workbench.views import RepositoryRow, Stage

SIGN = 3
"""Cells left of the name: a blank, the sign, a blank."""
_STATE_WIDTH = 20
_BAR = 10
_BAR_ROOM = _STATE_WIDTH + _BAR + 2
_WIDE = 120
"""Cells from which on columns stand further apart."""
_STALE_FETCH = 14 * 86_400
"""Seconds after which what is known of the remote may well be old."""

Name = Literal["name", "unreleased", "last", "age", "next", "fetched", "state"]

SIGNS: dict[Stage, tuple[str, str]] = {
    "reading": ("…", "repository--faint"),
    "unreadable": ("!", "repository--fault"),
    "open": (" ", "repository--faint"),
    "drafting": ("…", "repository--now"),
    "drafted": ("·", "repository--quiet"),
    "reviewing": ("▸", "repository--now"),
    "written": ("✓", "repository--done"),
    "proposed": ("⇡", "repository--done"),
    "tagged": ("✓", "repository--done"),
    "nothing": (" ", "repository--faint"),
}
"""The sign of a stage, and its colour; the colour is that of the state's words too."""


class Column(Struct, frozen=True):
    """A column as it is laid out this moment."""

    name: Name
    title: str
    start: int
    width: int
    gap: int
    """Blanks after it."""
    right: bool = False
    order: Order | None = None
    """By what a click on its title sorts."""


class _Kind(Struct, frozen=True):
    name: Name
    title: str
    most: int
    gives_way: int
    """The highest goes first where there is no room; 0 never."""
    text: Callable[[RepositoryRow, float], str]
    right: bool = False
    order: Order | None = None


_KINDS: tuple[_Kind, ...] = (
    _Kind("name", "repository", 40, 0, lambda row, _: single_line(row.name), order="name"),
    _Kind("unreleased", "unreleased", 10, 0, lambda row, _: _count(row), right=True, order="unreleased"),
    _Kind("last", "released", 18, 1, lambda row, _: single_line(row.last_version)),
    _Kind("age", "ago", 6, 2, lambda row, now: age(row.last_released_at, now), right=True, order="age"),
    _Kind("next", "next", 14, 3, lambda row, _: single_line(row.suggested_version)),
    _Kind("fetched", "fetched", 7, 4, lambda row, now: age(row.fetched_at, now), right=True),
)


def laid_out(rows: Sequence[RepositoryRow], width: int, now: float) -> tuple[Column, ...]:
    """Return the columns that have room in `width` cells, each as wide as what stands in it."""
    gap = 3 if width >= _WIDE else 2
    sizes = {kind.name: _size(kind, rows, now) for kind in _KINDS}
    shown = list(_KINDS)
    room = width - SIGN - gap - _STATE_WIDTH
    while sum(sizes[kind.name] + gap for kind in shown) - gap > room:
        least = max(shown, key=lambda kind: kind.gives_way)
        if not least.gives_way:
            taken = sum(sizes[kind.name] + gap for kind in shown[1:])
            sizes["name"] = max(8, room - taken)
            break
        shown.remove(least)
    columns: list[Column] = []
    start = SIGN
    for kind in shown:
        columns.append(Column(kind.name, kind.title, start, sizes[kind.name], gap, kind.right, kind.order))
        start += sizes[kind.name] + gap
    return (*columns, Column("state", "state", start, max(0, width - start - 1), 0, order="state"))


def cell_of(column: Column, row: RepositoryRow, now: float) -> str:
    """Return what stands in a column of a row, without blanks around it; the state is not among them."""
    kind = next(kind for kind in _KINDS if kind.name == column.name)
    return kind.text(row, now)


def aligned(text: str, column: Column) -> tuple[str, str]:
    """Return the blanks before a text, and the text with those after it: together the cells of its column."""
    if not column.right:
        return "", fit(text, column.width) + " " * column.gap
    text = shorten(text, column.width)
    return " " * (column.width - cell_len(text)), text + " " * column.gap


def from_home(text: str) -> str:
    """Return text on one line with paths as a person writes them: `~` is their home."""
    return single_line(text).replace(f"{Path.home()}/", "~/")


def is_fetch_old(row: RepositoryRow, now: float) -> bool:
    """Tell whether the last fetch is so long ago that more may be unreleased than is known."""
    return row.fetched_at is not None and now - row.fetched_at > _STALE_FETCH


def bar_of(row: RepositoryRow, width: int) -> tuple[int, int]:
    """Return the cells of a progress bar that are done and left; none where there is nothing to count or no room."""
    if width < _BAR_ROOM or row.stage not in ("reviewing", "drafting") or not row.total:
        return 0, 0
    done = min(round(_BAR * row.done / row.total), _BAR if row.done >= row.total else _BAR - 1)
    return done, _BAR - done


def _size(kind: _Kind, rows: Sequence[RepositoryRow], now: float) -> int:
    longest = max((cell_len(kind.text(row, now)) for row in rows), default=0)
    return min(kind.most, max(longest, len(kind.title)))


def _count(row: RepositoryRow) -> str:
    return "" if row.unreleased is None else f"{row.unreleased:,}"
