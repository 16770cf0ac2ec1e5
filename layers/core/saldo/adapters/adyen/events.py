"""Adyen's other callbacks, signed as a whole: stored cards and mandates, and the balance platform.

Tokenisation: https://docs.adyen.com/api-explorer/Tokenization-webhooks/1/overview
Transfers: https://docs.adyen.com/api-explorer/transfer-webhooks/4/overview
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from saldo.adapters.adyen.fields import instant, object_in, positive_money, text
from saldo.adapters.adyen.items import NAME
from saldo.payments.told import MandateTold, PayoutTold, Told

_TOKENS: Final[dict[str, Literal["active", "ended"]]] = {
    "recurring.token.created": "active",
    "recurring.token.alreadyExisting": "active",
    "recurring.token.disabled": "ended",
}
_TRANSFERS: Final = ("balancePlatform.transfer.created", "balancePlatform.transfer.updated")
_PAYOUT_STATES: Final[dict[str, Literal["created", "paid", "failed"]]] = {
    "authorised": "created",
    "booked": "paid",
    "returned": "failed",
    "failed": "failed",
    "cancelled": "failed",
}


def told_of_event(event: Mapping[str, Any], merchant_account: str) -> list[Told]:
    """Return what an event tells: a mandate of this merchant account, or a payout to the bank.

    Raises ValueError or one of money's refusals.
    """
    kind = text(event, "type")
    if kind in _TOKENS:
        return _mandate(event, kind, merchant_account)
    if kind in _TRANSFERS:
        return _payout(event)
    return []


def _mandate(event: Mapping[str, Any], kind: str, merchant_account: str) -> list[Told]:
    data = object_in(event.get("data"))
    if text(data, "merchantAccount") != merchant_account:
        return []
    # A charge needs both; a shopper's reference is ours, and holds no slash.
    shopper = text(data, "shopperReference")
    mandate_id = f"{shopper}/{text(data, 'storedPaymentMethodId')}"
    event_id, at = f"{kind}:{text(event, 'eventId')}", instant(event, "createdAt")
    return [MandateTold(NAME, event_id, mandate_id, _TOKENS[kind], at, reference=shopper)]


def _payout(event: Mapping[str, Any]) -> list[Told]:
    data = object_in(event.get("data"))
    state = _PAYOUT_STATES.get(str(data.get("status")))
    if data.get("type") != "payout" or state is None:
        return []
    amount_minor, currency = positive_money(data)
    payout_id = text(data, "id")
    return [
        PayoutTold(
            provider=NAME,
            event_id=f"{payout_id}:{state}",
            payout_id=payout_id,
            state=state,
            amount_minor=amount_minor,
            currency=currency,
            arrives_on=None,
            occurred_at=instant(event, "timestamp"),
        )
    ]
