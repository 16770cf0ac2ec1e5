"""How each column of a report comes from the sums of a row. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from saldo.figures.ask import Asked
from saldo.figures.costs import cost_figures, per_hundred
from saldo.figures.formulas import mean, share
from saldo.figures.subjects import PAID_WITHIN_DAYS
from saldo.money import decimals_of
from saldo.reminders.foresee_model import CHANNELS, Prices

Value = int | float | str | None
Figure = Callable[[Counter[str], str], Value]
"""Tells a column's value from the sums of a row and its currency."""


@dataclass(frozen=True, slots=True)
class _Cost:
    """What messages cost, None in another currency than that of the prices."""

    prices: Prices
    as_share: bool = False

    def __call__(self, sums: Counter[str], currency: str) -> Value:
        if currency != self.prices.currency:
            return None
        price = sum(
            (
                self.prices.each.get(channel, Decimal(0)) * sums[f"sent:{channel}"]
                for channel in CHANNELS
            ),
            Decimal(0),
        )
        in_minor = (price * 10 ** decimals_of(currency)).to_integral_value(ROUND_HALF_UP)
        return share(int(in_minor), sums["collected"]) if self.as_share else int(in_minor)


def _sum_of(name: str) -> Figure:
    return lambda sums, _: sums[name]


def _share_of(part: str, whole: str) -> Figure:
    return lambda sums, _: share(sums[part], sums[whole])


def _mean_of(total: str, count: str) -> Figure:
    return lambda sums, _: mean(sums[total], sums[count])


def _judged(sums: Counter[str], _: str) -> Value:
    """Promises that were kept of those whose day has come."""
    kept, part = sums["promises_kept"], sums["promises_part_kept"]
    return share(kept, kept + part + sums["promises_broken"])


def figures(asked: Asked, prices: Prices | None) -> dict[str, Figure]:
    """Return how each column of a report comes from its sums; `prices` are for its costs."""
    plain = {name: _sum_of(name) for name in asked.shape.columns}
    own = dict(_OWN.get(asked.report, {}))
    if asked.report == "costs" and prices is not None:
        own |= cost_figures(prices)
    elif prices is not None:
        own |= {"cost": _Cost(prices), "cost_share": _Cost(prices, as_share=True)}
    return {**plain, **own}


def _ended_after(sums: Counter[str], _: str) -> Value:
    ended = sum(sums[state] for state in ("settled", "rejected", "withdrawn"))
    return mean(sums["days"], ended)


def _messages(sums: Counter[str], _: str) -> Value:
    return sum(sums[f"sent:{channel}"] for channel in CHANNELS)


_OWN: Final[dict[str, dict[str, Figure]]] = {
    "aging": {"overdue_share": _share_of("overdue", "total")},
    "behaviour": {
        "late_share": _share_of("paid_late", "paid"),
        "days_beyond": _mean_of("days_beyond", "paid"),
        "days_late": _mean_of("days_late", "paid"),
        "days_late_weighted": _mean_of("minor_days_late", "paid_invoice"),
    },
    "promises": {
        **{n: _sum_of(f"promises_{n}") for n in ("kept", "part_kept", "broken", "withdrawn")},
        "reliability": _judged,
    },
    "disputes": {
        "disputes": _sum_of("count"),
        "contested": _sum_of("minor"),
        "days_to_end": _ended_after,
    },
    "stages": {
        "reminded": _sum_of(""),
        **{f"paid_{days}": _sum_of(str(days)) for days in PAID_WITHIN_DAYS},
        **{f"share_{days}": _share_of(str(days), "") for days in PAID_WITHIN_DAYS},
    },
    "collectors": {"messages": _messages, "broken": _sum_of("promises_broken")},
    "costs": {"messages": _messages},
    "fees": {
        "payments": _sum_of("count"),
        "paid_out": _sum_of("gross"),
        "fees": _sum_of("minor"),
        "fees_per_100": lambda sums, currency: per_hundred(sums["minor"], sums["gross"], currency),
    },
}
"""Columns that are more than a sum of the same name."""
