"""A review: what windows and commands call.  Decisions are told once they are on disk, keystrokes are kept as they come."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

from llnotes_tui.release.ids import ReviewId, commit_of, file_of
from llnotes_tui.release.model import Commit, NoteId
from llnotes_tui.review import bundle
from llnotes_tui.review.carry import carried
from llnotes_tui.review.content import Content, OpenEdit, Progress
from llnotes_tui.review.decisions import AddEntry, AnotherEntry, Decision, Edit, Logged, Moved, SetFacts
from llnotes_tui.review.keeper import Keeper
from llnotes_tui.review.lock import ReviewLock
from llnotes_tui.review.replay import ReviewState
from llnotes_tui.review.sentences import Undone, redone, undone
from llnotes_tui.review.store import ReviewError, ReviewStore, directory_of


class Review:
    """The decisions on one range, on disk and in force.

    Thread-safe.  Nothing but `open` and `close` waits for the disk.
    """

    def __init__(self, keeper: Keeper, directory: Path, review_id: ReviewId, by: str) -> None:
        self.directory = directory
        """Where this review is kept."""
        self.review_id = review_id
        self.by = by
        """The name that decisions made here carry."""
        self.titles: Callable[[NoteId], str] = self._title
        """What notes are called in sentences; a window that knows better sets its own."""
        self._keeper = keeper

    @classmethod
    def open(cls, state_directory: Path, review_id: ReviewId, commits: Sequence[Commit], by: str) -> "Review":
        """Open the review of a range, a new one if there is none; where another window holds it, for reading only.

        Args:
            state_directory: where all reviews are kept.
            review_id: whose decisions these are.
            commits: the range as it is now; decisions on commits that left it follow their successors.
            by: the engineer's name.

        Raises:
            ReviewError: a newer version of llnotes wrote it, or the directory cannot be used.
        """
        directory = directory_of(state_directory, review_id)
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ReviewError(f"{directory} cannot be made to keep the review in ({error.strerror}).") from error
        keeper = Keeper(ReviewStore(directory, review_id), ReviewLock(directory, by), commits)
        review = cls(keeper, directory, review_id, by)
        keeper.start()
        return review

    # -- what it says ---------------------------------------------------------------------------------------------

    @property
    def state(self) -> ReviewState:
        """What the decisions come to that are on disk."""
        return self._keeper.shown.state

    @property
    def open_edits(self) -> Mapping[NoteId, OpenEdit]:
        """What is being typed and was not decided on, by note; what is not on disk yet included."""
        return self._keeper.typed()

    @property
    def left_behind(self) -> tuple[NoteId, ...]:
        """Notes with decisions whose commits left the range and have no successor in it."""
        return self._keeper.shown.left_behind

    @property
    def read_only(self) -> str:
        """Who holds the review, where this window may only read along; else empty."""
        return self._keeper.read_only

    @property
    def fault(self) -> str:
        """Why decisions cannot be written at the moment; else empty."""
        return self._keeper.fault

    @property
    def notice(self) -> str:
        """What happened to the stored review that the engineer should know, such as that it was damaged; else empty."""
        return self._keeper.notice

    @property
    def can_undo(self) -> bool:
        """Whether there is a decision to take back."""
        return self.state.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is a decision to bring again."""
        return self.state.can_redo

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Have `callback` called, on a thread of the review's, whenever what it says may have changed."""
        self._keeper.callbacks.append(callback)

    # -- decisions ------------------------------------------------------------------------------------------------

    def decide(self, decision: Decision) -> "Future[None]":
        """Write a decision; the Future resolves when it is on disk and in force, with ReviewError if it never will be.

        An edit ends what was being typed for its note.  What is called back by the Future runs on the thread that writes,
        and must not wait for a Future of this review.
        """
        logged = Logged(time.time(), self.by, decision)
        if not isinstance(decision, Edit):
            return self._keeper.submit(lambda content: content.history.append(logged))
        note = decision.note

        def settle(content: Content) -> None:
            content.history.append(logged)
            content.type(note, None)

        return self._keeper.submit(settle, settles=note)

    def undo(self) -> "Future[Undone]":
        """Take back the newest decision in force; the Future fails with ReviewError where there is none."""

        def step(content: Content) -> Undone:
            found = content.history.to_undo()
            if found is None:
                raise ReviewError("There is nothing to take back.")
            return undone(self._moved(content, *found), self.titles)

        return self._keeper.submit(step)

    def redo(self) -> "Future[Undone]":
        """Bring back the decision that was undone last; the Future fails with ReviewError where there is none."""

        def step(content: Content) -> Undone:
            found = content.history.to_redo()
            if found is None:
                raise ReviewError("There is nothing to bring back.")
            return redone(self._moved(content, *found), self.titles)

        return self._keeper.submit(step)

    def _moved(self, content: Content, logged: Logged, step: Moved) -> Decision:
        content.history.append(Logged(time.time(), self.by, step))
        decision = carried(logged, content.renamed).decision
        assert not isinstance(decision, Moved), "undo and redo are about decisions"
        return decision

    # -- typing ---------------------------------------------------------------------------------------------------

    def keep_typing(self, note: NoteId, text: str, input_digest: str) -> None:
        """Keep what is being typed, without waiting; does nothing where this window may only read."""
        self._keeper.type(note, OpenEdit(text, input_digest, time.time(), self.by))

    def drop_edit(self, note: NoteId) -> None:
        """Throw away what was being typed for a note."""
        self._keeper.type(note, None)

    # -- colleagues -----------------------------------------------------------------------------------------------

    def save(self, file: Path) -> None:
        """Write the review into one file that a colleague can load.

        Raises:
            ReviewError: the file cannot be written.
        """
        bundle.save(file, self._keeper.content(), self.review_id, self.by, time.time())

    def load(self, file: Path) -> "Future[str]":
        """Take in a colleague's review as one decision; the Future resolves to a sentence about what was taken.

        It fails with ReviewError, and changes nothing, where the file is no review, one of another range, or brings
        nothing new.
        """

        def take(content: Content) -> str:
            brought = bundle.read(file, self.review_id)
            decision, sentence = bundle.taken_in(content, brought, self._keeper.commits)
            content.fingerprints = brought.commits | content.fingerprints
            content.history.append(Logged(time.time(), self.by, decision))
            content.take_in(self._keeper.commits)
            return sentence

        return self._keeper.submit(take)

    # -- the rest -------------------------------------------------------------------------------------------------

    def take_in(self, commits: Sequence[Commit]) -> None:
        """Take the range as it is now; decisions on commits that left it follow their successors."""
        self._keeper.take_in(commits)

    def take_over(self) -> "Future[None]":
        """Become the window that writes; the Future fails with ReviewError where the other one does not let go."""
        return self._keeper.take_over()

    def remember(self, entries: int, reviewed: int, red: int = 0, amber: int = 0) -> None:
        """Note down how far the review is, for `review_summary`; does nothing where this window may only read."""
        self._keeper.remember(Progress(entries, reviewed, red, amber))

    def archive(self, tag: str) -> "Future[None]":
        """Note down that `tag` holds what was reviewed; the review stays where it is."""
        return self._keeper.submit(lambda content: setattr(content, "archived", tag))

    @property
    def archived(self) -> str:
        """The tag that holds what was reviewed; empty while there is none."""
        return self._keeper.shown.archived

    def close(self) -> str:
        """Write what waits and let go, within a second; return a sentence about what could not be written, else ''."""
        return self._keeper.close()

    def _title(self, note: NoteId) -> str:
        """Return what a note is called: by its facts, its file or its commit."""
        file = file_of(note)
        if file is not None:
            return file[1].decode("utf-8", "replace")
        title = ""
        for step in self.state.steps:
            match step:
                case AddEntry(entry, name) | AnotherEntry(_, entry, name) if entry == note:
                    title = name
                case SetFacts(named, str(name)) if named == note:
                    title = name
        sha = commit_of(note)
        subjects = (commit.subject for commit in self._keeper.commits if commit.sha == sha)
        return title or next(subjects, str(note))
