"""The series of tags in one repository: what belongs together, what is newest, and which are no longer used.

`v1.2.3` and `1.2.4` are one series, `kit-1.2.3` is another one.  A series is retired if it has under three tags where
another has more, or if its newest tag is older than the last ten of another; nightly builds retire no releases.  The tags
of all branches count, since releases are often tagged on branches that never come back.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from llnotes_tui.release.versions import (
    Tag,
    Version,
    VersionScheme,
    highest_tag,
    names_prereleases,
    parse,
    shape_of,
    split_glued_tag,
    split_tag,
    tags_by_version,
    without_moving,
)

_FEW = 3
"""A series with fewer tags is retired where another has at least as many as this."""
_LAST = 10
"""A series whose newest tag is older than so many of another's is retired."""


class TagSeries(Struct, frozen=True):
    """Tags of one repository that number the releases of one thing."""

    shape: str
    """What its prefix has that other series lack; empty for the plain one (`v1.2.3`)."""
    prefix: str
    """Of its newest tag."""
    newest: str
    """Name of the tag with the highest version; a pre-release only if it has nothing else."""
    count: int
    """Tags, pre-releases included."""
    dotted: bool
    """Only tags with two numbers or more are versions."""
    prerelease: bool = False
    """It has pre-releases only."""
    retired: bool = False

    def scheme(self, *, prereleases: bool = False) -> VersionScheme:
        """Return the scheme that its tags follow."""
        return VersionScheme(self.prefix, "", prereleases, self.dotted)


class _Read(Struct, frozen=True):
    tag: Tag
    prefix: str
    version: Version
    glued: bool


def series_of(tags: Iterable[Tag]) -> tuple[TagSeries, ...]:
    """Return the series of a repository's tags: those in use first, the plain one before the others, then by shape."""
    return _series_of(tuple(tags))


@lru_cache(maxsize=8)
def _series_of(tags: tuple[Tag, ...]) -> tuple[TagSeries, ...]:
    groups: dict[str, list[_Read]] = {}
    for tag in tags:
        read = _read(tag)
        if read is not None:
            groups.setdefault(shape_of(read.prefix), []).append(read)
    members = {shape: group for shape, group in groups.items() if _is_series(shape, group)}
    counted = {shape: without_moving([(one.tag, one.version) for one in group]) for shape, group in members.items()}
    found = [
        _series(shape, members[shape], pairs, retired=_is_retired(shape, counted)) for shape, pairs in counted.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.retired, one.shape)))


def candidates_among(series: Sequence[TagSeries]) -> tuple[TagSeries, ...]:
    """Return the series in use; one that is named for its pre-releases (`nightly-…`) only if there is nothing else."""
    used = tuple(one for one in series if not one.retired)
    return tuple(one for one in used if not names_prereleases(one.shape)) or used


def _read(tag: Tag) -> _Read | None:
    """Return a tag as prefix and version, None where it is not meant as a version: `before-2.0-refactor` only looks so."""
    split = split_tag(tag.name)
    found = split or split_glued_tag(tag.name)
    version = parse(found[1]) if found is not None else None
    if found is None or version is None:
        return None
    is_plain = not shape_of(found[0])
    has_strange_suffix = bool(re.search(r"-[A-Za-z]{3,}$", version.variant)) and not is_plain
    return None if has_strange_suffix else _Read(tag, found[0], version, split is None)


def _is_series(shape: str, group: Sequence[_Read]) -> bool:
    """Tell whether tags of one shape are versions: one number, or a number glued to a word, takes two of them."""
    if len({one.version.key for one in group}) > 1:
        return True
    one = group[0]
    has_parts = any(len(each.version.numbers) > 1 for each in group)
    is_plain_v = not shape and one.prefix.lower().endswith("v")
    return is_plain_v or (has_parts and not one.glued)


def _series(shape: str, group: Sequence[_Read], counted: Sequence[tuple[Tag, Version]], *, retired: bool) -> TagSeries:
    prefixes = {one.tag.name: one.prefix for one in group}
    dotted = all(len(version.numbers) > 1 for _, version in counted)
    released = [pair for pair in counted if not pair[1].pre]
    newest = highest_tag(released or counted)
    has_releases = bool(released) and not names_prereleases(shape)
    return TagSeries(shape, prefixes[newest.name], newest.name, len(group), dotted, not has_releases, retired)


def _is_retired(shape: str, counted: dict[str, list[tuple[Tag, Version]]]) -> bool:
    own = [tag.tagged_at for tag, _ in counted[shape]]
    for other, pairs in counted.items():
        if other == shape or (names_prereleases(other) and not names_prereleases(shape)):
            continue
        if len(own) < _FEW <= len(pairs):
            return True
        others = sorted((tag.tagged_at for tag, _ in pairs), reverse=True)
        if len(others) >= _LAST and max(own) < others[_LAST - 1]:
            return True
    return False


def newest_name(tags: Iterable[Tag]) -> str:
    """Return the name of the youngest tag, whatever it names; empty where there is none."""
    youngest = max(tags, key=lambda tag: (tag.tagged_at, tag.name), default=None)
    return youngest.name if youngest is not None else ""


def newest_of(tags: Iterable[Tag], scheme: VersionScheme) -> str:
    """Return the name of the tag with the highest version of a scheme; empty where there is none."""
    found = tags_by_version(tags, scheme)
    return found[0][0].name if found else ""
