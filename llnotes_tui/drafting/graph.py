"""Which notes there are for an entry, who tells each of them, and what each of them is about (its input digest)."""

import hashlib
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Literal

from msgspec import Struct

from llnotes_tui.drafting.masking import KEPT_BACK, is_secret_by_name
from llnotes_tui.drafting.rules import (
    is_document,
    is_test,
    joined_sentences,
    message_instead,
    messages_instead,
    test_sentence,
)
from llnotes_tui.release.digest import digest, entry_digest, file_digest, given_digest
from llnotes_tui.release.ids import commit_note, file_note, file_of
from llnotes_tui.release.message import commit_title, message_of, messages_of
from llnotes_tui.release.model import Commit, EntryPlan, FileChange, NoteId, Plan
from llnotes_tui.release.patch import Patch, body_digest_lines
from llnotes_tui.storage.cache import AnswerCache

_BODY_RULES = 1
"""To be raised when what counts as the substance of a diff changes."""
_LARGE_PATCH = 1 << 22
"""Bytes."""
_BADGES: dict[str, tuple[str, ...]] = {
    "missing": ("no-diff",),
    "history-cut": ("history-cut",),
    "empty": ("no-diff",),
    "too-large": ("no-diff",),
    "partial": ("partial",),
}


class FilePlan(Struct, frozen=True):
    """The note of one file change."""

    note: NoteId
    commit: Commit
    change: FileChange
    sentence: str = ""
    """By rule; empty: an engine tells."""
    badges: tuple[str, ...] = ()


class EntryLayout(Struct, frozen=True):
    """How an entry's text comes about.

    `given`: a person wrote it.  `rule`: it is `text`.  `single`: the note of its one file is the entry's.  `joined`: an
    engine writes it from the notes of its files.
    """

    entry: EntryPlan
    way: Literal["given", "rule", "single", "joined"]
    files: tuple[FilePlan, ...] = ()
    text: str = ""
    badges: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[FilePlan, ...]:
        """The files that an engine tells about."""
        return tuple(file for file in self.files if not file.sentence)


class Body(Struct, frozen=True):
    """What is kept of one file's part of a patch: a digest of its substance, and its size in bytes."""

    digest: str
    size: int


