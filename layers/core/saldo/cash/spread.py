"""When an amount comes, as 22 edges: between two of them it comes evenly. Pure.

Edges are tenths of a day after a day that the holder names ("0" is its midday), at LEVELS of the
chance, given that the amount ever comes. Beyond the last edge what is left thins out as
`saldo.forecast.model.share_within` has it: ever more slowly, as old debts are paid.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from saldo.forecast.model import LEVELS as FORECAST_LEVELS
from saldo.forecast.model import Forecast

LEVELS: Final = (*(step / 20 for step in range(20)), 0.975, 0.99)
"""The chances at the edges."""

TENTHS_MAX: Final = 36_500
"""Ten years: what comes later is as good as never, and is counted with what comes that late."""

Edges = tuple[int, ...]

_DELAYS_AT_HALF: Final = 9
_DELAYS_AT_THREE_QUARTERS: Final = 29


def edges_of(forecast: Forecast, day: date) -> Edges:
    """Return a forecast as edges after `day`; nothing comes on `day` or before it."""
    due = (forecast.due_on - day).days
    delays = forecast.delays
    least = forecast.waited + 0.5
    first, last = delays[0], delays[-1]
    below = max(0.0, min(max(1.0, delays[_DELAYS_AT_HALF] - first), first - least))
    above = max(1.0, last - delays[_DELAYS_AT_THREE_QUARTERS])
    found = [first - below]
    found += [forecast.delay_at(level) for level in LEVELS[1:-2]]
    found += [last, last + above * ((1 - FORECAST_LEVELS[-1]) / (1 - LEVELS[-1]) - 1)]
    return rising(round((due + one) * 10) for one in found)


def rising(tenths: Iterable[int]) -> Edges:
    """Return edges that rise, none before the day after and none beyond TENTHS_MAX."""
    made: list[int] = []
    for one in tenths:
        made.append(min(max(one, made[-1] if made else 5), TENTHS_MAX))
    return tuple(made)


def on_day(days: int) -> Edges:
    """Return edges of what comes on the day so many days after, for certain."""
    return rising([max(days, 1) * 10] * len(LEVELS))


def within(edges: Edges, tenths: float) -> float:
    """Return the chance, 0 to 1, that the amount comes by so many tenths of a day after."""
    if tenths < edges[0]:
        return 0.0
    if tenths >= edges[-1]:
        reach = _reach(edges)
        return 1 - 0.025 * reach / (reach + tenths - edges[-2])
    place = bisect_right(edges, tenths) - 1
    low, high = edges[place], edges[place + 1]
    return LEVELS[place] + (LEVELS[place + 1] - LEVELS[place]) * (tenths - low) / (high - low)


def at(edges: Edges, level: float) -> float:
    """Return the tenths of a day by which the amount comes with a chance, 0 to 1."""
    if level < 0.95:
        place = int(level * 20)
        low = edges[place]
        return low + (edges[place + 1] - low) * (level * 20 - place)
    if level < 0.975:
        return edges[19] + (edges[20] - edges[19]) * (level - 0.95) * 40
    if level < 0.99:
        return edges[20] + (edges[21] - edges[20]) * (level - 0.975) / 0.015
    reach = _reach(edges)
    return min(edges[20] + reach * (0.025 / max(1 - level, 1e-6) - 1), float(TENTHS_MAX))


def _reach(edges: Edges) -> float:
    return max(1.0, (edges[-1] - edges[-2]) / 1.5)


def mixed(parts: Sequence[tuple[float, Edges]]) -> Edges:
    """Return the edges of what comes by the first with the first chance, and so on; the chances sum
    to 1.
    """
    known = [(share, edges) for share, edges in parts if share > 0]
    if len(known) == 1:
        return known[0][1]
    return rising([_level_at(known, level) for level in LEVELS])


def _level_at(parts: Sequence[tuple[float, Edges]], level: float) -> int:
    """Return the first tenth of a day by which the mixture reached a level."""
    low = min(edges[0] for _, edges in parts)
    if level <= 0:
        return low
    low, high = low - 1, TENTHS_MAX
    while high - low > 1:
        middle = (low + high) // 2
        if sum(share * within(edges, middle) for share, edges in parts) >= level - 1e-9:
            high = middle
        else:
            low = middle
    return high


def later_than(edges: Edges, tenths: int) -> Edges:
    """Return the edges on condition that the amount did not come by so many tenths."""
    passed = within(edges, tenths)
    if passed <= 0:
        return edges
    left = 1 - passed
    return rising([max(tenths + 5, round(at(edges, passed + left * one))) for one in LEVELS])


def seen_from(edges: Edges, days: int) -> Edges:
    """Return the edges after the day so many days later, if nothing came until then."""
    return tuple(one - days * 10 for one in later_than(edges, days * 10 + 5))


def evenly(first: int, last: int) -> Edges:
    """Return edges of what comes on any of these days after, one as likely as another."""
    low, high = first * 10 - 5, max(last, first) * 10 + 4
    return rising(round(low + (high - low) * level) for level in LEVELS)


def shares_by_day(edges: Edges, days: int) -> list[float]:
    """Return the chance of each of the first `days` days; index 0 is what came before the first."""
    found, before = [], 0.0
    for day in range(days + 1):
        by = within(edges, day * 10 + 4.999)
        found.append(by - before)
        before = by
    return found
