"""The version headings that a diff of a changelog adds."""

import difflib

import pytest

from llnotes_tui.release.changelog_patches import headings_added

OLD = "# Changelog\n\n## 1.2.0 - 2024-01-01\n\n- x\n"


def added(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=1, lineterm="")
    return [heading.spelled for heading in headings_added("\n".join(lines).encode())]


@pytest.mark.parametrize(
    ("section", "version"),
    [
        ("## 1.3.0\n\n- y\n", "1.3.0"),
        ("## [v1.3.0] - 2024-02-02\n\n- y\n", "v1.3.0"),
        ("## **1.3.0**\n\n- y\n", "1.3.0"),
        ("1.3.0 / 2024-02-02\n==================\n\n- y\n", "1.3.0"),
        ("kit@1.3.0\n---------\n\n- y\n", "1.3.0"),
        ("## 2024-05-14\n\n- y\n", "2024-05-14"),
    ],
)
def test_a_new_section_adds_its_version(section: str, version: str) -> None:
    assert added(OLD, OLD.replace("## 1.2.0", f"{section}\n## 1.2.0")) == [version]
    windows = OLD.replace("\n", "\r\n")
    assert added(windows, windows.replace("## 1.2.0", f"{section}\n## 1.2.0".replace("\n", "\r\n"))) == [version]


@pytest.mark.parametrize(
    "after",
    [
        OLD.replace("- x", "- x\n- 1.3.0"),
        OLD.replace("2024-01-01", "2024-01-02"),
        OLD.replace("## 1.2.0", "## [v1.2.0]"),
        OLD.replace("## 1.2.0", "## 1.3.0 - TBD\n\n- y\n\n## 1.2.0"),
        OLD + "\nUpgrade to\n1.3.0\n\n---\n",
    ],
)
def test_other_changes_add_none(after: str) -> None:
    assert added(OLD, after) == []


def test_a_version_is_added_where_its_heading_stops_to_say_that_it_is_not_released() -> None:
    planned = OLD.replace("## 1.2.0", "## 1.3.0 - TBD\n\n- y\n\n## 1.2.0")
    assert added(planned, planned.replace("TBD", "2024-02-02")) == ["1.3.0"]


def test_a_heading_counts_by_an_underline_that_did_not_change() -> None:
    before = "Changes\n=======\n\n1.3.0 (unreleased)\n------------------\n\n- y\n"
    assert added(before, before.replace("(unreleased)", "(2024-02-02)")) == ["1.3.0"]


def test_a_heading_that_is_only_moved_is_not_added() -> None:
    long = "".join(f"- line {number}\n" for number in range(20))
    first, second = "## 1.3.0\n\n- y\n\n", f"## 1.2.0\n\n{long}\n"
    assert added(first + second, second + first) == []
