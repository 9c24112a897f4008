"""A release written into a clone: what changes, what does not, and what is refused."""

from pathlib import Path

import pytest

from llnotes_tui.publishing.export import ExportError, ExportOptions, Preview, WrittenSection, preview, write
from llnotes_tui.release.changelog import parse
from llnotes_tui.release.model import ReleaseNotes
from tests.unit.release_notes import WEB, entry, notes

LABS = b"# Version changelog\n\n## 1.1.0\n\n* Added w ([#1](https://github.com/acme/tool/issues/1)).\n\n\n## 0.9.0\n\n* Old.\n"
PREAMBLE = b"# Changelog\n\nOur own words about this file.\n\n"
KEEP = (
    PREAMBLE
    + b"## [Unreleased]\n\n### Added\n\n- A word by hand (#41)\n\n### Fixed\n\n- Another word (#42)\n\n"
    + b"## [1.1.0] - 2026-01-02\n\n### Fixed\n\n- A crash.\n\n## [1.0.0] - 2025-12-01\n\n### Added\n\n- All of it.\n\n"
    + b"[Unreleased]: https://github.com/acme/tool/compare/v1.1.0...HEAD\n"
    + b"[1.1.0]: https://github.com/acme/tool/compare/v1.0.0...v1.1.0\n"
    + b"[1.0.0]: https://github.com/acme/tool/releases/tag/v1.0.0\n"
)
ALL_VARIANTS = [
    pytest.param(
        document, ending, mark, final, id=f"{layout}-{name}{'-bom' if mark else ''}{'' if final else '-no-final'}"
    )
    for layout, document in (("labs", LABS), ("keep", KEEP))
    for name, ending in (("lf", b"\n"), ("crlf", b"\r\n"))
    for mark in (b"", b"\xef\xbb\xbf")
    for final in (True, False)
]


def show(root: Path, release: ReleaseNotes, previous: WrittenSection | None = None, **options: object) -> Preview:
    tag_exists = bool(options.pop("tag_exists", False))
    return preview(root, release, ExportOptions(**options), previous, tag_exists=tag_exists)  # type: ignore[arg-type]


def written_by(shown: Preview, version: str = "1.2.0") -> WrittenSection:
    return WrittenSection(version, shown.section_digest, shown.date)


@pytest.fixture
def changelog(tmp_path: Path) -> Path:
    path = tmp_path / "CHANGELOG.md"
    path.write_bytes(LABS)
    return path


def variant(document: bytes, ending: bytes, mark: bytes, *, final: bool) -> bytes:
    data = mark + document.replace(b"\n", ending)
    return data if final else data.rstrip()


# -- what git-cliff --prepend does wrong ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("document", "ending", "mark", "final"), ALL_VARIANTS)
def test_a_second_export_changes_nothing(
    tmp_path: Path, document: bytes, ending: bytes, mark: bytes, final: bool
) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_bytes(variant(document, ending, mark, final=final))
    release = notes(entry("Added x", "Prose – with a dash."), dependency_updates=(("Bump b from 1 to 2", 2),))
    first = show(tmp_path, release)
    assert write(first) == (path,)
    once = path.read_bytes()
    assert once == first.after
    for previous in (written_by(first), None):
        again = show(tmp_path, release, previous)
        assert again.unchanged
        assert again.conflict is None
        assert again.diff == b""
        assert write(again) == ()
    assert path.read_bytes() == once
    assert len([s for s in parse(once, WEB).sections if s.version == "1.2.0"]) == 1


@pytest.mark.parametrize(("document", "ending", "mark", "final"), ALL_VARIANTS)
def test_encoding_line_ends_and_final_newline_stay(
    tmp_path: Path, document: bytes, ending: bytes, mark: bytes, final: bool
) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(variant(document, ending, mark, final=final))
    after = show(tmp_path, notes()).after
    assert after.startswith(mark + b"# ")
    assert after.endswith(ending) is final
    assert after.count(b"\r\n" if ending == b"\r\n" else b"\n") == after.count(b"\n")
    assert (b"\r" in after) is (ending == b"\r\n")


