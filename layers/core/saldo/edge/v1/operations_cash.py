"""The operations about the money to come, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown
from saldo.cash.view import CashNotValid
from saldo.edge.v1 import cash
from saldo.edge.v1.operation import AUTH, Operation, Refusals, Reply
from saldo.edge.v1.refusals import ParameterNotValid

_BAND = {"expected": "8412.50", "low": "6100.00", "middle": "8300.00", "high": "10950.00"}
_NEW = {"expected": "0.00", "low": "0.00", "middle": "0.00", "high": "0.00"}
_LESS = {"expected": "-2100.00", "low": "-3000.00", "middle": "-2200.00", "high": "-900.00"}
_AFTER = {"expected": "6312.50", "low": "4000.00", "middle": "6200.00", "high": "8650.00"}
CASH: dict[str, Any] = {
    "step": "week",
    "day": "2026-12-06",
    "until": "2027-03-07",
    "made_at": "2026-12-07T02:10:00.000000Z",
    "changed": 3,
    "is_cut": False,
    "weeks_new": 26,
    "currencies": [
        {
            "currency": "EUR",
            "open": "48200.00",
            "items": 214,
            "within": "44650.00",
            "half_year": "1900.00",
            "year": "700.00",
            "later": "450.00",
            "never": "500.00",
            "rows": [
                {
                    "first": "2026-12-07",
                    "last": "2026-12-13",
                    "open": _BAND,
                    "not_invoiced_yet": _NEW,
                    "so_far": _BAND,
                }
            ],
        }
    ],
}
_ROW = {
    "first": "2026-12-07",
    "last": "2026-12-13",
    "before": _BAND,
    "after": _AFTER,
    "difference": _LESS,
    "so_far": _LESS,
}
SCENARIO: dict[str, Any] = {
    "change": "customer-late",
    "days": 30,
    "percent": 0.0,
    "share_percent": 100.0,
    "account": "D-1042",
    "day": "2026-12-06",
    "currencies": [
        {"currency": "EUR", "lowest": _ROW, "at_end": _LESS, "lost": "0.00", "rows": [_ROW]}
    ],
}
TRACK: dict[str, Any] = {
    "items": [
        {
            "currency": "EUR",
            "lead": 1,
            "within_percent": 76.9,
            "error_percent": 17.2,
            "error_due_percent": 33.4,
            "error_before_percent": 28.0,
            "weeks": [
                {
                    "monday": "2026-11-30",
                    "expected": "8412.50",
                    "low": "6100.00",
                    "middle": "8300.00",
                    "high": "10950.00",
                    "came": "9020.00",
                    "within": True,
                    "due": "11200.00",
                    "before": "7600.00",
                }
            ],
        }
    ]
}

_ASKED: Refusals = (*AUTH, ParameterNotValid, CashNotValid)

CASH_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getCash",
        "GET",
        "/v1/cash",
        "Cash forecast",
        "What money comes when?",
        "Of what is open, for thirteen weeks, by day, week or month, with what it stays below with "
        "a chance of 10, 50 and 90 %; what lies beyond is named. From sums that are made every "
        "night, with what changed since: it costs the same with any number of invoices.",
        "reports:read",
        (Reply(200, "The forecast.", cash.CashAnswer, {"one": CASH}),),
        _ASKED,
        query=cash.CashQuery,
    ),
    Operation(
        "getCashCsv",
        "GET",
        "/v1/cash/csv",
        "Cash forecast",
        "The forecast as CSV",
        "The same as a file: UTF-8 with a byte order mark, RFC 4180, ISO dates, decimal points.",
        "reports:read",
        (Reply(200, "The file.", media="text/csv"),),
        _ASKED,
        query=cash.CashQuery,
    ),
    Operation(
        "tryCashScenario",
        "GET",
        "/v1/cash/scenario",
        "Cash forecast",
        "What would a change do?",
        "To what comes, by week, over the same draws as the forecast's: other reminders, a "
        "discount, a customer who pays later or never, more or less business. How many days or "
        "whose share is your assumption; nothing is kept.",
        "reports:read",
        (Reply(200, "What it does.", cash.ScenarioAnswer, {"one": SCENARIO}),),
        (*_ASKED, AccountUnknown),
        query=cash.CashScenarioQuery,
    ),
    Operation(
        "getCashTrack",
        "GET",
        "/v1/cash/track",
        "Cash forecast",
        "What was forecast then, and what came?",
        "Weeks that are over, misses too, with the share inside the band and the mean error, "
        "beside the due dates and the weeks before.",
        "reports:read",
        (Reply(200, "The weeks.", cash.TrackList, {"one": TRACK}),),
        (*AUTH, ParameterNotValid),
        query=cash.CashTrackQuery,
    ),
)
