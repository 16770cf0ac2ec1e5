"""Rows of creditors, keys and accounts."""

from __future__ import annotations

from saldo.accounts.agreed import ChildAccount
from saldo.accounts.api_keys import ApiKey, ApiKeyEntry
from saldo.accounts.finding import AccountWord
from saldo.accounts.foreign_ids import ForeignId
from saldo.accounts.fresh import FreshData
from saldo.accounts.logo import Logo
from saldo.accounts.model import Account, Creditor, Hold, Installation
from saldo.adapters.dynamo.row_kind import RowKind

ACCOUNTS = (
    RowKind(
        Installation,
        "installation",
        "C",
        1,
        "INSTALLATION",
        "Does this installation send at all? One get, 1 RU, per planned account.",
    ),
    RowKind(
        Creditor,
        "creditor",
        "C",
        1,
        "PROFILE",
        "Whose account is it? One get, 1 RU, cached for a run. Listed by feed `*`, 0.5 RU.",
    ),
    RowKind(
        Logo,
        "logo",
        "K#*#logo",
        1,
        "K",
        "A creditor's logo by its fingerprint. One get of up to 7 RU, for a year per browser.",
    ),
    RowKind(
        FreshData,
        "fresh-data",
        "C",
        1,
        "FRESH",
        "How old is what we know? One query, 1 RU, per planned account whose creditor asks for it.",
    ),
    RowKind(
        Account,
        "account",
        "A",
        2,
        "ACCOUNT",
        "The debtor, and the version that every claim checks. One get, 1 RU; written (4 WU in "
        "a transaction, 2 more when `due` moves) by every fact; due accounts by GSI `due`.",
    ),
    RowKind(
        ChildAccount,
        "child-account",
        "A",
        2,
        "CHILD",
        "Which accounts stand below this one? One query, 1 RU; written when a parent changes.",
    ),
    RowKind(
        AccountWord,
        "account-word",
        "K#word",
        2,
        "W",
        "Which accounts have a word that begins so? One query, 1 RU for 25; some three per new "
        "account (2 WU each), and where a name changes.",
    ),
    RowKind(
        Hold,
        "hold",
        "A",
        2,
        "HOLD",
        "What keeps notices back? One query per planned account, 1 RU, and one per creditor.",
    ),
    RowKind(ApiKey, "api-key", "K#*#api-key", 1, "K", "Who is asking? One get, 1 RU per request."),
    RowKind(ApiKeyEntry, "api-key-entry", "C", 1, "KEY", "The keys of a creditor: one query."),
    RowKind(
        ForeignId,
        "foreign-id",
        "K",
        3,
        "K",
        "What does the ERP's identifier stand for? One get, 1 RU, where it is not the number "
        "itself; written once (2 WU), two for an invoice.",
    ),
)
