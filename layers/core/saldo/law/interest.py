"""Statutory interest by day, rate period and part payment, exact to the last step.

Both end days bear interest. A payment lowers what bears interest from its own day on. Every segment
stays an exact fraction; only the total is rounded, once, half up, to minor units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

from saldo.errors import Invalid
from saldo.law.day_count import DayCount, days_between, part_of_year
from saldo.law.rates import Rate, RateTable

Order = Literal["principal", "costs-interest-principal"]
"""What a payment pays first. principal: the principal alone, as interest calculators have it.
costs-interest-principal: costs, then interest accrued so far, then principal (§367 BGB, art. 6:44
BW), as the ledger allocates."""

_Pot = Literal["costs", "interest", "principal"]
_POTS: Final[dict[Order, tuple[_Pot, ...]]] = {
    "principal": ("principal", "interest", "costs"),
    "costs-interest-principal": ("costs", "interest", "principal"),
}


class PeriodBackwards(Invalid):
    """The period of interest ends before it begins."""

    code = "period-backwards"


class AmountNotPositive(Invalid):
    """A principal or a payment is nothing or less than nothing."""

    code = "amount-not-positive"


@dataclass(frozen=True, slots=True)
class Scheme:
    """Which interest a debt bears: a table's rate plus points, and whether interest bears interest.

    `law` names the rule. `compounds`: after each full year the interest of that year is added to
    what bears interest.
    """

    table: RateTable
    points: Decimal
    law: str
    compounds: bool = False

    def on(self, day: date) -> Rate:
        """Return the rate of `day`, points included; raise RateUnknown."""
        row = self.table.on(day)
        return Rate(
            row.percent + self.points, row.valid_from, row.source, row.confirmed, row.carried
        )


@dataclass(frozen=True, slots=True)
class PartPayment:
    """Money that came on a day, in minor units."""

    on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Days, both included, with one rate and one principal. Money in exact minor units."""

    first: date
    last: date
    days: int
    rate: Rate
    principal: Fraction
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Interest:
    """The segments and their exact sum; what is left open of the debt when the period is over."""

    segments: tuple[Segment, ...]
    total: Fraction
    costs_open: Fraction
    interest_open: Fraction
    principal_open: Fraction
    overpaid: Fraction

    @property
    def total_minor(self) -> int:
        """The total in whole minor units, rounded half up."""
        return rounded(self.total)

    @property
    def unconfirmed(self) -> tuple[Rate, ...]:
        """The rates used that nobody has confirmed."""
        return tuple(dict.fromkeys(s.rate for s in self.segments if not s.rate.confirmed))


@dataclass(slots=True)
class _Debt:
    """What is owed while the days pass. `added`: interest of full years, which bears interest."""

    principal: Fraction
    costs: Fraction
    added: Fraction = Fraction(0)
    accrued: Fraction = Fraction(0)
    overpaid: Fraction = Fraction(0)

    @property
    def bearing(self) -> Fraction:
        return self.principal + self.added

    def pay(self, amount: Fraction, order: Order) -> None:
        for pot in _POTS[order]:
            amount = self._into(pot, amount)
        self.overpaid += amount

    def _into(self, pot: _Pot, amount: Fraction) -> Fraction:
        """Pay one pot, older interest first; return what is left of the payment."""
        names = {"interest": ("added", "accrued")}.get(pot, (pot,))
        for name in names:
            owed: Fraction = getattr(self, name)
            taken = min(amount, owed)
            setattr(self, name, owed - taken)
            amount -= taken
        return amount


def accrue(
    principal_minor: int,
    first: date,
    last: date,
    scheme: Scheme,
    payments: Sequence[PartPayment] = (),
    *,
    day_count: DayCount = "actual/365",
    order: Order = "principal",
    costs_minor: int = 0,
) -> Interest:
    """Return the interest on `principal_minor` from `first` to `last`, both included.

    Payments before `first` have lowered the debt before it begins to bear interest, payments after
    `last` change nothing, and what exceeds the debt is told as overpaid. Days on which nothing
    bears interest make no segment. Raises PeriodBackwards, AmountNotPositive or RateUnknown.
    """
    _check(principal_minor, first, last, payments, costs_minor)
    debt = _Debt(Fraction(principal_minor), Fraction(costs_minor))
    years = set(_anniversaries(first, last)) if scheme.compounds else set()
    came = sorted((p for p in payments if p.on <= last), key=lambda payment: payment.on)
    cuts = sorted({first, *scheme.table.starts(first, last), *years, *_after(first, came)})
    segments: list[Segment] = []
    for start, end in zip(cuts, [*cuts[1:], None], strict=True):
        if start in years:
            debt.added, debt.accrued = debt.added + debt.accrued, Fraction(0)
        for payment in came:
            if payment.on == start or (start == first and payment.on < first):
                debt.pay(Fraction(payment.amount_minor), order)
        segment = _segment(start, end - timedelta(days=1) if end else last, debt, scheme, day_count)
        if segment:
            segments.append(segment)
            debt.accrued += segment.amount
    return Interest(
        segments=tuple(segments),
        total=sum((segment.amount for segment in segments), Fraction(0)),
        costs_open=debt.costs,
        interest_open=debt.added + debt.accrued,
        principal_open=debt.principal,
        overpaid=debt.overpaid,
    )


def rounded(value: Fraction) -> int:
    """Round half up to a whole number."""
    return (value + Fraction(1, 2)).__floor__()


def _segment(
    first: date, last: date, debt: _Debt, scheme: Scheme, day_count: DayCount
) -> Segment | None:
    rate = scheme.on(first)
    days = days_between(first, last, day_count)
    if days == 0 or debt.bearing == 0:
        return None
    amount = debt.bearing * Fraction(rate.percent) / 100 * part_of_year(days, day_count)
    return Segment(first, last, days, rate, debt.bearing, amount)


def _after(first: date, payments: Iterable[PartPayment]) -> Iterator[date]:
    return (payment.on for payment in payments if payment.on > first)


def _anniversaries(first: date, last: date) -> Iterator[date]:
    """Yield the days on which another full year since `first` is over, up to `last`."""
    for year in range(first.year + 1, last.year + 1):
        try:
            day = first.replace(year=year)
        except ValueError:
            day = date(year, 3, 1)  # began on 29 February: the year is over with the 28th
        if day <= last:
            yield day


def _check(
    principal_minor: int,
    first: date,
    last: date,
    payments: Sequence[PartPayment],
    costs_minor: int,
) -> None:
    if last < first:
        raise PeriodBackwards(f"The period ends on {last}, before it begins on {first}.")
    if principal_minor <= 0 or costs_minor < 0:
        raise AmountNotPositive("What bears interest must be more than nothing.")
    if any(payment.amount_minor <= 0 for payment in payments):
        raise AmountNotPositive("A payment must be more than nothing.")
