"""Rows of credit data: reports, which company an account is, and the risk of all accounts."""

from __future__ import annotations

from saldo.adapters.dynamo.row_kind import RowKind
from saldo.credit_data.identity import CompanyIds, CompanyLink
from saldo.credit_data.report import CreditReport
from saldo.credit_data.rules import CreditDataRules, RequestsMade
from saldo.credit_data.sheet import RiskPlace, RiskSheet, RiskSums

CREDIT_DATA = (
    RowKind(
        CreditReport,
        "credit-report",
        "A",
        2,
        "CREPORT",
        "What do others say about this account? One query, 1 RU per some 6 sources.",
    ),
    RowKind(
        CompanyIds,
        "company-ids",
        "A",
        2,
        "COMPANY",
        "By which numbers is this account known? One get, 1 RU.",
    ),
    RowKind(
        CompanyLink,
        "company-link",
        "A",
        2,
        "COMPANYAT",
        "Which company of a provider is this account? One get, 1 RU.",
    ),
    RowKind(
        CreditDataRules,
        "credit-data-rules",
        "C",
        1,
        "CREDITDATA",
        "Whom may we ask, and for how much? One get, 1 RU.",
    ),
    RowKind(
        RequestsMade,
        "requests-made",
        "C",
        1,
        "CREDITASKED",
        "How many requests were made this month? One get, 1 RU; 1 WU per request, before it.",
    ),
    RowKind(
        RiskSheet,
        "risk-sheet",
        "RK",
        1,
        "S",
        "How risky is this account? One get, 1 RU. All accounts by number, a page at a time: some "
        "12 RU per 50. Written with its places: 2 WU, and 4 more for each list it moves in.",
    ),
    RowKind(
        RiskPlace,
        "risk-place",
        "RL",
        2,
        "",
        "Which accounts are the riskiest, of all or of one class? One query of as many rows as are "
        "shown, 1 RU per some 25, and their sheets in a batch, 0.5 RU each.",
    ),
    RowKind(
        RiskSums,
        "risk-sums",
        "C",
        1,
        "RISKSUMS",
        "How many accounts are in each class, and how does everybody pay? One get, 1 RU.",
    ),
)
