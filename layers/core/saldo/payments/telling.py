"""The events that tell of a payment itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

from saldo.events import Event, event
from saldo.ids import Ids
from saldo.money import format_amount
from saldo.payments.model import Payment

TOLD_INVOICES_MAX: Final = 100
"""So many invoices an event names; all of them are counted. An event on the bus holds 256 KB."""


def told_invoices(numbers: Sequence[str]) -> dict[str, Any]:
    """Return what an event says of the invoices that a payment is for."""
    return {"invoices": list(numbers[:TOLD_INVOICES_MAX]), "invoice_count": len(numbers)}


def started_event(ids: Ids, now: datetime, payment: Payment) -> Event:
    """Return the event of a payer who was sent to the provider's page."""
    return event(
        ids.ulid(now),
        now,
        "payment.started",
        payment.creditor,
        payment.account,
        payment=payment.id,
        invoice=payment.invoice,
        **told_invoices(payment.invoices),
        provider=payment.provider,
        amount=format_amount(payment.amount_minor, payment.currency),
        currency=payment.currency,
    )


def payment_event(
    ids: Ids,
    now: datetime,
    type_: Literal["payment.processing", "payment.settled", "payment.failed", "payment.unmatched"],
    payment: Payment,
    credit_minor: int = 0,
) -> Event:
    """Return the event of a payment that moved; `credit_minor` of it pays nothing yet."""
    more: dict[str, Any] = {}
    if payment.second_of is not None:
        more["second_of"] = payment.second_of
    if payment.invoices:
        more |= told_invoices(payment.invoices)
    return event(
        ids.ulid(now),
        now,
        type_,
        payment.creditor,
        payment.account,
        payment=payment.id,
        invoice=payment.invoice,
        provider=payment.provider,
        currency=payment.currency,
        amount=format_amount(payment.amount_minor, payment.currency),
        allocated=format_amount(payment.allocated_minor, payment.currency),
        credit=format_amount(credit_minor, payment.currency),
        received_on=payment.received_on.isoformat() if payment.received_on else None,
        method=payment.method,
        failure=payment.failure,
        **more,
    )
