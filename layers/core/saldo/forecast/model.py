"""What a payment forecast is made from, and what it says."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

LEVELS: Final = tuple(step / 40 for step in range(1, 40))
"""The quantiles that a distribution is kept by: 2.5 % to 97.5 %."""

LATE_DAYS: Final = 30
"""An invoice paid more than so many days beyond terms is "30 days late"."""

_DAYS_MOST: Final = 36_500

Group = Literal["history", "trend", "overdue", "terms", "amount", "calendar"]
"""What a reason is about: how the account paid so far, how that changed lately, what it owes beyond
terms now, the terms, the amount, and the days of week and month that it falls on."""


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice as the forecast sees it. `settled_on` None: it stands open."""

    account: str
    number: str
    issued_on: date
    due_on: date
    currency: str
    amount_minor: int
    settled_on: date | None = None

    @property
    def terms_days(self) -> int:
        """The days from issue to due date."""
        return (self.due_on - self.issued_on).days

    def settled_by(self, day: date) -> bool:
        """Whether the bill was settled, as somebody knew it in the evening of `day`."""
        return self.settled_on is not None and self.settled_on <= day


@dataclass(frozen=True, slots=True)
class Reason:
    """How many days a group of facts moves the payment, against the creditor's usual invoice."""

    group: Group
    days: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a bill will be paid.

    `delays` are days beyond terms at `LEVELS`, rising; `reasons` three at most, the strongest
    first. So many days beyond terms (below zero before the due date) were `waited` in vain already.
    """

    due_on: date
    waited: int
    delays: tuple[float, ...]
    reasons: tuple[Reason, ...] = ()

    def delay_at(self, level: float) -> float:
        """Return the days beyond terms within which the bill is paid with chance `level`."""
        place = min(max(level * 40 - 1, 0.0), len(LEVELS) - 1.0)
        below = min(int(place), len(LEVELS) - 2)
        low, high = self.delays[below], self.delays[below + 1]
        return low + (high - low) * (place - below)

    def paid_on(self, level: float) -> date:
        """Return the day by which the bill is paid with chance `level`; in a century at most."""
        days = min(round(self.delay_at(level)), _DAYS_MOST)
        return self.due_on + timedelta(days=days)

    def paid_within(self, delay_days: float) -> float:
        """Return the chance, 0 to 1, that the bill is paid so many days beyond terms or sooner.

        Whole days are meant: what is paid on the day itself counts.
        """
        if delay_days <= self.waited:
            return 0.0
        return share_within(self.delays, delay_days + 0.5, self.waited + 0.5)

    def paid_by(self, day: date) -> float:
        """Return the chance, 0 to 1, that the bill is paid by the evening of `day`."""
        return self.paid_within((day - self.due_on).days)

    @property
    def late(self) -> float:
        """The chance that it is paid after its due date."""
        return 1 - self.paid_within(0)

    @property
    def very_late(self) -> float:
        """The chance that it is paid more than `LATE_DAYS` days beyond terms."""
        return 1 - self.paid_within(LATE_DAYS)


def share_within(delays: Sequence[float], at: float, least: float = float("-inf")) -> float:
    """Return the chance of a delay of `at` days at most, by its quantiles at LEVELS.

    Nothing lies below `least`. Beyond the outermost quantiles what is left falls off at the pace of
    the outermost quarter: below evenly, above ever more slowly, as old debts are paid.
    """
    first, last = delays[0], delays[-1]
    if at < first:
        reach = max(1e-6, min(max(1.0, delays[9] - first), first - least))
        return LEVELS[0] * max(0.0, 1 - (first - at) / reach)
    if at >= last:
        reach = max(1.0, last - delays[29])
        return 1 - (1 - LEVELS[-1]) * reach / (reach + at - last)
    above = bisect_right(delays, at)
    low, high = delays[above - 1], delays[above]
    return LEVELS[above - 1] + (at - low) / (high - low) / 40


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt from a creditor's bills up to `known_on`; made by `train.trained`.

    `own` are days per feature that a bill has by itself (a constant and `features.OWN_NAMES`):
    what is expected where the account is not known. `drawn` says by how many bills' weight an
    account's mean is drawn to that: what accounts' own bills differ by, against what accounts
    differ by among themselves (both as variances). `account_spread` is the usual spread within an
    account, in days. `amounts` says, by currency, what the usual amount is (mean of the logarithm
    of the minor units).

    `weights` are days per feature of the whole (a constant and `features.NAMES`), `usual` the
    features of the usual bill, `spread` the logarithm of the spread as a linear function of
    `features.SPREAD_NAMES`, `shapes` the quantiles at `LEVELS` of what remains, in spreads: for
    accounts of which something is known, and for new ones.
    """

    version: int
    known_on: date
    bills: int
    own: Sequence[float]
    amounts: Mapping[str, float]
    drawn: float
    account_spread: float
    weights: Sequence[float]
    usual: Sequence[float]
    spread: Sequence[float]
    shapes: Sequence[Sequence[float]]


VERSION: Final = 2
"""Rises when features change their meaning: a model of another version is not to be used."""
