"""A promise being kept: judged by what was settled on its invoices, and brought to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, Literal

from saldo.clock import Clock, local_day, local_midnight
from saldo.collection.common import end_hold, owner_of
from saldo.collection.facts import Promise, PromiseState
from saldo.events import Event, EventType, event
from saldo.ids import Ids
from saldo.invoices.model import Invoice
from saldo.money import format_amount
from saldo.payments.model import Payment
from saldo.store import CommitConflict, Put, Store, Wake

LOOKING: Final = "saldo:promises"
WAITING_DAYS_MAX: Final = 14
"""So long after its day a promise waits for money that a provider says is on its way."""

Looked = Literal["kept", "part-kept", "broken", "waiting", "busy"]


class PromiseKeeping:
    """Looks after promises that were given."""

    def __init__(self, store: Store, clock: Clock, ids: Ids) -> None:
        self._store, self._clock, self._ids = store, clock, ids

    def kept_early(self, promise: Promise) -> bool:
        """End an open promise before its day if what was promised is paid; say whether it was."""
        if self._judged(promise, self._invoices(promise), early=True) == "waiting":
            return False
        return self.look(promise) == "kept"

    def look(self, promise: Promise) -> Looked:
        """Judge a promise as it was read, on its day; "busy" when it was changed meanwhile."""
        invoices = self._invoices(promise)
        judged = self._judged(promise, invoices, early=False)
        if judged == "waiting":
            return "waiting" if self._later(promise) else "busy"
        paid_minor = max(0, promise.settled_minor(invoices))
        types: dict[str, EventType] = {
            "kept": "promise.kept",
            "part-kept": "promise.part_kept",
            "broken": "promise.broken",
        }
        paid = format_amount(paid_minor, promise.currency)
        told = self.told(types[judged], promise, paid=paid)
        ended = self.end(promise, judged, paid_minor, LOOKING, told)
        return judged if ended is not None else "busy"

    def _judged(
        self, promise: Promise, invoices: Sequence[Invoice], *, early: bool
    ) -> Literal["kept", "part-kept", "broken", "waiting"]:
        """Tell how a promise stands; `early`, before its day, it can only be kept or waiting."""
        paid_minor = promise.settled_minor(invoices)
        if paid_minor >= promise.amount_minor or not any(one.is_open for one in invoices):
            return "kept"
        if early:
            return "waiting"
        owner = owner_of(self._store, promise.creditor, promise.account)
        today = local_day(self._clock.now(), owner.time_zone)
        patient = today < promise.on + timedelta(days=WAITING_DAYS_MAX)
        if patient and paid_minor + self._coming_minor(promise) >= promise.amount_minor:
            return "waiting"
        return "part-kept" if paid_minor > 0 else "broken"

    def _coming_minor(self, promise: Promise) -> int:
        """Return what is on its way to the promise's invoices, in minor units."""
        return sum(
            one.amount_minor
            for one in self._store.list(Payment, promise.creditor, promise.account)
            if one.state == "processing"
            and one.currency == promise.currency
            and set(one.invoices) & set(promise.invoices)
        )

    def _later(self, promise: Promise) -> bool:
        owner = owner_of(self._store, promise.creditor, promise.account)
        tomorrow = local_day(self._clock.now(), owner.time_zone) + timedelta(days=1)
        later = replace(
            promise,
            next_at=local_midnight(tomorrow, owner.time_zone),
            version=promise.version + 1,
        )
        try:
            self._store.commit([Put(later, expect=promise.version)])
        except CommitConflict:
            return False
        return True

    def end(
        self, promise: Promise, state: PromiseState, paid_minor: int, by: str, told: Event
    ) -> Promise | None:
        """End a promise as it was read, with its hold; None when it was changed meanwhile."""
        now = self._clock.now()
        ended = replace(
            promise,
            state=state,
            paid_minor=paid_minor,
            next_at=None,
            ended_at=now,
            ended_by=by,
            version=promise.version + 1,
        )
        hold = (promise.creditor, promise.account, promise.hold_id)
        try:
            self._store.commit(
                [
                    Put(ended, expect=promise.version),
                    *end_hold(self._store, hold, by, now),
                    Put(told),
                    Wake(promise.creditor, promise.account, now),
                ]
            )
        except CommitConflict:
            return None
        return ended

    def _invoices(self, promise: Promise) -> list[Invoice]:
        keys = [(promise.creditor, promise.account, number) for number in promise.invoices]
        return list(self._store.get_many(Invoice, keys).values())

    def told(self, type_: EventType, promise: Promise, **more: Any) -> Event:
        """Return an event about a promise."""
        now = self._clock.now()
        return event(
            self._ids.ulid(now),
            now,
            type_,
            promise.creditor,
            promise.account,
            promise=promise.id,
            invoices=list(promise.invoices),
            currency=promise.currency,
            amount=format_amount(promise.amount_minor, promise.currency),
            on=promise.on.isoformat(),
            **more,
        )
