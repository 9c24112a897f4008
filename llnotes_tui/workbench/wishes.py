"""What is to be exported and how, where a person is not there to be asked; and what came of it."""

from typing import Literal

from msgspec import Struct

from llnotes_tui.publishing.export import Take
from llnotes_tui.workbench.exporting import Unreviewed

Goal = Literal["files", "commit", "pull-request", "release", "load"]
"""Where a release goes: into the files of the clone, a commit on a branch of it, a pull request, a draft release; or
`load`: the section of a release pull request that is open comes into the review."""


class ExportOutcome(Struct, frozen=True):
    """What `export` prints and ends with."""

    output: str
    """For stdout: the announcement, or the page of what was made."""
    sentences: tuple[str, ...]
    status: int


class ExportWishes(Struct, frozen=True, kw_only=True):
    """What is to be written, and how, where a person is not there to be asked."""

    goal: Goal = "files"
    only: str | None = None
    """`changelog` or `announcement`; None: both.  Of `files`."""
    unreviewed: Unreviewed | None = None
    """What becomes of entries that nobody has read; None: then nothing is written."""
    version: str | None = None
    """Instead of the one that was confirmed in the review."""
    take: Take | None = None
    """What becomes of what a person changed since; None: then nothing is written."""
