"""The sandbox provider behind the payment provider's port."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import quote

from saldo.adapters.sandbox.objects import (
    NAME,
    NotReadable,
    instant,
    mandate_told,
    object_in,
    payment_told,
    payouts_in,
    refund_told,
    text,
)
from saldo.adapters.sandbox.signature import verify
from saldo.errors import Invalid
from saldo.money import format_amount
from saldo.payments.ports import (
    CallbackRefused,
    HostedPayment,
    HostedPaymentRequest,
    PaymentRefused,
    ProviderEvent,
    ProviderUnavailable,
    WhyRefused,
)
from saldo.payments.told import (
    ChargeRefused,
    ChargeRequest,
    HostedMandate,
    MandateRequest,
    MandateTold,
    Payout,
    RefundRefused,
    RefundRequest,
    RefundTold,
    Told,
)

T = TypeVar("T")

_REFUSALS: Final = (404, 409)
_MAY_BE_REFUSED: Final = ("/charges", "/payments", "/refunds")
_WHY: Final[dict[str, WhyRefused]] = {"amount-too-large": "amount-too-large"}
_PAGES_MAX: Final = 1000
_KEY_REUSED: Final = "conflict"

_TOLD: Final[dict[str, Callable[[dict[str, Any], str, datetime], Told]]] = {
    "payment": payment_told,
    "mandate": mandate_told,
    "refund": refund_told,
}
"""What an event is about, and what it tells."""


class Transport(Protocol):
    """Sends one HTTP request. Header names of the answer are lower case."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body; raise OSError when no answer came."""


