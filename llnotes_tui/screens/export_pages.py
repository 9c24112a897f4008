"""What the parts of the Export screen say, as paragraphs."""

from collections.abc import Sequence
from typing import Literal

from llnotes_tui.publishing.export import Conflict, Preview
from llnotes_tui.release.text import visible
from llnotes_tui.screens.export_hosted import Made
from llnotes_tui.screens.export_state import Outcome, Prepared, only_titles, suspected
from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.entry_rows import number_of
from llnotes_tui.widgets.note_lines import Piece
from llnotes_tui.widgets.page import BLANK, Paragraph, words
from llnotes_tui.workbench.exporting import Unreviewed, open_findings, unread
from llnotes_tui.workbench.views import EntryView, ReleaseView

_NAMED = 3
"""How many of several entries are named; the others are counted."""

Choice = Literal["ours", "theirs", "own", ""]


# -- 1 changelog -----------------------------------------------------------------------------------------------------


def changelog(view: ReleaseView, prepared: Prepared, *, skips: bool, choice: Choice) -> list[Paragraph]:
    """Return what is to be said above the diff."""
    if prepared.fault:
        return [words(single_line(prepared.fault), "note--fault"), *_breaks(view)]
    shown = prepared.preview
    assert shown is not None
    said = [_summary(prepared, shown)]
    if prepared.is_history:
        said += _history(prepared)
    elif shown.conflict is not None:
        said += _conflict(shown.conflict, choice)
    said += [words(single_line(sentence), "note--warn") for sentence in shown.notices]
    said += _unread(view, skips=skips)
    said += _breaks(view)
    said += _findings(view, skips=skips)
    return said


def section_text(shown: Preview, own: str | None) -> list[Paragraph]:
    """Return the section as a reader will read it; where two sides differ, one after the other."""
    if own is not None:
        return [words("── Yours, as you edited it ──", "note--quiet"), BLANK, *_lines(own)]
    if shown.conflict is None or not shown.conflict.theirs:
        return _lines(shown.section)
    return [
        words("── Theirs, in the file ──", "note--quiet"),
        BLANK,
        *_lines(shown.conflict.theirs),
        BLANK,
        words("── Ours, from this review ──", "note--quiet"),
        BLANK,
        *_lines(shown.conflict.ours),
    ]


def _lines(text: str) -> list[Paragraph]:
    return [words(line) if line.strip() else BLANK for line in visible(text).strip("\n").split("\n")]


def _summary(prepared: Prepared, shown: Preview) -> Paragraph:
    notes = prepared.notes
    place = single_line(shown.path)
    if shown.unchanged:
        return Paragraph(
            (
                ("✓ ", "note--done"),
                (f"{place} says all of {notes.version} already; nothing is to be written.", "note--text"),
            )
        )
    titles = only_titles(notes)
    counts = [counted(len(notes.entries) - len(titles), "entry with prose", "entries with prose")]
    if titles:
        counts.append(f"{len(titles)} as title only")
    if notes.dependency_updates:
        counts.append(counted(len(notes.dependency_updates), "dependency update"))
    if notes.internal:
        counts.append(counted(len(notes.internal), "internal commit"))
    where = f"new file {place}" if shown.before is None else place
    return Paragraph(((f"{notes.version} in {where}: ", "note--title"), (f"{', '.join(counts)}.", "note--text")))


def _history(prepared: Prepared) -> list[Paragraph]:
    """Say why nothing goes into a version that is released."""
    tagged = f"! {single_line(prepared.notes.tag)} is tagged already: what it says is history.  "
    return [Paragraph(((tagged, "note--fault"), *_key("V", " names another version")))]


def _conflict(conflict: Conflict, choice: Choice) -> list[Paragraph]:
    said = [Paragraph((("! ", "note--warn"), (single_line(conflict.why), "note--warn")))]
    decided = {
        "theirs": "Theirs stays as it is.  O takes ours, e edits.",
        "ours": "Ours goes over theirs.  T keeps theirs, e edits.",
        "own": "Your own text goes in.  e edits it, T keeps theirs, O takes ours.",
    }
    if choice:
        return [*said, Paragraph((("→ ", "note--done"), (decided[choice], "note--text")))]
    keys: tuple[Piece, ...] = (
        ("T", "note--key"),
        (" keeps theirs (-)   ", "note--text"),
        ("O", "note--key"),
        (" takes ours (+)   ", "note--text"),
        ("e", "note--key"),
        (" edits   ", "note--text"),
        ("s", "note--key"),
        (" shows both as text", "note--text"),
    )
    return [*said, Paragraph(keys, indent=2)]


