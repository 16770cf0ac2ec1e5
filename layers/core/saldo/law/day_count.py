"""How days are counted, and what part of a year they are.

Courts and calculators do not agree: default interest is commonly counted by calendar days over 365,
calculators for the German court dunning procedure use 30/360 with both end days
(https://github.com/siraleks/zinsrechner). So it is a setting.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal

DayCount = Literal["actual/365", "30/360"]
"""actual/365: calendar days over 365, in leap years too. 30/360: every month has 30 days."""

_YEAR_DAYS: Final[dict[DayCount, int]] = {"actual/365": 365, "30/360": 360}


def days_between(first: date, last: date, day_count: DayCount) -> int:
    """Return the days from `first` to `last`, both included.

    With 30/360 the last day of each month, the end of February included, counts as its 30th
    (30E/360 as ISDA has it, counted from the day before `first`), so that parts of a period add up.
    """
    if day_count == "actual/365":
        return (last - first).days + 1
    return _thirtieths(last) - _thirtieths(first - timedelta(days=1))


def part_of_year(days: int, day_count: DayCount) -> Fraction:
    """Return `days` as a part of the year that the method has."""
    return Fraction(days, _YEAR_DAYS[day_count])


def _thirtieths(day: date) -> int:
    """Return how many days of 30-day months have passed when `day` is over."""
    ends_month = (day + timedelta(days=1)).day == 1
    return 360 * day.year + 30 * (day.month - 1) + (30 if ends_month else day.day)
