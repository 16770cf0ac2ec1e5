"""What money has left undone, found by its work entries and brought to an end, by schedule.

Payments that nobody told the end of are looked up; credit that was being allocated to many invoices
when something broke goes on; refunds that were promised and not asked for are asked for again, and
those whose end nobody told are looked up; mandates, scheduled payments and plans are brought on;
so are bank entries that were decided on, and those that matching did not come to.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from saldo.accounts.service import Accounts
from saldo.clock import Clock
from saldo.collection.agreements import Agreements
from saldo.errors import Refusal
from saldo.invoices.model import Credit
from saldo.payments.allocate import Allocator, Grounds
from saldo.payments.model import Refund
from saldo.payments.refunds import Refunding, RefundOrder
from saldo.payments.stuck import StuckPayments
from saldo.store import Store

if TYPE_CHECKING:
    from saldo.bank_entries.service import BankEntries

LEFT_AFTER = timedelta(minutes=10)
"""What is younger is still being worked on."""

REFUND_LOOKED_UP_AFTER = timedelta(hours=1)
"""A refund that the provider works on is looked up then, and again at every tending: callbacks of
refunds come within minutes from some providers, after days of banking from others."""


class Tending:
    """Looks after everything about money that waits for somebody."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        accounts: Accounts,
        stuck: StuckPayments,
        allocator: Allocator,
        refunds: Refunding,
        agreements: Agreements | None = None,
        bank_entries: BankEntries | None = None,
    ) -> None:
        self._store, self._clock, self._accounts = store, clock, accounts
        self._stuck, self._allocator, self._refunds = stuck, allocator, refunds
        self._agreements, self._bank_entries = agreements, bank_entries

    def tend(self) -> Counter[str]:
        """Bring on what was left; return how many of what, by what was done about it."""
        done = Counter({f"payments {name}": n for name, n in self._stuck.look().items()})
        until = self._clock.now() - LEFT_AFTER
        for creditor in self._accounts.creditors():
            for key in self._store.work(Credit, "allocation", creditor.id, until):
                done[self._allocate(*key)] += 1
            for key in self._store.work(Refund, "refund", creditor.id, until):
                if what := self._refund(key):
                    done[what] += 1
            if self._bank_entries is not None:
                done.update(self._entries_of(self._bank_entries, creditor.id))
        if self._agreements is not None:
            done.update(self._agreements.tend())
        return done

    def _entries_of(self, entries: BankEntries, creditor: str) -> Counter[str]:
        """Go on with what was decided about bank entries, and match what nobody looked at yet."""
        try:
            count = entries.tidy(creditor)
        except Refusal:
            return Counter({"bank entries busy": 1})
        return Counter({"bank entries finished": count}) if count else Counter()

    def _allocate(self, creditor: str, account: str, source: str) -> str:
        try:
            self._allocator.resume(creditor, account, source)
        except Refusal:
            return "allocations busy"
        return "allocations finished"

    def _refund(self, key: tuple[str, ...]) -> str:
        """Bring a refund on; return what was done, nothing if it is not its time."""
        refund = self._store.get(Refund, *key)
        if refund is None or refund.state in ("done", "failed"):
            return ""
        try:
            if refund.state == "promised":
                return f"refunds {self._ask_again(refund)}"
            if self._clock.now() - refund.created_at < REFUND_LOOKED_UP_AFTER:
                return ""
            return f"refunds {self._refunds.look_up(refund)}"
        except Refusal:
            return "refunds no-answer"

    def _ask_again(self, refund: Refund) -> str:
        order = RefundOrder(
            refund.id,
            refund.creditor,
            refund.account,
            refund.payment,
            refund.amount_minor,
            Grounds(refund.by, refund.reason),
        )
        return self._refunds.refund(order).state
