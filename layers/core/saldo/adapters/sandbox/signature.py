"""The signature of the sandbox's callbacks.

The scheme is that of Standard Webhooks (https://www.standardwebhooks.com), under header names of
its own: HMAC-SHA256 over `id.timestamp.body`, in base64, prefixed with the scheme's version.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from saldo.payments.ports import CallbackRefused

ID_HEADER: Final = "sandbox-id"
TIMESTAMP_HEADER: Final = "sandbox-timestamp"
SIGNATURE_HEADER: Final = "sandbox-signature"

TOLERANCE: Final = timedelta(minutes=5)
"""How far a callback's time may lie from ours, either way; older ones could be replays."""

BODY_BYTES_MAX: Final = 64_000


def signature_of(secret: str, event_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a callback, with its version: `v1,...`."""
    signed = b".".join((event_id.encode(), timestamp.encode(), body))
    return "v1," + b64encode(hmac.digest(secret.encode(), signed, sha256)).decode()


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> str:
    """Return the id that the signature vouches for.

    `headers` have lower-case names. Any of `secrets` may have signed, so that a secret can be
    changed without losing a callback; the header may carry several signatures, set apart by
    spaces. Raises CallbackRefused, with the reason.
    """
    event_id = headers.get(ID_HEADER, "")
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    signatures = headers.get(SIGNATURE_HEADER, "")
    if not (event_id and timestamp and signatures):
        raise CallbackRefused("The callback is not signed: a header is missing.")
    if len(body) > BODY_BYTES_MAX:
        raise CallbackRefused(f"The callback is larger than {BODY_BYTES_MAX} bytes.")
    if abs(now - _instant(timestamp)) > TOLERANCE:
        raise CallbackRefused(f"The callback's time {timestamp!r} is too far from ours.")
    good = [signature_of(secret, event_id, timestamp, body).encode() for secret in secrets]
    # Every pair is compared, and each in constant time: how long it takes tells nothing.
    matches = [
        hmac.compare_digest(given.encode(), wanted)
        for given in signatures.split(" ")
        for wanted in good
    ]
    if not any(matches):
        raise CallbackRefused("The callback's signature was not made with a secret of ours.")
    return event_id


def _instant(timestamp: str) -> datetime:
    # Eleven digits reach the year 5138; more would overflow the platform's clock.
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        raise CallbackRefused(f"The callback's time {timestamp[:40]!r} is not in seconds.")
    return datetime.fromtimestamp(int(timestamp), UTC)
