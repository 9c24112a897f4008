"""What the note pane says, as pieces of text with the names of their styles, wrapped to a width in cells."""

from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct
from rich.cells import cell_len

from llnotes_tui.release.model import Finding, NoteId, NoteState
from llnotes_tui.release.text import visible
from llnotes_tui.widgets.cells import columns, prefix, shorten, single_line
from llnotes_tui.widgets.entry_rows import MARKS, counts_of, number_of
from llnotes_tui.widgets.note_findings import LETTERS, Reason, Span, cut, in_columns, reasons_of, shown_spans, spans_of
from llnotes_tui.workbench.views import EntryView, FileView, Variant

Piece = tuple[str, str]
"""Text, and the name of its style."""
Line = list[Piece]

_STATE_WORDS: dict[NoteState, tuple[str, str]] = {
    "waiting": ("waiting for its turn", "note--quiet"),
    "writing": ("being written", "note--key"),
    "drafted": ("draft", "note--quiet"),
    "accepted": ("accepted", "note--done"),
    "edited": ("edited", "note--done"),
    "stale": ("stale: what it tells about has changed since", "note--warn"),
    "excluded": ("left out", "note--quiet"),
    "failed": ("failed", "note--fault"),
    "skipped": ("not written", "note--quiet"),
}
_BADGE_WORDS = {
    "cut-off": "cut off",
    "partial": "written from a part of its diff",
    "no-diff": "no diff",
    "history-cut": "history cut here",
}


class NoteContent(Struct, frozen=True):
    """All that the note pane shows of one row."""

    note: NoteId | None
    """None for rows that have no note, such as a group's."""
    heading: str
    title: str
    text: str
    """What `a` accepts and `e` edits."""
    status: tuple[Piece, ...] = ()
    reasons: tuple[Piece, ...] = ()
    beside: Variant | None = None
    """A new variant, shown below a person's text that it does not replace."""
    hints: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    """What is underlined in `text`."""
    found: tuple[Reason, ...] = ()
    """Why, a line each, below the text."""
    verdict: tuple[str, ...] = ()
    """What the checks say where they found nothing, and which could not be made."""


class Doubts(Struct, frozen=True):
    """The findings of the text that is shown, and what a person is looking at."""

    findings: tuple[Finding, ...] = ()
    checked: bool = False
    current: int | None = None
    """Which finding the keys act on, once a person went to one."""
    not_checked: tuple[str, ...] = ()
    claim: tuple[int, int] | None = None
    """The sentence whose evidence is shown."""


def with_doubts(content: NoteContent, text: str, doubts: Doubts) -> NoteContent:
    """Return the content with the findings of `text`, which is its text before control characters are made visible."""
    spans = spans_of(doubts.findings, doubts.current)
    if doubts.claim is not None:
        spans = (Span(*doubts.claim, "claim"), *spans)
    said = ("No automatic finding.",) if doubts.checked and not doubts.findings else ()
    return msgspec.structs.replace(
        content,
        spans=shown_spans(text, spans),
        found=reasons_of(doubts.findings, doubts.current),
        verdict=(*said, *map(single_line, doubts.not_checked)),
    )


def entry_content(entry: EntryView, open_edit: str | None = None, beside: Variant | None = None) -> NoteContent:
    """Return what is shown of an entry; `open_edit` is text that a person typed and has not yet decided on."""
    written = _written_by(entry)
    if open_edit is not None:
        status = [("* not finished: e goes on", "note--warn")]
    elif entry.state == "drafted" and written:
        status = [(written, "note--quiet")]
    else:
        status = [_state_piece(entry.state), *([(written, "note--quiet")] if written else [])]
    status.append((entry.section, "note--quiet"))
    if entry.variants > 1:
        status.append((f"{entry.variant + 1}/{entry.variants}", "note--quiet"))
    status += [(word, "note--warn") for word in badge_words(entry.badges)]
    return NoteContent(
        note=entry.note,
        heading=number_of(entry),
        title=single_line(entry.title) or "(no title)",
        text=visible(entry.text if open_edit is None else open_edit),
        status=tuple(status),
        reasons=tuple(_reasons(entry)),
        beside=beside,
    )


