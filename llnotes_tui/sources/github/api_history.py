"""The history of a repository by GitHub's API: names, commits and the diffs between them, where git may not fetch."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from threading import Event
from typing import Any, NamedTuple
from urllib.parse import quote

from llnotes_tui.release.changelog_files import FOLDERS
from llnotes_tui.release.text import decode, one_line, visible
from llnotes_tui.release.versions import Tag
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.hosts import GitHubPlace
from llnotes_tui.sources.structure import Meta

_DIFF = "application/vnd.github.diff"


class Shown(NamedTuple):
    """What GitHub shows of a commit's diff."""

    diff: bytes
    added: int | None
    """Lines that GitHub counts in all; None where it does not say."""
    removed: int | None


class Beyond(NamedTuple):
    """How a commit relates to an older one."""

    held: bool
    """The older one is in its history."""
    ahead: int | None
    """Commits that it has and the older one has not; None where they have nothing in common."""


class ApiHistory:
    """Asks for one repository.  Every method waits for an answer."""

    def __init__(self, place: GitHubPlace, github: GitHub) -> None:
        self.place = place
        self._github = github

    def tags(self, cancel: Event | None = None) -> tuple[Tag, ...]:
        """Return all tags of commits; when they were made is not told.

        Raises:
            GitHubFault: it cannot be asked.
        """
        pages = self._github.pages(self._path("tags"), self.place.full_name, None, cancel)
        return tuple(Tag(visible(str(tag["name"])), str(tag["commit"]["sha"]), 0) for page in pages for tag in page)

    def commit(self, name: str, cancel: Event | None = None) -> Meta | None:
        """Return the commit that a name stands for, None where it stands for none.

        Raises:
            GitHubFault: it cannot be asked.
        """
        try:
            return _meta(self._get(f"commits/{quote(name, safe='/')}", cancel))
        except GitHubFault as fault:
            if fault.kind in ("missing", "rejected", "empty"):
                return None
            raise

    def beyond(self, head: str, sha: str, cancel: Event | None = None) -> Beyond:
        """Return whether a commit is in the history of another one, and how many commits that one has beyond it.

        Raises:
            GitHubFault: it cannot be asked.
        """
        try:
            told = self._get(f"compare/{sha}...{head}", cancel, {"per_page": 1})
        except GitHubFault as fault:
            if fault.kind == "missing":  # nothing in common
                return Beyond(held=False, ahead=None)
            raise
        count = told.get("ahead_by")
        return Beyond(told.get("status") in ("ahead", "identical"), count if isinstance(count, int) else None)

    def commits(self, since: str | None, until: str, cancel: Event | None = None) -> list[Meta]:
        """Return every commit of `until` that is not in the history of `since`.

        Raises:
            GitHubFault: it cannot be asked.
        """
        pages = self._compared(since, until, cancel) if since is not None else self._all(until, cancel)
        return [_meta(told) for page in pages for told in page]

    def diff(self, sha: str, cancel: Event | None = None) -> Shown:
        """Return the diff of a commit against its first parent, with how much it should be.

        Raises:
            GitHubFault: it is too large for GitHub (`too-large`), or cannot be asked.
        """
        what = f"{self.place.full_name} {sha[:7]}"
        diff = self._github.download(self._path(f"commits/{sha}"), what, _DIFF, None, cancel)
        stats = self._get(f"commits/{sha}", cancel, {"per_page": 1}).get("stats") or {}
        return Shown(diff, stats.get("additions"), stats.get("deletions"))

    def file(self, sha: str, path: bytes, cancel: Event | None = None) -> bytes | None:
        """Return a file as it is in a commit; None where it is not there, or is no file.

        Raises:
            GitHubFault: it cannot be asked.
        """
        try:
            told = self._github.get(
                self._path(f"contents/{quote(path, safe='/')}"), self.place.full_name, {"ref": sha}, cancel
            ).data
        except GitHubFault as fault:
            if fault.kind == "missing":
                return None
            raise
        if not isinstance(told, Mapping) or told.get("type") != "file":
            return None
        if told.get("encoding") == "base64":
            return base64.b64decode(str(told.get("content", "")))
        blob = self._get(
            f"git/blobs/{told.get('sha', '')}", cancel
        )  # of more than a megabyte only this has the content
        return base64.b64decode(str(blob.get("content", ""))) if blob.get("encoding") == "base64" else None

    def files(self, sha: str, cancel: Event | None = None) -> dict[str, str]:
        """Return mode by path of what a commit has in the folders where a changelog can be.

        Raises:
            GitHubFault: it cannot be asked.
        """
        found: dict[str, str] = {}
        wanted = [("", sha)]
        while wanted:
            folder, tree = wanted.pop()
            for one in self._get(f"git/trees/{tree}", cancel).get("tree") or ():
                path = f"{folder}{one['path']}"
                found[path] = str(one["mode"]).zfill(6)
                if one.get("type") == "tree" and not folder and path.lower() in FOLDERS:
                    wanted.append((f"{path}/", str(one["sha"])))
        return found

    # -- within ------------------------------------------------------------------------------------------------------

    def _compared(self, since: str, until: str, cancel: Event | None) -> Iterator[Sequence[Mapping[str, Any]]]:
        number, left = 1, True
        while left:
            told = self._get(f"compare/{since}...{until}", cancel, {"per_page": 100, "page": number})
            commits = told.get("commits") or ()
            yield commits
            left = number * 100 < int(told.get("total_commits") or 0) and bool(commits)
            number += 1

    def _all(self, until: str, cancel: Event | None) -> Iterator[Sequence[Mapping[str, Any]]]:
        return self._github.pages(self._path("commits"), self.place.full_name, {"sha": until}, cancel)

    def _get(self, path: str, cancel: Event | None, parameters: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        data = self._github.get(self._path(path), self.place.full_name, parameters, cancel).data
        if not isinstance(data, Mapping):
            raise GitHubFault(
                "broken", f"{self.place.full_name}: {self.place.host.name} answered something else than GitHub does."
            )
        return data

    def _path(self, path: str) -> str:
        return f"/repos/{self.place.full_name}/{path}"


def _meta(told: Mapping[str, Any]) -> Meta:
    commit = told["commit"]
    author, committer = commit.get("author") or {}, commit.get("committer") or {}
    first, _, rest = str(commit.get("message") or "").replace("\r\n", "\n").lstrip("\n").partition("\n\n")
    return Meta(
        sha=str(told["sha"]),
        parents=tuple(str(parent["sha"]) for parent in told.get("parents") or ()),
        author=one_line(str(author.get("name") or "")),
        author_email=one_line(str(author.get("email") or "")),
        authored_at=_seconds(author.get("date")),
        committed_at=_seconds(committer.get("date")),
        subject=one_line(first),
        body=decode(rest.encode("utf-8", "replace")).strip("\n"),
        tree=str((commit.get("tree") or {}).get("sha") or ""),
    )


def _seconds(date: object) -> int:
    try:
        return max(0, int(datetime.fromisoformat(str(date)).timestamp()))
    except (ValueError, OverflowError):
        return 0
