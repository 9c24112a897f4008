"""Commits as the rest of the house knows them: diff read, noise told, patch-id known."""

import os
from collections.abc import Callable, Iterable, Iterator
from threading import Event

from msgspec import structs

from llnotes_tui.release.folding import is_shipped_code
from llnotes_tui.release.message import pull_request_of
from llnotes_tui.release.model import Commit, DiffState, FileChange
from llnotes_tui.release.noise import NO_ATTRIBUTES, Attributes, noise_of
from llnotes_tui.release.patch import Patch
from llnotes_tui.sources.attributes import AttributedPlace
from llnotes_tui.sources.history import Change, patch_ids, read_changes
from llnotes_tui.sources.merge_results import MergeResult, written_by_hand
from llnotes_tui.sources.patches import PatchShelf
from llnotes_tui.sources.range_units import RangeUnits
from llnotes_tui.sources.structure import Meta

_BATCH_COMMITS = 64
_BATCH_BYTES = 8 << 20
"""Attributes and patch-ids are asked for in batches, so that commits come early and no more than this is held."""


def read_commits(
    attributed: AttributedPlace,
    range_units: RangeUnits,
    shelf: PatchShelf,
    *,
    cut: frozenset[str] = frozenset(),
    partial: bool = False,
    paths: tuple[str, ...] = (),
    changelogs: frozenset[bytes] = frozenset(),
    cancel: Event | None = None,
) -> Iterator[Commit]:
    """Yield the units of a range in their order; patches are put on the shelf as they go by.

    Files outside `paths` are left out.  `cut` are the commits at which a shallow clone ends: they have no diff.

    Raises:
        GitFault: git failed, or `cancel` was set.
    """
    inside = inside_paths(paths)
    for batch in _batches(_changes(attributed, range_units, cut, partial=partial, cancel=cancel)):
        attributes = attributed.attributes_of(change.path for _, files, _ in batch for change in files)
        patches = [(change.meta.sha, change.patch) for change in batch if change.patch]
        ids = patch_ids(attributed.place, patches, cancel)
        for meta, files, raw in batch:
            patch = Patch(raw) if raw is not None else None
            if patch is not None and raw:
                shelf.put(meta.sha, patch)
            kept = (change for change in files if inside is None or inside(change))
            told = tuple(with_noise(change, patch, attributes, changelogs) for change in kept)
            commit = commit_of(meta, told, _state(meta, files, raw, cut), ids.get(meta.sha))
            result = range_units.folded.get(meta.sha)
            by_hand = result is not None and _is_by_hand(told, result)
            yield range_units.completed(commit, by_hand=by_hand)


def _is_by_hand(files: Iterable[FileChange], result: MergeResult) -> bool:
    """Tell whether people changed code of their own accord in a folded merge."""
    return any(is_shipped_code(change) and written_by_hand(result, change.position) for change in files)


def _changes(
    attributed: AttributedPlace, range_units: RangeUnits, cut: frozenset[str], *, partial: bool, cancel: Event | None
) -> Iterator[Change]:
    metas, folded = range_units.metas, range_units.folded
    whole = [meta for meta in metas if meta.sha not in cut and meta.sha not in folded]
    changes = read_changes(attributed.place, whole, cancel, partial=partial)
    for meta in metas:
        if meta.sha in folded:
            yield folded[meta.sha].change
        else:
            yield Change(meta, (), None) if meta.sha in cut else next(changes)


def _batches(changes: Iterable[Change]) -> Iterator[list[Change]]:
    batch: list[Change] = []
    size = 0
    for change in changes:
        batch.append(change)
        size += len(change.patch or b"")
        if len(batch) >= _BATCH_COMMITS or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def with_noise(
    change: FileChange, patch: Patch | None, attributes: dict[bytes, Attributes], changelogs: frozenset[bytes]
) -> FileChange:
    """Return a file change with why it is noise, if it is."""
    part = patch.part(change.position) if patch is not None and change.position < patch.parts else None
    noise = noise_of(change, part, attributes.get(change.path, NO_ATTRIBUTES), changelogs)
    if noise is None:
        return change
    return structs.replace(change, noise=noise)


def inside_paths(paths: tuple[str, ...]) -> Callable[[FileChange], bool] | None:
    """Return what tells whether a file (before or after the change) lies below one of the paths; None for no limit."""
    names = [os.fsencode(path).removeprefix(b"./").strip(b"/") for path in paths]
    if not names or b"" in names or b"." in names:
        return None
    folders = tuple(name + b"/" for name in names)

    def inside(change: FileChange) -> bool:
        return any(path in names or path.startswith(folders) for path in (change.path, change.old_path) if path)

    return inside


def _state(meta: Meta, files: tuple[FileChange, ...], raw: bytes | None, cut: frozenset[str]) -> DiffState:
    if meta.sha in cut:
        return "history-cut"
    if raw is None:
        return "missing"
    return "whole" if files else "empty"


def commit_of(meta: Meta, files: tuple[FileChange, ...], state: DiffState, patch_id: str | None) -> Commit:
    """Return a commit with its files and the state of its diff."""
    return Commit(
        sha=meta.sha,
        parents=meta.parents,
        author=meta.author,
        author_email=meta.author_email,
        authored_at=meta.authored_at,
        committed_at=meta.committed_at,
        subject=meta.subject,
        body=meta.body,
        files=files,
        diff=state,
        patch_id=patch_id,
        pull_request=pull_request_of(meta.subject, meta.body),
    )
