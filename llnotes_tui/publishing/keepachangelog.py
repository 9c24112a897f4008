"""The layout `keepachangelog`, version 2.0.0 of Keep a Changelog: entries by type, ISO dates, links at the foot."""

import re

from llnotes_tui.publishing.heading_style import HeadingStyle
from llnotes_tui.publishing.lines import (
    BREAKING,
    RenderedItem,
    all_entries,
    dependency_updates,
    item,
    rendered_item,
    sentence,
    update_line,
)
from llnotes_tui.publishing.people import contributors_line
from llnotes_tui.release.model import SECTIONS, NotesEntry, ReleaseNotes

PREAMBLE = """# Changelog

All notable changes to this project will be documented in this file.

The format is based on [Keep a Changelog](https://keepachangelog.com/en/2.0.0/),
and this project adheres to [Semantic Versioning](https://semver.org/spec/v2.0.0.html).

"""
"""What a new file begins with; its Unreleased heading follows."""

UNRELEASED = "## [Unreleased]\n\n"

_CVE = re.compile(r"\bCVE-\d{4}-\d{4,}\b", re.IGNORECASE)


def render(notes: ReleaseNotes, style: HeadingStyle | None = None) -> str:
    r"""Return the section of a version, one blank line at its end; line ends are `\n`.

    Types without entries are left out; in each, breaking changes come first.  Dependency updates are lines of Changed.
    Who took part is a sentence below them.  `style` follows the headings of the file at hand.
    """
    style = style or HeadingStyle()
    items = rendered_items(notes)
    mark = "#" * style.type_level
    parts = [f"{heading(notes, style)}\n\n"]
    for section in SECTIONS:
        lines = [one.text for one in items if one.section == section]
        if lines:
            parts.append(f"{mark} {section.capitalize()}\n\n" + "".join(f"{line}\n" for line in lines) + "\n")
    people = contributors_line(notes)
    if people:
        parts.append(f"{mark} Contributors\n\n{people}\n\n")
    return "".join(parts)


def heading(notes: ReleaseNotes, style: HeadingStyle) -> str:
    """Return the heading of the section, without a line end."""
    version = f"{style.prefix}{notes.version}"
    spelled = f"[{version}]" if style.brackets else version
    return f"{'#' * style.level} {spelled}" + (f" - {notes.date}" if style.dated else "")


def rendered_items(notes: ReleaseNotes) -> tuple[RenderedItem, ...]:
    """Return the items of the section: entries with breaking ones first, then dependency updates."""
    entries = sorted(all_entries(notes), key=lambda entry: not entry.breaking)
    updates = (update_line(title, number, notes.web_url) for title, number in dependency_updates(notes))
    return (
        *(_entry(entry, notes.web_url) for entry in entries),
        *(RenderedItem(item("-", words), (words,), "changed", is_update=True) for words in updates),
    )


def _entry(entry: NotesEntry, web_url: str | None) -> RenderedItem:
    lead = _cve_lead(entry) + (BREAKING if entry.breaking else "")
    return rendered_item("-", sentence(entry, web_url, page="pull", lead=lead), entry)


def _cve_lead(entry: NotesEntry) -> str:
    """Return `CVE-2026-1234: ` for a security entry that names one anywhere but at its start."""
    names = dict.fromkeys(name.upper() for name in _CVE.findall(f"{entry.title}\n{entry.text}"))
    begins = entry.text if entry.origin == "changelog" else entry.title
    if entry.section != "security" or not names or _CVE.match(begins.strip("* `[(")):
        return ""
    return f"{', '.join(names)}: "
