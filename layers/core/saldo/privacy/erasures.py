"""Orders to erase: taken, carried out as far as the law lets, taken back.

From the order on the account is restricted (art. 18 GDPR): a hold keeps every reminder back, lists
for people leave it out, and the ERP's master data no longer fill it. What is kept goes by itself on
the day on which its last duty ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from saldo.accounts.model import Account, Creditor, Hold
from saldo.accounts.service import account_in
from saldo.accounts.told import hold_placed
from saldo.clock import Clock, local_day, local_midnight
from saldo.collection.common import end_hold
from saldo.errors import Unavailable
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.invoices.model import OpenItem
from saldo.privacy.erase import Eraser, Looked
from saldo.privacy.model import Erasure, ErasureUnknown, Why
from saldo.store import EVER, CommitConflict, Put, Store, Write, fed

HOLD_ID: Final = "restricted"
_ATTEMPTS_MAX: Final = 5
_PAGE: Final = 100


class PrivacyBusy(Unavailable):
    """The account is just being changed; the same again will do."""

    code = "privacy-busy"


class Erasures:
    """Orders to erase accounts."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, eraser: Callable[[], Eraser]) -> None:
        self._store, self._clock, self._ids, self._eraser = store, clock, ids, eraser

    def ask(self, creditor: Creditor, account: str, id_: str, why: Why, by: str) -> Erasure:
        """Order to erase an account, under an id of the caller's.

        The account is restricted at once; what may go goes soon after. An order that stands is
        answered as it is. Raises AccountUnknown or PrivacyBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            owner = account_in(self._store, creditor.id, account)
            known = self._store.get(Erasure, creditor.id, account)
            if known is not None and known.state != "lifted":
                return known
            now = self._clock.now()
            asked = Erasure(
                creditor.id,
                account,
                id_,
                why,
                by,
                now,
                "restricted",
                now,
                next_at=now,
                version=known.version + 1 if known else 1,
            )
            open_invoices = sum(1 for _ in self._store.list(OpenItem, creditor.id, account))
            told = self._told(
                asked,
                "privacy.erasure_asked",
                by,
                why=why,
                open_invoices=open_invoices,
                next_on=None,
            )
            writes: list[Write] = [
                Put(asked, expect=known.version if known else 0),
                Put(told),
                *self._hold(asked),
                self._restricted(owner, now),
            ]
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return asked
        raise PrivacyBusy("The account is just being changed; try again.")

    def lift(self, creditor: Creditor, account: str, by: str) -> Erasure:
        """Take an order back: what was erased stays so, everything else goes on as before. An
        account that was erased whole may be filled again, for a customer who comes back.

        Raises AccountUnknown, ErasureUnknown or PrivacyBusy.
        """
        for _ in range(_ATTEMPTS_MAX):
            owner = account_in(self._store, creditor.id, account)
            known = self.of(creditor.id, account)
            if known.state == "lifted":
                return known
            now = self._clock.now()
            lifted = replace(
                known,
                state="lifted",
                changed_at=now,
                next_at=None,
                ended_at=now,
                ended_by=by,
                version=known.version + 1,
            )
            writes: list[Write] = [
                Put(lifted, expect=known.version),
                Put(self._told(lifted, "privacy.lifted", by)),
                self._restricted(owner, None),
            ]
            writes += end_hold(self._store, (creditor.id, account, HOLD_ID), by, now)
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return lifted
        raise PrivacyBusy("The account is just being changed; try again.")

    def of(self, creditor: str, account: str) -> Erasure:
        """Return the order about an account; raise ErasureUnknown."""
        found = self._store.get(Erasure, creditor, account)
        if found is None:
            raise ErasureUnknown(f"It was not ordered to erase account {account!r}.")
        return found

    def listed(self, creditor: str) -> Iterator[Erasure]:
        """Yield a creditor's orders, the longest unchanged first (index, may lag)."""
        for page in fed(self._store, Erasure, creditor, *EVER, limit=_PAGE):
            yield from page

    def waiting(self, creditor: str) -> Iterator[Erasure]:
        """Yield the orders not carried out whole, the next to be looked at first (index)."""
        return self._waiting_until(creditor, EVER[1])

    def due(self, creditor: str) -> Iterator[Erasure]:
        """Yield the orders whose next look has come."""
        return self._waiting_until(creditor, self._clock.now())

    def _waiting_until(self, creditor: str, until: datetime) -> Iterator[Erasure]:
        for key in self._store.work(Erasure, "erasure", creditor, until):
            found = self._store.get(Erasure, *key)
            if found is not None and found.work_entry is not None:
                yield found

    def carry_out(
        self, creditor: Creditor, account: str, time_is_up: Callable[[], bool] = lambda: False
    ) -> tuple[Erasure, bool]:
        """Erase what may go now; return the order, and whether the look came to its end.

        Raises ErasureUnknown, or what the shelves do.
        """
        known = self.of(creditor.id, account)
        if known.state != "restricted":
            return known, True
        today = local_day(self._clock.now(), creditor.time_zone)
        eraser = self._eraser()
        eraser.note_order(creditor.id, account, known.asked_at)
        looked = eraser.look(creditor, account, today, time_is_up)
        for _ in range(_ATTEMPTS_MAX):
            known = self.of(creditor.id, account)
            after = self._after(known, looked, creditor)
            writes: list[Write] = [Put(after, expect=known.version)]
            if looked.is_whole and (looked.did or after.state == "erased"):
                writes.append(Put(self._erased(after, looked)))
            try:
                self._store.commit(writes)
            except CommitConflict:
                continue
            return after, looked.is_whole
        raise PrivacyBusy("The order is just being changed; try again.")

    def _after(self, known: Erasure, looked: Looked, creditor: Creditor) -> Erasure:
        now = self._clock.now()
        counted = replace(
            known,
            changed_at=now,
            scrubbed=known.scrubbed + looked.scrubbed,
            removed=known.removed + looked.removed,
            files=known.files + looked.files,
            events=known.events + looked.events,
            version=known.version + 1,
        )
        if not looked.is_whole or known.state != "restricted":
            return counted
        if looked.next_on is None:
            return replace(
                counted, state="erased", kept=(), next_at=None, ended_at=now, ended_by=known.by
            )
        next_at = local_midnight(looked.next_on, creditor.time_zone)
        return replace(counted, kept=looked.kept, next_at=next_at)

    def _erased(self, after: Erasure, looked: Looked) -> Event:
        return self._told(
            after,
            "privacy.erased",
            after.by,
            scrubbed=looked.scrubbed,
            removed=looked.removed,
            files=looked.files,
            events=looked.events,
            kept=sum(one.records for one in looked.kept),
            next_on=looked.next_on.isoformat() if looked.next_on else None,
        )

    def _restricted(self, owner: Account, at: datetime | None) -> Put:
        """Change the account, which wakes it: no plan made before can be carried out."""
        new = replace(owner, restricted_at=at, due_at=self._clock.now(), version=owner.version + 1)
        return Put(new, expect=owner.version)

    def _hold(self, asked: Erasure) -> list[Write]:
        before = self._store.get(Hold, asked.creditor, asked.account, HOLD_ID)
        hold = Hold(
            asked.creditor,
            asked.account,
            HOLD_ID,
            "restricted",
            None,
            "",
            asked.by,
            asked.asked_at,
            version=before.version + 1 if before else 1,
        )
        told = hold_placed(hold, self._ids.ulid(asked.asked_at))
        return [Put(hold, expect=before.version if before else 0), Put(told)]

    def _told(self, order: Erasure, type_: EventType, by: str, **more: object) -> Event:
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            type_,
            order.creditor,
            order.account,
            request=order.id,
            by=by,
            **more,
        )
