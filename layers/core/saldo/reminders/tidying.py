"""The tidying: forgotten claims are queued again, and sends that nobody answered become unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from saldo.accounts.service import Accounts
from saldo.clock import Clock
from saldo.messages.model import Channel
from saldo.reminders.breaker import is_stopped
from saldo.reminders.by_hand.hours import is_early
from saldo.reminders.clearance import Clearance
from saldo.reminders.model import Notice
from saldo.reminders.notice_states import NoticeStates
from saldo.reminders.ports import SendJob, SendQueue
from saldo.store import Store

REQUEUE_AFTER = timedelta(minutes=10)
"""A claim that nobody has started to send for this long is queued again."""

UNKNOWN_AFTER = timedelta(hours=24)
"""A send without any answer for this long is unknown."""

_REPEATABLE: frozenset[Channel] = frozenset({"letter", "call"})
"""Channels of our own making: until the notice is "sent" nobody outside has seen anything, so one
whose sending broke off may be sent again."""


class Tidying:
    """Looks after the notices of every creditor that have no outcome."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        accounts: Accounts,
        clearance: Clearance,
        states: NoticeStates,
        send_queue: SendQueue,
    ) -> None:
        self._store, self._clock, self._accounts = store, clock, accounts
        self._clearance, self._states, self._send_queue = clearance, states, send_queue

    def tidy(self) -> dict[str, Any]:
        """Queue forgotten claims again and mark lost sends unknown; return the counts.

        They are `requeued`, `unknown` and `oldest_seconds` of what still waits.
        """
        now = self._clock.now()
        found = {"requeued": 0, "unknown": 0, "oldest_seconds": 0}
        for notice, may_leave in self._waiting(now):
            if notice.state == "claimed" and is_early(notice, now):
                continue  # it is not late: it waits for the morning
            since = notice.state_since or notice.created_at
            age = now - since
            found["oldest_seconds"] = max(found["oldest_seconds"], int(age.total_seconds()))
            if notice.state == "claimed" and age >= REQUEUE_AFTER:
                if not may_leave:
                    continue
                self._send_queue.put([SendJob(notice.creditor, notice.account, notice.id)])
                found["requeued"] += 1
            elif notice.state == "sending" and notice.channel in _REPEATABLE:
                if age >= REQUEUE_AFTER:
                    self._states.move(notice, "claimed")
            elif notice.state == "sending" and age >= UNKNOWN_AFTER:
                moved = self._states.move(
                    notice,
                    "unknown",
                    event_type="notice.unknown",
                    outcome="The carrier never answered; a person must decide.",
                )
                found["unknown"] += moved is not None
        return found

    def _waiting(self, now: datetime) -> Iterator[tuple[Notice, bool]]:
        for creditor in self._accounts.creditors():
            sends = self._clearance.sends(creditor)
            for key in self._store.work(Notice, "notice", creditor.id, now):
                notice = self._store.get(Notice, *key)
                if notice is not None and notice.state in ("claimed", "sending"):
                    yield notice, sends and not is_stopped(creditor, notice.channel)
