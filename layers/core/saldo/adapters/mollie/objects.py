"""Mollie's objects in our words.

A payment's event id is made of its id and our state, a refund's and a chargeback's likewise: the
classic callback, the signed one and a look-up tell the same fact under the same id.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from saldo.adapters.mollie.fields import (
    NotReadable,
    instant,
    money,
    object_in,
    objects_in,
    positive_money,
    text,
    text_or_none,
)
from saldo.payments.ports import ProviderEvent, ProviderState
from saldo.payments.told import ChargebackTold, MandateTold, RefundTold, Told

NAME: Final = "mollie"
PAYMENT_KEY: Final = "saldo_payment"
"""Under this name our payment's id stands in a payment's metadata."""
MANDATE_KEY: Final = "saldo_mandate"
"""The same for a first payment that only serves to get a mandate."""

_STATES: Final[dict[str, ProviderState]] = {
    "open": "open",
    "pending": "processing",
    "authorized": "processing",
    "paid": "settled",
    "canceled": "cancelled",
    "expired": "cancelled",
    "failed": "failed",
}
"""https://docs.mollie.com/docs/status-change"""

_SINCE: Final = {
    "paid": "paidAt",
    "canceled": "canceledAt",
    "expired": "expiredAt",
    "failed": "failedAt",
    "authorized": "authorizedAt",
}

_REFUND_STATES: Final[dict[str, Literal["pending", "done", "failed"]]] = {
    "queued": "pending",
    "pending": "pending",
    "processing": "pending",
    "refunded": "done",
    "failed": "failed",
    "canceled": "failed",
}
"""https://docs.mollie.com/reference/refunds-api"""


def reference_of(payment: Mapping[str, Any], key: str = PAYMENT_KEY) -> str | None:
    """Return our id from the metadata; None for a payment that Saldo did not make."""
    metadata = payment.get("metadata")
    if isinstance(metadata, str):  # callbacks carry as text what the API returns as an object
        try:
            metadata = json.loads(metadata)
        except ValueError:
            return None
    return text_or_none(metadata, key) if isinstance(metadata, dict) else None


def payment_event(payment: Mapping[str, Any]) -> ProviderEvent:
    """Return a payment's state. `reference` is empty for a payment that Saldo did not make."""
    provider_id, status = text(payment, "id"), text(payment, "status")
    state = _STATES.get(status)
    if state is None:
        raise NotReadable(f"{status!r} is not a state of a payment")
    at = _since(payment, status)
    amount_minor, currency = _moved(payment, status)
    return ProviderEvent(
        provider=NAME,
        event_id=f"{provider_id}:{state}",
        provider_id=provider_id,
        reference=reference_of(payment) or "",
        state=state,
        amount_minor=amount_minor,
        currency=currency,
        occurred_at=at,
        received_on=at.date(),
        method=text_or_none(payment, "method"),
        failure=_failure(payment) if state in ("failed", "cancelled") else None,
    )


def refund_told(refund: Mapping[str, Any], reference: str | None) -> RefundTold:
    """Return a refund's state."""
    refund_id, status = text(refund, "id"), text(refund, "status")
    state = _REFUND_STATES.get(status)
    if state is None:
        raise NotReadable(f"{status!r} is not a state of a refund")
    amount_minor, currency = positive_money(refund, "amount")
    return RefundTold(
        provider=NAME,
        event_id=f"{refund_id}:{state}",
        refund_id=refund_id,
        provider_id=text(refund, "paymentId"),
        reference=reference,
        state=state,
        amount_minor=amount_minor,
        currency=currency,
        occurred_at=instant(refund, "createdAt"),
    )


