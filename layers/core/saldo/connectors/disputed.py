"""An invoice that the ERP says is disputed waits, until the ERP says that it is not any more."""

from __future__ import annotations

from dataclasses import replace

from saldo.accounts.model import Hold
from saldo.accounts.told import hold_placed
from saldo.clock import Clock
from saldo.connectors.model import ItemLink
from saldo.events import Event, event
from saldo.ids import Ids
from saldo.store import CommitConflict, Put, Store, Wake


class DisputedThere:
    """Places and ends the hold of a dispute that is dealt with in the ERP."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def follow(self, link: ItemLink, *, is_disputed: bool) -> bool:
        """Bring the hold in line with what the ERP says; tell whether that changed anything.

        A hold of its own: what people paused here stays as they paused it. One that a person ended
        is not placed again while the ERP goes on saying the same.
        """
        hold = self._store.get(Hold, link.creditor, link.account, _hold_id(link))
        if is_disputed == link.is_disputed:
            return False
        now = self._clock.now()
        by = f"erp:{link.connection}"
        if is_disputed:
            new = Hold(
                link.creditor,
                link.account,
                _hold_id(link),
                "pause",
                link.number,
                "The ERP says that the invoice is disputed.",
                by,
                now,
                version=hold.version + 1 if hold else 1,
            )
        elif hold is not None and hold.ended_at is None:
            new = replace(hold, ended_at=now, ended_by=by, version=hold.version + 1)
        else:
            return True
        id_ = self._ids.ulid(now)
        told = hold_placed(new, id_) if is_disputed else _ended(new, id_)
        try:
            self._store.commit(
                [
                    Put(new, expect=hold.version if hold else 0),
                    Put(told),
                    Wake(link.creditor, link.account, now),
                ]
            )
        except CommitConflict:
            return False  # the next reading says it again
        return True


def _ended(hold: Hold, event_id: str) -> Event:
    assert hold.ended_at is not None, "an ended hold knows when"
    return event(
        event_id,
        hold.ended_at,
        "hold.ended",
        hold.creditor,
        hold.account,
        hold=hold.id,
        kind=hold.kind,
        invoice=hold.invoice,
        by=hold.ended_by,
    )


def _hold_id(link: ItemLink) -> str:
    return f"erp-{link.connection}-{link.number}"
