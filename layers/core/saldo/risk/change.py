"""Does an account pay later than it did, beyond what chance gives? Pure.

What was due in this month and the three before is compared with the twelve months before those, by
ranks: one invoice that waited for half a year weighs no more than any other. What is overdue and
still open counts as later than whatever was paid in fewer days than it waits already, and says
nothing beside (E. A. Gehan, A generalized Wilcoxon test for comparing arbitrarily singly-censored
samples, Biometrika 52, 1965). Invoices that were due together are late together, so that many of
one day count as some of them only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from math import erfc, sqrt
from typing import Final

from saldo.risk.behaviour import DaysBeyondTerms, one_paid
from saldo.risk.months import BINS, MonthPaid, bin_of, month_of, months_back, spell
from saldo.risk.standing import Trend

RECENT_MONTHS: Final = 3
BEFORE_MONTHS: Final = 12

RECENT_LEAST: Final = 4
BEFORE_LEAST: Final = 8
OCCASIONS_LEAST: Final = 3
"""With fewer invoices, or fewer days on which the recent ones were due, nothing is said."""

DAYS_LEAST: Final = 3.0
"""A change of fewer days than a weekend is none that anybody would act on."""

CHANCE_MAX: Final = 0.005
"""A change is told when chance alone gives one so large less often than this, ..."""

CHANCE_STAYS: Final = 0.10
"""... and is over when chance alone would give it more often than this: words do not flicker."""

_PLACES: Final = len(BINS) + 1


@dataclass(frozen=True, slots=True)
class Cohort:
    """Invoices that were due in some months: `paid` so many in each bin, `waiting` with the days
    that they wait so far. `whole` are the sums of both, `occasions` the days that they were due on.
    """

    paid: tuple[int, ...]
    waiting: tuple[int, ...]
    whole: DaysBeyondTerms
    occasions: int

    @property
    def count(self) -> int:
        return self.whole.count


@dataclass(frozen=True, slots=True)
class Change:
    """How the account pays lately against the year before.

    `days` is by how many days the means differ (above zero: later), None where one is missing;
    `chance` is how often chance alone gives such a change in that direction, None where nothing can
    be said.
    """

    recent: Cohort
    before: Cohort
    days: float | None
    chance: float | None
    trend: Trend


def change_of(
    months: Sequence[MonthPaid],
    today: date,
    waiting_days: Iterable[int] = (),
    known: Trend = "unknown",
) -> Change:
    """Return how an account pays now against before.

    `waiting_days` are the days that open invoices are overdue by; `known` is what was said last.
    """
    waiting = list(waiting_days)
    recent = _cohort(months, today, waiting, RECENT_MONTHS, 0)
    before = _cohort(months, today, waiting, RECENT_MONTHS + BEFORE_MONTHS, RECENT_MONTHS + 1)
    ripe = _cohort(months, today, waiting, RECENT_MONTHS, 1)
    days = _difference(ripe.whole, before.whole)
    if (
        days is None
        or recent.count < RECENT_LEAST
        or before.count < BEFORE_LEAST
        or recent.occasions < OCCASIONS_LEAST
    ):
        return Change(recent, before, days, None, "unknown")
    z = rank_score(recent, before) / sqrt(_likeness(recent))
    chance = erfc(abs(z) / sqrt(2)) / 2
    return Change(recent, before, days, chance, _trend(days, z, chance, known))


def rank_score(recent: Cohort, before: Cohort) -> float:
    """Return by how many standard deviations the recent ones rank higher than those before; 0.0
    where all are alike.
    """
    paid = [a + b for a, b in zip(recent.paid, before.paid, strict=True)]
    waiting = [a + b for a, b in zip(recent.waiting, before.waiting, strict=True)]
    below = [0, *accumulate(paid)][:-1]
    above = _above(p + w for p, w in zip(paid, waiting, strict=True))
    scores = [low - high for low, high in zip(below, above, strict=True)]
    found = sum(
        count * score + held * low
        for count, held, score, low in zip(recent.paid, recent.waiting, scores, below, strict=True)
    )
    squares = sum(
        count * score**2 + held * low**2
        for count, held, score, low in zip(paid, waiting, scores, below, strict=True)
    )
    n, m = recent.count, before.count
    if n + m < 2 or not squares:
        return 0.0
    return found / sqrt(n * m * squares / ((n + m) * (n + m - 1)))


def _above(counts: Iterable[int]) -> list[int]:
    """Return how many stand in the bins above each."""
    backwards = [0, *accumulate(reversed(list(counts)))][:-1]
    return backwards[::-1]


def _cohort(
    months: Sequence[MonthPaid], today: date, waiting: Sequence[int], first: int, last: int
) -> Cohort:
    """Return what was due from `first` to `last` months back."""
    begin, end = months_back(today, first), months_back(today, last)
    paid = spell(months, begin, end)
    held = [0] * _PLACES
    whole, due = paid.paid, set[int]()
    for days in waiting:
        if begin <= month_of(today - timedelta(days=days)) <= end:
            held[bin_of(days)] += 1
            whole += one_paid(days)
            due.add(days)
    return Cohort(paid.bins, tuple(held), whole, paid.occasions + len(due))


def _difference(recent: DaysBeyondTerms, before: DaysBeyondTerms) -> float | None:
    if recent.mean is None or before.mean is None:
        return None
    return recent.mean - before.mean


def _likeness(recent: Cohort) -> float:
    """Return by how much more sums of invoices vary that were due on few days: half of what tells
    them apart is taken to be the day's.
    """
    together = recent.count / max(1, min(recent.occasions, recent.count))
    return 1 + (together - 1) / 2


def _trend(days: float, z: float, chance: float, known: Trend) -> Trend:
    way: Trend = "worse" if z > 0 else "better"
    is_alike = (days > 0) == (z > 0)
    if chance <= CHANCE_MAX and abs(days) >= DAYS_LEAST and is_alike:
        return way
    if known == way and chance <= CHANCE_STAYS and is_alike:
        return known
    return "steady"
