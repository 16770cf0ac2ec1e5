"""Stands for the ERP's webhook endpoint: keeps what arrives and checks its signature."""

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

DELIVERIES_MAX = 5_000

# What the endpoint can be told to answer, to see how deliveries are retried.
ANSWERS = {
    204: "taken",
    410: "gone, stop sending",
    429: "too many requests",
    500: "out of order",
}


@dataclass(frozen=True)
class Delivery:
    """One webhook as it came in."""

    id: str
    type: str
    received_at: datetime
    signature: str  # good, bad, missing, or unchecked while no secret is known
    answered: int
    headers: dict[str, str]
    body: str

    @property
    def pretty(self) -> str:
        """The body with its JSON indented, as it came when it is none."""
        try:
            return json.dumps(json.loads(self.body), indent=2, ensure_ascii=False)
        except ValueError:
            return self.body

    def document(self) -> dict[str, Any]:
        """For `/erp/webhooks.json`."""
        try:
            body = json.loads(self.body)
        except ValueError:
            body = self.body
        return {
            "id": self.id,
            "type": self.type,
            "received_at": self.received_at.isoformat(),
            "signature": self.signature,
            "answered": self.answered,
            "headers": self.headers,
            "body": body,
        }


class ErpEndpoint:
    """Takes webhooks; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: dict[str, Webhook] = {}
        self._deliveries: list[Delivery] = []
        self.answer = 204

    @property
    def secret_known(self) -> bool:
        """Whether signatures are checked."""
        return bool(self._secrets)

    def add_secret(self, secret: str) -> None:
        """Check signatures by this secret (`whsec_...`) too; ValueError when it is none.

        What arrived before any secret was known is judged now.
        """
        self._secrets[secret] = Webhook(secret)
        with self._lock:
            self._deliveries = [
                replace(item, signature=self._judge(item.headers, item.body))
                if item.signature == "unchecked"
                else item
                for item in self._deliveries
            ]

    def take(self, headers: Mapping[str, str], body: bytes) -> Delivery:
        """Keep one delivery; the caller answers with its `answered`."""
        lower = {name.lower(): value for name, value in headers.items()}
        text = body.decode(errors="replace")
        try:
            document = json.loads(text)
        except ValueError:
            document = {}
        signature = self._judge(lower, text)
        delivery = Delivery(
            id=lower.get("webhook-id", ""),
            type=str(document.get("type", "")) if isinstance(document, dict) else "",
            received_at=datetime.now(UTC),
            signature=signature,
            answered=401 if signature in {"bad", "missing"} else self.answer,
            headers={name: value for name, value in lower.items() if name.startswith("webhook-")},
            body=text,
        )
        with self._lock:
            self._deliveries.append(delivery)
            del self._deliveries[:-DELIVERIES_MAX]
        return delivery

    def _judge(self, headers: Mapping[str, str], body: str) -> str:
        if "webhook-signature" not in headers:
            return "missing"
        if not self._secrets:
            return "unchecked"
        for webhook in list(self._secrets.values()):
            try:
                webhook.verify(body, dict(headers))
            except WebhookVerificationError:
                continue
            return "good"
        return "bad"

    def deliveries(self) -> list[Delivery]:
        """Everything that arrived, newest first."""
        with self._lock:
            return self._deliveries[::-1]
