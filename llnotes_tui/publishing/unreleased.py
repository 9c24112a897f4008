"""What is under Unreleased, cut in two: what goes into the section of the new version, and what stays for the next one.

Items that the release mentions go, and with them everything that is no item: a summary, tables, code, known issues.
Comments (they are hints for contributors), empty headings, link definitions and items that were left out stay.
"""

from collections.abc import Collection, Sequence

from msgspec import Struct

from llnotes_tui.publishing.people import LEAD
from llnotes_tui.publishing.splice import Edit, apply, doubled_blanks, emptied_headings, encoded
from llnotes_tui.release.changelog import Changelog, VersionSection, begins_dependencies
from llnotes_tui.release.markdown import Line, definition, encoding_of, scan
from llnotes_tui.release.model import SECTIONS
from llnotes_tui.release.text import visible


class Cut(Struct, frozen=True):
    """A changelog without what goes into the new section."""

    data: bytes
    moved: str
    """The lines that go, with `\\n` line ends: items and whatever else was between them."""
    prose: tuple[Line, ...] = ()
    """Those of them that are more than items below the headings of types."""


def cut_unreleased(
    data: bytes, changelog: Changelog, taken: Collection[str], *, with_prose: bool, has_types: bool
) -> Cut:
    """Return the file without those items under Unreleased whose texts are in `taken`, and without the prose there.

    Without `with_prose` only items go.  `has_types`: the layout has headings such as `Added` of its own.  The heading
    stays: it is the fresh one.  A heading that names a version (`1.3.0 - TBD`) goes too; if anything stays below it, it
    becomes `Unreleased`.
    """
    section = changelog.unreleased_section
    if section is None:
        return Cut(data, "")
    known = {visible(text).strip() for text in taken}
    items = {(item.start, item.end): visible(item.text).strip() in known for item in section.items}
    lines = [line for line in scan(data) if section.heading_end <= line.start < section.end]
    content = [line for line in lines if line.start < section.content_end]
    going, shared = _going(content, items, with_prose=with_prose)
    prose = prose_of(
        [line for line in lines if line.start in going | shared], list(items), has_types=has_types, is_ours=False
    )
    staying = {line.start for line in content} - going - shared - _blanks(content)
    moved = _without(data, content, staying) if going else ""
    gone = set(going)
    if going:
        gone |= emptied_headings(lines, going)
        gone |= doubled_blanks([*_heading_lines(data, section), *lines], gone)
    edits = [Edit(line.start, line.end, b"") for line in lines if line.start in gone]
    if section.pending_version:
        edits = _without_heading(data, section, [line for line in lines if line.start not in gone], edits)
    return Cut(apply(data, edits), moved, prose)


def prose_of(
    lines: Sequence[Line], items: Collection[tuple[int, int]], *, has_types: bool, is_ours: bool
) -> tuple[Line, ...]:
    """Return the lines of a section that are more than items below the headings of types.

    `items` are the spans of the items.  In a layout that has no types their headings are a person's.  In a section that
    may be ours the line that names contributors does not count.
    """
    outside = [line for line in lines if not any(start <= line.start < end for start, end in items)]
    people = is_ours and any(line.text.startswith(LEAD) for line in outside)
    found: list[Line] = []
    for line in outside:
        if line.kind == "heading":
            is_known_type = "dependenc" in line.content.lower() or (has_types and is_type(line))
            known = is_known_type or (people and line.content == "Contributors")
        elif line.kind == "blank" or (line.kind == "rule" and line.level):
            known = True
        else:
            of_people = people and line.text.startswith(LEAD)
            known = begins_dependencies(line) or of_people or definition(line.text) is not None
        if not known:
            found.append(line)
    return tuple(found)


def is_type(line: Line) -> bool:
    """Return whether a line is the heading of one of the six types, under that name."""
    return line.kind == "heading" and line.content.strip().lower() in SECTIONS


def _going(lines: Sequence[Line], items: dict[tuple[int, int], bool], *, with_prose: bool) -> tuple[set[int], set[int]]:
    """Return the lines that go, and the headings that stay as well because something below them stays."""
    going: set[int] = set()
    shared: set[int] = set()
    heading: list[Line] = []
    below: list[bool] = []
    in_comment = False

    def close() -> None:
        if any(below):
            (going if all(below) else shared).update(line.start for line in heading)

    for line in lines:
        span = next((span for span in items if span[0] <= line.start < span[1]), None)
        if span is not None:
            goes = items[span]
        elif line.kind == "blank":
            continue
        elif line.kind == "heading" or begins_dependencies(line):
            close()
            heading, below = [line], []
            continue
        elif line.kind == "rule" and line.level:
            heading.append(line)
            continue
        elif in_comment or (line.kind == "hidden" and line.text.lstrip().startswith("<!--")):
            in_comment = "-->" not in line.text
            goes = False
        else:
            goes = with_prose and not definition(line.text)
        below.append(goes)
        if goes:
            going.add(line.start)
    close()
    return going, shared


def _without(data: bytes, lines: Sequence[Line], gone: Collection[int]) -> str:
    r"""Return the lines that are not `gone` as text with `\n` line ends, without blank lines around it."""
    out = {*gone, *doubled_blanks(lines, gone)}
    kept = b"".join(data[line.start : line.end] for line in lines if line.start not in out)
    text = kept.decode(encoding_of(data)).replace("\r\n", "\n").replace("\r", "\n")
    return text.strip("\n")


def _blanks(lines: Sequence[Line]) -> set[int]:
    return {line.start for line in lines if line.kind == "blank"}


def _heading_lines(data: bytes, section: VersionSection) -> list[Line]:
    return [line for line in scan(data) if section.start <= line.start < section.heading_end]


def _without_heading(data: bytes, section: VersionSection, kept: Sequence[Line], edits: list[Edit]) -> list[Edit]:
    """Remove a heading that names a version and the rest of its section; rename it if anything stays there."""
    if all(line.kind == "blank" for line in kept):
        return [Edit(section.lead, section.end, b"")]
    words = "[Unreleased]" if section.heading.startswith("[") else "Unreleased"
    ending = data[section.start : section.heading_end]
    newline = ending[len(ending.rstrip(b"\r\n")) :]
    renamed = encoded(f"{'#' * section.level} {words}", data) + newline
    return [Edit(section.start, section.heading_end, renamed), *edits]
