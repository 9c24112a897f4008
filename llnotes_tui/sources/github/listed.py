"""What one look at a repository's page on GitHub tells: taken from GitHub's answers, made safe to show, and filtered."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct

from llnotes_tui.release.message import is_release_subject
from llnotes_tui.release.text import one_line
from llnotes_tui.release.versions import Tag

SETTINGS_FILES = _OWN, _PROJECT = ".llnotes.toml", "pyproject.toml"
"""Where a repository may have settings."""


class Release(Struct, frozen=True):
    """A release on GitHub, a draft included."""

    tag: str
    draft: bool
    prerelease: bool
    published_at: int | None
    """Seconds since the epoch."""


class OpenPullRequest(Struct, frozen=True):
    """An open pull request that makes a release."""

    number: int
    title: str
    url: str


class Listed(Struct, frozen=True):
    """A repository as GitHub lists it."""

    name: str
    """`owner/name`, as GitHub spells it."""
    url: str
    private: bool
    archived: bool
    fork: bool
    topics: tuple[str, ...]
    language: str
    branch: str
    """The default branch; empty where nothing was pushed yet."""
    disabled: bool = False
    """GitHub shows nothing of it, for legal reasons or others."""
    head: str = ""
    """SHA of its tip; empty where that was not asked."""
    tags: tuple[Tag, ...] = ()
    """Tags of commits, peeled, the newest first."""
    releases: tuple[Release, ...] = ()
    pull_request: OpenPullRequest | None = None
    files: dict[str, str] = {}
    """Texts of the files that may hold its settings, by name."""
    is_whole: bool = True
    """Everything above was told; a list for nobody in particular has names and a few facts."""


class Filters(Struct, frozen=True):
    """Which of an owner's repositories are wanted; fields as the settings of these names."""

    archived: bool = False
    forks: bool = False
    topics: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def wants(self, listed: Listed) -> bool:
        """Tell whether a repository passes."""
        return (
            (self.archived or not listed.archived)
            and (self.forks or not listed.fork)
            and (not self.topics or bool(_lower(self.topics) & _lower(listed.topics)))
            and (not self.languages or listed.language.lower() in _lower(self.languages))
            and self.wants_name(listed.name)
        )

    def wants_name(self, full_name: str) -> bool:
        """Tell whether a repository of this name (`owner/name`) passes, as far as its name goes."""
        patterns = [pattern for pattern in self.names if not pattern.startswith("!")]
        unwanted = [pattern[1:] for pattern in self.names if pattern.startswith("!")]
        return (not patterns or _fits(full_name, patterns)) and not _fits(full_name, unwanted)


def listed_of(data: Mapping[str, Any]) -> Listed:
    """Return what GraphQL told of a repository.

    Raises:
        KeyError, TypeError, ValueError: it is not what was asked for.
    """
    branch = data.get("defaultBranchRef") or {}
    return Listed(
        name=one_line(data["nameWithOwner"]),
        url=one_line(data["url"]),
        private=bool(data["isPrivate"]),
        archived=bool(data["isArchived"]),
        fork=bool(data["isFork"]),
        topics=tuple(one_line(node["topic"]["name"]) for node in _nodes(data, "repositoryTopics")),
        language=one_line((data.get("primaryLanguage") or {}).get("name") or ""),
        branch=one_line(branch.get("name") or ""),
        disabled=bool(data["isDisabled"]),
        head=(branch.get("target") or {}).get("oid") or "",
        tags=tuple(tag for node in _nodes(data, "tags") if (tag := _tag(node)) is not None),
        releases=tuple(
            Release(one_line(node["tagName"]), node["isDraft"], node["isPrerelease"], moment(node["publishedAt"]))
            for node in _nodes(data, "releases")
        ),
        pull_request=_release_pull_request(data),
        files={
            name: text for name, text in (_text(_OWN, data.get("own")), _text(_PROJECT, data.get("project"))) if name
        },
    )


def listed_of_rest(data: Mapping[str, Any]) -> Listed:
    """Return what REST tells of a repository.

    Raises:
        KeyError, TypeError: it is not what was asked for.
    """
    return Listed(
        name=one_line(data["full_name"]),
        url=one_line(data["html_url"]),
        private=bool(data["private"]),
        archived=bool(data.get("archived")),
        fork=bool(data.get("fork")),
        topics=tuple(one_line(topic) for topic in data.get("topics") or ()),
        language=one_line(data.get("language") or ""),
        branch=one_line(data.get("default_branch") or ""),
        is_whole=False,
    )


def moment(text: str | None) -> int | None:
    """Return a time of GitHub's (ISO 8601) in seconds since the epoch."""
    return int(datetime.fromisoformat(text).timestamp()) if text else None


def _tag(node: Mapping[str, Any]) -> Tag | None:
    """Return a tag with the commit it stands for, None for a tag of something else."""
    target = node.get("target") or {}
    made = moment((target.get("tagger") or {}).get("date"))
    while target.get("__typename") == "Tag":
        target = target.get("target") or {}
    if target.get("__typename") != "Commit":
        return None
    return Tag(one_line(node["name"]), target["oid"], made or moment(target.get("committedDate")) or 0)


def _release_pull_request(data: Mapping[str, Any]) -> OpenPullRequest | None:
    """Return the newest open pull request from a branch `prepare/*`, or with the title of a release.

    A branch of a fork can have any name, so of those only the title counts.
    """
    prepared = [one for node in _nodes(data, "prepared") for one in _nodes(node, "associatedPullRequests")]
    among = [
        one
        for one in _nodes(data, "pullRequests")
        if one["headRefName"].startswith("prepare/") or is_release_subject(one_line(one["title"]))
    ]
    own = [one for one in (*prepared, *among) if not one["isCrossRepository"]]
    titled = [one for one in among if is_release_subject(one_line(one["title"]))]
    found = max(own or titled, key=lambda one: int(one["number"]), default=None)
    return OpenPullRequest(found["number"], one_line(found["title"]), one_line(found["url"])) if found else None


def _nodes(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the parts of a connection that are there: GitHub leaves gaps for what one may not see."""
    return [node for node in (data.get(name) or {}).get("nodes") or () if node]


def _text(name: str, blob: Mapping[str, Any] | None) -> tuple[str, str]:
    """Return a file's name and text; no name where there is no such file, or GitHub cut it."""
    if not blob or blob.get("text") is None or blob.get("isTruncated"):
        return "", ""
    return name, blob["text"]


def _lower(words: Iterable[str]) -> set[str]:
    return {word.lower() for word in words}


def _fits(full_name: str, patterns: Iterable[str]) -> bool:
    whole = full_name.lower()
    name = whole.rpartition("/")[2]
    return any(fnmatchcase(whole if "/" in pattern else name, pattern.lower()) for pattern in patterns)
