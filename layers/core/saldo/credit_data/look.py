"""What an account's facts come to on one sheet. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from saldo.accounts.credit_facts import CoverState, CreditFacts
from saldo.accounts.model import Account, Hold
from saldo.collection.facts import Promise
from saldo.collection.model import Plan
from saldo.credit_data.report import CompanyState, CreditReport, Insolvency
from saldo.credit_data.score import OwnFacts, OwnScore, RiskClass, class_of, own_score, worse
from saldo.credit_data.sheet import (
    HISTORY_MONTHS,
    Decided,
    MonthScore,
    OutsideScore,
    RiskSheet,
)
from saldo.invoices.model import OpenItem
from saldo.money import Money
from saldo.risk.behaviour import Pattern

OPEN_ITEMS_MAX: Final = 2000
"""So many open items of an account are summed up; of one with more, the sheet says so."""

YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """What is known of an account, all read consistently: the first OPEN_ITEMS_MAX + 1 items."""

    account: Account
    items: Sequence[OpenItem] = ()
    promises: Sequence[Promise] = ()
    plans: Sequence[Plan] = ()
    holds: Sequence[Hold] = ()
    reports: Sequence[CreditReport] = ()


def sheet_of(facts: RiskFacts, everybody: Pattern, old: RiskSheet | None, today: date) -> RiskSheet:
    """Return the sheet of an account on `today`, following the one that is kept."""
    account, items = facts.account, facts.items[:OPEN_ITEMS_MAX]
    late = [one for one in items if one.due_on < today]
    overdue_days = max(((today - one.due_on).days for one in late), default=0)
    score = own_score(OwnFacts(account.paid, overdue_days, broken(facts, today)), everybody)
    kept = (one for one in facts.reports if today < one.gone_at.date())
    reports = sorted(kept, key=lambda one: one.source)
    outside = tuple(
        OutsideScore(one.source, s.value, s.scale, one.as_of, s.points, s.meaning)
        for one in reports
        if (s := one.score) is not None
    )
    insolvency, state = _insolvency(facts.holds, reports, today), _state(reports)
    risk_class, decided = _decided(score, outside, insolvency, state)
    limit = account.credit_limit
    return RiskSheet(
        account.creditor,
        account.number,
        account.name,
        risk_class,
        decided,
        score.points,
        score.known,
        score.parts,
        outside,
        tuple(one.cover for one in reports if one.cover and one.cover.holds(today)),
        insolvency,
        state,
        _sums(items),
        _sums(late),
        overdue_days,
        Money(limit.amount_minor, limit.currency) if limit else None,
        len(facts.items) > OPEN_ITEMS_MAX,
        _history(old, today, score.points),
        _since(old, items),
        account.paid,
        old.version if old else 0,
    )


def broken(facts: RiskFacts, today: date) -> int:
    """Count the promises and plans of the last year that were not kept."""
    since = today - YEAR
    promises = [one.ended_at for one in facts.promises if one.state in ("broken", "part-kept")]
    plans = [one.ended_at for one in facts.plans if one.state == "missed"]
    return sum(1 for at in (*promises, *plans) if at is not None and at.date() >= since)


def credit_facts(sheet: RiskSheet, reports: Iterable[CreditReport], today: date) -> CreditFacts:
    """Return what segments go by."""
    return CreditFacts(sheet.risk_class, sheet.insolvency is not None, _cover_state(reports, today))


def _cover_state(reports: Iterable[CreditReport], today: date) -> CoverState:
    covers = [one.cover for one in reports if one.cover is not None]
    if any(one.holds(today) for one in covers):
        return "granted"
    if any(one.valid_until is not None and one.valid_until < today for one in covers):
        return "expired"
    return "refused" if covers else "none"


def _sums(items: Iterable[OpenItem]) -> tuple[Money, ...]:
    """Return one sum a currency: they are never added together."""
    found: dict[str, int] = {}
    for one in items:
        found[one.currency] = found.get(one.currency, 0) + one.open_minor
    return tuple(Money(minor, currency) for currency, minor in sorted(found.items()))


def _insolvency(
    holds: Iterable[Hold], reports: Iterable[CreditReport], today: date
) -> Insolvency | None:
    """Return the latest notice; that a person placed a hold for one counts as well."""
    told = [one.insolvency for one in reports if one.insolvency is not None]
    by_hand = [
        Insolvency("other", one.placed_at.date())
        for one in holds
        if one.kind == "insolvency"
        and one.invoice is None
        and one.ended_at is None
        and (one.until is None or today < one.until)
    ]
    return max(told or by_hand, key=lambda one: (one.on, one.kind), default=None)


def _state(reports: Sequence[CreditReport]) -> CompanyState | None:
    """Return what the latest report says that says anything."""
    said = [(one.as_of, one.source, one.state) for one in reports if one.state is not None]
    return max(said)[2] if said else None


def _decided(
    score: OwnScore,
    outside: Sequence[OutsideScore],
    insolvency: Insolvency | None,
    state: CompanyState | None,
) -> tuple[RiskClass, Decided]:
    if insolvency is not None:
        return "E", "insolvency"
    if state == "dissolved":
        return "E", "dissolved"
    own = score.risk_class
    others = max((class_of(one.points) for one in outside if one.points is not None), default=own)
    return (worse(own, others), "outside") if others > own else (own, "own")


def _history(old: RiskSheet | None, today: date, points: int) -> tuple[MonthScore, ...]:
    month = f"{today:%Y-%m}"
    before = [one for one in (old.history if old else ()) if one.month < month]
    return (*before[-(HISTORY_MONTHS - 1) :], MonthScore(month, points))


def _since(old: RiskSheet | None, items: Iterable[OpenItem]) -> date | None:
    known = [one.issued_on for one in items]
    if old is not None and old.since is not None:
        known.append(old.since)
    return min(known, default=None)
