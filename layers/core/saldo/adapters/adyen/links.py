"""The state of a payment link in our words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from saldo.adapters.adyen.fields import NotReadable, instant, positive_money, text
from saldo.adapters.adyen.items import NAME
from saldo.payments.ports import ProviderEvent, ProviderState

_STATES: Final[dict[str, ProviderState]] = {
    "active": "open",
    "paymentPending": "processing",
    # The payer is through; that it was authorised, only its own notification says.
    "completed": "processing",
    "expired": "cancelled",
}
"""https://docs.adyen.com/api-explorer/Checkout/71/get/paymentLinks/(linkId)"""


def event_of(link: Mapping[str, Any], now: datetime) -> ProviderEvent:
    """Return the state of a link's payment as of `now`; raise NotReadable or money's refusals."""
    link_id, status = text(link, "id"), text(link, "status")
    state = _STATES.get(status)
    if state is None:
        raise NotReadable(f"{status!r} is not a state of a payment link")
    amount_minor, currency = positive_money(link)
    at = instant(link, "updatedAt") if link.get("updatedAt") else now
    return ProviderEvent(
        provider=NAME,
        event_id=f"{link_id}:{state}",
        provider_id=link_id,
        reference=text(link, "reference"),
        state=state,
        amount_minor=amount_minor,
        currency=currency,
        occurred_at=at,
        received_on=at.date(),
    )
