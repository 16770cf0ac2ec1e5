"""The Dutch scale of collection costs.

Besluit vergoeding voor buitengerechtelijke incassokosten, Stb. 2012, 141; in force since July 2012.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from saldo.law.costs import CostLine, Costs
from saldo.law.data import read
from saldo.law.interest import AmountNotPositive, rounded


def collection_costs(principals_minor: Sequence[int], vat_percent: Fraction | None = None) -> Costs:
    """Return the costs by the scale (Stb. 2012, 141) on the sum of the principals, in euro cents.

    15 % of the first 2,500, 10 % of the next 2,500, 5 % of the next 5,000, 1 % of the next 190,000,
    0.5 % above; at least 40, at most 6,775
    (https://zoek.officielebekendmakingen.nl/stb-2012-141.html). Claims on one consumer that are
    ripe for the 14-day letter count as one sum (art. 6:96 (7) BW). `vat_percent` only where the
    creditor cannot deduct VAT: it is added to the costs, the minimum included (art. 2 (3) of the
    decree, https://www.das.nl/ondernemer/kennisbank/archief/wanneer-mag-btw-worden-verrekend-over-de-incassokosten).
    Raises AmountNotPositive.
    """
    if not principals_minor or any(minor <= 0 for minor in principals_minor):
        raise AmountNotPositive("A principal must be more than nothing.")
    data = read("nl", "scale")
    total = sum(principals_minor)
    parts = _parts(total, data["bands"])
    exact = sum((Fraction(base * mille, 1000) for base, mille in parts), Fraction(0))
    costs = min(max(rounded(exact), data["min_minor"]), data["max_minor"])
    vat = rounded(costs * vat_percent / 100) if vat_percent else 0
    lines = [
        CostLine("scale", base, mille, rounded(Fraction(base * mille, 1000)))
        for base, mille in parts
    ]
    bound = costs - rounded(exact)
    if bound:
        lines.append(CostLine("minimum" if bound > 0 else "maximum", 0, None, bound))
    return Costs(tuple(lines), costs, vat, str(data["law"]))


def _parts(total: int, bands: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    """Return how much of the sum falls into each band, with the band's per mille."""
    below = 0
    parts: list[tuple[int, int]] = []
    for band in bands:
        up_to = total if band["up_to_minor"] is None else min(total, band["up_to_minor"])
        if up_to > below:
            parts.append((up_to - below, band["per_mille"]))
            below = up_to
    return parts
