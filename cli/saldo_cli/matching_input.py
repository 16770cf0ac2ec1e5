"""What `saldo match` is given besides statements: open items, accounts, what was learnt, rules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from saldo.errors import Invalid
from saldo.invoices.discounts import DiscountTerm
from saldo.matching.model import ItemKind, KnownAccount, Learnt, OpenItem, Paid, Rules
from saldo.matching.names import normal
from saldo.money import parse_amount
from saldo_cli.problems import CommandProblem

_ITEM: Final = frozenset(
    {
        "id", "number", "account", "currency", "amount", "open", "issued_on", "due_on", "kind",
        "references", "discounts", "discounted", "costs_open", "interest_open", "paid",
    }
)  # fmt: skip
_KINDS: Final[dict[str, ItemKind]] = {
    "invoice": "invoice",
    "credit-note": "credit-note",
    "fee": "fee",
}
_PARTS: Final = frozenset({"open_items", "accounts", "learnt", "rules"})
_AMOUNT_RULES: Final = {
    "rounding": "rounding_minor",
    "bank_charges_max": "bank_charges_minor_max",
    "write_off_max": "write_off_minor_max",
}


class InputNotValid(ValueError):
    """A place in the file does not hold what belongs there."""


@dataclass(frozen=True)
class MatchInput:
    """The file, read."""

    items: tuple[OpenItem, ...]
    accounts: tuple[KnownAccount, ...] = ()
    learnt: Learnt = field(default_factory=Learnt)
    rules: Rules = field(default_factory=Rules)


def read_input(file: str) -> MatchInput:
    """Read the JSON file; raise CommandProblem with the place of what is wrong."""
    try:
        data = json.loads(Path(file).read_text("utf-8-sig"))
    except OSError as error:
        raise CommandProblem(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise CommandProblem(f"{file} is not JSON: {error}.") from None
    if isinstance(data, list):
        data = {"open_items": data}
    try:
        return _whole(data)
    except (InputNotValid, Invalid) as error:
        raise CommandProblem(f"{file}: {getattr(error, 'detail', None) or error}") from None


def _whole(data: Any) -> MatchInput:
    _known(data, _PARTS, "the file")
    items = tuple(_each(data, "open_items", _item))
    ids = [each.id for each in items]
    if len(set(ids)) < len(ids):
        twice = next(each for each in ids if ids.count(each) > 1)
        raise InputNotValid(f"open_items: {twice!r} is there twice; give each its own 'id'.")
    learnt = data.get("learnt") or {}
    _known(learnt, frozenset({"ibans", "names"}), "learnt")
    return MatchInput(
        items,
        tuple(_each(data, "accounts", _account)),
        Learnt(
            {iban.replace(" ", "").upper(): of for iban, of in (learnt.get("ibans") or {}).items()},
            {normal(name): of for name, of in (learnt.get("names") or {}).items()},
        ),
        _rules(data.get("rules") or {}),
    )


def _each(data: Mapping[str, Any], name: str, made: Callable[[Any], Any]) -> list[Any]:
    rows = data.get(name) or []
    if not isinstance(rows, list):
        raise InputNotValid(f"{name}: a list belongs here.")
    found = []
    for at, row in enumerate(rows):
        try:
            found.append(made(row))
        except (InputNotValid, Invalid) as error:
            detail = getattr(error, "detail", None) or error
            raise InputNotValid(f"{name}[{at}]: {detail}") from None
    return found


def _known(row: Any, names: frozenset[str], where: str) -> None:
    if not isinstance(row, dict):
        raise InputNotValid(f"{where}: an object belongs here.")
    unknown = sorted(set(row) - names)
    if unknown:
        raise InputNotValid(f"{where}: {unknown[0]!r} is not known; these are: {sorted(names)}.")


def _item(row: Any) -> OpenItem:
    _known(row, _ITEM, "an open item")
    number = _text(row, "number")
    currency = str(row.get("currency") or "EUR")
    amount = _amount(row, "amount", currency)
    issued, due = row.get("issued_on"), row.get("due_on")
    kind = _KINDS.get(row.get("kind") or "invoice")
    if kind is None:
        raise InputNotValid(f"'kind' is one of {', '.join(_KINDS)}.")
    return OpenItem(
        id=str(row.get("id") or number),
        number=number,
        account=_text(row, "account"),
        currency=currency,
        amount_minor=amount,
        open_minor=amount if row.get("open") is None else _amount(row, "open", currency),
        issued_on=_day(issued or due),
        due_on=_day(due or issued),
        kind=kind,
        references=_texts(row, "references"),
        discounts=tuple(_each(row, "discounts", lambda term: _discount(term, currency))),
        discounted_minor=_amount(row, "discounted", currency, "0"),
        costs_open_minor=_amount(row, "costs_open", currency, "0"),
        interest_open_minor=_amount(row, "interest_open", currency, "0"),
        paid=tuple(_each(row, "paid", lambda paid: _paid(paid, currency))),
    )


def _discount(row: Any, currency: str) -> DiscountTerm:
    _known(row, frozenset({"until", "percent", "amount"}), "a discount")
    try:
        points = int(Decimal(str(row.get("percent") or "0")) * 100)
    except InvalidOperation:
        raise InputNotValid("'percent' is a number such as \"2.5\".") from None
    return DiscountTerm(_day(row.get("until")), points, _amount(row, "amount", currency, "0"))


def _paid(row: Any, currency: str) -> Paid:
    _known(row, frozenset({"id", "amount", "paid_on", "iban", "references"}), "a payment")
    return Paid(
        _text(row, "id"),
        _amount(row, "amount", currency),
        _day(row.get("paid_on")),
        str(row.get("iban") or "").replace(" ", "").upper(),
        _texts(row, "references"),
    )


def _account(row: Any) -> KnownAccount:
    _known(row, frozenset({"id", "names", "ibans", "customer_numbers"}), "an account")
    return KnownAccount(
        _text(row, "id"),
        _texts(row, "names"),
        _texts(row, "ibans"),
        _texts(row, "customer_numbers"),
    )


def _rules(row: Any) -> Rules:
    names = {each.name for each in fields(Rules)} - set(_AMOUNT_RULES.values())
    _known(row, frozenset({*names, *_AMOUNT_RULES}), "rules")
    given: dict[str, Any] = {name: row[name] for name in names if name in row}
    for name, value in given.items():
        if name == "threshold" and value not in ("strict", "usual"):
            raise InputNotValid("rules: 'threshold' is strict or usual.")
        if name == "chases_late_discount" and not isinstance(value, bool):
            raise InputNotValid(f"rules: '{name}' is true or false.")
        if name not in ("threshold", "chases_late_discount") and (
            not isinstance(value, int) or value < 0
        ):
            raise InputNotValid(f"rules: '{name}' is a whole number of days.")
    given |= {
        into: _amount(row, name, "EUR") for name, into in _AMOUNT_RULES.items() if name in row
    }
    return Rules(**given)


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, (str, int)) or isinstance(value, bool) or value == "":
        raise InputNotValid(f"'{name}' is missing.")
    return str(value)


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = row.get(name) or []
    if not isinstance(values, list):
        raise InputNotValid(f"'{name}' is a list.")
    return tuple(str(each) for each in values)


def _amount(row: Mapping[str, Any], name: str, currency: str, without: str = "") -> int:
    value = row.get(name, without)
    if not isinstance(value, str) or not value:
        raise InputNotValid(f"'{name}' is a decimal text such as \"119.00\".")
    minor = parse_amount(value, currency)
    if minor < 0:
        raise InputNotValid(f"'{name}' is not negative; a credit note has its own 'kind'.")
    return minor


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InputNotValid(f"{value!r} is no day such as 2026-11-30.") from None
