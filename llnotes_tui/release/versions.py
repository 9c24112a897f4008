"""Versions as tags and headings spell them: how they are found, read, and ordered.

A version here is whatever a repository numbers its releases with: semantic versions, Python's (`1.0rc1`, `1.0.post1`),
two or four numbers with `.`, `_` or `-` between them, dates, one number.  The part after the numbers is a pre-release
if it has one of the usual names, a later build if it is a number or a letter (`0.24.0-1`, `3.3a`), and otherwise a
variant of the same version (`2.5.0-jre17`, `4.2.1.Final`).  `2.3.x` and `latest` are no versions.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct

_PRE_NAMES = {
    "dev": 0,
    "snapshot": 0,
    "nightly": 0,
    "weekly": 0,
    "daily": 0,
    "canary": 0,
    "edge": 0,
    "experimental": 0,
    "unstable": 0,
    "test": 0,
    "alpha": 1,
    "a": 1,
    "beta": 2,
    "b": 2,
    "milestone": 3,
    "m": 3,
    "ea": 4,
    "eap": 4,
    "insider": 4,
    "insiders": 4,
    "next": 4,
    "pr": 4,
    "pre": 4,
    "preview": 4,
    "prerelease": 4,
    "c": 10,
    "cr": 10,
    "rc": 10,
}
"""Rank of the names of pre-releases; a name that is not here comes last."""
_POST_NAMES = "post|patch|hotfix|update|build|sp|rev|p|r|u"
_FINAL_NAMES = "final|release|ga|stable|lts"

_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)+|[0-9]+(?:_[0-9]+)+|[0-9]+(?:-[0-9]+){2,}(?:\.[0-9]+)*|[0-9]+-[0-9]+|[0-9]+")
_LOCAL = re.compile(r"\+[0-9A-Za-z.-]+$")
_LETTER = re.compile(r"[A-Za-z]")
_FINAL = re.compile(rf"[._-]?(?:{_FINAL_NAMES})", re.IGNORECASE)
_POST = re.compile(rf"[._-]?(?:{_POST_NAMES})[._-]?(?P<number>[0-9]*)|[-_](?P<build>[0-9]{{1,4}})", re.IGNORECASE)
_VENDOR = re.compile(r"\.[A-Za-z]{2,}\.(?P<build>[0-9]{1,4})")
_PRE = re.compile(
    rf"[._-]?(?P<name>{'|'.join(sorted((name for name in _PRE_NAMES if len(name) > 1), key=len, reverse=True))}|[abcm](?=[._-]?[0-9]))"
    r"(?![A-Za-z])[0-9A-Za-z._-]*",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"-[0-9A-Za-z][0-9A-Za-z._-]*")
_UNNAMED_PRE = re.compile(r"-[0-9][0-9.]*[0-9](?:-.*)?|-(?:.*-)?g[0-9a-f]{7,40}")
"""`-0.3.7`, `-20240131`, and what `git describe` adds."""

_NUMBER_START = re.compile(
    r"(?:^|[^0-9A-Za-z.]|(?<![0-9])\.)(?:(?:version|ver|v|releases|release|rel|r)[._]?)?(?=[0-9])", re.IGNORECASE
)
_GLUED = re.compile(
    r"(?P<prefix>(?!.*[0-9]\.[0-9].*[A-Za-z])(?:.*[^0-9A-Za-z])?[A-Za-z]+)(?P<number>[0-9].*)", re.DOTALL
)
_PLAIN_WORDS = frozenset({"v", "ver", "version", "rel", "release", "releases"})
_LONGEST, _LONGEST_NUMBER = 256, 18
"""Characters and digits; a longer text or number is no version's."""
_KEPT = 1 << 14
"""Tags are looked at several times, and a repository has thousands."""


class Tag(Struct, frozen=True):
    """A tag of a repository, peeled to its commit."""

    name: str
    """Without `refs/tags/`."""
    commit: str
    tagged_at: int
    """When it was made, else when its commit was, in seconds since the epoch; 0 if that is not known."""


