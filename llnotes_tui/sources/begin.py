"""Where a range begins, in the words of the header: a tag, a release commit, the first commit, or what a person named."""

from typing import Literal

from msgspec import Struct, structs

from llnotes_tui.release.text import one_line
from llnotes_tui.release.versions import Tag, Version, VersionScheme, newest_tag
from llnotes_tui.sources.base import Base, Search, find_base
from llnotes_tui.sources.opening import Facts
from llnotes_tui.sources.options import RangeOptions, SourceError
from llnotes_tui.sources.process import GitFault, Place, run
from llnotes_tui.sources.refs import Refs, reachable_tags
from llnotes_tui.sources.release_branches import SideRelease
from llnotes_tui.sources.tag_series import require_release, scheme_by_name, scheme_for


class Tip(Struct, frozen=True):
    """Where a range ends."""

    sha: str
    branch: str
    """What the branch is called; for a past release the tag or SHA as it was given."""
    default: bool = True
    """It is the upstream's default branch, and nobody chose it."""
    past: bool = False
    """A tag or SHA was chosen: what is released there counts as not released yet."""


class Begin(Struct, frozen=True):
    """Where a range begins, and what is known of the release there; the fields are those of `Range`."""

    since: str | None
    since_name: str
    base_from: Literal["tag", "release-commit", "first-commit", "option"]
    tag_prefix: str
    note: str = ""
    last_version: str | None = None
    last_released_at: int | None = None
    previous_tag: str | None = None
    scheme: VersionScheme = VersionScheme(prefix="v")


def begin_at_base(facts: Facts, refs: Refs, options: RangeOptions, tip: Tip, reachable: tuple[Tag, ...]) -> Begin:
    """Begin at what was released last in the history of a tip or beside it; for a past range, before what it released.

    Raises:
        SourceError: the tags do not say which release is the base, or a shallow clone does not reach it.
        GitFault: git failed.
    """
    search = search_of(facts, refs, options, tip, reachable)
    base = find_base(facts.place, search)
    if tip.past:
        below = version_at(base, tip.sha, reachable, search.scheme)
        if below is not None:
            base = find_base(facts.place, structs.replace(search, below=below))
    if base.side is None and base.release is None and base.tag is None and search.cut:
        raise SourceError(
            f"{facts.name} is a shallow clone that reaches no release; run `git fetch --unshallow --tags` in {facts.root}, "
            "or name a commit by --since."
        )
    if base.side is None and base.release is None and base.tag is None:
        require_release(options, refs.tags, search.scheme, facts.name)
    is_quiet = tip.past and base.release is None and base.side is None
    return begin_of(
        refs.tags, search.scheme, base, "" if is_quiet else note_on(refs.tags, search.scheme, base, tip.branch)
    )


def search_of(facts: Facts, refs: Refs, options: RangeOptions, tip: Tip, reachable: tuple[Tag, ...]) -> Search:
    """Return what the base of a range is looked for by.

    Raises:
        SourceError: the tags do not say which series is meant, or a setting matches none.
    """
    return Search(
        tags=refs.tags,
        reachable=reachable,
        scheme=scheme_for(options, refs.tags, facts.name),
        until=tip.sha,
        changelog=options.changelog_path,
        cut=facts.cut(),
        branch=tip.branch if not tip.past else "",
        is_tip=not tip.past,
        is_default=refs.is_main_line(tip.branch),
    )


def begin_at(facts: Facts, refs: Refs, options: RangeOptions, since: str, until: str, cut: frozenset[str]) -> Begin:
    """Begin where a person said.  Several series of tags are no trouble then: the name chooses among them.

    Raises:
        GitFault: git failed.
    """
    given = options.since or since
    names = reachable_tags(facts.place, since)
    reachable = tuple(tag for tag in refs.tags if tag.name in names)
    named = named_tag(reachable, since, given)
    scheme = scheme_by_name(options, refs.tags, facts.name, named)
    found = find_base(facts.place, Search(reachable, reachable, scheme, since, options.changelog_path, cut))
    if named is not None and scheme.version_of(named.name) is not None:
        found = Base(named, scheme.version_of(named.name))
    is_in = _is_ancestor(facts.place, since, until)
    return structs.replace(
        begin_of(refs.tags, scheme, found, ""),
        since=since,
        since_name=named.name if named is not None else one_line(given) if len(given) < 40 else since[:12],
        base_from="option",
        note=""
        if is_in
        else f"{one_line(given)} is not in the history of this branch; the range begins where they parted.",
    )


def named_tag(tags: tuple[Tag, ...], commit: str, given: str) -> Tag | None:
    """Return the tag on a commit that a person's word for it means."""
    found = (tag for tag in tags if tag.commit == commit and tag.name.endswith(given))
    return min(found, key=lambda tag: len(tag.name), default=None)


