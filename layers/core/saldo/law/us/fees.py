"""What may be charged in the United States beside the claim: what the contract says.

There is no statutory default interest for all states here; 12 CFR 1006.22(b) lets collectors take
only amounts that the agreement expressly authorizes or the law permits, a prudent default for
creditors' own reminders.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from saldo.law.checks import amount_missing, clause_missing, default_missing
from saldo.law.costs import Costs
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

_LAW: Final = "12 CFR 1006.22(b)"
_CONTRACT: Final = MissingFact(
    "contract-clause",
    "The United States have no statutory default interest or collection costs here: only what the "
    "contract says may be charged.",
)

_STATES: Final = MissingFact(
    "state-law", "Each state caps what a returned payment may cost, and no table here has the caps."
)


def scheme(debtor: DebtorKind) -> Scheme | MissingFact:  # noqa: ARG001 - the same for both
    """Return that a contract's clause is missing: there is no table of rates."""
    return _CONTRACT


def collection_costs(debtor: DebtorKind) -> Costs | MissingFact:  # noqa: ARG001 - the same for both
    """Return that a contract's clause is missing."""
    return _CONTRACT


def default_began(
    facts: DefaultFacts,
    debtor: DebtorKind,  # noqa: ARG001 - one signature for every country
    calendar: BusinessDays,  # noqa: ARG001
) -> DefaultBegan | MissingFact:
    """Return the day after the agreed last day for payment, or that no day was agreed."""
    if facts.agreed_day is None:
        return MissingFact("agreed-day", "No agreed last day for payment is evidenced.")
    return DefaultBegan(
        facts.agreed_day + timedelta(days=1),
        "agreed-day",
        f"payment was agreed for {facts.agreed_day} and did not come",
        "the contract",
    )


def fee_allowed(
    kind: FeeKind,
    debtor: DebtorKind,  # noqa: ARG001 - one signature for every country
    evidence: Evidence,
) -> Allowed | MissingFact:
    """Say whether a charge is evidenced: default, and a clause of the contract made before.

    What a returned payment may cost is capped by each state for itself: refused, with or without a
    clause, as long as no table here has the caps.
    """
    if kind == "return-cost":
        return _STATES
    missing = default_missing(evidence, _LAW) or clause_missing(evidence, kind, _LAW)
    if kind != "interest":
        missing = missing or amount_missing(evidence)
    return missing or Allowed("The contract provides for it, and default has begun.", _LAW)
