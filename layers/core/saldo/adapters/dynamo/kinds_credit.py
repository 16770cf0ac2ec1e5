"""Rows of credit: sheets of limits and blocks, orders that are not invoiced yet, and the rules."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.credit.model import BlockedAccount, CreditSheet, OpenOrder
from saldo.credit.rules import CreditRules

CREDIT = (
    RowKind(
        CreditSheet,
        "credit-sheet",
        "A",
        2,
        "CREDIT",
        "How much may this account owe, and do its orders wait? One get, 1 RU. Written (4 WU with "
        "an event) where what is owed of a limited account changed.",
    ),
    RowKind(
        BlockedAccount,
        "blocked-account",
        "CB",
        1,
        "",
        "Whose orders wait? One query of a page, 1 RU per some 40; written with the sheet, 2 WU.",
    ),
    RowKind(
        OpenOrder,
        "open-order",
        "A",
        2,
        "ORDER",
        "What is ordered and not invoiced yet? One query, 1 RU per some 20 orders; 500 at most.",
    ),
    RowKind(
        CreditRules,
        "credit-rules",
        "C",
        1,
        "CREDITRULES",
        "When do orders wait, and when do terms get shorter? One get, 1 RU, per look.",
    ),
)
