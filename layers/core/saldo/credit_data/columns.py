"""What the columns of a file of reports mean: an agency's list, an insurer's, somebody's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, get_args

from saldo.credit_data.ports import Told
from saldo.credit_data.report import (
    DECISIONS,
    KINDS,
    STATES,
    AgencyScore,
    Cover,
    Insolvency,
    ReportNotValid,
)
from saldo.credit_data.scales import points_of
from saldo.errors import Invalid
from saldo.money import Money, decimals_of, parse_amount
from saldo.tables.days import DayForm, read_day
from saldo.tables.numbers import Decimal, read_number

FIELDS: Final = (
    "account",
    "as_of",
    "score",
    "meaning",
    "limit",
    "cover",
    "cover_until",
    "decision",
    "insolvency",
    "insolvency_on",
    "court",
    "court_number",
    "state",
    "reference",
    "company",
    "currency",
)
"""What a column may be."""

_WORDED: Final[Mapping[str, tuple[str, ...]]] = {
    "decision": DECISIONS,
    "insolvency": KINDS,
    "state": STATES,
}
_TEXT_MAX: Final = 200


class ColumnsNotValid(Invalid):
    """What was said about a file's columns cannot be understood."""

    code = "credit-columns-not-valid"


@dataclass(frozen=True, slots=True)
class ReportColumns:
    """Which column holds which field, and how its cells are read.

    `scale` is what scores are counted on (`scales.py`), `currency` where no column says one,
    `as_of` the day of reports whose file has none. `words` says what a file's own words for a
    decision, an insolvency or a state mean: {"insolvency": {"Eröffnung": "opened"}}.
    """

    fields: Mapping[str, str]
    scale: str = "0-100"
    currency: str = ""
    as_of: date | None = None
    decimal: Decimal = ","
    days: DayForm = "DMY"
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def columns_from(data: Any) -> ReportColumns:
    """Read {"fields": {field: column}, "scale": …}; raise ColumnsNotValid."""
    if not isinstance(data, Mapping) or not isinstance(data.get("fields"), Mapping):
        raise ColumnsNotValid("'fields' says which column holds which field.").at("/fields")
    unknown = sorted(
        set(data) - {"fields", "scale", "currency", "as_of", "decimal", "days", "words"}
    )
    if unknown:
        raise ColumnsNotValid(f"There is nothing like {unknown[0]!r}.").at(f"/{unknown[0]}")
    fields = {str(name): str(column) for name, column in data["fields"].items()}
    strange = sorted(set(fields) - set(FIELDS))
    if strange or "account" not in fields:
        known = ", ".join(FIELDS)
        raise ColumnsNotValid(f"Fields are {known}; 'account' must be there.").at("/fields")
    scale, currency = str(data.get("scale", "0-100")), str(data.get("currency", ""))
    if currency:
        decimals_of(currency)
    as_of = read_day(str(data["as_of"]), "YMD") if data.get("as_of") else None
    if "as_of" not in fields and as_of is None:
        raise ColumnsNotValid("Say of which day the reports are: 'as_of'.").at("/as_of")
    decimal, days = data.get("decimal", ","), data.get("days", "DMY")
    if decimal not in get_args(Decimal) or days not in get_args(DayForm):
        raise ColumnsNotValid("'decimal' is , or . and 'days' DMY, MDY or YMD.").at("/days")
    return ReportColumns(fields, scale, currency, as_of, decimal, days, _words(data.get("words")))


def _words(data: Any) -> dict[str, dict[str, str]]:
    if data is None:
        return {}
    if not isinstance(data, Mapping) or set(data) - set(_WORDED):
        raise ColumnsNotValid(f"Words are said for {', '.join(_WORDED)}.").at("/words")
    found: dict[str, dict[str, str]] = {}
    for name, words in data.items():
        known = isinstance(words, Mapping) and all(one in _WORDED[name] for one in words.values())
        if not known:
            raise ColumnsNotValid(f"{name} is one of {', '.join(_WORDED[name])}.").at("/words")
        found[name] = {str(word).casefold(): str(code) for word, code in words.items()}
    return found


def told_of(columns: ReportColumns, row: Mapping[str, str]) -> Told:
    """Return what a row says, by the names of its columns; raise ReportNotValid that says where."""
    cell = {name: row.get(column, "").strip() for name, column in columns.fields.items()}
    as_of = _day(columns, cell, "as_of") or columns.as_of
    if as_of is None:
        raise ReportNotValid("as_of: the row has no day.")
    score = cell.get("score", "")
    return Told(
        as_of,
        cell.get("reference", "")[:_TEXT_MAX],
        cell.get("company", "")[:_TEXT_MAX],
        AgencyScore(
            score[:_TEXT_MAX],
            columns.scale,
            cell.get("meaning", "")[:_TEXT_MAX],
            points_of(_plain(columns, score), columns.scale),
        )
        if score
        else None,
        _money(columns, cell, "limit"),
        _cover(columns, cell),
        _insolvency(columns, cell),
        _word(columns, cell, "state"),
    )


def _plain(columns: ReportColumns, score: str) -> str:
    return read_number(score, columns.decimal) or score


def _money(columns: ReportColumns, cell: Mapping[str, str], name: str) -> Money | None:
    text = cell.get(name, "")
    if not text:
        return None
    number = read_number(text, columns.decimal)
    currency = cell.get("currency", "") or columns.currency
    if number is None or number.startswith("-"):
        raise ReportNotValid(f"{name}: {text!r} is no amount.")
    if not currency:
        raise ReportNotValid(f"{name}: in which currency?")
    return Money(parse_amount(number, currency), currency)


def _cover(columns: ReportColumns, cell: Mapping[str, str]) -> Cover | None:
    amount, decision = _money(columns, cell, "cover"), _word(columns, cell, "decision")
    if amount is None and decision is None:
        return None
    currency = amount.currency if amount else cell.get("currency", "") or columns.currency
    if not currency:
        raise ReportNotValid("decision: in which currency?")
    until = _day(columns, cell, "cover_until")
    return Cover(amount.minor if amount else 0, currency, decision or "granted", until)


def _insolvency(columns: ReportColumns, cell: Mapping[str, str]) -> Insolvency | None:
    kind, on = _word(columns, cell, "insolvency"), _day(columns, cell, "insolvency_on")
    if kind is None:
        return None
    if on is None:
        raise ReportNotValid("insolvency_on: since when?")
    court, number = cell.get("court", ""), cell.get("court_number", "")
    return Insolvency(kind, on, court[:_TEXT_MAX], number[:_TEXT_MAX])


def _day(columns: ReportColumns, cell: Mapping[str, str], name: str) -> date | None:
    text = cell.get(name, "")
    if not text:
        return None
    day = read_day(text, columns.days)
    if day is None:
        raise ReportNotValid(f"{name}: {text!r} is no day.")
    return day


def _word(columns: ReportColumns, cell: Mapping[str, str], name: str) -> Any:
    text = cell.get(name, "")
    if not text:
        return None
    code = columns.words.get(name, {}).get(text.casefold(), text)
    if code not in _WORDED[name]:
        raise ReportNotValid(f"{name}: nobody said what {text!r} means.")
    return code
