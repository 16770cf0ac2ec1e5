"""What a message can be about when it is about to leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from saldo.invoices.model import Invoice
from saldo.messages.model import (
    AgreedPlan,
    FailedPayment,
    GivenMandate,
    ReceivedPayment,
    ScheduledDebit,
)
from saldo.messages.told import (
    HandOver,
    ToldDetails,
    ToldDispute,
    ToldPaidClaim,
    ToldPromise,
    ToldQuestion,
    ToldReply,
    ToldWords,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a fact left to be paid: so much on these invoices, all of them, listed or not.

    `is_net`: what is contested of it was taken off already.
    """

    amount_minor: int
    currency: str
    numbers: tuple[str, ...]
    is_net: bool = False


def asked_for(invoices: Iterable[Invoice], amount_minor: int, currency: str) -> Asked | None:
    """Return a sum to be paid on those of the invoices that are open; None for no sum."""
    numbers = tuple(one.number for one in invoices if one.is_open and one.currency == currency)
    return Asked(amount_minor, currency, numbers) if amount_minor > 0 and numbers else None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message tells: the invoices it lists, and the fact or agreement if it is about one.
    `asked` is what is to be paid for it now, if anything.
    """

    invoices: tuple[Invoice, ...] = ()
    payment: ReceivedPayment | None = None
    failure: FailedPayment | None = None
    debit: ScheduledDebit | None = None
    mandate: GivenMandate | None = None
    plan: AgreedPlan | None = None
    promise: ToldPromise | None = None
    dispute: ToldDispute | None = None
    claim: ToldPaidClaim | None = None
    hand_over: HandOver | None = None
    details: ToldDetails | None = None
    question: ToldQuestion | None = None
    reply: ToldReply | None = None
    written: ToldWords | None = None
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Moot:
    """There is nothing to tell any more; `reason` is a stable code."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """What is to be told is still being booked: the claim waits and is looked at again."""


Found = Subject | Moot | NotYet
