"""Which country's rules apply: one door to all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Literal

from saldo.errors import Invalid
from saldo.law.costs import Costs
from saldo.law.de import default as de_default
from saldo.law.de import fees as de_fees
from saldo.law.de import interest as de_interest
from saldo.law.eu import rules as eu_rules
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
from saldo.law.nl import default as nl_default
from saldo.law.nl import fees as nl_fees
from saldo.law.nl import interest as nl_interest
from saldo.law.nl import scale as nl_scale
from saldo.law.us import fees as us_fees

PackName = Literal["DE", "NL", "EU", "US"]


class LawUnknown(Invalid):
    """There are no rules for that country."""

    code = "law-unknown"


def pack_of(country: str) -> PackName:
    """Return whose rules hold for a debtor in `country`, two letters; raise LawUnknown.

    A member of the euro without rules of its own falls under the directive's.
    """
    name = "EU" if country in eu_rules.EURO_MEMBERS else country
    match name:
        case "DE" | "NL" | "EU" | "US":
            return name
    raise LawUnknown(f"There are no rules for {country!r}: DE, NL, the euro's members and US.")


def interest_scheme(country: str, debtor: DebtorKind, arose_on: date) -> Scheme | MissingFact:
    """Return which interest a claim bears that arose on a day; raise LawUnknown."""
    match pack_of(country):
        case "DE":
            return de_interest.scheme(debtor, arose_on)
        case "NL":
            return nl_interest.scheme(debtor)
        case "EU":
            return eu_rules.scheme(debtor)
        case "US":
            return us_fees.scheme(debtor)


def collection_costs(
    country: str,
    debtor: DebtorKind,
    principals_minor: Sequence[int],
    *,
    vat_percent: Fraction | None = None,
    arose_on: date | None = None,
) -> Costs | MissingFact:
    """Return what collecting may cost the debtor by law; raise LawUnknown, AmountNotPositive.

    `principals_minor` in euro cents and `vat_percent` matter in the Netherlands alone.
    """
    match pack_of(country):
        case "DE":
            return de_fees.collection_costs(debtor, arose_on)
        case "NL":
            return nl_scale.collection_costs(principals_minor, vat_percent)
        case "EU":
            return eu_rules.collection_costs(debtor, arose_on)
        case "US":
            return us_fees.collection_costs(debtor)


def default_began(
    country: str, debtor: DebtorKind, facts: DefaultFacts, calendar: BusinessDays
) -> DefaultBegan | MissingFact:
    """Return the first day of default and why, or what is missing; raise LawUnknown."""
    match pack_of(country):
        case "DE":
            return de_default.default_began(facts, debtor, calendar)
        case "NL":
            return nl_default.default_began(facts, debtor, calendar)
        case "EU":
            return eu_rules.default_began(facts, debtor, calendar)
        case "US":
            return us_fees.default_began(facts, debtor, calendar)


def fee_allowed(
    kind: FeeKind, country: str, debtor: DebtorKind, evidence: Evidence, calendar: BusinessDays
) -> Allowed | MissingFact:
    """Say whether a fee or an interest line is evidenced, or which fact is missing.

    Never a silent yes: what no fact supports is refused. Raises LawUnknown.
    """
    match pack_of(country):
        case "DE":
            return de_fees.fee_allowed(kind, debtor, evidence)
        case "NL":
            return nl_fees.fee_allowed(kind, debtor, evidence, calendar)
        case "EU":
            return eu_rules.fee_allowed(kind, debtor, evidence)
        case "US":
            return us_fees.fee_allowed(kind, debtor, evidence)
