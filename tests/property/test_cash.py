"""What must hold of the cash forecast whatever the books: nothing lost, nothing counted twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saldo.cash.model import CashItem, read, written
from saldo.cash.paths import DRAWS, HORIZON_DAYS, Paths, packed, quantile, unpacked
from saldo.cash.sheets import Live, add_account, eve_of
from saldo.cash.simulate import luck
from saldo.cash.spread import (
    LEVELS,
    at,
    edges_of,
    evenly,
    later_than,
    mixed,
    rising,
    seen_from,
    shares_by_day,
    within,
)
from saldo.forecast.model import Forecast

DAY = date(2026, 11, 20)

edges = st.lists(st.integers(5, 4000), min_size=len(LEVELS), max_size=len(LEVELS)).map(
    lambda found: rising(sorted(found))
)
items = st.builds(
    CashItem,
    st.sampled_from(["EUR", "USD"]),
    st.integers(1, 10_000_000),
    st.integers(-200, 0).map(lambda days: DAY + timedelta(days=days)),
    st.integers(-100, 100).map(lambda days: DAY + timedelta(days=days)),
    edges,
    st.just("open"),
    st.sampled_from([0, 500, 1000]),
)


@settings(max_examples=40)
@given(edges, st.floats(0, 0.99))
def test_what_comes_by_a_day_is_the_other_way_round_of_the_day_it_comes_by(
    one: tuple[int, ...], level: float
) -> None:
    assert within(one, at(one, level) + 1e-6) >= level - 1e-6
    assert 0 <= within(one, at(one, level)) <= 1


@settings(max_examples=40)
@given(edges, st.integers(0, 3000))
def test_waiting_never_makes_it_sooner(one: tuple[int, ...], tenths: int) -> None:
    later = later_than(one, tenths)
    assert list(later) == sorted(later)
    if within(one, tenths) > 0:
        assert later[0] >= min(tenths, 36_500)
    for level in (0.1, 0.5, 0.9):
        assert at(later, level) >= at(one, level) - 1


@settings(max_examples=30)
@given(st.integers(1, 60), st.integers(0, 10), edges, st.floats(0.01, 0.99))
def test_what_is_promised_comes_on_its_day_with_its_chance(
    first: int, days: int, one: tuple[int, ...], chance: float
) -> None:
    said = evenly(first, first + days)
    made = mixed([(chance, said), (1 - chance, later_than(one, (first + days) * 10 + 5))])
    by = within(made, (first + days) * 10 + 5)
    assert by == pytest.approx(chance, abs=0.051), "edges are five percent apart"


@settings(max_examples=30)
@given(
    st.lists(st.floats(-30, 200), min_size=39, max_size=39, unique=True).map(sorted),
    st.integers(-40, 40),
)
def test_edges_say_what_the_forecast_says(delays: list[float], waited: int) -> None:
    due = DAY + timedelta(days=-waited)
    ahead = [max(one, waited + 0.6 + n * 1e-3) for n, one in enumerate(delays)]
    told = Forecast(due, waited, tuple(ahead))
    one = edges_of(told, DAY)
    for days in range(1, 60, 7):
        said = told.paid_by(DAY + timedelta(days=days))
        assert within(one, days * 10 + 5) == pytest.approx(said, abs=0.051), "edges lie 5 % apart"


@settings(max_examples=30)
@given(st.lists(items, max_size=5))
def test_what_is_written_is_read_again(found: list[CashItem]) -> None:
    assert read(written(found)) == found


@settings(max_examples=6, deadline=None)
@given(st.lists(items, min_size=1, max_size=4))
def test_everything_open_is_expected_some_time_or_given_up(found: list[CashItem]) -> None:
    lives: dict[str, Live] = {}
    add_account(lives, "1", found, eve_of("c", DAY))
    for currency, live in lives.items():
        whole = sum(one.minor for one in found if one.currency == currency)
        assert live.open_minor == whole
        assert sum(live.expected) + sum(live.later) == pytest.approx(whole)
        assert all(one >= -1e-6 for one in (*live.expected, *live.later))
        assert max(live.open.within(1, HORIZON_DAYS)) <= whole + 1e-6
        if whole > 0:
            drawn, told = sum(live.open.means()), sum(live.expected)
            assert abs(drawn - told) < 0.25 * whole, "draws and chances speak of the same"


@settings(max_examples=6, deadline=None)
@given(st.lists(items, min_size=1, max_size=3), st.lists(items, max_size=3))
def test_what_was_added_can_be_taken_off_again(
    found: list[CashItem], others: list[CashItem]
) -> None:
    eve = eve_of("c", DAY)
    lives: dict[str, Live] = {}
    add_account(lives, "2", others, eve)
    before = {
        currency: (live.open.means(), list(live.expected)) for currency, live in lives.items()
    }
    add_account(lives, "1", found, eve)
    add_account(lives, "1", found, eve, -1)
    for currency, live in lives.items():
        means, expected = before.get(currency, ([0.0] * HORIZON_DAYS, [0.0] * HORIZON_DAYS))
        assert live.open.means() == pytest.approx(means, abs=1e-3)
        assert live.expected == pytest.approx(expected, abs=1e-3)


@settings(max_examples=40)
@given(edges, st.integers(0, 300))
def test_days_waited_do_not_count_twice(one: tuple[int, ...], days: int) -> None:
    shares = shares_by_day(seen_from(one, days), HORIZON_DAYS)
    assert shares[0] == 0, "what did not come until the evening does not come before it"
    assert sum(shares) <= 1 + 1e-9


@settings(max_examples=5, deadline=None)
@given(st.integers(-91, 91), st.integers(0, 90))
def test_moving_keeps_the_money_that_stays_in_sight(days: int, place: int) -> None:
    paths = Paths()
    for start in range(0, DRAWS * HORIZON_DAYS, HORIZON_DAYS):
        paths.cells[start + place] = 100.0
    moved = paths.moved(days)
    stays = place + max(days, -place) < HORIZON_DAYS
    assert sum(moved.means()) == pytest.approx(100.0 if stays else 0.0)
    assert moved.within(1, HORIZON_DAYS) == [100.0 if stays else 0.0] * DRAWS


def test_what_is_kept_is_what_was_drawn_within_a_whisker() -> None:
    paths = Paths()
    paths.cells[7] = 12_345_678.0
    paths.cells[100] = 99.0
    again = unpacked(*packed(paths))
    assert again.cells[7] == pytest.approx(paths.cells[7], rel=1e-4)
    assert again.cells[100] == pytest.approx(99.0, abs=190)
    assert packed(Paths())[0] == 1


def test_the_same_seed_draws_the_same_and_another_something_else() -> None:
    assert luck(3) == luck(3)
    assert luck(3).common != luck(4).common
    assert sorted(luck(3).common) == sorted(luck(4).common)


def test_who_pays_late_pays_everything_late() -> None:
    """One account with ten invoices is less sure than ten accounts with one each."""
    item = CashItem("EUR", 1000, DAY, DAY, tuple(range(10, 10 + 40 * len(LEVELS), 40)))
    eve = eve_of("c", DAY)
    one: dict[str, Live] = {}
    add_account(one, "1", [item] * 40, eve)
    many: dict[str, Live] = {}
    for account in range(40):
        add_account(many, str(account), [item], eve)

    def width(live: Live) -> float:
        values = live.open.within(1, 40)
        return quantile(values, 0.9) - quantile(values, 0.1)

    assert width(one["EUR"]) > 1.2 * width(many["EUR"])
