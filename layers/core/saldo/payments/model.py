"""Pay links and payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, get_args

LINK_LIFE = timedelta(days=180)
"""A pay link works for half a year; every notice carries a fresh one."""

PaymentState = Literal["intended", "open", "processing", "settled", "failed", "cancelled"]
"""intended: written before the provider is called; open: the hosted page exists; processing: the
payer is through and the money is on its way; settled, failed and cancelled are final, except that
money which arrives after all settles a failed or cancelled payment too."""

LinkScope = Literal["invoice", "account", "confirm"]
"""What a link opens: one invoice, or everything that stands open on the account; "confirm" opens
nothing of either, and proves that somebody reads what is sent to a new mail address."""

LOOKS_AFTER_END = (timedelta(hours=1), timedelta(hours=24), timedelta(hours=72))
"""When a payment that failed or was cancelled is looked up once more: money may have come after
all, and the callback that told of it may be lost."""

BOOKED_BY_ERP: Final = "erp"
"""The method of what the ERP itself booked and a connection to it read: whatever it was, the ERP is
not told of it, and the payer gets no receipt of ours.
"""

ENDED: frozenset[PaymentState] = frozenset({"settled", "failed", "cancelled"})


LinkRight = Literal["pay", "read", "answer"]
"""pay: see what is owed and pay it, which every link may; read: documents, statements and what was
paid before; answer: promise, contest, ask, and change the account's own details."""

ALL_RIGHTS: Final[tuple[LinkRight, ...]] = get_args(LinkRight)


@dataclass(frozen=True, slots=True)
class PayLink:
    """A link that lets whoever holds it see and pay; kept by the token's hash.

    Scope "invoice" opens `invoice` alone; "account" opens everything that stands open on the
    account, with `invoice` in front (empty: none in particular). `rights` say what else the link is
    for, see LinkRight. `disowned_at` says that whoever holds it is the wrong person: from then on
    it shows nothing.
    """

    token_hash: str
    creditor: str
    account: str
    invoice: str
    created_at: datetime
    expires_at: datetime
    notice: str | None = None
    revoked_at: datetime | None = None
    scope: LinkScope = "invoice"
    rights: tuple[LinkRight, ...] = ALL_RIGHTS
    disowned_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.token_hash,)


@dataclass(frozen=True, slots=True)
class Returned:
    """Money of a payment that was taken back: how, why, and when it was told.

    `retry_after` is the provider's hint that the same debit may be tried again from that day on.
    """

    kind: Literal["dispute", "returned-debit"]
    reason: str
    told_at: datetime
    retry_after: date | None = None


@dataclass(frozen=True, slots=True)
class PromisedDiscount:
    """A cash discount that a payer was offered on an invoice, or took: `amount_minor` less is owed
    if the money comes by `until`.
    """

    invoice: str
    amount_minor: int
    until: date


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt of a payer to pay: recorded before the provider hears of it.

    `amount_minor` is what the payer set out to pay, and what arrived once settled;
    `allocated_minor` of it went to `invoice` and `more_invoices`, the rest became customer credit.
    `moved_to` says of money on suspense where it went.
    `link_hash` is the pay link it came by, `received_on` the day the provider got the money.
    `mandate` is our id of the mandate that was charged, without the payer being there; `asked_at`
    is when that charge was last asked for.
    `looks` counts how often it was looked up after it had failed or been cancelled, at `ended_at`.
    `second_of` says of money that came once more under the attempt of another payment whose.
    `taken_minor` was taken back against our will, less what was given again (below zero while the
    two were told out of order); `returned` is the last time.
    """

    creditor: str
    account: str
    id: str
    provider: str
    invoice: str
    currency: str
    amount_minor: int
    state: PaymentState
    created_at: datetime
    more_invoices: tuple[str, ...] = ()
    link_hash: str = ""
    provider_id: str | None = None
    hosted_url: str | None = None
    method: str | None = None
    failure: str | None = None
    received_on: date | None = None
    settled_at: datetime | None = None
    allocated_minor: int = 0
    moved_to: str | None = None
    mandate: str | None = None
    asked_at: datetime | None = None
    ended_at: datetime | None = None
    looks: int = 0
    second_of: str | None = None
    taken_minor: int = 0
    returned: Returned | None = None
    discounts: tuple[PromisedDiscount, ...] = ()
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def is_returned(self) -> bool:
        """Whether money of it was taken back and not given again."""
        return self.taken_minor > 0 and self.returned is not None

    @property
    def invoices(self) -> tuple[str, ...]:
        """The invoices that the payer designated, in the order in which they are paid."""
        return (self.invoice, *self.more_invoices) if self.invoice else ()

    @property
    def source(self) -> str:
        """What this payment's credit is called."""
        return f"payment#{self.id}"

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.state == "intended" and self.mandate is not None:
            return None  # what is yet to be charged is brought on by its scheduled payment
        if self.state not in ENDED:
            return ("payment", self.creditor, self.created_at)
        if self.state == "settled" or self.provider_id is None or self.ended_at is None:
            return None
        if self.looks >= len(LOOKS_AFTER_END):
            return None
        return ("ended-payment", self.creditor, self.ended_at + LOOKS_AFTER_END[self.looks])


@dataclass(frozen=True, slots=True)
class PaymentRef:
    """Finds a payment by its id alone, which is all that a provider's callback brings back.

    Written with the intent, so that a callback that is faster than the answer to our call finds
    its payment.
    """

    payment: str
    creditor: str
    account: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.payment,)


@dataclass(frozen=True, slots=True)
class ProviderRef:
    """Finds a payment whose money came by what its provider calls it.

    Chargebacks and the lines of payouts bring nothing else from some providers.
    """

    provider: str
    provider_id: str
    payment: str
    creditor: str
    account: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.provider, self.provider_id)


@dataclass(frozen=True, slots=True)
class Refund:
    """Credit of a payment that is given back.

    promised: booked, the provider was not heard yet; asked: the provider works on it.
    """

    creditor: str
    account: str
    id: str
    payment: str
    provider: str
    currency: str
    amount_minor: int
    state: Literal["promised", "asked", "done", "failed"]
    reason: str
    by: str
    created_at: datetime
    provider_refund: str | None = None
    failure: str | None = None
    ended_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.id)

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if self.state in ("done", "failed"):
            return None
        return ("refund", self.creditor, self.created_at)


@dataclass(frozen=True, slots=True)
class RefundRef:
    """Finds a refund by what its provider calls it, which is all that some callbacks bring."""

    provider: str
    provider_refund: str
    refund: str
    creditor: str
    account: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.provider, self.provider_refund)


@dataclass(frozen=True, slots=True)
class ProviderEventSeen:
    """A provider's event that was acted upon: the same event never acts twice."""

    provider: str
    event_id: str
    seen_at: datetime

    @property
    def key(self) -> tuple[str, ...]:
        return (self.provider, self.event_id)