class NoteGraph:
    """The notes of a plan.  Thread-safe; digests of diffs are kept by commit, in memory and (if given) in `answers`."""

    def __init__(self, plan: Plan, patch: Callable[[str], Patch], answers: AnswerCache | None = None) -> None:
        self.plan = plan
        self._patch = patch
        self._answers = answers
        self._lock = Lock()
        self._titles = {entry.id: entry.author_title or entry.title for entry in plan.entries}
        for group in (plan.dependency_updates, plan.internal, plan.left_out):
            self._titles.update({commit_note(placed.commit.sha): commit_title(placed.commit) for placed in group})
        self._commits = {commit.sha: commit for entry in plan.entries for commit in entry.commits}
        self._entries = {entry.id: entry for entry in plan.entries}
        self._layouts: dict[NoteId, EntryLayout] = {}
        self._messages: dict[str, str] = {}
        self._bodies: dict[str, tuple[Body, ...]] = {}
        self._not_kept: set[str] = set()
        """Commits of which the cache was found to keep nothing."""
        self._entry_digests: dict[NoteId, tuple[EntryLayout, str]] = {}
        """Of entries as they are laid out, with no note that a person decided."""
        self._file_digests: dict[tuple[str, bytes], str] = {}
        self._reading = Lock()
        self._large: tuple[str, Patch] | None = None

    def layout(self, entry: EntryPlan) -> EntryLayout:
        """Return how an entry's text comes about; the same object as long as the entry is the same."""
        with self._lock:
            known = self._layouts.get(entry.id)
            if known is not None and known.entry == entry:
                return known
        layout = _layout(entry)
        with self._lock:
            self._layouts[entry.id] = layout
            self._entries[entry.id] = entry
            self._commits.update({commit.sha: commit for commit in entry.commits})
        return layout

    def file_notes(self, entry: EntryPlan) -> tuple[NoteId, ...]:
        """Return the notes of an entry's files, those by rule too; not the one that is the entry's own."""
        return tuple(file.note for file in self.layout(entry).files if file.note != entry.id)

    def whole_title(self, note: NoteId) -> str:
        """Return the title of an entry as it was before it was cut; empty where it was not, or a person gave another."""
        entry = self._entries.get(note)
        if entry is None or not entry.title.endswith("…"):
            return ""
        return entry.whole_title if entry.whole_title.startswith(entry.title.removesuffix("…")) else ""

    def message(self, commit: Commit) -> str:
        """Return what a commit and its pull request say, cleaned for prompts."""
        message = self._messages.get(commit.sha)
        if message is None:
            message = self._messages[commit.sha] = message_of(commit)
        return message

    def input_digest(self, note: NoteId | EntryPlan, effective: Mapping[NoteId, str] | None = None) -> str:
        """Return the digest of what a note is about.

        `effective` has the texts that a person decided.  A file note that nobody touched counts with what *it* is about,
        not with the words of an engine: so another engine, or an empty cache, makes nothing stale.

        Raises:
            KeyError: no entry or file of the plan has that note.
            Exception: whatever the source raises where the diff cannot be had.
        """
        if isinstance(note, EntryPlan):
            return self._entry_digest(self.layout(note), effective or {})
        file = file_of(note)
        if file is not None:
            commit = self._commits[file[0]]
            change = next((change for change in commit.files if change.path == file[1]), None)
            if change is None:
                raise KeyError(note)
            return self.file_digest(commit, change)
        return self._entry_digest(self.layout(self._entries[note]), effective or {})

    def file_digest(self, commit: Commit, change: FileChange) -> str:
        """Return the digest of what the note of a file change is about."""
        place = (commit.sha, change.path)
        known = self._file_digests.get(place)
        if known is None:
            body = self.body(commit, change).digest
            known = self._file_digests[place] = file_digest(self.message(commit), change, body)
        return known

    def body(self, commit: Commit, change: FileChange) -> Body:
        """Return digest and size of a file's part of its commit's patch."""
        bodies = self._bodies.get(commit.sha)
        if bodies is None:
            bodies = self._bodies[commit.sha] = self._read_bodies(commit)
        index = next(index for index, other in enumerate(commit.files) if other.path == change.path)
        return bodies[index]

    def part(self, commit: Commit, change: FileChange) -> bytes:
        """Return a file's part of its commit's patch; empty where there is none."""
        patch = self._patch_of(commit)
        return patch.part(change.position) if change.position < patch.parts else b""

    def load(self, commits: tuple[Commit, ...]) -> None:
        """Read what is kept about the diffs of many commits in one go: quicker than one by one."""
        if self._answers is None:
            return
        keys = {_bodies_key(commit): commit for commit in commits if commit.sha not in self._bodies}
        kept = self._answers.get_many(keys)
        for key, commit in keys.items():
            bodies = _bodies_of(kept.get(key), len(commit.files))
            if bodies is not None:
                self._bodies[commit.sha] = bodies
            else:
                self._not_kept.add(commit.sha)

    def _patch_of(self, commit: Commit) -> Patch:
        """Return a commit's patch.  Sources keep the small ones; of the large ones the last stays here while its files
        are read one after another."""
        if sum(body.size for body in self._bodies.get(commit.sha, ())) < _LARGE_PATCH:
            return self._patch(commit.sha)
        with self._reading:
            if self._large is None or self._large[0] != commit.sha:
                self._large = None
                self._large = (commit.sha, self._patch(commit.sha))
            return self._large[1]

    def _read_bodies(self, commit: Commit) -> tuple[Body, ...]:
        key = _bodies_key(commit)
        if self._answers is not None and commit.sha not in self._not_kept:
            kept = _bodies_of(self._answers.get(key), len(commit.files))
            if kept is not None:
                return kept
        patch = self._patch(commit.sha) if commit.diff == "whole" and commit.files else Patch(b"")
        bodies = []
        for change in commit.files:
            part = patch.part(change.position) if change.position < patch.parts else b""
            bodies.append(Body(hashlib.sha256(body_digest_lines(part)).hexdigest(), len(part)))
        if self._answers is not None:
            self._answers.put_later(key, [[body.digest, body.size] for body in bodies])
        return tuple(bodies)

    def _entry_digest(self, layout: EntryLayout, effective: Mapping[NoteId, str]) -> str:
        entry = layout.entry
        # A title that a person gave is a decision of its own, and asks for no new look at the text.
        title = self._titles.get(entry.id, entry.author_title or entry.title)
        if layout.way == "given":
            return given_digest(title, entry.text)
        if effective.keys().isdisjoint(file.note for file in layout.files if file.note != entry.id):
            known = self._entry_digests.get(entry.id)
            if known is None or known[0] is not layout:
                known = self._entry_digests[entry.id] = (layout, self._digest_of(layout, title, {}))
            return known[1]
        return self._digest_of(layout, title, effective)

    def _digest_of(self, layout: EntryLayout, title: str, effective: Mapping[NoteId, str]) -> str:
        entry = layout.entry
        notes = []
        for file in layout.files:
            text = effective.get(file.note) if file.note != entry.id else None
            notes.append(self.file_digest(file.commit, file.change) if text is None else f"text:{text}")
        messages = entry.messages or messages_of(entry.commits)
        return entry_digest(title, messages, [file.change for file in layout.files], notes)


