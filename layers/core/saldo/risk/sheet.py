"""The payment behaviour of one account as it is kept, and the list of those that stand out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, get_args

from saldo.risk.behaviour import KNOWN_FROM, NOTHING_PAID, DaysBeyondTerms
from saldo.risk.exception import Exceptional, Sign
from saldo.risk.months import MonthPaid, Spell, months_back, spell
from saldo.risk.standing import Standing, Trend, paid_late_of, promises_of

YEAR_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class PromisesSeen:
    """Promises of the months that are kept, by what came of them."""

    kept: int = 0
    part_kept: int = 0
    broken: int = 0
    open: int = 0

    @property
    def decided(self) -> int:
        return self.kept + self.part_kept + self.broken


@dataclass(frozen=True, slots=True)
class DisputesSeen:
    """Disputes of the months that are kept: `upheld` ended with something taken off the invoice."""

    opened: int = 0
    upheld: int = 0
    turned_down: int = 0

    @property
    def share_upheld(self) -> float | None:
        """The share of those decided that were upheld, None where none is decided."""
        decided = self.upheld + self.turned_down
        return self.upheld / decided if decided else None


@dataclass(frozen=True, slots=True)
class BehaviourSheet:
    """How an account pays: sums of the last 24 months, and what they say by the day `as_of`.

    `counted` are the account's own sums (`Account.paid`) that the months come to, with what is
    older than they are: where the account says the same, nothing was paid since. `heard` is the id
    of the last event that was looked at. `change_tenths` is by how many tenths of a day the last
    three months lie above the year before. `signs` speak against calling what is overdue an
    exception.
    """

    creditor: str
    account: str
    months: tuple[MonthPaid, ...] = ()
    counted: DaysBeyondTerms = NOTHING_PAID
    heard: str = ""
    promises: PromisesSeen = PromisesSeen()
    disputes: DisputesSeen = DisputesSeen()
    trend: Trend = "unknown"
    trend_since: date | None = None
    change_tenths: int | None = None
    exception: Exceptional | None = None
    signs: tuple[Sign, ...] = ()
    as_of: date | None = None
    version: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.account)

    def year(self, today: date) -> Spell:
        """Return the sums of the last twelve months, the present one among them."""
        return spell(self.months, months_back(today, YEAR_MONTHS - 1), months_back(today, 0))

    def standing(self, today: date) -> Standing:
        """Return how the account pays in the words that rules ask for."""
        paid = self.year(today).paid
        return Standing(
            self.trend,
            paid_late_of(paid.share_late if paid.count >= KNOWN_FROM else None),
            promises_of(self.promises.kept, self.promises.part_kept + self.promises.broken),
            self.exception is not None,
        )

    def says_the_same(self, other: BehaviourSheet) -> bool:
        """Tell whether two sheets differ in nothing but when they were made."""
        mine, others = (replace(one, as_of=None, heard="", version=0) for one in (self, other))
        return mine == others


StandsOut = Literal["worse", "better", "exception"]
STANDS_OUT: Final[tuple[StandsOut, ...]] = get_args(StandsOut)


@dataclass(frozen=True, slots=True)
class StandingOut:
    """Puts an account on the list of those that stand out: paying later or earlier than before, or
    owing late what is an exception.
    """

    creditor: str
    why: StandsOut
    account: str

    @property
    def key(self) -> tuple[str, ...]:
        return (self.creditor, self.why, self.account)


def stands_out(sheet: BehaviourSheet | None) -> set[StandsOut]:
    """Return the lists that an account stands on."""
    found: set[StandsOut] = set()
    if sheet is None:
        return found
    if sheet.trend == "worse":
        found.add("worse")
    if sheet.trend == "better":
        found.add("better")
    if sheet.exception is not None:
        found.add("exception")
    return found
