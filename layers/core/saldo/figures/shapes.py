"""Which reports there are, and what each can be asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from saldo.figures.model import DIMENSIONS
from saldo.reminders.foresee_model import CHANNELS

ReportName = Literal[
    "aging",
    "cash",
    "collecting",
    "behaviour",
    "promises",
    "disputes",
    "stages",
    "collectors",
    "costs",
    "fees",
    "debtors",
    "unattended",
]
REPORTS: Final[tuple[ReportName, ...]] = get_args(ReportName)

Kind = Literal["money", "count", "days", "percent", "text", "date", "amount"]
"""money: minor units of the row's currency; amount: a text with a currency of its own, as
"12.40 EUR"."""
Step = Literal["day", "week", "month"]
STEPS: Final[tuple[Step, ...]] = get_args(Step)


@dataclass(frozen=True, slots=True)
class ReportShape:
    """What a report can be asked for: its columns with their kinds, those that it has if nothing is
    said, and its groups. `by_period` says that it is about a time, not about now; `limited` that it
    lists the first of many.
    """

    columns: dict[str, Kind] = field(hash=False)
    usual: tuple[str, ...]
    groups: tuple[str, ...]
    grouped: tuple[str, ...] = ()
    by_period: bool = True
    limited: bool = False


_TIMED: Final = (*DIMENSIONS, *STEPS)
_STANDING: Final[dict[str, Kind]] = {
    "risk_class": "text",
    "cover": "text",
    "payment_trend": "text",
}
"""How an account stands now, in the words that segments go by."""

SHAPES: Final[dict[ReportName, ReportShape]] = {
    "aging": ReportShape(
        {"total": "money", "overdue": "money", "overdue_share": "percent", "items": "count"},
        ("total", "overdue", "overdue_share", "items"),
        DIMENSIONS,
        by_period=False,
    ),
    "cash": ReportShape(
        {
            "invoices": "count",
            "billed": "money",
            "charged": "money",
            "credited": "money",
            "discounted": "money",
            "written_off": "money",
            "settled": "money",
            "closed_there": "money",
            "collected": "money",
        },
        ("billed", "credited", "written_off", "collected"),
        _TIMED,
        ("week",),
    ),
    "collecting": ReportShape(
        {
            "open_at_end": "money",
            "not_due_at_end": "money",
            "sales": "money",
            "dso": "days",
            "dso_count_back": "days",
            "best_dso": "days",
            "delinquent": "days",
            "effectiveness": "percent",
        },
        (
            "open_at_end",
            "sales",
            "dso",
            "dso_count_back",
            "best_dso",
            "delinquent",
            "effectiveness",
        ),
        (*DIMENSIONS, "month"),
        ("month",),
    ),
    "behaviour": ReportShape(
        {
            "paid": "count",
            "paid_late": "count",
            "late_share": "percent",
            "days_beyond": "days",
            "days_late": "days",
            "days_late_weighted": "days",
        },
        ("paid", "late_share", "days_beyond", "days_late_weighted"),
        _TIMED,
        ("month",),
    ),
    "promises": ReportShape(
        {
            "promises": "count",
            "kept": "count",
            "part_kept": "count",
            "broken": "count",
            "withdrawn": "count",
            "promised": "money",
            "promised_paid": "money",
            "reliability": "percent",
        },
        ("promises", "kept", "part_kept", "broken", "promised", "promised_paid", "reliability"),
        _TIMED,
        ("month",),
    ),
    "disputes": ReportShape(
        {
            "disputes": "count",
            "contested": "money",
            "open": "count",
            "settled": "count",
            "rejected": "count",
            "withdrawn": "count",
            "agreed": "money",
            "days_to_end": "days",
        },
        ("disputes", "contested", "open", "settled", "rejected", "agreed", "days_to_end"),
        (*DIMENSIONS, "month", "reason"),
        ("reason",),
    ),
    "stages": ReportShape(
        {
            "reminded": "count",
            "paid_7": "count",
            "paid_14": "count",
            "paid_30": "count",
            "share_7": "percent",
            "share_14": "percent",
            "share_30": "percent",
        },
        ("reminded", "paid_14", "share_7", "share_14", "share_30"),
        (*DIMENSIONS, "month", "stage"),
        ("stage",),
    ),
    "collectors": ReportShape(
        {
            "collected": "money",
            "messages": "count",
            "cost": "money",
            "cost_share": "percent",
            "promises": "count",
            "broken": "count",
        },
        ("collected", "messages", "cost", "cost_share", "promises", "broken"),
        _TIMED,
        ("collector",),
    ),
    "costs": ReportShape(
        {
            "collected": "money",
            "messages": "count",
            **{f"cost_{channel}": "money" for channel in CHANNELS},
            "cost_messages": "money",
            "provider_fees": "money",
            "running": "money",
            "cost": "money",
            "cost_per_100": "money",
            "cost_elsewhere": "amount",
        },
        (
            "cost_per_100",
            "collected",
            "cost",
            *(f"cost_{channel}" for channel in CHANNELS),
            "provider_fees",
            "running",
            "cost_elsewhere",
        ),
        _TIMED,
        ("month",),
    ),
    "fees": ReportShape(
        {"payments": "count", "paid_out": "money", "fees": "money", "fees_per_100": "money"},
        ("fees", "payments", "paid_out", "fees_per_100"),
        (*DIMENSIONS, "month", "provider"),
        ("provider",),
    ),
    "debtors": ReportShape(
        {
            "name": "text",
            "total": "money",
            "overdue": "money",
            "oldest": "date",
            "days_overdue": "count",
            "acted_at": "date",
            "expected_30": "money",
            **_STANDING,
        },
        ("name", "total", "overdue", "days_overdue"),
        (),
        by_period=False,
        limited=True,
    ),
    "unattended": ReportShape(
        {
            "name": "text",
            "collector": "text",
            "overdue": "money",
            "days_overdue": "count",
            "idle_days": "count",
            "acted": "text",
            **_STANDING,
        },
        ("name", "collector", "overdue", "days_overdue", "idle_days", "acted"),
        (),
        by_period=False,
        limited=True,
    ),
}
