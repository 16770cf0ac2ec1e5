"""What a bill says by itself: its terms, its amount, and the days that it falls on."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from math import log
from typing import Final

from saldo.forecast.model import Bill, Group

OWN: Final[tuple[tuple[str, Group], ...]] = (
    ("terms", "terms"),
    ("terms_week", "terms"),
    ("terms_fortnight", "terms"),
    ("terms_long", "terms"),
    ("amount", "amount"),
    ("amount_small", "amount"),
    ("amount_large", "amount"),
    ("due_friday", "calendar"),
    ("due_saturday", "calendar"),
    ("due_sunday", "calendar"),
    ("due_monday", "calendar"),
    ("due_month_end", "calendar"),
    ("due_month_begin", "calendar"),
    ("issued_month_end", "calendar"),
)
OWN_NAMES: Final = tuple(name for name, _ in OWN)


def own_features(bill: Bill, amounts: Mapping[str, float]) -> tuple[float, ...]:
    """Return what a bill says by itself, in the order of OWN_NAMES."""
    terms = min(max(bill.terms_days, 0), 120)
    amount = amount_of(bill, amounts)
    due, issued = bill.due_on, bill.issued_on
    weekday = due.weekday()
    return (
        terms / 10,
        float(terms <= 7),
        float(7 < terms <= 15),
        float(terms > 31),
        amount,
        max(0.0, -1.0 - amount),
        max(0.0, amount - 1.0),
        float(weekday == 4),
        float(weekday == 5),
        float(weekday == 6),
        float(weekday == 0),
        float(_ends_month(due)),
        float(due.day <= 5),
        float(_ends_month(issued)),
    )


def _ends_month(day: date) -> bool:
    """Return whether the month ends within five days: counted so that no day is too late for it."""
    return day.day + 5 > monthrange(day.year, day.month)[1]


def amount_of(bill: Bill, amounts: Mapping[str, float]) -> float:
    """Return the amount's logarithm against the usual one; 0 in a currency never seen."""
    usual = amounts.get(bill.currency)
    if usual is None:
        return 0.0
    return min(max(log(max(1, bill.amount_minor)) - usual, -4.0), 4.0)
