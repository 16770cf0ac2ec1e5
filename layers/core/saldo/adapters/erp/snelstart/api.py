"""Calls to SnelStart: two keys, one of the app and one of the administration."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from saldo.adapters.erp.fields import NotReadable, objects
from saldo.adapters.erp.http import Call, Rejected, Reply, call
from saldo.adapters.erp.tokens import renewed_of
from saldo.connectors.budget import Limits
from saldo.connectors.grants import Grants
from saldo.connectors.meter import Meter
from saldo.connectors.model import Grant
from saldo.connectors.ports import ErpDenied, ErpNonsense, Renewed, Transport

BASE_URL: Final = "https://b2bapi.snelstart.nl/v2"
AUTH_URL: Final = "https://auth.snelstart.nl/b2b/token"
LIMITS: Final = Limits(per_minute=60, errors_per_hour=20)
"""SnelStart publishes no figures: a call a second does no harm, and 429 is obeyed. Certification
looks at how few errors an app makes."""

EARLY: Final = timedelta(minutes=2)
"""Access lasts 3,599 s."""

PAGE: Final = 100
_PAGES_MAX = 2000
_VENDOR = "SnelStart"
_TOKEN = "b2b/token"  # noqa: S105 - the endpoint's name


@dataclass(frozen=True, slots=True)
class Keys:
    """`subscription` is the app owner's, `client` (koppelsleutel) opens one administration."""

    subscription: str = field(repr=False)
    client: str = field(repr=False)


class SnelStartApi:
    """SnelStart's interface to one administration."""

    def __init__(
        self,
        keys: Keys,
        grants: Grants,
        meter: Meter,
        transport: Transport,
        base_url: str = BASE_URL,
        auth_url: str = AUTH_URL,
    ) -> None:
        self._keys, self._grants, self._meter = keys, grants, meter
        self._transport, self._base_url = transport, base_url.rstrip("/")
        self._auth_url = auth_url

    def pages(
        self, resource: str, start: int = 0, **query: str
    ) -> Iterator[tuple[list[Mapping[str, Any]], int]]:
        """Yield each page's records with where the next one begins, 0 after the last.

        Raises the port's errors.
        """
        for _ in range(_PAGES_MAX):
            asked = {**query, "$skip": str(start), "$top": str(PAGE)}
            records = self._list(resource, asked)
            start = start + len(records) if len(records) >= PAGE else 0
            yield records, start
            if not start:
                return
        raise ErpNonsense(f"{_VENDOR}'s list {resource} does not end.")

    def _list(self, resource: str, query: Mapping[str, str]) -> list[Mapping[str, Any]]:
        path = f"{resource}?{urlencode(query, safe='$', quote_via=quote)}"
        try:
            return objects(self._send("GET", path, resource, None).document)
        except Rejected as no:
            raise ErpNonsense(f"{_VENDOR} did not understand {resource}: {no.reason}") from no
        except NotReadable as bad:
            raise ErpNonsense(f"{_VENDOR}'s answer of {resource} is not a list.") from bad

    def one(self, resource: str, id_: str) -> Mapping[str, Any] | None:
        """Return a record, None where there is none of that id; raise the port's errors."""
        try:
            found = self._send("GET", f"{resource}/{quote(id_, safe='')}", resource, None).document
        except Rejected as no:
            if no.status == 404:
                return None
            raise ErpNonsense(f"{_VENDOR} did not understand {resource}: {no.reason}") from no
        if not isinstance(found, dict):
            raise ErpNonsense(f"{_VENDOR}'s answer of {resource} is no record.")
        return found

    def document(self, resource: str, id_: str, kind: str) -> bytes | None:
        """Return a record's document as it is, None without one; raise the port's errors."""
        path = f"{resource}/{quote(id_, safe='')}/{kind}"
        try:
            raw = self._send("GET", path, f"{resource}/{kind}", None, wants_json=False).raw
        except Rejected:
            return None  # an invoice that was only booked has no document
        return raw or None

    def found(self, resource: str, filtered: str) -> list[Mapping[str, Any]]:
        """Return the first records that a filter leaves; raise the port's errors."""
        return self._list(resource, {"$filter": filtered, "$top": "10"})

    def end(self) -> None:
        """Keep the count of calls."""
        self._meter.write()

    def create(self, resource: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Create a record and return it; raise Rejected or the port's errors."""
        made = self._send("POST", resource, resource, fields).document
        if not isinstance(made, dict):
            raise ErpNonsense(f"{_VENDOR}'s answer to a new {resource} is no record.")
        return made

    def _send(
        self,
        method: str,
        path: str,
        resource: str,
        fields: Mapping[str, Any] | None,
        *,
        wants_json: bool = True,
    ) -> Reply:
        access = self._grants.access(self._renew, early=EARLY, needs_consent=False)
        headers = {
            "Authorization": f"Bearer {access}",
            "Ocp-Apim-Subscription-Key": self._keys.subscription,
            "Accept": "application/json" if wants_json else "application/xml",
        }
        if fields is not None:
            headers["Content-Type"] = "application/json"
        body = json.dumps(fields).encode() if fields is not None else None
        url = f"{self._base_url}/{path}"
        order = Call(
            method, url, resource, headers, body, is_reading=method == "GET", wants_json=wants_json
        )
        try:
            return call(_VENDOR, self._transport, self._meter, order)
        except ErpDenied:
            # Access may end early there, as when a key was made anew: the next run asks again.
            self._grants.drop_access()
            raise

    def _renew(self, grant: Grant) -> Renewed:
        del grant
        fields = {"grant_type": "clientkey", "clientkey": self._keys.client}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        body = urlencode(fields).encode()
        order = Call("POST", self._auth_url, _TOKEN, headers, body, is_reading=False)
        try:
            made = call(_VENDOR, self._transport, self._meter, order).document
        except Rejected as no:
            raise ErpDenied(f"{_VENDOR} does not take the koppelsleutel: {no.reason}") from no
        return renewed_of(_VENDOR, made, self._meter.now())
