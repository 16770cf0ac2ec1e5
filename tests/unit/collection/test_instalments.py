"""What instalments come to: to the cent, on banking days, within the creditor's rules."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saldo.accounts.payer_rules import PayerRules
from saldo.banking_days import is_banking_day
from saldo.collection.instalments import (
    RHYTHMS,
    FirstDayNotValid,
    InstalmentsTooMany,
    InstalmentTooLate,
    InstalmentTooSmall,
    InstalmentWish,
    PlanNotOffered,
    check_wish,
    instalments_of,
    is_agreed_at_once,
)

TODAY = date(2026, 11, 21)
RULES = PayerRules(plan_instalments_max=6, plan_days_max=190, plan_least_minor=2000)


def test_three_months_of_a_hundred_euros_end_with_the_odd_cent() -> None:
    made = instalments_of(10000, InstalmentWish(3, "monthly", date(2026, 12, 31)))
    assert [(one.due_on, one.amount_minor) for one in made] == [
        (date(2026, 12, 31), 3333),
        (date(2027, 2, 1), 3333),  # 31 January is a Sunday
        (date(2027, 3, 1), 3334),  # February has no 31st, and its 28th is a Sunday
    ]


@given(
    total_minor=st.integers(60, 10**11),
    count=st.integers(1, 60),
    rhythm=st.sampled_from(RHYTHMS),
    first_on=st.dates(date(2024, 1, 1), date(2040, 12, 31)),
)
def test_instalments_sum_to_the_debt_and_fall_on_later_and_later_banking_days(
    total_minor: int, count: int, rhythm: str, first_on: date
) -> None:
    made = instalments_of(total_minor, InstalmentWish(count, rhythm, first_on))  # type: ignore[arg-type]
    assert sum(one.amount_minor for one in made) == total_minor
    assert {one.amount_minor for one in made[:-1]} <= {total_minor // count}
    assert made[-1].amount_minor >= total_minor // count
    assert all(is_banking_day(one.due_on) for one in made)
    assert all(one.due_on < after.due_on for one, after in pairwise(made))
    assert timedelta(0) <= made[0].due_on - first_on <= timedelta(days=5)


@pytest.mark.parametrize(
    ("wish", "total_minor", "rules", "refused"),
    [
        (InstalmentWish(7, "weekly", date(2026, 12, 1)), 90000, RULES, InstalmentsTooMany),
        (InstalmentWish(1, "weekly", date(2026, 12, 1)), 90000, RULES, InstalmentsTooMany),
        (InstalmentWish(6, "weekly", date(2026, 12, 1)), 11900, RULES, InstalmentTooSmall),
        (InstalmentWish(2, "weekly", TODAY), 11900, RULES, FirstDayNotValid),
        (InstalmentWish(2, "weekly", date(2026, 12, 23)), 11900, RULES, FirstDayNotValid),
        (
            InstalmentWish(3, "monthly", date(2026, 12, 1)),
            11900,
            PayerRules(plan_days_max=60),
            InstalmentTooLate,
        ),
        (
            InstalmentWish(2, "weekly", date(2026, 12, 1)),
            11900,
            PayerRules(plan_instalments_max=0),
            PlanNotOffered,
        ),
        (
            InstalmentWish(2, "weekly", date(2026, 12, 1)),
            11900,
            PayerRules(plan_needs_mandate=True),
            PlanNotOffered,
        ),
    ],
)
def test_what_the_creditor_does_not_take_is_refused_with_its_reason(
    wish: InstalmentWish, total_minor: int, rules: PayerRules, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        check_wish(rules, total_minor, "EUR", wish, TODAY)


def test_small_sums_in_few_instalments_are_agreed_at_once() -> None:
    rules = PayerRules(plan_auto_minor=20000, plan_auto_instalments_max=3)
    assert is_agreed_at_once(rules, 20000, 3)
    assert not is_agreed_at_once(rules, 20001, 3)
    assert not is_agreed_at_once(rules, 20000, 4)
    assert not is_agreed_at_once(PayerRules(), 2000, 2), "unless it was set, a person decides"
