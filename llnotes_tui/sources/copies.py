"""Which commits of a range were released already, in tags beside the branch: as themselves, as copies, as picks.

The cost is bounded: few git processes whatever the number of tags, and at most so many patches are compared.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import Event
from typing import Protocol

from msgspec import Struct

from llnotes_tui.release.message import cherry_picked_from, title_of
from llnotes_tui.release.model import Commit
from llnotes_tui.release.plan import Copied
from llnotes_tui.release.versions import Tag
from llnotes_tui.sources.structure import META_FORMAT, Meta, metas

_MOST_COMMITS = 20_000
"""Of tags beside the branch, newest first; older ones were picked long ago or never."""
_MOST_PATCHES = 600
"""That are compared by content; those with a title or a time in common with the range go first."""
_MOST_RELEASES = 200
"""Tags that may hold commits of the range themselves."""


class Git(Protocol):
    """What is asked of a clone here."""

    def git(self, arguments: Sequence[str | bytes], *, stdin: bytes = b"", cancel: Event | None = None) -> bytes:
        """Run a git command that reads, and return what it wrote."""

    def patch_ids(self, commits: Sequence[str], cancel: Event | None = None) -> dict[str, str]:
        """Return the stable patch-id of each commit that has a diff."""


class Copies(Struct, frozen=True):
    """What was found, and what was not looked at."""

    found: Mapping[str, Copied]
    """By SHA of a commit of the range."""
    warning: str = ""


def released_copies(
    clone: Git,
    commits: Sequence[Commit],
    since: str | None,
    until: str,
    tags: Sequence[Tag],
    cancel: Event | None = None,
) -> Copies:
    """Return the commits of a range (newest first) that a tag beside the branch holds already.

    `tags` are the version tags that count, none of them in the history of `until`.

    Raises:
        GitFault: git failed, or `cancel` was set.
    """
    if not commits or not tags:
        return Copies({})
    tags = sorted(tags, key=lambda tag: (tag.tagged_at, tag.name))
    themselves = dict(_themselves(clone, commits, since, until, tags))
    rest = [commit for commit in commits if commit.sha not in themselves]
    beside = _beside(clone, rest, until, tags, cancel) if rest else []
    picked = dict(_picked(rest, beside))
    same = _same_patch(clone, [commit for commit in rest if commit.sha not in picked], beside, cancel)
    tag_of = _first_tags(clone, {meta.sha for meta in (*picked.values(), *same.values())}, tags)
    copied = {
        sha: Copied(meta.sha, tag_of[meta.sha]) for sha, meta in (*same.items(), *picked.items()) if meta.sha in tag_of
    }
    full = len(beside) >= _MOST_COMMITS
    warning = (
        f"Only the newest {_MOST_COMMITS} commits of release tags beside the branch were looked through."
        if full
        else ""
    )
    return Copies({**copied, **themselves}, warning)


def _themselves(
    clone: Git, commits: Sequence[Commit], since: str | None, until: str, tags: Sequence[Tag]
) -> Iterator[tuple[str, Copied]]:
    """Yield the commits that are in the history of a tag which was made on another branch, each with the first such tag."""
    open_commits = {commit.sha for commit in commits}
    oldest = commits[-1]
    holding = _containing(clone, oldest.sha, tags)[:_MOST_RELEASES]
    for tag in holding:
        span = [until, f"^{tag.commit}", *([f"^{since}"] if since is not None else [])]
        outside = set(clone.git(["rev-list", "--first-parent", *span, "--"]).decode("ascii").split())
        inside = open_commits - outside
        yield from ((sha, Copied(sha, tag.name)) for sha in inside)
        open_commits &= outside
        if not open_commits:
            return


def _containing(clone: Git, sha: str, tags: Sequence[Tag]) -> list[Tag]:
    """Return those of the tags that hold a commit, the oldest first."""
    out = clone.git(["for-each-ref", "--format=%(refname)", f"--contains={sha}", "refs/tags"])
    names = {line.removeprefix(b"refs/tags/").decode("utf-8", "replace") for line in out.split(b"\n")}
    return [tag for tag in tags if tag.name in names]


def _beside(clone: Git, commits: Sequence[Commit], until: str, tags: Sequence[Tag], cancel: Event | None) -> list[Meta]:
    """Return the commits of the tags that the branch does not have, no older than the oldest change of the range."""
    begins = min(min(commit.authored_at, commit.committed_at) for commit in commits)
    shape = ["log", "-z", "--no-notes", "--encoding=UTF-8", f"--format={META_FORMAT}", f"--max-count={_MOST_COMMITS}"]
    asked = "".join(f"{sha}\n" for sha in (*dict.fromkeys(tag.commit for tag in tags), f"^{until}"))
    out = clone.git([*shape, f"--since={max(0, begins - 1)}", "--stdin"], stdin=asked.encode(), cancel=cancel)
    return list(metas([out]))


def _picked(commits: Sequence[Commit], beside: Iterable[Meta]) -> Iterator[tuple[str, Meta]]:
    """Yield what one side's message names of the other: `(cherry picked from commit ...)`."""
    beside = list(beside)
    for meta in beside:
        for sha in cherry_picked_from(meta.body):
            yield from ((commit.sha, meta) for commit in commits if commit.sha.startswith(sha))
    for commit in commits:
        for sha in cherry_picked_from(commit.body):
            yield from ((commit.sha, meta) for meta in beside if meta.sha.startswith(sha))


def _same_patch(clone: Git, commits: Sequence[Commit], beside: Sequence[Meta], cancel: Event | None) -> dict[str, Meta]:
    """Return the commits beside the branch that change the same lines, by SHA of the range's commit."""
    wanted = {commit.patch_id: commit.sha for commit in commits if commit.patch_id is not None}
    if not wanted or not beside:
        return {}
    times = {commit.authored_at for commit in commits}
    titles = {title_of(commit.subject, commit.body) for commit in commits}
    likely = sorted(
        beside, key=lambda meta: not (meta.authored_at in times or title_of(meta.subject, meta.body) in titles)
    )
    candidates = likely[:_MOST_PATCHES]
    ids = clone.patch_ids([meta.sha for meta in candidates], cancel)
    return {wanted[ids[meta.sha]]: meta for meta in reversed(candidates) if ids.get(meta.sha) in wanted}


def _first_tags(clone: Git, commits: Iterable[str], tags: Sequence[Tag]) -> dict[str, str]:
    """Return the oldest tag that holds each commit."""
    return {sha: holding[0].name for sha in commits if (holding := _containing(clone, sha, tags))}
