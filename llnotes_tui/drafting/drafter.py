"""Drafting one range: has an engine fill the graph of notes, through the cache, and tells of each text as it comes."""

import functools
from collections.abc import Callable, Mapping, Sequence

from llnotes_tui.drafting.board import Board
from llnotes_tui.drafting.composer import Composer, Wish
from llnotes_tui.drafting.events import DraftEvent, EngineStatus
from llnotes_tui.drafting.gate import gate_for
from llnotes_tui.drafting.graph import FilePlan, NoteGraph
from llnotes_tui.drafting.limits import DraftLimits
from llnotes_tui.drafting.masking import Masker
from llnotes_tui.drafting.planner import Planner
from llnotes_tui.drafting.reckoning import Estimate, estimate
from llnotes_tui.drafting.scheduler import Call, Hooks, Job, Scheduler
from llnotes_tui.drafting.shelf import Kept, Shelf
from llnotes_tui.drafting.writer import Target, Writer
from llnotes_tui.engines.base import AnnouncementSubject, Engine, Message
from llnotes_tui.release.digest import announcement_digest, digest
from llnotes_tui.release.ids import ANNOUNCEMENT
from llnotes_tui.release.model import EntryPlan, NoteDraft, NoteId
from llnotes_tui.storage.cache import AnswerCache

__all__ = ["Drafting", "Estimate"]


