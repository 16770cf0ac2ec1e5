"""Who else is out there: the mail service with its delivery events, and the ERP's endpoints."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from saldo.clock import iso_instant
from saldo.messages.model import MessageContext, MessageKind, OutgoingMail, Rendered
from saldo.reconciliation.webhooks import Answer
from saldo_cli.simulation.agenda import Agenda

GOOD_ENDPOINT = "https://erp.example/good"
BAD_ENDPOINT = "https://erp.example/bad"

_EVENT_TWICE = 0.2
_LATE = 0.15
_SOON_SECONDS = 20.0
_LATE_SECONDS = 3 * 3600.0
_ENDPOINT_FAILS = 0.04


class PlainRenderer:
    """The texts are nobody's business here: a mail carries its link and what it is about."""

    def render(self, message: MessageKind, context: MessageContext) -> Rendered:
        return Rendered(
            " ".join([message, *(item.number for item in context.items)]),
            context.pay_url,
            context.pay_url,
        )


class PlainCodes:
    """A code is its own text here: drawing one takes longer than the rest of a mail."""

    def png(self, text: str) -> bytes:
        return text.encode()

    def svg(self, text: str) -> str:
        return text


@dataclass(frozen=True, slots=True)
class TakenMail:
    """A mail that the mail service took, and when."""

    notice: str
    address: str
    at: datetime


class PostOffice:
    """Implements `Mailer` and tells what became of each mail: late, twice, out of order."""

    def __init__(
        self, seed: str, agenda: Agenda, tell: Callable[[str], None], bouncing: Mapping[str, str]
    ) -> None:
        self._agenda, self._tell, self._bouncing = agenda, tell, bouncing
        self._random = random.Random(f"{seed} mail")
        self.taken: list[TakenMail] = []

    def send(self, mail: OutgoingMail) -> str:
        now = self._agenda.clock.now()
        notice, message_id = mail.tags["notice"], f"mail-{len(self.taken) + 1}"
        self.taken.append(TakenMail(notice, mail.to_address, now))
        fate = self._bouncing.get(mail.to_address, "Delivery")
        kinds = ["Send", fate] if fate != "Complaint" else ["Send", "Delivery", "Complaint"]
        all_late = self._random.random() < _LATE
        for kind in kinds:
            body = _ses_event(kind, notice, message_id, mail.to_address, now)
            for _ in range(2 if self._random.random() < _EVENT_TWICE else 1):
                late = all_late or self._random.random() < _LATE
                most = _LATE_SECONDS if late else _SOON_SECONDS
                self._agenda.after(self._random.random() * most, partial(self._tell, body))
        return message_id


def _ses_event(kind: str, notice: str, message_id: str, address: str, at: datetime) -> str:
    """Return an SES event as SNS hands it on."""
    details: dict[str, Any] = {}
    if kind == "Bounce":
        details = {"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": address}]}
    if kind == "Complaint":
        details = {"complainedRecipients": [{"emailAddress": address}]}
    event = {
        "eventType": kind,
        "mail": {
            "timestamp": iso_instant(at),
            "messageId": message_id,
            "tags": {"notice": [notice]},
        },
        kind.lower(): details,
    }
    return json.dumps({"Type": "Notification", "Message": json.dumps(event)})


class Endpoints:
    """Implements `WebhookTransport`: one endpoint that fails now and then, one that always does."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(f"{seed} endpoints")
        self.delivered: set[str] = set()
        self.calm = False

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        del body
        if url == BAD_ENDPOINT:
            return Answer(500, "always down")
        if not self.calm and self._random.random() < _ENDPOINT_FAILS:
            return Answer(503, "down for a moment")
        self.delivered.add(headers["webhook-id"])
        return Answer(204, "")
