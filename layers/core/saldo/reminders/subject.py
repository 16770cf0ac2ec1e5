"""What a message can be about when it is about to leave."""

from __future__ import annotations

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
class Subject:
    """What a message tells: the invoices it lists, and the fact or agreement if it is about one."""

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


@dataclass(frozen=True, slots=True)
class Moot:
    """There is nothing to tell any more; `reason` is a stable code."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotYet:
    """What is to be told is still being booked: the claim waits and is looked at again."""


Found = Subject | Moot | NotYet
