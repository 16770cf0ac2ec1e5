"""The operations about credit data and risk, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown
from saldo.credit_data.book import CursorNotValid, RiskListUnknown
from saldo.credit_data.budget import CreditDataBusy
from saldo.credit_data.columns import ColumnsNotValid
from saldo.credit_data.files import ReportFileTooLarge
from saldo.credit_data.identity import CompanyIdNotValid
from saldo.credit_data.providers import CompanyNotAgreed, ProposalUnknown
from saldo.credit_data.report import ReportNotValid
from saldo.credit_data.rules import CreditDataRulesNotValid, ProviderNotChosen
from saldo.credit_data.take import ReportBusy
from saldo.edge.v1 import credit_data, requests
from saldo.edge.v1 import credit_data_answers as answers
from saldo.edge.v1.operation import AUTH, BODY, RECORD, Operation, Refusals, Reply
from saldo.edge.v1.refusals import ParameterNotValid
from saldo.invoices.intake import AccountRestricted
from saldo.money import AmountNotReadable, AmountTooLarge, AmountTooPrecise
from saldo.tables.model import TableNotReadable, TableTooLarge, WorkbookNotTaken

RISK: dict[str, Any] = {
    "account": "D-1042",
    "name": "Example Bakery GmbH",
    "risk_class": "C",
    "decided": "outside",
    "points": 75,
    "known": 14,
    "trend": -6,
    "parts": [
        {"name": "habit", "risk": 5, "most": 25, "figure": 12},
        {"name": "chance", "risk": 3, "most": 25, "figure": 13},
        {"name": "overdue", "risk": 12, "most": 40, "figure": 14},
        {"name": "agreements", "risk": 5, "most": 10, "figure": 1},
    ],
    "outside": [
        {
            "source": "creditsafe",
            "value": "C",
            "scale": "creditsafe-common",
            "points": 62,
            "as_of": "2026-11-20",
        }
    ],
    "open": [{"amount": "4600.00", "currency": "EUR"}],
    "overdue": [{"amount": "1200.00", "currency": "EUR"}],
    "overdue_days": 14,
    "limit": {"amount": "5000.00", "currency": "EUR"},
    "covers": [],
    "insolvency": None,
    "state": "active",
}
REPORT: dict[str, Any] = {
    "account": "D-1042",
    "source": "creditsafe",
    "as_of": "2026-11-20",
    "fetched_at": "2026-11-24T03:12:00.000000Z",
    "reference": "c85e5f4e",
    "company": "DE-0-HRB31415",
    "score": {
        "value": "C",
        "scale": "creditsafe-common",
        "meaning": "Moderate Risk",
        "points": 62,
    },
    "limit": {"amount": "42500.00", "currency": "EUR"},
    "cover": None,
    "insolvency": None,
    "state": "active",
    "by": "schedule",
}
RECORD_EXAMPLE: dict[str, Any] = {
    "account": "D-1042",
    "source": "example-agency",
    "as_of": "2026-11-20",
    "score": {"value": "225", "scale": "creditreform-index"},
    "limit": {"amount": "12500.00", "currency": "EUR"},
    "state": "active",
}
_TAKEN: dict[str, Any] = {
    "counts": {"taken": 1},
    "unknown_accounts": [],
    "results": [{"account": "D-1042", "status": "taken", "line": 1, "code": "", "text": ""}],
}
COMPANY: dict[str, Any] = {
    "account": "D-1042",
    "vat": "DE123456789",
    "register_number": "HRB 31415",
    "registry": "Berlin",
    "duns": "",
    "provider": "creditsafe",
    "state": "proposed",
    "company": "",
    "name": "",
    "wanted": "",
    "proposals": [
        {
            "id": "DE-0-HRB31415",
            "name": "Example Bakery GmbH",
            "country": "DE",
            "city": "Berlin",
            "register_number": "HRB 31415",
            "state": "Active",
            "matched_by": ["vat", "name"],
        }
    ],
}
RULES: dict[str, Any] = {
    "provider": "creditsafe",
    "automatic": True,
    "requests_month": 200,
    "refresh_days": 90,
    "hold_on_insolvency": True,
    "columns": {},
    "month": "2026-11",
    "made": 17,
    "paused_until": None,
    "why": "",
}
_SAME = "Repeating is harmless: the same again changes nothing."
_TAKES: Refusals = (
    *RECORD,
    AccountUnknown,
    AccountRestricted,
    ReportNotValid,
    ReportBusy,
    AmountNotReadable,
    AmountTooPrecise,
    AmountTooLarge,
)

CREDIT_DATA_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "listRisk",
        "GET",
        "/v1/risk",
        "Risk",
        "All accounts by risk, the riskiest first",
        "Our own score of every account beside what others say, what is open and overdue a "
        "currency, limit and cover. Kept up to date by every fact and every night; how many are in "
        "each class is as of the night before.",
        "accounts:read",
        (
            Reply(
                200,
                "A page.",
                answers.RiskListAnswer,
                {
                    "page": {
                        "items": [RISK],
                        "cursor": None,
                        "sums": {
                            "on": "2026-11-24",
                            "counts": {"A": 212, "B": 40, "C": 9},
                            "insolvent": 0,
                            "with_outside": 31,
                        },
                    }
                },
            ),
        ),
        (*AUTH, ParameterNotValid, RiskListUnknown, CursorNotValid),
        query=credit_data.RiskQuery,
    ),
    Operation(
        "getCreditReports",
        "GET",
        "/v1/risk/reports",
        "Risk",
        "The risk of an account, and what others say",
        "One report per source, as it was told last.",
        "accounts:read",
        (
            Reply(
                200,
                "As it is known.",
                answers.AccountRiskAnswer,
                {"one": {"risk": RISK, "reports": [REPORT]}},
            ),
        ),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    ),
    Operation(
        "putCreditReports",
        "POST",
        "/v1/risk/reports",
        "Risk",
        "Tell what others say about accounts",
        "For sources that Saldo does not ask itself. Each report is taken by itself; one that is "
        "older than what is known of its source is left. A notice of insolvency keeps reminders "
        "back where the rules say so, and asks a person to file the claim.",
        "accounts:write",
        (Reply(200, "What became of each.", answers.ReportsTakenAnswer, {"taken": _TAKEN}),),
        (*AUTH, *BODY),
        _TAKES,
        body=credit_data.CreditReportsOrder,
        body_example={"reports": [RECORD_EXAMPLE]},
        repeat=_SAME,
    ),
    Operation(
        "putCreditFile",
        "PUT",
        "/v1/risk/reports",
        "Risk",
        "Take a file of an agency or insurer",
        "Separated values, 250 rows at most, with what the columns mean. Numbers that no account "
        "has are listed.",
        "accounts:write",
        (Reply(200, "What became of each row.", answers.ReportsTakenAnswer, {"taken": _TAKEN}),),
        (
            *AUTH,
            *BODY,
            ColumnsNotValid,
            ReportFileTooLarge,
            TableNotReadable,
            TableTooLarge,
            WorkbookNotTaken,
        ),
        _TAKES,
        body=credit_data.CreditFileOrder,
        body_example={
            "source": "example-agency",
            "text": "Kunde;Stand;Index\nD-1042;20.11.2026;225\n",
            "columns": {
                "fields": {"account": "Kunde", "as_of": "Stand", "score": "Index"},
                "scale": "creditreform-index",
            },
        },
        repeat=_SAME,
    ),
    Operation(
        "askForCredit",
        "POST",
        "/v1/risk",
        "Risk",
        "Have the provider asked in the coming night",
        "A search proposes which of the provider's companies an account is; a report says what is "
        "said about it. Either is one request of the month's budget.",
        "accounts:write",
        (Reply(200, "It is asked.", answers.CompanyAnswer, {"asked": COMPANY}),),
        (
            *AUTH,
            *BODY,
            AccountUnknown,
            AccountRestricted,
            ProviderNotChosen,
            CompanyNotAgreed,
            CreditDataBusy,
        ),
        body=credit_data.CreditWish,
        body_example={"account": "D-1042", "ask": "search"},
        repeat=_SAME,
    ),
    Operation(
        "getCompany",
        "GET",
        "/v1/risk/company",
        "Risk",
        "Which company an account is",
        "Its numbers, and what the provider proposed.",
        "accounts:read",
        (Reply(200, "As it is known.", answers.CompanyAnswer, {"one": COMPANY}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    ),
    Operation(
        "putCompany",
        "PUT",
        "/v1/risk/company",
        "Risk",
        "Say by which numbers an account is known",
        "In place of those before.",
        "accounts:write",
        (Reply(200, "Kept.", answers.CompanyAnswer, {"kept": COMPANY}),),
        (
            *AUTH,
            *BODY,
            AccountUnknown,
            AccountRestricted,
            CompanyIdNotValid,
            CreditDataBusy,
        ),
        body=credit_data.CompanyIdsOrder,
        body_example={
            "account": "D-1042",
            "vat": "DE123456789",
            "register_number": "HRB 31415",
            "registry": "Berlin",
        },
        repeat=_SAME,
    ),
    Operation(
        "decideCompany",
        "POST",
        "/v1/risk/company",
        "Risk",
        "Agree which of the provider's companies an account is",
        "A person's word: only from then on reports are asked for. Null: none of them.",
        "accounts:write",
        (
            Reply(
                200,
                "Kept.",
                answers.CompanyAnswer,
                {
                    "agreed": {
                        **COMPANY,
                        "state": "agreed",
                        "company": "DE-0-HRB31415",
                        "name": "Example Bakery GmbH",
                    }
                },
            ),
        ),
        (*AUTH, *BODY, AccountUnknown, ProviderNotChosen, ProposalUnknown, CreditDataBusy),
        body=credit_data.CompanyDecision,
        body_example={"account": "D-1042", "company": "DE-0-HRB31415"},
        repeat=_SAME,
    ),
    Operation(
        "getCreditDataRules",
        "GET",
        "/v1/risk/rules",
        "Risk",
        "Whom Saldo asks for credit data, and how much this month",
        "By default nobody.",
        "settings:read",
        (Reply(200, "As they are.", answers.CreditDataRulesAnswer, {"rules": RULES}),),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "setCreditDataRules",
        "PUT",
        "/v1/risk/rules",
        "Risk",
        "Say whom Saldo may ask for credit data",
        "What is left out stays. Requests cost you what the provider charges: `requests_month` is "
        "the most that are made in a calendar month (UTC), whoever orders them.",
        "settings:write",
        (Reply(200, "As they are now.", answers.CreditDataRulesAnswer, {"rules": RULES}),),
        (*AUTH, *BODY, CreditDataRulesNotValid, ColumnsNotValid, CreditDataBusy),
        body=credit_data.CreditDataRulesOrder,
        body_example={"provider": "creditsafe", "automatic": True, "requests_month": 200},
        repeat=_SAME,
    ),
)
