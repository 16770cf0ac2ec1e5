"""What is stopped for an account, by a stage or by a person, over the API."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.accounts.service import account_in
from saldo.clock import iso_instant
from saldo.edge.v1.answers import _Instant
from saldo.edge.v1.fields import Flag, Number
from saldo.edge.v1.money import Ordered
from saldo.edge.v1.parse import read
from saldo.edge.v1.requests import Body, Reason, Word
from saldo.money import format_amount
from saldo.reminders.model import ServiceStop
from saldo.reminders.services_by_hand import Order


class ServiceOrder(Body):
    """A person's word that a service stops, or that it goes on."""

    account: Annotated[Number, Field(description="The account's number.")]
    service: Annotated[Word, Field(description="`stop-deliveries` or `block-orders`.")]
    stopped: Annotated[
        Flag, Field(description="False lets it go on, whoever had it stopped, stages included.")
    ]
    reason: Annotated[Reason, Field(description="Why; it stands on the account's timeline.")]


class ServiceStopAnswer(TypedDict):
    """A stop that stands."""

    request: Annotated[str, Field(description="Names it, in its events, too.")]
    service: str
    kind: Annotated[str, Field(description="`stage` or `by-hand`.")]
    since: _Instant
    by: str
    reason: Annotated[str, Field(description="A person's words; empty where a stage asked.")]
    invoices: Annotated[list[str], Field(description="What it is for; none where by hand.")]
    currency: str | None
    amount: Annotated[str | None, Field(description="What was open when it was asked for.")]


class ServiceStops(TypedDict):
    """What is stopped for an account now."""

    account: str
    items: list[ServiceStopAnswer]


def of(order: Ordered, account: str) -> ServiceStops:
    """Return what is stopped for an account; raise AccountUnknown."""
    account_in(order.services.store, order.creditor.id, account)
    found = order.services.services_by_hand.of(order.creditor.id, account)
    return {"account": account, "items": [_answer(stop) for stop in found]}


def change(order: Ordered, body: Any) -> ServiceStops:
    """Stop a service or let it go on; raises what `ServicesByHand` does."""
    sent = read(ServiceOrder, body)
    desk, word = order.services.services_by_hand, Order(order.by, sent.reason)
    place = (order.creditor.id, sent.account, sent.service)
    if sent.stopped:
        desk.stop(*place, word)
    else:
        desk.let_go(*place, word)
    return of(order, sent.account)


def _answer(stop: ServiceStop) -> ServiceStopAnswer:
    by_hand = stop.is_by_hand
    return {
        "request": stop.request,
        "service": stop.service,
        "kind": "by-hand" if by_hand else "stage",
        "since": iso_instant(stop.requested_at),
        "by": stop.by,
        "reason": stop.reason,
        "invoices": list(stop.invoices),
        "currency": None if by_hand else stop.currency,
        "amount": None if by_hand else format_amount(stop.amount_minor, stop.currency),
    }
