"""From the matter of a note to the call that asks for it: read, masked, fenced."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from llnotes_tui.drafting import prompts
from llnotes_tui.drafting.graph import EntryLayout, FilePlan, NoteGraph
from llnotes_tui.drafting.limits import DraftLimits, is_local
from llnotes_tui.drafting.masking import Masked, Masker, Text, badge, is_secret_by_name
from llnotes_tui.drafting.packing import pieces
from llnotes_tui.drafting.rules import status_word, test_sentence
from llnotes_tui.engines.base import (
    AnnouncementSubject,
    Engine,
    EntrySubject,
    FilesSubject,
    FileSubject,
    Message,
    Request,
)
from llnotes_tui.engines.tokens import BYTES_PER_TOKEN
from llnotes_tui.release.digest import call_digest, digest
from llnotes_tui.release.message import messages_of
from llnotes_tui.release.model import Commit, NoteId
from llnotes_tui.release.text import decoded, display_path, revealed

_MESSAGE_SHARE = 4
"""Messages get this part of the input budget at most."""
_SHORTEST_MESSAGE = 200
"""Characters of a message that are always sent."""
_LISTED_FILES = 200
_ANNOUNCEMENT_TOKENS = 1_500
_NAMES = ("diff --git ", "index ", "--- ", "+++ ")


class Wish(Struct, frozen=True):
    """Which text of a note is asked for: its first one, or a variant, perhaps with an instruction."""

    variant: int = 0
    instruction: str = ""

    @property
    def temperature(self) -> float:
        """How far from the likeliest words."""
        return prompts.VARIANT_TEMPERATURE if self.variant else 0.0

    @property
    def ask(self) -> str:
        """What the prompt says about it."""
        return f"The editor of these notes asks for this: {self.instruction}" if self.instruction else ""


FIRST = Wish()


class Composed(Struct, frozen=True):
    """A call that is ready to be sent."""

    request: Request
    digest: str
    """The call digest."""
    badges: tuple[str, ...] = ()
    """What it leaves out or masks."""
    each: tuple[tuple[str, ...], ...] = ()
    """The same for each of several files."""


class Composer:
    """Builds the calls for one engine.  Thread-safe; every method reads and masks, so it belongs in a worker."""

    def __init__(self, graph: NoteGraph, engine: Engine, masker: Masker, limits: DraftLimits) -> None:
        self._graph = graph
        self._engine = engine
        self._masker = masker
        self._limits = limits
        self.is_local = is_local(engine)
        version = [self._limits.max_tokens, self._limits.input_budget, prompts.PROMPT_VERSION]
        self.made = "local" if self.is_local else digest(version)

    def is_large(self, file: FilePlan) -> bool:
        """Say whether a file's diff has to be told piece by piece."""
        room = self._limits.input_budget * BYTES_PER_TOKEN
        return not self.is_local and self._graph.body(file.commit, file.change).size > room

    def file(self, file: FilePlan, wish: Wish = FIRST) -> Composed:
        """Return the call about one file.

        Raises:
            MaskingError: secrets could not be looked for.
        """
        message, diff, cut = self._masked_file(file, self._graph.part(file.commit, file.change))
        subject = FilesSubject(file.commit, message.text, (_subject(file, diff),))
        messages = prompts.file_messages(message.text, _file_text(file, diff.text), ask=self._asked(wish))
        return self._composed("file", messages, subject, wish, (message, diff), badges=cut, matter=(file,))

    def pieces(self, file: FilePlan) -> tuple[tuple[Composed, ...], tuple[str, ...]]:
        """Return the calls about the pieces of a large diff, and the badges that their joined text gets.

        Raises:
            MaskingError: secrets could not be looked for.
        """
        limits = self._limits
        cut = pieces(self._graph.part(file.commit, file.change), limits.input_budget, limits.max_parts)
        found = []
        for number, part in enumerate(cut.parts, start=1):
            message, diff, _ = self._masked_file(file, part)
            place = (number, len(cut.parts))
            messages = prompts.file_messages(message.text, _file_text(file, diff.text), place)
            subject = FilesSubject(file.commit, message.text, (_subject(file, diff),))
            found.append(self._composed("file", messages, subject, FIRST, (message, diff)))
        masked = sum(int(b.partition(":")[2]) for one in found for b in one.badges if b.startswith("masked:"))
        partial = () if cut.is_whole else ("partial",)
        return tuple(found), (f"parts:{len(found)}", *partial, *badge(masked))

    def join(self, file: FilePlan, notes: Sequence[str], wish: Wish = FIRST) -> Composed:
        """Return the call that joins the notes on the pieces of a large diff.

        Raises:
            MaskingError: secrets could not be looked for.
        """
        message, *_ = self._mask([Text("message", self._message(file.commit)[0])])
        messages = prompts.join_messages(message.text, _file_text(file, ""), notes, self._asked(wish))
        subject = FilesSubject(file.commit, message.text, (_subject(file, Masked("", 0)),))
        return self._composed("file", messages, subject, wish, ())

    def files(self, files: Sequence[FilePlan]) -> Composed:
        """Return the call about several small files of one commit.

        Raises:
            MaskingError: secrets could not be looked for.
        """
        commit = files[0].commit
        text, is_cut = self._message(commit)
        diffs = [_diff_text(self._graph.part(commit, file.change)) for file in files]
        texts = [Text(_path(file), diff, is_diff=True) for file, diff in zip(files, diffs, strict=True)]
        message, *masked = self._mask([Text("message", text), *texts])
        told = [_file_text(file, diff.text) for file, diff in zip(files, masked, strict=True)]
        request = Request(
            purpose="files",
            messages=prompts.files_messages(message.text, told),
            subject=FilesSubject(commit, message.text, tuple(map(_subject, files, masked))),
            max_tokens=100 + len(files) * max(80, self._limits.max_tokens * 2 // 5),
            response_schema=prompts.files_schema(len(files)),
        )
        partial = ("partial",) if is_cut else ()
        each = tuple((*partial, *badge(message.count + diff.count)) for diff in masked)
        return Composed(request, self._digest(request), each=each)

    def entry(self, layout: EntryLayout, texts: Mapping[NoteId, str], wish: Wish = FIRST) -> Composed:
        """Return the call for an entry; `texts` has what counts for its file notes, as far as there is any.

        Raises:
            MaskingError: secrets could not be looked for.
        """
        entry = layout.entry
        said = entry.messages or messages_of(entry.commits)
        # Rules cannot tell which lines of a diff belong to a part of a commit: only its author's words count there.
        by_words = bool(entry.messages) and self.is_local
        messages = [self._message_within(message, len(said)) for message in said]
        told = [(file, texts[file.note]) for file in layout.asked if file.note in texts]
        decided = [(file, texts[file.note]) for file in layout.files if file.sentence and file.note in texts]
        given = [
            self._graph.whole_title(entry.id) or entry.title,
            *(text for text, _ in messages),
            *(text for _, text in told + decided),
        ]
        title, *rest = self._mask([Text("message", text) for text in given])
        cleaned, masked_notes = rest[: len(messages)], rest[len(messages) :]
        by_note = {file.note: note.text for (file, _), note in zip(told + decided, masked_notes, strict=True)}
        notes = [(_path(file), by_note[file.note]) for file, _ in told + decided]
        kept, is_whole = _within(notes, self._limits.input_budget)
        tests = [f.change for f in layout.files if f.sentence and f.change.noise is None and f.note not in texts]
        partial = not is_whole or len(told) < len(layout.asked) or any(cut for _, cut in messages)
        return self._composed(
            "entry",
            prompts.entry_messages(
                title.text,
                [message.text for message in cleaned],
                _listed(layout.files),
                [*kept, *([("tests", test_sentence(tests))] if tests else [])],
                self._asked(wish),
            ),
            EntrySubject(
                title.text,
                () if by_words else entry.commits,
                tuple(message.text for message in cleaned),
                () if by_words else tuple(self._fact(file) for file in layout.files),
                () if by_words else tuple(by_note.get(file.note, "") for file in layout.files),
            ),
            wish,
            (title, *rest),
            badges=(*layout.badges, *(("partial",) if partial else ())),
            matter=layout.files,
        )

    def announcement(self, subject: AnnouncementSubject, wish: Wish = FIRST) -> Composed:
        """Return the call for the announcement.

        Raises:
            MaskingError: secrets could not be looked for.
        """
        texts = self._mask([Text("message", text) for e in subject.entries for text in (e.title, e.text)])
        pairs = list(zip(texts[::2], texts[1::2], strict=True))
        entries = [
            msgspec.structs.replace(entry, title=title.text, text=text.text)
            for entry, (title, text) in zip(subject.entries, pairs, strict=True)
        ]
        told = [
            (_heading(entry.title, entry.breaking, entry.pull_requests, subject.web_url), entry.text)
            for entry in entries
        ]
        kept, is_whole = _within(told, self._limits.input_budget)
        messages = prompts.announcement_messages(subject.repository, subject.version, kept, self._asked(wish))
        masked = msgspec.structs.replace(subject, entries=tuple(entries))
        partial = () if is_whole else ("partial",)
        return self._composed(
            "announcement", messages, masked, wish, texts, badges=partial, tokens=_ANNOUNCEMENT_TOKENS
        )

    def longer(self, composed: Composed) -> Composed:
        """Return the same call with twice the room for its reply."""
        request = msgspec.structs.replace(composed.request, max_tokens=2 * composed.request.max_tokens)
        return msgspec.structs.replace(composed, request=request, digest=self._digest(request))

    def mask_text(self, text: str) -> Masked:
        """Return a text that is published without being sent.

        Raises:
            MaskingError: secrets could not be looked for.
        """
        return self._mask([Text("message", text)])[0]

    def with_whole_title(self, note: NoteId, text: str) -> str:
        """Return the text of a note, which begins with the whole title where the title of the entry was cut.

        Raises:
            MaskingError: secrets could not be looked for.
        """
        whole = self._graph.whole_title(note)
        if not whole:
            return text
        title = self.mask_text(whole).text
        if text.startswith(title):
            return text
        stop = "" if title.endswith((".", "!", "?")) else "."
        return f"{title}{stop} {text}".rstrip()

    # -- the matter -------------------------------------------------------------------------------------------------

    def _composed(
        self,
        purpose: str,
        messages: tuple[Message, ...],
        subject: FilesSubject | EntrySubject | AnnouncementSubject,
        wish: Wish,
        masked: Sequence[Masked],
        badges: tuple[str, ...] = (),
        matter: Sequence[FilePlan] = (),
        tokens: int = 0,
    ) -> Composed:
        request = Request(
            purpose=purpose,  # type: ignore[arg-type]  # one of the four words, from the methods above
            messages=() if self.is_local else messages,
            subject=subject,
            max_tokens=max(tokens, self._limits.max_tokens),
            temperature=wish.temperature,
            variant=wish.variant,
        )
        # A local engine reads the facts, and for those of files the digests stand.
        files = [self._graph.file_digest(file.commit, file.change) for file in matter] if self.is_local else []
        facts = digest([files, [m.content for m in messages]]) if self.is_local else ""
        all_badges = tuple(dict.fromkeys((*badges, *badge(sum(text.count for text in masked)))))
        return Composed(request, self._digest(request, facts), all_badges)

    def _digest(self, request: Request, facts: str = "") -> str:
        parameters: dict[str, Any] = {
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "response_schema": request.response_schema,
        }
        if facts:
            parameters = {"facts": facts, "purpose": request.purpose}
        messages = [(message.role, message.content) for message in request.messages]
        return call_digest(self._engine.name, self._engine.model, parameters, messages, request.variant)

    def _message(self, commit: Commit) -> tuple[str, bool]:
        """Return a commit's message, and whether it had to be cut."""
        return self._message_within(self._graph.message(commit))

    def _message_within(self, message: str, of: int = 1) -> tuple[str, bool]:
        """Return a message, one `of` so many that share the room for them, and whether it had to be cut."""
        room = max(_SHORTEST_MESSAGE, int(self._limits.input_budget * BYTES_PER_TOKEN / _MESSAGE_SHARE / of))
        return (message, False) if len(message) <= room else (message[:room] + " …", True)

    def _masked_file(self, file: FilePlan, part: bytes) -> tuple[Masked, Masked, tuple[str, ...]]:
        text, cut = self._message(file.commit)
        diff = Text(_path(file), _diff_text(part), is_diff=True)
        message, masked = self._mask([Text("message", text), diff])
        return message, masked, ("partial",) if cut else ()

    def _fact(self, file: FilePlan) -> FileSubject:
        """Return a file of an entry; with its diff only for an engine that reads it."""
        if not self.is_local or file.change.noise is not None or is_secret_by_name(file.change.path):
            return FileSubject(file.change, b"")
        diff = _diff_text(self._graph.part(file.commit, file.change))
        return _subject(file, self._mask([Text(_path(file), diff, is_diff=True)])[0])

    def _asked(self, wish: Wish) -> str:
        """Return what an editor asks for; a finding that is handed back may quote a secret."""
        return self._mask([Text("message", wish.ask)])[0].text if wish.ask else ""

    def _mask(self, texts: Sequence[Text]) -> tuple[Masked, ...]:
        return self._masker.mask(texts)


def _subject(file: FilePlan, diff: Masked) -> FileSubject:
    return FileSubject(file.change, diff.text.encode("utf-8", "replace"))


def _file_text(file: FilePlan, diff: str) -> prompts.FileText:
    """Return a file as a prompt has it: blob ids and paths, which the head of a diff repeats, say nothing there."""
    return prompts.FileText(_path(file), status_word(file.change), _without_names(diff))


def _without_names(diff: str) -> str:
    head, hunk, body = diff.partition("\n@@ ")
    kept = [line for line in head.split("\n") if not line.startswith(_NAMES)]
    return "\n".join(kept) + (hunk if kept else hunk[1:]) + body


def _path(file: FilePlan) -> str:
    return display_path(file.change.path)


def _diff_text(part: bytes) -> str:
    """Return a diff as it is searched and sent: every character visible, line ends alike."""
    return revealed(decoded(part.replace(b"\r\n", b"\n")))


def _listed(files: Sequence[FilePlan]) -> list[str]:
    lines = [f"{_path(file)} ({status_word(file.change)})" for file in files[:_LISTED_FILES]]
    more = len(files) - len(lines)
    return [*lines, f"and {more} more files"] if more else lines


def _heading(title: str, breaking: bool, pull_requests: Sequence[int], web_url: str | None) -> str:  # noqa: FBT001
    links = ", ".join(f"[#{n}]({web_url}/pull/{n})" if web_url else f"#{n}" for n in pull_requests)
    return ("Breaking: " if breaking else "") + title + (f" ({links})" if links else "")


def _within(notes: Sequence[tuple[str, str]], budget: int) -> tuple[list[tuple[str, str]], bool]:
    """Return notes that fit the budget: all, or their first sentences, or as many of those as fit; and whether it is all."""
    room = budget * BYTES_PER_TOKEN
    if sum(len(head) + len(text) for head, text in notes) <= room:
        return list(notes), True
    kept: list[tuple[str, str]] = []
    for head, text in notes:
        short = text.partition(". ")[0]
        room -= len(head) + len(short)
        if room < 0:
            break
        kept.append((head, short))
    return kept, False
