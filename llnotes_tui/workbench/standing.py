"""A release as it stands: plan, drafts and decisions, kept together by one thread, shown as frozen views."""

from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TypeVar

import msgspec

from llnotes_tui.config import Settings
from llnotes_tui.drafting.drafter import Drafting
from llnotes_tui.drafting.events import DraftEvent
from llnotes_tui.drafting.graph import NoteGraph
from llnotes_tui.release.digest import announcement_digest
from llnotes_tui.release.ids import ANNOUNCEMENT, file_of
from llnotes_tui.release.model import EntryPlan, EvidenceLine, NoteId, NotesEntry, Plan
from llnotes_tui.release.patch import Patch
from llnotes_tui.release.text import display_path
from llnotes_tui.review.decisions import Decision
from llnotes_tui.review.entries import Arranged, arrange
from llnotes_tui.review.review import Review
from llnotes_tui.review.store import ReviewError
from llnotes_tui.sources.git import Clone
from llnotes_tui.sources.options import SourceError
from llnotes_tui.sources.process import GitFault
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.activity import Activity
from llnotes_tui.workbench.clerk import Clerk
from llnotes_tui.workbench.deriving import Circumstances, Deriver, relatives_of, variants_of
from llnotes_tui.workbench.exporting import notes_entry
from llnotes_tui.workbench.inspecting import Checked, Checker
from llnotes_tui.workbench.lookout import Lookout
from llnotes_tui.workbench.overlay import Overlay, matter_of, undismissed
from llnotes_tui.workbench.views import EntryView, ReleaseView, Variant

Value = TypeVar("Value")
_GATHER = 0.04
"""Seconds for which events of drafting are gathered before a new view is made."""


