"""Writing a release to disk: what would be written is shown first, and what was written is noted in the review."""

import hashlib
import os
import re
import time
from pathlib import Path

from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.publishing.announcement import cleaned_announcement
from llnotes_tui.publishing.diff import patch_of
from llnotes_tui.publishing.export import ExportError, ExportOptions, Preview, Take, WrittenSection, preview, write
from llnotes_tui.publishing.files import file_inside, read_file, write_atomically
from llnotes_tui.publishing.remaining import remaining_commands
from llnotes_tui.release.changelog_files import DEFAULT, unwritable_if_found
from llnotes_tui.release.model import ReleaseNotes, RepoId
from llnotes_tui.release.versions import parse
from llnotes_tui.review.decisions import Exported
from llnotes_tui.review.store import ReviewError
from llnotes_tui.sources.changelogs import changelog_in
from llnotes_tui.sources.git import Clone
from llnotes_tui.workbench.exporting import Unreviewed, release_notes
from llnotes_tui.workbench.ranging import release_day
from llnotes_tui.workbench.workbench import Workbench


class Written(Struct, frozen=True):
    """What an export did."""

    version: str
    files: tuple[Path, ...]
    """Files that changed; empty where everything was there already."""
    commands: tuple[str, ...]
    """What remains to be done by the engineer, as commands of a shell."""


def today() -> str:
    """Return the date of a section as ISO 8601."""
    return release_day().isoformat()


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


def notes_of(bench: Workbench, unreviewed: Unreviewed, version: str = "") -> ReleaseNotes:
    """Return the notes as they would be written now."""
    return release_notes(
        bench.view(), unreviewed=unreviewed, date=today(), version=version, contributors=bench.settings.contributors
    )


def preview_release(bench: Workbench, unreviewed: Unreviewed, version: str = "") -> Preview:
    """Return what writing would change.  Reads files and asks git: not for the UI thread.

    `version` (without prefix) stands for the one of the review.

    Raises:
        ExportError: it cannot be written, and why.
    """
    if bench.clone.is_on_github:
        raise ExportError(
            f"{bench.range.name} was read from GitHub and has no files here to write to: propose it there "
            "(p, or --pull-request), make the draft release (d, or --release), or use a clone of it."
        )
    if bench.clone.bare:
        raise ExportError(
            f"{bench.clone.root} is a bare clone and has no files to write to: commit it there (c, or --commit), "
            "propose it (p, or --pull-request), or make the draft release (d, or --release)."
        )
    notes = notes_of(bench, unreviewed, version)
    options = export_options(bench, notes, trusted_template(bench.settings, bench.clone, bench.range.repository))
    tagged = is_tagged(bench, notes.version)
    return preview(bench.clone.root, notes, options, previous_section(bench), tag_exists=tagged)


def previous_section(bench: Workbench) -> WrittenSection | None:
    """Return the section that this review wrote last, on disk or elsewhere.  Asks git: not for the UI thread."""
    sections = bench.review.state.sections
    if not sections:
        return None
    last = sections[-1]
    older = frozenset(one.section_digest for one in sections if one.version == last.version)
    return WrittenSection(last.version, last.section_digest, last.date, is_tagged(bench, last.version), older)


def conflict_lines(shown: Preview) -> tuple[str, ...]:
    """Return the difference between the section in the file and ours, as lines of a patch; nothing without a conflict."""
    if shown.conflict is None:
        return ()
    theirs, ours = (text.strip("\n").encode() + b"\n" for text in (shown.conflict.theirs, shown.conflict.ours))
    return tuple(patch_of([(shown.path, theirs, ours)]).decode().splitlines())


def write_release(bench: Workbench, shown: Preview, take: Take | None = None, version: str = "") -> Written:
    """Write what a preview showed and note it in the review.  Not for the UI thread.

    `version` (without prefix) is the one that the preview was made for, where it is not that of the review.

    Raises:
        ExportError: a file changed since, a conflict is open, or a file cannot be written.
        ReviewError: this window may only read, or the review cannot be written.
    """
    if bench.review.read_only:
        raise ReviewError(bench.review.read_only)
    is_other = version not in ("", bench.view().version)
    version = version or bench.view().version
    files = write(shown, take)
    if take != "theirs":
        if is_other:
            bench.set_version(version).result()
        names = tuple(str(path.relative_to(shown.root)) for path in files)
        bench.exported(Exported(version, shown.section_digest, names, shown.date)).result()
    return Written(version, files, commands_that_remain(bench))


def commands_that_remain(bench: Workbench) -> tuple[str, ...]:
    """Return what is left to do once the files are written: look, commit, tag, push; never done by us."""
    notes = notes_of(bench, "titles")
    names = [name for exported in bench.review.state.exported for name in exported.files]
    announcement = announcement_path(bench)
    if announcement.is_relative_to(bench.clone.root) and announcement.exists():
        names.append(str(announcement.relative_to(bench.clone.root)))
    files = tuple(dict.fromkeys([_changelog_here(bench), *names]))
    return remaining_commands(notes, files, branch=bench.range.branch)


def changelog_path(bench: Workbench) -> str:
    """Return the changelog of the release, relative to the clone's root: as the settings name it, else as it was found."""
    return _named_changelog(bench) or bench.range.changelog or DEFAULT


def changelog_to_write(bench: Workbench) -> str:
    """Return the changelog as `changelog_path`, or the one that only the work tree has.

    Raises:
        ExportError: nobody named the file in the settings, and it cannot be written.
    """
    path = _changelog_here(bench)
    reason = "" if _named_changelog(bench) else unwritable_if_found(path)
    if reason:
        raise ExportError(reason)
    return path


