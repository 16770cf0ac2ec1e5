"""Stripe's objects in our words. Pure: what has to be looked up is an argument."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

from saldo.adapters.stripe.documents import (
    PAYMENT,
    Document,
    NotReadable,
    currency,
    document,
    expanded,
    id_of,
    instant,
    metadata,
    minor,
    text,
    text_or_none,
)
from saldo.payments.ports import ProviderEvent, ProviderState
from saldo.payments.told import ChargebackTold, MandateTold, PayoutTold, RefundTold

NAME: Final = "stripe"

_DEBITS: Final = frozenset(
    {
        "sepa_debit",
        "bacs_debit",
        "us_bank_account",
        "acss_debit",
        "au_becs_debit",
        "nz_bank_account",
    }
)
_DEBIT_REASONS: Final = frozenset(
    {
        "bank_cannot_process",
        "debit_not_authorized",
        "incorrect_account_details",
        "insufficient_funds",
    }
)
"""Reasons of a dispute that only direct debits have (https://docs.stripe.com/api/disputes)."""

_REFUSED: Final = "The bank refused the payment."
_REFUNDS: Final[dict[str, Literal["pending", "done", "failed"]]] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "done",
    "failed": "failed",
    "canceled": "failed",
}
_PAYOUTS: Final[dict[str, Literal["created", "paid", "failed"]]] = {
    "pending": "created",
    "in_transit": "created",
    "paid": "paid",
    "failed": "failed",
    "canceled": "failed",
}
_MANDATES: Final[dict[str, Literal["pending", "active", "ended"]]] = {
    "active": "active",
    "pending": "pending",
    "inactive": "ended",
}


def session_told(
    session: Document, event_id: str, at: datetime, state: ProviderState, failure: str | None = None
) -> ProviderEvent | None:
    """Return what a Checkout Session says, or None when it is not a payment of ours."""
    reference = metadata(session, PAYMENT)
    if reference is None or session.get("mode") != "payment":
        return None
    methods = session.get("payment_method_types")
    intent = expanded(session, "payment_intent")
    method = _method(intent) if intent else None
    if method is None and isinstance(methods, list) and len(methods) == 1:
        method = str(methods[0])
    return ProviderEvent(
        provider=NAME,
        event_id=event_id,
        # Refunds, disputes and payouts name the PaymentIntent; the session is only the page.
        provider_id=id_of(session, "payment_intent") or text(session, "id"),
        reference=reference,
        state=state,
        amount_minor=minor(session, "amount_total"),
        currency=currency(session),
        occurred_at=at,
        received_on=at.date(),
        method=method,
        failure=failure,
    )


def session_state(session: Document) -> ProviderState:
    """Return where a fetched session stands; its PaymentIntent must be expanded, if it has one."""
    status = text(session, "status")
    if status == "expired":
        return "cancelled"
    if status != "complete":
        return "open"
    if session.get("payment_status") == "paid":
        return "settled"
    intent = expanded(session, "payment_intent")
    state = intent_state(intent) if intent else "processing"
    # A page that is complete can no longer be paid on: an intent that waits for another try failed.
    return "failed" if state == "open" and intent and intent.get("last_payment_error") else state


def intent_told(
    intent: Document, event_id: str, at: datetime, state: ProviderState
) -> ProviderEvent | None:
    """Return what a PaymentIntent says, or None when it is not ours."""
    reference = metadata(intent, PAYMENT)
    if reference is None:
        return None
    # Stripe always says what it received; where the field is missing altogether (localstripe),
    # what was asked for came, as we never capture in part.
    is_received = state == "settled" and "amount_received" in intent
    return ProviderEvent(
        provider=NAME,
        event_id=event_id,
        provider_id=text(intent, "id"),
        reference=reference,
        state=state,
        amount_minor=minor(intent, "amount_received" if is_received else "amount"),
        currency=currency(intent),
        occurred_at=at,
        received_on=at.date(),
        method=_method(intent),
        failure=failure_of(intent) if state == "failed" else None,
    )


