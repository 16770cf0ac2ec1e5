"""The signature of GoCardless' webhooks.

`Webhook-Signature` is the HMAC-SHA256 of the raw body, in hex
(https://developer.gocardless.com/api-reference/#webhooks-overview). It covers no time, so a
callback cannot be told too old: what concerns money is therefore looked up at GoCardless, and the
same event has the same id for ever.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from saldo.payments.ports import CallbackRefused

HEADER: Final = "webhook-signature"
BODY_BYTES_MAX: Final = 2_000_000
"""A webhook carries up to 250 events of about a kilobyte."""


def signature_of(secret: str, body: bytes) -> str:
    """Return the signature of a body."""
    return hmac.digest(secret.encode(), body, sha256).hex()


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> None:
    """Return when any of `secrets` signed `body`; raise CallbackRefused, with the reason.

    `headers` have lower-case names.
    """
    given = headers.get(HEADER, "")
    if not given:
        raise CallbackRefused("The callback is not signed: the header is missing.")
    if len(body) > BODY_BYTES_MAX:
        raise CallbackRefused(f"The callback is larger than {BODY_BYTES_MAX} bytes.")
    # Every pair is compared, and each in constant time: how long it takes tells nothing.
    matches = [
        hmac.compare_digest(given.encode(), signature_of(secret, body).encode())
        for secret in secrets
    ]
    if not any(matches):
        raise CallbackRefused("The callback's signature was not made with a secret of ours.")
