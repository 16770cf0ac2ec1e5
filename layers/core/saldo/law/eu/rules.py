"""Directive 2011/7/EU on late payment: the least that a business may claim from a business.

https://eur-lex.europa.eu/legal-content/EN/ALL/?uri=LEGISSUM:mi0074. Member States may give more,
and what consumers owe is theirs alone to say: it is refused here for want of the national rule.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from saldo.law.checks import (
    amount_missing,
    charged_before,
    clause_missing,
    default_missing,
    flat_sum_wrong,
    real_cost_missing,
)
from saldo.law.costs import Costs, flat_sum
from saldo.law.data import read
from saldo.law.facts import (
    Allowed,
    BusinessDays,
    DebtorKind,
    DefaultBegan,
    DefaultFacts,
    Evidence,
    FeeKind,
    MissingFact,
)
from saldo.law.interest import Scheme
from saldo.law.rates import named

# fmt: off
EURO_MEMBERS: Final = frozenset((
    "AT", "BE", "CY", "EE", "ES", "FI", "FR", "GR", "HR",
    "IE", "IT", "LT", "LU", "LV", "MT", "PT", "SI", "SK",
))
# fmt: on
"""Members with the euro and without a pack of their own. The others' reference rate is their own
central bank's (art. 2 (7) b), which no table here has; whoever joins the euro is added here."""

_DAY = timedelta(days=1)
_TERM: Final = timedelta(days=30)
_LAW: Final = "art. 3 of Directive 2011/7/EU"
_COST_LAW: Final = "art. 6 of Directive 2011/7/EU"
_NATIONAL: Final = MissingFact(
    "national-law", "What a consumer owes is the country's own law, and no pack has it."
)


def scheme(debtor: DebtorKind) -> Scheme | MissingFact:
    """Return the ECB's reference rate plus eight points, simple interest (art. 2 (6), 3 (3)).

    The rate of 1 January holds for the first half of the year, that of 1 July for the second.
    """
    if debtor == "consumer":
        return _NATIONAL
    points = Decimal(read("eu", "points")["business"])
    return Scheme(named("eu/reference_rate"), points, _LAW)


def collection_costs(debtor: DebtorKind, arose_on: date | None) -> Costs | MissingFact:
    """Return the least compensation among businesses: EUR 40 (art. 6 (1))."""
    return _NATIONAL if debtor == "consumer" else flat_sum("eu", arose_on)


def default_began(
    facts: DefaultFacts,
    debtor: DebtorKind,
    calendar: BusinessDays,  # noqa: ARG001 - one signature for every country
) -> DefaultBegan | MissingFact:
    """Return the first day that bears interest without a reminder, or what is missing.

    The day after the agreed one; without, 30 days after receipt of the invoice, or of what was
    performed if that came later or the invoice's receipt is uncertain (art. 3 (3)).
    """
    if debtor == "consumer":
        return _NATIONAL
    if facts.agreed_day:
        return DefaultBegan(
            facts.agreed_day + _DAY,
            "agreed-day",
            f"payment was agreed for {facts.agreed_day} and did not come",
            _LAW,
        )
    known = [day for day in (facts.invoice_received_on, facts.performance_received_on) if day]
    if not known:
        return MissingFact(
            "agreed-day-or-receipt",
            f"Neither an agreed day for payment nor the invoice's receipt is evidenced ({_LAW}).",
        )
    return DefaultBegan(
        max(known) + _TERM + _DAY, "thirty-days", f"30 days passed after {max(known)}", _LAW
    )


def fee_allowed(kind: FeeKind, debtor: DebtorKind, evidence: Evidence) -> Allowed | MissingFact:
    """Say whether a charge is evidenced: among businesses, from default on.

    Interest; EUR 40 once a claim without a reminder (art. 6 (1), (2)); other reasonable cost as far
    as it is evidenced and above the flat sum (art. 6 (3)). A fee for a reminder, or a return, only
    by contract.
    """
    if debtor == "consumer":
        return _NATIONAL
    if kind == "return-cost":
        lack = amount_missing(evidence) or clause_missing(evidence, kind, _COST_LAW)
        return lack or Allowed("The contract provides for it.", "the contract")
    law = _LAW if kind == "interest" else _COST_LAW
    missing = default_missing(evidence, law)
    if kind == "flat-sum":
        due = flat_sum("eu", evidence.arose_on).total_minor
        missing = (
            missing
            or charged_before(evidence, kind, law)
            or (None if evidence.arose_on else _arose_unknown())
            or flat_sum_wrong(evidence, due, law)
        )
    if kind == "collection-costs":
        set_off = flat_sum("eu", None).total_minor if "flat-sum" in evidence.charged else 0
        missing = missing or real_cost_missing(evidence, law, set_off)
    if kind == "reminder-fee":
        missing = missing or clause_missing(evidence, kind, law)
    if missing:
        return missing
    began = evidence.default
    assert began is not None, "default_missing lets nothing pass without"
    return Allowed(f"In default since {began.on}: {began.because}.", law)


def _arose_unknown() -> MissingFact:
    return MissingFact("arose-on", f"When the contract was made is not known ({_COST_LAW}).")
