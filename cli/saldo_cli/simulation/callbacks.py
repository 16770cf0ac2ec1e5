"""What the provider posts: a body that says what happened, and the proof that it comes from it."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any, cast

from saldo.codec import decode, encode
from saldo.payments.ports import CallbackRefused, ProviderEvent
from saldo.payments.told import ChargebackTold, MandateTold, PayoutTold, RefundTold, Told

_SIGNATURE = "bank-signature"
_SECRET = "signs play money"  # noqa: S105 - inside this process alone
_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (ProviderEvent, RefundTold, ChargebackTold, PayoutTold, MandateTold)
}


def kind_of(told: Told) -> str:
    """Return what a body calls that which it tells."""
    return type(told).__name__


def body_of(told: Told) -> bytes:
    """Return the body of a callback."""
    return json.dumps({"kind": kind_of(told), "event": encode(told)}).encode()


def headers_of(body: bytes) -> dict[str, str]:
    """Return what proves that a callback comes from the provider."""
    return {_SIGNATURE: hmac.new(_SECRET.encode(), body, "sha256").hexdigest()}


def told_by(headers: Mapping[str, str], body: bytes) -> Told:
    """Return what a callback tells; raise CallbackRefused for somebody else's."""
    if not hmac.compare_digest(headers.get(_SIGNATURE, ""), headers_of(body)[_SIGNATURE]):
        raise CallbackRefused("The callback was not signed by the provider.")
    told = json.loads(body)
    return cast("Told", decode(_KINDS[told["kind"]], told["event"]))
