"""The operations that give statements of account, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown
from saldo.edge.v1.operation import AUTH, Operation, Refusals, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.edge.v1.statements import StatementAnswer, StatementQuery
from saldo.reports.statement_book import PeriodNotValid, StatementTooLong

STATEMENT: dict[str, Any] = {
    "account": "D-1042",
    "first": "2026-11-01",
    "last": "2026-11-30",
    "parts": [
        {
            "currency": "EUR",
            "opening": "119.00",
            "bookings": [
                {
                    "on": "2026-11-17",
                    "kind": "invoice",
                    "document": "2026/0816",
                    "invoices": [],
                    "due_on": "2026-12-01",
                    "amount": "50.00",
                    "balance": "169.00",
                },
                {
                    "on": "2026-11-21",
                    "kind": "payment",
                    "document": "01JD7W3N5Q8ZP2R4T6V8X0Y2A4",
                    "invoices": ["2026/0815"],
                    "due_on": None,
                    "amount": "-119.00",
                    "balance": "50.00",
                },
            ],
            "closing": "50.00",
            "open": [
                {
                    "invoice": "2026/0816",
                    "issued_on": "2026-11-17",
                    "due_on": "2026-12-01",
                    "amount": "50.00",
                    "open": "50.00",
                    "days_overdue": -1,
                }
            ],
            "open_total": "50.00",
            "ages": {
                "not-due": "50.00",
                "1-30": "0.00",
                "31-60": "0.00",
                "61-90": "0.00",
                "over-90": "0.00",
            },
            "credit": "0.00",
        }
    ],
}

_REFUSALS: Refusals = (
    *AUTH,
    ParameterNotValid,
    AccountUnknown,
    PeriodNotValid,
    StatementTooLong,
)

STATEMENT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getStatement",
        "GET",
        "/v1/statements",
        "Payments",
        "A statement of account",
        "What was owed at the beginning, every booking since with what was owed after it, and what "
        "is open at the end, by age. It is made from the journal as it is now: `closing` is what "
        "is open less the credit. Allocations move nothing that is owed and are not listed; a "
        "period holds 6,000 bookings at most.",
        "payments:read",
        (Reply(200, "The statement.", StatementAnswer, {"one": STATEMENT}),),
        _REFUSALS,
        query=StatementQuery,
    ),
    Operation(
        "getStatementCsv",
        "GET",
        "/v1/statements/csv",
        "Payments",
        "A statement of account as CSV",
        "The same as a file for spreadsheets, as payers fetch it: UTF-8 with a byte order mark, "
        "RFC 4180, ISO dates, decimal points. A text that a spreadsheet would take for a formula "
        "has an apostrophe before it.",
        "payments:read",
        (Reply(200, "The file.", media="text/csv"),),
        _REFUSALS,
        query=StatementQuery,
    ),
)
