"""A release written into a clone: shown first, then written as shown, or not at all."""

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from llnotes_tui.publishing import keepachangelog, labs, template
from llnotes_tui.publishing.diff import patch_of
from llnotes_tui.publishing.files import ExportError, file_inside, read_file, write_atomically
from llnotes_tui.publishing.heading_style import HeadingStyle, style_of
from llnotes_tui.publishing.release_links import move_links, remove_link
from llnotes_tui.publishing.section_text import SectionLayout, prose_in, section_text
from llnotes_tui.publishing.splice import encoded, ends_line, insert_section, remove_section, replace_section
from llnotes_tui.publishing.unreleased import Cut, cut_unreleased
from llnotes_tui.publishing.version_files import FileEdit, version_edits
from llnotes_tui.release import versions
from llnotes_tui.release.changelog import Changelog, VersionSection, parse
from llnotes_tui.release.changelog_files import DEFAULT, undecided, unknown_format, unreadable, unwritable
from llnotes_tui.release.markdown import byte_order_mark, encoding_of
from llnotes_tui.release.model import ReleaseNotes
from llnotes_tui.release.text import visible

__all__ = ["Conflict", "ExportError", "ExportOptions", "FileEdit", "Preview", "WrittenSection", "preview", "write"]

Take = Literal["ours", "theirs"]
LayoutChoice = Literal["auto", "labs", "keepachangelog"]


class ExportOptions(Struct, frozen=True):
    """Where and how a release is written."""

    changelog: str = DEFAULT
    """Relative to the repository's root."""
    layout: LayoutChoice = "auto"
    """`auto`: as the file has it; `labs` for a new file."""
    template: Path | None = None
    """Only one that the user trusts already."""
    version_files: Mapping[str, str] | None = None
    """Path to pattern; None takes them from `.codegen.json`."""
    unreleased_taken: tuple[str, ...] = ()
    """Texts of items under Unreleased that the notes tell in other words; those told word for word need no mention.
    Items that are told nowhere stay under Unreleased."""
    last_version: str | None = None
    """What was released last, as its tag or heading spells it: a higher version without a date is not released."""
    unreleased: str = ""
    """Words of the heading of what is unreleased; empty: one of the usual names."""


class WrittenSection(Struct, frozen=True):
    """The section that an earlier export of the same review wrote."""

    version: str
    section_digest: str
    date: str
    tagged: bool = False
    """Its version has a tag by now: it is not renamed any more."""
    older: frozenset[str] = frozenset()
    """Digests of what this review wrote for the same version before: on disk, into a commit, or into a pull request."""


class Conflict(Struct, frozen=True):
    """The file holds another section for the version, or may not get one: a person decides."""

    theirs: str
    """The section as the file has it; empty where it has none."""
    ours: str
    why: str
    """One sentence."""


class Preview(Struct, frozen=True):
    """What an export would write."""

    root: Path
    path: str
    """The changelog, relative to the root."""
    before: bytes | None
    """None: a new file."""
    after: bytes
    diff: bytes
    """A patch of the changelog and of the version files, as git writes one."""
    section: str
    section_digest: str
    date: str
    version_files: tuple[FileEdit, ...]
    conflict: Conflict | None
    unchanged: bool
    """Changelog and version files have it all already."""
    notices: tuple[str, ...] = ()
    """Sentences about what was left for a person to do."""


class _Placed(Struct, frozen=True):
    """A changelog with the section in it."""

    after: bytes
    section: str
    date: str
    conflict: Conflict | None
    notices: tuple[str, ...]


