"""The pull requests of a range: which commit has which, and what their authors say on GitHub by now.

Asked by number where a message names one, else by commit (rebase-merged), fifty at a time.  What came is kept, so that a
start without network has it too and says how old it is.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from threading import Event
from typing import Any

import msgspec
from msgspec import Struct

from llnotes_tui.release.model import Commit, PullsFrom, Range, Visibility
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.hosts import GitHubPlace
from llnotes_tui.sources.github.kept_pulls import Kept, KeptPulls
from llnotes_tui.sources.github.pull_answers import associated, by_number, visibility_of
from llnotes_tui.storage.cache import AnswerCache

_BATCH = 50
_MANY = 5
"""Pull requests of one commit that are looked at: it may have gone through a branch of its own before."""
_NAMED = 8
"""Pull requests that a warning names."""
_FIELDS = """\
fragment P on PullRequest {
  number title body state merged baseRefName mergedAt closedAt mergeCommit { oid }
  author { __typename login }
  labels(first: 50) { nodes { name } }
  baseRepository { nameWithOwner }
}"""


class PullSource(Struct, frozen=True):
    """Where the pull requests of a repository are to be had."""

    place: GitHubPlace
    github: GitHub | None = None
    """None: nobody may be asked, for the reason below."""
    why_not: str = ""
    """In a few words, such as `offline`."""
    answers: AnswerCache | None = None


class Pulls(Struct, frozen=True):
    """The commits of a range with their pull requests."""

    commits: tuple[Commit, ...]
    visibility: Visibility = "unknown"
    pulls_from: PullsFrom = ""
    warnings: tuple[str, ...] = ()
    """Sentences: what could not be had, and why."""


def pulls_of(source: PullSource, span: Range, commits: Sequence[Commit], cancel: Event | None = None) -> Pulls:
    """Return the commits with the pull requests that brought them, from GitHub, else as they were known last.

    Raises:
        GitHubFault: `cancel` was set (`stopped`); nothing else, for notes can be drafted without.
    """
    if not commits:
        return Pulls(())
    kept = KeptPulls(source.answers, span.repository)
    asked = _Asked(source, span, cancel)
    asked.ask(commits)
    known = Kept({}, {}) if asked.is_whole else kept.read(asked.lacking)
    kept.write(asked.found, asked.visibility)
    return Pulls(
        commits=tuple(_with_pull(commit, asked.found, known) for commit in commits),
        visibility=asked.visibility if asked.visibility != "unknown" else kept.visibility(),
        pulls_from="github" if asked.answered else "cache" if known else "",
        warnings=tuple(_warnings(asked, known)),
    )


class _Asked:
    """What GitHub was asked, and what it answered."""

    def __init__(self, source: PullSource, span: Range, cancel: Event | None) -> None:
        self.found = Kept({}, {})
        self.visibility: Visibility = "unknown"
        self.lacking: list[Commit] = []
        """Commits of which nothing is known now."""
        self.why = source.why_not
        self.answered = False
        self._source = source
        self._span = span
        self._cancel = cancel

    @property
    def is_whole(self) -> bool:
        """Nothing was refused."""
        return not self.lacking

    def ask(self, commits: Sequence[Commit]) -> None:
        """Ask for all, batch by batch; one that fails leaves its commits to what is kept, and the rest is asked."""
        github = self._source.github
        if github is None:
            self.lacking = list(commits)
            return
        by_subject: dict[int | str, list[Commit]] = {}
        for commit in commits:
            by_subject.setdefault(commit.sha if commit.pull_request is None else commit.pull_request, []).append(commit)
        is_down = False
        subjects = list(by_subject.items())
        for start in range(0, len(subjects), _BATCH):
            batch = subjects[start : start + _BATCH]
            failed = [subject for subject, _ in batch] if is_down else []
            if not is_down:
                try:
                    failed = self._ask_batch(github, batch)
                except GitHubFault as fault:
                    if fault.kind == "stopped":
                        raise
                    failed, self.why = [subject for subject, _ in batch], fault.sentence.rstrip(".")
                    # Nobody to answer, or nobody who may ask: the next batch would wait for the same.
                    is_down = fault.kind != "broken"
            gone = set(failed)
            self.lacking += [commit for subject, same in batch if subject in gone for commit in same]

    def _ask_batch(self, github: GitHub, batch: Sequence[tuple[int | str, list[Commit]]]) -> list[int | str]:
        """Ask for some, and return those that were refused."""
        subjects = [subject for subject, _ in batch]
        place = self._source.place
        answer = github.graphql(
            _query(subjects),
            {"owner": place.owner, "name": place.name},
            place.full_name,
            self._cancel,
        )
        repository = answer.data.get("repository")
        if not isinstance(repository, Mapping):
            raise GitHubFault("broken", f"{place.host.name} did not answer about {place.full_name}; try again.")
        refused = _refused(answer.errors)
        self.visibility = visibility_of(repository)
        failed: list[int | str] = []
        for at, (subject, commits) in enumerate(batch):
            told = repository.get(f"a{at}")
            if told is None and f"a{at}" in refused:
                failed.append(subject)
                self.why = refused[f"a{at}"]
            elif isinstance(subject, int):
                self.found.pulls[subject] = by_number(told, commits)
            else:
                pull = associated(told, str(repository.get("nameWithOwner", "")), self._span.branch)
                self.found.numbers[subject] = pull.number if pull is not None else None
                if pull is not None:
                    self.found.pulls[pull.number] = pull
        self.answered = self.answered or len(failed) < len(subjects)
        return failed


def _query(subjects: Sequence[int | str]) -> str:
    fields = [
        f"a{at}: pullRequest(number: {subject}) {{ ...P }}"
        if isinstance(subject, int)
        else f'a{at}: object(oid: "{subject}") {{ ... on Commit {{ associatedPullRequests(first: {_MANY}) {{ nodes {{ ...P }} }} }} }}'
        for at, subject in enumerate(subjects)
    ]
    inner = "\n    ".join(["nameWithOwner isPrivate", *fields])
    head = "query($owner: String!, $name: String!) {\n  repository(owner: $owner, name: $name) {\n    "
    return f"{head}{inner}\n  }}\n}}\n{_FIELDS}"


def _refused(errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return by alias why it was not answered; that there is no such pull request is an answer."""
    found: dict[str, str] = {}
    for error in errors:
        path = error.get("path") or []
        if len(path) > 1 and error.get("type") != "NOT_FOUND":
            found[str(path[1])] = str(error.get("message") or "GitHub refused it").rstrip(".")
    return found


def _with_pull(commit: Commit, found: Kept, known: Kept) -> Commit:
    number = commit.pull_request
    if number is None:
        number = found.numbers.get(commit.sha, known.numbers.get(commit.sha))
    if number is None:
        return commit
    pull = found.pulls[number] if number in found.pulls else known.pulls.get(number)
    return msgspec.structs.replace(commit, pull_request=number, pull=pull)


def _warnings(asked: _Asked, known: Kept) -> Iterator[str]:
    if asked.is_whole:
        return
    why = f" ({asked.why})" if asked.why else ""
    if known:
        yield f"pull requests as they were {_ago(known.at)}{why}"
    elif not asked.answered:
        yield f"without pull requests{why}"
    else:
        names = [f"#{c.pull_request}" if c.pull_request is not None else c.sha[:7] for c in asked.lacking]
        named = list(dict.fromkeys(names))
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        yield f"without the pull requests of {', '.join(named[:_NAMED])}{more}{why}"


def _ago(moment: float) -> str:
    seconds = max(0.0, time.time() - moment)
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        count = int(seconds // length)
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "a moment ago"
