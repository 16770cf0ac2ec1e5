"""Events for whoever asks instead of being told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.edge.v1 import reads
from saldo.edge.v1.answers import WebhookEvent
from saldo.edge.v1.fields import Instant
from saldo.edge.v1.requests import PAGE_ITEMS, PAGE_ITEMS_MAX, Query
from saldo.events import Event

if TYPE_CHECKING:
    from saldo.edge.v1.money import Ordered


class EventsQuery(Query):
    """Which events."""

    updated_after: Annotated[
        Instant | None, Field(description="Only what happened after this instant.")
    ] = None
    cursor: Annotated[
        str | None,
        Field(max_length=1000, description="From the page before; ask until it is null."),
    ] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_ITEMS_MAX, description="Events per page.")] = (
        PAGE_ITEMS
    )


class EventPage(TypedDict):
    """Events, the oldest first."""

    items: list[WebhookEvent]
    cursor: Annotated[str | None, Field(description="Of the next page; null on the last.")]


def listed(order: Ordered, asked: EventsQuery) -> EventPage:
    """Return a page of the creditor's events; raise CursorNotValid."""
    services = order.services
    found = reads.changed(services.store, Event, order.creditor.id, asked, services.clock.now())
    return {"items": [_event(one) for one in found.items], "cursor": found.cursor}


def _event(one: Event) -> WebhookEvent:
    return {
        "id": one.id,
        "type": one.type,
        "timestamp": iso_instant(one.at),
        "creditor": one.creditor,
        "account": one.account,
        "data": one.data,
    }
