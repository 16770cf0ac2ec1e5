"""Codes of authenticator apps: RFC 6238 with what every app takes, SHA-1, 6 digits, 30 seconds.

The identity provider checks codes; this makes them where there is no telephone, and the address
that an app reads.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

_STEP_SECONDS: Final = 30
_DIGITS: Final = 6


def code_at(secret: str, at: datetime) -> str:
    """Return the code of a secret in base 32 at an instant."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    counter = int(at.timestamp()) // _STEP_SECONDS
    digest = hmac.new(key, counter.to_bytes(8), hashlib.sha1).digest()
    # RFC 4226, 5.3: the last four bits say where the 31 bits stand that become digits.
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF
    return str(number % 10**_DIGITS).zfill(_DIGITS)


def app_address(secret: str, email: str, issuer: str) -> str:
    """Return what an authenticator app reads from a QR code, as the apps' makers agreed on it.

    https://github.com/google/google-authenticator/wiki/Key-Uri-Format
    """
    label = f"{quote(issuer, safe='')}:{quote(email, safe='@')}"
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"