def begin_of(tags: tuple[Tag, ...], scheme: VersionScheme, base: Base, note: str) -> Begin:
    """Return a base in the words of the header.  `tags` are all there are, on side branches too."""
    released, tag = base.release, base.side.tag if base.side is not None else base.tag
    if released is not None and base.side is None:
        own = _tag_of(tags, scheme, released.version)
        previous = own or tag
        return Begin(
            since=released.commit,
            since_name=f"{released.version.spelled} (release commit)",
            base_from="release-commit",
            tag_prefix=_prefix_of(previous, scheme),
            note=note,
            last_version=released.spelled,
            last_released_at=released.committed_at or None,
            previous_tag=previous.name if previous is not None else None,
            scheme=scheme,
        )
    if tag is None:
        return Begin(None, "the first commit", "first-commit", scheme.prefix, note, scheme=scheme)
    return Begin(
        since=tag.commit,
        since_name=tag.name,
        base_from="tag",
        tag_prefix=_prefix_of(tag, scheme),
        note=note,
        last_version=tag.name,
        last_released_at=tag.tagged_at or None,
        previous_tag=tag.name,
        scheme=scheme,
    )


def note_on(tags: tuple[Tag, ...], scheme: VersionScheme, base: Base, branch: str) -> str:
    """Return where tags and the branch say different things, in sentences; empty where they agree."""
    side, dropped = base.side, base.dropped
    if side is not None:
        return _side_note(base, side, branch)
    if base.release is None and dropped is not None:
        released = dropped.released
        begins = f"the base is {base.tag.name}" if base.tag is not None else "the range begins at the first commit"
        return f"{released.version.spelled} ({released.commit[:7]}) is no release: it {dropped.reason}; {begins}."
    return _release_note(tags, scheme, base, branch)


def _side_note(base: Base, side: SideRelease, branch: str) -> str:
    """Say that the base is not on the branch, and where another choice is as good, which one."""
    count = f"{side.ahead} {'commit' if side.ahead == 1 else 'commits'}"
    if not side.ahead:
        return f"base {side.tag.name} (tagged beside this branch, which has nothing newer)."
    left = f"base {side.tag.name} (left this branch {count} ago)"
    last = base.release.version if base.release is not None else base.version
    other = base.release.version.spelled if base.release is not None else base.tag.name if base.tag is not None else ""
    # A later patch of the same minor version is the base without a question.
    is_patch = last is not None and last.numbers[:2] == side.version.numbers[:2]
    if not side.is_tie or not other or is_patch:
        return f"{left}."
    return f"{left}; {other}, which {branch} contains, is as near: `--since {other}` counts from there."


def _release_note(tags: tuple[Tag, ...], scheme: VersionScheme, base: Base, branch: str) -> str:
    released = base.release
    version = released.version if released is not None else base.version
    last = f" The last tag on {branch} is {base.tag.name}." if base.tag is not None else ""
    if released is not None:
        own = _tag_of(tags, scheme, released.version)
        if own is not None:
            return f"{own.name} is tagged on a commit that {branch} does not contain; the base is its release commit {released.commit[:7]}.{last}"
        return f"{released.version.spelled} was released by commit {released.commit[:7]} and never tagged; the base is that commit.{last}"
    newest = newest_tag(tags, scheme)
    if newest is None or (version is not None and not version < newest[1]):
        return ""
    begins = f"the base is {base.tag.name}" if base.tag is not None else "the range begins at the first commit"
    return f"{newest[0].name} is tagged on a commit that {branch} does not contain, and no commit there releases it; {begins}."


def made_version(tags: tuple[Tag, ...], tip: Tip, scheme: VersionScheme) -> str:
    """Return the version, without prefix, that is tagged at the end of a past range; empty if none is."""
    made = newest_tag((tag for tag in tags if tag.commit == tip.sha), scheme) if tip.past else None
    return made[1].spelled if made is not None else ""


def version_at(base: Base, until: str, reachable: tuple[Tag, ...], scheme: VersionScheme) -> Version | None:
    """Return the version that `until` itself is, by a tag on it or as a release commit."""
    at_until = newest_tag((tag for tag in reachable if tag.commit == until), scheme)
    if at_until is not None:
        return at_until[1]
    return base.release.version if base.release is not None and base.release.commit == until else None


def _prefix_of(tag: Tag | None, scheme: VersionScheme) -> str:
    """Return the prefix that the next tag gets: the last one's, for `1.0` and `v1.1` are of one shape."""
    return scheme.prefix_of(tag.name) if tag is not None else scheme.prefix


def _tag_of(tags: tuple[Tag, ...], scheme: VersionScheme, version: Version) -> Tag | None:
    """Return the tag of a version, wherever it is."""
    return next(
        (tag for tag in tags if (own := scheme.version_of(tag.name)) is not None and own.key == version.key), None
    )


def _is_ancestor(place: Place, sha: str, of: str) -> bool:
    try:
        run(["merge-base", "--is-ancestor", sha, of], place)
    except GitFault:
        return False
    return True
