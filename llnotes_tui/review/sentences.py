"""Decisions in words, for the line that says what was taken back."""

from collections.abc import Callable

from msgspec import Struct

from llnotes_tui.release.model import NoteId
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

Titles = Callable[[NoteId], str]
"""What a note is called, for people."""


class Undone(Struct, frozen=True):
    """What a step of undo or redo did."""

    sentence: str
    note: NoteId | None
    """The note to show; None where the decision concerned none."""
    decision: Decision


def undone(decision: Decision, titles: Titles) -> Undone:
    """Return what it means that `decision` was taken back."""
    return Undone(f"Took back: {in_words(decision, titles)}", concerned(decision), decision)


def redone(decision: Decision, titles: Titles) -> Undone:
    """Return what it means that `decision` was made again."""
    return Undone(f"Again: {in_words(decision, titles)}", concerned(decision), decision)


def concerned(decision: Decision) -> NoteId | None:
    """Return the note that a decision is about, None where it is about the whole release."""
    return next(iter(notes_of(decision)), None)


def in_words(decision: Decision | Moved, titles: Titles) -> str:
    """Return what was decided, in a few words."""
    named = {note: f"'{titles(note)}'" for note in notes_of(decision)}
    match decision:
        case Accept(note):
            return f"accepted {named[note]}"
        case Edit(note):
            return f"edited {named[note]}"
        case TakeVariant(note):
            return f"took another text for {named[note]}"
        case Exclude(note, reason):
            return f"excluded {named[note]} ({reason})"
        case Include(note):
            return f"included {named[note]}"
        case Merge(into, notes):
            others = [named[note] for note in notes if note != into]
            return f"merged {others[0] if len(others) == 1 else f'{len(others)} entries'} into {named[into]}"
        case TakeOut(note):
            return f"took a commit out of {named[note]}"
        case AnotherEntry(_, _, title):
            return f"began another entry '{title}'"
        case AddEntry(_, title):
            return f"added '{title}'"
        case SetFacts(note):
            return f"changed {_facts(decision)} of {named[note]}"
        case _:
            return _about_the_release(decision, named)


def _about_the_release(decision: Decision | Moved, named: dict[NoteId, str]) -> str:
    match decision:
        case PublishInternal(publish):
            return "published internal commits" if publish else "left internal commits out"
        case SetVersion(version):
            return f"set the version to {version}"
        case Exported(version):
            return f"wrote {version}"
        case Published(kind, version):
            return f"{_PUBLISHED[kind]} {version}"
        case Dismiss(note, kind):
            return f"dismissed {kind} in {named[note]}"
        case Loaded(by):
            return f"took in the review of {by}"
        case Offered(note):
            return f"offered a text for {named[note]}"
        case _:
            return "a step of undo"


_PUBLISHED = {
    "pull-request": "proposed",
    "release": "made the draft release of",
    "commit": "committed",
}


def _facts(decision: SetFacts) -> str:
    facts = {"the title": decision.title, "the section": decision.section, "whether it breaks": decision.breaking}
    return " and ".join(name for name, value in facts.items() if value is not None) or "nothing"
