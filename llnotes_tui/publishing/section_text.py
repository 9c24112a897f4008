"""The text of a version's section: rendered by a layout, or woven into what a person wrote under Unreleased."""

from msgspec import Struct

from llnotes_tui.publishing import keepachangelog, labs
from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.heading_style import HeadingStyle
from llnotes_tui.publishing.people import contributors_line
from llnotes_tui.publishing.unreleased import is_type, prose_of
from llnotes_tui.publishing.weave import Woven, weave
from llnotes_tui.release.changelog import VersionSection
from llnotes_tui.release.markdown import Line, scan
from llnotes_tui.release.model import ReleaseNotes


class SectionLayout(Struct, frozen=True):
    """How the sections of a changelog are written."""

    path: str
    """Of the changelog, for errors."""
    is_labs: bool
    """Else it is `keepachangelog`."""
    style: HeadingStyle

    def render(self, notes: ReleaseNotes) -> str:
        """Return the section of notes alone."""
        return labs.render(notes, self.style) if self.is_labs else keepachangelog.render(notes, self.style)

    def woven_into(self, base: str, notes: ReleaseNotes) -> str:
        """Return `base` (a heading and what a person wrote) with all items of the notes.

        Empty if weaving them in once more would change the text.
        """
        if self.is_labs:
            has_types = any(map(is_type, scan(base.encode())))
            woven = Woven(
                labs.rendered_items(notes), labs.people_line(notes), self.style.type_level if has_types else 0
            )
        else:
            woven = Woven(keepachangelog.rendered_items(notes), contributors_line(notes), self.style.type_level)
        section = weave(base, woven)
        return section if weave(section, woven) == section else ""

    def heading(self, notes: ReleaseNotes) -> str:
        """Return the heading of the section."""
        return labs.heading(notes, self.style) if self.is_labs else keepachangelog.heading(notes, self.style)


def section_text(
    notes: ReleaseNotes, layout: SectionLayout, theirs: str, own: tuple[Line, ...], moved: str, prose: tuple[Line, ...]
) -> str:
    """Return the section of a version.

    `theirs` is the section in the file (empty: none) and `own` what in it are no items; `moved` is what goes there from
    Unreleased and `prose` what in that are no items.

    Raises:
        ExportError: what a person wrote cannot be kept as it is.
    """
    if not own and not prose:
        return layout.render(notes)
    base = "\n\n".join(filter(None, (theirs.strip("\n") if own else layout.heading(notes), moved if prose else "")))
    section = layout.woven_into(base, notes)
    kept = {line.strip() for line in section.split("\n")}
    if not section or not all(line.kind == "heading" or line.text.strip() in kept for line in (*own, *prose)):
        raise ExportError(
            f"What is under Unreleased in {layout.path} could not be moved into the section {notes.version} without "
            "changing it; separate lists, code and comments there by blank lines and headings."
        )
    return section


def prose_in(data: bytes, section: VersionSection | None, *, has_types: bool) -> tuple[Line, ...]:
    """Return the lines of a section that are no items, say a summary that was under Unreleased."""
    if section is None:
        return ()
    lines = [line for line in scan(data) if section.heading_end <= line.start < section.content_end]
    return prose_of(lines, [(item.start, item.end) for item in section.items], has_types=has_types, is_ours=True)
