"""The description of a pull request: our part of it between two comments, and everything else as its author wrote it."""

import re
from collections.abc import Iterable

from llnotes_tui.publishing.lines import BREAKING, plain
from llnotes_tui.publishing.safe_text import safe_line, safe_title
from llnotes_tui.release.model import NotesEntry

BEGIN, END = "<!-- llnotes -->", "<!-- /llnotes -->"
_BLOCK = re.compile(re.escape(BEGIN) + r".*?" + re.escape(END), re.DOTALL)
_MARK = re.compile(r"<!--\s*/?llnotes\s*-->")


def description_of(entries: Iterable[NotesEntry]) -> str:
    r"""Return what is said of a pull request, with `\n` as line end: the prose of one entry, or an item for each of several.

    Generated text is one safe paragraph; what a person wrote stays, but for our own marks.
    """
    told = [entry for entry in entries if entry.text.strip()]
    if len(told) == 1:
        return _lead(told[0]) + _words(told[0])
    items = (f"* {_lead(entry)}**{safe_title(entry.title)}.** {_words(entry)}" for entry in told)
    return "\n".join(item.replace("\n", "\n  ") for item in items)


def with_ours(body: str, text: str) -> str:
    """Return a description with our part in it: in place of the one that is there, else in front of the author's words.

    Line ends follow the description, which has those of the browser that it was typed in.
    """
    newline = "\r\n" if "\r\n" in body else "\n"
    block = f"{BEGIN}\n{text.strip()}\n{END}".replace("\n", newline)
    if _BLOCK.search(body):
        return _BLOCK.sub(lambda _: block, body, count=1)
    return f"{block}{newline * 2}{body}" if body.strip() else block


def without_ours(body: str) -> str:
    """Return a description without our part: what its author says, which is evidence for what we write."""
    found = _BLOCK.search(body)
    if found is None:
        return body
    before, after = body[: found.start()], body[found.end() :]
    return before + (re.sub(r"^(?:\r?\n){1,2}", "", after) if not before else after)


def _words(entry: NotesEntry) -> str:
    text = plain(entry.text) if entry.human or entry.origin != "drafted" else safe_line(entry.text)
    # A mark of ours within the text would end the block there.
    return _MARK.sub(lambda mark: mark[0].replace("<", "&lt;"), text)


def _lead(entry: NotesEntry) -> str:
    return BREAKING if entry.breaking else ""
