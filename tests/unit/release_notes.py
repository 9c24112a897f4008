"""Release notes to publish in tests: the shortest way to say what matters in a case."""

from typing import Any

import msgspec

from llnotes_tui.release.model import NoteId, NotesEntry, ReleaseNotes

WEB = "https://github.com/acme/tool"


def entry(title: str = "Added retries", text: str = "Calls are retried.", **changes: Any) -> NotesEntry:
    made = NotesEntry(
        id=NoteId(f"commit:{title}"),
        title=title,
        text=text,
        section="added",
        breaking=False,
        pull_requests=(),
        commits=(),
    )
    return msgspec.structs.replace(made, **changes)


def notes(*entries: NotesEntry, **changes: Any) -> ReleaseNotes:
    made = ReleaseNotes(
        version="1.2.0",
        date="2026-08-19",
        tag="v1.2.0",
        previous_tag="v1.1.0",
        web_url=WEB,
        entries=entries or (entry(),),
    )
    return msgspec.structs.replace(made, **changes)
