"""A statement of account as CSV (RFC 4180), for people with spreadsheets and for programs.

UTF-8 with a byte order mark, CR LF, ISO dates, decimal points. The names of the columns are the
same in every language. A text that a spreadsheet would take for a formula gets an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from saldo.money import format_amount
from saldo.reports.statement import CurrencyPart, Statement
from saldo.spreadsheet_cells import harmless

COLUMNS: Final = (
    "record",
    "currency",
    "date",
    "kind",
    "document",
    "invoices",
    "due_date",
    "amount",
    "balance",
    "days_overdue",
)
"""`record` is opening, booking, closing, open (an open invoice: `amount` is its own, `balance` what
is open on it), age (`kind` names the days), or credit."""

_BOM: Final = "\ufeff"


def csv_of(statement: Statement) -> bytes:
    """Return a statement as a CSV file."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for part in statement.parts:
        rows.writerows(_rows(statement, part))
    return (_BOM + out.getvalue()).encode()


def _rows(statement: Statement, part: CurrencyPart) -> Iterator[tuple[str, ...]]:
    def money(minor: int) -> str:
        return format_amount(minor, part.currency)

    first, last = statement.first.isoformat(), statement.last.isoformat()
    opening = money(part.opening_minor)
    yield ("opening", part.currency, first, "", "", "", "", "", opening, "")
    for line in part.lines:
        yield (
            "booking",
            part.currency,
            line.on.isoformat(),
            line.kind,
            harmless(line.document),
            harmless(" ".join(line.about)),
            line.due_on.isoformat() if line.due_on else "",
            money(line.amount_minor),
            money(line.balance_minor),
            "",
        )
    yield ("closing", part.currency, last, "", "", "", "", "", money(part.closing_minor), "")
    for one in part.open_:
        yield (
            "open",
            part.currency,
            one.issued_on.isoformat(),
            "invoice",
            harmless(one.number),
            "",
            one.due_on.isoformat(),
            money(one.amount_minor),
            money(one.open_minor),
            str(one.days_overdue),
        )
    for age, minor in part.ages.items():
        yield ("age", part.currency, last, age, "", "", "", "", money(minor), "")
    yield ("credit", part.currency, last, "", "", "", "", "", money(part.credit_minor), "")
