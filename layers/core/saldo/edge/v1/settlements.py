"""What settled on a day, for the books of the ERP."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.edge.v1.answers import _Amount, _Day, _Instant
from saldo.edge.v1.fields import Day
from saldo.edge.v1.requests import Query
from saldo.money import format_amount
from saldo.settlements.day import SettledDay
from saldo.settlements.rows import Row, rows_of

if TYPE_CHECKING:
    from saldo.edge.v1.money import Ordered


class SettlementsQuery(Query):
    """One day."""

    day: Annotated[Day, Field(description="A day that is over where the creditor is.")]


class DatevQuery(SettlementsQuery):
    """One day, and whose books the file is for."""

    consultant: Annotated[
        int, Field(ge=1001, le=9_999_999, description="The tax adviser's number (Berater).")
    ]
    client: Annotated[int, Field(ge=1, le=99_999, description="Your number there (Mandant).")]
    year_start: Annotated[
        Day | None,
        Field(description="First day of the financial year. Default: 1 January of the day."),
    ] = None
    chart: Annotated[
        Literal["skr03", "skr04"], Field(description="The standard chart of accounts.")
    ] = "skr03"


class SettlementRow(TypedDict):
    """`amount` moves from the `credit` account to the `debit` account."""

    account: str
    invoice: Annotated[str, Field(description='What is settled; "" for none.')]
    booked_on: _Day
    recorded_at: _Instant
    cause: str
    reference: Annotated[str, Field(description="The payment or the fact.")]
    currency: str
    amount: _Amount
    debit: str
    debit_detail: str
    credit: str
    credit_detail: str
    reason: str


class SettlementTotal(TypedDict):
    """What a ledger account moved on the day, debit above zero."""

    ledger_account: str
    currency: str
    amount: _Amount


class SettlementDay(TypedDict):
    """A day's settlements; `totals` are the ledger's."""

    day: _Day
    rows: list[SettlementRow]
    totals: list[SettlementTotal]


def settlements(order: Ordered, asked: SettlementsQuery) -> SettlementDay:
    """Return a day; raise DayNotOver or DayTooLarge."""
    found = _day(order, asked.day)
    return {
        "day": found.day.isoformat(),
        "rows": [_row(row) for row in rows_of(found.entries)],
        "totals": [
            {
                "ledger_account": account,
                "currency": currency,
                "amount": format_amount(minor, currency),
            }
            for (account, currency), minor in sorted(found.totals().items())
            if minor
        ],
    }


def settlements_csv(order: Ordered, asked: SettlementsQuery) -> bytes:
    """Return the CSV file; raise as `settlements` does."""
    from saldo.settlements.csv_file import csv_of

    return csv_of(rows_of(_day(order, asked.day).entries))


def settlements_datev(order: Ordered, asked: DatevQuery) -> bytes:
    """Return the DATEV file; raise as `settlements` does, DebtorNotNumeric, AmountNotForDatev."""
    from saldo.settlements.datev import DatevBooks, datev_of

    start = asked.year_start or date(asked.day.year, 1, 1)
    books = DatevBooks(asked.consultant, asked.client, start, asked.chart)
    rows = rows_of(_day(order, asked.day).entries)
    return datev_of(rows, books, asked.day, order.services.clock.now())


def settlements_camt054(order: Ordered, asked: SettlementsQuery) -> bytes:
    """Return the camt.054 file; raise as `settlements` does."""
    from saldo.settlements.camt054 import camt054_of

    found = _day(order, asked.day)
    return camt054_of(found.entries, asked.day, order.services.clock.now(), order.creditor.name)


def _day(order: Ordered, day: date) -> SettledDay:
    return order.services.settled_days.of(order.creditor, day)


def _row(row: Row) -> SettlementRow:
    return {
        "account": row.account,
        "invoice": row.invoice,
        "booked_on": row.booked_on.isoformat(),
        "recorded_at": iso_instant(row.recorded_at),
        "cause": row.cause,
        "reference": row.reference,
        "currency": row.currency,
        "amount": format_amount(row.amount_minor, row.currency),
        "debit": row.debit,
        "debit_detail": row.debit_detail,
        "credit": row.credit,
        "credit_detail": row.credit_detail,
        "reason": row.reason,
    }
