"""Which commits a release is made of: from what was released last to the tip of the upstream's default branch."""

from llnotes_tui.release.model import Range, RepoId
from llnotes_tui.release.text import one_line
from llnotes_tui.sources.begin import Tip, begin_at, begin_at_base, made_version
from llnotes_tui.sources.opening import Facts
from llnotes_tui.sources.options import RangeOptions, SourceError
from llnotes_tui.sources.process import GitFault, run
from llnotes_tui.sources.refs import Refs, reachable_tags, read_refs, resolve
from llnotes_tui.sources.tag_series import series_notes, series_to_choose, tag_by_version, tag_prefixes


def tip_of(facts: Facts, refs: Refs, options: RangeOptions) -> Tip:
    """Return where a range ends.

    Raises:
        SourceError: nothing is committed yet, or the chosen name stands for nothing.
    """
    if options.until is not None:
        sha = resolve_given(facts, options, options.until, "--until")
        branch = _branch_called(refs, options.until)
        return Tip(sha, branch or one_line(options.until), default=False, past=branch is None)
    name = refs.default_branch()
    sha_of_default = refs.commits.get(name) if name is not None else refs.head
    if sha_of_default is None:
        raise SourceError(f"{facts.name} has no commit yet; commit something in {facts.root} first.")
    return Tip(sha_of_default, refs.short(name) if name is not None else "HEAD")


def range_of(facts: Facts, refs: Refs, tip: Tip, repository: RepoId, options: RangeOptions) -> Range:
    """Return the range that the options ask for, told with what a person has to know of it.

    Raises:
        SourceError: a name stands for nothing, the tags do not say which release is the base, or a shallow clone does not
            reach it.
        GitFault: git failed.
    """
    cut = facts.cut()
    names = reachable_tags(facts.place, tip.sha)
    reachable = tuple(tag for tag in refs.tags if tag.name in names)
    if options.since is not None:
        since = resolve_given(facts, options, options.since, "--since")
        begin = begin_at(facts, refs, options, since, tip.sha, cut)
    else:
        begin = begin_at_base(facts, refs, options, tip, reachable)
    return Range(
        repository=repository,
        name=facts.name,
        web_url=facts.web_url,
        branch=tip.branch,
        since=begin.since,
        since_name=begin.since_name,
        until=tip.sha,
        base_from=begin.base_from,
        base_note=begin.note,
        last_version=begin.last_version,
        last_released_at=begin.last_released_at,
        made_version=made_version(refs.tags, tip, begin.scheme),
        scheme=begin.scheme,
        tag_prefix=begin.tag_prefix,
        previous_tag=begin.previous_tag,
        tag_series=series_to_choose(options, refs.tags),
        component=options.component.name if options.component is not None else None,
        fetched_at=facts.fetched_at(),
        shallow=bool(cut),
        warnings=(
            *_head_warning(facts, refs, tip),
            *_cut_warning(facts, begin.since, tip.sha, cut),
            *series_notes(options, refs.tags, begin.tag_prefix),
        ),
    )


def resolve_given(facts: Facts, options: RangeOptions, name: str, flag: str) -> str:
    """Return the SHA of a name that a person gave; a bare version finds its tag.

    Raises:
        SourceError: the name stands for no commit of the clone.
    """
    for candidate in (
        name,
        f"refs/tags/{name}",
        *(f"refs/tags/{prefix}{name}" for prefix in tag_prefixes(options)),
        *((f"refs/remotes/{facts.remote}/{name}",) if facts.remote is not None else ()),
    ):
        sha = resolve(facts.place, candidate)
        if sha is not None:
            return sha
    tag = tag_by_version(options, read_refs(facts.place, facts.git_dir, facts.remote).tags, facts.name, name)
    if tag is not None:
        return tag.commit
    shown = one_line(name)
    if facts.cut():
        raise SourceError(
            f"{flag} {shown} stands for no commit in {facts.name}, which is a shallow clone; "
            f"run `git fetch --unshallow --tags` in {facts.root}."
        )
    raise SourceError(
        f"{flag} {shown} stands for no commit in {facts.name}; give a tag, a branch or a SHA that `git log` knows."
    )


def branch_tip(refs: Refs, branch: str) -> str | None:
    """Return where a range's branch stands now; None for a past range, whose end never moves."""
    name = refs.default_branch()
    if name is not None and refs.short(name) == branch:
        return refs.commits.get(name)
    if branch == "HEAD":
        return refs.head
    return refs.named(branch)


def _branch_called(refs: Refs, name: str) -> str | None:
    """Return the short name of the branch that a name stands for, None where it stands for a tag or a commit."""
    if name == "HEAD":
        return refs.short(refs.head_branch) if refs.head_branch is not None else "HEAD"
    for full in (name, f"refs/heads/{name}", f"refs/remotes/{name}", f"refs/remotes/{refs.remote}/{name}"):
        if full in refs.commits:
            return refs.short(full)
    return None


def _head_warning(facts: Facts, refs: Refs, tip: Tip) -> list[str]:
    """Say how far what is checked out differs from the upstream's branch that the notes are of."""
    if not tip.default or refs.head is None or refs.head == tip.sha:
        return []
    here = refs.short(refs.head_branch) if refs.head_branch is not None else "a detached HEAD"
    try:
        counts = run(["rev-list", "--left-right", "--count", f"{refs.head}...{tip.sha}"], facts.place).split()
        ahead, behind = (int(count) for count in counts)
    except (GitFault, ValueError):
        return []
    differs = " and ".join(f"{count} {word}" for count, word in ((ahead, "ahead"), (behind, "behind")) if count)
    upstream = f"{refs.remote}/{tip.branch}"
    return [f"{here} is {differs} of {upstream}, which the notes are of; `--until HEAD` takes what is checked out."]


def _cut_warning(facts: Facts, since: str | None, until: str, cut: frozenset[str]) -> list[str]:
    """Say that a shallow clone ends before the range does."""
    if not cut:
        return []
    span = [until] if since is None else [until, f"^{since}"]
    shas = run(["rev-list", *span], facts.place).decode("ascii").split()
    ends = [sha for sha in shas if sha in cut]
    if not ends:
        return []
    ended = f"The history of this shallow clone ends at {ends[-1][:7]}, which has no diff"
    return [f"{ended}; `git fetch --unshallow` in {facts.root} brings the rest."]
