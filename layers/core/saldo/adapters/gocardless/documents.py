"""Reads fields of GoCardless' documents.

Amounts are in "the lowest denomination for the currency"
(https://developer.gocardless.com/api-reference/#payments), whole numbers that some resources write
as texts. Its currencies (AUD, CAD, DKK, EUR, GBP, NZD, SEK, USD) all have two decimals, as in
ISO 4217.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from saldo.clock import parse_instant
from saldo.money import AMOUNT_MINOR_MAX

PAYMENT: Final = "saldo_payment"
"""Metadata: our payment's id. A resource without it is somebody else's in the same account."""
REFUND: Final = "saldo_refund"
MANDATE: Final = "saldo_mandate"

_TEXT_MAX: Final = 2000
_DIGITS_MAX: Final = 16
_CURRENCIES: Final = frozenset({"AUD", "CAD", "DKK", "EUR", "GBP", "NZD", "SEK", "USD"})

Document = Mapping[str, Any]


class NotReadable(ValueError):
    """A document of GoCardless is not what its documentation says."""


def document(value: object) -> dict[str, Any]:
    """Return `value` when it is an object; raise NotReadable."""
    if not isinstance(value, dict):
        raise NotReadable("an object is missing")
    return value


def part(of: Document, name: str) -> dict[str, Any]:
    """Return an object inside, empty where it is missing or null."""
    value = of.get(name)
    return document(value) if value is not None else {}


def text(of: Document, name: str) -> str:
    """Return a text that must be there; raise NotReadable."""
    value = of.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _TEXT_MAX:
        raise NotReadable(f"{name!r} is missing or not a text")
    return value


def text_or_none(of: Document, name: str) -> str | None:
    """Return a text, or None where the field is null, empty or missing; raise NotReadable."""
    return text(of, name) if of.get(name) else None


def link(of: Document, name: str) -> str | None:
    """Return the id of a linked resource, or None; raise NotReadable."""
    return text_or_none(part(of, "links"), name)


def instant(of: Document, name: str = "created_at") -> datetime:
    """Return a time; raise NotReadable."""
    try:
        return parse_instant(text(of, name))
    except ValueError as bad:
        raise NotReadable(f"{name!r} is not a time") from bad


def day_or_none(of: Document, name: str) -> date | None:
    """Return a day, or None; raise NotReadable."""
    value = text_or_none(of, name)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as bad:
        raise NotReadable(f"{name!r} is not a day") from bad


def minor(of: Document, name: str = "amount") -> int:
    """Return an amount in minor units; raise NotReadable."""
    value = of.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _DIGITS_MAX:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= AMOUNT_MINOR_MAX:
        raise NotReadable(f"{name!r} is missing or not an amount")
    return value


def currency(of: Document) -> str:
    """Return a currency that GoCardless knows; raise NotReadable for any other."""
    code = text(of, "currency")
    if code not in _CURRENCIES:
        raise NotReadable(f"{code[:10]!r} is not a currency of GoCardless")
    return code


def metadata(of: Document, name: str) -> str | None:
    """Return what we wrote beside a resource, or None."""
    value = part(of, "metadata").get(name)
    return value if isinstance(value, str) and value else None
