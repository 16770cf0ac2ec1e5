"""What a fit leaves open: how far off it lies, by account and at large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log
from typing import Final

from saldo.forecast.algebra import dot, least_squares
from saldo.forecast.features import NAMES, SPREAD_NAMES
from saldo.forecast.fit import Case, row_of, towards_of, whole_fit
from saldo.forecast.model import LEVELS, Model
from saldo.forecast.predict import spread_of

SPREAD_PENALTY: Final = 20.0
"""The same for the spread, which has few features."""

SPREAD_TOWARDS: Final = tuple((name == "unknown") / 2 for name in SPREAD_NAMES)
"""How much wider a little known account is told: half of what the variances say, as those that a
model learns from were little known when they were new, and it is used on better known ones."""

DRIFT: Final = 1.1
"""What comes differs from the past by more than spans of the past do from one another: on the open
ledgers, intervals came out some points too narrow at most splits without these 10 %."""

BLOCKS: Final = 5
"""What a fit cannot tell is measured forward: over so many spans of time, each told by the ones
before it. So it holds how customs drift, which a fit to all times at once does not show."""

REMAINS_LEAST: Final = 20
"""With fewer bills than that their spread stays what was assumed."""

SHAPE_LEAST: Final = 100
"""From so many bills on, new accounts and known ones each have their own distribution."""

_MIDDLE: Final = len(LEVELS) // 2


def with_remains(model: Model, cases: Sequence[Case]) -> Model:
    """Return the model with what remains: how far off bills lie that it did not learn from."""
    weights = [case.weight for case in cases]
    whole = sum(weights)
    usual = tuple(
        sum(case.features.location[place] * case.weight for case in cases) / whole
        for place in range(len(NAMES))
    )
    model = replace(model, usual=usual)
    if len(cases) < REMAINS_LEAST:
        return model
    rest = _foretold(model, cases)
    found = least_squares(
        [case.features.spread for case in cases],
        [
            log(abs(one) + 1.0) - dot(SPREAD_TOWARDS, case.features.spread)
            for one, case in zip(rest, cases, strict=True)
        ],
        weights,
        SPREAD_PENALTY,
    )
    spread = tuple(one + drawn for one, drawn in zip(found, SPREAD_TOWARDS, strict=True))
    scaled = [
        (one / spread_of(spread, case.features), case.weight, case.features.is_new)
        for one, case in zip(rest, cases, strict=True)
    ]
    return replace(model, spread=spread, shapes=_shapes(scaled))


def _foretold(model: Model, cases: Sequence[Case]) -> list[float]:
    """Return how many days each case lies beyond what the cases before its time tell.

    The cases go by their issue. The first span of time has nothing before it: it is told by what
    comes after.
    """
    if len(cases) < 10 * BLOCKS:
        return [case.target - dot((1.0, *case.features.location), model.weights) for case in cases]
    towards = towards_of(model.own, model.account_spread)
    rest: list[float] = []
    for block in range(BLOCKS):
        start, end = (len(cases) * block // BLOCKS, len(cases) * (block + 1) // BLOCKS)
        told_by = cases[:start] if block else cases[end:]
        found = whole_fit([row_of(case) for case in told_by], towards)
        rest.extend(
            case.target - dot((1.0, *case.features.location), found) for case in cases[start:end]
        )
    return rest


def allowing_for_drift(model: Model) -> Model:
    """Return the model with its distributions stretched about their middles by DRIFT."""
    return replace(
        model,
        shapes=tuple(
            tuple(shape[_MIDDLE] + (place - shape[_MIDDLE]) * DRIFT for place in shape)
            for shape in model.shapes
        ),
    )


def _shapes(scaled: Sequence[tuple[float, float, bool]]) -> tuple[tuple[float, ...], ...]:
    """Return the quantiles for known accounts and for new ones; where few, those of all for both.

    Of an account that has paid before one is off by a little often and by much rarely; of a new one
    it may be anything.
    """
    everything = [(off, weight) for off, weight, _ in scaled]
    shapes = []
    for new in (False, True):
        these = [(off, weight) for off, weight, is_new in scaled if is_new is new]
        shapes.append(_quantiles(sorted(these if len(these) >= SHAPE_LEAST else everything)))
    return tuple(shapes)


def _quantiles(scaled: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    """Return the weighted quantiles at LEVELS, strictly rising."""
    whole = sum(weight for _, weight in scaled)
    found: list[float] = []
    passed, at = 0.0, 0
    for level in LEVELS:
        while at < len(scaled) - 1 and passed + scaled[at][1] / 2 < level * whole:
            passed += scaled[at][1]
            at += 1
        found.append(max(scaled[at][0], found[-1] + 1e-6 if found else scaled[at][0]))
    return tuple(found)
