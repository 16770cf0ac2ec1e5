"""The operations about credit, described."""

from __future__ import annotations

from typing import Any

from saldo.accounts.service import AccountUnknown
from saldo.credit.keep import CreditBusy
from saldo.credit.limit_book import (
    CoverNotValid,
    LimitAmountNotValid,
    NothingToPropose,
    ProposalUnknown,
)
from saldo.credit.orders import OrdersNotValid, OrdersTooMany
from saldo.credit.rule_book import CreditRulesBusy
from saldo.credit.rules import CreditRulesNotValid
from saldo.credit.service import BlockDayNotValid, NotBlocked, NoTermsProposed
from saldo.edge.v1 import credit, credit_answers, requests
from saldo.edge.v1.operation import AUTH, BODY, Operation, Refusals, Reply
from saldo.edge.v1.refusals import AmountNotText, ParameterNotValid
from saldo.money import AmountNotReadable, AmountTooLarge, AmountTooPrecise

ANNA = "anna@seller.example"
_LINE: dict[str, Any] = {
    "currency": "EUR",
    "limit": "5000.00",
    "own_limit": "5000.00",
    "insured": "3000.00",
    "insurer": "Example Credit Insurance",
    "insured_until": "2027-06-30",
    "exposure": "5400.00",
    "open": "4600.00",
    "overdue": "1200.00",
    "orders": "1000.00",
    "credit": "200.00",
    "headroom": "-400.00",
    "exceeded": True,
}
_BLOCK: dict[str, Any] = {
    "id": "01M6ZT3W0H8M5V2Y7S4K1P9QDB",
    "since": "2026-11-24T09:12:00.000000Z",
    "by": "system",
    "reasons": [{"kind": "over-limit", "facts": {"currency": "EUR"}}],
    "reason": "",
    "until": None,
}
_PROPOSAL: dict[str, Any] = {
    "id": "01M6ZT3W0H8M5V2Y7S4K1P9QDC",
    "currency": "EUR",
    "amount": "4500.00",
    "at": "2026-11-24T09:12:00.000000Z",
    "by": ANNA,
    "inputs": {
        "invoices": 14,
        "turnover": "36000.00",
        "months": 12,
        "monthly": "3000.00",
        "net_days": 30,
        "late_days": 0,
        "behaviour": "prompt",
        "percent": 150,
        "relation_days": 358,
    },
}
CREDIT: dict[str, Any] = {
    "account": "D-1042",
    "name": "Example Bakery GmbH",
    "lines": [_LINE],
    "whole": True,
    "blocked": True,
    "block": _BLOCK,
    "release": None,
    "terms": {
        "net_days": 14,
        "text": "14 days net",
        "shortened": False,
        "prepayment": False,
        "agreed_net_days": 14,
        "rule": None,
    },
    "proposals": [_PROPOSAL],
    "version": 7,
}
_ORDERS: dict[str, Any] = {
    "account": "D-1042",
    "orders": [
        {
            "id": "SO-3381",
            "amount": "1000.00",
            "currency": "EUR",
            "told_at": "2026-11-24T09:12:00.000000Z",
        }
    ],
}
_RULES: dict[str, Any] = {
    "limit_is": "own-first",
    "covers": "agreed",
    "block": {
        "over_limit": True,
        "overdue": {"days": 30, "invoices": 2, "amount": "1000.00", "currency": "EUR"},
        "insolvency": True,
    },
    "terms": {
        "net_days": 0,
        "when": ["very-late", "broken-promises"],
        "broken_promises": 2,
        "within_days": 180,
        "applies": False,
    },
}

_AMOUNT: Refusals = (AmountNotReadable, AmountTooPrecise, AmountTooLarge, AmountNotText)
_CHANGE: Refusals = (*AUTH, *BODY, AccountUnknown, CreditBusy)
_NOW = (Reply(200, "As it is now.", credit_answers.CreditAnswer, {"now": CREDIT}),)
_SAME = "Repeating is harmless: the same again changes nothing."

