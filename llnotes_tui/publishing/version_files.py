"""Files that spell the version besides the changelog: each by a pattern with `$VERSION` that has to match exactly once."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from llnotes_tui.publishing.files import ExportError, file_inside, read_file
from llnotes_tui.publishing.splice import Edit, apply

CODEGEN = ".codegen.json"
"""Names the files that spell the version, where the settings name none."""
_PLACEHOLDER = "$VERSION"
_SPELLED = rb"[vV]?[0-9][0-9A-Za-z.+!_-]*"
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+!_-]*")


class FileEdit(Struct, frozen=True):
    """A file before and after an export."""

    path: str
    """Relative to the repository's root."""
    before: bytes
    after: bytes


def version_edits(root: Path, version: str, patterns: Mapping[str, str] | None) -> tuple[FileEdit, ...]:
    """Return what the version changes in the files that spell it; files that have it already are among them, unchanged.

    `patterns` are path and pattern, such as `__version__ = "$VERSION"`; None takes them from `.codegen.json`.

    Raises:
        ExportError: a file is missing or outside the repository, a pattern matches no place or several.
    """
    if _VERSION.fullmatch(version) is None:
        raise ExportError(f"{version!r} is no version that a file can spell; use letters, digits and dots.")
    chosen = codegen_patterns(root) if patterns is None else patterns
    return tuple(_edit(root, path, pattern, version) for path, pattern in chosen.items())


def _edit(root: Path, path: str, pattern: str, version: str) -> FileEdit:
    before = read_file(file_inside(root, path))
    if before is None:
        raise ExportError(f"{path} is to spell the version and is not there; correct `version_files`.")
    found = list(_expression(path, pattern).finditer(before))
    if len(found) != 1:
        times = "nowhere" if not found else f"{len(found)} times"
        raise ExportError(f"{path} has `{pattern}` {times}, and it has to be there once; correct `version_files`.")
    return FileEdit(path, before, apply(before, [Edit(*found[0].span("version"), version.encode())]))


def _expression(path: str, pattern: str) -> re.Pattern[bytes]:
    """Return what finds the pattern; a word at its start is a whole word, so `version` is not found in `python_version`."""
    before, placeholder, after = pattern.partition(_PLACEHOLDER)
    if not placeholder or _PLACEHOLDER in after or not (before.strip() or after.strip()):
        raise ExportError(f"The pattern {pattern!r} for {path} has to hold `$VERSION` once, and something around it.")
    start = rb"(?<![\w-])" if re.match(r"\w", before) else b""
    end = b"" if after else rb"(?![\w.+!-])"
    middle = b"(?P<version>" + _SPELLED + b")"
    return re.compile(start + re.escape(before.encode()) + middle + re.escape(after.encode()) + end)


def codegen_patterns(root: Path) -> Mapping[str, str]:
    """Return path and pattern of the files that `.codegen.json` names; none where it is not there.

    Raises:
        ExportError: it is not what it should be.
    """
    data = read_file(file_inside(root, CODEGEN))
    if data is None:
        return {}
    try:
        patterns = json.loads(data).get("version", {})
    except (ValueError, AttributeError) as fault:
        raise ExportError(f"{CODEGEN} is no JSON object ({fault}); mend it or set `version_files`.") from fault
    if not isinstance(patterns, dict) or not all(isinstance(pattern, str) for pattern in patterns.values()):
        raise ExportError(f'{CODEGEN} has to map paths to patterns under "version"; mend it or set `version_files`.')
    return patterns