def preview(
    root: Path, notes: ReleaseNotes, options: ExportOptions, previous: WrittenSection | None, *, tag_exists: bool
) -> Preview:
    """Return what writing these notes would change.  `previous` is what this review wrote last.

    Raises:
        ExportError: there is nothing to write, the file cannot take it, or a version file does not fit.
    """
    if not (notes.entries or notes.dependency_updates or notes.internal):
        raise ExportError(f"There is nothing to publish for {notes.version}; {options.changelog} stays as it is.")
    known = versions.parse(notes.version)
    if known is None:
        raise ExportError(f"{notes.version!r} is no version that a heading can name; use one such as 1.2.0.")
    before = read_file(file_inside(root, options.changelog))
    if len(known.numbers) < 2 and not _counts_singly(before or b"", notes, options):
        raise ExportError(
            f"A heading with {notes.version!r} alone cannot be distinguished from other headings, so {options.changelog} stays as it is; "
            "use a version such as 1.2.0, or copy the section that `llnotes draft` prints."
        )
    placed = _place(before or b"", notes, options, previous, tag_exists=tag_exists)
    edits = version_edits(root, notes.version, options.version_files)
    changed = [(options.changelog, before, placed.after), *((edit.path, edit.before, edit.after) for edit in edits)]
    return Preview(
        root=root,
        path=options.changelog,
        before=before,
        after=placed.after,
        diff=patch_of(changed),
        section=placed.section,
        section_digest=section_digest(placed.section),
        date=placed.date,
        version_files=edits,
        conflict=placed.conflict,
        unchanged=all(old == new for _, old, new in changed),
        notices=placed.notices,
    )


def write(shown: Preview, take: Take | None = None) -> tuple[Path, ...]:
    """Write what a preview showed, all files or none, and return those that changed, below `root` and without links.

    `take` decides a conflict: `theirs` leaves the changelog as it is.

    Raises:
        ExportError: a file changed since the preview, a conflict is open, or a file cannot be written.
    """
    if shown.conflict is not None and take is None:
        raise ExportError(f"{shown.conflict.why} Choose theirs or ours.")
    files: list[tuple[str, bytes | None, bytes]] = []
    if shown.conflict is None or take == "ours":
        files.append((shown.path, shown.before, shown.after))
    files += [(edit.path, edit.before, edit.after) for edit in shown.version_files]
    targets = [(file_inside(shown.root, path), before, after) for path, before, after in files if before != after]
    for target, before, _ in targets:
        if read_file(target) != before:
            raise ExportError(f"{target} changed since the preview; show the preview again before writing.")
    _write_all(targets)
    # The root may be reached through a link itself: callers know it by the name they gave.
    return tuple(shown.root / target.relative_to(os.path.realpath(shown.root)) for target, _, _ in targets)


def section_alone(before: bytes, notes: ReleaseNotes, options: ExportOptions) -> str:
    """Return the section of notes, in the layout and style that writing gives it in this changelog (empty: a new file).

    Where nothing can be written it has the layout `labs`, or the usual headings.
    """
    written = before.removeprefix(byte_order_mark(before)).strip()
    data = before if written else _new_file(before, options)
    changelog = _parse(data, notes, options)
    if _layout(changelog, options) == "free":
        options = msgspec.structs.replace(options, layout="labs")
    try:
        layout = _section_layout(data, changelog, notes, options)
    except ExportError:
        layout = SectionLayout(options.changelog, _layout(changelog, options) == "labs", HeadingStyle())
    return layout.render(notes)