class Version(Struct, frozen=True):
    """One version, taken apart."""

    numbers: tuple[int, ...]
    pre: tuple[int | str, ...] = ()
    """Names in lower case and numbers of a pre-release: `rc.1` is ("rc", 1)."""
    post: int = 0
    spelled: str = ""
    """As it stood, without prefix."""
    variant: str = ""
    """Any other part after the numbers, which makes no difference to their order: `-jre17`, `.Final`."""

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
    dotted: bool = False
    """Only versions with two numbers or more count: single numbers are moving tags, or an older way to number."""

    def version_of(self, tag: str) -> Version | None:
        """Return the version that a tag names, None where it is not one of this scheme's."""
        number = self._number_of(tag)
        version = parse(number) if number is not None else None
        if version is None or (self.dotted and len(version.numbers) < 2):
            return None
        is_prerelease = bool(version.pre) or (not self.pattern and names_prereleases(shape_of(self.prefix)))
        return version if self.prereleases or not is_prerelease else None

    def prefix_of(self, tag: str) -> str:
        """Return the part before the number in a tag; the scheme's prefix where it is not one of this scheme's."""
        number = self._number_of(tag)
        return tag[: -len(number)] if number and tag.endswith(number) else self.prefix

    def _number_of(self, tag: str) -> str | None:
        if self.pattern:
            before, _, after = self.pattern.partition("*")
            fits = tag.startswith(before) and tag.endswith(after) and len(tag) > len(before) + len(after)
            number = tag[len(before) : len(tag) - len(after)] if fits else ""
            return number.removeprefix("v") or None
        found = split_any_tag(tag)
        return found[1] if found is not None and shape_of(found[0]) == shape_of(self.prefix) else None


@lru_cache(maxsize=_KEPT)
def parse(text: str) -> Version | None:
    """Return the version that a text is as a whole (a leading `v` is left aside), None where it is none."""
    spelled = text.strip().removeprefix("v").removeprefix("V")
    match = _NUMBERS.match(spelled) if len(spelled) <= _LONGEST else None
    parts = number_parts(match[0]) if match is not None else []
    if match is None or any(len(part) > _LONGEST_NUMBER for part in parts):
        return None
    numbers = tuple(int(part) for part in parts)
    rest = _LOCAL.sub("", spelled[match.end() :])
    if _LETTER.fullmatch(rest) and (len(numbers) > 1 or numbers[0] >= 1900):
        return Version(numbers, (), ord(rest.lower()) - ord("a") + 1, spelled)
    return _with_suffix(Version(numbers, spelled=spelled), rest)


def number_parts(text: str) -> list[str]:
    """Return the numbers of a version as they are spelled: `2024.05.1` is `2024`, `05`, `1`."""
    return re.findall(r"[0-9]+", text)


def numbers_text(spelled: str) -> str:
    """Return the numbers of a version with what separates them, without the part after them: `4.2.1` of `4.2.1.Final`."""
    match = _NUMBERS.match(spelled)
    return match[0] if match is not None else ""


def is_final_suffix(text: str) -> bool:
    """Tell whether the part after a version only says that it is a release: `.Final`, `.RELEASE`, `-ga`."""
    return bool(_FINAL.fullmatch(text))


def _with_suffix(version: Version, rest: str) -> Version | None:
    """Return a version with the part after its numbers; None if that makes it no version."""
    numbers, spelled = version.numbers, version.spelled
    if not rest:
        return version
    if _FINAL.fullmatch(rest):
        return Version(numbers, (), 0, spelled, rest)
    if (vendor := _VENDOR.fullmatch(rest)) is not None and not _PRE.fullmatch(rest):
        return Version(numbers, (), int(vendor["build"]), spelled, rest)
    if (post := _POST.fullmatch(rest)) is not None:
        digits = post["build"] or post["number"] or "0"
        return Version(numbers, (), int(digits[:_LONGEST_NUMBER]) + 1, spelled)
    if _PRE.fullmatch(rest):
        before, _, after = rest.lower().partition("post")
        counted = re.match(r"[0-9]*", after.lstrip("."))
        post_of_pre = int((counted[0] if counted else "")[:_LONGEST_NUMBER] or 0) + 1 if after or "post" in rest else 0
        return Version(numbers, _pre_parts(before), post_of_pre, spelled)
    if not _SUFFIX.fullmatch(rest):
        return None
    words = re.findall(r"[a-z]+", rest.lower())
    if _UNNAMED_PRE.fullmatch(rest) or any(word in _PRE_NAMES for word in words):
        return Version(numbers, _pre_parts(rest), 0, spelled)
    return Version(numbers, (), 0, spelled, rest)


def _pre_parts(text: str) -> tuple[int | str, ...]:
    found = re.findall(r"[0-9]+|[A-Za-z]+", text)
    return tuple(int(part[:_LONGEST_NUMBER]) if part.isdecimal() else part.lower() for part in found)


