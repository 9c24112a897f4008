"""What is known of repositories on GitHub, kept with its age beside the answers: shown at once next time, and asked anew."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from llnotes_tui.sources.github.hosts import GitHubHost
from llnotes_tui.sources.github.listed import Filters, Listed
from llnotes_tui.sources.overview import Overview
from llnotes_tui.sources.tag_series import TagQuestion
from llnotes_tui.storage.cache import AnswerCache

_SHAPE = 2
"""Goes up when what is kept changes its shape; older ones are then as if they were not there."""


class Kept(Struct, frozen=True):
    """One repository on GitHub, or one component of it, as it was when GitHub was asked last."""

    listed: Listed
    """Without tags, releases and files: they are many, and asked anew each time."""
    component: str = ""
    overview: Overview | None = None
    """None where it could not be read, or GitHub tells nobody in particular."""
    fault: str = ""
    note: str = ""
    question: str = ""
    """Digest of all that the overview depends on: where it is the same, nothing has to be compared again."""
    tag_question: TagQuestion | None = None
    """What can be chosen among its tags, where the fault is about them."""
    read_at: int = 0
    """Seconds since the epoch."""


class RepositoryShelf:
    """The kept ones of one GitHub; `answers` may be None, then nothing is kept."""

    def __init__(self, answers: AnswerCache | None, host: GitHubHost) -> None:
        self._answers = answers
        self._host = host

    def owned(self, login: str, filters: Filters) -> tuple[str, ...] | None:
        """Return the names of an owner's repositories, None where they were never listed with these filters."""
        found = self._get(self._owner_key(login, filters))
        return tuple(str(name) for name in found) if isinstance(found, list) else None

    def keep_owned(self, login: str, filters: Filters, names: Iterable[str]) -> None:
        """Keep the names of an owner's repositories."""
        self._put(self._owner_key(login, filters), list(names))

    def repositories(self, names: Sequence[str]) -> list[Kept]:
        """Return all that is kept of some repositories, a component each; in one transaction."""
        if self._answers is None:
            return []
        keys = [self._key(name) for name in names]
        found = self._answers.get_many(keys)
        return [kept for key in keys for kept in _converted(found.get(key))]

    def keep(self, name: str, parts: Sequence[Kept]) -> None:
        """Keep what is known of a repository, by the name it has and by no other."""
        self._put(self._key(name), msgspec.to_builtins(tuple(parts)))

    def _get(self, key: str) -> Any:
        return self._answers.get(key) if self._answers is not None else None

    def _put(self, key: str, value: Any) -> None:
        if self._answers is not None:
            self._answers.put(key, value)

    def _key(self, name: str) -> str:
        return f"repository:{_SHAPE}:{self._host.web}/{name.lower()}"

    def _owner_key(self, login: str, filters: Filters) -> str:
        digest = hashlib.sha256(msgspec.json.encode(filters)).hexdigest()
        return f"owner:{_SHAPE}:{self._host.web}/{login.lower()}:{digest}"


def bare(listed: Listed) -> Listed:
    """Return what is kept of a repository's page."""
    return msgspec.structs.replace(listed, tags=(), releases=(), files={})


def digest_of(question: str, listed: Listed) -> str:
    """Return the digest of all that an overview depends on."""
    told = question.encode("utf-8", "surrogateescape") + msgspec.json.encode(listed.releases)
    return hashlib.sha256(told).hexdigest()


def _converted(value: Any) -> list[Kept]:
    try:
        return msgspec.convert(value, list[Kept]) if value is not None else []
    except msgspec.ValidationError:
        return []
