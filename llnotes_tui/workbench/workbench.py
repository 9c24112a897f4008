"""One release at work: what screens and commands call to decide, to draft and to let go.

Decisions return futures that are done when the decision is on disk and in the view.
"""

import secrets
from concurrent.futures import Future
from pathlib import Path

import msgspec

from llnotes_tui.drafting.reckoning import Estimate
from llnotes_tui.engines.base import AnnouncementSubject, Engine, Message
from llnotes_tui.release.ids import ANNOUNCEMENT, entry_note
from llnotes_tui.release.model import Breaking, Finding, NoteId, Section
from llnotes_tui.review.decisions import (
    Accept,
    AddEntry,
    AnotherEntry,
    Decision,
    Dismiss,
    Edit,
    Exclude,
    ExcludeReason,
    Exported,
    Include,
    Merge,
    Published,
    PublishInternal,
    SetFacts,
    SetVersion,
    TakeOut,
    TakeVariant,
)
from llnotes_tui.review.sentences import Undone
from llnotes_tui.review.state import is_change
from llnotes_tui.review.store import ReviewError
from llnotes_tui.workbench.standing import Standing, Value
from llnotes_tui.workbench.terms import add_term
from llnotes_tui.workbench.tools import Tools, plan_commits

_LET_GO = 0.3
"""Seconds that a check under way gets to give up."""


