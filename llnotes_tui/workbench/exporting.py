"""What of a release goes into the changelog: prose that a person has read, and for the rest what was asked for."""

from typing import Literal

from llnotes_tui.config import PeopleChoice
from llnotes_tui.release.model import Level, NotesEntry, ReleaseNotes
from llnotes_tui.release.people import contributors_of
from llnotes_tui.workbench.views import EntryView, ReleaseView

Unreviewed = Literal["titles", "skip", "drafts"]
"""What becomes of entries nobody has read: title and link only, nothing at all, or the draft as it is."""


def release_notes(
    view: ReleaseView, *, unreviewed: Unreviewed, date: str, version: str = "", contributors: PeopleChoice = "auto"
) -> ReleaseNotes:
    """Return the notes of a release; nothing is breaking that no person confirmed.

    Words that a person wrote into the changelog or by hand always go in as they are.  Those whose entries are left out
    are no `contributors`.
    """
    version = version or view.version
    told = [entry for entry in view.entries if entry.state != "excluded"]
    entries = [(entry, notes_entry(entry, unreviewed)) for entry in told]
    internal = view.internal if view.publish_internal else ()
    published = (*(entry for entry, note in entries if note is not None), *internal)
    commits = {commit.sha: commit for entry in published for commit in entry.commits}
    return ReleaseNotes(
        version=version,
        date=date,
        tag=f"{view.range.tag_prefix}{version}",
        previous_tag=view.range.previous_tag,
        web_url=view.range.web_url,
        entries=tuple(note for _, note in entries if note is not None),
        dependency_updates=tuple((d.title, next(iter(d.pull_requests), None)) for d in view.dependency_updates),
        update_pull_requests=tuple(number for update in view.dependency_updates for number in update.pull_requests),
        internal=tuple(_line(entry) for entry in internal),
        contributors=() if contributors == "never" else contributors_of(commits.values(), view.known_people),
        always_names_contributors=contributors == "always",
    )


def notes_entry(entry: EntryView, unreviewed: Unreviewed) -> NotesEntry | None:
    """Return an entry as it is published, None where it is not."""
    written_by_hand = entry.origin != "drafted"
    if entry.reviewed or written_by_hand or unreviewed == "drafts":
        return _published(entry, entry.text)
    return None if unreviewed == "skip" else _published(entry, "")


def unread(view: ReleaseView) -> tuple[EntryView, ...]:
    """Return the entries whose text would be published without anybody having read it."""
    return tuple(e for e in view.entries if e.state != "excluded" and not e.reviewed and e.origin == "drafted")


def open_findings(view: ReleaseView, unreviewed: Unreviewed, level: Level = "red") -> tuple[EntryView, ...]:
    """Return the entries whose prose would be published with a finding of this level that nobody mended or dismissed."""

    def is_open(entry: EntryView) -> bool:
        note = notes_entry(entry, unreviewed) if entry.state != "excluded" else None
        return note is not None and bool(note.text) and any(found.level == level for found in entry.findings)

    return tuple(entry for entry in view.entries if is_open(entry))


def _published(entry: EntryView, text: str) -> NotesEntry:
    return NotesEntry(
        id=entry.note,
        title=entry.title,
        text=text,
        section=entry.section,
        breaking=entry.breaking == "confirmed",
        pull_requests=entry.pull_requests,
        commits=tuple(commit.sha for commit in entry.commits),
        origin=entry.origin,
        human=entry.engine == "person",
    )


def _line(entry: EntryView) -> NotesEntry:
    return _published(entry, "")
