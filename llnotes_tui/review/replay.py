"""From the log of a review to what it says now: the text that counts for every note, what is left out, what is merged."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from msgspec import Struct

from llnotes_tui.release.model import NoteId
from llnotes_tui.review.decisions import (
    Accept,
    AddEntry,
    AnotherEntry,
    Dismiss,
    Edit,
    Exclude,
    ExcludeReason,
    Exported,
    Include,
    Loaded,
    Logged,
    Merge,
    Offered,
    Published,
    PublishedKind,
    PublishInternal,
    SetFacts,
    SetVersion,
    TakeOut,
    TakeVariant,
)
from llnotes_tui.review.history import History

PERSON = "person"
"""The engine of a text that a person wrote."""

PAUSE = 300.0
"""Seconds between two decisions from which on nobody was at work."""

Step = Merge | TakeOut | AnotherEntry | AddEntry | Include | SetFacts
"""A decision about the shape of the entries; the order of such decisions matters."""


class DecidedText(Struct, frozen=True):
    """A text that somebody decided on: written, accepted, or taken among variants."""

    text: str
    engine: str
    model: str
    input_digest: str
    """Of what the note was about when the text was decided on."""
    accepted: bool
    human: bool
    """A person wrote these words."""
    at: float
    """Seconds since the epoch."""
    by: str


class ReviewState(Struct, frozen=True):
    """What the engineer's decisions come to, up to where undo stands."""

    texts: Mapping[NoteId, DecidedText] = {}
    """The decided text of every note that has one; it counts even where it is stale."""
    variants: Mapping[NoteId, tuple[DecidedText, ...]] = {}
    """Every text that was ever decided on or offered by a colleague, also one that was taken back; oldest first."""
    excluded: Mapping[NoteId, ExcludeReason] = {}
    steps: tuple[Step, ...] = ()
    publish_internal: bool = False
    version: str = ""
    """Without prefix; empty while nobody has confirmed one."""
    exported: tuple[Exported, ...] = ()
    """Everything that was written, oldest first; undo does not take it back."""
    published: tuple[Published, ...] = ()
    """Everything that was put on GitHub or committed, oldest first; undo does not take it back either."""
    sections: tuple[Exported | Published, ...] = ()
    """Those of both by which a section of a changelog was written, oldest first."""
    dismissed: frozenset[tuple[NoteId, str, str]] = frozenset()
    """Note, kind and text of findings that are of no concern."""
    decisions: int = 0
    """How many decisions are in force."""
    can_undo: bool = False
    can_redo: bool = False
    last_at: float = 0.0
    last_by: str = ""
    seconds_at_work: float = 0.0
    """How long the decisions took, without the pauses between them that were longer than `PAUSE`."""

    def effective(self) -> dict[NoteId, str]:
        """Return the decided texts: what drafting builds on instead of its own."""
        return {note: decided.text for note, decided in self.texts.items()}

    def written(self) -> Exported | Published | None:
        """Return how a section was written last, None before the first time."""
        return self.sections[-1] if self.sections else None

    def last_published(self, kind: PublishedKind) -> Published | None:
        """Return what was published last of a kind, None before the first time."""
        return next((published for published in reversed(self.published) if published.kind == kind), None)

    def written_announcement(self) -> str:
        """Return the digest of the announcement as it was written last; empty before that."""
        return next((e.announcement_digest for e in reversed(self.exported) if e.announcement_digest), "")


def _seconds_at_work(log: Sequence[Logged]) -> float:
    gaps = (later.at - earlier.at for earlier, later in pairwise(log))
    return sum(gap for gap in gaps if 0 < gap <= PAUSE)


def replay(log: Sequence[Logged]) -> ReviewState:
    """Return what a log says, from its beginning."""
    return state_of(History(log))


