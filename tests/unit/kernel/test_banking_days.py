"""Days on which money moves between banks."""

from __future__ import annotations

from datetime import date

import pytest

from saldo.banking_days import after_banking_days, closing_days, easter_sunday, is_banking_day


@pytest.mark.parametrize(
    "day",
    # The Bundesbank's and the ECB's calendars name the same days; 2038 is the latest Easter of the
    # century, 2008 nearly the earliest.
    [
        date(2000, 4, 23),
        date(2008, 3, 23),
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
        date(2049, 4, 18),
        date(2076, 4, 19),
    ],
)
def test_easter(day: date) -> None:
    assert easter_sunday(day.year) == day


def test_a_year_of_closing_days() -> None:
    assert sorted(closing_days(2026)) == [
        date(2026, 1, 1),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]
    # A German holiday, but banks settle.
    assert is_banking_day(date(2026, 5, 14))


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 5, date(2026, 11, 30)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 12, 23), 5, date(2026, 12, 31)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
    ],
)
def test_counting(start: date, count: int, end: date) -> None:
    assert after_banking_days(start, count) == end
