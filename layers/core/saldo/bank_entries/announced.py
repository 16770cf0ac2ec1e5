"""What a file tells that does not post: money that will be booked holds reminders until it is.

Reports of the day and notifications come before the statement. They book nothing, as the statement
will hold the same entries; but nobody is reminded of what was just paid.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

from saldo.accounts.model import Creditor, Hold
from saldo.bank_entries.facts import Gatherer
from saldo.bank_entries.identity import identified
from saldo.bank_entries.matching import could_cover
from saldo.bank_entries.model import BankAccount, BankEntry, source_kind
from saldo.banking_days import after_banking_days
from saldo.clock import Clock, local_day
from saldo.matching.match import match
from saldo.statements.model import Statement
from saldo.store import CommitConflict, Put, Store, Wake

_BANKING_DAYS: Final = 3
"""A report is followed by the statement on the next business day."""

_ENTRIES_MAX: Final = 2_000


class Announcing:
    """Holds reminders for money that was told of."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock, self._gatherer = store, clock, Gatherer(store)

    def hold(self, creditor: Creditor, account: BankAccount, statement: Statement) -> int:
        """Hold reminders of what the entries could pay; return how many holds were placed.

        Nothing where the file posts. The same file again holds nothing longer.
        """
        if source_kind(statement.head.format) == account.posts:
            return 0
        now = self._clock.now()
        told = [one for one in identified(statement.entries) if one.entry.amount_minor > 0]
        entries = [
            BankEntry(
                creditor.id, account.id, one.id(), "", replace(one.entry, id=one.id(),
                status="booked"), "open", one.entry.amount_minor, now, now,
            )
            for one in told[:_ENTRIES_MAX]
        ]  # fmt: skip
        if not entries:
            return 0
        today = local_day(now, creditor.time_zone)
        facts = self._gatherer.facts(creditor, entries, account.rules, today)
        items, rules = list(facts.items.values()), facts.rules
        proposals = match(
            [one.entry for one in entries], items, facts.accounts, facts.learnt, rules, today=today,
            advices=facts.advices,
        )  # fmt: skip
        placed = 0
        for proposal in proposals:
            for debtor, numbers in could_cover(proposal, facts).items():
                placed += self._place(account, debtor, proposal.entries[0], numbers, now)
        return placed

    def _place(
        self, account: BankAccount, debtor: str, entry: str, numbers: tuple[str, ...], now: datetime
    ) -> bool:
        id_ = f"bank-told-{entry}"
        if self._store.get(Hold, account.creditor, debtor, id_) is not None:
            return False
        hold = Hold(
            account.creditor,
            debtor,
            id_,
            "money-unmatched",
            numbers[0],
            "The bank told of money that could be for it.",
            f"bank:{account.id}",
            now,
            after_banking_days(now.date(), _BANKING_DAYS),
            more_invoices=numbers[1:],
            version=1,
        )
        with suppress(CommitConflict):  # another one placed it
            self._store.commit([Put(hold), Wake(account.creditor, debtor, now)])
            return True
        return False
