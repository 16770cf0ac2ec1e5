"""Who looked at which account when: one event per person, account and day."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

from saldo.audit.model import AccessSeen
from saldo.clock import Clock
from saldo.events import event
from saldo.ids import Ids
from saldo.store import CommitConflict, Put, Store

Look = Literal["page", "export", "document"]
"""page: the account or something of it was shown; export: it was taken away as a file; document: a
file of it was opened."""


class AccessLog:
    """Notes looks. A look that was told today costs half a read unit, the first two rows."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def viewed(self, creditor: str, account: str, by: str, how: Look = "page") -> bool:
        """Note that `by` saw something of an account; tell whether it was the first of the day.

        An export is told each time.
        """
        now = self._clock.now()
        day = now.date().isoformat()
        mark = AccessSeen(creditor, account, by, day, now)
        if how == "page" and self._store.relaxed().get(AccessSeen, *mark.key) is not None:
            return False
        told = event(
            self._ids.ulid(now), now, "access.viewed", creditor, account, by=by, how=how, day=day
        )
        if how != "page":
            self._store.commit([Put(told)])
            return True
        with suppress(CommitConflict):  # the same person looked at the same moment
            self._store.commit([Put(mark), Put(told)])
            return True
        return False
