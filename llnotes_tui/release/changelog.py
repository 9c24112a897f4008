"""A changelog read from bytes: its layout, its version sections with their byte offsets, their items and pull requests.

Nothing is lost: every offset points into the bytes that were read, so that what is not understood can be kept as it is.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, structs

from llnotes_tui.release import versions
from llnotes_tui.release.changelog_headings import (
    Layout,
    ReleaseHeading,
    is_no_release,
    is_unreleased_name,
    layout_of,
    release_heading,
    same_words,
    unreleased_name,
)
from llnotes_tui.release.markdown import Line, definition, newline_of, scan
from llnotes_tui.release.model import SECTIONS, Section
from llnotes_tui.release.references import belongs, credited, references

_BREAKING = re.compile(r"(?:\*\*|__)breaking(?: change)?:?(?:\*\*|__):?", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\s[^<>]*(?:>\s*</a>|/>)\s*$|<a\s[^<>]*>\s*$", re.IGNORECASE)
_CONTENTS_ENTRY = re.compile(r"\[[^\[\]]*\]\(#[^()\s]*\)\s*$")
_FRESH_TITLES = re.compile(
    r"(?:version |project |full |the )?(?:change[ -]?log|changes|history|news|release (?:notes|history)|releases)(?: of .*| for .*)?$|"
    r"[\w. -]{1,40} (?:change[ -]?log|release notes)$",
    re.IGNORECASE,
)
_PREAMBLE = (b"keepachangelog.com", b"All notable changes")
_LONGEST_NAME = 60
_DEEPEST = 3
"""Level of the deepest heading that can name a version."""
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
    """Bytes from the heading up to what leads the next section, the links at the foot, or the end of the file."""
    content_end: int
    """As `end`, without blank lines, link definitions of versions, rules and anchors at the end."""
    items: tuple[Item, ...]
    lead: int = 0
    """Where the anchors, comments and rules begin that belong to the heading; `start` if there are none."""
    heading_end: int = 0
    """Behind the line of the heading, and behind the line under it."""
    level: int = 2
    """Of the heading: 1 to 3."""
    is_dated: bool = False
    """The heading has a date in any format."""
    pending_version: str = ""
    """The version that the heading of what is unreleased names: `1.3.0` of `1.3.0 - TBD`."""


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
    definitions: tuple[FootLink, ...] = ()
    """The link definitions of versions and of what is unreleased, wherever they are, in the order of the file."""
    undecided: tuple[str, ...] = ()
    """Headings above the newest version that may each be what is unreleased, or one line there that should be a heading;
    `unreleased_section` is None then."""
    pending_versions: tuple[str, ...] = ()
    """Versions at the top that are not released yet, whether or not one of them is what is unreleased."""
    is_fresh: bool = False
    """There is nothing but a title, perhaps with the preamble of Keep a Changelog."""

    @property
    def unreleased(self) -> tuple[Item, ...]:
        """The items under Unreleased."""
        return self.unreleased_section.items if self.unreleased_section else ()

    def section(self, version: str) -> VersionSection | None:
        """Return the first section of a version (with or without `v`), or None."""
        wanted = version.removeprefix("v")
        return next((section for section in self.sections if section.version == wanted), None)


def parse(
    data: bytes, web_url: str | None, last_version: str | None = None, *, unreleased_heading: str = ""
) -> Changelog:
    """Read a changelog; any bytes give a result, at worst one of layout `free` with no sections.

    `web_url` is the repository's page: a number that is linked to another one is not a pull request of this repository.
    Where it is not known, the repository that most links of the file lead to is taken.
    `last_version` is the last released one, as its tag or heading spells it: a higher version at the top that has no
    date, in a file whose other versions have one, is not released.
    `unreleased_heading` are the words of the heading of what is unreleased, if a person named them.
    """
    lines = scan(data)
    body, links = _foot(lines, len(data))
    definitions = {label.lower(): url for label, url in map(_definition_of, lines) if url}
    repository = web_url or _most_linked(lines, definitions)
    reader = _SectionReader(lines, body, repository, definitions)
    title = next((line for line in lines if line.kind == "heading"), None)
    found = reader.sections(title, last_version, unreleased_heading)
    is_fresh = not (found.released or found.unreleased or found.undecided) and _is_fresh(lines, data[:body])
    return Changelog(
        layout=_layout(title, found, is_fresh=is_fresh),
        title=title.content if title and title.level == 1 else "",
        sections=found.released,
        unreleased_section=found.unreleased,
        links=links,
        body_end=body,
        newline=newline_of(data).decode(),
        repository=repository,
        definitions=tuple(_release_definitions(lines).values()),
        undecided=found.undecided,
        pending_versions=found.pending_versions,
        is_fresh=is_fresh,
    )


def all_items(data: bytes, web_url: str | None) -> tuple[Item, ...]:
    """Return the items of a document that has no version headings, whatever heading each stands under."""
    lines = scan(data)
    definitions = {label.lower(): url for label, url in map(_definition_of, lines) if url}
    reader = _SectionReader(lines, len(data), web_url or _most_linked(lines, definitions), definitions)
    return reader.items()


def version_headings(data: bytes) -> tuple[ReleaseHeading, ...]:
    """Return the headings of versions in the order of the file, released or not; cheaper than `parse`."""
    headings = _headings(scan(data))
    first = _first_named(headings)
    found = _version_headings(headings, max(2, first.line.level)) if first is not None else []
    return tuple(heading.release for heading in found if heading.release is not None)


def version_key(version: str) -> tuple[object, ...]:
    """Return what versions are ordered by; what names no version comes before all others."""
    known = versions.parse(version)
    return known.key if known else ((),)


def _definition_of(line: Line) -> tuple[str, str]:
    """Return label and URL of a link definition; one right below an item counts, one indented into it is the item's."""
    outside = line.kind == "text" or (line.kind == "inside" and line.text.startswith("["))
    return (definition(line.text) if outside else None) or ("", "")


