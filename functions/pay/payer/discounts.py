"""Cash discounts as pages count them down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from saldo.payments.designation import Payable


@dataclass(frozen=True, slots=True)
class RunningDiscount:
    """What may be kept back by paying `pay_minor` up to and including `until`; `days_left` is 0 on
    that day. `percent` is a decimal text, "" where the discount is told as a sum.
    """

    amount_minor: int
    pay_minor: int
    until: date
    days_left: int
    percent: str = ""


def running(one: Payable | None, today: date) -> RunningDiscount | None:
    """Return the discount that whoever pays an invoice now gets, None if none runs."""
    if one is None or one.discount is None or not one.discount_minor:
        return None
    term = one.discount.term
    return RunningDiscount(
        one.discount_minor,
        one.payable_minor,
        term.until,
        (term.until - today).days,
        # A percentage of something else than what the page shows would only raise questions.
        term.percent if term.basis_minor is None else "",
    )


def together(wanted: Iterable[Payable]) -> int:
    """Return what may be kept back by paying all of these now."""
    return sum(one.discount_minor for one in wanted)


def first_end(wanted: Iterable[Payable]) -> date | None:
    """Return the last day on which paying these costs as little as now; None without discounts."""
    ends = (one.discount.term.until for one in wanted if one.discount and one.discount_minor)
    return min(ends, default=None)