def file_content(entry: EntryView, file: FileView, open_edit: str | None = None) -> NoteContent:
    """Return what is shown of a file's note."""
    status = [("* not finished: e goes on", "note--warn") if open_edit is not None else _state_piece(file.state)]
    status += [(counts_of(file), "note--quiet")]
    status += [(word, "note--warn") for word in badge_words(file.badges)]
    why = [(single_line(file.why), "note--fault" if file.state == "failed" else "note--quiet")] if file.why else []
    return NoteContent(
        note=file.note,
        heading="",
        title=single_line(file.path),
        text=visible(file.text if open_edit is None else open_edit),
        status=tuple(status),
        reasons=tuple(why),
        hints=(f"Part of {number_of(entry)} {single_line(entry.title)}.",),
    )


def member_content(entry: EntryView) -> NoteContent:
    """Return what is shown of a commit in one of the groups below the entries."""
    return NoteContent(
        note=None,
        heading=number_of(entry),
        title=single_line(entry.title) or "(no title)",
        text="",
        status=((single_line(entry.why) or entry.state, "note--quiet"),),
        hints=("x makes it an entry.",),
    )


def group_content(title: str, sentence: str, hints: Iterable[str]) -> NoteContent:
    """Return what is shown of a group's row."""
    return NoteContent(
        note=None, heading="", title=title, text="", reasons=((sentence, "note--text"),), hints=tuple(hints)
    )


def badge_words(badges: Iterable[str]) -> list[str]:
    """Return badges in words: `3 parts`, `cut off`, `2 secrets masked`."""
    words = []
    for badge in badges:
        name, _, count = badge.partition(":")
        if name == "parts":
            words.append(f"{count} parts")
        elif name == "masked":
            words.append(f"{count} secret{'s' if count != '1' else ''} masked")
        else:
            words.append(_BADGE_WORDS.get(name, single_line(badge)))
    return words


def _state_piece(state: NoteState) -> Piece:
    sign = MARKS[state][0].strip()
    words, style = _STATE_WORDS[state]
    return (f"{sign} {words}".strip(), style)


def _written_by(entry: EntryView) -> str:
    """Say who wrote the text; empty where that goes without saying."""
    if entry.origin == "hand-written":
        return "written by hand"
    if entry.origin == "changelog":
        return "from the changelog, word for word"
    if not entry.text or entry.engine == "person":
        return ""
    if entry.engine == "extractive":
        return "drafted without a model"
    return f"drafted by {single_line(entry.model)}" if entry.engine == "databricks" and entry.model else ""


def _reasons(entry: EntryView) -> Iterable[Piece]:
    if entry.why:
        yield single_line(entry.why), "note--fault" if entry.state == "failed" else "note--quiet"
    if entry.breaking == "suspected":
        yield "Does this break something for its users?  t answers.", "note--warn"
        if entry.breaking_line:
            yield single_line(entry.breaking_line), "note--quiet"
    elif entry.breaking == "confirmed":
        yield "Published as breaking.", "note--fault"
    if len(entry.commits) > 1:
        yield f"{len(entry.commits)} commits.", "note--quiet"


def laid_out(content: NoteContent, width: int) -> list[Line]:
    """Return the lines of the pane in `width` cells."""
    title: Line = [(content.title, "note--title")]
    if content.heading:
        title.insert(0, (f"{content.heading} ", "note--quiet"))
    lines = wrapped(title, width)
    if content.status:
        lines += wrapped(_joined(content.status), width)
    if content.text:
        lines += [[], *_paragraphs(content.text, "note--text", width, content.spans)]
    elif content.note is not None:
        lines += [[], [("No text yet.", "note--faint")]]
    lines += _findings(content, width)
    if content.reasons:
        lines.append([])
    for words, style in content.reasons:
        lines += wrapped([(words, style)], width)
    if content.beside is not None:
        lines += [[], *_beside(content.beside, width)]
    for hint in content.hints:
        lines += [[], *wrapped([(hint, "note--faint")], width)]
    return lines


