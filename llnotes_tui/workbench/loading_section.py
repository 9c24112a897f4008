"""The section of a release pull request that is open already, taken into the review as a person's edits."""

import re
from threading import Event

from msgspec import Struct

from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.github import BRANCHES, PullRequest, open_release
from llnotes_tui.publishing.github_commits import Repository, commit_at, tree_of
from llnotes_tui.publishing.laid_out import file_of
from llnotes_tui.release.changelog import Changelog, Item, VersionSection, parse
from llnotes_tui.release.items import item_title
from llnotes_tui.release.references import credited, references
from llnotes_tui.release.text import one_line, visible
from llnotes_tui.workbench.proposing import may_note, repository_of
from llnotes_tui.workbench.views import EntryView
from llnotes_tui.workbench.workbench import Workbench
from llnotes_tui.workbench.writing import changelog_path

_LEAD = re.compile(r"^(?:\*\*|__)breaking(?: change)?:?(?:\*\*|__):?\s*", re.IGNORECASE)
_VERSION = re.compile(r"v?(\d+(?:\.\d+)+[0-9A-Za-z.+-]*)")


class LoadedSection(Struct, frozen=True):
    """What loading did."""

    number: int
    """Of the pull request."""
    version: str
    edited: int
    """Entries that have its words now."""
    same: int
    """Entries that said the same already, or of which it says no more than the title."""
    unmatched: tuple[str, ...]
    """Titles of its items that belong to no entry of this review."""

    def sentences(self) -> tuple[str, ...]:
        """Return it in words."""
        told = f"Took the words of {self.edited} {'entry' if self.edited == 1 else 'entries'} from #{self.number}"
        said = [f"{told} ({self.version}); each can be undone."]
        if self.same:
            said.append(f"{self.same} said the same already, or have no prose there.")
        said += [f"In no entry of this review: {title}" for title in self.unmatched]
        return tuple(said)


def load_section(bench: Workbench, number: int = 0, cancel: Event | None = None) -> LoadedSection:
    """Take the prose of an open release pull request into the review: each item becomes an edit of its entry.

    `number` names the pull request; 0 takes the one that is open.  Items are matched by pull request.

    Raises:
        ExportError: none is open, or its changelog has no section of its version.
        SourceError: GitHub cannot be asked.
        ReviewError: this window may only read, or the review cannot be written.
    """
    may_note(bench)
    repository = repository_of(bench, cancel)
    found = open_release(repository, number, cancel)
    if found is None:
        raise ExportError(f"No release pull request is open in {repository.name}; there is nothing to load.")
    section = _section(bench, repository, found, cancel)
    edited = same = 0
    unmatched: list[str] = []
    taken: set[str] = set()
    for item in section.items:
        if item.dependency:
            continue
        entry = next((one for one in bench.view().entries if set(one.pull_requests) & set(item.pull_requests)), None)
        if entry is None or entry.note in taken:
            unmatched.append(one_line(item_title(item.text)))
            continue
        taken.add(entry.note)
        if _edit(bench, entry, item):
            edited += 1
        else:
            same += 1
    return LoadedSection(found.number, section.version, edited, same, tuple(unmatched))


def _section(bench: Workbench, repository: Repository, found: PullRequest, cancel: Event | None) -> VersionSection:
    path = changelog_path(bench)
    data = file_of(tree_of(repository, commit_at(repository, found.head, cancel), cancel), path)
    if data is None:
        raise ExportError(f"#{found.number} has no {path}; there is nothing to load.")
    changelog = parse(data, bench.range.web_url)
    section = _of_version(changelog, found)
    if section is None:
        raise ExportError(
            f"{path} of #{found.number} has no section that its title or branch names; nothing was loaded."
        )
    return section


def _of_version(changelog: Changelog, found: PullRequest) -> VersionSection | None:
    for words in (found.branch.removeprefix(BRANCHES), found.title):
        match = _VERSION.search(words)
        section = changelog.section(match[1]) if match is not None else None
        if section is not None:
            return section
    return None


def _edit(bench: Workbench, entry: EntryView, item: Item) -> bool:
    """Give an entry the words of an item; say whether they are others than it has."""
    prose = _prose(item.text, entry)
    if not prose or prose.strip() == entry.text.strip():
        return False
    bench.edit(entry.note, prose).result()
    return True


def _prose(text: str, entry: EntryView) -> str:
    """Return what an item says behind its title and links; all of it for an entry that has no title of its own there."""
    text = visible(_LEAD.sub("", text.strip()))
    if entry.origin == "changelog":
        return text
    group = credited(text, references(text, {}))
    if not group or not set(entry.pull_requests) & {mention.number for mention in group}:
        return text
    behind = text[group[-1].end :].lstrip()
    return behind.removeprefix(")").lstrip(" .…?!").strip()
