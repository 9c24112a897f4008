"""One announcement of several releases: a line for all of them, then what each brings."""

from collections.abc import Sequence

from msgspec import Struct

from llnotes_tui.publishing.safe_text import safe_title


class Release(Struct, frozen=True):
    """What is told of one release."""

    name: str
    """`owner/name`."""
    version: str
    page: str
    """The repository's page on the web; empty where it has none."""
    text: str
    """Paragraphs, ready to be published."""


def roll_up(releases: Sequence[Release]) -> str:
    """Return the announcement of these releases as Markdown, in their order."""
    names = [f"{_short(one)} {safe_title(one.version)}" for one in releases]
    *others, last = names
    listed = f"{', '.join(others)} and {last}" if others else last
    said = [f"New releases: {listed}."]
    for one in releases:
        name = f"{_short(one)} {safe_title(one.version)}"
        said.append(f"## {f'[{name}]({one.page})' if one.page else name}")
        said.append(one.text.strip())
    return "\n\n".join(said) + "\n"


def _short(release: Release) -> str:
    return safe_title(release.name.rpartition("/")[2] or release.name)
