"""Accounts that nobody looks at any more although something is to be done about them.

Every fact wakes its account and every plan sets its next look, so there should be none. If one is
found all the same, something wrote past the rules, and it is said loudly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from saldo.accounts.model import Account
from saldo.clock import Clock, local_day
from saldo.invoices.model import OpenItem
from saldo.reminders.plan import plan
from saldo.reminders.run import ReminderRun
from saldo.store import CommitConflict, Store, Wake

WOKEN_MAX = 10_000
"""So many are woken in one night. More than that are no lost wake-ups but a fault of the whole
installation, which an operator must see before thousands of mails leave."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An account with open items and no next action; `woken` says that it has one again."""

    creditor: str
    account: str
    woken: bool


class ForgottenAccounts:
    """Finds and wakes them."""

    def __init__(self, store: Store, clock: Clock, run: ReminderRun) -> None:
        self._store, self._clock, self._run = store, clock, run

    def wake(self, progress: Callable[[int], None] = lambda _: None) -> Iterator[Forgotten]:
        """Yield every forgotten account, waking it; the next reminder run plans it.

        Reads the whole table once, as it stands. `progress` is told the number of rows read so far.
        """
        woken = 0
        for creditor, account in self._suspects(progress):
            if not self._is_forgotten(creditor, account):
                continue
            wakes = woken < WOKEN_MAX and self._wake(creditor, account)
            woken += wakes
            yield Forgotten(creditor, account, wakes)

    def _suspects(self, progress: Callable[[int], None]) -> Iterator[tuple[str, str]]:
        """Yield each account that has open rows and, as far as a pass can see, no next action.

        An account's rows come together and its own row first in the table that we use, so that
        hardly more than one account is remembered; in any other order the answer is the same.
        """
        asleep: tuple[str, ...] | None = None
        done_with: tuple[str, ...] | None = None
        unsure: set[tuple[str, str]] = set()
        for number, record in enumerate(self._store.everything(), 1):
            if isinstance(record, Account):
                if record.due_at is None:
                    asleep = record.key
                else:
                    done_with = record.key
            elif isinstance(record, OpenItem):
                owner = (record.creditor, record.account)
                if owner == asleep:
                    asleep, done_with = None, owner
                    yield owner
                elif owner != done_with:
                    unsure.add(owner)
            progress(number)
        yield from sorted(unsure)

    def _is_forgotten(self, creditor: str, account: str) -> bool:
        """Tell whether the planner would find something to do, now or on a day to come.

        An account whose every item has had its last stage is rightly left alone. Whoever was paid
        or woken since the pass went by is not forgotten either.
        """
        facts = self._run.facts(creditor, account)
        if facts is None:
            return True  # open items of nobody: they cannot be woken, only told of
        if facts.account.due_at is not None:
            return False
        today = local_day(self._clock.now(), facts.account.time_zone)
        decisions = plan(facts, self._run.policy_of(facts, today), today, "run")
        return any(decision.outcome != "done" for decision in decisions)

    def _wake(self, creditor: str, account: str) -> bool:
        try:
            self._store.commit([Wake(creditor, account, self._clock.now())])
        except CommitConflict:
            return False  # there is no such account
        return True
