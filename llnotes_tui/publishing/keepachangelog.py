"""The layout `keepachangelog`, version 2.0.0 of Keep a Changelog: entries by type, ISO dates, links at the foot."""

import re

from llnotes_tui.publishing.lines import BREAKING, all_entries, dependency_updates, item, sentence, update_line
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


def render(notes: ReleaseNotes, *, brackets: bool = True, prefix: str = "") -> str:
    r"""Return the section of a version, one blank line at its end; line ends are `\n`.

    Types without entries are left out; in each, breaking changes come first.  Dependency updates are lines of Changed.
    Who took part is a sentence below them.
    `brackets` and `prefix` (`v`) follow the headings of the file at hand.
    """
    version = f"[{prefix}{notes.version}]" if brackets else f"{prefix}{notes.version}"
    parts = [f"## {version} - {notes.date}\n\n"]
    updates = [item("-", update_line(title, number, notes.web_url)) for title, number in dependency_updates(notes)]
    for section in SECTIONS:
        entries = sorted(
            (entry for entry in all_entries(notes) if entry.section == section), key=lambda e: not e.breaking
        )
        lines = [_entry(entry, notes.web_url) for entry in entries] + (updates if section == "changed" else [])
        if lines:
            parts.append(f"### {section.capitalize()}\n\n" + "".join(f"{line}\n" for line in lines) + "\n")
    people = contributors_line(notes)
    if people:
        parts.append(f"### Contributors\n\n{people}\n\n")
    return "".join(parts)


def _entry(entry: NotesEntry, web_url: str | None) -> str:
    lead = _cve_lead(entry) + (BREAKING if entry.breaking else "")
    return item("-", sentence(entry, web_url, page="pull", lead=lead))


def _cve_lead(entry: NotesEntry) -> str:
    """Return `CVE-2026-1234: ` for a security entry that names one anywhere but at its start."""
    names = dict.fromkeys(name.upper() for name in _CVE.findall(f"{entry.title}\n{entry.text}"))
    begins = entry.text if entry.origin == "changelog" else entry.title
    if entry.section != "security" or not names or _CVE.match(begins.strip("* `[(")):
        return ""
    return f"{', '.join(names)}: "
