"""Small file changes travel together, large ones in pieces."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from llnotes_tui.drafting.prompts import file_key
from llnotes_tui.engines.tokens import BYTES_PER_TOKEN
from llnotes_tui.release.patch import split_hunks

_MOST_TOGETHER = 12
"""Files in one call: the reply is reserved before it is written, and one that does not parse costs a call for each."""
_OVERHEAD = 40
"""Bytes that label and fences add to each diff."""
_FENCED = re.compile(r"^\s*```(?:json)?\s*\n(?P<json>.*)\n\s*```\s*$", re.DOTALL)
_HUNK_HEAD = re.compile(rb"^@@ [^\n]*\n", re.MULTILINE)
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_Item = TypeVar("_Item")


class Pieces(Struct, frozen=True):
    """A diff cut so that each piece fits; `is_whole` where nothing of it was left out."""

    parts: tuple[bytes, ...]
    is_whole: bool


def packs(items: Sequence[tuple[_Item, int]], budget: int) -> list[tuple[_Item, ...]]:
    """Return items (with their size in bytes) in groups of at most `budget` tokens, in their order.

    What is too large for a group, and everything if the budget is 0, travels alone.
    """
    room = budget * BYTES_PER_TOKEN
    groups: list[tuple[_Item, ...]] = []
    together: list[_Item] = []
    filled = 0.0
    for item, size in items:
        needed = size + _OVERHEAD
        if needed > room:
            groups.append((item,))
            continue
        if together and (filled + needed > room or len(together) == _MOST_TOGETHER):
            groups.append(tuple(together))
            together, filled = [], 0.0
        together.append(item)
        filled += needed
    return [*groups, tuple(together)] if together else groups


def parsed_reply(text: str, count: int) -> Mapping[int, str]:
    """Return the texts of a packed reply by the index of their file; those that are missing or empty are left out."""
    fenced = _FENCED.match(text)
    text = fenced["json"] if fenced else text
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        return {}
    try:
        value = json.loads(text[start : end + 1], strict=False)
    except (ValueError, RecursionError):
        return {}
    found = {index: value.get(file_key(index)) for index in range(count)}
    return {index: text for index, text in found.items() if isinstance(text, str) and text.strip()}


def pieces(part: bytes, budget: int, most: int) -> Pieces:
    """Return a file's diff in pieces of at most `budget` tokens, cut at hunks, and at lines where one hunk is too large.

    At most `most` pieces are given; what is beyond, and the end of a line that no piece can hold, is left out.
    """
    room = max(200, int(budget * BYTES_PER_TOKEN))
    if len(part) <= room:
        return Pieces((part,), is_whole=True)
    is_whole = True
    small: list[bytes] = []
    for hunk in split_hunks(part):
        cut, fits = _cut_at_lines(hunk, room)
        small += cut
        is_whole = is_whole and fits
    joined = _joined(small, room)
    return Pieces(tuple(joined[:most]), is_whole and len(joined) <= most)


def _joined(hunks: Sequence[bytes], room: int) -> list[bytes]:
    """Put hunks of one file together as long as they fit; the file's header stands once in each piece."""
    joined: list[bytes] = []
    for hunk in hunks:
        body = _HUNK_HEAD.search(hunk)
        rest = hunk[body.start() :] if body else hunk
        if joined and body and len(joined[-1]) + len(rest) <= room:
            joined[-1] += rest
        else:
            joined.append(hunk)
    return joined


def _cut_at_lines(hunk: bytes, room: int) -> tuple[list[bytes], bool]:
    """Cut one hunk (with the file's header) at lines, each piece under header and hunk heading; say if all of it is there."""
    if len(hunk) <= room:
        return [hunk], True
    head = _HUNK_HEAD.search(hunk)
    start = head.end() if head else 0
    lead = hunk[:start] if start < room // 2 else b""
    found: list[bytes] = []
    is_whole = bool(lead) or not start
    current = bytearray(lead)
    for line in _LINE.findall(hunk, start):
        kept = line[: room - len(lead)]
        is_whole = is_whole and len(kept) == len(line)
        if len(current) > len(lead) and len(current) + len(kept) > room:
            found.append(bytes(current))
            current = bytearray(lead)
        current += kept
    return [*found, bytes(current)], is_whole
