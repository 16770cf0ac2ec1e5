"""Payouts as our books have them, and what their lines say that the books do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from saldo.money import format_amount
from saldo.payments.provider_fee import ProviderFee
from saldo.payments.settle import SUSPENSE_CREDITOR

Difference = Literal[
    "not-ours", "unknown", "second", "amount", "currency", "not-settled", "refund", "chargeback",
    "adjustment",
]  # fmt: skip
"""not-ours: without any mark of ours, as of another system on the same provider account; unknown:
with a mark that nothing here bears; second: money under a payment that was paid already by other
money; amount, currency: not what was booked; not-settled: the payment could not be settled;
refund, chargeback: given or taken back there, and not in these books; adjustment: money that the
provider moved without saying for which payment."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a payout that differs from the books. Amounts are minor units of the payout's
    currency; `booked_minor` is None where nothing is booked that it could be compared with.
    """

    difference: Difference
    line_id: str
    provider_id: str | None
    payment: str | None
    paid_out_minor: int
    booked_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What comparing a payout with the books found. `foreign_minor` is the gross of the lines that
    no payment of these books stands behind: it is not taken from what the provider held for us.
    `fees` says whose the fees are.
    """

    findings: tuple[Finding, ...] = ()
    foreign_minor: int = 0
    settled: int = 0
    fees: tuple[ProviderFee, ...] = ()


@dataclass(frozen=True, slots=True)
class PayoutRecord:
    """A payout in one currency: booked, wrong (its lines do not sum to it, nothing was booked) or
    returned (the bank gave it back to the provider).

    `fees` are its fees in minor units by the creditor that bears them, "*" for nobody here; empty
    where nobody looked whose they are.
    """

    provider: str
    payout_id: str
    currency: str
    state: Literal["booked", "wrong", "returned"]
    recorded_at: datetime
    arrives_on: date | None
    gross_minor: int
    fee_minor: int
    amount_minor: int
    findings: int = 0
    version: int = 0
    fees: dict[str, int] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> tuple[str, ...]:
        return (self.provider, self.payout_id, self.currency)

    @property
    def booked_on(self) -> date:
        """The day of its journal entry, in a state other than wrong."""
        return self.arrives_on or self.recorded_at.date()


@dataclass(frozen=True, slots=True)
class PayoutNews:
    """A callback named a payout that is to be read and booked; gone once that was done."""

    provider: str
    payout_id: str
    told_at: datetime
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.provider, self.payout_id)

    @property
    def work_entry(self) -> tuple[str, str, datetime]:
        return ("payout", SUSPENSE_CREDITOR, self.told_at)


@dataclass(frozen=True, slots=True)
class PayoutCursor:
    """How far a provider's payouts were listed: all that arrived before `until`, at `listed_at`."""

    provider: str
    until: date
    listed_at: datetime
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.provider,)


TOLD_LINES_MAX = 50
"""Lines that an event carries; all of them are counted."""


def differences_told(findings: Sequence[Finding], currency: str) -> dict[str, Any]:
    """Return what the event `payout.differs` says of findings."""

    def amount(minor: int | None) -> str | None:
        return None if minor is None else format_amount(minor, currency)

    lines = [
        {
            "line": one.line_id,
            "difference": one.difference,
            "payment": one.payment,
            "provider_id": one.provider_id,
            "paid_out": amount(one.paid_out_minor),
            "booked": amount(one.booked_minor),
        }
        for one in findings[:TOLD_LINES_MAX]
    ]
    return {"differences": len(findings), "adds_up": True, "lines": lines}
