"""What keeping the software running costs in a period, by what its creditor says. Pure.

An amount a month stands at no place: it is paid for all accounts. It counts by days: fifteen
of a month of thirty are half of it. A price an invoice stands where the invoice does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from saldo.accounts.running_costs import RunningCost, in_force
from saldo.figures.cells import FlowCell, month_end, months_between
from saldo.figures.model import Place
from saldo.money import decimals_of

RUNNING: Final = "running"
"""The measure: millionths of a minor unit, so that a price of parts of a cent is added exactly."""

RUNNING_TOLD: Final = "running_told"
"""The measure that says that somebody told what is paid."""

MILLION: Final = 10**6


@dataclass(frozen=True, slots=True)
class RunningCell:
    """What is paid in a currency at a place, from `first` on."""

    currency: str
    place: Place
    first: date
    sums: Counter[str] = field(hash=False)


def running_cells(
    costs: Sequence[RunningCost],
    first: date,
    last: date,
    flows: Iterable[FlowCell],
    *,
    daily: bool,
) -> Iterator[RunningCell]:
    """Yield what is paid from `first` to `last`, by month or, with `daily`, by day.

    `flows` are what happened then, by the same spans: none of them goes beyond a month.
    """
    for begin, end in _spans(first, last, daily=daily):
        month_days = month_end(begin).day
        for one in in_force(costs, begin):
            if not (one.month_minor or one.invoice_millionths):
                continue  # it ended
            days = (end - begin).days + 1
            paid = one.month_minor * MILLION * days // month_days
            yield RunningCell(one.currency, Place(), begin, _sums(paid))
    for cell in flows:
        invoices = cell.sums["invoices"]
        for one in in_force(costs, cell.first):
            if invoices and one.invoice_millionths:
                paid = invoices * one.invoice_millionths * 10 ** decimals_of(one.currency)
                yield RunningCell(one.currency, cell.place, cell.first, _sums(paid))


def _sums(paid: int) -> Counter[str]:
    return Counter({RUNNING: paid, RUNNING_TOLD: 1})


def _spans(first: date, last: date, *, daily: bool) -> Iterator[tuple[date, date]]:
    if not daily:
        yield from months_between(first, last)
        return
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield day, day
