"""What several countries ask before a fee: default, a contract, real cost, and never twice."""

from __future__ import annotations

from saldo.law.facts import Evidence, FeeKind, MissingFact


def default_missing(evidence: Evidence, law: str) -> MissingFact | None:
    """Return what is missing unless default had begun on the day of the charge.

    The notice that itself creates default carries no fee: default begins on the day after its
    receipt, so on the notice's own day it has not begun.
    """
    default = evidence.default
    if default is None:
        return MissingFact(
            "default-not-begun",
            f"No fact puts the debtor in default, and the notice that would do so carries no fee "
            f"({law}).",
        )
    if evidence.on < default.on:
        return MissingFact(
            "default-not-begun",
            f"Default begins on {default.on} only, and before it nothing may be charged ({law}).",
        )
    return None


def charged_before(evidence: Evidence, kind: FeeKind, law: str) -> MissingFact | None:
    """Return a refusal if this kind was charged on the claim already."""
    if kind in evidence.charged:
        return MissingFact(
            "charged-already", f"It was charged on this claim before, and is due once ({law})."
        )
    return None


def amount_missing(evidence: Evidence) -> MissingFact | None:
    """Return what is missing unless an amount above nothing is to be charged."""
    if evidence.amount_minor is None or evidence.amount_minor <= 0:
        return MissingFact("amount", "The amount to be charged is not known.")
    return None


def flat_sum_wrong(evidence: Evidence, due_minor: int, law: str) -> MissingFact | None:
    """Return a refusal unless exactly the flat sum is charged, in euros."""
    if evidence.currency != "EUR" or evidence.amount_minor != due_minor:
        return MissingFact(
            "flat-sum-amount", f"The flat sum is EUR {due_minor // 100}, nothing else ({law})."
        )
    return None


def real_cost_missing(evidence: Evidence, law: str, set_off_minor: int = 0) -> MissingFact | None:
    """Return what is missing unless the charge is at most what it really cost.

    `set_off_minor` is what was charged already and counts towards the same cost.
    """
    missing = amount_missing(evidence)
    if missing:
        return missing
    if evidence.real_cost_minor is None:
        return MissingFact("real-cost", f"What it really cost is not evidenced ({law}).")
    if (evidence.amount_minor or 0) > evidence.real_cost_minor - set_off_minor:
        return MissingFact(
            "real-cost-exceeded", f"The charge is above what it really cost ({law})."
        )
    return None


def clause_missing(evidence: Evidence, kind: FeeKind, law: str) -> MissingFact | None:
    """Return what is missing unless the contract provides for this kind of charge."""
    if any(c.kind == kind and c.agreed_on <= evidence.on for c in evidence.clauses):
        return None
    return MissingFact(
        "contract-clause", f"No clause of the contract provides for this charge ({law})."
    )


def returned_missing(evidence: Evidence, law: str) -> MissingFact | None:
    """Return what is missing unless a debit came back for a cause that its debtor answers for.

    Whoever agreed to a debit has to see that it is honoured; whether a contradiction was right, a
    person says.
    """
    returned = evidence.returned
    if returned is None or not returned.was_debit:
        return MissingFact("agreed-debit", f"No agreed direct debit came back ({law}).")
    if returned.cause not in ("no-cover", "account-closed"):
        return MissingFact(
            "return-cause", f"That the debtor answers for the return is not evidenced ({law})."
        )
    return None
