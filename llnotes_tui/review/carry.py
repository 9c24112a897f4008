"""Decisions follow their commits: what was decided on a commit that was amended or rebased goes to the one that replaced it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from llnotes_tui.release.ids import commit_note, commit_of, file_note, file_of
from llnotes_tui.release.model import Commit, NoteId
from llnotes_tui.review.decisions import Loaded, Logged, Merge, TakeOut, notes_of


class Fingerprint(Struct, frozen=True):
    """What a commit is known by after it has left the range."""

    pull_request: int | None
    patch_id: str | None
    author: str
    authored_at: int
    subject: str


Moves = Mapping[str, str]
"""SHAs of commits that left the range, to the SHAs that took their place."""

_TRAITS: tuple[Callable[[Fingerprint], object], ...] = (
    lambda known: known.pull_request,
    lambda known: known.patch_id,
    lambda known: (known.author, known.authored_at, known.subject),
)
"""What makes two commits the same change, the strongest first; None says nothing."""


def fingerprint_of(commit: Commit) -> Fingerprint:
    """Return what to know a commit by."""
    author = f"{commit.author} <{commit.author_email}>"
    return Fingerprint(commit.pull_request, commit.patch_id, author, commit.authored_at, commit.subject)


def moves_of(
    mentioned: Iterable[str], commits: Sequence[Commit], known: Mapping[str, Fingerprint], earlier: Moves
) -> dict[str, str]:
    """Return where the decisions on commits outside the range go; a commit that is missing here was found nowhere.

    Args:
        mentioned: SHAs that decisions are about.
        commits: the range as it is now, newest first.
        known: fingerprints of commits that were ever in the range.
        earlier: moves of earlier times, for a commit that was replaced more than once.
    """
    present = {commit.sha for commit in commits}
    prints = [(commit.sha, fingerprint_of(commit)) for commit in commits]
    found = {}
    for sha in mentioned:
        successor = None if sha in present else _successor(sha, prints, present, known, earlier)
        if successor is not None:
            found[sha] = successor
    return found


def carried_note(note: NoteId, moves: Moves) -> NoteId:
    """Return the note that stands for `note` now."""
    sha = commit_of(note)
    if sha is None or sha not in moves:
        return note
    file = file_of(note)
    return commit_note(moves[sha]) if file is None else file_note(moves[sha], file[1])


def carried(logged: Logged, moves: Moves) -> Logged:
    """Return a line of the log with its notes and commits as they are called now."""
    decision: Any = logged.decision
    if not moves or not (isinstance(decision, Loaded) or hasattr(decision, "note") or isinstance(decision, Merge)):
        return logged
    changes: dict[str, Any]
    match decision:
        case Loaded(_, parts):
            changes = {"parts": tuple(carried(part, moves) for part in parts)}
        case Merge(into, notes):
            changes = {"into": carried_note(into, moves), "notes": tuple(carried_note(note, moves) for note in notes)}
        case TakeOut(note, sha):
            changes = {"note": carried_note(note, moves), "commit": moves.get(sha, sha)}
        case _:
            changes = {"note": carried_note(decision.note, moves)}
    return msgspec.structs.replace(logged, decision=msgspec.structs.replace(decision, **changes))


def commits_mentioned(log: Iterable[Logged], notes: Iterable[NoteId] = ()) -> set[str]:
    """Return the SHAs that decisions (and further notes) are about."""
    shas = {commit_of(note) for note in notes}
    for logged in log:
        decision = logged.decision
        match decision:
            case Loaded(_, parts):
                shas |= commits_mentioned(parts)
            case TakeOut(_, sha):
                shas.add(sha)
        shas.update(commit_of(note) for note in notes_of(decision))
    return {sha for sha in shas if sha is not None}


def left_behind(notes: Iterable[NoteId], commits: Sequence[Commit]) -> tuple[NoteId, ...]:
    """Return the notes whose commit (or file of a commit) is not in the range; their decisions are kept."""
    paths = {commit.sha: {change.path for change in commit.files} for commit in commits}

    def is_gone(note: NoteId) -> bool:
        sha, file = commit_of(note), file_of(note)
        return sha is not None and (sha not in paths or (file is not None and file[1] not in paths[sha]))

    return tuple(note for note in notes if is_gone(note))


def _successor(
    sha: str,
    prints: Sequence[tuple[str, Fingerprint]],
    present: set[str],
    known: Mapping[str, Fingerprint],
    earlier: Moves,
) -> str | None:
    """Return the commit that replaced `sha`, looking also at those that replaced it in between."""
    seen: set[str] = set()
    at: str | None = sha
    while at is not None and at not in seen:
        seen.add(at)
        if at in present:
            return at
        match = _match(known[at], prints) if at in known else None
        if match is not None:
            return match
        at = earlier.get(at)
    return None


def _match(gone: Fingerprint, prints: Sequence[tuple[str, Fingerprint]]) -> str | None:
    """Return the one commit that shares the strongest trait of `gone`; where several do, the next trait decides.

    Where none can, the newest commit of the same pull request is left: it names the entry that was decided on.
    """
    for trait in _TRAITS:
        wanted = trait(gone)
        same = [sha for sha, candidate in prints if wanted is not None and trait(candidate) == wanted]
        if len(same) == 1:
            return same[0]
    number = gone.pull_request
    return next((sha for sha, candidate in prints if number is not None and candidate.pull_request == number), None)
