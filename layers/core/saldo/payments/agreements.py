"""What a payer agreed to ahead of time: mandates, and payments on a day to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

MandateState = Literal["requested", "pending", "active", "ended"]
"""requested: the payer was sent to the provider's page; pending: given, the bank has not agreed
yet (it may be charged: the provider waits by itself); active; ended: revoked, failed or expired."""

NEVER_GIVEN: Final = "saldo:never-given"
"""Ended by us because the payer never came through; given after all, such a mandate lives."""

ScheduledState = Literal["waiting", "planned", "charging", "done", "failed", "cancelled"]
"""waiting: for its mandate to be given; planned: for its day; charging: a payment is on its way;
the others are final."""


ConsentKind = Literal["once", "plan", "on-request"]
"""once: one charge on a day; plan: instalments on their days; on-request: invoices to come, each
when the payer asks for it."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the payer agreed to, word for word, in which language, when, and on which pay link."""

    text: str
    language: str
    given_at: datetime
    link_hash: str
    kind: ConsentKind = "once"


@dataclass(frozen=True, slots=True)
class Mandate:
    """A payer's permission to charge a bank account or a card without being there.

    `id` is ours and the provider's idempotency key. `provider_mandate` and `customer_id` are what
    the provider calls them, known once the mandate was given. `ended_by` is "provider", "payer",
    somebody's name, or NEVER_GIVEN. `following` says that payments planned on the mandate have yet
    to follow its new state: each does so in a transaction of its own.
    """

    creditor: str
    account: str
    id: str
    provider: str
    state: MandateState
    consent: Consent
    created_at: datetime
    flow_id: str | None = None
    hosted_url: str | None = None
    provider_mandate: str | None = None
    customer_id: str | None = None
    ended_at: datetime | None = None
    ended_reason: str | None = None
    ended_by: str | None = None
    following: bool = False
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def is_chargeable(self) -> bool:
        return self.state in ("pending", "active") and self.provider_mandate is not None

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.state != "requested" and not self.following:
            return None
        return ("mandate", self.creditor, self.created_at)


@dataclass(frozen=True, slots=True)
class MandateRef:
    """Finds a mandate by what a callback brings: the provider's id, its flow, or our own id.

    A provider may tell the end of a mandate before it tells whose it is: then `mandate` is empty
    and `ended_at` and `ended_reason` wait for whom it concerns.
    """

    provider: str
    name: str
    creditor: str
    account: str
    mandate: str
    ended_at: datetime | None = None
    ended_reason: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return (self.provider, self.name)


_CHARGE: Final = "-charge"


@dataclass(frozen=True, slots=True)
class ScheduledPayment:
    """A payment of `invoices`, in this order, that a mandate is charged for on a day to come.

    What is charged is `amount_minor`, or less if less stands open on the day. `charge_at` is the
    instant from which on it is due: the beginning of `charge_on` where the payer is. `plan` is the
    instalment plan that it belongs to, `payment` what the charge became. `consent` is what the
    payer agreed to for this very payment, where the mandate's own consent does not cover it.
    `ended_by` is who ended it, `failure` why.
    """

    creditor: str
    account: str
    id: str
    mandate: str
    invoices: tuple[str, ...]
    currency: str
    amount_minor: int
    charge_on: date
    charge_at: datetime
    state: ScheduledState
    created_at: datetime
    plan: str | None = None
    payment: str | None = None
    failure: str | None = None
    consent: Consent | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "failed", "cancelled")

    @property
    def payment_id(self) -> str:
        """The id of the payment that the charge is, or becomes: one, however often it is tried."""
        return self.payment or f"{self.id}{_CHARGE}"

    @property
    def next_payment_id(self) -> str:
        """The id of the payment that a charge for another amount becomes, in place of `payment`."""
        if self.payment is None:
            return self.payment_id
        number = self.payment.rpartition(_CHARGE)[2]
        return f"{self.id}{_CHARGE}-{int(number[1:] or 1) + 1}"

    @property
    def hold_id(self) -> str:
        """The id of the hold that keeps reminders back until the day."""
        return f"{self.id}-schedule"

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.state not in ("planned", "charging"):
            return None
        return ("scheduled-payment", self.creditor, self.charge_at)


def scheduled_of(payment: str) -> str:
    """Return the id of the scheduled payment whose charge has the id `payment`."""
    return payment.rpartition(_CHARGE)[0]
