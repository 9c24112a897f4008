"""Series of tags: which belong together, which of them are in use, and which tags of a series count."""

import pytest

from llnotes_tui.release.series import TagSeries, candidates_among, newest_name, series_of
from llnotes_tui.release.versions import Tag, newest_tag
from llnotes_tui.sources.options import RangeOptions
from llnotes_tui.sources.tag_series import scheme_for


def tags(*names: str) -> list[Tag]:
    """Return tags, each a second younger than the one before."""
    return [Tag(name, f"{at:040x}", at + 1) for at, name in enumerate(names)]


def used(*names: str) -> list[str]:
    """Return the newest tag of each series in use."""
    return [one.newest for one in candidates_among(series_of(tags(*names)))]


def retired(*names: str) -> list[str]:
    return [one.newest for one in series_of(tags(*names)) if one.retired]


def newest(*names: str) -> str | None:
    """Return the newest release of a repository with one series."""
    known = tuple(tags(*names))
    found = newest_tag(known, scheme_for(RangeOptions(), known, "kit"))
    return found[0].name if found is not None else None


def numbered(form: str, count: int) -> list[str]:
    return [form.format(number) for number in range(1, count + 1)]


@pytest.mark.parametrize(
    "names",
    [
        ("v1.2.3", "1.2.4"), ("v.1.2.3", "v.1.2.4"), ("REL_1_2_0", "REL_1_3_0"), ("1-2-0", "1-3-0"), ("2024-05-14", "2024-06-01"),
        ("20240514", "20240601"), ("4.2.1.Final", "4.2.2.Final"), ("1.0.0.RELEASE", "1.1.0.RELEASE"), ("1.0-ga", "1.1-ga"), ("r41", "r42"),
        ("b4567", "b4568"), ("go1.21", "go1.21.1"), ("sumdb/v0.0.1", "sumdb/v0.0.2"), ("name@1.2.3", "name@1.2.4"), ("bundler-v2.0", "bundler-v2.1"),
        ("0.24.0", "0.24.0-1"), ("2.4.0-jre17", "2.5.0-jre17"), ("1.0+one", "1.1+one"), ("OpenSSL_1_1_1v", "OpenSSL_1_1_1w"), ("V_9_5_P1", "V_9_6_P1"),
        ("1.0.0", "1.1.0-rc.1", "1.1.0"), ("1", "2"), ("v1",), ("v2.42.0.windows.2", "v2.43.0.windows.1"),
    ],
)  # fmt: skip
def test_the_usual_ways_to_tag_are_one_series_each(names: tuple[str, ...]) -> None:
    assert newest(*names) == names[-1]


@pytest.mark.parametrize(
    "names",
    [
        ("latest",),
        ("2.3.x", "3.0.x"),
        ("py3.8",),
        ("jdk-17",),
        ("nightly", "stable"),
        ("before-2.0-refactor",),
        ("42",),
    ],
)
def test_what_only_looks_like_a_version_is_none(names: tuple[str, ...]) -> None:
    assert series_of(tags(*names)) == ()


def test_the_plain_series_comes_first_with_its_newest_tag_and_its_count() -> None:
    names = [
        "kit-1.2.0",
        "kit-1.3.0",
        "kit-1.4.0",
        "1.0.0",
        "v1.1.0-rc.1",
        "v1.1.0",
        "api/v0.1.0",
        "api/v0.2.0",
        "api/v0.3.0",
    ]
    found = candidates_among(series_of(tags(*names)))
    assert [(one.newest, one.count, one.prefix) for one in found] == [
        ("v1.1.0", 3, "v"),
        ("api/v0.3.0", 3, "api/v"),
        ("kit-1.4.0", 3, "kit-"),
    ]


def test_a_series_of_under_three_tags_is_retired_beside_a_longer_one() -> None:
    names = [*numbered("1.{}.0", 3), "kit-0.1.0", "kit-0.2.0"]
    assert (used(*names), retired(*names)) == (["1.3.0"], ["kit-0.2.0"])
    assert used("kit-0.1.0", "1.0.0") == ["1.0.0", "kit-0.1.0"]


def test_a_series_older_than_the_last_ten_of_another_is_retired() -> None:
    old, new = numbered("gui-0.{}.0", 5), numbered("v1.{}.0", 10)
    assert (used(*old, *new), retired(*old, *new)) == (["v1.10.0"], ["gui-0.5.0"])
    assert used(*old, *new[:9]) == ["v1.9.0", "gui-0.5.0"]
    assert used(new[0], *old, *new[1:]) == ["v1.10.0", "gui-0.5.0"]


def test_versions_of_several_numbers_win_over_older_dates_and_single_numbers() -> None:
    assert newest("rel20060301", "1.0", "1.1", "2.18.0") == "2.18.0"
    assert newest("1.0", "1.1", "rel20240514") == "rel20240514"
    assert newest("41", "42", "1.0.0") == "1.0.0"


def test_a_moving_tag_is_no_version_however_young() -> None:
    assert newest("v1.4.1", "v1.4.2", "v1") == "v1.4.2"
    assert newest("v1.4.2", "v2.0.0", "v1", "v2") == "v2.0.0"


def test_pre_releases_do_not_count_as_the_newest_release() -> None:
    [series] = series_of(tags("v1.0.0", "v1.1.0-rc.1"))
    assert (series.newest, series.count, series.prerelease) == ("v1.0.0", 2, False)
    [series] = series_of(tags("v1.0.0-alpha.1", "v1.0.0-alpha.2"))
    assert (series.newest, series.prerelease) == ("v1.0.0-alpha.2", True)


def test_a_series_that_is_named_for_its_pre_releases_asks_no_question() -> None:
    nightly = numbered("nightly-2024-05-{:02}", 5)
    assert used(*nightly, *numbered("1.{}.0", 3)) == ["1.3.0"]
    many = [f"nightly-2024-{month:02}-{day:02}" for month in range(1, 3) for day in range(1, 29)]
    assert used("v1.0.0", *many) == ["v1.0.0"], "nightly builds retire no releases"
    [series] = series_of(tags(*nightly))
    assert series.prerelease
    assert newest(*nightly) is None


def test_build_variants_are_the_same_version() -> None:
    found = series_of(tags("2.4.0", "2.5.0", "2.5.0-jre17", "2.5.0-jre21"))
    assert [(one.shape, one.count, one.newest) for one in found] == [("", 4, "2.5.0")]


def test_the_tags_of_unknown_age_retire_nothing() -> None:
    names = (*numbered("gui-0.{}.0", 5), *numbered("v1.{}.0", 12))
    found = series_of(Tag(name, "0" * 40, 0) for name in names)
    assert [one.retired for one in found] == [False, False]


def test_a_series_makes_the_scheme_of_its_tags() -> None:
    series = TagSeries("kit", "kit-v", "kit-v1.2.0", 3, dotted=True)
    scheme = series.scheme()
    assert [name for name in ("kit-v1.2.0", "kit-1.3", "kit-v1", "1.2.0") if scheme.version_of(name)] == [
        "kit-v1.2.0",
        "kit-1.3",
    ]
    assert scheme.prefix_of("kit-1.3") == "kit-"
    assert scheme.prefix_of("other") == "kit-v"


def test_the_youngest_tag_has_a_name_whatever_it_is() -> None:
    assert newest_name(tags("one", "two")) == "two"
    assert newest_name([]) == ""
