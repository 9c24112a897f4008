"""Who took part, as a changelog and a release on GitHub name them."""

import re
from collections.abc import Sequence

from llnotes_tui.release.model import Contributor, ReleaseNotes
from llnotes_tui.release.text import one_line

LEAD = "With contributions by "
"""What the line begins with, so that no name can open a heading or a list; `release.written` knows it."""
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
_MARKUP = re.compile(r"([\\`*_\[\]<>&~|])")
_LONGEST = 80
"""Characters of a name; a longer one is none."""


def contributors_line(notes: ReleaseNotes) -> str:
    """Return the sentence that names all of them, for a changelog; empty where there is nobody to name."""
    return _line([_named(one) for one in notes.contributors])


def contributors_lines(notes: ReleaseNotes, *, mentions: bool) -> tuple[str, ...]:
    """Return the lines that name them in the body of a release, none where there is nobody to name.

    With `mentions` those with a login are called by it, which notifies them; newcomers get the line that GitHub's own
    generated notes give them.
    """
    if not mentions:
        line = contributors_line(notes)
        return (line,) if line else ()
    line = _line([_mentioned(one) for one in notes.contributors])
    new = [_first_contribution(one, notes.web_url) for one in notes.contributors if one.is_new and _can_mention(one)]
    return (line, *(["", *new] if new else [])) if line else ()


def safe_name(name: str) -> str:
    """Return a person's name as plain words: no markup, no link, no mention."""
    plain = one_line(name)[:_LONGEST].replace("://", ":").lstrip("@")
    return _MARKUP.sub(r"\\\1", re.sub(r"(?<!\w)@", "", plain))


def _line(names: Sequence[str]) -> str:
    if not names:
        return ""
    *others, last = names
    return f"{LEAD}{', '.join(others)} and {last}." if others else f"{LEAD}{last}."


def _named(one: Contributor) -> str:
    return f"{safe_name(one.name)} (first contribution)" if one.is_new else safe_name(one.name)


def _mentioned(one: Contributor) -> str:
    return f"@{one.login}" if _can_mention(one) else _named(one)


def _can_mention(one: Contributor) -> bool:
    return _LOGIN.fullmatch(one.login) is not None


def _first_contribution(one: Contributor, web_url: str | None) -> str:
    where = f" in {web_url}/pull/{one.pull_request}" if web_url and one.pull_request is not None else ""
    return f"* @{one.login} made their first contribution{where}"
