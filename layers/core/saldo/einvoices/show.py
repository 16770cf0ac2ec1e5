"""The record as JSON has it: amounts as decimal strings, days as ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Final

from saldo.einvoices.record import Invoice
from saldo.money import format_amount

_MINOR: Final = "_minor"


def as_json(invoice: Invoice) -> Mapping[str, Any]:
    """Return the record as plain data; `payable_minor` becomes `"payable": "119.00"`."""
    shown: Mapping[str, Any] = _plain(invoice, invoice.currency)
    return shown


def _plain(value: Any, currency: str) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one, currency) for one in value]
    if not is_dataclass(value):
        return value
    plain: dict[str, Any] = {}
    for each in fields(value):
        inner = getattr(value, each.name)
        if each.name.endswith(_MINOR):
            plain[each.name.removesuffix(_MINOR)] = (
                None if inner is None else format_amount(inner, currency)
            )
        else:
            plain[each.name] = _plain(inner, currency)
    return plain