def section_digest(section: str) -> str:
    """Return the digest by which a section is known again; line ends and white space at line ends do not count."""
    lines = [line.rstrip() for line in re.split(r"\r\n|\r|\n", section.strip())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _write_all(targets: list[tuple[Path, bytes | None, bytes]]) -> None:
    """Write every file; where one fails, those before it get their old bytes back."""
    written: list[tuple[Path, bytes | None]] = []
    try:
        for target, before, after in targets:
            write_atomically(target, after)
            written.append((target, before))
    except ExportError:
        for target, before in written:
            if before is None:
                target.unlink(missing_ok=True)
            else:
                write_atomically(target, before)
        raise


def _place(
    before: bytes, notes: ReleaseNotes, options: ExportOptions, previous: WrittenSection | None, *, tag_exists: bool
) -> _Placed:
    _check_readable(before, options)
    written = before.removeprefix(byte_order_mark(before)).strip()
    whole = data = before if written else _new_file(before, options)
    changelog = _parse(data, notes, options)
    _check_layout(changelog, options)
    layout = _section_layout(data, changelog, notes, options)
    cut = Cut(data, "")
    if written:
        data, changelog = _without_renamed(data, changelog, notes, options, previous)
        taken, with_prose = _taken(changelog, notes, options), options.template is None
        cut = cut_unreleased(data, changelog, taken, with_prose=with_prose, has_types=not layout.is_labs)
        left_prose = _left_prose(data, changelog, options)
        data, changelog = cut.data, _parse(cut.data, notes, options)
    existing = changelog.section(notes.version)
    if existing is not None:
        notes = msgspec.structs.replace(notes, date=_kept_date(existing, previous, notes))
    section = _as_in_file(_section(data, existing, cut, notes, options, layout), data)
    theirs = _text_of(data, existing)
    why = _conflict(options.changelog, notes, theirs, section, previous, tag_exists=tag_exists)
    after = _spliced(data, changelog, existing, notes, section, final_newline=ends_line(whole))
    brackets = layout.style.brackets and not layout.is_labs
    moved = move_links(after, notes, options.changelog, prefix=layout.style.prefix, brackets=brackets)
    _check_spliced(data, moved.data, notes, section, options)
    notices = (*moved.notices, *([left_prose] if written and left_prose else []))
    return _Placed(moved.data, section, notes.date, Conflict(visible(theirs), section, why) if why else None, notices)


def _parse(data: bytes, notes: ReleaseNotes, options: ExportOptions) -> Changelog:
    return parse(data, notes.web_url, options.last_version, unreleased_heading=options.unreleased)


def _layout(changelog: Changelog, options: ExportOptions) -> str:
    """Return the layout to write: as the settings say, else as the file has it."""
    return changelog.layout if options.layout == "auto" else options.layout


def _section_layout(data: bytes, changelog: Changelog, notes: ReleaseNotes, options: ExportOptions) -> SectionLayout:
    """Return how the section is written.

    Raises:
        ExportError: the heading levels of the file do not show which one the version gets.
    """
    style = style_of(data, changelog, notes.version, options.changelog)
    return SectionLayout(options.changelog, _layout(changelog, options) == "labs", style)


def _check_readable(before: bytes, options: ExportOptions) -> None:
    reason = unwritable(options.changelog) if options.template is None else ""
    reason = reason or unreadable(options.changelog, before)
    if reason:
        raise ExportError(reason)


def _new_file(before: bytes, options: ExportOptions) -> bytes:
    if options.layout == "keepachangelog":
        return byte_order_mark(before) + (keepachangelog.PREAMBLE + keepachangelog.UNRELEASED).encode()
    return byte_order_mark(before) + labs.PREAMBLE.encode()


def _counts_singly(data: bytes, notes: ReleaseNotes, options: ExportOptions) -> bool:
    """Tell whether the newest version of a changelog has a single number behind a word, such as `r42`."""
    newest = next(iter(_parse(data, notes, options).sections), None)
    known = versions.parse(newest.version) if newest is not None else None
    return known is not None and len(known.numbers) < 2


def _check_layout(changelog: Changelog, options: ExportOptions) -> None:
    path = options.changelog
    reason = undecided(path, changelog)
    if reason:
        raise ExportError(reason)
    if options.template is None and _layout(changelog, options) == "free":
        raise ExportError(unknown_format(path, changelog))


def _without_renamed(
    data: bytes, changelog: Changelog, notes: ReleaseNotes, options: ExportOptions, previous: WrittenSection | None
) -> tuple[bytes, Changelog]:
    """Take out what this review wrote under another version number, if nobody touched it since."""
    if previous is None or previous.version == notes.version or previous.tagged:
        return data, changelog
    old = changelog.section(previous.version)
    if old is None or section_digest(_text_of(data, old)) != previous.section_digest:
        return data, changelog
    data = remove_link(remove_section(data, old), previous.version)
    return data, _parse(data, notes, options)


def _kept_date(existing: VersionSection, previous: WrittenSection | None, notes: ReleaseNotes) -> str:
    """A section that is written again keeps the date it has."""
    if existing.date:
        return existing.date
    return previous.date if previous is not None and previous.version == notes.version else notes.date


def _section(
    data: bytes,
    existing: VersionSection | None,
    cut: Cut,
    notes: ReleaseNotes,
    options: ExportOptions,
    layout: SectionLayout,
) -> str:
    if options.template is not None:
        return template.render(options.template, notes).strip("\r\n") + "\n\n"
    theirs, rendered = _text_of(data, existing), layout.render(notes)
    if not cut.prose and section_digest(theirs) == section_digest(rendered):
        return rendered
    own = prose_in(data, existing, has_types=not layout.is_labs)
    return section_text(notes, layout, theirs, own, cut.moved, cut.prose)


def _left_prose(data: bytes, changelog: Changelog, options: ExportOptions) -> str:
    """Return a sentence about what stays under Unreleased because a template writes the section; empty if nothing does."""
    section = changelog.unreleased_section
    if options.template is None or section is None or not prose_in(data, section, has_types=True):
        return ""
    return (
        f"{options.changelog}: a template writes only entries, so the text under {section.heading} stays there; "
        "move it into the new section by hand."
    )


def _conflict(
    path: str, notes: ReleaseNotes, theirs: str, ours: str, previous: WrittenSection | None, *, tag_exists: bool
) -> str:
    """Return why a person has to decide, or nothing."""
    if section_digest(theirs) == section_digest(ours):
        return ""
    if tag_exists:
        return f"{notes.tag} is tagged already, so its section in {path} is history."
    if not theirs:
        return ""
    if previous is None or previous.version != notes.version:
        return f"{path} has a section {notes.version} already that this review did not write."
    if section_digest(theirs) not in (previous.section_digest, *previous.older):
        return f"Somebody changed the section {notes.version} in {path} since it was written."
    return ""


def _spliced(
    data: bytes,
    changelog: Changelog,
    existing: VersionSection | None,
    notes: ReleaseNotes,
    section: str,
    *,
    final_newline: bool,
) -> bytes:
    """Put the section in; `final_newline` is as in the whole file, whose end may have been what Unreleased held."""
    if existing is None:
        return insert_section(data, changelog, notes.version, section, final_newline=final_newline)
    if section_digest(_text_of(data, existing)) != section_digest(section):
        return replace_section(data, existing, section)
    return data


def _taken(changelog: Changelog, notes: ReleaseNotes, options: ExportOptions) -> set[str]:
    """Return the texts of the items under Unreleased that the section mentions now."""
    taken = {entry.text for entry in notes.entries if entry.origin == "changelog"} | set(options.unreleased_taken)
    updates = {number for _, number in notes.dependency_updates}.union(notes.update_pull_requests)
    return taken | {
        item.text for item in changelog.unreleased if item.dependency and updates.intersection(item.pull_requests)
    }


def _check_spliced(data: bytes, after: bytes, notes: ReleaseNotes, section: str, options: ExportOptions) -> None:
    """Hold what comes out against what went in: the section is there once, and the others are as they were."""
    old, new = _parse(data, notes, options), _parse(after, notes, options)
    expected = [_text_of(data, other).rstrip() for other in old.sections if other.version != notes.version]
    found = [_text_of(after, other).rstrip() for other in new.sections if other.version != notes.version]
    written = new.section(notes.version)
    if written is None or section_digest(_text_of(after, written)) != section_digest(section):
        if notes.version in new.pending_versions:
            raise ExportError(
                f"All versions in {options.changelog} have a date, so the section {notes.version} without one would count as "
                "unreleased; set `layout` to `keepachangelog`, which writes dates, or set `template`."
            )
        blame = options.template.name if options.template else "its layout"
        raise ExportError(
            f"The section {notes.version} could not be inserted into {options.changelog}; look at {blame}."
        )
    if expected != found:
        raise ExportError(f"The section {notes.version} would change others in {options.changelog}; look at its text.")


def _text_of(data: bytes, section: VersionSection | None) -> str:
    if section is None:
        return ""
    return _decoded(data[section.start : section.content_end], data)


def _as_in_file(section: str, data: bytes) -> str:
    """Return the section as it will read in the file, whose encoding may lack characters."""
    return _decoded(encoded(section, data), data)


def _decoded(text: bytes, data: bytes) -> str:
    return text.decode(encoding_of(data)).replace("\r\n", "\n").replace("\r", "\n")
