"""Findings laid over what the screens draw: each on exactly the text it was found in, dismissed ones left away."""

from collections.abc import Callable, Iterator, Mapping
from threading import Event
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from llnotes_tui.release.ids import ANNOUNCEMENT
from llnotes_tui.release.model import Finding, NoteId, NotesEntry
from llnotes_tui.workbench.inspecting import Checked, Checker, Inspector, Matter
from llnotes_tui.workbench.views import EntryView, FileView, ReleaseView

Dismissed = frozenset[tuple[NoteId, str, str]]
_RULES = frozenset({"extractive", "rule"})
"""Engines that count instead of guessing."""
View = TypeVar("View", EntryView, FileView)


class _Laid(Struct, frozen=True):
    """An entry with its findings, and what they were made from."""

    entry: EntryView
    results: tuple[Checked | None, ...]
    dismissed: Dismissed
    made: EntryView
    silenced: int


class Overlay:
    """Asks for the checks that a view needs, and lays over it what they found.  An entry of which nothing changed is
    the same object again.  Belongs to one thread, but for its inspector."""

    def __init__(self, checker: Checker, tell: Callable[[], None]) -> None:
        """`tell` is called from another thread when there is something new to lay over."""
        self.inspector = Inspector(checker, tell)
        self._laid: dict[NoteId, _Laid] = {}

    def laid_over(self, view: ReleaseView, dismissed: Dismissed) -> ReleaseView:
        """Return a view with the findings of its notes, as far as they are known by now."""
        laid = [self._entry(entry, dismissed) for entry in view.entries]
        return _counted(view, tuple(one.made for one in laid), sum(one.silenced for one in laid))

    def announcement(
        self, view: EntryView, release: ReleaseView, announced: tuple[NotesEntry, ...], dismissed: Dismissed
    ) -> EntryView:
        """Return the announcement with what it says and neither its entries nor the release itself do."""
        if not view.text:
            return view
        matter = Matter(ANNOUNCEMENT, view.text, "announcement", entries=(*announced, _facts_of(release)))
        result = self._result(matter)
        if result is None:
            return view
        return replace(view, findings=_left(result, dismissed), checked=True)

    def _entry(self, entry: EntryView, dismissed: Dismissed) -> _Laid:
        known = self._laid.get(entry.note)
        results = tuple(self.inspector.known(note) for note in (entry.note, *(file.note for file in entry.files)))
        if known is not None and known.entry is entry and known.dismissed == dismissed:
            same = len(results) == len(known.results) and all(
                a is b for a, b in zip(results, known.results, strict=True)
            )
            if same:
                return known
        found = {matter.note: self._result(matter) for matter in matters_of(entry)}
        made, silenced = _laid_over(entry, found, dismissed)
        if known is not None and made == known.made:
            made = known.made
        self._laid[entry.note] = laid = _Laid(entry, results, dismissed, made, silenced)
        return laid

    def _result(self, matter: Matter) -> Checked | None:
        """Return the result for a matter; where there is none for this very text, have it checked."""
        known = self.inspector.known(matter.note)
        if known is not None and known.matter.is_like(matter):
            return known
        self.inspector.want((matter,))
        return None


def checked_now(view: ReleaseView, checker: Checker, dismissed: Dismissed = frozenset()) -> ReleaseView:
    """Return a view with all of its findings, checked here and now: for where there is no screen.  Slow."""
    cancel = Event()
    laid = [
        _laid_over(entry, {matter.note: checker.check(matter, cancel) for matter in matters_of(entry)}, dismissed)
        for entry in view.entries
    ]
    return _counted(view, tuple(entry for entry, _ in laid), sum(silenced for _, silenced in laid))


def matters_of(entry: EntryView) -> Iterator[Matter]:
    """Yield the texts of an entry and of its files that can be held against something.

    The one file note of a commit is the entry's own note.
    """
    if entry.text and entry.commits:
        by_rule = entry.engine in _RULES
        yield Matter(entry.note, entry.text, "entry", entry.commits, entry.badges, entry.title, is_by_rule=by_rule)
    by_sha = {commit.sha: commit for commit in entry.commits}
    for file in entry.files:
        commit = by_sha.get(file.commit)
        is_the_entry = file.note == entry.note
        if (
            file.text
            and not is_the_entry
            and commit is not None
            and file.change.noise is None
            and file.state != "skipped"
        ):
            yield Matter(file.note, file.text, "file", (commit,), file.badges, is_by_rule=file.engine in _RULES)


def matter_of(view: ReleaseView, note: NoteId, text: str) -> Matter | None:
    """Return what a text that is being typed for a note is to be held against, None where there is nothing."""
    for entry in view.entries:
        if entry.note == note and entry.commits:
            return Matter(note, text, "entry", entry.commits, (), entry.title)
        for file in entry.files:
            if file.note == note:
                commits = tuple(commit for commit in entry.commits if commit.sha == file.commit)
                return Matter(note, text, "file", commits) if commits else None
    return None


def _laid_over(entry: EntryView, found: Mapping[NoteId, Checked | None], dismissed: Dismissed) -> tuple[EntryView, int]:
    """Return an entry with what was found in its texts, and how many findings are silenced."""
    files = tuple(_with(file, found.get(file.note), dismissed) for file in entry.files)
    made = replace(_with(entry, found.get(entry.note), dismissed), files=files)
    return made, sum(result.silenced for result in found.values() if result is not None)


def _counted(view: ReleaseView, entries: tuple[EntryView, ...], silenced: int) -> ReleaseView:
    found = [finding for entry in entries if entry.state != "excluded" for finding in entry.findings]
    red, amber = (sum(finding.level == level for finding in found) for level in ("red", "amber"))
    totals = replace(view.totals, red=red, amber=amber)
    return replace(view, entries=entries, totals=totals, silenced=silenced)


def _facts_of(release: ReleaseView) -> NotesEntry:
    """Return what an announcement may say of the release itself, as an entry: names, versions, its page."""
    place = release.range
    versions = (release.version, f"{place.tag_prefix}{release.version}", place.last_version, place.previous_tag)
    words = " ".join(word for word in (place.name, *versions, place.web_url) if word)
    return NotesEntry(ANNOUNCEMENT, words, words, "changed", breaking=False, pull_requests=(), commits=())


def undismissed(result: Checked, dismissed: Dismissed) -> Checked:
    """Return a result without what somebody dismissed for its note."""
    return replace(result, findings=_left(result, dismissed))


def _with(view: View, result: Checked | None, dismissed: Dismissed) -> View:
    if result is None:
        return view
    return replace(view, findings=_left(result, dismissed), checked=True, not_checked=result.not_checked)


def _left(result: Checked, dismissed: Dismissed) -> tuple[Finding, ...]:
    note = result.matter.note
    return tuple(found for found in result.findings if (note, found.kind, found.text) not in dismissed)