def _release_definitions(lines: tuple[Line, ...]) -> dict[int, FootLink]:
    """Return the link definitions of versions and of what is unreleased, by where their lines begin.

    One that is indented into a list item counts as well where it begins a paragraph: Markdown reads it so.
    """
    found: dict[int, FootLink] = {}
    begins = True
    for line in lines:
        named = definition(line.text) if line.kind in ("text", "inside") else None
        if named is not None and is_release_label(named[0]):
            outside = line.kind == "text" or line.text.startswith("[")
            if outside or (begins and "://" in named[1]):
                found[line.start] = FootLink(*named, line.start, line.end)
        begins = line.kind in ("blank", "heading", "rule") or line.start in found
    return found


def is_release_label(label: str) -> bool:
    """Return whether the label of a link is a version or names what is unreleased."""
    return release_heading(label) is not None or bool(unreleased_name(label))


def _foot(lines: tuple[Line, ...], size: int) -> tuple[int, tuple[FootLink, ...]]:
    """Return where the last block of link definitions begins, and its links.  Comments may follow it."""
    of_versions = _release_definitions(lines)
    links: list[FootLink] = []
    in_comment = False
    for line in reversed(lines):
        label, url = _definition_of(line)
        if in_comment or _ends_comment(line):
            in_comment = not line.text.lstrip().startswith("<!--")
        elif line.start in of_versions or url:
            links.insert(0, of_versions.get(line.start) or FootLink(label, url, line.start, line.end))
        elif line.kind != "blank":
            break
    return (links[0].start if links else size), tuple(links)


def _ends_comment(line: Line) -> bool:
    return line.kind == "hidden" and line.text.rstrip().endswith("-->")


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


class _Found(Struct, frozen=True):
    """The sections of a changelog."""

    released: tuple[VersionSection, ...] = ()
    unreleased: VersionSection | None = None
    undecided: tuple[str, ...] = ()
    pending_versions: tuple[str, ...] = ()
    has_types: bool = False
    """The newest version has headings such as `### Added`."""


class _Heading(Struct, frozen=True):
    """A heading that can begin a section."""

    at: int
    """Its line."""
    line: Line
    release: ReleaseHeading | None


