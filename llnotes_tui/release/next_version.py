"""The version to suggest next: counted on from the last one, or the date of today where versions are dates.

What a person sees of the last version is kept: how many numbers it has, what separates them, zeros before them, and a
suffix such as `.Final`.  Semantic rules hold for plain numbers only; numbers with zeros before them are a date's.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from llnotes_tui.release.versions import (
    Version,
    is_final_suffix,
    number_parts,
    numbers_text,
    parse,
    split_any_tag,
)

_DAY = timedelta(days=1)
"""The day of a tag may be another one where its author lives."""
_FIRST_YEAR = 1900

Level = Literal["major", "minor", "patch", "last"]


class ReleaseDates(Struct, frozen=True):
    """The days that a version may be named for."""

    today: date
    last: date
    """When the last version was tagged, in UTC."""


def release_dates(last_released_at: int | None, today: date | None) -> ReleaseDates | None:
    """Return the days, None where one is not known; `last_released_at` is in seconds since the epoch."""
    if not last_released_at or today is None:
        return None
    return ReleaseDates(today, _day_at(last_released_at))


def suggest(last: str | None, *, breaking: bool, added: bool, dates: ReleaseDates | None = None) -> tuple[str, str]:
    """Return the next version, without prefix, and one sentence saying why it is that one.

    `last` is the last version as its tag or heading spells it, None where there is none.  The depth is kept, before 1.0
    a break is minor, a pre-release counts on.  A version that was the date of its day (or its month, `2024.05`) gives way
    to today's, if `dates` say which days these are; other dates count on by their last number.
    """
    found = split_any_tag(last) if last else None
    version = parse(found[1]) if found is not None else None
    if version is None:
        return "0.1.0", "Nothing was released before."
    if version.pre:
        return _after_prerelease(version)
    if dates is not None and (dated := _DateForm.of(version.spelled, dates.last)) is not None:
        return dated.on(dates.today), f"{version.spelled} is the date of its release, so the next is today's."
    level, because = _level(version, breaking=breaking, added=added)
    return _raised(version.spelled, level), f"{because}, so the {level} number of {version.spelled} goes up."


def is_date_of(spelled: str, released_at: int) -> bool:
    """Tell whether a version is the date of the day it was released on; `released_at` is in seconds since the epoch."""
    return _DateForm.of(spelled, _day_at(released_at)) is not None


def _day_at(seconds: int) -> date:
    """Return the day in UTC of a time in seconds since the epoch; the last day of 9999 for all that come after it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (OverflowError, ValueError, OSError):
        return date.max if seconds > 0 else date.min


def _day_and_neighbours(day: date) -> tuple[date, ...]:
    """Return a day, the one before and the one after, as far as there are such days."""
    return (day, *((day - _DAY,) if day > date.min else ()), *((day + _DAY,) if day < date.max else ()))


def _level(version: Version, *, breaking: bool, added: bool) -> tuple[Level, str]:
    if version.numbers[0] >= _FIRST_YEAR:
        return "last", "The version is a date"
    if len(version.numbers) == 1:
        return "last", "The version is one number"
    if any(_is_padded(part) for part in number_parts(numbers_text(version.spelled))):
        return "last", "The numbers are padded as in a date"
    if breaking and version.numbers[0] >= 1:
        return "major", "Something breaks its users"
    if breaking:
        return "minor", "Something breaks its users, and a version before 1.0 may"
    if added:
        return "minor", "Something was added"
    return ("patch", "Nothing was added") if len(version.numbers) > 2 else ("minor", "The version has two numbers")


def _raised(spelled: str, level: Level) -> str:
    """Return a version with one of its numbers raised and those behind it zero, spelled as before."""
    text = numbers_text(spelled)
    parts = number_parts(text)
    separators = [*re.findall(r"[^0-9]+", text), _kept_suffix(spelled[len(text) :])]
    at = {"major": 0, "minor": 1, "patch": 2, "last": len(parts) - 1}[level]
    raised = [*parts[:at], _padded(int(parts[at]) + 1, parts[at]), *(_padded(0, part) for part in parts[at + 1 :])]
    return "".join(number + separator for number, separator in zip(raised, separators, strict=True))


