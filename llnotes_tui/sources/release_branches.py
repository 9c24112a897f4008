"""Releases that are tagged on a branch which never comes back, as bases of the branch that it left.

Many projects cut a branch for each release and tag there.  What is unreleased on the main line then counts from where the
newest of these branches left it, not from the last tag that the main line happens to contain.
"""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from llnotes_tui.release.versions import Tag, Version, VersionScheme
from llnotes_tui.sources.process import GitFault, Place, run

_LINE = re.compile(
    r"^(?:.*/)?(?:(?:v|rel|release|releases|stable|maint|maintenance|support|branch|line|series)[-_.]?)?v?"
    r"(?P<numbers>\d+(?:\.\d+)*)(?P<rest>(?:\.(?:x|\*))?(?:[-_](?:x|stable|maint|maintenance|lts|release|branch|dev))?)$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^(?:.*/)?(?:v|rel|release|releases|stable|maint|maintenance|support|branch|line|series)[-_./]?v?\d", re.IGNORECASE
)


_MOST_LINES = 64
"""Minor lines of releases beside a branch that are compared with it, the newest first: each takes a git process."""


class SideRelease(Struct, frozen=True):
    """A release whose tag the branch does not contain."""

    tag: Tag
    version: Version
    ahead: int
    """Commits of the branch that the tag does not contain."""
    is_tie: bool = False
    """Counting from the last release that the branch contains gives as many."""


class Rules(Struct, frozen=True):
    """What decides whether a release beside a branch can be its base."""

    tag: Version | None = None
    """The highest version whose tag the branch contains."""
    released: Version | None = None
    """The higher version that a commit of the branch releases."""
    below: Version | None = None
    """The version that the range makes, where that is known."""
    line: tuple[int, ...] | None = None
    """The version line that the branch's name says."""
    is_tip: bool = True
    """The range ends at the end of a branch.  Else a release that contains it came later, and is no base."""
    is_main_line: bool = True
    """Development goes on on the branch."""
    is_maintenance: bool = False
    """The branch goes on with an old line."""

    def admits(self, version: Version) -> bool:
        """Tell whether a version is high enough, and of the right line."""
        return (
            (self.tag is None or self.tag < version)
            and (self.released is None or not version < self.released)
            and (self.below is None or version < self.below)
            and is_within(version, self.line)
        )


def choose_side_release(beside: Iterable[SideRelease], most: int, rules: Rules) -> SideRelease | None:
    """Return the release beside a branch that is its base, None where the release that it contains is.

    It is the one from which the branch has gone on least, of equals the highest version.  `most` is how many commits the
    branch has beyond the release that it contains; going on from the other has to give no more.
    """
    if rules.is_maintenance and rules.line is None and rules.below is None:
        return None
    near = [
        side
        for side in beside
        if rules.admits(side.version) and side.ahead <= _limit(side, most, rules) and (side.ahead or rules.is_tip)
    ]
    best = max(near, key=lambda side: (-side.ahead, side.version.key), default=None)
    return structs.replace(best, is_tie=best.ahead == most) if best is not None else None


def _limit(side: SideRelease, most: int, rules: Rules) -> int:
    # The tag of the version that a commit of the branch releases has to be nearer than that commit.
    if rules.released is not None and not rules.released < side.version:
        return most - 1
    # Where both have left at the same commit, only the branch on which development goes on counts from the newer one.
    return most if rules.is_main_line or rules.below is not None else most - 1


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


def candidates(tags: Iterable[Tag], scheme: VersionScheme, rules: Rules) -> list[tuple[Tag, Version]]:
    """Return the versions that could be the base, the newest of each minor line, the highest first."""
    newest: dict[tuple[int, ...], tuple[Tag, Version]] = {}
    for tag in tags:
        version = scheme.version_of(tag.name)
        if version is None or not rules.admits(version):
            continue
        known = newest.get(version.numbers[:2])
        if known is None or known[1] < version:
            newest[version.numbers[:2]] = (tag, version)
    return sorted(newest.values(), key=lambda pair: pair[1].key, reverse=True)[:_MOST_LINES]


def measure(place: Place, found: Sequence[tuple[Tag, Version]], until: str, most: int) -> list[SideRelease]:
    """Return how far a branch has gone on from some releases, as far as that can decide: no more than from those before.

    A release that has nothing in common with the branch is left out.

    Raises:
        GitFault: git failed.
    """
    measured: list[SideRelease] = []
    limit = most
    for tag, version in found:
        ahead = count_beyond(place, tag.commit, until, limit + 1)
        if ahead <= limit and _has_common_history(place, tag.commit, until):
            measured.append(SideRelease(tag, version, ahead))
            limit = ahead
    return measured


def _has_common_history(place: Place, one: str, other: str) -> bool:
    try:
        return bool(run(["merge-base", one, other], place))
    except GitFault as fault:
        if fault.status == 1:
            return False
        raise


def count_beyond(place: Place, since: str | None, until: str, most: int | None = None) -> int:
    """Return how many commits `until` has beyond `since` (all, where that is None), counting no further than `most`.

    Raises:
        GitFault: git failed.
    """
    limit = [f"--max-count={most}"] if most is not None else []
    span = [until] if since is None else [until, f"^{since}"]
    return int(run(["rev-list", "--count", *limit, *span, "--"], place))
