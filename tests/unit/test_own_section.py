"""A person's own words for a section: they are written as they stand, and asked about before they are written over."""

from pathlib import Path

import pytest

from llnotes_tui.publishing.export import ExportError, ExportOptions, Preview, WrittenSection, preview, write
from llnotes_tui.publishing.own_section import with_section
from llnotes_tui.release.model import NoteId, NotesEntry, ReleaseNotes

BEFORE = "# Version changelog\r\n\r\n## 0.2.0\r\n\r\n* Theirs.\r\n\r\n## 0.1.0\r\n\r\n* Old.\r\n"
ENTRY = NotesEntry(NoteId("commit:1"), "Added a thing", "Ours.", "added", False, (2,), ("1",))
NOTES = ReleaseNotes("0.2.0", "2026-01-02", "v0.2.0", "v0.1.0", "https://github.com/acme/harbor", (ENTRY,))


def shown(root: Path, previous: WrittenSection | None = None) -> Preview:
    return preview(root, NOTES, ExportOptions(), previous, tag_exists=False)


def test_it_is_written_as_it_stands_and_nothing_else_changes(tmp_path: Path) -> None:
    file = tmp_path / "CHANGELOG.md"
    file.write_bytes(BEFORE.encode())
    ours = shown(tmp_path)
    own = with_section(ours, "0.2.0", "## 0.2.0\n\n* Theirs, and ours.\n")
    write(own, "ours")
    assert file.read_bytes() == BEFORE.replace("* Theirs.", "* Theirs, and ours.").encode()
    assert b"+* Theirs, and ours." in own.diff
    again = shown(tmp_path, WrittenSection("0.2.0", ours.section_digest, ours.date))
    assert own.section_digest == ours.section_digest
    assert again.conflict is not None


@pytest.mark.parametrize("text", ["", "* No heading.\n", "## 0.3.0\n\n* Another.\n", "## 0.2.0\n\n* A.\n\n## 0.9.0\n"])
def test_what_is_not_the_section_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(BEFORE.encode())
    with pytest.raises(ExportError, match="has to be the section of"):
        with_section(shown(tmp_path), "0.2.0", text)
