"""Link definitions of versions: edited where they are, in the form that they have."""

from pathlib import Path

import pytest

from llnotes_tui.publishing.compare_urls import page_of, page_on
from llnotes_tui.publishing.export import ExportOptions, Preview, preview
from llnotes_tui.release.model import ReleaseNotes
from tests.unit.release_notes import WEB, entry, notes

RELEASE = notes(entry("Added x", ""))
SECTIONS = "# Changelog\n\n## [Unreleased]\n\n## [1.1.0] - 2026-01-02\n\n- x\n\n## [1.0.0] - 2025-12-01\n\n- y\n\n"


def show(root: Path, text: str, release: ReleaseNotes = RELEASE) -> Preview:
    (root / "CHANGELOG.md").write_bytes(text.encode())
    return preview(root, release, ExportOptions(), None, tag_exists=False)


def foot_after(root: Path, foot: str, release: ReleaseNotes = RELEASE) -> str:
    """Return what is behind the last section once a version is written."""
    return show(root, SECTIONS + foot, release).after.decode().partition("- y\n\n")[2]


@pytest.mark.parametrize(
    ("foot", "expected"),
    [
        pytest.param(
            "[Unreleased]: https://github.com/a/b/compare/v1.1.0...main\n[1.1.0]: https://github.com/a/b/compare/v1.0.0...v1.1.0\n",
            "[Unreleased]: https://github.com/a/b/compare/v1.2.0...main\n[1.2.0]: https://github.com/a/b/compare/v1.1.0...v1.2.0\n"
            "[1.1.0]: https://github.com/a/b/compare/v1.0.0...v1.1.0\n",
            id="GitHub",
        ),
        pytest.param(
            "[unreleased]: https://gitlab.com/a/b/-/compare/v1.1.0...HEAD\n[1.1.0]: https://gitlab.com/a/b/-/tags/v1.1.0\n[1.0.0]: https://gitlab.com/a/b/-/tags/v1.0.0\n",
            "[unreleased]: https://gitlab.com/a/b/-/compare/v1.2.0...HEAD\n[1.2.0]: https://gitlab.com/a/b/-/tags/v1.2.0\n"
            "[1.1.0]: https://gitlab.com/a/b/-/tags/v1.1.0\n[1.0.0]: https://gitlab.com/a/b/-/tags/v1.0.0\n",
            id="GitLab, a page for each version",
        ),
        pytest.param(
            "[Unreleased]: https://bitbucket.org/a/b/branches/compare/HEAD%0Dv1.1.0\n[1.1.0]: https://bitbucket.org/a/b/branches/compare/v1.1.0%0Dv1.0.0\n",
            "[Unreleased]: https://bitbucket.org/a/b/branches/compare/HEAD%0Dv1.2.0\n"
            "[1.2.0]: https://bitbucket.org/a/b/branches/compare/v1.2.0%0Dv1.1.0\n"
            "[1.1.0]: https://bitbucket.org/a/b/branches/compare/v1.1.0%0Dv1.0.0\n",
            id="Bitbucket, newer side first",
        ),
        pytest.param(
            "[Unreleased]: https://dev.azure.com/a/_git/b/branchCompare?baseVersion=GTv1.1.0&targetVersion=GBmain\n"
            "[1.1.0]: https://dev.azure.com/a/_git/b?version=GTv1.1.0\n",
            "[Unreleased]: https://dev.azure.com/a/_git/b/branchCompare?baseVersion=GTv1.2.0&targetVersion=GBmain\n"
            "[1.2.0]: https://dev.azure.com/a/_git/b/branchCompare?baseVersion=GTv1.1.0&targetVersion=GTv1.2.0\n"
            "[1.1.0]: https://dev.azure.com/a/_git/b?version=GTv1.1.0\n",
            id="Azure",
        ),
        pytest.param(
            "[Unreleased]: https://github.com/a/b/compare/v1.1.0...HEAD\n[1.1.0]: https://github.com/a/b/releases/tag/v1.1.0\n\n<!-- end -->\n",
            "[Unreleased]: https://github.com/a/b/compare/v1.2.0...HEAD\n[1.2.0]: https://github.com/a/b/compare/v1.1.0...v1.2.0\n"
            "[1.1.0]: https://github.com/a/b/releases/tag/v1.1.0\n\n<!-- end -->\n",
            id="a comment behind them",
        ),
        pytest.param(
            "  [UNRELEASED]:  <https://github.com/a/b/compare/v1.1.0...HEAD>\n  [1.1.0]:  <https://github.com/a/b/releases/tag/v1.1.0>\n",
            "  [UNRELEASED]:  <https://github.com/a/b/compare/v1.2.0...HEAD>\n  [1.2.0]:  <https://github.com/a/b/compare/v1.1.0...v1.2.0>\n"
            "  [1.1.0]:  <https://github.com/a/b/releases/tag/v1.1.0>\n",
            id="indented, in angle brackets",
        ),
        pytest.param(
            "[Unreleased]: https://github.com/a/b/compare/v1.1.0...HEAD\n[1.2.0]: https://example.org/\n[1.1.0]: https://example.org/\n",
            "[Unreleased]: https://github.com/a/b/compare/v1.2.0...HEAD\n[1.2.0]: https://example.org/\n[1.1.0]: https://example.org/\n",
            id="the version has a link already",
        ),
    ],
)  # fmt: skip
def test_links_keep_their_place_and_form(tmp_path: Path, foot: str, expected: str) -> None:
    assert foot_after(tmp_path, foot) == expected
    again = show(tmp_path, show(tmp_path, SECTIONS + foot).after.decode())
    assert again.unchanged


