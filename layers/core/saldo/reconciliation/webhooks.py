"""Outgoing webhooks: signed, at least once with a stable id, retried with growing gaps.

Convention: Standard Webhooks (https://www.standardwebhooks.com): headers `webhook-id`,
`webhook-timestamp` and `webhook-signature`, which is "v1," and the base64 of
HMAC-SHA256(secret, id.timestamp.body).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from saldo.accounts.model import WHOLE_CREDITOR
from saldo.accounts.told import SYSTEM
from saldo.clock import Clock, iso_instant
from saldo.errors import Invalid, NotFound
from saldo.events import Event, event
from saldo.ids import Ids
from saldo.reconciliation.model import WebhookDelivery, WebhookSubscription
from saldo.store import Put, Store

SECRET_PREFIX = "whsec_"  # noqa: S105 - the beginning that every secret has
GAPS_SECONDS = (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800)
"""Pauses between attempts: ten attempts over some sixteen hours."""

ATTEMPTS_MAX = len(GAPS_SECONDS) + 1
_ANSWER_CHARACTERS_MAX = 200


class WebhookUnknown(NotFound):
    """The creditor has no webhook of that id."""

    code = "webhook-unknown"


class WebhookAddressNotAllowed(Invalid):
    """A webhook needs an https address; http only on the local cloud."""

    code = "webhook-address-not-allowed"


@dataclass(frozen=True, slots=True)
class DeliveryJob:
    """Deliver one event to one endpoint. `payload` is the event as the ERP sees it; `again` says
    that it is told once more, although it was delivered.
    """

    creditor: str
    subscription: str
    event: str
    payload: dict[str, Any]
    correlation: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint answered; `status` 0 means that it did not."""

    status: int
    text: str


class WebhookTransport(Protocol):
    """Posts a body to an endpoint. Never raises for what the other side does."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer: ...


class DeliveryQueue(Protocol):
    """Takes delivery jobs, at least once each."""

    def put(self, jobs: Sequence[DeliveryJob]) -> None: ...


def sign(secret: str, event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that prove a delivery is ours."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    timestamp = str(int(at.timestamp()))
    signed = f"{event_id}.{timestamp}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "content-type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{digest}",
    }


class Webhooks:
    """Subscriptions, the fan-out of events to them, and deliveries."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        queue: DeliveryQueue,
        transport: WebhookTransport,
        *,
        allow_http: bool,
    ) -> None:
        self._store, self._clock, self._ids = store, clock, ids
        self._queue, self._transport, self._allow_http = queue, transport, allow_http

    def subscribe(
        self, creditor: str, url: str, events: Sequence[str] = (), by: str = SYSTEM
    ) -> WebhookSubscription:
        """Add an endpoint; its secret is in the answer and nowhere shown again."""
        if not url.startswith("https://") and not (self._allow_http and url.startswith("http://")):
            raise WebhookAddressNotAllowed("A webhook needs an https address.").at("/url")
        now = self._clock.now()
        key = hashlib.sha256((self._ids.token() + self._ids.token()).encode()).digest()
        made = WebhookSubscription(
            creditor,
            self._ids.ulid(now),
            url,
            SECRET_PREFIX + base64.b64encode(key).decode(),
            tuple(events),
            now,
            version=1,
        )
        self._store.commit([Put(made), Put(self._told(made, "added", now, by))])
        return made

    def subscriptions(self, creditor: str) -> list[WebhookSubscription]:
        """Return a creditor's endpoints, those switched off included."""
        return list(self._store.list(WebhookSubscription, creditor))

    def unsubscribe(self, creditor: str, subscription: str, by: str = SYSTEM) -> None:
        """Switch an endpoint off; raise WebhookUnknown."""
        found = self._store.get(WebhookSubscription, creditor, subscription)
        if found is None:
            raise WebhookUnknown(f"There is no webhook {subscription!r}.")
        if not found.active:
            return
        ended = replace(found, active=False, version=found.version + 1)
        told = self._told(ended, "ended", self._clock.now(), by)
        self._store.commit([Put(ended, expect=found.version), Put(told)])

    def _told(
        self, one: WebhookSubscription, change: Literal["added", "ended"], now: datetime, by: str
    ) -> Event:
        """The address stands in the event without what may be a secret of the endpoint's."""
        place = urlsplit(one.url)
        return event(
            self._ids.ulid(now),
            now,
            "webhook.changed",
            one.creditor,
            WHOLE_CREDITOR,
            webhook=one.id,
            change=change,
            host=place.hostname or "",
            events=list(one.events),
            by=by,
        )

    def fan_out(self, payload: dict[str, Any], correlation: str = "") -> int:
        """Queue one event for every endpoint that wants it; return how many."""
        creditor = payload["creditor"]
        jobs = [
            DeliveryJob(creditor, s.id, payload["id"], payload, correlation)
            for s in self.subscriptions(creditor)
            if s.wants(payload["type"])
        ]
        if jobs:
            self._queue.put(jobs)
        return len(jobs)

    def deliver(self, job: DeliveryJob, attempt: int) -> WebhookDelivery | None:
        """Deliver one event, unless it was delivered before and is not asked for again; None when
        the endpoint is gone.

        The answer's state is "delivered", "failing" (try again after the gap) or "given-up".
        """
        before = self._store.get(WebhookDelivery, job.creditor, job.subscription, job.event)
        if before is not None and before.state == "delivered" and not job.again:
            return before
        endpoint = self._store.get(WebhookSubscription, job.creditor, job.subscription)
        if endpoint is None or not endpoint.active:
            return None
        now = self._clock.now()
        body = json.dumps(job.payload, ensure_ascii=False, separators=(",", ":")).encode()
        answer = self._transport.post(
            endpoint.url, sign(endpoint.secret, job.event, now, body), body
        )
        accepted = 200 <= answer.status < 300
        failing = "given-up" if attempt >= ATTEMPTS_MAX else "failing"
        done = WebhookDelivery(
            job.creditor,
            job.subscription,
            job.event,
            "delivered" if accepted else failing,  # type: ignore[arg-type]  # literals above
            attempt,
            now,
            f"{answer.status} {answer.text[:_ANSWER_CHARACTERS_MAX]}".strip(),
        )
        self._store.commit([Put(done, expect=None)])
        return done


def webhook_payload(
    id_: str, type_: str, at: datetime, creditor: str, account: str, data: dict[str, Any]
) -> dict[str, Any]:
    """Return an event as endpoints see it: type, timestamp and data, with our ids beside them."""
    return {
        "id": id_,
        "type": type_,
        "timestamp": iso_instant(at),
        "creditor": creditor,
        "account": account,
        "data": data,
    }
