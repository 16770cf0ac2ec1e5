"""Sums over steps taken: how many, paid within how many days, and after how many on average. Pure.

Days are counted from the step to the payment, 30 for whatever was not paid by then: a mean of what
is paid alone would leave out those who do not pay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

WITHIN: Final = (3, 7, 14, 30)
"""Days within which payments are counted."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one step: days until payment in tenths, and the `WITHIN` that it kept."""

    days_tenths: int
    paid_within: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """The sums over `count` steps: how many were paid within each of `WITHIN`, the tenths of days,
    their squares, and the days that the oldest item was overdue.
    """

    count: int = 0
    paid: tuple[int, ...] = (0, 0, 0, 0)
    tenths: int = 0
    squares: int = 0
    overdue_days: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.count + other.count,
            tuple(a + b for a, b in zip(self.paid, other.paid, strict=True)),
            self.tenths + other.tenths,
            self.squares + other.squares,
            self.overdue_days + other.overdue_days,
        )

    @property
    def mean_days(self) -> float | None:
        """Days until payment on average, None without any."""
        return self.tenths / self.count / 10 if self.count else None

    @property
    def spread_days(self) -> float | None:
        """The standard deviation of the days, None with fewer than two."""
        if self.count < 2:
            return None
        over = self.squares - self.tenths**2 / self.count
        return sqrt(max(0.0, over) / (self.count - 1)) / 10

    def paid_within(self, days: int) -> int:
        """Return how many were paid within 3, 7, 14 or 30 days."""
        return self.paid[WITHIN.index(days)]

    def numbers(self) -> list[int]:
        """Return the sums as plain data."""
        return [self.count, *self.paid, self.tenths, self.squares, self.overdue_days]


NOTHING: Final = Tally()


def tally_from(numbers: Sequence[int]) -> Tally:
    """Return the sums of plain data."""
    count, three, seven, fourteen, thirty, tenths, squares, overdue = (int(n) for n in numbers)
    return Tally(count, (three, seven, fourteen, thirty), tenths, squares, overdue)


def one(result: Result, overdue_days: int = 0) -> Tally:
    """Return the sums of one step."""
    return Tally(
        1,
        tuple(int(days in result.paid_within) for days in WITHIN),
        result.days_tenths,
        result.days_tenths**2,
        overdue_days,
    )


def summed(parts: Iterable[Tally]) -> Tally:
    """Return the sums of all."""
    return sum(parts, NOTHING)
