"""Stripe's events in our words.

Which event says what: https://docs.stripe.com/api/events/types. An event that moves no money and
ends nothing is no news. What an event's object does not carry is looked up, so a callback may
raise ProviderUnavailable; Stripe sends it again for three days.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from saldo.adapters.stripe.documents import (
    FLOW,
    MANDATE,
    PAYMENT,
    NotReadable,
    document,
    id_of,
    instant,
    metadata,
    text,
)
from saldo.adapters.stripe.objects import (
    NAME,
    dispute_told,
    failure_of,
    intent_told,
    mandate_told,
    payout_told,
    refund_told,
    session_told,
)
from saldo.errors import Invalid
from saldo.payments.ports import CallbackRefused, ProviderState
from saldo.payments.told import MandateTold, Told


class Lookups(Protocol):
    """What a callback needs to know beyond its own body. Both raise ProviderUnavailable."""

    def intent(self, intent_id: str) -> dict[str, Any]:
        """Return a PaymentIntent with its latest charge."""

    def refunds(self, charge_id: str) -> list[dict[str, Any]]:
        """Return the refunds of a charge."""


@dataclass(frozen=True, slots=True)
class Event:
    """An event of Stripe: `object` is what `type` happened to, as it was `at` that time."""

    id: str
    type: str
    at: datetime
    object: dict[str, Any]


def read(body: bytes) -> Event:
    """Read a verified body; raise CallbackRefused when it is not an event of Stripe."""
    try:
        event = document(json.loads(body))
        if event.get("object") != "event":
            raise NotReadable("it is not an event of the v1 interface")
        return Event(
            text(event, "id"),
            text(event, "type"),
            instant(event, "created"),
            document(document(event.get("data")).get("object")),
        )
    # A recursion error is what json makes of absurdly deep nesting.
    except (ValueError, RecursionError) as bad:
        raise CallbackRefused(f"The callback cannot be read: {bad}") from bad


def tell(event: Event, look: Lookups) -> list[Told]:
    """Return what an event tells; raise CallbackRefused, ProviderUnavailable."""
    handler = _HANDLERS.get(event.type)
    if handler is None:
        return []
    try:
        return handler(event, look)
    except (ValueError, Invalid) as bad:
        if isinstance(bad, CallbackRefused):
            raise
        raise CallbackRefused(f"The callback cannot be read: {bad}") from bad


_Handler = Callable[[Event, Lookups], list[Told]]


def _told(*news: Told | None) -> list[Told]:
    return [one for one in news if one is not None]


def _session_completed(event: Event, _: Lookups) -> list[Told]:
    # A bank debit leaves the page complete and unpaid: the money follows, or does not.
    is_paid = event.object.get("payment_status") == "paid"
    state: ProviderState = "settled" if is_paid else "processing"
    return _told(session_told(event.object, event.id, event.at, state))


def _session_failed(event: Event, look: Lookups) -> list[Told]:
    if metadata(event.object, PAYMENT) is None:
        return []
    intent = id_of(event.object, "payment_intent")
    failure = failure_of(look.intent(intent) if intent else {})
    return _told(session_told(event.object, event.id, event.at, "failed", failure))


def _session(state: ProviderState) -> _Handler:
    return lambda event, _: _told(session_told(event.object, event.id, event.at, state))


def _intent(state: ProviderState) -> _Handler:
    return lambda event, _: _told(intent_told(event.object, event.id, event.at, state))


def _intent_failed(event: Event, _: Lookups) -> list[Told]:
    # On a hosted page, the payer can try again at once; the session tells the end of it.
    if metadata(event.object, FLOW) == "hosted":
        return []
    return _told(intent_told(event.object, event.id, event.at, "failed"))


def _refund(event: Event, look: Lookups) -> list[Told]:
    return _told(_refund_of_ours(event.object, event.at, look))


def _charge_refunded(event: Event, look: Lookups) -> list[Told]:
    charge = event.object
    if metadata(charge, PAYMENT) is None:
        return []
    listed = charge.get("refunds")
    refunds = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(refunds, list):
        # Since its version 2022-11-15 Stripe no longer encloses them.
        refunds = look.refunds(text(charge, "id"))
    return _told(*(_refund_of_ours(document(one), event.at, look) for one in refunds))


def _refund_of_ours(refund: dict[str, Any], at: datetime, look: Lookups) -> Told | None:
    reference = metadata(refund, PAYMENT)
    intent = id_of(refund, "payment_intent")
    if reference is None and intent is not None:
        # Made in Stripe's dashboard: only the payment knows whose it is.
        reference = metadata(look.intent(intent), PAYMENT)
    return refund_told(refund, at, reference) if reference else None


def _dispute(event: Event, look: Lookups) -> list[Told]:
    state = _dispute_state(event)
    intent_id = id_of(event.object, "payment_intent")
    if state is None or intent_id is None:
        return []
    intent = look.intent(intent_id)
    if metadata(intent, PAYMENT) is None:
        return []
    return [dispute_told(event.object, event.at, state, intent)]


def _dispute_state(event: Event) -> Literal["taken", "reversed"] | None:
    match event.type, event.object.get("status"):
        case "charge.dispute.funds_withdrawn", _:
            return "taken"
        case "charge.dispute.funds_reinstated", _:
            return "reversed"
        case _, "lost":
            return "taken"
        case _:
            # Won: funds_reinstated tells when the money is back. Warnings never took any.
            return None


def _payout(event: Event, _: Lookups) -> list[Told]:
    return [payout_told(event.object, event.at)]


def _mandate(event: Event, _: Lookups) -> list[Told]:
    return [mandate_told(event.object, event.id, event.at)]


def _setup_succeeded(event: Event, _: Lookups) -> list[Told]:
    method, reference = id_of(event.object, "payment_method"), metadata(event.object, MANDATE)
    if reference is None or method is None:
        return []
    customer = id_of(event.object, "customer")
    return [
        MandateTold(
            NAME, event.id, method, "active", event.at, reference=reference, customer_id=customer
        )
    ]


def _detached(event: Event, _: Lookups) -> list[Told]:
    reason = "The saved payment method was removed."
    return [MandateTold(NAME, event.id, text(event.object, "id"), "ended", event.at, reason)]


_HANDLERS: Final[dict[str, _Handler]] = {
    "checkout.session.completed": _session_completed,
    "checkout.session.async_payment_succeeded": _session("settled"),
    "checkout.session.async_payment_failed": _session_failed,
    "checkout.session.expired": _session("cancelled"),
    "payment_intent.succeeded": _intent("settled"),
    "payment_intent.processing": _intent("processing"),
    "payment_intent.payment_failed": _intent_failed,
    "payment_intent.canceled": _intent("cancelled"),
    "charge.refunded": _charge_refunded,
    "charge.refund.updated": _refund,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.dispute.funds_withdrawn": _dispute,
    "charge.dispute.funds_reinstated": _dispute,
    "charge.dispute.closed": _dispute,
    "payout.created": _payout,
    "payout.paid": _payout,
    "payout.failed": _payout,
    "payout.canceled": _payout,
    "mandate.updated": _mandate,
    "setup_intent.succeeded": _setup_succeeded,
    "payment_method.detached": _detached,
}
EVENTS: Final = tuple(_HANDLERS)
"""The events to subscribe the webhook endpoint to."""
