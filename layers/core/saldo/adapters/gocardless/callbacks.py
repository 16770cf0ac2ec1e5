"""GoCardless' webhooks in our words.

A webhook carries many events, and an event names its resource without saying its amount: what
concerns money is looked up, so a callback may raise ProviderUnavailable and is sent again then.
Kinds and actions: https://developer.gocardless.com/api-reference/#core-endpoints-events.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Literal, Protocol

from saldo.adapters.gocardless.documents import PAYMENT, NotReadable, document, metadata, part
from saldo.adapters.gocardless.objects import (
    NAME,
    Event,
    chargeback_told,
    event_of,
    failure_of,
    payment_state,
    payment_told,
    payout_told,
    refund_told,
    request_told,
    standing_before,
)
from saldo.errors import Invalid
from saldo.payments.ports import CallbackRefused, ProviderState
from saldo.payments.told import MandateTold, Told

_EVENTS_MAX: Final = 1000
_LOOKUPS_AT_ONCE: Final = 8
"""A webhook of 250 events must be answered within seconds, and GoCardless allows 1,000 calls a
minute (https://developer.gocardless.com/api-reference/#making-requests-rate-limiting)."""


class Lookups(Protocol):
    """What a callback needs to know beyond its own body. All raise ProviderUnavailable."""

    def one(self, resource: str, resource_id: str) -> dict[str, Any]:
        """Return a resource."""

    def history(self, payment_id: str) -> list[Event]:
        """Return every event of a payment."""

    def mark(self, payment_id: str, reference: str) -> None:
        """Write our payment's id beside a payment that a billing request made."""


def read(body: bytes) -> list[Event]:
    """Read a verified body; raise CallbackRefused when it is not as GoCardless documents it."""
    try:
        events = document(json.loads(body)).get("events")
        if not isinstance(events, list) or len(events) > _EVENTS_MAX:
            raise NotReadable("'events' is missing or too long")
        return [event_of(one) for one in events]
    # A recursion error is what json makes of absurdly deep nesting.
    except (ValueError, RecursionError) as bad:
        raise CallbackRefused(f"The callback cannot be read: {bad}") from bad


def tell(events: list[Event], look: Lookups) -> list[Told]:
    """Return what the events tell, in their order; raise CallbackRefused, ProviderUnavailable."""
    wanted = [event for event in events if _handler(event)]
    if len(wanted) < 2:
        news = [_tell(event, look) for event in wanted]
    else:
        with ThreadPoolExecutor(min(len(wanted), _LOOKUPS_AT_ONCE)) as pool:
            news = list(pool.map(lambda event: _tell(event, look), wanted))
    return [one for one in news if one is not None]


_Handler = Callable[[Event, Lookups], Told | None]


def _handler(event: Event) -> _Handler | None:
    return _HANDLERS.get(event.kind, {}).get(event.action)


def _tell(event: Event, look: Lookups) -> Told | None:
    handler = _handler(event)
    assert handler is not None, "only known events come here"
    try:
        return handler(event, look)
    except (ValueError, Invalid) as bad:
        raise CallbackRefused(f"The event {event.id[:40]} cannot be read: {bad}") from bad


def _linked(event: Event, name: str) -> str:
    found = event.link(name)
    if found is None:
        raise NotReadable(f"the link {name!r} is missing")
    return found


def _payment(state: ProviderState) -> _Handler:
    def handle(event: Event, look: Lookups) -> Told | None:
        payment = look.one("payments", _linked(event, "payment"))
        failure = failure_of(event) if state == "failed" else None
        return payment_told(payment, event.id, event.at, state, failure=failure)

    return handle


def _payment_moved(event: Event, look: Lookups) -> Told | None:
    """Money came, failed to come, went back or came again: which, says the payment's history."""
    payment = look.one("payments", _linked(event, "payment"))
    if metadata(payment, PAYMENT) is None:
        return None
    before = standing_before(event, look.history(_linked(event, "payment")))
    if event.action == "confirmed" and not before.is_taken:
        return payment_told(payment, event.id, event.at, "settled")
    if event.action in {"confirmed", "chargeback_cancelled"}:
        return chargeback_told(event, payment, "reversed", max(before.takings, 1))
    if event.action == "charged_back" or (before.was_paid and not before.is_taken):
        return chargeback_told(event, payment, "taken", before.takings + 1)
    if before.was_paid:
        # Tried again after it came back, and failed again: nothing more has moved.
        return None
    # A debit that will be tried again by GoCardless is still on its way.
    state: ProviderState = "processing" if event.will_retry else "failed"
    return payment_told(payment, event.id, event.at, state, failure=failure_of(event))


def _request_fulfilled(event: Event, look: Lookups) -> Told | None:
    request = look.one("billing_requests", _linked(event, "billing_request"))
    reference = metadata(request, PAYMENT)
    made = event.link("payment_request_payment") or part(request, "links").get(
        "payment_request_payment"
    )
    if reference is None or not isinstance(made, str):
        return None
    payment = look.one("payments", made)
    if metadata(payment, PAYMENT) is None:
        look.mark(made, reference)
    state = payment_state(payment)
    return payment_told(payment, event.id, event.at, state, reference=reference)


def _request(state: ProviderState) -> _Handler:
    def handle(event: Event, look: Lookups) -> Told | None:
        request = look.one("billing_requests", _linked(event, "billing_request"))
        return request_told(request, event.id, event.at, state)

    return handle


def _refund(event: Event, look: Lookups) -> Told | None:
    refund = look.one("refunds", _linked(event, "refund"))
    payment_id = part(refund, "links").get("payment")
    if not isinstance(payment_id, str):
        # Refunds of a mandate, without a payment: not ours.
        return None
    payment = look.one("payments", payment_id)
    return refund_told(refund, event.action, event.at, payment)


def _payout(state: Literal["paid", "failed"]) -> _Handler:
    def handle(event: Event, look: Lookups) -> Told | None:
        return payout_told(look.one("payouts", _linked(event, "payout")), state, event.at)

    return handle


def _mandate(state: Literal["pending", "active", "ended"]) -> _Handler:
    def handle(event: Event, _: Lookups) -> Told | None:
        reason = event.description if state == "ended" else None
        return MandateTold(NAME, event.id, _linked(event, "mandate"), state, event.at, reason)

    return handle


_HANDLERS: Final[dict[str, dict[str, _Handler]]] = {
    "payments": {
        "created": _payment("processing"),
        "submitted": _payment("processing"),
        "resubmission_requested": _payment("processing"),
        "customer_approval_denied": _payment("failed"),
        "cancelled": _payment("cancelled"),
        "confirmed": _payment_moved,
        "failed": _payment_moved,
        "charged_back": _payment_moved,
        "chargeback_cancelled": _payment_moved,
    },
    "billing_requests": {
        "fulfilled": _request_fulfilled,
        "cancelled": _request("cancelled"),
        "failed": _request("failed"),
    },
    "refunds": dict.fromkeys(("created", "paid", "failed", "bounced", "funds_returned"), _refund),
    "payouts": {"paid": _payout("paid"), "bounced": _payout("failed")},
    "mandates": {
        "created": _mandate("pending"),
        "submitted": _mandate("pending"),
        "active": _mandate("active"),
        "reinstated": _mandate("active"),
        "cancelled": _mandate("ended"),
        "failed": _mandate("ended"),
        "expired": _mandate("ended"),
        "consumed": _mandate("ended"),
        "blocked": _mandate("ended"),
        "suspended_by_payer": _mandate("ended"),
        "replaced": _mandate("ended"),
    },
}
