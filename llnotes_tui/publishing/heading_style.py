"""How the headings of a changelog are written: level, brackets, prefix and date, so that a new one looks like the others."""

import re
from collections.abc import Sequence

from msgspec import Struct

from llnotes_tui.publishing.files import ExportError
from llnotes_tui.release import versions
from llnotes_tui.release.changelog import Changelog, VersionSection, section_named
from llnotes_tui.release.markdown import scan

_WORD = re.compile(r"\[?([A-Za-z]+)(?=\d)")
_ENOUGH = 2
"""Sections of one kind that show its level."""


class HeadingStyle(Struct, frozen=True):
    """The style of a version's heading, and of the headings below it."""

    level: int = 2
    type_level: int = 3
    """Of `Added`, `Fixed` and the like."""
    brackets: bool = True
    prefix: str = ""
    """`v`, the word before a single number (`r` of `r42`), or nothing."""
    dated: bool = True


def style_of(data: bytes, changelog: Changelog, version: str, path: str) -> HeadingStyle:
    """Return the style that a heading of a version gets, after the newest sections of the file.

    Raises:
        ExportError: the versions of the file have several heading levels, and none is certain for this version.
    """
    sections = changelog.sections
    level = _level(changelog, version, path)
    if not sections:
        return HeadingStyle(level, _type_level(data, changelog, level))
    heading = sections[0].heading
    return HeadingStyle(
        level=level,
        type_level=_type_level(data, changelog, level),
        brackets=heading.startswith("["),
        prefix=_prefix(heading, version),
        dated=sections[0].is_dated or changelog.layout != "keepachangelog",
    )


def _prefix(heading: str, version: str) -> str:
    match = _WORD.match(heading)
    word = match[1] if match is not None else ""
    known = versions.parse(version)
    is_single = known is not None and len(known.numbers) < 2
    return word if is_single or word.lower() == "v" else ""


def _level(changelog: Changelog, version: str, path: str) -> int:
    """Return the level that all versions have, or else that all newer ones of the same kind (patch or not) have."""
    sections = changelog.sections
    levels = sorted({section.level for section in sections})
    if len(levels) == 1:
        return levels[0]
    if not levels:
        unreleased = changelog.unreleased_section
        return unreleased.level if unreleased is not None else 2
    same = [section for section in sections if section.version == version]
    alike = same or [section for section in sections if _is_patch(section.version) == _is_patch(version)]
    shown = {section.level for section in alike[:_ENOUGH]}
    if len(shown) == 1:
        return shown.pop()
    marks = " and ".join("#" * level for level in levels)
    raise ExportError(
        f"{path} has versions at the heading levels {marks}, and it is not clear which level {version} gets; "
        "give its newest versions one level, then write again."
    )


def _is_patch(version: str) -> bool:
    known = versions.parse(version)
    return known is not None and any(known.numbers[2:])


def _type_level(data: bytes, changelog: Changelog, level: int) -> int:
    unreleased = changelog.unreleased_section
    alike = [section for section in changelog.sections if section.level == level]
    known: Sequence[VersionSection] = (*alike, *([unreleased] if unreleased is not None else []))
    headings = [line for line in scan(data) if line.kind == "heading" and section_named(line.content) is not None]
    for section in known:
        for line in headings:
            if section.heading_end <= line.start < section.end:
                return line.level
    return level + 1
