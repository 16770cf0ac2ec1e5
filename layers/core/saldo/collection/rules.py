"""What makes an instalment plan, and whether one is kept. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, pairwise
from typing import Final, Literal

from saldo.banking_days import after_banking_days
from saldo.collection.model import Instalment, Plan
from saldo.collection.promises import ARRIVAL_BANKING_DAYS
from saldo.errors import Conflict, Invalid
from saldo.invoices.model import Invoice
from saldo.money import Money
from saldo.payments.consents import INSTALMENTS_MAX

INVOICES_MAX: Final = 90
"""Each is checked in the transaction that agrees the plan, which holds a hundred rows."""


class PlanNotValid(Invalid):
    """The instalments do not make a plan: their sum, days or currency is wrong."""

    code = "plan-not-valid"


class PlanInTheWay(Conflict):
    """One of the invoices is in another plan already."""

    code = "plan-in-the-way"


@dataclass(frozen=True, slots=True)
class Kept:
    """How a plan stands: amounts in minor units.

    `due_minor` should be here by today; `due_on` is the instalment that was missed; `look_on` is
    the day to look again: when the next instalment is judged, or tomorrow if money is on its way.
    """

    state: Literal["kept", "waiting", "missed", "finished"]
    paid_minor: int
    due_minor: int
    due_on: date | None = None
    look_on: date | None = None


def check_plan(
    invoices: Sequence[Invoice], instalments: Sequence[Instalment], today: date, *, charged: bool
) -> str:
    """Return the currency of a plan for what stands open on `invoices`; raise PlanNotValid.

    The instalments must sum to exactly that, each on a later day than the one before, none in the
    past; where a mandate is `charged`, none today either: the payer is told a day ahead.
    """
    if not 0 < len(invoices) <= INVOICES_MAX:
        raise (
            PlanNotValid(f"A plan is for 1 to {INVOICES_MAX} invoices.")
            .told("invoices", most=INVOICES_MAX)
            .at("/invoices")
        )
    if not 0 < len(instalments) <= INSTALMENTS_MAX:
        raise (
            PlanNotValid(f"A plan has 1 to {INSTALMENTS_MAX} instalments.")
            .told("parts", most=INSTALMENTS_MAX)
            .at("/instalments")
        )
    currencies = {one.currency for one in invoices}
    if len(currencies) > 1:
        raise PlanNotValid("A plan is in one currency.").told("currency").at("/invoices")
    closed = [one.number for one in invoices if not one.is_open]
    if closed:
        raise (
            PlanNotValid(f"Nothing stands open on invoice {closed[0]}.")
            .told("closed", invoice=closed[0])
            .at("/invoices")
        )
    if any(part.amount_minor <= 0 for part in instalments):
        raise PlanNotValid("An instalment is above zero.").told("zero").at("/instalments")
    if any(later.due_on <= earlier.due_on for earlier, later in pairwise(instalments)):
        raise (
            PlanNotValid("Each instalment is due after the one before.")
            .told("order")
            .at("/instalments")
        )
    first = today + timedelta(days=1) if charged else today
    if instalments[0].due_on < first:
        raise (
            PlanNotValid(f"The first instalment is due on {first} or later.")
            .told("first", first=first)
            .at("/instalments")
        )
    currency = currencies.pop()
    wanted = sum(one.open_minor for one in invoices)
    offered = sum(part.amount_minor for part in instalments)
    if offered != wanted:
        raise (
            PlanNotValid(
                f"The instalments sum to {Money(offered, currency)}; "
                f"{Money(wanted, currency)} stands open."
            )
            .told("sum", offered=Money(offered, currency), wanted=Money(wanted, currency))
            .at("/instalments")
        )
    return currency


def judged_from(due_on: date, *, charged: bool) -> date:
    """Return the first day on which an instalment may be called missed.

    A mandate is charged on the day itself. Who pays by hand is in time on the last day, and has the
    banking day that a transfer takes, like anybody who promised to pay.
    """
    there_on = due_on if charged else after_banking_days(due_on, ARRIVAL_BANKING_DAYS)
    return there_on + timedelta(days=1)


def judge(plan: Plan, invoices: Sequence[Invoice], coming_minor: int, today: date) -> Kept:
    """Tell how a plan stands at the beginning of `today`, given its invoices as they are now.

    Money on its way (`coming_minor`) is not paid yet, but gives the plan time.
    """
    paid = plan.paid_minor(invoices)
    judged = [judged_from(part.due_on, charged=plan.mandate is not None)
              for part in plan.instalments]  # fmt: skip
    due = sum(
        part.amount_minor
        for part, day in zip(plan.instalments, judged, strict=True)
        if day <= today
    )
    if paid >= plan.total_minor or not any(one.is_open for one in invoices):
        return Kept("finished", paid, due)
    if paid >= due:
        return Kept("kept", paid, due, look_on=next(day for day in judged if day > today))
    if paid + coming_minor >= due:
        return Kept("waiting", paid, due, look_on=today + timedelta(days=1))
    owed = accumulate(part.amount_minor for part in plan.instalments)
    missed = next(
        part.due_on for part, by_then in zip(plan.instalments, owed, strict=True) if by_then > paid
    )
    return Kept("missed", paid, due, due_on=missed)
