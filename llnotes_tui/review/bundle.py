"""A review as one file that a colleague can take in: texts of both are kept, and nothing of one's own is overwritten."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from llnotes_tui.release.ids import ReviewId
from llnotes_tui.release.model import Commit, NoteId
from llnotes_tui.release.text import one_line, visible
from llnotes_tui.review.carry import Fingerprint, carried, carried_note, commits_mentioned, moves_of
from llnotes_tui.review.content import Content, OpenEdit
from llnotes_tui.review.decisions import (
    Accept,
    AddEntry,
    AnotherEntry,
    Decision,
    Dismiss,
    Edit,
    Exclude,
    Exported,
    Include,
    Loaded,
    Logged,
    Merge,
    Moved,
    Offered,
    Published,
    PublishInternal,
    SetFacts,
    SetVersion,
    TakeOut,
    TakeVariant,
    notes_of,
)
from llnotes_tui.review.history import History
from llnotes_tui.review.replay import PERSON, flattened, state_of
from llnotes_tui.review.store import ReviewError

SCHEMA: Literal[1] = 1
_KIND: Literal["llnotes review"] = "llnotes review"
_LARGEST = 64 << 20
"""Bytes; no review of a release comes near it."""
_END_OF_TIME = 1e11
"""Seconds; later than any clock shows, and still a date."""


class Bundle(Struct, frozen=True, kw_only=True):
    """What the file holds."""

    schema: Literal[1]
    kind: Literal["llnotes review"]
    review: ReviewId
    saved_at: float
    """Seconds since the epoch."""
    saved_by: str
    log: tuple[Logged, ...]
    edits: dict[NoteId, OpenEdit]
    commits: dict[str, Fingerprint]


def save(file: Path, content: Content, review_id: ReviewId, by: str, at: float) -> None:
    """Write a review into a file, whole or not at all.

    Raises:
        ReviewError: the file cannot be written.
    """
    bundle = Bundle(
        schema=SCHEMA,
        kind=_KIND,
        review=review_id,
        saved_at=at,
        saved_by=by,
        log=tuple(_without_publishing(logged) for logged in content.history.log),
        edits=content.edits,
        commits=content.fingerprints,
    )
    text = json.dumps(msgspec.to_builtins(bundle), indent=1, ensure_ascii=True)
    try:
        _write_whole(file, text.encode())
    except OSError as error:
        raise ReviewError(f"The review cannot be saved to {file} ({error.strerror or error}).") from error


def _without_publishing(logged: Logged) -> Logged:
    """Return a line of the log as every reader of this schema knows it: whose pull request it was is no colleague's matter.

    No line is left out, for undo counts them.
    """
    match logged.decision:
        case Published() as done:
            return Logged(logged.at, logged.by, Exported(done.version, done.section_digest, (), done.date))
        case _:
            return logged


def read(file: Path, review_id: ReviewId) -> Bundle:
    """Return what a file holds, if it is a review of the same range.

    Raises:
        ReviewError: it cannot be read, is no review, or belongs to another range.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise ReviewError(f"{file} is too large to be a saved review.")
        value = _made_visible(json.loads(file.read_bytes(), parse_constant=_refused))
    except OSError as error:
        raise ReviewError(f"{file} cannot be read ({error.strerror or error}).") from error
    except (ValueError, RecursionError) as error:
        raise ReviewError(f"{file} is no saved review: it is not JSON.") from error
    schema = value.get("schema") if isinstance(value, dict) and value.get("kind") == _KIND else None
    if isinstance(schema, int) and schema > SCHEMA:
        raise ReviewError(f"{file} was saved by a newer llnotes; install it to load the file.")
    try:
        bundle = msgspec.convert(value, Bundle)
    except msgspec.ValidationError as error:
        raise ReviewError(f"{file} is no saved review ({error}).") from error
    if not all(0 <= logged.at < _END_OF_TIME for logged in (*bundle.log, *flattened(bundle.log))):
        raise ReviewError(f"{file} is no saved review (it holds a time that is none).")
    _check_range(file, bundle.review, review_id)
    return bundle


def taken_in(content: Content, bundle: Bundle, commits: Sequence[Commit]) -> tuple[Loaded, str]:
    """Return what loading a colleague's review decides here, and a sentence about it.

    Both are read by the names that commits have in the range as it is now, which consists of `commits`.

    A colleague's decision counts where one has not decided oneself; where one has, a text becomes a variant and
    everything else stays as it is.

    Raises:
        ReviewError: there is nothing in it that is not here already.
    """
    known = bundle.commits | content.fingerprints
    mentioned = commits_mentioned(content.history.log) | commits_mentioned(bundle.log, bundle.edits)
    moves = moves_of(mentioned, commits, known, content.moves)
    own = History(carried(logged, moves) for logged in content.history.log)
    theirs = History(carried(logged, moves) for logged in bundle.log)
    edits = {carried_note(note, moves): edit for note, edit in bundle.edits.items()}
    parts = tuple(_Taking(own).parts(theirs, edits))
    if not parts:
        raise ReviewError(f"The review of {bundle.saved_by or 'a colleague'} holds nothing that is not here already.")
    offered = sum(isinstance(part.decision, Offered) for part in parts)
    taken = len(parts) - offered
    sentence = f"Took in the review of {bundle.saved_by or 'a colleague'}: {_counted(taken, 'decision')}"
    return Loaded(bundle.saved_by, parts), f"{sentence}, {_counted(offered, 'text')} beside one's own."


