"""Reading Mollie's JSON: what is missing or of the wrong kind is named, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from saldo.clock import parse_instant
from saldo.money import parse_amount

_TEXT_MAX: Final = 1000


class NotReadable(ValueError):
    """A document is not what Mollie's documentation says."""


def object_in(value: object) -> Mapping[str, Any]:
    """Return `value` as a JSON object."""
    if not isinstance(value, dict):
        raise NotReadable("an object is missing")
    return value


def objects_in(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of the list `name`, none if the list is absent."""
    value = document.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise NotReadable(f"{name!r} is not a list")
    return [object_in(each) for each in value]


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


def money(document: Mapping[str, Any], name: str) -> tuple[int, str]:
    """Return the amount `name` in minor units, and its currency.

    Mollie writes `{"currency": "EUR", "value": "10.00"}`, the value a string with as many decimals
    as ISO 4217 gives the currency: JPY "1000". It makes no exceptions from the standard.
    Source: https://docs.mollie.com/reference/common-data-types
    """
    amount = object_in(document.get(name))
    currency = text(amount, "currency")
    return parse_amount(text(amount, "value"), currency), currency


def positive_money(document: Mapping[str, Any], name: str) -> tuple[int, str]:
    """Return `money`, refusing what is not above zero."""
    minor, currency = money(document, name)
    if minor <= 0:
        raise NotReadable(f"{name!r} is not above zero")
    return minor, currency
