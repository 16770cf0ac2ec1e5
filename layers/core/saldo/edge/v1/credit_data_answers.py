"""What the API says about credit data and risk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from saldo.clock import iso_instant
from saldo.credit_data.files import RowOutcome
from saldo.credit_data.identity import CompanyIds, CompanyLink, LinkState, MatchedBy, Wanted
from saldo.credit_data.report import (
    CompanyState,
    CoverDecision,
    CreditReport,
    Insolvency,
    InsolvencyKind,
)
from saldo.credit_data.report import Cover as KeptCover
from saldo.credit_data.rules import CreditDataRules, RequestsMade
from saldo.credit_data.score import PartName, RiskClass
from saldo.credit_data.sheet import Decided, RiskSheet, RiskSums
from saldo.edge.v1.answers import _Amount, _Instant
from saldo.money import Money, format_amount

_Points = Annotated[int | None, Field(description="0 to 100, 100 the safest; null: not known.")]
_Day = Annotated[str, Field(description="A day.", examples=["2026-11-20"])]


class MoneyAnswer(TypedDict):
    """An amount of one currency."""

    amount: _Amount
    currency: str


class ScoreAnswer(TypedDict):
    """An agency's score, as it was told."""

    value: str
    scale: Annotated[str, Field(description="What it is counted on: see credit-data.md.")]
    meaning: str
    points: _Points


class CoverAnswer(TypedDict):
    """What an insurer covers."""

    amount: _Amount
    currency: str
    decision: CoverDecision
    valid_until: str | None


class InsolvencyAnswer(TypedDict):
    """A notice of insolvency."""

    kind: InsolvencyKind
    on: _Day
    court: str
    number: str


class CreditReportAnswer(TypedDict):
    """What a source says about an account."""

    account: str
    source: str
    as_of: _Day
    fetched_at: _Instant
    reference: str
    company: Annotated[str, Field(description="The source's own id of the company.")]
    score: ScoreAnswer | None
    limit: Annotated[MoneyAnswer | None, Field(description="Recommended by the source.")]
    cover: CoverAnswer | None
    insolvency: InsolvencyAnswer | None
    state: CompanyState | None
    by: str


class ScorePartAnswer(TypedDict):
    """A part of our own score."""

    name: PartName
    risk: Annotated[int, Field(description="Points taken off.")]
    most: int
    figure: Annotated[int, Field(description="Days, per cent, or how many.")]


class OutsideAnswer(TypedDict):
    """A source's score beside ours."""

    source: str
    value: str
    scale: str
    points: _Points
    as_of: _Day


class RiskAnswer(TypedDict):
    """The risk of one account."""

    account: str
    name: str
    risk_class: RiskClass
    decided: Annotated[
        Decided,
        Field(description="What the class rests on: `outside`, a source that is worse than ours."),
    ]
    points: Annotated[int, Field(description="Our own score, 0 to 100.")]
    known: Annotated[int, Field(description="Paid invoices that it rests on.")]
    trend: Annotated[int | None, Field(description="Points against three months ago.")]
    parts: list[ScorePartAnswer]
    outside: list[OutsideAnswer]
    open: Annotated[list[MoneyAnswer], Field(description="One sum a currency.")]
    overdue: list[MoneyAnswer]
    overdue_days: int
    limit: MoneyAnswer | None
    covers: Annotated[list[CoverAnswer], Field(description="Those that hold today.")]
    insolvency: InsolvencyAnswer | None
    state: CompanyState | None


class RiskSumsAnswer(TypedDict):
    """All accounts, as of the night before."""

    on: _Day
    counts: Annotated[dict[str, int], Field(description="Accounts by class.")]
    insolvent: int
    with_outside: Annotated[int, Field(description="Accounts of which a source says a score.")]


class RiskListAnswer(TypedDict):
    """A page of accounts, the riskiest first."""

    items: list[RiskAnswer]
    cursor: Annotated[str | None, Field(description="Of the next page; null after the last.")]
    sums: RiskSumsAnswer | None


class AccountRiskAnswer(TypedDict):
    """Everything about the credit of one account."""

    risk: Annotated[RiskAnswer | None, Field(description="Null before the first look.")]
    reports: list[CreditReportAnswer]


class ReportTaken(TypedDict):
    """What became of one report."""

    account: str
    status: Annotated[
        RowOutcome,
        Field(description="`older`: a later one is known; `refused`: see `code` and `text`."),
    ]
    line: Annotated[int, Field(description="In the file, or the place in the list, from 1.")]
    code: str
    text: str


class ReportsTakenAnswer(TypedDict):
    """What became of reports."""

    counts: Annotated[dict[str, int], Field(description="By status.")]
    unknown_accounts: list[str]
    results: list[ReportTaken]


class CandidateAnswer(TypedDict):
    """A company that a provider proposes."""

    id: str
    name: str
    country: str
    city: str
    register_number: str
    state: str
    matched_by: Annotated[list[MatchedBy], Field(description="What speaks for it.")]


class CompanyAnswer(TypedDict):
    """Which company an account is."""

    account: str
    vat: str
    register_number: str
    registry: str
    duns: str
    provider: str
    state: Annotated[LinkState | None, Field(description="Null: nobody looked yet.")]
    company: Annotated[str, Field(description="The provider's id, once a person agreed.")]
    name: str
    wanted: Annotated[Wanted, Field(description="What is asked in the coming night.")]
    proposals: list[CandidateAnswer]


