"""What collecting may cost the debtor: a flat sum or a scale, in euro cents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from saldo.law.data import read


@dataclass(frozen=True, slots=True)
class CostLine:
    """One step of the sum: what it is reckoned on, at what rate (None: a flat sum)."""

    what: str
    base_minor: int
    per_mille: int | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Costs:
    """Collection costs in euro cents: the costs, VAT on them if it is added, and both together."""

    lines: tuple[CostLine, ...]
    costs_minor: int
    vat_minor: int
    law: str

    @property
    def total_minor(self) -> int:
        """What the debtor owes."""
        return self.costs_minor + self.vat_minor


def flat_sum(country: str, arose_on: date | None) -> Costs:
    """Return the flat sum of a country's file; nothing for a contract made before it was law."""
    data = read(country, "flat_sum")
    law = str(data["law"])
    if arose_on is not None and arose_on <= date.fromisoformat(data["arose_after"]):
        return Costs((), 0, 0, law)
    minor = int(data["euros"]) * 100
    return Costs((CostLine("flat sum", 0, None, minor),), minor, 0, law)


def nothing(law: str) -> Costs:
    """Return that the debtor owes no costs, by that law."""
    return Costs((), 0, 0, law)
