"""Calls of Creditsafe Connect: a token for an hour, then plain GETs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from saldo.connectors.budget import Limits
from saldo.connectors.meter import Meter
from saldo.connectors.ports import ErpLimited, Transport
from saldo.credit_data.ports import (
    BureauDenied,
    BureauLimited,
    BureauNonsense,
    BureauUnreachable,
    CompanyNotThere,
)

BASE_URL: Final = "https://connect.creditsafe.com/v1"
"""Production; https://connect.sandbox.creditsafe.com/v1 is the sandbox, which new users get."""

LIMITS: Final = Limits(per_minute=60, errors_per_hour=4)
"""Creditsafe publishes no rate for reports. Five identical wrong sign-ins within two minutes lock
the endpoint and may block the account (Authenticate, "Error Codes"): we stop before."""

TOKEN_LIFE: Final = timedelta(minutes=55)
"""A token lasts an hour (Authentication, "Token Expiry"); we ask for another a little earlier."""

WAIT_UNSAID: Final = timedelta(minutes=5)
"""How long to wait after 429 without a word of how long: the endpoint's own lock lasts as long."""

_TOKEN_MAX: Final = 8_000
_SIGN_IN: Final = "authenticate"


@dataclass(frozen=True, slots=True)
class Keys:
    """What Creditsafe gave its customer."""

    username: str = field(repr=False)
    password: str = field(repr=False)


class CreditsafeApi:
    """Creditsafe's interface for one customer. Its token is kept as long as this object."""

    def __init__(
        self, keys: Keys, meter: Meter, transport: Transport, base_url: str = BASE_URL
    ) -> None:
        self._keys, self._meter, self._transport = keys, meter, transport
        self._base_url = base_url.rstrip("/")
        self._token = ""
        self._until: datetime | None = None

    def get(self, path: str, endpoint: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        """Return the object at a quoted path; raise the port's errors or CompanyNotThere."""
        url = f"{self._base_url}/{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Authorization": f"Bearer {self._access()}", "Accept": "application/json"}
        try:
            return self._sent("GET", url, endpoint, headers, None)
        except BureauDenied:
            self._token = ""  # it may have ended early there: the next call signs in anew
            raise
        finally:
            self._meter.write()

    def _access(self) -> str:
        now = self._meter.now()
        if self._token and self._until is not None and now < self._until:
            return self._token
        body = json.dumps({"username": self._keys.username, "password": self._keys.password})
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        url = f"{self._base_url}/{_SIGN_IN}"
        try:
            answer = self._sent("POST", url, _SIGN_IN, headers, body.encode())
        finally:
            self._meter.write()
        token = answer.get("token")
        if not isinstance(token, str) or not 0 < len(token) <= _TOKEN_MAX or not token.isascii():
            raise BureauNonsense("Creditsafe's answer about access cannot be read.")
        self._token, self._until = token, now + TOKEN_LIFE
        return token

    def _sent(
        self, method: str, url: str, endpoint: str, headers: Mapping[str, str], body: bytes | None
    ) -> Mapping[str, Any]:
        try:
            self._meter.spend(endpoint)
        except ErpLimited as limited:
            raise BureauLimited(limited.detail, limited.until) from limited
        try:
            status, answered, raw = self._transport.request(method, url, headers, body)
        except OSError as silent:
            raise BureauUnreachable(
                f"Creditsafe did not answer {endpoint}: {type(silent).__name__}."
            ) from silent
        if status in (400, 401, 403):
            self._meter.fail(endpoint)
        self._refuse(status, answered, endpoint)
        return _object(raw, endpoint)

    def _refuse(self, status: int, headers: Mapping[str, str], endpoint: str) -> None:
        """Raise what an answer means that is none of success. Its own words are not kept."""
        if 200 <= status < 300:
            return
        if status == 429:
            until = self._meter.now() + _wait(headers)
            raise BureauLimited(f"Creditsafe wants fewer calls of {endpoint}.", until)
        if status in (401, 402, 403):
            raise BureauDenied(f"Creditsafe answered {status} to {endpoint}.")
        if status == 404:
            raise CompanyNotThere("Creditsafe knows no such company.")
        if status >= 500 or status == 408:
            raise BureauUnreachable(f"Creditsafe answered {status} to {endpoint}.")
        raise BureauNonsense(f"Creditsafe answered {status} to {endpoint}.")


def _wait(headers: Mapping[str, str]) -> timedelta:
    told = headers.get("retry-after", "")
    if told.isascii() and told.isdigit():
        return min(timedelta(seconds=int(told)), timedelta(hours=24))
    return WAIT_UNSAID


def _object(raw: bytes, endpoint: str) -> Mapping[str, Any]:
    try:
        found = json.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError) as bad:
        raise BureauNonsense(f"Creditsafe answered {endpoint} with no JSON.") from bad
    if not isinstance(found, dict):
        raise BureauNonsense(f"Creditsafe's answer to {endpoint} is no object.")
    return found
