"""The rows of the entry tree, made from what a release is this moment and what is opened."""

from collections.abc import Collection, Iterable, Sequence
from typing import Literal

from msgspec import Struct

from llnotes_tui.release.model import Breaking, Finding, Level, NoteId, NoteState
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.note_findings import counted, worst
from llnotes_tui.workbench.views import EntryView, FileView, Group, ReleaseView

MARKS: dict[NoteState, tuple[str, str]] = {
    "waiting": ("·", "entry--quiet"),
    "writing": ("…", "entry--writing"),
    "drafted": (" ", "entry--title"),
    "accepted": ("✓", "entry--done"),
    "edited": ("*", "entry--done"),
    "stale": ("~", "entry--stale"),
    "excluded": ("x", "entry--quiet"),
    "failed": ("!", "entry--failed"),
    "skipped": ("-", "entry--quiet"),
}
"""The sign of a note's state, and its colour."""

_LEVELS: dict[Level, str] = {"red": "entry--failed", "amber": "entry--stale", "grey": "entry--quiet"}

_BREAKING: dict[Breaking, tuple[str, str]] = {
    "no": ("", ""),
    "denied": ("", ""),
    "suspected": ("breaking?", "entry--stale"),
    "confirmed": ("breaking", "entry--failed"),
}

GROUP_NAMES: tuple[tuple[Group, str], ...] = (
    ("internal", "Internal"),
    ("dependency", "Dependency updates"),
    ("left-out", "Left out"),
)
RowKind = Literal["entry", "file", "group", "member"]


class TreeRow(Struct, frozen=True):
    """One line of the tree: all that tells how it looks."""

    key: str
    """The note's id, or `group:internal` and the like; file rows are unique by their entry too."""
    kind: RowKind
    entry: NoteId | None
    file: NoteId | None
    sign: str
    sign_style: str
    number: str
    """`#4432`, a short commit, or empty."""
    title: str
    title_style: str
    note: str = ""
    """Said at the right: `breaking?`, a reason."""
    note_style: str = ""
    depth: int = 0


Known = dict[NoteId, tuple[EntryView, bool, TreeRow]]
"""Rows made before: an entry that is the same object has the same row."""


def rows_of(
    view: ReleaseView, opened: Collection[str], marked: Collection[NoteId] = (), known: Known | None = None
) -> list[TreeRow]:
    """Return the rows of a release; `opened` holds the keys of opened rows, `marked` the entries to be merged."""
    rows: list[TreeRow] = []
    known = {} if known is None else known
    for entry in view.entries:
        is_marked = entry.note in marked
        made = known.get(entry.note)
        if made is None or made[0] is not entry or made[1] != is_marked:
            made = known[entry.note] = (entry, is_marked, _entry_row(entry, is_marked=is_marked))
        rows.append(made[2])
        if entry.note in opened:
            rows.extend(_file_row(entry, file) for file in entry.files)
    for group, name in GROUP_NAMES:
        rows.extend(_group_rows(group, name, members_of(view, group), opened, published=view.publish_internal))
    return rows


def members_of(view: ReleaseView, group: Group) -> tuple[EntryView, ...]:
    """Return the commits of a group below the entries."""
    if group == "internal":
        return view.internal
    return view.dependency_updates if group == "dependency" else view.left_out


def group_key(group: Group) -> str:
    """Return the key of a group's row."""
    return f"group:{group}"


def _entry_row(entry: EntryView, *, is_marked: bool, depth: int = 0, kind: RowKind = "entry") -> TreeRow:
    sign, sign_style = ("+", "entry--marked") if is_marked else MARKS[entry.state]
    if kind == "member":
        sign = " "
    if entry.state == "drafted" and not is_marked:
        sign, sign_style = _doubted(entry.findings, (sign, sign_style))
    style = "entry--gone" if entry.state == "excluded" else "entry--title"
    note, note_style = _BREAKING[entry.breaking] if entry.state != "excluded" else ("", "")
    if (doubts := counted(entry.findings)) and entry.state != "excluded":
        note, note_style = f"{note} {doubts}!".strip(), note_style or _LEVELS[worst(entry.findings) or "grey"]
    return TreeRow(
        key=entry.note,
        kind=kind,
        entry=entry.note,
        file=None,
        sign=sign,
        sign_style=sign_style,
        number=number_of(entry),
        title=single_line(entry.title) or "(no title)",
        title_style="entry--quiet" if kind == "member" else style,
        note=note,
        note_style=note_style,
        depth=depth,
    )


def _doubted(findings: Sequence[Finding], plain: tuple[str, str]) -> tuple[str, str]:
    """Return the sign of a text that nobody has read yet: `!` where a finding is in it that counts."""
    return ("!", _LEVELS[worst(findings) or "grey"]) if counted(findings) else plain


def number_of(entry: EntryView) -> str:
    """Return what an entry is called for short: its pull request, else its commit; empty for what a person wrote."""
    if entry.pull_requests:
        return f"#{entry.pull_requests[0]}"
    return entry.commits[0].sha[:7] if entry.commits else ""


def _file_row(entry: EntryView, file: FileView) -> TreeRow:
    sign, sign_style = MARKS[file.state]
    if file.state == "drafted":
        sign, sign_style = _doubted(file.findings, (sign, sign_style))
    noise = file.change.noise
    return TreeRow(
        key=f"{entry.note} {file.note}",
        kind="file",
        entry=entry.note,
        file=file.note,
        sign=sign,
        sign_style=sign_style,
        number="",
        title=single_line(file.path),
        title_style="entry--quiet" if noise or file.state == "skipped" else "entry--title",
        note=counts_of(file),
        note_style="entry--quiet",
        depth=1,
    )


def counts_of(file: FileView) -> str:
    """Return `+31 -4`, or what git says instead of lines."""
    if file.change.added is None or file.change.removed is None:
        return "binary"
    return f"+{file.change.added} -{file.change.removed}"


def _group_rows(
    group: Group, name: str, members: tuple[EntryView, ...], opened: Collection[str], *, published: bool
) -> Iterable[TreeRow]:
    if not members:
        return
    key = group_key(group)
    is_open = key in opened
    yield TreeRow(
        key=key,
        kind="group",
        entry=None,
        file=None,
        sign="▾" if is_open else "▸",
        sign_style="entry--quiet",
        number="",
        title=f"{name} ({len(members)})",
        title_style="entry--group",
        note="published" if group == "internal" and published else "",
        note_style="entry--done",
    )
    if is_open:
        yield from (_entry_row(member, is_marked=False, depth=1, kind="member") for member in members)
