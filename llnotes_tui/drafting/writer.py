"""Asks one engine for texts, keeps them, and tells of them: one note at a time, several together, or one in pieces."""

import functools
import re
import time
from collections.abc import Callable, Sequence
from threading import Lock

from msgspec import Struct

from llnotes_tui.drafting.board import Board
from llnotes_tui.drafting.composer import FIRST, Composed, Composer, Wish
from llnotes_tui.drafting.graph import EntryLayout, FilePlan
from llnotes_tui.drafting.packing import parsed_reply
from llnotes_tui.drafting.scheduler import Call, Job, Rank, Scheduler
from llnotes_tui.drafting.shelf import Kept, Shelf
from llnotes_tui.engines.base import AnnouncementSubject, Engine, Reply
from llnotes_tui.release.ids import ANNOUNCEMENT
from llnotes_tui.release.model import NoteDraft, NoteId
from llnotes_tui.release.text import visible

_BLANK_LINES = re.compile(r"\n\s*\n")


class Target(Struct, frozen=True):
    """The text that is asked for: of which note, and under which digests it is kept and told."""

    note: NoteId
    key: str
    """Under which the shelf keeps it: what the text itself is about."""
    input_digest: str
    """What the note is about; differs from `key` where the note of its one file is the entry's."""
    wish: Wish = FIRST


class Answer(Struct, frozen=True):
    """A reply, how many failures it took, and whether it was there already."""

    reply: Reply
    failures: int
    cached: bool


