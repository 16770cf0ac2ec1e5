"""How much wider or narrower bands must be, by how often they were missed so far. Pure.

For each week that is over: how far from the middle what came lies, in halves of the band (1: just
on its end). Four of five such distances should be within 1. The distance that four of five were
within is therefore by how much the band is stretched, after some weeks as if drawn from a normal
distribution were added, which hold the stretch near 1 until there is something to learn from.
The first week and the later ones learn apart: what is due already is easier to tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

LEARNT_WEEKS: Final = 26
LEARNT_LEADS: Final = 4
"""So many weeks that are over are learnt from, as forecast up to so many weeks ahead."""

NEAR_DAYS: Final = 7
WEIGHT: Final = 13
LEAST, MOST = 0.5, 3.0
_SHARE: Final = 0.8
_EIGHTY: Final = NormalDist().inv_cdf(0.5 + _SHARE / 2)


@dataclass(frozen=True, slots=True)
class Stretch:
    """By how much bands are stretched about their middle, in thousandths: of the first week, and of
    what comes later.
    """

    near: int = 1000
    far: int = 1000

    def of(self, last_day: int) -> float:
        """Return the factor for what ends on a day of the horizon."""
        return (self.near if last_day <= NEAR_DAYS else self.far) / 1000


NONE: Final = Stretch()


@dataclass(frozen=True, slots=True)
class Ended:
    """A band as it was drawn for a week that is over, and what came."""

    lead: int
    low: float
    middle: float
    high: float
    came: float


def stretch_of(weeks: Iterable[Ended]) -> Stretch:
    """Return what weeks that are over teach."""
    near: list[float] = []
    far: list[float] = []
    for week in weeks:
        (near if week.lead == 1 else far).append(_distance(week))
    return Stretch(_factor(near), _factor(far))


def _distance(week: Ended) -> float:
    is_above = week.came >= week.middle
    half = week.high - week.middle if is_above else week.middle - week.low
    return abs(week.came - week.middle) / max(half, 1.0)


def _factor(distances: Sequence[float]) -> int:
    normal = NormalDist()
    assumed = [
        normal.inv_cdf(0.5 + (place + 0.5) / WEIGHT / 2) / _EIGHTY for place in range(WEIGHT)
    ]
    ordered = sorted([*distances, *assumed])
    found = ordered[min(int(_SHARE * len(ordered)), len(ordered) - 1)] if distances else 1.0
    return round(1000 * min(max(found, LEAST), MOST))


def stretched(low: float, middle: float, high: float, factor: float) -> tuple[float, float]:
    """Return the ends of a band, stretched about its middle; none falls below nothing by that."""
    least = min(0.0, low)
    return max(least, middle - factor * (middle - low)), middle + factor * (high - middle)