def _is_fresh(lines: tuple[Line, ...], body: bytes) -> bool:
    """Return whether a file has a title and nothing else but the preamble of Keep a Changelog."""
    headings = [line for line in lines if line.kind == "heading"]
    if len(headings) != 1 or headings[0].level != 1 or not _FRESH_TITLES.match(headings[0].content):
        return False
    written = [line for line in lines if line.start < len(body) and line.kind not in ("blank", "rule", "heading")]
    only_comments = all(line.kind == "hidden" and "```" not in line.text for line in written)
    return only_comments or (
        any(words in body for words in _PREAMBLE) and not any(line.kind == "item" for line in written)
    )


def _layout(title: Line | None, found: _Found, *, is_fresh: bool) -> Layout:
    """Recognise a layout by the newest version heading; without one by the heading of what is unreleased, and the title."""
    words = title.content if title and title.level == 1 else ""
    if found.released:
        return layout_of(found.released[0].heading, words, has_types=found.has_types)
    if is_fresh or found.unreleased is not None or found.undecided:
        return "labs" if words.lower() == "version changelog" else "keepachangelog"
    return "free"


class _SectionReader:
    """Cuts the lines of a changelog into sections and items."""

    def __init__(
        self, lines: tuple[Line, ...], body_end: int, repository: str | None, definitions: Mapping[str, str]
    ) -> None:
        self._lines = tuple(line for line in lines if line.start < body_end)
        self._repository = repository
        self._definitions = definitions
        self._of_versions = _release_definitions(lines)
        self._begins: frozenset[int] = frozenset()
        """Lines of the headings that begin sections."""
        self._shallowest = 2
        """Level of the headings that end a section whatever they say."""

    def sections(self, title: Line | None, last_version: str | None, unreleased_heading: str = "") -> _Found:
        """Return the released sections and what is unreleased."""
        headings = _headings(self._lines)
        first = _first_named(headings)
        if first is None:
            return _Found()
        versions = _version_headings(headings, max(2, first.line.level))
        if title is not None and "next" in title.content.lower() and versions and not self._certain(headings):
            self._begins = frozenset(heading.at for heading in versions)
            of_next, *others = (self._section(heading) for heading in versions)
            return _Found(tuple(others), _as_unreleased(of_next))
        pending = self._pending(versions, last_version)
        released_at = [heading.at for heading in versions if heading not in pending]
        self._shallowest = min((heading.line.level for heading in versions), default=first.line.level)
        self._begins = frozenset(heading.at for heading in versions)
        chosen, undecided = self._unreleased(headings, versions, pending, title, unreleased_heading)
        self._begins |= {heading.at for heading in chosen}
        released = tuple(self._section(heading) for heading in versions if heading.at in released_at)
        unreleased = _as_unreleased(self._section(chosen[0])) if chosen else None
        has_types = bool(released) and self._has_types(versions[len(pending)])
        names = tuple(heading.release.version for heading in pending if heading.release is not None)
        return _Found(released, unreleased, undecided, names, has_types)

    @staticmethod
    def _certain(headings: list[_Heading]) -> bool:
        return any(is_unreleased_name(heading.line.content) for heading in headings)

    def _pending(self, versions: list[_Heading], last_version: str | None) -> list[_Heading]:
        """Return the version headings at the top whose versions are not released yet."""
        pending: list[_Heading] = []
        for heading in versions:
            release = heading.release
            assert release is not None
            if not release.pending:
                break
            pending.append(heading)
        rest = versions[len(pending) :]
        if not pending and last_version and len(rest) > 1 and _is_undated_next(rest, last_version):
            pending.append(rest[0])
        return pending

    def _unreleased(
        self,
        headings: list[_Heading],
        versions: list[_Heading],
        pending: list[_Heading],
        title: Line | None,
        wanted: str,
    ) -> tuple[list[_Heading], tuple[str, ...]]:
        """Return the heading of what is unreleased, if any, and those among which only a person can decide."""
        deepest = max(2, self._shallowest)
        released = [heading for heading in versions if heading not in pending]
        first, final = (released[0].at, released[-1].at) if released else (len(self._lines), -1)
        is_title = title is not None and bool(released) and title.level < self._shallowest
        is_ascending = len(released) > 1 and _key_of(released[0]) < _key_of(released[-1])
        named, unnamed = list(pending), []
        for heading in headings:
            if heading in versions or heading.line.level > deepest:
                continue
            name = unreleased_name(heading.line.content)
            is_outside = heading.at < first or (is_ascending and heading.at > final)
            if name == "certain" or (name and is_outside and not (is_title and heading.line is title)):
                named.append(heading)
            elif (
                heading.at < first
                and heading.line.level <= self._shallowest
                and released
                and heading.line is not title
                and not is_no_release(heading.line.content)
            ):
                unnamed.append(heading)
        by_person = [one for one in (*named, *unnamed) if wanted and same_words(one.line.content, wanted)]
        if by_person:
            return by_person[:1], ()
        filled = [heading for heading in named if self._is_filled(heading, named)]
        if named:
            found = sorted(filled or named[:1], key=lambda heading: heading.at)
        else:
            found = [heading for heading in unnamed if self._lists_changes(heading, unnamed)]
        if len(found) > 1:
            return [], tuple(heading.line.content for heading in found)
        return found, () if found else self._named_in_text(first)

    def _named_in_text(self, first: int) -> tuple[str, ...]:
        """Return a line above the newest version that names what is unreleased and is no heading: `**Unreleased**`."""
        lines = [line for line in self._lines[:first] if line.kind == "text" and line.start not in self._of_versions]
        texts = (line.text.strip() for line in lines if len(line.text) < _LONGEST_NAME)
        return tuple(text for text in texts if is_unreleased_name(text))[:1]

    def _lines_of(self, heading: _Heading, others: list[_Heading]) -> tuple[Line, ...]:
        begins = {*self._begins, *(other.at for other in others)}
        after = range(heading.at + 1, len(self._lines))
        stop = next((n for n in after if n in begins or self._ends(self._lines[n], heading)), len(self._lines))
        return self._lines[heading.at + 1 : stop]

    def _is_filled(self, heading: _Heading, others: list[_Heading]) -> bool:
        lines = self._lines_of(heading, others)
        return any(line.kind in ("item", "text") and line.start not in self._of_versions for line in lines)

    def _lists_changes(self, heading: _Heading, others: list[_Heading]) -> bool:
        items = [line.content for line in self._lines_of(heading, others) if line.kind == "item"]
        return bool(items) and not all(_CONTENTS_ENTRY.match(item) for item in items)

    def _has_types(self, heading: _Heading) -> bool:
        return any(
            line.kind == "heading" and line.content.strip().lower() in SECTIONS for line in self._lines_of(heading, [])
        )

    def items(self) -> tuple[Item, ...]:
        """Return the items of the whole document."""
        return tuple(self._items(self._lines))

    def _section(self, heading: _Heading) -> VersionSection:
        line, at = heading.line, heading.at
        after = (n for n in range(at + 1, len(self._lines)) if n in self._begins or self._ends(self._lines[n], heading))
        stop = next(after, len(self._lines))
        lead_of_next = self._lead_of(stop, at + 1)
        lines = self._lines[at : lead_of_next if stop < len(self._lines) else stop]
        is_content = (
            one.end
            for one in reversed(self._lines[at:lead_of_next])
            if one.kind != "blank" and one.start not in self._of_versions
        )
        under = [one for one in self._lines[at + 1 : at + 2] if one.kind == "rule" and one.level]
        release = heading.release
        return VersionSection(
            version=release.version if release is not None else "",
            heading=line.content,
            date=release.date if release is not None else None,
            start=line.start,
            end=lines[-1].end,
            content_end=next(is_content),
            items=tuple(self._items(lines)),
            lead=self._lines[self._lead_of(at, 0)].start,
            heading_end=under[0].end if under and under[0].start < lines[-1].end else line.end,
            level=line.level,
            is_dated=release is not None and release.dated,
        )

    def _ends(self, line: Line, heading: _Heading) -> bool:
        return line.kind == "heading" and line.level <= min(heading.line.level, self._shallowest)

    def _lead_of(self, at: int, first: int) -> int:
        """Return the line where the anchors, comments and rules begin that belong to the heading at a line.

        A comment has to be directly above, for one with a blank line below it may be a note on the section before.
        """
        lead, place, gap = at, at - 1, at == len(self._lines)
        while place >= first:
            line = self._lines[place]
            if line.kind == "blank":
                gap = True
            elif line.kind == "rule" and not line.level:
                lead, gap = place, True
            elif line.kind == "text" and _ANCHOR.match(line.text.strip()):
                lead, gap = place, False
            elif _ends_comment(line) and not gap:
                while place > first and not self._lines[place].text.lstrip().startswith("<!--"):
                    place -= 1
                lead = place
            else:
                break
            place -= 1
        return lead

    def _items(self, lines: tuple[Line, ...]) -> Iterator[Item]:
        kind: Section | None = None
        dependencies = False
        open_item: list[Line] = []
        for line in lines:
            if line.start in self._of_versions:
                if open_item:
                    yield self._item(open_item, kind, dependency=dependencies)
                    open_item = []
                continue
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
            breaking=begins_breaking(text),
        )


