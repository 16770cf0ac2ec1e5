"""What becomes of a scheduled payment on its day, and when its charge is asked for again. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from saldo.payments.agreements import Mandate, ScheduledPayment
from saldo.payments.designation import Payable
from saldo.payments.scheduled import LATE_DAYS_MAX

NOTHING_LEFT: Final = "Nothing was left to pay."
TOO_LATE: Final = "The payment could not be made on the agreed day."


@dataclass(frozen=True, slots=True)
class Charge:
    """Charge this much now."""

    amount_minor: int


@dataclass(frozen=True, slots=True)
class Over:
    """Charge nothing any more."""

    state: Literal["done", "failed", "cancelled"]
    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Other money for the same invoices is on its way, or the mandate is; look again."""


def decide(
    scheduled: ScheduledPayment,
    mandate: Mandate,
    open_: Iterable[Payable],
    plan_left_minor: int | None,
    today: date,
) -> Charge | Over | Wait:
    """Decide what becomes of a scheduled payment whose day has come. Pure.

    `open_` is what stands open on its account. Charged is the agreed amount, or less: what stands
    open on its invoices and is not on its way. `plan_left_minor` is what its plan is still owed up
    to this instalment: what was paid early need not be charged.
    """
    if mandate.state == "ended":
        return Over("failed", mandate.ended_reason or "The mandate was ended.")
    if not mandate.is_chargeable:
        return Wait()
    if plan_left_minor is not None and plan_left_minor <= 0:
        return Over("done", NOTHING_LEFT)
    own = [
        one
        for one in open_
        if one.number in scheduled.invoices and one.currency == scheduled.currency
    ]
    if not own:
        return Over("done", NOTHING_LEFT)
    if today > scheduled.charge_on + timedelta(days=LATE_DAYS_MAX):
        return Over("failed", TOO_LATE)
    coming = sum(one.coming_minor for one in own)
    most = sum(one.open_minor for one in own) - coming
    if plan_left_minor is not None:
        most = min(most, plan_left_minor - coming)
    return Charge(min(scheduled.amount_minor, most)) if most > 0 else Wait()
