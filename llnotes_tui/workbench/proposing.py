"""A release put into a commit: on a branch of the clone, or on GitHub as a pull request.

Both are looked at first and done as they were shown.  What was done is noted in the review, so that it is known again.
"""

from threading import Event

import msgspec
from msgspec import Struct

from llnotes_tui.publishing.announcement import cleaned_announcement
from llnotes_tui.publishing.diff import patch_of
from llnotes_tui.publishing.export import Take
from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.github import BRANCHES, Difference, Ours, Outlook, Proposed, Wanted, outlook, propose
from llnotes_tui.publishing.github_bodies import Account, Placed, pull_request_body
from llnotes_tui.publishing.github_commits import (
    Repository,
    branch_head,
    commit_at,
    compare,
    has_tag,
    repository_at,
    tree_of,
)
from llnotes_tui.publishing.laid_out import Change, ClonedTree, Planned, Tree, file_of, planned
from llnotes_tui.release.model import ReleaseNotes
from llnotes_tui.review.decisions import Published
from llnotes_tui.review.store import ReviewError
from llnotes_tui.sources.github.client import GitHub
from llnotes_tui.sources.github.hosts import GitHubPlace
from llnotes_tui.sources.options import SourceError
from llnotes_tui.workbench.exporting import Unreviewed, unread
from llnotes_tui.workbench.github_access import access_of, github_host
from llnotes_tui.workbench.manifest import manifest_counts, manifest_groups
from llnotes_tui.workbench.workbench import Workbench
from llnotes_tui.workbench.writing import (
    changelog_path,
    export_options,
    is_tagged,
    notes_of,
    previous_section,
    trusted_template_path,
)


class Composed(Struct, frozen=True):
    """What a release changes in one commit, and what that is made of."""

    notes: ReleaseNotes
    planned: Planned
    announcement: Change | None
    """Where the settings put the announcement into the repository, and somebody has read it."""
    branch: str
    """`prepare/X.Y.Z`."""
    message: str
    """Of the commit: `Release vX.Y.Z`."""

    def changes(self, take: Take | None) -> tuple[Change, ...]:
        """Return the files of the commit."""
        told = self.announcement
        more = (told,) if told is not None and told.before != told.after else ()
        return (*self.planned.changes(take), *more)

    @property
    def conflict(self) -> Difference | None:
        """The section that the commit's parent has already, where it is not this review's."""
        found = self.planned.preview.conflict
        if found is None:
            return None
        theirs, ours = (text.strip("\n").encode() + b"\n" for text in (found.theirs, found.ours))
        return Difference(found.why, patch_of([(self.planned.preview.path, theirs, ours)]))


class Proposal(Struct, frozen=True):
    """What a release pull request would be."""

    seen: Outlook
    wanted: Wanted
    composed: Composed
    beyond: str
    """How far the branch is beyond what was reviewed, a sentence; empty where it is not."""

    @property
    def difference(self) -> Difference | None:
        """What a person has to decide before anything is written."""
        found = [one for one in (self.composed.conflict, self.seen.difference) if one is not None]
        if not found or self.seen.other is not None:
            return None
        return Difference("  ".join(one.why for one in found), b"".join(one.patch for one in found))


def compose(bench: Workbench, tree: Tree, unreviewed: Unreviewed, version: str = "") -> Composed:
    """Return what the release changes in a commit, by the same export as on disk.  Reads: not for the UI thread.

    Raises:
        ExportError: it cannot be written, and why.
        SourceError: the commit cannot be read.
    """
    notes = _dated(bench, notes_of(bench, unreviewed, version))
    if is_tagged(bench, notes.version):
        raise ExportError(f"{notes.tag} is tagged already: what it says is history; name another version.")
    template = trusted_template_path(bench.settings, bench.clone, bench.range.repository)
    options = export_options(bench, notes, None)
    found = planned(tree, notes, options, previous_section(bench), tag_exists=False, template=template)
    component = f"{bench.range.component}-" if bench.range.component else ""
    return Composed(
        notes=notes,
        planned=found,
        announcement=_announcement(bench, tree, notes.version),
        branch=f"{BRANCHES}{component}{notes.version}",
        message=f"Release {notes.tag}",
    )


