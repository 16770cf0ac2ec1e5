"""What is not invoiced yet: past weeks' invoicing as if it went on, paid as invoices are now. Pure.

An option, shown beside what is open and never within it: nobody has ordered it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from saldo.cash.model import CashItem
from saldo.cash.paths import DRAWS, HORIZON_DAYS
from saldo.cash.sheets import Eve, Live
from saldo.cash.spread import shares_by_day

WEEKS: Final = 26
"""So many weeks' invoicing is looked at."""

WEEKS_LEAST: Final = 4
FRESH_DAYS: Final = 28
"""How soon after its issue an invoice is paid is told by those issued so many days ago at most."""

_WEEK: Final = 7
_ASSUMED_DAYS: Final = 37  # 30 days and a week, where nothing is open


def weeks_billed(by_day: Mapping[date, int], day: date) -> list[int]:
    """Return what was billed in each of the weeks before the evening of `day`, the latest first,
    back to the first that had any.
    """
    found = [
        sum(by_day.get(day - timedelta(days=_WEEK * week + one), 0) for one in range(_WEEK))
        for week in range(WEEKS)
    ]
    while found and not found[-1]:
        found.pop()
    return found


def days_to_payment(items: Iterable[CashItem], day: date) -> list[float]:
    """Return the chance of each day after the issue, as fresh items have it, by amount."""
    made = [0.0] * (HORIZON_DAYS + 1)
    whole = 0
    for item in items:
        if 0 <= (day - item.issued_on).days <= FRESH_DAYS and item.kind == "open":
            whole += item.minor
            for place, share in enumerate(shares_by_day(item.edges, HORIZON_DAYS)):
                made[place] += share * item.minor
    if not whole:
        made[_ASSUMED_DAYS] = 1.0
        return made
    return [one / whole for one in made]


def add_new(live: Live, billed: Sequence[int], lags: Sequence[float], eve: Eve) -> None:
    """Add what invoices to come bring: each week draws one of the past weeks' invoicing."""
    if len(billed) < WEEKS_LEAST or not any(billed):
        return
    draw = random.Random(f"{eve.luck.seed} new {live.currency}")
    weeks = [_profile(week, lags, eve) for week in range(HORIZON_DAYS // _WEEK)]
    cells = live.new.cells
    for start in range(0, DRAWS * HORIZON_DAYS, HORIZON_DAYS):
        for week, profile in enumerate(weeks):
            amount = draw.choice(billed)
            for place in range(week * _WEEK, HORIZON_DAYS):
                if profile[place]:
                    cells[start + place] += amount * profile[place]
    mean = sum(billed) / len(billed)
    for profile in weeks:
        for place, share in enumerate(profile):
            live.expected_new[place] += mean * share


def _profile(week: int, lags: Sequence[float], eve: Eve) -> list[float]:
    """Return which share of a week's invoicing comes on each day of the horizon."""
    made = [0.0] * HORIZON_DAYS
    for issued in range(week * _WEEK + 1, week * _WEEK + _WEEK + 1):
        for lag in range(1, HORIZON_DAYS + 1 - issued):
            lands = eve.landing[issued + lag]
            if lands <= HORIZON_DAYS:
                made[lands - 1] += lags[lag] / _WEEK
    return made
