"""How an account pays: days beyond terms, from the invoices that it paid so far. Pure.

Days beyond terms are the days from the due date to the day on which nothing stood open any more;
below zero for whoever pays early. Four sums say all that is asked of them, so that a further
invoice is one addition and an invoice that comes open again one subtraction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import acos, cos, sqrt
from typing import Final, Literal

PaymentBehaviour = Literal["new", "prompt", "late", "very-late"]

KNOWN_FROM: Final = 3
"""With fewer paid invoices than this nothing is said of an account: it is "new"."""

PROMPT_UNTIL_DAYS: Final = 3
"""Up to so many days beyond terms on average is "prompt": a transfer and a weekend take as long."""

LATE_UNTIL_DAYS: Final = 30
"""Beyond so many days on average is "very-late": a month after terms, as reports of age have it."""


@dataclass(frozen=True, slots=True)
class DaysBeyondTerms:
    """The sums over `count` paid invoices: of their days, of the squares, and how many were late.

    Sums of accounts add up to their creditor's.
    """

    count: int = 0
    days: int = 0
    squares: int = 0
    late: int = 0

    def __add__(self, other: DaysBeyondTerms) -> DaysBeyondTerms:
        return DaysBeyondTerms(
            self.count + other.count,
            self.days + other.days,
            self.squares + other.squares,
            self.late + other.late,
        )

    def __neg__(self) -> DaysBeyondTerms:
        return DaysBeyondTerms(-self.count, -self.days, -self.squares, -self.late)

    @property
    def mean(self) -> float | None:
        """The mean of the days, None when nothing was paid."""
        return self.days / self.count if self.count else None

    @property
    def spread(self) -> float | None:
        """The standard deviation of the days, None with fewer than two invoices."""
        if self.count < 2:
            return None
        return sqrt(max(0.0, self.squares - self.days**2 / self.count) / (self.count - 1))

    @property
    def share_late(self) -> float | None:
        """The share of invoices paid after their due date, None when nothing was paid."""
        return self.late / self.count if self.count else None


NOTHING_PAID: Final = DaysBeyondTerms()


def one_paid(days: int) -> DaysBeyondTerms:
    """Return the sums of one invoice that was paid so many days beyond terms."""
    return DaysBeyondTerms(1, days, days * days, int(days > 0))


def days_beyond(due_on: date, paid_on: date) -> int:
    """Return the days beyond terms; below zero before the due date."""
    return (paid_on - due_on).days


def summed(parts: Iterable[DaysBeyondTerms]) -> DaysBeyondTerms:
    """Return the sums of all."""
    return sum(parts, NOTHING_PAID)


def behaviour_of(paid: DaysBeyondTerms) -> PaymentBehaviour:
    """Return how an account pays, in the word that segments go by."""
    mean = paid.mean
    if mean is None or paid.count < KNOWN_FROM:
        return "new"
    if mean <= PROMPT_UNTIL_DAYS:
        return "prompt"
    return "late" if mean <= LATE_UNTIL_DAYS else "very-late"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What is expected of an account: its days beyond terms lie about `mean`, `spread` apart."""

    mean: float
    spread: float


ASSUMED: Final = Pattern(7.0, 14.0)
"""What is expected where nobody has paid anything yet: an assumption, measured nowhere."""

WEIGHT: Final = 5
"""What is expected beforehand counts as much as so many paid invoices."""

_SPREAD_LEAST: Final = 1.0


def shrunk(paid: DaysBeyondTerms, towards: Pattern = ASSUMED) -> Pattern:
    """Return the pattern of whoever paid so, drawn to what is expected where invoices are few.

    A creditor's sums are drawn to `ASSUMED`, an account's to its creditor's pattern: `WEIGHT`
    invoices are added that have the mean and the spread of `towards`.
    """
    count = paid.count + WEIGHT
    mean = (paid.days + WEIGHT * towards.mean) / count
    squares = paid.squares + WEIGHT * (towards.mean**2 + towards.spread**2)
    return Pattern(mean, max(_SPREAD_LEAST, sqrt(max(0.0, squares / count - mean**2))))


def days_drawn(pattern: Pattern, overdue_days: int, chance: float) -> int:
    """Return after how many days beyond terms an invoice is paid that is still open now.

    `overdue_days` have passed since its due date (below zero: it is not due), and `chance` in
    [0, 1) says how the draw falls. The days follow Student's t with 4 degrees of freedom, scaled to
    the pattern, on condition that they are more than `overdue_days`. A normal distribution would
    have every old debt paid tomorrow; with these heavier tails, the older it is, the longer one
    waits.
    """
    scale = pattern.spread / sqrt(2)  # t with 4 degrees of freedom has the variance 2
    passed = _share_below((overdue_days - pattern.mean) / scale)
    place = min(passed + (1 - passed) * chance, _HIGHEST)
    return max(overdue_days + 1, round(pattern.mean + scale * _quantile(place)))


def share_within(pattern: Pattern, days: int) -> float:
    """Return the chance, 0 to 1, that an invoice is paid within so many days beyond terms, by the
    distribution that `days_drawn` draws from.
    """
    return _share_below((days + 0.5 - pattern.mean) / (pattern.spread / sqrt(2)))


_HIGHEST: Final = 1 - 1e-12


def _share_below(t: float) -> float:
    """Return the cumulative distribution of Student's t with 4 degrees of freedom."""
    square = t * t / (1 + t * t / 4)
    return 0.5 + 0.375 * t / sqrt(1 + t * t / 4) * (1 - square / 12)


def _quantile(share: float) -> float:
    """Return its inverse, in closed form (W. T. Shaw, J. Computational Finance 9(4), 2006)."""
    alpha = 4 * share * (1 - share)
    if alpha <= 0:
        return -1e6 if share < 0.5 else 1e6
    q = cos(acos(min(1.0, sqrt(alpha))) / 3) / sqrt(alpha)
    root = 2 * sqrt(max(0.0, q - 1))
    return root if share >= 0.5 else -root
