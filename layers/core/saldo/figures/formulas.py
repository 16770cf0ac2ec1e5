"""The figures that receivables are judged by. Pure.

Amounts are minor units of one currency; a figure in days or percent is rounded to two decimals, and
None where there is nothing to divide by. Sources: Credit Research Foundation, "Performance Measures
for Credit, Collections and Accounts Receivable" (CEI as quoted by the Credit Management
Association, creditmanagementassociation.org, 2010-09-03; DSO, best possible DSO and average days
delinquent as creditguru.com and money-zine.com give them). docs/reports.md shows each with numbers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final

from saldo.errors import Invalid

AGES: Final = (0, 30, 60, 90, 120)
"""Days overdue at which an age ends: not due, 1-30, 31-60, 61-90, 91-120, over 120."""

_AGES_MAX: Final = 12
_DAYS_MAX: Final = 3650
_DIGITS_MAX: Final = 4
NOT_DUE: Final = "not-due"


class AgesNotValid(Invalid):
    """The ends of ages are whole days that rise from 0."""

    code = "ages-not-valid"


@dataclass(frozen=True, slots=True)
class Month:
    """Sales on credit of a month, and how many days it has."""

    days: int
    sales_minor: int


def checked_ages(ends: Sequence[int]) -> tuple[int, ...]:
    """Return the ends of ages, the first being 0; raise AgesNotValid."""
    found = tuple(ends) if ends and ends[0] == 0 else (0, *ends)
    rises = all(before < after for before, after in pairwise(found))
    if not rises or not 2 <= len(found) <= _AGES_MAX or found[-1] > _DAYS_MAX:
        raise AgesNotValid("Ages end on whole days that rise, such as 30, 60, 90, 120.")
    return found


def ages_in(texts: Sequence[str]) -> list[int]:
    """Return the ends of ages as somebody typed them; raise AgesNotValid."""
    if not all(text.isdecimal() and len(text) <= _DIGITS_MAX for text in texts):
        raise AgesNotValid("Ages end on whole days that rise, such as 30, 60, 90, 120.")
    return [int(text) for text in texts]


def age_names(ends: Sequence[int] = AGES) -> tuple[str, ...]:
    """Return what the ages are called: "not-due", "1-30", …, "over-120"."""
    between = [f"{low + 1}-{high}" for low, high in pairwise(ends)]
    return (NOT_DUE, *between, f"over-{ends[-1]}")


def age_of(due_on: date, today: date, ends: Sequence[int] = AGES) -> str:
    """Return the age of what fell due on `due_on`: what is due today is not overdue."""
    return age_names(ends)[bisect_left(ends, (today - due_on).days)]


def by_age(open_: Mapping[date, int], today: date, ends: Sequence[int] = AGES) -> dict[str, int]:
    """Return what is open by age, every age with an amount or 0."""
    names = age_names(ends)
    found = dict.fromkeys(names, 0)
    for due_on, minor in open_.items():
        found[names[bisect_left(ends, (today - due_on).days)]] += minor
    return found


def dso(open_minor: int, sales_minor: int, days: int) -> float | None:
    """Return days sales outstanding by the simple method: what is open at the end of a period
    divided by the sales on credit of the period, times its days.
    """
    return _rounded(open_minor * days, sales_minor)


def dso_count_back(open_minor: int, months: Sequence[Month]) -> float | None:
    """Return days sales outstanding by counting back: from what is open at the end of a month the
    sales of that month are taken off, then those of the month before, and the days of each are
    counted; of the last month the part that is left.

    `months` come latest first. A month without sales counts with all its days. None when the
    months do not reach back far enough.
    """
    left, days = Fraction(open_minor), Fraction(0)
    if left <= 0:
        return 0.0
    for month in months:
        if left < month.sales_minor:
            days += left / month.sales_minor * month.days
            return round(float(days), 2)
        left -= max(0, month.sales_minor)
        days += month.days
        if left == 0:
            return round(float(days), 2)
    return None


def best_possible_dso(current_minor: int, sales_minor: int, days: int) -> float | None:
    """Return what DSO would be if nothing were overdue: what is open and not due at the end of a
    period divided by its sales on credit, times its days.
    """
    return _rounded(current_minor * days, sales_minor)


def average_days_delinquent(dso_: float | None, best: float | None) -> float | None:
    """Return DSO less best possible DSO: the days by which customers pay late, on average."""
    return None if dso_ is None or best is None else round(dso_ - best, 2)


def collection_effectiveness(
    beginning_minor: int,
    sales_minor: int,
    ending_minor: int,
    ending_current_minor: int,
    months: int = 1,
) -> float | None:
    """Return the collection effectiveness index in percent.

    (beginning receivables + sales on credit ÷ months − ending receivables) ÷ (beginning receivables
    + sales on credit ÷ months − ending receivables that are not due) × 100. 100: all that could be
    collected was.
    """
    to_come = beginning_minor + Fraction(sales_minor, months)
    possible = to_come - ending_current_minor
    if possible <= 0:
        return None
    return round(float((to_come - ending_minor) / possible * 100), 2)


def share(part: int, whole: int) -> float | None:
    """Return a part in percent of the whole."""
    return _rounded(part * 100, whole)


def mean(total: int, count: int) -> float | None:
    """Return the mean."""
    return _rounded(total, count)


def _rounded(above: int, below: int) -> float | None:
    return round(float(Fraction(above, below)), 2) if below > 0 else None
