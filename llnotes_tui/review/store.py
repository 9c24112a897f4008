"""Where a review is on disk, and how: one directory each, read whole, written in small steps."""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from llnotes_tui.release.ids import ReviewId
from llnotes_tui.release.model import NoteId
from llnotes_tui.review.carry import Fingerprint
from llnotes_tui.review.content import Content, OpenEdit, Progress
from llnotes_tui.review.decisions import Logged
from llnotes_tui.review.history import History
from llnotes_tui.storage.keyed import DamagedStoreError, KeyedStore, StoreError, is_there, read_all, read_some

SCHEMA = 2
"""Of the store.  Older ones are brought up to it when they are opened; newer ones are left alone.

2: the log may hold `Published`, which would be damage to a reader of 1.
"""

_UNSAFE = re.compile(r"[^A-Za-z0-9._]+")
_T = TypeVar("_T")


class ReviewError(Exception):
    """Something about a review that cannot be done; `sentence` says what and why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Meta(Struct, frozen=True):
    """The head of a store: read alone, it tells whether there is anything new."""

    schema: int
    revision: int
    log: int
    """How many lines the log has."""
    edits: tuple[NoteId, ...]
    archived: str = ""
    progress: Progress = Progress()


def directory_of(state_directory: Path, review_id: ReviewId) -> Path:
    """Return where a review is kept: readable for people, and different for every review."""
    digest = hashlib.sha256(json.dumps(msgspec.structs.astuple(review_id)).encode()).hexdigest()[:16]
    owner_and_name = "/".join(review_id.repository.split("/")[-2:])
    words = (owner_and_name, review_id.component, review_id.branch, review_id.base[:8])
    readable = "-".join(filter(None, (_UNSAFE.sub("-", word).strip("-.")[:40] for word in words)))
    return state_directory / "reviews" / f"{readable}-{digest}"


class ReviewStore:
    """The store of one review.  Whoever writes holds the lock; reading needs none."""

    def __init__(self, directory: Path, review_id: ReviewId) -> None:
        self.directory = directory
        self._review_id = review_id
        self._about = directory / "about.json"
        self._path = directory / "store"
        self._keyed = KeyedStore(self._path)
        self.is_older = False
        """What was loaded is in an older schema on disk: it has to be written again, whole."""

    def load(self) -> Content:
        """Return what is on disk; an empty review where there is nothing yet.

        Raises:
            ReviewError: a newer version of llnotes wrote it.
            DamagedStoreError: it cannot be made out.
            StoreError: it cannot be read now.
        """
        if not is_there(self._path):
            return Content()
        try:
            values = read_all(self._path, check=True)
        except DamagedStoreError:
            if self._about.exists():
                raise
            return Content()  # making it was interrupted: nothing had been kept yet
        if not values and not self._about.exists():
            return Content()
        schema = _schema(values, self._path)
        self.is_older = schema < SCHEMA
        for older in range(schema, SCHEMA):
            values = MIGRATIONS[older](values)
        return content_of(values, self._path)

    def meta(self) -> Meta | None:
        """Return the head of the store, None where there is no store yet.

        Raises:
            StoreError: it cannot be read now, or not at all.
        """
        if not is_there(self._path):
            return None
        values = read_some(self._path, ("meta",)) or read_all(self._path)
        return _converted(values.get("meta"), Meta, self._path)

    def write(self, before: Content | None, after: Content) -> None:
        """Bring the disk from `before` (None: whatever is there) to `after`, all or nothing.

        Raises:
            StoreError: nothing was written; it may work later.
            DamagedStoreError: nothing can be written any more.
        """
        if not self._keyed.is_intact():
            self._keyed.close()
            before = None  # somebody moved or removed it: all of it is written again
        values, dropped = _changes(before, after)
        self._keyed.write(values, dropped)
        self._describe()

    def set_aside(self) -> Path:
        """Move a damaged store out of the way, and return where it is now.

        Raises:
            StoreError: it cannot be moved.
        """
        self._keyed.close()
        stamp = time.strftime("%Y%m%d-%H%M%S")
        aside = self._path.with_name(f"damaged-{stamp}-{os.getpid()}")
        try:
            self._path.rename(aside)
        except OSError as error:
            raise StoreError(
                f"The damaged review in {self._path} cannot be moved ({error.strerror}); move it."
            ) from error
        self._keyed = KeyedStore(self._path)
        return aside

    def close(self) -> None:
        """Close the calling thread's connection."""
        self._keyed.close()

    def _describe(self) -> None:
        """Write down whose review this directory is, once: for people, and as a sign that the store was made."""
        if self._about.exists():
            return
        fresh = self._about.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(msgspec.to_builtins(self._review_id), indent=2) + "\n")
            fresh.replace(self._about)
        except OSError as error:
            raise StoreError(f"{self._about} cannot be written ({error.strerror}).") from error


MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: lambda values: values}
"""By schema: how to make the values of the next one from it."""


def _schema(values: dict[str, Any], path: Path) -> int:
    """Return the schema that the values of a store are in.

    Raises:
        ReviewError: a newer version of llnotes wrote it.
        DamagedStoreError: it does not say which schema it has.
    """
    meta = values.get("meta")
    schema = meta.get("schema") if isinstance(meta, dict) else None
    if not isinstance(schema, int) or schema < 1:
        raise DamagedStoreError(f"The store in {path} is damaged (it has no head).")
    if schema > SCHEMA:
        raise ReviewError(
            f"The review in {path} was written by a newer llnotes (schema {schema}, this one knows {SCHEMA}); "
            "it is left as it is: install the newer version to open it."
        )
    return schema


def content_of(values: Mapping[str, Any], path: Path) -> Content:
    """Return the content that the values of a store make.

    Raises:
        DamagedStoreError: something is missing or of the wrong kind.
    """
    meta = _converted(values.get("meta"), Meta, path)
    log = [_converted(values.get(_line(position)), Logged, path) for position in range(meta.log)]
    edits = {note: _converted(values.get(_edit(note)), OpenEdit, path) for note in meta.edits}
    return Content(
        history=History(log),
        edits=edits,
        fingerprints=_converted(values.get("commits", {}), dict[str, Fingerprint], path),
        moves=_converted(values.get("moves", {}), dict[str, str], path),
        archived=meta.archived,
        progress=meta.progress,
        revision=meta.revision,
    )


def _changes(before: Content | None, after: Content) -> tuple[dict[str, Any], list[str]]:
    """Return the values to put and the keys to drop that make `after` out of `before`."""
    old = before or Content()
    after.revision = old.revision + 1
    values: dict[str, Any] = {}
    for position in range(len(old.history.log), len(after.history.log)):
        values[_line(position)] = after.history.log[position]
    for note, edit in after.edits.items():
        if old.edits.get(note) != edit:
            values[_edit(note)] = edit
    if before is None or old.fingerprints != after.fingerprints:
        values["commits"] = after.fingerprints
    if before is None or old.moves != after.moves:
        values["moves"] = after.moves
    values["meta"] = Meta(
        schema=SCHEMA,
        revision=after.revision,
        log=len(after.history.log),
        edits=tuple(after.edits),
        archived=after.archived,
        progress=after.progress,
    )
    plain = {key: msgspec.to_builtins(value) for key, value in values.items()}
    return plain, [_edit(note) for note in old.edits if note not in after.edits]


def _line(position: int) -> str:
    return f"log/{position:08}"


def _edit(note: NoteId) -> str:
    return f"edit/{note}"


def _converted(value: Any, kind: type[_T], path: Path) -> _T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise DamagedStoreError(f"The store in {path} is damaged ({error}).") from error