class Workbench(Standing):
    """A release under review.  Thread-safe; made by `workbench.opening.open_release`."""

    _tools: Tools

    # -- decisions on texts ----------------------------------------------------------------------------------------

    def accept(self, note: NoteId, text: str) -> "Future[None]":
        """Accept the text that was on screen; the future fails with ReviewError if another one counts by now."""

        def decision() -> Decision:
            entry = self._known(note)
            if entry.text != text:
                raise ReviewError("The text changed while you read it; look again, then accept.")
            return Accept(note, text, entry.engine, entry.model, self._digest_of(note) or entry.input_digest)

        return self._decide(decision)

    def edit(self, note: NoteId, text: str, accepted: bool = False) -> "Future[None]":  # noqa: FBT001, FBT002
        """Keep a person's words for an entry, a file note or the announcement.

        An edit that ends in the same text is no decision, but for accepting it.
        """
        if not is_change(self._text_of(note), text):
            self.review.drop_edit(note)
            return self.accept(note, self._text_of(note)) if accepted else self._clerk.do(lambda: None)
        return self._decide(lambda: Edit(note, text, self._digest_of(note), accepted))

    def take_variant(self, note: NoteId, index: int) -> "Future[None]":
        """Make the text at `index` of `variants` the one that counts."""

        def decision() -> Decision:
            variant = self.variants(note)[index]
            digest = self._digest_of(note) if variant.engine == "person" else variant.input_digest
            return TakeVariant(note, variant.text, variant.engine, variant.model, digest)

        return self._decide(decision)

    def keep_typing(self, note: NoteId, text: str) -> None:
        """Keep what is being typed, whatever happens next; never waits."""
        entry = self.entry(note)
        self.review.keep_typing(note, text, entry.input_digest if entry else "")

    def open_edit(self, note: NoteId) -> str | None:
        """Return what was typed for a note and not decided on, if anything."""
        found = self.review.open_edits.get(note)
        return found.text if found else None

    def drop_edit(self, note: NoteId) -> None:
        """Throw away what was being typed."""
        self.review.drop_edit(note)

    # -- decisions on entries --------------------------------------------------------------------------------------

    def exclude(self, note: NoteId, reason: ExcludeReason) -> "Future[None]":
        """Leave an entry out of what is published."""
        return self._decide(lambda: Exclude(note, reason))

    def include(self, note: NoteId) -> "Future[None]":
        """Take an excluded entry back, or make an entry of a commit that is none."""
        return self._decide(lambda: Include(note), drafts=True)

    def merge(self, into: NoteId, notes: tuple[NoteId, ...]) -> "Future[None]":
        """Make one entry of several."""
        return self._decide(lambda: Merge(into, notes), drafts=True)

    def take_out(self, note: NoteId, commit: str) -> "Future[None]":
        """Make one commit of an entry an entry of its own."""
        return self._decide(lambda: TakeOut(note, commit), drafts=True)

    def another(self, note: NoteId, title: str) -> "Future[NoteId]":
        """Add a second entry from the commits of one; the future has its note."""
        entry = _new_note()
        return _mapped(self._decide(lambda: AnotherEntry(note, entry, title), drafts=True), entry)

    def add_entry(self, title: str, text: str, section: Section = "changed") -> "Future[NoteId]":
        """Add a hand-written entry that belongs to no commit; the future has its note."""
        entry = _new_note()
        return _mapped(self._decide(lambda: AddEntry(entry, title, text, section)), entry)

    def set_facts(
        self,
        note: NoteId,
        *,
        title: str | None = None,
        section: Section | None = None,
        breaking: Breaking | None = None,
    ) -> "Future[None]":
        """Set title, section or breaking of an entry; None leaves a fact as it is."""
        return self._decide(lambda: SetFacts(note, title, section, breaking))

    def publish_internal(self, publish: bool) -> "Future[None]":  # noqa: FBT001
        """Choose whether internal commits are published as lines without prose."""
        return self._decide(lambda: PublishInternal(publish))

    def set_version(self, version: str) -> "Future[None]":
        """Confirm the version, or name another one (without prefix)."""
        return self._decide(lambda: SetVersion(version))

    def exported(self, written: Exported) -> "Future[None]":
        """Note down what was written to disk."""
        return self._decide(lambda: written)

    def published(self, written: Published) -> "Future[None]":
        """Note down what was put on GitHub, or committed."""
        return self._decide(lambda: written)

    def undo(self) -> "Future[Undone]":
        """Take back the newest decision; the future says which one, or fails with ReviewError."""
        return self._settled(self.review.undo)

    def redo(self) -> "Future[Undone]":
        """Bring back the decision that was undone last."""
        return self._settled(self.review.redo)

    def take_over(self) -> "Future[None]":
        """Become the window that writes."""
        return self._settled(self.review.take_over)

    # -- decisions on findings -------------------------------------------------------------------------------------

    def dismiss(self, note: NoteId, finding: Finding) -> "Future[None]":
        """Keep a finding from being shown again on the same words of this note."""
        return self._decide(lambda: Dismiss(note, finding.kind, finding.text))

    def vouch_for(self, term: str) -> Path:
        """Put a term into the user's glossary, for good and everywhere, and check anew; return the glossary's file.

        Raises:
            ExportError: the glossary cannot be written.
        """
        path = add_term(term)
        if self._overlay is not None:
            self._overlay.inspector.again()
        return path

    # -- drafting --------------------------------------------------------------------------------------------------

    def attach(self, tools: Tools) -> None:
        """Take on what reading, drafting and checking need."""
        self._tools = tools
        self._begin(tools.engine)
        self._clerk.do(self._begin_checks)
        self._clerk.do(self._renew)

    @property
    def needs_consent(self) -> bool:
        """Whether drafting would send this repository's text to an endpoint that nobody has agreed to yet."""
        return self._tools.consent.is_missing(self.range.repository, self._tools.engine)

    def start_drafting(self) -> None:
        """Have everything drafted that nobody has decided on; for a model this is the consent to it."""
        self._tools.consent.give(self.range.repository, self._tools.engine)
        if self.drafting is not None:
            self.drafting.draft(self.undecided())

    def without_model(self) -> None:
        """Have the rest drafted by rule: nothing leaves this machine."""
        self._use(self._tools.extractive())

    def take_in_new_commits(self) -> None:
        """Read the branch again and go on with what it holds now; no decision is lost.  Slow: not for the UI thread."""
        plan = self._tools.read_plan()

        def swap() -> None:
            if self.drafting is not None:
                self.drafting.close()
            self.take_plan(plan)
            self.review.take_in(plan_commits(plan))
            self._begin(self._tools.engine)
            self._begin_checks()
            self._renew()

        self._clerk.do(swap).result()
        if not self.needs_consent:
            self.start_drafting()

    def _begin(self, engine: Engine) -> None:
        self.drafting = self._tools.drafting(self.graph, engine, self._heard, self._decided_texts)

    def _begin_checks(self) -> None:
        if self._tools.checker is not None:
            self.begin_checks(self._tools.checker(self.plan))

    def _decided_texts(self) -> dict[NoteId, str]:
        return self.review.state.effective()

    def _use(self, engine: Engine) -> None:
        self._tools = msgspec.structs.replace(self._tools, engine=engine)
        if self.drafting is not None:
            self.drafting.use(engine)
            self.drafting.draft(self.undecided())
        self._clerk.do(self._renew)

    def promote(self, note: NoteId) -> None:
        """Have the note written first that the engineer looks at."""
        if self.drafting is not None:
            self.drafting.promote(note)

    def again(self, note: NoteId, instruction: str = "") -> str:
        """Ask for another text, which becomes a variant and never replaces a person's words; return why there is none."""
        if note == ANNOUNCEMENT:
            self.announce(instruction, again=True)
            return ""
        if self.drafting is None:
            return "Nothing is drafted here."
        entry = self.entry(note)
        if self.drafting.engine.name == "extractive" and (entry is None or entry.state not in ("stale", "failed")):
            return "Without a model the same facts give the same text: e writes your own."
        return self.drafting.again(note, instruction)

    def announce(self, instruction: str = "", *, again: bool = False) -> None:
        """Have the announcement written from the entries that a person has read.

        Raises:
            ReviewError: nobody has read any yet.
        """
        if not self.announced():
            raise ReviewError("There is nothing to announce yet: accept or edit an entry first.")
        subject = AnnouncementSubject(self.range.name, self._view.version, self.range.web_url, self.announced())
        if self.drafting is not None:
            self.drafting.announce(subject, instruction, again=again)

    def prompt(self, note: NoteId) -> tuple[Message, ...]:
        """Return the messages that a note's call sends, secrets masked.  Slow: not for the UI thread."""
        return self.drafting.prompt(note) if self.drafting is not None else ()

    def estimate(self) -> Estimate:
        """Return what drafting will ask for.  Reads diffs: not for the UI thread."""
        return self.drafting.estimate(self.undecided()) if self.drafting is not None else Estimate(0, 0, 0)

    def retry_engine(self) -> None:
        """Try an engine again that was stopped after failures in a row."""
        if self.drafting is not None:
            self.drafting.retry()

    def close(self) -> str:
        """Stop drafting, keep everything, let go; returns within a second, with a sentence about what could not be kept."""
        if self.drafting is not None:
            self.drafting.close()
        self._lookout.close()
        self.remember()
        self.end_checks(_LET_GO)
        self._clerk.close()
        sentence = self.review.close()
        self.answers.close()
        return sentence


def _new_note() -> NoteId:
    return entry_note(secrets.token_hex(6))


def _mapped(done: "Future[None]", value: Value) -> "Future[Value]":
    """Return a future that has `value` once `done` is done well."""
    outer: Future[Value] = Future()

    def settle(inner: "Future[None]") -> None:
        fault = inner.exception()
        if fault is not None:
            outer.set_exception(fault)
        else:
            outer.set_result(value)

    done.add_done_callback(settle)
    return outer
