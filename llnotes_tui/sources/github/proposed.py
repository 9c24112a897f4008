"""One pull request as it is proposed: what it says, and what it changes as one commit in a clone of our own.

All of its commits become one, on the commit where its branch left the base: then reading, drafting and reviewing it is
that of a range with a single commit.
"""

import re
from collections.abc import Mapping
from threading import Event

from msgspec import Struct

from llnotes_tui.release.model import Range
from llnotes_tui.release.text import decode, one_line, visible
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.faults import GitHubFault
from llnotes_tui.sources.github.hosts import GitHubPlace
from llnotes_tui.sources.github.mirror import Mirror
from llnotes_tui.sources.options import Say, SourceError, silent
from llnotes_tui.sources.process import GitFault

_SHA = re.compile(r"[0-9a-f]{40}")
_BRANCH = re.compile(r"pull/\d+")
_QUERY = """\
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    nameWithOwner
    pullRequest(number: $number) { title body baseRefName baseRefOid }
  }
}"""


class ProposedPull(Struct, frozen=True):
    """A pull request, open or not."""

    number: int
    title: str
    """Safe to show."""
    body: str
    """As GitHub has it, to the byte; not safe to show."""
    base_branch: str
    base: str
    """SHA of the base branch, as GitHub knew it last for this pull request; empty where it does not say."""


class OneCommit(Struct, frozen=True):
    """The range that a pull request is."""

    since: str
    """SHA of the commit where it left the base."""
    until: str
    """Name of the one commit in the clone: `pull/12`."""


def read_proposed(github: GitHub, place: GitHubPlace, number: int, cancel: Event | None = None) -> ProposedPull:
    """Return a pull request by its number.

    Raises:
        GitHubFault: there is none, or it cannot be read.
    """
    what = f"{place.full_name}#{number}"
    variables = {"owner": place.owner, "name": place.name, "number": number}
    answer = github.graphql(_QUERY, variables, what, cancel)
    told = (answer.data.get("repository") or {}).get("pullRequest")
    if not isinstance(told, Mapping):
        raise GitHubFault("missing", f"{place.full_name} has no pull request #{number}; name one by its number.")
    base = str(told.get("baseRefOid") or "")
    return ProposedPull(
        number=number,
        title=one_line(str(told.get("title") or "")) or f"Pull request {number}",
        body=str(told.get("body") or ""),
        base_branch=one_line(str(told.get("baseRefName") or "")),
        base=base if _SHA.fullmatch(base) else "",
    )


def is_pull_request(span: Range) -> bool:
    """Say whether a range is what `as_one_commit` made of a pull request."""
    return span.base_from == "option" and _BRANCH.fullmatch(span.branch) is not None


def as_one_commit(
    mirror: Mirror, pull: ProposedPull, said: str, cancel: Event | None = None, say: Say = silent
) -> OneCommit:
    """Fetch what a pull request changes, and make it one commit in the clone; `said` is the body of its message.

    Author and dates are those of its newest commit, so the same pull request is the same commit again.

    Raises:
        SourceError: it cannot be fetched, or changes nothing that its base lacks.
    """
    head = mirror.fetch_pull(pull.number, cancel, say)
    base = next(filter(None, map(mirror.resolve, (pull.base, f"refs/remotes/origin/{pull.base_branch}"))), None)
    name = f"{mirror.name}#{pull.number}"
    if base is None:
        raise SourceError(
            f"The base of {name}, {pull.base_branch}, is not there any more; there is nothing to compare."
        )
    try:
        since = decode(mirror.git(["merge-base", base, head], cancel=cancel)).strip()
    except GitFault as fault:
        raise SourceError(f"{name} has no commit in common with {pull.base_branch}; it cannot be compared.") from fault
    if since == head:
        raise SourceError(f"{name} changes nothing that {pull.base_branch} lacks; there is nothing to describe.")
    mirror.bring_change(head, since, cancel, say)
    try:
        return OneCommit(since, _written(mirror, pull, head, since, said))
    except GitFault as fault:
        raise SourceError(fault.sentence) from fault


def _written(mirror: Mirror, pull: ProposedPull, head: str, since: str, said: str) -> str:
    """Write the commit; git's plumbing does it, for all of its parts are here."""
    lines = mirror.git(["cat-file", "commit", head]).split(b"\n\n", 1)[0].split(b"\n")
    kept = [line for line in lines if line.startswith((b"tree ", b"author ", b"committer "))]
    message = f"{pull.title} (#{pull.number})\n\n{visible(said)}".strip() + "\n"
    data = b"\n".join([kept[0], b"parent " + since.encode("ascii"), *kept[1:], b"", message.encode("utf-8")])
    sha = decode(mirror.git(["hash-object", "-t", "commit", "-w", "--stdin"], stdin=data)).strip()
    mirror.git(["update-ref", f"refs/pull/{pull.number}", sha])
    return f"pull/{pull.number}"
