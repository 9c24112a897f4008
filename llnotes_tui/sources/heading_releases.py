"""Which of the headings that commits added to the changelog are releases: those that the changelog really has.

A diff does not show whether a heading lies in a code block or below another version, so the file decides: as it is at the
end of the branch, else as the commit left it.  Two kinds of headings tell nothing: days (`2024-05-14`) beside other
versions, and versions of packages (`kit@1.5.0`) where the file has several packages.
"""

from collections.abc import Iterable, Mapping, Sequence

from llnotes_tui.release.changelog import version_key
from llnotes_tui.release.changelog_headings import ReleaseHeading
from llnotes_tui.release.versions import parse, split_tag
from llnotes_tui.sources.changelogs import headings_at
from llnotes_tui.sources.process import Place, run

_MOST_FILES = 40
"""Commits whose own changelog is read, those with the highest versions first."""
_FIRST_YEAR = 1900

Key = tuple[object, ...]


def released_by_headings(
    place: Place, until: str, changelog: str, added: Mapping[str, Sequence[ReleaseHeading]]
) -> dict[str, str]:
    """Return the highest version that each commit released, spelled as its heading, of the headings that it added.

    Raises:
        GitFault: git failed.
    """
    if not added:
        return {}
    at_end = headings_at(place, [until], changelog).get(until, ())
    added = _telling(place, added, at_end)
    held = _keys(at_end)
    doubtful = [sha for sha, headings in added.items() if held.isdisjoint(_keys(headings))]
    doubtful.sort(key=lambda sha: max(_keys(added[sha])), reverse=True)
    own = headings_at(place, doubtful[:_MOST_FILES], changelog)
    found = {}
    for sha, headings in added.items():
        known = _keys(own[sha]) if sha in own else held if sha not in doubtful else _keys(headings)
        versions = [(key, heading.spelled) for heading in headings if (key := version_key(heading.version)) in known]
        if versions:
            found[sha] = max(versions)[1]
    return found


def _telling(
    place: Place, added: Mapping[str, Sequence[ReleaseHeading]], at_end: Sequence[ReleaseHeading]
) -> dict[str, list[ReleaseHeading]]:
    """Return the headings without those that tell nothing of this repository's releases."""
    everything = [*at_end, *(heading for headings in added.values() for heading in headings)]
    has_packages = len({heading.package for heading in everything if heading.package}) > 1
    days = any(heading.is_date for heading in everything)
    no_days = days and (not all(heading.is_date for heading in everything) or _is_numbered(place))
    left = {
        sha: [
            heading
            for heading in headings
            if not (has_packages and heading.package) and not (no_days and heading.is_date)
        ]
        for sha, headings in added.items()
    }
    return {sha: headings for sha, headings in left.items() if headings}


def _is_numbered(place: Place) -> bool:
    """Say whether the tags are versions that are no dates."""
    names = run(["for-each-ref", "--format=%(refname:strip=2)", "refs/tags"], place).decode("utf-8", "replace")
    split = (split_tag(name) for name in names.splitlines())
    versions = (parse(parts[1]) for parts in split if parts is not None)
    return any(version is not None and version.numbers[0] < _FIRST_YEAR for version in versions)


def _keys(headings: Iterable[ReleaseHeading]) -> set[Key]:
    return {version_key(heading.version) for heading in headings}
