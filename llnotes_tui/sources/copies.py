"""Which commits of a range were released already, in tags beside the branch: as themselves, as copies, as picks.

A merge was released only if all that it brought was.  What a tag's branch reverted afterwards is not in that release.
The cost is bounded: few git processes whatever the number of tags, and at most so many patches are compared.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from threading import Event
from typing import Protocol

from msgspec import Struct, structs

from llnotes_tui.release.message import cherry_picked_from, title_of
from llnotes_tui.release.model import Commit
from llnotes_tui.release.plan import Copied
from llnotes_tui.release.reverting import cancelled
from llnotes_tui.release.versions import Tag
from llnotes_tui.sources.structure import META_FORMAT, Meta, metas

_MOST_COMMITS = 20_000
"""Of tags beside the branch, newest first; older ones were picked long ago or never."""
_MOST_PATCHES = 600
"""That are compared by content; those with a title or a time in common with the range go first."""
_MOST_SIDE_PATCHES = 2_000
"""How many commits of merged branches have their content read."""


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


class _Part(Struct, frozen=True):
    """A commit of the range that may have been released: one that is read for itself, or one that a merge brought."""

    sha: str
    title: str
    body: str
    authored_at: int = 0
    patch_id: str | None = None


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
    parts = list(_parts(commits))
    themselves = dict(_themselves(clone, [part.sha for part in parts], since, until, tags, cancel))
    rest = [part for part in parts if part.sha not in themselves]
    beside = _beside(clone, commits, until, tags, cancel)
    copied = _copied(clone, rest, beside, tags, cancel) if rest and beside else {}
    found = {**copied, **themselves}
    reverted = _reverted_beside(found, commits, beside) if found else frozenset()
    full = len(beside) >= _MOST_COMMITS
    warning = (
        f"Only the newest {_MOST_COMMITS} commits of release tags beside the branch were searched." if full else ""
    )
    return Copies(dict(_whole(commits, found, reverted)), warning)


def _parts(commits: Sequence[Commit]) -> Iterator[_Part]:
    for commit in commits:
        title = title_of(commit.subject, commit.body)
        yield _Part(commit.sha, title, commit.body, commit.authored_at, commit.patch_id)
        for side in commit.side:
            if not side.is_merge:
                yield _Part(side.sha, title_of(side.subject, side.body), side.body)


def _whole(
    commits: Sequence[Commit], found: Mapping[str, Copied], reverted: Collection[str]
) -> Iterator[tuple[str, Copied]]:
    """Yield the commits that were released, and the merges whose every commit was released."""
    released = {sha: copy for sha, copy in found.items() if copy.commit not in reverted}
    for commit in commits:
        brought = [side.sha for side in commit.side if not side.is_merge]
        if commit.sha in released:
            yield commit.sha, released[commit.sha]
        elif brought and commit.sha not in reverted and all(sha in released for sha in brought):
            yield commit.sha, released[brought[0]]


def _copied(
    clone: Git, parts: Sequence[_Part], beside: Sequence[Meta], tags: Sequence[Tag], cancel: Event | None
) -> dict[str, Copied]:
    """Return the commits that a tag holds as a pick or with the same patch."""
    picked = dict(_picked(parts, beside))
    rest = [part for part in parts if part.sha not in picked]
    same = _same_patch(clone, _with_patch_ids(clone, rest, beside, cancel), beside, cancel)
    tag_of = _first_tags(beside, tags)
    return {
        sha: Copied(meta.sha, tag_of[meta.sha]) for sha, meta in (*same.items(), *picked.items()) if meta.sha in tag_of
    }


def _reverted_beside(found: Mapping[str, Copied], commits: Sequence[Commit], beside: Sequence[Meta]) -> frozenset[str]:
    """Return what the tags' branches reverted, of what they hold; a revert of a revert brings it back."""
    if not any("revert" in f"{meta.subject}{meta.body}".lower() for meta in beside):
        return frozenset()
    theirs = [Commit(meta.sha, (), "", "", 0, 0, meta.subject, meta.body, ()) for meta in beside]
    shared = [commit for commit in commits if commit.sha in found and found[commit.sha].commit == commit.sha]
    reasons = cancelled([*theirs, *shared])
    return frozenset(sha for sha, reason in reasons.items() if reason.startswith("reverted by"))


