"""What refunds and chargebacks have in common: a payment that was booked, and money going back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from saldo.accounts.zones import day_at
from saldo.errors import NotFound, Unavailable
from saldo.invoices.model import Credit
from saldo.ledger.model import CauseKind, JournalEntry, Posting
from saldo.payments.allocate import Grounds
from saldo.payments.model import Payment, PaymentRef, ProviderRef
from saldo.payments.settle import SUSPENSE_CREDITOR, suspense_account_of
from saldo.payments.told import ChargebackTold, RefundTold
from saldo.store import Put, Store, Wake, Write

ATTEMPTS_MAX = 8


class PaymentUnknown(NotFound):
    """There is no such payment."""

    code = "payment-unknown"


class ReversalBusy(Unavailable):
    """The payment keeps changing; the event will come again."""

    code = "reversal-busy"


def known_payment(store: Store, creditor: str, account: str, payment: str) -> Payment:
    """Return a payment whose money stands on an account, as it stands there; raise PaymentUnknown.

    Money that was moved there from suspense keeps its id, its provider and its credit's name.
    """
    found = store.get(Payment, creditor, account, payment)
    if found is None:
        found = store.get(Payment, SUSPENSE_CREDITOR, suspense_account_of(payment), payment)
    at_home = found and where_it_stands(found)
    if at_home is None or (at_home.creditor, at_home.account) != (creditor, account):
        raise PaymentUnknown(f"There is no payment {payment!r}.")
    return at_home


def where_it_stands(payment: Payment) -> Payment:
    """Return a payment under the account on which its money stands now.

    That is another one than its record's if it was moved from suspense: such a payment is for
    reading alone.
    """
    if payment.moved_to is None:
        return payment
    creditor, _, account = payment.moved_to.partition("/")
    return replace(payment, creditor=creditor, account=account)


def payment_told_of(store: Store, told: RefundTold | ChargebackTold) -> Payment | None:
    """Find the payment whose money a provider tells of, on suspense too; None if it is not ours.

    The provider's id comes first: money that came twice under one attempt bears one reference.
    """
    ref: PaymentRef | ProviderRef | None = None
    ref = store.get(ProviderRef, told.provider, told.provider_id) if told.provider_id else None
    if ref is None and told.reference:
        ref = store.get(PaymentRef, told.reference)
    return store.get(Payment, ref.creditor, ref.account, ref.payment) if ref else None


def credit_of(store: Store, payment: Payment, now: datetime) -> tuple[Credit, int]:
    """Return a payment's credit, an empty one if nothing is left of it, and its version (0)."""
    old = store.get(Credit, payment.creditor, payment.account, payment.source)
    if old is not None:
        return old, old.version
    today = day_at(store, payment.creditor, now)
    empty = Credit(payment.creditor, payment.account, payment.source, payment.currency, 0, today)
    return empty, 0


def wake_of(payment: Payment, now: datetime) -> list[Write]:
    """Return what wakes the payment's account; suspense, which nobody reminds, has none."""
    if payment.creditor == SUSPENSE_CREDITOR:
        return []
    return [Wake(payment.creditor, payment.account, now)]


def entry_of(
    store: Store,
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
            day_at(store, payment.creditor, now),
            payment.currency,
            lines,
            now,
            grounds.by,
            grounds.reason,
        )
    )
