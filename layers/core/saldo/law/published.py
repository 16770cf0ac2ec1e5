"""What a bank publishes of a rate, held against its table: rows are proposed, never put. Pure.

A rate of this kind changes on 1 January and 1 July alone. What is published by the month says a
half-year only when all its months agree.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from saldo.errors import Invalid
from saldo.law.rates import RateTable, half_year_start

Says = Literal["agrees", "unconfirmed", "differs", "missing"]
"""agrees: the table has it, and confirmed; unconfirmed: it has it, and nobody compared it; differs:
it has something else; missing: it has no row for that half-year."""


class PublishedRatesNotClear(Invalid):
    """What is published names two rates for one half-year, or none at all."""

    code = "published-rates-not-clear"


@dataclass(frozen=True, slots=True)
class Month:
    """The rate at the end of a month, in per cent a year; `first` is the month's first day."""

    first: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Finding:
    """A half-year as it is published, and what the table has for it, None without a row.

    `row` is the line for the table's file. It is not confirmed: that is for a person to write.
    """

    valid_from: date
    published: Decimal
    known: Decimal | None
    says: Says
    row: str


def compared(
    table: RateTable, months: Iterable[Month], source: str, read_on: date
) -> tuple[Finding, ...]:
    """Return each published half-year beside what the table has, the oldest first.

    `source` is the address that was read. Raises PublishedRatesNotClear.
    """
    rows = {row.valid_from: row for row in table.rows}
    found: list[Finding] = []
    for valid_from, percent in sorted(_half_years(months).items()):
        row = rows.get(valid_from)
        says: Says
        if row is None:
            says = "missing"
        elif row.percent != percent:
            says = "differs"
        else:
            says = "agrees" if row.confirmed else "unconfirmed"
        line = _line(percent, valid_from, f"{source} (read {read_on})")
        found.append(Finding(valid_from, percent, row.percent if row else None, says, line))
    return tuple(found)


def _half_years(months: Iterable[Month]) -> dict[date, Decimal]:
    found: dict[date, Decimal] = {}
    for month in months:
        start = half_year_start(month.first)
        if found.setdefault(start, month.percent) != month.percent:
            raise PublishedRatesNotClear(
                f"Of the half-year from {start} both {found[start]} and {month.percent} are "
                "published: look it up by hand."
            )
    if not found:
        raise PublishedRatesNotClear("Nothing is published for these months.")
    return found


def _line(percent: Decimal, valid_from: date, source: str) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow([f"{percent:.2f}", valid_from, source, "no"])
    return text.getvalue()
