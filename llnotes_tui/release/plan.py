"""The plan of a release: every commit of a range exactly once, in an entry or in one of the lists beside them, and why."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct, structs

from llnotes_tui.release.autosquash import autosquash_targets
from llnotes_tui.release.bumps import is_dependency_bump, is_update_bot, sources_changed
from llnotes_tui.release.changelog import Item
from llnotes_tui.release.dependencies import fold_bumps
from llnotes_tui.release.entry_plans import entry_of_change, entry_of_item, number_of, published_commit_title
from llnotes_tui.release.folding import changes_work, folded_reason
from llnotes_tui.release.labels import label_among
from llnotes_tui.release.message import commit_title, is_release_subject, merged_branch_of, release_version_of
from llnotes_tui.release.model import (
    Commit,
    DependencyUpdate,
    EntryPlan,
    InternalCommit,
    LeftOut,
    Manifest,
    NoteId,
    Plan,
    PullsFrom,
    Range,
)
from llnotes_tui.release.next_version import ReleaseDates, release_dates, suggest
from llnotes_tui.release.reverting import cancelled
from llnotes_tui.release.scopes import distinguish_entries, distinguish_internal
from llnotes_tui.release.shipping import internal_reason, is_version_file, matcher
from llnotes_tui.release.skipping import skip_reason
from llnotes_tui.release.squash_parts import squash_entry, squash_parts
from llnotes_tui.release.symbols import area_of
from llnotes_tui.release.text import display_path


class TakenOver(Struct, frozen=True):
    """An item that a person wrote under Unreleased (or into NEXT_CHANGELOG.md)."""

    item: Item
    commits: tuple[str, ...] = ()
    """SHAs of the commits of the range that wrote it into the file."""


class Copied(Struct, frozen=True):
    """The same change in another commit, which a tag holds."""

    commit: str
    tag: str


class Told(Struct, frozen=True):
    """What the clone knows beside the commits of a range: what was told before, and what is written down already."""

    listed: Mapping[str, str] = {}
    """By SHA of a commit of the range: the version of an earlier release whose section lists the commit's request."""
    copies: Mapping[str, Copied] = {}
    """By SHA of a commit of the range: a copy of it (same patch, or `cherry picked from`) that was released."""
    release_pull_requests: Mapping[str, int] = {}
    """By version: the pull request that released it."""
    unreleased: tuple[TakenOver, ...] = ()
    shipping: frozenset[str] = frozenset()
    """SHAs of commits whose changes to package manifests reach users."""
    known_people: frozenset[str] | None = None
    """Those keys of `release.people` that commits before the range have too; None where that history is not here."""
    pulls_from: PullsFrom = ""
    warnings: tuple[str, ...] = ()


class PlanOptions(Struct, frozen=True):
    """What a repository's settings say about its plan."""

    internal_paths: tuple[str, ...] = ()
    """Further paths that ship nothing, as glob patterns."""
    paths: tuple[str, ...] = ()
    """Of the component; empty: the whole repository."""
    skip_labels: tuple[str, ...] = ()
    """Pull requests with one of these labels are proposed as internal."""
    skip_commits: tuple[str, ...] = ()
    """SHAs, perhaps abbreviated, of commits that are left out."""
    skip_authors: tuple[str, ...] = ()
    """Logins, names or addresses of those whose commits are left out."""
    breaking_labels: tuple[str, ...] = ()
    """Pull requests with one of these labels are suspected to break their users."""
    today: date | None = None
    """The day of the release, for versions that are dates; None: they count on by their last number."""
    is_one_change: bool = False
    """It is no release but one change that is to be described: all of it is an entry, whatever it is about."""


def make_plan(range: Range, commits: Sequence[Commit], told: Told, options: PlanOptions) -> Plan:  # noqa: A002
    """Place every commit of a range (newest first) exactly once, and say why where it becomes no entry."""
    placing = _Placing(commits, told, options)
    for commit in commits:
        placing.place(commit)
    placing.fold_bumps()
    entries = distinguish_entries(tuple(placing.entries()))
    version, reason = version_of_range(range, entries, release_dates(range.last_released_at, options.today))
    return Plan(
        range=range,
        entries=entries,
        dependency_updates=placing.dependency_updates,
        internal=distinguish_internal(placing.internal),
        left_out=tuple(placing.left_out),
        suggested_version=version,
        version_reason=reason,
        commit_count=sum(commit.size for commit in commits),
        warnings=(*told.warnings, *placing.warnings()),
        breaking_labels=options.breaking_labels,
        pulls_from=told.pulls_from,
        known_people=told.known_people,
        today=options.today,
    )