class Standing:
    """What is known of a release, and the view of it.  Thread-safe.

    Whatever changes goes through one thread, the clerk; whoever looks gets the newest view and never waits.
    """

    def __init__(
        self, clone: Clone, settings: Settings, plan: Plan, review: Review, graph: NoteGraph, answers: AnswerCache
    ) -> None:
        self.clone = clone
        self.settings = settings
        self.plan = plan
        self.range = plan.range
        self.review = review
        self.graph = graph
        self.answers = answers
        self.drafting: Drafting | None = None
        self._clerk = Clerk("llnotes-workbench")
        self._lookout = Lookout(clone, lambda: self._clerk.do(self._count))
        self._activity = Activity()
        self._deriver = Deriver(plan, graph)
        self._digests: dict[NoteId, tuple[object, str]] = {}
        self._events: deque[DraftEvent] = deque()
        self._gathering = False
        self._new_commits = 0
        self._fault = ""
        self._overlay: Overlay | None = None
        self._subscribers: list[Callable[[], None]] = []
        self._arranged: Arranged
        self._view: ReleaseView
        self._announcement: EntryView
        self._derive()
        review.titles = self._title_of
        review.subscribe(self._review_changed)
        self._clerk.do(self._renew)

    # -- what screens look at --------------------------------------------------------------------------------------

    def view(self) -> ReleaseView:
        """Return the release as it stands; never waits."""
        return self._view

    def announcement(self) -> EntryView:
        """Return the announcement as it stands; never waits."""
        return self._announcement

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Have `callback` called, from any thread, whenever the view may have changed.  It must not wait."""
        self._subscribers.append(callback)

    def unsubscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` no more."""
        self._subscribers.remove(callback)

    def patch(self, sha: str) -> Patch:
        """Return the patch of a commit.  Reads from git: not for the UI thread."""
        return self.clone.patch(sha)

    def variants(self, note: NoteId) -> tuple[Variant, ...]:
        """Return every text there is for a note, oldest first."""
        entry = self._entry_plan(note)
        relatives = relatives_of(note, self._arranged)
        return variants_of(note, entry.text if entry else "", self.review.state, self._activity, relatives)

    def entry(self, note: NoteId) -> EntryView | None:
        """Return the entry with this note, from the entries or the groups below them."""
        view = self._view
        for group in (view.entries, view.internal, view.dependency_updates, view.left_out):
            found = next((entry for entry in group if entry.note == note), None)
            if found is not None:
                return found
        return self._announcement if note == ANNOUNCEMENT else None

    def merged_into(self, note: NoteId) -> tuple[EntryPlan, ...]:
        """Return the entries that were merged into this one."""
        return self._arranged.absorbed.get(note, ())

    def undecided(self) -> tuple[EntryPlan, ...]:
        """Return the entries that an engine is to write, in reading order: neither excluded nor decided on."""
        texts = self.review.state.texts
        return tuple(entry for entry in self._arranged.published() if entry.id not in texts)

    def announced(self) -> tuple[NotesEntry, ...]:
        """Return the entries that the announcement is about: those that a person has read or written."""
        found = (notes_entry(entry, "skip") for entry in self._view.entries if entry.state != "excluded")
        return tuple(entry for entry in found if entry is not None)

    def look_for_commits(self) -> "Future[None]":
        """Count how far the branch is beyond this range, and see whether it is tagged; runs git, on the clerk's thread.

        Of a repository on GitHub it is fetched now and then what is new, on another thread, and counted again.
        """
        self._lookout.look()
        return self._clerk.do(self._count)

    @property
    def fetches(self) -> bool:
        """Whether taking in new commits fetches them first: in a copy of our own, not in a person's clone."""
        return self.clone.is_due(0.0)

    def _count(self) -> None:
        self._new_commits = self.clone.commits_since(self.range)
        self._archive_if_tagged()
        self._renew()

    def _archive_if_tagged(self) -> None:
        """Note down that what was written has its tag by now; the review stays where it is."""
        written = self.review.state.written()
        if written is None or not written.section_digest or self.review.archived or self.review.read_only:
            return
        tag = f"{self.range.tag_prefix}{written.version}"
        if self.clone.resolve(f"refs/tags/{tag}") is not None:
            self.review.archive(tag)

    def take_plan(self, plan: Plan) -> None:
        """Go on with another plan of the same release: its branch has moved, its commits were amended."""
        self.plan = plan
        self.range = plan.range
        self.graph = NoteGraph(plan, self.clone.patch, self.answers)
        self._deriver = Deriver(plan, self.graph)
        self._digests.clear()
        self._new_commits = 0

    def flush(self) -> None:
        """Wait until the view holds everything that was told so far.  Not for the UI thread."""
        self._clerk.do(self._gather).result()

    # -- findings --------------------------------------------------------------------------------------------------

    def begin_checks(self, checker: Checker) -> None:
        """Have every text held against its evidence from now on, by a thread of its own.  On the clerk's thread only."""
        self.end_checks()
        self._overlay = Overlay(checker, self._review_changed)

    def end_checks(self, timeout: float = 0.0) -> None:
        """Check no more; wait for the check under way `timeout` seconds at most, so that it keeps nothing later."""
        if self._overlay is not None:
            self._overlay.inspector.close(timeout)

    def settle_checks(self, timeout: float | None = None) -> bool:
        """Wait until all texts are checked and in the view; say whether they are.  Not for the UI thread."""
        self.flush()
        if self._overlay is None:
            return True
        is_done = self._overlay.inspector.wait(timeout)
        self.flush()
        return is_done

    def check_typing(self, note: NoteId, text: str, heard: Callable[[Checked], None], after: float = 0.25) -> None:
        """Have a text checked that is being typed, once nothing was typed for `after` seconds; never waits.

        `heard` is called from another thread.
        """
        matter = matter_of(self._view, note, text)
        if matter is not None and self._overlay is not None:
            self._overlay.inspector.soon(
                matter, lambda found: heard(undismissed(found, self.review.state.dismissed)), after
            )

    def evidence(self, note: NoteId, text: str, offset: int) -> tuple[EvidenceLine, ...]:
        """Return the lines of the diff that bear on what a text says around an offset.  Slow: not for the UI thread."""
        matter = matter_of(self._view, note, text)
        return (
            () if matter is None or self._overlay is None else self._overlay.inspector.checker.evidence(matter, offset)
        )

    # -- the clerk's side ------------------------------------------------------------------------------------------

    def _decide(self, make: Callable[[], Decision], *, drafts: bool = False) -> "Future[None]":
        """Write the decision that `make` returns; with `drafts`, have entries drafted that came about by it."""
        outer: Future[None] = Future()

        def begin() -> None:
            try:
                inner = self.review.decide(make())
            except Exception as fault:
                outer.set_exception(fault)
                return
            inner.add_done_callback(lambda done: self._in_turn(lambda: self._finish(done, outer, drafts=drafts), outer))

        self._in_turn(begin, outer)
        return outer

    def _settled(self, act: "Callable[[], Future[Value]]") -> "Future[Value]":
        outer: Future[Value] = Future()
        act().add_done_callback(lambda done: self._in_turn(lambda: self._finish(done, outer, drafts=True), outer))
        return outer

    def _in_turn(self, job: Callable[[], None], outer: "Future[Value]") -> None:
        """Have the clerk do a job that settles a future; where the release was closed meanwhile, the future says so."""
        if self._clerk.do(job).cancelled():
            outer.set_exception(ReviewError("This release was closed meanwhile; open it again."))

    def _finish(self, done: "Future[Value]", outer: "Future[Value]", *, drafts: bool) -> None:
        fault = done.exception()
        self._renew()
        try:
            if drafts and self.drafting is not None and fault is None:
                self.drafting.draft(self.undecided())
        finally:
            if fault is not None:
                outer.set_exception(fault)
            else:
                outer.set_result(done.result())

    def _review_changed(self) -> None:
        self._clerk.do(self._renew)

    def _heard(self, event: DraftEvent) -> None:
        """Take an event from any thread; many of them make one new view."""
        self._events.append(event)
        if not self._gathering:
            self._gathering = True
            self._clerk.do(self._gather, after=_GATHER)

    def _gather(self) -> None:
        self._gathering = False
        events = [self._events.popleft() for _ in range(len(self._events))]
        self._activity.take(events)
        self._renew()

    def _renew(self) -> None:
        """Make the view anew; what goes wrong with that is said in the view, and keeps no decision from its answer."""
        try:
            self._fault = ""
            self._derive_and_tell()
            if self._update_digests():
                self._derive_and_tell()
        except Exception as fault:
            self._fault = f"What is shown is not up to date ({type(fault).__name__}: {fault}); open the release again."
            self._view = msgspec.structs.replace(self._view, fault=self._fault)
            self._tell()

    def _derive_and_tell(self) -> None:
        before = (self._view, self._announcement)
        self._derive()
        if (self._view, self._announcement) != before:
            self.remember()
            self._tell()

    def _tell(self) -> None:
        for callback in tuple(self._subscribers):
            callback()

    def remember(self) -> None:
        """Note down how far the review is, for lists of repositories."""
        totals = self._view.totals
        self.review.remember(totals.entries, totals.reviewed, totals.red, totals.amber)

    def _derive(self) -> None:
        """Make the view anew from what is known this moment; quick, and reads nothing."""
        state = self.review.state
        self._arranged = arrange(self.plan, state)
        circumstances = Circumstances(
            engine=self.drafting.engine.name if self.drafting is not None else "",
            read_only=self.review.read_only,
            save_fault=self.review.fault,
            new_commits=self._new_commits,
            left_behind=self.review.left_behind,
            fault=self._fault,
            notices=tuple(filter(None, (self.review.notice, self.answers.fault))),
        )
        digests = {note: digest for note, (_, digest) in self._digests.items()}
        # Assigned once, whole: screens look at it from another thread.
        view = self._deriver.release(self._arranged, state, self._activity, digests, circumstances)
        self._view = view if self._overlay is None else self._overlay.laid_over(view, state.dismissed)
        announced = self.announced()
        note = self._deriver.announcement(state, self._activity, announcement_digest(announced))
        if self._overlay is not None:
            note = self._overlay.announcement(note, self._view, announced, state.dismissed)
        self._announcement = note

    def _update_digests(self) -> bool:
        """Work out what notes are about now that were decided on, or a file of which was; say whether that tells anything new."""
        before = dict(self._digests)
        effective = self.review.state.effective()
        corrected = (e.id for e in self._arranged.entries if any(f in effective for f in self.graph.file_notes(e)))
        for note in {*effective, *corrected}:
            if note != ANNOUNCEMENT:
                self._digest_of(note, effective)
        return self._digests != before

    def _digest_of(self, note: NoteId, effective: dict[NoteId, str] | None = None) -> str:
        """Return the current input digest of a note, or an empty string where its diff cannot be had.  May read from git."""
        if note == ANNOUNCEMENT:
            return self._announcement.input_digest
        effective = self.review.state.effective() if effective is None else effective
        entry = self._entry_plan(note)
        files = self.graph.file_notes(entry) if entry is not None else ()
        inputs = (entry, tuple(effective.get(file) for file in files))
        known = self._digests.get(note)
        if known is not None and known[0] == inputs:
            return known[1]
        try:
            digest = digest_of(self.graph, entry if entry is not None else note, effective)
        except KeyError:
            return ""
        if digest:
            self._digests[note] = (inputs, digest)
        return digest

    def _entry_plan(self, note: NoteId) -> EntryPlan | None:
        return next((entry for entry in self._arranged.entries if entry.id == note), None)

    def _known(self, note: NoteId) -> EntryView:
        entry = self.entry(note)
        if entry is None:
            raise ReviewError("This note is not part of the release any more.")
        return entry

    def _text_of(self, note: NoteId) -> str:
        """Return the text of a note that counts now; of a file's note too."""
        if file_of(note) is None:
            return self._known(note).text
        files = (file for entry in self._view.entries for file in entry.files)
        return next((file.text for file in files if file.note == note), "")

    def _title_of(self, note: NoteId) -> str:
        entry = self.entry(note)
        file = file_of(note)
        if entry is None and file is not None:
            return display_path(file[1])
        return entry.title if entry is not None else str(note)


def digest_of(graph: NoteGraph, note: NoteId | EntryPlan, effective: Mapping[NoteId, str]) -> str:
    """Return the input digest of a note, empty where its diff cannot be had: then nothing is known to be stale.

    Raises:
        KeyError: no entry or file of the plan has that note.
    """
    try:
        return graph.input_digest(note, effective)
    except (SourceError, GitFault):
        return ""
