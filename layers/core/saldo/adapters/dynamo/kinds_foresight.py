"""Rows of foresight: forecasts, the models they are told by, how good they were."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.forecast.bills import ContestedBill
from saldo.forecast.kept import ItemForecast
from saldo.forecast.stored import StoredModel
from saldo.forecast.track import ForecastMonth
from saldo.foresight.sweep import NightProgress
from saldo.risk.sheet import BehaviourSheet, StandingOut

FORESIGHT = (
    RowKind(
        NightProgress,
        "night-progress",
        "C",
        1,
        "NIGHT",
        "How far did this creditor's night come? One get, 1 RU, every hour; 2 WU per 100 accounts.",
    ),
    RowKind(
        ItemForecast,
        "item-forecast",
        "FC",
        2,
        "",
        "When will this account's open items be paid? One query, 1 RU per some 6; a creditor's: 8 "
        "queries, one per shard of accounts, 0.5 RU per some 6. Written: 2 WU in a transaction.",
    ),
    RowKind(
        StoredModel,
        "forecast-model",
        "C",
        1,
        "FMODEL",
        "What was learnt from this creditor's bills? One query of the newest, 1 RU; forgotten "
        "after 90 days.",
    ),
    RowKind(
        ContestedBill,
        "contested-bill",
        "C",
        1,
        "CONTESTED",
        "Whose payment says nothing of its account's ways? One query per night, 1 RU per some 25.",
    ),
    RowKind(
        ForecastMonth,
        "forecast-month",
        "C",
        1,
        "FMONTH",
        "How far off were forecasts? One query: 8 small rows a month, 1 RU per some 15. Written "
        "with each forecast that ends, 2 WU; forgotten after three years.",
    ),
    RowKind(
        BehaviourSheet,
        "behaviour-sheet",
        "A",
        2,
        "PAYS",
        "How does this account pay? One get, 1 RU per 4 KB: some 3 KB, 16 KB where thousands of "
        "invoices fall due in a month. 2 WU per KB when what was paid is counted.",
    ),
    RowKind(
        StandingOut,
        "standing-out",
        "SO",
        1,
        "",
        "Who pays later than before, who owes an exception? One query, 1 RU per some 40.",
    ),
)
