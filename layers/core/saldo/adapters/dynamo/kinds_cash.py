"""Rows of the cash forecast: accounts, sums of all, and what was forecast before."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.cash.model import AccountCash, CashHead, CashSheet, CashSnapshot
from saldo.cash.track import CashWeek

CASH = (
    RowKind(
        AccountCash,
        "cash-account",
        "CA",
        1,
        "",
        "What is an account expected to pay, and when? One get, 1 RU; every night all of them, 1 "
        "RU per some 40 open items. 1 WU when it changes. Differs from the sheets: GSI `work`.",
    ),
    RowKind(
        CashSheet,
        "cash-sheet",
        "CS",
        2,
        "",
        "What is expected in a currency, at all or at a place? One query, 4 RU per sheet "
        "(relaxed); 30 WU per sheet and night.",
    ),
    RowKind(
        CashHead,
        "cash-head",
        "C",
        1,
        "CASH",
        "Which sheets hold? One get, 1 RU; 1 WU a night.",
    ),
    RowKind(
        CashSnapshot,
        "cash-snapshot",
        "CN",
        2,
        "",
        "What was forecast on an evening? Gets in batches, 1 RU each; 2 WU per currency and night. "
        "Forgotten after 800 days.",
    ),
    RowKind(
        CashWeek,
        "cash-week",
        "CW",
        2,
        "",
        "What came in a week? Gets in batches, 1 RU each; 1 WU per currency and week looked back "
        "every night.",
    ),
)
