"""Pull requests in the cache, for a start without GitHub: each with the time when it was asked for."""

import hashlib
import time
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from llnotes_tui.release.model import Commit, PullRequest, RepoId, Visibility
from llnotes_tui.storage.cache import AnswerCache


class Kept(Struct):
    """What is known of pull requests."""

    pulls: dict[int, PullRequest | None]
    """By number; None for a number that is no pull request."""
    numbers: dict[str, int | None]
    """By SHA, for commits whose message names none; None for one that came without."""
    at: float = 0.0
    """When the oldest of them was asked for, in seconds since the epoch."""

    def __bool__(self) -> bool:
        """Whether anything is known."""
        return bool(self.pulls or self.numbers)


class KeptPulls:
    """The pull requests of one repository in the cache; whatever cannot be read there is not known."""

    def __init__(self, answers: AnswerCache | None, repository: RepoId) -> None:
        self._answers = answers
        self._repository = repository

    def read(self, commits: Sequence[Commit]) -> Kept:
        """Return what is kept about commits."""
        kept = Kept({}, {}, time.time())
        shas = {self._key(commit.sha): commit.sha for commit in commits if commit.pull_request is None}
        for key, (at, number) in self._found(shas).items():
            if number is None or isinstance(number, int):
                kept.numbers[shas[key]] = number
                kept.at = min(kept.at, at)
        asked = {commit.pull_request for commit in commits} | set(kept.numbers.values())
        numbers = {self._key(f"#{number}"): number for number in asked if number is not None}
        for key, (at, value) in self._found(numbers).items():
            try:
                kept.pulls[numbers[key]] = msgspec.convert(value, PullRequest | None)
            except msgspec.ValidationError:
                continue
            kept.at = min(kept.at, at)
        return kept

    def write(self, kept: Kept, visibility: Visibility) -> None:
        """Keep what was just asked for."""
        if self._answers is None or not kept:
            return
        now = time.time()
        values: dict[str, Any] = {self._key(sha): number for sha, number in kept.numbers.items()}
        values |= {self._key(f"#{number}"): msgspec.to_builtins(pull) for number, pull in kept.pulls.items()}
        values[self._key("visibility")] = visibility
        for key, value in values.items():
            self._answers.put(key, [now, value])

    def visibility(self) -> Visibility:
        """Return what was known last of who may read the repository."""
        for _, value in self._found({self._key("visibility"): ""}).values():
            if value in ("public", "private"):
                return value  # type: ignore[no-any-return]  # one of the two words
        return "unknown"

    def _found(self, keys: dict[str, Any]) -> dict[str, tuple[float, Any]]:
        if self._answers is None:
            return {}
        found: dict[str, tuple[float, Any]] = {}
        for key, value in self._answers.get_many(keys).items():
            match value:
                case [float() | int() as at, kept]:
                    found[key] = (float(at), kept)
        return found

    def _key(self, what: str) -> str:
        return "pull:" + hashlib.sha256(f"{self._repository}\n{what}".encode()).hexdigest()
