"""Where a range begins: the newer of the last reachable version tag and the last release on the branch."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct

from llnotes_tui.release.message import release_version_of
from llnotes_tui.release.text import decode
from llnotes_tui.release.versions import (
    SeveralShapesError,
    Tag,
    Version,
    VersionScheme,
    heading_version,
    newest_tag,
    parse,
    scheme_of,
)
from llnotes_tui.sources.options import RangeOptions, SourceError
from llnotes_tui.sources.process import GitFault, Place, run

_BUMP = re.compile(r"^(?:\w+(?:\([^()]*\))?:\s*)?(?:bump|update|set|increment)", re.IGNORECASE)
"""A bump names the version that is being worked on as often as the one that was released."""


class Base(Struct, frozen=True):
    """What was released last, as far as tags and the branch's commits tell."""

    tag: Tag | None
    """The last reachable version tag."""
    version: Version | None
    """Of that tag."""
    release: "Released | None" = None
    """The release on the branch, where it is newer than the tag."""


class Released(Struct, frozen=True):
    """A commit that released a version, by its subject or by the heading it added to the changelog."""

    commit: str
    version: Version
    spelled: str
    """As subject or heading spells it."""
    committed_at: int


class ChainLink(NamedTuple):
    """A first-parent commit, as far as finding releases needs it."""

    sha: str
    committed_at: int
    """Seconds since the epoch."""
    subject: str


def scheme_for(options: RangeOptions, tags: tuple[Tag, ...], name: str) -> VersionScheme:
    """Return how the versions are tagged: as the options say, else as the tags themselves show.

    Raises:
        SourceError: the tags have several shapes, and nothing says which are meant.
    """
    component = options.component
    pattern = (component.tags if component is not None else "") or options.tag_pattern
    prefix = options.tag_prefix
    if pattern:
        before = pattern.partition("*")[0]
        return VersionScheme(before, pattern if "*" in pattern else f"{pattern}*", options.prereleases)
    if prefix:
        return VersionScheme(prefix, f"{prefix}*", options.prereleases)
    if component is not None:
        named = tuple(tag for tag in tags if tag.name.lower().startswith(component.name.lower()))
        tags = named or tags
    try:
        return scheme_of(tags, prereleases=options.prereleases)
    except SeveralShapesError as shapes:
        examples = ", ".join(f"`{example}`" for example in shapes.examples)
        raise SourceError(
            f"{name} has release tags of several shapes ({examples}): choose one by `tag_prefix`, or name its components in .llnotes.toml."
        ) from shapes


def find_base(
    place: Place,
    tags: tuple[Tag, ...],
    scheme: VersionScheme,
    until: str,
    changelog: str,
    cut: frozenset[str],
    below: Version | None = None,
) -> Base:
    """Find what was released last in the history of `until`.

    `tags` are the reachable ones.  `cut` are the commits at which a shallow clone ends.  `below` is the version that
    `until` itself is, where a past release is asked for: what counts is then what came before it.

    Raises:
        GitFault: git failed.
    """
    newest = newest_below(tags, scheme, below)
    since = newest[0].commit if newest is not None else None
    headings = _headings_added(place, since, until, changelog, cut)
    return base_among(newest, _chain(place, since, until), scheme, headings, below)


def newest_below(tags: tuple[Tag, ...], scheme: VersionScheme, below: Version | None) -> tuple[Tag, Version] | None:
    """Return the newest of the version tags with its version, of those below a version where one is given."""
    if below is not None:
        tags = tuple(tag for tag in tags if (version := scheme.version_of(tag.name)) is not None and version < below)
    return newest_tag(tags, scheme)


def base_among(
    newest: tuple[Tag, Version] | None,
    chain: Iterable[ChainLink],
    scheme: VersionScheme,
    headings: Mapping[str, str],
    below: Version | None = None,
) -> Base:
    """Return what was released last: the newest reachable tag, or a release among the commits after it.

    `chain` are those commits, first parents only, newest first.  `headings` say which of them added which version's
    heading to the changelog.
    """
    tag, version = newest if newest is not None else (None, None)
    releases = [
        released
        for released in _releases(chain, headings)
        if (version is None or version < released.version)
        and (below is None or released.version < below)
        and (scheme.prereleases or not released.version.pre)
    ]
    # Of two commits that release the same version the newer one ends it, and commits come newest first.
    release = max(releases, key=lambda released: released.version.key, default=None)
    return Base(tag, version, release)


def _releases(chain: Iterable[ChainLink], headings: Mapping[str, str]) -> list[Released]:
    """Return every commit that releases a version, in the order of the chain."""
    found = []
    for link in chain:
        named = release_version_of(link.subject)
        spelled = headings.get(link.sha) or (named if named is not None and not _BUMP.match(link.subject) else None)
        version = parse(spelled) if spelled is not None else None
        if spelled is not None and version is not None:
            found.append(Released(link.sha, version, spelled, link.committed_at))
    return found


def _chain(place: Place, since: str | None, until: str) -> list[ChainLink]:
    """Return the first parents from `until` down to before `since`."""
    span = [until] if since is None else [until, f"^{since}"]
    out = run(["log", "-z", "--first-parent", "--no-notes", "--format=%H %ct %s", *span, "--"], place)
    return [_link(record) for record in out.split(b"\0") if record]


def _link(record: bytes) -> ChainLink:
    sha, _, rest = decode(record).partition(" ")
    time, _, subject = rest.partition(" ")
    return ChainLink(sha, int(time), subject)


def _headings_added(place: Place, since: str | None, until: str, changelog: str, cut: frozenset[str]) -> dict[str, str]:
    """Return which commit added which version's heading to the changelog (the highest, where it added several).

    A changelog whose old versions cannot be read (a partial clone) tells nothing, and tags and subjects decide.
    """
    span = [until] if since is None else [until, f"^{since}"]
    shape = [
        "--first-parent",
        "--diff-merges=first-parent",
        "-p",
        "-U0",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--no-notes",
    ]
    try:
        out = run(["log", *shape, "--format=%x00%H", *span, "--", changelog], place)
    except GitFault as fault:
        if fault.lacks_objects:
            return {}
        raise
    found: dict[str, str] = {}
    for record in out.split(b"\0"):
        sha, _, patch = record.partition(b"\n")
        lines = [decode(line) for line in patch.split(b"\n") if line[:2] in (b"+#", b"-#", b"+*", b"-*")]
        added = {version for line in lines if line[0] == "+" and (version := heading_version(line[1:])) is not None}
        added -= {version for line in lines if line[0] == "-" and (version := heading_version(line[1:])) is not None}
        versions = [(parsed.key, spelled) for spelled in added if (parsed := parse(spelled)) is not None]
        if versions and sha.decode("ascii", "replace") not in cut:
            found[sha.decode("ascii", "replace")] = max(versions)[1]
    return found
