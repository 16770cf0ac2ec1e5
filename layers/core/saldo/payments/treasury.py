"""Money beside the payers: payouts of providers, money taken on site, money moved from suspense."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from saldo.accounts.model import Account
from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.clock import Clock
from saldo.errors import Conflict, Invalid, NotFound
from saldo.events import event
from saldo.ids import Ids
from saldo.invoices.model import Credit, NumberTaken
from saldo.ledger.model import JournalEntry, Posting
from saldo.ledger.rules import (
    payout_lines,
    transfer_from_suspense_lines,
    transfer_to_credit_lines,
)
from saldo.money import format_amount
from saldo.payments.allocate import Allocator, Grounds
from saldo.payments.model import Payment, PaymentRef
from saldo.payments.ports import ProviderEvent
from saldo.payments.settle import SUSPENSE_CREDITOR, Settlement
from saldo.payments.told import Payout
from saldo.store import CommitConflict, Put, Store, Wake

COUNTER = "counter"
"""The "provider" of money taken on site: its clearing account is the till and the terminal."""


class CounterPaymentDiffers(Conflict):
    """A payment of that id was booked already, with another amount or invoice."""

    code = "counter-payment-differs"


class CounterAmount(Invalid):
    """The amount taken is not positive."""

    code = "counter-amount"


class PayoutDoesNotAddUp(Invalid):
    """The lines of a payout do not sum to its amount."""

    code = "payout-does-not-add-up"


class NotOnSuspense(NotFound):
    """There is no such money on suspense, or it was moved before."""

    code = "not-on-suspense"


@dataclass(frozen=True, slots=True)
class CounterPayment:
    """Money taken at the counter; `id` is the till's or the ERP's own and makes repeats safe."""

    id: str
    creditor: str
    invoices: tuple[str, ...]
    amount_minor: int
    currency: str
    received_on: date
    method: str


class Treasury:
    """Books payouts, counter payments and transfers."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, settlement: Settlement) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._settlement, self._allocator = settlement, Allocator(store, clock, ids)

    def take_at_counter(self, taken: CounterPayment) -> Payment:
        """Book a payment taken on site; it settles like any other.

        Raises InvoiceUnknown, CounterAmount or CounterPaymentDiffers.
        """
        if taken.amount_minor <= 0:
            raise CounterAmount("The amount must be positive.").at("/amount")
        account = self._account_of(taken.creditor, taken.invoices)
        id_ = f"{taken.creditor}:{COUNTER}:{taken.id}"
        payment = Payment(
            taken.creditor,
            account,
            id_,
            COUNTER,
            taken.invoices[0],
            taken.currency,
            taken.amount_minor,
            "intended",
            self._clock.now(),
            more_invoices=taken.invoices[1:],
            provider_id=id_,
            version=1,
        )
        try:
            self._store.commit([Put(payment), Put(PaymentRef(id_, taken.creditor, account))])
        except CommitConflict:
            known = self._store.get(Payment, *payment.key)
            same = known and (known.invoices, known.amount_minor, known.currency) == (
                payment.invoices,
                payment.amount_minor,
                payment.currency,
            )
            if not same:
                raise CounterPaymentDiffers(
                    f"Payment {taken.id!r} is booked already, with other contents."
                ).at("/id") from None
        now = self._clock.now()
        self._settlement.settle(
            ProviderEvent(
                COUNTER,
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

    def _account_of(self, creditor: str, invoices: Sequence[str]) -> str:
        accounts = set()
        for number in invoices:
            taken = self._store.get(NumberTaken, creditor, "invoice", number)
            if taken is None:
                raise InvoiceUnknown(f"There is no invoice {number!r}.").at("/invoices")
            accounts.add(taken.account)
        if len(accounts) != 1:
            raise Invalid("Name invoices of one account.").at("/invoices")
        return accounts.pop()

    def book_payout(self, provider: str, payout: Payout, creditor: str = SUSPENSE_CREDITOR) -> bool:
        """Book a payout, gross, fees and net; False when it was booked before.

        Raises PayoutDoesNotAddUp.
        """
        gross = sum(line.gross_minor for line in payout.lines)
        fees = sum(line.fee_minor for line in payout.lines)
        nets = sum(line.net_minor for line in payout.lines)
        if nets != payout.amount_minor or gross - fees != nets:
            raise PayoutDoesNotAddUp(
                f"Payout {payout.payout_id!r}: the lines sum to "
                f"{format_amount(nets, payout.currency)}, not to "
                f"{format_amount(payout.amount_minor, payout.currency)} {payout.currency}."
            )
        now = self._clock.now()
        account = f"~provider~{provider}"
        lines = payout_lines(provider, gross, fees)
        if not lines:
            return False
        entry = JournalEntry(
            creditor,
            account,
            "payout",
            payout.payout_id,
            payout.arrives_on or now.date(),
            payout.currency,
            lines,
            now,
            f"provider:{provider}",
        )
        told = event(
            self._ids.ulid(now),
            now,
            "payout.booked",
            creditor,
            account,
            payout=payout.payout_id,
            provider=provider,
            currency=payout.currency,
            gross=format_amount(gross, payout.currency),
            fees=format_amount(fees, payout.currency),
            net=format_amount(payout.amount_minor, payout.currency),
            lines=len(payout.lines),
        )
        try:
            self._store.commit([Put(entry), Put(told)])
        except CommitConflict:
            return False
        return True

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
        if self._store.get(Account, creditor, account) is None:
            raise AccountUnknown(f"There is no account {account!r}.")
        now = self._clock.now()
        moved = replace(held, moved_to=f"{creditor}/{account}", version=held.version + 1)
        credit = Credit(
            creditor,
            account,
            held.source,
            held.currency,
            held.amount_minor,
            held.received_on or now.date(),
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
                    now.date(),
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
