"""The glossaries: terms that a person, or a repository, vouches for, a term a line."""

from pathlib import Path

from llnotes_tui import config
from llnotes_tui.grounding.glossary import Glossary, glossary, normal
from llnotes_tui.publishing.export import ExportError
from llnotes_tui.publishing.files import read_file, write_atomically
from llnotes_tui.sources.git import Clone

REPOSITORY_FILE = b".llnotes-glossary.txt"
"""The glossary that a repository may ship; it silences a few kinds of findings only."""
_HEADING = "# Terms that llnotes takes for right in every repository, one a line.\n"


def user_glossary_file() -> Path:
    """Return where the user's own terms are kept."""
    return config.state_directory() / "glossary.txt"


def read_glossary(clone: Clone, until: str, *, repository: bool = True) -> Glossary:
    """Return the user's terms, and with `repository` those of the clone as they are at `until`.  Reads from git.

    A file that cannot be read holds no terms.
    """
    theirs = clone.file_at(until, REPOSITORY_FILE) if repository else None
    try:
        own = _own_terms()
    except ExportError:
        own = ""
    return glossary(own, (theirs or b"").decode("utf-8", "replace"))


def add_term(term: str) -> Path:
    """Write a term into the user's glossary, once, and return the file.

    Raises:
        ExportError: the file cannot be read or written.
    """
    path = user_glossary_file()
    before = _own_terms() or _HEADING
    plain = " ".join(term.split())
    known = {normal(line) for line in before.splitlines()}
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if normal(plain) not in known:
        write_atomically(path, f"{before.rstrip(chr(10))}\n{plain}\n".encode())
    return path


def _own_terms() -> str:
    return (read_file(user_glossary_file()) or b"").decode("utf-8", "replace")
