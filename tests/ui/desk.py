"""A workbench small enough to be seen through: decisions change a view in memory, on a thread of its own."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace

from llnotes_tui.config import Settings
from llnotes_tui.drafting.reckoning import Estimate
from llnotes_tui.engines.base import Message
from llnotes_tui.release.model import EvidenceLine, NoteId
from llnotes_tui.release.patch import Patch
from llnotes_tui.review.decisions import SetFacts
from llnotes_tui.review.sentences import Undone
from llnotes_tui.review.store import ReviewError
from llnotes_tui.workbench.clerk import Clerk
from llnotes_tui.workbench.inspecting import Checked
from llnotes_tui.workbench.views import EntryView, ReleaseView, Variant
from tests.ui import sample

if TYPE_CHECKING:
    from llnotes_tui.workbench.workbench import Workbench


class Desk:
    """What the Review screen asks of a workbench, over the sample release."""

    def __init__(self, view: ReleaseView | None = None) -> None:
        self._view = view or sample.release()
        self.settings = Settings()
        self.needs_consent = False
        self.drafting = None
        self.done: list[tuple[str, Any]] = []
        """What was called, in order."""
        self.typed: dict[NoteId, str] = {}
        self.texts: dict[NoteId, list[Variant]] = {
            entry.note: [Variant(entry.text, "extractive", "1", "d1")] for entry in self._view.entries if entry.text
        }
        self.patches: Callable[[str], Patch] = lambda sha: sample.PATCH
        self.refuses = ""
        self._before: list[tuple[ReleaseView, NoteId]] = []
        self._after: list[tuple[ReleaseView, NoteId]] = []
        self._subscribers: list[Callable[[], None]] = []
        self._clerk = Clerk("desk")

    def as_workbench(self) -> "Workbench":
        return cast("Workbench", self)

    # Looking

    def view(self) -> ReleaseView:
        return self._view

    def subscribe(self, callback: Callable[[], None]) -> None:
        self._subscribers.append(callback)

    def unsubscribe(self, callback: Callable[[], None]) -> None:
        self._subscribers.remove(callback)

    def patch(self, sha: str) -> Patch:
        return self.patches(sha)

    def variants(self, note: NoteId) -> tuple[Variant, ...]:
        return tuple(self.texts.get(note, ()))

    def open_edit(self, note: NoteId) -> str | None:
        return self.typed.get(note)

    def prompt(self, note: NoteId) -> tuple[Message, ...]:
        return (Message("system", "You are a staff engineer."), Message("user", "The diff is [bold]data[/bold]."))

    # Checking: here nothing is ever found, see `tests.ui.flagged`

    def check_typing(self, note: NoteId, text: str, heard: Callable[[Checked], None], after: float = 0.0) -> None:
        self.done.append(("check_typing", text))

    def evidence(self, note: NoteId, text: str, offset: int) -> tuple[EvidenceLine, ...]:
        return ()

    # Changing the view, as drafting does

    def change(self, **fields: Any) -> None:
        view = replace(self._view, **fields)
        self._view = replace(view, totals=sample.totals_of(view))
        for callback in tuple(self._subscribers):
            callback()

    def entry(self, note: NoteId) -> EntryView:
        return next(entry for entry in self._view.entries if entry.note == note)

    def set(self, note: NoteId, **fields: Any) -> None:
        self.change(entries=tuple(replace(one, **fields) if one.note == note else one for one in self._view.entries))

    # Decisions

    def _decide(self, name: str, note: NoteId, act: Callable[[], Any], details: Any = None) -> "Future[Any]":
        def job() -> Any:
            if self.refuses:
                raise ReviewError(self.refuses)
            self.done.append((name, details))
            self._before.append((self._view, note))
            self._after.clear()
            result = act()
            self.change(can_undo=True, can_redo=False)
            return result

        return self._clerk.do(job)

    def accept(self, note: NoteId, text: str) -> "Future[None]":
        assert self.entry(note).text == text
        return self._decide("accept", note, lambda: self.set(note, state="accepted", reviewed=True), (note, text))

    def edit(self, note: NoteId, text: str, accepted: bool = False) -> "Future[None]":
        def act() -> None:
            self.typed.pop(note, None)
            self.texts.setdefault(note, []).append(Variant(text, "person", "", "d1"))
            known = [one.note for one in self._view.entries]
            if note in known:
                self.set(note, state="edited", reviewed=accepted, text=text, engine="person")

        return self._decide("edit", note, act, (note, text, accepted))

    def keep_typing(self, note: NoteId, text: str) -> None:
        self.typed[note] = text
        self.done.append(("keep_typing", text))

    def drop_edit(self, note: NoteId) -> None:
        self.typed.pop(note, None)
        self.done.append(("drop_edit", note))

    def exclude(self, note: NoteId, reason: str) -> "Future[None]":
        return self._decide(
            "exclude", note, lambda: self.set(note, state="excluded", why=reason, reviewed=False), (note, reason)
        )

    def include(self, note: NoteId) -> "Future[None]":
        def act() -> None:
            members = [*self._view.internal, *self._view.dependency_updates, *self._view.left_out]
            found = next((member for member in members if member.note == note), None)
            if found is None:
                self.set(note, state="drafted", why="")
                return
            self.change(
                entries=(*self._view.entries, replace(found, group="entry", state="waiting")),
                internal=tuple(one for one in self._view.internal if one.note != note),
                left_out=tuple(one for one in self._view.left_out if one.note != note),
            )

        return self._decide("include", note, act, note)

    def merge(self, into: NoteId, notes: tuple[NoteId, ...]) -> "Future[None]":
        def act() -> None:
            gone = [self.entry(note) for note in notes]
            target = self.entry(into)
            commits = (*target.commits, *(commit for one in gone for commit in one.commits))
            left = tuple(one for one in self._view.entries if one.note not in notes)
            self.change(entries=tuple(replace(one, commits=commits) if one.note == into else one for one in left))

        return self._decide("merge", into, act, (into, notes))

    def take_out(self, note: NoteId, commit: str) -> "Future[None]":
        return self._decide("take_out", note, lambda: None, (note, commit))

    def another(self, note: NoteId, title: str) -> "Future[NoteId]":
        return self._added(title, self.entry(note))

    def add_entry(self, title: str, text: str, section: str = "changed") -> "Future[NoteId]":
        return self._added(title, None)

    def _added(self, title: str, like: EntryView | None) -> "Future[NoteId]":
        note = NoteId(f"entry:{title}")

        def act() -> NoteId:
            new = replace(
                sample.entry(None, title),
                note=note,
                commits=like.commits if like else (),
                origin="drafted" if like else "hand-written",
                state="waiting" if like else "drafted",
            )
            self.change(entries=(*self._view.entries, new))
            return note

        return self._decide("add", note, act, title)

    def set_facts(self, note: NoteId, **facts: Any) -> "Future[None]":
        given = {name: value for name, value in facts.items() if value is not None}
        return self._decide("facts", note, lambda: self.set(note, **given), given)

    def publish_internal(self, publish: bool) -> "Future[None]":
        return self._decide("publish", NoteId(""), lambda: self.change(publish_internal=publish), publish)

    def take_variant(self, note: NoteId, index: int) -> "Future[None]":
        return self._decide("variant", note, lambda: self.set(note, text=self.texts[note][index].text, variant=index))

    def undo(self) -> "Future[Undone]":
        return self._clerk.do(lambda: self._step(self._before, self._after, "Took back"))

    def redo(self) -> "Future[Undone]":
        return self._clerk.do(lambda: self._step(self._after, self._before, "Again"))

    def _step(
        self, source: list[tuple[ReleaseView, NoteId]], target: list[tuple[ReleaseView, NoteId]], word: str
    ) -> Undone:
        view, note = source.pop()
        target.append((self._view, note))
        self.change(entries=view.entries, can_undo=bool(self._before), can_redo=bool(self._after))
        return Undone(f"{word}: a decision", note, SetFacts(note))

    # Drafting

    def estimate(self) -> Estimate:
        return Estimate(41, 52_000, 4_000)

    def start_drafting(self) -> None:
        self.done.append(("start", None))

    def without_model(self) -> None:
        self.done.append(("without_model", None))

    def retry_engine(self) -> None:
        self.done.append(("retry", None))

    def promote(self, note: NoteId) -> None:
        self.done.append(("promote", note))

    def again(self, note: NoteId, instruction: str = "") -> str:
        self.done.append(("again", (note, instruction)))
        return self.refuses

    @property
    def fetches(self) -> bool:
        return False

    def take_in_new_commits(self) -> None:
        self.change(new_commits=0)

    def take_over(self) -> "Future[None]":
        return self._clerk.do(lambda: self.change(read_only=""))

    def close(self) -> None:
        self._clerk.close()
