"""The engine without a model: notes by rule from the author's words, the changed symbols and counts.  No network, no chance."""

import json
from threading import Event

from llnotes_tui.engines.announcing import announcement_text
from llnotes_tui.engines.base import AnnouncementSubject, EntrySubject, FilesSubject, FileSubject, Reply, Request
from llnotes_tui.engines.composing import entry_text, file_text
from llnotes_tui.engines.facts import facts_of, named_facts, others_of
from llnotes_tui.engines.sentences import first_sentences
from llnotes_tui.release.message import commit_title
from llnotes_tui.release.symbols import area_of
from llnotes_tui.release.text import display_path
from llnotes_tui.release.titles import published_title

RULES = "rules-1"
"""Version of the rules: it is part of every call's digest, so better rules write anew."""


class Extractive:
    """Writes all notes by rule: honest, deterministic, and at once.  It never raises on odd input; it says less."""

    name = "extractive"
    model = RULES

    def complete(self, request: Request, cancel: Event) -> Reply:
        """Write the text that `request` asks for; what it has no words for gets its title."""
        del cancel
        match request.subject:
            case AnnouncementSubject():
                text = announcement_text(request.subject)
            case EntrySubject():
                text = _entry(request.subject)
            case FilesSubject():
                text = (
                    _packed(request, request.subject) if request.purpose == "files" else _file_or_entry(request.subject)
                )
        return Reply(text, "stop", 0, 0, RULES)

    def probe(self) -> None:
        """Do nothing: rules can always be reached."""

    def close(self) -> None:
        """Do nothing: there is no connection."""


def _packed(request: Request, subject: FilesSubject) -> str:
    """Return one JSON object with the note of each file, under the keys that the schema asks for."""
    keys = list((request.response_schema or {}).get("properties", ()))
    if len(keys) != len(subject.files):
        keys = [display_path(file.change.path) for file in subject.files]
    notes = {key: _file(subject, file) for key, file in zip(keys, subject.files, strict=True)}
    return json.dumps(notes, ensure_ascii=False)


def _file_or_entry(subject: FilesSubject) -> str:
    """Write the note of a file; where it is the only one that tells about its commit, it is the entry."""
    if len(subject.files) == 1 and _is_alone(subject):
        file = subject.files[0]
        files = [facts_of(file), *others_of(subject.commit.files, subject.files)]
        return entry_text(_title(subject), [subject.message], files)
    return " ".join(_file(subject, file) for file in subject.files) or _title(subject)


def _is_alone(subject: FilesSubject) -> bool:
    """Tell whether no other file of the commit gets a note of its own: tests beside sources do not."""
    told = [change for change in subject.commit.files if change.noise is None]
    areas = {change.path: area_of(display_path(change.path)) for change in told}
    if any(area not in ("test", "documentation") for area in areas.values()):
        told = [change for change in told if areas[change.path] != "test"]
    return not told or [change.path for change in told] == [subject.files[0].change.path]


def _title(subject: FilesSubject) -> str:
    return published_title(commit_title(subject.commit))


def _file(subject: FilesSubject, file: FileSubject) -> str:
    return file_text(facts_of(file)) or _title(subject)


def _entry(subject: EntrySubject) -> str:
    """Write an entry; what a person corrected in a file's note stands in place of the rules' own words about that file."""
    files = []
    corrected = []
    for position, file in enumerate(subject.files):
        if file.change.noise is not None:
            continue
        facts = facts_of(file)
        note = subject.notes[position].strip() if position < len(subject.notes) else ""
        if note and facts.area != "test" and note != file_text(facts):
            corrected.append(first_sentences(note, 2))
            facts = named_facts(file.change)
        files.append(facts)
    for commit in subject.commits:
        files.extend(others_of(commit.files, [file for file in subject.files if file.change.commit == commit.sha]))
    if not files:
        corrected = list(dict.fromkeys(file.change.noise.sentence for file in subject.files if file.change.noise))
    return entry_text(subject.title, subject.messages, files, corrected)
