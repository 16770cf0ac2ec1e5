"""Days on which money moves between banks.

Weekdays without the closing days of TARGET, the euro's settlement system: New Year's Day, Good
Friday, Easter Monday, 1 May, 25 and 26 December (European Central Bank, "Long-term calendar for
TARGET closing days", 14 December 2000, https://www.ecb.europa.eu/press/pr/date/2000/html/pr001214_4.en.html).
National holidays are no closing days: a transfer is settled on them.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher's computation)."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leaps, odd = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leaps - shift + 15) % 30
    quads, rest = divmod(in_century, 4)
    weekday = (32 + 2 * odd + 2 * quads - epact - rest) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def closing_days(year: int) -> frozenset[date]:
    """Return TARGET's closing days of a year beside the weekends."""
    easter = easter_sunday(year)
    return frozenset(
        {
            date(year, 1, 1),
            easter - timedelta(days=2),
            easter + timedelta(days=1),
            date(year, 5, 1),
            date(year, 12, 25),
            date(year, 12, 26),
        }
    )


def is_banking_day(day: date) -> bool:
    """Tell whether transfers in euro are settled on a day."""
    return day.weekday() < 5 and day not in closing_days(day.year)


def after_banking_days(start: date, count: int) -> date:
    """Return the `count`th banking day after `start`; `start` itself for 0."""
    day = start
    for _ in range(count):
        day += timedelta(days=1)
        while not is_banking_day(day):
            day += timedelta(days=1)
    return day
