"""The operations about forecasts, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown, InvoiceUnknown
from saldo.edge.v1 import forecasts, requests
from saldo.edge.v1.operation import AUTH, Operation, Reply
from saldo.edge.v1.refusals import ParameterNotValid

FORECAST: dict[str, Any] = {
    "account": "D-1042",
    "invoice": "2026/0815",
    "currency": "EUR",
    "open": "119.00",
    "issued_on": "2026-11-10",
    "due_on": "2026-11-24",
    "expected_on": "2026-12-03",
    "early_on": "2026-11-26",
    "late_on": "2026-12-19",
    "quantiles": {
        "5": "2026-11-25",
        "10": "2026-11-26",
        "25": "2026-11-29",
        "50": "2026-12-03",
        "75": "2026-12-10",
        "90": "2026-12-19",
        "95": "2026-12-28",
    },
    "late": 0.978,
    "very_late": 0.052,
    "by": {"day": "2026-11-30", "chance": 0.327},
    "reasons": [
        {"about": "history", "days": 5.2},
        {"about": "overdue", "days": 1.4},
        {"about": "calendar", "days": -0.6},
    ],
    "known_invoices": 14,
    "disputed": False,
    "model": 31,
    "told_on": "2026-11-22",
}
_MISSES: dict[str, Any] = {
    "invoices": 212,
    "days": 5.61,
    "days_account_mean": 6.04,
    "days_due_date": 9.2,
    "inside_80": 0.797,
}
MODEL: dict[str, Any] = {
    "models": [
        {
            "number": 31,
            "known_on": "2026-11-22",
            "invoices": 4120,
            "open_invoices": 388,
            "accounts": 263,
            "median_days": 6.0,
            "made_at": "2026-11-22T02:11:40.000000Z",
            "by": "schedule",
            "used": True,
        }
    ],
    "months": [{"month": "2026-11", "at_issue": _MISSES, "at_due": {**_MISSES, "invoices": 143}}],
}

FORECAST_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listForecasts",
        "GET",
        "/v1/forecasts",
        "Foresight",
        "When an invoice, or an account's open items, will be paid",
        "A distribution for each: the days by which it is paid with a chance of 10, 50 and 90 %, "
        "the chance that it is late, and what moved it most. Told as of today: an item that waits "
        "was not paid so far. Facts change it within seconds, and every night looks at all.",
        "collection:read",
        (
            Reply(
                200,
                "The open items, by due date.",
                forecasts.ForecastsAnswer,
                {"one": {"items": [FORECAST]}},
            ),
        ),
        (
            *AUTH,
            ParameterNotValid,
            forecasts.WhichForecasts,
            AccountUnknown,
            InvoiceUnknown,
            forecasts.ForecastUnknown,
        ),
        query=forecasts.ForecastsQuery,
    ),
    Operation(
        "getForecastModel",
        "GET",
        "/v1/forecasts/model",
        "Foresight",
        "What forecasts are told by, and how good they were",
        "The models that were learnt from your invoices, the newest first. And month by month how "
        "far off forecasts were of what was paid then, beside the account's own mean and the due "
        "date, which knew the same.",
        "collection:read",
        (Reply(200, "Models and months.", forecasts.ForecastModelAnswer, {"learnt": MODEL}),),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
)
