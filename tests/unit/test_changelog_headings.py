"""Which headings of a changelog name what is unreleased, and which name a version."""

import pytest

from llnotes_tui.release.changelog import Changelog, parse
from llnotes_tui.release.changelog_files import undecided
from llnotes_tui.release.changelog_headings import release_heading, unreleased_name

WEB = "https://github.com/acme/tool"
RELEASED = "## [1.2.0] - 2024-01-01\n\n- x\n\n## [1.1.0] - 2023-01-01\n\n- y\n"


def read(above: str, last_version: str | None = None) -> Changelog:
    return parse(f"# Changelog\n\n{above}\n\n{RELEASED}".encode(), WEB, last_version)


@pytest.mark.parametrize(
    "heading",
    [
        "Unreleased", "[Unreleased]", "[UNRELEASED]", "(unreleased)", "**Unreleased**", "Unreleased:", "Unreleased changes", "Unreleased / master",
        "Unreleased (master)", "[Unreleased][unreleased]", "[Unreleased](https://github.com/acme/tool/compare/v1...HEAD)", "🚧 Unreleased",
        "Unreleased :rocket:", "[Unreleased] - TBD", "Unreleased - 2024-??-??", "Not yet released", "Unpublished", "[Não publicado]",
        "[Nao publicado]", "[Non publié]", "Unveröffentlicht", "[Sin publicar]", "Niewydane", "Nevydáno", "[Не выпущено]", "[Неопубликовано]",
        "未发布", "[未發布]", "[未リリース]", "[미배포]", "Yayınlanmadı", "Ej släppt", "Julkaisematon", "منتشر نشده",
    ],
)  # fmt: skip
def test_these_headings_always_name_what_is_unreleased(heading: str) -> None:
    assert unreleased_name(heading) == "certain"
    assert [item.text for item in read(f"## {heading}\n\n- By hand").unreleased] == ["By hand"]


@pytest.mark.parametrize(
    "heading",
    ["HEAD", "[HEAD]", "Next", "[next]", "vNext", "Next release", "Next version", "master", "main", "`main`", "trunk", "develop",
     "Development", "In development", "In progress", "WIP", "TBD", "Pending", "Upcoming", "Upcoming release", "Coming soon", "Future"],
)  # fmt: skip
def test_these_headings_name_it_above_the_newest_version_only(heading: str) -> None:
    assert unreleased_name(heading) == "possible"
    assert [item.text for item in read(f"## {heading}\n\n- By hand").unreleased] == ["By hand"]
    below = parse(f"# Changelog\n\n{RELEASED}\n## {heading}\n\n- Not by hand\n".encode(), WEB)
    assert below.unreleased == ()


@pytest.mark.parametrize(
    "heading", ["Changelog", "About this file", "Added", "1.2.0", "Headings", "Maintenance", "Mainline", "Releases"]
)
def test_other_headings_do_not(heading: str) -> None:
    assert unreleased_name(heading) == ""


@pytest.mark.parametrize(
    ("heading", "version"),
    [
        ("1.3.0 - TBD", "1.3.0"),
        ("[1.3.0] - Unreleased", "1.3.0"),
        ("[1.3.0] - unreleased (2024)", "1.3.0"),
        ("1.3.0 (unreleased)", "1.3.0"),
        ("v1.3.0 (in development)", "1.3.0"),
        ("[1.3.0] - YYYY-MM-DD", "1.3.0"),
        ("1.3.0 - 2026-xx-xx", "1.3.0"),
        ("1.3.0 - ????-??-??", "1.3.0"),
        ("1.3.0.dev0", "1.3.0.dev0"),
        ("1.3.0-dev", "1.3.0-dev"),
        ("[1.3.0-SNAPSHOT]", "1.3.0-SNAPSHOT"),
        ("[1.3.0] - Não publicado", "1.3.0"),
    ],
)
def test_a_version_that_says_so_is_not_released(heading: str, version: str) -> None:
    changelog = read(f"## {heading}\n\n- By hand")
    assert changelog.unreleased_section is not None
    assert changelog.unreleased_section.pending_version == version
    assert [item.text for item in changelog.unreleased] == ["By hand"]
    assert [section.version for section in changelog.sections] == ["1.2.0", "1.1.0"]


