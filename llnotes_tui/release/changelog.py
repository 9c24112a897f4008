"""A changelog read from bytes: its layout, its version sections with their byte offsets, their items and pull requests.

Nothing is lost: every offset points into the bytes that were read, so that what is not understood can be kept as it is.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from llnotes_tui.release import versions
from llnotes_tui.release.markdown import Line, definition, newline_of, scan
from llnotes_tui.release.model import Section
from llnotes_tui.release.references import belongs, credited, references

Layout = Literal["labs", "keepachangelog", "free"]

_VERSION = r"\d+(?:\.\d+)+(?:[-+.]?[0-9A-Za-z][0-9A-Za-z.+-]*)?"
_RELEASE_HEADING = re.compile(
    rf"""(?:(?:release|version)\s+|[\w./-]+?[@/_-])?
         (?P<open>\[)?(?P<prefix>v)?(?P<version>{_VERSION})(?P<close>\])?(?:\([^()\s]*\))?
         (?P<rest>(?:\s*[-–—:,/(\[]|\s+(?:released|unreleased|yanked|\d{{4}}-)).*)?$""",
    re.VERBOSE | re.IGNORECASE,
)
_UNRELEASED = re.compile(
    r"\[?(?:unreleased|upcoming|next(?:\s+(?:release|version))?)\]?(?:\([^()\s]*\))?(?:\s*[-–—(].*)?$", re.IGNORECASE
)
_LABS_HEADING = re.compile(rf"{_VERSION}$")
_KEEPACHANGELOG_HEADING = re.compile(
    rf"(?:\[v?{_VERSION}\]|v?{_VERSION})\s+-\s+\d{{4}}-\d{{2}}-\d{{2}}(?:\s+\[YANKED\])?$", re.IGNORECASE
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_BREAKING = re.compile(r"(?:\*\*|__)breaking(?: change)?:?(?:\*\*|__):?", re.IGNORECASE)
_SECTION_NAMES: tuple[tuple[str, Section], ...] = (
    ("secur", "security"),
    ("vulnerab", "security"),
    ("fix", "fixed"),
    ("bug", "fixed"),
    ("deprecat", "deprecated"),
    ("remov", "removed"),
    ("add", "added"),
    ("new", "added"),
    ("feature", "added"),
    ("enhanc", "changed"),
    ("improv", "changed"),
    ("chang", "changed"),
)


class Item(Struct, frozen=True):
    """One entry of a section, as a person (or a tool) wrote it."""

    text: str
    """Word for word without the list marker; further lines lose the indentation that the marker asks for."""
    pull_requests: tuple[int, ...]
    """Of this repository only, and only those that the item is about."""
    start: int
    end: int
    """Bytes of the whole item; blank lines after it are not part of it."""
    section: Section | None = None
    """What the heading above it says, where that is one of the six types."""
    dependency: bool = False
    """It stands in the list `Dependency updates:`."""
    breaking: bool = False
    """It begins with `**Breaking:**`."""


class VersionSection(Struct, frozen=True):
    """What a changelog says of one version."""

    version: str
    """Without `v`, brackets or date; empty for what is unreleased."""
    heading: str
    """The words of the heading."""
    date: str | None
    """ISO date in the heading."""
    start: int
    end: int
    """Bytes from the heading up to the next section, the links at the foot, or the end of the file."""
    content_end: int
    """As `end`, without the blank lines at the end."""
    items: tuple[Item, ...]


class FootLink(Struct, frozen=True):
    """A link definition of the block at the foot: `[1.0.0]: https://…`."""

    label: str
    url: str
    start: int
    end: int


class Changelog(Struct, frozen=True):
    """A changelog, whole.  All offsets are bytes of the file as it was read."""

    layout: Layout
    title: str
    sections: tuple[VersionSection, ...]
    """Released versions in the order of the file."""
    unreleased_section: VersionSection | None
    links: tuple[FootLink, ...]
    """The block at the foot, in the order of the file."""
    body_end: int
    """Where the links at the foot begin; the end of the file if there are none."""
    newline: str
    """The line end that the file uses most."""
    repository: str | None
    """The web page whose pull requests count; told from the links where the caller does not know."""

    @property
    def unreleased(self) -> tuple[Item, ...]:
        """The items under Unreleased."""
        return self.unreleased_section.items if self.unreleased_section else ()

    def section(self, version: str) -> VersionSection | None:
        """Return the first section of a version (with or without `v`), or None."""
        wanted = version.removeprefix("v")
        return next((section for section in self.sections if section.version == wanted), None)


def parse(data: bytes, web_url: str | None) -> Changelog:
    """Read a changelog; any bytes give a result, at worst one of layout `free` with no sections.

    `web_url` is the repository's page: a number that is linked to another one is not a pull request of this repository.
    Where it is not known, the repository that most links of the file lead to is taken.
    """
    lines = scan(data)
    body, links = _foot(lines, len(data))
    definitions = {label.lower(): url for label, url in map(_definition_of, lines) if url}
    repository = web_url or _most_linked(lines, definitions)
    reader = _SectionReader(lines, body, repository, definitions)
    title = next((line for line in lines if line.kind == "heading"), None)
    released, unreleased = reader.sections(of_next=title is not None and "next" in title.content.lower())
    return Changelog(
        layout=_layout(title, released, unreleased, data[:body]),
        title=title.content if title and title.level == 1 else "",
        sections=released,
        unreleased_section=unreleased,
        links=links,
        body_end=body,
        newline=newline_of(data).decode(),
        repository=repository,
    )


def all_items(data: bytes, web_url: str | None) -> tuple[Item, ...]:
    """Return the items of a document that has no version headings, whatever heading each stands under."""
    lines = scan(data)
    definitions = {label.lower(): url for label, url in map(_definition_of, lines) if url}
    reader = _SectionReader(lines, len(data), web_url or _most_linked(lines, definitions), definitions)
    return reader.items()


def version_key(version: str) -> tuple[object, ...]:
    """Return what versions are ordered by; what names no version comes before all others."""
    known = versions.parse(version)
    return known.key if known else ((),)


def _definition_of(line: Line) -> tuple[str, str]:
    """Return label and URL of a link definition; one right below an item counts, one indented into it is the item's."""
    outside = line.kind == "text" or (line.kind == "inside" and line.text.startswith("["))
    return (definition(line.text) if outside else None) or ("", "")


def _foot(lines: tuple[Line, ...], size: int) -> tuple[int, tuple[FootLink, ...]]:
    """Return where the last block of link definitions begins, and its links."""
    links: list[FootLink] = []
    for line in reversed(lines):
        label, url = _definition_of(line)
        if url:
            links.insert(0, FootLink(label, url, line.start, line.end))
        elif line.kind != "blank":
            break
    return (links[0].start if links else size), tuple(links)


def _most_linked(lines: tuple[Line, ...], definitions: Mapping[str, str]) -> str | None:
    """Return the repository that most pull requests of the file are linked to."""
    linked = Counter(
        reference.repository
        for line in lines
        if line.kind in ("item", "inside")
        for reference in references(line.text, definitions)
        if reference.repository and not reference.repository.startswith("/")
    )
    return linked.most_common(1)[0][0] if linked else None


def _layout(
    title: Line | None, released: tuple[VersionSection, ...], unreleased: VersionSection | None, body: bytes
) -> Layout:
    """Recognise a layout by its title *and* its newest version heading."""
    words = title.content.lower() if title and title.level == 1 else ""
    if words == "version changelog" and (not released or _LABS_HEADING.match(released[0].heading)):
        return "labs"
    if words in {"changelog", "change log"}:
        if released:
            return "keepachangelog" if _KEEPACHANGELOG_HEADING.match(released[0].heading) else "free"
        if unreleased is not None or b"keepachangelog.com" in body or body[title.end if title else 0 :].isspace():
            return "keepachangelog"
    return "free"


class _SectionReader:
    """Cuts the lines of a changelog into sections and items."""

    def __init__(
        self, lines: tuple[Line, ...], body_end: int, repository: str | None, definitions: Mapping[str, str]
    ) -> None:
        self._lines = tuple(line for line in lines if line.start < body_end)
        self._repository = repository
        self._definitions = definitions

    def sections(self, *, of_next: bool) -> tuple[tuple[VersionSection, ...], VersionSection | None]:
        """Return the released sections and the unreleased one; `of_next`: the file holds only what comes next."""
        headings = [(at, match) for at, line in enumerate(self._lines) if (match := self._heading(line))]
        if not headings:
            return (), None
        deepest = max(2, self._lines[headings[0][0]].level)
        found = [self._section(at, match) for at, match in headings if self._lines[at].level <= deepest]
        unreleased = next((section for section in found if not section.version), None)
        released = tuple(section for section in found if section.version)
        if of_next and unreleased is None and released:
            return released[1:], released[0]
        return released, unreleased

    def items(self) -> tuple[Item, ...]:
        """Return the items of the whole document."""
        return tuple(self._items(self._lines))

    def _heading(self, line: Line) -> re.Match[str] | None:
        if line.kind != "heading" or line.level > 3:
            return None
        return _UNRELEASED.match(line.content) or _RELEASE_HEADING.match(line.content)

    def _section(self, at: int, match: re.Match[str]) -> VersionSection:
        heading = self._lines[at]
        after = (n for n in range(at + 1, len(self._lines)) if self._ends(self._lines[n], heading.level))
        stop = next(after, len(self._lines))
        lines = self._lines[at:stop]
        content_end = next(line.end for line in reversed(lines) if line.kind != "blank")
        values = match.groupdict()
        pending = "unreleased" in heading.content.lower() or not values
        date = _DATE.search(values.get("rest") or "")
        return VersionSection(
            version="" if pending else values["version"],
            heading=heading.content,
            date=date[0] if date else None,
            start=heading.start,
            end=lines[-1].end,
            content_end=content_end,
            items=tuple(self._items(lines)),
        )

    @staticmethod
    def _ends(line: Line, level: int) -> bool:
        return line.kind == "heading" and line.level <= level

    def _items(self, lines: tuple[Line, ...]) -> Iterator[Item]:
        kind: Section | None = None
        dependencies = False
        open_item: list[Line] = []
        for line in lines:
            if line.kind in ("inside", "blank") or (line.kind == "hidden" and open_item and line.text[:1] in " \t"):
                open_item += [line] if open_item else []
                continue
            if line.kind == "item" and open_item and _nested(line, open_item[0]):
                open_item.append(line)
                continue
            if open_item:
                yield self._item(open_item, kind, dependency=dependencies)
            open_item = [line] if line.kind == "item" else []
            if line.kind == "heading":
                kind, dependencies = section_named(line.content), "dependenc" in line.content.lower()
            elif line.kind == "text":
                dependencies = begins_dependencies(line)
        if open_item:
            yield self._item(open_item, kind, dependency=dependencies)

    def _item(self, lines: list[Line], kind: Section | None, *, dependency: bool) -> Item:
        while lines[-1].kind == "blank":
            lines.pop()
        column = lines[0].column
        text = "\n".join([lines[0].content, *(_dedented(line.text, column) for line in lines[1:])])
        mentions = references(text, self._definitions)
        mine = (mention.number for mention in credited(text, mentions) if belongs(mention, self._repository))
        return Item(
            text=text,
            pull_requests=tuple(dict.fromkeys(mine)),
            start=lines[0].start,
            end=lines[-1].end,
            section=kind,
            dependency=dependency,
            breaking=bool(_BREAKING.match(text)),
        )


def begins_dependencies(line: Line) -> bool:
    """Say whether a line is `Dependency updates:`, which stands above a list of them."""
    return line.kind == "text" and line.text.strip().lower().startswith("dependency update")


def section_named(heading: str) -> Section | None:
    """Return which of the six types a heading such as `Fixed` or `### Bug fixes` means, or None."""
    words = heading.lower()
    return next((section for part, section in _SECTION_NAMES if re.search(rf"\b{part}", words)), None)


def _nested(line: Line, parent: Line) -> bool:
    return len(line.text) - len(line.text.lstrip(" \t")) >= parent.column


def _dedented(text: str, column: int) -> str:
    """Take up to `column` columns of indentation from a line."""
    expanded = text.expandtabs(4) if "\t" in text[: len(text) - len(text.lstrip())] else text
    return expanded[min(column, len(expanded) - len(expanded.lstrip(" "))) :]
