"""Reading Adyen's JSON: what is missing or of the wrong kind is named, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from saldo.adapters.adyen.amounts import from_adyen
from saldo.clock import parse_instant

_TEXT_MAX: Final = 1000


class NotReadable(ValueError):
    """A document is not what Adyen's documentation says."""


def object_in(value: object) -> Mapping[str, Any]:
    """Return `value` as a JSON object."""
    if not isinstance(value, dict):
        raise NotReadable("an object is missing")
    return value


def text(document: Mapping[str, Any], name: str) -> str:
    """Return the text `name`."""
    value = document.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _TEXT_MAX:
        raise NotReadable(f"{name!r} is missing or not a text")
    return value


def text_or_none(document: Mapping[str, Any], name: str) -> str | None:
    """Return the text `name`, or None where it is absent, null or empty."""
    return None if document.get(name) in (None, "") else text(document, name)


def instant(document: Mapping[str, Any], name: str) -> datetime:
    """Return the instant `name`, in UTC."""
    return parse_instant(text(document, name))


def money(document: Mapping[str, Any]) -> tuple[int, str]:
    """Return `amount` in ISO minor units, and its currency."""
    amount = object_in(document.get("amount"))
    currency, value = text(amount, "currency"), amount.get("value")
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotReadable("an amount's value is not an integer")
    return from_adyen(value, currency), currency


def positive_money(document: Mapping[str, Any]) -> tuple[int, str]:
    """Return `money`, refusing what is not above zero."""
    minor, currency = money(document)
    if minor <= 0:
        raise NotReadable("an amount is not above zero")
    return minor, currency
