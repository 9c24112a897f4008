"""The layout `labs`: `# Version changelog`, `## 0.61.0`, one line an entry, dependency updates in a list of their own."""

from llnotes_tui.publishing.heading_style import HeadingStyle
from llnotes_tui.publishing.lines import (
    BREAKING,
    RenderedItem,
    all_entries,
    dependency_updates,
    rendered_item,
    sentence,
    update_line,
)
from llnotes_tui.publishing.people import contributors_line
from llnotes_tui.release.model import NotesEntry, ReleaseNotes

PREAMBLE = "# Version changelog\n\n"
"""What a new file begins with."""
UPDATES = "Dependency updates:"


def render(notes: ReleaseNotes, style: HeadingStyle | None = None) -> str:
    r"""Return the section of a version, with the blank lines that separate it from the next; line ends are `\n`.

    Entries stand in the order of their bytes, dependency updates as they came.  What a person wrote over several lines
    stays so, inside its item.
    """
    items = rendered_items(notes)
    entries = sorted((one.text for one in items if not one.is_update), key=str.encode)
    updates = [one.text for one in items if one.is_update]
    parts = [f"{heading(notes, style)}\n\n"]
    if entries:
        parts.append("".join(f"{entry}\n" for entry in entries) + "\n")
    if updates:
        parts.append(f"{UPDATES}\n\n" + "".join(f"{update}\n" for update in updates))
    people = people_line(notes)
    if people:
        parts.append(f"\n{people}\n" if updates else f"{people}\n")
    return "".join(parts) + "\n"


def heading(notes: ReleaseNotes, style: HeadingStyle | None = None) -> str:
    """Return the heading of the section, without a line end."""
    return f"{'#' * (style or HeadingStyle()).level} {notes.version}"


def rendered_items(notes: ReleaseNotes) -> tuple[RenderedItem, ...]:
    """Return the items of the section: entries as they came, then dependency updates."""
    entries = (_entry(entry, notes.web_url) for entry in all_entries(notes))
    updates = (update_line(title, number, notes.web_url) for title, number in dependency_updates(notes))
    return (*entries, *(RenderedItem(f" * {words}", (words,), "changed", is_update=True) for words in updates))


def people_line(notes: ReleaseNotes) -> str:
    """Return the line that names who took part, where the settings ask for it in every layout."""
    return contributors_line(notes) if notes.always_names_contributors else ""


def _entry(entry: NotesEntry, web_url: str | None) -> RenderedItem:
    words = sentence(entry, web_url, page="issues", lead=BREAKING if entry.breaking else "")
    return rendered_item("*", words, entry)
