"""The sandbox's documents in our words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final, get_args

from saldo.clock import parse_instant
from saldo.money import parse_amount
from saldo.payments.ports import ProviderEvent, ProviderState
from saldo.payments.told import MandateTold, Payout, PayoutLine, RefundTold

NAME: Final = "sandbox"
_STATES: Final = frozenset(get_args(ProviderState))
_MANDATE_STATES: Final = frozenset({"pending", "active", "ended"})
_REFUND_STATES: Final = frozenset({"done", "failed"})
_TEXT_MAX: Final = 500


class NotReadable(ValueError):
    """A document of the provider is not what was agreed."""


def payment_told(payment: dict[str, Any], event_id: str, occurred_at: datetime) -> ProviderEvent:
    """Return what a payment tells. Raises NotReadable, ValueError or one of money's refusals."""
    currency = text(payment, "currency")
    state = text(payment, "state")
    if state not in _STATES:
        raise NotReadable(f"{state!r} is not a state of a payment")
    amount = payment.get("amount_received")
    amount_minor = _amount(payment, "amount" if amount is None else "amount_received", currency)
    return ProviderEvent(
        provider=NAME,
        event_id=event_id,
        provider_id=text(payment, "id"),
        reference=text(payment, "idempotency_key"),
        state=state,  # type: ignore[arg-type]  # looked up in _STATES above
        amount_minor=amount_minor,
        currency=currency,
        occurred_at=occurred_at,
        received_on=_day(payment.get("received_on"), occurred_at),
        method=_text_or_none(payment, "method"),
        failure=_text_or_none(payment, "failure"),
    )


def mandate_told(mandate: dict[str, Any], event_id: str, occurred_at: datetime) -> MandateTold:
    """Return what a mandate tells that is not only requested. Raises NotReadable."""
    state = text(mandate, "state")
    if state not in _MANDATE_STATES:
        raise NotReadable(f"{state!r} is not a state that a mandate is told in")
    return MandateTold(
        provider=NAME,
        event_id=event_id,
        mandate_id=text(mandate, "id"),
        state=state,  # type: ignore[arg-type]  # looked up in _MANDATE_STATES above
        occurred_at=occurred_at,
        reason=_text_or_none(mandate, "reason"),
        flow_id=text(mandate, "id"),
        reference=text(mandate, "idempotency_key"),
    )


def refund_told(refund: dict[str, Any], event_id: str, occurred_at: datetime) -> RefundTold:
    """Return what a refund tells. Raises NotReadable or one of money's refusals."""
    state = text(refund, "state")
    if state not in _REFUND_STATES:
        raise NotReadable(f"{state!r} is not a state of a refund")
    currency = text(refund, "currency")
    return RefundTold(
        provider=NAME,
        event_id=event_id,
        refund_id=text(refund, "id"),
        provider_id=text(refund, "payment"),
        reference=text(refund, "reference"),
        state=state,  # type: ignore[arg-type]  # looked up in _REFUND_STATES above
        amount_minor=_amount(refund, "amount", currency),
        currency=currency,
        occurred_at=occurred_at,
    )


def payouts_in(answer: dict[str, Any]) -> list[Payout]:
    """Return a page of payouts. Raises NotReadable, ValueError or one of money's refusals."""
    return [_payout(object_in(one)) for one in _list(answer, "payouts")]


def _payout(payout: dict[str, Any]) -> Payout:
    currency = text(payout, "currency")
    return Payout(
        text(payout, "id"),
        parse_amount(text(payout, "amount"), currency),
        currency,
        date.fromisoformat(text(payout, "arrives_on")),
        tuple(_line(object_in(line), currency) for line in _list(payout, "lines")),
    )


def _line(line: dict[str, Any], currency: str) -> PayoutLine:
    kind = text(line, "kind")
    if kind not in ("payment", "refund"):
        raise NotReadable(f"{kind!r} is not a kind of line")
    gross, fee, net = (parse_amount(text(line, n), currency) for n in ("gross", "fee", "net"))
    return PayoutLine(
        kind,  # type: ignore[arg-type]  # looked at above
        text(line, "id"),
        text(line, "payment"),
        text(line, "reference"),
        gross,
        fee,
        net,
        currency,
        text(line, "id") if kind == "refund" else None,
    )


def _list(document: Mapping[str, object], name: str) -> list[object]:
    value = document.get(name)
    if not isinstance(value, list):
        raise NotReadable(f"{name!r} is not a list")
    return value


def object_in(value: object) -> dict[str, Any]:
    """Return a JSON object; raise NotReadable for anything else."""
    if not isinstance(value, dict):
        raise NotReadable("an object is missing")
    return value


def text(document: Mapping[str, object], name: str) -> str:
    """Return a text that must be there; raise NotReadable."""
    value = document.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _TEXT_MAX:
        raise NotReadable(f"{name!r} is missing or not a text")
    return value


def instant(document: Mapping[str, object], name: str) -> datetime:
    """Return an instant that must be there; raise ValueError."""
    return parse_instant(text(document, name))


def _amount(document: Mapping[str, object], name: str, currency: str) -> int:
    amount_minor = parse_amount(text(document, name), currency)
    if amount_minor <= 0:
        raise NotReadable("an amount is above zero")
    return amount_minor


def _text_or_none(document: Mapping[str, object], name: str) -> str | None:
    return None if document.get(name) is None else text(document, name)


def _day(value: object, occurred_at: datetime) -> date:
    if value is None:
        return occurred_at.date()
    if not isinstance(value, str):
        raise NotReadable("'received_on' is not a date")
    return date.fromisoformat(value)
