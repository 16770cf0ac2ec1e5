"""How a bank's CSV is read: which column says what. Data, validated; nothing is guessed.

```json
{"columns": {"booked_on": "Buchungstag", "amount": "Betrag", "name": "Beguenstigter",
             "iban": "IBAN", "remittance": ["Verwendungszweck", "Kundenreferenz"]},
 "account": "DE11222220220222220200", "currency": "EUR", "days": "DMY", "decimal": ","}
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from saldo.errors import Invalid
from saldo.tables.days import DAY_FORMS, DayForm
from saldo.tables.numbers import DECIMALS, Decimal

FIELDS: Final = (
    "account", "currency", "booked_on", "value_on", "amount", "credit", "debit", "sign", "name",
    "iban", "bic", "remittance", "end_to_end_id", "mandate_id", "creditor_id",
    "creditor_reference", "bank_reference", "customer_reference", "text", "balance", "status",
)  # fmt: skip
"""What a column may say. `credit` and `debit` are amounts of their own; `sign` says with `debits`
that an amount left the account; `status` says with `pending` that nothing is booked yet."""

_COLUMNS_OF_ONE_MAX: Final = 20
_KEYS: Final = frozenset(
    {"columns", "account", "currency", "days", "decimal", "debits", "pending", "header_line"}
)


class CsvMapNotValid(Invalid):
    """The mapping of a bank's CSV cannot be."""

    code = "csv-map-not-valid"


@dataclass(frozen=True, slots=True)
class CsvMap:
    """A mapping. `account` and `currency` hold where no column says them; `days` and `decimal` are
    None where each cell must say by itself which form it has. `header_line` 0: it is looked for.
    """

    columns: Mapping[str, tuple[str, ...]] = field(hash=False)
    account: str = ""
    currency: str = ""
    days: DayForm | None = None
    decimal: Decimal = "mixed"
    debits: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    header_line: int = 0


def csv_map(data: object) -> CsvMap:
    """Return a mapping from plain data; raise CsvMapNotValid."""
    if not isinstance(data, dict) or set(data) - _KEYS:
        raise CsvMapNotValid(f"A mapping has {', '.join(sorted(_KEYS))} and nothing else.")
    columns = _columns(data.get("columns"))
    days, decimal = data.get("days"), data.get("decimal", "mixed")
    if days not in (None, *DAY_FORMS):
        raise CsvMapNotValid(f"'days' is one of {', '.join(DAY_FORMS)}.").at("/days")
    if decimal not in DECIMALS:
        raise CsvMapNotValid(f"'decimal' is one of {', '.join(DECIMALS)}.").at("/decimal")
    header_line = data.get("header_line", 0)
    if type(header_line) is not int or header_line < 0:
        raise CsvMapNotValid("'header_line' is the number of a line.").at("/header_line")
    made = CsvMap(
        columns,
        _text(data, "account"),
        _text(data, "currency"),
        days,
        decimal,
        _texts(data, "debits"),
        _texts(data, "pending"),
        header_line,
    )
    _check(made)
    return made


def _check(made: CsvMap) -> None:
    has = made.columns.keys()
    if "booked_on" not in has:
        raise CsvMapNotValid("A column must say the day of booking.").at("/columns/booked_on")
    if ("amount" in has) == ("credit" in has or "debit" in has):
        raise CsvMapNotValid("Name 'amount', or 'credit' and 'debit'.").at("/columns/amount")
    if "account" not in has and not made.account:
        raise CsvMapNotValid("Say whose account it is.").at("/account")
    if "currency" not in has and not made.currency:
        raise CsvMapNotValid("Say the account's currency.").at("/currency")
    if ("sign" in has) != bool(made.debits):
        raise CsvMapNotValid("'sign' goes with 'debits', what it says of money out.").at("/debits")
    if ("status" in has) != bool(made.pending):
        raise CsvMapNotValid("'status' goes with 'pending', what it says of money to come.").at(
            "/pending"
        )


def _columns(data: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(data, dict) or not data:
        raise CsvMapNotValid("Say which column holds what.").at("/columns")
    found: dict[str, tuple[str, ...]] = {}
    for name, value in data.items():
        names = [value] if isinstance(value, str) else value
        at = f"/columns/{name}"
        if name not in FIELDS:
            raise CsvMapNotValid(f"A column is one of {', '.join(FIELDS)}.").at(at)
        if (
            not isinstance(names, list)
            or not 0 < len(names) <= _COLUMNS_OF_ONE_MAX
            or not all(isinstance(one, str) and one.strip() for one in names)
        ):
            raise CsvMapNotValid("Name a column, or several.").at(at)
        if len(names) > 1 and name not in ("remittance", "name", "text"):
            raise CsvMapNotValid("Texts alone are put together from several columns.").at(at)
        found[name] = tuple(one.strip() for one in names)
    return found


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise CsvMapNotValid(f"{name!r} is a text.").at(f"/{name}")
    return value.replace(" ", "").strip()


def _texts(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = data.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise CsvMapNotValid(f"{name!r} is a list of texts.").at(f"/{name}")
    return tuple(one.strip().casefold() for one in value)
