"""How an account pays, from the invoices that it paid so far."""

from __future__ import annotations

from datetime import date
from random import Random
from statistics import fmean, median, stdev

import pytest

from saldo.risk.behaviour import (
    ASSUMED,
    NOTHING_PAID,
    DaysBeyondTerms,
    Pattern,
    behaviour_of,
    days_beyond,
    days_drawn,
    one_paid,
    shrunk,
    summed,
)


def paid(*days: int) -> DaysBeyondTerms:
    return summed(one_paid(day) for day in days)


def drawn(pattern: Pattern, overdue_days: int, draws: int = 4000) -> list[int]:
    random = Random(7)
    return [days_drawn(pattern, overdue_days, random.random()) for _ in range(draws)]


def test_four_sums_give_mean_spread_and_share_late() -> None:
    days = (-4, 0, 3, 11, 20)
    sums = paid(*days)
    assert sums.count == 5
    assert sums.mean == pytest.approx(fmean(days))
    assert sums.spread == pytest.approx(stdev(days))
    assert sums.share_late == pytest.approx(3 / 5)


def test_of_nothing_nothing_is_said() -> None:
    assert (NOTHING_PAID.mean, NOTHING_PAID.spread, NOTHING_PAID.share_late) == (None, None, None)
    assert one_paid(5).spread is None


def test_an_invoice_that_comes_open_again_is_taken_off_without_a_trace() -> None:
    assert paid(2, 9, -1) + -one_paid(9) == paid(2, -1)


def test_days_are_counted_from_the_due_date_and_early_ones_are_below_zero() -> None:
    assert days_beyond(date(2026, 12, 1), date(2026, 12, 8)) == 7
    assert days_beyond(date(2026, 12, 1), date(2026, 11, 29)) == -2


@pytest.mark.parametrize(
    ("days", "behaviour"),
    [
        ((90, 90), "new"),
        ((-10, 0, 2), "prompt"),
        ((3, 3, 3), "prompt"),
        ((3, 3, 4), "late"),
        ((30, 30, 30), "late"),
        ((30, 30, 31), "very-late"),
    ],
)
def test_the_word_for_it(days: tuple[int, ...], behaviour: str) -> None:
    assert behaviour_of(paid(*days)) == behaviour


def test_who_paid_little_is_taken_for_one_of_all_and_who_paid_much_for_themselves() -> None:
    everybody = Pattern(10.0, 8.0)
    assert shrunk(NOTHING_PAID, everybody) == Pattern(10.0, pytest.approx(8.0))
    once, often = shrunk(paid(40), everybody), shrunk(paid(*[40] * 200), everybody)
    assert 10 < once.mean < 20
    assert 38 < often.mean < 40
    assert often.spread < once.spread
    assert shrunk(NOTHING_PAID) == ASSUMED


def test_draws_lie_about_the_pattern() -> None:
    days = drawn(Pattern(7.0, 14.0), -60)
    assert median(days) == pytest.approx(7, abs=1)
    assert stdev(days) == pytest.approx(14, rel=0.15)


def test_what_is_open_still_is_never_paid_in_the_past() -> None:
    for overdue in (-20, 0, 15, 400):
        assert min(drawn(Pattern(7.0, 14.0), overdue)) > overdue


def test_the_older_a_debt_the_longer_one_waits() -> None:
    waits = [fmean(drawn(Pattern(7.0, 14.0), overdue)) - overdue for overdue in (10, 60, 300)]
    assert waits == sorted(waits)
    assert waits[2] > 60


@pytest.mark.parametrize("chance", [0.0, 0.5, 1 - 1e-16])
def test_no_draw_breaks(chance: float) -> None:
    assert days_drawn(Pattern(-500.0, 1.0), 4000, chance) > 4000
