"""What the Export screen knows: what would be written, why not, and what was written.  No Textual in here."""

from pathlib import Path

from msgspec import Struct

from llnotes_tui.publishing.export import ExportError, Preview, Take
from llnotes_tui.publishing.own_section import with_section
from llnotes_tui.publishing.remaining import push_commands, remaining_commands
from llnotes_tui.release.ids import section_note
from llnotes_tui.release.model import NotesEntry, ReleaseNotes
from llnotes_tui.review.decisions import Published
from llnotes_tui.sources.options import SourceError
from llnotes_tui.workbench.exporting import Unreviewed, release_notes
from llnotes_tui.workbench.proposing import compose_at
from llnotes_tui.workbench.views import EntryView, ReleaseView
from llnotes_tui.workbench.workbench import Workbench
from llnotes_tui.workbench.writing import (
    Written,
    announcement_path,
    commands_that_remain,
    is_tagged,
    preview_release,
    write_announcement,
    write_release,
)


class Prepared(Struct, frozen=True):
    """What writing would do, as the files and the review were a moment ago."""

    notes: ReleaseNotes
    preview: Preview | None
    fault: str
    """Why nothing can be written; else empty."""
    tagged: bool
    """The version has a tag."""
    commands: tuple[str, ...]
    """What would remain to be done."""
    announcement: str
    """Where the announcement would be written, for people."""
    has_files: bool = True
    """There is a work tree to write into; without one what is shown is what a commit would hold."""

    @property
    def is_history(self) -> bool:
        """Whether the version is released: its tag is there, and the file does not say the same."""
        return self.tagged and not (self.preview is not None and self.preview.unchanged)


class Outcome(Struct, frozen=True):
    """What writing has done."""

    written: Written | None
    """None where it failed."""
    announcement: str = ""
    """Where the announcement is, for people; empty where none was written."""
    fault: str = ""
    """Why writing failed."""
    announcement_fault: str = ""
    theirs: bool = False
    """The changelog was left as somebody else had written it."""
    minutes: int = 0
    own: str | None = None
    """The section as a person edited it here."""


def prepare(bench: Workbench, unreviewed: Unreviewed) -> Prepared:
    """Return what writing would do.  Reads files and asks git: not for the screen's thread."""
    shown: Preview | None = None
    fault = ""
    try:
        shown = _would_commit(bench, unreviewed) if bench.clone.bare else preview_release(bench, unreviewed)
    except (ExportError, SourceError) as error:
        fault = error.sentence
    return Prepared(
        notes=told(bench.view(), unreviewed),
        preview=shown,
        fault=fault,
        tagged=is_tagged(bench, bench.view().version),
        commands=_commands(bench, shown),
        announcement=_called(bench, announcement_path(bench)),
        has_files=not bench.clone.bare,
    )


def _would_commit(bench: Workbench, unreviewed: Unreviewed) -> Preview:
    base = bench.clone.tip(bench.range.branch) or bench.range.until
    return compose_at(bench, base, unreviewed).planned.preview


def _commands(bench: Workbench, shown: Preview | None) -> tuple[str, ...]:
    """Return what would remain: with the files that would change, where anything would."""
    if bench.clone.bare:
        return ()
    notes, state = told(bench.view(), "titles"), bench.review.state
    written, proposed = state.written(), state.last_published("pull-request")
    if isinstance(written, Published) and written.version == notes.version:
        if proposed is not None and proposed.version == notes.version:
            return remaining_commands(notes, (), branch=bench.range.branch)
        return push_commands(notes, written.branch, branch=bench.range.branch)
    if shown is None or shown.unchanged:
        return commands_that_remain(bench)
    changes = [(shown.path, shown.before, shown.after)]
    changes += [(edit.path, edit.before, edit.after) for edit in shown.version_files]
    files = [path for path, before, after in changes if before != after]
    return remaining_commands(notes, files, branch=bench.range.branch)


def told(view: ReleaseView, unreviewed: Unreviewed) -> ReleaseNotes:
    """Return the notes without their date: what a preview depends on."""
    return release_notes(view, unreviewed=unreviewed, date="")


def write_all(bench: Workbench, shown: Preview, take: Take | None, own: str | None) -> Outcome:
    """Write changelog, version files and an announcement that somebody has read.  Not for the screen's thread.

    Raises:
        ReviewError: this window may only read.
    """
    try:
        chosen = shown if own is None else with_section(shown, bench.view().version, own)
        written = write_release(bench, chosen, "ours" if own is not None else take)
    except ExportError as error:
        return Outcome(None, fault=error.sentence)
    if own is not None:
        bench.drop_edit(section_note(bench.view().version))
    announcement, fault = "", ""
    note = bench.announcement()
    if note.text and note.state in ("accepted", "edited"):
        try:
            write_announcement(bench)
            announcement = _called(bench, announcement_path(bench))
        except ExportError as error:
            fault = error.sentence
    minutes = round(bench.review.state.seconds_at_work / 60)
    return Outcome(written, announcement, "", fault, take == "theirs" and own is None, minutes, own)


def only_titles(notes: ReleaseNotes) -> tuple[NotesEntry, ...]:
    """Return the entries that go in as title and link."""
    return tuple(entry for entry in notes.entries if not entry.text)


def suspected(view: ReleaseView) -> tuple[EntryView, ...]:
    """Return the entries of which nobody has said yet whether they break something."""
    return tuple(e for e in view.entries if e.breaking == "suspected" and e.state != "excluded")


def _called(bench: Workbench, path: Path) -> str:
    """Return a path as a person says it: inside the clone from its root, else with the home directory as `~`."""
    if not bench.clone.bare and path.is_relative_to(bench.clone.root):
        return str(path.relative_to(bench.clone.root))
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
