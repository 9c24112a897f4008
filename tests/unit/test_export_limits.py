"""An export that is refused, and the bytes that one leaves alone."""

import subprocess
from pathlib import Path

import pytest

from llnotes_tui.publishing.export import ExportError, write
from tests.unit.release_notes import entry, notes
from tests.unit.test_export import KEEP, LABS, show, written_by


@pytest.fixture
def changelog(tmp_path: Path) -> Path:
    path = tmp_path / "CHANGELOG.md"
    path.write_bytes(LABS)
    return path


# -- refused ---------------------------------------------------------------------------------------------------------------


def test_a_file_that_changed_since_the_preview_is_not_written(changelog: Path) -> None:
    shown = show(changelog.parent, notes())
    changelog.write_bytes(LABS + b"\n")
    with pytest.raises(ExportError, match="changed since the preview; show the preview again"):
        write(shown)
    assert changelog.read_bytes() == LABS + b"\n"
    changelog.unlink()
    with pytest.raises(ExportError, match="changed since the preview"):
        write(shown)
    assert not changelog.exists()


def test_a_file_with_a_layout_of_its_own_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_bytes(b"# History\n\n## Release v1.1.0 (2026-01-01)\n\n* A.\n")
    with pytest.raises(ExportError, match=r"CHANGELOG\.md uses a format that llnotes cannot write .*; set `template`"):
        show(tmp_path, notes())
    template = tmp_path / "notes.j2"
    template.write_text(
        "## Release v{{ version }} ({{ date }})\n\n{% for entry in entries %}\n* {{ entry.title }}.\n{% endfor %}\n"
    )
    assert show(tmp_path, notes(), template=template).after == (
        b"# History\n\n## Release v1.2.0 (2026-08-19)\n\n* Added retries.\n\n## Release v1.1.0 (2026-01-01)\n\n* A.\n"
    )


def test_a_layout_in_the_settings_takes_precedence(changelog: Path) -> None:
    after = show(changelog.parent, notes(), layout="keepachangelog").after
    assert b"# Version changelog\n\n## 1.2.0 - 2026-08-19\n\n### Added\n\n- Added retries" in after


@pytest.mark.parametrize("source", ["No heading at all\n", "## 9.9.9\n\n## {{ version }}\n", ""])
def test_a_template_that_writes_no_section_or_two_says_so(changelog: Path, source: str) -> None:
    template = changelog.with_name("notes.j2")
    template.write_text(source)
    with pytest.raises(ExportError, match=r"could not be inserted into CHANGELOG\.md; look at notes\.j2"):
        show(changelog.parent, notes(), template=template)


def test_a_version_that_no_heading_can_have_says_so(changelog: Path) -> None:
    for version in ("next", "1.0.0\n## 2.0.0", ""):
        with pytest.raises(ExportError, match="is no version that a heading can name"):
            show(changelog.parent, notes(version=version, tag="v1"))
    with pytest.raises(ExportError, match="cannot be distinguished from other headings"):
        show(changelog.parent, notes(version="43", tag="r43"))


@pytest.mark.parametrize(
    "path", ["../CHANGELOG.md", "/etc/CHANGELOG.md", "link.md", ".git/CHANGELOG.md", "folder", "."]
)
def test_a_changelog_outside_the_repository_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "clone"
    (root / "folder").mkdir(parents=True)
    (root / ".git").mkdir()
    (tmp_path / "outside.md").write_bytes(LABS)
    (root / "link.md").symlink_to(tmp_path / "outside.md")
    with pytest.raises(ExportError):
        show(root, notes(), changelog=path)


# -- bytes -----------------------------------------------------------------------------------------------------------------


def test_latin_1_bytes_stay_bytes(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_bytes(LABS.replace(b"Old", b"Caf\xe9 d\xe9ja"))
    release = notes(entry("Added é", "Costs 5 €."))
    first = show(tmp_path, release)
    assert b"Caf\xe9 d\xe9ja" in first.after
    assert b"* Added \xe9. Costs 5 &#8364;.\n" in first.after
    write(first)
    assert show(tmp_path, release, written_by(first)).unchanged


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "changes.md").write_bytes(LABS)
    link = tmp_path / "CHANGELOG.md"
    link.symlink_to("docs/changes.md")
    assert write(show(tmp_path, notes())) == (tmp_path / "docs" / "changes.md",)
    assert link.is_symlink()
    assert b"## 1.2.0" in link.read_bytes()


def test_a_clone_that_is_reached_through_a_link_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (path,) = write(show(tmp_path / "link", notes()))
    assert path.relative_to(tmp_path / "link") == Path("CHANGELOG.md")


def test_unreleased_words_move_and_no_other_byte_does(tmp_path: Path) -> None:
    document = KEEP[: KEEP.index(b"## [1.1.0]")].rstrip()
    for ending in (b"\n", b"\r\n"):
        (tmp_path / "CHANGELOG.md").write_bytes(document.replace(b"\n", ending))
        words = ("A word by hand (#41)", "Another word (#42)")
        told = [
            entry("x", text, origin="changelog", section=kind)
            for text, kind in zip(words, ("added", "fixed"), strict=True)
        ]
        release = notes(*told, web_url=None)
        first = show(tmp_path, release)
        moved = document.replace(b"## [Unreleased]", b"## [Unreleased]\n\n## [1.2.0] - 2026-08-19")
        assert first.after == moved.replace(b"\n", ending)
        write(first)
        assert show(tmp_path, release, written_by(first)).unchanged


def test_the_diff_is_one_that_git_applies(tmp_path: Path) -> None:
    path, about = tmp_path / "CHANGELOG.md", tmp_path / "about.py"
    path.write_bytes(KEEP.rstrip())
    about.write_bytes(b'__version__ = "1.1.0"')
    shown = show(tmp_path, notes(), version_files={"about.py": '__version__ = "$VERSION"'})
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=shown.diff, check=True)
    assert path.read_bytes() == shown.after
    assert about.read_bytes() == b'__version__ = "1.2.0"'


def test_version_files_are_written_with_the_changelog_or_not_at_all(changelog: Path) -> None:
    about = changelog.with_name("about.py")
    about.write_bytes(b'__version__ = "1.1.0"\n')
    shown = show(changelog.parent, notes(), version_files={"about.py": '__version__ = "$VERSION"'})
    about.chmod(0o444)
    with pytest.raises(ExportError, match="read-only"):
        write(shown)
    assert changelog.read_bytes() == LABS
    about.chmod(0o644)
    assert write(shown) == (changelog, about)
    assert about.read_bytes() == b'__version__ = "1.2.0"\n'