@pytest.mark.parametrize(
    "heading",
    [
        "1.3.0 - 2024-02-02",
        "1.3.0.dev1 - 2024-02-02",
        "1.3.0-rc.1",
        "[1.3.0] - 2024-02-02 [YANKED]",
        "1.3.0 - Ada's release",
    ],
)
def test_other_versions_are_released(heading: str) -> None:
    found = release_heading(heading)
    assert found is not None
    assert not found.pending


def test_a_higher_version_without_a_date_is_not_released_where_all_others_have_one() -> None:
    assert [section.version for section in read("## [1.3.0]\n\n- x").sections] == ["1.3.0", "1.2.0", "1.1.0"]
    assert read("## [1.3.0]\n\n- By hand", "v1.2.0").unreleased[0].text == "By hand"
    assert read("## [1.3.0]\n\n- x", "v1.3.0").unreleased == ()
    undated = b"# Version changelog\n\n## 1.3.0\n\n* x\n\n## 1.2.0\n\n* y\n"
    assert parse(undated, WEB, "v1.2.0").unreleased == ()


def test_a_pending_version_below_a_released_one_is_a_version() -> None:
    changelog = parse(f"# Changelog\n\n{RELEASED}\n## 0.1.0 - TBD\n\n- z\n".encode(), WEB, "v1.2.0")
    assert [section.version for section in changelog.sections] == ["1.2.0", "1.1.0", "0.1.0"]
    assert changelog.unreleased_section is None


@pytest.mark.parametrize(
    "above",
    [
        "## About this file\n\nIt lists changes.",
        "## About this file\n\n- It lists changes.",
        "## Types of changes\n\n- `Added` for new features.",
        "## Contents\n\n- [1.2.0](#120)",
        "## Versions\n\n- [1.2.0](#120)\n- [1.1.0](#110)",
        "- A list below the title",
    ],
)
def test_what_is_about_the_file_is_not_unreleased(above: str) -> None:
    changelog = read(above)
    assert (changelog.unreleased_section, changelog.undecided) == (None, ())


def test_any_other_heading_with_a_list_above_the_newest_version_is_unreleased() -> None:
    assert [item.text for item in read("## Since spring\n\n- By hand").unreleased] == ["By hand"]


def test_a_usual_name_goes_before_any_other_heading_with_a_list() -> None:
    changelog = read("## Roadmap\n\n- A plan\n\n## Unreleased\n\n- By hand")
    assert [item.text for item in changelog.unreleased] == ["By hand"]


@pytest.mark.parametrize(
    ("above", "names"),
    [
        ("## Unreleased\n\n- a\n\n## 2.0.0 - TBD\n\n- b", ("Unreleased", "2.0.0 - TBD")),
        ("## Since spring\n\n- a\n\n## Since autumn\n\n- b", ("Since spring", "Since autumn")),
    ],
)
def test_two_headings_that_may_be_unreleased_are_left_to_a_person(above: str, names: tuple[str, ...]) -> None:
    changelog = read(above)
    assert changelog.undecided == names
    assert changelog.unreleased == ()


@pytest.mark.parametrize("line", ["**Unreleased**", "##Unreleased", "Unreleased:", "__[Unreleased]__"])
def test_a_line_that_names_it_and_is_no_heading_is_left_to_a_person(line: str) -> None:
    changelog = read(f"{line}\n\n- By hand")
    assert changelog.undecided == (line,)
    assert "is no heading" in undecided("CHANGELOG.md", changelog)
    assert read(f"{line}\n\n## Unreleased\n\n- By hand").undecided == ()
    assert read("[Unreleased]: https://x.y/compare/v1...v2").undecided == ()


def test_of_two_usual_names_the_one_with_text_counts() -> None:
    changelog = read("## Unreleased\n\n## 2.0.0 - TBD\n\n- b")
    assert [item.text for item in changelog.unreleased] == ["b"]


