"""How commits, or an item that a person wrote, become an entry: its title, section, pull requests and suspected break."""

import hashlib
from collections.abc import Collection, Sequence

from llnotes_tui.release.changelog import Item
from llnotes_tui.release.ids import commit_note, entry_note
from llnotes_tui.release.items import item_title
from llnotes_tui.release.labels import label_among, section_of_labels
from llnotes_tui.release.message import (
    breaking_line_of,
    commit_title,
    message_of,
    pull_request_of,
    title_of,
)
from llnotes_tui.release.model import Breaking, Commit, EntryPlan, NoteId, Section
from llnotes_tui.release.titles import cut_title, published_title, section_of


def entry_of_change(commits: Sequence[Commit], breaking_labels: Collection[str] = ()) -> EntryPlan:
    """Return the entry of one pull request, or of one commit.

    The pull request gives the title, where it is known; else the oldest of the commits (newest first), or the merge.
    """
    named = next((commit for commit in commits if len(commit.parents) > 1), commits[-1])
    edited = title_of(named.pull.title, "") if named.pull is not None else ""
    return _entry(commit_note(commits[0].sha), commits, named, edited or commit_title(named), breaking_labels)


def entry_of_commit(commit: Commit, note: NoteId, breaking_labels: Collection[str] = ()) -> EntryPlan:
    """Return the entry that one commit makes on its own, under the name of a note."""
    return _entry(note, (commit,), commit, commit_title(commit), breaking_labels)


def entry_of_item(item: Item, commits: Sequence[Commit], *, is_further: bool = False) -> EntryPlan:
    """Return the entry of an item that a person wrote, word for word; `is_further`: another entry has its commits too."""
    numbers = dict.fromkeys((*item.pull_requests, *filter(None, map(number_of, commits))))
    digest = hashlib.sha256(item.text.encode()).hexdigest()[:16]
    title = item_title(item.text)
    breaking: Breaking = "confirmed" if item.breaking else "no"
    return EntryPlan(
        id=commit_note(commits[0].sha) if commits and not is_further else entry_note(f"changelog-{digest}"),
        commits=tuple(commits),
        pull_requests=tuple(numbers),
        title=title,
        origin="changelog",
        text=item.text,
        section=item.section or section_of(title, ""),
        breaking=breaking,
        breaking_line=title if item.breaking else "",
    )


def number_of(commit: Commit) -> int | None:
    """Return the pull request that brought a commit, as its source or else its message says."""
    return commit.pull_request if commit.pull_request is not None else pull_request_of(commit.subject, commit.body)


def published_commit_title(commit: Commit) -> str:
    """Return the title of one commit as a changelog prints it."""
    return cut_title(published_title(commit_title(commit)))


def _entry(
    note: NoteId, commits: Sequence[Commit], named: Commit, title: str, breaking_labels: Collection[str]
) -> EntryPlan:
    line = next((line for commit in commits if (line := _breaking_line(commit, breaking_labels))), None)
    number = next(filter(None, map(number_of, commits)), None)
    published = published_title(title)
    return EntryPlan(
        id=note,
        commits=tuple(commits),
        pull_requests=(number,) if number is not None else (),
        title=cut_title(published),
        section=_section(named, title),
        breaking="suspected" if line else "no",
        breaking_line=line or "",
        author_title=title,
        whole_title=published if cut_title(published) != published else "",
    )


def _section(commit: Commit, title: str) -> Section:
    told = section_of(title, message_of(commit))
    labels = commit.pull.labels if commit.pull is not None else ()
    return section_of_labels(labels, title) or told if told == "changed" else told


def _breaking_line(commit: Commit, labels: Collection[str]) -> str | None:
    """Return the line, else the label, that makes a commit suspect of breaking its users."""
    line = breaking_line_of(commit)
    if line is not None:
        return line
    label = label_among(commit.pull, labels)
    return f"labelled {label}" if label is not None else None
