"""What time does to disputes: deadlines pass, and credit notes that were agreed on come or not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final, Literal

from saldo.accounts.service import Accounts
from saldo.clock import Clock, local_day
from saldo.collection.common import end_hold, owner_of
from saldo.collection.disputes import credited_minor, dispute_event
from saldo.collection.facts import Dispute
from saldo.ids import Ids
from saldo.store import CommitConflict, Put, Store, Wake, Write

LOOKING: Final = "saldo:disputes"

Looked = Literal["overdue", "credited", "waiting", "not-credited", "busy"]


class DisputeLooks:
    """Looks after disputes, by schedule and when a credit note came."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, accounts: Accounts) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._accounts = accounts

    def look(self) -> Counter[str]:
        """Look at every dispute whose day has come.

        Returns how many are overdue now, got their credit note, wait for it, waited in vain, or
        were busy: those are looked at again.
        """
        done: Counter[str] = Counter()
        now = self._clock.now()
        for creditor in self._accounts.creditors():
            for key in self._store.work(Dispute, "dispute", creditor.id, now):
                found = self._store.get(Dispute, *key)
                if found is None or found.next_at is None or found.next_at > now:
                    continue  # the index lags
                if looked := self._look(found):
                    done[looked] += 1
        return done

    def credit_came(self, creditor: str, account: str, invoice: str) -> int:
        """End the waiting of disputes about an invoice that a credit note came for.

        What was settled first is served first. Returns how many ended. What is missed here is found
        by `look`.
        """
        ended = 0
        waiting = self._waiting(creditor, account, invoice)
        for one in sorted(waiting, key=lambda one: (one.ended_at or one.opened_at, one.id)):
            found = self._store.get(Dispute, *one.key)  # one before it may have been served
            if found is not None and found.state == "settled" and found.next_at:
                ended += self._look(found) == "credited"
        return ended

    def _waiting(self, creditor: str, account: str, invoice: str) -> list[Dispute]:
        """Return the disputes about an invoice that wait for a credit note."""
        return [
            one
            for one in self._store.list(Dispute, creditor, account)
            if one.invoice == invoice and one.state == "settled" and one.next_at
        ]

    def _look(self, dispute: Dispute) -> Looked | None:
        if dispute.state == "open":
            return None if dispute.overdue else self._overdue(dispute)
        owner = owner_of(self._store, dispute.creditor, dispute.account)
        today = local_day(self._clock.now(), owner.time_zone)
        came = credited_minor(self._store, dispute) - dispute.credited_before_minor
        if came >= dispute.agreed_minor:
            return self._waited(dispute, "credited")
        if dispute.hold_until is not None and today >= dispute.hold_until:
            return self._waited(dispute, "not-credited")
        return "waiting"

    def _overdue(self, dispute: Dispute) -> Looked:
        """Say once that nobody decided in time. It stays open, and stays in the list."""
        now = self._clock.now()
        late = replace(dispute, overdue=True, version=dispute.version + 1)
        told = dispute_event(
            self._ids,
            now,
            "dispute.overdue",
            dispute,
            owner=dispute.owner,
            deadline=dispute.deadline.isoformat(),
        )
        return "overdue" if self._commit([Put(late, expect=dispute.version), Put(told)]) else "busy"

    def _waited(self, dispute: Dispute, how: Looked) -> Looked:
        """End the hold of what was agreed: its credit note came, or did not come in time."""
        now = self._clock.now()
        over = replace(dispute, next_at=None, version=dispute.version + 1)
        key = (dispute.creditor, dispute.account, dispute.hold_id)
        writes: list[Write] = [
            Put(over, expect=dispute.version),
            *end_hold(self._store, key, LOOKING, now),
            Wake(dispute.creditor, dispute.account, now),
        ]
        if how == "credited":
            writes += self._served(dispute)
        return how if self._commit(writes) else "busy"

    def _served(self, dispute: Dispute) -> list[Write]:
        """What a dispute got is no news for others about its invoice: for these it was before."""
        came = credited_minor(self._store, dispute)
        waiting = self._waiting(dispute.creditor, dispute.account, dispute.invoice)
        return [
            Put(
                replace(
                    one,
                    credited_before_minor=min(
                        came, one.credited_before_minor + dispute.agreed_minor
                    ),
                    version=one.version + 1,
                ),
                expect=one.version,
            )
            for one in waiting
            if one.id != dispute.id
        ]

    def _commit(self, writes: list[Write]) -> bool:
        try:
            self._store.commit(writes)
        except CommitConflict:
            return False
        return True
