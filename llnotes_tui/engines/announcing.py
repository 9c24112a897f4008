"""The announcement by template: a sentence for a title, then paragraphs, the most important first."""

import re
from collections.abc import Sequence

from llnotes_tui.engines.base import AnnouncementSubject
from llnotes_tui.engines.phrases import counted, listed
from llnotes_tui.release.model import NotesEntry
from llnotes_tui.release.verbs import is_past

_MOST_TOLD = 6
_IN_TITLE = 2
_LONGEST_IN_TITLE = 14
"""Words of one entry's title."""
_FIRST_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z`\"])")


def announcement_text(subject: AnnouncementSubject) -> str:
    """Return the announcement as Markdown without headings; links to pull requests are kept."""
    name = subject.repository.rpartition("/")[2] or subject.repository
    entries = [
        *[entry for entry in subject.entries if entry.breaking],
        *[entry for entry in subject.entries if not entry.breaking],
    ]
    if not entries:
        return f"{name} {subject.version} has been released."
    told, rest = entries[:_MOST_TOLD], entries[_MOST_TOLD:]
    paragraphs = [_title(name, subject.version, entries)]
    paragraphs.extend(_paragraph(entry, subject.web_url) for entry in told)
    if rest:
        paragraphs.append(_rest(rest, subject.web_url))
    if subject.web_url:
        paragraphs.append(
            f"{name} is developed at [{subject.web_url.partition('://')[2]}]({subject.web_url}), where the full changelog can be read."
        )
    return "\n\n".join(paragraphs)


def _title(name: str, version: str, entries: Sequence[NotesEntry]) -> str:
    """Say what the release did first of all, as titles in the past tense do; else count its changes."""
    first = [title for entry in entries[:_IN_TITLE] if (title := _as_predicate(entry.title))]
    if len(first) < min(len(entries), _IN_TITLE):
        return _counts(name, version, entries)
    rest = len(entries) - len(first)
    more = [f"brought {counted(rest, 'more change')}"] if rest else []
    return f"{name} {version} {listed([*first, *more])}."


def _as_predicate(title: str) -> str:
    """Return a title that begins with a verb in the past and is short as what a release did; nothing for others."""
    first, _, rest = title.strip().rstrip(". ").partition(" ")
    fits = is_past(first.lower()) and rest and len(rest.split()) <= _LONGEST_IN_TITLE
    return f"{first.lower()} {rest}" if fits else ""


def _counts(name: str, version: str, entries: Sequence[NotesEntry]) -> str:
    breaking = sum(entry.breaking for entry in entries)
    sections = [
        (word, sum(entry.section == section for entry in entries))
        for section, word in (("added", "addition"), ("fixed", "fix"), ("security", "security fix"))
    ]
    counts = [
        counted(count, word, "fixes" if word == "fix" else "security fixes" if word == "security fix" else "")
        for word, count in sections
        if count
    ]
    others = len(entries) - sum(count for _, count in sections)
    if others:
        counts.append(counted(others, "other change" if counts else "change"))
    caution = f", {counted(breaking, 'of them breaking', 'of them breaking')}" if breaking else ""
    return f"{name} {version} has been released with {listed(counts)}{caution}."


def _paragraph(entry: NotesEntry, web_url: str | None) -> str:
    lead = "Breaking: " if entry.breaking else ""
    first = " ".join(_FIRST_SENTENCES.split(entry.text.strip())[:2]) if entry.text else ""
    return f"{lead}{_linked(entry, web_url)}." + (f" {first}" if first else "")


def _rest(entries: Sequence[NotesEntry], web_url: str | None) -> str:
    return f"There {'is' if len(entries) == 1 else 'are'} {counted(len(entries), 'more change')}: {'; '.join(_linked(entry, web_url) for entry in entries)}."


def _linked(entry: NotesEntry, web_url: str | None) -> str:
    title = entry.title.rstrip(". ")
    if not entry.pull_requests:
        return title
    links = [f"[#{number}]({web_url}/pull/{number})" if web_url else f"#{number}" for number in entry.pull_requests]
    return f"{title} ({', '.join(links)})"
