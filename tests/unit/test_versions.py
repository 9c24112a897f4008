"""Versions as repositories spell them: found in tags and headings, ordered, and counted on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llnotes_tui.release.changelog_headings import release_heading
from llnotes_tui.release.markdown import heading_words
from llnotes_tui.release.next_version import suggest
from llnotes_tui.release.versions import (
    Tag,
    VersionScheme,
    newest_tag,
    parse,
    shape_of,
    split_tag,
)
from llnotes_tui.sources.options import RangeOptions
from llnotes_tui.sources.tag_series import TagSeriesError, scheme_for


def tags(*names: str) -> list[Tag]:
    return [Tag(name, f"{number:040x}", number) for number, name in enumerate(names)]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("v1.2.3", ("v", "1.2.3")), ("1.0.0-rc.1", ("", "1.0.0-rc.1")), ("core-v1.0", ("core-v", "1.0")), ("api/v2.0.0", ("api/v", "2.0.0")),
        ("release-1.2.3", ("release-", "1.2.3")), ("1.0rc1", ("", "1.0rc1")), ("v1", ("v", "1")), ("2024.05.1", ("", "2024.05.1")),
        ("robot-2-v1.0.0", ("robot-2-v", "1.0.0")), ("@scope/pkg@1.2.3", ("@scope/pkg@", "1.2.3")), ("v0.9.0-SNAPSHOT", ("v", "0.9.0-SNAPSHOT")),
        ("nightly", None), ("py3.8", None), ("-x", None), ("", None), ("v", None), ("1.2.3.", None), ("x" * 300, None),
    ],
)  # fmt: skip
def test_tags_are_prefix_and_number(tag: str, expected: tuple[str, str] | None) -> None:
    assert split_tag(tag) == expected


def test_versions_are_in_the_order_of_their_releases() -> None:
    ordered = [
        "0.9",
        "1.0.0.dev1",
        "1.0.0a1",
        "1.0.0b1",
        "1.0.0b2",
        "1.0.0rc1",
        "1.0.0",
        "1.0.0.post1",
        "1.0.1",
        "1.1",
        "1.2.0-alpha",
        "1.2.0-alpha.1",
        "1.2.0-alpha.2",
        "1.2.0-beta",
        "1.2.0-rc.1",
        "1.2.0-rc.10",
        "1.2.0",
        "1.10.0",
        "2",
        "10.0",
        "2024.5.1",
    ]
    versions = [version for text in reversed(ordered) if (version := parse(text)) is not None]
    assert [version.spelled for version in sorted(versions)] == ordered
    assert parse("1.2") is not None
    short, long = parse("1.2"), parse("1.2.0")
    assert short is not None
    assert long is not None
    assert short.key == long.key


@given(st.text(max_size=30))
def test_any_text_is_a_version_or_none(text: str) -> None:
    version = parse(text)
    if version is not None:
        assert parse(version.spelled) == version
    split_tag(text)
    release_heading(text)
    suggest(text, breaking=True, added=True)


@pytest.mark.parametrize(
    ("prefix", "shape"),
    [("v", ""), ("", ""), ("release-", ""), ("Release/v", ""), ("core-v", "core"), ("api/v", "api"), ("@a/b@", "a-b")],
)
def test_a_shape_is_what_the_prefix_names(prefix: str, shape: str) -> None:
    assert shape_of(prefix) == shape


def test_one_shape_makes_a_scheme_and_several_are_an_error_with_examples() -> None:
    def scheme_of(*names: str) -> VersionScheme:
        return scheme_for(RangeOptions(), tuple(tags(*names)), "kit")

    assert scheme_of("v1.0.0", "1.1.0", "nightly", "before-2.0-refactor", "jdk-17").prefix == ""
    assert scheme_of("core-v1.0.0", "core-v1.1.0").prefix == "core-v"
    assert scheme_of().prefix == "v"
    with pytest.raises(TagSeriesError, match=r"several tag series \(`api-v0\.1\.0`, `core-v1\.1\.0`\)") as caught:
        scheme_of("core-v1.0.0", "core-v1.1.0", "api-v0.1.0")
    assert caught.value.is_choice
    assert [option.choice.prefix for option in caught.value.question.options] == ["api-v", "core-v"]


def test_the_newest_tag_is_the_highest_of_its_scheme() -> None:
    def newest(scheme: VersionScheme, *names: str) -> str | None:
        found = newest_tag(tags(*names), scheme)
        return found[0].name if found is not None else None

    assert newest(VersionScheme("v"), "v1.9.0", "v1.10.0", "v1", "v1.10.1-rc.1", "core-v9.0") == "v1.10.0"
    assert newest(VersionScheme("v", prereleases=True), "v1.10.0", "v1.10.1-rc.1") == "v1.10.1-rc.1"
    assert newest(VersionScheme("v"), "v1", "v2") == "v2"
    assert newest(VersionScheme("core-v", "core-v*"), "v9.0", "core-v1.0", "core-vx") == "core-v1.0"
    assert newest(VersionScheme("", "*-release"), "1.0-release", "2.0") == "1.0-release"
    assert newest(VersionScheme("v"), "latest") is None


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("## 0.57.0", "0.57.0"), ("## [1.0.0] - 2017-07-17", "1.0.0"), ("## Release v0.175.0 (2026-08-19)", "v0.175.0"), ("## v1.0.0", "v1.0.0"),
        ("## **1.2.3**", "1.2.3"), ("### 1.0.0rc1 / 2024-01-01", "1.0.0rc1"), ("# 1.2.3 (2024-01-01)", "1.2.3"), ("## [1.0.0] [YANKED]", "1.0.0"),
        ("## [Unreleased]", None), ("# Version changelog", None), ("### 1.2 things to do", None), ("1.2.3", None), ("* 1.2.3", None), ("## 2024", None),
        ("## 2024-05-14", "2024-05-14"), ("## kit@1.5.0", "1.5.0"), ("## kit-1.2.0", "1.2.0"), ("## 1-4-0", "1-4-0"), ("## 1.3.0.", "1.3.0"),
        ("## **v1.2.3** - 2024-01-01", "v1.2.3"), ("    ## 1.2.3", None),
    ],
)  # fmt: skip
def test_headings_name_versions(line: str, version: str | None) -> None:
    words = heading_words(line, "")
    found = release_heading(words) if words is not None else None
    assert (found.spelled if found is not None else None) == version


@pytest.mark.parametrize(
    ("last", "breaking", "added", "neither"),
    [
        (None, "0.1.0", "0.1.0", "0.1.0"),
        ("v0.60.1", "0.61.0", "0.61.0", "0.60.2"),
        ("1.2.3", "2.0.0", "1.3.0", "1.2.4"),
        ("core-v1.2.3", "2.0.0", "1.3.0", "1.2.4"),
        ("1.2", "2.0", "1.3", "1.3"),
        ("v3", "4", "4", "4"),
        ("1.2.3.4", "2.0.0.0", "1.3.0.0", "1.2.4.0"),
        ("1.0.0-rc.1", "1.0.0-rc.2", "1.0.0-rc.2", "1.0.0-rc.2"),
        ("1.0rc9", "1.0rc10", "1.0rc10", "1.0rc10"),
        ("1.0.0-beta", "1.0.0-beta.1", "1.0.0-beta.1", "1.0.0-beta.1"),
        ("2024.5.1", "2024.5.2", "2024.5.2", "2024.5.2"),
    ],
)
def test_the_next_version_is_counted_on(last: str | None, breaking: str, added: str, neither: str) -> None:
    assert suggest(last, breaking=True, added=False)[0] == breaking
    assert suggest(last, breaking=False, added=True)[0] == added
    version, reason = suggest(last, breaking=False, added=False)
    assert version == neither
    assert reason.endswith(".")


@pytest.mark.parametrize(
    ("tag", "prefix", "numbers"),
    [
        ("v.1.2.3", "v.", (1, 2, 3)), ("REL_1_3_0", "REL_", (1, 3, 0)), ("REL9_6_0", "REL", (9, 6, 0)), ("1-3-0", "", (1, 3, 0)),
        ("release-2024-05-14", "release-", (2024, 5, 14)), ("2024-05-14.2", "", (2024, 5, 14, 2)), ("rel20060301", "rel", (20060301,)), ("r42", "r", (42,)),
        ("4.2.2.Final", "", (4, 2, 2)), ("weekly.2012-03-27", "weekly.", (2012, 3, 27)), ("core-8-6-13", "core-", (8, 6, 13)),
    ],
)  # fmt: skip
def test_numbers_may_be_separated_by_underscores_and_dashes(tag: str, prefix: str, numbers: tuple[int, ...]) -> None:
    found = split_tag(tag)
    assert found is not None
    version = parse(found[1])
    assert version is not None
    assert (found[0], version.numbers) == (prefix, numbers)


def test_what_stands_behind_the_numbers_is_a_pre_release_a_later_build_or_a_variant() -> None:
    def key(text: str) -> tuple[object, ...]:
        version = parse(text)
        assert version is not None, text
        return version.key

    plain = key("1.2.3")
    for earlier in (
        "1.2.3-rc1",
        "1.2.3.CR1",
        "1.2.3_beta2",
        "1.2.3-SNAPSHOT",
        "1.2.3-0.3.7",
        "1.2.3-5-g1a2b3c4",
        "1.2.3-20240514",
        "1.2.3-dev",
    ):
        assert key(earlier) < plain, earlier
    for same in (
        "1.2.3.Final",
        "1.2.3.RELEASE",
        "1.2.3-ga",
        "1.2.3-jre17",
        "1.2.3+stringlabels",
        "1.2.3-alt1",
        "v1.2.3",
    ):
        assert key(same) == plain, same
    for later in (
        "1.2.3-1",
        "1.2.3_2",
        "1.2.3-p1",
        "1.2.3.SP1",
        "1.2.3a",
        "1.2.3.post1",
        "1.2.3.windows.1",
        "1.2.3-hotfix1",
    ):
        assert plain < key(later) < key("1.2.4"), later


@pytest.mark.parametrize(
    "text", ["2.3.x", "1.x", "latest", "1.2.", "1..2", "1.2.3.py", "1.2/3", "3d", "", "1." + "9" * 19, "1-" * 200 + "1"]
)
def test_other_texts_are_no_versions(text: str) -> None:
    assert parse(text) is None