class Drafting:
    """The notes of one range, from their inputs to their texts.  Thread-safe.

    Nothing here waits for an engine but `wait`; `estimate`, `variants` and `prompt` read and belong in a worker.  Events
    come one after another, from any thread; the listener may call back.
    """

    def __init__(
        self,
        graph: NoteGraph,
        engine: Engine,
        answers: AnswerCache,
        limits: DraftLimits,
        on_event: Callable[[DraftEvent], None],
        effective: Callable[[], Mapping[NoteId, str]],
    ) -> None:
        self._graph = graph
        self._limits = limits
        self._board = Board(on_event)
        self._shelf = Shelf(answers)
        self._masker = Masker(answers)
        self._planner = Planner(graph, self._shelf, self._board, limits, effective)
        self._subject: AnnouncementSubject | None = None
        self._scheduler = self._new_scheduler(engine)
        self._writer = self._new_writer(engine)

    # -- what is asked for ------------------------------------------------------------------------------------------

    @property
    def engine(self) -> Engine:
        """Who writes at the moment."""
        return self._writer.engine

    @property
    def status(self) -> EngineStatus:
        """How the engine does at the moment."""
        return self._scheduler.status

    def draft(self, entries: Sequence[EntryPlan]) -> None:
        """Have all notes of the entries written, in their order; what is written already is told at once, or was."""
        entries, writer, plan = tuple(entries), self._writer, object()
        if self._scheduler.status.sentence:
            # Another repository may have found out already.
            self._board.status(self._scheduler.status)
        self._board.begin(plan)
        self._planner.take_in(entries)

        def work() -> None:
            self._planner.plan(entries, writer)
            self._board.end(plan)

        def failed(sentence: str) -> None:
            for entry in entries:
                writer.fail(entry.id, sentence)
            self._board.end(plan)

        self._scheduler.submit(Job((), (0, 0, 0), work, failed))

    def know(self, entries: Sequence[EntryPlan]) -> None:
        """Take entries in without having anything written: their prompts can be read then."""
        self._planner.know(tuple(entries))

    def promote(self, note: NoteId) -> None:
        """Let a note (of an entry: with those of its files) go first."""
        concerned, place = self._planner.promote(note)
        self._scheduler.promote(
            lambda notes: not concerned.isdisjoint(notes), lambda rank: min(rank, (1, place, rank[2]))
        )

    def again(self, note: NoteId, instruction: str = "") -> str:
        """Have another variant of a note written; return why there is none to be had, empty if it was queued."""
        if note == ANNOUNCEMENT:
            if self._subject is None:
                return "There is no announcement yet."
            self.announce(self._subject, instruction, again=True)
            return ""
        if self._board.is_pending(note):
            self.promote(note)
            return ""
        file, layout, writer = self._planner.file(note), self._planner.layout(note), self._writer
        if file is None and (layout is None or layout.way != "joined"):
            return "There is nothing to ask about: this text is a rule's or a person's, or not drafted yet."
        self._planner.hurry(note)
        if file is not None:
            self._board.expect((note,))
            writer.job((_bare(note),), functools.partial(self._ask_file, writer, file, instruction))
        elif layout is not None:
            self._planner.queue_entry(writer, layout, instruction)
        return ""

    def announce(self, subject: AnnouncementSubject, instruction: str = "", *, again: bool = False) -> None:
        """Have the announcement written from entries in their order; a kept one is told unless another is asked for."""
        self._subject = subject
        writer, target = self._writer, _announcement_target(subject)
        self._board.expect((ANNOUNCEMENT,))
        self._planner.hurry(ANNOUNCEMENT)

        def work() -> None:
            found = writer.find(target)
            if found is not None and not again and not instruction:
                self._board.written(found)
                return
            is_other = again or bool(instruction)
            writer.announcement(subject, self._planner.wished(writer, target, instruction) if is_other else target)

        writer.job((target,), work)

    def retry(self) -> None:
        """Let a stopped engine try again, and the notes that failed."""
        self._scheduler.retry()
        failed = self._board.failed()
        entries = self._planner.redo()
        if entries:
            self.draft(entries)
        if ANNOUNCEMENT in failed and self._subject is not None:
            self.announce(self._subject)

    def use(self, engine: Engine) -> None:
        """Have what is not written yet written by another engine."""
        self._writer.is_retired = True
        self._scheduler.close()
        self._board.give_up()
        self._planner.reset()
        self._planner.redo()
        self._scheduler = self._new_scheduler(engine)
        self._writer = self._new_writer(engine)
        self._board.status(self._scheduler.status)
        self.draft(self._planner.entries())

    def cancel(self) -> None:
        """Drop what is queued and wait no longer for what is under way; what is answered late is kept all the same."""
        self._writer.is_retired = True
        self._scheduler.cancel()
        self._board.give_up()
        self._planner.reset()
        self._writer = self._new_writer(self._writer.engine)

    def close(self) -> None:
        """Cancel for good, at once, whatever hangs."""
        self._writer.is_retired = True
        self._scheduler.close()
        self._board.give_up()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until every note has a text or has failed; False where `timeout` seconds did not do.

        While the engine is stopped notes wait, and so does this: who has no screen listens for `EngineStatus`.
        """
        return self._board.wait(timeout)

    # -- what is there ----------------------------------------------------------------------------------------------

    def drafts(self) -> Mapping[NoteId, NoteDraft]:
        """Return the latest text of each note that has one."""
        return self._board.drafts()

    def variants(self, note: NoteId) -> tuple[NoteDraft, ...]:
        """Return every text that any engine wrote for what the note is about now, the oldest first."""
        target = self._target(note)
        if target is None:
            draft = self._board.draft(note)
            return (draft,) if draft is not None else ()
        return tuple(self._writer.draft(target, kept, cached=True) for kept in self._shelf.texts(target.key))

    def prompt(self, note: NoteId) -> tuple[Message, ...]:
        """Return what an engine was (or would be) asked for the latest text of a note, masked; empty where none is.

        Raises:
            MaskingError: secrets could not be looked for.
        """
        target, composer = self._target(note), self._writer.composer
        if target is None:
            return ()
        kept = next(reversed(self._writer.texts(target.key)), None)
        wish = Wish(kept.variant, kept.instruction) if kept is not None else Wish()
        file, layout = self._planner.file(note), self._planner.layout(note)
        if file is not None:
            return self._file_prompt(composer, file, kept, wish)
        if layout is not None:
            return composer.entry(layout, self._planner.texts(layout), wish).request.messages
        return composer.announcement(self._subject, wish).request.messages if self._subject is not None else ()

    def estimate(self, entries: Sequence[EntryPlan]) -> Estimate:
        """Return about what it takes to write what is missing."""
        return estimate(self._graph, self._writer, self._limits, entries)

    # -- the parts --------------------------------------------------------------------------------------------------

    def _new_scheduler(self, engine: Engine) -> Scheduler:
        limits = self._limits.for_engine(engine)
        board = self._board
        hooks = Hooks(
            started=lambda call: board.started(_pending(board, call)),
            # One that asks nobody makes no calls.
            sent=board.sent if not getattr(engine, "is_silent", False) else lambda: None,
            waiting=lambda call: board.waiting(_pending(board, call)),
            status=board.status,
        )
        return Scheduler(engine, gate_for(engine, limits), limits, hooks)

    def _new_writer(self, engine: Engine) -> Writer:
        composer = Composer(self._graph, engine, self._masker, self._limits)
        planner = self._planner
        return Writer(engine, composer, self._shelf, self._board, self._scheduler, planner.rank, planner.settled)

    def _ask_file(self, writer: Writer, file: FilePlan, instruction: str) -> None:
        target = self._planner.target(file.note)
        if target is not None:
            writer.file(file, self._planner.wished(writer, target, instruction))

    def _target(self, note: NoteId) -> Target | None:
        if note == ANNOUNCEMENT:
            return _announcement_target(self._subject) if self._subject is not None else None
        return self._planner.target(note)

    def _file_prompt(self, composer: Composer, file: FilePlan, kept: Kept | None, wish: Wish) -> tuple[Message, ...]:
        if composer.is_large(file):
            return tuple(message for piece in composer.pieces(file)[0] for message in piece.request.messages)
        if kept is not None and kept.together:
            files = [self._planner.file(NoteId(note)) for note in kept.together]
            known = [file for file in files if file is not None]
            if len(known) == len(files):
                return composer.files(known).request.messages
        return composer.file(file, wish).request.messages


def _announcement_target(subject: AnnouncementSubject) -> Target:
    about = announcement_digest(subject.entries)
    return Target(ANNOUNCEMENT, digest([about, subject.repository, subject.version]), about)


def _bare(note: NoteId) -> Target:
    """Return a note as the target of a job that finds the rest out itself."""
    return Target(note, "", "")


def _pending(board: Board, call: Call) -> list[NoteId]:
    """Return the notes of a call that still await their text."""
    return [note for note in call.notes if board.is_pending(note)]
