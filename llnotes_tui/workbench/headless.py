"""The same draft as on screen, with no screen."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from threading import Event

from msgspec import Struct

from llnotes_tui.config import Settings
from llnotes_tui.engines.base import Engine
from llnotes_tui.publishing import template
from llnotes_tui.publishing.export import ExportError, ExportOptions, section_alone
from llnotes_tui.release.model import Plan
from llnotes_tui.release.text import one_line
from llnotes_tui.review.store import ReviewError
from llnotes_tui.sources.git import Clone
from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.exporting import release_notes, unread
from llnotes_tui.workbench.opening import NothingUnreleasedError, engine_of, open_release, read_release
from llnotes_tui.workbench.report import draft_object
from llnotes_tui.workbench.silent import settle
from llnotes_tui.workbench.unattended import Unattended
from llnotes_tui.workbench.views import EntryView, FileView, ReleaseView
from llnotes_tui.workbench.workbench import Workbench
from llnotes_tui.workbench.writing import (
    changelog_path,
    conflict_lines,
    preview_release,
    today,
    trusted_template,
    write_release,
)

Say = Callable[[str], None]
DONE, FAILED, NOTHING_UNRELEASED = 0, 1, 3


class DraftOutcome(Struct, frozen=True):
    """What `draft` prints and ends with."""

    output: str
    status: int


class _Drafted(Struct, frozen=True):
    """One release that was drafted."""

    view: ReleaseView
    markdown: str
    status: int


class _Drafter:
    """Drafts one release after the other; an engine that was stopped for one is not asked for the next."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self._stopped: dict[Engine, str] = {}

    def draft(self, target: Target) -> _Drafted:
        """Draft a release over what was decided on it so far, without holding its review."""
        read = read_release(target, waits_only(self.say), Event())
        engine = engine_of(read.opened.settings)
        with Unattended(read, engine) as unattended:
            self._fill(unattended)
            view = unattended.checked()
            faults = (unattended.cache_fault,)
        self._report(view, read.plan, engine, faults)
        opened = read.opened
        markdown = _markdown(view, opened.settings, opened.clone, view.range.changelog)
        status = FAILED if view.totals.notes_failed else DONE
        return _Drafted(view, markdown, NOTHING_UNRELEASED if _is_empty(view) else status)

    def draft_and_write(self, target: Target) -> _Drafted:
        """Draft a release, and write it over the changelog where every note has its text."""
        bench = open_release(target, waits_only(self.say), Event())
        try:
            if bench.review.read_only:
                raise ReviewError(bench.review.read_only)
            assert bench.drafting is not None
            bench.drafting.draft(bench.undecided())
            settle(bench.drafting)
            bench.flush()
            view = bench.view()
            self._report(view, bench.plan, engine_of(bench.settings), (bench.answers.fault, bench.review.notice))
            if view.totals.notes_failed:
                section = _markdown(view, bench.settings, bench.clone, changelog_path(bench))
                self.say(
                    f"{view.range.name}: nothing was written, for {_counted(view.totals.notes_failed, 'note')} could not be "
                    "drafted; run it again once the reason is mended."
                )
                return _Drafted(view, section, FAILED)
            return _Drafted(view, self._write(bench, view), DONE)
        finally:
            bench.close()

    def _fill(self, unattended: Unattended) -> None:
        known = self._stopped.get(unattended.engine)
        if known is None and unattended.draft():
            known = self._stopped[unattended.engine] = unattended.cause
        if known is not None:
            unattended.without_engine(known)

    def _write(self, bench: Workbench, view: ReleaseView) -> str:
        shown = preview_release(bench, "drafts")
        if shown.conflict is not None:
            for line in conflict_lines(shown):
                self.say(line)
            raise ExportError(f"{shown.conflict.why} Settle it with `llnotes export --take ours` or `--take theirs`.")
        written = write_release(bench, shown)
        for path in written.files:
            self.say(f"{view.range.name}: wrote {path}; {_who_read(view)}.")
        if not written.files:
            self.say(f"{view.range.name}: {shown.path} has it all already, nothing was changed; {_who_read(view)}.")
        for sentence in shown.notices:
            self.say(f"{view.range.name}: {sentence}")
        return shown.section

    def _report(self, view: ReleaseView, plan: Plan, engine: Engine, faults: Sequence[str]) -> None:
        name, totals = view.range.name, view.totals
        by = "without a model"
        if engine.name != "extractive":
            where = f"{engine.model} at {getattr(engine, 'host', '') or 'an unknown host'}"
            by = f"with {_counted(totals.calls, 'call')} to {where}, {totals.cached:,} notes from the cache"
        if totals.input_tokens:
            by += f", {totals.input_tokens:,} tokens in and {totals.output_tokens:,} out"
        missing = sum(entry.state == "failed" for entry in view.entries)
        drafted = f"{totals.entries - missing} of " if missing else ""
        entries = drafted + _counted(totals.entries, "entry", "entries")
        self.say(f"{name}: drafted {entries} of {_counted(view.manifest.commits, 'commit')} {by}.")
        if _is_empty(view):
            reasons = sorted({one_line(entry.why) for entry in view.left_out})
            more = f" and {len(reasons) - 2} more reasons" if len(reasons) > 2 else ""
            self.say(
                f"{name}: nothing is left to release ({'; '.join(reasons[:2])}{more}); x in the app brings commits back."
            )
        for sentence in (*_failures(view), *_notices(plan), *filter(None, faults)):
            self.say(f"{name}: {sentence}")


