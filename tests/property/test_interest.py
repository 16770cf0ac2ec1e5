"""Interest, whatever amounts and days: it adds up, grows with the debt, falls with payments."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from saldo.law import packs
from saldo.law.day_count import DayCount
from saldo.law.interest import Order, PartPayment, Scheme, accrue, rounded
from saldo.law.nl.scale import collection_costs

DAY = timedelta(days=1)
BUSINESS = packs.interest_scheme("DE", "business", date(2020, 1, 1))
CONSUMER_NL = packs.interest_scheme("NL", "consumer", date(2020, 1, 1))
assert isinstance(BUSINESS, Scheme)
assert isinstance(CONSUMER_NL, Scheme)

days = st.dates(date(2015, 1, 1), date(2026, 12, 31))
minor = st.integers(1, 10**12)
counts = st.sampled_from(["actual/365", "30/360"])
orders = st.sampled_from(["principal", "costs-interest-principal"])
schemes = st.sampled_from([BUSINESS, CONSUMER_NL])
payments = st.lists(st.builds(PartPayment, days, st.integers(1, 10**10)), max_size=5)


@given(minor, days, days, days, payments, counts)
def test_interest_of_two_periods_is_the_interest_of_both(
    principal: int, a: date, b: date, c: date, paid: list[PartPayment], count: DayCount
) -> None:
    first, middle, last = sorted([a, b, c])
    assume(middle < last)
    whole = accrue(principal, first, last, BUSINESS, paid, day_count=count)
    before = accrue(principal, first, middle, BUSINESS, paid, day_count=count)
    after = accrue(principal, middle + DAY, last, BUSINESS, paid, day_count=count)
    assert before.total + after.total == whole.total


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 10**9), days, st.integers(0, 800), payments)
def test_the_segments_are_what_every_single_day_adds_up_to(
    principal: int, first: date, length: int, paid: list[PartPayment]
) -> None:
    last = first + length * DAY
    expected = Fraction(0)
    for n in range(length + 1):
        day = first + n * DAY
        bearing = max(0, principal - sum(p.amount_minor for p in paid if p.on <= day))
        expected += bearing * Fraction(BUSINESS.on(day).percent) / 100 / 365
    found = accrue(principal, first, last, BUSINESS, paid)
    assert found.total == expected
    assert found.total_minor == rounded(expected)


@given(minor, minor, days, st.integers(0, 3000), schemes, counts)
def test_who_owes_more_owes_no_less_interest(
    one: int, other: int, first: date, length: int, scheme: Scheme, count: DayCount
) -> None:
    last = first + length * DAY
    less, more = sorted([one, other])
    assert (
        accrue(less, first, last, scheme, day_count=count).total
        <= accrue(more, first, last, scheme, day_count=count).total
    )


@given(minor, days, st.integers(0, 3000), payments, st.builds(PartPayment, days, minor), orders)
def test_a_payment_never_raises_the_interest(
    principal: int,
    first: date,
    length: int,
    paid: list[PartPayment],
    another: PartPayment,
    order: Order,
) -> None:
    for scheme in (BUSINESS, CONSUMER_NL):
        last = first + length * DAY
        without = accrue(principal, first, last, scheme, paid, order=order)
        with_it = accrue(principal, first, last, scheme, [*paid, another], order=order)
        assert with_it.total <= without.total


@given(minor, st.integers(0, 10**6), days, st.integers(0, 3000), payments, orders, schemes)
def test_money_paid_and_money_open_is_all_that_was_owed(
    principal: int,
    costs: int,
    first: date,
    length: int,
    paid: list[PartPayment],
    order: Order,
    scheme: Scheme,
) -> None:
    last = first + length * DAY
    found = accrue(principal, first, last, scheme, paid, order=order, costs_minor=costs)
    came = sum(p.amount_minor for p in paid if p.on <= last)
    still = found.principal_open + found.interest_open + found.costs_open
    assert min(found.principal_open, found.interest_open, found.costs_open, found.overpaid) >= 0
    assert principal + costs + found.total == still + came - found.overpaid


@given(minor, minor)
def test_the_dutch_scale_rises_with_the_sum_and_stays_within_its_bounds(
    one: int, other: int
) -> None:
    less, more = (collection_costs([each]).total_minor for each in sorted([one, other]))
    assert 4000 <= less <= more <= 677500


@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=6))
def test_one_letter_costs_no_more_than_a_letter_each(claims: list[int]) -> None:
    together = collection_costs(claims).total_minor
    assert together == collection_costs([sum(claims)]).total_minor
    # A cent of rounding per claim may speak for letters of their own.
    assert together <= sum(collection_costs([each]).total_minor for each in claims) + len(claims)
