"""Who answers for a dispute, and until when: handed on while it is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from saldo.clock import Clock, local_day, local_midnight
from saldo.collection.common import ATTEMPTS_MAX, CollectionBusy, owner_of
from saldo.collection.dispute_orders import DisputeDayNotValid, DisputeOver
from saldo.collection.disputes import Disputes, dispute_event
from saldo.collection.facts import Dispute
from saldo.ids import Ids
from saldo.store import CommitConflict, Put, Store

if TYPE_CHECKING:
    from saldo.worklist.sight import Sight


class DisputeOwners:
    """Hands disputes on."""

    def __init__(
        self, store: Store, clock: Clock, ids: Ids, disputes: Disputes, sight: Sight | None = None
    ) -> None:
        """Without `sight` anybody can answer for a dispute, whatever they see."""
        self._store, self._clock, self._ids = store, clock, ids
        self._disputes, self._sight = disputes, sight

    def assign(
        self, creditor: str, account: str, dispute: str, owner: str, deadline: date | None, by: str
    ) -> Dispute:
        """Let somebody answer for an open dispute, until another day if one is named.

        The same again is answered. A new deadline is a new chance to be in time. Raises
        DisputeUnknown, DisputeOver, DisputeDayNotValid, NotAColleague for somebody who works here
        and does not see the account, or CollectionBusy.
        """
        for _ in range(ATTEMPTS_MAX):
            found = self._disputes.get(creditor, account, dispute)
            until = deadline or found.deadline
            if (found.owner, found.deadline) == (owner, until):
                return found
            if found.state != "open":
                raise DisputeOver(f"Dispute {dispute!r} is {found.state} already.").at("/id")
            if self._sight is not None and owner != found.owner:
                self._sight.require_if_here(creditor, account, owner)
            assigned = self._assigned(found, owner, until)
            told = dispute_event(
                self._ids,
                self._clock.now(),
                "dispute.assigned",
                assigned,
                owner=owner,
                deadline=until.isoformat(),
                by=by,
            )
            try:
                self._store.commit([Put(assigned, expect=found.version), Put(told)])
            except CommitConflict:
                continue
            return assigned
        raise CollectionBusy("The dispute is just being changed; try again.")

    def _assigned(self, found: Dispute, owner: str, until: date) -> Dispute:
        new = replace(found, owner=owner, version=found.version + 1)
        if until == found.deadline:
            return new
        zone = owner_of(self._store, found.creditor, found.account).time_zone
        if until < local_day(self._clock.now(), zone):
            raise DisputeDayNotValid(f"The deadline ({until}) has passed.").at("/deadline")
        next_at = local_midnight(until + timedelta(days=1), zone)
        return replace(new, deadline=until, overdue=False, next_at=next_at)
