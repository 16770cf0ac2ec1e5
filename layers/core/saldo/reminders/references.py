"""Finds what an RF reference stands for: an invoice, several that were asked for at once, or an
instalment of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from saldo.creditor_reference import (
    bundle_reference,
    compact_reference,
    invoice_reference,
    is_reference,
)
from saldo.store import Store

if TYPE_CHECKING:
    from saldo.collection.model import Plan

KIND = "rf"


@dataclass(frozen=True, slots=True)
class PaymentReference:
    """What a reference that a payer was told stands for.

    One invoice keeps the same reference for ever; so do several together, whoever names them: a
    message or the payer's page. `notice` is the last message that told it. `asked_minor` is what
    an instalment asks for of its plan's invoices.
    """

    creditor: str
    reference: str
    account: str
    invoices: tuple[str, ...]
    told_at: datetime
    notice: str | None = None
    asked_minor: int | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, KIND, self.reference)


def reference_for(
    creditor: str, account: str, invoices: tuple[str, ...], notice: str | None, now: datetime
) -> PaymentReference | None:
    """Return the reference for `invoices`, to be committed; None for none. `notice` tells it."""
    if not invoices:
        return None
    if len(invoices) == 1:
        told = invoice_reference(invoices[0])
        return PaymentReference(creditor, told, account, invoices, now)
    told = bundle_reference(account, invoices)
    return PaymentReference(creditor, told, account, invoices, now, notice)


def instalments_for(
    plan: Plan, now: datetime, notice: str | None = None
) -> tuple[PaymentReference, ...]:
    """Return what the reference of each instalment stands for, to be committed before one is told;
    nothing for a plan that has none.
    """
    return tuple(
        PaymentReference(
            plan.creditor,
            reference,
            plan.account,
            plan.invoices,
            now,
            notice,
            part.amount_minor,
        )
        for reference, part in zip(plan.references, plan.instalments, strict=False)
    )


def invoices_of(store: Store, creditor: str, text: str) -> PaymentReference | None:
    """Return what a reference on a bank statement stands for; None for one that is wrong or not
    ours. Blanks and small letters do not matter.
    """
    if not is_reference(text):
        return None
    return store.get(PaymentReference, creditor, KIND, compact_reference(text))
