"""Where a range begins: the newest release, by a tag on the branch or beside it, or by a release commit on the branch.

A tag is a release whatever the files say.  A commit that says so counts only while the branch holds to it: no later
commit reverts it, and the heading of its version is in the changelog.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct, structs

from llnotes_tui.release.changelog_headings import ReleaseHeading
from llnotes_tui.release.changelog_patches import headings_added
from llnotes_tui.release.message import release_version_of, reverts
from llnotes_tui.release.text import decode
from llnotes_tui.release.versions import (
    Tag,
    Version,
    VersionScheme,
    newest_tag,
    parse,
    split_any_tag,
)
from llnotes_tui.sources.changelogs import pending_versions
from llnotes_tui.sources.heading_releases import released_by_headings
from llnotes_tui.sources.process import GitFault, Place, run
from llnotes_tui.sources.release_branches import (
    Rules,
    SideRelease,
    candidates,
    choose_side_release,
    count_beyond,
    is_maintenance_line,
    line_of,
    measure,
)
from llnotes_tui.sources.release_commits import Holding, reverted_reasons
from llnotes_tui.sources.structure import parse_time

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
    side: SideRelease | None = None
    """The release beside the branch from which it has gone on, where that is newer than both."""
    dropped: "Dropped | None" = None
    """The newest release commit that does not count."""


class Released(Struct, frozen=True):
    """A commit that released a version, by its subject or by the heading it added to the changelog."""

    commit: str
    version: Version
    spelled: str
    """As subject or heading spells it."""
    committed_at: int


class Dropped(Struct, frozen=True):
    """A release commit that does not count, and why."""

    released: Released
    reason: str
    """Follows on the version: `was reverted by abc1234`."""


class ChainLink(NamedTuple):
    """A first-parent commit, as far as finding releases needs it."""

    sha: str
    committed_at: int
    """Seconds since the epoch."""
    subject: str
    body: str = ""


class Search(Struct, frozen=True):
    """What is looked for, and where."""

    tags: tuple[Tag, ...]
    """All tags of the repository."""
    reachable: tuple[Tag, ...]
    """Those in the history of `until`."""
    scheme: VersionScheme
    until: str
    changelog: str
    """Path."""
    cut: frozenset[str] = frozenset()
    """Commits at which a shallow clone ends."""
    branch: str = ""
    """Its name, which may say a version line."""
    is_tip: bool = True
    """`until` is the end of a branch, not a past commit."""
    is_default: bool = True
    """It is the end of the branch on which development goes on."""
    below: Version | None = None
    """The version that `until` itself is, where a past release is asked for: what counts is what came before it."""


def find_base(place: Place, search: Search) -> Base:
    """Find what was released last in the history of `until`, or beside it.

    Raises:
        GitFault: git failed.
    """
    until, scheme = search.until, search.scheme
    newest = newest_below(search.reachable, scheme, search.below)
    since = newest[0].commit if newest is not None else None
    headings = _headings_added(place, since, until, search.changelog, search.cut)
    tagged = {tag.commit for tag in search.tags}
    chain = [
        link for link in _chain(place, since, until) if link.sha not in tagged or not _of_another_series(search, link)
    ]
    check = Holding(place, until, search.changelog, headings, chain)

    def why_not(released: Released) -> str:
        return check.why_not(released) or _why_beside(place, search, released)

    base = base_among(newest, chain, scheme, headings, search.below, why_not)
    return structs.replace(base, side=_side_release(place, search, base, newest))


def _of_another_series(search: Search, link: ChainLink) -> bool:
    """Tell whether a commit releases a version that is tagged there in another series than the one in use."""
    version = parse(release_version_of(link.subject) or "")
    others = (tag.name for tag in search.tags if tag.commit == link.sha and search.scheme.version_of(tag.name) is None)
    found = (parse(split[1]) for name in others if (split := split_any_tag(name)) is not None)
    return version is not None and any(other is not None and other.key == version.key for other in found)


def _why_beside(place: Place, search: Search, released: Released) -> str:
    """Return why a release commit is not where its version was released; empty where it is.

    A version that is tagged on a branch of its own is released there.  The commit that brings its notes back stands for
    it only if the branch did no other work in between, for that is not in the release.
    """
    own = next((tag for tag in _beside(search) if _is_version(search.scheme, tag, released.version)), None)
    if own is None:
        return ""
    first_parent = run(["rev-list", "--no-walk", "--parents", released.commit], place).decode("ascii").split()[1:2]
    is_apart = bool(first_parent) and count_beyond(place, own.commit, first_parent[0], 1) > 0
    return f"is tagged as {own.name} on a branch that left before" if is_apart else ""


def _is_version(scheme: VersionScheme, tag: Tag, version: Version) -> bool:
    own = scheme.version_of(tag.name)
    return own is not None and own.key == version.key


def _beside(search: Search) -> list[Tag]:
    """Return the tags that the branch does not contain; of a past release those that were there when it was made."""
    held = {tag.name for tag in search.reachable}
    made = [tag.tagged_at for tag in search.tags if tag.commit == search.until] if search.below is not None else []
    latest = max(made, default=0)
    return [tag for tag in search.tags if tag.name not in held and (not latest or tag.tagged_at <= latest)]


def _side_release(place: Place, search: Search, base: Base, newest: tuple[Tag, Version] | None) -> SideRelease | None:
    """Return the release beside the branch that is its base, None where the one that the branch contains is."""
    rules = Rules(
        tag=base.version,
        released=base.release.version if base.release is not None else None,
        below=search.below,
        line=line_of(search.branch) if search.below is None else None,
        is_tip=search.is_tip,
        is_main_line=search.is_default,
        is_maintenance=newest is not None and is_maintenance_line(newest, search.tags, search.scheme),
    )
    found = candidates(_beside(search), search.scheme, rules)
    if not found:
        return None
    since = base.release.commit if base.release is not None else base.tag.commit if base.tag is not None else None
    most = count_beyond(place, since, search.until)
    return choose_side_release(measure(place, found, search.until, most), most, rules)


def base_by_distances(
    newest: tuple[Tag, Version] | None,
    chain: Sequence[ChainLink],
    scheme: VersionScheme,
    beside: Sequence[SideRelease],
    beyond: Callable[[str | None], int],
    rules: Rules,
) -> Base:
    """Return what was released last, as `find_base` does, for a source that knows distances and has no files to look at.

    `chain` are the first parents since the `newest` tag, newest first.  `beside` are the releases that the branch does
    not contain.  `beyond` returns how many commits the branch has that are not in the history of a commit (of none: all).
    """
    tag = newest[0].commit if newest is not None else None
    below_of = {link.sha: tag for link in chain} | {link.sha: after.sha for link, after in pairwise(chain)}

    reverted = reverted_reasons(chain)

    def why_not(released: Released) -> str:
        own = next((side for side in beside if side.version.key == released.version.key), None)
        if own is not None and own.ahead > beyond(below_of[released.commit]):
            return f"is tagged as {own.tag.name} on a branch that left before"
        return reverted.get(released.commit, "")

    base = base_among(newest, chain, scheme, {}, rules.below, why_not)
    released = base.release
    most = beyond(released.commit if released is not None else tag)
    known = structs.replace(rules, tag=base.version, released=released.version if released is not None else None)
    return structs.replace(base, side=choose_side_release(beside, most, known))


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
    why_not: "Callable[[Released], str]" = lambda _: "",
) -> Base:
    """Return what was released last: the newest reachable tag, or a release among the commits after it.

    `chain` are those commits, first parents only, newest first.  `headings` say which of them added which version's
    heading to the changelog.  `why_not` says why a release commit does not count, and is empty for one that does.
    """
    tag, version = newest if newest is not None else (None, None)
    releases = [
        released
        for released in _releases(chain, headings)
        if (version is None or version < released.version)
        and (below is None or released.version < below)
        and (scheme.prereleases or not released.version.pre)
    ]
    dropped: Dropped | None = None
    # Of two commits that release the same version the newer one ends it, and commits come newest first.
    for released in sorted(releases, key=lambda released: released.version.key, reverse=True):
        reason = why_not(released)
        if not reason:
            return Base(tag, version, released, dropped=dropped)
        dropped = dropped or Dropped(released, reason)
    return Base(tag, version, dropped=dropped)


def _releases(chain: Iterable[ChainLink], headings: Mapping[str, str]) -> list[Released]:
    """Return every commit that releases a version, in the order of the chain."""
    found = []
    for link in chain:
        named = release_version_of(link.subject)
        spelled = headings.get(link.sha) or (named if named is not None and not _BUMP.match(link.subject) else None)
        version = parse(spelled) if spelled is not None else None
        # A revert, and the revert of one, bring a heading back; the release is the commit that they are about.
        if spelled is not None and version is not None and reverts(link.subject, link.body) is None:
            found.append(Released(link.sha, version, spelled, link.committed_at))
    return found


def _chain(place: Place, since: str | None, until: str) -> list[ChainLink]:
    """Return the first parents from `until` down to before `since`."""
    span = [until] if since is None else [until, f"^{since}"]
    out = run(["log", "-z", "--first-parent", "--no-notes", "--format=%H %ct %s%n%b", *span, "--"], place)
    return [_link(record) for record in out.split(b"\0") if record]


def _link(record: bytes) -> ChainLink:
    sha, _, rest = decode(record).partition(" ")
    time, _, message = rest.partition(" ")
    subject, _, body = message.partition("\n")
    return ChainLink(sha, parse_time(time), subject, body)


def _headings_added(place: Place, since: str | None, until: str, changelog: str, cut: frozenset[str]) -> dict[str, str]:
    """Return which commit added which version's heading to the changelog (the highest, where it added several).

    A changelog whose old versions cannot be read (a partial clone) tells nothing, and tags and subjects decide.
    """
    span = [until] if since is None else [until, f"^{since}"]
    shape = [
        "--first-parent",
        "--diff-merges=first-parent",
        "-p",
        "-U1",
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
    added: dict[str, tuple[ReleaseHeading, ...]] = {}
    for record in out.split(b"\0"):
        name, _, patch = record.partition(b"\n")
        sha, headings = name.decode("ascii", "replace"), headings_added(patch)
        if headings and sha not in cut:
            added[sha] = headings
    found = released_by_headings(place, until, changelog, added)
    pending = pending_versions(place, until, changelog) if found else ()
    return {sha: spelled for sha, spelled in found.items() if spelled.removeprefix("v") not in pending}
