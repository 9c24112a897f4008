"""The prompts of a release as they would be sent, secrets masked, for people who want to read them before anything is."""

from collections.abc import Iterator, Sequence
from threading import Event

from llnotes_tui import config
from llnotes_tui.drafting.graph import NoteGraph
from llnotes_tui.drafting.masking import MASK
from llnotes_tui.engines.base import Message
from llnotes_tui.release.ids import file_of
from llnotes_tui.release.text import display_path, one_line
from llnotes_tui.review.entries import arrange
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.opening import Read, drafting_of, engine_of, read_release, stored_state
from llnotes_tui.workbench.start import Target


def prompts_shown(target: Target) -> Iterator[str]:
    """Yield the prompt of each call that would draft a release, as text; nothing is sent, nothing is written.

    An entry of several files is written from their notes: its own prompt has those that are there by now.

    Raises:
        SourceError, SettingsError, MaskingError: it cannot be read, or not be masked.
        NothingUnreleasedError: there is nothing in it.
    """
    read = read_release(target, lambda _: None, Event())
    answers = AnswerCache.open(config.cache_directory(), read.opened.settings.cache_size)
    try:
        yield from _prompts(read, answers)
    finally:
        answers.close()


def _prompts(read: Read, answers: AnswerCache) -> Iterator[str]:
    state = stored_state(read.plan)
    settings = read.opened.settings
    graph = NoteGraph(read.plan, read.opened.clone.patch, answers)
    drafting = drafting_of(settings, graph, engine_of(settings), answers, lambda _: None, state.effective)
    entries = arrange(read.plan, state).published()
    drafting.know(entries)
    said: dict[str, str] = {}
    try:
        for entry in entries:
            for note in dict.fromkeys((*graph.file_notes(entry), entry.id)):
                place = file_of(note)
                name = one_line(entry.title) + (f" · {display_path(place[1])}" if place else "")
                yield from _shown(name, drafting.prompt(note), said)
    finally:
        drafting.close()


def _shown(name: str, messages: Sequence[Message], said: dict[str, str]) -> Iterator[str]:
    """Yield a prompt as text; a system message that was shown before is named only."""
    if not messages:
        return
    masked = sum(message.content.count(MASK) for message in messages if message.role != "system")
    count = f"   {masked} masked as {MASK}" if masked else ""
    lines = [f"=== {name}{count}"]
    for message in messages:
        first = said.setdefault(message.content, name) if message.role == "system" else name
        lines.append(f"--- {message.role}" + (f": as for {first}" if first != name else ""))
        if first == name:
            lines.append(message.content)
    yield "\n".join(lines) + "\n"
