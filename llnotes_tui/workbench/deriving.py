"""From plan, drafts and decisions to what the screens draw."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from llnotes_tui.drafting.graph import EntryLayout, FilePlan, NoteGraph
from llnotes_tui.release.ids import ANNOUNCEMENT, commit_note, file_note
from llnotes_tui.release.model import (
    Commit,
    DependencyUpdate,
    EntryPlan,
    FileChange,
    NoteDraft,
    NoteId,
    NoteState,
    Plan,
)
from llnotes_tui.release.next_version import release_dates
from llnotes_tui.release.plan import version_of_range
from llnotes_tui.release.text import display_path
from llnotes_tui.review.entries import Arranged
from llnotes_tui.review.replay import PERSON, DecidedText, ReviewState
from llnotes_tui.review.state import is_reviewed, note_state, word_count
from llnotes_tui.workbench.activity import Activity
from llnotes_tui.workbench.views import EntryView, FileView, Group, ReleaseView, Totals, Variant


class Circumstances(Struct, frozen=True):
    """What the header shows besides the notes."""

    engine: str
    read_only: str = ""
    save_fault: str = ""
    new_commits: int = 0
    left_behind: tuple[NoteId, ...] = ()
    fault: str = ""
    notices: tuple[str, ...] = ()


class Deriver:
    """Derives views of one plan; an entry of which nothing changed since the last time is the same object again."""

    def __init__(self, plan: Plan, graph: NoteGraph) -> None:
        self._plan = plan
        self._graph = graph
        self._entries: dict[NoteId, tuple[tuple[object, ...], EntryView]] = {}
        self._files: dict[NoteId, tuple[tuple[object, ...], FileView]] = {}

    def release(
        self,
        arranged: Arranged,
        state: ReviewState,
        activity: Activity,
        digests: Mapping[NoteId, str],
        circumstances: Circumstances,
    ) -> ReleaseView:
        """Return the release as it stands.

        `digests` has the current input digest of every note that was decided on, as far as they are known.
        """

        def group(name: Group, items: Sequence[tuple[Commit, str, str]]) -> tuple[EntryView, ...]:
            return tuple(_commit_view(name, commit, title, why) for commit, title, why in items)

        entries = tuple(self._entry(entry, arranged, state, activity, digests) for entry in arranged.entries)
        dates = release_dates(self._plan.range.last_released_at, self._plan.today)
        suggested, reason = version_of_range(self._plan.range, arranged.published(), dates)
        return ReleaseView(
            range=self._plan.range,
            version=state.version or suggested,
            version_reason=reason,
            entries=entries,
            internal=group("internal", [(i.commit, i.title, i.reason) for i in arranged.internal]),
            dependency_updates=tuple(map(_update_view, arranged.dependency_updates)),
            left_out=group("left-out", [(o.commit, o.title, o.reason) for o in arranged.left_out]),
            publish_internal=state.publish_internal,
            totals=_totals(entries, activity),
            manifest=arranged.manifest,
            engine=circumstances.engine,
            engine_sentence=activity.status.sentence,
            engine_stopped=activity.status.stopped,
            read_only=circumstances.read_only,
            save_fault=circumstances.save_fault,
            new_commits=circumstances.new_commits,
            left_behind=circumstances.left_behind,
            can_undo=state.can_undo,
            can_redo=state.can_redo,
            suggested_version=suggested,
            fault=circumstances.fault,
            notices=(*circumstances.notices, *self._plan.warnings),
            pulls_from=self._plan.pulls_from,
            known_people=self._plan.known_people,
        )

    def announcement(self, state: ReviewState, activity: Activity, current_digest: str) -> EntryView:
        """Return the announcement as a note with no commits."""
        decided, draft = state.texts.get(ANNOUNCEMENT), activity.drafts.get(ANNOUNCEMENT)
        variants = variants_of(ANNOUNCEMENT, "", state, activity)
        text, engine, model = _effective("", decided, draft)
        return EntryView(
            note=ANNOUNCEMENT,
            group="entry",
            title="Announcement",
            text=text,
            section="changed",
            breaking="no",
            breaking_line="",
            state=_state(ANNOUNCEMENT, decided, activity, current_digest=current_digest),
            origin="drafted",
            commits=(),
            pull_requests=(),
            files=(),
            engine=engine,
            model=model,
            input_digest=current_digest,
            why=activity.reason(ANNOUNCEMENT),
            badges=draft.badges if draft and not decided else (),
            variant=_position(text, variants),
            variants=len(variants),
        )

    def _entry(
        self,
        entry: EntryPlan,
        arranged: Arranged,
        state: ReviewState,
        activity: Activity,
        digests: Mapping[NoteId, str],
    ) -> EntryView:
        decided, draft = state.texts.get(entry.id), activity.drafts.get(entry.id)
        excluded = arranged.excluded.get(entry.id)
        current = digests.get(entry.id, "")
        files = self._files_of(self._graph.layout(entry), state, activity, digests)
        inputs = (
            entry, decided, draft, excluded, current, files, entry.id in activity.writing,
            activity.reason(entry.id), len(activity.variants.get(entry.id, ())), len(state.variants.get(entry.id, ())),
        )  # fmt: skip
        known = self._entries.get(entry.id)
        if known is not None and _same(known[0], inputs):
            return known[1]
        text, engine, model = _effective(entry.text, decided, draft)
        variants = variants_of(entry.id, entry.text, state, activity, relatives_of(entry.id, arranged))
        note_is = _state(
            entry.id, decided, activity, current_digest=current, excluded=excluded is not None, origin=entry.origin
        )
        view = EntryView(
            note=entry.id,
            group="entry",
            title=entry.title,
            text=text,
            section=entry.section,
            breaking=entry.breaking,
            breaking_line=entry.breaking_line,
            state=note_is,
            origin=entry.origin,
            commits=entry.commits,
            pull_requests=entry.pull_requests,
            files=files,
            engine=engine,
            model=model,
            input_digest=current or (draft.input_digest if draft else ""),
            why=f"excluded as {excluded}" if excluded else activity.reason(entry.id),
            badges=draft.badges if draft and (decided is None or decided.text == draft.text) else (),
            variant=_position(text, variants),
            variants=len(variants),
            reviewed=is_reviewed(note_is),
        )
        self._entries[entry.id] = (inputs, view)
        return view

    def _files_of(
        self, layout: EntryLayout, state: ReviewState, activity: Activity, digests: Mapping[NoteId, str]
    ) -> tuple[FileView, ...]:
        return tuple(self._file(file, state, activity, digests) for file in layout.files)

    def _file(self, file: FilePlan, state: ReviewState, activity: Activity, digests: Mapping[NoteId, str]) -> FileView:
        decided, draft = state.texts.get(file.note), activity.drafts.get(file.note)
        current, why = digests.get(file.note, ""), activity.reason(file.note)
        inputs = (file, decided, draft, file.note in activity.writing, why, current)
        known = self._files.get(file.note)
        if known is not None and _same(known[0], inputs):
            return known[1]
        text, engine, _ = _effective(file.sentence if draft is None else "", decided, draft)
        note_is = _state(file.note, decided, activity, current_digest=current)
        view = FileView(
            note=file.note,
            commit=file.change.commit,
            path=display_path(file.change.path),
            change=file.change,
            state="drafted" if file.sentence and note_is == "waiting" else note_is,
            text=text,
            why=why,
            badges=draft.badges if draft else file.badges,
            engine="rule" if file.sentence and draft is None and decided is None else engine,
        )
        self._files[file.note] = (inputs, view)
        return view


Relatives = Sequence[tuple[NoteId, str]]
"""Other notes whose texts are variants of an entry, each with the words that a person gave it, if any."""


def relatives_of(note: NoteId, arranged: Arranged) -> Relatives:
    """Return the notes of what was merged into an entry, and other names under which it was decided on."""
    absorbed = {entry.id: entry.text for entry in arranged.absorbed.get(note, ())}
    return tuple((absorbed | {kin: absorbed.get(kin, "") for kin in arranged.kin.get(note, ())}).items())


def variants_of(
    note: NoteId, given: str, state: ReviewState, activity: Activity, relatives: Relatives = ()
) -> tuple[Variant, ...]:
    """Return every text there is for a note and its relatives, each once, oldest first."""
    dated: list[tuple[float, Variant]] = []
    for name, words in ((note, given), *relatives):
        if words:
            dated.append((0.0, Variant(words, PERSON, "", "")))
        for draft in activity.variants.get(name, ()):
            variant = Variant(draft.text, draft.engine, draft.model, draft.input_digest, draft.instruction)
            dated.append((draft.drafted_at, variant))
        told = state.variants.get(name, ())
        dated += [(text.at, Variant(text.text, text.engine, text.model, text.input_digest)) for text in told]
    by_text: dict[str, Variant] = {}
    for _, variant in sorted(dated, key=lambda pair: pair[0]):
        by_text.setdefault(variant.text, variant)
    return tuple(by_text.values())


def _effective(given: str, decided: DecidedText | None, draft: NoteDraft | None) -> tuple[str, str, str]:
    """Return the text that counts, and the engine and model it is from."""
    if decided is not None:
        return decided.text, decided.engine, decided.model
    if given:
        return given, "person", ""
    return (draft.text, draft.engine, draft.model) if draft is not None else ("", "", "")


def _state(
    note: NoteId,
    decided: DecidedText | None,
    activity: Activity,
    *,
    current_digest: str,
    excluded: bool = False,
    origin: str = "drafted",
) -> NoteState:
    return note_state(
        decided=decided,
        draft=activity.drafts.get(note),
        failed=activity.failed.get(note, ""),
        writing=note in activity.writing,
        skipped=activity.skipped.get(note, ""),
        excluded=excluded,
        current_digest=current_digest,
        origin=origin,  # type: ignore[arg-type]
    )


def _commit_view(group: Group, commit: Commit, title: str, why: str) -> EntryView:
    """Return a commit that is no entry, as the groups below the entries show it."""
    files = tuple(_plain_file(change) for change in commit.files)
    return EntryView(
        note=commit_note(commit.sha),
        group=group,
        title=title,
        text="",
        section="changed",
        breaking="no",
        breaking_line="",
        state="skipped",
        origin="drafted",
        commits=(commit,),
        pull_requests=() if commit.pull_request is None else (commit.pull_request,),
        files=files,
        why=why,
    )


def _update_view(update: DependencyUpdate) -> EntryView:
    """Return a dependency update with all the commits behind it."""
    views = [_commit_view("dependency", commit, update.title, "") for commit in update.commits]
    return structs.replace(
        views[0],
        commits=update.commits,
        pull_requests=tuple(dict.fromkeys(number for view in views for number in view.pull_requests)),
        files=tuple(file for view in views for file in view.files),
    )


def _plain_file(change: FileChange) -> FileView:
    path = display_path(change.path)
    return FileView(file_note(change.commit, change.path), change.commit, path, change, "skipped", "")


def _position(text: str, variants: Sequence[Variant]) -> int:
    return next((at for at, variant in enumerate(variants) if variant.text == text), 0)


def _totals(entries: Sequence[EntryView], activity: Activity) -> Totals:
    open_entries = [entry for entry in entries if entry.state != "excluded"]
    progress = activity.progress
    return Totals(
        entries=len(open_entries),
        reviewed=sum(entry.reviewed for entry in open_entries),
        unread_words=sum(word_count(entry.text) for entry in open_entries if not entry.reviewed),
        breaking_open=sum(entry.breaking == "suspected" for entry in open_entries),
        red=0,
        amber=0,
        notes_done=progress.done,
        notes_total=progress.total,
        notes_failed=progress.failed,
        calls=progress.calls,
        cached=progress.cached,
        input_tokens=progress.input_tokens,
        output_tokens=progress.output_tokens,
    )


def _same(before: tuple[object, ...], now: tuple[object, ...]) -> bool:
    """Compare by identity first: comparing whole commits for 500 entries at every batch would show in the keys."""
    return all(old is new or _same_shallow(old, new) for old, new in zip(before, now, strict=True))


def _same_shallow(old: object, new: object) -> bool:
    if isinstance(old, tuple) and isinstance(new, tuple):
        return len(old) == len(new) and all(a is b for a, b in zip(old, new, strict=True))
    return isinstance(old, str | int) and old == new
