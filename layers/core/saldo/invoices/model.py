"""Invoices, credit notes and open items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as the ERP issued it, with what stands open on it (a projection of the ledger).

    The natural key is (creditor, number). `episode` rises when a closed invoice reopens or its due
    date is corrected: notices are counted afresh. `due_date_agreed`, `received_on` and
    `consumer_notice_given` are what §286 BGB asks about; unknown is False or None. `already_sent`
    says that the debtor has the invoice from elsewhere, so that Saldo does not mail it.
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
    due_date_agreed: bool = False
    received_on: date | None = None
    consumer_notice_given: bool = False
    already_sent: bool = False
    episode: int = 1
    updated_at: datetime | None = None
    closed_on: date | None = None
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


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What a reminder or a pay page needs of an open invoice; gone when nothing stands open.

    `stage` is the last stage claimed in this `episode` (0: none), `stage_on` its day; `announced_on`
    is the day on which the invoice itself was mailed, by us or, for items that were open before,
    by the ERP. Claims change the item, so it has a version of its own.
    """

    creditor: str
    account: str
    number: str
    issued_on: date
    due_on: date
    currency: str
    amount_minor: int
    open_minor: int
    episode: int = 1
    announced_on: date | None = None
    stage: int = 0
    stage_on: date | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.due_on.isoformat(), self.number)


@dataclass(frozen=True, slots=True)
class Credit:
    """Customer credit: money or a credit note of the account that no invoice has taken yet."""

    creditor: str
    account: str
    source: str
    currency: str
    open_minor: int
    since: date
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.source)


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
    """Return the fresh open item of an invoice that was just issued."""
    return OpenItem(
        creditor=invoice.creditor,
        account=invoice.account,
        number=invoice.number,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        currency=invoice.currency,
        amount_minor=invoice.amount_minor,
        open_minor=invoice.open_minor,
        episode=invoice.episode,
        announced_on=invoice.issued_on if invoice.already_sent else None,
    )
