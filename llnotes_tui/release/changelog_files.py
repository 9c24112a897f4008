"""Which file of a repository is its changelog, and whether llnotes can write it.  Names and bytes only: no I/O.

One file in, one file out: a changelog in a format that llnotes cannot write is named, and never gets a second file
beside it.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from llnotes_tui.release.changelog import Changelog, parse, version_key
from llnotes_tui.release.markdown import byte_order_mark, scan
from llnotes_tui.release.text import one_line

DEFAULT = "CHANGELOG.md"
"""The changelog of a repository that has none yet."""
FOLDERS = ("", "docs")
"""Where a changelog is looked for."""

_NAMES = ("changelog", "changes", "history", "news")
_MARKDOWN = ("md", "markdown")
_OTHERS = (
    "",
    "rst",
    "txt",
    "adoc",
    "asciidoc",
    "asc",
    "org",
    "textile",
    "rdoc",
    "pod",
    "html",
    "htm",
    "mdx",
    "mkd",
    "mdown",
)
_OTHER_MARKUP = frozenset(_OTHERS) - {"", "txt", "mdx", "mkd", "mdown"}
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_WIDE_SHARE = 0.2
"""Of zero bytes; UTF-16 has half, if it is mostly ASCII."""
_PART = re.compile(
    r"(?:changelog|changes|history|news|release[-_]?notes)[-_.]?v?(?P<version>\d+(?:\.\d+)*(?:\.x)?)\.(?:md|markdown|rst|txt|adoc)",
    re.IGNORECASE,
)
"""One file for each version or line of versions."""
_CONFLICT = re.compile(r"(?:<{7}|>{7})(?: \S|$)")


def candidates(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the files among `paths` (relative to the root) that can be the changelog by their names, the likeliest first."""
    return tuple(sorted((path for path in paths if _rank(path) is not None), key=lambda path: _rank(path) or ()))


def newest_part(paths: Iterable[str]) -> str | None:
    """Return the newest of the files that a changelog is split into by version (`CHANGELOG-7.1.md`), None without any."""
    parts = [(path, match["version"]) for path in paths if (match := _part(path)) is not None]
    return max(parts, key=lambda pair: (version_key(pair[1]), pair[0]))[0] if parts else None


def is_markdown(path: str) -> bool:
    """Return whether a changelog has the name of a Markdown file."""
    return _suffix(path) in _MARKDOWN


def choose(known: Sequence[tuple[str, Changelog]]) -> tuple[str, str]:
    """Return the changelog among files that can be one (the likeliest first), and a sentence where that is worth knowing.

    A file with versions goes before one without, and among several the one with the newest version is taken.
    """
    dated = [(path, newest) for path, changelog in known if (newest := _newest(changelog)) is not None]
    if not dated:
        certain = [path for path, changelog in known if _is_certain(path) or changelog.unreleased_section is not None]
        return (certain[0], "") if certain else (DEFAULT, "")
    path, version = max(dated, key=lambda pair: (version_key(pair[1]), -[one for one, _ in dated].index(pair[0])))
    others = [other for other, _ in dated if other != path]
    if not others:
        return path, ""
    return path, (
        f"The changelog is {path} (newest version {version}), not {' or '.join(others)}; set `changelog` to choose another file."
    )


def unwritable(path: str) -> str:
    """Return why a file with this name cannot be written, with what helps; empty if it can."""
    if _suffix(path) not in _OTHER_MARKUP:
        return ""
    return (
        f"{one_line(path)} is not a Markdown file, so llnotes cannot write it; set `template` and `changelog`, or only "
        "`changelog` to a Markdown file."
    )


def unwritable_if_found(path: str) -> str:
    """Return why a file that nobody named in the settings is not written; empty if it is."""
    if _part(path) is not None:
        return (
            f"The changelog is split by version ({one_line(path)} is the newest file), so llnotes writes none of them; "
            "set `changelog` to the file of this release."
        )
    if is_markdown(path):
        return ""
    return unwritable(path) or (
        f"{one_line(path)} does not have the name of a Markdown file, so llnotes does not write it; if it is Markdown, "
        f'set `changelog = "{one_line(path)}"`, else set `changelog` to a Markdown file.'
    )


