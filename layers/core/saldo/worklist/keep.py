"""Keeps the list: derives the items of an account anew and writes what differs.

Whoever derives reads the facts, then what is kept, and writes the difference by versions. Another
derivation may have read older facts and written them in between, or write them after this one; so
whoever wrote anything derives once more, until nothing differs. The last one to write therefore saw
every fact that was there before it wrote, in whatever order events came, and however often.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from saldo.accounts.model import WHOLE_CREDITOR, Account, Creditor
from saldo.clock import Clock
from saldo.errors import Unavailable
from saldo.store import CommitConflict, Store, Write
from saldo.worklist.derive import work_of
from saldo.worklist.derive_creditor import creditor_work_of
from saldo.worklist.desks import Desks
from saldo.worklist.load import account_facts, creditor_facts
from saldo.worklist.model import Cause, WorkItem, WorkRules, WorkTally
from saldo.worklist.plan import Change, Owner, changes, tally_writes, touched, writes_of

CHUNK: Final = 12
"""Changes of one transaction: seven writes each at most, with the counts below a hundred."""

_ATTEMPTS_MAX: Final = 8


class WorkBusy(Unavailable):
    """The items of the account are being changed by others; the same request may work later."""

    code = "work-busy"


class WorkKeeper:
    """Keeps the items of accounts as their facts are."""

    def __init__(self, store: Store, clock: Clock, desks: Desks) -> None:
        self._store, self._clock, self._desks = store, clock, desks

    def derive(self, creditor: str, account: str) -> int:
        """Bring the items of an account ("~": of the creditor as a whole) up to date.

        Returns how many changed. Raises WorkBusy when others write all the time.
        """
        changed = 0
        for _ in range(_ATTEMPTS_MAX):
            differ = self.differences(creditor, account)
            if not differ:
                return changed
            try:
                for start in range(0, len(differ), CHUNK):
                    some = differ[start : start + CHUNK]
                    self.commit(some)
                    changed += len(some)
            except CommitConflict:
                continue
        raise WorkBusy(f"The items of account {account!r} are being changed; try again.")

    def differences(self, creditor: str, account: str) -> list[Change]:
        """Return what would change; nothing is written."""
        now = self._clock.now()
        causes, name = self._causes(creditor, account, now)
        kept = list(self._store.list(WorkItem, creditor, account))
        if not causes and not kept:
            return []
        desk = self._desks.of(creditor, account)
        owner = Owner(creditor, account, name, desk.collector, desk.branch or "")
        return changes(kept, causes, owner, self._store.get(WorkRules, creditor), now)

    def _causes(self, creditor: str, account: str, now: datetime) -> tuple[tuple[Cause, ...], str]:
        if account == WHOLE_CREDITOR:
            whole = self._store.get(Creditor, creditor)
            if whole is None:
                return (), ""
            facts = creditor_facts(self._store, whole, now)
            return creditor_work_of(facts, now), whole.name
        owner = self._store.get(Account, creditor, account)
        if owner is None:
            return (), ""
        return work_of(account_facts(self._store, owner), now), owner.name

    def commit(self, some: Sequence[Change], more: Sequence[Write] = ()) -> None:
        """Write changes, the counts they touch, and what goes with them, at once.

        Raises CommitConflict when an item or a count is not as it was read.
        """
        tallies = self._store.get_many(WorkTally, touched(some))
        writes = [write for change in some for write in writes_of(change)]
        self._store.commit([*writes, *tally_writes(some, tallies), *more])

    def due(self, creditor: str) -> Iterator[str]:
        """Yield the accounts of which something shows again by now (by an index that lags)."""
        seen: set[str] = set()
        for key in self._store.work(WorkItem, "work-item", creditor, self._clock.now()):
            if key[1] not in seen:
                seen.add(key[1])
                yield key[1]
