"""The same draft and the same export as on screen, with no screen."""

import json
from collections.abc import Callable, Sequence
from threading import Event

from msgspec import Struct

from llnotes_tui import config
from llnotes_tui.drafting.drafter import Drafting
from llnotes_tui.drafting.events import DraftEvent
from llnotes_tui.drafting.graph import NoteGraph
from llnotes_tui.engines.base import Engine, EngineError, Reply, Request
from llnotes_tui.publishing import keepachangelog, labs
from llnotes_tui.publishing.export import ExportError, Take
from llnotes_tui.release.changelog import parse
from llnotes_tui.review.entries import arrange
from llnotes_tui.storage.cache import AnswerCache
from llnotes_tui.workbench.activity import Activity
from llnotes_tui.workbench.deriving import Circumstances, Deriver
from llnotes_tui.workbench.exporting import Unreviewed, release_notes, unread
from llnotes_tui.workbench.grounded import GroundedChecker
from llnotes_tui.workbench.opening import (
    NothingUnreleasedError,
    drafting_of,
    engine_of,
    open_release,
    read_release,
    stored_state,
)
from llnotes_tui.workbench.overlay import checked_now
from llnotes_tui.workbench.report import draft_object
from llnotes_tui.workbench.start import Target
from llnotes_tui.workbench.views import ReleaseView
from llnotes_tui.workbench.workbench import Workbench
from llnotes_tui.workbench.writing import (
    announcement_text,
    check_version,
    preview_release,
    today,
    write_announcement,
    write_release,
)

Say = Callable[[str], None]
_LOOK = 0.2
"""Seconds between two looks at ctrl+c while drafting."""


class DraftOutcome(Struct, frozen=True):
    """What `draft` prints and ends with."""

    output: str
    status: int


class ExportOutcome(Struct, frozen=True):
    """What `export` prints and ends with."""

    announcement: str
    sentences: tuple[str, ...]
    status: int


def draft_releases(targets: Sequence[Target], *, form: str, write: bool, say: Say) -> DraftOutcome:
    """Draft every target; one that fails says why and holds up no other."""
    outputs: list[tuple[ReleaseView, str]] = []
    statuses = []
    for target in targets:
        try:
            view, text = _drafted_and_written(target, say) if write else _drafted(target, say)
        except NothingUnreleasedError as nothing:
            say(nothing.sentence)
            statuses.append(3)
        except Exception as fault:
            if len(targets) == 1 or not hasattr(fault, "sentence"):
                raise
            say(f"llnotes: {target.repository}: {fault.sentence}")
            statuses.append(1)
        else:
            outputs.append((view, text))
            statuses.append(1 if view.totals.notes_failed else 0)
    return DraftOutcome(_joined(outputs, form, several=len(targets) > 1), _worst(statuses))


def export_release(
    target: Target, *, only: str | None, unreviewed: Unreviewed | None, version: str | None, take: Take | None
) -> ExportOutcome:
    """Write what was reviewed.  Asks no engine: drafts that nobody has read come from the cache, and only if asked for."""
    bench = open_release(target, lambda _: None, Event(), wrap=CacheOnly)
    try:
        return _exported(bench, only, unreviewed, version, take)
    finally:
        bench.close()


class CacheOnly:
    """An engine's answers as far as they are in the cache."""

    def __init__(self, engine: Engine) -> None:
        self.name = engine.name
        self.model = engine.model

    def complete(self, request: Request, cancel: Event) -> Reply:  # noqa: ARG002  (the protocol's)
        """Ask nobody.

        Raises:
            EngineError: always.
        """
        raise EngineError("rejected", "This note was not drafted before; run `llnotes draft` first.")

    def probe(self) -> None:
        """Do nothing: there is nobody to reach."""

    def close(self) -> None:
        """Do nothing: nothing is open."""


# -- draft -----------------------------------------------------------------------------------------------------------


def _drafted(target: Target, say: Say) -> tuple[ReleaseView, str]:
    """Draft a release over what was decided on it so far, without holding its review."""
    read = read_release(target, _quiet, Event())
    settings = read.opened.settings
    state = stored_state(read.plan)
    answers = AnswerCache.open(config.cache_directory(), settings.cache_size)
    graph = NoteGraph(read.plan, read.opened.clone.patch, answers)
    heard: list[DraftEvent] = []
    engine = engine_of(settings)
    drafting = drafting_of(settings, graph, engine, answers, heard.append, state.effective)
    arranged = arrange(read.plan, state)
    try:
        drafting.draft(tuple(entry for entry in arranged.published() if entry.id not in state.texts))
        _wait(drafting)
    finally:
        drafting.close()
    activity = Activity()
    activity.take(heard)
    effective = state.effective()
    digests = {entry.id: graph.input_digest(entry, effective) for entry in arranged.entries}
    view = Deriver(read.plan, graph).release(arranged, state, activity, digests, Circumstances(engine.name))
    view = checked_now(view, GroundedChecker(read.opened.clone, read.plan, answers), state.dismissed)
    answers.close()
    _say_how_it_went(view, say)
    changelog = read.opened.clone.file_at(view.range.until, read.opened.range_options.changelog_path.encode())
    return view, _markdown(view, settings, changelog)


