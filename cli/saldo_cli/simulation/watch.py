"""Looks at every commit as it happens: a notice may be claimed only for somebody who owes.

Written from the promise alone, without the planner's rules: it reads what the books say in the
instant in which the claim commits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor, Hold
from saldo.adapters.memory.store import MemoryStore
from saldo.clock import Clock, local_day
from saldo.invoices.model import Credit, Invoice, OpenItem
from saldo.reminders.model import Claim, Notice
from saldo.store import Put, Write


class Watch:
    """Commits to the books, and keeps what it saw that must not be."""

    def __init__(self, books: MemoryStore, clock: Clock) -> None:
        self._books, self._clock = books, clock
        self.violations: list[str] = []
        self.claimed_at: dict[str, datetime] = {}
        self.missed_pauses: dict[str, list[Hold]] = defaultdict(list)
        """Holds on the whole creditor that a claim missed: its mail must wait for their end."""

    def commit(self, writes: Sequence[Write]) -> None:
        """Commit; raises CommitConflict as the books do."""
        records = [write.record for write in writes if isinstance(write, Put)]
        claims = [record for record in records if isinstance(record, Claim)]
        notices = [record for record in records if isinstance(record, Notice)]
        wrong = [
            f"notice about {claim.invoice} at step {claim.step} was claimed although {reason}"
            for claim in claims
            if not claim.step.startswith("paid-")
            for notice in notices
            for reason in self._reasons(claim, notice)
        ]
        self._books.commit(writes)
        self.violations += wrong
        for claim in claims:
            self.claimed_at[claim.notice] = self._clock.now()

    def _reasons(self, claim: Claim, notice: Notice) -> list[str]:
        """Return why this claim must not commit now."""
        owner = (claim.creditor, claim.account)
        invoice = self._books.get(Invoice, *owner, claim.invoice)
        account = self._books.get(Account, *owner)
        assert invoice is not None, "a claim is about an invoice"
        assert account is not None, "an invoice has its account"
        reasons = []
        if invoice.open_minor <= 0:
            reasons.append("it was paid")
        told = {item.invoice: item.open_minor for item in notice.items}
        if told.get(claim.invoice) != invoice.open_minor:
            reasons.append(f"{invoice.open_minor} stands open, not {told.get(claim.invoice)}")
        if claim.episode != invoice.episode:
            reasons.append("another episode has begun")
        announces = claim.step == "invoice"
        today = local_day(self._clock.now(), account.time_zone)
        holds = [
            *self._books.list(Hold, claim.creditor, WHOLE_CREDITOR),
            *self._books.list(Hold, *owner),
        ]
        self.missed_pauses[claim.notice] += [
            hold
            for hold in holds
            if hold.account == WHOLE_CREDITOR and hold.holds(claim.invoice, today)
        ]
        reasons += [
            f"a hold stood on it ({hold.kind} on {hold.account})"
            for hold in holds
            if hold.holds(claim.invoice, today) and not (announces and hold.kind != "pause")
            if hold.account != WHOLE_CREDITOR
        ]
        if not announces and self._credit_reaches(claim, invoice.currency):
            reasons.append("the customer had credit")
        creditor = self._books.get(Creditor, claim.creditor)
        if creditor is None or creditor.state != "live":
            reasons.append("the creditor was not live")
        return reasons

    def _credit_reaches(self, claim: Claim, currency: str) -> bool:
        owner = (claim.creditor, claim.account)
        left = sum(c.open_minor for c in self._books.list(Credit, *owner) if c.currency == currency)
        for item in self._books.list(OpenItem, *owner):
            if item.number == claim.invoice:
                return left > 0
            left -= item.open_minor if item.currency == currency else 0
        return False
