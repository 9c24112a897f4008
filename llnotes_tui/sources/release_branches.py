"""Releases that are tagged on a branch which never comes back, as bases of the branch that it left.

Many projects cut a branch for each release and tag there.  What is unreleased on the main line then counts from where the
newest of these branches left it, not from the last tag that the main line happens to contain.
"""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from llnotes_tui.release.versions import Tag, Version, VersionScheme
from llnotes_tui.sources.process import Place, run

_LINE = re.compile(
    r"^(?:.*/)?(?:(?:v|rel|release|releases|stable|maint|maintenance|support|branch|line|series)[-_.]?)?v?"
    r"(?P<numbers>\d+(?:\.\d+)*)(?P<rest>(?:\.(?:x|\*))?(?:[-_](?:x|stable|maint|maintenance|lts|release|branch|dev))?)$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^(?:.*/)?(?:v|rel|release|releases|stable|maint|maintenance|support|branch|line|series)[-_./]?v?\d", re.IGNORECASE
)


class Parted(Struct, frozen=True):
    """A release whose tag the branch does not contain."""

    tag: Tag
    version: Version
    ahead: int
    """Commits of the branch that the tag does not contain."""
    is_equal: bool = False
    """Counting from the last release that the branch contains gives as many."""


def line_of(branch: str) -> tuple[int, ...] | None:
    """Return the version line that a branch's name says (`12.x`, `stable/5.1`, `v2`), None where it says none.

    A single number counts only with `.x` or a word for a release before it: `issue-12` and `2fa` are no lines.
    """
    match = _LINE.match(branch)
    if match is None:
        return None
    numbers = tuple(int(number) for number in match["numbers"].split(".") if len(number) < 9)
    is_clear = len(numbers) > 1 or bool(match["rest"]) or _NAMED.match(branch) is not None
    return numbers if numbers and is_clear else None


def is_within(version: Version, line: tuple[int, ...] | None) -> bool:
    """Tell whether a version is of a line or of a lower one; every version is where there is no line."""
    return line is None or version.numbers[: len(line)] <= line


def is_maintenance_line(reachable: tuple[Tag, Version], tags: Iterable[Tag], scheme: VersionScheme) -> bool:
    """Tell whether a branch goes on with an old line: a higher version of another minor was tagged before its last one."""
    last, at = reachable[1], reachable[0].tagged_at
    return any(
        version is not None and last < version and version.numbers[:2] != last.numbers[:2] and 0 < tag.tagged_at < at
        for tag in tags
        for version in (scheme.version_of(tag.name),)
    )


def candidates(
    tags: Iterable[Tag],
    scheme: VersionScheme,
    above: Version | None,
    below: Version | None,
    line: tuple[int, ...] | None,
) -> list[tuple[Tag, Version]]:
    """Return the versions that could be the base, the newest of each minor line, the highest first."""
    newest: dict[tuple[int, ...], tuple[Tag, Version]] = {}
    for tag in tags:
        version = scheme.version_of(tag.name)
        if (
            version is None
            or (above is not None and not above < version)
            or (below is not None and not version < below)
        ):
            continue
        known = newest.get(version.numbers[:2])
        if is_within(version, line) and (known is None or known[1] < version):
            newest[version.numbers[:2]] = (tag, version)
    return sorted(newest.values(), key=lambda pair: pair[1].key, reverse=True)


def nearest(
    place: Place, found: Sequence[tuple[Tag, Version]], until: str, most: int, *, is_tip: bool
) -> Parted | None:
    """Return the release from which the branch has gone on least, at most `most` commits; of equals the highest version.

    `is_tip`: `until` is the end of a branch.  Else a release that contains it came later, and is no base.

    Raises:
        GitFault: git failed.
    """
    best: Parted | None = None
    for tag, version in found:
        limit = most if best is None else best.ahead - 1
        if limit < 0:
            break
        ahead = count_beyond(place, tag.commit, until, limit + 1)
        if ahead <= limit and (ahead or is_tip):
            best = Parted(tag, version, ahead, is_equal=ahead == most)
    return best


def nearest_of(beside: Iterable[Parted], most: int) -> Parted | None:
    """Return of releases whose distance is known the one from which the branch has gone on least, at most `most` commits."""
    near = [parted for parted in beside if parted.ahead <= most]
    best = max(near, key=lambda parted: (-parted.ahead, parted.version.key), default=None)
    return structs.replace(best, is_equal=best.ahead == most) if best is not None else None


def count_beyond(place: Place, since: str | None, until: str, most: int | None = None) -> int:
    """Return how many commits `until` has beyond `since` (all, where that is None), counting no further than `most`.

    Raises:
        GitFault: git failed.
    """
    limit = [f"--max-count={most}"] if most is not None else []
    span = [until] if since is None else [until, f"^{since}"]
    return int(run(["rev-list", "--count", *limit, *span, "--"], place))