def _beside(variant: Variant, width: int) -> list[Line]:
    name = variant.model or {"extractive": "drafted without a model"}.get(variant.engine, variant.engine)
    label = shorten(f"── another variant · {single_line(name)} ", width)
    rule: Line = [(label, "note--quiet"), ("─" * max(0, width - cell_len(label)), "note--rule")]
    lines = [rule]
    if variant.instruction:
        lines += wrapped([(f"asked: {single_line(variant.instruction)}", "note--faint")], width)
    lines += _paragraphs(visible(variant.text), "note--quiet", width)
    return [*lines, [], *wrapped([("] takes it, and [ brings yours back.", "note--faint")], width)]


def _joined(pieces: Sequence[Piece]) -> Line:
    line: Line = []
    for position, piece in enumerate(pieces):
        if position:
            line.append((" · ", "note--faint"))
        line.append(piece)
    return line


def _findings(content: NoteContent, width: int) -> list[Line]:
    """Return the reasons of findings; the letter says the level where there is no colour."""
    lines: list[Line] = [[]] if content.found or content.verdict else []
    for reason in content.found:
        mark = "▸" if reason.current else " "
        head: Line = [(f"{mark}{LETTERS[reason.level]} ", f"note--letter-{reason.level}")]
        said: Line = [(f"{reason.quoted}: " if reason.quoted else "", "note--quiet"), (reason.words, "note--text")]
        said += [(f"  {reason.fix}", "note--faint")] if reason.fix else []
        for at, line in enumerate(wrapped([piece for piece in said if piece[0]], width - 3)):
            lines.append([*head, *line] if at == 0 else [("   ", "note--text"), *line])
    for words in content.verdict:
        lines += wrapped([(words, "note--faint")], width)
    return lines


def _paragraphs(text: str, style: str, width: int, spans: Sequence[Span] = ()) -> list[Line]:
    lines: list[Line] = []
    offset = 0
    for paragraph in text.rstrip().split("\n"):
        wrapped_lines = wrapped([(columns(paragraph), style)], width) if paragraph.strip() else [[]]
        lines += _marked(wrapped_lines, in_columns(paragraph, offset, spans), style) if spans else wrapped_lines
        offset += len(paragraph) + 1
    return lines


def _marked(lines: list[Line], spans: Sequence[Span], style: str) -> list[Line]:
    """Return the lines of one paragraph, cut where spans begin and end."""
    marked: list[Line] = []
    offset = 0
    for line in lines:
        text = "".join(piece for piece, _ in line)
        marked.append(cut(text, offset, spans, style))
        offset += len(text)
    return marked


def wrapped(pieces: Line, width: int) -> list[Line]:
    """Return pieces in lines of at most `width` cells, broken between words; a longer word is broken where it must."""
    width = max(1, width)
    lines: list[Line] = [[]]
    used = 0
    for word, style in _words(pieces):
        if used and used + cell_len(word.rstrip()) > width:
            lines.append([])
            used = 0
        while cell_len(word.rstrip()) > width:
            head = prefix(word, width) or word[:1]
            lines[-1].append((head, style))
            lines.append([])
            word = word[len(head) :]  # noqa: PLW2901  (the rest of the same word)
        lines[-1].append((word, style))
        used += cell_len(word)
    return lines


def _words(pieces: Line) -> Iterable[Piece]:
    """Yield words with the blanks after them."""
    for text, style in pieces:
        start = 0
        while start < len(text):
            end = text.find(" ", start)
            end = len(text) if end < 0 else end
            while end < len(text) and text[end] == " ":
                end += 1
            yield text[start:end], style
            start = end
