"""Adyen's stored payment methods: getting one, and charging it without the payer.

A mandate's id in our books is `shopperReference/storedPaymentMethodId`, as the signed
notification about the token gives it. The shopper's reference is the mandate request's idempotency
key, so that the request finds its mandate.
Source: https://docs.adyen.com/online-payments/tokenization
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from saldo.adapters.adyen.api import amount_of
from saldo.adapters.adyen.fields import NotReadable, text, text_or_none
from saldo.adapters.adyen.items import NAME
from saldo.payments.ports import ProviderEvent, ProviderState
from saldo.payments.told import ChargeRequest, MandateRequest

_MODEL: Final = "UnscheduledCardOnFile"

_RESULTS: Final[dict[str, ProviderState]] = {
    "Authorised": "settled",
    "Received": "processing",
    "Pending": "processing",
    "Refused": "failed",
    "Error": "failed",
    "Cancelled": "cancelled",
}
"""https://docs.adyen.com/online-payments/build-your-integration/payment-result-codes"""


def mandate_link(request: MandateRequest, currency: str) -> dict[str, Any]:
    """Return the payment link over nothing that stores the payer's method."""
    return {
        "reference": request.idempotency_key,
        "merchantOrderReference": request.customer_reference,
        "amount": {"currency": currency, "value": 0},
        "description": request.description,
        "returnUrl": request.return_url,
        "shopperReference": request.idempotency_key,
        "shopperEmail": request.customer_email,
        "storePaymentMethodMode": "enabled",
        "recurringProcessingModel": _MODEL,
        "reusable": False,
    }


def charge_document(request: ChargeRequest) -> dict[str, Any]:
    """Return the payment of a stored method; raise NotReadable for a mandate that is not one."""
    shopper, _, stored = request.mandate_id.rpartition("/")
    shopper = shopper or request.customer_id or ""
    if not (shopper and stored):
        raise NotReadable("the mandate does not name its shopper and its stored method")
    return {
        "amount": amount_of(request.amount_minor, request.currency),
        "reference": request.idempotency_key,
        "merchantOrderReference": request.reference,
        "shopperReference": shopper,
        "shopperInteraction": "ContAuth",
        "recurringProcessingModel": _MODEL,
        "paymentMethod": {"storedPaymentMethodId": stored},
        "shopperStatement": request.description[:22],
    }


def charge_event(
    answer: Mapping[str, Any], request: ChargeRequest, at: datetime, *, captures_automatically: bool
) -> ProviderEvent:
    """Return the state of a charge; where the notification tells the same fact, under its id.

    Raises NotReadable.
    """
    psp_reference, result = text(answer, "pspReference"), text(answer, "resultCode")
    state = _RESULTS.get(result)
    if state is None:
        raise NotReadable(f"{result!r} is not a result that a charge may have")
    if state == "settled" and not captures_automatically:
        state = "processing"
    final = {"Authorised": "true", "Refused": "false"}.get(result)
    return ProviderEvent(
        provider=NAME,
        event_id=(
            f"AUTHORISATION:{psp_reference}:{final}" if final else f"{psp_reference}:{state}"
        ),
        provider_id=psp_reference,
        reference=request.idempotency_key,
        state=state,
        amount_minor=request.amount_minor,
        currency=request.currency,
        occurred_at=at,
        received_on=at.date(),
        failure=text_or_none(answer, "refusalReason"),
    )