class Writer:
    """Writes notes with one engine until it is retired.  Its methods read, mask and build, so they belong in jobs."""

    def __init__(
        self,
        engine: Engine,
        composer: Composer,
        shelf: Shelf,
        board: Board,
        scheduler: Scheduler,
        rank: Callable[[NoteId], Rank],
        settled: Callable[[NoteId, "Writer"], None],
    ) -> None:
        self.engine = engine
        self.composer = composer
        self.is_retired = False
        """Cancelled or replaced: what comes late is kept and told, nothing further is asked."""
        self._shelf = shelf
        self._board = board
        self._scheduler = scheduler
        self._rank = rank
        self._settled = settled

    def find(self, target: Target) -> NoteDraft | None:
        """Return the latest text that this engine wrote for a note, under the same rules."""
        mine = [text for text in self.texts(target.key) if text.made == self.composer.made]
        return self.draft(target, mine[-1], cached=True) if mine else None

    def texts(self, key: str) -> list[Kept]:
        """Return the texts that this engine wrote about something, the oldest first."""
        engine = self.engine
        return [kept for kept in self._shelf.texts(key) if (kept.engine, kept.model) == (engine.name, engine.model)]

    def draft(self, target: Target, kept: Kept, *, cached: bool) -> NoteDraft:
        """Return a kept text as a draft of a note."""
        return NoteDraft(
            note=target.note,
            text=self.composer.with_whole_title(target.note, kept.text),
            engine=kept.engine,
            model=kept.model,
            input_digest=target.input_digest,
            call_digest=kept.call,
            badges=kept.badges,
            instruction=kept.instruction,
            variant=kept.variant,
            drafted_at=kept.at,
            cached=cached,
        )

    def job(self, targets: Sequence[Target], work: Callable[[], None]) -> None:
        """Queue work for notes; if it breaks, they fail."""
        notes = tuple(target.note for target in targets)
        self._scheduler.submit(Job(notes, self._rank(notes[0]), self._unless_retired(work), self._failing(notes)))

    def file(self, file: FilePlan, target: Target, failures: int = 0) -> None:
        """Ask for the note of one file."""
        if self.composer.is_large(file):
            self._in_pieces(file, target)
            return
        composed = self.composer.file(file, target.wish)
        self._ask((target.note,), composed, lambda answer: self._keep(target, composed, answer), failures=failures)

    def files(self, files: Sequence[FilePlan], targets: Sequence[Target]) -> None:
        """Ask for the notes of several small files at once; a reply that cannot be read costs a call for each."""
        if len(files) == 1:
            self.file(files[0], targets[0])
            return
        composed = self.composer.files(files)
        notes = tuple(target.note for target in targets)

        def unpack(answer: Answer) -> None:
            texts = parsed_reply(answer.reply.text, len(files))
            told = [
                (targets[index], self._kept(targets[index], composed, answer, text, composed.each[index], notes))
                for index, text in texts.items()
            ]
            self._keep_all(told, answer)
            for index, (file, target) in enumerate(zip(files, targets, strict=True)):
                if index not in texts and not self.is_retired:
                    self.job((target,), functools.partial(self.file, file, target, answer.failures))

        self._ask(notes, composed, unpack)

    def entry(self, layout: EntryLayout, texts: dict[NoteId, str], target: Target) -> None:
        """Ask for the text of an entry from what counts for its file notes."""
        composed = self.composer.entry(layout, texts, target.wish)
        self._ask((target.note,), composed, lambda answer: self._keep(target, composed, answer))

    def announcement(self, subject: AnnouncementSubject, target: Target) -> None:
        """Ask for the announcement."""
        composed = self.composer.announcement(subject, target.wish)
        self._ask((target.note,), composed, lambda answer: self._keep(target, composed, answer))

    def fail(self, note: NoteId, sentence: str) -> None:
        """Give a note up for good."""
        self._failing((note,))(sentence)

    def _in_pieces(self, file: FilePlan, target: Target) -> None:
        """Ask for a note on each piece of a large diff, and then for one text from all of them."""
        composed, badges = self.composer.pieces(file)
        lock = Lock()
        texts: dict[int, str] = {}
        cut_off: list[str] = []
        fail = self._failing((target.note,))

        def join(notes: Sequence[str]) -> None:
            joined = self.composer.join(file, notes, target.wish)
            all_badges = (*badges, *cut_off, *joined.badges)
            self._ask(
                (target.note,), joined, lambda answer: self._keep(target, joined, answer, badges=all_badges), fail
            )

        def take(index: int, answer: Answer) -> None:
            with lock:
                texts[index] = _prose(answer.reply.text)
                if answer.reply.finish_reason == "length":
                    cut_off[:] = ["cut-off"]
                is_last = len(texts) == len(composed)
            if is_last and not self.is_retired:
                notes = [texts[number] for number in range(len(composed))]
                self.job((target,), functools.partial(join, notes))

        if len(composed) == 1:
            only, partial = composed[0], [badge for badge in badges if not badge.startswith("parts:")]
            self._ask(
                (target.note,), only, lambda answer: self._keep(target, only, answer, badges=tuple(partial)), fail
            )
            return
        for index, piece in enumerate(composed):
            self._ask((target.note,), piece, functools.partial(take, index), fail)

    def _ask(
        self,
        notes: tuple[NoteId, ...],
        composed: Composed,
        use: Callable[[Answer], None],
        failed: Callable[[str], None] | None = None,
        failures: int = 0,
        *,
        is_longer: bool = False,
    ) -> None:
        """Hand the reply to a call to `use`: the one that is kept, else the engine's; one that is cut off is asked for longer."""
        fail = failed or self._failing(notes)

        def judge(reply: Reply, failures: int, *, cached: bool) -> None:
            answer = Answer(reply, failures, cached)
            if reply.finish_reason == "length" and not is_longer and not self.is_retired:
                longer = self.composer.longer(composed)
                self._ask(notes, longer, use, lambda s: use(answer) if reply.text.strip() else fail(s), is_longer=True)
            elif reply.text.strip():
                use(answer)
            else:
                fail("The reply was cut off before its first word; raise `max_tokens` in the settings.")

        kept = self._shelf.answer(composed.digest)
        if kept is not None:
            judge(kept, failures, cached=True)
            return
        if self.is_retired:
            return

        def written(reply: Reply, is_new: bool) -> None:  # noqa: FBT001
            if not is_new:
                judge(reply, call.attempts, cached=True)
                return
            self._board.received(reply.input_tokens, reply.output_tokens)
            with self._shelf.keeping(composed.digest, reply):
                judge(reply, call.attempts, cached=False)

        kept_meanwhile = functools.partial(self._shelf.answered_here, composed.digest)
        rank = self._rank(notes[0])
        call = Call(notes, rank, composed.request, composed.digest, kept_meanwhile, written, fail, failures)
        self._scheduler.call(call)

    def _keep(
        self, target: Target, composed: Composed, answer: Answer, *, badges: tuple[str, ...] | None = None
    ) -> None:
        """Keep the text of one note on disk, then tell of it."""
        self._keep_all([(target, self._kept(target, composed, answer, badges=badges))], answer)

    def _keep_all(self, texts: Sequence[tuple[Target, Kept]], answer: Answer) -> None:
        """Keep texts on disk, all at once, then tell of them."""
        if not texts:
            return
        self._shelf.keep([(target.key, kept) for target, kept in texts])
        for target, kept in texts:
            self._board.written(self.draft(target, kept, cached=answer.cached))
            self._settled(target.note, self)

    def _kept(
        self,
        target: Target,
        composed: Composed,
        answer: Answer,
        text: str = "",
        badges: tuple[str, ...] | None = None,
        together: tuple[NoteId, ...] = (),
    ) -> Kept:
        """Return a text as it is kept."""
        reply = answer.reply
        own = composed.badges if badges is None else badges
        cut_off = ("cut-off",) if reply.finish_reason == "length" and not text else ()
        as_prose = _paragraphs if target.note == ANNOUNCEMENT else _prose
        return Kept(
            text=as_prose(text or reply.text),
            engine=self.engine.name,
            model=self.engine.model,
            made=self.composer.made,
            call=composed.digest,
            badges=tuple(dict.fromkeys((*own, *cut_off))),
            instruction=target.wish.instruction,
            variant=target.wish.variant,
            at=time.time(),
            together=together,
        )

    def _failing(self, notes: Sequence[NoteId]) -> Callable[[str], None]:
        def fail(sentence: str) -> None:
            if self.is_retired:
                return
            for note in notes:
                if self._board.is_pending(note):
                    self._board.fail(note, sentence)
                    self._settled(note, self)

        return fail

    def _unless_retired(self, work: Callable[[], None]) -> Callable[[], None]:
        return lambda: None if self.is_retired else work()


def _prose(text: str) -> str:
    """Return a reply as one paragraph."""
    return " ".join(visible(text).split())


def _paragraphs(text: str) -> str:
    """Return a reply as paragraphs with an empty line between them."""
    paragraphs = (" ".join(part.split()) for part in _BLANK_LINES.split(visible(text)))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
