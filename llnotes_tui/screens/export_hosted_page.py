"""What the part `GitHub` of the Export screen says: what there is already, and what the keys will do."""

from collections.abc import Sequence

from llnotes_tui.publishing.github import Difference, another_is_open
from llnotes_tui.screens.export_hosted import Around, Looked, Made
from llnotes_tui.screens.export_pages import counted
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.note_lines import Piece
from llnotes_tui.widgets.page import BLANK, Paragraph, words
from llnotes_tui.workbench.committing import LocalCommit
from llnotes_tui.workbench.proposing import Proposal
from llnotes_tui.workbench.releasing import ReleaseDraft

_NAMES = {"pull-request": "Pull request   ", "release": "Draft release  ", "commit": "Local commit   "}


def github(around: Around | None, made: Sequence[Made], undecided: Difference | None) -> list[Paragraph]:
    """Return what is to be said; `around` is None while it is being looked at."""
    if undecided is not None:
        return _undecided(undecided)
    said = [row for one in made for row in _made(one)]
    said += [BLANK] if said else []
    if around is None:
        return [*said, words("Looking at GitHub …", "note--quiet")]
    said.append(words(around.place or "Not on GitHub", "note--title"))
    if around.fault:
        said.append(words(around.fault, "note--quiet"))
    told = [] if around.fault else [*_proposal(around.proposal), *_draft(around.draft)]
    said += [BLANK, *(row for row in told if row.key not in {one.url for one in made if one.url})]
    said += [*_commit(around.commit), BLANK]
    said.append(
        words("llnotes merges no pull request, publishes no release and pushes no branch but its own.", "note--quiet")
    )
    if made:
        said += [BLANK, Paragraph(_keys(("o", " opens the page   "), ("y", " copies it   "), ("enter", " goes on")))]
    return said


def asked(looked: Looked) -> list[str]:
    """Return what a key will do, for the question before it is done."""
    match looked:
        case Proposal(seen=seen, wanted=wanted):
            where = f"{seen.repository.name}, branch {seen.branch}, from {wanted.base_branch} {wanted.base.sha[:7]}"
            step = f"Updates #{seen.found.number} in" if seen.found is not None else "Opens a pull request in"
            moved = (
                " (moved, for the branch it comes from has moved on or its files change)"
                if seen.found and seen.commits
                else ""
            )
            said = [f"{step} {single_line(where)}{moved}.", f"One commit “{single_line(wanted.message)}”:"]
            said += [f"· {single_line(change.path)}" for change in wanted.changes]
            return [*said, *_further(looked.beyond)]
        case ReleaseDraft(seen=seen, wanted=release):
            step = "Updates the draft" if seen.found is not None else "Makes a draft"
            return [
                f"{step} of {single_line(release.tag)} in {seen.repository.name}.",
                "It is seen by those who may write, until a person publishes it.",
            ]
        case LocalCommit():
            return _asked_commit(looked)


def _asked_commit(looked: LocalCommit) -> list[str]:
    composed = looked.composed
    step = "Moves the branch" if looked.head is not None else "Makes the branch"
    said = [
        f"{step} {composed.branch} in this clone, on top of {looked.base[:7]}.",
        f"One commit “{composed.message}”:",
    ]
    said += [f"· {single_line(change.path)}" for change in composed.changes("ours")]
    said.append("What is checked out and what is staged stays as it is.")
    return [*said, *_further(looked.beyond)]


def _further(beyond: str) -> list[str]:
    return [single_line(beyond)] if beyond else []


def _made(one: Made) -> list[Paragraph]:
    said = [Paragraph((("✓ ", "note--done"), (single_line(one.sentence), "note--title")))]
    if one.url:
        said.append(Paragraph(((single_line(one.url), "note--text"),), indent=2, key=one.url))
    said += [Paragraph(((single_line(line), "note--text"),), indent=2, key=line) for line in one.commands]
    return said


def _undecided(difference: Difference) -> list[Paragraph]:
    keys = _keys(("T", " keeps theirs (-)   "), ("O", " takes ours (+)   "), ("esc", " leaves it"))
    return [Paragraph((("! ", "note--warn"), (single_line(difference.why), "note--warn"))), Paragraph(keys, indent=2)]


def _proposal(looked: Proposal | str) -> list[Paragraph]:
    if isinstance(looked, str):
        return [_row("pull-request", looked, "note--quiet")]
    seen, said = looked.seen, []
    if seen.other is not None:
        said.append(
            _row("pull-request", another_is_open(seen.other), "note--warn", ("L", " loads its section as edits"))
        )
    elif looked.difference is not None:
        said.append(_row("pull-request", looked.difference.why, "note--warn", ("p", " shows the difference")))
    elif seen.found is not None:
        told = f"#{seen.found.number} “{seen.found.title}” is open"
        if seen.step == "nothing":
            said.append(_row("pull-request", f"{told}, and says all of this", "note--done"))
        else:
            said.append(_row("pull-request", told, "note--text", ("p", " updates it")))
        said.append(Paragraph(((single_line(seen.found.url), "note--quiet"),), indent=15, key=seen.found.url))
    else:
        files = counted(len(looked.wanted.changes), "file")
        said.append(_row("pull-request", "none yet", "note--quiet", ("p", f" opens one: {seen.branch}, {files}")))
    if looked.beyond:
        said.append(Paragraph(((single_line(looked.beyond), "note--warn"),), indent=15))
    return said


def _draft(looked: ReleaseDraft | str) -> list[Paragraph]:
    if isinstance(looked, str):
        return [_row("release", looked, "note--quiet")]
    seen, tag = looked.seen, single_line(looked.wanted.tag)
    if seen.published is not None:
        return [
            _row(
                "release", f"{tag} is published: what it says is history", "note--warn", ("V", " names another version")
            )
        ]
    if seen.difference is not None:
        return [_row("release", seen.difference.why, "note--warn", ("d", " shows the difference"))]
    if seen.found is None:
        return [_row("release", "none yet", "note--quiet", ("d", f" makes one of {tag}"))]
    place = Paragraph(((single_line(seen.found.url), "note--quiet"),), indent=15, key=seen.found.url)
    if seen.step == "nothing":
        return [_row("release", f"{tag} is drafted, and says all of this", "note--done"), place]
    return [_row("release", f"{single_line(seen.found.tag)} is drafted", "note--text", ("d", " updates it")), place]


def _commit(looked: LocalCommit | str) -> list[Paragraph]:
    if isinstance(looked, str):
        return [_row("commit", looked, "note--quiet")]
    if looked.head is not None:
        told = f"{looked.composed.branch} stands at {looked.head[:7]}"
        return [_row("commit", told, "note--text", ("c", " commits it anew where it differs"))]
    return [_row("commit", "none yet", "note--quiet", ("c", f" makes one on {looked.composed.branch}"))]


def _row(kind: str, told: str, style: str, key: tuple[str, str] | None = None) -> Paragraph:
    pieces: tuple[Piece, ...] = ((_NAMES[kind], "note--key"), (single_line(told), style))
    return Paragraph((*pieces, ("   ", "note--text"), *_keys(key)) if key is not None else pieces)


def _keys(*keys: tuple[str, str]) -> tuple[Piece, ...]:
    return tuple(piece for key, rest in keys for piece in ((key, "note--key"), (rest, "note--text")))
