"""Calls to Exact Online: OData under one division, opened by a grant that changes with each use."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from saldo.adapters.erp.fields import NotReadable, objects
from saldo.adapters.erp.http import Call, Rejected, Reply, call
from saldo.adapters.erp.tokens import renewed_of
from saldo.connectors.budget import Limits
from saldo.connectors.grants import Grants
from saldo.connectors.meter import Meter
from saldo.connectors.model import Grant
from saldo.connectors.ports import ErpDenied, ErpNonsense, Renewed, Transport

BASE_URL: Final = "https://start.exactonline.nl"
"""The Netherlands'; .be, .de, .fr, .com, .co.uk and others are companies of their own."""

LIMITS: Final = Limits(per_minute=60, per_day=5000, errors_per_hour=8, day_kept=500)
"""60 a minute and 5,000 a day by app and company; above ten errors of 400, 401, 403 or 404 by
endpoint and hour the key is locked for an hour and more: two are left for others."""

EARLY: Final = timedelta(seconds=30)
"""Access lasts 600 s, and a new one is not given before 570 s: it is renewed in between."""

_VENDOR = "Exact Online"
_TOKEN = "oauth2/token"  # noqa: S105 - the endpoint's name
_PAGES_MAX = 2000
_UNQUOTED = "$,'"


@dataclass(frozen=True, slots=True)
class Keys:
    """The app's registration at Exact; `redirect_url` is the one that is registered there."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_url: str
    webhook_secret: str = field(default="", repr=False)


class ExactApi:
    """Exact's interface to one division."""

    def __init__(
        self,
        base_url: str,
        division: str,
        keys: Keys,
        grants: Grants,
        meter: Meter,
        transport: Transport,
    ) -> None:
        self._base_url, self._division, self._keys = base_url.rstrip("/"), division, keys
        self._grants, self._meter, self._transport = grants, meter, transport

    def pages(
        self, resource: str, query: Mapping[str, str], start: str = ""
    ) -> Iterator[tuple[list[Mapping[str, Any]], str]]:
        """Yield each page's records with the address of the next page, "" after the last.

        `start` is such an address, to go on where another run stopped. Raises the port's errors;
        an address that leads elsewhere than to this service is nonsense.
        """
        asked = urlencode(query, safe=_UNQUOTED, quote_via=quote)
        url = start or f"{self._address(resource)}?{asked}"
        for _ in range(_PAGES_MAX):
            records, url = self._page(resource, url)
            yield records, url
            if not url:
                return
        raise ErpNonsense(f"{_VENDOR}'s list {resource} does not end.")

    def _page(self, resource: str, url: str) -> tuple[list[Mapping[str, Any]], str]:
        if not url.startswith(f"{self._base_url}/"):
            raise ErpNonsense(f"{_VENDOR} sends us elsewhere for {resource}.")
        try:
            answer = self._send("GET", url, resource, None).document
        except Rejected as no:
            raise ErpNonsense(f"{_VENDOR} did not understand {resource}: {no.reason}") from no
        try:
            inside = answer["d"]
            # Exact leaves "results" out where a list is asked for without paging.
            listed = inside if isinstance(inside, list) else inside["results"]
            following = "" if isinstance(inside, list) else inside.get("__next") or ""
            return objects(listed), str(following)
        except (TypeError, KeyError, NotReadable) as bad:
            raise ErpNonsense(f"{_VENDOR}'s answer of {resource} is not a list.") from bad

    def end(self) -> None:
        """Keep the count of calls."""
        self._meter.write()

    def create(self, resource: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Create a record and return it as Exact made it; raise Rejected or the port's errors."""
        made = self._send("POST", self._address(resource), resource, fields).document
        inside = made.get("d") if isinstance(made, dict) else None
        if not isinstance(inside, dict):
            raise ErpNonsense(f"{_VENDOR}'s answer to a new {resource} is no record.")
        return inside

    def change(self, resource: str, id_: str, fields: Mapping[str, Any]) -> None:
        """Change fields of a record; raise Rejected or the port's errors."""
        url = f"{self._address(resource)}(guid'{quote(id_, safe='-')}')"
        self._send("PUT", url, resource, fields)

    def _address(self, resource: str) -> str:
        return f"{self._base_url}/api/v1/{quote(self._division, safe='')}/{resource}"

    def _send(
        self, method: str, url: str, resource: str, fields: Mapping[str, Any] | None
    ) -> Reply:
        access = self._grants.access(self._renew, early=EARLY, needs_consent=True)
        headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
        if fields is not None:
            headers |= {"Content-Type": "application/json", "Prefer": "return=representation"}
        body = json.dumps(fields).encode() if fields is not None else None
        order = Call(method, url, resource, headers, body, is_reading=method == "GET")
        reply = call(_VENDOR, self._transport, self._meter, order)
        self._meter.hear(
            _number(reply.headers.get("x-ratelimit-minutely-remaining")),
            _number(reply.headers.get("x-ratelimit-remaining")),
        )
        return reply

    def _renew(self, grant: Grant) -> Renewed:
        """Ask for access: with a person's code the first time, then with the token that came last.

        https://support.exactonline.com/community/s/knowledge-base#All-All-DNO-Content-gettingstarted
        """
        by_code = {"grant_type": "authorization_code", "code": grant.code}
        by_token = {"grant_type": "refresh_token", "refresh_token": grant.refresh}
        fields = {
            **(by_code | {"redirect_uri": self._keys.redirect_url} if grant.code else by_token),
            "client_id": self._keys.client_id,
            "client_secret": self._keys.client_secret,
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        url = f"{self._base_url}/api/{_TOKEN}"
        order = Call("POST", url, _TOKEN, headers, urlencode(fields).encode(), is_reading=False)
        try:
            made = call(_VENDOR, self._transport, self._meter, order).document
        except Rejected as no:
            raise ErpDenied(
                f"{_VENDOR} takes our consent no more ({no.reason}): authorise the connection anew."
            ) from no
        return renewed_of(_VENDOR, made, self._meter.now(), with_refresh=True)


def consent_url(base_url: str, keys: Keys, state: str) -> str:
    """Return where a person of the creditor gives consent; it sends the browser to `redirect_url`
    with a code.
    """
    query = urlencode(
        {
            "client_id": keys.client_id,
            "redirect_uri": keys.redirect_url,
            "response_type": "code",
            "state": state,
        }
    )
    return f"{base_url.rstrip('/')}/api/oauth2/auth?{query}"


def is_exact(url: str) -> bool:
    """Tell whether an address is one of Exact Online's own."""
    host = urlsplit(url).hostname or ""
    return host.startswith("start.exactonline.")


def _number(header: str | None) -> int | None:
    return int(header) if header and header.isascii() and header.isdigit() else None
