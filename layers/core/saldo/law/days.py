"""Days that the law moves or leaves out."""

from __future__ import annotations

from datetime import date, timedelta

from saldo.law.facts import BusinessDays

_SATURDAY, _SUNDAY = 5, 6


def is_working_day(day: date, calendar: BusinessDays) -> bool:
    """Say whether a day is neither Saturday, Sunday nor a public holiday."""
    return day.weekday() not in (_SATURDAY, _SUNDAY) and not calendar.is_holiday(day)


def working_day_from(day: date, calendar: BusinessDays) -> date:
    """Return `day`, or the next day after it that is a working day.

    A last day for payment that is none moves (§193 BGB, which holds for terms after which default
    begins: BGH 1.2.2007 III ZR 159/06, https://webshoprecht.de/IRUrteile/Rspr482.php; art. 1
    Algemene termijnenwet for terms that a Dutch law sets).
    """
    while not is_working_day(day, calendar):
        day += timedelta(days=1)
    return day
