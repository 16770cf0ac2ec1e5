"""Creditors, accounts, contacts, holds and API keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from saldo.ledger.parts import Order

WHOLE_CREDITOR = "~"
"""Stands in an account's place where a fact concerns the creditor as a whole."""

INSTALLATION = "*"
"""Stands in a creditor's place where a record belongs to the installation."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What holds for every creditor of this deployment: the one switch that stops all sending."""

    sending: bool = True
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (INSTALLATION,)


@dataclass(frozen=True, slots=True)
class PayerRules:
    """What a creditor lets payers do beside paying everything now.

    A part payment is at least `part_min_minor` (in minor units of the currency it is paid in) and
    at least `part_min_percent` of what stands open on what is paid; `part_min_minor` None allows no
    part payment. All that stands open may always be paid. A payment may be scheduled for at most
    `schedule_days_max` days ahead (0: not at all). A transfer that the payer announced holds
    reminders for `transfer_business_days_max` business days (0: not at all).
    """

    part_min_minor: int | None = 1
    part_min_percent: int = 0
    schedule_days_max: int = 30
    transfer_business_days_max: int = 5


@dataclass(frozen=True, slots=True)
class Creditor:
    """Who is owed: a company with its own ERP, sender, policy and going-live state.

    `state` is "shadow" until somebody goes live: everything is planned and explained, nothing is
    sent. `schedule` "manual" leaves the creditor out of scheduled runs; only a run that names it
    reminds. `notices_per_day_max` caps messages a day, None for no cap.
    """

    id: str
    name: str
    country: str
    language: str
    time_zone: str
    policy: str
    state: Literal["shadow", "live"] = "shadow"
    sending: bool = True
    schedule: Literal["automatic", "manual"] = "automatic"
    notices_per_day_max: int | None = None
    provider: str = "sandbox"
    allocation_order: Order = "costs-interest-principal"
    payer_rules: PayerRules = PayerRules()
    reply_to: str | None = None
    address: tuple[str, ...] = ()
    imprint: str = ""
    brand_colour: str = "#1f5f5b"
    created_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.id,)

    @property
    def feed_entry(self) -> tuple[str, datetime] | None:
        return (INSTALLATION, self.created_at) if self.created_at else None


@dataclass(frozen=True, slots=True)
class Contact:
    """Where and whom to write to. `email_state` leaves "ok" when the address bounced for good or
    its owner complained; a corrected address starts again at "ok".
    """

    name: str
    email: str | None = None
    phone: str | None = None
    role: str = "billing"
    email_state: Literal["ok", "bounced", "complained"] = "ok"


@dataclass(frozen=True, slots=True)
class Account:
    """A debtor of a creditor, under the number that the ERP gave.

    `version` rises with every fact that changes what is due; `due_at` is the instant of the next
    action, None when nothing is ahead. Both are written by `store.Wake` and the planner alone.
    """

    creditor: str
    number: str
    name: str
    kind: Literal["business", "consumer"]
    country: str
    language: str
    time_zone: str
    contacts: tuple[Contact, ...] = ()
    updated_at: datetime | None = None
    due_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.number)

    @property
    def feed_entry(self) -> tuple[str, datetime] | None:
        return (self.creditor, self.updated_at) if self.updated_at else None

    def mail_contact(self) -> Contact | None:
        """Return the contact that mail goes to: the first with a working address, else None."""
        return next((c for c in self.contacts if c.email and c.email_state == "ok"), None)


HoldKind = Literal[
    "pause",
    "payment-on-its-way",
    "payment-scheduled",
    "transfer-announced",
    "plan",
]
"""pause: somebody's order; payment-on-its-way: a provider has the money coming; payment-scheduled:
a mandate will be charged; transfer-announced: the payer says that a transfer comes; plan: an
instalment plan is being kept."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that keeps notices back: its owner, reason and end stand with it.

    `account` is "~" for the whole creditor; `invoice` None for the whole account, else the hold
    covers it and `more_invoices`. `until` is the first day on which notices may go again, None for
    "until ended by hand".
    """

    creditor: str
    account: str
    id: str
    kind: HoldKind
    invoice: str | None
    reason: str
    placed_by: str
    placed_at: datetime
    until: date | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    more_invoices: tuple[str, ...] = ()
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    def holds(self, invoice: str, today: date) -> bool:
        """Tell whether notices about `invoice` are kept back on `today`."""
        return (
            self.ended_at is None
            and (self.invoice is None or invoice in (self.invoice, *self.more_invoices))
            and (self.until is None or today < self.until)
        )


Scope = Literal[
    "accounts:read",
    "accounts:write",
    "invoices:read",
    "invoices:write",
    "links:write",
    "payments:read",
    "payments:write",
    "holds:read",
    "holds:write",
    "webhooks:read",
    "webhooks:write",
]
ALL_SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What a key may be allowed; a key names each one that it has."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of a creditor's system, kept by the hash of its secret."""

    secret_hash: str
    id: str
    creditor: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.secret_hash,)


@dataclass(frozen=True, slots=True)
class ApiKeyEntry:
    """Lists a creditor's keys by their public id, so that one can be revoked without its secret."""

    creditor: str
    id: str
    secret_hash: str
    name: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)