def _layout(entry: EntryPlan) -> EntryLayout:
    if entry.origin != "drafted":
        return EntryLayout(entry, "given", text=entry.text)
    files = tuple(file for commit in entry.commits for file in _files(commit))
    badges = tuple(dict.fromkeys(badge for commit in entry.commits for badge in _BADGES.get(commit.diff, ())))
    asked = [file for file in files if not file.sentence]
    if not asked:
        lacking = [c for c in entry.commits if c.diff in _BADGES and c.diff != "empty"]
        instead = messages_instead(entry) if entry.messages and lacking else list(map(message_instead, lacking))
        sentences = [*instead, *(file.sentence for file in files)]
        badges += tuple(badge for file in files for badge in file.badges)
        return EntryLayout(entry, "rule", files, joined_sentences([s for s in sentences if s]), badges)
    if (
        not entry.messages
        and len(asked) == 1
        and len(entry.commits) == 1
        and entry.id == commit_note(entry.commits[0].sha)
    ):
        one = asked[0]
        own = FilePlan(entry.id, one.commit, one.change)
        return EntryLayout(entry, "single", tuple(own if file is one else file for file in files), badges=badges)
    return EntryLayout(entry, "joined", files, badges=badges)


def _files(commit: Commit) -> tuple[FilePlan, ...]:
    if commit.diff != "whole":
        return ()
    told = [change for change in commit.files if change.noise is None]
    has_sources = any(not is_test(change.path) and not is_document(change.path) for change in told)
    return tuple(_file(commit, change, has_sources=has_sources) for change in commit.files)


def _file(commit: Commit, change: FileChange, *, has_sources: bool) -> FilePlan:
    note = file_note(commit.sha, change.path)
    if is_secret_by_name(change.path) or (change.old_path is not None and is_secret_by_name(change.old_path)):
        return FilePlan(note, commit, change, KEPT_BACK, ("masked:1",))
    if change.noise is not None:
        return FilePlan(note, commit, change, change.noise.sentence)
    if has_sources and is_test(change.path):
        return FilePlan(note, commit, change, test_sentence((change,)))
    return FilePlan(note, commit, change)


def _bodies_key(commit: Commit) -> str:
    files = [[file_note("", change.path), change.status.value, change.position] for change in commit.files]
    return "bodies:" + digest([_BODY_RULES, commit.sha, commit.diff, files])


def _bodies_of(value: object, count: int) -> tuple[Body, ...] | None:
    """Return what was kept about the diffs of a commit, None where it is not that."""
    if not isinstance(value, list) or len(value) != count:
        return None
    bodies = []
    for item in value:
        match item:
            case [str(body), int(size)]:
                bodies.append(Body(body, size))
            case _:
                return None
    return tuple(bodies)