def chargeback_told(
    chargeback: Mapping[str, Any], reference: str | None, method: str | None
) -> list[ChargebackTold]:
    """Return a chargeback, and its reversal if it was reversed.

    Both are told, so that the books end alike however many of the callbacks arrived. `method` is
    the payment's: a SEPA debit that came back is a chargeback at Mollie.
    """
    chargeback_id = text(chargeback, "id")
    amount_minor, currency = positive_money(chargeback, "amount")
    reason = chargeback.get("reason")
    moves: list[tuple[Literal["taken", "reversed"], datetime]] = [
        ("taken", instant(chargeback, "createdAt"))
    ]
    if chargeback.get("reversedAt"):
        moves.append(("reversed", instant(chargeback, "reversedAt")))
    return [
        ChargebackTold(
            provider=NAME,
            event_id=f"{chargeback_id}:{state}",
            chargeback_id=chargeback_id,
            provider_id=text(chargeback, "paymentId"),
            reference=reference,
            kind="returned-debit" if method == "directdebit" else "dispute",
            state=state,
            amount_minor=amount_minor,
            currency=currency,
            occurred_at=at,
            reason=text_or_none(reason, "description") if isinstance(reason, dict) else None,
        )
        for state, at in moves
    ]


def mandate_told(
    payment: Mapping[str, Any], mandate: Mapping[str, Any] | None
) -> list[MandateTold]:
    """Return what a first payment says about its mandate: nothing as long as it is under way.

    A mandate's id in our books is `customer/mandate`: Mollie charges need both. Where the payer did
    not give one, the id of the first payment, which was the flow's, stands for it.
    """
    payment_id, status = text(payment, "id"), text(payment, "status")
    at = _since(payment, status)
    if mandate is not None:
        mandate_id = f"{text(payment, 'customerId')}/{text(mandate, 'id')}"
        state = _MANDATE_STATES.get(text(mandate, "status"))
        if state is None:
            raise NotReadable("the mandate's status is unknown")
        return [
            MandateTold(
                NAME,
                f"{mandate_id}:{state}",
                mandate_id,
                state,
                at,
                flow_id=payment_id,
                reference=reference_of(payment, MANDATE_KEY),
            )
        ]
    if _STATES.get(status) in ("failed", "cancelled"):
        ended = f"{payment_id}:ended"
        return [
            MandateTold(NAME, ended, payment_id, "ended", at, reason=_failure(payment) or status)
        ]
    return []


_MANDATE_STATES: Final[dict[str, Literal["pending", "active", "ended"]]] = {
    "pending": "pending",
    "valid": "active",
    "invalid": "ended",
}


def told_of(payment: Mapping[str, Any]) -> list[Told]:
    """Return the payment's state and every refund and chargeback embedded in it.

    A payment that Saldo did not make is no news: account-wide callbacks bring those of others.
    """
    reference = reference_of(payment)
    if reference is None:
        return []
    embedded = payment.get("_embedded")
    inside = embedded if isinstance(embedded, dict) else {}
    told: list[Told] = [payment_event(payment)]
    told += [refund_told(each, reference) for each in objects_in(inside, "refunds")]
    for each in objects_in(inside, "chargebacks"):
        told += chargeback_told(each, reference, text_or_none(payment, "method"))
    return told


def checkout_url(payment: Mapping[str, Any]) -> str:
    """Return the address of the hosted page."""
    links = object_in(payment.get("_links"))
    return text(object_in(links.get("checkout")), "href")


def _since(payment: Mapping[str, Any], status: str) -> datetime:
    name = _SINCE.get(status, "createdAt")
    return instant(payment, name if payment.get(name) else "createdAt")


def _moved(payment: Mapping[str, Any], status: str) -> tuple[int, str]:
    # A card that was captured in part has paid that part only.
    if status == "paid" and isinstance(payment.get("amountCaptured"), dict):
        minor, currency = money(payment, "amountCaptured")
        if minor > 0:
            return minor, currency
    return positive_money(payment, "amount")


def _failure(payment: Mapping[str, Any]) -> str | None:
    """Return a reason that the payer may read, if Mollie gives one."""
    for holder, name in (
        ("details", "failureMessage"),
        ("statusReason", "message"),
        ("details", "bankReason"),
    ):
        document = payment.get(holder)
        if isinstance(document, dict) and (reason := text_or_none(document, name)):
            return reason
    return None
