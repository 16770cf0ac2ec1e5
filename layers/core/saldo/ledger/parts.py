"""What an open item is made of, and what money pays first. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from saldo.ledger.model import Part, Posting

Order = Literal["costs-interest-principal", "principal-interest-costs"]
"""§367 BGB and art. 6:44 BW: costs, then interest, then principal, unless agreed otherwise."""

ORDERS: Mapping[Order, tuple[Part, ...]] = {
    "costs-interest-principal": ("costs", "interest", "principal"),
    "principal-interest-costs": ("principal", "interest", "costs"),
}


@dataclass(frozen=True, slots=True)
class Parts:
    """Minor units of an open item by what they are owed for."""

    principal: int = 0
    costs: int = 0
    interest: int = 0

    @property
    def total(self) -> int:
        return self.principal + self.costs + self.interest

    def of(self, part: Part) -> int:
        """Return one part."""
        return int(getattr(self, part))


def take(parts: Parts, amount_minor: int, order: Order) -> Parts:
    """Return what `amount_minor` pays of `parts` in the given order; the amount must fit."""
    assert 0 <= amount_minor <= parts.total, "more is taken than stands open"
    left, taken = amount_minor, dict.fromkeys(ORDERS[order], 0)
    for part in ORDERS[order]:
        taken[part] = min(left, parts.of(part))
        left -= taken[part]
    return Parts(**taken)


def receivable_lines(invoice: str, parts: Parts, sign: Literal[1, -1]) -> tuple[Posting, ...]:
    """Return the lines that raise (1) or lower (-1) what is owed on an invoice."""
    return tuple(
        Posting("receivable", sign * parts.of(part), invoice, part)
        for part in ORDERS["principal-interest-costs"]
        if parts.of(part)
    )
