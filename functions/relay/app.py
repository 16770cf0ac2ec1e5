"""The relay: events from the table's stream onto the bus.

The stream is never answered with partial failures (some implementations lose records then): what
the bus does not take after a few tries goes to a queue of its own and is published from there.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics

from saldo.adapters.dynamo.rows import record_of_image
from saldo.codec import decode
from saldo.edge.jobs import MessageNotReadable, each_message
from saldo.edge.metrics import count, flush
from saldo.errors import Unavailable
from saldo.events import Event
from saldo.wiring import services

logger = Logger(service="relay")
metrics = Metrics(namespace="Saldo", service="relay")


class BusRefused(Unavailable):
    """The bus did not take an event, several times over."""

    code = "bus-refused"


def relay(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Publish the events among a stream's new rows."""
    del context
    records = [record_of_image(r["dynamodb"]["NewImage"]) for r in event["Records"]]
    events = [record for record in records if isinstance(record, Event)]
    left = services().relay.publish(events)
    if left:
        services().relay_queue.put(left)
        logger.error("bus refused events", extra={"count": len(left)})
    count(metrics, "EventsRelayed", len(events) - len(left))
    flush(metrics)
    return {"relayed": len(events) - len(left)}


def republish(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Publish what the stream or the bus lost: from the relay's queue, or by schedule."""
    del context
    if "Records" in event:
        dead_letters = services().settings.relay_dead_letters
        return each_message(event, services(), dead_letters, logger, metrics, _republish_one)
    published, remaining = services().relay.republish()
    count(metrics, "UnrelayedEvents", remaining)
    count(metrics, "EventsRepublished", published)
    flush(metrics)
    if published or remaining:
        logger.warning("republished", extra={"published": published, "remaining": remaining})
    return {"published": published, "remaining": remaining}


def _republish_one(body: dict[str, Any], receives: int) -> None:
    del receives
    try:
        event = decode(Event, body)
    except (KeyError, TypeError, ValueError) as error:
        raise MessageNotReadable(f"The message is no event: {error}.") from error
    if services().relay.publish([event]):
        raise BusRefused(f"Event {event.id} was not taken.")
