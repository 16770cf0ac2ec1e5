"""Finds what a payer's RF reference stands for: an invoice, or the items of one notice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from saldo.creditor_reference import (
    bundle_reference,
    compact_reference,
    invoice_reference,
    is_reference,
)
from saldo.store import Store

KIND = "rf"


@dataclass(frozen=True, slots=True)
class PaymentReference:
    """What a reference that a payer was told stands for.

    One invoice keeps the same reference for ever; several in one message get one of their own.
    """

    creditor: str
    reference: str
    account: str
    invoices: tuple[str, ...]
    told_at: datetime
    notice: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, KIND, self.reference)


def reference_for(
    creditor: str, account: str, invoices: tuple[str, ...], notice: str, now: datetime
) -> PaymentReference | None:
    """Return the reference of a notice about `invoices`, to be committed; None if about none."""
    if not invoices:
        return None
    if len(invoices) == 1:
        told = invoice_reference(invoices[0])
        return PaymentReference(creditor, told, account, invoices, now)
    return PaymentReference(creditor, bundle_reference(notice), account, invoices, now, notice)


def invoices_of(store: Store, creditor: str, text: str) -> PaymentReference | None:
    """Return what a reference on a bank statement stands for; None for one that is wrong or not
    ours. Blanks and small letters do not matter.
    """
    if not is_reference(text):
        return None
    return store.get(PaymentReference, creditor, KIND, compact_reference(text))
