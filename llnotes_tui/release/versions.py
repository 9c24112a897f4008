"""Versions as tags and headings spell them: how they are found, ordered and counted on.

A version here is whatever a repository numbers its releases with: semantic versions, Python's (`1.0rc1`, `1.0.post1`),
two or four numbers, dates.  Nothing is refused that has a number; what no rule covers sorts somewhere sensible.
"""

import re
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

_PRE_NAMES = {
    "dev": 0,
    "snapshot": 0,
    "nightly": 0,
    "canary": 0,
    "alpha": 1,
    "a": 1,
    "beta": 2,
    "b": 2,
    "milestone": 3,
    "m": 3,
}
"""Rank of the names of pre-releases; a name that is not here comes last."""

_VERSION = re.compile(
    r"(?P<numbers>\d+(?:\.\d+)*)"
    r"(?:(?P<pre>-[0-9A-Za-z][0-9A-Za-z.-]*|[._]?(?:alpha|beta|milestone|preview|snapshot|canary|nightly|pre|dev|rc|a|b|c|m)[-._]?\d*(?:\.dev\d+)?))?"
    r"(?:[.-]?post(?P<post>\d*))?"
    r"(?P<local>\+[0-9A-Za-z.-]+)?",
    re.IGNORECASE,
)
_NUMBER_START = re.compile(r"(?:^|[^0-9A-Za-z.])[vV]?(?=\d)")
_HEADING = re.compile(
    r"^(?:#{1,4}\s*\*{0,2}|\*{2})(?:Release\s+|Version\s+)?\[?(?P<version>[vV]?\d+\.\d+[^\s\])(:*,;]*)[\]*:]*\s*(?:$|[-–—(/\[:]|\d{4})",
    re.IGNORECASE,
)
_MOVING_DEPTH = 1
_PLAIN_WORDS = frozenset({"v", "ver", "version", "rel", "release", "releases"})


class Tag(Struct, frozen=True):
    """A tag of a repository, peeled to its commit."""

    name: str
    """Without `refs/tags/`."""
    commit: str
    tagged_at: int
    """When it was made, else when its commit was, in seconds since the epoch."""


class Version(Struct, frozen=True):
    """One version, taken apart."""

    numbers: tuple[int, ...]
    pre: tuple[int | str, ...] = ()
    """Names in lower case and numbers of a pre-release: `rc.1` is ("rc", 1)."""
    post: int = 0
    spelled: str = ""
    """As it stood, without prefix."""

    @property
    def key(self) -> tuple[object, ...]:
        """What versions are ordered by: numbers first, then pre-release before release before post-release."""
        numbers = self.numbers
        while len(numbers) > 1 and not numbers[-1]:
            numbers = numbers[:-1]
        return (numbers, not self.pre, tuple(_pre_key(part) for part in self.pre), self.post)

    def __lt__(self, other: "Version") -> bool:
        return self.key < other.key


class VersionScheme(Struct, frozen=True):
    """Which tags of a repository are its versions, and how they are spelled."""

    prefix: str = ""
    """What stands before the number, `v` or `core-v`; the next tag gets it."""
    pattern: str = ""
    """With `*` for the version, such as `core-v*`; where it is set only tags that match count."""
    prereleases: bool = False
    """Whether a pre-release counts as a release."""

    def version_of(self, tag: str) -> Version | None:
        """Return the version that a tag names, None where it is not one of this scheme's."""
        number = self._number_of(tag)
        version = parse(number) if number is not None else None
        return version if version is not None and (self.prereleases or not version.pre) else None

    def _number_of(self, tag: str) -> str | None:
        if self.pattern:
            before, _, after = self.pattern.partition("*")
            fits = tag.startswith(before) and tag.endswith(after) and len(tag) > len(before) + len(after)
            number = tag[len(before) : len(tag) - len(after)] if fits else ""
            return number.removeprefix("v") or None
        found = split_tag(tag)
        return found[1] if found is not None and shape_of(found[0]) == shape_of(self.prefix) else None


class SeveralShapesError(ValueError):
    """The tags of a repository have several shapes, and nobody said which of them are meant."""

    def __init__(self, examples: tuple[str, ...]) -> None:
        super().__init__(", ".join(examples))
        self.examples = examples
        """The newest tag of each shape."""


def parse(text: str) -> Version | None:
    """Return the version that a text is as a whole (a leading `v` is left aside), None where it is none."""
    spelled = text.strip().removeprefix("v").removeprefix("V")
    match = _VERSION.fullmatch(spelled)
    if match is None:
        return None
    numbers = tuple(int(number) for number in match["numbers"].split(".") if len(number) < 19)
    if not numbers:
        return None
    post = int(match["post"] or 0) + 1 if match["post"] is not None else 0
    return Version(numbers, _pre_parts(match["pre"] or ""), post, spelled)


def _pre_parts(text: str) -> tuple[int | str, ...]:
    found = re.findall(r"\d+|[A-Za-z]+", text)
    return tuple(int(part) if part.isdecimal() else part.lower() for part in found)


def _pre_key(part: int | str) -> tuple[int, int, str]:
    return (0, part, "") if isinstance(part, int) else (1, _PRE_NAMES.get(part, 10), part)


