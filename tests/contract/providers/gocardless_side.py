"""GoCardless' side of a conversation, played from recorded answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from saldo.adapters.gocardless.provider import GoCardlessProvider
from saldo.adapters.gocardless.signature import signature_of
from tests.contract.providers.corpus import exchanges

TOKEN, SECRET, OLD_SECRET = "live_notARealToken0123456789", "today", "yesterday"
NOW = datetime(2026, 11, 21, 10, 0, 30, tzinfo=UTC)
_PAGING = {"limit", "created_at[gte]"}
_MISSING = {
    "status": 404,
    "body": {
        "error": {
            "type": "invalid_api_usage",
            "code": 404,
            "errors": [{"reason": "resource_not_found"}],
        }
    },
}


class GoCardless:
    """A transport that answers by method and address, and remembers what it was asked.

    An exception in the place of an answer is raised. Safe for several threads.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Any] = exchanges("gocardless")
        self.asked: list[tuple[str, dict[str, Any], dict[str, str]]] = []

    def set(self, request: str, status: int, body: Any) -> None:
        self.answers[request] = {"status": status, "body": body}

    def change(self, resource: str, resource_id: str, **fields: Any) -> None:
        """Change what a resource says."""
        name = f"GET /{resource}/{resource_id}"
        known = self.answers[name]["body"][resource]
        self.set(name, 200, {resource: {**known, **fields}})

    def happened(self, payment: str, *events: dict[str, Any]) -> None:
        """Give a payment its history."""
        self.set(f"GET /events?payment={payment}", 200, {"events": list(events), "meta": {}})

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(url)
        assert parts.netloc == "api.gocardless.com"
        assert headers["Authorization"] == f"Bearer {TOKEN}"
        assert headers["GoCardless-Version"] == "2015-07-06"
        query = [f"{name}={value}" for name, value in parse_qsl(parts.query) if name not in _PAGING]
        name = f"{method} {parts.path}" + (f"?{'&'.join(query)}" if query else "")
        self.asked.append((name, json.loads(body) if body else {}, dict(headers)))
        answer = self.answers.get(name, _MISSING)
        if isinstance(answer, Exception):
            raise answer
        return answer["status"], {}, json.dumps(answer["body"]).encode()

    def names(self) -> list[str]:
        return [name for name, _, _ in self.asked]


def provider(side: GoCardless, **options: Any) -> GoCardlessProvider:
    return GoCardlessProvider(TOKEN, [SECRET, OLD_SECRET], side, **options)


def event(
    kind: str,
    action: str,
    event_id: str = "EV1",
    at: str = "2026-11-21T10:00:00.000Z",
    details: dict[str, Any] | None = None,
    **links: str,
) -> dict[str, Any]:
    return {
        "id": event_id,
        "created_at": at,
        "resource_type": kind,
        "action": action,
        "links": links,
        "details": {
            "origin": "bank",
            "cause": "x",
            "description": "What happened.",
            **(details or {}),
        },
        "metadata": {},
    }


def body_of(events: Sequence[Any]) -> bytes:
    return json.dumps({"events": list(events), "meta": {"webhook_id": "WB1"}}).encode()


def told(adapter: GoCardlessProvider, *events: Any, secret: str = SECRET) -> list[Any]:
    body = body_of(events)
    headers = {"webhook-signature": signature_of(secret, body)}
    return list(adapter.parse_callback(headers, body, NOW))