class _Placing:
    """The lists of a plan while its commits are placed, one after the other."""

    def __init__(self, commits: Sequence[Commit], told: Told, options: PlanOptions) -> None:
        self.dependency_updates: tuple[DependencyUpdate, ...] = ()
        self.internal: list[InternalCommit] = []
        self.left_out: list[LeftOut] = []
        self._told = told
        self._options = options
        self._inside = matcher(options.paths) if options.paths else None
        self._cancelled = cancelled(commits)
        self._unreleased = _without_repeats(told.unreleased)
        self._item_of = _owners(commits, self._unreleased)
        self._amended = autosquash_targets(commits)
        self._groups: dict[str, list[Commit]] = {}
        self._bumps: list[Commit] = []
        self._squashes: dict[str, Commit] = {}
        """By SHA of a part, the squash it is a part of."""
        self._order = {commit.sha: position for position, commit in enumerate(commits)}

    def place(self, commit: Commit) -> None:
        """Put a commit where it belongs; the first of these rules that holds decides.

        A `fixup!` commit goes where the commit that it amends goes.
        """
        if self._options.is_one_change:
            self._groups.setdefault(commit.sha, []).append(commit)
            return
        target = self._amended.get(commit.sha, commit)
        out = self._left_out(target) or self._left_out(commit)
        owner = self._item_of.get(target.sha, self._item_of.get(commit.sha))
        if out is not None:
            self.left_out.append(structs.replace(out, commit=commit, title=published_commit_title(commit)))
        elif owner is not None:
            self._groups.setdefault(f"item {owner}", []).append(commit)
        elif (label := label_among(target.pull, self._options.skip_labels)) is not None:
            self.internal.append(InternalCommit(commit, published_commit_title(commit), f"labelled {label}"))
        elif is_dependency_bump(target):
            self._bumps.append(commit)
        elif (reason := self._internal(target)) is not None and self._internal(commit) is not None:
            self.internal.append(InternalCommit(commit, published_commit_title(commit), reason))
        else:
            self._place_change(commit, target)

    def _place_change(self, commit: Commit, target: Commit) -> None:
        """Put a commit (that amends `target`, if it is another one) into an entry; a squash into one for each part."""
        parts = squash_parts(commit)
        unreleased = [(key, part) for key, part in parts if self._released(part) is None]
        for key, part in unreleased:
            self._squashes[part.sha] = commit
            owner = _owners([part], self._unreleased).get(part.sha)
            self._groups.setdefault(key if owner is None else f"item {owner}", []).append(part)
        if parts and not unreleased:
            reason = self._released(parts[0][1]) or ""
            self.left_out.append(LeftOut(commit, published_commit_title(commit), reason, "released"))
        elif not parts:
            number = number_of(target)
            self._groups.setdefault(f"#{number}" if number is not None else target.sha, []).append(commit)

    def fold_bumps(self) -> None:
        """Make the list of dependency updates; bumps that were taken back are left out."""
        folded = fold_bumps(self._bumps)
        self.dependency_updates = folded.updates
        for commit, title, version in folded.undone:
            self.left_out.append(LeftOut(commit, title, f"back at {version} in the end", "reverted"))
        self.left_out.sort(key=lambda out: self._order[out.commit.sha])

    def _left_out(self, commit: Commit) -> LeftOut | None:
        title = published_commit_title(commit)
        folded = folded_reason(commit)
        if folded is not None:
            return LeftOut(commit, title, folded, "merge")
        if self._inside is not None and not any(map(self._inside, _paths(commit))):
            return LeftOut(commit, title, "changes nothing in this component", "outside-component")
        if commit.sha in self._cancelled:
            return LeftOut(commit, title, self._cancelled[commit.sha], "reverted")
        if _is_release_commit(commit):
            version = release_version_of(commit.subject)
            return LeftOut(
                commit, title, f"release commit of {version}" if version else "release commit", "release-commit"
            )
        if commit.sha in self._item_of:
            return None
        skipped = skip_reason(commit, self._options.skip_commits, self._options.skip_authors)
        if skipped is not None:
            return LeftOut(commit, title, skipped, "skipped")
        released = self._released(commit)
        if released is not None:
            return LeftOut(commit, title, released, "released")
        return None

    def _released(self, commit: Commit) -> str | None:
        version = self._told.listed.get(commit.sha)
        if version is not None:
            release = self._told.release_pull_requests.get(version)
            return f"released in {version} (#{release})" if release is not None else f"released in {version}"
        copy = self._told.copies.get(commit.sha)
        return f"released in {copy.tag} as {copy.commit[:7]}" if copy is not None else None

    def _internal(self, commit: Commit) -> str | None:
        ships = commit.sha in self._told.shipping
        return internal_reason(commit, self._options.internal_paths, manifests_ship=ships)

    def entries(self) -> Iterator[EntryPlan]:
        """Yield the entries in reading order; items that no commit of the range belongs to come last."""
        with_commits = {key for key in self._groups if key.startswith("item ")}
        others = [n for n in range(len(self._unreleased)) if f"item {n}" not in with_commits]
        others = [n for n in others if not self._is_folded(self._unreleased[n].item)]
        names: set[NoteId] = set()
        for key, commits in self._groups.items():
            further: list[int] = []
            if key in with_commits:
                index = int(key.removeprefix("item "))
                entry = entry_of_item(self._unreleased[index].item, commits)
                further = [n for n in others if _belongs_to(self._unreleased[n], commits)]
                others = [n for n in others if n not in further]
            else:
                entry = entry_of_change(commits, self._options.breaking_labels)
            entry = squash_entry(entry, self._squashes, names)
            names.add(entry.id)
            yield entry
            for other in further:
                yield entry_of_item(self._unreleased[other].item, commits, is_further=True)
        for other in others:
            yield entry_of_item(self._unreleased[other].item, ())

    def _is_folded(self, item: Item) -> bool:
        """Tell whether an item of `Dependency updates:` only repeats what the list of updates says anyway."""
        folded = {number_of(commit) for update in self.dependency_updates for commit in update.commits}
        return item.dependency and bool(folded.intersection(item.pull_requests))

    def warnings(self) -> Iterator[str]:
        """Yield sentences about what folding hides."""
        bumps = (commit for update in self.dependency_updates for commit in update.commits)
        changed = [commit for commit in bumps if sources_changed(commit)]
        if changed:
            names = ", ".join(_name(commit) for commit in changed)
            what = "A dependency update changes" if len(changed) == 1 else f"{len(changed)} dependency updates change"
            yield f"{what} sources as well: {names}."