def test_links_below_each_section_stay_there(tmp_path: Path) -> None:
    text = (
        f"# Changelog\n\n## [Unreleased]\n\n[unreleased]: {WEB}/compare/v1.1.0...HEAD\n\n"
        f"## [1.1.0] - 2026-01-02\n\n- x\n\n[1.1.0]: {WEB}/releases/tag/v1.1.0\n\n## [1.0.0] - 2025-12-01\n\n- y\n"
    )
    assert show(tmp_path, text).after.decode() == (
        f"# Changelog\n\n## [Unreleased]\n\n[unreleased]: {WEB}/compare/v1.2.0...HEAD\n\n"
        f"## [1.2.0] - 2026-08-19\n\n### Added\n\n- Added x.\n\n[1.2.0]: {WEB}/compare/v1.1.0...v1.2.0\n\n"
        f"## [1.1.0] - 2026-01-02\n\n- x\n\n[1.1.0]: {WEB}/releases/tag/v1.1.0\n\n## [1.0.0] - 2025-12-01\n\n- y\n"
    )


def test_the_link_in_the_heading_of_unreleased_is_moved_too(tmp_path: Path) -> None:
    heading = "## [Unreleased]({}/compare/{}...main)\n"
    text = SECTIONS.replace("## [Unreleased]\n", heading.format(WEB, "v1.1.0"))
    after = show(tmp_path, text, notes(entry("Added x", ""), web_url=None)).after.decode()
    assert heading.format(WEB, "v1.2.0") in after


def test_a_link_of_an_unknown_form_is_left_alone_and_named(tmp_path: Path) -> None:
    foot = "[Unreleased]: https://git.example.org/b/log/main\n[1.1.0]: https://git.example.org/b/log/v1.1.0\n"
    shown = show(tmp_path, SECTIONS + foot)
    assert b"[Unreleased]: https://git.example.org/b/log/main\n" in shown.after
    (notice,) = shown.notices
    assert notice.startswith(
        "CHANGELOG.md: [Unreleased] links to https://git.example.org/b/log/main, which is no known form"
    )


@pytest.mark.parametrize(
    "text",
    [
        "```\n[Unreleased]: https://github.com/a/b/compare/v1.1.0...HEAD\n```\n",
        "For what comes next see [Unreleased]: https://github.com/a/b/compare/v1.1.0...HEAD\n",
        "Write `[Unreleased]: https://github.com/a/b/compare/v1.1.0...HEAD` at the end of the file.\n",
    ],
    ids=["in code", "in words", "in a code span"],
)
def test_a_definition_in_code_or_in_words_is_none(tmp_path: Path, text: str) -> None:
    after = show(tmp_path, SECTIONS.replace("- x\n", f"- x\n\n{text}")).after.decode()
    assert text in after
    assert after.endswith(f"[Unreleased]: {WEB}/compare/v1.2.0...HEAD\n[1.2.0]: {WEB}/compare/v1.1.0...v1.2.0\n")


