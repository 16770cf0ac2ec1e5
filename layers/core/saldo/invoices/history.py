"""What an invoice was corrected from and to: who did it, when, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from saldo.invoices.discounts import DiscountTerm
from saldo.invoices.model import Invoice
from saldo.money import format_amount

COMPARED: Final = (
    "issued_on",
    "due_on",
    "currency",
    "amount_minor",
    "description",
    "order_reference",
    "payment_terms",
    "payment_reference",
    "due_date_agreed",
    "received_on",
    "consumer_notice_given",
    "already_sent",
    "discounts",
)
"""What the ERP says of an invoice, and may say otherwise later."""


@dataclass(frozen=True, slots=True)
class Change:
    """One field, before and after, as texts; None where it said nothing."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class InvoiceCorrection:
    """One correction of an invoice. `version` is the invoice's after it; `by` names the key or the
    person; `erp_version` and `erp_updated_at` are the ERP's own words for the new state.
    """

    creditor: str
    account: str
    invoice: str
    invoice_version: int
    at: datetime
    by: str
    changes: tuple[Change, ...]
    erp_version: int | None = None
    erp_updated_at: datetime | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.invoice, f"{self.invoice_version:08}")


@dataclass(frozen=True, slots=True)
class DeletedInvoice:
    """An invoice that was cancelled, listed for ninety days."""

    creditor: str
    account: str
    number: str
    currency: str
    amount_minor: int
    at: datetime
    by: str
    reason: str
    gone_at: datetime

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account, self.number)

    @property
    def feed_entry(self) -> tuple[str, datetime]:
        return (self.creditor, self.at)


def changes_of(old: Invoice, new: Invoice) -> tuple[Change, ...]:
    """Return what the ERP says otherwise of an invoice, field by field."""
    return tuple(
        Change(name.removesuffix("_minor"), _text(old, name), _text(new, name))
        for name in COMPARED
        if getattr(old, name) != getattr(new, name)
    )


def correction_of(old: Invoice, new: Invoice, by: str, at: datetime) -> InvoiceCorrection:
    """Return the record of a correction that made `new` of `old`."""
    return InvoiceCorrection(
        new.creditor,
        new.account,
        new.number,
        new.version,
        at,
        by,
        changes_of(old, new),
        new.erp_version,
        new.erp_updated_at,
    )


def is_older(sent: Invoice, known: Invoice) -> bool:
    """Tell whether what was sent is an older version than what is known, by the ERP's own count,
    else by its own clock; where it gave neither both times, what arrives last counts.
    """
    if sent.erp_version is not None and known.erp_version is not None:
        return sent.erp_version < known.erp_version
    if sent.erp_updated_at is not None and known.erp_updated_at is not None:
        return sent.erp_updated_at < known.erp_updated_at
    return False


def _text(invoice: Invoice, name: str) -> str | None:
    value: Any = getattr(invoice, name)
    if value is None:
        return None
    if name == "amount_minor":
        return format_amount(value, invoice.currency)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "; ".join(_term(term, invoice.currency) for term in value)
    return str(value)


def _term(term: DiscountTerm, currency: str) -> str:
    what = f"{term.percent} %" if term.percent else format_amount(term.fixed_minor, currency)
    return f"{what} until {term.until}"
