"""What money has left undone, found by its work entries and brought to an end, by schedule.

Payments that nobody told the end of are looked up; credit that was being allocated to many invoices
when something broke goes on; refunds that were promised and not asked for are asked for again.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from saldo.accounts.service import Accounts
from saldo.clock import Clock
from saldo.errors import Refusal
from saldo.invoices.model import Credit
from saldo.payments.allocate import Allocator, Grounds
from saldo.payments.model import Refund
from saldo.payments.reversals import RefundOrder, Reversals
from saldo.payments.stuck import StuckPayments
from saldo.store import Store

LEFT_AFTER = timedelta(minutes=10)
"""What is younger is still being worked on."""


class Tending:
    """Looks after everything about money that waits for somebody."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        accounts: Accounts,
        stuck: StuckPayments,
        allocator: Allocator,
        reversals: Reversals,
    ) -> None:
        self._store, self._clock, self._accounts = store, clock, accounts
        self._stuck, self._allocator, self._reversals = stuck, allocator, reversals

    def tend(self) -> Counter[str]:
        """Bring on what was left; return how many of what, by what was done about it."""
        done = Counter({f"payments {name}": n for name, n in self._stuck.look().items()})
        until = self._clock.now() - LEFT_AFTER
        for creditor in self._accounts.creditors():
            for key in self._store.work(Credit, "allocation", creditor.id, until):
                done[self._allocate(*key)] += 1
            for key in self._store.work(Refund, "refund", creditor.id, until):
                done[self._ask_again(key)] += 1
        return done

    def _allocate(self, creditor: str, account: str, source: str) -> str:
        try:
            self._allocator.resume(creditor, account, source)
        except Refusal:
            return "allocations busy"
        return "allocations finished"

    def _ask_again(self, key: tuple[str, ...]) -> str:
        refund = self._store.get(Refund, *key)
        if refund is None or refund.state != "promised":
            return "refunds waiting"
        order = RefundOrder(
            refund.id,
            refund.creditor,
            refund.account,
            refund.payment,
            refund.amount_minor,
            Grounds(refund.by, refund.reason),
        )
        try:
            return f"refunds {self._reversals.refund(order).state}"
        except Refusal:
            return "refunds no-answer"
