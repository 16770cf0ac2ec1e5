"""Adyen's callbacks and their two kinds of HMAC.

Standard notifications carry a list of items, each signed for itself in
`additionalData.hmacSignature`: base64 HMAC-SHA256, under a key written in hex, over

    pspReference:originalReference:merchantAccountCode:merchantReference:value:currency:eventCode:success

and nothing else: `eventDate`, `reason`, `paymentMethod` and the rest of `additionalData` are not
vouched for, so no amount, reference or address is taken from them. One item that does not verify
refuses the whole call.

The others (balance platform, tokenisation, management) are signed over the raw body, in the header
`HmacSignature`.
Source: https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures
"""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from saldo.adapters.adyen.fields import NotReadable, instant, object_in
from saldo.errors import Invalid
from saldo.payments.ports import CallbackRefused

SIGNATURE_HEADER: Final = "hmacsignature"
BODY_BYTES_MAX: Final = 500_000
ITEMS_MAX: Final = 100

AGE_MAX: Final = timedelta(days=35)
"""How old an event may be: Adyen repeats what was not accepted for up to 30 days. A standard item's
time is not signed, so this turns away mistakes rather than attackers; a replay books nothing
because its event's id is made of what is signed."""

AHEAD_MAX: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a callback carries: items of the standard kind, or one event of the others."""

    items: tuple[Mapping[str, Any], ...] = ()
    event: Mapping[str, Any] | None = None


def read(
    headers: Mapping[str, str], body: bytes, keys: Sequence[bytes], now: datetime, *, live: bool
) -> Verified:
    """Return what a callback carries.

    Raises CallbackRefused for what is unsigned, forged, altered, too old, of the other environment
    (test or live) or not readable.
    """
    if len(body) > BODY_BYTES_MAX:
        raise CallbackRefused(f"The callback is larger than {BODY_BYTES_MAX} bytes.")
    by_header = SIGNATURE_HEADER in headers
    if by_header:
        _verify([headers[SIGNATURE_HEADER]], [body], keys)
    try:
        document = object_in(json.loads(body))
        if by_header:
            return _event(document, now, live=live)
        return Verified(items=_items(document, keys, now, live=live))
    # A recursion error is what json makes of absurdly deep nesting.
    except (ValueError, RecursionError, Invalid) as bad:
        if isinstance(bad, CallbackRefused):
            raise
        raise CallbackRefused(f"The callback cannot be read: {bad}") from bad


def key_of(secret: str) -> bytes:
    """Return the key that Adyen shows in hex; raise ValueError, without quoting it."""
    try:
        key = bytes.fromhex(secret)
    except ValueError:
        raise ValueError("an HMAC key of Adyen's is written in hex") from None
    assert key, "with an empty secret, everybody could sign"
    return key


def signature_of(key: bytes, signed: bytes) -> str:
    """Return the signature of `signed`."""
    return b64encode(hmac.digest(key, signed, sha256)).decode()


def signed_part(item: Mapping[str, Any]) -> bytes:
    """Return what the signature of a standard item covers."""
    amount = object_in(item.get("amount"))
    parts = (
        item.get("pspReference"),
        item.get("originalReference"),
        item.get("merchantAccountCode"),
        item.get("merchantReference"),
        amount.get("value"),
        amount.get("currency"),
        item.get("eventCode"),
        item.get("success"),
    )
    return ":".join(_written(part) for part in parts).encode()


def _written(part: object) -> str:
    if part is None:
        return ""
    if isinstance(part, bool):
        return "true" if part else "false"
    if not isinstance(part, str | int):
        raise NotReadable("a signed field is neither text nor number")
    return str(part)


def _verify(given: Sequence[str], signed: Sequence[bytes], keys: Sequence[bytes]) -> None:
    for signature, part in zip(given, signed, strict=True):
        # Every key is tried, and each in constant time: how long it takes tells nothing.
        matches = [
            hmac.compare_digest(signature.strip().encode(), signature_of(key, part).encode())
            for key in keys
        ]
        if not any(matches):
            raise CallbackRefused("The callback's signature was not made with a key of ours.")


def _items(
    document: Mapping[str, Any], keys: Sequence[bytes], now: datetime, *, live: bool
) -> tuple[Mapping[str, Any], ...]:
    wrapped = document.get("notificationItems")
    if not isinstance(wrapped, list) or not 0 < len(wrapped) <= ITEMS_MAX:
        raise CallbackRefused("The callback is neither signed nor a list of notification items.")
    items = [object_in(object_in(each).get("NotificationRequestItem")) for each in wrapped]
    signatures = []
    for item in items:
        extra = item.get("additionalData")
        signature = extra.get("hmacSignature") if isinstance(extra, dict) else None
        if not isinstance(signature, str):
            raise CallbackRefused("A notification item is not signed.")
        signatures.append(signature)
    _verify(signatures, [signed_part(item) for item in items], keys)
    if _written(document.get("live", live)).lower() != _written(live):
        raise CallbackRefused("The callback is from the other environment, test or live.")
    for item in items:
        if item.get("eventDate") is not None:
            _refuse_unless_recent(instant(item, "eventDate"), now)
    return tuple(items)


def _event(document: Mapping[str, Any], now: datetime, *, live: bool) -> Verified:
    if document.get("environment", "live" if live else "test") != ("live" if live else "test"):
        raise CallbackRefused("The callback is from the other environment, test or live.")
    if not isinstance(document.get("type"), str):
        return Verified()  # a terminal's message, say: signed, and nothing to us
    name = "timestamp" if document.get("timestamp") else "createdAt"
    if document.get(name):
        try:
            at = instant(document, name)
        except ValueError:
            return Verified()  # only kinds that are no news to us write their dates otherwise
        _refuse_unless_recent(at, now)
    return Verified(event=document)


def _refuse_unless_recent(at: datetime, now: datetime) -> None:
    if not -AHEAD_MAX <= now - at <= AGE_MAX:
        raise CallbackRefused(f"The callback's time {at.isoformat()} is too far from ours.")
