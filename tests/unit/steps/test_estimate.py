"""What a comparison says: the truth in 95 of 100, nothing where nothing is, and no more than that.

Populations are simulated with an effect that is known. The seeds are fixed, so that a test that
passes once passes always; the bounds leave room for chance of four standard deviations.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from saldo.steps.estimate import difference, newcombe, welch, wilson
from saldo.steps.tally import WITHIN, Result, Tally, one, summed

SEEDS = 300
Payer = Callable[[random.Random], float]


def paid(days: float) -> Result:
    kept = min(max(0.0, days), 30.0)
    return Result(round(10 * kept), tuple(n for n in WITHIN if days <= n))


def group(rng: random.Random, count: int, payer: Payer) -> Tally:
    return summed(one(paid(payer(rng))) for _ in range(count))


def usual(rng: random.Random) -> float:
    """Days until payment of an account that is left alone: long tails, some never pay."""
    return 99.0 if rng.random() < 0.1 else rng.gammavariate(2.0, 6.0)


def sooner(rng: random.Random) -> float:
    return max(0.0, usual(rng) - 4.0)


def true_gain() -> tuple[float, float]:
    rng = random.Random(0)
    left, told = group(rng, 30_000, usual), group(rng, 30_000, sooner)
    days = (left.mean_days or 0.0) - (told.mean_days or 0.0)
    return days, told.paid_within(7) / told.count - left.paid_within(7) / left.count


def test_the_interval_covers_the_truth_in_95_of_100() -> None:
    days, share = true_gain()
    covered_days = covered_share = 0
    for seed in range(SEEDS):
        rng = random.Random(seed)
        found = difference(group(rng, 270, sooner), group(rng, 30, usual))
        assert found.days is not None
        assert found.paid is not None
        covered_days += found.days.low <= days <= found.days.high
        covered_share += found.paid.low <= share <= found.paid.high
    assert 0.90 <= covered_days / SEEDS <= 0.99
    assert 0.90 <= covered_share / SEEDS <= 0.99


def test_twenty_that_all_came_alike_are_no_proof() -> None:
    """Nobody paid in either group: a notice that has one in ten pay may still do some good."""
    nobody = summed(one(paid(99.0)) for _ in range(20))
    found = difference(nobody, nobody)
    assert found.days is not None
    assert found.days.low < -1 < 1 < found.days.high
    assert found.verdict == "not-known"
    fifth, third = (summed(one(paid(days)) for _ in range(20)) for days in (5.0, 3.0))
    assert difference(third, fifth).verdict == "not-known"
    many = summed(one(paid(99.0)) for _ in range(400))
    assert difference(many, many).verdict == "none", "so many are proof"


def test_an_effect_of_four_days_is_found_by_300_accounts_a_side() -> None:
    found = [
        difference(group(rng, 300, sooner), group(rng, 300, usual)).verdict
        for rng in map(random.Random, range(60))
    ]
    assert found.count("helps") >= 55
    assert "harms" not in found


def test_where_nothing_is_nothing_is_claimed() -> None:
    claims = 0
    for seed in range(SEEDS):
        rng = random.Random(seed)
        found = difference(group(rng, 270, usual), group(rng, 30, usual))
        claims += found.verdict in ("helps", "harms")
    assert claims / SEEDS <= 0.09


def test_late_payers_who_are_reminded_more_mislead_a_correlation_and_not_a_draw() -> None:
    """The reminder brings payment 4 days forward; but those who pay late anyway get it.

    By what was seen it does harm, surely. Drawn by lot among those who would get it, it helps.
    """
    rng = random.Random(20261122)

    def bad(r: random.Random) -> float:
        return 18.0 + r.gammavariate(2.0, 4.0)

    def good(r: random.Random) -> float:
        return r.gammavariate(2.0, 2.0)

    reminded = group(rng, 400, lambda r: bad(r) - 4.0)
    never_reminded = group(rng, 400, good)
    seen = difference(reminded, never_reminded)
    assert seen.verdict == "harms"
    assert seen.days is not None
    assert seen.days.high < -5
    told = difference(group(rng, 360, lambda r: bad(r) - 4.0), group(rng, 90, bad))
    assert told.verdict == "helps"
    assert told.days is not None
    assert told.days.low < 3.3 < told.days.high, "a little below 4: it ends at 30 days"


def test_few_cases_say_nothing() -> None:
    rng = random.Random(1)
    found = difference(group(rng, 500, sooner), group(rng, 19, usual))
    assert (found.verdict, found.days, found.paid, found.cases) == ("not-known", None, None, 519)


def test_a_small_effect_that_is_surely_small_is_none() -> None:
    rng = random.Random(2)

    def steady(r: random.Random) -> float:
        return 10.0 + r.choice((-1.0, 0.0, 1.0))

    assert difference(group(rng, 200, steady), group(rng, 200, steady)).verdict == "none"


@pytest.mark.parametrize(
    ("numbers", "interval"),
    [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((5, 56, 0, 29), (-0.0381, 0.1926)),
        ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ],
)
def test_newcombes_own_examples(
    numbers: tuple[int, int, int, int], interval: tuple[float, float]
) -> None:
    """Newcombe 1998, table II, method 10: rows (a), (b), (e) and (g) of his worked examples."""
    found = newcombe(*numbers)
    assert (round(found.low, 4), round(found.high, 4)) == interval


def test_wilsons_interval_stays_between_0_and_1() -> None:
    nothing, all_ = wilson(0, 10), wilson(10, 10)
    assert (nothing.low, all_.high) == pytest.approx((0.0, 1.0))
    assert round(nothing.high, 4) == 0.2775
    assert round(all_.low, 4) == 0.7225


def test_welchs_interval_of_two_groups_that_never_varied_allows_for_one_that_does() -> None:
    ten = summed(one(Result(100, ())) for _ in range(20))
    four = summed(one(Result(40, (7, 14, 30))) for _ in range(20))
    found = welch(four, ten)
    assert found.value == 6.0
    assert 1.5 < found.low < 2.5
    assert 9.5 < found.high < 10.5
