"""What engines have written, as it is found again: the answer of a call by its digest, the texts of a note by what it is about.

The call digest stays the identity of an answer.  To find it one has to read, mask and build the prompt; the texts of a
note are therefore also kept by the note's input digest, so that drafting again with nothing changed needs neither.
"""

import contextlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from threading import Lock

import msgspec
from msgspec import Struct

from llnotes_tui.engines.base import Reply
from llnotes_tui.storage.cache import AnswerCache

_FORM = 1
"""To be raised when the form of what is kept changes."""


_REMEMBERED = 500
"""Answers that stay in memory, for calls that were built while the same one was under way."""


class Kept(Struct, frozen=True):
    """One text of a note."""

    text: str
    engine: str
    model: str
    made: str
    """Digest of prompts' version and parameters: another one means that a text of this engine would differ."""
    call: str
    """Digest of the call that wrote it (of the last one, where several did)."""
    badges: tuple[str, ...] = ()
    instruction: str = ""
    variant: int = 0
    at: float = 0.0
    together: tuple[str, ...] = ()
    """The notes that were asked for in the same call, in its order; empty for a call of its own."""


class Shelf:
    """Texts in the cache.  Thread-safe; what is there but has another form counts as not there."""

    def __init__(self, answers: AnswerCache) -> None:
        self._answers = answers
        self._lock = Lock()
        self._texts: dict[str, tuple[Kept, ...]] = {}
        self._lately: OrderedDict[str, Reply] = OrderedDict()

    def load(self, digests: Iterable[str]) -> None:
        """Read the texts of many notes in one go."""
        keys = {_key(digest): digest for digest in digests if digest not in self._texts}
        found = self._answers.get_many(keys)
        with self._lock:
            for key, digest in keys.items():
                self._texts.setdefault(digest, _texts(found.get(key)))

    def texts(self, digest: str) -> tuple[Kept, ...]:
        """Return the texts of the note that is about `digest`, the oldest first."""
        known = self._texts.get(digest)
        if known is None:
            self.load((digest,))
            known = self._texts[digest]
        return known

    def keep(self, texts: Iterable[tuple[str, Kept]]) -> None:
        """Keep another text of each note (by its digest), for good before this returns.

        The same variant of the same engine is replaced.
        """
        with self._lock:
            values: dict[str, object] = {}
            for digest, text in texts:
                known = self._texts.get(digest)
                if known is None:
                    known = _texts(self._answers.get(_key(digest)))
                others = [k for k in known if (k.engine, k.model, k.variant) != (text.engine, text.model, text.variant)]
                self._texts[digest] = (*others, text)
                values[_key(digest)] = [msgspec.to_builtins(kept) for kept in self._texts[digest]]
            self._answers.put_many(values)

    def answer(self, call: str) -> Reply | None:
        """Return what was answered to a call."""
        try:
            return msgspec.convert(self._answers.get(f"call:{call}"), Reply)
        except msgspec.ValidationError:
            return None

    def answered_here(self, call: str) -> Reply | None:
        """Return what was answered to a call lately, as far as it was this process that asked: quicker than `answer`."""
        return self._lately.get(call)

    @contextlib.contextmanager
    def keeping(self, call: str, reply: Reply) -> Iterator[None]:
        """Keep what was answered to a call: with the texts that are kept in here, and for good when this is left."""
        with self._lock:
            self._lately[call] = reply
            if len(self._lately) > _REMEMBERED:
                self._lately.popitem(last=False)
        key = f"call:{call}"
        self._answers.put_later(key, msgspec.to_builtins(reply))
        try:
            yield
        finally:
            self._answers.flush([key])


def _key(digest: str) -> str:
    return f"note:{_FORM}:{digest}"


def _texts(value: object) -> tuple[Kept, ...]:
    try:
        return msgspec.convert(value, tuple[Kept, ...]) if value is not None else ()
    except msgspec.ValidationError:
        return ()
