"""A section that a person began, completed: what they wrote keeps its place, and the other entries go where they fit.

A section is woven from what was under Unreleased when a release is written first, and from the section itself when it
is written again.  Both times the same items are found by their words, so that writing twice changes nothing.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from llnotes_tui.publishing.labs import UPDATES
from llnotes_tui.publishing.lines import RenderedItem
from llnotes_tui.publishing.people import LEAD
from llnotes_tui.publishing.splice import Edit, apply, doubled_blanks, emptied_headings
from llnotes_tui.release.changelog import (
    Item,
    VersionSection,
    begins_breaking,
    begins_dependencies,
    parse,
    section_named,
)
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

    Items of `base` that are none of them go, or that have another type by now; everything else stays in its place.
    The text has to begin with the heading of a version.
    """
    text = base.rstrip("\n") + "\n"
    text, left = _with_known_items(text, woven)
    if left:
        text = _with_new_items(text, left, woven.types)
    if woven.people and woven.people not in text.split("\n"):
        heading = f"{'#' * woven.types} Contributors\n\n" if woven.types else ""
        text = f"{text.rstrip()}\n\n{heading}{woven.people}\n"
    return text.rstrip("\n") + "\n\n"


def _with_known_items(text: str, woven: Woven) -> tuple[str, list[RenderedItem]]:
    """Return the text with its items as they are written now, and the items that it lacks."""
    data = text.encode()
    section = _section(data)
    left = _Left(woven.items)
    edits: list[Edit] = []
    for item in section.items:
        found = left.find(item.text)
        if found is None or (woven.types and item.section not in (None, found.section)):
            edits.append(Edit(item.start, item.end, b""))
            continue
        left.take(item.text)
        if _key(item.text) != _key(found.words[0]):
            edits.append(Edit(item.start, item.end, f"{found.text}\n".encode()))
    lines = scan(data)
    gone = {line.start for line in lines if line.text.startswith(LEAD) and line.text != woven.people}
    starts = [line.start for line in lines]
    for edit in edits:
        if not edit.new:
            gone.update(starts[bisect_left(starts, edit.start) : bisect_left(starts, edit.end)])
    if not edits and not gone:
        return text, left.items()
    if gone:
        gone |= emptied_headings([line for line in lines if line.start >= section.heading_end], gone)
        gone |= doubled_blanks(lines, gone)
    replaced = [edit for edit in edits if edit.new]
    cuts = [Edit(line.start, line.end, b"") for line in lines if line.start in gone]
    return apply(data, [*replaced, *cuts]).decode(), left.items()


class _Left:
    """The items that were not found in the text yet, found by their words."""

    def __init__(self, items: Sequence[RenderedItem]) -> None:
        self._items = dict(enumerate(items))
        self._numbers: dict[str, list[int]] = {}
        for number, one in reversed(self._items.items()):
            for key in dict.fromkeys(map(_key, one.words)):
                self._numbers.setdefault(key, []).append(number)

    def find(self, words: str) -> RenderedItem | None:
        """Return the first item with these words."""
        numbers = self._numbers.get(_key(words), [])
        while numbers and numbers[-1] not in self._items:
            numbers.pop()
        return self._items[numbers[-1]] if numbers else None

    def take(self, words: str) -> None:
        """Take away the item that `find` returns."""
        if self.find(words) is not None:
            del self._items[self._numbers[_key(words)][-1]]

    def items(self) -> list[RenderedItem]:
        """Return the items that are left, in their order."""
        return list(self._items.values())


# -- items that the text lacks -----------------------------------------------------------------------------------------


class _Insertion:
    """New items for one place: a breaking one goes before the first that does not begin with `**Breaking:**`."""

    def __init__(self, at: int, lead: str = "", trail: str = "") -> None:
        self.at = at
        self.lead = lead
        """What to write before the items."""
        self.trail = trail
        """What to write after them."""
        self._texts: list[str] = []
        self._breaking = 0
        """How many items there are before the first that does not begin with `**Breaking:**`."""

    def add(self, one: RenderedItem) -> None:
        """Put an item among the others."""
        at = self._breaking if one.breaking else len(self._texts)
        self._texts.insert(at, one.text)
        self._breaking += at == self._breaking and begins_breaking(one.words[0])

    def edits(self) -> list[Edit]:
        """Return the insertion; nothing where it has no items."""
        items = "".join(f"{text}\n" for text in self._texts)
        return [Edit(self.at, self.at, f"{self.lead}{items}{self.trail}".encode())] if items else []


class _Place(Struct, frozen=True):
    """Where a new heading with its items goes, and what separates it from what is around it."""

    at: int
    lead: str = ""
    trail: str = ""


