"""Release notes as somebody wrote them: the entries of one version, each with its place in the file.

Any Markdown goes: both layouts, what another tool generated, and prose without lists.  Places are code points of the file
as it is decoded, so that `text[start:end]` of the whole file is what a finding points at.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from msgspec import Struct

from llnotes_tui.release.changelog import Changelog, Item, VersionSection, all_items, begins_dependencies, parse
from llnotes_tui.release.items import item_title
from llnotes_tui.release.markdown import Line, encoding_of, scan
from llnotes_tui.release.titles import cut_title
from llnotes_tui.release.versions import split_any_tag

_SHA = re.compile(r"(?<![0-9A-Za-z._-])[0-9a-f]{7,40}(?![0-9A-Za-z_-])")
_COMMIT_LINK = re.compile(r"/commits?/([0-9a-f]{7,40})\b")
_NOT_A_CHANGE = re.compile(
    r"made their first contribution|^With contributions by |^\W*full changelog\W|^\W*\[?(?:all|full) (?:changes|diff)\b",
    re.IGNORECASE,
)
"""Lines of generated notes that tell of people and links."""


class WrittenEntry(Struct, frozen=True):
    """One item of a list, or one paragraph outside of lists."""

    text: str
    """Word for word, without the list marker."""
    title: str
    line: int
    """From 1."""
    pull_requests: tuple[int, ...] = ()
    """Those it says it is about, of this repository."""
    shas: tuple[str, ...] = ()
    """Words that can be abbreviated commits; `linked` says which surely are."""
    linked: tuple[str, ...] = ()
    paragraph: bool = False
    line_starts: tuple[tuple[int, int], ...] = ()
    """For each line of the text: where it begins in the text, and in the file."""

    def place(self, offset: int) -> int:
        """Return where an offset of the text lies in the file."""
        at = max(bisect_right(self.line_starts, (offset, 1 << 62)) - 1, 0)
        begins, in_file = self.line_starts[at]
        return in_file + offset - begins


class WrittenNotes(Struct, frozen=True):
    """The part of a file that is about one version."""

    text: str
    """The whole file, decoded; a byte order mark and carriage returns count as characters."""
    version: str
    """As the heading spells it; empty for what is unreleased, and for a file without version headings."""
    line: int
    """Of the heading; 1 where there is none."""
    entries: tuple[WrittenEntry, ...]
    newest: bool = True
    """No other version stands above it."""

    def line_and_column(self, place: int) -> tuple[int, int]:
        """Return line and column, both from 1, of a place in the file."""
        before = self.text[:place]
        return before.count("\n") + 1, place - (before.rfind("\n") + 1) + 1


class NoSuchSectionError(Exception):
    """The file has version headings, and not the one that was asked for."""

    def __init__(self, known: tuple[str, ...]) -> None:
        super().__init__()
        self.known = known


def read_notes(data: bytes, web_url: str | None, version: str = "") -> WrittenNotes:
    """Read what a file says of a version; without one, of what is unreleased or else of the newest that has a heading.

    Raises:
        NoSuchSectionError: there are version headings, and none is of this version.
    """
    changelog = parse(data, web_url)
    lines = scan(data)
    reader = _Reader(data, lines)
    section = _section(changelog, version)
    if section is None:
        spans = [(0, len(data))]
        return reader.notes("", 1, all_items(data, web_url), spans, newest=True)
    newest = section is changelog.unreleased_section or section is changelog.sections[0]
    heading = reader.number_of(section.start)
    return reader.notes(section.version, heading, section.items, [(section.start, section.end)], newest=newest)


def _section(changelog: Changelog, version: str) -> VersionSection | None:
    unreleased, released = changelog.unreleased_section, changelog.sections
    if version:
        split = split_any_tag(version)  # a person may type the tag: `r42` for the version 42
        found = changelog.section(version) or (changelog.section(split[1]) if split is not None else None)
        if found is None and released:
            raise NoSuchSectionError(tuple(section.version for section in released))
        return found or unreleased
    if unreleased is not None and unreleased.items:
        return unreleased
    return released[0] if released else unreleased


class _Reader:
    """Turns byte offsets into places of the decoded file."""

    def __init__(self, data: bytes, lines: tuple[Line, ...]) -> None:
        encoding = encoding_of(data)
        self._text = data.decode(encoding)
        self._lines = lines
        self._starts = [line.start for line in lines]
        self._places: list[int] = []
        place = len(data[: lines[0].start].decode(encoding)) if lines else 0
        for line in lines:
            self._places.append(place)
            place += len(data[line.start : line.end].decode(encoding))

    def notes(
        self, version: str, line: int, items: Iterable[Item], spans: list[tuple[int, int]], *, newest: bool
    ) -> WrittenNotes:
        told = (*map(self._of_item, items), *(entry for span in spans for entry in self._paragraphs(*span)))
        entries = (entry for entry in told if entry.text.strip() and not _NOT_A_CHANGE.search(entry.text))
        return WrittenNotes(
            self._text, version, line, tuple(sorted(entries, key=lambda entry: entry.line)), newest=newest
        )

    def number_of(self, offset: int) -> int:
        """Return the line, from 1, of a byte offset."""
        return bisect_right(self._starts, offset)

    def _of_item(self, item: Item) -> WrittenEntry:
        first = self.number_of(item.start) - 1
        return self._entry(item.text, first, item.pull_requests, paragraph=False)

    def _paragraphs(self, start: int, end: int) -> Iterator[WrittenEntry]:
        open_lines: list[int] = []
        for at, line in enumerate(self._lines):
            if start <= line.start < end and line.kind == "text" and not begins_dependencies(line):
                open_lines.append(at)
            elif open_lines:
                yield self._of_paragraph(open_lines)
                open_lines = []
        if open_lines:
            yield self._of_paragraph(open_lines)

    def _of_paragraph(self, at: list[int]) -> WrittenEntry:
        return self._entry("\n".join(self._lines[line].text for line in at), at[0], (), paragraph=True)

    def _entry(self, text: str, first: int, pull_requests: tuple[int, ...], *, paragraph: bool) -> WrittenEntry:
        starts, begins = [], 0
        for number, line in enumerate(text.split("\n")):
            raw = self._lines[first + number].text
            starts.append((begins, self._places[first + number] + max(len(raw) - len(line), 0)))
            begins += len(line) + 1
        return WrittenEntry(
            text=text,
            title=cut_title(item_title(text)),
            line=first + 1,
            pull_requests=pull_requests,
            shas=tuple(dict.fromkeys(_SHA.findall(text))),
            linked=tuple(dict.fromkeys(_COMMIT_LINK.findall(text))),
            paragraph=paragraph,
            line_starts=tuple(starts),
        )
