"""What is unreleased in one repository on GitHub, found step by step: each step is one selection of a larger query.

The base is found as in a clone: the newest version tag that the default branch contains, or a newer one beside it from
which the branch has gone on less.  GitHub compares a tag with the branch; most often the first one asked about is the
base, and one step is all.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from msgspec import structs

from llnotes_tui.release.next_version import is_date_of, release_dates
from llnotes_tui.release.versions import Tag, Version, VersionScheme, newest_tag, tags_by_version
from llnotes_tui.sources.base import base_by_distances
from llnotes_tui.sources.begin import begin_of, note_on
from llnotes_tui.sources.github import queries
from llnotes_tui.sources.github.links import Linked, Links
from llnotes_tui.sources.github.listed import Listed
from llnotes_tui.sources.options import RangeOptions
from llnotes_tui.sources.overview import Overview, suggested_after
from llnotes_tui.sources.range_units import owner_of, units_among
from llnotes_tui.sources.release_branches import Rules, SideRelease, choose_side_release, is_maintenance_line, line_of
from llnotes_tui.sources.tag_series import (
    TagSeriesError,
    only_prereleases,
    require_release,
    scheme_for,
    series_question,
    series_to_choose,
    setting_note,
)

Decided = TypeVar("Decided")

_OLDER = 5
"""Tags that are asked about at once, where the newest is on a side branch."""
_PAGES = 6
"""Pages of commits that are read at most; a longer range is counted by GitHub."""


class Inquiry:
    """One repository (or component) while it is being asked about.  Belongs to one thread at a time."""

    def __init__(self, listed: Listed, options: RangeOptions, component: str = "") -> None:
        """Look at its tags.

        Raises:
            TagSeriesError: the tags do not say which series is meant, or a setting matches none.
        """
        self.listed = listed
        self.component = component
        self.is_done = not listed.head
        """Nothing is left to ask."""
        self._options = options
        self._released = _released(listed, options)
        self._scheme: VersionScheme = self._of_all_tags(lambda: scheme_for(options, listed.tags, listed.name))
        self._left = tags_by_version(self._released, self._scheme)
        self._asked: list[tuple[Tag, Version]] = []
        self._base: tuple[Tag, Version] | None = None
        self._beside: list[tuple[SideRelease, Mapping[str, Any]]] = []
        """Newer versions that the branch does not contain, with what it has beyond each."""
        self._beyond_reachable: int | None = None
        """Commits beyond the newest version that the branch contains."""
        self._reachable: tuple[Tag, Version] | None = None
        self._ahead = 0
        self._links = Links()
        self._paths = tuple(path.strip("/") for path in (options.component.paths if options.component else ()))
        self._inside: set[str] | None = None
        """Commits below the component's paths, once they are told."""
        self._head = listed.head
        self._cursor: str | None = None
        self._pages = 0
        self._steps = 0
        self._is_counted = False
        """The base is found, and the commits since are known."""

    @property
    def question(self) -> str:
        """All that the answer depends on; where it is the same, so is the answer."""
        tags = ",".join(f"{tag.name}={tag.commit}" for tag, _ in self._left[:_OLDER])
        options = (
            self._scheme.prefix,
            self._scheme.pattern,
            str(self._options.prereleases),
            self.component,
            *self._paths,
            self._day,
        )
        return "\n".join((self.listed.branch, self.listed.head, tags, *options))

    @property
    def _day(self) -> str:
        """The day that the next version may be named for; empty where versions are no dates."""
        is_date = any(is_date_of(version.spelled, tag.tagged_at) for tag, version in self._left[:1])
        return str(self._options.today or "") if is_date else ""

    # -- asking ----------------------------------------------------------------------------------------------------

    def selection(self) -> str:
        """Return what to ask next of the repository."""
        branch = self.listed.branch
        if self._is_counted:
            return queries.below(branch, self._paths)
        if self._base is not None:
            return queries.comparison("t0", self._base[0], branch, self._cursor)
        if self._left:
            self._asked = self._left[: _OLDER if self._steps else 1]
            return " ".join(
                queries.comparison(f"t{number}", tag, branch) for number, (tag, _) in enumerate(self._asked)
            )
        return queries.history(branch, self._cursor)

    def take(self, answer: Mapping[str, Any]) -> None:
        """Take an answer to the selection.

        Raises:
            KeyError, TypeError, ValueError: it is not what was asked for.
        """
        self._steps += 1
        if self._is_counted:
            self._take_inside(answer)
        elif self._base is not None:
            self._take_comparison((answer.get("t0") or {}).get("compare") or {})
        elif self._left:
            self._take_first(answer)
        else:
            self._take_history(((answer.get("all") or {}).get("target") or {}).get("history") or {})

    def _take_first(self, answer: Mapping[str, Any]) -> None:
        """Find the first of the tags asked about that the branch contains, and what it has beyond those before it."""
        del self._left[: len(self._asked)]
        for number, found in enumerate(self._asked):
            compared = (answer.get(f"t{number}") or {}).get("compare")
            if not compared:
                continue
            if compared["behindBy"]:
                self._beside.append((SideRelease(*found, ahead=compared["aheadBy"]), compared))
                continue
            self._base, self._left = found, []
            self._head = compared["headTarget"]["oid"]
            self._take_nearest(compared, found)
            return
        if not self._left:
            self._take_nearest(None, None)

    def _take_nearest(self, compared: Mapping[str, Any] | None, reachable: tuple[Tag, Version] | None) -> None:
        """Go on with the release beside the branch from which it has gone on less, else with the one that it contains."""
        self._reachable = reachable
        self._beyond_reachable = compared["aheadBy"] if compared is not None else None
        beside = [side for side, _ in self._beside]
        most = max([self._beyond_reachable or 0, *(side.ahead for side in beside if compared is None)])
        tag = reachable[1] if reachable is not None else None
        nearest = choose_side_release(beside, most, structs.replace(self._rules(), tag=tag))
        if nearest is not None:
            self._base = (nearest.tag, nearest.version)
            compared = next(told for side, told in self._beside if side.tag == nearest.tag)
            self._head = compared["headTarget"]["oid"]
        if compared is not None:
            self._take_comparison(compared)

    def _rules(self) -> Rules:
        line, reachable = line_of(self.listed.branch), self._reachable
        is_old = reachable is not None and is_maintenance_line(reachable, self._released, self._scheme)
        return Rules(line=line, is_maintenance=is_old)

    def _beyond(self, sha: str | None) -> int:
        """Return how many commits the branch has beyond a commit, as far as they are known."""
        if self._reachable is not None and sha == self._reachable[0].commit and self._beyond_reachable is not None:
            return self._beyond_reachable
        return len(self._links.beyond(self._head, sha))

    def _take_comparison(self, compared: Mapping[str, Any]) -> None:
        commits = compared.get("commits") or {}
        self._ahead = compared.get("aheadBy", self._ahead)
        page = commits.get("pageInfo") or {}
        self._take_commits(commits, page.get("startCursor") if page.get("hasPreviousPage") else None)

    def _take_history(self, history: Mapping[str, Any]) -> None:
        self._ahead = history.get("totalCount", self._ahead)
        page = history.get("pageInfo") or {}
        self._take_commits(history, page.get("endCursor") if page.get("hasNextPage") else None)

    def _take_commits(self, commits: Mapping[str, Any], cursor: str | None) -> None:
        self._links.take(commits.get("nodes") or ())
        self._cursor = cursor
        self._pages += 1
        self._is_counted = cursor is None or self._pages >= _PAGES
        self.is_done = self._is_counted and not (self._paths and len(self._links))

    def _take_inside(self, answer: Mapping[str, Any]) -> None:
        histories = [((answer.get(f"p{n}") or {}).get("target") or {}).get("history") for n in range(len(self._paths))]
        self._inside = {node["oid"] for history in histories for node in (history or {}).get("nodes") or () if node}
        self.is_done = True

    # -- what was found --------------------------------------------------------------------------------------------

    def overview(self, read_at: int) -> Overview:
        """Return the row, as a clone's; `read_at` is when GitHub was asked, in seconds since the epoch.

        Raises:
            TagSeriesError: there are tags, none of them is a release, and no commit is one.
        """
        listed, scheme = self.listed, self._scheme
        chain, is_whole = self._chain()
        links = [one.link for one in chain]
        beside = [side for side, _ in self._beside]
        base = base_by_distances(self._reachable, links, scheme, beside, self._beyond, self._rules())
        if base.side is None and base.release is None and base.tag is None:
            self._of_all_tags(self._require_release)
        note = note_on(self._released, scheme, base, listed.branch)
        begin = begin_of(self._released, scheme, base, note)
        told = self._links.beyond(self._head, begin.since)
        units = units_among(told, self._head, owner_of(listed.url), {})
        messages = units.messages()
        if self._inside is not None:
            told = [one for one in told if one.sha in self._inside]
            messages = [(one.subject, one.body) for one in told]
        dates = release_dates(begin.last_released_at, self._options.today)
        following, reason = suggested_after(begin.last_version, messages, dates)
        is_exact = is_whole or self._inside is not None or base.release is not None
        looked = "" if is_whole else f"Only the newest {len(self._links)} commits were read for the suggested version."
        return Overview(
            name=listed.name,
            branch=listed.branch,
            since=begin.since,
            until=self._head,
            unreleased=len(told) if is_exact else self._ahead,
            last_version=begin.last_version,
            last_released_at=self._published_at(begin.last_version) or begin.last_released_at,
            fetched_at=read_at,
            suggested_version=following,
            version_reason=reason,
            tag_prefix=begin.tag_prefix,
            warning=" ".join(
                word
                for word in (
                    note,
                    looked,
                    self._unpublished(begin.last_version),
                    setting_note(self._options, listed.tags),
                )
                if word
            ),
            tag_question=series_question(series_to_choose(self._options, listed.tags), listed.name),
        )

    def _require_release(self) -> None:
        """Refuse to count all commits where tags show that there were releases, or pre-releases at least."""
        flagged = not self._released and newest_tag(self.listed.tags, self._scheme)
        if flagged and not self._options.choice.everything:
            raise only_prereleases(flagged[0].name, self._scheme, self.listed.name)
        require_release(self._options, self.listed.tags, self._scheme, self.listed.name)

    def _of_all_tags(self, decide: Callable[[], Decided]) -> Decided:
        """Decide about the tags; what only a look at all of them can tell is left to opening the repository.

        Raises:
            TagSeriesError: as it is decided.
        """
        try:
            return decide()
        except TagSeriesError as fault:
            if len(self.listed.tags) < queries.TAGS or fault.is_choice:
                raise
            name = self.listed.name
            raise TagSeriesError(
                f"None of the {queries.TAGS} newest tags of {name} is a release; open it to read all of its tags.", ()
            ) from fault

    def _chain(self) -> tuple[list[Linked], bool]:
        """Return the first parents from the tip as far as they are known, and whether all commits of the range are."""
        chain, _ = self._links.chain(self._head, self._base[0].commit if self._base is not None else None)
        return chain, len(self._links) >= self._ahead

    def _published_at(self, tag: str | None) -> int | None:
        return next((one.published_at for one in self.listed.releases if one.tag == tag and not one.draft), None)

    def _unpublished(self, tag: str | None) -> str:
        """Say where the last tag has no release, though the repository has some."""
        published = [one for one in self.listed.releases if not one.draft]
        names = {name.name for name in self._released}
        if not published or tag not in names or any(one.tag == tag for one in published):
            return ""
        return f"{tag} is tagged and has no release on GitHub; the last one there is {published[0].tag}."


def _released(listed: Listed, options: RangeOptions) -> tuple[Tag, ...]:
    """Return the tags of releases; of pre-releases too where a person chose them and there is nothing else."""
    found = tuple(tag for tag in listed.tags if _counts(listed, tag, options))
    if found or not options.choice.prereleases:
        return found
    return tuple(tag for tag in listed.tags if _counts(listed, tag, structs.replace(options, prereleases=True)))


def _counts(listed: Listed, tag: Tag, options: RangeOptions) -> bool:
    """Tell whether a tag is of a release: a draft is not released, and a pre-release only where one chose so."""
    release = next((one for one in listed.releases if one.tag == tag.name), None)
    return release is None or not (release.draft or (release.prerelease and not options.prereleases))