class SandboxProvider:
    """The sandbox at `base_url`.

    The first of `secrets` opens its API; any of them may have signed a callback, so that a secret
    can be changed in two steps.
    """

    name = NAME

    def __init__(self, base_url: str, secrets: Sequence[str], transport: Transport) -> None:
        assert secrets, "the sandbox needs a secret"
        assert all(secrets), "with an empty secret, everybody could sign"
        self._base_url = base_url.rstrip("/")
        self.hosted_at = self._base_url
        self._secrets = tuple(secrets)
        self._transport = transport

    def create_payment(self, request: HostedPaymentRequest) -> HostedPayment:
        """Create a hosted payment, or return the one made under the same idempotency key.

        Raises PaymentRefused for good, ProviderUnavailable when the outcome is unknown.
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
        try:
            answer = self._post("/payments", request.idempotency_key, body)
        except _Refused as refused:
            why = _WHY.get(refused.code, "not-possible")
            raise PaymentRefused(why, refused.said) from refused
        return _read(lambda: HostedPayment(text(answer, "id"), text(answer, "hosted_url")))

    def cancel_payment(self, provider_id: str) -> None:
        """Close the page of a payment; one that was decided on stays as it is.

        Raises ProviderUnavailable.
        """
        self._call("POST", f"/payments/{quote(provider_id, safe='')}/cancel", {}, b"")

    def parse_callback(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Told]:
        """Verify the signature over the raw `body` and return its event.

        Header names are lower case. Raises CallbackRefused.
        """
        signed_id = verify(headers, body, self._secrets, now)
        try:
            document = object_in(json.loads(body))
            if text(document, "id") != signed_id:
                raise NotReadable("the id in the body is not the one signed")
            about, _, state = text(document, "type").partition(".")
            if about not in _TOLD:
                raise NotReadable("its type is nothing that the sandbox tells")
            thing = object_in(object_in(document.get("data")).get(about))
            if text(thing, "state") != state:
                raise NotReadable(f"its type is not the state of its {about}")
            return [_TOLD[about](thing, signed_id, instant(document, "created_at"))]
        # A recursion error is what json makes of absurdly deep nesting.
        except (ValueError, RecursionError, Invalid) as bad:
            raise CallbackRefused(f"The callback cannot be read: {bad}") from bad

    def fetch(self, provider_id: str) -> ProviderEvent:
        """Return the state of a payment as the sandbox has it now.

        The event's id is the same for the same state. Raises ProviderUnavailable.
        """
        payment = self._call("GET", f"/payments/{quote(provider_id, safe='')}", {}, None)
        return _read(lambda: _fetched(payment, provider_id))

    def request_mandate(self, request: MandateRequest) -> HostedMandate:
        """Begin a hosted mandate, or return the one begun under the same key.

        Raises ProviderUnavailable.
        """
        body = {
            "customer_reference": request.customer_reference,
            "customer_name": request.customer_name,
            "description": request.description,
            "language": request.language,
            "return_url": request.return_url,
            "callback_url": request.callback_url,
        }
        answer = self._post("/mandates", request.idempotency_key, body)
        return _read(lambda: HostedMandate(text(answer, "id"), text(answer, "hosted_url")))

    def find_mandate(self, flow_id: str) -> MandateTold | None:
        """Return a mandate, None while the payer did not decide. Raises ProviderUnavailable."""
        mandate = self._call("GET", f"/mandates/{quote(flow_id, safe='')}", {}, None)
        if mandate.get("state") == "requested":
            return None
        return _read(
            lambda: mandate_told(
                mandate, f"{flow_id}:{text(mandate, 'state')}", instant(mandate, "updated_at")
            )
        )

    def revoke_mandate(self, mandate_id: str, customer_id: str | None) -> None:
        """End a mandate; one that ended before stays as it is. Raises ProviderUnavailable."""
        del customer_id
        self._call("POST", f"/mandates/{quote(mandate_id, safe='')}/end", {}, b"")

    def charge(self, request: ChargeRequest) -> ProviderEvent:
        """Charge a mandate, or return the charge made under the same key; a callback decides it.

        Raises ChargeRefused or ProviderUnavailable.
        """
        body = {
            "mandate": request.mandate_id,
            "amount": format_amount(request.amount_minor, request.currency),
            "currency": request.currency,
            "reference": request.reference,
            "description": request.description,
            "callback_url": request.callback_url,
        }
        try:
            payment = self._post("/charges", request.idempotency_key, body)
        except _Refused as refused:
            raise ChargeRefused(refused.said) from refused
        return _read(lambda: _fetched(payment, text(payment, "id")))

    def refund(self, request: RefundRequest) -> RefundTold:
        """Refund, or return the refund made under the same key.

        Raises RefundRefused or ProviderUnavailable.
        """
        body = {
            "payment": request.provider_id,
            "amount": format_amount(request.amount_minor, request.currency),
            "currency": request.currency,
            "reason": request.reason,
        }
        try:
            refund = self._post("/refunds", request.idempotency_key, body)
        except _Refused as refused:
            raise RefundRefused(refused.said) from refused
        return _read(lambda: _refunded(refund))

    def fetch_refund(self, provider_id: str, refund_id: str) -> RefundTold:
        """Return the state of a refund. Raises ProviderUnavailable."""
        del provider_id
        refund = self._call("GET", f"/refunds/{quote(refund_id, safe='')}", {}, None)
        return _read(lambda: _refunded(refund))

    def payouts(self, since: date) -> list[Payout]:
        """Return the payouts that arrived on or after `since`, oldest first, with their lines.

        Raises ProviderUnavailable.
        """
        found: list[Payout] = []
        for _ in range(_PAGES_MAX):
            after = quote(found[-1].payout_id, safe="") if found else ""
            path = f"/payouts?since={since.isoformat()}&after={after}"
            answer = self._call("GET", path, {}, None)
            page = _read(partial(payouts_in, answer))
            found += page
            if not page or answer.get("more") is not True:
                return found
        raise ProviderUnavailable("The sandbox's list of payouts does not end.")

    def _post(self, path: str, key: str, body: Mapping[str, object]) -> dict[str, Any]:
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return self._call("POST", path, headers, json.dumps(body).encode())

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
        if status in _REFUSALS and path in _MAY_BE_REFUSED:
            raise _refusal(answer)
        if status not in {200, 201}:
            raise ProviderUnavailable(f"The sandbox answered {status}: {answer[:200]!r}")
        try:
            return object_in(json.loads(answer))
        except (ValueError, RecursionError) as bad:
            raise ProviderUnavailable(f"The sandbox's answer cannot be read: {bad}") from bad


class _Refused(Exception):
    """The sandbox will not do this, now or later; `said` is its reason."""

    def __init__(self, said: str, code: str) -> None:
        super().__init__(said)
        self.said, self.code = said, code


def _refusal(answer: bytes) -> Exception:
    """Return what a refusal means: a key that was used for something else is no outcome."""
    try:
        error = object_in(object_in(json.loads(answer)).get("error"))
        if text(error, "code") != _KEY_REUSED:
            return _Refused(text(error, "message"), text(error, "code"))
    except (ValueError, RecursionError):
        pass  # an answer that cannot be read decides nothing
    return ProviderUnavailable(f"The sandbox refused: {answer[:200]!r}")


def _read(reading: Callable[[], T]) -> T:
    """Return what an answer says; raise ProviderUnavailable when it cannot be read."""
    try:
        return reading()
    except (ValueError, Invalid) as bad:
        raise ProviderUnavailable(f"The sandbox's answer cannot be read: {bad}") from bad


def _fetched(payment: dict[str, Any], provider_id: str) -> ProviderEvent:
    if text(payment, "id") != provider_id:
        raise NotReadable("it is about another payment")
    event_id = f"{provider_id}:{text(payment, 'state')}"
    return payment_told(payment, event_id, instant(payment, "updated_at"))


def _refunded(refund: dict[str, Any]) -> RefundTold:
    event_id = f"{text(refund, 'id')}:{text(refund, 'state')}"
    return refund_told(refund, event_id, instant(refund, "created_at"))