def split_tag(tag: str) -> tuple[str, str] | None:
    """Return prefix and number of a tag (`core-v1.2.0` is `core-v`, `1.2.0`), None where it names no version.

    The earliest number with a point wins, so `1.0.0-rc.1` is no version 1, and in `robot-2-v1.0.0` the 2 is a name's.
    """
    starts = [match.end() for match in _NUMBER_START.finditer(tag) if parse(tag[match.end() :]) is not None]
    if not starts:
        return None
    start = next((start for start in starts if _has_point(tag[start:])), starts[0])
    return tag[:start], tag[start:]


def _has_point(number: str) -> bool:
    version = parse(number)
    return version is not None and len(version.numbers) > 1


def shape_of(prefix: str) -> str:
    """Return what tells the tags of one thing from those of another: a prefix without `v`, `release` and separators."""
    words = [word.lower() for word in re.split(r"[^0-9A-Za-z]+", prefix) if word]
    return "-".join(word for word in words if word not in _PLAIN_WORDS)


def scheme_of(tags: Iterable[Tag], *, prereleases: bool = False) -> VersionScheme:
    """Return the scheme that the tags follow; without any version among them a scheme with the prefix `v`.

    Raises:
        SeveralShapesError: the tags are of several shapes, say `core-v1.0` and `api-v1.0`.
    """
    newest: dict[str, tuple[Version, str, str]] = {}
    for tag in tags:
        found = split_tag(tag.name)
        version = parse(found[1]) if found is not None else None
        if found is None or version is None or not _counts_as_version(found[0], version):
            continue
        shape = shape_of(found[0])
        if shape not in newest or newest[shape][0] < version:
            newest[shape] = (version, found[0], tag.name)
    if len(newest) > 1:
        raise SeveralShapesError(tuple(name for _, _, name in sorted(newest.values(), key=lambda entry: entry[2])))
    prefix = next(iter(newest.values()))[1] if newest else "v"
    return VersionScheme(prefix=prefix, prereleases=prereleases)


def _counts_as_version(prefix: str, version: Version) -> bool:
    """Tell whether a tag is meant as a version: `jdk-17` and `before-2.0-refactor` look like one and are none."""
    if not shape_of(prefix):
        return len(version.numbers) > 1 or prefix.lower().endswith("v")
    named_pre = not version.pre or isinstance(version.pre[0], int) or version.pre[0] in _PRE_NAMES
    return len(version.numbers) > 1 and named_pre


def newest_tag(tags: Iterable[Tag], scheme: VersionScheme) -> tuple[Tag, Version] | None:
    """Return the tag with the highest version, None where none is a version of the scheme.

    A tag with one number only (`v1`, which follows the newest `v1.x`) counts only where no tag has more.
    """
    found = [(tag, version) for tag in tags if (version := scheme.version_of(tag.name)) is not None]
    deeper = [pair for pair in found if len(pair[1].numbers) > _MOVING_DEPTH]
    return max(deeper or found, key=lambda pair: (pair[1].key, pair[0].tagged_at, pair[0].name), default=None)


def heading_version(line: str) -> str | None:
    """Return the version that a changelog's heading names (`## 0.57.0`, `## [1.0.0] - 2017-07-17`), None for other lines."""
    if not line.startswith(("#", "**")):
        return None
    match = _HEADING.match(line)
    version = match["version"].rstrip(".") if match is not None else ""
    return version if version and parse(version) is not None else None


# -- the next version --------------------------------------------------------------------------------------------------


def suggest(last: str | None, *, breaking: bool, added: bool) -> tuple[str, str]:
    """Return the next version, without prefix, and one sentence saying why it is that one.

    `last` is the last version as its tag or heading spells it, None where there is none.  The depth is kept, before 1.0
    a break is minor, a pre-release counts on, and a date counts on by its last number.
    """
    found = split_tag(last) if last else None
    version = parse(found[1]) if found is not None else None
    if version is None:
        return "0.1.0", "Nothing was released before."
    if version.pre:
        return _after_prerelease(version)
    level, because = _level(version, breaking=breaking, added=added)
    return _raised(version.numbers, level), f"{because}, so the {level} number of {version.spelled} goes up."


_Level = Literal["major", "minor", "patch", "last"]


def _level(version: Version, *, breaking: bool, added: bool) -> tuple[_Level, str]:
    if version.numbers[0] >= 1900:
        return "last", "The version is a date"
    if len(version.numbers) == 1:
        return "last", "The version is one number"
    if breaking and version.numbers[0] >= 1:
        return "major", "Something breaks its users"
    if breaking:
        return "minor", "Something breaks its users, and a version before 1.0 may"
    if added:
        return "minor", "Something was added"
    return ("patch", "Nothing was added") if len(version.numbers) > 2 else ("minor", "The version has two numbers")


def _raised(numbers: tuple[int, ...], level: _Level) -> str:
    at = {"major": 0, "minor": 1, "patch": 2, "last": len(numbers) - 1}[level]
    raised = (*numbers[:at], numbers[at] + 1, *(0 for _ in numbers[at + 1 :]))
    return ".".join(str(number) for number in raised)


def _after_prerelease(version: Version) -> tuple[str, str]:
    match = re.search(r"(\d+)(\D*)$", version.spelled)
    counted = match is not None and isinstance(version.pre[-1], int)
    if match is None or not counted:
        return f"{version.spelled}.1", f"The pre-release {version.spelled} counts on."
    number = str(int(match[1]) + 1).zfill(len(match[1]))
    return f"{version.spelled[: match.start()]}{number}{match[2]}", f"The pre-release {version.spelled} counts on."
