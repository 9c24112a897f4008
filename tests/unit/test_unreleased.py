"""What is under Unreleased goes with the release, in place."""

from pathlib import Path

import pytest

from llnotes_tui.publishing.export import ExportError, ExportOptions, Preview, WrittenSection, preview, write
from llnotes_tui.release.changelog import parse
from llnotes_tui.release.model import NotesEntry, ReleaseNotes
from tests.unit.release_notes import WEB, entry, notes

OLD = "## [1.1.0] - 2026-01-02\n\n- x\n"
WHOLE = """# Changelog

## [Unreleased]

This release is about speed.

### Added

<!-- add here -->

- By hand (#3).

| a | b |
|---|---|
| 1 | 2 |

### Known issues

- Nothing works on Tuesdays.

### Upgrade notes

Run `migrate`.

"""


def by_hand(text: str) -> tuple[NotesEntry, ...]:
    items = parse(text.encode(), WEB).unreleased
    return tuple(
        entry(item.text, item.text, origin="changelog", section=item.section or "changed", breaking=item.breaking) for item in items
    )  # fmt: skip


def show(
    root: Path, text: str, release: ReleaseNotes, previous: WrittenSection | None = None, **options: str
) -> Preview:
    (root / "CHANGELOG.md").write_bytes(text.encode())
    return preview(root, release, ExportOptions(last_version="v1.1.0", **options), previous, tag_exists=False)  # type: ignore[arg-type]


def test_summary_tables_and_other_headings_go_with_the_items(tmp_path: Path) -> None:
    release = notes(*by_hand(WHOLE), entry("Fixed y", "", section="fixed"), entry("Added z", ""), web_url=None)
    shown = show(tmp_path, WHOLE + OLD, release)
    assert shown.after.decode() == (
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n<!-- add here -->\n\n"
        "## [1.2.0] - 2026-08-19\n\nThis release is about speed.\n\n### Added\n\n- By hand (#3).\n- Added z.\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n### Fixed\n\n- Fixed y.\n\n### Known issues\n\n- Nothing works on Tuesdays.\n\n"
        "### Upgrade notes\n\nRun `migrate`.\n\n" + OLD
    )
    assert show(tmp_path, shown.after.decode(), release).unchanged


def test_in_the_layout_labs_a_summary_goes_too(tmp_path: Path) -> None:
    text = "# Version changelog\n\n## Unreleased\n\nA summary.\n\n* By hand.\n\n## 1.1.0\n\n* x\n"
    release = notes(*by_hand(text), entry("Added z", ""), dependency_updates=(("Bump b from 1 to 2", 2),), web_url=None)
    shown = show(tmp_path, text, release)
    assert shown.after.decode() == (
        "# Version changelog\n\n## Unreleased\n\n## 1.2.0\n\nA summary.\n\n* By hand.\n* Added z.\n\n"
        "Dependency updates:\n\n * Bump b from 1 to 2 (#2).\n\n## 1.1.0\n\n* x\n"
    )
    assert show(tmp_path, shown.after.decode(), release).unchanged


def test_in_the_layout_labs_headings_of_types_are_kept(tmp_path: Path) -> None:
    text = "# Version changelog\n\n## Unreleased\n\n### Added\n\n* By hand.\n\n## 1.1.0\n\n* x\n"
    release = notes(*by_hand(text), entry("Added z", ""), entry("Fixed y", "", section="fixed"), web_url=None)
    shown = show(tmp_path, text, release)
    assert shown.after.decode() == (
        "# Version changelog\n\n## Unreleased\n\n## 1.2.0\n\n### Added\n\n* By hand.\n* Added z.\n\n### Fixed\n\n* Fixed y.\n\n"
        "## 1.1.0\n\n* x\n"
    )
    assert show(tmp_path, shown.after.decode(), release).unchanged


def test_a_section_written_again_keeps_its_summary(tmp_path: Path) -> None:
    first = show(tmp_path, WHOLE + OLD, notes(*by_hand(WHOLE), entry("Added y", "")))
    write(first)
    previous = WrittenSection("1.2.0", first.section_digest, first.date)
    second = show(tmp_path, first.after.decode(), notes(*by_hand(WHOLE), entry("Added other words", "")), previous)
    assert second.conflict is None
    assert second.after == first.after.replace(b"- Added y.", b"- Added other words.")


