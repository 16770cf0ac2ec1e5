"""The cash forecast as CSV for programs. Pure: as `figures.exports` has it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from saldo.cash.view import CashTable
from saldo.money import format_amount

_BOM: Final = "\ufeff"
COLUMNS: Final = (
    "currency",
    "first",
    "last",
    "expected",
    "low",
    "middle",
    "high",
    "so_far",
    "not_invoiced_yet",
    "not_invoiced_yet_low",
    "not_invoiced_yet_high",
)


def csv_of(table: CashTable) -> bytes:
    """Return a forecast as a CSV file: UTF-8 with a byte order mark, ISO dates, decimal points."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows(_rows(table))
    return (_BOM + out.getvalue()).encode()


def _rows(table: CashTable) -> Iterator[list[str]]:
    for found in table.currencies:
        for row in found.rows:
            amounts = (
                row.open.expected,
                row.open.low,
                row.open.middle,
                row.open.high,
                row.cumulative.expected,
                row.new.expected,
                row.new.low,
                row.new.high,
            )
            yield [
                found.currency,
                row.first.isoformat(),
                row.last.isoformat(),
                *(format_amount(one, found.currency) for one in amounts),
            ]
