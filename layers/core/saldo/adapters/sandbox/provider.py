"""The sandbox provider behind the payment provider's port."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol, get_args
from urllib.parse import quote

from saldo.adapters.sandbox.signature import verify
from saldo.clock import parse_instant
from saldo.errors import Invalid
from saldo.money import format_amount, parse_amount
from saldo.payments.ports import (
    CallbackRefused,
    HostedPayment,
    HostedPaymentRequest,
    ProviderEvent,
    ProviderState,
    ProviderUnavailable,
)

_STATES: Final = frozenset(get_args(ProviderState))
_TEXT_MAX: Final = 500


class Transport(Protocol):
    """Sends one HTTP request. Header names of the answer are lower case."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body; raise OSError when no answer came."""


class _NotReadable(ValueError):
    """A document of the provider is not what was agreed."""


class SandboxProvider:
    """The sandbox at `base_url`.

    The first of `secrets` opens its API; any of them may have signed a callback, so that a secret
    can be changed in two steps.
    """

    name = "sandbox"

    def __init__(self, base_url: str, secrets: Sequence[str], transport: Transport) -> None:
        assert secrets, "the sandbox needs a secret"
        assert all(secrets), "with an empty secret, everybody could sign"
        self._base_url = base_url.rstrip("/")
        self.hosted_at = self._base_url
        self._secrets = tuple(secrets)
        self._transport = transport

    def create_payment(self, request: HostedPaymentRequest) -> HostedPayment:
        """Create a hosted payment, or return the one made under the same idempotency key.

        Raises ProviderUnavailable when the outcome is unknown.
        """
        body = {
            "amount": format_amount(request.amount_minor, request.currency),
            "currency": request.currency,
            "reference": request.reference,
            "description": request.description,
            "language": request.language,
            "return_url": request.return_url,
            "callback_url": request.callback_url,
            "creditor_name": request.creditor_name,
        }
        answer = self._call(
            "POST",
            "/payments",
            {"Idempotency-Key": request.idempotency_key, "Content-Type": "application/json"},
            json.dumps(body).encode(),
        )
        try:
            return HostedPayment(_text(answer, "id"), _text(answer, "hosted_url"))
        except _NotReadable as bad:
            raise ProviderUnavailable(f"The sandbox's answer cannot be read: {bad}") from bad

    def parse_callback(
        self, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> list[ProviderEvent]:
        """Verify the signature over the raw `body` and return its event.

        Header names are lower case. Raises CallbackRefused.
        """
        signed_id = verify(headers, body, self._secrets, now)
        try:
            document = _object(json.loads(body))
            if _text(document, "id") != signed_id:
                raise _NotReadable("the id in the body is not the one signed")
            payment = _object(_object(document.get("data")).get("payment"))
            event = _event(payment, signed_id, _instant(document, "created_at"))
            if document.get("type") != f"payment.{event.state}":
                raise _NotReadable("its type is not the state of its payment")
        # A recursion error is what json makes of absurdly deep nesting.
        except (ValueError, RecursionError, Invalid) as bad:
            raise CallbackRefused(f"The callback cannot be read: {bad}") from bad
        return [event]

    def fetch(self, provider_id: str) -> ProviderEvent:
        """Return the state of a payment as the sandbox has it now.

        The event's id is the same for the same state. Raises ProviderUnavailable.
        """
        payment = self._call("GET", f"/payments/{quote(provider_id, safe='')}", {}, None)
        try:
            if _text(payment, "id") != provider_id:
                raise _NotReadable("it is about another payment")
            state = _text(payment, "state")
            return _event(payment, f"{provider_id}:{state}", _instant(payment, "updated_at"))
        except (ValueError, Invalid) as bad:
            raise ProviderUnavailable(f"The sandbox's answer cannot be read: {bad}") from bad

    def _call(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> dict[str, Any]:
        sent = {
            **headers,
            "Authorization": f"Bearer {self._secrets[0]}",
            "Accept": "application/json",
        }
        try:
            status, _, answer = self._transport.request(method, self._base_url + path, sent, body)
        except OSError as unreachable:
            raise ProviderUnavailable(f"The sandbox did not answer: {unreachable}") from unreachable
        if status not in {200, 201}:
            raise ProviderUnavailable(f"The sandbox answered {status}: {answer[:200]!r}")
        try:
            return _object(json.loads(answer))
        except (ValueError, RecursionError) as bad:
            raise ProviderUnavailable(f"The sandbox's answer cannot be read: {bad}") from bad


def _event(payment: dict[str, Any], event_id: str, occurred_at: datetime) -> ProviderEvent:
    currency = _text(payment, "currency")
    state = _text(payment, "state")
    if state not in _STATES:
        raise _NotReadable(f"{state!r} is not a state of a payment")
    amount = payment.get("amount_received")
    amount_minor = parse_amount(
        _text(payment, "amount" if amount is None else "amount_received"), currency
    )
    if amount_minor <= 0:
        raise _NotReadable("a payment's amount is above zero")
    return ProviderEvent(
        provider=SandboxProvider.name,
        event_id=event_id,
        provider_id=_text(payment, "id"),
        reference=_text(payment, "idempotency_key"),
        state=state,  # type: ignore[arg-type]  # looked up in _STATES above
        amount_minor=amount_minor,
        currency=currency,
        occurred_at=occurred_at,
        received_on=_day(payment.get("received_on"), occurred_at),
        method=_text_or_none(payment, "method"),
        failure=_text_or_none(payment, "failure"),
    )


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _NotReadable("an object is missing")
    return value


def _text(document: Mapping[str, object], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _TEXT_MAX:
        raise _NotReadable(f"{name!r} is missing or not a text")
    return value


def _text_or_none(document: Mapping[str, object], name: str) -> str | None:
    return None if document.get(name) is None else _text(document, name)


def _instant(document: Mapping[str, object], name: str) -> datetime:
    return parse_instant(_text(document, name))


def _day(value: object, occurred_at: datetime) -> date:
    if value is None:
        return occurred_at.date()
    if not isinstance(value, str):
        raise _NotReadable("'received_on' is not a date")
    return date.fromisoformat(value)
