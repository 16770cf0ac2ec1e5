"""Mollie's two kinds of callback.

The classic one is a form with nothing but `id=tr_...`, unsigned: whoever sends it, the state is
asked from Mollie, so a forged call proves nothing and books nothing. An id that Mollie does not
know, or of a kind that we did not ask for, is no news, and is answered like any other, as Mollie
advises, so that nobody learns from us which ids exist.
Source: https://docs.mollie.com/reference/webhooks

The newer one is JSON, signed: `X-Mollie-Signature: sha256=<hex HMAC-SHA256 of the raw body>`. It
carries a snapshot of the object, or its id alone.
Source: https://docs.mollie.com/reference/webhooks-new
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qs

from saldo.adapters.mollie.fields import NotReadable, instant, object_in, text, text_or_none
from saldo.errors import Invalid
from saldo.payments.ports import CallbackRefused

SIGNATURE_HEADER: Final = "x-mollie-signature"
CLASSIC_BYTES_MAX: Final = 300
SIGNED_BYTES_MAX: Final = 100_000
SIGNATURES_MAX: Final = 10

AGE_MAX: Final = timedelta(days=7)
"""How old a signed event may be. The signature covers no time of sending, and Mollie repeats what
was not accepted for a day and more, so only replays of long ago can be told from repetitions."""

AHEAD_MAX: Final = timedelta(minutes=5)

_PAYMENT_ID: Final = re.compile(r"tr_[A-Za-z0-9]{1,64}", re.ASCII)
_ANY_ID: Final = re.compile(r"[a-z]{2,10}_[A-Za-z0-9_.-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class News:
    """What a callback is about: an object's kind and id, and its snapshot if it came along."""

    kind: str
    object_id: str
    snapshot: Mapping[str, Any] | None = None


def read(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime
) -> News | None:
    """Return what a callback is about, None if it is nothing to us.

    Raises CallbackRefused for what is unsigned though it must be, forged, altered, older than
    AGE_MAX or not readable.
    """
    if SIGNATURE_HEADER in headers:
        _verify(headers[SIGNATURE_HEADER], body, secrets)
    elif len(body) > CLASSIC_BYTES_MAX or not body.startswith(b"id="):
        raise CallbackRefused("The callback is neither signed nor a classic one.")
    if body.startswith(b"id="):
        return _classic(body)
    try:
        return _event(object_in(json.loads(body)), now)
    # A recursion error is what json makes of absurdly deep nesting.
    except (ValueError, RecursionError, Invalid) as bad:
        raise CallbackRefused(f"The callback cannot be read: {bad}") from bad


def signature_of(secret: str, body: bytes) -> str:
    """Return the hex signature of `body`."""
    return hmac.new(secret.encode(), body, sha256).hexdigest()


def _verify(header: str, body: bytes, secrets: Sequence[str]) -> None:
    if len(body) > SIGNED_BYTES_MAX:
        raise CallbackRefused(f"The callback is larger than {SIGNED_BYTES_MAX} bytes.")
    given = [each.strip().removeprefix("sha256=") for each in header.split(",")]
    if len(given) > SIGNATURES_MAX:
        raise CallbackRefused(f"The callback has more than {SIGNATURES_MAX} signatures.")
    wanted = [signature_of(secret, body) for secret in secrets]
    # Every pair is compared, and each in constant time: how long it takes tells nothing.
    matches = [hmac.compare_digest(a.encode(), b.encode()) for a in given for b in wanted]
    if not any(matches):
        raise CallbackRefused("The callback's signature was not made with a secret of ours.")


def _classic(body: bytes) -> News | None:
    try:
        form = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=5)
    except ValueError as bad:
        raise CallbackRefused("The callback's form cannot be read.") from bad
    ids = form.get("id", [])
    if len(ids) != 1 or not _ANY_ID.fullmatch(ids[0]):
        raise CallbackRefused("The callback carries no id of Mollie's.")
    return News("payment", ids[0]) if _PAYMENT_ID.fullmatch(ids[0]) else None


def _event(document: Mapping[str, Any], now: datetime) -> News | None:
    kind = (text_or_none(document, "type") or "").partition(".")[0]
    if kind not in ("payment", "refund", "chargeback"):
        return None
    at = instant(document, "createdAt")
    if not -AHEAD_MAX <= now - at <= AGE_MAX:
        raise NotReadable(f"its time {at.isoformat()} is too far from ours")
    object_id = text(document, "entityId")
    embedded = document.get("_embedded")
    snapshot = object_in(embedded).get(kind) if embedded is not None else None
    if snapshot is None:
        return News(kind, object_id)
    if text(object_in(snapshot), "id") != object_id:
        raise NotReadable("the object inside is not the one that the event names")
    return News(kind, object_id, object_in(snapshot))