def _without_repeats(unreleased: Sequence[TakenOver]) -> tuple[TakenOver, ...]:
    """Return items once each; the same words written twice belong to the commits of both."""
    by_text: dict[str, TakenOver] = {}
    for taken in unreleased:
        known = by_text.get(taken.item.text)
        commits = (*known.commits, *taken.commits) if known is not None else taken.commits
        by_text[taken.item.text] = TakenOver(known.item if known is not None else taken.item, commits)
    return tuple(by_text.values())


def _owners(commits: Sequence[Commit], unreleased: Sequence[TakenOver]) -> Mapping[str, int]:
    """Return which item under Unreleased a commit belongs to, by SHA: the one with its pull request, else the one it wrote."""
    owners: dict[str, int] = {}
    by_number: dict[int, int] = {}
    for index, taken in enumerate(unreleased):
        for listed in taken.item.pull_requests:
            by_number.setdefault(listed, index)
    for commit in commits:
        number = number_of(commit)
        if (
            number is not None
            and number in by_number
            and not (unreleased[by_number[number]].item.dependency and is_update_bot(commit))
        ):
            owners[commit.sha] = by_number[number]
    known = {number_of(commit) for commit in commits} - {None}
    by_sha = {commit.sha: commit for commit in commits}
    for index, taken in enumerate(unreleased):
        elsewhere = bool(known.intersection(taken.item.pull_requests))
        for sha in taken.commits:
            writer = by_sha.get(sha)
            if writer is not None and sha not in owners and (not elsewhere or _only_writes(writer)):
                owners[sha] = index
    return owners


def _belongs_to(taken: TakenOver, commits: Sequence[Commit]) -> bool:
    """Tell whether an item belongs to some commits, which wrote it or brought its pull request."""
    numbers = {number_of(commit) for commit in commits}
    return bool(numbers.intersection(taken.item.pull_requests) or {commit.sha for commit in commits} & {*taken.commits})


def _only_writes(commit: Commit) -> bool:
    """Tell whether a commit changes nothing but changelogs, and so cannot be an entry of its own."""
    return all(change.noise is not None and change.noise.kind == "the changelog" for change in commit.files)