def _headings(lines: Iterable[Line]) -> list[_Heading]:
    return [
        _Heading(at, line, release_heading(line.content))
        for at, line in enumerate(lines)
        if line.kind == "heading" and line.level <= _DEEPEST
    ]


def _first_named(headings: list[_Heading]) -> _Heading | None:
    """Return the first heading of a version or of what is unreleased."""
    return next((one for one in headings if one.release or unreleased_name(one.line.content)), None)


def _version_headings(headings: list[_Heading], deepest: int) -> list[_Heading]:
    """Return the headings of versions; a deeper one counts if its version lies between those of its neighbours.

    standard-version writes `### 1.2.1` for a patch between `## 1.3.0` and `## 1.2.0`; any other `### 1.0.0` is text.
    """
    named = [heading for heading in headings if heading.release is not None]
    counted: list[_Heading] = []
    for n, heading in enumerate(named):
        if heading.line.level > deepest:
            below = next((other for other in named[n + 1 :] if other.line.level <= deepest), None)
            fits = below is not None and _key_of(below) < _key_of(heading)
            if not fits or (counted and not _key_of(heading) < _key_of(counted[-1])):
                continue
        counted.append(heading)
    return counted


def _key_of(heading: _Heading) -> tuple[object, ...]:
    return version_key(heading.release.version if heading.release is not None else "")


