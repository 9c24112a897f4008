"""A roll-up: one announcement over several reviewed repositories, of words that a person has read.

Nothing of a repository that is private, or not known to be public, comes into it.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event

from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.engines.announcing import announcement_text as by_template
from llnotes_tui.engines.base import AnnouncementSubject
from llnotes_tui.publishing.announcement import cleaned_announcement
from llnotes_tui.publishing.files import ExportError, read_file, write_atomically
from llnotes_tui.publishing.roll_up import Release, roll_up
from llnotes_tui.release.model import NotesEntry
from llnotes_tui.release.text import one_line
from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.exporting import notes_entry
from llnotes_tui.workbench.opening import Say, open_release
from llnotes_tui.workbench.silent import Silent, settle
from llnotes_tui.workbench.wishes import ExportOutcome
from llnotes_tui.workbench.workbench import Workbench
from llnotes_tui.workbench.writing import announcement_text, today

_NOT_DRAFTED = "It was not drafted before; run `llnotes draft` first."


class LeftOut(Struct, frozen=True):
    """A repository that the roll-up does not tell of."""

    name: str
    why: str
    """For people."""


class RolledUp(Struct, frozen=True):
    """The roll-up as it could be published."""

    text: str
    """Empty where there is nothing to tell."""
    told: tuple[Release, ...]
    left_out: tuple[LeftOut, ...]

    def sentences(self) -> tuple[str, ...]:
        """Return what is left out, in words."""
        return tuple(f"{one.name} is left out: {one.why}" for one in self.left_out)


def gather(targets: Sequence[Target], say: Say, cancel: Event, *, drafts: bool = False) -> RolledUp:
    """Return one announcement of these releases.  Slow: not for the UI thread; `cancel` ends it with what there is.

    Each is told by its announcement where a person has read one, else by template from the entries that a person has
    read.  With `drafts` entries that nobody has read are told too, as far as they were drafted before.
    """
    told: list[Release] = []
    left_out: list[LeftOut] = []
    for target in targets:
        if cancel.is_set():
            break
        say(f"Reading {one_line(target.repository)} ...")
        found = _one(target, cancel, drafts=drafts)
        if isinstance(found, Release):
            told.append(found)
        else:
            left_out.append(found)
    return RolledUp(roll_up(told) if told else "", tuple(told), tuple(left_out))


def announce_releases(repositories: Sequence[str], output: str, *, drafts: bool = False) -> ExportOutcome:
    """Announce releases with no screen: printed, or written to the file `output`, with what is left out.

    Raises:
        ExportError: it cannot be written.
    """
    found = gather(tuple(Target(name) for name in repositories), lambda _: None, Event(), drafts=drafts)
    if not found.text:
        return ExportOutcome("", (*found.sentences(), "llnotes: there is nothing to announce."), 1)
    if not output:
        return ExportOutcome(found.text, found.sentences(), 0)
    kept = write_roll_up(found.text, Path(output).expanduser())
    beside = f"  What stood there is in {kept}." if kept is not None else ""
    return ExportOutcome("", (*found.sentences(), f"Wrote {output}.{beside}"), 0)


def roll_up_path() -> Path:
    """Return where today's roll-up is written, where nobody names a file."""
    return config.state_directory() / "announcements" / f"roll-up-{today()}.md"


def write_roll_up(text: str, path: Path) -> Path | None:
    """Write a roll-up.  Words that somebody else put there are kept in a file beside it, which is returned.

    Raises:
        ExportError: it cannot be written.
    """
    data = (text.rstrip("\n") + "\n").encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise ExportError(f"{path.parent} cannot be made ({fault.strerror}); make it and write again.") from fault
    before = read_file(path)
    kept = None
    if before is not None and before != data:
        kept = path.with_name(f"{path.name}.{time.strftime('%Y%m%d-%H%M%S')}.old")
        write_atomically(kept, before)
    write_atomically(path, data)
    return kept


def _one(target: Target, cancel: Event, *, drafts: bool) -> Release | LeftOut:
    try:
        bench = open_release(target, lambda _: None, cancel, wrap=lambda engine: Silent(engine, _NOT_DRAFTED))
    except Exception as fault:
        why = getattr(fault, "sentence", "") or f"it cannot be read ({type(fault).__name__}: {fault})."
        return LeftOut(one_line(target.repository), one_line(why))
    try:
        return _told(bench, cancel, drafts=drafts)
    finally:
        bench.close()


def _told(bench: Workbench, cancel: Event, *, drafts: bool) -> Release | LeftOut:
    name, visibility = one_line(bench.range.name), bench.range.visibility
    if visibility != "public":
        return LeftOut(name, "it is private." if visibility == "private" else "it is not known to be public.")
    if drafts and bench.drafting is not None:
        bench.drafting.draft(bench.undecided())
        settle(bench.drafting, cancel)
    bench.flush()
    version, page = bench.view().version, bench.range.web_url or ""
    note = bench.announcement()
    if note.text and note.state in ("accepted", "edited"):
        return Release(name, version, page, announcement_text(bench))
    entries = _entries(bench) if drafts else bench.announced()
    if not entries:
        return LeftOut(name, "nobody has read an entry of it yet.")
    subject = AnnouncementSubject(bench.range.name, version, bench.range.web_url, entries)
    return Release(name, version, page, cleaned_announcement(by_template(subject)))


def _entries(bench: Workbench) -> tuple[NotesEntry, ...]:
    found = (notes_entry(entry, "drafts") for entry in bench.view().entries if entry.state != "excluded")
    return tuple(entry for entry in found if entry is not None)
