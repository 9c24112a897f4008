"""A section that a person began, completed: what they wrote keeps its place, and the other entries go where they belong.

A section is woven from what was under Unreleased when a release is written first, and from the section itself when it
is written again.  Both times the same items are found by their words, so that writing twice changes nothing.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from llnotes_tui.publishing.labs import UPDATES
from llnotes_tui.publishing.lines import RenderedItem
from llnotes_tui.publishing.people import LEAD
from llnotes_tui.publishing.splice import Edit, apply, doubled_blanks, emptied_headings
from llnotes_tui.release.changelog import Item, VersionSection, begins_dependencies, parse, section_named
from llnotes_tui.release.markdown import Line, scan
from llnotes_tui.release.model import SECTIONS, Section
from llnotes_tui.release.text import visible


class Woven(Struct, frozen=True):
    """What a layout puts into a section."""

    items: tuple[RenderedItem, ...]
    people: str
    """The line that names who took part; empty: none."""
    types: int
    """The level of headings such as `Added`; 0: the layout has none."""


def weave(base: str, woven: Woven) -> str:
    r"""Return a section with its heading (`\n` line ends, one blank line at the end) in which all items are.

    Items of `base` that are none of them go, or that have another type by now; everything else stays in its place.  The text has to begin with the
    heading of a version.
    """
    text = base.rstrip("\n") + "\n"
    text, left = _with_known_items(text, woven)
    for one in left:
        text = _inserted(text, one, woven)
    if woven.people and woven.people not in text.split("\n"):
        heading = f"{'#' * woven.types} Contributors\n\n" if woven.types else ""
        text = f"{text.rstrip()}\n\n{heading}{woven.people}\n"
    return text.rstrip("\n") + "\n\n"


def _with_known_items(text: str, woven: Woven) -> tuple[str, list[RenderedItem]]:
    """Return the text with its items as they are written now, and the items that it lacks."""
    data = text.encode()
    section = _section(data)
    left = list(woven.items)
    edits: list[Edit] = []
    for item in section.items:
        found = next((one for one in left if _key(item.text) in map(_key, one.words)), None)
        if found is None or (woven.types and item.section not in (None, found.section)):
            edits.append(Edit(item.start, item.end, b""))
            continue
        left.remove(found)
        if _key(item.text) != _key(found.words[0]):
            edits.append(Edit(item.start, item.end, f"{found.text}\n".encode()))
    lines = scan(data)
    gone = {line.start for line in lines if line.text.startswith(LEAD) and line.text != woven.people}
    gone |= {line.start for edit in edits if not edit.new for line in lines if edit.start <= line.start < edit.end}
    if not edits and not gone:
        return text, left
    if gone:
        gone |= emptied_headings([line for line in lines if line.start >= section.heading_end], gone)
        gone |= doubled_blanks(lines, gone)
    replaced = [edit for edit in edits if edit.new]
    cuts = [Edit(line.start, line.end, b"") for line in lines if line.start in gone]
    return apply(data, [*replaced, *cuts]).decode(), left


def _inserted(text: str, one: RenderedItem, woven: Woven) -> str:
    """Return the text with one more item."""
    data = text.encode()
    section, lines = _section(data), scan(data)
    if not woven.types:
        return _into_list(data, section, lines, one)
    block = _block(lines, section, lambda line: section_named(line.content) == one.section)
    if block is None:
        return _with_new_type(data, section, lines, one, woven.types)
    return _into_block(data, section, block, one)


def _into_block(data: bytes, section: VersionSection, block: Sequence[Line], one: RenderedItem) -> str:
    start, end = block[0].start, block[-1].end
    items = [item for item in section.items if start <= item.start < end]
    if not items:
        return _put(data, _written_end(block), f"\n{one.text}\n")
    plain = [item for item in items if not item.breaking]
    at = plain[0].start if one.breaking and plain else items[-1].end
    return _put(data, at, f"{one.text}\n")


def _into_list(data: bytes, section: VersionSection, lines: Sequence[Line], one: RenderedItem) -> str:
    """Return a section without types with one more item: behind the items of its kind, else behind what is there."""
    known: list[Item] = [item for item in section.items if item.dependency == one.is_update]
    if known:
        return _put(data, known[-1].end, f"{one.text}\n")
    if one.is_update:
        return _put(data, len(data), f"\n{UPDATES}\n\n{one.text}\n")
    first = next(
        (n for n, line in enumerate(lines) if n and (line.kind == "heading" or begins_dependencies(line))), None
    )
    intro = lines if first is None else lines[:first]
    return _put(data, _written_end(intro), f"\n{one.text}\n")


def _with_new_type(data: bytes, section: VersionSection, lines: Sequence[Line], one: RenderedItem, level: int) -> str:
    """Return the text with a type that it lacks, at its place in the order of types."""
    words = f"{'#' * level} {one.section.capitalize()}\n\n{one.text}\n"
    later = SECTIONS[SECTIONS.index(one.section) + 1 :]
    earlier = SECTIONS[: SECTIONS.index(one.section)]
    following = _block(lines, section, lambda line: section_named(line.content) in later)
    if following is not None:
        return _put(data, following[0].start, f"{words}\n")
    before = [block for name in earlier if (block := _block(lines, section, _names(name))) is not None]
    if before:
        at = max(_written_end(block) for block in before)
    else:
        first = next((n for n, line in enumerate(lines) if n and line.kind == "heading"), len(lines))
        at = _written_end(lines[:first])
    return _put(data, at, f"\n{words}")


def _names(name: Section) -> Callable[[Line], bool]:
    return lambda line: section_named(line.content) == name


def _block(lines: Sequence[Line], section: VersionSection, wanted: Callable[[Line], bool]) -> Sequence[Line] | None:
    """Return the lines of the first heading inside a section that is `wanted`, up to the next heading."""
    headings = [n for n, line in enumerate(lines) if line.kind == "heading" and line.start >= section.heading_end]
    for n, at in enumerate(headings):
        if wanted(lines[at]):
            stop = headings[n + 1] if n + 1 < len(headings) else len(lines)
            return lines[at:stop]
    return None


def _written_end(lines: Sequence[Line]) -> int:
    """Return where the last line ends that is not blank."""
    return next((line.end for line in reversed(lines) if line.kind != "blank"), lines[-1].end)


def _put(data: bytes, at: int, words: str) -> str:
    """Return the text with words put in."""
    return (data[:at] + words.encode() + data[at:]).decode()


def _section(data: bytes) -> VersionSection:
    changelog = parse(data, None)
    section = changelog.sections[0] if changelog.sections else changelog.unreleased_section
    assert section is not None, "a section begins with the heading of a version"
    return section


def _key(words: str) -> str:
    """Return what items are found by: white space at the ends of lines does not count."""
    return "\n".join(line.strip() for line in visible(words).strip().split("\n"))
