"""The score from our own books, for every account, small ones too: 0 (worst) to 100. Pure.

Points of risk are added up from four parts, each shown with what it came from:

    habit       25   mean days beyond terms, 60 or more in full
    chance      25   chance that an invoice is paid more than 30 days late, by mean and spread
    overdue     40   days the longest overdue invoice is late: 25 for 30 days, all for 90
    agreements  10   5 for each promise or plan that was not kept, in a year

The score is 100 less these. An account with few paid invoices is drawn to what the creditor's
accounts do together (`risk.behaviour.shrunk`): new ones get the usual, not the best. How old the
relation is and how many disputes are open is shown and not counted: age made the score worse on
one of two ledgers, and a dispute is about what was delivered. docs/credit-data.md has the figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from saldo.risk.behaviour import DaysBeyondTerms, Pattern, share_within, shrunk

PartName = Literal["habit", "chance", "overdue", "agreements"]
RiskClass = Literal["A", "B", "C", "D", "E"]
CLASSES: Final[tuple[RiskClass, ...]] = ("A", "B", "C", "D", "E")

BOUNDS: Final = (85, 70, 55, 40)
"""From so many points on an account is in class A, B, C and D; below the last one in E."""

LATE_DAYS: Final = 30
_HABIT_MOST, _CHANCE_MOST, _OVERDUE_MOST, _AGREEMENTS_MOST = 25, 25, 40, 10
_HABIT_FULL_DAYS: Final = 60
_OVERDUE_STEPS: Final = ((0, 0), (30, 25), (90, 40))
"""Days overdue and the points that they are worth; between them evenly."""

_BROKEN_POINTS: Final = 5


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """What the books say of an account. `overdue_days` is the longest among what is open now, 0
    where nothing is; `broken` counts promises and plans that did not hold in a year.
    """

    paid: DaysBeyondTerms
    overdue_days: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One part: points of risk out of `most`, and the figure that they come from."""

    name: PartName
    risk: int
    most: int
    figure: int


@dataclass(frozen=True, slots=True)
class OwnScore:
    """The score with its parts. `known` is how many paid invoices it rests on."""

    points: int
    parts: tuple[ScorePart, ...]
    known: int

    @property
    def risk_class(self) -> RiskClass:
        return class_of(self.points)


def own_score(facts: OwnFacts, everybody: Pattern) -> OwnScore:
    """Return the score of an account, drawn to its creditor's pattern where it is little known."""
    parts = parts_of(facts, everybody)
    points = 100 - round(sum(risk for _, risk, _, _ in parts))
    return OwnScore(
        points,
        tuple(ScorePart(name, round(risk), most, figure) for name, risk, most, figure in parts),
        facts.paid.count,
    )


def risk_of(facts: OwnFacts, everybody: Pattern) -> float:
    """Return the points of risk, not rounded: what a ranking of accounts goes by."""
    return sum(risk for _, risk, _, _ in parts_of(facts, everybody))


def parts_of(facts: OwnFacts, everybody: Pattern) -> tuple[tuple[PartName, float, int, int], ...]:
    """Return each part's name, points of risk, most points, and figure (days, per cent, count)."""
    pattern = shrunk(facts.paid, everybody)
    late = 1 - share_within(pattern, LATE_DAYS)
    habit = _within(pattern.mean / _HABIT_FULL_DAYS)
    broken = min(_AGREEMENTS_MOST, _BROKEN_POINTS * facts.broken)
    return (
        ("habit", _HABIT_MOST * habit, _HABIT_MOST, round(pattern.mean)),
        ("chance", _CHANCE_MOST * late, _CHANCE_MOST, round(100 * late)),
        ("overdue", _overdue(facts.overdue_days), _OVERDUE_MOST, max(0, facts.overdue_days)),
        ("agreements", float(broken), _AGREEMENTS_MOST, facts.broken),
    )


def class_of(points: int) -> RiskClass:
    """Return the class of a score, own or an agency's on our scale."""
    return CLASSES[sum(points < bound for bound in BOUNDS)]


def worse(one: RiskClass, other: RiskClass) -> RiskClass:
    return max(one, other)


def _overdue(days: int) -> float:
    for (start, low), (end, high) in pairwise(_OVERDUE_STEPS):
        if days < end:
            return low + (high - low) * max(0, days - start) / (end - start)
    return float(_OVERDUE_MOST)


def _within(share: float) -> float:
    return max(0.0, min(1.0, share))