def compose_at(
    bench: Workbench,
    commit: str,
    unreviewed: Unreviewed,
    version: str = "",
    repository: Repository | None = None,
    cancel: Event | None = None,
) -> Composed:
    """Return what the release changes in a commit that the clone has, or GitHub.

    A partial clone, such as our own of a repository on GitHub, may lack files of it: then they are asked for.

    Raises:
        ExportError: it cannot be written, and why.
        SourceError: the commit cannot be read.
    """
    missing: SourceError | None = None
    if bench.clone.resolve(commit) is not None:
        try:
            return compose(bench, ClonedTree(bench.clone, commit), unreviewed, version)
        except SourceError as fault:
            missing = fault
    try:
        repository = repository or repository_of(bench, cancel)
    except ExportError:
        if missing is not None and not bench.clone.is_on_github:
            raise missing from None
        raise
    return compose(bench, tree_of(repository, commit_at(repository, commit, cancel), cancel), unreviewed, version)


def look_at_proposal(
    bench: Workbench, unreviewed: Unreviewed, version: str = "", cancel: Event | None = None
) -> Proposal:
    """Find out what proposing the release on GitHub would do.  Asks GitHub: not for the UI thread.

    Raises:
        ExportError: it cannot be proposed, and why.
        SourceError: GitHub or the clone cannot be read.
    """
    repository = repository_of(bench, cancel)
    base_branch, base = _base(bench, repository, cancel)
    composed = compose_at(bench, base, unreviewed, version, repository, cancel)
    if has_tag(repository, composed.notes.tag, cancel):
        raise ExportError(f"{composed.notes.tag} is tagged already in {repository.name}; name another version.")
    changes = composed.changes("ours")
    if not changes:
        raise ExportError(
            f"{base_branch} of {repository.name} says all of {composed.notes.version} already; there is nothing to propose."
        )
    beyond = _beyond(bench, repository, base_branch, base, cancel)
    account = _account(bench, unreviewed, base_branch, beyond)
    wanted = Wanted(
        branch=composed.branch,
        message=composed.message,
        body=pull_request_body(composed.planned.preview.section, account),
        base_branch=base_branch,
        base=commit_at(repository, base, cancel),
        changes=changes,
        component=bench.range.component or "",
        tag_prefix=bench.range.tag_prefix,
    )
    return Proposal(outlook(repository, _ours(bench), wanted, cancel), wanted, composed, beyond)


def write_proposal(
    bench: Workbench, shown: Proposal, take: Take | None = None, cancel: Event | None = None
) -> Proposed | None:
    """Propose what was looked at, and note it in the review; return None where nothing was to be done or theirs was kept.

    Raises:
        ExportError: something stands against it, or it changed since it was looked at.
        SourceError: GitHub did not do it; what was done is found again the next time.
        ReviewError: this window may only read, or the review cannot be written.
    """
    may_note(bench)
    if shown.difference is not None and take is None:
        raise ExportError(f"{shown.difference.why}  Choose theirs or ours.")
    if shown.difference is not None and take == "theirs":
        return None
    confirm_version(bench, shown.composed.notes.version)
    base = record(shown.composed, shown.seen.branch)

    def noted(head: str) -> None:
        if head not in _ours(bench).heads:
            bench.published(msgspec.structs.replace(base, head=head)).result()

    done = propose(shown.seen, shown.wanted, take, noted, cancel)
    if done is None:
        return None
    made = msgspec.structs.replace(
        base, kind="pull-request", number=done.number, url=done.url, head=done.head, digest=done.digest
    )
    bench.published(made).result()
    return done


def repository_of(bench: Workbench, cancel: Event | None = None) -> Repository:
    """Return the repository on GitHub, with what it may be written with.

    Raises:
        ExportError: it is on no GitHub, or nobody may ask.
        SourceError: GitHub does not give it.
    """
    github, place = hosted(bench)
    return repository_at(github, place, cancel)


def hosted(bench: Workbench) -> tuple[GitHub, GitHubPlace]:
    """Return whom to ask, and about which repository.  May start `gh`: not for the UI thread.

    Raises:
        ExportError: it is on no GitHub, or nobody may ask.
        SourceError: the settings are wrong.
    """
    access = access_of(bench.settings, bench.clone.origin)
    host = github_host(bench.settings)
    if access.place is None:
        raise ExportError(
            f"{bench.range.name} is not on {host.name}, as far as its origin says; `git remote -v` shows it."
        )
    if bench.settings.offline:
        raise ExportError("GitHub is not asked with --offline; leave it out to publish there.")
    if access.github is None:
        raise ExportError(f"No token for {host.name} was found; set GITHUB_TOKEN, or run `gh auth login`.")
    return access.github, access.place


