"""Payments that nobody told the end of: looked up at the provider, or given up.

A callback may be lost for good and its payer never come back. The provider still knows, so it is
asked, by schedule, about every payment that has waited too long for a word; and a few times more
about those that failed or were cancelled, because money may come after all. Pages on which nothing
is left to pay are closed, so that nobody pays twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from saldo.accounts.service import Accounts
from saldo.clock import Clock
from saldo.errors import Unavailable
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.payments.model import ENDED, LOOKS_AFTER_END, Payment
from saldo.payments.settle import Settlement
from saldo.payments.telling import payment_event
from saldo.store import CommitConflict, Put, Store, Wake

STUCK_AFTER = timedelta(minutes=15)
"""A payment without an end for this long is looked up; callbacks usually come within seconds."""

NEVER_STARTED_AFTER = timedelta(hours=24)
"""An intent whose page was never made is given up then: no payer has anything to pay on, and no
provider keeps an idempotency key for longer. Money that comes all the same settles it."""

NEVER_STARTED = "The payment was never started."

NO_MORE_LOOKS_AFTER = timedelta(hours=96)
"""A payment that ended this long ago is let go, though the provider did not answer about it."""


class StuckPayments:
    """Finds payments without an end and brings each as far as the provider knows."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, accounts: Accounts, settlement: Settlement
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._accounts, self._settlement = accounts, settlement

    def look(self) -> Counter[str]:
        """Look after every stuck payment of every creditor; return how many went which way.

        The keys are the outcomes of a settlement ("settled", "failed", "nothing-new" …),
        "given-up" for intents that never came to a page, "page-closed" where there was nothing left
        to pay, "looked-again" where one that had ended is as it was, and "no-answer" where the
        provider did not answer or the books were busy: the next look tries those again.
        """
        done: Counter[str] = Counter()
        self._each(self._pointless(), self._close, done)
        self._each(self._ended(), self._look_again, done)
        for payment in self._stuck():
            try:
                if payment.state == "intended":
                    done["given-up"] += self._give_up(payment)
                else:
                    done[self._settlement.look_up(payment)] += 1
            except Unavailable:
                done["no-answer"] += 1
        return +done

    def _each(
        self, payments: Iterator[Payment], do: Callable[[Payment], str], done: Counter[str]
    ) -> None:
        for payment in payments:
            try:
                done[do(payment)] += 1
            except Unavailable:
                done["no-answer"] += 1

    def _stuck(self) -> Iterator[Payment]:
        for payment in self._work("payment", STUCK_AFTER):
            if payment.state not in ENDED:
                yield payment

    def _pointless(self) -> Iterator[Payment]:
        """Yield payments whose page is open though every invoice they are for is closed."""
        for payment in self._work("payment", timedelta(0)):
            if payment.state != "open" or payment.hosted_url is None or not payment.invoices:
                continue
            keys = [(payment.creditor, payment.account, n) for n in payment.invoices]
            if not any(i.is_open for i in self._store.get_many(Invoice, keys).values()):
                yield payment

    def _close(self, payment: Payment) -> str:
        outcome = self._settlement.close_page(payment)
        return "page-closed" if outcome == "cancelled" else outcome

    def _ended(self) -> Iterator[Payment]:
        for payment in self._work("ended-payment", timedelta(0)):
            due = payment.work_entry
            if payment.state in ENDED and due is not None and due[2] <= self._clock.now():
                yield payment

    def _look_again(self, payment: Payment) -> str:
        """Ask once more about a payment that came to nothing."""
        now, looks = self._clock.now(), payment.looks + 1
        assert payment.ended_at is not None, "it has a work entry"
        try:
            outcome = self._settlement.look_up(payment)
        except Unavailable:
            if now - payment.ended_at < NO_MORE_LOOKS_AFTER:
                raise
            outcome, looks = "nothing-new", len(LOOKS_AFTER_END)
        if outcome != "nothing-new":
            return outcome
        looked = replace(payment, looks=looks, version=payment.version + 1)
        with suppress(CommitConflict):  # it moved meanwhile: what moved it stands
            self._store.commit([Put(looked, expect=payment.version)])
        return "looked-again"

    def _work(self, name: str, age: timedelta) -> Iterator[Payment]:
        until = self._clock.now() - age
        for creditor in self._accounts.creditors():
            for key in self._store.work(Payment, name, creditor.id, until):
                # The index may lag behind: what counts is the record.
                payment = self._store.get(Payment, *key)
                if payment is not None:
                    yield payment

    def _give_up(self, payment: Payment) -> bool:
        """End an intent that is too old; False when it is not, or when it moved meanwhile."""
        now = self._clock.now()
        if now - payment.created_at < NEVER_STARTED_AFTER:
            return False
        ended = replace(
            payment, state="cancelled", failure=NEVER_STARTED, version=payment.version + 1
        )
        told = payment_event(self._ids, now, "payment.failed", ended)
        try:
            self._store.commit(
                [
                    Put(ended, expect=payment.version),
                    Put(told),
                    Wake(payment.creditor, payment.account, now),
                ]
            )
        except CommitConflict:
            return False  # the payer went on, or the provider told: that stands
        return True