class _Taking:
    """Sorts a colleague's decisions by whether one's own leave room for them."""

    def __init__(self, history: History) -> None:
        self._own = own = state_of(history)
        decisions = [logged.decision for logged in flattened(history.in_force())]
        self._touched = {note for decision in decisions for note in notes_of(decision)}
        self._shaped = {note for decision in decisions if isinstance(decision, _SHAPES) for note in notes_of(decision)}
        self._decisions = decisions
        self._has_publish = any(isinstance(decision, PublishInternal) for decision in decisions)
        self._known = {(note, text.text) for note, texts in own.variants.items() for text in texts}

    def parts(self, history: History, edits: Mapping[NoteId, OpenEdit]) -> Iterator[Logged]:
        """Yield what is taken of a colleague's log, and then the texts that are left to offer."""
        for logged in flattened(history.in_force()):
            decision = None if isinstance(logged.decision, Moved) else self._taken(logged.decision)
            if decision is not None and decision not in self._decisions:
                self._remember(decision)
                yield Logged(logged.at, logged.by, decision)
        for note, texts in state_of(history).variants.items():
            for text in texts:
                if text.human and self._is_new(note, text.text):
                    yield Logged(text.at, text.by, Offered(note, text.text, PERSON, "", text.input_digest))
        for note, edit in edits.items():
            if edit.text.strip() and self._is_new(note, edit.text):
                yield Logged(edit.at, edit.by, Offered(note, edit.text, PERSON, "", edit.input_digest))

    def _is_new(self, note: NoteId, text: str) -> bool:
        is_new = (note, text) not in self._known
        self._known.add((note, text))
        return is_new

    def _remember(self, decision: Decision) -> None:
        if isinstance(decision, Accept | Edit | TakeVariant | Offered):
            self._known.add((decision.note, decision.text))

    def _taken(self, decision: Decision) -> Decision | None:
        """Return what a colleague's decision is here, None where one's own stand against it."""
        match decision:
            case Accept() | Edit() | TakeVariant() | Offered():
                return self._text(decision)
            case SetFacts():
                return self._facts(decision)
            case Merge(_, notes):
                return None if self._touched.intersection(notes) or self._is_shaped(decision) else decision
            case TakeOut() | AnotherEntry() | AddEntry():
                return None if self._is_shaped(decision) else decision
            case Exclude() | Include():
                return None if decision.note in self._touched else decision
            case PublishInternal():
                return None if self._has_publish else decision
            case SetVersion():
                return None if self._own.version else decision
            case Dismiss():
                return decision
            case _:
                return None

    def _text(self, decision: Accept | Edit | TakeVariant | Offered) -> Decision | None:
        if decision.note not in self._own.texts:
            return decision
        if (decision.note, decision.text) in self._known:
            return None
        engine, model = (PERSON, "") if isinstance(decision, Edit) else (decision.engine, decision.model)
        return Offered(decision.note, decision.text, engine, model, decision.input_digest)

    def _facts(self, decision: SetFacts) -> SetFacts | None:
        own = [step for step in self._own.steps if isinstance(step, SetFacts) and step.note == decision.note]
        new = SetFacts(
            decision.note,
            title=None if any(step.title is not None for step in own) else decision.title,
            section=None if any(step.section is not None for step in own) else decision.section,
            breaking=None if any(step.breaking is not None for step in own) else decision.breaking,
        )
        return None if new == SetFacts(decision.note) else new

    def _is_shaped(self, decision: Decision) -> bool:
        return bool(self._shaped.intersection(notes_of(decision)))


_SHAPES = (Merge, TakeOut, AnotherEntry, AddEntry)


def _check_range(file: Path, theirs: ReviewId, ours: ReviewId) -> None:
    if theirs.repository != ours.repository:
        raise ReviewError(f"{file} is a review of {theirs.repository}, and this is {ours.repository}.")
    if (theirs.base, theirs.component) != (ours.base, ours.component):
        raise ReviewError(
            f"{file} is a review of what came after {theirs.base[:12]}{_of_component(theirs)}, "
            f"and this one begins after {ours.base[:12]}{_of_component(ours)}."
        )


def _of_component(review_id: ReviewId) -> str:
    return f" in {review_id.component}" if review_id.component else ""


def _refused(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _made_visible(value: Any, key: str = "") -> Any:
    """Return JSON from outside with every text safe to show; names and titles are one line."""
    match value:
        case str():
            return visible(value) if key == "text" else one_line(value)
        case list():
            return [_made_visible(item, key) for item in value]
        case dict():
            return {one_line(name): _made_visible(item, name) for name, item in value.items()}
        case _:
            return value


def _write_whole(file: Path, data: bytes) -> None:
    fresh = file.with_name(f".{file.name[:64]}.{os.getpid()}.new")
    try:
        with fresh.open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    except FileExistsError:
        raise
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
