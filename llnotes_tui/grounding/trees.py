"""What stands in the trees of commits, by word and by definition, read from git objects in bulk and kept by blob."""

from collections.abc import Sequence
from threading import Event
from typing import Self

from llnotes_tui.release.model import Commit
from llnotes_tui.sources.git import Clone
from llnotes_tui.storage.cache import AnswerCache


class TreeIndex:
    """The trees of some commits and of their parents.  Building it is slow (a worker's work); asking is not."""

    @classmethod
    def build(
        cls,
        clone: Clone,
        commits: Sequence[Commit],
        cache: AnswerCache | None = None,
        *,
        cancel: Event | None = None,
    ) -> Self:
        """Index the trees of `commits` and of their first parents; what cannot be read is said, never raised."""
        return cls()

    @classmethod
    def empty(cls) -> Self:
        """Return an index without trees: the checks that need one are not made."""
        return cls()
