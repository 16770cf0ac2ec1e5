"""Connections to ERPs over the API: how they stand. They are set up by the command line."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from saldo.clock import iso_instant
from saldo.connectors.model import Connection, ErpOrder, OrderKind
from saldo.connectors.service import Standing
from saldo.money import format_amount


class ConnectionAnswer(TypedDict):
    """A connection to an ERP."""

    name: str
    system: Annotated[str, Field(description="Such as `exact`.")]
    enabled: bool
    state: Annotated[
        Literal["new", "ok", "limited", "unreachable", "refused", "nonsense"],
        Field(
            description="How the last try ended. `limited` goes on by itself when the ERP allows; "
            "while it is one of the last three, reminders wait for fresh data."
        ),
    ]
    why: Annotated[str, Field(description="The reason for people, or ''.")]
    state_since: str | None
    tried_at: str | None
    good_at: Annotated[str | None, Field(description="When all of it was read last.")]
    next_at: str | None
    every_minutes: int


class OrderAnswer(TypedDict):
    """What the ERP was told and did not take."""

    id: str
    kind: OrderKind
    account: str
    invoice: str
    currency: str
    amount: str
    day: str
    why: Annotated[str, Field(description="What the ERP said.")]


class StandingAnswer(ConnectionAnswer):
    """A connection, what it knows, and what waits to be told."""

    items_open: Annotated[int, Field(description="So many items stand open in the ERP.")]
    orders_waiting: int
    orders_refused: list[OrderAnswer]


class ConnectionList(TypedDict):
    """The connections of a creditor."""

    items: list[ConnectionAnswer]


def shown(one: Connection) -> ConnectionAnswer:
    """Render a connection; its settings are for those who set it up."""
    times = (one.state_since, one.tried_at, one.good_at, one.next_at if one.enabled else None)
    since, tried, good, following = (iso_instant(at) if at else None for at in times)
    return {
        "name": one.name,
        "system": one.system,
        "enabled": one.enabled,
        "state": one.state,
        "why": one.why,
        "state_since": since,
        "tried_at": tried,
        "good_at": good,
        "next_at": following,
        "every_minutes": one.every_minutes,
    }


def standing(found: Standing) -> StandingAnswer:
    """Render how a connection stands."""
    return {
        **shown(found.connection),
        "items_open": found.items_open,
        "orders_waiting": found.orders_waiting,
        "orders_refused": [_order(one) for one in found.orders_refused],
    }


def _order(one: ErpOrder) -> OrderAnswer:
    return {
        "id": one.id,
        "kind": one.kind,
        "account": one.account,
        "invoice": one.number,
        "currency": one.currency,
        "amount": format_amount(one.amount_minor, one.currency),
        "day": one.day.isoformat(),
        "why": one.why,
    }