def test_a_file_with_the_oldest_version_first_has_it_at_the_end() -> None:
    data = b"# History\n\n## 1.0.0\n\n* x\n\n## 1.1.0\n\n* y\n\n## HEAD\n\n* By hand\n"
    assert [item.text for item in parse(data, WEB).unreleased] == ["By hand"]


def test_a_patch_one_level_below_counts_between_its_neighbours_only() -> None:
    data = (
        b"# Changelog\n\n## 1.3.0\n\n* a\n\n### 1.2.1\n\n### Bug fixes\n\n* b\n\n## 1.2.0\n\n* c\n\n### 4.0.0\n\n* d\n"
    )
    changelog = parse(data, WEB)
    assert [(section.version, section.level) for section in changelog.sections] == [
        ("1.3.0", 2),
        ("1.2.1", 3),
        ("1.2.0", 2),
    ]
    assert [item.text for item in changelog.sections[1].items] == ["b"]


@pytest.mark.parametrize(
    "lead",
    [
        '<a name="1.2.0"></a>\n',
        '<a id="v120"></a>\n\n',
        "<!-- 1.2.0 -->\n",
        "<!--\n1.2.0\n-->\n",
        "---\n",
        "---\n\n",
        "***\n\n<a name='x'></a>\n",
    ],
)
def test_anchors_comments_and_rules_belong_to_the_heading_below(lead: str) -> None:
    data = f"# Changelog\n\n## [Unreleased]\n\n- a\n\n{lead}{RELEASED}".encode()
    changelog = parse(data, WEB)
    assert data[changelog.sections[0].lead :].decode() == lead + RELEASED
    assert changelog.unreleased_section is not None
    assert data[: changelog.unreleased_section.end].endswith(b"- a\n\n")


def test_a_comment_with_a_blank_line_below_belongs_to_the_section_above() -> None:
    data = f"# Changelog\n\n## [Unreleased]\n\n<!-- add here -->\n\n{RELEASED}".encode()
    assert data[parse(data, WEB).sections[0].lead :].decode() == RELEASED


@pytest.mark.parametrize(
    ("text", "is_fresh"),
    [
        ("# Changelog\n", True),
        ("# Changelog", True),
        ("# My tool changelog\n\n<!-- comment -->\n", True),
        ("# Changelog\n\nAll notable changes to this project will be documented in this file.\n", True),
        ("# Changelog\n\nSee the releases page.\n", False),
        ("# Changelog\n\n- An item\n", False),
        ("# Changelog\n\n## Words\n", False),
        ("# Installation\n", False),
        ("# Changelog\n\n## [Unreleased]\n", False),
    ],
)
def test_a_title_alone_is_a_fresh_file(text: str, is_fresh: bool) -> None:
    assert parse(text.encode(), WEB).is_fresh is is_fresh


@pytest.mark.parametrize(
    ("heading", "version"),
    [("1_4_0", "1_4_0"), ("[1-4-0] - 2024-02-02", "1-4-0"), ("2024-05-14", "2024-05-14"), ("kit-1.2.0", "1.2.0")],
)
def test_versions_with_other_separators(heading: str, version: str) -> None:
    found = release_heading(heading)
    assert found is not None
    assert found.version == version


@pytest.mark.parametrize(
    "heading", ["**1.3.0**", "**v1.3.0** - 2024-02-02", "__1.3.0__ (2024-02-02)", "**1.3.0:**", "1.3.0."]
)
def test_a_bold_version_or_one_with_a_full_stop_is_a_version(heading: str) -> None:
    assert [section.version for section in read(f"## {heading}\n\n- x").sections] == ["1.3.0", "1.2.0", "1.1.0"]


def test_a_heading_keeps_how_its_version_is_spelled_and_whose_it_is() -> None:
    found = [release_heading(words) for words in ("[v1.3.0] - 2024-02-02", "kit@1.3.0", "api/kit-v1.3.0", "2024-05-14")]
    assert [(one.version, one.spelled, one.package, one.is_date) for one in found if one is not None] == [
        ("1.3.0", "v1.3.0", "", False),
        ("1.3.0", "1.3.0", "kit", False),
        ("1.3.0", "v1.3.0", "api/kit", False),
        ("2024-05-14", "2024-05-14", "", True),
    ]