class CreditDataRulesAnswer(TypedDict):
    """A creditor's rules, and what was asked this month."""

    provider: str
    automatic: bool
    requests_month: int
    refresh_days: int
    hold_on_insolvency: bool
    columns: Annotated[dict[str, Any], Field(description="By source, as they were set.")]
    month: str
    made: Annotated[int, Field(description="Requests of this month.")]
    paused_until: Annotated[str | None, Field(description="Nothing is asked by itself before.")]
    why: Annotated[str, Field(description="The code of the failure that paused it.")]


def money(found: Money | None) -> MoneyAnswer | None:
    """Render an amount."""
    return _money(found) if found is not None else None


def _money(found: Money) -> MoneyAnswer:
    return {"amount": format_amount(found.minor, found.currency), "currency": found.currency}


def _cover(found: KeptCover) -> CoverAnswer:
    return {
        "amount": format_amount(found.amount_minor, found.currency),
        "currency": found.currency,
        "decision": found.decision,
        "valid_until": found.valid_until.isoformat() if found.valid_until else None,
    }


def _insolvency(found: Insolvency | None) -> InsolvencyAnswer | None:
    if found is None:
        return None
    return {
        "kind": found.kind,
        "on": found.on.isoformat(),
        "court": found.court,
        "number": found.number,
    }


def report(found: CreditReport) -> CreditReportAnswer:
    """Render a report."""
    score = found.score
    return {
        "account": found.account,
        "source": found.source,
        "as_of": found.as_of.isoformat(),
        "fetched_at": iso_instant(found.fetched_at),
        "reference": found.reference,
        "company": found.company,
        "score": {
            "value": score.value,
            "scale": score.scale,
            "meaning": score.meaning,
            "points": score.points,
        }
        if score is not None
        else None,
        "limit": money(found.limit),
        "cover": _cover(found.cover) if found.cover is not None else None,
        "insolvency": _insolvency(found.insolvency),
        "state": found.state,
        "by": found.by,
    }


def risk(found: RiskSheet) -> RiskAnswer:
    """Render a sheet."""
    return {
        "account": found.account,
        "name": found.name,
        "risk_class": found.risk_class,
        "decided": found.decided,
        "points": found.points,
        "known": found.known,
        "trend": found.trend,
        "parts": [
            {"name": one.name, "risk": one.risk, "most": one.most, "figure": one.figure}
            for one in found.parts
        ],
        "outside": [
            {
                "source": one.source,
                "value": one.value,
                "scale": one.scale,
                "points": one.points,
                "as_of": one.as_of.isoformat(),
            }
            for one in found.outside
        ],
        "open": [_money(one) for one in found.open],
        "overdue": [_money(one) for one in found.overdue],
        "overdue_days": found.overdue_days,
        "limit": money(found.limit),
        "covers": [_cover(one) for one in found.covers],
        "insolvency": _insolvency(found.insolvency),
        "state": found.state,
    }


def sums(found: RiskSums | None) -> RiskSumsAnswer | None:
    """Render what all accounts come to."""
    if found is None:
        return None
    return {
        "on": found.on.isoformat(),
        "counts": dict(sorted(found.counts.items())),
        "insolvent": found.insolvent,
        "with_outside": found.with_outside,
    }


def company(ids: CompanyIds, link: CompanyLink | None, provider: str) -> CompanyAnswer:
    """Render which company an account is."""
    return {
        "account": ids.account,
        "vat": ids.vat,
        "register_number": ids.register_number,
        "registry": ids.register,
        "duns": ids.duns,
        "provider": provider,
        "state": link.state if link else None,
        "company": link.company if link else "",
        "name": link.name if link else "",
        "wanted": link.wanted if link else "",
        "proposals": [
            {
                "id": one.candidate.id,
                "name": one.candidate.name,
                "country": one.candidate.country,
                "city": one.candidate.city,
                "register_number": one.candidate.register_number,
                "state": one.candidate.state,
                "matched_by": list(one.by),
            }
            for one in (link.proposals if link else ())
        ],
    }


def rules(found: CreditDataRules, made: RequestsMade) -> CreditDataRulesAnswer:
    """Render rules with the month's requests."""
    return {
        "provider": found.provider,
        "automatic": found.automatic,
        "requests_month": found.requests_month,
        "refresh_days": found.refresh_days,
        "hold_on_insolvency": found.hold_on_insolvency,
        "columns": found.columns,
        "month": made.month,
        "made": made.made,
        "paused_until": iso_instant(made.paused_until) if made.paused_until else None,
        "why": made.why,
    }


def counted(results: list[ReportTaken]) -> ReportsTakenAnswer:
    """Return results with their counts, and the numbers that no account has."""
    counts: dict[str, int] = {}
    unknown: Mapping[str, None] = dict.fromkeys(
        one["account"] for one in results if one["status"] == "unknown-account"
    )
    for one in results:
        counts[one["status"]] = counts.get(one["status"], 0) + 1
    return {"counts": counts, "unknown_accounts": list(unknown), "results": results}
