"""Files before and after, as the patch that git would show: what the export screen draws."""

import difflib
import re
from collections.abc import Iterable

_LINE = re.compile(rb"[^\n]*\n|[^\n]+\Z")


def patch_of(files: Iterable[tuple[str, bytes | None, bytes]]) -> bytes:
    """Return one patch of several files (path, before or None for a new one, after); unchanged ones have no part in it."""
    return b"".join(_part(path, before, after) for path, before, after in files if before != after)


def _part(path: str, before: bytes | None, after: bytes) -> bytes:
    name = path.encode()
    head = [b"diff --git a/%s b/%s\n" % (name, name)]
    if before is None:
        head.append(b"new file mode 100644\n")
    old = b"/dev/null" if before is None else b"a/" + name
    lines = _hunks(_LINE.findall(before or b""), _LINE.findall(after))
    return b"".join([*head, b"--- %s\n+++ b/%s\n" % (old, name), *lines])


def _hunks(old: list[bytes], new: list[bytes]) -> Iterable[bytes]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for group in matcher.get_grouped_opcodes(3):
        first, last = group[0], group[-1]
        yield b"@@ -%s +%s @@\n" % (_span(first[1], last[2]), _span(first[3], last[4]))
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                yield from (_marked(b" ", line) for line in old[old_start:old_end])
                continue
            yield from (_marked(b"-", line) for line in old[old_start:old_end])
            yield from (_marked(b"+", line) for line in new[new_start:new_end])


def _span(start: int, end: int) -> bytes:
    length = end - start
    begin = start + 1 if length else start
    return b"%d" % begin if length == 1 else b"%d,%d" % (begin, length)


def _marked(sign: bytes, line: bytes) -> bytes:
    return sign + line if line.endswith(b"\n") else sign + line + b"\n\\ No newline at end of file\n"
