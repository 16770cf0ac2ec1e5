"""The interest that has come up on a claim since default, less what was booked before. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from saldo.law.facts import DebtorKind, MissingFact
from saldo.law.interest import PartPayment, Scheme, Segment, accrue, rounded
from saldo.law.packs import interest_scheme
from saldo.law.rates import RateUnknown
from saldo.reminders.evidence import ClaimEvidence, PrincipalChange


@dataclass(frozen=True, slots=True)
class InterestDue:
    """What may be booked now, in minor units, for the days since `first`.

    `percent` is the one rate of these days, None if there are several. `segments` are the
    reckoning from the first day of default, as plain facts.
    """

    minor: int
    booked_minor: int
    first: date
    percent: str | None
    segments: tuple[dict[str, Any], ...]


def interest_since(
    found: ClaimEvidence, began: date, today: date, *, country: str, debtor: DebtorKind
) -> InterestDue | MissingFact:
    """Return the interest up to and with `today` that is not booked yet.

    It is reckoned anew from the first day of default over all that changed the principal, rounded
    once, and what was booked is taken off: however often it is booked, the sum is the same.
    Interest bears interest (NL) only while none of it was paid.
    """
    scheme = interest_scheme(country, debtor, found.invoice.issued_on)
    if isinstance(scheme, MissingFact):
        return scheme
    charged = found.charged
    booked = charged.interest_minor if charged else 0
    if booked > found.invoice.parts.interest:
        scheme = replace(scheme, compounds=False)
    try:
        segments, total = _reckon(found, began, today, scheme)
    except RateUnknown as unknown:
        return MissingFact("rate-unknown", f"{unknown}")
    until = charged.interest_until if charged else None
    first = max(began, until + timedelta(days=1)) if until else began
    rates = {s.rate.percent for s in segments if s.last >= first}
    return InterestDue(
        rounded(total) - booked,
        booked,
        first,
        f"{rates.pop():f}" if len(rates) == 1 else None,
        tuple(_plain(segment) for segment in segments),
    )


def _reckon(
    found: ClaimEvidence, began: date, today: date, scheme: Scheme
) -> tuple[list[Segment], Fraction]:
    segments: list[Segment] = []
    for start, principal, payments in _debts(found, began, today):
        part = accrue(principal, start, today, scheme, payments)
        segments += part.segments
    return segments, sum((s.amount for s in segments), Fraction(0))


def _debts(
    found: ClaimEvidence, began: date, today: date
) -> Iterable[tuple[date, int, list[PartPayment]]]:
    """Yield what bears interest: since when, how much, and what lowered it, oldest debt first.

    A rise of the principal after default (money that went back) bears interest from its own day.
    """
    later = [change for change in found.changes if began < change.on <= today]
    start = found.invoice.parts.principal - sum(change.minor for change in later)
    debts: list[tuple[date, int, list[PartPayment]]] = [(began, start, [])]
    for change in later:
        if change.minor > 0:
            debts.append((change.on, change.minor, []))
        else:
            _lower(debts, change)
    return [debt for debt in debts if debt[1] > 0]


def _lower(debts: list[tuple[date, int, list[PartPayment]]], change: PrincipalChange) -> None:
    left = -change.minor
    for _, principal, payments in debts:
        taken = min(left, principal - sum(p.amount_minor for p in payments))
        if taken > 0:
            payments.append(PartPayment(change.on, taken))
            left -= taken


def _plain(segment: Segment) -> dict[str, Any]:
    rate = segment.rate
    return {
        "first": segment.first.isoformat(),
        "last": segment.last.isoformat(),
        "days": segment.days,
        "principal_minor": rounded(segment.principal),
        "minor_exact": _exact(segment.amount),
        "percent": f"{rate.percent:f}",
        "rate_from": rate.valid_from.isoformat(),
        "rate_source": rate.source,
        "confirmed": rate.confirmed,
    }


def _exact(minor: Fraction) -> str:
    """Return minor units with two decimals, as a reckoning shows a part that is not rounded yet."""
    return f"{Decimal(rounded(minor * 100)).scaleb(-2):f}"
