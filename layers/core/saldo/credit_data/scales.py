"""Agencies' scales, and what a score on each comes to from 0 to 100, 100 the safest. Pure.

A scale that is not here is kept as it was told and has no points: agencies count in different
directions, and a guess would turn the best debtor into the worst. Another scale is a line here, or
"LOW-HIGH" said with the score: points then lie evenly between, LOW being the riskiest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

LETTERS: Final = "A-E"
"""Five classes, A the safest: 92, 77, 62, 47 and 20 points, each in the class of the same letter
(`score.BOUNDS`)."""

CREDITSAFE: Final = "creditsafe-common"
"""Creditsafe's rating that all countries share (`commonValue`): A the safest to D, and E for
companies that are not rated, which therefore has no points."""

CREDITREFORM: Final = "creditreform-index"
"""Creditreform's index of solvency: 100 the safest, 600 insolvent. What is told as 0 is no score.
Evenly from 100 (100 points) to 600 (none)."""

_LETTERS: Final[Mapping[str, Mapping[str, int | None]]] = {
    LETTERS: {"A": 92, "B": 77, "C": 62, "D": 47, "E": 20},
    CREDITSAFE: {"A": 92, "B": 77, "C": 62, "D": 47, "E": None},
}
_SPANS: Final[Mapping[str, tuple[float, float]]] = {CREDITREFORM: (600, 100)}
_SAID: Final = re.compile(r"(-?\d{1,6}(?:\.\d{1,2})?)-(-?\d{1,6}(?:\.\d{1,2})?)", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,6}(?:\.\d{1,4})?", re.ASCII)


def points_of(value: str, scale: str) -> int | None:
    """Return a score's points, 0 to 100, or None where scale or value is not known.

    `scale` is a name here, or "LOW-HIGH": "0-100" for scores that rise with safety, "600-100" for
    those that fall.
    """
    letters = _LETTERS.get(scale)
    if letters is not None:
        return letters.get(value.strip().upper())
    span = _SPANS.get(scale) or _span(scale)
    if span is None or not _NUMBER.fullmatch(value.strip()):
        return None
    riskiest, safest = span
    share = (float(value) - riskiest) / (safest - riskiest)
    return round(100 * share) if 0 <= share <= 1 else None


def _span(scale: str) -> tuple[float, float] | None:
    match = _SAID.fullmatch(scale)
    if match is None or float(match[1]) == float(match[2]):
        return None
    return float(match[1]), float(match[2])