def intent_state(intent: Document) -> ProviderState:
    """Return a PaymentIntent's state; https://docs.stripe.com/payments/paymentintents/lifecycle."""
    match text(intent, "status"):
        case "succeeded":
            return "settled"
        case "processing":
            return "processing"
        case "canceled":
            return "cancelled"
        case (
            "requires_payment_method"
            | "requires_confirmation"
            | "requires_action"
            | "requires_capture"
        ):
            return "open"
        case other:
            raise NotReadable(f"{other[:40]!r} is not a state of a PaymentIntent")


def failure_of(intent: Document) -> str:
    """Return why the last attempt failed, for the payer.

    Stripe writes messages of card errors for the payer, others for the developer
    (https://docs.stripe.com/api/errors): of those only a plain sentence is shown.
    """
    error = intent.get("last_payment_error")
    if isinstance(error, dict) and error.get("type") in {"card_error", None}:
        return text_or_none(error, "message") or _REFUSED
    return _REFUSED


def refund_told(refund: Document, at: datetime, reference: str) -> RefundTold:
    """Return what a refund of a payment of ours says."""
    state = _REFUNDS.get(text(refund, "status"))
    if state is None:
        raise NotReadable("'status' is not a state of a refund")
    refund_id = text(refund, "id")
    return RefundTold(
        # One id per fact: charge.refunded and refund.updated tell the same one.
        provider=NAME,
        event_id=f"{refund_id}:{state}",
        refund_id=refund_id,
        provider_id=id_of(refund, "payment_intent") or text(refund, "charge"),
        reference=reference,
        state=state,
        amount_minor=minor(refund, "amount"),
        currency=currency(refund),
        occurred_at=at,
    )


def dispute_told(
    dispute: Document, at: datetime, state: Literal["taken", "reversed"], intent: Document
) -> ChargebackTold:
    """Return what a dispute says that moved money; `intent` has its latest charge expanded."""
    dispute_id, reason = text(dispute, "id"), text_or_none(dispute, "reason")
    is_debit = reason in _DEBIT_REASONS or _method(intent) in _DEBITS
    return ChargebackTold(
        provider=NAME,
        event_id=f"{dispute_id}:{state}",
        chargeback_id=dispute_id,
        provider_id=text(intent, "id"),
        reference=metadata(intent, PAYMENT),
        kind="returned-debit" if is_debit else "dispute",
        state=state,
        amount_minor=minor(dispute, "amount"),
        currency=currency(dispute),
        occurred_at=at,
        reason=reason,
    )


def payout_told(payout: Document, at: datetime) -> PayoutTold:
    """Return what a payout says."""
    state = _PAYOUTS.get(text(payout, "status"))
    if state is None:
        raise NotReadable("'status' is not a state of a payout")
    payout_id = text(payout, "id")
    return PayoutTold(
        provider=NAME,
        event_id=f"{payout_id}:{state}",
        payout_id=payout_id,
        state=state,
        amount_minor=minor(payout, "amount"),
        currency=currency(payout),
        arrives_on=instant(payout, "arrival_date").date() if payout.get("arrival_date") else None,
        occurred_at=at,
    )


def mandate_told(mandate: Document, event_id: str, at: datetime) -> MandateTold:
    """Return what a mandate says; we know it by its payment method, which is what is charged."""
    state = _MANDATES.get(text(mandate, "status"))
    method = id_of(mandate, "payment_method")
    if state is None or method is None:
        raise NotReadable("the mandate has no known state or no payment method")
    return MandateTold(NAME, event_id, method, state, at)


def happened_at(intent: Document) -> datetime:
    """Return when a fetched PaymentIntent got where it is, as near as Stripe tells."""
    charge = expanded(intent, "latest_charge")
    if intent.get("canceled_at"):
        return instant(intent, "canceled_at")
    if charge and charge.get("created"):
        return instant(charge, "created")
    return instant(intent, "created")


def _method(intent: Document) -> str | None:
    charge = expanded(intent, "latest_charge")
    if charge and isinstance(charge.get("payment_method_details"), dict):
        return text_or_none(document(charge["payment_method_details"]), "type")
    types = intent.get("payment_method_types")
    return str(types[0]) if isinstance(types, list) and len(types) == 1 else None
