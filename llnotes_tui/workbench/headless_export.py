"""The same export as on screen, with no screen: writes what was reviewed, and changes nothing where it cannot."""

from collections.abc import Callable, Iterator
from threading import Event

from llnotes_tui.publishing.export import ExportError, Preview
from llnotes_tui.review.store import ReviewError
from llnotes_tui.workbench.clones import Target
from llnotes_tui.workbench.exporting import unread
from llnotes_tui.workbench.headless_publishing import publish
from llnotes_tui.workbench.opening import open_release
from llnotes_tui.workbench.silent import Silent, settle
from llnotes_tui.workbench.wishes import ExportOutcome, ExportWishes
from llnotes_tui.workbench.workbench import Workbench
from llnotes_tui.workbench.writing import (
    announcement_target,
    announcement_text,
    check_version,
    conflict_lines,
    preview_release,
    write_announcement,
    write_release,
)

__all__ = ["ExportOutcome", "ExportWishes", "export_release"]

_NOT_DRAFTED = "It was not drafted before; run `llnotes draft` first."


def export_release(target: Target, wishes: ExportWishes, say: Callable[[str], None] = lambda _: None) -> ExportOutcome:
    """Write what was reviewed.  `say` is told what is waited for.  Asks no engine: drafts that nobody has read come from the cache, and only if asked for.

    Raises:
        ExportError: something stands against it, or cannot be written.
        ReviewError: another window holds the review, or it cannot be written.
        NothingUnreleasedError: there is nothing to write.
        SourceError, SettingsError: the release cannot be read.
    """
    bench = open_release(target, lambda _: None, Event(), wrap=lambda engine: Silent(engine, _NOT_DRAFTED))
    try:
        if bench.review.read_only or bench.review.fault:
            raise ReviewError(bench.review.read_only or bench.review.fault)
        if wishes.goal == "load":
            return publish(bench, wishes, "", say)
        if wishes.only == "announcement":
            return _announced(bench)
        return _exported(bench, wishes, say)
    finally:
        bench.close()


def _announced(bench: Workbench) -> ExportOutcome:
    text = announcement_text(bench)
    return ExportOutcome(text, write_announcement(bench).sentences(), 0)


def _exported(bench: Workbench, wishes: ExportWishes, say: Callable[[str], None]) -> ExportOutcome:
    version = check_version(bench, wishes.version) if wishes.version else ""
    left = unread(bench.view())
    if left and wishes.unreviewed is None:
        raise ExportError(
            f"{len(left)} of {bench.view().totals.entries} entries were read by nobody; review them, or say what becomes of "
            "them: --unreviewed titles, skip or drafts."
        )
    if left and wishes.unreviewed == "drafts":
        assert bench.drafting is not None
        bench.drafting.draft(bench.undecided())
        settle(bench.drafting)
        bench.flush()
    if wishes.goal != "files":
        return publish(bench, wishes, version, say)
    shown = preview_release(bench, wishes.unreviewed or "titles", version)
    if shown.conflict is not None and wishes.take is None:
        sentence = f"llnotes: {shown.conflict.why} Look at the difference, then say --take ours or --take theirs."
        return ExportOutcome("", (*conflict_lines(shown), sentence), 1)
    announces = wishes.only is None and bench.announcement().state in ("accepted", "edited")
    if announces:
        # What stands against the announcement is found out before anything is written.
        announcement_text(bench)
        announcement_target(bench)
    sentences = list(_changelog_written(bench, shown, wishes, version))
    if announces:
        sentences += write_announcement(bench).sentences()
    elif wishes.only is None and bench.announcement().text:
        sentences.append("The announcement was not written: nobody has read it as it stands.")
    return ExportOutcome("", tuple(sentences), 0)


def _changelog_written(bench: Workbench, shown: Preview, wishes: ExportWishes, version: str) -> Iterator[str]:
    written = write_release(bench, shown, wishes.take, version)
    for path in written.files:
        yield f"Wrote {path}."
    if not written.files:
        kept = shown.conflict is not None and wishes.take == "theirs"
        yield f"{shown.path} {'was left as it is' if kept else 'has it all already'}; nothing was changed."
    yield from shown.notices
    untold = [entry for entry in unread(bench.view()) if not entry.text]
    if wishes.unreviewed == "drafts" and untold:
        yield f"Entries that were not drafted before went in as title only: {len(untold)}; run `llnotes draft`, then export again."
    suspected = [e for e in bench.view().entries if e.breaking == "suspected" and e.state != "excluded"]
    if suspected:
        yield f"Suspected breaks that nobody confirmed or denied: {len(suspected)}; they were not published as breaking."