def state_of(history: History) -> ReviewState:
    """Return what the decisions in force come to."""
    fold = _Fold()
    in_force = history.in_force()
    for logged in flattened(in_force):
        fold.take(logged)
    last = history.log[-1] if history.log else None
    return ReviewState(
        texts=fold.texts,
        variants=_variants(history.log),
        excluded=fold.excluded,
        steps=tuple(fold.steps),
        publish_internal=fold.publish_internal,
        version=fold.version,
        exported=tuple(logged.decision for logged in history.log if isinstance(logged.decision, Exported)),
        published=tuple(logged.decision for logged in history.log if isinstance(logged.decision, Published)),
        sections=tuple(
            logged.decision
            for logged in history.log
            if isinstance(logged.decision, Exported | Published) and logged.decision.section_digest
        ),
        dismissed=frozenset(fold.dismissed),
        decisions=len(in_force),
        can_undo=history.to_undo() is not None,
        can_redo=history.to_redo() is not None,
        last_at=last.at if last else 0.0,
        last_by=last.by if last else "",
        seconds_at_work=_seconds_at_work(history.log),
    )


def flattened(log: Iterable[Logged]) -> Iterator[Logged]:
    """Yield the decisions of a log, those of a colleague one by one."""
    for logged in log:
        if isinstance(logged.decision, Loaded):
            yield from logged.decision.parts
        else:
            yield logged


class _Fold:
    """Decisions taken one after the other."""

    def __init__(self) -> None:
        self.texts: dict[NoteId, DecidedText] = {}
        self.excluded: dict[NoteId, ExcludeReason] = {}
        self.steps: list[Step] = []
        self.publish_internal = False
        self.version = ""
        self.dismissed: set[tuple[NoteId, str, str]] = set()
        self._human: set[tuple[NoteId, str]] = set()

    def take(self, logged: Logged) -> None:
        match logged.decision:
            case (Accept() | Edit() | TakeVariant()) as decision:
                text = _decided(logged, decision, self._human)
                if text.human:
                    self._human.add((decision.note, text.text))
                self.texts[decision.note] = text
            case Exclude(note, reason):
                self.excluded[note] = reason
            case Include(note) as step:
                self.excluded.pop(note, None)
                self.steps.append(step)
            case (Merge() | TakeOut() | AnotherEntry() | AddEntry() | SetFacts()) as step:
                self.steps.append(step)
            case PublishInternal(publish):
                self.publish_internal = publish
            case SetVersion(version):
                self.version = version
            case Dismiss(note, kind, text):
                self.dismissed.add((note, kind, text))
            case _:
                pass


def _variants(log: Iterable[Logged]) -> dict[NoteId, tuple[DecidedText, ...]]:
    """Return every text of every note once; who wrote it first is its author."""
    human: set[tuple[NoteId, str]] = set()
    found: dict[NoteId, dict[str, DecidedText]] = {}
    for logged in flattened(log):
        match logged.decision:
            case (Accept() | Edit() | TakeVariant() | Offered()) as decision:
                text = _decided(logged, decision, human)
                if text.human:
                    human.add((decision.note, text.text))
                found.setdefault(decision.note, {}).setdefault(text.text, text)
            case _:
                pass
    return {note: tuple(texts.values()) for note, texts in found.items()}


def _decided(
    logged: Logged, decision: Accept | Edit | TakeVariant | Offered, human: set[tuple[NoteId, str]]
) -> DecidedText:
    """Return the text of a decision; words that a person wrote stay a person's when they are accepted later."""
    edited = isinstance(decision, Edit)
    engine, model = (PERSON, "") if isinstance(decision, Edit) else (decision.engine, decision.model)
    is_human = edited or engine == PERSON or (decision.note, decision.text) in human
    facts: dict[str, Any] = {"text": decision.text, "input_digest": decision.input_digest}
    accepted = decision.accepted if isinstance(decision, Edit) else isinstance(decision, Accept)
    return DecidedText(
        engine=PERSON if is_human else engine,
        model="" if is_human else model,
        accepted=accepted,
        human=is_human,
        at=logged.at,
        by=logged.by,
        **facts,
    )
