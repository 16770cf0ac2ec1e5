"""Bands learn from their misses: wider where too much was missed, narrower where nothing was."""

from __future__ import annotations

import random

import pytest

from saldo.cash.stretch import MOST, Ended, Stretch, stretch_of, stretched


def ended(spread: float, *, lead: int = 2, weeks: int = 100, seed: int = 4) -> list[Ended]:
    """Return weeks of which an 80 % band from 872 to 1128 was told, when receipts vary so much."""
    draw = random.Random(seed)
    return [Ended(lead, 872, 1000, 1128, draw.gauss(1000, spread)) for _ in range(weeks)]


def share_within(weeks: list[Ended], factor: float) -> float:
    inside = 0
    for week in weeks:
        low, high = stretched(week.low, week.middle, week.high, factor)
        inside += low <= week.came <= high
    return inside / len(weeks)


@pytest.mark.parametrize("spread", [60, 100, 200])
def test_bands_that_learnt_hold_four_weeks_of_five_whatever_was_told(spread: float) -> None:
    factor = stretch_of(ended(spread)).far / 1000
    later = ended(spread, seed=5, weeks=400)
    assert abs(share_within(later, factor) - 0.8) < 0.06
    if spread != 100:
        assert abs(share_within(later, 1.0) - 0.8) > 0.12, "without learning they do not"


def test_nothing_is_learnt_from_nothing_and_little_from_little() -> None:
    assert stretch_of([]) == Stretch(1000, 1000)
    wild = [Ended(2, 872, 1000, 1128, 5000)]
    assert 900 <= stretch_of(wild).far <= 1300


def test_the_first_week_learns_apart_from_the_later_ones() -> None:
    found = stretch_of([*ended(50, lead=1), *ended(200, lead=3)])
    assert found.near < 800
    assert found.far > 1200
    assert (found.of(7), found.of(8)) == (found.near / 1000, found.far / 1000)


def test_a_disaster_does_not_make_bands_endless_nor_is_less_than_nothing_expected() -> None:
    assert stretch_of([Ended(2, 999, 1000, 1001, 9e9)] * 50).far == MOST * 1000
    assert stretched(100, 500, 900, 3.0) == (0, 1700)
    assert stretched(-300, -100, 0, 2.0) == (-300, 100), "a difference may be less than nothing"
