"""Money beside the payers: payouts of providers, money taken on site, money moved from suspense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from saldo.accounts.model import Creditor
from saldo.accounts.service import InvoiceUnknown, account_in
from saldo.accounts.zones import day_at
from saldo.clock import Clock
from saldo.errors import Conflict, Invalid, NotFound
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.model import Credit, Invoice, NumberTaken
from saldo.ledger.model import JournalEntry, Posting
from saldo.ledger.rules import (
    transfer_from_suspense_lines,
    transfer_to_credit_lines,
)
from saldo.money import format_amount
from saldo.payments.allocate import Allocator, Grounds
from saldo.payments.discounted import deducted
from saldo.payments.model import Payment, PaymentRef, PromisedDiscount
from saldo.payments.payout_book import PayoutBook
from saldo.payments.ports import ProviderEvent
from saldo.payments.settle import SUSPENSE_CREDITOR, Settlement
from saldo.payments.told import Payout
from saldo.store import CommitConflict, Put, Store, Wake

COUNTER = "counter"
"""The "provider" of money taken on site: its clearing account is the till and the terminal."""


class CounterPaymentDiffers(Conflict):
    """A payment of that id was booked already, with another amount or invoice."""

    code = "counter-payment-differs"


class AccountsDiffer(Invalid):
    """The invoices belong to several accounts: money of one never pays another's."""

    code = "accounts-differ"


class CounterAmount(Invalid):
    """The amount taken is not positive."""

    code = "counter-amount"


class NotOnSuspense(NotFound):
    """There is no such money on suspense, or it was moved before."""

    code = "not-on-suspense"


@dataclass(frozen=True, slots=True)
class CounterPayment:
    """Money taken at the counter; `id` is the till's or the ERP's own and makes repeats safe.

    `provider` is whose clearing account the money stands on: the counter's, or that of an ERP which
    booked it at its own bank.
    """

    id: str
    creditor: str
    invoices: tuple[str, ...]
    amount_minor: int
    currency: str
    received_on: date
    method: str
    provider: str = COUNTER


def counter_id(creditor: str, id_: str) -> str:
    """Return our id of a counter payment by the till's."""
    return f"{creditor}:{COUNTER}:{id_}"


def own_counter_id(payment: Payment) -> str | None:
    """Return the till's id of a counter payment, None for any other payment."""
    if payment.provider != COUNTER:
        return None
    return payment.id.removeprefix(counter_id(payment.creditor, ""))


def _same(known: Payment, taken: CounterPayment) -> bool:
    """Tell whether a payment is this one; day and method stand on it once it has settled."""
    return (
        (known.invoices, known.amount_minor, known.currency)
        == (taken.invoices, taken.amount_minor, taken.currency)
        and known.received_on in (None, taken.received_on)
        and known.method in (None, taken.method)
    )


