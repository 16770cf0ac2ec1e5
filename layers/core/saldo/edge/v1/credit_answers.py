"""How the credit of accounts is answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.credit.decide import effective_terms
from saldo.credit.keep import Seen
from saldo.credit.model import (
    CreditLine,
    CreditSheet,
    OpenOrder,
    OrderBlock,
    Proposal,
    ReasonKind,
    ShorterTerms,
    TermsReason,
)
from saldo.edge.v1.answers import _Amount, _Day, _Instant
from saldo.money import format_amount


class CreditLineAnswer(TypedDict):
    """One currency of an account: what stands against which limit."""

    currency: str
    limit: Annotated[
        _Amount | None, Field(description="The limit that counts, by your rule; null: none.")
    ]
    own_limit: Annotated[
        _Amount | None, Field(description="What a person set here, else what your ERP pushed.")
    ]
    insured: Annotated[_Amount | None, Field(description="What is covered today.")]
    insurer: str | None
    insured_until: _Day | None
    exposure: Annotated[
        _Amount, Field(description="`open` and `orders` less `credit`; may be below zero.")
    ]
    open: _Amount
    overdue: Annotated[_Amount, Field(description="The part of `open` that is overdue.")]
    orders: Annotated[_Amount, Field(description="Orders that are not invoiced yet.")]
    credit: Annotated[_Amount, Field(description="Money and credit notes that nothing took yet.")]
    headroom: Annotated[
        _Amount | None, Field(description="How much more may be owed; below zero: exceeded.")
    ]
    exceeded: bool


class BlockReasonAnswer(TypedDict):
    """Why orders wait."""

    kind: ReasonKind
    facts: Annotated[dict[str, Any], Field(description="What it is made of.")]


class BlockAnswer(TypedDict):
    """Orders of the account wait."""

    id: Annotated[str, Field(description="The events about it have the same.")]
    since: _Instant
    by: Annotated[str, Field(description="A person, or `system` for your rules.")]
    reasons: list[BlockReasonAnswer]
    reason: Annotated[str, Field(description="A person's words.")]
    until: Annotated[
        _Day | None, Field(description="The first day on which a person's block holds no more.")
    ]


class ReleaseAnswer(TypedDict):
    """A person let orders go although a rule says no."""

    by: str
    reason: str
    until: Annotated[
        _Day | None, Field(description="From this day on rules count again; null: when they agree.")
    ]


class ProposalAnswer(TypedDict):
    """A limit that the rule came to; it counts when a person agrees."""

    id: str
    currency: str
    amount: _Amount
    at: _Instant
    by: str
    inputs: Annotated[dict[str, Any], Field(description="What it was reckoned from.")]


class ShorterTermsAnswer(TypedDict):
    """Shorter terms that a rule is for."""

    net_days: int
    prepayment: bool
    reasons: list[TermsReason]
    state: Annotated[str, Field(description="`proposed`, `applied` or `declined`.")]
    since: _Instant
    by: str


class TermsAnswer(TypedDict):
    """What to print on the next invoice."""

    net_days: int | None
    text: str
    shortened: Annotated[bool, Field(description="Shorter than what was agreed.")]
    prepayment: bool
    agreed_net_days: int | None
    rule: ShorterTermsAnswer | None


class CreditAnswer(TypedDict):
    """How much an account may owe, how much it does, and what follows."""

    account: str
    name: str
    lines: Annotated[
        list[CreditLineAnswer],
        Field(description="One per currency, those with a limit first; never added together."),
    ]
    whole: Annotated[
        bool, Field(description="False: it has more open items than are summed, and owes more.")
    ]
    blocked: bool
    block: BlockAnswer | None
    release: ReleaseAnswer | None
    terms: TermsAnswer
    proposals: list[ProposalAnswer]
    version: int


class OrderAnswer(TypedDict):
    """An order that is not invoiced yet."""

    id: str
    amount: _Amount
    currency: str
    told_at: _Instant


class OrdersAnswer(TypedDict):
    """The open orders of an account."""

    account: str
    orders: list[OrderAnswer]


class BlockedAnswer(TypedDict):
    """An account whose orders wait."""

    account: str
    block: BlockAnswer


class BlockedPage(TypedDict):
    """Accounts whose orders wait, by number."""

    items: list[BlockedAnswer]
    after: Annotated[
        str | None, Field(description="Ask with it for the next page; null at the end.")
    ]


class RulesAnswer(TypedDict):
    """The creditor's rules, as they are sent."""

    limit_is: str
    covers: str
    block: dict[str, Any]
    terms: dict[str, Any] | None


