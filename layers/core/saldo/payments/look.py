"""Looking at payments: one by its id, those of an account or invoice, money on suspense."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from saldo.accounts.service import InvoiceUnknown
from saldo.invoices.model import Allocation, Credit, Invoice, NumberTaken
from saldo.payments.model import Payment, PaymentRef, Refund
from saldo.payments.reversals import PaymentUnknown
from saldo.payments.settle import SUSPENSE_CREDITOR, suspense_account, suspense_accounts
from saldo.payments.treasury import counter_id
from saldo.store import Store

_PAYMENT = "payment#"


@dataclass(frozen=True, slots=True)
class PaymentView:
    """A payment with what it paid, what is left of it and what was given back of it.

    `credit` is None when nothing is left. Allocations come in the order of the invoices' numbers,
    those taken back included.
    """

    payment: Payment
    account: str
    credit: Credit | None
    allocations: tuple[Allocation, ...]
    refunds: tuple[Refund, ...]

    @property
    def credit_minor(self) -> int:
        return self.credit.open_minor if self.credit else 0

    def concerns(self, invoice: str) -> bool:
        """Tell whether the payer designated `invoice`, or the money was allocated to it since."""
        return invoice in self.payment.invoices or any(
            made.invoice == invoice for made in self.allocations
        )


def invoice_of(store: Store, creditor: str, number: str) -> Invoice:
    """Return an invoice by its number; raise InvoiceUnknown."""
    taken = store.get(NumberTaken, creditor, "invoice", number)
    found = store.get(Invoice, creditor, taken.account, number) if taken else None
    if found is None:
        raise InvoiceUnknown(f"There is no invoice {number!r}.")
    return found


def find_payment(store: Store, creditor: str, id_: str) -> PaymentView:
    """Return a creditor's payment by our id of it, or by the id that its till gave it.

    Money that was moved here from suspense is found too; what belongs to another creditor is not.
    Raises PaymentUnknown.
    """
    for name in (id_, counter_id(creditor, id_)):
        ref = store.get(PaymentRef, name)
        if ref is not None and ref.creditor == creditor:
            payment = store.get(Payment, creditor, ref.account, ref.payment)
            if payment is not None:
                return _view(store, payment, payment.account)
    moved = _from_suspense(store, id_)
    if moved is not None and moved.moved_to is not None:
        owner, _, account = moved.moved_to.partition("/")
        if owner == creditor:
            return _view(store, moved, account)
    raise PaymentUnknown(f"There is no payment {id_!r}.")


def payments_on(store: Store, creditor: str, account: str) -> list[PaymentView]:
    """Return every payment of an account, the latest first, with money moved to it."""
    allocations = list(store.list(Allocation, creditor, account))
    credits_ = {c.source: c for c in store.list(Credit, creditor, account)}
    refunds = list(store.list(Refund, creditor, account))
    payments = {p.source: p for p in store.list(Payment, creditor, account)}
    sources = {*credits_, *(a.source for a in allocations)}
    for source in sources - set(payments):
        if source.startswith(_PAYMENT):
            moved = _from_suspense(store, source.removeprefix(_PAYMENT))
            if moved is not None:
                payments[source] = moved
    views = [
        _put_together(payment, account, credits_.get(source), allocations, refunds)
        for source, payment in payments.items()
    ]
    return sorted(views, key=lambda v: (v.payment.created_at, v.payment.id), reverse=True)


def on_suspense(store: Store) -> Iterator[Payment]:
    """Yield the money that fits nobody yet, of the whole installation."""
    for account in suspense_accounts():
        for payment in store.list(Payment, SUSPENSE_CREDITOR, account):
            if payment.moved_to is None:
                yield payment


def _from_suspense(store: Store, id_: str) -> Payment | None:
    """Return money that stands or stood on suspense, by its id `provider:provider_id`."""
    _, colon, provider_id = id_.partition(":")
    if not colon:
        return None
    return store.get(Payment, SUSPENSE_CREDITOR, suspense_account(provider_id), id_)


def _view(store: Store, payment: Payment, account: str) -> PaymentView:
    creditor = payment.creditor
    if payment.moved_to is not None:
        creditor = payment.moved_to.partition("/")[0]
    return _put_together(
        payment,
        account,
        store.get(Credit, creditor, account, payment.source),
        store.list(Allocation, creditor, account, payment.source),
        store.list(Refund, creditor, account),
    )


def _put_together(
    payment: Payment,
    account: str,
    credit: Credit | None,
    allocations: Iterable[Allocation],
    refunds: Iterable[Refund],
) -> PaymentView:
    return PaymentView(
        payment,
        account,
        credit,
        tuple(a for a in allocations if a.source == payment.source),
        tuple(
            sorted(
                (r for r in refunds if r.payment == payment.id), key=lambda r: (r.created_at, r.id)
            )
        ),
    )