CREDIT_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "getCredit",
        "GET",
        "/v1/credit",
        "Credit",
        "How much an account may owe, and how much it does",
        "Read from the books as they are now. A currency is compared with its own limit; amounts "
        "of two currencies are never added.",
        "accounts:read",
        _NOW,
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    ),
    Operation(
        "setCreditLimit",
        "PUT",
        "/v1/credit/limits",
        "Credit",
        "Set how much an account may owe, or what is insured of it",
        "An own limit goes before the `credit_limit` that your ERP pushed, which stays as it was "
        "agreed.",
        "accounts:write",
        _NOW,
        (*_CHANGE, *_AMOUNT, LimitAmountNotValid, CoverNotValid),
        body=credit.LimitOrder,
        body_example={
            "account": "D-1042",
            "kind": "insured",
            "currency": "EUR",
            "amount": "3000.00",
            "insurer": "Example Credit Insurance",
            "valid_until": "2027-06-30",
            "reason": "The insurer's letter of 20 November.",
        },
        repeat=_SAME,
    ),
    Operation(
        "proposeCreditLimit",
        "POST",
        "/v1/credit/proposals",
        "Credit",
        "Have a limit proposed",
        "From the turnover of a year, the terms and how the account pays; the answer says what it "
        "was reckoned from. It counts when somebody agrees.",
        "accounts:write",
        (
            Reply(
                200,
                "The proposal.",
                credit_answers.ProposalAnswer,
                {"proposed": _PROPOSAL},
            ),
        ),
        (*_CHANGE, NothingToPropose),
        body=credit.ProposalOrder,
        body_example={"account": "D-1042", "currency": "EUR"},
        repeat="A newer proposal takes the place of the one before.",
    ),
    Operation(
        "decideCredit",
        "PUT",
        "/v1/credit/proposals",
        "Credit",
        "Agree to a proposed limit or to shorter terms, or put them aside",
        "With `terms` in the proposal's place it is about the shorter terms that a rule is for. "
        "What was agreed stays on the account; `terms` of its credit says what to print on the "
        "next invoice.",
        "accounts:write",
        _NOW,
        (*_CHANGE, ProposalUnknown, NoTermsProposed),
        body=credit.ProposalDecision,
        body_example={
            "account": "D-1042",
            "proposal": _PROPOSAL["id"],
            "agree": True,
            "reason": "Fits the plan for next year.",
        },
        repeat="The second time 404 `limit-proposal-unknown`; of terms, the same changes nothing.",
    ),
    Operation(
        "listOpenOrders",
        "GET",
        "/v1/credit/orders",
        "Credit",
        "The orders of an account that are not invoiced yet",
        "",
        "accounts:read",
        (Reply(200, "Its orders.", credit_answers.OrdersAnswer, {"open": _ORDERS}),),
        (*AUTH, ParameterNotValid, AccountUnknown),
        query=requests.AccountQuery,
    ),
    Operation(
        "tellOpenOrders",
        "POST",
        "/v1/credit/orders",
        "Credit",
        "Tell what an account ordered",
        "What is still to be invoiced of each order counts against the limit. Tell it again when "
        "a part was invoiced, with 0.00 when all was, or all open orders at once with `all`.",
        "accounts:write",
        (Reply(200, "What is open now.", credit_answers.OrdersAnswer, {"open": _ORDERS}),),
        (*_CHANGE, *_AMOUNT, OrdersNotValid, OrdersTooMany),
        body=credit.OrdersTold,
        body_example={
            "account": "D-1042",
            "orders": [{"id": "SO-3381", "amount": "1000.00", "currency": "EUR"}],
        },
        repeat=_SAME,
    ),
    Operation(
        "listOrderBlocks",
        "GET",
        "/v1/credit/blocks",
        "Credit",
        "The accounts whose orders wait",
        "By number. Or be told: `order_block.set` and `order_block.released`.",
        "accounts:read",
        (
            Reply(
                200,
                "A page.",
                credit_answers.BlockedPage,
                {"one": {"items": [{"account": "D-1042", "block": _BLOCK}], "after": None}},
            ),
        ),
        (*AUTH, ParameterNotValid),
        query=credit.BlockedQuery,
    ),
    Operation(
        "setOrderBlock",
        "PUT",
        "/v1/credit/blocks",
        "Credit",
        "Have orders of an account wait, or let them go",
        "On a person's word. A release ends what a person said before, and what your rules say "
        "does not count until the day.",
        "accounts:write",
        _NOW,
        (*_CHANGE, NotBlocked, BlockDayNotValid),
        body=credit.BlockOrder,
        body_example={
            "account": "D-1042",
            "blocked": True,
            "reason": "Signs of fraud.",
            "until": "2026-12-01",
        },
        repeat="Blocking again changes nothing; releasing again is 409 `not-blocked`.",
    ),
    Operation(
        "getCreditRules",
        "GET",
        "/v1/credit/rules",
        "Credit",
        "Your rules of credit",
        "",
        "settings:read",
        (Reply(200, "The rules.", credit_answers.RulesAnswer, {"own": _RULES}),),
        (*AUTH, ParameterNotValid),
        query=requests.NoQuery,
    ),
    Operation(
        "putCreditRules",
        "PUT",
        "/v1/credit/rules",
        "Credit",
        "Keep your rules of credit",
        "Whole: what is left out is off. Accounts follow with their next fact, all of them "
        "overnight.",
        "settings:write",
        (Reply(200, "Kept.", credit_answers.RulesAnswer, {"own": _RULES}),),
        (*AUTH, *BODY, *_AMOUNT, CreditRulesNotValid, CreditRulesBusy),
        body=credit.CreditRulesRecord,
        body_example=_RULES,
        repeat=_SAME,
    ),
)