def test_nothing_unreleased_leaves_no_empty_heading(changelog: Path) -> None:
    with pytest.raises(ExportError, match=r"There is nothing to publish for 1\.2\.0; CHANGELOG\.md stays as it is\."):
        show(changelog.parent, notes(entries=()))
    assert changelog.read_bytes() == LABS


def test_a_wrong_template_leaves_the_changelog_as_it_is(changelog: Path) -> None:
    template = changelog.with_name("notes.j2")
    template.write_text("## {{ version }}\n\n{{ nothing.here }}\n")
    with pytest.raises(ExportError, match=r"notes\.j2, line 3: 'nothing' is undefined"):
        show(changelog.parent, notes(), template=template)
    assert changelog.read_bytes() == LABS


def test_a_missing_file_is_made_in_the_default_layout(tmp_path: Path) -> None:
    shown = show(tmp_path, notes(entry("Added x", "")))
    assert shown.before is None
    assert b"new file mode" in shown.diff
    write(shown)
    assert (tmp_path / "CHANGELOG.md").read_bytes() == b"# Version changelog\n\n## 1.2.0\n\n* Added x.\n"


def test_a_missing_file_is_made_as_keep_a_changelog_where_asked(tmp_path: Path) -> None:
    write(show(tmp_path, notes(entry("Added x", ""), previous_tag=None), layout="keepachangelog"))
    text = (tmp_path / "CHANGELOG.md").read_text()
    assert text.startswith("# Changelog\n\nAll notable changes")
    assert text.endswith(
        "\n## [Unreleased]\n\n## [1.2.0] - 2026-08-19\n\n### Added\n\n- Added x.\n\n"
        f"[Unreleased]: {WEB}/compare/v1.2.0...HEAD\n[1.2.0]: {WEB}/releases/tag/v1.2.0\n"
    )
    assert parse(text.encode(), WEB).layout == "keepachangelog"


