"""How long money takes: days to pay and days sales outstanding. Pure.

Amounts are whole minor units; only the figures in days are fractions, rounded to two decimals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from saldo.errors import Invalid


class CurrenciesMixed(Invalid):
    """A figure that sets amounts against each other was asked for over several currencies."""

    code = "currencies-mixed"


@dataclass(frozen=True, slots=True)
class Receivable:
    """An invoice as these figures need it.

    `open_minor` is what stands open now; `closed_on` the day on which nothing did any more, None
    while something does.
    """

    issued_on: date
    currency: str
    amount_minor: int
    open_minor: int
    closed_on: date | None

    @property
    def days_to_pay(self) -> int | None:
        """Calendar days from issue to settlement, None while it is open."""
        return None if self.closed_on is None else (self.closed_on - self.issued_on).days

    def open_on(self, day: date) -> int:
        """Return what stood open at the end of `day`, in minor units.

        What was paid in parts counts as paid from the start while the rest is open: the figure
        never says more than was owed.
        """
        if self.issued_on > day or (self.closed_on is not None and self.closed_on <= day):
            return 0
        return self.open_minor if self.closed_on is None else self.amount_minor


def invoiced_minor(receivables: Iterable[Receivable]) -> dict[str, int]:
    """Return what was invoiced, in minor units per currency."""
    sums: Counter[str] = Counter()
    for one in receivables:
        sums[one.currency] += one.amount_minor
    return dict(sums)


def open_minor(receivables: Iterable[Receivable]) -> dict[str, int]:
    """Return what stands open, in minor units per currency; a currency without any shows 0."""
    sums: dict[str, int] = {}
    for one in receivables:
        sums[one.currency] = sums.get(one.currency, 0) + one.open_minor
    return sums


def days_to_pay_mean(receivables: Iterable[Receivable]) -> float | None:
    """Return the mean of calendar days from issue to settlement over settled invoices.

    Every invoice counts the same whatever its amount; None when none is settled.
    """
    days = [one.days_to_pay for one in receivables if one.days_to_pay is not None]
    return round(float(Fraction(sum(days), len(days))), 2) if days else None


def dso(receivables: Sequence[Receivable]) -> float | None:
    """Return days sales outstanding at the end of the sales period.

    The simple method: receivables open at the end of the period ÷ sales on credit in the period ×
    days of the period, where the period runs from the first to the last day on which an invoice
    was issued, both included. None without invoices. Raises CurrenciesMixed.
    """
    if not receivables:
        return None
    if len({one.currency for one in receivables}) > 1:
        raise CurrenciesMixed("DSO is a figure of one currency.")
    first = min(one.issued_on for one in receivables)
    last = max(one.issued_on for one in receivables)
    sales = sum(one.amount_minor for one in receivables)
    still_open = sum(one.open_on(last) for one in receivables)
    return round(float(Fraction(still_open, sales) * ((last - first).days + 1)), 2)
