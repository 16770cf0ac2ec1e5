"""Events onto the EventBridge bus."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from saldo.events import Event
from saldo.reconciliation.webhooks import webhook_payload

SOURCE = "saldo"
_BATCH = 10


class EventBridgeBus:
    """Implements `saldo.reconciliation.relay.EventBus`."""

    def __init__(self, client: Any, name: str) -> None:
        self._client, self._name = client, name

    def publish(self, events: Sequence[Event]) -> list[Event]:
        failed: list[Event] = []
        for start in range(0, len(events), _BATCH):
            part = events[start : start + _BATCH]
            answer = self._client.put_events(Entries=[self._entry(event) for event in part])
            for event, entry in zip(part, answer["Entries"], strict=True):
                if "ErrorCode" in entry:
                    failed.append(event)
        return failed

    def _entry(self, event: Event) -> dict[str, Any]:
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": event.type,
            "Time": event.at,
            "Detail": json.dumps(detail_of(event)),
        }


def detail_of(event: Event) -> dict[str, Any]:
    """Return what stands in the `detail` of an event on the bus."""
    seen = webhook_payload(
        event.id, event.type, event.at, event.creditor, event.account, event.data
    )
    return {**seen, "version": event.version, "correlation": event.correlation}