@pytest.mark.parametrize(
    ("url", "since", "until"),
    [
        ("https://github.com/a/b/compare/v1...v2", "v1", "v2"),
        ("https://git.example.org/a/b/-/compare/v1..main", "v1", "main"),
        ("https://codeberg.org/a/b/compare/v1...HEAD", "v1", "HEAD"),
        ("https://bitbucket.org/a/b/branches/compare/v2%0dv1#diff", "v1", "v2"),
        ("https://dev.azure.com/a/b/_git/c/branchCompare?baseVersion=GTv1&targetVersion=GBmain", "GTv1", "GBmain"),
        ("https://github.com/a/b/releases/tag/v1", "", ""),
    ],
)
def test_known_forms_are_taken_apart(url: str, since: str, until: str) -> None:
    page = page_of(url)
    assert page is not None
    assert (page.since, page.until) == (since, until)


@pytest.mark.parametrize("url", ["https://example.org/", "#120", "CHANGELOG-1.md", "https://git.example.org/b/log/v1"])
def test_other_urls_are_not_known(url: str) -> None:
    assert page_of(url) is None


@pytest.mark.parametrize(
    ("page", "url"),
    [
        ("https://github.com/a/b", "https://github.com/a/b/compare/v1...v2"),
        ("https://gitlab.com/a/b", "https://gitlab.com/a/b/-/compare/v1...v2"),
        ("https://bitbucket.org/a/b", "https://bitbucket.org/a/b/branches/compare/v2%0Dv1"),
        (
            "https://dev.azure.com/a/_git/b",
            "https://dev.azure.com/a/_git/b/branchCompare?baseVersion=GTv1&targetVersion=GTv2",
        ),
    ],
)
def test_without_links_the_host_gives_the_form(page: str, url: str) -> None:
    assert page_on(page).compare("v1", "v2") == url


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        ("https://gitlab.com/a/b/-/compare/v1...main", "https://gitlab.com/a/b/-/tags/v2"),
        ("https://git.example.org/a/b/-/compare/v1...main", "https://git.example.org/a/b/-/tags/v2"),
        ("https://gitlab.com/a/b/compare/v1...main", "https://gitlab.com/a/b/-/tags/v2"),
        ("https://gitlab.com/a/b/-/releases/v1", "https://gitlab.com/a/b/-/releases/v2"),
        ("https://github.com/a/b/compare/v1...main", "https://github.com/a/b/releases/tag/v2"),
        ("https://bitbucket.org/a/b/branches/compare/main%0Dv1", "https://bitbucket.org/a/b/commits/tag/v2"),
    ],
)
def test_one_tag_is_shown_on_a_page_that_the_host_has(known: str, shown: str) -> None:
    page = page_of(known)
    assert page is not None
    assert page.show("v2") == shown


@pytest.mark.parametrize(
    ("known", "compared"),
    [
        ("https://gitlab.com/a/b/-/tags/v1", "https://gitlab.com/a/b/-/compare/v1...v2"),
        ("https://git.example.org/a/b/-/releases/v1", "https://git.example.org/a/b/-/compare/v1...v2"),
        ("https://gitlab.com/a/b/tags/v1", "https://gitlab.com/a/b/-/compare/v1...v2"),
        ("https://github.com/a/b/releases/tag/v1", "https://github.com/a/b/compare/v1...v2"),
        ("https://bitbucket.org/a/b/commits/tag/v1", "https://bitbucket.org/a/b/branches/compare/v2%0Dv1"),
    ],
)
def test_a_page_of_one_tag_shows_how_the_host_compares_two(known: str, compared: str) -> None:
    page = page_of(known)
    assert page is not None
    assert page.compare("v1", "v2") == compared


def test_on_gitlab_a_version_without_one_before_it_links_to_its_tag(tmp_path: Path) -> None:
    foot = "[Unreleased]: https://gitlab.com/a/b/-/compare/v1.1.0...main\n"
    release = notes(entry("Added x", ""), previous_tag="", web_url=None)
    assert foot_after(tmp_path, foot, release) == (
        "[Unreleased]: https://gitlab.com/a/b/-/compare/v1.2.0...main\n[1.2.0]: https://gitlab.com/a/b/-/tags/v1.2.0\n"
    )


def test_on_gitlab_one_link_to_a_tag_is_enough_to_compare(tmp_path: Path) -> None:
    foot = "[1.1.0]: https://gitlab.com/a/b/-/tags/v1.1.0\n"
    after = foot_after(tmp_path, foot, notes(entry("Added x", ""), web_url=None))
    assert "[1.2.0]: https://gitlab.com/a/b/-/compare/v1.1.0...v1.2.0\n" in after
    assert "[Unreleased]: https://gitlab.com/a/b/-/compare/v1.2.0...HEAD\n" in after
