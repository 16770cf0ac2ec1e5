"""Items of Adyen's standard notifications in our words.

Which event moves money depends on when payments are captured, so the reading takes
`captures_automatically`. With automatic capture, which is Adyen's default, an authorised payment
is captured without another word, and AUTHORISATION settles it; what undoes it afterwards
(CANCELLATION, EXPIRE, CAPTURE_FAILED) is told as money given or taken back. Otherwise CAPTURE
settles. Source: https://docs.adyen.com/online-payments/capture

An item is known by event code, PSP reference and success, which are all signed and repeat when
Adyen sends it again. Every event of a dispute has the same PSP reference; a second chargeback is
told as one of its own, so that in any order what was taken and what was given back sums up.
Source: https://docs.adyen.com/risk-management/disputes-api/dispute-notifications
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from saldo.adapters.adyen.fields import instant, positive_money, text, text_or_none
from saldo.payments.ports import ProviderEvent, ProviderState
from saldo.payments.told import ChargebackTold, RefundTold, Told

NAME: Final = "adyen"
_Reader = Callable[[Mapping[str, Any]], list[Told]]
LINK_ID: Final = re.compile(r"PL[0-9A-Z]{8,40}", re.ASCII)
_DIRECT_DEBITS: Final = ("sepadirectdebit", "directdebit_GB", "ach")


def told_of(item: Mapping[str, Any], *, captures_automatically: bool) -> list[Told]:
    """Return what an item tells; none for codes that move no money of ours.

    NOTIFICATION_OF_CHARGEBACK and REQUEST_FOR_INFORMATION announce a dispute before any money
    moved: no news to the books. Raises ValueError or one of money's refusals.
    """
    code = text_or_none(item, "eventCode")
    table = _AUTOMATIC if captures_automatically else _BY_REQUEST
    read = table.get(code or "") or _ALWAYS.get(code or "")
    return list(read(item)) if read else []


def _succeeded(item: Mapping[str, Any]) -> bool:
    return str(item.get("success")).lower() == "true"


def _event_id(item: Mapping[str, Any]) -> str:
    success = "true" if _succeeded(item) else "false"
    return f"{text(item, 'eventCode')}:{text(item, 'pspReference')}:{success}"


def _payment_id(item: Mapping[str, Any]) -> str:
    return text_or_none(item, "originalReference") or text(item, "pspReference")


def _link(item: Mapping[str, Any]) -> str | None:
    """Return the payment link's id, a hint that is not signed.

    It decides only whether a try that failed ends the payment, and where to ask for its state; the
    answer names the payment itself.
    """
    extra = item.get("additionalData")
    link = extra.get("paymentLinkId") if isinstance(extra, dict) else None
    return link if isinstance(link, str) and LINK_ID.fullmatch(link) else None


def _payment(
    item: Mapping[str, Any], state: ProviderState, failure: str | None = None
) -> list[Told]:
    at = instant(item, "eventDate")
    amount_minor, currency = positive_money(item)
    # Before it is settled, a payment can only be asked for by its link.
    link = _link(item) if state != "settled" else None
    return [
        ProviderEvent(
            provider=NAME,
            event_id=_event_id(item),
            provider_id=link or _payment_id(item),
            reference=text_or_none(item, "merchantReference") or "",
            state=state,
            amount_minor=amount_minor,
            currency=currency,
            occurred_at=at,
            received_on=at.date(),
            method=text_or_none(item, "paymentMethod"),
            failure=failure,
        )
    ]


def _is_nothing(item: Mapping[str, Any]) -> bool:
    """Say whether the item is about no money: a card that is only stored is authorised for zero."""
    amount = item.get("amount")
    return isinstance(amount, dict) and amount.get("value") == 0


def _authorisation(state: ProviderState) -> _Reader:
    def read(item: Mapping[str, Any]) -> list[Told]:
        if _is_nothing(item):
            return []
        if _succeeded(item):
            return _payment(item, state)
        # A payment link stays open for another try.
        return _payment(item, "open" if _link(item) else "failed", text_or_none(item, "reason"))

    return read


def _capture(item: Mapping[str, Any]) -> list[Told]:
    return _payment(item, "settled") if _succeeded(item) else []


def _requested_capture(item: Mapping[str, Any]) -> list[Told]:
    return _capture(item) or _payment(item, "failed", text_or_none(item, "reason"))


def _pending(item: Mapping[str, Any]) -> list[Told]:
    return _payment(item, "processing") if _succeeded(item) and not _is_nothing(item) else []


def _ended(item: Mapping[str, Any]) -> list[Told]:
    if not _succeeded(item) or _is_nothing(item):
        return []
    return _payment(item, "open" if _link(item) else "cancelled")


def _given_back(item: Mapping[str, Any]) -> list[Told]:
    """A payment that our books hold for settled will not be captured after all."""
    return _refund(item, "done") if _succeeded(item) and not _is_nothing(item) else []


def _refund(item: Mapping[str, Any], state: Literal["done", "failed"]) -> list[Told]:
    amount_minor, currency = positive_money(item)
    return [
        RefundTold(
            provider=NAME,
            event_id=_event_id(item),
            refund_id=text(item, "pspReference"),
            provider_id=_payment_id(item),
            # What stands there may be the reference of the refund's request instead of ours.
            reference=None,
            state=state,
            amount_minor=amount_minor,
            currency=currency,
            occurred_at=instant(item, "eventDate"),
        )
    ]


def _refunded(item: Mapping[str, Any]) -> list[Told]:
    return _refund(item, "done" if _succeeded(item) else "failed")


def _refund_failed(item: Mapping[str, Any]) -> list[Told]:
    return _refund(item, "failed") if _succeeded(item) else []


def _cancel_or_refund(cancelled: _Reader) -> _Reader:
    def read(item: Mapping[str, Any]) -> list[Told]:
        extra = item.get("additionalData")
        action = extra.get("modification.action") if isinstance(extra, dict) else None
        return _refunded(item) if action == "refund" else cancelled(item)

    return read


def _chargeback(state: Literal["taken", "reversed"], suffix: str = "") -> _Reader:
    def read(item: Mapping[str, Any]) -> list[Told]:
        if not _succeeded(item):
            return []
        amount_minor, currency = positive_money(item)
        method = text_or_none(item, "paymentMethod") or ""
        told = ChargebackTold(
            provider=NAME,
            event_id=_event_id(item),
            chargeback_id=text(item, "pspReference") + suffix,
            provider_id=_payment_id(item),
            reference=text_or_none(item, "merchantReference"),
            kind="returned-debit" if method in _DIRECT_DEBITS else "dispute",
            state=state,
            amount_minor=amount_minor,
            currency=currency,
            occurred_at=instant(item, "eventDate"),
            reason=text_or_none(item, "reason"),
        )
        return [told]

    return read


_Table = dict[str, _Reader]

_ALWAYS: Final[_Table] = {
    "PENDING": _pending,
    "OFFER_CLOSED": _ended,
    "REFUND": _refunded,
    "REFUND_FAILED": _refund_failed,
    "REFUNDED_REVERSED": _refund_failed,
    "CHARGEBACK": _chargeback("taken"),
    "CHARGEBACK_REVERSED": _chargeback("reversed"),
    "SECOND_CHARGEBACK": _chargeback("taken", "#2"),
    # The capture had been told as done before: the scheme turned it down afterwards.
    "CAPTURE_FAILED": _chargeback("taken", "#capture"),
}
_AUTOMATIC: Final[_Table] = {
    "AUTHORISATION": _authorisation("settled"),
    "CAPTURE": _capture,
    "CANCELLATION": _given_back,
    "TECHNICAL_CANCEL": _given_back,
    "EXPIRE": _given_back,
    "CANCEL_OR_REFUND": _cancel_or_refund(_given_back),
}
_BY_REQUEST: Final[_Table] = {
    "AUTHORISATION": _authorisation("processing"),
    "CAPTURE": _requested_capture,
    "CANCELLATION": _ended,
    "TECHNICAL_CANCEL": _ended,
    "EXPIRE": _ended,
    "CANCEL_OR_REFUND": _cancel_or_refund(_ended),
}
