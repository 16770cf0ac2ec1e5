"""The signature of Stripe's webhooks.

`Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>...]`, each v1 an HMAC-SHA256 over `t.body`;
schemes other than v1 are ignored, so that nobody can ask for a weaker one
(https://docs.stripe.com/webhooks#verify-manually). The official package does the same by the
machine's clock; ours takes the time as an argument, looks ahead as well as back, and spares the
callback's cold start the import of that package. A test compares the two.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from saldo.payments.ports import CallbackRefused

HEADER: Final = "stripe-signature"
TOLERANCE: Final = timedelta(seconds=300)
"""How far a callback's time may lie from ours, either way; older ones could be replays."""

BODY_BYTES_MAX: Final = 512_000
_SIGNATURES_MAX: Final = 20


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """Return when any of `secrets` signed `body` at a time near `now`.

    `headers` have lower-case names. Raises CallbackRefused, with the reason.
    """
    if len(body) > BODY_BYTES_MAX:
        raise CallbackRefused(f"The callback is larger than {BODY_BYTES_MAX} bytes.")
    timestamp, given = _parts(headers.get(HEADER, ""))
    if abs(now - _instant(timestamp)) > TOLERANCE:
        raise CallbackRefused(f"The callback's time {timestamp!r} is too far from ours.")
    signed = timestamp.encode() + b"." + body
    wanted = [hmac.digest(secret.encode(), signed, sha256).hex().encode() for secret in secrets]
    # Every pair is compared, and each in constant time: how long it takes tells nothing.
    matches = [hmac.compare_digest(one.encode(), good) for one in given for good in wanted]
    if not any(matches):
        raise CallbackRefused("The callback's signature was not made with a secret of ours.")


def _parts(header: str) -> tuple[str, list[str]]:
    timestamps: list[str] = []
    signatures: list[str] = []
    for item in header.split(","):
        scheme, separator, value = item.strip().partition("=")
        if separator and scheme == "t":
            timestamps.append(value)
        elif separator and scheme == "v1":
            signatures.append(value)
    if len(timestamps) != 1:
        raise CallbackRefused("The callback is not signed: the header has no time, or several.")
    if not 0 < len(signatures) <= _SIGNATURES_MAX:
        raise CallbackRefused("The callback carries no v1 signature, or too many.")
    return timestamps[0], signatures


def _instant(timestamp: str) -> datetime:
    # Eleven digits reach the year 5138; more would overflow the platform's clock.
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        raise CallbackRefused(f"The callback's time {timestamp[:40]!r} is not in seconds.")
    return datetime.fromtimestamp(int(timestamp), UTC)