def _unread(view: ReleaseView, *, skips: bool) -> list[Paragraph]:
    left = unread(view)
    if not left:
        return []
    told = "are left out" if skips else "go in as title and link"
    if len(left) == 1:
        told = "is left out" if skips else "goes in as title and link"
    head = f"{counted(len(left), 'entry', 'entries')} that nobody has read {told}: "
    hint = "  x takes titles in" if skips else "  x leaves out"
    return [Paragraph(((head, "note--warn"), (_named(left), "note--text"), (hint, "note--faint")))]


def _breaks(view: ReleaseView) -> list[Paragraph]:
    said: list[Paragraph] = []
    for entry in suspected(view):
        name = f"{number_of(entry)} {single_line(entry.title)}".strip()
        said.append(Paragraph((("breaking? ", "note--warn"), (name, "note--text"), ("  t answers", "note--faint"))))
        if entry.breaking_line:
            said.append(Paragraph(((single_line(entry.breaking_line), "note--quiet"),), indent=10))
    return said


def _findings(view: ReleaseView, *, skips: bool) -> list[Paragraph]:
    """Say what the checks hold against the prose that would be written."""
    unreviewed: Unreviewed = "skip" if skips else "titles"
    said = [
        Paragraph(
            (
                ("red ", "note--fault"),
                (f"{number_of(entry)} {single_line(found.text)}: ".lstrip(), "note--quiet"),
                (single_line(found.reason), "note--text"),
            )
        )
        for entry in open_findings(view, unreviewed)
        for found in entry.findings
        if found.level == "red"
    ]
    if amber := open_findings(view, unreviewed, "amber"):
        said.append(Paragraph((("amber ", "note--warn"), (f"findings are open in {_named(amber)}", "note--text"))))
    return said


# -- 3 version -------------------------------------------------------------------------------------------------------


def version(view: ReleaseView, prepared: Prepared) -> list[Paragraph]:
    """Return the version with its reason, and what spells it; diffs of those files stand below."""
    tag = f"{view.range.tag_prefix}{view.version}"
    pieces: list[Piece] = [(single_line(view.version), "note--title")]
    last = single_line(view.range.last_version or "")
    pieces.append((f"   after {last}" if last else "   the first release", "note--quiet"))
    said = [Paragraph(tuple(pieces)), BLANK]
    reason = single_line(view.version_reason)
    if view.version == view.suggested_version:
        said.append(words(f"Suggested: {reason}"))
    else:
        said.append(words(f"Chosen by a person.  Suggested was {view.suggested_version}: {reason}"))
    if prepared.tagged:
        said.append(words(f"! {tag} is tagged already: V names a version that is not released.", "note--fault"))
    else:
        said.append(
            Paragraph(
                (
                    ("No tag ", "note--quiet"),
                    (tag, "note--quiet"),
                    (" yet.  ", "note--quiet"),
                    *_key("V", " names another version"),
                )
            )
        )
    said += _breaks(view)
    files = prepared.preview.version_files if prepared.preview is not None else ()
    if prepared.fault:
        said.append(words(single_line(prepared.fault), "note--fault"))
    elif not files:
        said += [
            BLANK,
            words("No other file spells the version (setting `version_files`, or .codegen.json).", "note--faint"),
        ]
    elif all(edit.before == edit.after for edit in files):
        spelled = ", ".join(single_line(edit.path) for edit in files)
        said += [BLANK, Paragraph((("✓ ", "note--done"), (f"{spelled}: spelled so already.", "note--text")))]
    return said


# -- 5 what remains --------------------------------------------------------------------------------------------------