def test_text_added_under_unreleased_later_goes_into_the_section_that_is_there(tmp_path: Path) -> None:
    text = f"# Changelog\n\n## [Unreleased]\n\n- By hand.\n\n{OLD}"
    first = show(tmp_path, text, notes(*by_hand(text), web_url=None))
    more = first.after.decode().replace("## [Unreleased]\n\n", "## [Unreleased]\n\nA late summary.\n\n")
    previous = WrittenSection("1.2.0", first.section_digest, first.date)
    second = show(tmp_path, more, notes(*by_hand(text), web_url=None), previous)
    assert second.after.decode() == first.after.decode().replace("-08-19\n", "-08-19\n\nA late summary.\n")


def test_items_that_were_left_out_stay_and_the_summary_goes(tmp_path: Path) -> None:
    text = "# Changelog\n\n## [Unreleased]\n\nA summary.\n\n### Added\n\n- Left out.\n\n"
    after = show(tmp_path, text + OLD, notes(entry("Added z", ""), web_url=None)).after.decode()
    assert after == (
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Left out.\n\n"
        f"## [1.2.0] - 2026-08-19\n\nA summary.\n\n### Added\n\n- Added z.\n\n{OLD}"
    )


@pytest.mark.parametrize("heading", ["1.2.0 - TBD", "[1.2.0.dev0]", "[2.0.0] - Unreleased", "1.2.0"])
def test_a_heading_that_names_a_pending_version_goes(tmp_path: Path, heading: str) -> None:
    text = f"# Changelog\n\n## {heading}\n\nA summary.\n\n### Added\n\n- By hand.\n\n{OLD}"
    items = parse(text.encode(), WEB, "v1.1.0").unreleased
    release = notes(*(entry(item.text, item.text, origin="changelog") for item in items), web_url=None)
    shown = show(tmp_path, text, release)
    assert shown.after.decode() == (
        f"# Changelog\n\n## [1.2.0] - 2026-08-19\n\nA summary.\n\n### Added\n\n- By hand.\n\n{OLD}"
    )
    assert show(tmp_path, shown.after.decode(), release).unchanged


def test_what_stays_below_a_pending_version_is_unreleased_from_then_on(tmp_path: Path) -> None:
    text = f"# Changelog\n\n## [1.2.0] - TBD\n\n### Added\n\n- Left out.\n\n{OLD}"
    after = show(tmp_path, text, notes(entry("Added z", ""), web_url=None)).after.decode()
    assert after.startswith("# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Left out.\n\n## [1.2.0] - 2026-08-19\n")


def test_what_cannot_be_moved_unchanged_is_refused(tmp_path: Path) -> None:
    text = f"# Changelog\n\n## [Unreleased]\n\n- By hand.\n\n<!-- a hint -->\n\n    code\n\n{OLD}"
    with pytest.raises(ExportError, match=r"could not be moved into the section 1\.2\.0 without changing it"):
        show(tmp_path, text, notes(*by_hand(text)))


def test_with_a_template_text_stays_and_is_named(tmp_path: Path) -> None:
    template = tmp_path / "section.j2"
    template.write_text(
        "## [{{ version }}] - {{ date }}\n\n{% for entry in entries %}\n- {{ entry.text }}\n{% endfor %}\n"
    )
    (tmp_path / "CHANGELOG.md").write_bytes((WHOLE + OLD).encode())
    shown = preview(tmp_path, notes(*by_hand(WHOLE)), ExportOptions(template=template), None, tag_exists=False)
    assert b"## [Unreleased]\n\nThis release is about speed.\n" in shown.after
    assert shown.notices[0].endswith(
        "so the text under [Unreleased] stays there; move it into the new section by hand."
    )


def test_two_headings_that_may_be_unreleased_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    text = f"# Changelog\n\n## Unreleased\n\n- a\n\n## 2.0.0 - TBD\n\n- b\n\n{OLD}"
    with pytest.raises(
        ExportError, match=r"not clear whether “Unreleased” or “2.0.0 - TBD” holds .*; set `unreleased` to the words"
    ):
        show(tmp_path, text, notes())
    shown = show(tmp_path, text, notes(entry("a", "a", origin="changelog"), web_url=None), unreleased="unreleased")
    assert shown.after.decode() == (
        f"# Changelog\n\n## Unreleased\n\n## 2.0.0 - TBD\n\n- b\n\n## [1.2.0] - 2026-08-19\n\n### Added\n\n- a\n\n{OLD}"
    )
