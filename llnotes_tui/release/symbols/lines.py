"""A file's part of a patch as what stood there before and what stands there after, hunk by hunk."""

import re
from typing import NamedTuple

from llnotes_tui.release.text import decoded, visible

MAX_LINE = 3_000
"""Characters; a longer line is data or minified code, and is passed over."""
MAX_LINES = 20_000
"""Lines of one file that are looked at; beyond them a diff is generated or vendored in all but name."""

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@ ?")


class SideLine(NamedTuple):
    """One line as it stands on one side of a hunk."""

    text: str
    changed: bool
    run: int
    """Number of the block of neighbouring removed and added lines it belongs to."""


class Hunk(NamedTuple):
    """Both sides of a hunk, and git's heading for it."""

    heading: str
    old: list[SideLine]
    new: list[SideLine]


def hunks_of(part: bytes) -> list[Hunk]:
    """Return the hunks of one file's part of a patch.

    Lines are split at line feeds only, as git does.  Inside a part no line but a hunk's own begins with `@@`.
    """
    found: list[Hunk] = []
    run = 0
    in_run = False
    for number, line in enumerate(decoded(part).split("\n")):
        if number > MAX_LINES:
            break
        heading = _HUNK.match(line) if line.startswith("@@ ") else None
        if heading:
            found.append(Hunk(visible(line[heading.end() : MAX_LINE].rstrip("\r")), [], []))
            in_run = False
            continue
        if not found or not line or len(line) > MAX_LINE:
            continue
        sign, text = line[0], line[1:].rstrip("\r")
        if sign == " ":
            in_run = False
            found[-1].old.append(SideLine(text, changed=False, run=run))
            found[-1].new.append(SideLine(text, changed=False, run=run))
        elif sign in "+-":
            if not in_run:
                run += 1
                in_run = True
            (found[-1].new if sign == "+" else found[-1].old).append(SideLine(text, changed=True, run=run))
    return found


def indent_of(text: str) -> int:
    """Return the width of a line's leading white space, a tab counted as four."""
    width = 0
    for sign in text:
        if sign == " ":
            width += 1
        elif sign == "\t":
            width += 4
        else:
            break
    return width
