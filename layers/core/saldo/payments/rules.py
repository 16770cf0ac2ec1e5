"""What a settled payment pays. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Split:
    """How much of a payment goes to its invoice, and how much stays customer credit."""

    allocated_minor: int
    credit_minor: int


def split(amount_minor: int, open_minor: int) -> Split:
    """Allocate a payment to its invoice up to what stands open; the rest is credit.

    The payer designated the invoice by paying through its link (§366 BGB, art. 6:43 BW).
    """
    assert amount_minor > 0 and open_minor >= 0
    allocated = min(amount_minor, open_minor)
    return Split(allocated, amount_minor - allocated)
