"""One call of an ERP's interface: what its answer means, whoever the vendor is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from saldo.connectors.meter import Meter
from saldo.connectors.ports import (
    ErpDenied,
    ErpLimited,
    ErpNonsense,
    ErpUnreachable,
    Transport,
)

WAIT_UNSAID: Final = timedelta(minutes=1)
"""How long to wait after 429 without a word of how long."""

WAIT_MAX: Final = timedelta(hours=24)
_COUNTED: Final = frozenset({400, 401, 403, 404})
"""What Exact Online counts as errors that lock a key out; a good measure for any vendor."""

_TEXT_CHARACTERS_MAX = 160


class Rejected(Exception):
    """The ERP understood a call and will not do it (400, 404, 409, 422); nothing happened."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.status, self.reason = status, reason


@dataclass(frozen=True, slots=True)
class Call:
    """A call. `endpoint` is what errors are counted by, and what refusals name: no ids in it."""

    method: str
    url: str
    endpoint: str
    headers: Mapping[str, str]
    body: bytes | None = None
    is_reading: bool = True
    wants_json: bool = True


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in the two hundreds. `document` is its JSON, numbers as Decimal; None if empty, and
    for calls that want something else: `raw`.
    """

    status: int
    headers: Mapping[str, str]
    document: Any
    raw: bytes = b""


def call(vendor: str, transport: Transport, meter: Meter, order: Call) -> Reply:
    """Send a call that the meter allows, and return what it brought.

    Raises ErpLimited, ErpUnreachable, ErpDenied, ErpNonsense or Rejected. What an ERP says of
    itself may quote personal data, so that only a short reason is kept.
    """
    meter.spend(order.endpoint, is_reading=order.is_reading)
    try:
        status, headers, raw = transport.request(order.method, order.url, order.headers, order.body)
    except OSError as silent:
        raise ErpUnreachable(
            f"{vendor} did not answer {order.endpoint}: {type(silent).__name__}."
        ) from silent
    if status in _COUNTED:
        meter.fail(order.endpoint)
    _raise_for(vendor, meter.now(), order.endpoint, status, headers, raw)
    if not order.wants_json:
        return Reply(status, headers, None, raw)
    return Reply(status, headers, _document(vendor, order.endpoint, status, raw), raw)


def _raise_for(
    vendor: str, now: datetime, endpoint: str, status: int, headers: Mapping[str, str], raw: bytes
) -> None:
    if 200 <= status < 300:
        return
    if status == 429:
        raise ErpLimited(f"{vendor} wants fewer calls of {endpoint}.", now + _wait(headers, now))
    if status in (401, 403):
        raise ErpDenied(f"{vendor} answered {status} to {endpoint}.")
    if status in (400, 404, 409, 410, 422):
        raise Rejected(status, _reason(raw))
    if status >= 500 or status == 408:
        raise ErpUnreachable(f"{vendor} answered {status} to {endpoint}.")
    raise ErpNonsense(f"{vendor} answered {status} to {endpoint}, which it never should.")


def _document(vendor: str, endpoint: str, status: int, raw: bytes) -> Any:
    if status == 204 or not raw.strip():
        return None
    try:
        return json.loads(raw, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as bad:
        raise ErpNonsense(f"{vendor} answered {endpoint} with something else than JSON.") from bad


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _wait(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Return how long the ERP wants us to wait: seconds (RFC 9110, 10.2.3), or Exact's instant."""
    told = headers.get("retry-after", "")
    if told.isascii() and told.isdigit():
        return min(timedelta(seconds=int(told)), WAIT_MAX)
    for name in ("x-ratelimit-minutely-reset", "x-ratelimit-reset"):
        reset = headers.get(name, "")
        # Milliseconds since 1970, as Exact's documentation of its headers has it.
        if reset.isascii() and reset.isdigit():
            ahead = timedelta(milliseconds=int(reset) - int(now.timestamp() * 1000))
            if timedelta() < ahead <= WAIT_MAX:
                return ahead
    return WAIT_UNSAID


def _reason(raw: bytes) -> str:
    """Return the shortest text in which vendors put why: an OData message, or an error's code."""
    try:
        found: Any = json.loads(raw)
    except (ValueError, RecursionError):
        return "no reason given"
    while isinstance(found, (dict, list)) and found:
        if isinstance(found, list):
            found = found[0]
            continue
        named = next(
            (n for n in ("error", "message", "errorCode", "value", "code") if n in found), None
        )
        if named is None:
            return "no reason given"
        found = found[named]
    return str(found)[:_TEXT_CHARACTERS_MAX] or "no reason given"