def _themselves(
    clone: Git, shas: Sequence[str], since: str | None, until: str, tags: Sequence[Tag], cancel: Event | None
) -> Iterator[tuple[str, Copied]]:
    """Yield the commits that are in the history of a tag which was made on another branch, each with the first such tag."""
    ends = (*dict.fromkeys(tag.commit for tag in tags), until, *([f"^{since}"] if since is not None else []))
    asked = "".join(f"{end}\n" for end in ends).encode()
    out = clone.git(["rev-list", "--parents", "--stdin"], stdin=asked, cancel=cancel).decode("ascii")
    parents = {row[0]: row[1:] for line in out.split("\n") if (row := line.split())}
    wanted, seen = set(shas), set[str]()
    for tag in tags:
        left = [tag.commit]
        while left:
            sha = left.pop()
            if sha not in parents or sha in seen:
                continue
            seen.add(sha)
            left.extend(parents[sha])
            if sha in wanted:
                yield sha, Copied(sha, tag.name)


def _with_patch_ids(clone: Git, parts: Sequence[_Part], beside: Sequence[Meta], cancel: Event | None) -> list[_Part]:
    """Return commits with their patch-ids; of those that merges brought they are read only now, where there is a need."""
    titles = {title_of(meta.subject, meta.body) for meta in beside}
    lacking = [part for part in parts if part.patch_id is None]
    likely = sorted(lacking, key=lambda part: part.title not in titles)[:_MOST_SIDE_PATCHES]
    ids = clone.patch_ids([part.sha for part in likely], cancel) if likely else {}
    return [structs.replace(part, patch_id=part.patch_id or ids.get(part.sha)) for part in parts]


def _beside(clone: Git, commits: Sequence[Commit], until: str, tags: Sequence[Tag], cancel: Event | None) -> list[Meta]:
    """Return the commits of the tags that the branch does not have, no older than the oldest change of the range.

    Where a commit of the range has no usable date, older ones are returned as well.
    """
    # An undated commit sets no limit: git takes a small number for a date of its own guessing.
    times = [time for commit in commits for time in (commit.authored_at, commit.committed_at) if time > 0]
    limit = [f"--since={min(times) - 1}"] if len(times) == 2 * len(commits) else []
    shape = ["log", "-z", "--no-notes", "--encoding=UTF-8", f"--format={META_FORMAT}", f"--max-count={_MOST_COMMITS}"]
    asked = "".join(f"{sha}\n" for sha in (*dict.fromkeys(tag.commit for tag in tags), f"^{until}"))
    out = clone.git([*shape, *limit, "--stdin"], stdin=asked.encode(), cancel=cancel)
    return list(metas([out]))


def _picked(parts: Sequence[_Part], beside: Iterable[Meta]) -> Iterator[tuple[str, Meta]]:
    """Yield what one side's message names of the other: `(cherry picked from commit ...)`."""
    beside = list(beside)
    for meta in beside:
        for sha in cherry_picked_from(meta.body):
            yield from ((part.sha, meta) for part in parts if part.sha.startswith(sha))
    for part in parts:
        for sha in cherry_picked_from(part.body):
            yield from ((part.sha, meta) for meta in beside if meta.sha.startswith(sha))


def _same_patch(clone: Git, parts: Sequence[_Part], beside: Sequence[Meta], cancel: Event | None) -> dict[str, Meta]:
    """Return the commits beside the branch that change the same lines, by SHA of the range's commit."""
    wanted: dict[str, list[str]] = {}
    for part in parts:
        if part.patch_id is not None:
            wanted.setdefault(part.patch_id, []).append(part.sha)
    if not wanted or not beside:
        return {}
    times = {part.authored_at for part in parts if part.authored_at}
    titles = {part.title for part in parts}
    likely = sorted(
        beside, key=lambda meta: not (meta.authored_at in times or title_of(meta.subject, meta.body) in titles)
    )
    candidates = likely[:_MOST_PATCHES]
    ids = clone.patch_ids([meta.sha for meta in candidates], cancel)
    return {sha: meta for meta in reversed(candidates) for sha in wanted.get(ids.get(meta.sha, ""), ())}


def _first_tags(beside: Sequence[Meta], tags: Sequence[Tag]) -> dict[str, str]:
    """Return the oldest tag that holds each of the commits beside the branch."""
    known = {meta.sha: meta for meta in beside}
    found: dict[str, str] = {}
    for tag in tags:
        left = [tag.commit]
        while left:
            sha = left.pop()
            if sha in known and sha not in found:
                found[sha] = tag.name
                left.extend(known[sha].parents)
    return found
