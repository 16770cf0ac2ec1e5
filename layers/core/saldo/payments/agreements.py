"""What a payer agreed to ahead of time: mandates, and payments on a day to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

MandateState = Literal["requested", "pending", "active", "ended"]
"""requested: the payer was sent to the provider's page; pending: given, the bank has not agreed
yet (it may be charged: the provider waits by itself); active; ended: revoked, failed or expired."""

ScheduledState = Literal["waiting", "planned", "charging", "done", "failed", "cancelled"]
"""waiting: for its mandate to be given; planned: for its day; charging: a payment is on its way;
the others are final."""


@dataclass(frozen=True, slots=True)
class Consent:
    """What the payer agreed to, word for word, in which language, when, and on which pay link."""

    text: str
    language: str
    given_at: datetime
    link_hash: str


@dataclass(frozen=True, slots=True)
class Mandate:
    """A payer's permission to charge a bank account or a card without being there.

    `id` is ours and the provider's idempotency key. `provider_mandate` and `customer_id` are what
    the provider calls them, known once the mandate was given.
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
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def is_chargeable(self) -> bool:
        return self.state in ("pending", "active") and self.provider_mandate is not None

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        return ("mandate", self.creditor, self.created_at) if self.state == "requested" else None


@dataclass(frozen=True, slots=True)
class MandateRef:
    """Finds a mandate by what a callback brings: the provider's id, its flow, or our own id."""

    provider: str
    name: str
    creditor: str
    account: str
    mandate: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.provider, self.name)


@dataclass(frozen=True, slots=True)
class ScheduledPayment:
    """A payment of `invoices`, in this order, that a mandate is charged for on a day to come.

    What is charged is `amount_minor`, or less if less stands open on the day. `charge_at` is the
    instant from which on it is due: the beginning of `charge_on` where the payer is. `plan` is the
    instalment plan that it belongs to, `payment` what the charge became.
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
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.state not in ("planned", "charging"):
            return None
        return ("scheduled-payment", self.creditor, self.charge_at)
