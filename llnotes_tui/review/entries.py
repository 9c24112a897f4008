"""A plan and what was decided about it make the entries as they are published, every commit placed exactly once."""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from llnotes_tui.release.ids import commit_note
from llnotes_tui.release.model import (
    DependencyUpdate,
    EntryPlan,
    InternalCommit,
    LeftOut,
    Manifest,
    NoteId,
    Plan,
)
from llnotes_tui.release.plan import manifest
from llnotes_tui.review.decisions import ExcludeReason, notes_of
from llnotes_tui.review.desk import Desk
from llnotes_tui.review.replay import ReviewState

PlaceKind = Literal["entry", "folded", "internal", "cancelled", "left-out"]


class Place(Struct, frozen=True):
    """Where a commit of the range is told, or why it is not."""

    kind: PlaceKind
    note: NoteId
    """Of the entry it stands in, or of the commit itself."""
    reason: str = ""


class Arranged(Struct, frozen=True):
    """A release as the engineer arranged it."""

    entries: tuple[EntryPlan, ...]
    """Excluded ones included; breaking, security and removals first, then in reading order."""
    internal: tuple[InternalCommit, ...]
    dependency_updates: tuple[DependencyUpdate, ...]
    left_out: tuple[LeftOut, ...]
    excluded: Mapping[NoteId, ExcludeReason]
    absorbed: Mapping[NoteId, tuple[EntryPlan, ...]]
    """Entries that were merged into another one, by its name."""
    kin: Mapping[NoteId, tuple[NoteId, ...]]
    """Other names under which an entry, or what became part of it, was decided on: those texts are variants of it."""
    places: Mapping[str, Place]
    """Every commit of the range, by SHA, exactly once."""
    manifest: Manifest

    def published(self) -> tuple[EntryPlan, ...]:
        """Return the entries that are not excluded."""
        return tuple(entry for entry in self.entries if entry.id not in self.excluded)


def arrange(plan: Plan, state: ReviewState) -> Arranged:
    """Return the plan with everything applied that was decided about its shape."""
    desk = Desk(plan, _names_in_use(plan, state))
    for step in state.steps:
        desk.take(step)
    entries = tuple(sorted(desk.entries, key=_rank))
    groups = desk.groups
    internal = tuple(item for item in groups.values() if isinstance(item, InternalCommit))
    folded = tuple(item for item in groups.values() if isinstance(item, DependencyUpdate))
    left_out = tuple(item for item in groups.values() if isinstance(item, LeftOut))
    excluded = {entry.id: state.excluded[entry.id] for entry in entries if entry.id in state.excluded}
    return Arranged(
        entries=entries,
        internal=internal,
        dependency_updates=folded,
        left_out=left_out,
        excluded=excluded,
        absorbed={note: tuple(found) for note, found in desk.absorbed.items()},
        kin=_kin(entries, desk.absorbed, state),
        places=_places(entries, excluded, groups.values()),
        manifest=manifest(plan, entries, excluded),
    )


def entries(plan: Plan, state: ReviewState) -> tuple[EntryPlan, ...]:
    """Return the entries of `arrange`: what there is to draft and to review."""
    return arrange(plan, state).entries


def _rank(entry: EntryPlan) -> int:
    """Return what comes first: breaks (asserted or suspected), security, removals, then everything else as it was."""
    if entry.breaking in ("confirmed", "suspected"):
        return 0
    if entry.section == "security":
        return 1
    return 2 if entry.section == "removed" else 3


def _names_in_use(plan: Plan, state: ReviewState) -> dict[NoteId, NoteId]:
    """Return entries of several commits that were decided on under the name of an older one of them.

    A pull request that got a further commit is still the entry it was: it keeps its name, and with it its decisions.
    """
    decided = {*state.texts, *state.excluded}
    for step in state.steps:
        decided.update(notes_of(step))
    names = {}
    for entry in plan.entries:
        if len(entry.commits) > 1 and entry.id not in decided:
            older = (commit_note(commit.sha) for commit in entry.commits)
            name = next((note for note in older if note in decided), None)
            if name is not None:
                names[entry.id] = name
    return names


def _kin(
    entries: Iterable[EntryPlan], absorbed: Mapping[NoteId, list[EntryPlan]], state: ReviewState
) -> dict[NoteId, tuple[NoteId, ...]]:
    entries = tuple(entries)
    names = {entry.id for entry in entries}
    kin = {}
    for entry in entries:
        candidates = [commit_note(commit.sha) for commit in entry.commits]
        candidates += [merged.id for merged in absorbed.get(entry.id, ())]
        found = tuple(note for note in dict.fromkeys(candidates) if note in state.variants and note not in names)
        if found:
            kin[entry.id] = found
    return kin


def _places(
    entries: Iterable[EntryPlan],
    excluded: Mapping[NoteId, ExcludeReason],
    groups: Iterable[InternalCommit | DependencyUpdate | LeftOut],
) -> dict[str, Place]:
    """Place every commit once; one that stands in two entries is placed where it is published."""
    places: dict[str, Place] = {}
    for entry in sorted(entries, key=lambda entry: entry.id in excluded):
        place = _place_of_entry(entry.id, excluded.get(entry.id))
        for commit in entry.commits:
            places.setdefault(commit.sha, place)
    for item in groups:
        commits = item.commits if isinstance(item, DependencyUpdate) else (item.commit,)
        places.update({commit.sha: _place_of_item(item) for commit in commits if commit.sha not in places})
    return places


def _place_of_entry(note: NoteId, excluded: ExcludeReason | None) -> Place:
    if excluded is None:
        return Place("entry", note)
    return Place("left-out", note, f"excluded as {excluded}")


def _place_of_item(item: InternalCommit | DependencyUpdate | LeftOut) -> Place:
    note = commit_note(item.commit.sha)
    match item:
        case InternalCommit():
            return Place("internal", note, item.reason)
        case DependencyUpdate():
            return Place("folded", note, "dependency update")
        case LeftOut():
            return Place("cancelled" if item.kind == "reverted" else "left-out", note, item.reason)
