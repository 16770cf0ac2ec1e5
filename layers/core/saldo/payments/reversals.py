"""What refunds and chargebacks have in common: a payment that was booked, and money going back."""

from __future__ import annotations

from datetime import datetime

from saldo.errors import NotFound, Unavailable
from saldo.invoices.model import Credit
from saldo.ledger.model import CauseKind, JournalEntry, Posting
from saldo.payments.allocate import Grounds
from saldo.payments.model import Payment
from saldo.payments.settle import SUSPENSE_CREDITOR
from saldo.store import Put, Store, Wake, Write

ATTEMPTS_MAX = 8


class PaymentUnknown(NotFound):
    """There is no such payment."""

    code = "payment-unknown"


class ReversalBusy(Unavailable):
    """The payment keeps changing; the event will come again."""

    code = "reversal-busy"


def known_payment(store: Store, creditor: str, account: str, payment: str) -> Payment:
    """Return a payment; raise PaymentUnknown."""
    found = store.get(Payment, creditor, account, payment)
    if found is None:
        raise PaymentUnknown(f"There is no payment {payment!r}.")
    return found


def credit_of(store: Store, payment: Payment, now: datetime) -> tuple[Credit, int]:
    """Return a payment's credit, an empty one if nothing is left of it, and its version (0)."""
    old = store.get(Credit, payment.creditor, payment.account, payment.source)
    if old is not None:
        return old, old.version
    empty = Credit(
        payment.creditor, payment.account, payment.source, payment.currency, 0, now.date()
    )
    return empty, 0


def wake_of(payment: Payment, now: datetime) -> list[Write]:
    """Return what wakes the payment's account; suspense, which nobody reminds, has none."""
    if payment.creditor == SUSPENSE_CREDITOR:
        return []
    return [Wake(payment.creditor, payment.account, now)]


def entry_of(
    payment: Payment,
    cause: CauseKind,
    cause_id: str,
    lines: tuple[Posting, ...],
    now: datetime,
    grounds: Grounds,
) -> Put:
    """Return the journal entry of a fact about a payment's money."""
    return Put(
        JournalEntry(
            payment.creditor,
            payment.account,
            cause,
            cause_id,
            now.date(),
            payment.currency,
            lines,
            now,
            grounds.by,
            grounds.reason,
        )
    )