def unreadable(path: str, data: bytes) -> str:
    """Return why the text of a changelog cannot be read, with what helps; empty if it can."""
    if data.startswith(_WIDE_MARKS) or data[:4096].count(0) > _WIDE_SHARE * len(data[:4096]):
        return f"{one_line(path)} looks like UTF-16, which llnotes does not read or write; save it as UTF-8."
    conflict = next(
        (n for n, line in enumerate(scan(data), 1) if line.kind != "hidden" and _CONFLICT.match(line.text)), 0
    )
    if conflict:
        return (
            f"{one_line(path)} has an unresolved merge conflict in line {conflict}, so it was left as it is; "
            "resolve the conflict first."
        )
    return ""


def undecided(path: str, changelog: Changelog) -> str:
    """Return why the place of a new section is not certain, with what helps; empty if it is."""
    if len(changelog.undecided) == 1:
        return (
            f"{one_line(path)}: “{one_line(changelog.undecided[0])}” is no heading, so it is not clear what is unreleased; "
            "write it as a heading such as `## Unreleased`."
        )
    if changelog.undecided:
        names = " or ".join(f"“{one_line(heading)}”" for heading in changelog.undecided)
        return (
            f"{one_line(path)}: it is not clear whether {names} holds the unreleased changes; set `unreleased` "
            "to the words of that heading."
        )
    if not (changelog.sections or changelog.unreleased_section or changelog.is_fresh):
        return (
            f"{one_line(path)} has no heading that llnotes recognises as a version, so it is left as it is; add a heading "
            "such as `## [Unreleased]` where the new section belongs, or set `changelog` to another file."
        )
    return ""


def reasons(
    path: str, data: bytes, last_version: str | None, *, unreleased_heading: str = "", is_layout_set: bool = False
) -> tuple[str, ...]:
    """Return why the text of a changelog cannot be read or edited, as sentences; none for a file without any text.

    With `is_layout_set` a format of its own is no reason.
    """
    if newest_part([path]) is not None:
        return ()  # its name is the reason
    if not data.removeprefix(byte_order_mark(data)).strip():
        return ()
    changelog = parse(data, None, last_version, unreleased_heading=unreleased_heading)
    reason = unreadable(path, data) or undecided(path, changelog)
    if not reason and not is_layout_set:
        reason = unknown_format(path, changelog)
    return (reason,) if reason else ()


def unknown_format(path: str, changelog: Changelog) -> str:
    """Return why a changelog in a format of its own cannot be written, with what helps; empty if its format is known."""
    if changelog.layout != "free":
        return ""
    newest = next(iter(changelog.sections), changelog.unreleased_section)
    shown = f" (`{'#' * newest.level} {one_line(newest.heading)}`)" if newest is not None else ""
    return (
        f"{one_line(path)} uses a format that llnotes cannot write{shown}; set `template`, or `layout` to "
        "`keepachangelog` or `labs`."
    )


def _suffix(path: str) -> str:
    return PurePosixPath(path).suffix.removeprefix(".").lower()


def _part(path: str) -> re.Match[str] | None:
    folder, _, name = path.rpartition("/")
    return _PART.fullmatch(name) if folder.lower() in FOLDERS else None


def _rank(path: str) -> tuple[int, int, int, int, str] | None:
    """Return what candidates are ordered by: Markdown first, then the root, then by name; None for any other file."""
    file = PurePosixPath(path)
    folder = "" if str(file.parent) == "." else str(file.parent).lower()
    stem, suffix = file.stem.lower(), _suffix(path)
    if folder not in FOLDERS or stem not in _NAMES or suffix not in (*_MARKDOWN, *_OTHERS):
        return None
    is_exact = file.stem in ("CHANGELOG", "CHANGES", "HISTORY", "NEWS")
    return (suffix not in _MARKDOWN, FOLDERS.index(folder), _NAMES.index(stem), not is_exact, path)


def _newest(changelog: Changelog) -> str | None:
    return max((section.version for section in changelog.sections), key=version_key, default=None)


def _is_certain(path: str) -> bool:
    """Return whether a file is a changelog whatever it says; a history or news page of a website is none."""
    file = PurePosixPath(path)
    return str(file.parent) == "." or file.stem.lower() in ("changelog", "changes")