def _pre_key(part: int | str) -> tuple[int, int, str]:
    return (0, part, "") if isinstance(part, int) else (1, _PRE_NAMES.get(part, 10), part)


@lru_cache(maxsize=_KEPT)
def split_tag(tag: str) -> tuple[str, str] | None:
    """Return prefix and number of a tag (`core-v1.2.0` is `core-v`, `1.2.0`), None where it names no version.

    The earliest number of several parts wins, so `1.0.0-rc.1` is no version 1, and in `robot-2-v1.0.0` the 2 is a name's.
    """
    starts = [match.end() for match in _NUMBER_START.finditer(tag) if parse(tag[match.end() :]) is not None]
    if not starts:
        return None
    start = next((start for start in starts if _has_parts(tag[start:])), starts[0])
    return tag[:start], tag[start:]


@lru_cache(maxsize=_KEPT)
def split_glued_tag(tag: str) -> tuple[str, str] | None:
    """Return prefix and number where the number follows a word directly: `go1.21.3`, `b4567`; None for other tags.

    One such tag may be anything (`py3.8`); several with the same word are versions, which `series` finds out.
    """
    match = _GLUED.fullmatch(tag)
    return (match["prefix"], match["number"]) if match is not None and parse(match["number"]) is not None else None


def split_any_tag(tag: str) -> tuple[str, str] | None:
    """Return prefix and number of a tag in either form, None where it names no version."""
    return split_tag(tag) or split_glued_tag(tag)


def _has_parts(number: str) -> bool:
    version = parse(number)
    return version is not None and len(version.numbers) > 1


@lru_cache(maxsize=_KEPT)
def shape_of(prefix: str) -> str:
    """Return what differs between the tags of one thing and of another: a prefix without `v`, `release` and separators.

    `r` alone before a number (`r42`, `R_2_4_9`) means revision or release, and names nothing either.
    """
    words = [word.lower() for word in re.split(r"[^0-9A-Za-z]+", prefix) if word]
    named = [word for word in words if word not in _PLAIN_WORDS]
    return "" if named == ["r"] and words[-1] == "r" else "-".join(named)


def names_prereleases(shape: str) -> bool:
    """Tell whether the tags of a shape are pre-releases by their name: `nightly-2024-05-14`; `b4567` may be a build."""
    return bool(shape) and all(len(word) > 1 and word in _PRE_NAMES for word in shape.split("-"))


Tagged = TypeVar("Tagged", bound=tuple[Tag, Version])


def without_moving(found: Sequence[Tagged]) -> list[Tagged]:
    """Return the tags of one series that count, of those that are versions.

    A single number is a moving tag where versions begin with it (`v1` beside `v1.4.2`), and an older way to number where a
    version of several numbers is younger (`rel20060301` before `2.18.0`).
    """
    dotted = [one for one in found if len(one[1].numbers) > 1]
    majors = {one[1].numbers[0] for one in dotted}
    single = [one for one in found if len(one[1].numbers) == 1 and one[1].numbers[0] not in majors]
    if not dotted or not single:
        return dotted or single
    newest = max(one[0].tagged_at for one in single)
    return dotted if any(one[0].tagged_at >= newest for one in dotted) else [*dotted, *single]


def tags_by_version(tags: Iterable[Tag], scheme: VersionScheme) -> list[tuple[Tag, Version]]:
    """Return the tags that are versions of a scheme, the highest version first.

    Of equal ones the one without a variant comes first, then the younger one.
    """
    found = [(tag, version) for tag in tags if (version := scheme.version_of(tag.name)) is not None]
    return sorted(without_moving(found), key=_tag_order, reverse=True)


def highest_tag(found: Iterable[tuple[Tag, Version]]) -> Tag:
    """Return the tag that `tags_by_version` puts first.

    Raises:
        ValueError: there is none.
    """
    return max(found, key=_tag_order)[0]


def _tag_order(found: tuple[Tag, Version]) -> tuple[object, ...]:
    tag, version = found
    return (version.key, not version.variant, tag.tagged_at, tag.name)


def newest_tag(tags: Iterable[Tag], scheme: VersionScheme) -> tuple[Tag, Version] | None:
    """Return the tag with the highest version, None where none is a version of the scheme."""
    return next(iter(tags_by_version(tags, scheme)), None)
