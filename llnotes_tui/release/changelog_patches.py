"""The version headings that a commit adds to a changelog, read from its diff.

A diff shows only the changed lines and their neighbours, so a heading in a code block looks like any other here: whoever
needs to know reads the file.
"""

import re
from collections.abc import Sequence
from itertools import zip_longest

from llnotes_tui.release.changelog_headings import ReleaseHeading, release_heading
from llnotes_tui.release.markdown import heading_words
from llnotes_tui.release.text import decoded
from llnotes_tui.release.versions import parse

_DIGIT = re.compile("[0-9]")


def headings_added(patch: bytes) -> tuple[ReleaseHeading, ...]:
    """Return the headings of released versions that a diff of one file adds, each version once.

    The diff needs a line of context, for the line under a heading can be one that did not change.  A version whose heading
    is moved or changed is not added, except where its old heading said that it is not released yet.
    """
    added: dict[tuple[object, ...], ReleaseHeading] = {}
    removed: set[tuple[object, ...]] = set()
    for hunk in _hunks(patch):
        new = [line[1:] for line in hunk if line[:1] in ("+", " ")]
        old = [line[1:] for line in hunk if line[:1] in ("-", " ")]
        added |= _released(new)
        removed |= _released(old).keys()
    return tuple(heading for key, heading in added.items() if key not in removed)


def _hunks(patch: bytes) -> list[list[str]]:
    hunks: list[list[str]] = []
    for data in patch.split(b"\n"):
        if data.startswith(b"@@"):
            hunks.append([])
        elif hunks:
            hunks[-1].append(decoded(data.removesuffix(b"\r")))
    return hunks


def _released(lines: Sequence[str]) -> dict[tuple[object, ...], ReleaseHeading]:
    found = {}
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        words = heading_words(line, below) if _DIGIT.search(line) is not None else None
        heading = release_heading(words) if words is not None else None
        version = parse(heading.version) if heading is not None else None
        if heading is not None and version is not None and not heading.pending:
            found[version.key] = heading
    return found
