"""What an ERP may know of as settled on an invoice."""

from __future__ import annotations

from dataclasses import dataclass

from saldo.invoices.model import Allocation, Invoice
from saldo.payments.model import BOOKED_BY_ERP, Payment
from saldo.store import Store


@dataclass(frozen=True, slots=True)
class SettledHere:
    """How much of an invoice is settled here, in minor units.

    `minor` is what was settled of the invoice's own amount, and what of the ERP's own payments went
    to fees and interest, of which the ERP knows nothing. `erps_minor` of it are the ERP's own
    payments. `came_back` says that money of others was taken off it again: while the ERP has not
    heard of that, it says that the invoice is settled, and that is no new money.
    """

    minor: int
    erps_minor: int = 0
    came_back: bool = False


def settled_here(store: Store, invoice: Invoice) -> SettledHere:
    """Return what is settled on an invoice as its ERP sees it."""
    charges_minor, erps_minor, came_back = 0, 0, False
    for made in store.list(Allocation, invoice.creditor, invoice.account):
        if made.invoice != invoice.number:
            continue
        id_ = made.source.removeprefix("payment#")
        payment = store.get(Payment, invoice.creditor, invoice.account, id_)
        is_erps = payment is not None and payment.method == BOOKED_BY_ERP
        if made.reversed_at is not None:
            came_back = came_back or not is_erps
        elif is_erps:
            charges_minor += made.costs_minor + made.interest_minor
            erps_minor += made.parts.total
    minor = invoice.amount_minor - invoice.parts.principal + charges_minor
    return SettledHere(minor, erps_minor, came_back)