def _changelog_here(bench: Workbench) -> str:
    """Return the changelog; if the work tree lacks the one of the range, the one that the work tree has."""
    path, clone = changelog_path(bench), bench.clone
    if _named_changelog(bench) or clone.is_on_github or clone.bare or (clone.root / path).is_file():
        return path
    return changelog_in(clone.root).path


def _named_changelog(bench: Workbench) -> str:
    component = bench.settings.components.get(bench.range.component or "")
    return (component.changelog if component else "") or bench.settings.changelog


def announcement_path(bench: Workbench) -> Path:
    """Return where the announcement is written: in the clone if the settings say so, else beside the reviews."""
    version = bench.view().version
    if bench.settings.announcement and not bench.clone.bare:
        return bench.clone.root / bench.settings.announcement.replace("$VERSION", version)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{bench.range.name}-{version}")
    return config.state_directory() / "announcements" / f"{name}.md"


class Announced(Struct, frozen=True):
    """What writing the announcement did."""

    path: Path
    changed: bool
    kept: Path | None = None
    """Where the words are now that somebody had put into the file since it was written."""

    def sentences(self) -> tuple[str, ...]:
        """Return it in words."""
        if not self.changed:
            return (f"The announcement is in {self.path} already.",)
        wrote = f"Wrote {self.path}."
        return (
            (wrote, f"Somebody had changed it since it was written; what stood there is in {self.kept}.")
            if self.kept
            else (wrote,)
        )


def write_announcement(bench: Workbench) -> Announced:
    """Write the announcement that a person has read.  A file that somebody changed since is kept beside it.

    Raises:
        ExportError: nobody has read it, or it cannot be written.
        ReviewError: this window may only read, or the review cannot be written.
    """
    text = announcement_text(bench).encode()
    if bench.review.read_only:
        raise ReviewError(bench.review.read_only)
    path = announcement_target(bench)
    before = read_file(path)
    if before == text:
        return Announced(path, changed=False)
    kept = None
    if before is not None and _digest(before) != bench.review.state.written_announcement():
        kept = path.with_name(f"{path.name}.{time.strftime('%Y%m%d-%H%M%S')}.old")
        write_atomically(kept, before)
    write_atomically(path, text)
    version = bench.view().version
    bench.exported(Exported(version, "", (), today(), announcement_digest=_digest(text))).result()
    return Announced(path, changed=True, kept=kept)


def announcement_target(bench: Workbench) -> Path:
    """Return the file to write, its folder made.

    Raises:
        ExportError: it lies outside the clone, is the changelog, or its folder cannot be made.
    """
    path = announcement_path(bench)
    if bench.settings.announcement and not bench.clone.bare:
        inside = file_inside(bench.clone.root, bench.settings.announcement.replace("$VERSION", bench.view().version))
        if inside == file_inside(bench.clone.root, changelog_path(bench)):
            raise ExportError(
                f"`announcement` names the changelog, {changelog_path(bench)}; name another file in the settings."
            )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ExportError(f"{path.parent} cannot be made ({fault.strerror}); make it and write again.") from fault
    return path


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


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


def export_options(bench: Workbench, notes: ReleaseNotes, template: Path | None) -> ExportOptions:
    """Return where and how notes are written, as the settings say; `template` is one that the user trusts.

    Raises:
        ExportError: as `changelog_to_write`.
    """
    settings = bench.settings
    return ExportOptions(
        changelog=changelog_to_write(bench),
        layout=settings.layout,
        template=template,
        version_files=settings.version_files or None,
        unreleased_taken=_taken(bench, notes),
        last_version=bench.range.last_version,
        unreleased=settings.unreleased,
    )


def _taken(bench: Workbench, notes: ReleaseNotes) -> tuple[str, ...]:
    """Return the items under Unreleased, as they stand there, that the notes tell in these or other words."""
    told = {entry.id for entry in notes.entries}
    for entry in notes.entries:
        # A title alone tells nothing of the items that were merged into its entry.
        if entry.text:
            told.update(merged.id for merged in bench.merged_into(entry.id))
    return tuple(entry.text for entry in bench.plan.entries if entry.origin == "changelog" and entry.id in told)


def trusted_template(settings: config.Settings, clone: Clone, repository: RepoId) -> Path | None:
    """Return the template of the settings as it lies in the work tree, None where they name none.

    Raises:
        ExportError: as `trusted_template_path`.
    """
    path = trusted_template_path(settings, clone, repository)
    if not path:
        return None
    return _fetched_template(path, clone) if clone.is_on_github else file_inside(clone.root, path)


def trusted_template_path(settings: config.Settings, clone: Clone, repository: RepoId) -> str:
    """Return where in the repository the template of the settings is; empty where they name none.

    Raises:
        ExportError: it is the repository's own, and its user has not said that it is trusted.
    """
    if not settings.template:
        return ""
    if repository not in settings.trusted_templates and str(clone.root) not in settings.trusted_templates:
        raise ExportError(
            f"The template {settings.template} is the repository's own and not trusted; add "
            f'"{repository}" to `trusted_templates` in {config.user_file()} once you have read it.'
        )
    return settings.template


def _fetched_template(name: str, clone: Clone) -> Path:
    """Return a file with the template as it is on the default branch.

    Raises:
        ExportError: there is none, or it cannot be written down.
    """
    data = clone.file_at(clone.head(), os.fsencode(name))
    if data is None:
        raise ExportError(f"{clone.name} has no file {name} on its default branch; correct the setting `template`.")
    path = config.cache_directory() / "templates" / f"{_digest(data)[:32]}{Path(name).suffix}"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise ExportError(f"{path.parent} cannot be made ({fault.strerror}); make it and try again.") from fault
    if read_file(path) != data:
        write_atomically(path, data)
    return path
