"""Collection costs: the Dutch scale's vectors, and the flat sums."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from saldo.law import packs
from saldo.law.costs import Costs
from saldo.law.facts import MissingFact
from saldo.law.interest import AmountNotPositive
from saldo.law.nl.scale import collection_costs


@pytest.mark.parametrize(
    ("principal_minor", "total_minor"),
    [
        (1, 4000),
        (5000, 4000),
        (26667, 4000),
        (26670, 4001),
        (100_000, 15_000),
        (250_000, 37_500),
        (500_000, 62_500),
        (1_000_000, 87_500),
        (20_000_000, 277_500),
        (100_000_000, 677_500),
        (500_000_000, 677_500),
    ],
)
def test_the_dutch_scale(principal_minor: int, total_minor: int) -> None:
    assert collection_costs([principal_minor]).total_minor == total_minor


def test_vat_is_added_to_the_minimum_too() -> None:
    assert collection_costs([5000], Fraction(21)).total_minor == 4840
    assert collection_costs([100_000_000], Fraction(21)).total_minor == 819_775


def test_the_steps_of_the_scale_lead_to_its_minimum_and_maximum() -> None:
    small, large = collection_costs([5000]), collection_costs([500_000_000])
    assert [(line.what, line.amount_minor) for line in small.lines] == [
        ("scale", 750),
        ("minimum", 3250),
    ]
    assert large.lines[-1].what == "maximum"
    assert sum(line.amount_minor for line in large.lines) == 677_500


def test_claims_of_one_letter_count_as_one_sum() -> None:
    assert collection_costs([5000, 5000, 16_667]).total_minor == 4000


@pytest.mark.parametrize("principals", [[], [0], [-1], [5000, 0]])
def test_nothing_owed_has_no_costs(principals: list[int]) -> None:
    with pytest.raises(AmountNotPositive):
        collection_costs(principals)


def test_forty_euros_in_germany_and_the_union_from_businesses() -> None:
    for country in ("DE", "EU"):
        found = packs.collection_costs(country, "business", [])
        assert isinstance(found, Costs)
        assert found.total_minor == 4000
    consumer = packs.collection_costs("DE", "consumer", [])
    old = packs.collection_costs("DE", "business", [], arose_on=date(2014, 7, 28))
    assert isinstance(consumer, Costs)
    assert isinstance(old, Costs)
    assert (consumer.total_minor, old.total_minor) == (0, 0)


def test_no_costs_are_invented_where_no_law_is_known() -> None:
    assert isinstance(packs.collection_costs("FR", "consumer", [100]), MissingFact)
    assert isinstance(packs.collection_costs("US", "business", [100]), MissingFact)
