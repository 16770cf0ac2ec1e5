"""The risk of an account on one sheet: own score, what others say, what is at stake."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from saldo.credit_data.report import CompanyState, Cover, Insolvency
from saldo.credit_data.score import CLASSES, RiskClass, ScorePart
from saldo.money import Money
from saldo.risk.behaviour import NOTHING_PAID, DaysBeyondTerms

Decided = Literal["own", "outside", "insolvency", "dissolved"]
"""What an account's class rests on: its own score, an agency's that is worse, a notice of
insolvency, or the register's word that the company is no more."""

HISTORY_MONTHS: Final = 12
TREND_MONTHS: Final = 3


@dataclass(frozen=True, slots=True)
class OutsideScore:
    """A source's score beside ours; `points` None where its scale is not known."""

    source: str
    value: str
    scale: str
    as_of: date
    points: int | None = None
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class MonthScore:
    """The own score as it was last in a month ("2026-11")."""

    month: str
    points: int


@dataclass(frozen=True, slots=True)
class RiskSheet:
    """What is known of an account's risk, kept up to date.

    `points` is the own score of 100, `parts` what it is made of. `risk_class` is the worse of the
    own class and the worst that a source has, E on insolvency. `open` and `overdue` have one sum a
    currency. `limit` is the account's own, `covers` each insurer's that holds today. `history` has
    the score month by month, the oldest first. `since` is the oldest issue date seen.
    """

    creditor: str
    account: str
    name: str
    risk_class: RiskClass
    decided: Decided
    points: int
    known: int
    parts: tuple[ScorePart, ...] = ()
    outside: tuple[OutsideScore, ...] = ()
    covers: tuple[Cover, ...] = ()
    insolvency: Insolvency | None = None
    state: CompanyState | None = None
    open: tuple[Money, ...] = ()
    overdue: tuple[Money, ...] = ()
    overdue_days: int = 0
    limit: Money | None = None
    has_more: bool = False
    history: tuple[MonthScore, ...] = ()
    since: date | None = None
    paid: DaysBeyondTerms = NOTHING_PAID
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account)

    @property
    def trend(self) -> int | None:
        """Points now less those of three months ago or the oldest since; None in the first."""
        before = self.history[:-1][-TREND_MONTHS:]
        return self.points - before[0].points if before else None

    @property
    def outside_worst(self) -> OutsideScore | None:
        """The source's score that is worst on our scale."""
        known = [one for one in self.outside if one.points is not None]
        return min(known, key=lambda one: (one.points, one.source), default=None)


@dataclass(frozen=True, slots=True)
class RiskPlace:
    """Where a sheet stands in a list: whoever reads the list reads these, and then its sheets."""

    creditor: str
    section: str
    rank: str
    account: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.section, self.rank, self.account)


@dataclass(frozen=True, slots=True)
class RiskSums:
    """What every account of a creditor comes to, as of the night before.

    `paid` sums how everybody paid: new accounts are drawn to it. `counts` are accounts by class,
    `insolvent` those with a notice, `open` and `overdue` sums by class and currency: keys
    "A EUR". Currencies of what is overdue stand in `currencies`.
    """

    creditor: str
    on: date
    paid: DaysBeyondTerms = NOTHING_PAID
    counts: dict[str, int] = field(default_factory=dict, hash=False)
    open: dict[str, int] = field(default_factory=dict, hash=False)
    overdue: dict[str, int] = field(default_factory=dict, hash=False)
    insolvent: int = 0
    with_outside: int = 0
    made_at: datetime | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor,)

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies in which anything is overdue, the most used first."""
        found: dict[str, int] = {}
        for name in self.overdue:
            found[name.split()[1]] = found.get(name.split()[1], 0) + 1
        return tuple(sorted(found, key=lambda one: (-found[one], one)))


ALL: Final = "all"
INSOLVENT: Final = "insolvent"
FALLING: Final = "falling"
FALLING_POINTS: Final = -10
_RANK_MOST: Final = 10**16


def sections_of(sheet: RiskSheet) -> dict[str, str]:
    """Return in which lists a sheet stands, and its rank in each: the first is the riskiest.

    "all" goes by class and then by score, each class by score, "overdue-EUR" by what is overdue in
    that currency.
    """
    by_score = f"{sheet.points:03d}"
    by_class = f"{len(CLASSES) - 1 - CLASSES.index(sheet.risk_class)}{by_score}"
    found = {ALL: by_class, f"class-{sheet.risk_class}": by_score}
    if sheet.insolvency is not None:
        found[INSOLVENT] = by_score
    if sheet.trend is not None and sheet.trend <= FALLING_POINTS:
        found[FALLING] = by_score
    for money in sheet.overdue:
        found[f"overdue-{money.currency}"] = f"{_RANK_MOST - money.minor:017d}"
    return found


def places_of(sheet: RiskSheet) -> set[RiskPlace]:
    """Return the places of a sheet in every list that it stands in."""
    return {
        RiskPlace(sheet.creditor, section, rank, sheet.account)
        for section, rank in sections_of(sheet).items()
    }
