"""One fit of days per feature, and what it is drawn to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from saldo.forecast.algebra import dot, least_deviations
from saldo.forecast.features import NAMES, OWN_NAMES, Features
from saldo.forecast.model import Bill

PENALTY: Final = 400.0
"""Every feature's weight is drawn to nothing as if so many bills spoke against it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A bill to learn from: what was known on the day of its issue, and what came of it.

    `target` is in days beyond terms. Of an open bill there are several, each with a share of the
    weight.
    """

    bill: Bill
    features: Features
    target: float
    weight: float


def row_of(case: Case) -> tuple[tuple[float, ...], float, float]:
    return (1.0, *case.features.location), case.target, case.weight


def median_fit(
    rows: Sequence[tuple[tuple[float, ...], float, float]], towards: Sequence[float]
) -> list[float]:
    """Return days per feature, drawn to `towards` where bills are few."""
    found = least_deviations(
        [row for row, _, _ in rows],
        [target - dot(row, towards) for row, target, _ in rows],
        [weight for _, _, weight in rows],
        PENALTY,
    )
    return [one + other for one, other in zip(found, towards, strict=True)]


def towards_of(own: Sequence[float], spread: float) -> tuple[float, ...]:
    """Return what the weights are drawn to: an account's surprise is believed as it stands.

    Every other fact of the history counts for nothing until bills show that it does.
    """
    return (*own, *(spread * (name == "surprise") for name in NAMES[len(OWN_NAMES) :]))
