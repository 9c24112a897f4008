"""The heading of a new version looks like those of the file."""

from pathlib import Path

import pytest

from llnotes_tui.publishing.export import ExportError, ExportOptions, preview, write
from tests.unit.release_notes import entry, notes


def written(root: Path, text: str, version: str = "1.3.0", **options: str) -> str:
    (root / "CHANGELOG.md").write_bytes(text.encode())
    release = notes(entry("Added x", ""), version=version, tag=f"v{version}", web_url=None)
    return preview(root, release, ExportOptions(**options), None, tag_exists=False).after.decode()  # type: ignore[arg-type]


def test_versions_of_the_first_level_stay_so(tmp_path: Path) -> None:
    text = "# Changelog\n\n# [1.2.0] - 2024-01-01\n\n## Added\n\n- x\n\n# [1.1.0] - 2023-01-01\n\n- y\n"
    assert "# Changelog\n\n# [1.3.0] - 2026-08-19\n\n## Added\n\n- Added x.\n\n# [1.2.0]" in written(tmp_path, text)


def test_the_layout_labs_keeps_the_level_too(tmp_path: Path) -> None:
    assert written(tmp_path, "# 1.2.0\n\n* x\n") == "# 1.3.0\n\n* Added x.\n\n\n# 1.2.0\n\n* x\n"


def test_headings_of_types_keep_their_level(tmp_path: Path) -> None:
    text = "# Changelog\n\n## 1.2.0 - 2024-01-01\n\n#### Added\n\n- x\n"
    assert "## 1.3.0 - 2026-08-19\n\n#### Added\n\n- Added x.\n" in written(tmp_path, text)


STANDARD_VERSION = (
    "# Changelog\n\n### [1.2.1] - 2024-02-01\n\n### Fixed\n\n- x\n\n## [1.2.0] - 2024-01-01\n\n### Added\n\n- y\n"
)


@pytest.mark.parametrize(("version", "mark"), [("1.3.0", "##"), ("2.0.0", "##"), ("1.2.2", "###")])
def test_patches_one_level_below_are_followed(tmp_path: Path, version: str, mark: str) -> None:
    after = written(tmp_path, STANDARD_VERSION, version)
    assert f"# Changelog\n\n{mark} [{version}] - 2026-08-19\n\n### Added\n\n- Added x.\n\n### [1.2.1]" in after


def test_levels_that_show_no_rule_are_refused(tmp_path: Path) -> None:
    text = "# Changelog\n\n### [1.2.0] - 2024-01-01\n\n- x\n\n## [1.1.0] - 2023-01-01\n\n- y\n"
    with pytest.raises(
        ExportError, match=r"at the heading levels ## and ###, and it is not clear which level 1\.3\.0 gets"
    ):
        written(tmp_path, text)


def test_headings_without_dates_get_none(tmp_path: Path) -> None:
    text = "# Changelog\n\n## 1.2.0\n\n### Added\n\n- x\n"
    assert "## 1.3.0\n\n### Added\n\n- Added x.\n\n## 1.2.0\n" in written(tmp_path, text)


def test_a_title_decides_nothing_where_there_are_versions(tmp_path: Path) -> None:
    assert "## 1.3.0\n\n* Added x.\n" in written(tmp_path, "# What is new\n\n## 1.2.0\n\n* x\n")
    keeps = "# Version changelog\n\n## [1.2.0] - 2024-01-01\n\n- x\n"
    assert "## [1.3.0] - 2026-08-19\n" in written(tmp_path, keeps)


@pytest.mark.parametrize("text", ["# Changelog\n", "# Changelog\n\nAll notable changes to this project are here.\n"])
def test_a_title_alone_is_kept(tmp_path: Path, text: str) -> None:
    expected = text.rstrip("\n") + "\n\n## [1.3.0] - 2026-08-19\n\n### Added\n\n- Added x.\n"
    assert written(tmp_path, "# Changelog\n") == "# Changelog\n\n## [1.3.0] - 2026-08-19\n\n### Added\n\n- Added x.\n"
    fresh = text.replace("are here", "will be documented in this file")
    assert written(tmp_path, fresh) == expected.replace("are here", "will be documented in this file")


def test_the_layout_of_the_settings_decides_for_a_title_alone(tmp_path: Path) -> None:
    assert written(tmp_path, "# Changelog\n", layout="labs") == "# Changelog\n\n## 1.3.0\n\n* Added x.\n"


def test_the_layout_of_the_settings_writes_into_a_file_of_another_format(tmp_path: Path) -> None:
    text = "# History\n\n## Release v1.2.0 (2024-01-01)\n\n* x\n"
    after = written(tmp_path, text, layout="keepachangelog")
    assert after.startswith("# History\n\n## 1.3.0 - 2026-08-19\n\n### Added\n\n- Added x.\n\n## Release v1.2.0")


def test_a_version_with_one_number_gets_the_word_before_it_that_the_file_has(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_text("# Changelog\n\n## Unreleased\n\n## [r42] - 2024-01-01\n\n### Added\n\n- x\n")
    options = ExportOptions(layout="keepachangelog")
    made = notes(entry("Added y", ""), version="43", tag="r43", web_url=None)
    first = preview(tmp_path, made, options, None, tag_exists=False)
    write(first)
    assert "## [r43] - " in path.read_text()
    again = written(tmp_path, path.read_text(), "44", layout="keepachangelog")
    assert again.index("## [r44] - ") < again.index("## [r43] - ") < again.index("## [r42] - ")


def test_a_section_without_a_date_among_dated_ones_is_refused(tmp_path: Path) -> None:
    text = "## 1.2.0 / 2024-01-01\n\n* x\n\n## 1.1.0 / 2023-01-01\n\n* y\n"
    (tmp_path / "CHANGELOG.md").write_text(text)
    made = notes(entry("Added x", ""), version="1.3.0", tag="v1.3.0")
    with pytest.raises(ExportError, match=r"All versions in CHANGELOG\.md have a date.*`keepachangelog`"):
        preview(tmp_path, made, ExportOptions(layout="labs", last_version="v1.2.0"), None, tag_exists=False)
    assert (tmp_path / "CHANGELOG.md").read_text() == text