@pytest.mark.parametrize("empty", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_begun_as_a_missing_one(tmp_path: Path, empty: bytes) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(empty)
    after = show(tmp_path, notes(entry("Added x", ""))).after
    assert after == empty.strip() + b"# Version changelog\n\n## 1.2.0\n\n* Added x.\n"


def test_a_preamble_of_its_own_stays_the_only_one(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(KEEP)
    after = show(tmp_path, notes()).after
    assert after.startswith(PREAMBLE + b"## [Unreleased]\n\n")
    assert after.count(b"# Changelog") == 1


def test_releasing_moves_the_links_along(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(KEEP)
    after = show(tmp_path, notes()).after
    assert after.endswith(
        b"[Unreleased]: https://github.com/acme/tool/compare/v1.2.0...HEAD\n"
        b"[1.2.0]: https://github.com/acme/tool/compare/v1.1.0...v1.2.0\n"
        b"[1.1.0]: https://github.com/acme/tool/compare/v1.0.0...v1.1.0\n"
        b"[1.0.0]: https://github.com/acme/tool/releases/tag/v1.0.0\n"
    )


def test_mixed_line_ends_stay_mixed_where_they_were(tmp_path: Path) -> None:
    mixed = LABS.replace(b"\n", b"\r\n").replace(b"* Old.\r\n", b"* Old.\n")
    (tmp_path / "CHANGELOG.md").write_bytes(mixed)
    after = show(tmp_path, notes(entry("Added x", ""))).after
    at = mixed.index(b"## 1.1.0")
    assert after == mixed[:at] + b"## 1.2.0\r\n\r\n* Added x.\r\n\r\n\r\n" + mixed[at:]


# -- where a section goes ------------------------------------------------------------------------------------------------


def test_a_new_section_goes_in_by_version(changelog: Path) -> None:
    after = show(changelog.parent, notes(entry("Added x", ""), version="1.0.5", tag="v1.0.5")).after
    assert after == LABS.replace(b"## 0.9.0", b"## 1.0.5\n\n* Added x.\n\n\n## 0.9.0")
    oldest = show(changelog.parent, notes(entry("Added x", ""), version="0.1.0", tag="v0.1.0")).after
    assert oldest == LABS + b"\n## 0.1.0\n\n* Added x.\n"


def test_an_older_version_leaves_the_unreleased_link_alone(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(KEEP)
    after = show(tmp_path, notes(version="1.0.1", tag="v1.0.1", previous_tag="v1.0.0")).after
    assert b"[Unreleased]: https://github.com/acme/tool/compare/v1.1.0...HEAD\n[1.1.0]: " in after
    assert b"...v1.1.0\n[1.0.1]: https://github.com/acme/tool/compare/v1.0.0...v1.0.1\n[1.0.0]: " in after


def test_a_file_that_is_oldest_first_stays_so(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(b"# Version changelog\n\n## 0.9.0\n\n* A.\n\n## 1.1.0\n\n* B.\n")
    versions = [section.version for section in parse(show(tmp_path, notes()).after, WEB).sections]
    assert versions == ["0.9.0", "1.1.0", "1.2.0"]


def test_headings_with_a_v_or_without_brackets_are_followed(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_bytes(
        b"# Changelog\n\n## [v1.1.0] - 2026-01-02\n\n- A.\n\n[v1.1.0]: https://github.com/acme/tool/releases/tag/v1.1.0\n"
    )
    after = show(tmp_path, notes()).after
    assert b"## [v1.2.0] - 2026-08-19\n" in after
    assert b"\n[v1.2.0]: https://github.com/acme/tool/compare/v1.1.0...v1.2.0\n[v1.1.0]: " in after
    path.write_bytes(b"# Changelog\n\n## 1.1.0 - 2026-01-02\n\n- A.\n")
    plain = show(tmp_path, notes()).after
    assert b"## 1.2.0 - 2026-08-19\n" in plain
    assert b"]:" not in plain


def test_a_section_without_a_blank_line_around_it_gets_one(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(b"# Version changelog\n## 1.1.0\n* A.\n")
    assert show(tmp_path, notes(entry("Added x", ""))).after == (
        b"# Version changelog\n\n## 1.2.0\n\n* Added x.\n\n\n## 1.1.0\n* A.\n"
    )


def test_the_links_of_another_host_are_followed(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(
        KEEP.replace(b"github.com/acme/tool/compare", b"git.example.com/acme/tool/-/compare")
    )
    after = show(tmp_path, notes(web_url=None)).after
    assert b"[Unreleased]: https://git.example.com/acme/tool/-/compare/v1.2.0...HEAD\n" in after
    assert b"[1.2.0]: https://git.example.com/acme/tool/-/compare/v1.1.0...v1.2.0\n" in after


# -- Unreleased ------------------------------------------------------------------------------------------------------------


def test_items_told_word_for_word_leave_unreleased_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(KEEP)
    after = show(tmp_path, notes(entry("A word by hand", "A word by hand (#41)", origin="changelog"))).after
    assert (
        b"## [Unreleased]\n\n### Fixed\n\n- Another word (#42)\n\n## [1.2.0] - 2026-08-19\n\n### Added\n\n- A word by hand (#41)\n"
        in after
    )


def test_items_told_in_other_words_leave_unreleased_where_said(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_bytes(KEEP)
    after = show(tmp_path, notes(), unreleased_taken=("A word by hand (#41)", "Another word (#42)")).after
    assert b"## [Unreleased]\n\n## [1.2.0] - 2026-08-19\n" in after


def test_a_comment_under_unreleased_stays(tmp_path: Path) -> None:
    document = b"# Changelog\n\n## [Unreleased]\n\n<!-- add here -->\n\n- A word\n"
    (tmp_path / "CHANGELOG.md").write_bytes(document)
    after = show(tmp_path, notes(entry("A word", "A word", origin="changelog"), web_url=None)).after
    assert after == (
        b"# Changelog\n\n## [Unreleased]\n\n<!-- add here -->\n\n## [1.2.0] - 2026-08-19\n\n### Added\n\n- A word\n"
    )


def test_a_dependency_update_under_unreleased_is_not_told_twice(tmp_path: Path) -> None:
    update = b"Dependency updates:\n\n * Bump b from 1 to 2 ([#2](https://github.com/acme/tool/pull/2)).\n"
    (tmp_path / "CHANGELOG.md").write_bytes(
        b"# Version changelog\n\n## Unreleased\n\n* A.\n\n" + update + b"\n## 1.1.0\n\n* B.\n"
    )
    after = show(tmp_path, notes(entry("Added x", ""), dependency_updates=(("Bump b from 1 to 2", 2),))).after
    assert after == (
        b"# Version changelog\n\n## Unreleased\n\n* A.\n\n## 1.2.0\n\n* Added x.\n\n" + update + b"\n## 1.1.0\n\n* B.\n"
    )


# -- written before, changed by a person, tagged ---------------------------------------------------------------------------


def test_our_own_section_is_replaced_in_place_and_keeps_its_date(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_bytes(KEEP)
    first = show(tmp_path, notes(entry("Added x", "")))
    write(first)
    once = path.read_bytes()
    second = show(tmp_path, notes(entry("Added y", ""), date="2026-12-31"), written_by(first))
    assert second.conflict is None
    assert second.date == "2026-08-19"
    write(second)
    assert path.read_bytes() == once.replace(b"Added x", b"Added y")


def test_a_section_that_a_person_changed_is_not_overwritten(changelog: Path) -> None:
    first = show(changelog.parent, notes(entry("Added x", "")))
    write(first)
    theirs = changelog.read_bytes().replace(b"Added x", b"Added x, really")
    changelog.write_bytes(theirs)
    shown = show(changelog.parent, notes(entry("Added y", "")), written_by(first))
    assert shown.conflict is not None
    assert "Added x, really" in shown.conflict.theirs
    assert "Added y" in shown.conflict.ours
    assert shown.conflict.why == "Somebody changed the section 1.2.0 in CHANGELOG.md since it was written."
    with pytest.raises(ExportError, match="Choose theirs or ours"):
        write(shown)
    assert changelog.read_bytes() == theirs
    assert write(shown, take="theirs") == ()
    assert changelog.read_bytes() == theirs
    assert write(shown, take="ours") == (changelog,)
    assert changelog.read_bytes() == theirs.replace(b"Added x, really", b"Added y")


def test_a_section_of_unknown_origin_is_not_overwritten(changelog: Path) -> None:
    shown = show(changelog.parent, notes(entry("Added y", ""), version="1.1.0", tag="v1.1.0"))
    assert shown.conflict is not None
    assert "that this review did not write" in shown.conflict.why


def test_the_section_of_a_tagged_version_is_history(changelog: Path) -> None:
    first = show(changelog.parent, notes(entry("Added x", "")))
    write(first)
    shown = show(changelog.parent, notes(entry("Added y", "")), written_by(first), tag_exists=True)
    assert shown.conflict is not None
    assert shown.conflict.why == "v1.2.0 is tagged already, so its section in CHANGELOG.md is history."
    same = show(changelog.parent, notes(entry("Added x", "")), written_by(first), tag_exists=True)
    assert same.unchanged
    assert same.conflict is None
    changelog.write_bytes(LABS)
    missing = show(changelog.parent, notes(), tag_exists=True)
    assert missing.conflict is not None
    assert missing.conflict.theirs == ""


def test_line_ends_that_git_changed_are_no_change_by_a_person(changelog: Path) -> None:
    first = show(changelog.parent, notes(entry("Added x", "")))
    write(first)
    changelog.write_bytes(changelog.read_bytes().replace(b"\n", b"\r\n"))
    second = show(changelog.parent, notes(entry("Added y", "")), written_by(first))
    assert second.conflict is None
    assert second.after.count(b"\r\n") == second.after.count(b"\n")


def test_another_version_number_renames_what_this_review_wrote(tmp_path: Path) -> None:
    path = tmp_path / "CHANGELOG.md"
    path.write_bytes(KEEP)
    direct = show(tmp_path, notes(version="2.0.0", tag="v2.0.0")).after
    first = show(tmp_path, notes())
    write(first)
    renamed = show(tmp_path, notes(version="2.0.0", tag="v2.0.0"), written_by(first))
    assert renamed.after == direct
    released = WrittenSection("1.2.0", first.section_digest, first.date, tagged=True)
    versions = parse(show(tmp_path, notes(version="2.0.0", tag="v2.0.0"), released).after, WEB).sections
    assert [section.version for section in versions] == ["2.0.0", "1.2.0", "1.1.0", "1.0.0"]
