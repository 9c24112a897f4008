"""The layout `labs`: `# Version changelog`, `## 0.61.0`, one line an entry, dependency updates in a list of their own."""

from llnotes_tui.publishing.lines import BREAKING, all_entries, dependency_updates, item, sentence, update_line
from llnotes_tui.publishing.people import contributors_line
from llnotes_tui.release.model import NotesEntry, ReleaseNotes

PREAMBLE = "# Version changelog\n\n"
"""What a new file begins with."""


def render(notes: ReleaseNotes) -> str:
    r"""Return the section of a version, with the blank lines that separate it from the next; line ends are `\n`.

    Entries stand in the order of their bytes, dependency updates as they came.  What a person wrote over several lines
    stays so, inside its item.
    """
    entries = sorted((_entry(entry, notes.web_url) for entry in all_entries(notes)), key=str.encode)
    updates = [_update(title, number, notes.web_url) for title, number in dependency_updates(notes)]
    parts = [f"## {notes.version}\n\n"]
    if entries:
        parts.append("".join(f"{entry}\n" for entry in entries) + "\n")
    if updates:
        parts.append("Dependency updates:\n\n" + "".join(f"{update}\n" for update in updates))
    people = contributors_line(notes) if notes.always_names_contributors else ""
    if people:
        parts.append(f"\n{people}\n" if updates else f"{people}\n")
    return "".join(parts) + "\n"


def _entry(entry: NotesEntry, web_url: str | None) -> str:
    return item("*", sentence(entry, web_url, page="issues", lead=BREAKING if entry.breaking else ""))


def _update(title: str, number: int | None, web_url: str | None) -> str:
    return f" * {update_line(title, number, web_url)}"
