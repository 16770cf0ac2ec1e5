"""Calls to GoCardless, over plain HTTP.

Its interface is JSON in one envelope per resource. The official package wraps the same calls and
brings `requests` with it: here it would save a dozen lines and cost every cold start.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode

from saldo.adapters.gocardless.documents import NotReadable, document, link, part, text
from saldo.payments.ports import ProviderUnavailable

BASE_URL: Final = "https://api.gocardless.com"
SANDBOX_URL: Final = "https://api-sandbox.gocardless.com"
_VERSION: Final = "2015-07-06"
_PAGE: Final = 500
_PAGES_MAX: Final = 400


class Transport(Protocol):
    """Sends one HTTP request. Header names of the answer are lower case."""

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body; raise OSError when no answer came."""


class GoCardlessRefused(Exception):
    """GoCardless understood a request and will not do it; nothing happened. `reason` is its own."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(f"{reason} ({status})")
        self.reason, self.status = reason, status


class GoCardlessApi:
    """GoCardless' interface at `base_url`, opened by `access_token`."""

    def __init__(self, access_token: str, transport: Transport, base_url: str = BASE_URL) -> None:
        assert access_token, "GoCardless needs an access token"
        self._token, self._transport = access_token, transport
        self._base_url = base_url.rstrip("/")

    def get(self, resource: str, resource_id: str) -> dict[str, Any]:
        """Return one resource; raise GoCardlessRefused, ProviderUnavailable."""
        return self._one(resource, "GET", f"/{resource}/{quote(resource_id, safe='')}")

    def create(self, resource: str, key: str | None, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Create a resource, or return the one made under the same idempotency key.

        GoCardless answers a repeated key with a conflict that names the resource
        (https://developer.gocardless.com/api-reference/#making-requests-idempotency-keys). Raises
        GoCardlessRefused, ProviderUnavailable.
        """
        try:
            return self._one(resource, "POST", f"/{resource}", {resource: fields}, key)
        except _MadeBefore as made:
            return self.get(resource, made.resource_id)

    def update(self, resource: str, resource_id: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Change a resource; raise GoCardlessRefused, ProviderUnavailable."""
        path = f"/{resource}/{quote(resource_id, safe='')}"
        return self._one(resource, "PUT", path, {resource: fields})

    def act(self, resource: str, resource_id: str, action: str) -> dict[str, Any]:
        """Do something to a resource; raise GoCardlessRefused, ProviderUnavailable."""
        path = f"/{resource}/{quote(resource_id, safe='')}/actions/{action}"
        return self._one(resource, "POST", path, {})

    def pages(self, resource: str, **params: str) -> Iterator[dict[str, Any]]:
        """Yield every resource of a list; raise GoCardlessRefused, ProviderUnavailable."""
        after: dict[str, str] = {}
        for _ in range(_PAGES_MAX):
            query = urlencode({"limit": str(_PAGE), **params, **after})
            page = self._call("GET", f"/{resource}?{query}")
            found = page.get(resource)
            if not isinstance(found, list):
                raise ProviderUnavailable("GoCardless' answer is not a list.")
            yield from found
            cursor = part(part(page, "meta"), "cursors").get("after")
            if not cursor or not found:
                return
            after = {"after": str(cursor)}
        raise ProviderUnavailable(f"GoCardless' list of {resource} does not end.")

    def _one(
        self,
        resource: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> dict[str, Any]:
        answer = self._call(method, path, body, key)
        try:
            return document(answer.get(resource))
        except NotReadable as bad:
            raise ProviderUnavailable(f"GoCardless' answer cannot be read: {bad}") from bad

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str | None = None
    ) -> dict[str, Any]:
        headers = {
            "Authorization": f"Bearer {self._token}",
            "GoCardless-Version": _VERSION,
            "Accept": "application/json",
            **({"Content-Type": "application/json"} if body is not None else {}),
            **({"Idempotency-Key": key} if key else {}),
        }
        sent = json.dumps(body).encode() if body is not None else None
        try:
            status, _, raw = self._transport.request(method, self._base_url + path, headers, sent)
        except OSError as unreachable:
            raise ProviderUnavailable(
                f"GoCardless did not answer: {type(unreachable).__name__}"
            ) from unreachable
        try:
            answer = document(json.loads(raw))
        except (ValueError, RecursionError) as bad:
            raise ProviderUnavailable(f"GoCardless answered {status}, not readable.") from bad
        if status not in {200, 201}:
            raise _refusal(status, answer)
        return answer


class _MadeBefore(Exception):
    """A resource was made under this key already."""

    def __init__(self, resource_id: str) -> None:
        super().__init__(resource_id)
        self.resource_id = resource_id


def _refusal(status: int, answer: Mapping[str, Any]) -> Exception:
    """Return what an answer of refusal means.

    https://developer.gocardless.com/api-reference/#api-usage-errors. Their messages may quote
    personal data, so only the stable reasons are taken.
    """
    try:
        error = part(answer, "error")
        listed = error.get("errors")
        first = document(listed[0]) if isinstance(listed, list) and listed else {}
        reason = str(first.get("reason") or first.get("field") or error.get("type") or "unknown")
        if reason == "idempotent_creation_conflict":
            return _MadeBefore(link(first, "conflicting_resource_id") or text(first, "id"))
    except NotReadable as bad:
        return ProviderUnavailable(f"GoCardless answered {status}, not readable: {bad}")
    # 401 and 403 are our token's fault, 429 is haste, and 5xx leaves open what happened.
    if status in {400, 404, 409, 410, 422}:
        return GoCardlessRefused(reason[:80], status)
    return ProviderUnavailable(f"GoCardless answered {status}: {reason[:80]}")
