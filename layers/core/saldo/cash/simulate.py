"""Drawing how the coming days may go. Pure: the same seed draws the same.

Amounts of one account do not come independently: whoever pays late pays everything late. Nor do
accounts: a slow month is slow for most, and a forecast that is too hopeful is so for all of them.
So the luck of an amount is made of three parts, each a normal number: one for everybody (`COMMON`
is its weight), one for the account (`ACCOUNT`), and its own (a Gaussian copula with two factors:
Li, On Default Correlation, Journal of Fixed Income 9(4), 2000). The weights were measured on open
ledgers: docs/cash.md has the figures.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import erf, sqrt
from statistics import NormalDist
from typing import Final

from saldo.cash.paths import DRAWS, HORIZON_DAYS, Paths
from saldo.cash.spread import Edges, at

COMMON: Final = 0.4
ACCOUNT: Final = 0.4
SEED: Final = 7

_HALF: Final = 1 / sqrt(2)

Landing = Sequence[int]
"""The day of the horizon on which what is sent on a day arrives: a banking day. Index 0 is unused;
so many days as are given are looked at."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount that is to come: `edges` are after the forecast's day; it comes late after `due`,
    a day of the horizon (below 1: it is due already). With chance `never` it does not come at all.
    """

    minor: int
    edges: Edges
    due: int
    never: float = 0.0


@dataclass(frozen=True, slots=True)
class Luck:
    """What draws have in common: a normal number for each, and how strongly it counts."""

    common: tuple[float, ...]
    seed: int = SEED
    weight_common: float = COMMON
    weight_account: float = ACCOUNT


def luck(seed: int = SEED, weight_common: float = COMMON, weight_account: float = ACCOUNT) -> Luck:
    """Return the luck of a seed. Its numbers are spread evenly, so that few draws say much."""
    normal = NormalDist()
    numbers = [normal.inv_cdf((place + 0.5) / DRAWS) for place in range(DRAWS)]
    random.Random(seed).shuffle(numbers)
    return Luck(tuple(numbers), seed, weight_common, weight_account)


@dataclass(slots=True)
class Drawn:
    """The paths of an account: what comes by its due day, and what comes later."""

    punctual: Paths
    late: Paths

    @property
    def whole(self) -> Paths:
        """Both together."""
        made = Paths()
        made.add(self.punctual)
        made.add(self.late)
        return made


def draw_into(
    drawn: Drawn,
    account: str,
    amounts: Iterable[Amount],
    luck_: Luck,
    landing: Landing,
    times: float = 1.0,
) -> None:
    """Draw how an account's amounts come and add it; `times` -1 takes off what was added before.

    The draws of an account depend on nothing but its number, its amounts in their order and the
    luck, so that they can be drawn again.
    """
    draw = random.Random(f"{luck_.seed} {account}").gauss
    to_common, to_account = luck_.weight_common, luck_.weight_account
    own = sqrt(max(0.0, 1 - to_common**2 - to_account**2))
    of_account = [to_common * one + to_account * draw(0.0, 1.0) for one in luck_.common]
    punctual, late = drawn.punctual.cells, drawn.late.cells
    last = len(landing)
    for amount in amounts:
        edges, due, never = amount.edges, amount.due, amount.never
        if never >= 1:
            continue
        minor = amount.minor * times
        start = -1
        for shared in of_account:
            level = 0.5 * (1 + erf((shared + own * draw(0.0, 1.0)) * _HALF))
            if never:
                level /= 1 - never
                if level >= 1:
                    start += HORIZON_DAYS
                    continue
            day = int(at(edges, level) + 5) // 10
            if day < last and (lands := landing[day]) <= HORIZON_DAYS:
                (late if day > due else punctual)[start + lands] += minor
            start += HORIZON_DAYS


def every_day(_: int = 0) -> Landing:
    """Return the landing of a place where money arrives on every day."""
    return range(HORIZON_DAYS + 1)


def landing_on(is_open: Callable[[int], bool]) -> Landing:
    """Return where what is sent on each day of the horizon lands: the next day that is open."""
    found = [0]
    for day in range(1, HORIZON_DAYS + 1):
        lands = day
        while not is_open(lands):
            lands += 1
        found.append(lands)
    return found
