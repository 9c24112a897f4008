"""What stands in a release pull request and in a draft release on GitHub: Markdown within what GitHub takes."""

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import quote

from msgspec import Struct

from llnotes_tui.publishing.lines import BREAKING, all_entries, dependency_updates, item, sentence, update_line
from llnotes_tui.publishing.people import contributors_lines
from llnotes_tui.publishing.safe_text import safe_title
from llnotes_tui.release.model import SECTIONS, NotesEntry, ReleaseNotes
from llnotes_tui.release.text import one_line, visible

LONGEST_PULL_REQUEST = 65_536
"""Characters of a pull request's body that GitHub takes (its answer: "body is too long (maximum is 65536 characters)")."""
LONGEST_RELEASE = 125_000
"""Characters of a release's body that GitHub takes (its answer: "body is too long (maximum is 125000 characters)")."""
_ROOM = 600
"""Characters kept free for the sentence that says that something was cut, and for what stands at the end."""
_ITEM = re.compile(r" ?[*-] ")
_HEADINGS = {section: section.capitalize() for section in SECTIONS}


class Placed(Struct, frozen=True):
    """One line of the manifest: a commit (or an entry with none), and what became of it."""

    sha: str
    """Empty for an entry that belongs to no commit."""
    title: str
    """As it came; made safe here."""
    told: str
    """`with prose`, `title only`, why it is left out; empty where the heading says it."""


class Account(Struct, frozen=True):
    """What a pull request tells about how its section came about."""

    counts: str
    """`12 commits: 5 in the changelog · ...`."""
    manifest: tuple[tuple[str, tuple[Placed, ...]], ...]
    """Headings with their commits, every commit of the range once."""
    branch: str
    until: str
    """SHA of the commit that the notes end at."""
    beyond: str
    """How far the branch is beyond that, a sentence; empty where it is not."""
    read: str
    """How many entries a person has read, a sentence."""


def pull_request_body(section: str, account: Account) -> str:
    """Return the body of a release pull request: the section, then how it came about; cut at an entry where it is too long."""
    beyond = f"  {account.beyond}" if account.beyond else ""
    ends = f"The notes end at {account.until} on `{account.branch}`.{beyond}"
    head = f"{account.read}  {ends}\n\n"
    manifest = "".join(_manifest(account))
    room = LONGEST_PULL_REQUEST - len(head) - _ROOM
    text = section.strip("\n") + "\n"
    if len(text) > room:
        text, left = _cut_at_item(text, room)
        return f"{head}{text}\n_The section is longer than a pull request may be; {_more(left)} in the changelog of this branch._\n"
    if len(text) + len(manifest) > room:
        manifest, left = _cut_at_item(manifest, room - len(text))
        manifest += f"\n_{_more(left)} in the manifest on the Export screen._\n"
    return f"{head}{text}\n---\n\n{account.counts}\n\n{manifest}"


def release_body(notes: ReleaseNotes, changelog_url: str) -> str:
    """Return the body of a release: entries by section with links, people, and what to compare with.

    Where it is longer than GitHub takes it ends with a whole entry, and says where the others are.
    """
    people = contributors_lines(notes, mentions=True)
    end = "\n".join(["## Contributors", "", *people, "", ""]) if people else ""
    end += _full_changelog(notes)
    room = LONGEST_RELEASE - len(end) - _ROOM
    parts: list[str] = []
    used = left = 0
    for heading, items in _sections(notes):
        opened = False
        for one in items:
            text = (f"{one}\n" if opened else f"## {heading}\n\n{one}\n") if left == 0 else ""
            if left or used + len(text) + 1 > room:
                left += 1
                continue
            parts.append(text)
            used += len(text) + (0 if opened else 1)
            opened = True
        parts += ["\n"] if opened else []
    if left:
        where = f"[the changelog]({changelog_url})" if changelog_url else "the changelog"
        parts.append(f"_A release may be no longer than this; {_more(left)} in {where}._\n\n")
    return "".join(parts) + end


def text_digest(title: str, body: str) -> str:
    """Return the digest by which a title and a body are known again; line ends and white space at line ends do not count.

    GitHub gives back `\\r\\n` for what was edited on its pages.
    """
    return hashlib.sha256(plain_text(title, body).encode()).hexdigest()


def plain_text(title: str, body: str) -> str:
    """Return title and body as they are compared, and as their differences are shown."""
    lines = [line.rstrip() for line in visible(body).strip().split("\n")]
    return "\n".join([one_line(title), "", *lines]) + "\n"


def _sections(notes: ReleaseNotes) -> Iterable[tuple[str, list[str]]]:
    for section in SECTIONS:
        entries = sorted(
            (one for one in all_entries(notes) if one.section == section), key=lambda one: not one.breaking
        )
        if entries:
            yield _HEADINGS[section], [_entry(one, notes.web_url) for one in entries]
    updates = [item("*", update_line(title, number, notes.web_url)) for title, number in dependency_updates(notes)]
    if updates:
        yield "Dependency updates", updates


def _entry(entry: NotesEntry, web_url: str | None) -> str:
    return item("*", sentence(entry, web_url, page="pull", lead=BREAKING if entry.breaking else ""))


def _full_changelog(notes: ReleaseNotes) -> str:
    """Return the last line, as GitHub's generated notes have it."""
    if not notes.web_url:
        return ""
    tag = quote(notes.tag, safe="/@+~!$&*,;=:-._")
    if notes.previous_tag is None:
        return f"**Full Changelog**: {notes.web_url}/commits/{tag}\n"
    before = quote(notes.previous_tag, safe="/@+~!$&*,;=:-._")
    return f"**Full Changelog**: {notes.web_url}/compare/{before}...{tag}\n"


def _manifest(account: Account) -> Iterable[str]:
    for heading, placed in account.manifest:
        yield f"<details><summary>{heading} ({len(placed)})</summary>\n\n"
        yield from (_line(one) for one in placed)
        yield "\n</details>\n\n"


def _line(placed: Placed) -> str:
    sha = f"{placed.sha[:12]} " if placed.sha else ""
    told = f" — {safe_title(placed.told)}" if placed.told else ""
    return f"* {sha}{safe_title(placed.title)}{told}\n"


def _cut_at_item(text: str, room: int) -> tuple[str, int]:
    """Return as many whole items as there is room for, and how many are left; an item may have several lines."""
    lines = text.splitlines(keepends=True)
    starts = {at for at, line in enumerate(lines) if _ITEM.match(line)}
    kept, used = 0, 0
    for at, line in enumerate(lines):
        if at in starts:
            kept = at
        used += len(line)
        if used > room:
            break
    cut = "".join(lines[:kept])
    opened = cut.count("<details>") - cut.count("</details>")
    return cut + "\n</details>\n" * opened, sum(start >= kept for start in starts)


def _more(left: int) -> str:
    return f"{left} more {'entry is' if left == 1 else 'entries are'}"
