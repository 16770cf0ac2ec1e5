"""One fit of days per feature, and what it is drawn to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from saldo.forecast.algebra import CONSTANT_PENALTY, dot, least_deviations
from saldo.forecast.features import NAMES, Features
from saldo.forecast.model import Bill
from saldo.forecast.own import OWN_NAMES

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


def own_fit(
    rows: Sequence[tuple[tuple[float, ...], float, float]], towards: Sequence[float]
) -> list[float]:
    """Return days per feature that a bill has by itself, drawn to `towards` where bills are few.

    What is usual with everybody, the constant, is believed soon: a few bills say it.
    """
    return _fit(rows, towards, CONSTANT_PENALTY)


def whole_fit(
    rows: Sequence[tuple[tuple[float, ...], float, float]], towards: Sequence[float]
) -> list[float]:
    """Return days per feature of the whole, drawn to `towards` where bills are few.

    The constant is drawn as any feature is. It moves the accounts that are known well, too, whose
    own past says more than a slow season of all others: `remains` measures forward by how much.
    """
    return _fit(rows, towards, PENALTY)


def _fit(
    rows: Sequence[tuple[tuple[float, ...], float, float]],
    towards: Sequence[float],
    constant_penalty: float,
) -> list[float]:
    found = least_deviations(
        [row for row, _, _ in rows],
        [target - dot(row, towards) for row, target, _ in rows],
        [weight for _, _, weight in rows],
        PENALTY,
        constant_penalty,
    )
    return [one + other for one, other in zip(found, towards, strict=True)]


def towards_of(own: Sequence[float], spread: float) -> tuple[float, ...]:
    """Return what the weights are drawn to: an account's surprise is believed as it stands.

    Every other fact of the history counts for nothing until bills show that it does.
    """
    return (*own, *(spread * (name == "surprise") for name in NAMES[len(OWN_NAMES) :]))
