"""The forecast of one bill: a model, the account's own bills, and a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from math import exp
from typing import Final

from saldo.forecast.algebra import dot
from saldo.forecast.features import GROUPS, Features, Usual, features_of
from saldo.forecast.model import LEVELS, Bill, Forecast, Group, Model, Reason, share_within

REASONS_MAX: Final = 3
REASON_LEAST_DAYS: Final = 0.5
"""What moves the payment by less than half a day is no reason."""

SPREAD_LEAST_DAYS: Final = 1.0
SPREAD_MOST_DAYS: Final = 120.0


def forecast(
    model: Model,
    bill: Bill,
    account: Iterable[Bill],
    day: date,
    usual: Usual | None = None,
) -> Forecast:
    """Return when `bill`, open in the evening of `day`, will be paid, by what is known then.

    `account` are the bills of its account; what happened after `day` is not looked at. An account
    without history gets what is usual for such an invoice. A bill that is open for longer than
    expected is forecast on condition that it was not paid yet. `usual` is the model's own, for
    whoever has it at hand.
    """
    features = features_of(bill, account, day, usual or usual_of(model))
    waited = (max(day, bill.issued_on) - bill.due_on).days
    delays = after(waited, delays_of(model, features))
    return Forecast(bill.due_on, waited, delays, reasons_of(model, features))


def usual_of(model: Model) -> Usual:
    """Return what the model's features are measured against."""
    return Usual(model.own, model.amounts, model.drawn, model.account_spread)


def delays_of(model: Model, features: Features) -> tuple[float, ...]:
    """Return the days beyond terms at LEVELS, before anything is known of the bill's waiting."""
    middle = dot(model.weights, (1.0, *features.location))
    spread = spread_of(model.spread, features)
    return tuple(middle + spread * place for place in model.shapes[features.is_new])


def spread_of(weights: Sequence[float], features: Features) -> float:
    """Return the spread in days, within bounds."""
    found = exp(min(max(dot(weights, features.spread), -5.0), 7.0))
    return min(max(found, SPREAD_LEAST_DAYS), SPREAD_MOST_DAYS)


def after(waited: int, delays: tuple[float, ...]) -> tuple[float, ...]:
    """Return the quantiles on condition that the delay is more than `waited` days."""
    passed = share_within(delays, waited + 0.5)
    if passed <= 0:
        return delays
    left = 1 - passed
    return tuple(
        max(waited + 1.0, _value_at(passed + left * level, delays)) + place * 1e-6
        for place, level in enumerate(LEVELS)
    )


def _value_at(level: float, delays: tuple[float, ...]) -> float:
    """Return the delay at a level; beyond the outermost as `Forecast.paid_within` has the tail."""
    if level <= LEVELS[-1]:
        above = min(max(bisect_right(LEVELS, level), 1), len(LEVELS) - 1)
        low, high = delays[above - 1], delays[above]
        return low + (high - low) * (level - LEVELS[above - 1]) * 40
    reach = max(1.0, delays[-1] - delays[29])
    return delays[-1] + reach * ((1 - LEVELS[-1]) / max(1 - level, 1e-9) - 1)


def reasons_of(model: Model, features: Features) -> tuple[Reason, ...]:
    """Return what moved the payment most, against the usual invoice."""
    moved: dict[Group, float] = {}
    for group, weight, value, usual in zip(
        GROUPS, model.weights[1:], features.location, model.usual, strict=True
    ):
        moved[group] = moved.get(group, 0.0) + weight * (value - usual)
    strongest = sorted(moved.items(), key=lambda item: (-abs(item[1]), item[0]))
    return tuple(
        Reason(group, days)
        for group, days in strongest[:REASONS_MAX]
        if abs(days) >= REASON_LEAST_DAYS
    )
