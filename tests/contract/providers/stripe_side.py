"""Stripe's side of a conversation, played from recorded answers."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from saldo.adapters.stripe.provider import StripeProvider
from tests.contract.providers.corpus import RECORDED

SECRET, OLD_SECRET, KEY = "whsec_today", "whsec_yesterday", "sk_test_notARealKey0123456789"
NOW = datetime(2026, 11, 21, 10, 0, 30, tzinfo=UTC)
DOCUMENTS: dict[str, Any] = json.loads((RECORDED / "stripe.json").read_bytes())

_MISSING = {"status": 404, "body": {"error": {"code": "resource_missing"}}}

Answer = tuple[int, dict[str, str], bytes]


class Stripe:
    """A transport that answers by method and path, and remembers what it was asked.

    An exception in the place of an answer is raised; of a list, each answer is given once.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {**DOCUMENTS["exchanges"]}
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []

    def set(self, request: str, status: int, body: Any) -> None:
        self.answers[request] = {"status": status, "body": body}

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        parts = urlsplit(url)
        assert parts.netloc == "api.stripe.com"
        assert headers["Authorization"] == f"Bearer {KEY}"
        name = f"{method} {parts.path}"
        fields = dict(parse_qsl((body or b"").decode() or parts.query))
        self.asked.append((name, fields, dict(headers)))
        answer = self.answers.get(name, _MISSING)
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer["status"], {"request-id": "req_1"}, json.dumps(answer["body"]).encode()

    def names(self) -> list[str]:
        return [name for name, _, _ in self.asked]


def provider(stripe: Stripe, **options: Any) -> StripeProvider:
    return StripeProvider(KEY, [SECRET, OLD_SECRET], stripe, retries=0, **options)


def event(type_: str, subject: Any, event_id: str = "evt_1", at: datetime = NOW) -> bytes:
    return json.dumps(
        {
            "id": event_id,
            "object": "event",
            "type": type_,
            "created": int(at.timestamp()),
            "livemode": False,
            "data": {"object": subject},
        }
    ).encode()


def signed(body: bytes, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, sha256).hexdigest()
    return {"stripe-signature": f"t={timestamp},v1={digest}"}


def told_of(adapter: StripeProvider) -> Callable[..., list[Any]]:
    def tell(type_: str, subject: Any, event_id: str = "evt_1", at: datetime = NOW) -> list[Any]:
        body = event(type_, subject, event_id, at)
        return list(adapter.parse_callback(signed(body, at=at), body, at))

    return tell


def subject(name: str, **changes: Any) -> dict[str, Any]:
    return {**DOCUMENTS["objects"][name], **changes}
