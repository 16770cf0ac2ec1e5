"""Telling the merchant what happened: signed events, as Standard Webhooks describes them."""

from __future__ import annotations

import hmac
import json
import time
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final, Protocol

from saldo.clock import iso_instant

from .mandates import Mandate
from .payments import Payment
from .refunds import Refund

ATTEMPTS_MAX: Final = 2
PAUSE_SECONDS: Final = 0.5


class Deliver(Protocol):
    """Posts a callback."""

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Return the status of the answer; raise OSError when there was none."""


def event_of(payment: Payment, hosted_url: str) -> tuple[str, bytes]:
    """Return the id and the body of the event that tells of the payment's present state.

    The id is made of the payment and its state: telling it again is the same event.
    """
    event_id = f"evt_{payment.id.removeprefix('pay_')}_{payment.state}"
    told = {"payment": payment.document(hosted_url)}
    return event_id, _body(event_id, f"payment.{payment.state}", payment.updated_at, told)


def mandate_event_of(mandate: Mandate, hosted_url: str) -> tuple[str, bytes]:
    """Return the id and the body of the event that tells of the mandate's present state."""
    event_id = f"evt_{mandate.id}_{mandate.state}"
    told = {"mandate": mandate.document(hosted_url)}
    return event_id, _body(event_id, f"mandate.{mandate.state}", mandate.updated_at, told)


def refund_event_of(refund: Refund) -> tuple[str, bytes]:
    """Return the id and the body of the event that tells of a refund."""
    event_id = f"evt_{refund.id}_{refund.state}"
    told = {"refund": refund.document()}
    return event_id, _body(event_id, f"refund.{refund.state}", refund.created_at, told)


def _body(event_id: str, type_: str, at: datetime, told: Mapping[str, object]) -> bytes:
    event = {"id": event_id, "type": type_, "created_at": iso_instant(at), "data": told}
    return json.dumps(event, ensure_ascii=False).encode()


def signed_headers(secret: str, event_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers that prove the event's origin and time."""
    timestamp = str(int(at.timestamp()))
    signed = f"{event_id}.{timestamp}.".encode() + body
    signature = b64encode(hmac.digest(secret.encode(), signed, sha256)).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": "SandboxPay/1",
        "sandbox-id": event_id,
        "sandbox-timestamp": timestamp,
        "sandbox-signature": f"v1,{signature}",
    }


def tell(deliver: Deliver, url: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Deliver a callback, with one more try if it is not taken. Returns whether it was."""
    for attempt in range(ATTEMPTS_MAX):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        try:
            if 200 <= deliver(url, headers, body) < 300:
                return True
        except OSError:
            continue
    return False