def _is_undated_next(headings: list[_Heading], last_version: str) -> bool:
    """Return whether the first version has no date, unlike all others, and is higher than the last released one."""
    first, *others = (heading.release for heading in headings if heading.release is not None)
    split = versions.split_tag(last_version)
    is_higher = split is not None and version_key(split[1]) < version_key(first.version)
    return is_higher and not first.dated and all(other.dated for other in others)


def _as_unreleased(section: VersionSection) -> VersionSection:
    return structs.replace(section, version="", pending_version=section.version)


def begins_dependencies(line: Line) -> bool:
    """Say whether a line is `Dependency updates:`, which stands above a list of them."""
    return line.kind == "text" and line.text.strip().lower().startswith("dependency update")


def begins_breaking(text: str) -> bool:
    """Say whether the words of an item begin with `**Breaking:**` or its like."""
    return _BREAKING.match(text) is not None


def section_named(heading: str) -> Section | None:
    """Return which of the six types a heading such as `Fixed` or `### Bug fixes` means, or None."""
    words = heading.lower()
    if words.startswith("known"):
        return None
    return next((section for part, section in _SECTION_NAMES if re.search(rf"\b{part}", words)), None)


def _nested(line: Line, parent: Line) -> bool:
    return len(line.text) - len(line.text.lstrip(" \t")) >= parent.column


def _dedented(text: str, column: int) -> str:
    """Take up to `column` columns of indentation from a line."""
    expanded = text.expandtabs(4) if "\t" in text[: len(text) - len(text.lstrip())] else text
    return expanded[min(column, len(expanded) - len(expanded.lstrip(" "))) :]
