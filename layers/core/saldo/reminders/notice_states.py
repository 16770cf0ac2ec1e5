"""The states of a notice: every step is a conditional change, and is told as an event.

Where a channel fails for good the next one takes over in the same transaction, so that neither both
nor none of them go.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from saldo.accounts.model import Account
from saldo.clock import Clock
from saldo.events import EventType, event
from saldo.ids import Ids
from saldo.reminders.channels.takeover import take_over
from saldo.reminders.model import Claim, Notice, NoticeState
from saldo.reminders.ports import SendJob, SendQueue
from saldo.store import CommitConflict, Put, Store, Write, any_of


class NoticeStates:
    """Changes the states of notices."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, send_queue: SendQueue) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._send_queue = send_queue

    def move(
        self,
        notice: Notice,
        state: NoticeState,
        *more: Write,
        event_type: EventType | None = None,
        **changes: Any,
    ) -> Notice | None:
        """Change a notice's state, or return None when somebody else changed it meanwhile."""
        try:
            return self._change(notice, state, *more, event_type=event_type, **changes)
        except CommitConflict:
            return None

    def fail(
        self,
        notice: Notice,
        account: Account,
        state: NoticeState,
        outcome: str,
        event_type: EventType | None = None,
    ) -> Notice | None:
        """End a notice that cannot go by its channel; the next channel takes over, if there is one.

        When another notice has told the same by that channel already, nothing takes over.
        """
        taken = take_over(notice, account, self._ids, self._clock.now())
        if taken is not None:
            new = taken.notice
            try:
                moved = self._change(
                    notice,
                    state,
                    *taken.writes,
                    event_type=event_type,
                    outcome=outcome,
                    replaced_by=new.id if new else None,
                )
            except CommitConflict as conflict:
                if not any_of(conflict, Claim):
                    return None
            else:
                if new is not None:
                    taken.claim_the_rest(self._store)
                    job = SendJob(new.creditor, new.account, new.id, new.correlation)
                    self._send_queue.put([job])
                return moved
        return self.move(notice, state, event_type=event_type, outcome=outcome)

    def _change(
        self,
        notice: Notice,
        state: NoticeState,
        *more: Write,
        event_type: EventType | None = None,
        **changes: Any,
    ) -> Notice:
        now = self._clock.now()
        new = replace(notice, state=state, state_since=now, version=notice.version + 1, **changes)
        writes: list[Write] = [Put(new, expect=notice.version), *more]
        if event_type is not None:
            writes.append(self._told(event_type, new, now))
        self._store.commit(writes)
        return new

    def _told(self, type_: EventType, notice: Notice, now: datetime) -> Put:
        return Put(
            event(
                self._ids.ulid(now),
                now,
                type_,
                notice.creditor,
                notice.account,
                notice=notice.id,
                step=notice.step,
                channel=notice.channel,
                invoice=notice.invoice,
                outcome=notice.outcome,
            )
        )