def _is_padded(number: str) -> bool:
    return len(number) > 1 and number.startswith("0")


def _padded(number: int, like: str) -> str:
    return str(number).zfill(len(like)) if _is_padded(like) else str(number)


def _kept_suffix(rest: str) -> str:
    return rest if is_final_suffix(rest) else ""


def _after_prerelease(version: Version) -> tuple[str, str]:
    match = re.search(r"([0-9]+)([^0-9]*)$", version.spelled)
    counted = match is not None and isinstance(version.pre[-1], int)
    if match is None or not counted:
        return f"{version.spelled}.1", f"The pre-release {version.spelled} counts on."
    number = str(int(match[1]) + 1).zfill(len(match[1]))
    return f"{version.spelled[: match.start()]}{number}{match[2]}", f"The pre-release {version.spelled} counts on."


# -- dates -------------------------------------------------------------------------------------------------------------

_FORMS = tuple(
    re.compile(form + r"(?:(?P<separator>[.-])(?P<count>[0-9]{1,3}))?")
    for form in (
        r"(?P<year>[0-9]{4}|[0-9]{2})(?P<first>[._-])(?P<month>[0-9]{1,2})(?P<second>[._-])(?P<day>[0-9]{1,2})",
        r"(?P<year>[0-9]{4})(?P<first>[._-])(?P<month>[0-9]{2})(?P<second>)(?P<day>[0-9]{2})",
        r"(?P<year>[0-9]{4}|[0-9]{2})(?P<first>)(?P<month>[0-9]{2})(?P<second>)(?P<day>[0-9]{2})",
    )
)
"""`2024.05.14`, `24.5.14`, `2024-05-14`; `2024.0514`; `20240514`: each with a count behind it where a day had several."""
_MONTH = re.compile(r"(?P<year>[0-9]{4}|[0-9]{2})(?P<first>[._-])(?P<month>0[1-9]|1[0-2])")
"""`2024.05`, `24.04`: a month of two digits; `2024.5` may as well be the fifth release of the year."""


class _DateForm(Struct, frozen=True):
    """How a version spells the day it is named for."""

    day: date
    """The day that the last version names."""
    count: int
    """Which release of that day it was, after the first one; 0 for the first."""
    separators: tuple[str, str, str]
    year_digits: int
    padded: bool
    has_day: bool = True
    """False for a version that names a month."""

    @classmethod
    def of(cls, spelled: str, released: date) -> "_DateForm | None":
        """Return how a version spells the day it was released on; None where it is not that day."""
        for form in _FORMS:
            match = form.fullmatch(spelled)
            if match is None:
                continue
            year = int(match["year"]) + (0 if len(match["year"]) == 4 else 2000)
            try:
                day = date(year, int(match["month"]), int(match["day"]))
            except ValueError:
                continue
            if abs(day - released) <= _DAY:
                short = (match["month"], match["day"])
                padded = not any(len(part) == 1 for part in short)
                separators = (match["first"], match["second"], match["separator"] or ".")
                return cls(day, int(match["count"] or 0), separators, len(match["year"]), padded)
        month = _MONTH.fullmatch(spelled)
        if month is not None:
            for day in _day_and_neighbours(released):
                if (f"{day.year:04}"[-len(month["year"]) :], f"{day.month:02}") == (month["year"], month["month"]):
                    return cls(day, 0, (month["first"], "", "."), len(month["year"]), padded=True, has_day=False)
        return None

    def on(self, today: date) -> str:
        """Return the version for a day; if that is taken, with the next count behind it."""
        named = self._named(max(self.day, today))
        return named if named != self._named(self.day) else f"{named}{self.separators[2]}{self.count + 1}"

    def _named(self, day: date) -> str:
        width = 2 if self.padded else 1
        first, second, _ = self.separators
        month = f"{day.year:04}"[-self.year_digits :] + f"{first}{day.month:0{width}}"
        return f"{month}{second}{day.day:0{width}}" if self.has_day else month
