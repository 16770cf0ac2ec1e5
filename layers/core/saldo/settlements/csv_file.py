"""A day's settlements as CSV: UTF-8 with a byte order mark, RFC 4180, ISO dates, decimal points."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

from saldo.clock import iso_instant
from saldo.money import format_amount
from saldo.settlements.rows import Row
from saldo.spreadsheet_cells import harmless

COLUMNS: Final = (
    "account",
    "invoice",
    "booked_on",
    "recorded_at",
    "cause",
    "reference",
    "currency",
    "amount",
    "debit",
    "debit_detail",
    "credit",
    "credit_detail",
    "reason",
)


def csv_of(rows: Iterable[Row]) -> bytes:
    """Return the file. A text that a spreadsheet would take for a formula has an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(
            (
                harmless(row.account),
                harmless(row.invoice),
                row.booked_on.isoformat(),
                iso_instant(row.recorded_at),
                row.cause,
                harmless(row.reference),
                row.currency,
                format_amount(row.amount_minor, row.currency),
                row.debit,
                harmless(row.debit_detail),
                row.credit,
                harmless(row.credit_detail),
                harmless(row.reason),
            )
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()