class _Block(Struct, frozen=True):
    """A heading with the lines up to the next one, in the text or new, and the items to put below it."""

    section: Section | None
    insertions: tuple[_Insertion, ...]
    """The first takes breaking items, the last all others; there may be only one."""
    before: _Place
    """Of a new block before this one."""
    behind: _Place
    """Of a new block behind this one."""

    def add(self, one: RenderedItem) -> None:
        """Put an item below the heading: a breaking one before those that are not, any other behind them."""
        self.insertions[0 if one.breaking else -1].add(one)


def _with_new_items(text: str, items: Sequence[RenderedItem], level: int) -> str:
    """Return the text with more items below headings of this level; 0: in one list."""
    data = text.encode()
    section, lines = _section(data), scan(data)
    if not level:
        return apply(data, _list_edits(data, section, lines, items)).decode()
    first = next((n for n, line in enumerate(lines) if n and line.kind == "heading"), len(lines))
    intro = _Place(_written_end(lines[:first]), "\n")
    blocks = _blocks(lines, section)
    named: dict[Section, _Block] = {}
    for block in blocks:
        if block.section is not None:
            named.setdefault(block.section, block)
    for one in items:
        if one.section not in named:
            named[one.section] = _add_type(blocks, one.section, intro, level)
        named[one.section].add(one)
    # Where two insertions have the same place, they are written in the order of their blocks.
    return apply(data, [edit for block in blocks for part in block.insertions for edit in part.edits()]).decode()


def _blocks(lines: Sequence[Line], section: VersionSection) -> list[_Block]:
    """Return the blocks of a section's headings."""
    headings = [n for n, line in enumerate(lines) if line.kind == "heading" and line.start >= section.heading_end]
    blocks: list[_Block] = []
    items = deque(section.items)
    for at, stop in pairwise([*headings, len(lines)]):
        start, end = lines[at].start, lines[stop - 1].end
        while items and items[0].start < start:
            items.popleft()
        own: list[Item] = []
        while items and items[0].start < end:
            own.append(items.popleft())
        written_end = _written_end(lines[at:stop])
        last = _Insertion(own[-1].end) if own else _Insertion(written_end, "\n")
        plain = next((item for item in own if not item.breaking), None)
        insertions = (_Insertion(plain.start), last) if plain is not None else (last,)
        before, behind = _Place(start, trail="\n"), _Place(written_end, "\n")
        blocks.append(_Block(section_named(lines[at].content), insertions, before, behind))
    return blocks


def _add_type(blocks: list[_Block], name: Section, intro: _Place, level: int) -> _Block:
    """Add the block of a type that a section lacks, at its place in the order of types, and return it."""
    order = SECTIONS.index(name)
    later, earlier = SECTIONS[order + 1 :], SECTIONS[:order]
    at = next((n for n, block in enumerate(blocks) if block.section in later), None)
    if at is not None:
        place = blocks[at].before
    else:
        first = {block.section: n for n, block in reversed([*enumerate(blocks)]) if block.section in earlier}
        at = max(first.values(), default=-1) + 1
        place = blocks[at - 1].behind if at else intro
    insertion = _Insertion(place.at, f"{place.lead}{'#' * level} {name.capitalize()}\n\n", place.trail)
    block = _Block(name, (insertion,), place, place)
    blocks.insert(at, block)
    return block


def _list_edits(
    data: bytes, section: VersionSection, lines: Sequence[Line], items: Sequence[RenderedItem]
) -> list[Edit]:
    """Return the edits for a section without types: items go behind those of their kind, else behind what is there."""
    edits: list[Edit] = []
    for is_update in (False, True):
        texts = "".join(f"{one.text}\n" for one in items if one.is_update == is_update)
        known = [item for item in section.items if item.dependency == is_update]
        if not texts:
            continue
        if known:
            at = known[-1].end
        elif is_update:
            at, texts = len(data), f"\n{UPDATES}\n\n{texts}"
        else:
            stops = (n for n, line in enumerate(lines) if n and (line.kind == "heading" or begins_dependencies(line)))
            stop = next(stops, len(lines))
            at, texts = _written_end(lines[:stop]), f"\n{texts}"
            if stop < len(lines) and lines[stop].start == at and begins_dependencies(lines[stop]):
                texts += "\n"  # else Markdown reads the line as the end of the last item
        edits.append(Edit(at, at, texts.encode()))
    return edits


def _written_end(lines: Sequence[Line]) -> int:
    """Return where the last line ends that is not blank."""
    return next((line.end for line in reversed(lines) if line.kind != "blank"), lines[-1].end)


def _section(data: bytes) -> VersionSection:
    changelog = parse(data, None)
    section = changelog.sections[0] if changelog.sections else changelog.unreleased_section
    assert section is not None, "a section begins with the heading of a version"
    return section


def _key(words: str) -> str:
    """Return what items are found by: white space at the ends of lines does not count."""
    return "\n".join(line.strip() for line in visible(words).strip().split("\n"))
