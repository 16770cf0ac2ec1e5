"""From the outbox to the bus: an event counts as told only when the bus has taken it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from saldo.accounts.service import Accounts
from saldo.clock import Clock
from saldo.events import REPUBLISH_AFTER, Event
from saldo.store import Put, Store

_PUBLISH_ATTEMPTS_MAX = 3
_BATCH = 100


class EventBus(Protocol):
    """Takes events; may take some of a batch and not others."""

    def publish(self, events: Sequence[Event]) -> list[Event]:
        """Publish and return those that the bus did not take."""


class Relay:
    """Publishes events and marks those that the bus took."""

    def __init__(self, store: Store, clock: Clock, accounts: Accounts, bus: EventBus) -> None:
        self._store, self._clock, self._accounts, self._bus = store, clock, accounts, bus

    def publish(self, events: Sequence[Event]) -> list[Event]:
        """Publish events, trying again what the bus did not take; return what it never took."""
        left = list(events)
        for _ in range(_PUBLISH_ATTEMPTS_MAX):
            if not left:
                break
            refused = self._bus.publish(left)
            refused_ids = {event.id for event in refused}
            for event in left:
                if event.id not in refused_ids:
                    self._store.commit([Put(replace(event, relayed=True), expect=None)])
            left = refused
        return left

    def republish(self) -> tuple[int, int]:
        """Publish what the stream lost; return how many were published and how many remain."""
        published = remaining = 0
        batch: list[Event] = []
        for event in self.forgotten():
            batch.append(event)
            if len(batch) == _BATCH:
                failed = len(self.publish(batch))
                published, remaining = published + len(batch) - failed, remaining + failed
                batch = []
        if batch:
            failed = len(self.publish(batch))
            published, remaining = published + len(batch) - failed, remaining + failed
        return published, remaining

    def forgotten(self) -> Iterator[Event]:
        """Yield events that the bus has not taken for too long."""
        until = self._clock.now() - REPUBLISH_AFTER
        for creditor in self._accounts.owners():
            for key in self._store.work(Event, "event", creditor, until):
                event = self._store.get(Event, *key)
                if event is not None and not event.relayed:
                    yield event
