"""Reading fields of an ERP's answer. What cannot be right is said with its place, not guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

from saldo.connectors.ports import Unread
from saldo.errors import Invalid
from saldo.money import parse_amount

_T = TypeVar("_T")
_ODATA_DATE: Final = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")


class NotReadable(ValueError):
    """A field is missing or is not what the vendor says it is."""


def text(fields: Mapping[str, Any], name: str) -> str:
    """Return a text or a whole number as text; raise NotReadable where there is none."""
    value = text_or_none(fields, name)
    if value is None:
        raise NotReadable(f"{name} is missing")
    return value


def text_or_none(fields: Mapping[str, Any], name: str) -> str | None:
    """Return a text without spaces around it, None where it is empty; raise NotReadable."""
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise NotReadable(f"{name} is not a text")
    return str(value).strip() or None


def text_if_any(fields: Mapping[str, Any], name: str) -> str | None:
    """Return a text, None where there is none or something else."""
    try:
        return text_or_none(fields, name)
    except NotReadable:
        return None


def part(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object inside; empty where there is none; raise NotReadable."""
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotReadable(f"{name} is not an object")
    return value


def minor(fields: Mapping[str, Any], name: str, currency: str) -> int:
    """Return an amount in minor units; raise NotReadable.

    Vendors whose amounts are floating-point numbers may have a trace beyond the last digit: what is
    less than a hundredth of it is none.
    """
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise NotReadable(f"{name} is not an amount")
    try:
        number = Decimal(value)
        if not number.is_finite() or abs(number) >= Decimal(10) ** 13:
            raise NotReadable(f"{name} is not an amount")
        rounded = round(number, 4)
        return parse_amount(f"{rounded:f}", currency)
    except (ArithmeticError, Invalid) as bad:
        raise NotReadable(f"{name} is not an amount of {currency}") from bad


def day(fields: Mapping[str, Any], name: str) -> date:
    """Return a day; raise NotReadable where there is none."""
    value = day_or_none(fields, name)
    if value is None:
        raise NotReadable(f"{name} is missing")
    return value


def day_or_none(fields: Mapping[str, Any], name: str) -> date | None:
    """Return a day, of OData's `/Date(milliseconds)/` or ISO 8601; raise NotReadable."""
    value = text_or_none(fields, name)
    if value is None:
        return None
    match = _ODATA_DATE.fullmatch(value)
    try:
        if match is not None:
            return datetime.fromtimestamp(int(match[1]) / 1000, UTC).date()
        return date.fromisoformat(value[:10])
    except (ValueError, OverflowError, OSError) as bad:
        raise NotReadable(f"{name} is not a day") from bad


def objects(value: Any) -> list[Mapping[str, Any]]:
    """Return a list of objects; raise NotReadable."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise NotReadable("the answer is not a list of records")
    return value


def read_all(
    records: Iterable[Mapping[str, Any]], one_of: Callable[[Mapping[str, Any]], _T], key: str
) -> tuple[tuple[_T, ...], tuple[Unread, ...]]:
    """Read each record; those that cannot be read are named by `key`, and the others are taken."""
    found: list[_T] = []
    unread: list[Unread] = []
    for record in records:
        try:
            found.append(one_of(record))
        except NotReadable as bad:
            unread.append(Unread(str(record.get(key, "?"))[:60], str(bad)))
    return tuple(found), tuple(unread)