def credit(seen: Seen) -> CreditAnswer:
    """Render what is known of an account's credit."""
    account, sheet = seen.account, seen.sheet
    terms = effective_terms(account.terms, sheet)
    exemption = sheet.exemption
    return {
        "account": account.number,
        "name": account.name,
        "lines": [_line(one, seen) for one in seen.lines],
        "whole": seen.facts.is_whole,
        "blocked": sheet.is_blocked,
        "block": block(sheet),
        "release": {
            "by": exemption.by,
            "reason": exemption.reason,
            "until": exemption.until.isoformat() if exemption.until else None,
        }
        if exemption
        else None,
        "terms": {
            "net_days": terms.net_days,
            "text": terms.text,
            "shortened": terms.is_shortened,
            "prepayment": terms.is_prepayment,
            "agreed_net_days": account.terms.net_days if account.terms else None,
            "rule": _shorter(sheet.terms) if sheet.terms else None,
        },
        "proposals": [proposal(one) for one in sheet.proposals],
        "version": sheet.version,
    }


def _line(line: CreditLine, seen: Seen) -> CreditLineAnswer:
    def amount(minor: int) -> str:
        return format_amount(minor, line.currency)

    def maybe(minor: int | None) -> str | None:
        return None if minor is None else amount(minor)

    cover = seen.limits.cover(line.currency, seen.today)
    until = cover.valid_until if cover else None
    found = line.exposure
    return {
        "currency": line.currency,
        "limit": maybe(line.limit_minor),
        "own_limit": maybe(line.own_minor),
        "insured": maybe(line.insured_minor),
        "insurer": cover.insurer if cover else None,
        "insured_until": until.isoformat() if until else None,
        "exposure": amount(found.minor),
        "open": amount(found.open_minor),
        "overdue": amount(found.overdue_minor),
        "orders": amount(found.orders_minor),
        "credit": amount(found.credit_minor),
        "headroom": maybe(line.headroom_minor),
        "exceeded": line.currency in seen.sheet.over,
    }


def block(sheet: CreditSheet) -> BlockAnswer | None:
    """Render why orders wait, None where they do not."""
    found: OrderBlock | None = sheet.block
    if found is None:
        return None
    manual = sheet.manual
    return {
        "id": found.id,
        "since": iso_instant(found.since),
        "by": found.by,
        "reasons": [{"kind": one.kind, "facts": dict(one.facts)} for one in found.reasons],
        "reason": manual.reason if manual else "",
        "until": manual.until.isoformat() if manual and manual.until else None,
    }


def _shorter(found: ShorterTerms) -> ShorterTermsAnswer:
    return {
        "net_days": found.net_days,
        "prepayment": found.is_prepayment,
        "reasons": list(found.reasons),
        "state": found.state,
        "since": iso_instant(found.since),
        "by": found.by,
    }


def proposal(found: Proposal) -> ProposalAnswer:
    """Render a proposal."""
    return {
        "id": found.id,
        "currency": found.currency,
        "amount": format_amount(found.amount_minor, found.currency),
        "at": iso_instant(found.at),
        "by": found.by,
        "inputs": dict(found.inputs),
    }


def orders(account: str, found: Iterable[OpenOrder]) -> OrdersAnswer:
    """Render the open orders of an account."""
    return {
        "account": account,
        "orders": [
            {
                "id": one.id,
                "amount": format_amount(one.amount_minor, one.currency),
                "currency": one.currency,
                "told_at": iso_instant(one.told_at),
            }
            for one in found
        ],
    }
