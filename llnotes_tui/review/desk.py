"""The entries of a plan laid out on a desk, where decisions merge, take out, add and rename them one after the other."""

from collections.abc import Mapping
from typing import Any

import msgspec

from llnotes_tui.release.entry_plans import entry_of_commit, number_of
from llnotes_tui.release.ids import commit_note, entry_note
from llnotes_tui.release.message import messages_of
from llnotes_tui.release.model import (
    Breaking,
    Commit,
    DependencyUpdate,
    EntryPlan,
    InternalCommit,
    LeftOut,
    NoteId,
    Plan,
)
from llnotes_tui.review.decisions import AddEntry, AnotherEntry, Include, Merge, SetFacts, TakeOut
from llnotes_tui.review.replay import Step

GroupItem = InternalCommit | DependencyUpdate | LeftOut

_STRONGEST: tuple[Breaking, ...] = ("confirmed", "suspected", "denied", "no")


class Desk:
    """The entries and groups as they are after the steps so far.  A step about what is not there does nothing."""

    def __init__(self, plan: Plan, names: Mapping[NoteId, NoteId]) -> None:
        """Lay out `plan`; `names` are entries that go by another name than the plan's."""
        self.entries = [
            msgspec.structs.replace(entry, id=names[entry.id]) if entry.id in names else entry for entry in plan.entries
        ]
        """In reading order."""
        items: tuple[GroupItem, ...] = (*plan.internal, *plan.dependency_updates, *plan.left_out)
        self.groups: dict[NoteId, GroupItem] = {commit_note(item.commit.sha): item for item in items}
        """Commits that are no entry, by the note they would have."""
        self.absorbed: dict[NoteId, list[EntryPlan]] = {}
        self._breaking_labels = plan.breaking_labels

    def take(self, step: Step) -> None:
        """Apply one decision."""
        match step:
            case Merge(into, notes):
                self._merge(into, notes)
            case TakeOut(note, sha):
                self._take_out(note, sha)
            case AnotherEntry(note, entry, title):
                self._another(note, entry, title)
            case AddEntry():
                self._add(step)
            case Include(note):
                self._place_from_group(note)
            case SetFacts():
                self._set_facts(step)

    def _merge(self, into: NoteId, notes: tuple[NoteId, ...]) -> None:
        if self._found_or_placed(into) is None:
            return
        for note in notes:
            source = self._found_or_placed(note) if note != into else None
            if source is None:
                continue
            merged = self.entries.pop(source)
            target = self._find(into)
            assert target is not None, "only the merged entry was taken away"
            self.entries[target] = _merged(self.entries[target], merged)
            self.absorbed.setdefault(into, []).extend((merged, *self.absorbed.pop(merged.id, ())))

    def _take_out(self, note: NoteId, sha: str) -> None:
        at = self._find(note)
        if at is None or len(self.entries[at].commits) < 2:
            return
        entry = self.entries[at]
        commit = next((commit for commit in entry.commits if commit.sha == sha), None)
        if commit is None:
            return
        rest = tuple(kept for kept in entry.commits if kept.sha != sha)
        told = {number_of(kept) for kept in rest}
        taken = number_of(commit)
        pull_requests = tuple(number for number in entry.pull_requests if number != taken or number in told)
        self.entries[at] = msgspec.structs.replace(entry, commits=rest, pull_requests=pull_requests)
        self.entries.insert(at + 1, self._entry_of(commit, self._free_name(commit)))

    def _another(self, note: NoteId, entry: NoteId, title: str) -> None:
        at = self._found_or_placed(note)
        if at is None or self._find(entry) is not None:
            return
        new = msgspec.structs.replace(
            self.entries[at],
            id=entry,
            title=title,
            origin="drafted",
            text="",
            breaking="no",
            breaking_line="",
            author_title="",
            whole_title="",
        )
        self.entries.insert(at + 1, new)

    def _add(self, step: AddEntry) -> None:
        if self._find(step.entry) is None:
            self.entries.append(
                EntryPlan(step.entry, (), (), step.title, origin="hand-written", text=step.text, section=step.section)
            )

    def _set_facts(self, step: SetFacts) -> None:
        at = self._find(step.note)
        if at is not None:
            facts: dict[str, Any] = {"title": step.title, "section": step.section, "breaking": step.breaking}
            known = {name: value for name, value in facts.items() if value is not None}
            self.entries[at] = msgspec.structs.replace(self.entries[at], **known)
        elif step.title is not None and (item := self.groups.get(step.note) or self._update_with(step.note)):
            self.groups[commit_note(item.commit.sha)] = msgspec.structs.replace(item, title=step.title)

    def _place_from_group(self, note: NoteId) -> int | None:
        """Make an entry of a commit that is none, where it belongs in reading order; return its position."""
        item = self.groups.get(note) or self._update_with(note)
        if item is None or self._find(note) is not None:
            return None
        del self.groups[commit_note(item.commit.sha)]
        older = (
            at
            for at, entry in enumerate(self.entries)
            if entry.commits and entry.commits[0].committed_at < item.commit.committed_at
        )
        at = next(older, len(self.entries))
        commits = item.commits if isinstance(item, DependencyUpdate) else (item.commit,)
        entry = msgspec.structs.replace(
            self._entry_of(item.commit, note),
            title=item.title,
            commits=commits,
            pull_requests=tuple(dict.fromkeys(filter(None, map(number_of, commits)))),
        )
        self.entries.insert(at, entry)
        return at

    def _update_with(self, note: NoteId) -> DependencyUpdate | None:
        """Return the dependency update that an older commit of it was decided on as."""
        for item in self.groups.values():
            if isinstance(item, DependencyUpdate) and any(commit_note(one.sha) == note for one in item.further):
                return item
        return None

    def _found_or_placed(self, note: NoteId) -> int | None:
        at = self._find(note)
        return self._place_from_group(note) if at is None else at

    def _find(self, note: NoteId) -> int | None:
        return next((at for at, entry in enumerate(self.entries) if entry.id == note), None)

    def _entry_of(self, commit: Commit, note: NoteId) -> EntryPlan:
        return entry_of_commit(commit, note, self._breaking_labels)

    def _free_name(self, commit: Commit) -> NoteId:
        """Return a name for the entry of one commit; its own may be in use for the entry it was taken out of."""
        name = commit_note(commit.sha)
        return name if all(entry.id != name for entry in self.entries) else entry_note(commit.sha)


def _merged(into: EntryPlan, other: EntryPlan) -> EntryPlan:
    """Return `into` with the commits of `other`; a break that was suspected in either stays a question."""
    own = {commit.sha for commit in into.commits}
    source = min((into, other), key=lambda entry: _STRONGEST.index(entry.breaking))
    return msgspec.structs.replace(
        into,
        commits=(*into.commits, *(commit for commit in other.commits if commit.sha not in own)),
        pull_requests=tuple(dict.fromkeys((*into.pull_requests, *other.pull_requests))),
        breaking=source.breaking,
        breaking_line=source.breaking_line,
        messages=(*_said(into), *_said(other)) if into.messages or other.messages else (),
    )


def _said(entry: EntryPlan) -> tuple[str, ...]:
    return entry.messages or messages_of(entry.commits)