class Treasury:
    """Books payouts, counter payments and transfers."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, settlement: Settlement) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._settlement, self._allocator = settlement, Allocator(store, clock, ids)

    def take_at_counter(self, taken: CounterPayment) -> Payment:
        """Book a payment taken on site; it settles like any other.

        Raises InvoiceUnknown, AccountsDiffer, CounterAmount or CounterPaymentDiffers.
        """
        if taken.amount_minor <= 0:
            raise CounterAmount("The amount must be positive.").at("/amount")
        account = self._account_of(taken.creditor, taken.invoices)
        discounts = self._discounts(account, taken)
        id_ = counter_id(taken.creditor, taken.id)
        payment = Payment(
            taken.creditor,
            account,
            id_,
            taken.provider,
            taken.invoices[0],
            taken.currency,
            taken.amount_minor,
            "intended",
            self._clock.now(),
            more_invoices=taken.invoices[1:],
            provider_id=id_,
            discounts=discounts,
            version=1,
        )
        try:
            self._store.commit([Put(payment), Put(PaymentRef(id_, taken.creditor, account))])
        except CommitConflict:
            known = self._store.get(Payment, *payment.key)
            if known is None or not _same(known, taken):
                raise CounterPaymentDiffers(
                    f"Payment {taken.id!r} is booked already, with other contents."
                ).at("/id") from None
        now = self._clock.now()
        self._settlement.settle(
            ProviderEvent(
                taken.provider,
                f"{id_}:settled",
                id_,
                id_,
                "settled",
                taken.amount_minor,
                taken.currency,
                now,
                taken.received_on,
                taken.method,
            )
        )
        booked = self._store.get(Payment, *payment.key)
        assert booked is not None, "it was just written"
        return booked

    def _discounts(self, account: str, taken: CounterPayment) -> tuple[PromisedDiscount, ...]:
        """Return the cash discounts that the payer took by the sum that was paid."""
        creditor = self._store.get(Creditor, taken.creditor)
        keys = [(taken.creditor, account, number) for number in dict.fromkeys(taken.invoices)]
        found = self._store.get_many(Invoice, keys)
        own = [found[key] for key in keys if found[key].currency == taken.currency]
        tolerance = creditor.discount_tolerance_days if creditor else 0
        return deducted(own, taken.amount_minor, taken.received_on, tolerance)

    def _account_of(self, creditor: str, invoices: Sequence[str]) -> str:
        accounts = set()
        for number in invoices:
            taken = self._store.get(NumberTaken, creditor, "invoice", number)
            if taken is None:
                raise InvoiceUnknown(f"There is no invoice {number!r}.").at("/invoices")
            accounts.add(taken.account)
        if len(accounts) != 1:
            raise AccountsDiffer("Name invoices of one account.").at("/invoices")
        return accounts.pop()

    def book_payout(self, provider: str, payout: Payout) -> bool:
        """Book a payout as it is, without comparing it; False when it was booked before.

        Raises PayoutDoesNotAddUp.
        """
        return PayoutBook(self._store, self._clock, self._ids).book(provider, payout)

    def transfer(
        self,
        suspense_account: str,
        payment_id: str,
        creditor: str,
        account: str,
        invoices: Sequence[str],
        grounds: Grounds,
    ) -> Credit | None:
        """Move money from suspense to an account, and on to its invoices.

        Returns what stayed credit, None if all was allocated. Raises NotOnSuspense or
        AccountUnknown. One transaction of two entries that each balance through `transfer`.
        """
        held = self._store.get(Payment, SUSPENSE_CREDITOR, suspense_account, payment_id)
        if held is None or held.moved_to is not None:
            raise NotOnSuspense(f"{payment_id!r} does not stand on suspense.")
        account_in(self._store, creditor, account)
        now = self._clock.now()
        today = day_at(self._store, creditor, now)
        moved = replace(held, moved_to=f"{creditor}/{account}", version=held.version + 1)
        credit = Credit(
            creditor,
            account,
            held.source,
            held.currency,
            held.amount_minor,
            held.received_on or today,
            tuple(invoices),
            now if invoices else None,
            version=1,
        )

        def entry(place: tuple[str, str], lines: tuple[Posting, ...]) -> Put:
            return Put(
                JournalEntry(
                    *place,
                    "transfer",
                    held.id,
                    today,
                    held.currency,
                    lines,
                    now,
                    grounds.by,
                    grounds.reason,
                )
            )

        try:
            self._store.commit(
                [
                    Put(moved, expect=held.version),
                    Put(credit),
                    entry(
                        (SUSPENSE_CREDITOR, suspense_account),
                        transfer_from_suspense_lines(held.id, held.amount_minor),
                    ),
                    entry(
                        (creditor, account), transfer_to_credit_lines(held.id, held.amount_minor)
                    ),
                    Wake(creditor, account, now),
                    Put(
                        event(
                            self._ids.ulid(now),
                            now,
                            "payment.transferred",
                            creditor,
                            account,
                            payment=held.id,
                            currency=held.currency,
                            amount=format_amount(held.amount_minor, held.currency),
                            by=grounds.by,
                            reason=grounds.reason,
                        )
                    ),
                ]
            )
        except CommitConflict:
            raise NotOnSuspense(f"{payment_id!r} was moved by somebody else.") from None
        self._allocator.resume(creditor, account, credit.source, grounds)
        return self._store.get(Credit, *credit.key)
