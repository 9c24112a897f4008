"""Writing a release to disk: what would be written is shown first, and what was written is noted in the review."""

import os
import re
import time
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.publishing.announcement import cleaned_announcement
from llnotes_tui.publishing.export import ExportError, ExportOptions, Preview, Take, WrittenSection, preview, write
from llnotes_tui.publishing.files import read_file, write_atomically
from llnotes_tui.publishing.remaining import remaining_commands
from llnotes_tui.release.model import ReleaseNotes
from llnotes_tui.release.versions import parse
from llnotes_tui.review.decisions import Exported
from llnotes_tui.review.store import ReviewError
from llnotes_tui.workbench.exporting import Unreviewed, release_notes
from llnotes_tui.workbench.workbench import Workbench


class Written(Struct, frozen=True):
    """What an export did."""

    version: str
    files: tuple[Path, ...]
    """Files that changed; empty where everything was there already."""
    commands: tuple[str, ...]
    """What remains to be done by the engineer, as commands of a shell."""


def today() -> str:
    """Return the date of a section: today in this time zone; `SOURCE_DATE_EPOCH` fixes it for builds that repeat."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now().astimezone()
    return moment.date().isoformat()


def check_version(bench: Workbench, version: str) -> str:
    """Return a version as it is written, without prefix.

    Raises:
        ExportError: it is no version, or it has a tag.
    """
    plain = version.strip().removeprefix(bench.range.tag_prefix)
    if parse(plain) is None:
        raise ExportError(f"{version} is no version; give one such as {bench.plan.suggested_version}.")
    if is_tagged(bench, plain):
        raise ExportError(f"{bench.range.tag_prefix}{plain} is tagged already; choose a version that is not released.")
    return plain


def is_tagged(bench: Workbench, version: str) -> bool:
    """Say whether a version (without prefix) has a tag in the clone by now.  Asks git: not for the UI thread."""
    return bench.clone.resolve(f"refs/tags/{bench.range.tag_prefix}{version}") is not None


def notes_of(bench: Workbench, unreviewed: Unreviewed) -> ReleaseNotes:
    """Return the notes as they would be written now."""
    return release_notes(bench.view(), unreviewed=unreviewed, date=today())


def preview_release(bench: Workbench, unreviewed: Unreviewed) -> Preview:
    """Return what writing would change.  Reads files and asks git: not for the UI thread.

    Raises:
        ExportError: it cannot be written, and why.
    """
    if bench.clone.bare:
        raise ExportError(
            f"{bench.clone.root} is a bare clone and has no files to write to; use a clone with a work tree."
        )
    notes = notes_of(bench, unreviewed)
    written = bench.review.state.written()
    tagged = is_tagged(bench, notes.version)
    previous = None
    if written is not None and written.section_digest:
        was_tagged = is_tagged(bench, written.version)
        previous = WrittenSection(written.version, written.section_digest, written.date, tagged=was_tagged)
    return preview(bench.clone.root, notes, _options(bench), previous, tag_exists=tagged)


def write_release(bench: Workbench, shown: Preview, take: Take | None = None) -> Written:
    """Write what a preview showed and note it in the review.  Not for the UI thread.

    Raises:
        ExportError: a file changed since, a conflict is open, or a file cannot be written.
        ReviewError: this window may only read, or the review cannot be written.
    """
    if bench.review.read_only:
        raise ReviewError(bench.review.read_only)
    version = bench.view().version
    files = write(shown, take)
    if take != "theirs":
        names = tuple(str(path.relative_to(shown.root)) for path in files)
        noted: Future[None] = bench.exported(Exported(version, shown.section_digest, names, shown.date))
        noted.result()
    return Written(version, files, commands_that_remain(bench))


def commands_that_remain(bench: Workbench) -> tuple[str, ...]:
    """Return what is left to do once the files are written: look, commit, tag, push; never done by us."""
    notes = notes_of(bench, "titles")
    names = [name for exported in bench.review.state.exported for name in exported.files]
    files = tuple(dict.fromkeys([changelog_path(bench), *names]))
    return remaining_commands(notes, files, branch=bench.range.branch)


def changelog_path(bench: Workbench) -> str:
    """Return the changelog of the release, relative to the clone's root."""
    component = bench.settings.components.get(bench.range.component or "")
    return (component.changelog if component else "") or bench.settings.changelog


def announcement_path(bench: Workbench) -> Path:
    """Return where the announcement is written: in the clone if the settings say so, else beside the reviews."""
    version = bench.view().version
    if bench.settings.announcement and not bench.clone.bare:
        return bench.clone.root / bench.settings.announcement.replace("$VERSION", version)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{bench.range.name}-{version}")
    return config.state_directory() / "announcements" / f"{name}.md"


def write_announcement(bench: Workbench) -> Path | None:
    """Write the announcement that a person has read, and return its path; None where it is there as it is.

    Raises:
        ExportError: nobody has read it, or it cannot be written.
    """
    text = announcement_text(bench)
    path = announcement_path(bench)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = read_file(path)
    if before == text.encode():
        return None
    if before is not None:
        _keep_aside(path, before)
    write_atomically(path, text.encode())
    return path


def announcement_text(bench: Workbench) -> str:
    """Return the announcement as it is published.

    Raises:
        ExportError: nobody has read it.
    """
    note = bench.announcement()
    if not note.text:
        raise ExportError("There is no announcement yet; write one on the Export screen first.")
    if note.state not in ("accepted", "edited"):
        raise ExportError(
            "Nobody has read the announcement as it stands; accept or edit it on the Export screen first."
        )
    human = note.engine == "person"
    return note.text.rstrip("\n") + "\n" if human else cleaned_announcement(note.text)


def _keep_aside(path: Path, before: bytes) -> None:
    """Keep what stood there: a person may have changed it."""
    aside = path.with_name(f"{path.name}.{time.strftime('%Y%m%d-%H%M%S')}.old")
    write_atomically(aside, before)


def _options(bench: Workbench) -> ExportOptions:
    settings = bench.settings
    taken = tuple(e.text for e in bench.view().entries if e.origin == "changelog")
    return ExportOptions(
        changelog=changelog_path(bench),
        layout=settings.layout,
        template=_template(bench),
        version_files=settings.version_files or None,
        unreleased_taken=taken,
    )


def _template(bench: Workbench) -> Path | None:
    if not bench.settings.template:
        return None
    trusted = bench.settings.trusted_templates
    if bench.range.repository not in trusted and str(bench.clone.root) not in trusted:
        raise ExportError(
            f"The template {bench.settings.template} is the repository's own and not trusted; add "
            f'"{bench.range.repository}" to `trusted_templates` in {config.user_file()} once you have read it.'
        )
    return bench.clone.root / bench.settings.template
