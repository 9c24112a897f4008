"""Files that spell the version: exactly one place each, or nothing is written."""

from pathlib import Path

import pytest

from llnotes_tui.publishing.files import ExportError
from llnotes_tui.publishing.version_files import FileEdit, version_edits

ABOUT = b'__version__ = "0.60.1"\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "about.py").write_bytes(ABOUT)
    return tmp_path


def test_codegen_json_names_the_files(root: Path) -> None:
    (root / ".codegen.json").write_text(
        '{"version": {"src/about.py": "__version__ = \\"$VERSION\\""}, "toolchain": {}}'
    )
    assert version_edits(root, "0.61.0", None) == (FileEdit("src/about.py", ABOUT, b'__version__ = "0.61.0"\n'),)


@pytest.mark.parametrize("text", [None, "{}", '{"toolchain": {}}'])
def test_without_patterns_no_file_spells_the_version(root: Path, text: str | None) -> None:
    if text is not None:
        (root / ".codegen.json").write_text(text)
    assert version_edits(root, "0.61.0", None) == ()
    assert version_edits(root, "0.61.0", {}) == ()


@pytest.mark.parametrize("text", ["{", "[]", '{"version": []}', '{"version": {"a": 1}}'])
def test_a_codegen_json_of_another_shape_says_so(root: Path, text: str) -> None:
    (root / ".codegen.json").write_text(text)
    with pytest.raises(ExportError, match=r"\.codegen\.json"):
        version_edits(root, "0.61.0", None)


def test_a_pattern_has_to_be_there_once(root: Path) -> None:
    pattern = {"src/about.py": '__version__ = "$VERSION"'}
    (root / "src" / "about.py").write_bytes(ABOUT * 2)
    with pytest.raises(ExportError, match="2 times, and it has to be there once"):
        version_edits(root, "0.61.0", pattern)
    (root / "src" / "about.py").write_bytes(b"__version__ = '0.60.1'\n")
    with pytest.raises(ExportError, match="nowhere, and it has to be there once"):
        version_edits(root, "0.61.0", pattern)
    (root / "src" / "about.py").unlink()
    with pytest.raises(ExportError, match="is not there"):
        version_edits(root, "0.61.0", pattern)


def test_a_word_is_found_whole_and_other_bytes_stay(root: Path) -> None:
    text = b'\xef\xbb\xbf[project]\r\nversion = "1.0.0rc1"\r\n# caf\xe9\r\n[tool]\r\npython_version = "3.11"\r\ntarget-version = "3.12"'
    (root / "pyproject.toml").write_bytes(text)
    (edit,) = version_edits(root, "1.0.0", {"pyproject.toml": 'version = "$VERSION"'})
    assert edit.after == text.replace(b"1.0.0rc1", b"1.0.0")


def test_a_pattern_that_ends_in_the_version_takes_all_of_it(root: Path) -> None:
    (root / "VERSION").write_bytes(b"version: 1.0.0-rc.1+build")
    (edit,) = version_edits(root, "1.0.0", {"VERSION": "version: $VERSION"})
    assert edit.after == b"version: 1.0.0"


@pytest.mark.parametrize("pattern", ["no placeholder", "$VERSION", "$VERSION and $VERSION", ""])
def test_a_pattern_without_one_place_for_the_version_is_refused(root: Path, pattern: str) -> None:
    with pytest.raises(ExportError, match="has to hold `\\$VERSION` once"):
        version_edits(root, "0.61.0", {"src/about.py": pattern})


@pytest.mark.parametrize("path", ["../about.py", "/etc/hostname", ".git/config", "src", "outside.py"])
def test_a_version_file_outside_the_repository_is_refused(
    root: Path, path: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "about.py"
    outside.write_bytes(ABOUT)
    (root / "outside.py").symlink_to(outside)
    with pytest.raises(ExportError):
        version_edits(root, "0.61.0", {path: '__version__ = "$VERSION"'})


@pytest.mark.parametrize("version", ['1"; import os', "", "1 0", "-1"])
def test_a_version_that_is_none_does_not_get_into_a_file(root: Path, version: str) -> None:
    with pytest.raises(ExportError, match="is no version"):
        version_edits(root, version, {"src/about.py": '__version__ = "$VERSION"'})
