"""Exact's webhooks: a pointer to what changed, signed by the app's secret.

The body is `{"Content": {…}, "HashCode": "…"}`; the hash is HMAC-SHA256 over the text of Content as
it was sent, in upper-case hexadecimal digits. What is told is not believed: the connection is read
at once instead.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import Any, Final

from saldo.errors import Unauthenticated

BYTES_MAX: Final = 100_000
_SHAPE: Final = re.compile(
    rb'\s*\{\s*"Content"\s*:\s*(\{.*\})\s*,\s*"HashCode"\s*:\s*"([0-9A-Fa-f]{64})"\s*\}\s*',
    re.DOTALL,
)


class HashCodeWrong(Unauthenticated):
    """The webhook was not signed with the app's secret."""

    code = "erp-hash-code-wrong"


def content_of(body: bytes, secret: str) -> dict[str, Any]:
    """Return the content of a webhook that Exact signed; raise HashCodeWrong."""
    match = _SHAPE.fullmatch(body) if len(body) <= BYTES_MAX else None
    if match is None or not secret:
        raise HashCodeWrong("The body is not a signed webhook.")
    digest = hmac.new(secret.encode(), match[1], hashlib.sha256).hexdigest().upper()
    if not hmac.compare_digest(digest.encode(), match[2].upper()):
        raise HashCodeWrong("The HashCode does not fit the Content.")
    try:
        content = json.loads(match[1])
    except (ValueError, RecursionError) as bad:
        raise HashCodeWrong("The Content is not JSON.") from bad
    assert isinstance(content, dict), "it begins with a brace"
    return content
