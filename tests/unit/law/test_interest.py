"""Interest on overdue money: published vectors, part payments, leap years, compounding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from saldo.law import packs
from saldo.law.day_count import days_between
from saldo.law.facts import DebtorKind, MissingFact
from saldo.law.interest import (
    AmountNotPositive,
    Interest,
    Order,
    PartPayment,
    PeriodBackwards,
    Scheme,
    accrue,
)
from saldo.law.rates import RateUnknown

LATELY = date(2020, 1, 1)


def scheme(country: str, debtor: DebtorKind, arose_on: date = LATELY) -> Scheme:
    found = packs.interest_scheme(country, debtor, arose_on)
    assert isinstance(found, Scheme)
    return found


def reckon(
    of: Scheme,
    principal_minor: int,
    first: str,
    last: str,
    *paid: tuple[str, int],
    order: Order = "principal",
    costs_minor: int = 0,
) -> Interest:
    return accrue(
        principal_minor,
        date.fromisoformat(first),
        date.fromisoformat(last),
        of,
        [PartPayment(date.fromisoformat(day), minor) for day, minor in paid],
        order=order,
        costs_minor=costs_minor,
    )


def told(found: Interest) -> list[tuple[str, str, int, str, str]]:
    """The segments as a person reads them, amounts with four decimals."""
    return [
        (
            str(segment.first),
            str(segment.last),
            segment.days,
            str(segment.rate.percent),
            f"{Decimal(segment.amount.numerator) / Decimal(segment.amount.denominator) / 100:.4f}",
        )
        for segment in found.segments
    ]


def test_a_business_pays_three_months_late_over_a_change_of_rate() -> None:
    found = reckon(scheme("DE", "business"), 1_000_000, "2025-06-02", "2025-08-31")
    assert told(found) == [
        ("2025-06-02", "2025-06-30", 29, "11.27", "89.5425"),
        ("2025-07-01", "2025-08-31", 62, "10.27", "174.4493"),
    ]
    assert found.total_minor == 26399


def test_a_consumer_owes_five_points() -> None:
    found = reckon(scheme("DE", "consumer"), 1_000_000, "2025-01-01", "2025-01-31")
    assert told(found) == [("2025-01-01", "2025-01-31", 31, "7.27", "61.7452")]


def test_one_day_late_is_one_day_of_interest() -> None:
    found = reckon(scheme("DE", "business"), 36_500, "2025-01-01", "2025-01-01")
    assert found.total == Fraction("11.27")
    assert found.total_minor == 11


def test_an_old_contract_bears_eight_points_and_a_newer_one_nine() -> None:
    old = reckon(scheme("DE", "business", date(2014, 7, 28)), 100, "2025-01-01", "2025-01-01")
    new = reckon(scheme("DE", "business", date(2014, 7, 29)), 100, "2025-01-01", "2025-01-01")
    assert [s.rate.percent for s in (*old.segments, *new.segments)] == [
        Decimal("10.27"),
        Decimal("11.27"),
    ]


def test_a_negative_base_rate_lowers_the_points() -> None:
    found = reckon(scheme("DE", "consumer"), 100, "2022-12-31", "2023-01-01")
    assert [s.rate.percent for s in found.segments] == [Decimal("4.12"), Decimal("6.62")]


def test_a_leap_year_has_a_day_more_over_the_same_365() -> None:
    found = reckon(scheme("DE", "business"), 1_000_000, "2024-01-01", "2024-12-31")
    assert [s.days for s in found.segments] == [182, 184]
    assert found.total == Fraction(1_000_000 * (182 * 1262 + 184 * 1237), 365 * 10_000)


def test_germany_knows_no_interest_on_interest() -> None:
    of = scheme("DE", "business")
    years = [
        reckon(of, 1_000_000, f"{year}-03-01", f"{year + 1}-02-28").total for year in (2017, 2018)
    ]
    assert reckon(of, 1_000_000, "2017-03-01", "2019-02-28").total == sum(years)


def test_a_payment_lowers_the_principal_from_its_own_day_on() -> None:
    found = reckon(
        scheme("DE", "business"), 1_000_000, "2025-06-02", "2025-06-30", ("2025-06-12", 400_000)
    )
    assert [(s.first.day, s.last.day, s.principal) for s in found.segments] == [
        (2, 11, 1_000_000),
        (12, 30, 600_000),
    ]
    assert found.principal_open == 600_000


def test_payments_before_the_period_count_and_payments_after_it_do_not() -> None:
    of = scheme("DE", "business")
    lower = reckon(of, 600_000, "2025-06-02", "2025-06-30")
    before = reckon(of, 1_000_000, "2025-06-02", "2025-06-30", ("2025-05-01", 400_000))
    same_day = reckon(of, 1_000_000, "2025-06-02", "2025-06-30", ("2025-06-02", 400_000))
    after = reckon(of, 1_000_000, "2025-06-02", "2025-06-30", ("2025-07-01", 400_000))
    assert before.total == same_day.total == lower.total
    assert after.total == reckon(of, 1_000_000, "2025-06-02", "2025-06-30").total
    assert after.principal_open == 1_000_000


def test_two_payments_on_one_day_make_one_cut() -> None:
    found = reckon(
        scheme("DE", "business"),
        1_000_000,
        "2025-06-02",
        "2025-06-30",
        ("2025-06-12", 100_000),
        ("2025-06-12", 300_000),
    )
    assert [s.principal for s in found.segments] == [1_000_000, 600_000]


def test_whoever_pays_more_than_is_owed_owes_no_interest_from_then_on() -> None:
    found = reckon(
        scheme("DE", "business"), 1_000_000, "2025-06-02", "2025-08-31", ("2025-06-12", 2_000_000)
    )
    assert [(str(s.first), str(s.last)) for s in found.segments] == [("2025-06-02", "2025-06-11")]
    assert (found.principal_open, found.interest_open) == (0, 0)
    assert found.overpaid == 1_000_000 - found.total


def test_the_ledgers_way_pays_costs_then_interest_then_principal() -> None:
    of = scheme("DE", "business")
    found = reckon(
        of,
        1_000_000,
        "2025-06-02",
        "2025-06-30",
        ("2025-06-12", 100_000),
        order="costs-interest-principal",
        costs_minor=4000,
    )
    first_ten_days = Fraction(1_000_000 * 1127 * 10, 365 * 10_000)
    assert found.segments[1].principal == 1_000_000 - (100_000 - 4000 - first_ten_days)
    assert found.costs_open == 0
    assert found.interest_open == found.segments[1].amount


def test_a_payment_below_the_interest_leaves_the_principal_as_it_is() -> None:
    found = reckon(
        scheme("DE", "business"),
        1_000_000,
        "2025-06-02",
        "2025-06-30",
        ("2025-06-12", 100),
        order="costs-interest-principal",
    )
    assert [s.principal for s in found.segments] == [1_000_000, 1_000_000]


def test_after_a_full_year_dutch_interest_bears_interest() -> None:
    found = reckon(scheme("NL", "consumer"), 1_000_000, "2016-01-01", "2017-01-31")
    year = Fraction(1_000_000 * 2 * 366, 365 * 100)
    assert [(str(s.first), s.principal) for s in found.segments] == [
        ("2016-01-01", 1_000_000),
        ("2017-01-01", 1_000_000 + year),
    ]
    assert found.total == year + (1_000_000 + year) * Fraction(2 * 31, 365 * 100)


def test_a_dutch_year_counts_from_the_first_day_of_interest() -> None:
    found = reckon(scheme("NL", "business"), 1_000_000, "2024-02-29", "2026-03-01")
    grown = [str(s.first) for s in found.segments if s.principal > 1_000_000]
    assert grown == ["2025-03-01", "2025-07-01", "2026-01-01", "2026-03-01"]
    assert {str(s.first) for s in found.segments} == {
        "2024-02-29",
        "2024-07-01",
        "2025-01-01",
        "2025-03-01",
        "2025-07-01",
        "2026-01-01",
        "2026-03-01",
    }


def test_dutch_interest_paid_within_its_year_never_bears_interest() -> None:
    of = scheme("NL", "consumer")
    found = reckon(
        of,
        1_000_000,
        "2016-01-01",
        "2017-12-31",
        ("2017-01-01", 20_054),
        order="costs-interest-principal",
    )
    # 200.5479… of interest: all but a fraction of a cent is paid on the day it would be added
    assert 1_000_000 < found.segments[1].principal < 1_000_001


def test_the_unions_default_is_the_ecbs_rate_and_eight_points() -> None:
    found = reckon(scheme("FR", "business"), 1_000_000, "2024-06-30", "2024-07-01")
    assert [s.rate.percent for s in found.segments] == [Decimal("12.50"), Decimal("12.25")]


@pytest.mark.parametrize(
    ("country", "debtor", "code"),
    [("EU", "consumer", "national-law"), ("US", "business", "contract-clause")],
)
def test_no_rate_is_invented_where_no_law_is_known(
    country: str, debtor: DebtorKind, code: str
) -> None:
    found = packs.interest_scheme(country, debtor, LATELY)
    assert isinstance(found, MissingFact)
    assert found.code == code


@pytest.mark.parametrize("country", ["GB", "PL", "XX", "de"])
def test_a_country_without_rules_is_refused(country: str) -> None:
    with pytest.raises(packs.LawUnknown):
        packs.pack_of(country)


def test_unconfirmed_rates_are_told_with_the_sum() -> None:
    found = reckon(scheme("DE", "business"), 100, "2026-06-01", "2027-01-31")
    assert [(str(s.first), s.rate.confirmed, s.rate.carried) for s in found.segments] == [
        ("2026-06-01", True, False),
        ("2026-07-01", False, False),
        ("2027-01-01", False, True),
    ]
    assert len(found.unconfirmed) == 2


def test_what_cannot_be_meant_is_refused() -> None:
    of = scheme("DE", "business")
    with pytest.raises(PeriodBackwards):
        reckon(of, 100, "2025-06-02", "2025-06-01")
    for principal in (0, -1):
        with pytest.raises(AmountNotPositive):
            reckon(of, principal, "2025-06-02", "2025-06-02")
    with pytest.raises(AmountNotPositive):
        reckon(of, 100, "2025-06-02", "2025-06-02", ("2025-06-02", 0))
    with pytest.raises(RateUnknown):
        reckon(of, 100, "2001-06-02", "2025-06-02")


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2025-01-01", "2025-12-31", 360),
        ("2025-01-01", "2025-01-30", 30),
        ("2025-01-01", "2025-01-31", 30),
        ("2025-01-31", "2025-01-31", 0),
        ("2025-02-01", "2025-02-28", 30),
        ("2024-02-01", "2024-02-28", 28),
        ("2024-02-01", "2024-02-29", 30),
        ("2025-06-02", "2025-08-31", 89),
        ("2025-03-15", "2025-03-15", 1),
    ],
)
def test_thirty_days_make_a_month_of_every_month(first: str, last: str, days: int) -> None:
    found = days_between(date.fromisoformat(first), date.fromisoformat(last), "30/360")
    assert found == days


def test_half_a_cent_is_rounded_up_once() -> None:
    of = scheme("DE", "business")
    # 365.00 at 11.27 % is 11.27 cents a day: 50 days are 563.5 cents.
    assert reckon(of, 36_500, "2025-01-01", "2025-02-19").total == Fraction("563.5")
    assert reckon(of, 36_500, "2025-01-01", "2025-02-19").total_minor == 564
