"""The evidence of an entry: what its commits changed and said, and the trees around them."""

from collections.abc import Callable, Sequence

from llnotes_tui.grounding.trees import TreeIndex
from llnotes_tui.release.model import Commit
from llnotes_tui.release.patch import Patch


class Evidence:
    """All that can vouch for a note's words; built once an entry, then only read."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self.commits = tuple(commits)
        self.not_checked: tuple[str, ...] = ()
        """Sentences for people: which checks could not be made, and why."""


def build_evidence(
    commits: Sequence[Commit],
    patch: Callable[[str], Patch],
    trees: TreeIndex,
    message: Callable[[Commit], str],
) -> Evidence:
    """Return the evidence of an entry that stands for `commits`; slow for large diffs: a worker's work."""
    return Evidence(commits)
