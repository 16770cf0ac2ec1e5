"""Calls to Adyen over the injected transport, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, Protocol

from saldo.adapters.adyen.amounts import to_adyen
from saldo.adapters.adyen.fields import object_in
from saldo.errors import Conflict
from saldo.payments.ports import PayoutsNotSetUp, ProviderUnavailable

CHECKOUT_VERSION: Final = "v71"
_REFUSALS: Final = frozenset({400, 404, 422})
"""https://docs.adyen.com/development-resources/error-codes: nothing happened, nor will it."""


class Transport(Protocol):
    """Sends one HTTP request. Header names of the answer are lower case."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body; raise OSError when no answer came."""


class Refused(Conflict):
    """Adyen answered that it will not do this; nothing happened. `error` is Adyen's own code."""

    code = "adyen-refused"

    def __init__(self, detail: str, error: str = "") -> None:
        super().__init__(detail)
        self.error = error


class Unknown(Refused):
    """Adyen does not know the object."""

    code = "adyen-unknown"


class Api:
    """Adyen's checkout and report services under one API key each."""

    def __init__(
        self,
        api_key: str,
        report_key: str | None,
        live_prefix: str | None,
        transport: Transport,
        reports: Transport | None = None,
    ) -> None:
        assert api_key, "Adyen needs an API key"
        self._api_key = api_key
        self._report_key = report_key
        self._transport = transport
        # Reports are larger than answers: how large they may be is their transport's limit.
        self._for_reports = reports or transport
        if live_prefix is None:
            self._checkout = f"https://checkout-test.adyen.com/{CHECKOUT_VERSION}"
            self._reports = "https://ca-test.adyen.com/reports/download"
        else:
            host = f"{live_prefix}-checkout-live.adyenpayments.com"
            self._checkout = f"https://{host}/checkout/{CHECKOUT_VERSION}"
            self._reports = "https://ca-live.adyen.com/reports/download"

    def __repr__(self) -> str:
        return "Api(adyen)"

    def post(self, path: str, document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """Return the answer to a POST under an idempotency key.

        Adyen keeps keys for at least seven days
        (https://docs.adyen.com/development-resources/api-idempotency). Raises Refused, or
        ProviderUnavailable where the outcome is not known.
        """
        body = json.dumps(document).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        return _document(self._send("POST", self._checkout + path, headers, self._api_key, body))

    def get(self, path: str) -> Mapping[str, Any]:
        """Return the answer to a GET; raise as `post` does."""
        return _document(self._send("GET", self._checkout + path, {}, self._api_key, None))

    def patch(self, path: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer to a PATCH; raise as `post` does."""
        body, headers = json.dumps(document).encode(), {"Content-Type": "application/json"}
        return _document(self._send("PATCH", self._checkout + path, headers, self._api_key, body))

    def report(self, merchant_account: str, file_name: str) -> bytes:
        """Return a report's file; raise Unknown if there is none of that name."""
        if self._report_key is None:
            raise PayoutsNotSetUp("Adyen's reports need a key of a report user.")
        # Put together here: the address in the notification is not signed.
        url = f"{self._reports}/MerchantAccount/{merchant_account}/{file_name}"
        return self._send("GET", url, {}, self._report_key, None, self._for_reports)

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        key: str,
        body: bytes | None,
        transport: Transport | None = None,
    ) -> bytes:
        sent = {**headers, "X-API-Key": key, "Accept": "*/*"}
        try:
            status, _, answer = (transport or self._transport).request(method, url, sent, body)
        except OSError as unreachable:
            raise ProviderUnavailable(f"Adyen did not answer: {unreachable}") from unreachable
        if status in _REFUSALS:
            refusal = Unknown if status == 404 else Refused
            raise refusal(f"Adyen refuses ({status}): {_message(answer)}", _code(answer))
        if status not in {200, 201}:
            raise ProviderUnavailable(f"Adyen answered {status}: {_message(answer)}")
        return answer


def _document(answer: bytes) -> Mapping[str, Any]:
    try:
        return object_in(json.loads(answer))
    except (ValueError, RecursionError) as bad:
        raise ProviderUnavailable(f"Adyen's answer cannot be read: {bad}") from bad


def _code(answer: bytes) -> str:
    try:
        return str(object_in(json.loads(answer)).get("errorCode") or "")
    except (ValueError, RecursionError):
        return ""


def _message(answer: bytes) -> str:
    """Return the sentence of an error of Adyen's, and nothing else that it may quote."""
    try:
        error = object_in(json.loads(answer))
    except (ValueError, RecursionError):
        return "without a reason"
    code, message = error.get("errorCode") or "", error.get("message") or error.get("detail")
    return f"{message or 'without a reason'} {code}".strip()[:300]


def amount_of(minor: int, currency: str) -> dict[str, Any]:
    """Return an amount as Adyen writes it."""
    return {"currency": currency, "value": to_adyen(minor, currency)}
