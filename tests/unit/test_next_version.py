"""The next version keeps the form of the last one: padding, separators, suffixes, and dates."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llnotes_tui.release.next_version import ReleaseDates, is_date_of, release_dates, suggest
from llnotes_tui.release.versions import parse

RELEASED = date(2024, 5, 14)
LATER = ReleaseDates(today=date(2024, 6, 3), last=RELEASED)
SAME_DAY = ReleaseDates(today=RELEASED, last=RELEASED)


def following(last: str, dates: ReleaseDates | None = None, *, breaking: bool = False, added: bool = False) -> str:
    return suggest(last, breaking=breaking, added=added, dates=dates)[0]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2024.05.14.2", "2024.05.14.3"), ("v2025.05.14.10", "2025.05.14.11"), ("3.07.1", "3.07.2"), ("1.02", "1.03"), ("1.0.09", "1.0.10"),
        ("24.04", "24.05"), ("REL_1_3_0", "1_3_1"), ("1-3-0", "1-3-1"), ("4.2.2.Final", "4.2.3.Final"), ("5.0.0.RELEASE", "5.0.1.RELEASE"),
        ("1.2.0-ga", "1.2.1-ga"), ("r42", "43"), ("b4567", "4568"), ("go1.21.3", "1.21.4"), ("2.5.0-jre17", "2.5.1"), ("0.24.0-1", "0.24.1"), ("3.3a", "3.4"),
    ],
)  # fmt: skip
def test_the_form_of_the_last_version_is_kept(last: str, expected: str) -> None:
    assert following(last) == expected


def test_numbers_with_zeros_before_them_are_never_raised_by_meaning() -> None:
    assert following("3.07.1", breaking=True) == following("3.07.1", added=True) == "3.07.2"
    assert following("REL_1_3_0", breaking=True) == "2_0_0"
    assert following("4.2.2.Final", added=True) == "4.3.0.Final"


@pytest.mark.parametrize(
    ("last", "later", "same_day"),
    [
        ("2024.05.14", "2024.06.03", "2024.05.14.1"),
        ("v2024.5.14", "2024.6.3", "2024.5.14.1"),
        ("2024-05-14", "2024-06-03", "2024-05-14.1"),
        ("release-2024_05_14", "2024_06_03", "2024_05_14.1"),
        ("24.05.14", "24.06.03", "24.05.14.1"),
        ("20240514", "20240603", "20240514.1"),
        ("2024.0514", "2024.0603", "2024.0514.1"),
        ("2024.05.14.2", "2024.06.03", "2024.05.14.3"),
        ("2024.05.14-2", "2024.06.03", "2024.05.14-3"),
        ("rel20240514", "20240603", "20240514.1"),
        ("2024.05", "2024.06", "2024.05.1"),
        ("v24.05", "24.06", "24.05.1"),
    ],
)
def test_a_version_that_is_the_date_of_its_day_is_followed_by_the_date_of_today(
    last: str, later: str, same_day: str
) -> None:
    for breaking in (True, False):
        assert following(last, LATER, breaking=breaking) == later
        assert following(last, SAME_DAY, breaking=breaking) == same_day
    assert "today" in suggest(last, breaking=False, added=False, dates=LATER)[1]


def test_the_day_of_a_tag_may_be_the_one_before_or_after_where_its_author_lives() -> None:
    today = date(2024, 6, 3)
    assert following("2024.05.14", ReleaseDates(today, date(2024, 5, 15))) == "2024.06.03"
    assert following("2024.05.14", ReleaseDates(today, date(2024, 5, 13))) == "2024.06.03"
    assert following("2024.05.14", ReleaseDates(today, date(2024, 5, 17))) == "2024.05.15"


def test_dates_change_nothing_for_versions_that_are_none() -> None:
    assert following("1.2.3", LATER) == "1.2.4"
    assert following("2024.1", LATER) == "2024.2"
    assert following("2024.13.45", LATER) == "2024.13.46"
    assert following("2024.5", LATER) == "2024.6", "the fifth release of the year, or May: both go up by one"


def test_a_version_is_never_followed_by_an_earlier_day() -> None:
    assert following("2024.05.14", ReleaseDates(date(2024, 5, 1), RELEASED)) == "2024.05.14.1"


def test_the_last_day_there_is_has_no_day_after_it() -> None:
    last_second = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
    assert not is_date_of("2024.05", last_second)
    assert is_date_of("9999.12", last_second)
    assert is_date_of("9999.12.31", last_second)
    assert (
        suggest("2024.05", breaking=False, added=True, dates=ReleaseDates(date(2024, 6, 3), date.max))[0] == "2024.06"
    )


@pytest.mark.parametrize("seconds", [253402300800, 2**40, 2**63 - 1])
def test_a_tag_from_after_the_last_day_there_is_has_that_day(seconds: int) -> None:
    assert release_dates(seconds, date(2024, 6, 3)) == ReleaseDates(date(2024, 6, 3), date.max)
    assert not is_date_of("2024.05", seconds)


def test_days_are_known_only_if_both_are() -> None:
    moment = int(datetime(2024, 5, 14, 12, tzinfo=UTC).timestamp())
    assert release_dates(moment, date(2024, 6, 3)) == LATER
    assert release_dates(None, date(2024, 6, 3)) is None
    assert release_dates(moment, None) is None
    assert is_date_of("2024.05.14", moment)
    assert not is_date_of("1.2.3", moment)


@given(st.dates(date(1990, 1, 1), date(2089, 12, 30)), st.integers(0, 400))
def test_dated_versions_only_go_up(day: date, later: int) -> None:
    today = date.fromordinal(day.toordinal() + later)
    for form in ("%Y.%m.%d", "%Y-%m-%d", "%Y%m%d"):
        last = day.strftime(form)
        after = following(last, ReleaseDates(today, day))
        before, now = parse(last), parse(after)
        assert before is not None
        assert now is not None
        assert before.key < now.key