def _is_empty(view: ReleaseView) -> bool:
    """Tell whether all commits of a release are left out."""
    return not (view.entries or view.dependency_updates or view.internal)


def draft_releases(targets: Sequence[Target], *, form: str, write: bool, say: Say) -> DraftOutcome:
    """Draft every target; one that fails says why and holds up no other."""
    drafter = _Drafter(say)
    drafted: list[_Drafted] = []
    statuses: list[int] = []
    for target in targets:
        try:
            done = drafter.draft_and_write(target) if write else drafter.draft(target)
        except NothingUnreleasedError as nothing:
            say(nothing.sentence)
            statuses.append(NOTHING_UNRELEASED)
        except Exception as fault:
            if len(targets) == 1:
                raise
            unknown = (
                f"this is a fault in llnotes ({type(fault).__name__}: {fault}); draft it alone with --debug for more."
            )
            say(f"llnotes: {target.repository}: {getattr(fault, 'sentence', '') or unknown}")
            statuses.append(FAILED)
        else:
            drafted.append(done)
            statuses.append(done.status)
    return DraftOutcome(_joined(drafted, form, several=len(targets) > 1), _worst(statuses))


def waits_only(say: Say) -> Say:
    """Return what tells of what is waited for, with its end, and of nothing else: a log file wants results, no progress."""

    def heard(sentence: str) -> None:
        if "waiting for" in sentence.lower():
            say(sentence)

    return heard


def _failures(view: ReleaseView) -> Iterator[str]:
    """Yield why notes have no text: each reason once, with how many notes it concerns."""
    reasons: Counter[str] = Counter()
    for entry in view.entries:
        notes: tuple[EntryView | FileView, ...] = (*entry.files, entry)
        failed = {note.note: note.why for note in notes if note.state == "failed"}
        # An entry of one file shares its note; one of several says of its files what they say themselves.
        if len(failed) > 1:
            failed.pop(entry.note, None)
        reasons.update(failed.values())
    for why, count in reasons.items():
        yield f"{_counted(count, 'note')} could not be drafted: {why}"


def _notices(plan: Plan) -> Iterator[str]:
    """Yield what a person should know about the range."""
    yield from dict.fromkeys(filter(None, (plan.range.base_note, *plan.range.warnings, *plan.warnings)))


def _who_read(view: ReleaseView) -> str:
    published = [entry for entry in view.entries if entry.state != "excluded"]
    left = len(unread(view))
    if not left:
        return "all of it was reviewed"
    return (
        "nobody has reviewed it"
        if left == len(published)
        else f"nobody has reviewed {left} of its {len(published)} entries"
    )


def _markdown(view: ReleaseView, settings: Settings, clone: Clone, changelog: str) -> str:
    """Return the section as it would be written: by template, in the layout of the settings, or of the changelog as it is.

    Raises:
        ExportError: there is a template that nobody trusts, or that fails.
    """
    notes = release_notes(view, unreviewed="drafts", date=today(), contributors=settings.contributors)
    own = trusted_template(settings, clone, view.range.repository)
    if own is not None:
        return template.render(own, notes)
    there = clone.file_at(view.range.until, os.fsencode(changelog)) or b""
    options = ExportOptions(
        changelog=changelog,
        layout=settings.layout,
        last_version=view.range.last_version,
        unreleased=settings.unreleased,
    )
    return section_alone(there, notes, options)


def _joined(drafted: Sequence[_Drafted], form: str, *, several: bool) -> str:
    """Return what is printed: an object or an array of JSON, or the sections one below the other."""
    if form == "json":
        objects = [draft_object(done.view) for done in drafted]
        if several:
            return json.dumps(objects, indent=2)
        return json.dumps(objects[0], indent=2) if objects else ""
    sections = [done.markdown.strip("\n") + "\n" for done in drafted]
    if several:
        sections = [f"<!-- {done.view.range.name} -->\n\n{text}" for done, text in zip(drafted, sections, strict=True)]
    return "\n".join(sections)


def _worst(statuses: Sequence[int]) -> int:
    if FAILED in statuses:
        return FAILED
    return NOTHING_UNRELEASED if statuses and all(status == NOTHING_UNRELEASED for status in statuses) else DONE


def _counted(number: int, one: str, several: str = "") -> str:
    return f"{number:,} {one if number == 1 else several or one + 's'}"
