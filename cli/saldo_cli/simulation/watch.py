"""Looks at every commit as it happens: a notice may be claimed only for somebody who owes.

Written from the promise alone, without the planner's rules: it reads what the books say in the
instant in which the claim commits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor, Hold
from saldo.adapters.memory.store import MemoryStore
from saldo.bank_entries.model import WAITING, BankAccount, BankEntry
from saldo.clock import Clock, local_day
from saldo.collection.model import Plan
from saldo.invoices.model import Credit, Invoice, OpenItem
from saldo.matching.model import Proposal
from saldo.payments.agreements import ScheduledPayment
from saldo.payments.model import Payment
from saldo.reminders.model import Claim, CoveredItem, Notice
from saldo.store import Put, Write

_HELD = timedelta(days=13)
"""Money that waits for a person holds reminders for two weeks, to the end of that day."""

_YEARS = ("2026", "2027")


class Watch:
    """Commits to the books, and keeps what it saw that must not be."""

    def __init__(
        self, books: MemoryStore, clock: Clock, commit: Callable[[Sequence[Write]], None]
    ) -> None:
        self._books, self._clock, self._commit = books, clock, commit
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
            for notice in notices
            if not notice.tells_of_money
            for reason in self._reasons(claim, notice)
        ]
        wrong += [reason for record in records for reason in self._charged_wrongly(record)]
        self._commit(writes)
        self.violations += wrong
        for claim in claims:
            self.claimed_at[claim.notice] = self._clock.now()

    def _charged_wrongly(self, record: object) -> list[str]:
        """Return why a charge that begins now, without its payer, must not begin."""
        if not isinstance(record, Payment) or not record.mandate or record.state != "intended":
            return []
        keys = [(record.creditor, record.account, number) for number in record.invoices]
        found = self._books.get_many(Invoice, keys).values()
        owed = sum(one.open_minor for one in found if one.currency == record.currency)
        if record.amount_minor <= owed:
            return []
        return [f"{record.amount_minor} are charged ({record.id}), and only {owed} are owed"]

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
        told = {item.invoice: _before_charges_minor(item) for item in notice.items}
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
        if not announces:
            reasons += self._agreed(claim, today)
            reasons += self._at_the_bank(claim)
        if not announces and self._credit_reaches(claim, invoice.currency):
            reasons.append("the customer had credit")
        creditor = self._books.get(Creditor, claim.creditor)
        if creditor is None or creditor.state != "live":
            reasons.append("the creditor was not live")
        return reasons

    def _agreed(self, claim: Claim, today: date) -> list[str]:
        """Return what was agreed about an invoice that keeps notices back, whatever holds stand."""
        owner = (claim.creditor, claim.account)
        reasons = [
            f"a payment of it is scheduled for {one.charge_on}"
            for one in self._books.list(ScheduledPayment, *owner)
            if claim.invoice in one.invoices and not one.is_over and today <= one.charge_on
        ]
        reasons += [
            "it is being paid in instalments"
            for plan in self._books.list(Plan, *owner)
            if claim.invoice in plan.invoices and plan.state == "active"
        ]
        return reasons + [
            "its money is on its way"
            for payment in self._books.list(Payment, *owner)
            if claim.invoice in payment.invoices and payment.state == "processing"
        ]

    def _at_the_bank(self, claim: Claim) -> list[str]:
        """Return which money on the bank account, so they say, could be for an invoice."""
        return [
            f"{entry.left_minor} on the bank account could be for it"
            for account in self._books.list(BankAccount, claim.creditor)
            for year in _YEARS
            for entry in self._books.list(BankEntry, claim.creditor, account.id, year)
            if entry.state in WAITING and entry.left_minor > 0 and entry.proposal is not None
            if claim.invoice in _named(entry.proposal)
            if self._clock.now() - entry.updated_at < _HELD
        ]

    def _credit_reaches(self, claim: Claim, currency: str) -> bool:
        owner = (claim.creditor, claim.account)
        left = sum(c.open_minor for c in self._books.list(Credit, *owner) if c.currency == currency)
        for item in self._books.list(OpenItem, *owner):
            if item.number == claim.invoice:
                return left > 0
            left -= item.open_minor if item.currency == currency else 0
        return False


def _named(proposal: Proposal) -> set[str]:
    named = {each.item for each in proposal.allocations}
    return named | {each.item for each in proposal.candidates}


def _before_charges_minor(item: CoveredItem) -> int:
    """Return what a notice found open: its own fee and interest are booked by the same commit."""
    return item.open_minor - sum(line.amount_minor for line in item.charges)
