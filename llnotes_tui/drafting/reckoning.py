"""What drafting would cost: counted from sizes, before anything is read, masked or sent."""

from collections.abc import Sequence

from msgspec import Struct

from llnotes_tui.drafting.graph import EntryLayout, FilePlan, NoteGraph
from llnotes_tui.drafting.limits import DraftLimits
from llnotes_tui.drafting.packing import packs
from llnotes_tui.drafting.writer import Target, Writer
from llnotes_tui.engines.tokens import tokens
from llnotes_tui.release.model import EntryPlan, NoteId

_RULES_TOKENS = 450
"""Of the system message and the labels."""
_NOTE_TOKENS = 130
"""Of one note, as it is written."""


class Estimate(Struct, frozen=True):
    """About what it takes to draft what is not drafted yet."""

    calls: int
    input_tokens: int
    output_tokens: int


def estimate(graph: NoteGraph, writer: Writer, limits: DraftLimits, entries: Sequence[EntryPlan]) -> Estimate:
    """Return what the missing notes of the entries take; it may read diffs, so it belongs in a worker."""
    if writer.composer.is_local:
        return Estimate(0, 0, 0)
    layouts = [graph.layout(entry) for entry in entries]
    graph.load(tuple(commit for layout in layouts for commit in layout.entry.commits))
    seen: set[NoteId] = set()
    calls = asked = written = 0
    for layout in layouts:
        missing = [file for file in layout.asked if file.note not in seen and not _is_there(graph, writer, file)]
        seen.update(file.note for file in missing)
        for sent in _calls(graph, limits, missing):
            calls, asked, written = calls + 1, asked + sent, written + _NOTE_TOKENS
        if layout.way == "joined" and (missing or not _is_written(graph, writer, layout)):
            message = sum(len(graph.message(commit)) for commit in layout.entry.commits)
            calls, written = calls + 1, written + _NOTE_TOKENS
            asked += _RULES_TOKENS + tokens(message) + _NOTE_TOKENS * len(layout.asked)
    return Estimate(calls, asked, written)


def _calls(graph: NoteGraph, limits: DraftLimits, files: Sequence[FilePlan]) -> list[int]:
    """Return the input tokens of each call that the notes of these files take."""
    by_commit: dict[str, list[tuple[FilePlan, int]]] = {}
    for file in files:
        size = graph.body(file.commit, file.change).size
        by_commit.setdefault(file.commit.sha, []).append((file, size))
    found = []
    for sized in by_commit.values():
        message = tokens(len(graph.message(sized[0][0].commit)))
        for group in packs([(size, size) for _, size in sized], limits.packed_budget):
            pieces = min(limits.max_parts, 1 + tokens(sum(group)) // limits.input_budget)
            sent = min(tokens(sum(group)), pieces * limits.input_budget) // pieces
            found += [_RULES_TOKENS + message + sent] * pieces
            found += [_RULES_TOKENS + message + pieces * _NOTE_TOKENS] if pieces > 1 else []
    return found


def _is_there(graph: NoteGraph, writer: Writer, file: FilePlan) -> bool:
    key = graph.file_digest(file.commit, file.change)
    return writer.find(Target(file.note, key, key)) is not None


def _is_written(graph: NoteGraph, writer: Writer, layout: EntryLayout) -> bool:
    key = graph.input_digest(layout.entry)
    return writer.find(Target(layout.entry.id, key, key)) is not None