def remains(
    view: ReleaseView,
    prepared: Prepared,
    outcome: Outcome | None,
    announcement: EntryView,
    made: Sequence[Made] = (),
) -> list[Paragraph]:
    """Return what was written or published, how far the branch is beyond it, and the commands that remain."""
    said = (
        ([*_published(made)] or _not_written(prepared))
        if outcome is None or outcome.written is None
        else _written(prepared, outcome, announcement)
    )
    said += _branch(view)
    commands = prepared.commands if outcome is None or outcome.written is None else outcome.written.commands
    if not prepared.has_files:
        return [*said, BLANK, words("Merging the pull request and publishing the release is yours.", "note--quiet")]
    said += [
        BLANK,
        words("What remains is yours to run; llnotes tags nothing and publishes nothing:", "note--quiet"),
        BLANK,
    ]
    said += [Paragraph(((single_line(command), "note--text"),), indent=2, key=command) for command in commands]
    keys: tuple[Piece, ...] = (*_key("y", " copies the chosen one   "), *_key("Y", " copies all"))
    if outcome is not None and outcome.written is not None:
        keys = (*keys, ("   ", "note--text"), *_key("enter", " opens the next repository"))
    return [*said, BLANK, Paragraph(keys)]


def _not_written(prepared: Prepared) -> list[Paragraph]:
    if prepared.fault:
        return [words("Nothing can be written: ", "note--title"), words(single_line(prepared.fault), "note--fault")]
    assert prepared.preview is not None
    if prepared.preview.unchanged:
        return [
            Paragraph(
                (
                    ("✓ ", "note--done"),
                    (
                        f"{single_line(prepared.preview.path)} says all of {prepared.notes.version} already.",
                        "note--title",
                    ),
                )
            )
        ]
    keys: tuple[Piece, ...] = _key("w", f" writes {prepared.notes.version}.")
    if not prepared.has_files:
        keys = (*_key("p", " proposes it on GitHub, "), *_key("d", " makes the draft release."))
    return [Paragraph((("Nothing is written yet.  ", "note--title"), *keys))]


def _published(made: Sequence[Made]) -> list[Paragraph]:
    return [Paragraph((("✓ ", "note--done"), (single_line(one.sentence), "note--title"))) for one in made]


def _written(prepared: Prepared, outcome: Outcome, announcement: EntryView) -> list[Paragraph]:
    written = outcome.written
    assert written is not None
    said: list[Paragraph] = []
    for path in written.files:
        name = _inside(prepared, str(path))
        said.append(Paragraph((("✓ ", "note--done"), (f"Wrote {single_line(name)}", "note--title"))))
    if not written.files:
        said.append(
            Paragraph((("✓ ", "note--done"), ("Everything was there already; nothing was changed.", "note--title")))
        )
    if outcome.theirs:
        said.append(words("  The changelog stays as a person has written it.", "note--quiet"))
    if outcome.announcement:
        said.append(
            Paragraph((("✓ ", "note--done"), (f"Announcement in {single_line(outcome.announcement)}", "note--title")))
        )
    elif outcome.announcement_fault:
        said.append(words(f"! {single_line(outcome.announcement_fault)}", "note--fault"))
    else:
        unread_one = "nobody has accepted it" if announcement.text else "there is none"
        said.append(
            Paragraph(
                ((f"  No announcement: {unread_one}.  ", "note--quiet"), *_key("2", " shows it; w writes it then."))
            )
        )
    if outcome.minutes:
        said.append(words(f"  The review took about {counted(outcome.minutes, 'minute')}.", "note--quiet"))
    return said


def _branch(view: ReleaseView) -> list[Paragraph]:
    ranged = view.range
    branch, until = single_line(ranged.branch), ranged.until[:7]
    if not view.new_commits:
        return [BLANK, words(f"{branch} is at {until}, as it was reviewed.", "note--quiet")]
    beyond = f"{branch} is {counted(view.new_commits, 'commit')} beyond {until}, up to which this was reviewed."
    return [BLANK, words(f"{beyond}  F on the Review screen takes them in.", "note--warn")]


def _inside(prepared: Prepared, path: str) -> str:
    root = f"{prepared.preview.root}/" if prepared.preview is not None else ""
    return path.removeprefix(root)


# -- shared ----------------------------------------------------------------------------------------------------------


def _key(key: str, rest: str) -> tuple[Piece, Piece]:
    return (key, "note--key"), (rest, "note--text")


def _named(entries: Sequence[EntryView]) -> str:
    names = [number_of(entry) or f"“{single_line(entry.title)}”" for entry in entries[:_NAMED]]
    more = len(entries) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number with its word."""
    return f"{number} {one if number == 1 else several or one + 's'}"
