"""Reads fields of Stripe's documents, whether they came by callback or by call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from saldo.adapters.stripe.units import from_stripe
from saldo.money import AMOUNT_MINOR_MAX

PAYMENT: Final = "saldo_payment"
"""Metadata: our payment's id. An object without it is somebody else's on the same account."""
FLOW: Final = "saldo_flow"
"""Metadata: "hosted" (the payer may try again on the page) or "charge" (nobody is there)."""
REFUND: Final = "saldo_refund"
MANDATE: Final = "saldo_mandate"

_TEXT_MAX: Final = 5000
_SECONDS_MAX: Final = 10**11

Document = Mapping[str, Any]


class NotReadable(ValueError):
    """A document of Stripe is not what its documentation says."""


def document(value: object) -> dict[str, Any]:
    """Return `value` when it is an object; raise NotReadable."""
    if not isinstance(value, dict):
        raise NotReadable("an object is missing")
    return value


def text(of: Document, name: str) -> str:
    """Return a text that must be there; raise NotReadable."""
    value = of.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _TEXT_MAX:
        raise NotReadable(f"{name!r} is missing or not a text")
    return value


def text_or_none(of: Document, name: str) -> str | None:
    """Return a text, or None where the field is null, empty or missing; raise NotReadable."""
    return text(of, name) if of.get(name) else None


def id_of(of: Document, name: str) -> str | None:
    """Return the id of a linked object, which Stripe gives as a text or, expanded, as an object."""
    value = of.get(name)
    return text(value, "id") if isinstance(value, dict) else text_or_none(of, name)


def expanded(of: Document, name: str) -> dict[str, Any] | None:
    """Return a linked object where it came expanded."""
    value = of.get(name)
    return value if isinstance(value, dict) else None


def number(of: Document, name: str) -> int:
    """Return a whole number that must be there; raise NotReadable."""
    value = of.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > AMOUNT_MINOR_MAX:
        raise NotReadable(f"{name!r} is missing or not a whole number")
    return value


def instant(of: Document, name: str) -> datetime:
    """Return a time, which Stripe gives in seconds since 1970; raise NotReadable."""
    seconds = number(of, name)
    if not 0 <= seconds < _SECONDS_MAX:
        raise NotReadable(f"{name!r} is not a time")
    return datetime.fromtimestamp(seconds, UTC)


def currency(of: Document) -> str:
    """Return the ISO 4217 code, which Stripe writes in lower case; raise NotReadable."""
    return text(of, "currency").upper()


def minor(of: Document, name: str) -> int:
    """Return an amount in ISO minor units; raise NotReadable, UnknownCurrency."""
    try:
        return from_stripe(number(of, name), currency(of))
    except NotReadable:
        raise
    except ValueError as bad:
        raise NotReadable(str(bad)) from bad


def metadata(of: Document, name: str) -> str | None:
    """Return what we wrote beside an object, or None."""
    kept = of.get("metadata")
    value = kept.get(name) if isinstance(kept, dict) else None
    return value if isinstance(value, str) and value else None
