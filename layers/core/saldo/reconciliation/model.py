"""Webhook subscriptions and deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class WebhookSubscription:
    """An endpoint of the creditor's ERP that wants to hear of events.

    `events` are event types, or prefixes ending in "."; empty means all. `secret` signs every
    delivery (Standard Webhooks: "whsec_" and base64); it is needed in the clear and therefore kept
    so, in the encrypted table, shown once and never logged.
    """

    creditor: str
    id: str
    url: str
    secret: str
    events: tuple[str, ...]
    created_at: datetime
    active: bool = True
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.id)

    def wants(self, event_type: str) -> bool:
        """Tell whether this endpoint asked for events of that type."""
        return self.active and (
            not self.events
            or any(
                event_type == e or (e.endswith(".") and event_type.startswith(e))
                for e in self.events
            )
        )


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """What became of one event at one endpoint; kept for good, so that none is told twice."""

    creditor: str
    subscription: str
    event: str
    state: Literal["delivered", "failing", "given-up"]
    attempts: int
    last_at: datetime
    last_answer: str
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.subscription, self.event)