def may_note(bench: Workbench) -> None:
    """Pass where this window may write to the review.

    Raises:
        ReviewError: it may only read.
    """
    if bench.review.read_only or bench.review.fault:
        raise ReviewError(bench.review.read_only or bench.review.fault)


def confirm_version(bench: Workbench, version: str) -> None:
    """Let the version that is published be that of the review.

    Raises:
        ReviewError: the review cannot be written.
    """
    if version != bench.view().version:
        bench.set_version(version).result()


def record(composed: Composed, branch: str) -> Published:
    """Return what is noted of a commit with this release, without its SHA."""
    shown = composed.planned.preview
    return Published(
        kind="commit",
        version=composed.notes.version,
        tag=composed.notes.tag,
        branch=branch,
        section_digest=shown.section_digest,
        date=shown.date,
    )


def beyond_sentence(branch: str, count: int) -> str:
    """Return how far a branch is beyond what was reviewed; empty where it is not."""
    if not count:
        return ""
    return f"{branch} is {count} {'commit' if count == 1 else 'commits'} beyond that; they are not in these notes."


def _dated(bench: Workbench, notes: ReleaseNotes) -> ReleaseNotes:
    """A section that is written again keeps the date that it got first: a day later nothing has changed."""
    known = (one.date for one in bench.review.state.sections if one.version == notes.version and one.date)
    return msgspec.structs.replace(notes, date=next(known, notes.date))


def _announcement(bench: Workbench, tree: Tree, version: str) -> Change | None:
    note = bench.announcement()
    if not bench.settings.announcement or not note.text or note.state not in ("accepted", "edited"):
        return None
    path = bench.settings.announcement.replace("$VERSION", version)
    if path == changelog_path(bench):
        raise ExportError(f"`announcement` names the changelog, {path}; name another file in the settings.")
    text = note.text.rstrip("\n") + "\n" if note.engine == "person" else cleaned_announcement(note.text)
    return Change(path, file_of(tree, path), text.encode())


def _base(bench: Workbench, repository: Repository, cancel: Event | None) -> tuple[str, str]:
    """Return the branch that is released from, and where it stands on GitHub."""
    for branch in dict.fromkeys((bench.range.branch, repository.default_branch)):
        head = branch_head(repository, branch, cancel)
        if head is not None:
            return branch, head
    raise ExportError(f"{repository.name} has no branch {repository.default_branch} on GitHub: push it first.")


def _beyond(bench: Workbench, repository: Repository, branch: str, head: str, cancel: Event | None) -> str:
    until = bench.range.until
    if head == until:
        return ""
    if bench.clone.resolve(head) is not None:
        return beyond_sentence(branch, bench.clone.commits_beyond(until, head))
    told = compare(repository, until, head, cancel)
    return beyond_sentence(branch, told.ahead) if told is not None else f"{branch} stands at {head[:7]} by now."


def _account(bench: Workbench, unreviewed: Unreviewed, branch: str, beyond: str) -> Account:
    view = bench.view()
    cancelled = {out.commit.sha for out in bench.plan.left_out if out.kind == "reverted"}
    groups = manifest_groups(view, unreviewed, cancelled)
    commits, placed = manifest_counts(view)
    left, entries = len(unread(view)), sum(entry.state != "excluded" for entry in view.entries)
    others = {"titles": "title and link only", "skip": "left out", "drafts": "as they were drafted"}[unreviewed]
    read = f"A person has read {entries - left} of {entries} {'entry' if entries == 1 else 'entries'}"
    return Account(
        counts=f"{commits}: {placed}",
        manifest=tuple((one.name, tuple(Placed(row.sha, row.title, row.told) for row in one.rows)) for one in groups),
        branch=branch,
        until=bench.range.until,
        beyond=beyond,
        read=f"{read}; the others are {others}." if left else f"{read}.",
    )


def _ours(bench: Workbench) -> Ours:
    state = bench.review.state
    heads = frozenset(one.head for one in state.published if one.head)
    last = state.last_published("pull-request")
    return Ours(heads=heads) if last is None else Ours(last.number, last.branch, heads, last.digest)
