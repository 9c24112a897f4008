"""What both layouts share: the words of an entry, its links, and lists in which nothing stands twice."""

import re
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from llnotes_tui.publishing.safe_text import safe_line, safe_title, without_full_stop
from llnotes_tui.release.model import NotesEntry, ReleaseNotes, Section

BREAKING = "**Breaking:** "
_INDENT = "  "


class RenderedItem(Struct, frozen=True):
    """One item of a section as it is written."""

    text: str
    """With its list marker; no line end."""
    words: tuple[str, ...]
    """Without list marker: as written now and, for an item taken over from the changelog, as it was there."""
    section: Section
    breaking: bool = False
    is_update: bool = False
    """A dependency update."""


def rendered_item(marker: str, words: str, entry: NotesEntry) -> RenderedItem:
    """Return the item of an entry, whose words are `words`."""
    taken = (plain(entry.text),) if entry.origin == "changelog" else ()
    return RenderedItem(item(marker, words), (words.strip(), *taken), entry.section, entry.breaking)


def item(marker: str, words: str) -> str:
    """Return a list item; further lines of its text are indented, so that they stay inside it."""
    first, *rest = words.strip().split("\n")
    return "\n".join([f"{marker} {first}", *(_INDENT + line if line.strip() else "" for line in rest)])


def sentence(entry: NotesEntry, web_url: str | None, *, page: Literal["issues", "pull"], lead: str = "") -> str:
    """Return an entry's words: title, link, prose.

    An entry taken over from the changelog is word for word what stood there; a person's prose is not changed either.
    `lead` goes before the title.
    """
    if entry.origin == "changelog" and entry.text.strip():
        return _led(lead, plain(entry.text))
    title = without_full_stop(plain(entry.title)) if entry.origin == "hand-written" else safe_title(entry.title)
    text = plain(entry.text) if entry.human or entry.origin == "hand-written" else safe_line(entry.text)
    linked = links(entry.pull_requests, web_url, page)
    if not title:
        return _led(lead, f"{text}{linked}")
    heading = f"{title}{linked}"
    stop = "" if heading.endswith(("...", "…", "?", "!")) else "."
    return _led(lead, f"{heading}{stop} {text}".strip())


def plain(text: str) -> str:
    r"""Return a person's text with `\n` for every line end and nothing around it."""
    return re.sub(r"\r\n?", "\n", text).strip()


def links(numbers: Iterable[int], web_url: str | None, page: Literal["issues", "pull"]) -> str:
    """Return ` ([#1](…), [#2](…))`, each number once; plain numbers where no web page is known; nothing for none."""
    written = [
        f"[#{number}]({web_url}/{page}/{number})" if web_url else f"#{number}" for number in dict.fromkeys(numbers)
    ]
    return f" ({', '.join(written)})" if written else ""


def all_entries(notes: ReleaseNotes) -> tuple[NotesEntry, ...]:
    """Return what a section lists before its dependency updates: entries, then published internal changes not among them."""
    known = {number for entry in notes.entries for number in entry.pull_requests}
    commits = {commit for entry in notes.entries for commit in entry.commits}
    internal = (
        entry
        for entry in notes.internal
        if not known.intersection(entry.pull_requests) and not commits.intersection(entry.commits)
    )
    return (*notes.entries, *internal)


def dependency_updates(notes: ReleaseNotes) -> tuple[tuple[str, int | None], ...]:
    """Return the updates that no entry tells already, each once."""
    told = {number for entry in all_entries(notes) for number in entry.pull_requests}
    titles = {_title_key(entry.title) for entry in all_entries(notes)}
    updates: dict[str, tuple[str, int | None]] = {}
    for title, number in notes.dependency_updates:
        key = _title_key(title)
        if number in told or key in titles:
            continue
        if number is not None:
            told.add(number)
        updates.setdefault(key, (title, number))
    return tuple(updates.values())


def update_line(title: str, number: int | None, web_url: str | None) -> str:
    """Return the words of one dependency update: `Updated x from 1 to 2 ([#3](…/pull/3)).`"""
    return f"{safe_title(title)}{links([number] if number is not None else [], web_url, 'pull')}."


def _title_key(title: str) -> str:
    return re.sub(r"\s+", " ", title).strip(" .").lower()


def _led(lead: str, words: str) -> str:
    return words if words.startswith(lead.strip()) and lead else f"{lead}{words}"
