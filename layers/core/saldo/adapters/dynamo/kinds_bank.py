"""Rows of bank accounts, their statements and entries, and what matches taught."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.bank_entries.model import (
    BankAccount,
    BankEntry,
    BankStatement,
    Lesson,
    PayoutArrival,
)

BANK = (
    RowKind(
        BankAccount,
        "bank-account",
        "C",
        1,
        "BANK",
        "Whose statements are taken, and what of them posts? One get, 1 RU; a creditor's: one "
        "query, 1 RU.",
    ),
    RowKind(
        BankStatement,
        "bank-statement",
        "S",
        2,
        "ST",
        "Was this statement taken, and how far? One get, 1 RU; an account's: one query, 1 RU per "
        "some 10. Written once per 30 entries; lists by GSI `feed`, gaps by GSI `work`.",
    ),
    RowKind(
        BankEntry,
        "bank-entry",
        "SE",
        3,
        "L",
        "Was this entry booked, and what became of it? One get, 1 RU; an account's of a year: one "
        "query, 1 RU per some 4. What waits by GSI `work`, lists by GSI `feed`: 2 WU and 2 for "
        "the indexes to arrive, as many for each change.",
    ),
    RowKind(
        Lesson,
        "lesson",
        "K",
        3,
        "LESSON",
        "Which accounts paid with this IBAN, or under this name? One query, 1 RU per payer.",
    ),
    RowKind(
        PayoutArrival,
        "payout-arrival",
        "K#*#payout-arrival",
        3,
        "K",
        "Did a payout's money arrive at the bank? One get, 1 RU; put-if-absent, 2 WU.",
    ),
)
