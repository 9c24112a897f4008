"""The manifest on screen: every commit of the range exactly once, with where it went."""

from collections.abc import Collection

from llnotes_tui.widgets.cells import single_line
from llnotes_tui.widgets.note_lines import Piece
from llnotes_tui.widgets.page import BLANK, Paragraph, words
from llnotes_tui.workbench.exporting import Unreviewed
from llnotes_tui.workbench.manifest import ManifestRow, manifest_counts, manifest_groups
from llnotes_tui.workbench.views import ReleaseView


def manifest(view: ReleaseView, unreviewed: Unreviewed, cancelled_out: Collection[str]) -> list[Paragraph]:
    """Return the counts, and below them the commits by what became of them.

    `cancelled_out` are the commits that cancel each other out.
    """
    commits, placed = manifest_counts(view)
    said = [Paragraph(((f"{commits}: ", "note--title"), (placed, "note--text")))]
    for group in manifest_groups(view, unreviewed, cancelled_out):
        said += [BLANK, words(group.name, "note--key"), *(_row(row) for row in group.rows)]
    return said


def _row(row: ManifestRow) -> Paragraph:
    sign = row.sha[:7] or ("shared " if row.shared else "no git ")
    name: tuple[Piece, ...] = ((single_line(row.title), "note--text"),)
    if row.further:
        name = (("└ ", "note--faint"), (single_line(row.title), "note--quiet"))
    at_right = (single_line(row.told), "note--quiet") if row.told else None
    return Paragraph(((f"{sign}  ", "note--faint"), *name), indent=1, at_right=at_right, one_line=True)
