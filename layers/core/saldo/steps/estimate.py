"""What a difference between two groups says, with how sure it is. Pure.

Shares are compared by Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, method
10), from Wilson's interval of each share. Means are compared by Welch's interval, with a spread
that is never less than what one case that was not seen would make of it: twenty that all came alike
do not say that the next one will. All are of 95 %, for one look; whoever looks at ten finds one of
them wrong every other time.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final, Literal

from saldo.reminders.hold_out import WATCHED_DAYS
from saldo.steps.tally import Tally

_Z: Final = NormalDist().inv_cdf(0.975)

CASES_LEAST: Final = 20
"""With fewer in either group nothing is said."""

NEGLIGIBLE_DAYS: Final = 1.0
"""Payment that surely comes less than a day sooner or later is no effect worth a message."""

Verdict = Literal["helps", "harms", "none", "not-known"]
"""helps: payment surely comes sooner; harms: later; none: surely less than a day either way;
not-known: the figures allow for either."""


@dataclass(frozen=True, slots=True)
class Span:
    """A figure and the interval that it lies in."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How much sooner one group was paid than another.

    `days` above zero is sooner; `paid` is the difference of the shares paid within `within` days.
    Both None with fewer than `CASES_LEAST` in either group.
    """

    verdict: Verdict
    count: int
    other: int
    within: int
    days: Span | None = None
    paid: Span | None = None

    @property
    def cases(self) -> int:
        return self.count + self.other


def wilson(hits: int, count: int) -> Span:
    """Return a share with Wilson's interval; `count` is above zero."""
    share, square = hits / count, _Z * _Z
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = _Z * sqrt(share * (1 - share) / count + square / (4 * count**2)) / (1 + square / count)
    return Span(share, max(0.0, middle - reach), min(1.0, middle + reach))


def newcombe(hits: int, count: int, other_hits: int, other: int) -> Span:
    """Return the difference of two shares with Newcombe's interval."""
    one, two = wilson(hits, count), wilson(other_hits, other)
    value = one.value - two.value
    low = value - sqrt((one.value - one.low) ** 2 + (two.high - two.value) ** 2)
    high = value + sqrt((one.high - one.value) ** 2 + (two.value - two.low) ** 2)
    return Span(value, low, high)


def welch(sooner: Tally, later: Tally) -> Span:
    """Return by how many days the first group was paid sooner, with Welch's interval.

    Both have two members at least.
    """
    means, variances = [], []
    for group in (sooner, later):
        mean, spread = group.mean_days, group.spread_days
        assert mean is not None, "a group has members"
        assert spread is not None, "a group has two members"
        means.append(mean)
        variances.append(max(spread**2, _least_variance(group.count)) / group.count)
    value, total = means[1] - means[0], sum(variances)
    freedom = total**2 / sum(
        v**2 / (group.count - 1) for v, group in zip(variances, (sooner, later), strict=True)
    )
    reach = _t(freedom) * sqrt(total)
    return Span(value, value - reach, value + reach)


def _least_variance(count: int) -> float:
    """Return the variance of days of which one in `count` + 2 lies at the other end (Laplace's rule
    of succession): days are counted from 0 to WATCHED_DAYS.
    """
    share = 1 / (count + 2)
    return share * (1 - share) * WATCHED_DAYS**2


def difference(group: Tally, other: Tally, within: int = 7) -> Difference:
    """Return how much sooner `group` was paid than `other`."""
    if min(group.count, other.count) < CASES_LEAST:
        return Difference("not-known", group.count, other.count, within)
    days = welch(group, other)
    paid = newcombe(group.paid_within(within), group.count, other.paid_within(within), other.count)
    return Difference(_verdict(days), group.count, other.count, within, days, paid)


def _verdict(days: Span) -> Verdict:
    if days.low >= -NEGLIGIBLE_DAYS and days.high <= NEGLIGIBLE_DAYS:
        return "none"
    if days.low > 0:
        return "helps"
    return "harms" if days.high < 0 else "not-known"


def _t(freedom: float) -> float:
    """Return the 97.5 % quantile of Student's t, by Cornish and Fisher's series (Abramowitz and
    Stegun, 26.7.5): within 0.01 from 4 degrees of freedom on.
    """
    z, v = _Z, max(freedom, 4.0)
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )
