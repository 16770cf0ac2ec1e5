"""What may be charged in Germany beside the claim: §§280, 286, 288 BGB."""

from __future__ import annotations

from datetime import date
from typing import Final

from saldo.law.checks import (
    charged_before,
    default_missing,
    flat_sum_wrong,
    real_cost_missing,
    returned_missing,
)
from saldo.law.costs import Costs, flat_sum, nothing
from saldo.law.facts import Allowed, DebtorKind, Evidence, FeeKind, MissingFact

_FLAT_LAW: Final = "§288 (5) BGB"
_COST_LAW: Final = "§§280, 286 BGB"
_RETURN_LAW: Final = "§§280 (1), 241 (1) BGB"


def collection_costs(debtor: DebtorKind, arose_on: date | None) -> Costs:
    """Return what the law itself gives: EUR 40 from a business, nothing from a consumer.

    §288 (5) BGB, for contracts made after 28 July 2014 (Art. 229 §34 EGBGB); a contract without a
    known day counts as made after it.
    """
    return nothing(_FLAT_LAW) if debtor == "consumer" else flat_sum("de", arose_on)


def fee_allowed(kind: FeeKind, debtor: DebtorKind, evidence: Evidence) -> Allowed | MissingFact:
    """Say whether a charge is evidenced.

    All but the cost of a return needs default, and the notice that creates it carries no fee
    (§§280 (2), 286 BGB).
    EUR 40 only from a debtor who is no consumer, set off against damages for costs (§288 (5) BGB).
    A fee for a notice and the cost of collecting only as far as they really arose: material and
    postage, no staff (https://www.ra-herrle.de/mahnkosten/, secondary). Interest from the first
    day of default (§288 BGB). Of a returned debit at most what the bank took, as damages.
    """
    if kind == "return-cost":
        return _return_cost(evidence)
    law = {"interest": "§288 BGB", "flat-sum": _FLAT_LAW}.get(kind, _COST_LAW)
    missing = default_missing(evidence, law)
    if missing:
        return missing
    began = evidence.default
    assert began is not None, "default_missing lets nothing pass without"
    if kind == "interest":
        return Allowed(f"In default since {began.on}: {began.because}.", law)
    if kind == "flat-sum":
        return _flat_sum_missing(debtor, evidence) or Allowed(
            f"A business, in default since {began.on}.", law
        )
    set_off = flat_sum("de", None).total_minor if "flat-sum" in evidence.charged else 0
    missing = real_cost_missing(evidence, law, set_off)
    return missing or Allowed(f"Real cost after default began on {began.on}.", law)


def _flat_sum_missing(debtor: DebtorKind, evidence: Evidence) -> MissingFact | None:
    """Return what the flat sum lacks. It and damages for the same costs are set off (§288 (5))."""
    if debtor == "consumer":
        return MissingFact("business-debtor", f"A consumer never owes the flat sum ({_FLAT_LAW}).")
    if evidence.arose_on is None:
        return MissingFact("arose-on", f"When the contract was made is not known ({_FLAT_LAW}).")
    due = flat_sum("de", evidence.arose_on)
    if not due.total_minor:
        return MissingFact("arose-too-early", f"The contract is older than the rule ({due.law}).")
    if {"reminder-fee", "collection-costs"} & evidence.charged:
        return MissingFact(
            "charged-already", f"Costs were charged on this claim, and are set off ({_FLAT_LAW})."
        )
    return charged_before(evidence, "flat-sum", _FLAT_LAW) or flat_sum_wrong(
        evidence, due.total_minor, _FLAT_LAW
    )


def _return_cost(evidence: Evidence) -> Allowed | MissingFact:
    """Judge what a returned debit cost: damages of whoever had agreed to it, without default.

    BGH 17.9.2009 Xa ZR 40/08 (the debtor sees that an agreed debit is honoured; a flat sum above
    the damage, with staff in it, is void: §309 no. 5 BGB), BGH 8.3.2005 XI ZR 154/04 (the creditor
    may claim what the return cost). So the bank's own charge, no flat sum, from anybody.
    """
    missing = returned_missing(evidence, _RETURN_LAW)
    missing = missing or real_cost_missing(evidence, _RETURN_LAW)
    return missing or Allowed("An agreed debit came back; the bank took so much.", _RETURN_LAW)
