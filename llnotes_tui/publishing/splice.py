"""Bytes of a changelog with one section put in, replaced or taken out, and nothing else touched.

Every change is an edit of a span of bytes, so what no edit names is kept as it is: other sections, whatever their shape,
line ends, encoding, byte order mark, and whether the file ends in a line end.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

from llnotes_tui.release.changelog import Changelog, VersionSection, begins_dependencies, version_key
from llnotes_tui.release.markdown import Line, encoding_of, newline_of


class Edit(Struct, frozen=True):
    """Bytes that take the place of a span; an insertion where the span is empty."""

    start: int
    end: int
    new: bytes


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the bytes after edits whose spans do not overlap."""
    parts: list[bytes] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += [data[at : edit.start], edit.new]
        at = edit.end
    return b"".join([*parts, data[at:]])


def encoded(text: str, data: bytes) -> bytes:
    r"""Return text with `\n` line ends as the file writes it: its line ends, its encoding.

    A character that the encoding does not have becomes a numeric reference, which Markdown shows as the character.
    """
    return text.encode(encoding_of(data), "xmlcharrefreplace").replace(b"\n", newline_of(data))


def insert_section(data: bytes, changelog: Changelog, version: str, section: str, *, final_newline: bool) -> bytes:
    """Return the file with a new section, at the place that its version has among the others.

    `section` ends in the blank lines that its layout asks for before another section; at the end of the file it ends in
    one line end, or in none where there is to be no `final_newline`.
    """
    at = _section_place(changelog, version)
    newline = newline_of(data)
    before, after = data[:at], data[at:]
    text = encoded(section.rstrip("\n"), data)
    if not after:
        ending = newline if final_newline else b""
    elif at == changelog.body_end:
        ending = newline * 2
    else:
        ending = newline * (len(section) - len(section.rstrip("\n")))
    return before + _separation(before, newline) + text + ending + after


def replace_section(data: bytes, section: VersionSection, text: str) -> bytes:
    """Return the file with another text in place of a section; the blank lines after it stay."""
    old = data[section.start : section.content_end]
    ending = newline_of(data) if ends_line(old) else b""
    new = encoded(text.rstrip("\n"), data) + ending
    return apply(data, [Edit(section.start, section.content_end, new)])


def remove_section(data: bytes, section: VersionSection) -> bytes:
    """Return the file without a section and the blank lines after it."""
    return apply(data, [Edit(section.lead, section.end, b"")])


def ends_line(data: bytes) -> bool:
    """Say whether the last line of a text has a line end."""
    return data.endswith((b"\n", b"\r"))


def place(versions: Sequence[str], new: str) -> int:
    """Return the index before which a version belongs in a list that is newest first, or oldest first if it is so."""
    keys = [version_key(version) for version in versions]
    key = version_key(new)
    if len(keys) > 1 and keys[0] < keys[-1]:
        return next((at for at in range(len(keys), 0, -1) if keys[at - 1] <= key), 0)
    return next((at for at, other in enumerate(keys) if other < key), len(keys))


def newest(changelog: Changelog, version: str) -> bool:
    """Say whether no section is of a higher version."""
    return all(version_key(section.version) <= version_key(version) for section in changelog.sections)


def _section_place(changelog: Changelog, version: str) -> int:
    sections = changelog.sections
    if not sections:
        return changelog.unreleased_section.end if changelog.unreleased_section else changelog.body_end
    at = place([section.version for section in sections], version)
    return sections[at].lead if at < len(sections) else sections[-1].end


def _separation(before: bytes, newline: bytes) -> bytes:
    """Return what is missing for a blank line between `before` and a heading."""
    text = before.removeprefix(b"\xef\xbb\xbf")
    if not text:
        return b""
    if not ends_line(text):
        return newline * 2
    lines = text.splitlines()
    return b"" if not lines[-1].strip() else newline


def emptied_headings(lines: Sequence[Line], gone: Collection[int]) -> set[int]:
    """Return the lines of `### Added`, `Dependency updates:` and their like of which nothing but blank lines is left."""
    emptied: set[int] = set()
    headings = [at for at, line in enumerate(lines) if line.kind == "heading" or begins_dependencies(line)]
    for at, stop in pairwise([*headings, len(lines)]):
        block = lines[at + 1 : stop]
        written = [line for line in block if line.kind not in ("blank", "rule")]
        if written and all(line.start in gone for line in written):
            emptied |= {line.start for line in lines[at:stop]}
    return emptied


def doubled_blanks(lines: Sequence[Line], gone: Collection[int]) -> set[int]:
    """Return the blank lines that would stand twice once the lines between them are gone."""
    superfluous: set[int] = set()
    last_kept: Line | None = None
    removed_since = False
    for line in lines:
        if line.start in gone:
            removed_since = True
        elif line.kind == "blank" and removed_since and last_kept is not None and last_kept.kind == "blank":
            superfluous.add(line.start)
        else:
            last_kept, removed_since = line, removed_since and line.kind == "blank"
    return superfluous
