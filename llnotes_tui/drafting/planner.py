"""What is written already, what is missing, and what waits for what: the state of drafting one range."""

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import Lock

from llnotes_tui.drafting.board import Board
from llnotes_tui.drafting.composer import Wish
from llnotes_tui.drafting.graph import EntryLayout, FilePlan, NoteGraph
from llnotes_tui.drafting.limits import DraftLimits
from llnotes_tui.drafting.masking import badge
from llnotes_tui.drafting.packing import packs
from llnotes_tui.drafting.rules import messages_instead
from llnotes_tui.drafting.scheduler import Rank, sentence_of
from llnotes_tui.drafting.shelf import Shelf
from llnotes_tui.drafting.writer import Target, Writer
from llnotes_tui.release.model import EntryPlan, NoteDraft, NoteId

_PLANNED_AT_ONCE = 16
"""Entries looked up in one go: few enough that the first call leaves early."""


class Planner:
    """Knows the entries and their files, and hands work to a writer.  Thread-safe."""

    def __init__(
        self,
        graph: NoteGraph,
        shelf: Shelf,
        board: Board,
        limits: DraftLimits,
        effective: Callable[[], Mapping[NoteId, str]],
    ) -> None:
        self._graph = graph
        self._shelf = shelf
        self._board = board
        self._limits = limits
        self._effective = effective
        self._lock = Lock()
        self._planning = Lock()
        """One plan at a time: two would both find the same note missing."""
        self._count = itertools.count(1)
        self._entries: dict[NoteId, EntryPlan] = {}
        self._order: dict[NoteId, int] = {}
        self._files: dict[NoteId, FilePlan] = {}
        self._entries_of: dict[NoteId, set[NoteId]] = {}
        """By file note, the entries that are made from it."""
        self._notes_of: dict[NoteId, tuple[NoteId, ...]] = {}
        """The other way round."""
        self._missing: dict[NoteId, set[NoteId]] = {}
        """By entry, the file notes that it waits for."""
        self._matter: dict[NoteId, str] = {}
        """By entry, the digest of what its text was last asked for, leaving aside what a person decided."""
        self._incomplete: set[NoteId] = set()
        """Entries that were written without the notes of files that failed."""
        self._urgent: dict[NoteId, int] = {}
        self._promoted: dict[NoteId, int] = {}

    # -- order ------------------------------------------------------------------------------------------------------

    def take_in(self, entries: Sequence[EntryPlan]) -> None:
        """Know entries, in reading order; those that are known already keep their place."""
        with self._lock:
            for entry in entries:
                self._entries[entry.id] = entry
                self._order.setdefault(entry.id, len(self._order))

    def entries(self) -> tuple[EntryPlan, ...]:
        """Return every entry that was taken in, in reading order."""
        with self._lock:
            return tuple(self._entries.values())

    def rank(self, note: NoteId) -> Rank:
        """Return how urgent a note is at the moment."""
        with self._lock:
            entries = self._entries_of.get(note) or {note}
            stage = 0 if note in self._entries_of else 1
            if note in self._urgent:
                return 0, self._urgent[note], stage
            promoted = [self._promoted[entry] for entry in entries if entry in self._promoted]
            if promoted:
                return 1, min(promoted), stage
            return 2, min(self._order.get(entry, len(self._order)) for entry in entries), stage

    def promote(self, note: NoteId) -> tuple[frozenset[NoteId], int]:
        """Let a note (of an entry: with those of its files) go first; return the notes concerned and their new place."""
        with self._lock:
            entries = self._entries_of.get(note, set()) | {note}
            place = -next(self._count)
            self._promoted.update(dict.fromkeys(entries, place))
            return frozenset(file for file, of in self._entries_of.items() if of & entries) | entries, place

    def hurry(self, note: NoteId) -> None:
        """Let a note that somebody asked for go before all others, until it is settled."""
        with self._lock:
            self._urgent[note] = next(self._count)

    # -- what a note is about ---------------------------------------------------------------------------------------

    def file(self, note: NoteId) -> FilePlan | None:
        """Return the file that an engine tells about in a note; for an entry, if its one file is all there is to it."""
        return self._files.get(note)

    def layout(self, note: NoteId) -> EntryLayout | None:
        """Return the layout of an entry, None for a note that is no entry's."""
        entry = self._entries.get(note)
        return self._graph.layout(entry) if entry is not None else None

    def target(self, note: NoteId) -> Target | None:
        """Return what the text of a file's or entry's note is kept as, None where no engine writes it."""
        file, layout = self.file(note), self.layout(note)
        if file is not None:
            return self._file_target(file, self._effective())
        return self._entry_target(layout) if layout is not None and layout.way == "joined" else None

    def texts(self, layout: EntryLayout) -> dict[NoteId, str]:
        """Return what counts for the notes of an entry's files: what a person decided, else what is drafted."""
        decided = self._effective()
        texts = {file.note: decided[file.note] for file in layout.files if file.note in decided}
        for file in layout.asked:
            draft = self._board.draft(file.note)
            if draft is not None:
                texts.setdefault(file.note, draft.text)
        return texts

    def wished(self, writer: Writer, target: Target, instruction: str) -> Target:
        """Return the target for the next variant of a text; the first one where this engine has not written any."""
        variants = [kept.variant for kept in writer.texts(target.key)]
        wish = Wish(max(variants) + 1 if variants else 0, instruction)
        return Target(target.note, target.key, target.input_digest, wish)

    def _file_target(self, file: FilePlan, decided: Mapping[NoteId, str]) -> Target:
        key = self._graph.file_digest(file.commit, file.change)
        entry = self._entries.get(file.note)
        return Target(file.note, key, key if entry is None else self._graph.input_digest(entry, decided))

    def _entry_target(self, layout: EntryLayout, decided: Mapping[NoteId, str] | None = None) -> Target:
        key = self._graph.input_digest(layout.entry, self._effective() if decided is None else decided)
        return Target(layout.entry.id, key, key)

    # -- planning ---------------------------------------------------------------------------------------------------

    def plan(self, entries: Sequence[EntryPlan], writer: Writer) -> None:
        """Tell what is written of the entries, and queue what is missing."""
        with self._planning:
            self._plan_all(entries, writer)

    def _plan_all(self, entries: Sequence[EntryPlan], writer: Writer) -> None:
        for start in range(0, len(entries), _PLANNED_AT_ONCE):
            chunk = entries[start : start + _PLANNED_AT_ONCE]
            self._graph.load(tuple(commit for entry in chunk for commit in entry.commits))
            for entry in chunk:
                self._guarded(entry, functools.partial(self._register, entry))
            self._shelf.load(self._keys(chunk))
            for entry in chunk:
                if writer.is_retired:
                    return
                self._guarded(entry, functools.partial(self._plan_entry, self._graph.layout(entry), writer))

    def redo(self) -> tuple[EntryPlan, ...]:
        """Forget what failed, and what was written without it; return the entries to be planned again."""
        failed = self._board.failed()
        with self._lock:
            ids = set(failed) | self._incomplete
            for note in failed:
                ids |= self._entries_of.get(note, set())
            for entry in ids:
                self._matter.pop(entry, None)
            return tuple(entry for entry in self._entries.values() if entry.id in ids)

    def reset(self) -> None:
        """Forget what is waited for, after everything was cancelled: what has no text is to be planned again."""
        drafts = self._board.drafts()
        with self._lock:
            self._urgent.clear()
            self._missing.clear()
            for entry in self._entries.values():
                notes = {entry.id, *(file.note for file in self._graph.layout(entry).asked)}
                if not notes <= drafts.keys():
                    self._matter.pop(entry.id, None)

    def settled(self, note: NoteId, writer: Writer) -> None:
        """Queue the entries that waited for this note only."""
        with self._lock:
            self._urgent.pop(note, None)
            ready = []
            for entry in self._entries_of.get(note, ()):
                missing = self._missing.get(entry)
                if missing is not None and note in missing:
                    missing.discard(note)
                    if not missing:
                        del self._missing[entry]
                        ready.append(entry)
        for entry in ready:
            layout = self.layout(entry)
            if layout is not None and not writer.is_retired:
                self.queue_entry(writer, layout)

    def queue_entry(self, writer: Writer, layout: EntryLayout, instruction: str | None = None) -> None:
        """Have an entry written from its file notes; `instruction` (which may be empty) asks for another variant."""
        self._board.expect((layout.entry.id,))
        target = Target(layout.entry.id, "", "")
        writer.job((target,), functools.partial(self._ask_entry, writer, layout, instruction))

    def _ask_entry(self, writer: Writer, layout: EntryLayout, instruction: str | None) -> None:
        texts = self.texts(layout)
        if not any(file.note in texts for file in layout.asked):
            failed = self._board.failed()
            why = next((failed[file.note] for file in layout.asked if file.note in failed), "none is written yet")
            writer.fail(layout.entry.id, f"There is no note on any of its files: {why}")
            return
        is_complete = all(file.note in texts for file in layout.asked)
        with self._lock:
            (self._incomplete.discard if is_complete else self._incomplete.add)(layout.entry.id)
        target = self._entry_target(layout)
        if not is_complete:
            # Kept under a key of its own: when the missing notes are there, the entry is written again.
            target = Target(target.note, f"{target.key}:partial", target.input_digest)
        writer.entry(layout, texts, target if instruction is None else self.wished(writer, target, instruction))

    def _guarded(self, entry: EntryPlan, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as fault:  # an entry fails alone, such as one of which the diff cannot be had
            self._board.fail(entry.id, sentence_of(fault))

    def know(self, entries: Sequence[EntryPlan]) -> None:
        """Take entries in with their files, and have nothing written."""
        self.take_in(entries)
        for entry in entries:
            self._register(entry)

    def _register(self, entry: EntryPlan) -> None:
        """Know the files of an entry; of one that a person took apart or merged, those of the entry as it is now."""
        layout = self._graph.layout(entry)
        with self._lock:
            for note in self._notes_of.pop(entry.id, ()):
                self._entries_of[note].discard(entry.id)
            if layout.way == "joined":
                self._files.pop(entry.id, None)
            asked = layout.asked
            self._files.update({file.note: file for file in asked})
            self._notes_of[entry.id] = tuple(file.note for file in asked if file.note != entry.id)
            for note in self._notes_of[entry.id]:
                self._entries_of.setdefault(note, set()).add(entry.id)

    def _keys(self, entries: Iterable[EntryPlan]) -> Iterator[str]:
        decided = self._effective()
        for entry in entries:
            try:
                layout = self._graph.layout(entry)
                yield from [self._graph.file_digest(file.commit, file.change) for file in layout.asked]
                if layout.way == "joined":
                    yield self._graph.input_digest(entry, decided)
            except Exception:  # noqa: S112  # planning the entry meets the same fault, and tells it
                continue

    def _plan_entry(self, layout: EntryLayout, writer: Writer) -> None:
        entry = layout.entry
        if layout.way == "given":
            return
        matter = self._graph.input_digest(entry)
        with self._lock:
            was, self._matter[entry.id] = self._matter.get(entry.id), matter
        if was == matter:
            return
        decided = self._effective()
        self._tell_rules(layout, writer, decided)
        if layout.way != "rule":
            self._plan_asked(layout, writer, decided)

    def _tell_rules(self, layout: EntryLayout, writer: Writer, decided: Mapping[NoteId, str]) -> None:
        for file in layout.files:
            if file.sentence:
                key = self._graph.file_digest(file.commit, file.change)
                self._tell_rule(file.note, file.sentence, key, file.badges)
        if layout.way == "rule":
            masked = writer.composer.mask_text(layout.text)
            badges = (*layout.badges, *badge(masked.count))
            text = writer.composer.with_whole_title(layout.entry.id, masked.text)
            self._tell_rule(layout.entry.id, text, self._graph.input_digest(layout.entry, decided), badges)

    def _tell_message(self, layout: EntryLayout, writer: Writer, decided: Mapping[NoteId, str]) -> None:
        """Tell what the messages say, for an entry whose patch has no part about its files: an empty diff is never sent."""
        text = " ".join(filter(None, messages_instead(layout.entry)))
        masked = writer.composer.mask_text(text)
        badges = ("no-diff", *badge(masked.count))
        text = writer.composer.with_whole_title(layout.entry.id, masked.text)
        self._tell_rule(layout.entry.id, text, self._graph.input_digest(layout.entry, decided), badges)

    def _tell_rule(self, note: NoteId, text: str, key: str, badges: tuple[str, ...]) -> None:
        draft = NoteDraft(note, text, "rule", "", key, "", badges)
        if self._board.draft(note) != draft:
            self._board.written(draft, is_counted=False)

    def _plan_asked(self, layout: EntryLayout, writer: Writer, decided: Mapping[NoteId, str]) -> None:
        """Tell what is there of an entry's file notes and of its own, and queue the rest."""
        if not any(self._graph.body(file.commit, file.change).size for file in layout.asked):
            self._tell_message(layout, writer, decided)
            return
        missing: list[FilePlan] = []
        for file in layout.asked:
            target = self._file_target(file, decided)
            known = self._board.draft(file.note)
            is_there = known is not None and known.input_digest == target.input_digest
            if self._board.is_pending(file.note) or is_there:
                continue
            found = writer.find(target)
            if found is not None:
                self._board.written(found)
            else:
                missing.append(file)
        self._board.expect(file.note for file in missing)
        if layout.way == "joined":
            self._plan_joined(layout, writer, decided)
        self._queue_files(missing, writer, decided)

    def _plan_joined(self, layout: EntryLayout, writer: Writer, decided: Mapping[NoteId, str]) -> None:
        entry = layout.entry
        # Where a person corrected a file note since, the older text is shown as stale, and `r` writes it again.
        targets = (self._entry_target(layout, decided), self._entry_target(layout, {}))
        found = next(filter(None, map(writer.find, targets)), None)
        known = self._board.draft(entry.id)
        if known is not None and known.input_digest == targets[0].key and entry.id not in self._incomplete:
            return
        if found is not None:
            self._board.written(found)
            return
        self._board.expect((entry.id,))
        with self._lock:
            # A note that settles from here on finds the entry; one that has settled is not pending any more.
            waits_for = {file.note for file in layout.asked if self._board.is_pending(file.note)}
            if waits_for:
                self._missing[entry.id] = waits_for
        if not waits_for:
            self.queue_entry(writer, layout)

    def _queue_files(self, files: Sequence[FilePlan], writer: Writer, decided: Mapping[NoteId, str]) -> None:
        """Queue the reading, masking and sending of file notes; what cannot be read or masked fails alone."""
        by_commit: dict[str, list[FilePlan]] = {}
        for file in files:
            by_commit.setdefault(file.commit.sha, []).append(file)
        budget = 0 if writer.composer.is_local else self._limits.packed_budget
        for together in by_commit.values():
            sized = [(file, self._graph.body(file.commit, file.change).size) for file in together]
            for group in packs(sized, budget):
                targets = [self._file_target(file, decided) for file in group]
                writer.job(targets, functools.partial(writer.files, group, targets))