def _drafted_and_written(target: Target, say: Say) -> tuple[ReleaseView, str]:
    bench = open_release(target, _quiet, Event())
    try:
        assert bench.drafting is not None
        bench.start_drafting()
        _wait(bench.drafting)
        bench.settle_checks()
        shown = preview_release(bench, "drafts")
        if shown.conflict is not None:
            raise ExportError(f"{shown.conflict.why} Review it with `llnotes review`, or export with --take.")
        written = write_release(bench, shown)
        view = bench.view()
        _say_how_it_went(view, say)
        for path in written.files:
            say(f"{view.range.name}: wrote {path}; nobody has reviewed it.")
        if not written.files:
            say(f"{view.range.name}: {shown.path} has it all already; nothing was changed.")
        return view, shown.section
    finally:
        bench.close()


def _wait(drafting: Drafting) -> None:
    while not drafting.wait(_LOOK):
        pass


def _quiet(_: str) -> None:
    """Say nothing: a log file wants results, no progress."""


def _say_how_it_went(view: ReleaseView, say: Say) -> None:
    totals = view.totals
    by = (
        "without a model"
        if view.engine == "extractive"
        else f"with {totals.calls:,} calls, {totals.cached:,} from the cache"
    )
    if totals.input_tokens:
        by += f", {totals.input_tokens:,} tokens in and {totals.output_tokens:,} out"
    say(f"{view.range.name}: drafted {len(view.entries)} entries of {view.manifest.commits} commits {by}.")
    for entry in view.entries:
        if entry.state == "failed":
            say(f"{view.range.name}: {entry.title}: {entry.why}")
    for warning in view.range.warnings:
        say(f"{view.range.name}: {warning}")


def _markdown(view: ReleaseView, settings: config.Settings, changelog: bytes | None) -> str:
    """Return the section as it would be written, in the layout of the settings or of the changelog as it is."""
    notes = release_notes(view, unreviewed="drafts", date=today())
    layout = settings.layout
    if layout == "auto":
        is_other = changelog is not None and parse(changelog, view.range.web_url).layout == "keepachangelog"
        layout = "keepachangelog" if is_other else "labs"
    return keepachangelog.render(notes) if layout == "keepachangelog" else labs.render(notes)


def _joined(outputs: Sequence[tuple[ReleaseView, str]], form: str, *, several: bool) -> str:
    if form == "json":
        objects = [draft_object(view) for view, _ in outputs]
        if several:
            return json.dumps(objects, indent=2)
        return json.dumps(objects[0], indent=2) if objects else ""
    if several:
        return "\n".join(f"<!-- {view.range.name} -->\n\n{text}" for view, text in outputs)
    return outputs[0][1] if outputs else ""


def _worst(statuses: Sequence[int]) -> int:
    if 1 in statuses:
        return 1
    return 3 if statuses and all(status == 3 for status in statuses) else 0


# -- export ----------------------------------------------------------------------------------------------------------


def _exported(
    bench: Workbench, only: str | None, unreviewed: Unreviewed | None, version: str | None, take: Take | None
) -> ExportOutcome:
    sentences: list[str] = []
    announcement = ""
    if version:
        bench.set_version(check_version(bench, version)).result()
    if only != "announcement":
        sentences += _write_changelog(bench, unreviewed, take)
    if only == "announcement":
        announcement = announcement_text(bench)
    elif only is None and bench.announcement().state in ("accepted", "edited"):
        path = write_announcement(bench)
        sentences.append(f"Wrote {path}." if path else "The announcement is written already.")
    return ExportOutcome(announcement, tuple(sentences), 0)


def _write_changelog(bench: Workbench, unreviewed: Unreviewed | None, take: Take | None) -> list[str]:
    left = unread(bench.view())
    if left and unreviewed is None:
        raise ExportError(
            f"{len(left)} of {bench.view().totals.entries} entries were read by nobody; review them, or say what becomes of "
            "them: --unreviewed titles, skip or drafts."
        )
    if left and unreviewed == "drafts":
        _fetch_drafts(bench)
    shown = preview_release(bench, unreviewed or "titles")
    written = write_release(bench, shown, take)
    said = [f"Wrote {path}." for path in written.files]
    return said or [f"{shown.path} has it all already; nothing was changed."]


def _fetch_drafts(bench: Workbench) -> None:
    assert bench.drafting is not None
    bench.start_drafting()
    _wait(bench.drafting)
    bench.flush()
