"""Patches that were read last, kept as bytes up to a limit of their sum."""

from collections import OrderedDict
from threading import Lock

from llnotes_tui.release.patch import Patch


class PatchShelf:
    """Keeps the patches used last, up to a number of bytes; safe to use from several threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[str, Patch] = OrderedDict()
        self._lock = Lock()

    def get(self, sha: str) -> Patch | None:
        """Return a commit's patch if it is still here."""
        with self._lock:
            patch = self._kept.get(sha)
            if patch is not None:
                self._kept.move_to_end(sha)
            return patch

    def put(self, sha: str, patch: Patch) -> None:
        """Keep a patch, and let go of those not used for longest; one larger than the limit is not kept."""
        with self._lock:
            if sha in self._kept or patch.size > self._limit:
                return
            self._kept[sha] = patch
            self._size += patch.size
            while self._size > self._limit:
                _, oldest = self._kept.popitem(last=False)
                self._size -= oldest.size

    @property
    def size(self) -> int:
        """Bytes of all patches that are kept."""
        return self._size
