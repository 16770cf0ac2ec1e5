"""Statements of account over the API: as JSON, and as the CSV that payers fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.edge.v1 import reads
from saldo.edge.v1.fields import Day, Number
from saldo.edge.v1.requests import Query
from saldo.money import format_amount
from saldo.reports.statement import CurrencyPart, Statement
from saldo.reports.statement_csv import csv_of

if TYPE_CHECKING:
    from saldo.edge.v1.money import Ordered

_Amount = Annotated[str, Field(pattern=r"^-?\d+(\.\d+)?$")]
_Day = Annotated[str, Field(json_schema_extra={"format": "date"})]


class StatementQuery(Query):
    """An account, and the days that its statement is about."""

    account: Annotated[Number, Field(description="The account's number, percent-encoded.")]
    first: Annotated[
        Day | None,
        Field(alias="from", description="The first day. Default: that of the first booking."),
    ] = None
    last: Annotated[
        Day | None,
        Field(alias="to", description="The last day. Default: today, or that of a later booking."),
    ] = None


class StatementBooking(TypedDict):
    """A fact: a positive `amount` raises what is owed. `balance` is what is owed after it."""

    on: _Day
    kind: str
    document: str
    invoices: Annotated[list[str], Field(description="Those that a payment or credit is about.")]
    due_on: _Day | None
    amount: _Amount
    balance: _Amount


class StatementOpen(TypedDict):
    """An invoice that is open at the end of the period."""

    invoice: str
    issued_on: _Day
    due_on: _Day
    amount: _Amount
    open: _Amount
    days_overdue: int


class StatementPart(TypedDict):
    """A statement in one currency: `closing` is what is open less the `credit`."""

    currency: str
    opening: _Amount
    bookings: list[StatementBooking]
    closing: _Amount
    open: list[StatementOpen]
    open_total: _Amount
    ages: Annotated[dict[str, _Amount], Field(description="What is open, by days since due.")]
    credit: _Amount


class StatementAnswer(TypedDict):
    """A statement of account; currencies are never added together."""

    account: str
    first: _Day
    last: _Day
    parts: list[StatementPart]


def statement(order: Ordered, query: StatementQuery) -> StatementAnswer:
    """Return a statement; raise AccountUnknown, PeriodNotValid or StatementTooLong."""
    return statement_answer(_made(order, query))


def statement_answer(made: Statement) -> StatementAnswer:
    """Render a statement."""
    return {
        "account": made.account,
        "first": made.first.isoformat(),
        "last": made.last.isoformat(),
        "parts": [_part(part) for part in made.parts],
    }


def statement_csv(order: Ordered, query: StatementQuery) -> bytes:
    """Return a statement as a CSV file; raise as `statement` does."""
    return csv_of(_made(order, query))


def _made(order: Ordered, query: StatementQuery) -> Statement:
    account = reads.account(order.services.store, order.creditor.id, query.account)
    return order.services.statements.of(account, query.first, query.last)


def _part(part: CurrencyPart) -> StatementPart:
    def money(minor: int) -> str:
        return format_amount(minor, part.currency)

    return {
        "currency": part.currency,
        "opening": money(part.opening_minor),
        "bookings": [
            {
                "on": line.on.isoformat(),
                "kind": line.kind,
                "document": line.document,
                "invoices": list(line.about),
                "due_on": line.due_on.isoformat() if line.due_on else None,
                "amount": money(line.amount_minor),
                "balance": money(line.balance_minor),
            }
            for line in part.lines
        ],
        "closing": money(part.closing_minor),
        "open": [
            {
                "invoice": one.number,
                "issued_on": one.issued_on.isoformat(),
                "due_on": one.due_on.isoformat(),
                "amount": money(one.amount_minor),
                "open": money(one.open_minor),
                "days_overdue": one.days_overdue,
            }
            for one in part.open_
        ],
        "open_total": money(part.open_minor),
        "ages": {age: money(minor) for age, minor in part.ages.items()},
        "credit": money(part.credit_minor),
    }
