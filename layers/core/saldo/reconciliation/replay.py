"""Past events: for whoever asks instead of being told, and told once more to one endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from saldo.errors import Conflict, NotFound
from saldo.events import Event
from saldo.ids import instant_of
from saldo.reconciliation.model import WebhookSubscription
from saldo.reconciliation.webhooks import (
    DeliveryJob,
    DeliveryQueue,
    WebhookUnknown,
    webhook_payload,
)
from saldo.store import Store, fed

REPLAYED_MAX: Final = 10_000
"""So many events one call tells again; of a longer period the rest is told by another call."""

_PAGE: Final = 100
_BATCH: Final = 100


class EventUnknown(NotFound):
    """The creditor has no event of that id."""

    code = "event-unknown"


class WebhookOff(Conflict):
    """The endpoint is switched off: nothing is posted to it."""

    code = "webhook-off"


class Past:
    """Reads events by the feed, which lags some seconds, and queues them again."""

    def __init__(self, store: Store, queue: DeliveryQueue) -> None:
        self._store, self._queue = store, queue

    def between(self, creditor: str, after: datetime, before: datetime) -> Iterator[Event]:
        """Yield the events of a creditor in [after, before), the oldest first."""
        start = after - timedelta(microseconds=1)
        for found in fed(self._store, Event, creditor, start, before, limit=_PAGE):
            yield from found

    def event(self, creditor: str, event: str) -> Event:
        """Return one event; raise EventUnknown."""
        unknown = EventUnknown(f"There is no event {event!r}.")
        try:
            at = instant_of(event)
        except ValueError:
            raise unknown from None
        near = timedelta(milliseconds=2)
        for one in self.between(creditor, at - near, at + near):
            if one.id == event:
                return one
        raise unknown

    def replay(
        self,
        creditor: str,
        subscription: str,
        events: Iterator[Event] | Sequence[Event],
        most: int = REPLAYED_MAX,
    ) -> tuple[int, datetime | None]:
        """Queue events once more for one endpoint, those that it asked for; return how many, and
        the instant of the first that was left over.

        Their ids stay: who heard one already knows it. Raises WebhookUnknown or WebhookOff.
        """
        endpoint = self._store.get(WebhookSubscription, creditor, subscription)
        if endpoint is None:
            raise WebhookUnknown(f"There is no webhook {subscription!r}.")
        if not endpoint.active:
            raise WebhookOff(f"Webhook {subscription!r} is switched off.")
        told, batch = 0, list[DeliveryJob]()
        for one in events:
            if not endpoint.wants(one.type):
                continue
            if told >= most:
                self._queue.put(batch)
                return told, one.at
            batch.append(_job(endpoint, one))
            told += 1
            if len(batch) == _BATCH:
                self._queue.put(batch)
                batch = []
        if batch:
            self._queue.put(batch)
        return told, None


def _job(endpoint: WebhookSubscription, event: Event) -> DeliveryJob:
    payload = payload_of(event)
    return DeliveryJob(
        event.creditor, endpoint.id, event.id, payload, event.correlation, again=True
    )


def payload_of(event: Event) -> dict[str, object]:
    """Return an event as endpoints see it."""
    return webhook_payload(
        event.id, event.type, event.at, event.creditor, event.account, event.data
    )