def _is_release_commit(commit: Commit) -> bool:
    """Tell a release commit by its subject, or by files: nothing but the changelog and the file that holds the version.

    One that changes sources as well (a squashed release branch) is work too, and no mere release commit.
    """
    title = commit_title(commit) if merged_branch_of(commit.subject) is not None else commit.subject
    if is_release_subject(title) and not is_update_bot(commit):
        return not changes_work(commit)
    version_files = [change for change in commit.files if is_version_file(change.path)]
    rest = [change for change in commit.files if change not in version_files]
    return bool(version_files and rest) and all(
        change.noise is not None and change.noise.kind == "the changelog" for change in rest
    )


_VERBS: Mapping[str, str] = {"added": "adds", "deprecated": "deprecates", "removed": "removes"}


def version_of_range(
    range: Range,  # noqa: A002
    entries: Sequence[EntryPlan],
    dates: ReleaseDates | None = None,
) -> tuple[str, str]:
    """Return the version of a range and why: of a past release the one that is tagged at its end, else the next one."""
    if range.made_version:
        return range.made_version, f"{range.made_version} is tagged at the end of this range."
    return next_version(range.last_version, entries, dates)


def next_version(last: str | None, entries: Sequence[EntryPlan], dates: ReleaseDates | None = None) -> tuple[str, str]:
    """Return the version that the entries suggest after `last`, without prefix, and a reason that names the entry it rests on.

    `dates` are the days of the last release and of this one, where versions may be named for them.
    """
    breaks = next((entry for entry in entries if entry.breaking in ("suspected", "confirmed")), None)
    felt = [entry for entry in entries if not _only_documents(entry)]
    minor = next((entry for kind in _VERBS for entry in felt if entry.section == kind), None)
    version, reason = suggest(last, breaking=breaks is not None, added=minor is not None, dates=dates)
    if breaks is not None:
        verb = "breaks" if breaks.breaking == "confirmed" else "may break"
        reason = reason.replace("Something breaks its users", f"{_entry_name(breaks)} {verb} its users")
    elif minor is not None:
        reason = reason.replace("Something was added", f"{_entry_name(minor)} {_VERBS[minor.section]} something")
    return version, reason


def _only_documents(entry: EntryPlan) -> bool:
    """Tell whether an entry only adds to what can be read: that is no new feature."""
    paths = [path for commit in entry.commits for path in _paths(commit)]
    return bool(paths) and all(area_of(display_path(path)) == "documentation" for path in paths)


def _entry_name(entry: EntryPlan) -> str:
    if entry.pull_requests:
        return f"#{entry.pull_requests[0]}"
    return entry.commits[0].sha[:7] if entry.commits else f"“{entry.title}”"


def manifest(plan: Plan, entries: Sequence[EntryPlan] | None = None, excluded: Collection[NoteId] = ()) -> Manifest:
    """Count how the commits of a plan are placed; every commit counts once, so the five counts sum up to `commits`.

    `entries` are those a review made of the plan's (all of them, if not given), and `excluded` says which of these are
    not published: their commits count as left out.  What a person took into an entry counts there.
    """
    shown = plan.entries if entries is None else entries
    sizes = {commit.sha: commit.size for commit in _all_commits(plan, shown)}
    placed = {commit.sha for entry in shown if entry.id not in excluded for commit in entry.commits}
    kept_out = {commit.sha for entry in shown for commit in entry.commits} - placed
    moved = placed | kept_out
    published = sum(sizes[sha] for sha in placed)
    updates = {commit.sha for update in plan.dependency_updates for commit in update.commits}
    folded = sum(sizes[sha] for sha in updates - moved)
    internal = sum(sizes[sha] for sha in {commit.commit.sha for commit in plan.internal} - moved)
    out = {out.commit.sha for out in plan.left_out if out.kind == "reverted"}
    reverted = sum(sizes[sha] for sha in out - moved)
    others = plan.commit_count - published - folded - internal - reverted
    return Manifest(
        plan.commit_count, entries=published, folded=folded, internal=internal, cancelled=reverted, left_out=others
    )


def _all_commits(plan: Plan, entries: Sequence[EntryPlan]) -> Iterator[Commit]:
    """Yield the commits of a plan, and those of the entries that a review made of it."""
    for entry in (*plan.entries, *entries):
        yield from entry.commits
    yield from (commit for update in plan.dependency_updates for commit in update.commits)
    yield from (internal.commit for internal in plan.internal)
    yield from (out.commit for out in plan.left_out)


def _paths(commit: Commit) -> Iterator[bytes]:
    for change in commit.files:
        yield change.path
        if change.old_path is not None:
            yield change.old_path


def _name(commit: Commit) -> str:
    number = number_of(commit)
    return f"#{number}" if number is not None else commit.sha[:7]
