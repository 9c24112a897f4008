"""The parts of a squash commit whose message is only a list of commits: each listed change is an entry of its own.

A part is a commit like others while a plan is made, with the message of the listed commit and all files of the squash.
`squash_entry` puts the squash itself back in its place, so that the manifest counts it once.
"""

from collections.abc import Collection, Mapping

from msgspec import structs

from llnotes_tui.release.autosquash import autosquash_targets
from llnotes_tui.release.cleaning import is_trifle
from llnotes_tui.release.ids import commit_note, entry_note
from llnotes_tui.release.message import (
    autosquash_target_of,
    is_release_subject,
    merged_branch_of,
    messages_of,
    pull_request_of,
)
from llnotes_tui.release.model import Commit, EntryPlan, NoteId
from llnotes_tui.release.reverting import cancelled
from llnotes_tui.release.squashed import ListedCommit, is_squash_subject, listed_commits

_BETWEEN = "+"
"""Between the SHA of a squash and that of a listed commit, in what a part has as its SHA."""


def squash_parts(commit: Commit) -> tuple[tuple[str, Commit], ...]:
    """Return the commits that make the entries of a squash, newest first, each with the key that groups it.

    The key is `#N` for a pull request, else of that part alone (and of the `fixup!` commits that amend it).  Merges,
    releases, trifles (`wip`) and what the list itself reverts are no parts.  Nothing is returned for a commit that is
    one entry as a whole: no such squash, or one that a pull request brought.
    """
    if commit.pull_request is not None or not is_squash_subject(commit.subject):
        return ()
    listed = listed_commits(commit.subject, commit.body)
    if len(listed) < 2:
        return ()
    parts = [_part(commit, one) for one in listed if not _is_beside(one)]
    undone = cancelled(parts)
    parts = [part for part in parts if part.sha not in undone]
    targets = autosquash_targets(parts)
    return tuple((_key(targets.get(part.sha, part)), part) for part in parts)


def squash_entry(entry: EntryPlan, squashes: Mapping[str, Commit], taken: Collection[NoteId]) -> EntryPlan:
    """Return an entry made of parts as one of the squash commits that they are parts of; any other as it is.

    `squashes` are the squash commits by the SHA of their parts, `taken` the names of entries so far.  The first entry
    of a squash has the name that the commit's own would have; others are named after the commit that is listed.
    """
    if not any(part.sha in squashes for part in entry.commits):
        return entry
    commits = tuple({one.sha: one for part in entry.commits for one in (squashes.get(part.sha, part),)}.values())
    note = commit_note(commits[0].sha)
    if note in taken:
        listed = next(part.sha.partition(_BETWEEN)[2] for part in reversed(entry.commits) if part.sha in squashes)
        note = entry_note(f"squashed-{listed[:16]}")
    if note in taken:
        note = entry_note(f"{note.partition(':')[2]}-{commits[0].sha[:16]}")
    return structs.replace(entry, id=note, commits=commits, messages=messages_of(entry.commits))


def _key(part: Commit) -> str:
    return f"#{part.pull_request}" if part.pull_request is not None else part.sha


def _is_beside(listed: ListedCommit) -> bool:
    return (
        listed.is_merge
        or not listed.subject
        or merged_branch_of(listed.subject) is not None
        or is_release_subject(listed.subject)
        or (is_trifle(listed.subject) and autosquash_target_of(listed.subject) is None)
    )


def _part(commit: Commit, listed: ListedCommit) -> Commit:
    return structs.replace(
        commit,
        sha=f"{commit.sha}{_BETWEEN}{listed.sha}",
        author=listed.author or commit.author,
        author_email=listed.email or commit.author_email,
        subject=listed.subject,
        body=listed.body,
        pull_request=pull_request_of(listed.subject, listed.body),
        pull=None,
    )
