"""The announcement of a release in Markdown: by a template where no engine wrote it, and cleaned where one did."""

import re
from collections.abc import Sequence

from llnotes_tui.publishing.lines import dependency_updates, plain, sentence, update_line
from llnotes_tui.publishing.safe_text import code_spans, safe_line
from llnotes_tui.release.model import NotesEntry, ReleaseNotes, Section

_ORDER: tuple[Section, ...] = ("added", "changed", "deprecated", "fixed")
"""What follows after breaking changes, security and removals."""
_COUNTED: tuple[tuple[Section, str, str], ...] = (
    ("added", "a new feature", "new features"),
    ("changed", "a change", "changes"),
    ("deprecated", "a deprecation", "deprecations"),
    ("removed", "a removal", "removals"),
    ("fixed", "a fix", "fixes"),
    ("security", "a security fix", "security fixes"),
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'(`*\[])")
_ENTRIES_A_PARAGRAPH = 3
_SENTENCES_AN_ENTRY = 2

_HEADING = re.compile(r"#{1,6}(?:\s+|$)(.*?)\s*#*$")
_BOLD_LINE = re.compile(r"(\*\*|__)(?P<words>(?:(?!\1).)+)\1:?$")
_UNDERLINE = re.compile(r"(?:=+|-{2,}|\*{3,}|_{3,})$")
_LIST_MARK = re.compile(r"(?:[-*+]|\d{1,3}[.)])\s+")
_PATTER = re.compile(r"(?:sure|certainly|of course|here is|here's|below is)\b.*[:!.]$", re.IGNORECASE)
_FENCE = re.compile(r"(?:```|~~~)\w*$")
_LONGEST_HEADING = 6
"""Words; a longer line is a sentence that was marked as a heading."""


def announcement(notes: ReleaseNotes, name: str = "") -> str:
    """Return an announcement made of the entries: a sentence as title, the most important first, in paragraphs, no headings.

    `name` is the repository's; without it the web page's last part is used.
    """
    called = safe_line(name) or (notes.web_url or "").rstrip("/").rpartition("/")[2] or "This release"
    paragraphs = [_title(notes, called), *_urgent(notes), *_told(notes), _fixes(notes), _updates(notes), _where(notes)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def cleaned_announcement(text: str) -> str:
    """Return an announcement that an engine wrote as paragraphs of safe prose with a title line.

    Headings, patter around the text and code fences go; lists become sentences; links stay, images and HTML do not work.
    """
    paragraphs: list[list[str]] = [[]]
    for line in _without_patter(plain(text)):
        words, alone = _unmarked(line)
        if alone or not words:
            paragraphs.append([])
        if words and (not alone or not any(paragraphs) or len(words.split()) > _LONGEST_HEADING):
            paragraphs[-1].append(words)
        if alone:
            paragraphs.append([])
    told = [safe_line(" ".join(paragraph)) for paragraph in paragraphs if paragraph]
    return "\n\n".join(told) + "\n" if told else ""


def _without_patter(text: str) -> list[str]:
    """Return the lines of a reply without code fences and without what introduces it."""
    lines = [line.strip() for line in text.split("\n") if not _FENCE.match(line.strip())]
    while len(lines) > 1 and (not lines[0] or _PATTER.match(lines[0])):
        lines.pop(0)
    return lines


def _unmarked(line: str) -> tuple[str, bool]:
    """Return the words of a line without its Markdown marks, and whether it stands for itself, as a heading does."""
    if not line or _UNDERLINE.match(line):
        return "", False
    heading, bold = _HEADING.match(line), _BOLD_LINE.match(line)
    if heading:
        inner = _BOLD_LINE.match(heading[1])
        return (inner["words"] if inner else heading[1]), True
    if bold:
        return bold["words"], True
    mark = _LIST_MARK.match(line)
    words = line[mark.end() :] if mark else line.lstrip("> ")
    return (words if not mark or words.endswith((".", "!", "?", ":")) else f"{words}."), False


def _title(notes: ReleaseNotes, name: str) -> str:
    parts = [_counted(sum(entry.breaking for entry in notes.entries), "a breaking change", "breaking changes")]
    for section, one, many in _COUNTED:
        count = sum(entry.section == section and not entry.breaking for entry in notes.entries)
        parts.append(_counted(count, one, many))
    told = [part for part in parts if part]
    return f"{name} {notes.version} is out with {_listed(told)}." if told else f"{name} {notes.version} is out."


def _counted(count: int, one: str, many: str) -> str:
    return "" if not count else one if count == 1 else f"{count} {many}"


def _urgent(notes: ReleaseNotes) -> list[str]:
    """Return a paragraph for each entry that a user has to know before upgrading, with its whole text."""
    rank = {"security": 1, "removed": 2}
    urgent = [entry for entry in notes.entries if entry.breaking or entry.section in rank]
    urgent.sort(key=lambda entry: 0 if entry.breaking else rank[entry.section])
    return [_whole(entry, notes.web_url, lead="**Breaking:** " if entry.breaking else "") for entry in urgent]


def _told(notes: ReleaseNotes) -> list[str]:
    """Return paragraphs of a few entries each, in the order of their sections, with the beginning of their texts."""
    paragraphs: list[str] = []
    for section in _ORDER:
        prose = [entry for entry in _ordinary(notes, section) if section != "fixed" or entry.text]
        told = [_shortened(_whole(entry, notes.web_url)) for entry in prose]
        paragraphs += [
            " ".join(told[at : at + _ENTRIES_A_PARAGRAPH]) for at in range(0, len(told), _ENTRIES_A_PARAGRAPH)
        ]
    return paragraphs


def _fixes(notes: ReleaseNotes) -> str:
    """Return one sentence of the fixes that have only a title."""
    titles = [_whole(entry, notes.web_url).removesuffix(".") for entry in _ordinary(notes, "fixed") if not entry.text]
    return f"Further fixes: {'; '.join(titles)}." if titles else ""


def _ordinary(notes: ReleaseNotes, section: Section) -> list[NotesEntry]:
    return [entry for entry in notes.entries if entry.section == section and not entry.breaking]


def _updates(notes: ReleaseNotes) -> str:
    updates = [
        update_line(title, number, notes.web_url).removesuffix(".") for title, number in dependency_updates(notes)
    ]
    return f"Dependencies moved along: {'; '.join(updates)}." if updates else ""


def _where(notes: ReleaseNotes) -> str:
    if not notes.web_url:
        return ""
    page = f"compare/{notes.previous_tag}...{notes.tag}" if notes.previous_tag else f"releases/tag/{notes.tag}"
    return f"All of it is at [{notes.tag}]({notes.web_url}/{page})."


def _whole(entry: NotesEntry, web_url: str | None, lead: str = "") -> str:
    """Return an entry's words on one line."""
    return " ".join(sentence(entry, web_url, page="pull", lead=lead).split())


def _shortened(words: str) -> str:
    """Return the title and the first sentences of an entry, never cutting through code."""
    blanked = "".join("x" * len(part) if is_code else part for is_code, part in code_spans(words))
    ends = [match.start() for match in _SENTENCE_END.finditer(blanked)]
    return words[: ends[_SENTENCES_AN_ENTRY]] if len(ends) > _SENTENCES_AN_ENTRY else words


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
