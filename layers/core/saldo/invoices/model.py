"""Invoices, credit notes and open items."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from saldo.invoices.discounts import DiscountTerm, VatPart
from saldo.ledger.parts import Parts


@dataclass(frozen=True, slots=True)
class OpeningCase:
    """Who had an item already when it came here: `kind` of collector, its name, its reference."""

    kind: Literal["agency", "bailiff", "lawyer", "court"]
    handed_to: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """How far another system had reminded when an open item came here: the last stage it sent
    (0: none) with its day, whether it had blocked reminders, and who collects it already.
    """

    stage: int = 0
    last_reminder_on: date | None = None
    blocked: bool = False
    case: OpeningCase | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The ERP took an invoice back ("cancelled"), or has it no longer open ("closed-there"):
    `amount_minor` of its own amount was taken off here for it.
    """

    kind: Literal["cancelled", "closed-there"]
    at: datetime
    by: str
    amount_minor: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as the ERP issued it, with what stands open on it (a projection of the ledger).

    `open_minor` is all that is owed: the rest of `amount_minor` and of `charged_minor`, the fees
    and interest added since, of which `costs_open_minor` and `interest_open_minor` are still open.

    The natural key is (creditor, number). `episode` rises when a closed invoice reopens or its due
    date is corrected: notices are counted afresh. `due_date_agreed`, `received_on` and
    `consumer_notice_given` are what §286 BGB asks about; unknown is False or None.
    `payment_reference` is what payers are asked to quote, None where that is the number.
    `already_sent` says that the debtor has it from elsewhere, so that Saldo does not mail it.
    `opening` is what another system had done about it; it counts when the invoice is new.
    `days_beyond_terms` is what its account's payment behaviour counts it with, None while it is
    open, and for what no payment closed (a credit note, a write-off). `discounts` are by day, the
    earliest first; `discounted_minor` was granted by hand besides, and counts against them.
    `erp_version` and `erp_updated_at` are the ERP's own count and clock, by which an older version
    is known. `withdrawn` says that the ERP took it back, or closed it.
    """

    creditor: str
    account: str
    number: str
    issued_on: date
    due_on: date
    currency: str
    amount_minor: int
    open_minor: int
    description: str = ""
    order_reference: str | None = None
    payment_terms: str | None = None
    payment_reference: str | None = None
    due_date_agreed: bool = False
    received_on: date | None = None
    consumer_notice_given: bool = False
    already_sent: bool = False
    charged_minor: int = 0
    costs_open_minor: int = 0
    interest_open_minor: int = 0
    episode: int = 1
    updated_at: datetime | None = None
    closed_on: date | None = None
    days_beyond_terms: int | None = None
    opening: Opening | None = None
    discounts: tuple[DiscountTerm, ...] = ()
    discounted_minor: int = 0
    erp_version: int | None = None
    erp_updated_at: datetime | None = None
    withdrawn: Withdrawn | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.number)

    @property
    def feed_entry(self) -> tuple[str, datetime] | None:
        return (self.creditor, self.updated_at) if self.updated_at else None

    @property
    def is_open(self) -> bool:
        return self.open_minor > 0

    @property
    def settled_minor(self) -> int:
        """What was paid, credited or written off so far."""
        return self.amount_minor + self.charged_minor - self.open_minor

    @property
    def parts(self) -> Parts:
        """What stands open, by what it is owed for."""
        costs, interest = self.costs_open_minor, self.interest_open_minor
        return Parts(self.open_minor - costs - interest, costs, interest)

    def with_parts(self, parts: Parts) -> Invoice:
        """Return this invoice with other parts open."""
        return replace(
            self,
            open_minor=parts.total,
            costs_open_minor=parts.costs,
            interest_open_minor=parts.interest,
        )


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What a reminder or a pay page needs of an open invoice; gone when nothing stands open.

    `stage` is the last stage claimed in this `episode` (0: none), `stage_on` its day;
    `announced_on` is the day on which the invoice itself was mailed, by us or, for items that were
    open before, by the ERP. Claims change the item, so it has a version of its own.
    """

    creditor: str
    account: str
    number: str
    issued_on: date
    due_on: date
    currency: str
    amount_minor: int
    open_minor: int
    costs_open_minor: int = 0
    interest_open_minor: int = 0
    episode: int = 1
    announced_on: date | None = None
    stage: int = 0
    stage_on: date | None = None
    discounts: tuple[DiscountTerm, ...] = ()
    discounted_minor: int = 0
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.due_on.isoformat(), self.number)


@dataclass(frozen=True, slots=True)
class Credit:
    """Customer credit: money or a credit note of the account that no invoice has taken yet.

    `source` is "payment#{id}" or "credit-note#{number}". `pending` are invoices that it is still to
    be allocated to, in this order, since `pending_since`: a large payment is allocated in chunks,
    and what a crash left undone is found by its work entry.
    """

    creditor: str
    account: str
    source: str
    currency: str
    open_minor: int
    since: date
    pending: tuple[str, ...] = ()
    pending_since: datetime | None = None
    version: int = 0

    @property
    def work_entry(self) -> tuple[str, str, datetime] | None:
        if not self.pending or self.pending_since is None:
            return None
        return ("allocation", self.creditor, self.pending_since)

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.source)


@dataclass(frozen=True, slots=True)
class Allocation:
    """Credit that paid for parts of an invoice; reversible, with its reason.

    `discount_minor` was granted with it and is no part of it; `discount_vat` lies inside.
    """

    creditor: str
    account: str
    source: str
    invoice: str
    number: int
    currency: str
    principal_minor: int
    costs_minor: int
    interest_minor: int
    allocated_at: datetime
    reason: str
    by: str
    reversed_at: datetime | None = None
    reversed_reason: str | None = None
    reversed_by: str | None = None
    discount_minor: int = 0
    discount_vat: tuple[VatPart, ...] = ()
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.source, self.invoice, f"{self.number:04}")

    @property
    def parts(self) -> Parts:
        return Parts(self.principal_minor, self.costs_minor, self.interest_minor)

    @property
    def cause_id(self) -> str:
        return f"{self.source}#{self.invoice}#{self.number}"


@dataclass(frozen=True, slots=True)
class CreditNote:
    """A credit note that reduces one invoice; what exceeds it became customer credit."""

    creditor: str
    account: str
    number: str
    invoice: str
    issued_on: date
    currency: str
    amount_minor: int
    applied_minor: int
    reason: str = ""
    updated_at: datetime | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.number)


@dataclass(frozen=True, slots=True)
class NumberTaken:
    """Which account a document number belongs to: numbers are unique per creditor and kind."""

    creditor: str
    kind: str
    number: str
    account: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.kind, self.number)


def open_item_of(invoice: Invoice) -> OpenItem:
    """Return the fresh open item of an invoice that was just issued, at its opening stage."""
    begun = invoice.opening
    return OpenItem(
        creditor=invoice.creditor,
        account=invoice.account,
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        currency=invoice.currency,
        amount_minor=invoice.amount_minor,
        open_minor=invoice.open_minor,
        costs_open_minor=invoice.costs_open_minor,
        interest_open_minor=invoice.interest_open_minor,
        episode=invoice.episode,
        announced_on=invoice.issued_on if invoice.already_sent or begun else None,
        stage=begun.stage if begun else 0,
        stage_on=begun.last_reminder_on if begun else None,
        discounts=invoice.discounts,
        discounted_minor=invoice.discounted_minor,
    )
