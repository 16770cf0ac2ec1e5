"""Payments that nobody told the end of: looked up at the provider, or given up.

A callback may be lost for good and its payer never come back. The provider still knows, so it is
asked, by schedule, about every payment that has waited too long for a word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from saldo.accounts.service import Accounts
from saldo.clock import Clock
from saldo.errors import Unavailable
from saldo.events import event
from saldo.ids import Ids
from saldo.money import format_amount
from saldo.payments.model import ENDED, Payment
from saldo.payments.settle import Settlement
from saldo.store import CommitConflict, Put, Store, Wake

STUCK_AFTER = timedelta(minutes=15)
"""A payment without an end for this long is looked up; callbacks usually come within seconds."""

NEVER_STARTED_AFTER = timedelta(hours=24)
"""An intent whose page was never made is given up then: no payer has anything to pay on, and no
provider keeps an idempotency key for longer. Money that comes all the same settles it."""

NEVER_STARTED = "The payment was never started."


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
        "given-up" for intents that never came to a page, and "no-answer" where the provider did
        not answer or the books were busy: the next look tries those again.
        """
        done: Counter[str] = Counter()
        for payment in self._stuck():
            try:
                if payment.state == "intended":
                    done["given-up"] += self._give_up(payment)
                else:
                    done[self._settlement.look_up(payment)] += 1
            except Unavailable:
                done["no-answer"] += 1
        return +done

    def _stuck(self) -> Iterator[Payment]:
        until = self._clock.now() - STUCK_AFTER
        for creditor in self._accounts.creditors():
            for key in self._store.work(Payment, "payment", creditor.id, until):
                # The index may lag behind: what counts is the record.
                payment = self._store.get(Payment, *key)
                if payment is not None and payment.state not in ENDED:
                    yield payment

    def _give_up(self, payment: Payment) -> bool:
        """End an intent that is too old; False when it is not, or when it moved meanwhile."""
        now = self._clock.now()
        if now - payment.created_at < NEVER_STARTED_AFTER:
            return False
        ended = replace(
            payment, state="cancelled", failure=NEVER_STARTED, version=payment.version + 1
        )
        told = event(
            self._ids.ulid(now),
            now,
            "payment.failed",
            payment.creditor,
            payment.account,
            payment=payment.id,
            invoice=payment.invoice,
            provider=payment.provider,
            currency=payment.currency,
            amount=format_amount(payment.amount_minor, payment.currency),
            allocated=format_amount(0, payment.currency),
            credit=format_amount(0, payment.currency),
            received_on=None,
            method=payment.method,
            failure=NEVER_STARTED,
        )
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
